//! The rules in force: every standard in words with its citation, and the days off of each calendar.

use super::EVERYBODY_HERE;
use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::words::{capital, plain};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use clock::Standard;
use jiff::civil::Date;
use serde::Deserialize;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/administration/standards", EVERYBODY_HERE, "the standards of the rulebook in force", standards)
        .get("/administration/standards/{standard}", EVERYBODY_HERE, "one standard in words", standard)
        .get("/administration/calendars", EVERYBODY_HERE, "the days off that limits are counted on", calendars)
}

/// A standard in a list.
struct Row {
    href: String,
    title: String,
    limit: String,
    source: String,
    state: &'static str,
    is_on: bool,
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    /// Words of the title, the id or the source.
    q: String,
    /// `all` for those that are not counted too.
    show: String,
}

#[derive(Template)]
#[template(path = "administration/standards.html")]
struct StandardsPage {
    frame: Frame,
    rulebook: String,
    q: String,
    all: bool,
    rows: Vec<Row>,
    of: usize,
}

async fn standards(State(desk): State<Desk>, seen: Seen, Query(filter): Query<Filter>) -> Result<Response, Trouble> {
    let rulebook = desk.rules().rulebook();
    let words: Vec<String> = filter.q.split_whitespace().take(8).map(str::to_lowercase).collect();
    let all = filter.show == "all";
    let fits = |standard: &&Standard| {
        let text = format!("{} {} {}", standard.title(), standard.id(), standard.source()).to_lowercase();
        (all || standard.is_on()) && words.iter().all(|word| text.contains(word))
    };
    let rows: Vec<Row> = rulebook.standards().iter().filter(fits).map(row).collect();
    frame::page(&StandardsPage {
        frame: Frame::of(&desk, &seen, Section::Administration),
        rulebook: format!("{}, version {}", rulebook.title(), rulebook.version()),
        q: filter.q.chars().take(100).collect(),
        all,
        rows,
        of: rulebook.standards().len(),
    })
}

fn row(standard: &Standard) -> Row {
    Row {
        href: format!("/administration/standards/{}", standard.id()),
        title: standard.title().to_owned(),
        limit: capital(&standard.limit_words()),
        source: standard.source().to_owned(),
        state: if standard.is_on() { "Counted" } else { "Not counted" },
        is_on: standard.is_on(),
    }
}

#[derive(Template)]
#[template(path = "administration/standard.html")]
struct StandardPage {
    frame: Frame,
    title: String,
    id: String,
    note: String,
    facts: Vec<(&'static str, String)>,
    related: Vec<(String, String)>,
}

async fn standard(State(desk): State<Desk>, seen: Seen, Path(id): Path<String>) -> Result<Response, Trouble> {
    let rulebook = desk.rules().rulebook();
    let standard = rulebook.get(&id).ok_or(Trouble::NotFound)?;
    let date = |day: Option<Date>, none: &str| day.map_or_else(|| none.to_owned(), when::day);
    let (from, until) = standard.valid();
    let called = |id: &str| rulebook.get(id).map(|other| (id.to_owned(), other.title().to_owned()));
    let replaces = standard.replaces().and_then(called);
    let related = standard.see_also().iter().filter_map(|id| called(id));
    let mut facts = vec![
        ("Kind of rule", capital(&plain(&standard.kind().to_string()))),
        ("Status", capital(&plain(&standard.status().to_string()))),
    ];
    facts.extend(standard.parts().into_iter().filter(|(label, _)| *label != "Note"));
    facts.push(("Counted", if standard.is_on() { "yes" } else { "no" }.to_owned()));
    facts.push(("In force", format!("from {} until {}", date(from, "the beginning"), date(until, "further notice"))));
    frame::page(&StandardPage {
        frame: Frame::of(&desk, &seen, Section::Administration),
        title: standard.title().to_owned(),
        id: standard.id().to_owned(),
        note: standard.note().unwrap_or_default().to_owned(),
        facts,
        related: replaces.into_iter().chain(related).collect(),
    })
}

/// Which year is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Year {
    year: String,
}

/// A calendar's days off in one year.
struct Calendar {
    id: String,
    title: String,
    version: String,
    source: String,
    days: Vec<(String, String)>,
    covers: bool,
}

#[derive(Template)]
#[template(path = "administration/calendars.html")]
struct CalendarsPage {
    frame: Frame,
    year: i16,
    years: Vec<i16>,
    calendars: Vec<Calendar>,
}

async fn calendars(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Year>) -> Result<Response, Trouble> {
    let all = desk.rules().calendars();
    let today = when::day_of(desk.now());
    let first = all.iter().map(|calendar| *calendar.covers().start()).min().unwrap_or(today.year());
    let last = all.iter().map(|calendar| *calendar.covers().end()).max().unwrap_or(today.year());
    let year = asked.year.parse().unwrap_or(today.year()).clamp(first, last);
    let shown = |calendar: &calendar::Calendar| Calendar {
        id: calendar.id().to_owned(),
        title: calendar.title().to_owned(),
        version: calendar.version().to_owned(),
        source: calendar.source().to_owned(),
        days: calendar
            .holidays()
            .filter(|(day, _)| day.year() == year)
            .map(|(day, name)| (when::day(day), name.to_owned()))
            .collect(),
        covers: calendar.covers().contains(&year),
    };
    let near = (year - 3).max(first)..=(year + 3).min(last);
    frame::page(&CalendarsPage {
        frame: Frame::of(&desk, &seen, Section::Administration),
        year,
        years: near.collect(),
        calendars: all.iter().map(shown).collect(),
    })
}

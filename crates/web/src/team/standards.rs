//! How a team met the standards in a quarter, and the cases behind each number, each with its reason.

use super::{ACCESS, team_of};
use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::today::todo;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::Purpose;
use service::{Quarter, StandardCase, StandardCasesAsked, StandardCount};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/team/standards", ACCESS, "standards met and missed by a team in a quarter", standards).get(
        "/team/standards/{standard}",
        ACCESS,
        "the cases behind a number of standards met or missed",
        cases,
    )
}

#[derive(serde::Deserialize)]
struct Asked {
    team: Option<String>,
    quarter: Option<String>,
    #[serde(default)]
    state: String,
    after: Option<String>,
}

fn quarter_of(desk: &Desk, asked: Option<&str>) -> Result<Quarter, Trouble> {
    match asked {
        None | Some("") => Ok(Quarter::of(when::day_of(desk.now()))),
        Some(text) => Ok(text.parse()?),
    }
}

/// "January to March 2026".
fn said(quarter: Quarter) -> String {
    let (first, last) = (quarter.first(), quarter.last());
    format!("{} to {}", first.strftime("%B"), last.strftime("%B %Y"))
}

/// One standard's counts, with where each number leads.
struct Line {
    title: String,
    source: String,
    /// Met in time out of those that are judged.
    met: String,
    counts: Vec<(u64, String, &'static str)>,
}

#[derive(Template)]
#[template(path = "team/standards.html")]
struct Page {
    frame: Frame,
    team: String,
    quarter: String,
    before: String,
    after: String,
    lines: Vec<Line>,
    rulebook: String,
}

/// The states with a column of their own, and how it is headed.
const STATES: [(&str, &str); 5] =
    [("met", "Met in time"), ("late", "Met late"), ("missed", "Missed"), ("excused", "Excused"), ("open", "Open")];

async fn standards(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let team = team_of(&seen, asked.team)?;
    let quarter = quarter_of(&desk, asked.quarter.as_deref())?;
    let of = team.clone();
    let found = desk
        .ask(&seen, Purpose::Management, move |service, request| service.team_standards(request, &of, quarter))
        .await?;
    let team = encoded(&team);
    let to = |quarter: Quarter| format!("/team/standards?team={team}&quarter={quarter}");
    let line = |row: StandardCount| {
        let counts = [row.met, row.late, row.missed, row.excused, row.open];
        let at = format!("/team/standards/{}?team={team}&quarter={quarter}", encoded(&row.standard));
        Line {
            met: when::of(row.met, row.judged()),
            counts: counts
                .into_iter()
                .zip(STATES)
                .map(|(count, (state, words))| (count, format!("{at}&state={state}"), words))
                .collect(),
            title: row.title,
            source: row.source,
        }
    };
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Team),
        quarter: said(quarter),
        before: to(quarter.before()),
        after: to(quarter.next()),
        lines: found.rows.into_iter().map(line).collect(),
        rulebook: found.rulebook,
        team,
    };
    frame::page(&page)
}

/// One obligation behind a number, in words.
struct Case {
    person: String,
    name: String,
    restricted: bool,
    order: String,
    opened: String,
    due: String,
    state: String,
    worker: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "team/cases.html")]
struct Cases {
    frame: Frame,
    title: String,
    source: String,
    quarter: String,
    back: String,
    states: Vec<(String, String, bool)>,
    lines: Vec<Case>,
    first: Option<String>,
    next: Option<String>,
}

async fn cases(
    State(desk): State<Desk>,
    seen: Seen,
    Path(standard): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let team = team_of(&seen, asked.team)?;
    let quarter = quarter_of(&desk, asked.quarter.as_deref())?;
    let (state, after) = (asked.state, asked.after);
    if !(state.is_empty() || STATES.iter().any(|(known, _)| *known == state)) {
        return Err(Trouble::NotUnderstood(
            "There is no such state of a standard. Go back and choose again.".to_owned(),
        ));
    }
    let is_first = after.is_none();
    let (of, wanted, only) = (team.clone(), standard.clone(), state.clone());
    let found = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            let state = Some(only.as_str()).filter(|state| !state.is_empty());
            let asked = StandardCasesAsked { team: &of, standard: &wanted, quarter, state, after: after.as_deref() };
            service.standard_cases(request, &asked)
        })
        .await?;
    let team = encoded(&team);
    let at =
        |state: &str| format!("/team/standards/{}?team={team}&quarter={quarter}&state={state}", encoded(&standard));
    let case = |row: StandardCase| {
        let person = encoded(row.person.as_str());
        Case {
            reason: todo::reason(&person, &row.case, &standard, row.opened_on, row.n),
            name: row.name,
            restricted: row.restricted,
            opened: when::short_day(row.opened_on),
            due: row.due.map_or_else(|| "No limit".to_owned(), when::short_day),
            state: match row.on {
                Some(on) => format!("{}, {}", desk.words().say("state", &row.state), when::short_day(on)),
                None => desk.words().say("state", &row.state),
            },
            worker: row.worker_name.unwrap_or_else(|| "Nobody".to_owned()),
            order: row.case,
            person,
        }
    };
    let all = std::iter::once(("", "All")).chain(STATES);
    let page = Cases {
        frame: Frame::of(&desk, &seen, Section::Team),
        title: found.title,
        source: found.source,
        quarter: said(quarter),
        back: format!("/team/standards?team={team}&quarter={quarter}"),
        states: all.map(|(one, words)| (at(one), words.to_owned(), one == state)).collect(),
        first: (!is_first).then(|| at(&state)),
        next: found.next.map(|next| format!("{}&after={}", at(&state), encoded(&next))),
        lines: found.rows.into_iter().map(case).collect(),
    };
    frame::page(&page)
}

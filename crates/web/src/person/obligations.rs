//! What is owed to and by a person under each standard: its state in words, when it falls due, and why, with the citation.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::Words;
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use service::{Owed, Owing};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Obligations on one page.
const ON_A_PAGE: usize = 40;

/// An obligation as a page shows it.
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) case: String,
    /// The state in words, and the colour that goes with them.
    pub(crate) state: String,
    pub(crate) colour: &'static str,
    pub(crate) due: String,
    pub(crate) explanation: String,
    pub(crate) source: String,
    /// The entry that opened it, or what was recorded on the day that did; and the words of the link.
    pub(crate) opened: (String, String),
    /// What discharges it: the address of the page that records it, and its title.
    pub(crate) acts: Vec<(String, String)>,
    pub(crate) governed_by: Option<String>,
}

/// What a row is made with.
pub(crate) struct Shown<'a> {
    pub(crate) words: &'a Words,
    pub(crate) base: &'a str,
    pub(crate) may_record: bool,
}

impl Shown<'_> {
    pub(crate) fn row(&self, owed: &Owed) -> Row {
        let mut kinds: Vec<&str> = Vec::new();
        let wanting = owed.can_still_be_done && self.may_record;
        for fact in owed.discharged_by.iter().filter(|_| wanting) {
            if let Some(kind) = self.words.discharging(fact.as_str()).filter(|kind| !kinds.contains(kind)) {
                kinds.push(kind);
            }
        }
        let act = |kind: &str| (format!("{}/record/{kind}", self.base), self.words.event_title(kind).into_owned());
        Row {
            title: owed.title.clone(),
            case: owed.case.clone(),
            state: self.words.say("state", owed.state),
            colour: colour(owed.state),
            due: due(owed),
            explanation: owed.explanation.clone(),
            source: owed.source.clone(),
            opened: self.opened(owed),
            acts: kinds.into_iter().map(act).collect(),
            governed_by: owed.governed_by.clone(),
        }
    }
}

impl Shown<'_> {
    fn opened(&self, owed: &Owed) -> (String, String) {
        let (base, day, on) = (self.base, owed.opened_on, when::day(owed.opened_on));
        match owed.opened_by {
            Some(event) => (format!("{base}/entries/{event}"), format!("What opened it on {on}")),
            None => (format!("{base}/chronology?from={day}&to={day}"), format!("What was recorded on {on}")),
        }
    }
}

/// "Wed 4 Mar 2026 by 2:30pm"; what was done says when.
fn due(owed: &Owed) -> String {
    match (owed.due, owed.due_time) {
        (Some(day), Some(time)) => format!("{} by {}", when::short_day(day), when::time(time)),
        (Some(day), None) => when::short_day(day),
        (None, _) => "No day is set".to_owned(),
    }
}

/// The colour beside the words of a state.
pub(crate) const fn colour(state: &str) -> &'static str {
    match state.as_bytes() {
        b"open" => "blue",
        b"met" => "green",
        b"late" => "yellow",
        b"missed" => "red",
        _ => "grey",
    }
}

/// What comes first: missed, then open by due day, then the rest, the latest first.
pub(crate) fn in_order_of_need(owed: &mut [Owed]) {
    let rank = |state: &str| match state {
        "missed" => 0,
        "open" => 1,
        _ => 2,
    };
    let far = |owed: &Owed| owed.due.unwrap_or(Date::MAX);
    owed.sort_by_key(|owed| match rank(owed.state) {
        1 => (1, far(owed), Reverse(owed.opened_on)),
        rank => (rank, Date::MIN, Reverse(owed.due.unwrap_or(owed.opened_on))),
    });
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    case: String,
    known: String,
    page: String,
}

#[derive(Template)]
#[template(path = "person/obligations.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    states: Vec<(String, String, bool)>,
    cases: Vec<(String, String, bool)>,
    known: String,
    rows: Vec<Row>,
    shown: String,
    newer: Option<String>,
    older: Option<String>,
}

const STATES: [&str; 6] = ["open", "missed", "late", "met", "excused", "not_applicable"];

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Stop> {
    let known = KnownAt { known: asked.known.clone() };
    let mut opened = super::open(&desk, &seen, &id, Tab::Standards, Owing::Explained, &known).await?;
    let mut owed = std::mem::take(&mut opened.part.owed);
    in_order_of_need(&mut owed);
    let (words, every) = (desk.words(), owed.len());
    let of_state = |state: &str| owed.iter().filter(|owed| owed.state == state).count();
    let mut states = vec![(String::new(), format!("Every state ({every})"), asked.state.is_empty())];
    states.extend(STATES.map(|state| {
        (state.to_owned(), format!("{} ({})", words.say("state", state), of_state(state)), asked.state == state)
    }));
    let names: BTreeSet<String> = owed.iter().map(|owed| owed.case.clone()).collect();
    let mut cases = vec![(String::new(), "Every order and report".to_owned(), asked.case.is_empty())];
    cases.extend(names.into_iter().map(|case| {
        let chosen = case == asked.case;
        (case.clone(), crate::words::capital(&case), chosen)
    }));
    owed.retain(|owed| {
        (asked.state.is_empty() || owed.state == asked.state) && (asked.case.is_empty() || owed.case == asked.case)
    });
    let page = asked.page.parse().unwrap_or(1_usize).clamp(1, owed.len().div_ceil(ON_A_PAGE).max(1));
    let first = (page - 1) * ON_A_PAGE;
    let shown = Shown { words, base: &opened.base, may_record: opened.bar.may_record };
    let rows: Vec<Row> = owed.iter().skip(first).take(ON_A_PAGE).map(|owed| shown.row(owed)).collect();
    let told = match owed.len() {
        0 => format!("None of {every} obligations"),
        found => format!("{} to {} of {found} obligations", first + 1, first + rows.len()),
    };
    let link = |page: usize| {
        let fields =
            [("state", &asked.state), ("case", &asked.case), ("known", &asked.known), ("page", &page.to_string())];
        let told = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
        format!("{}/standards?{}", opened.base, serde_urlencoded::to_string(told).unwrap_or_default())
    };
    let template = Page {
        newer: (page > 1).then(|| link(page - 1)),
        older: (first + ON_A_PAGE < owed.len()).then(|| link(page + 1)),
        frame: opened.frame,
        bar: opened.bar,
        states,
        cases,
        known: asked.known,
        rows,
        shown: told,
    };
    Ok(frame::page(&template)?)
}

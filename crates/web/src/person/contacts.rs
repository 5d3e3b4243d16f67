//! Plan and contacts: what was agreed, which appointments are to come, what came of the others, and the pattern against
//! the standard.

use super::bar::{Bar, Tab};
use super::obligations::colour;
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{Names, Words, happened};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use clock::Kind;
use jiff::ToSpan as _;
use jiff::civil::Date;
use record::{History, Record, What};
use service::{Owed, Owing};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Contacts that the page shows; the chronology has them all.
const PAST: usize = 40;
/// Periods of the pattern that it shows of each standard.
const PERIODS: usize = 8;
/// How far back "kept" looks.
const WEEKS: i64 = 12;

/// How many contacts were kept of those held or missed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) held: u64,
    pub(crate) missed: u64,
    /// "9 of 11 (82%)".
    pub(crate) said: String,
}

/// How many contacts were kept in the last weeks.
pub(crate) fn kept(history: &History, today: Date) -> Kept {
    let from = today.saturating_sub(WEEKS.weeks());
    let (mut held, mut missed) = (0, 0);
    for stands in history.standing().filter(|stands| (from..=today).contains(&stands.on())) {
        match stands.what {
            What::ContactHeld(_) => held += 1,
            What::ContactMissed(_) => missed += 1,
            _ => {}
        }
    }
    let said = if held + missed == 0 { "No contact held or missed".to_owned() } else { when::of(held, held + missed) };
    Kept { held, missed, said }
}

/// A contact to come, or whose day has passed.
struct Planned {
    when: String,
    how: String,
    about: String,
    held: String,
    missed: String,
    called_off: String,
    is_past: bool,
}

/// A contact with its outcome.
struct Past {
    when: String,
    outcome: &'static str,
    colour: &'static str,
    what: String,
    note: String,
}

/// A standard about contact with its latest periods.
struct Pattern {
    title: String,
    source: String,
    periods: Vec<(String, String, &'static str)>,
}

struct Plan {
    title: String,
    objectives: Vec<String>,
    home_visits: Option<String>,
    reviews: Vec<String>,
}

#[derive(Template)]
#[template(path = "person/contacts.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    plan: Option<Plan>,
    levels: Vec<(String, String)>,
    planned: Vec<Planned>,
    kept: Kept,
    past: Vec<Past>,
    earlier: usize,
    patterns: Vec<Pattern>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let mut opened = super::open(&desk, &seen, &id, Tab::Contacts, Owing::Explained, &known).await?;
    let owed = std::mem::take(&mut opened.part.owed);
    let (words, names) = (desk.words(), &opened.names);
    let (record, history, today) = (&opened.part.record, &opened.part.history, opened.part.as_at);
    let mut past = past(words, names, history);
    let earlier = past.len().saturating_sub(PAST);
    past.truncate(PAST);
    let page = Page {
        plan: record.plan.as_ref().map(|plan| told(words, plan)),
        levels: levels(words, record),
        planned: planned(words, record, &opened.base, today),
        kept: kept(history, today),
        patterns: patterns(words, owed),
        past,
        earlier,
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

fn told(words: &Words, plan: &record::plan::Plan) -> Plan {
    let kind = serde_json::to_value(plan.content.kind).ok();
    let kind = words.say("plan_kind", kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default());
    Plan {
        title: format!("{kind}, finalised on {}", when::day(plan.finalised_on)),
        objectives: plan.content.objectives.iter().map(ToString::to_string).collect(),
        home_visits: plan.content.home_visits.as_ref().map(ToString::to_string),
        reviews: plan.content.reviews.iter().map(|day| when::day(*day)).collect(),
    }
}

/// The level of contact over time, the latest first.
fn levels(words: &Words, record: &Record) -> Vec<(String, String)> {
    let levels = record.supervision.levels.iter().rev();
    levels.map(|(on, level)| (when::short_day(*on), words.say("level", level.as_str()))).collect()
}

fn planned(words: &Words, record: &Record, base: &str, today: Date) -> Vec<Planned> {
    let mut planned: Vec<_> = record.planned_contacts.iter().collect();
    planned.sort_by_key(|(_, contact)| (contact.on, contact.at));
    let row = |(reference, contact): (&record::ContactRef, &record::contact::PlannedContact)| {
        let at = contact.at.map(|at| format!(", {}", when::time(at))).unwrap_or_default();
        let place = contact.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
        let act = |happened: &str| format!("{base}/record/contact?happened={happened}&appointment={reference}");
        Planned {
            when: format!("{}{at}", when::short_day(contact.on)),
            how: format!("{}{place}", words.say("contact_kind", contact.kind.as_str())),
            about: contact.about.as_ref().map(ToString::to_string).unwrap_or_default(),
            held: act("held"),
            missed: act("missed"),
            called_off: act("cancelled"),
            is_past: contact.on < today,
        }
    };
    planned.into_iter().map(row).collect()
}

/// Every contact with an outcome, the latest first.
fn past(words: &Words, names: &Names, history: &History) -> Vec<Past> {
    let mut past: Vec<_> = history
        .standing()
        .filter(|stands| {
            matches!(stands.what, What::ContactHeld(_) | What::ContactMissed(_) | What::ContactCancelled(_))
        })
        .collect();
    past.sort_by_key(|stands| Reverse((stands.happened.date(), stands.happened.time())));
    let row = |stands: &record::Stands<'_>| {
        let (outcome, colour, note) = match stands.what {
            What::ContactHeld(held) => ("Held", "green", held.outcome.as_ref()),
            What::ContactMissed(missed) => ("Missed", "red", missed.note.as_ref()),
            _ => ("Called off", "grey", None),
        };
        Past {
            when: happened(stands.happened),
            outcome,
            colour,
            what: words.tell(stands.what, names).sentence,
            note: note.map(|note| short(note.as_str())).unwrap_or_default(),
        }
    };
    past.iter().map(row).collect()
}

/// The beginning of a note.
fn short(note: &str) -> String {
    match note.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", note.get(..end).unwrap_or_default()),
        None => note.to_owned(),
    }
}

/// The standards that ask for contact again and again, each with its latest periods.
fn patterns(words: &Words, owed: Vec<Owed>) -> Vec<Pattern> {
    let mut by_standard: BTreeMap<String, Vec<Owed>> = BTreeMap::new();
    for owed in owed.into_iter().filter(|owed| owed.kind == Kind::Cadence) {
        by_standard.entry(format!("{} {}", owed.case, owed.standard)).or_default().push(owed);
    }
    let pattern = |mut periods: Vec<Owed>| {
        periods.sort_by_key(|owed| Reverse((owed.due, owed.opened_on)));
        let first = periods.first()?;
        Some(Pattern {
            title: format!("{} ({})", first.title, first.case),
            source: first.source.clone(),
            periods: periods
                .iter()
                .take(PERIODS)
                .map(|owed| {
                    let until = owed.due.map_or_else(|| "No day is set".to_owned(), when::short_day);
                    (until, words.say("state", owed.state), colour(owed.state))
                })
                .collect(),
        })
    };
    by_standard.into_values().filter_map(pattern).collect()
}

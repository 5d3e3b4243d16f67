//! The whole record: who, which orders, what happened, what is owed.

use super::{chronology, identity, orders};
use crate::platform::{self, Edge};
use crate::session::{self, Session};
use crate::table::wrapped;
use crate::wording::counted;
use crate::{out, wording};
use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use record::{Law, Purpose};
use serde::Serialize;
use service::{Due, PersonView};
use std::cmp::Reverse;
use std::io::Write;

/// The record as JSON.
#[derive(Serialize)]
struct Wire<'a> {
    person: &'a str,
    version: u64,
    known_at: Option<Timestamp>,
    identity: identity::Wire,
    orders: Vec<orders::Wire>,
    events: Vec<chronology::Wire>,
    obligations: &'a [Due],
}

pub(super) fn run(session: &Session, id: &str, known_at: Option<&str>, json: bool, out: &mut dyn Write) -> Result<()> {
    let person = session::person(id)?;
    let known_at = known_at.map(|text| platform::moment(text, Edge::End).context("--known-at")).transpose()?;
    let view = session.service.person(&session.request(Purpose::Supervision), &person, known_at)?;
    let on = platform::today(known_at.unwrap_or(session.now));
    let law = session.service.rules().law();
    if json {
        let wire = Wire {
            person: id,
            version: view.record.version,
            known_at,
            identity: identity::wire(&view.record, on),
            orders: orders::wire(&view.record, law),
            events: chronology::wire(&view.history)?,
            obligations: &view.obligations,
        };
        return out::json(out, &wire);
    }
    if let Some(moment) = known_at {
        writeln!(out, "As it was known at {}.\n", wording::moment(moment))?;
    }
    whole(id, &view, law, on, out)
}

/// Every part of the record.
fn whole(id: &str, view: &PersonView, law: &Law, on: Date, out: &mut dyn Write) -> Result<()> {
    summary(id, view, law, on, usize::MAX, usize::MAX, out)
}

/// The record with at most so many events, the latest ones, and at most so many obligations, the most pressing ones.
pub(crate) fn summary(
    id: &str,
    view: &PersonView,
    law: &Law,
    on: Date,
    events: usize,
    obligations: usize,
    out: &mut dyn Write,
) -> Result<()> {
    if view.history.events().is_empty() {
        writeln!(out, "Nothing was known of {id} then.")?;
        return Ok(());
    }
    identity::write(id, &view.record, on, out)?;
    orders::write(&view.record, law, out)?;
    chronology::write(&view.history, events, out)?;
    owed(&view.obligations, obligations, out)
}

/// Obligations with their explanations: first what is open, then what was missed and late, the latest first.
fn owed(dues: &[Due], most: usize, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "What the standards ask: {}", counted(dues.len() as u64, "obligation", "obligations"))?;
    let mut sorted: Vec<&Due> = dues.iter().collect();
    let rank = |due: &Due| match due.state {
        "open" => (0, due.due.unwrap_or(Date::MAX), Reverse(Date::MIN)),
        "missed" => (1, Date::MIN, Reverse(due.due.unwrap_or(due.opened_on))),
        "late" => (2, Date::MIN, Reverse(due.due.unwrap_or(due.opened_on))),
        _ => (3, Date::MIN, Reverse(due.opened_on)),
    };
    sorted.sort_by_key(|due| rank(due));
    for due in sorted.iter().take(most) {
        let by = due.due.map(|day| format!(", due {}", calendar::say(day))).unwrap_or_default();
        writeln!(out, "  {}: {} ({}){by}", wording::plain(due.state), due.title, due.case)?;
        wrapped(out, 4, 110, &due.explanation)?;
    }
    if sorted.len() > most {
        writeln!(out, "  and {} more", sorted.len() - most)?;
    }
    Ok(())
}

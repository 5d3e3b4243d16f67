//! The overview: what is due next, the orders at a glance, the last and the next contact, compliance, hours, what was
//! recorded lately.

use super::bar::{Bar, Tab};
use super::contacts::{Kept, kept};
use super::entry::{Entry, Teller, latest_first};
use super::hours::{Hours, hours};
use super::obligations::{Row, Shown, in_order_of_need};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{Names, Words, capital, happened};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::{History, Record, What};
use service::{Owing, work_of};

/// Obligations that the overview shows; the others are a page of their own.
const DUE: usize = 6;
/// Entries that it shows.
const LATELY: usize = 6;

#[derive(Template)]
#[template(path = "person/overview.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    due: Vec<Row>,
    /// How many more are missed or open.
    more_due: usize,
    orders: Vec<Order>,
    ended: usize,
    last_contact: Option<(String, String)>,
    next_contact: Option<String>,
    /// Planned contacts whose day has passed without an outcome.
    without_outcome: usize,
    kept: Kept,
    hours: Vec<Hours>,
    lately: Vec<Entry>,
}

/// An order at a glance.
struct Order {
    title: String,
    reference: String,
    imposed: String,
    requirements: Vec<String>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let mut opened = super::open(&desk, &seen, &id, Tab::Overview, Owing::Waiting, &known).await?;
    let (words, names) = (desk.words(), &opened.names);
    let mut owed = std::mem::take(&mut opened.part.owed);
    let over = |case: &str| record::OrderRef::try_from(case).is_ok_and(|case| has_ended(&opened.part.record, &case));
    owed.retain(|owed| owed.governed_by.is_none() && (owed.state == "open" || !over(&owed.case)));
    in_order_of_need(&mut owed);
    // What has a day to come is first, then what is late, then what waits without a day.
    owed.sort_by_key(|owed| match (owed.state, owed.due) {
        ("open", Some(_)) => 0,
        ("open", None) => 2,
        _ => 1,
    });
    let shown = Shown { words, base: &opened.base, may_record: opened.bar.may_record };
    let (record, history, today) = (&opened.part.record, &opened.part.history, opened.part.as_at);
    let teller = Teller { words, names, history, base: &opened.base, query: &opened.query };
    let work = work_of(history, record, desk.rules().law());
    let page = Page {
        due: owed.iter().take(DUE).map(|owed| shown.row(owed)).collect(),
        more_due: owed.len().saturating_sub(DUE),
        orders: running(words, names, record, today),
        ended: record.orders.values().filter(|order| order.ended.is_some()).count(),
        last_contact: last_contact(words, names, history),
        next_contact: next_contact(words, record, today),
        without_outcome: record.planned_contacts.values().filter(|planned| planned.on < today).count(),
        kept: kept(history, today),
        hours: work.iter().filter(|work| work.ended_on.is_none()).map(|work| hours(words, names, work)).collect(),
        lately: latest_first(history).iter().take(LATELY).map(|told| teller.in_a_list(told)).collect(),
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

fn has_ended(record: &Record, order: &record::OrderRef) -> bool {
    record.orders.get(order).is_some_and(|order| order.ended.is_some())
}

fn running(words: &Words, names: &Names, record: &Record, today: Date) -> Vec<Order> {
    let running = record.orders.iter().filter(|(_, order)| order.runs_on(today) && order.ended.is_none());
    let order = |(reference, order): (&record::OrderRef, &record::order::Order)| Order {
        title: words.say("order_kind", order.kind.as_str()),
        reference: reference.to_string(),
        imposed: format!("Imposed {}, {}", when::short_day(order.imposed_on), order.court.name),
        requirements: order.requirements.iter().map(|one| words.requirement(one, names)).collect(),
    };
    running.map(order).collect()
}

/// The day of the latest contact held, and what it was.
fn last_contact(words: &Words, names: &Names, history: &History) -> Option<(String, String)> {
    let held = history.standing().filter(|stands| matches!(stands.what, What::ContactHeld(_)));
    let last = held.max_by_key(|stands| (stands.happened.date(), stands.happened.time()))?;
    Some((happened(last.happened), words.tell(last.what, names).sentence))
}

/// The next contact that is planned.
fn next_contact(words: &Words, record: &Record, today: Date) -> Option<String> {
    let coming = record.planned_contacts.values().filter(|planned| planned.on >= today);
    let next = coming.min_by_key(|planned| (planned.on, planned.at))?;
    let at = next.at.map(|at| format!(" at {}", when::time(at))).unwrap_or_default();
    let place = next.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let kind = capital(&words.inside("contact_kind", next.kind.as_str()));
    Some(format!("{kind} on {}{at}{place}", when::day(next.on)))
}

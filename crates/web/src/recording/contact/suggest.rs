//! What is usual for a person's contacts, and what the standard asks for next.

use super::super::known::Choice;
use super::super::sitting::Sitting;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::{Desk, when};
use facts::FactName;
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use record::contact::PlannedContact;
use record::{ContactRef, Happened, Purpose, Record, Scope, What};
use service::{NextContact, next_contact};

/// How the person's contacts usually are.
pub(super) struct Habit {
    pub(super) kind: &'static str,
    pub(super) at: Option<Time>,
    pub(super) place: Option<String>,
}

/// The next appointment as the standard asks for it.
#[derive(Default)]
pub(super) struct Suggested {
    /// The day to suggest.
    pub(super) on: Option<Date>,
    /// What the standard asks and why that day, in sentences.
    pub(super) sentences: Vec<String>,
    /// How the standard came to ask for it.
    pub(super) explanation: String,
    /// An appointment that is planned already.
    pub(super) already: Option<Date>,
}

/// Appointments whose outcome is to be recorded: those of today first, then the latest before.
pub(super) fn appointments(record: &Record, today: Date) -> Vec<(&ContactRef, &PlannedContact)> {
    let mut due: Vec<_> = record.planned_contacts.iter().filter(|(_, planned)| planned.on <= today).collect();
    due.sort_by_key(|(reference, planned)| (std::cmp::Reverse(planned.on), planned.at, *reference));
    due
}

/// From the latest contacts: how, when and where.
pub(super) fn habit(sitting: &Sitting) -> Habit {
    let mut habit = Habit { kind: "office", at: None, place: None };
    let events = sitting.ground.history.iter().flat_map(record::History::events);
    let mut latest: Vec<_> = events.collect();
    latest.sort_by_key(|event| event.stamp.happened.date());
    if let Some(kind) = latest.iter().rev().find_map(|event| match &event.what {
        What::ContactHeld(held) => Some(held.kind),
        _ => None,
    }) {
        habit.kind = kind.as_str();
    }
    for event in latest.iter().rev() {
        if let What::ContactPlanned(planned) = &event.what {
            habit.at = habit.at.or(planned.at);
            if planned.kind.as_str() == habit.kind {
                habit.place = habit.place.or_else(|| planned.place.as_ref().map(ToString::to_string));
            }
        }
    }
    habit
}

/// Orders on which no first direct contact is recorded (S3 5.2).
pub(super) fn without_first_contact(record: &Record) -> Vec<Choice> {
    let has = |order: &record::OrderRef| {
        record
            .facts()
            .iter()
            .any(|told| told.fact.name == FactName::ContactFirstDirect && told.scope == Scope::Order(order.clone()))
    };
    let open = record.orders.iter().filter(|(order, known)| known.ended.is_none() && !has(order));
    open.map(|(order, _)| (order.to_string(), format!("Yes, on order {order}"))).collect()
}

/// The one order on which the next contact is the first direct one, if there is one alone.
pub(super) fn first_contact_of(record: &Record) -> Option<String> {
    match without_first_contact(record).as_slice() {
        [(order, _)] => Some(order.clone()),
        _ => None,
    }
}

/// Contacts of today that are on the record already, so that nobody records one twice without noticing.
pub(super) fn of_today(desk: &Desk, sitting: &Sitting) -> Vec<String> {
    let standing = sitting.ground.history.iter().flat_map(record::History::standings);
    let today = standing.filter(|(event, standing)| {
        *standing == record::Standing::Stands
            && matches!(event.what, What::ContactHeld(_) | What::ContactMissed(_))
            && event.stamp.on() == sitting.today()
    });
    today.map(|(event, _)| desk.words().tell(&event.what, &sitting.names).sentence).collect()
}

/// What the standards ask for after the contact that is being recorded.
pub(super) async fn next(desk: &Desk, seen: &Seen, sitting: &Sitting) -> Result<Suggested, Trouble> {
    let Some(history) = sitting.ground.history.clone() else { return Ok(Suggested::default()) };
    let today = sitting.today();
    let first_for = first_contact_of(&sitting.ground.record);
    let held = serde_json::json!({ "kind": "office", "with": "case_manager", "first_for": first_for });
    let (after_held, as_it_is) = desk
        .ask(seen, Purpose::Supervision, move |service, _| {
            let held = What::typed("contact.held", &held.to_string())?;
            let held = Some((Happened::on(today), held));
            Ok((
                next_contact(service.rules(), &history, today, held)?,
                next_contact(service.rules(), &history, today, None)?,
            ))
        })
        .await?;
    let later =
        sitting.ground.record.planned_contacts.values().map(|planned| planned.on).filter(|on| *on > today).min();
    Ok(suggestion(today, later, after_held, as_it_is))
}

fn suggestion(
    today: Date,
    already: Option<Date>,
    after_held: Option<NextContact>,
    as_it_is: Option<NextContact>,
) -> Suggested {
    let mut suggested = Suggested { already, ..Suggested::default() };
    if let Some(next) = after_held {
        // The same day of the week, one period on from this contact, within the period that the standard asks about.
        let period = next.from.until(next.by).map_or(7, |span| i64::from(span.get_days()) + 1);
        let one_on = today.checked_add(period.days()).unwrap_or(next.by);
        let fits = |day: &&Date| **day > today && **day >= one_on && day.weekday() == today.weekday();
        let on = next.days.iter().find(fits).copied().unwrap_or(next.worked);
        suggested.on = Some(if on > today { on } else { today.tomorrow().unwrap_or(today) });
        suggested.sentences.push(format!(
            "After a contact today the next is due by {} ({}, {}).",
            when::day(next.by),
            next.title.trim_end_matches('.'),
            next.source
        ));
        if let Some(why) = &next.not_worked {
            suggested.sentences.push(format!(
                "That day is {why} in the calendar “{}”; the last working day before it is {}.",
                next.calendar,
                when::day(next.worked)
            ));
        }
        suggested.explanation.clone_from(&next.explanation);
        if let Some(now) = as_it_is.filter(|now| now.by != next.by) {
            suggested.sentences.push(format!("If it was missed, a contact is still due by {}.", when::day(now.by)));
        }
        if let Some(planned) = already {
            let keeps = if planned <= next.by { "which keeps it" } else { "which is later than that" };
            suggested.sentences.push(format!("An appointment is planned for {} already, {keeps}.", when::day(planned)));
        }
    } else if let Some(planned) = already {
        suggested.sentences.push(format!("An appointment is planned for {} already.", when::day(planned)));
    }
    suggested
}

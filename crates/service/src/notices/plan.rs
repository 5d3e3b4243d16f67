//! Which messages are owed about a person's appointments: a pure decision, taken anew each time from the record and from
//! what was sent already. Nothing is sent that this decision does not want at that moment.

use super::hours::{Hours, instant, two_days_before};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use record::contact::ContactKind;
use record::person::Route;
use record::{ContactRef, History, Record, What};
use std::collections::{BTreeMap, BTreeSet};

/// A message that comes later than this before the appointment helps nobody.
const LEAST_NOTICE: SignedDuration = SignedDuration::from_hours(2);
/// Somebody who was just told of a change needs no reminder as well.
const JUST_TOLD: SignedDuration = SignedDuration::from_hours(24);
/// A reminder of an appointment without a time goes out at midday.
const MIDDAY: Time = Time::constant(12, 0, 0, 0);

/// An appointment: the contact, its day and its time. Moved to another time it is another appointment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Appointment {
    pub(crate) on: Date,
    pub(crate) at: Option<Time>,
    pub(crate) contact: ContactRef,
}

impl Appointment {
    /// When it begins; without a time, when its day begins.
    pub(crate) fn begins(&self) -> Option<Timestamp> {
        instant(self.on, self.at.unwrap_or_default())
    }

    fn reminder_from(&self) -> Option<Timestamp> {
        two_days_before(self.on, self.at.unwrap_or(MIDDAY))
    }
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    /// There is an appointment.
    Reminder,
    /// Instead of the appointment that was told, there is this one.
    Moved(Appointment),
    /// The appointment that was told will not take place.
    Cancelled,
}

/// A message's identity: one appointment, one way to reach the person, one thing said. Never sent twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) appointment: Appointment,
    pub(crate) route: Way,
    pub(crate) about: About,
}

/// A way by which the person may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// A text message.
    Text,
    /// An e-mail.
    Email,
}

impl Way {
    /// The word in the read model and in the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
        }
    }
}

/// Where a message goes and when it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) to: String,
    pub(crate) hours: Hours,
    /// Whether the place may be named: it can tell what the service is.
    pub(crate) name_the_service: bool,
}

/// What of a record bears on messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Situation {
    /// Appointments whose outcome is not recorded yet.
    pub(crate) planned: BTreeMap<Appointment, (ContactKind, Option<String>)>,
    /// Contacts whose outcome is recorded: nobody is told that they were called off.
    pub(crate) settled: BTreeSet<ContactRef>,
    /// Where the person asked to be reminded and it is safe.
    pub(crate) reach: BTreeMap<Way, Reach>,
}

impl Situation {
    /// Reads it from a record. Nothing is sent to somebody who died, or about a contact in custody or in writing.
    pub(crate) fn of(history: &History, record: &Record) -> Self {
        let mut situation = Self::default();
        if record.person.died.is_some() {
            return situation;
        }
        for (contact, planned) in &record.planned_contacts {
            if !matches!(planned.kind, ContactKind::Custody | ContactKind::Written) {
                let appointment = Appointment { on: planned.on, at: planned.at, contact: contact.clone() };
                let place = planned.place.as_ref().map(ToString::to_string);
                situation.planned.insert(appointment, (planned.kind, place));
            }
        }
        situation.settled = history
            .events()
            .iter()
            .filter_map(|event| match &event.what {
                What::ContactHeld(held) => held.contact.clone(),
                What::ContactMissed(missed) => missed.contact.clone(),
                _ => None,
            })
            .collect();
        // The latest detail of each way counts.
        for detail in &record.person.contact_details {
            let way = match detail.route {
                Route::Mobile => Way::Text,
                Route::Email => Way::Email,
                Route::Landline => continue,
            };
            match Hours::of(&detail.safe) {
                Some(hours) if detail.safe.reminders => {
                    let reach =
                        Reach { to: detail.value.to_string(), hours, name_the_service: detail.safe.name_the_service };
                    situation.reach.insert(way, reach);
                }
                _ => {
                    situation.reach.remove(&way);
                }
            }
        }
        situation
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It waits for its moment.
    Planned,
    /// It is being handed over.
    Sending,
    /// It was handed over.
    Sent,
    /// The program stopped while it was handed over: it may have been sent, so it is not sent again.
    Unclear,
    /// It was given up.
    Failed,
    /// It is not wanted any more.
    Dropped,
}

impl State {
    /// Whether the person may know of it.
    pub(crate) const fn told(self) -> bool {
        matches!(self, Self::Sending | Self::Sent | Self::Unclear)
    }
}

/// A message that was planned before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) key: Key,
    pub(crate) state: State,
    pub(crate) send_at: Timestamp,
    /// Not again before this moment, after an attempt that did not succeed.
    pub(crate) retry_at: Option<Timestamp>,
}

/// What is to change in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A message that was never planned, or was dropped.
    Plan(Key, Timestamp),
    /// Another moment for a planned one.
    Move(Key, Timestamp),
    /// A planned one is not wanted any more.
    Drop(Key, &'static str),
}

/// What is owed now, and when.
fn wanted(situation: &Situation, before: &[Before], now: Timestamp) -> BTreeMap<Key, Timestamp> {
    let mut wanted = BTreeMap::new();
    for (way, reach) in &situation.reach {
        let on_this_way = || before.iter().filter(|notice| notice.key.route == *way);
        let retry = |key: &Key| on_this_way().find(|notice| notice.key == *key).and_then(|notice| notice.retry_at);
        let in_time = |key: &Key, earliest: Timestamp, latest: Option<Timestamp>| {
            let at = reach.hours.next(earliest.max(now).max(retry(key).unwrap_or(now)))?;
            (latest?.duration_since(at) >= LEAST_NOTICE).then_some(at)
        };

        // Who was told of an appointment that was called off since is told so, with the next one if there is one.
        let told: BTreeSet<&Appointment> = on_this_way()
            .filter(|n| n.state.told() && n.key.about != About::Cancelled)
            .map(|n| &n.key.appointment)
            .collect();
        let answered = |gone: &Appointment| {
            on_this_way().any(|notice| {
                (notice.state.told() || notice.state == State::Failed)
                    && match &notice.key.about {
                        About::Moved(from) => from == gone,
                        About::Cancelled => notice.key.appointment == *gone,
                        About::Reminder => false,
                    }
            })
        };
        let withdrawn = told.iter().filter(|gone| {
            !situation.planned.contains_key(**gone)
                && !situation.settled.contains(&gone.contact)
                && gone.begins().is_some_and(|begins| begins > now)
                && !answered(gone)
        });
        let mut untold: BTreeSet<&Appointment> = situation
            .planned
            .keys()
            .filter(|appointment| {
                !told.contains(appointment) && appointment.begins().is_some_and(|begins| begins > now)
            })
            .collect();
        for gone in withdrawn {
            let same_contact = untold.iter().find(|new| new.contact == gone.contact).copied();
            let instead = same_contact.or_else(|| untold.first().copied());
            let moved = instead.and_then(|new| {
                let key = Key { appointment: new.clone(), route: *way, about: About::Moved((*gone).clone()) };
                let at = in_time(&key, now, new.begins())?;
                Some((key, at, new))
            });
            if let Some((key, at, new)) = moved {
                untold.remove(new);
                wanted.insert(key, at);
                continue;
            }
            let key = Key { appointment: (*gone).clone(), route: *way, about: About::Cancelled };
            if let Some(at) = in_time(&key, now, gone.begins()) {
                wanted.insert(key, at);
            }
        }

        for appointment in situation.planned.keys() {
            let key = Key { appointment: appointment.clone(), route: *way, about: About::Reminder };
            let Some(from) = appointment.reminder_from() else { continue };
            let Some(at) = in_time(&key, from, appointment.begins()) else { continue };
            let is_move = |key: &Key| matches!(key.about, About::Moved(_)) && key.appointment == *appointment;
            let told_of_the_move = wanted
                .iter()
                .filter(|(key, _)| key.route == *way && is_move(key))
                .map(|(_, at)| *at)
                .chain(on_this_way().filter(|n| n.state.told() && is_move(&n.key)).map(|n| n.send_at))
                .max();
            if told_of_the_move.is_none_or(|told_at| from.duration_since(told_at) > JUST_TOLD) {
                wanted.insert(key, at);
            }
        }
    }
    wanted
}

/// What has to change so that the plan is what is owed now.
pub(crate) fn reconcile(situation: &Situation, before: &[Before], now: Timestamp) -> Vec<Change> {
    let wanted = wanted(situation, before, now);
    let mut changes = Vec::new();
    for (key, at) in &wanted {
        match before.iter().find(|notice| notice.key == *key) {
            None => changes.push(Change::Plan(key.clone(), *at)),
            Some(notice) => match notice.state {
                State::Dropped => changes.push(Change::Plan(key.clone(), *at)),
                // One that is due stays due; it is not moved along with the clock.
                State::Planned if notice.send_at != *at && !(notice.send_at <= now && *at <= now) => {
                    changes.push(Change::Move(key.clone(), *at));
                }
                _ => {}
            },
        }
    }
    for notice in before.iter().filter(|notice| notice.state == State::Planned && !wanted.contains_key(&notice.key)) {
        changes.push(Change::Drop(notice.key.clone(), why_not(situation, notice, now)));
    }
    changes
}

/// Why a planned message is not wanted any more, as the person's page says it.
fn why_not(situation: &Situation, notice: &Before, now: Timestamp) -> &'static str {
    let Key { appointment, route, about } = &notice.key;
    if !situation.reach.contains_key(route) {
        "It is no longer wanted, or no longer safe, to write there."
    } else if *about != About::Cancelled && !situation.planned.contains_key(appointment) {
        "The appointment was called off or moved, or its outcome is recorded."
    } else if appointment.begins().is_none_or(|begins| begins.duration_since(now) < LEAST_NOTICE) {
        "It was too late to write."
    } else {
        "Another message says it."
    }
}

//! A person's stream of events, and the record that follows from it.

use crate::event::{Check, Event, What};
use crate::refusal::{Refusal, require, say};
use crate::{EventId, Happened, Law, Precision, Record};
use jiff::Timestamp;
use jiff::civil::Date;
use ledger::Amendments;
use std::collections::BTreeMap;

/// A person's events in the order in which they were recorded.
#[derive(Clone, Debug, Default)]
pub struct History {
    events: Vec<Event>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing<'a> {
    /// It stands as recorded.
    Stands,
    /// A later event corrected it.
    Corrected(&'a Event),
    /// A later event struck it.
    Struck(&'a Event),
}

/// Something that stands, as corrected if it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stands<'a> {
    /// Who recorded it, when, for whom and why.
    pub stamp: &'a crate::Stamp,
    /// When it took place.
    pub happened: Happened,
    /// What happened.
    pub what: &'a What,
}

impl Stands<'_> {
    /// The day on which it took place.
    pub fn on(&self) -> Date {
        self.happened.date()
    }
}

/// A proposal to record something.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What happened.
    pub what: What,
    /// When it took place, as told.
    pub happened: Happened,
}

impl History {
    /// A history of these events, in the order in which they were recorded.
    pub fn new(events: Vec<Event>) -> Self {
        Self { events }
    }

    /// A history brought in as a whole, if the record's rules accept every event in the order in which things happened.
    pub fn replayed(events: Vec<Event>, today: Date, law: &Law) -> Result<Self, Refusal> {
        let history = Self { events };
        for event in &history.events {
            not_in_the_future(event.stamp.happened, today)?;
        }
        match history.trouble(today, law).into_iter().next() {
            None => Ok(history),
            Some((id, refusal)) => Err(Refusal::new(refusal.rule, format!("Event {id}: {}", refusal.sentence))),
        }
    }

    /// The events, in the order in which they were recorded.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Adds an event that has been decided.
    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What was known at a moment: only events recorded by then. What an inquiry asks first.
    #[must_use]
    pub fn as_known_at(&self, moment: Timestamp) -> Self {
        Self { events: self.events.iter().filter(|event| event.stamp.recorded <= moment).cloned().collect() }
    }

    /// What had happened by the end of a day, as known now.
    #[must_use]
    pub fn as_it_stood_on(&self, day: Date) -> Self {
        let events = self.effective().into_iter().filter(|event| event.stamp.happened.date() <= day);
        Self { events: events.map(std::borrow::Cow::into_owned).collect() }
    }

    /// Each event with what became of it.
    pub fn standings(&self) -> impl Iterator<Item = (&Event, Standing<'_>)> {
        let amendments = Amendments::of(&self.events);
        self.events.iter().map(move |event| {
            let id = event.stamp.id;
            let standing = match (amendments.struck.get(&id), amendments.corrected.get(&id)) {
                (Some(strike), _) => Standing::Struck(strike),
                (None, Some((correction, ..))) => Standing::Corrected(correction),
                (None, None) => Standing::Stands,
            };
            (event, standing)
        })
    }

    /// What stands now, in the order in which it was recorded: what was struck is left out, what was corrected is as
    /// corrected, and the corrections and strikes themselves are not told.
    pub fn standing(&self) -> impl Iterator<Item = Stands<'_>> {
        self.standings().filter_map(|(event, standing)| match (&event.what, standing) {
            (What::Corrected(_) | What::Struck(_), _) | (_, Standing::Struck(_)) => None,
            (what, Standing::Stands) => Some(Stands { stamp: &event.stamp, happened: event.stamp.happened, what }),
            (what, Standing::Corrected(by)) => match &by.what {
                What::Corrected(correction) => Some(Stands {
                    stamp: &event.stamp,
                    happened: correction.happened.unwrap_or(event.stamp.happened),
                    what: &correction.instead,
                }),
                _ => Some(Stands { stamp: &event.stamp, happened: event.stamp.happened, what }),
            },
        })
    }

    /// The record that follows from the events: corrections and strikes honoured, in the order in which things happened.
    pub fn record(&self) -> Record {
        let mut record = Record::default();
        for event in self.effective() {
            record.tell(&event);
        }
        record.version = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        record
    }

    /// What stands, as corrected and in the order in which things happened.
    pub fn effective(&self) -> Vec<std::borrow::Cow<'_, Event>> {
        let mut standing = ledger::standing(&self.events);
        standing.sort_by_key(|event| event.stamp.happened.sort_key());
        standing
    }

    /// Decides whether something can be recorded, and what follows. Nothing changes on a refusal.
    pub fn decide(&self, record: &Record, proposal: &Proposal, today: Date, law: &Law) -> Result<Vec<What>, Refusal> {
        not_in_the_future(proposal.happened, today)?;
        match &proposal.what {
            What::Struck(strike) => self.decide_amendment(strike.event, None, proposal, today, law)?,
            What::Corrected(correction) => {
                let when = correction.happened;
                self.decide_amendment(correction.event, Some((&correction.instead, when)), proposal, today, law)?;
            }
            what => what.happening().check(&Check { record, happened: proposal.happened, today, law })?,
        }
        Ok(vec![proposal.what.clone()])
    }

    /// An amendment must name an event that stands, and must not leave others without what they need.
    fn decide_amendment(
        &self,
        target: EventId,
        instead: Option<(&What, Option<Happened>)>,
        proposal: &Proposal,
        today: Date,
        law: &Law,
    ) -> Result<(), Refusal> {
        let original = self.events.iter().find(|event| event.stamp.id == target).ok_or_else(|| {
            Refusal::order_of_things(
                "There is no such event on this record. Correct or strike an event of this person.".to_owned(),
            )
        })?;
        let amendments = Amendments::of(&self.events);
        require(!amendments.struck.contains_key(&target), "the record", || {
            "That event has been struck already. To bring it back, strike the strike.".into()
        })?;
        if let Some((instead, happened)) = instead {
            require(instead.kind() == original.what.kind(), "the record", || {
                format!(
                    "A correction is of the same kind: the event is {}, the correction {}. Strike it and record the right one.",
                    original.what.kind(),
                    instead.kind()
                )
            })?;
            if let Some(happened) = happened {
                not_in_the_future(happened, today)?;
            }
        }
        let before = self.trouble(today, law);
        let mut amended = self.clone();
        amended.events.push(Event {
            stamp: crate::Stamp {
                id: EventId(uuid::Uuid::nil()),
                happened: proposal.happened,
                ..original.stamp.clone()
            },
            what: proposal.what.clone(),
        });
        match amended.trouble(today, law).into_iter().find(|(id, _)| !before.contains_key(id)) {
            None => Ok(()),
            Some((id, refusal)) if id == target => Err(refusal),
            Some((_, refusal)) => Err(Refusal::order_of_things(format!(
                "With this change another event would no longer hold: {} Correct or strike that one first.",
                refusal.sentence
            ))),
        }
    }

    /// The events that would be refused if things were recorded in the order in which they happened.
    fn trouble(&self, today: Date, law: &Law) -> BTreeMap<EventId, Refusal> {
        let mut record = Record::default();
        let mut refused = BTreeMap::new();
        for event in self.effective() {
            let check = Check { record: &record, happened: event.stamp.happened, today, law };
            if let Err(refusal) = event.what.happening().check(&check) {
                refused.insert(event.stamp.id, refusal);
            }
            record.tell(&event);
        }
        refused
    }
}

fn not_in_the_future(happened: Happened, today: Date) -> Result<(), Refusal> {
    require(happened.date() <= today, "the record", || {
        format!(
            "{} has not come yet. What is to happen is planned; what has happened is recorded.",
            say(happened.date())
        )
    })?;
    require(happened.precision() != Precision::Day || happened.date().year() >= 1900, "the record", || {
        "The date is before 1900. Check the year.".into()
    })
}

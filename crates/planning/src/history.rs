//! A plan's stream of events, and the plan that follows from it.

use crate::event::{Check, Event, What};
use crate::refusal::{Refusal, require, say};
use crate::{EventId, Plan};
use jiff::Timestamp;
use jiff::civil::Date;
use ledger::Amendments;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A plan's events in the order in which they were recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    events: Vec<Event>,
}

impl History {
    /// A history brought in as a whole, if the plan's rules accept every event in the order in which things happened.
    pub fn replayed(events: Vec<Event>, today: Date) -> Result<Self, Refusal> {
        let history = Self { events };
        for event in &history.events {
            not_in_the_future(event.stamp.happened, today)?;
        }
        match history.trouble(today).into_values().next() {
            None => Ok(history),
            Some(refusal) => Err(refusal),
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

    /// What was known at a moment: only events recorded by then. What a board asks when a figure has changed.
    #[must_use]
    pub fn as_known_at(&self, moment: Timestamp) -> Self {
        Self { events: self.events.iter().filter(|event| event.stamp.recorded <= moment).cloned().collect() }
    }

    /// What had happened by the end of a day, as known now.
    #[must_use]
    pub fn as_it_stood_on(&self, day: Date) -> Self {
        let events = self.effective().into_iter().filter(|event| event.stamp.happened <= day);
        Self { events: events.map(Cow::into_owned).collect() }
    }

    /// The plan as a version had it; none if no version has the number.
    #[must_use]
    pub fn as_of_version(&self, number: &str) -> Option<Self> {
        let events = self.effective();
        let last = events.iter().position(|event| event.what.version_number() == Some(number))?;
        Some(Self { events: events.into_iter().take(last + 1).map(Cow::into_owned).collect() })
    }

    /// The plan that follows from the events: corrections and strikes honoured, in the order in which things happened.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for event in self.effective() {
            event.what.happening().apply(&mut plan, &event.stamp);
        }
        plan
    }

    /// What stands, as corrected, in the order in which things happened.
    pub fn effective(&self) -> Vec<Cow<'_, Event>> {
        let mut standing = ledger::standing(&self.events);
        standing.sort_by_key(|event| event.stamp.happened);
        standing
    }

    /// Decides whether an event can be recorded: in the order in which things happened it must hold, and everything after
    /// it must still hold. Nothing changes on a refusal.
    pub fn decide(&self, event: &Event, today: Date) -> Result<(), Refusal> {
        let id = event.stamp.id;
        require(self.events.iter().all(|known| known.stamp.id != id), || {
            "This event has been recorded already. Give another one its own identifier.".into()
        })?;
        not_in_the_future(event.stamp.happened, today)?;
        let target = event.what.amends();
        if let Some(target) = target {
            self.can_be_amended(target, &event.what, today)?;
        }
        let before = self.trouble(today);
        let mut with = self.clone();
        with.push(event.clone());
        let mut after = with.trouble(today);
        if let Some(refusal) = after.remove(&target.unwrap_or(id)) {
            return Err(refusal);
        }
        match after.into_iter().find(|(id, _)| !before.contains_key(id)) {
            None => Ok(()),
            Some((_, refusal)) => Err(Refusal::plan(format!(
                "With this change another event would no longer hold: {} Correct or strike that one first.",
                refusal.sentence
            ))),
        }
    }

    /// An amendment names an event that stands, and a correction says the same kind of thing.
    fn can_be_amended(&self, target: EventId, what: &What, today: Date) -> Result<(), Refusal> {
        let original = self
            .events
            .iter()
            .find(|event| event.stamp.id == target)
            .ok_or_else(|| Refusal::plan("There is no such event in this plan. Name an event of this plan."))?;
        require(!Amendments::of(&self.events).struck.contains_key(&target), || {
            "That event has been struck already. To bring it back, strike the strike.".into()
        })?;
        let What::Corrected(correction) = what else { return Ok(()) };
        require(correction.instead.kind() == original.what.kind(), || {
            format!(
                "A correction is of the same kind: the event is {}, the correction {}. Strike it and record the right one.",
                original.what.kind(),
                correction.instead.kind()
            )
        })?;
        correction.happened.map_or(Ok(()), |happened| not_in_the_future(happened, today))
    }

    /// The events that would be refused if things were recorded in the order in which they happened.
    fn trouble(&self, today: Date) -> BTreeMap<EventId, Refusal> {
        let mut plan = Plan::default();
        let mut refused = BTreeMap::new();
        for event in self.effective() {
            let check = Check { plan: &plan, on: event.stamp.happened };
            let decided = not_in_the_future(event.stamp.happened, today).and(event.what.happening().check(&check));
            if let Err(refusal) = decided {
                refused.insert(event.stamp.id, refusal);
            }
            event.what.happening().apply(&mut plan, &event.stamp);
        }
        refused
    }
}

fn not_in_the_future(happened: Date, today: Date) -> Result<(), Refusal> {
    require(happened <= today, || {
        format!(
            "{} has not come yet. Give what is to happen a due date; record it when it has happened.",
            say(happened)
        )
    })
}

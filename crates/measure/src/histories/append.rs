//! Joining what several threads read, in the order of the file.

use super::build::{HistoriesBuilder, too_many, too_many_words};
use super::{Codes, Events, NO_WEIGHT};
use crate::day::{Day, MaybeDay};
use crate::error::MeasureError;

impl HistoriesBuilder {
    /// Adds what another builder with the same attributes of events took, as far as it is events.
    pub(crate) fn append_events(&mut self, other: Self) -> Result<(), MeasureError> {
        if self.people.ids.len() == 0 && self.people.attributes.is_empty() {
            *self = other;
            return Ok(());
        }
        let people: Vec<u32> = match other.people.ids.numbers() {
            Some(numbers) => self.people_numbered(numbers)?,
            None => other.people.ids.iter().map(|id| Ok(self.person(&id)?.0)).collect::<Result<_, MeasureError>>()?,
        };
        let before = self.events.on.len();
        if u32::try_from(before + other.events.on.len()).is_err() {
            return Err(too_many("events"));
        }
        let own = |person: u32| people.get(person as usize).copied().unwrap_or_default();
        let last = (self.of_event.last(), self.events.on.last());
        let goes_on = last <= (people.first().copied(), other.events.on.first()) && people.is_sorted();
        let in_order = other.in_order == other.events.on.len();
        self.of_event.append(&other.of_event, own);
        if self.events.last.is_none() {
            self.events = other.events;
        } else {
            self.events.append(&other.events, before)?;
        }
        if goes_on && self.in_order == before && in_order {
            self.in_order = self.events.on.len();
        }
        Ok(())
    }

    /// Looks whether the events stand in the order of person and day, while they are at hand.
    pub(crate) fn look_at_order(&mut self) {
        if self.of_event.in_order(&self.events.on) {
            self.in_order = self.events.on.len();
        }
    }

    /// Makes room for so many events, each perhaps of somebody else, and for their weights if they have any. Room that is not
    /// used takes no memory; to make it little by little would copy all that is there, again and again.
    pub(crate) fn reserve_events(&mut self, events: usize, weighed: bool) {
        self.people.ids.reserve(events);
        self.of_event.reserve(events);
        self.events.on.reserve(events);
        self.events.weight.reserve(if weighed { events } else { 0 });
    }
}

impl Events {
    fn append(&mut self, other: &Self, before: usize) -> Result<(), MeasureError> {
        if !self.at_liberty.is_empty() || !other.at_liberty.is_empty() {
            let own_days = |days: &[Day]| days.iter().map(|on| MaybeDay::from(Some(*on))).collect::<Vec<_>>();
            if self.at_liberty.is_empty() {
                self.at_liberty = own_days(&self.on);
            }
            if other.at_liberty.is_empty() {
                self.at_liberty.extend(own_days(&other.on));
            } else {
                self.at_liberty.extend_from_slice(&other.at_liberty);
            }
        }
        let added = other.on.len();
        self.on.extend_from_slice(&other.on);
        self.last = self.last.max(other.last);
        for (column, other) in [
            (&mut self.offence, &other.offence),
            (&mut self.learned, &other.learned),
            (&mut self.withdrawn, &other.withdrawn),
        ] {
            append_if_any(column, before, other, added, MaybeDay::NONE);
        }
        append_if_any(&mut self.weight, before, &other.weight, added, NO_WEIGHT);
        append(&mut self.kind, &other.kind)?;
        append(&mut self.disposal, &other.disposal)?;
        append(&mut self.group, &other.group)?;
        self.attributes.iter_mut().zip(&other.attributes).try_for_each(|(column, other)| append(column, other))
    }
}

fn append(column: &mut Codes, other: &Codes) -> Result<(), MeasureError> {
    if column.append(other) { Ok(()) } else { Err(too_many_words(column.name())) }
}

fn append_if_any<T: Copy>(column: &mut Vec<T>, before: usize, other: &[T], added: usize, nothing: T) {
    if column.is_empty() && other.is_empty() {
        return;
    }
    column.resize(before, nothing);
    column.extend_from_slice(other);
    column.resize(before + added, nothing);
}

//! What happened to people, as columns sorted by person and then by date: the layout that makes a cohort of millions a
//! matter of a tenth of a second.

#[cfg(feature = "parquet")]
mod append;
mod build;
mod codes;
#[cfg(feature = "parquet")]
mod columnar;
mod files;
mod ids;
#[cfg(feature = "parquet")]
mod in_order;
mod runs;
mod sheet;
#[cfg(feature = "parquet")]
mod sifted;

pub use build::{EventRow, HistoriesBuilder, Person, PersonRow};
pub(crate) use codes::Codes;
pub use files::{Files, Map};
use ids::Ids;

use crate::day::{Day, MaybeDay};
use std::borrow::Cow;
use std::ops::Range;

/// People and what happened to them. Built by a [`HistoriesBuilder`] or [read from files](Files); never changed after.
#[derive(Debug)]
pub struct Histories {
    pub(crate) people: People,
    pub(crate) events: Events,
    pub(crate) custody: Spells,
}

/// One row for each person.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) ids: Ids,
    /// Empty when no day of birth is known.
    pub(crate) born: Vec<MaybeDay>,
    /// Empty when nobody died or left.
    pub(crate) left: Vec<MaybeDay>,
    pub(crate) attributes: Vec<Codes>,
}

/// One row for each event, in the order of person and date.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// Where each person's events begin, with the end of the last.
    pub(crate) begin: Vec<u32>,
    /// The day of conviction, of return, of the caution: when it was proven or happened.
    pub(crate) on: Vec<Day>,
    /// The last of them.
    pub(crate) last: Option<Day>,
    /// The day of the offence. Empty when none is known.
    pub(crate) offence: Vec<MaybeDay>,
    /// The day from which the person is at liberty after it: sentence, or release. Empty when each is the event's own day.
    pub(crate) at_liberty: Vec<MaybeDay>,
    /// Empty when no event says when it was learned: then each was known on its day.
    pub(crate) learned: Vec<MaybeDay>,
    /// Empty when none was ever withdrawn.
    pub(crate) withdrawn: Vec<MaybeDay>,
    /// Empty when none has a weight.
    pub(crate) weight: Vec<u16>,
    pub(crate) kind: Codes,
    pub(crate) disposal: Codes,
    pub(crate) group: Codes,
    pub(crate) attributes: Vec<Codes>,
}

/// The weight of an event to which the severity scale gives none.
pub(crate) const NO_WEIGHT: u16 = u16::MAX;

/// The greatest weight: with so few, ten million offences are weighed in little memory.
pub(crate) const GREATEST_WEIGHT: u16 = NO_WEIGHT - 1;

/// Spells in custody, in the order of person and first day.
#[derive(Debug, Default)]
pub(crate) struct Spells {
    pub(crate) begin: Vec<u32>,
    pub(crate) from: Vec<Day>,
    pub(crate) until: Vec<Day>,
}

impl Events {
    /// Whether every event was known on a day.
    pub(crate) fn all_known_on(&self, as_of: Day) -> bool {
        self.learned.is_empty() && self.withdrawn.is_empty() && self.last.is_none_or(|last| last <= as_of)
    }

    /// Whether an event was known on a day: it had happened, was learned by then, and not yet found to be a mistake.
    #[inline]
    pub(crate) fn was_known(&self, row: usize, as_of: Day) -> bool {
        let day = |column: &[MaybeDay]| column.get(row).and_then(|day| day.get());
        self.on.get(row).is_some_and(|on| *on <= as_of)
            && day(&self.learned).is_none_or(|learned| learned <= as_of)
            && day(&self.withdrawn).is_none_or(|withdrawn| withdrawn > as_of)
    }
}

impl Histories {
    /// How many people.
    pub fn people(&self) -> usize {
        self.people.ids.len()
    }

    /// How many events.
    pub fn events(&self) -> usize {
        self.events.on.len()
    }

    /// The identifier under which a person was read.
    pub fn id(&self, person: Person) -> Cow<'_, str> {
        self.people.ids.get(person.row()).unwrap_or_default()
    }

    /// The last day on which anything is known to have happened.
    pub fn last_event(&self) -> Option<Day> {
        self.events.last
    }

    /// The names of the attributes by which figures can be broken down, beside those that every event has.
    pub fn attributes(&self) -> impl Iterator<Item = &str> + Clone {
        self.events.attributes.iter().chain(&self.people.attributes).map(Codes::name)
    }

    pub(crate) fn rows_of(&self, person: usize) -> Range<usize> {
        range(&self.events.begin, person)
    }

    /// The spells in custody of a person: first day, and the day after all where there is no end yet.
    #[cfg(feature = "parquet")]
    pub(crate) fn spells_of(&self, person: usize) -> impl Iterator<Item = (Day, Day)> + '_ {
        let spells = range(&self.custody.begin, person);
        let begins = self.custody.from.get(spells.clone()).unwrap_or_default();
        begins.iter().copied().zip(self.custody.until.get(spells).unwrap_or_default().iter().copied())
    }

    /// Days in custody after `from` up to and including `until`. Spells that overlap count once; one without an end lasts.
    #[inline]
    pub(crate) fn custody_days(&self, person: usize, from: Day, until: Day) -> u32 {
        if self.custody.from.is_empty() {
            return 0;
        }
        let spells = range(&self.custody.begin, person);
        let begins = self.custody.from.get(spells.clone()).unwrap_or_default();
        let ends = self.custody.until.get(spells).unwrap_or_default();
        let mut counted_to = from;
        let mut days = 0;
        for (&begin, &end) in begins.iter().zip(ends) {
            let begin = begin.max(counted_to);
            let end = end.min(until);
            if end > begin {
                days += end.since(begin);
                counted_to = end;
            }
        }
        days.unsigned_abs()
    }
}

fn range(begins: &[u32], person: usize) -> Range<usize> {
    match begins.get(person..person + 2) {
        Some(&[begin, end]) => begin as usize..end as usize,
        _ => 0..0,
    }
}

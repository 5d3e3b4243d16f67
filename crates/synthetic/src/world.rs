//! People, one after the other: what they are made from, and the iterator that makes them.

use crate::area::Area;
use crate::chance::Chance;
use crate::life::Life;
use crate::mix::Mix;
use crate::{SyntheticError, Targets};
use calendar::Calendars;
use jiff::civil::Date;
use record::{Event, Line, Note, Words};
use serde::Deserialize;

/// How many people, over how long.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many people, of all the days.
    pub people: u32,
    /// How many more who came in the last days, so that a desk that is opened on the area has what has just come in.
    pub newcomers: u32,
    /// How many more were sentenced in the four years before the first day, of whom only the court's papers are on record.
    pub former: u32,
    /// The day from which people come.
    pub from: Date,
    /// The last day of which anything is known.
    pub until: Date,
}

impl Size {
    /// How many people there are in all.
    #[must_use]
    pub fn everybody(&self) -> u32 {
        self.people.saturating_add(self.newcomers).saturating_add(self.former)
    }
}

/// A person of the area: a stream of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The stream's name, such as `p-000001`.
    pub id: String,
    /// The events in the order in which they were recorded.
    pub events: Vec<Event>,
}

/// An offence as it is charged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Offence {
    pub(crate) words: Line,
    pub(crate) code: Option<Words<20>>,
    #[serde(default)]
    pub(crate) motoring: bool,
}

/// Words that fill the fields of a record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrases {
    given_male: Vec<Line>,
    given_female: Vec<Line>,
    family_beginnings: Vec<String>,
    family_endings: Vec<String>,
    pub(crate) streets: Vec<String>,
    pub(crate) offences: Vec<Offence>,
    pub(crate) work: Vec<Line>,
    pub(crate) training: Vec<Line>,
    pub(crate) languages: Vec<Words<60>>,
    pub(crate) needs: Vec<[Line; 2]>,
    pub(crate) contact_outcomes: Vec<Note>,
    pub(crate) missed_notes: Vec<Note>,
    pub(crate) incident_notes: Vec<Note>,
    pub(crate) work_incident_notes: Vec<Note>,
    pub(crate) response_reasons: Vec<Note>,
    pub(crate) accepted_reasons: Vec<Line>,
    pub(crate) evidence: Vec<Line>,
    pub(crate) fallback_reasons: Vec<Note>,
    pub(crate) level_reasons: Vec<Note>,
    pub(crate) review_contents: Vec<Note>,
    pub(crate) changes: Vec<Note>,
    pub(crate) discussions: Vec<Note>,
    pub(crate) objectives: Vec<Note>,
    pub(crate) home_visits: Vec<Line>,
    pub(crate) breach_reasons: Vec<Note>,
    pub(crate) variation_reasons: Vec<Line>,
    pub(crate) transfer_reasons: Vec<Line>,
    pub(crate) sources: Vec<Line>,
    pub(crate) exit_words: Vec<Note>,
    pub(crate) final_reviews: Vec<Note>,
    pub(crate) licence_breaches: Vec<Note>,
    pub(crate) restrictions: Vec<Note>,
}

impl Phrases {
    pub(crate) fn shipped() -> Result<Self, SyntheticError> {
        toml::from_str(include_str!("../words.toml")).map_err(|error| SyntheticError::Words(error.to_string()))
    }

    /// One of a list.
    pub(crate) fn one<T: Clone>(list: &[T], chance: &mut Chance) -> Result<T, SyntheticError> {
        chance.one_of(list).cloned().ok_or_else(|| SyntheticError::Words("a list is empty; add a word".to_owned()))
    }

    /// A given name.
    pub(crate) fn given(&self, female: bool, chance: &mut Chance) -> Result<Line, SyntheticError> {
        Self::one(if female { &self.given_female } else { &self.given_male }, chance)
    }

    /// A family name, put together.
    pub(crate) fn family(&self, chance: &mut Chance) -> Result<Line, SyntheticError> {
        let (beginning, ending) =
            (Self::one(&self.family_beginnings, chance)?, Self::one(&self.family_endings, chance)?);
        Ok(format!("{beginning}{ending}").try_into()?)
    }

    /// A full name.
    pub(crate) fn anybody(&self, chance: &mut Chance) -> Result<String, SyntheticError> {
        let female = chance.percent(60.0);
        Ok(format!("{} {}", self.given(female, chance)?, self.family(chance)?))
    }
}

/// All that a person is made from.
pub(crate) struct World<'a> {
    pub(crate) seed: u64,
    pub(crate) size: Size,
    pub(crate) area: &'a Area,
    pub(crate) calendars: &'a Calendars,
    pub(crate) mix: Mix,
    pub(crate) phrases: Phrases,
}

/// The people of an area, made one at a time.
pub struct People<'a> {
    world: World<'a>,
    next: u32,
}

/// The people of an area. Each depends on the seed, their number, the size and the area alone.
///
/// Refused when the size runs backwards, or when a council's calendar is not among `calendars` or does not cover the
/// years from the one before the first.
pub fn people<'a>(
    seed: u64,
    size: Size,
    area: &'a Area,
    calendars: &'a Calendars,
) -> Result<People<'a>, SyntheticError> {
    if size.from >= size.until {
        return Err(SyntheticError::Backwards { from: size.from, until: size.until });
    }
    for council in &area.councils {
        let calendar = calendars.require(&council.calendar)?;
        calendar.is_working(crate::days::months_later(size.from, -12)?)?;
        calendar.is_working(size.until)?;
    }
    let world =
        World { seed, size, area, calendars, mix: Mix::of(&Targets::shipped()?)?, phrases: Phrases::shipped()? };
    Ok(People { world, next: 0 })
}

impl Iterator for People<'_> {
    type Item = Result<Person, SyntheticError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.world.size.everybody() {
            return None;
        }
        self.next += 1;
        Some(Life::of(&self.world, self.next).and_then(Life::lived))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.world.size.everybody() - self.next).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl ExactSizeIterator for People<'_> {}

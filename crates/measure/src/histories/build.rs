//! Building the columns: rows in any order go in, columns in the order of person and date come out.

use super::codes::reordered;
use super::runs::Runs;
use super::{Codes, Events, GREATEST_WEIGHT, Histories, NO_WEIGHT, People, Spells};
use crate::day::{Day, MaybeDay};
use crate::error::MeasureError;

/// A person: their row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person(pub(crate) u32);

impl Person {
    pub(crate) fn row(self) -> usize {
        self.0 as usize
    }
}

/// What is known of a person beside what happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonRow<'a> {
    /// The day of birth.
    pub born: Option<Day>,
    /// The day of death, or of leaving the country: from then on nothing more can be known.
    pub left: Option<Day>,
    /// A word for each of the builder's person attributes, in its order.
    pub words: &'a [&'a str],
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct EventRow<'a> {
    /// Whose.
    pub person: Person,
    /// What: `conviction`, `caution`, `release`, `return`, or another word that a definition uses.
    pub kind: &'a str,
    /// When it was proven, or happened.
    pub on: Day,
    /// When the offence was committed.
    pub offence: Option<Day>,
    /// From when the person is at liberty after it: the day of sentence, or of release from a custodial one.
    pub at_liberty: Option<Day>,
    /// What the court disposed.
    pub disposal: &'a str,
    /// The group of offence.
    pub group: &'a str,
    /// How serious, on the scale in use: at most 65,534.
    pub weight: Option<u16>,
    /// When it was learned, if not on its day.
    pub learned: Option<Day>,
    /// When it was found to be a mistake.
    pub withdrawn: Option<Day>,
    /// A word for each of the builder's event attributes, in its order.
    pub words: &'a [&'a str],
}

impl EventRow<'_> {
    /// An event of which only the kind and the day are known, with liberty from that day.
    pub fn new(person: Person, kind: &str, on: Day) -> EventRow<'_> {
        EventRow {
            person,
            kind,
            on,
            offence: None,
            at_liberty: Some(on),
            disposal: "",
            group: "",
            weight: None,
            learned: None,
            withdrawn: None,
            words: &[],
        }
    }
}

/// Takes people, events and spells in custody in any order.
#[derive(Debug)]
pub struct HistoriesBuilder {
    pub(super) people: People,
    pub(super) events: Events,
    pub(super) of_event: Runs,
    /// How many of the first events are known to stand in the order of person and day.
    pub(super) in_order: usize,
    pub(super) custody: Vec<(u32, Day, Day)>,
}

impl HistoriesBuilder {
    /// A builder whose events and people have these attributes, beside those that all have.
    pub fn new<'a>(
        event_attributes: impl IntoIterator<Item = &'a str>,
        person_attributes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let events = Events {
            kind: Codes::named("kind"),
            disposal: Codes::named("disposal"),
            group: Codes::named("group"),
            attributes: event_attributes.into_iter().map(Codes::named).collect(),
            ..Events::default()
        };
        let people =
            People { attributes: person_attributes.into_iter().map(Codes::named).collect(), ..People::default() };
        Self { people, events, of_event: Runs::default(), in_order: 0, custody: Vec::new() }
    }

    /// The person of that identifier: known already, or new with nothing else known.
    pub fn person(&mut self, id: &str) -> Result<Person, MeasureError> {
        if let Some(row) = self.people.ids.row(id) {
            return Ok(Person(row));
        }
        self.add_person(id, &PersonRow::default())
    }

    /// Adds a person. It is an error to add one twice.
    pub fn add_person(&mut self, id: &str, known: &PersonRow<'_>) -> Result<Person, MeasureError> {
        if self.people.ids.row(id).is_some() {
            return Err(MeasureError::NotComputable {
                what: "A history",
                reason: format!("person {id} stands twice among the people. Keep one row for each person."),
            });
        }
        let person = self.add_known(known)?;
        self.people.ids.push(id);
        Ok(person)
    }

    /// As [`person`](Self::person), by a number.
    #[cfg(feature = "parquet")]
    #[inline]
    pub(super) fn person_numbered(&mut self, number: u64) -> Result<Person, MeasureError> {
        if let Some(row) = self.people.ids.row_of_number(number) {
            return Ok(Person(row));
        }
        let person = self.add_known(&PersonRow::default())?;
        self.people.ids.push_number(number);
        Ok(person)
    }

    /// As [`person_numbered`](Self::person_numbered), for numbers that ascend. The row of each.
    #[cfg(feature = "parquet")]
    pub(super) fn people_numbered(&mut self, numbers: &[u64]) -> Result<Vec<u32>, MeasureError> {
        let before = numbers.partition_point(|number| !self.people.ids.comes_next(*number));
        let (known, new) = numbers.split_at(before);
        let mut rows = Vec::with_capacity(numbers.len());
        for number in known {
            rows.push(self.person_numbered(*number)?.0);
        }
        let first = u32::try_from(self.people.ids.len()).map_err(|_| too_many("people"))?;
        let end = u32::try_from(first as usize + new.len()).map_err(|_| too_many("people"))?;
        self.people.ids.extend(new);
        for days in [&mut self.people.born, &mut self.people.left] {
            if !days.is_empty() {
                days.resize(end as usize, MaybeDay::NONE);
            }
        }
        for column in &mut self.people.attributes {
            extend(column, "", new.len())?;
        }
        rows.extend(first..end);
        Ok(rows)
    }

    /// Adds what is known of the person whose identifier comes next.
    fn add_known(&mut self, known: &PersonRow<'_>) -> Result<Person, MeasureError> {
        let row = u32::try_from(self.people.ids.len()).map_err(|_| too_many("people"))?;
        push_if_any(&mut self.people.born, row as usize, known.born.into(), MaybeDay::NONE);
        push_if_any(&mut self.people.left, row as usize, known.left.into(), MaybeDay::NONE);
        for (number, column) in self.people.attributes.iter_mut().enumerate() {
            push(column, known.words.get(number).unwrap_or(&""))?;
        }
        Ok(Person(row))
    }

    /// Adds an event.
    pub fn event(&mut self, event: &EventRow<'_>) -> Result<(), MeasureError> {
        let before = self.of_event.rows() as usize;
        if self.of_event.rows() == u32::MAX {
            return Err(too_many("events"));
        }
        let events = &mut self.events;
        push(&mut events.kind, event.kind)?;
        push(&mut events.disposal, event.disposal)?;
        push(&mut events.group, event.group)?;
        for (number, column) in events.attributes.iter_mut().enumerate() {
            push(column, event.words.get(number).unwrap_or(&""))?;
        }
        events.push_at_liberty(event.on, event.at_liberty.into());
        events.on.push(event.on);
        events.last = events.last.max(Some(event.on));
        push_if_any(&mut events.offence, before, event.offence.into(), MaybeDay::NONE);
        let weight = event.weight.map_or(NO_WEIGHT, |weight| weight.min(GREATEST_WEIGHT));
        push_if_any(&mut events.weight, before, weight, NO_WEIGHT);
        push_if_any(&mut events.learned, before, event.learned.into(), MaybeDay::NONE);
        push_if_any(&mut events.withdrawn, before, event.withdrawn.into(), MaybeDay::NONE);
        self.of_event.push(event.person.0, 1);
        Ok(())
    }

    /// Adds a spell in custody: from its first day to the day of release, or without an end as yet.
    pub fn custody(&mut self, person: Person, from: Day, until: Option<Day>) {
        self.custody.push((person.0, from, until.unwrap_or(Day::AFTER_ALL)));
    }

    /// Sorts the columns.
    pub fn build(mut self) -> Histories {
        let people = self.people.ids.len();
        if self.in_order < self.events.on.len() && !self.of_event.in_order(&self.events.on) {
            let of_event: Vec<u32> = self.of_event.people().collect();
            let key = |row: &u32| (of_event.get(*row as usize), self.events.on.get(*row as usize));
            let mut order: Vec<u32> = (0..self.of_event.rows()).collect();
            order.sort_by_key(key);
            self.events.reorder(&order);
            self.of_event = reordered(&of_event, &order).into_iter().collect();
        }
        self.events.begin = self.of_event.into_begins(people);
        self.custody.sort_unstable();
        let custody = Spells {
            begin: self.custody.iter().map(|spell| spell.0).collect::<Runs>().into_begins(people),
            from: self.custody.iter().map(|spell| spell.1).collect(),
            until: self.custody.iter().map(|spell| spell.2).collect(),
        };
        Histories { people: self.people, events: self.events, custody }
    }
}

impl Events {
    /// Adds the day of liberty of an event of a day that is not added yet.
    #[inline]
    pub(super) fn push_at_liberty(&mut self, on: Day, at_liberty: MaybeDay) {
        if self.at_liberty.is_empty() {
            if at_liberty.get() == Some(on) {
                return;
            }
            self.at_liberty.extend(self.on.iter().map(|on| MaybeDay::from(Some(*on))));
        }
        self.at_liberty.push(at_liberty);
    }

    fn reorder(&mut self, order: &[u32]) {
        self.on = reordered(&self.on, order);
        for column in [&mut self.offence, &mut self.at_liberty, &mut self.learned, &mut self.withdrawn] {
            *column = reordered(column, order);
        }
        self.weight = reordered(&self.weight, order);
        for column in [&mut self.kind, &mut self.disposal, &mut self.group] {
            column.reorder(order);
        }
        for column in &mut self.attributes {
            column.reorder(order);
        }
    }
}

fn push(column: &mut Codes, word: &str) -> Result<(), MeasureError> {
    if column.push(word) { Ok(()) } else { Err(too_many_words(column.name())) }
}

#[cfg(feature = "parquet")]
pub(super) fn extend(column: &mut Codes, word: &str, rows: usize) -> Result<(), MeasureError> {
    if column.extend_with(word, rows) { Ok(()) } else { Err(too_many_words(column.name())) }
}

pub(super) fn too_many_words(column: &str) -> MeasureError {
    MeasureError::NotComputable {
        what: "A breakdown",
        reason: format!(
            "`{column}` holds more than 65,536 different words. Leave it out of the map, or group its values first."
        ),
    }
}

/// Adds a value to a column that is held from the first row that says anything: what is not read costs no time.
#[inline]
pub(super) fn push_if_any<T: Copy + PartialEq>(column: &mut Vec<T>, before: usize, value: T, nothing: T) {
    if value != nothing && column.is_empty() {
        column.resize(before, nothing);
    }
    if value != nothing || !column.is_empty() {
        column.push(value);
    }
}

pub(super) fn too_many(what: &str) -> MeasureError {
    MeasureError::NotComputable {
        what: "A history",
        reason: format!("there are more than 4,294,967,295 {what}. Split the data by person and measure each part."),
    }
}

//! Histories laid out for a cluster: events, people and custody as Parquet, parted by person, with one meaning for each
//! column, so that a plan needs no map.

use crate::day::{Day, MaybeDay};
use crate::error::MeasureError;
use crate::histories::{Codes, Histories, NO_WEIGHT};
use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use std::sync::Arc;

/// One part of the people, as three files of Parquet.
pub struct Part {
    /// Each event with its person, in the order of person and day; `row` is that order.
    pub events: Vec<u8>,
    /// Each person.
    pub people: Vec<u8>,
    /// Each spell in custody.
    pub custody: Vec<u8>,
}

/// The columns of events that every layout has; attributes follow under their own names.
pub const EVENT_COLUMNS: [&str; 11] =
    ["person", "row", "on", "offence", "at_liberty", "learned", "withdrawn", "weight", "kind", "disposal", "group"];

impl Histories {
    /// The people in so many parts, one after another.
    pub fn parts(&self, parts: usize) -> impl Iterator<Item = Result<Part, MeasureError>> + '_ {
        let share = self.people().div_ceil(parts.max(1)).max(1);
        (0..self.people()).step_by(share).map(move |first| {
            self.part(first, (first + share).min(self.people()))
                .map_err(|error| MeasureError::NotComputable { what: "The layout", reason: error.to_string() })
        })
    }

    fn part(&self, first: usize, end: usize) -> Result<Part, ParquetError> {
        Ok(Part {
            events: written(&self.events_of(first, end)?)?,
            people: written(&self.people_of(first, end)?)?,
            custody: written(&self.custody_of(first, end)?)?,
        })
    }

    fn events_of(&self, first: usize, end: usize) -> Result<RecordBatch, ArrowError> {
        let events = &self.events;
        let rows = self.rows_of(first).start..self.rows_of(end.saturating_sub(1)).end;
        let whose = (first..end).flat_map(|person| self.rows_of(person).map(move |_| person));
        let days = |column: &[MaybeDay]| dates(rows.clone().map(|row| column.get(row).and_then(|day| day.get())));
        let at_liberty = rows.clone().map(|row| match events.at_liberty.get(row) {
            Some(day) => day.get(),
            None => events.on.get(row).copied(),
        });
        let weight = rows
            .clone()
            .map(|row| events.weight.get(row).copied().filter(|weight| *weight != NO_WEIGHT).map(u32::from));
        let words = |codes: &Codes| words(rows.clone().map(|row| codes.word(row)));
        let row: Int64Array = rows.clone().map(|row| i64::try_from(row).ok()).collect();
        let mut columns: Vec<(String, ArrayRef)> = EVENT_COLUMNS
            .iter()
            .map(|name| (*name).to_owned())
            .zip([
                self.ids(whose),
                Arc::new(row),
                dates(rows.clone().map(|row| events.on.get(row).copied())),
                days(&events.offence),
                dates(at_liberty),
                days(&events.learned),
                days(&events.withdrawn),
                Arc::new(weight.collect::<UInt32Array>()),
                words(&events.kind),
                words(&events.disposal),
                words(&events.group),
            ])
            .collect();
        columns.extend(events.attributes.iter().map(|codes| (codes.name().to_owned(), words(codes))));
        batch(columns)
    }

    fn people_of(&self, first: usize, end: usize) -> Result<RecordBatch, ArrowError> {
        let day = |column: &[MaybeDay]| dates((first..end).map(|row| column.get(row).and_then(|day| day.get())));
        let mut columns = vec![
            ("person".to_owned(), self.ids(first..end)),
            ("born".to_owned(), day(&self.people.born)),
            ("left".to_owned(), day(&self.people.left)),
        ];
        let words = |codes: &Codes| words((first..end).map(|row| codes.word(row)));
        columns.extend(self.people.attributes.iter().map(|codes| (codes.name().to_owned(), words(codes))));
        batch(columns)
    }

    fn custody_of(&self, first: usize, end: usize) -> Result<RecordBatch, ArrowError> {
        let spells = |person: usize| self.spells_of(person);
        let whose = (first..end).flat_map(|person| spells(person).map(move |_| person));
        let each = || (first..end).flat_map(spells);
        batch(vec![
            ("person".to_owned(), self.ids(whose)),
            ("from".to_owned(), dates(each().map(|(from, _)| Some(from)))),
            ("until".to_owned(), dates(each().map(|(_, until)| Some(until).filter(|until| *until != Day::AFTER_ALL)))),
        ])
    }

    fn ids(&self, people: impl Iterator<Item = usize>) -> ArrayRef {
        words(people.map(|person| self.people.ids.get(person).unwrap_or_default()))
    }
}

fn dates(days: impl Iterator<Item = Option<Day>>) -> ArrayRef {
    let epoch = Day::numbered(0);
    Arc::new(days.map(|day| day.map(|day| day.since(epoch))).collect::<Date32Array>())
}

fn words(words: impl Iterator<Item = impl AsRef<str>>) -> ArrayRef {
    Arc::new(words.map(Some).collect::<StringArray>())
}

fn batch(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
}

fn written(batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
    writer.write(batch)?;
    writer.into_inner()
}

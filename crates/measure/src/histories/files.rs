//! Histories from CSV files, through a map that says what their columns mean.

use super::Histories;
use super::build::{EventRow, HistoriesBuilder, Person, PersonRow};
use crate::day::Day;
use crate::error::MeasureError;
use crate::severity::Scale;
use csv::StringRecord;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;

/// What the columns of the files mean. See `definitions/README.md` for the format.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    events: EventColumns,
    people: Option<PersonColumns>,
    custody: Option<SpellColumns>,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventColumns {
    person: String,
    on: String,
    kind: Option<String>,
    every_row_is: Option<String>,
    offence: Option<String>,
    released: Option<String>,
    #[serde(default)]
    custodial: Vec<String>,
    disposal: Option<String>,
    group: Option<String>,
    severity: Option<String>,
    learned: Option<String>,
    withdrawn: Option<String>,
    #[serde(default)]
    attributes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonColumns {
    person: String,
    born: Option<String>,
    left: Option<String>,
    #[serde(default)]
    attributes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpellColumns {
    person: String,
    from: String,
    until: String,
}

impl Map {
    /// Reads a map.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let map: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        match (&map.events.kind, &map.events.every_row_is) {
            (Some(_), Some(_)) | (None, None) => Err(MeasureError::bad(
                file,
                "events",
                "Say either `kind`, the column that says what happened, or `every_row_is`, when each row is the same.",
            )),
            _ => Ok(map),
        }
    }
}

/// The files of one body of data: name and content of each.
pub struct Files<'a, R> {
    /// One row for each event.
    pub events: (&'a str, R),
    /// One row for each person, if there is such a file.
    pub people: Option<(&'a str, R)>,
    /// One row for each spell in custody, if there is such a file.
    pub custody: Option<(&'a str, R)>,
}

impl<R: Read> Files<'_, R> {
    /// Reads the files. A severity scale is needed when the map names a severity column.
    pub fn read(self, map: &Map, scale: Option<&Scale>) -> Result<Histories, MeasureError> {
        let names = |columns: &'_ [String]| columns.to_vec();
        let event_attributes = names(&map.events.attributes);
        let person_attributes = map.people.as_ref().map(|people| names(&people.attributes)).unwrap_or_default();
        let mut builder = HistoriesBuilder::new(
            event_attributes.iter().map(String::as_str),
            person_attributes.iter().map(String::as_str),
        );
        if let Some((file, content)) = self.people {
            let columns = map.people.as_ref().ok_or_else(|| missing_part("people", file))?;
            read_people(Sheet::open(file, content)?, columns, map, &mut builder)?;
        }
        if let Some((file, content)) = self.custody {
            let columns = map.custody.as_ref().ok_or_else(|| missing_part("custody", file))?;
            read_custody(Sheet::open(file, content)?, columns, &mut builder)?;
        }
        read_events(Sheet::open(self.events.0, self.events.1)?, map, scale, &mut builder)?;
        Ok(builder.build())
    }
}

fn missing_part(part: &str, file: &str) -> MeasureError {
    MeasureError::bad(file, "the map", format!("It says nothing of this file's columns. Add a part `[{part}]` to it."))
}

fn read_people<R: Read>(
    mut sheet: Sheet<'_, R>,
    columns: &PersonColumns,
    map: &Map,
    builder: &mut HistoriesBuilder,
) -> Result<(), MeasureError> {
    let person = sheet.column(&columns.person)?;
    let born = sheet.optional(columns.born.as_ref())?;
    let left = sheet.optional(columns.left.as_ref())?;
    let attributes = sheet.several(&columns.attributes, map)?;
    while sheet.next()? {
        let words: Vec<&str> = attributes.iter().map(|attribute| sheet.word(attribute)).collect();
        let known = PersonRow { born: sheet.day(born)?, left: sheet.day(left)?, words: &words };
        builder
            .add_person(sheet.cell(Some(person)), &known)
            .map_err(|_| sheet.bad(person, "The person stands twice in this file. Keep one row for each."))?;
    }
    Ok(())
}

fn read_custody<R: Read>(
    mut sheet: Sheet<'_, R>,
    columns: &SpellColumns,
    builder: &mut HistoriesBuilder,
) -> Result<(), MeasureError> {
    let person = sheet.column(&columns.person)?;
    let (from, until) = (sheet.column(&columns.from)?, sheet.column(&columns.until)?);
    while sheet.next()? {
        let begins = sheet.day(Some(from))?.ok_or_else(|| sheet.bad(from, "A spell needs its first day."))?;
        let ends = sheet.day(Some(until))?;
        if ends.is_some_and(|ends| ends < begins) {
            return Err(sheet.bad(until, "The spell ends before it begins. Correct one of the days."));
        }
        let whose = builder.person(sheet.cell(Some(person)))?;
        builder.custody(whose, begins, ends);
    }
    Ok(())
}

fn read_events<R: Read>(
    mut sheet: Sheet<'_, R>,
    map: &Map,
    scale: Option<&Scale>,
    builder: &mut HistoriesBuilder,
) -> Result<(), MeasureError> {
    let columns = &map.events;
    let person = sheet.column(&columns.person)?;
    let on = sheet.column(&columns.on)?;
    let offence = sheet.optional(columns.offence.as_ref())?;
    let released = sheet.optional(columns.released.as_ref())?;
    let learned = sheet.optional(columns.learned.as_ref())?;
    let withdrawn = sheet.optional(columns.withdrawn.as_ref())?;
    let severity = sheet.optional(columns.severity.as_ref())?;
    if severity.is_some() && scale.is_none() {
        return Err(MeasureError::bad(
            sheet.file,
            "the map",
            "It names a severity column, and no severity scale was chosen. Name one with --severity, or leave the column out.",
        ));
    }
    let kind = sheet.named(columns.kind.as_ref(), "kind", map)?;
    let disposal = sheet.named(columns.disposal.as_ref(), "disposal", map)?;
    let group = sheet.named(columns.group.as_ref(), "group", map)?;
    let attributes = sheet.several(&columns.attributes, map)?;
    let mut of: Option<(String, Person)> = None;
    while sheet.next()? {
        let id = sheet.cell(Some(person));
        let whose = match &of {
            Some((before, whose)) if before == id => *whose,
            _ => builder.person(id)?,
        };
        let proven = sheet.day(Some(on))?.ok_or_else(|| sheet.bad(on, "An event needs its day."))?;
        let disposed = sheet.optional_word(disposal.as_ref());
        let custodial = columns.custodial.iter().any(|custodial| custodial == disposed);
        let words: Vec<&str> = attributes.iter().map(|attribute| sheet.word(attribute)).collect();
        builder.event(&EventRow {
            person: whose,
            kind: columns.every_row_is.as_deref().unwrap_or_else(|| sheet.optional_word(kind.as_ref())),
            on: proven,
            offence: sheet.day(offence)?,
            at_liberty: sheet.day(released)?.or((!custodial).then_some(proven)),
            disposal: disposed,
            group: sheet.optional_word(group.as_ref()),
            weight: severity.and_then(|column| scale?.weight(sheet.cell(Some(column)), proven)),
            learned: sheet.day(learned)?,
            withdrawn: sheet.day(withdrawn)?,
            words: &words,
        })?;
        if of.as_ref().is_none_or(|(before, _)| before != id) {
            of = Some((id.to_owned(), whose));
        }
    }
    Ok(())
}

/// A column whose words may be translated.
struct Translated<'a> {
    column: usize,
    words: Option<&'a BTreeMap<String, String>>,
}

/// A CSV file being read, one row at a time.
struct Sheet<'a, R> {
    file: &'a str,
    headings: StringRecord,
    reader: csv::Reader<R>,
    row: StringRecord,
}

impl<'a, R: Read> Sheet<'a, R> {
    fn open(file: &'a str, content: R) -> Result<Self, MeasureError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(content);
        let headings = reader.headers().map_err(|error| unreadable(file, &error))?.clone();
        Ok(Self { file, headings, reader, row: StringRecord::new() })
    }

    fn next(&mut self) -> Result<bool, MeasureError> {
        self.reader.read_record(&mut self.row).map_err(|error| unreadable(self.file, &error))
    }

    fn column(&self, name: &str) -> Result<usize, MeasureError> {
        self.headings.iter().position(|heading| heading == name).ok_or_else(|| {
            let known = self.headings.iter().collect::<Vec<_>>().join(", ");
            MeasureError::bad(
                self.file,
                "the first line",
                format!(
                    "The map names a column `{name}`, which is not there. Correct the map; the columns are: {known}."
                ),
            )
        })
    }

    fn optional(&self, name: Option<&String>) -> Result<Option<usize>, MeasureError> {
        name.map(|name| self.column(name)).transpose()
    }

    fn named<'m>(
        &self,
        name: Option<&String>,
        field: &str,
        map: &'m Map,
    ) -> Result<Option<Translated<'m>>, MeasureError> {
        let Some(name) = name else { return Ok(None) };
        Ok(Some(Translated { column: self.column(name)?, words: map.words.get(field) }))
    }

    fn several<'m>(&self, names: &[String], map: &'m Map) -> Result<Vec<Translated<'m>>, MeasureError> {
        names.iter().map(|name| Ok(Translated { column: self.column(name)?, words: map.words.get(name) })).collect()
    }

    fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.row.get(column)).unwrap_or("")
    }

    fn word<'s>(&'s self, translated: &Translated<'s>) -> &'s str {
        let cell = self.cell(Some(translated.column));
        translated.words.and_then(|words| words.get(cell)).map_or(cell, String::as_str)
    }

    fn optional_word<'s>(&'s self, translated: Option<&Translated<'s>>) -> &'s str {
        translated.map_or("", |translated| self.word(translated))
    }

    fn day(&self, column: Option<usize>) -> Result<Option<Day>, MeasureError> {
        let Some(column) = column else { return Ok(None) };
        let cell = self.cell(Some(column));
        if cell.is_empty() {
            return Ok(None);
        }
        let date = cell.parse::<Date>().or_else(|_| Date::strptime("%d/%m/%Y", cell));
        match date {
            Ok(date) => Ok(Some(Day::from(date))),
            Err(_) => Err(self.bad(column, &format!("`{cell}` is not a date. Write 2026-03-04 or 04/03/2026."))),
        }
    }

    fn bad(&self, column: usize, reason: &str) -> MeasureError {
        let line = self.row.position().map_or(0, csv::Position::line);
        let name = self.headings.get(column).unwrap_or("");
        MeasureError::bad(self.file, format!("line {line}, column `{name}`"), reason)
    }
}

fn unreadable(file: &str, error: &csv::Error) -> MeasureError {
    MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() }
}

//! Histories from files, through a map that says what their columns mean.

use super::Histories;
use super::build::{EventRow, HistoriesBuilder, Person, PersonRow};
use super::sheet::Sheet;
#[cfg(feature = "parquet")]
use super::sifted::Period;
use crate::cohort::Cohort;
use crate::content::Content;
use crate::error::MeasureError;
use crate::severity::Scale;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the columns of the files mean. See `definitions/README.md` for the format.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    #[serde(skip)]
    file: String,
    pub(super) events: EventColumns,
    people: Option<PersonColumns>,
    custody: Option<SpellColumns>,
    #[serde(default)]
    pub(super) words: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventColumns {
    pub(super) person: String,
    pub(super) on: String,
    pub(super) kind: Option<String>,
    pub(super) every_row_is: Option<String>,
    pub(super) offence: Option<String>,
    pub(super) released: Option<String>,
    #[serde(default)]
    pub(super) custodial: Vec<String>,
    pub(super) disposal: Option<String>,
    pub(super) group: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) learned: Option<String>,
    pub(super) withdrawn: Option<String>,
    #[serde(default)]
    pub(super) attributes: Vec<String>,
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
        let mut map: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        file.clone_into(&mut map.file);
        match (&map.events.kind, &map.events.every_row_is) {
            (Some(_), Some(_)) | (None, None) => Err(MeasureError::bad(
                file,
                "events",
                "Say either `kind`, the column that says what happened, or `every_row_is`, when each row is the same.",
            )),
            _ => Ok(map),
        }
    }

    pub(super) fn must_have_scale(&self, scale: Option<&Scale>) -> Result<(), MeasureError> {
        if self.events.severity.is_none() || scale.is_some() {
            return Ok(());
        }
        Err(MeasureError::bad(
            &self.file,
            "events.severity",
            "It names a severity column, and no severity scale was chosen. Name one with --severity, or leave the column out.",
        ))
    }
}

/// The files of one body of data: name and content of each.
pub struct Files<'a> {
    /// One row for each event.
    pub events: (&'a str, Content<'a>),
    /// One row for each person, if there is such a file.
    pub people: Option<(&'a str, Content<'a>)>,
    /// One row for each spell in custody, if there is such a file.
    pub custody: Option<(&'a str, Content<'a>)>,
}

impl Files<'_> {
    /// Reads the files. A severity scale is needed when the map names a severity column.
    pub fn read(self, map: &Map, scale: Option<&Scale>) -> Result<Histories, MeasureError> {
        self.read_for(&[], map, scale)
    }

    /// Reads as much of the files as the figures of these cohorts need; without any, all. Of a file of columns that is sorted by
    /// person, those who cannot be in a cohort are not held: memory is bounded by the cohorts, not by the file.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "a file of rows is held whole"))]
    pub fn read_for(self, cohorts: &[Cohort], map: &Map, scale: Option<&Scale>) -> Result<Histories, MeasureError> {
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
        match self.events {
            #[cfg(feature = "parquet")]
            (_, Content::Columns(columns)) => {
                let period = Period::of(cohorts);
                super::columnar::read_events(&columns, map, scale, period.as_ref(), &mut builder)?;
            }
            (file, content) => read_events(Sheet::open(file, content)?, map, scale, &mut builder)?,
        }
        Ok(builder.build())
    }
}

fn missing_part(part: &str, file: &str) -> MeasureError {
    MeasureError::bad(file, "the map", format!("It says nothing of this file's columns. Add a part `[{part}]` to it."))
}

fn read_people(
    mut sheet: Sheet<'_>,
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

fn read_custody(
    mut sheet: Sheet<'_>,
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

fn read_events(
    mut sheet: Sheet<'_>,
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
    map.must_have_scale(scale)?;
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

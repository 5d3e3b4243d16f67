//! A file as a sheet of rows, its columns known by the names that a map gives them.

use super::files::Map;
use crate::content::{Content, Rows};
use crate::day::Day;
use crate::error::MeasureError;
use csv::StringRecord;
use std::collections::BTreeMap;

/// A column whose words may be translated.
pub(super) struct Translated<'a> {
    column: usize,
    words: Option<&'a BTreeMap<String, String>>,
}

/// A file being read, one row at a time.
pub(super) struct Sheet<'a> {
    file: &'a str,
    rows: Rows<'a>,
    row: StringRecord,
}

impl<'a> Sheet<'a> {
    pub(super) fn open(file: &'a str, content: Content<'a>) -> Result<Self, MeasureError> {
        Ok(Self { file, rows: Rows::open(file, content)?, row: StringRecord::new() })
    }

    pub(super) fn next(&mut self) -> Result<bool, MeasureError> {
        self.rows.next(&mut self.row)
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, MeasureError> {
        let headings = self.rows.names();
        headings.iter().position(|heading| heading == name).ok_or_else(|| no_column(self.file, name, headings.iter()))
    }

    pub(super) fn optional(&self, name: Option<&String>) -> Result<Option<usize>, MeasureError> {
        name.map(|name| self.column(name)).transpose()
    }

    pub(super) fn named<'m>(
        &self,
        name: Option<&String>,
        field: &str,
        map: &'m Map,
    ) -> Result<Option<Translated<'m>>, MeasureError> {
        let Some(name) = name else { return Ok(None) };
        Ok(Some(Translated { column: self.column(name)?, words: map.words.get(field) }))
    }

    pub(super) fn several<'m>(&self, names: &[String], map: &'m Map) -> Result<Vec<Translated<'m>>, MeasureError> {
        names.iter().map(|name| Ok(Translated { column: self.column(name)?, words: map.words.get(name) })).collect()
    }

    pub(super) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.row.get(column)).unwrap_or("")
    }

    pub(super) fn word<'s>(&'s self, translated: &Translated<'s>) -> &'s str {
        let cell = self.cell(Some(translated.column));
        translated.words.and_then(|words| words.get(cell)).map_or(cell, String::as_str)
    }

    pub(super) fn optional_word<'s>(&'s self, translated: Option<&Translated<'s>>) -> &'s str {
        translated.map_or("", |translated| self.word(translated))
    }

    pub(super) fn day(&self, column: Option<usize>) -> Result<Option<Day>, MeasureError> {
        let Some(column) = column else { return Ok(None) };
        let cell = self.cell(Some(column));
        if cell.is_empty() {
            return Ok(None);
        }
        match Day::parse(cell) {
            Some(day) => Ok(Some(day)),
            None => Err(self.bad(column, &no_date(cell))),
        }
    }

    pub(super) fn bad(&self, column: usize, reason: &str) -> MeasureError {
        let name = self.rows.names().get(column).unwrap_or("");
        MeasureError::bad(self.file, format!("{}, column `{name}`", self.rows.place(&self.row)), reason)
    }
}

/// What is said of a word that should be a date.
pub(super) fn no_date(word: &str) -> String {
    format!("`{word}` is not a date. Write 2026-03-04 or 04/03/2026.")
}

/// What is said of a column that a map names and a file does not have.
pub(super) fn no_column<'a>(file: &str, name: &str, known: impl Iterator<Item = &'a str>) -> MeasureError {
    let known = known.collect::<Vec<_>>().join(", ");
    MeasureError::bad(
        file,
        "the first line",
        format!("The map names a column `{name}`, which is not there. Correct the map; the columns are: {known}."),
    )
}

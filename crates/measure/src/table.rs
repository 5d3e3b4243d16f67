//! A table of a study: one row for each person or cell, read from CSV, Parquet or Arrow, for the statistics that need no histories.

use crate::content::{Content, Rows};
use crate::error::MeasureError;
use crate::statistics::Observed;
use crate::statistics::cox::Covariates;
use crate::statistics::standardisation::Cell;
use csv::StringRecord;
use std::collections::BTreeMap;

/// A table held by columns.
#[derive(Clone, Debug)]
pub struct Table {
    file: String,
    names: Vec<String>,
    columns: Vec<Vec<String>>,
}

/// Words that say that something happened.
const YES: [&str; 5] = ["1", "yes", "true", "y", "1.0"];
/// Words that say that it did not.
const NO: [&str; 6] = ["0", "no", "false", "n", "0.0", ""];

impl Table {
    /// Reads a table; the first line of CSV names the columns.
    pub fn read(file: &str, content: Content<'_>) -> Result<Self, MeasureError> {
        let mut rows = Rows::open(file, content)?;
        let names: Vec<String> = rows.names().iter().map(str::to_owned).collect();
        let mut columns = vec![Vec::new(); names.len()];
        let mut row = StringRecord::new();
        while rows.next(&mut row)? {
            for (column, cell) in columns.iter_mut().zip(row.iter()) {
                column.push(cell.to_owned());
            }
        }
        Ok(Self { file: file.to_owned(), names, columns })
    }

    /// A table of columns of the same length.
    pub(crate) fn of_columns(file: &str, names: Vec<String>, columns: Vec<Vec<String>>) -> Self {
        Self { file: file.to_owned(), names, columns }
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// The words of a column.
    pub fn words(&self, name: &str) -> Result<&[String], MeasureError> {
        let place = self.names.iter().position(|other| other == name);
        let column = place.and_then(|place| self.columns.get(place));
        column.map(Vec::as_slice).ok_or_else(|| MeasureError::unknown("column", name, self.names()))
    }

    /// The numbers of a column; an empty cell is none.
    pub fn optional_numbers(&self, name: &str) -> Result<Vec<Option<f64>>, MeasureError> {
        let number = |(row, cell): (usize, &String)| match cell.parse::<f64>() {
            _ if cell.is_empty() => Ok(None),
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.bad(row, name, format!("`{cell}` is not a number."))),
        };
        self.words(name)?.iter().enumerate().map(number).collect()
    }

    /// The numbers of a column, one in each row.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, MeasureError> {
        let each = self.optional_numbers(name)?.into_iter().enumerate();
        each.map(|(row, number)| number.ok_or_else(|| self.bad(row, name, "A number is missing.".to_owned()))).collect()
    }

    /// The counts of a column.
    pub fn counts(&self, name: &str) -> Result<Vec<u64>, MeasureError> {
        let count = |(row, number): (usize, f64)| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within bounds")]
            let whole = number as u64;
            if (0.0..9e15).contains(&number) && number.fract().abs() < 1e-9 {
                Ok(whole)
            } else {
                Err(self.bad(row, name, format!("`{number}` is not a count.")))
            }
        };
        self.numbers(name)?.into_iter().enumerate().map(count).collect()
    }

    /// Whether something happened. `condition` is a column of yes and no (`arrest`), or a column and the word that it
    /// holds when it did (`recidivism=Yes`).
    pub fn truths(&self, condition: &str) -> Result<Vec<bool>, MeasureError> {
        if let Some((name, wanted)) = condition.split_once('=') {
            return Ok(self.words(name)?.iter().map(|word| word == wanted).collect());
        }
        let truth = |(row, cell): (usize, &String)| {
            let word = cell.to_lowercase();
            if YES.contains(&word.as_str()) {
                Ok(true)
            } else if NO.contains(&word.as_str()) {
                Ok(false)
            } else {
                Err(self.bad(
                    row,
                    condition,
                    format!("`{cell}` is neither yes nor no. Name the word that means yes: {condition}={cell}."),
                ))
            }
        };
        self.words(condition)?.iter().enumerate().map(truth).collect()
    }

    /// Only the rows in which columns hold certain words: `year=2004`.
    pub fn only(&self, conditions: &[String]) -> Result<Self, MeasureError> {
        let mut keep = vec![true; self.rows()];
        for condition in conditions {
            let Some((name, wanted)) = condition.split_once('=') else {
                return Err(MeasureError::bad(&self.file, condition, "Write which rows to take as COLUMN=WORD."));
            };
            for (keep, word) in keep.iter_mut().zip(self.words(name)?) {
                *keep &= word == wanted;
            }
        }
        let kept = |column: &Vec<String>| {
            column.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(cell, _)| cell.clone()).collect()
        };
        Ok(Self { columns: self.columns.iter().map(kept).collect(), ..self.clone() })
    }

    /// For how long each was seen, and which of several causes ended it. An empty time is `to_the_end`.
    pub fn observed(
        &self,
        time: &str,
        event: &str,
        cause: Option<&str>,
        to_the_end: Option<f64>,
    ) -> Result<(Vec<Observed>, Vec<String>), MeasureError> {
        let happened = self.truths(event)?;
        let words = cause.map(|cause| self.words(cause)).transpose()?;
        let mut causes: Vec<String> = words
            .unwrap_or_default()
            .iter()
            .zip(&happened)
            .filter(|(_, happened)| **happened)
            .map(|(word, _)| word.clone())
            .collect();
        causes.sort();
        causes.dedup();
        let mut observed = Vec::with_capacity(happened.len());
        for ((row, until), happened) in self.optional_numbers(time)?.into_iter().enumerate().zip(happened) {
            let until = until.or(to_the_end.filter(|_| !happened)).ok_or_else(|| {
                self.bad(
                    row,
                    time,
                    "The time is missing. Say with --until how long those to whom nothing happened were seen."
                        .to_owned(),
                )
            })?;
            let which = || words.and_then(|words| causes.binary_search(words.get(row)?).ok()).unwrap_or_default();
            observed.push(Observed { from: 0.0, until, ended: happened.then(which) });
        }
        Ok((observed, causes))
    }

    /// Covariates for a regression. A column of words becomes one column for each word but the first.
    pub fn covariates(&self, names: &[String]) -> Result<Covariates, MeasureError> {
        let mut titles = Vec::new();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for name in names {
            let words = self.words(name)?;
            if words.iter().all(|word| word.parse::<f64>().is_ok()) {
                titles.push(name.clone());
                columns.push(self.numbers(name)?);
                continue;
            }
            let mut different: Vec<&String> = words.iter().collect();
            different.sort();
            different.dedup();
            if different.len() > 50 {
                return Err(MeasureError::bad(
                    &self.file,
                    format!("column `{name}`"),
                    "It holds more than 50 different words. Group them first, or leave the column out.",
                ));
            }
            for word in different.into_iter().skip(1) {
                titles.push(format!("{name}={word}"));
                columns.push(words.iter().map(|other| f64::from(u8::from(other == word))).collect());
            }
        }
        let mut covariates = Covariates::named(titles.iter().map(String::as_str));
        for row in 0..self.rows() {
            let values: Vec<f64> = columns.iter().filter_map(|column| column.get(row).copied()).collect();
            covariates.push(&values)?;
        }
        Ok(covariates)
    }

    /// The cells of a cohort: people and reoffenders summed for each combination of words in some columns.
    pub fn cells(
        &self,
        by: &[String],
        people: &str,
        reoffended: &str,
    ) -> Result<BTreeMap<Vec<String>, Cell>, MeasureError> {
        let columns = by.iter().map(|name| self.words(name)).collect::<Result<Vec<_>, _>>()?;
        let mut cells: BTreeMap<Vec<String>, Cell> = BTreeMap::new();
        for ((row, people), reoffended) in self.counts(people)?.into_iter().enumerate().zip(self.counts(reoffended)?) {
            let words = columns.iter().filter_map(|column| column.get(row).cloned()).collect();
            let cell = cells.entry(words).or_default();
            cell.people += people;
            cell.reoffended += reoffended;
        }
        Ok(cells)
    }

    /// The numbers of a column summed for each combination of words in some columns.
    pub fn sums(&self, by: &[String], column: &str) -> Result<BTreeMap<Vec<String>, f64>, MeasureError> {
        let columns = by.iter().map(|name| self.words(name)).collect::<Result<Vec<_>, _>>()?;
        let mut sums: BTreeMap<Vec<String>, f64> = BTreeMap::new();
        for (row, number) in self.numbers(column)?.into_iter().enumerate() {
            let words = columns.iter().filter_map(|column| column.get(row).cloned()).collect();
            *sums.entry(words).or_default() += number;
        }
        Ok(sums)
    }

    fn bad(&self, row: usize, column: &str, reason: String) -> MeasureError {
        MeasureError::bad(&self.file, format!("row {} after the headings, column `{column}`", row + 1), reason)
    }
}

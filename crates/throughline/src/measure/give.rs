//! Giving an answer as it was asked for.

use super::arguments::{Format, Give};
use crate::table::{Table, wrapped};
use crate::{out, platform};
use ::measure::grid::{Cell, Grid};
use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;
use std::io::Write;
use std::path::Path;

/// An answer in each of its forms.
pub(crate) struct Answer {
    pub(crate) grid: Grid,
    pub(crate) json: Value,
    pub(crate) chart: Option<String>,
}

pub(crate) fn give(answer: &Answer, give: &Give, out: &mut dyn Write) -> Result<()> {
    match &give.to {
        None => write(answer, give.format(), out),
        Some(path) => {
            let mut file = platform::create_new(path)?;
            write(answer, give.format(), &mut file)?;
            match give.format() {
                Format::Csv => describe(&answer.grid, path)?,
                Format::Svg => {
                    let table = path.with_extension("csv");
                    platform::create_new(&table)?.write_all(answer.grid.csv().as_bytes())?;
                    describe(&answer.grid, &table)?;
                    out::tell(format_args!("The chart's table is in {}.", table.display()));
                }
                _ => {}
            }
            Ok(())
        }
    }
}

fn write(answer: &Answer, format: Format, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Table => words(&answer.grid, out),
        Format::Json => out::json(out, &answer.json),
        Format::Csv => Ok(write!(out, "{}", answer.grid.csv())?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Ok(out.write_all(&answer.grid.parquet()?)?),
        #[cfg(feature = "parquet")]
        Format::Arrow => Ok(out.write_all(&answer.grid.arrow()?)?),
        Format::Svg => match &answer.chart {
            Some(chart) => Ok(write!(out, "{chart}")?),
            None => bail!("--format svg: there is no chart of this answer; ask for table, json or csv"),
        },
    }
}

/// The description of a CSV file, beside it (CSV on the Web).
fn describe(grid: &Grid, path: &Path) -> Result<()> {
    let name = path.file_name().ok_or_else(|| anyhow!("--to {}: name a file", path.display()))?.to_string_lossy();
    let beside = path.with_file_name(format!("{name}-metadata.json"));
    let file = platform::create_new(&beside)?;
    serde_json::to_writer_pretty(file, &grid.metadata(&name))
        .with_context(|| format!("{} cannot be written", beside.display()))
}

fn words(grid: &Grid, out: &mut dyn Write) -> Result<()> {
    // A column without anything in it says nothing.
    let used: Vec<bool> = (0..grid.columns.len())
        .map(|place| grid.rows.iter().any(|row| row.get(place).is_some_and(|cell| *cell != Cell::Nothing)))
        .collect();
    let heading = |column: &::measure::grid::Column| {
        if column.figures { format!(" {}", column.title) } else { column.title.clone() }
    };
    let kept = grid.columns.iter().zip(&used).filter(|(_, used)| **used);
    let mut table = Table::with_headings(kept.map(|(column, _)| heading(column)).collect());
    for row in &grid.rows {
        table.row(row.iter().zip(&used).filter(|(_, used)| **used).map(|(cell, _)| cell.words()));
    }
    writeln!(out, "{}", grid.title)?;
    table.write(out, 0)?;
    for note in &grid.notes {
        wrapped(out, 0, 120, note)?;
    }
    Ok(())
}

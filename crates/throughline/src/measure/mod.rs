//! `throughline measure`: does it reduce reoffending? From files; a cohort from the store too.

mod arguments;
mod cohort;
mod compare;
mod cost;
mod followed;
mod give;
mod matched;
mod predict;
mod source;
mod survival;

pub(crate) use arguments::Measure;

use crate::arguments::Common;
use crate::platform;
use crate::rule_files::RuleFiles;
use ::measure::{Content, Table};
use anyhow::Result;
use arguments::Data;
use std::io::Write;
use std::path::Path;

pub(crate) fn run(common: &Common, command: &Measure, out: &mut dyn Write) -> Result<()> {
    let files = RuleFiles::find(common.rules.as_deref())?;
    let (answer, give) = match command {
        Measure::Reoffending(asked) => (cohort::reoffending(common, &files, asked)?, &asked.give),
        Measure::People(asked) => (followed::people(common, &files, asked)?, &asked.give),
        Measure::BeforeAfter(asked) => (followed::compared(common, &files, asked)?, &asked.give),
        Measure::Cost(asked) => (cost::run(asked)?, &asked.give),
        Measure::Survival(asked) => (survival::run(asked)?, &asked.give),
        Measure::Compare(asked) => (compare::run(asked)?, &asked.give),
        Measure::Funnel(asked) => (compare::funnel(asked)?, &asked.give),
        Measure::Decompose(asked) => (compare::decompose(asked)?, &asked.give),
        Measure::Predict(asked) => (predict::run(&files, asked)?, &asked.give),
        Measure::Match(asked) => (matched::run(asked)?, &asked.give),
    };
    give::give(&answer, give, out)
}

/// The rows asked for of a table of a study.
fn rows(asked: &Data) -> Result<Table> {
    Ok(table(&asked.data)?.only(&asked.only)?)
}

/// A table of a study.
fn table(path: &Path) -> Result<Table> {
    let (file, _) = platform::open_to_read(path)?;
    let name = path.display().to_string();
    Ok(Table::read(&name, Content::of(&name, file)?)?)
}

//! `throughline measure people` and `before-after`: one cohort of files, followed under one definition.

use super::arguments::Followed;
use super::cohort::{Sources, definition, known};
use super::give::Answer;
use crate::rule_files::RuleFiles;
use ::measure::grid::{Cell, Grid};
use ::measure::{Cohort, Table, before_after, follow, tables};
use anyhow::Result;
use serde_json::{Map, Value};

/// The people, one row each.
pub(crate) fn people(files: &RuleFiles, asked: &Followed) -> Result<Answer> {
    followed(files, asked, |followed| {
        let table = Table::of_cohort(followed);
        let names: Vec<(&str, &str)> = table.names().map(|name| (name, name)).collect();
        let columns = names.iter().map(|(name, _)| Ok(table.words(name)?)).collect::<Result<Vec<_>>>()?;
        let mut grid = Grid::new(format!("The people of {}", asked.cohort), &names);
        let columns = &columns;
        let rows = (0..table.rows()).map(|row| columns.iter().filter_map(move |column| column.get(row)).cloned());
        grid.rows = rows.clone().map(|row| row.map(Cell::Text).collect()).collect();
        let object = |row: &mut dyn Iterator<Item = String>| {
            let fields = names.iter().map(|(name, _)| (*name).to_owned()).zip(row.map(Value::String));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        let json = rows.map(|mut row| object(&mut row)).collect();
        Ok(Answer { grid, json, chart: None })
    })
}

/// The same people before and after.
pub(crate) fn compared(files: &RuleFiles, asked: &Followed) -> Result<Answer> {
    followed(files, asked, |followed| {
        let found = before_after(followed)?;
        let mut grid = tables::of_before_after(&found);
        let definition = followed.definition;
        grid.note(format!(
            "{} ({}), cohort {}: {} of {} before the index date and after it.",
            definition.title, definition.id, followed.cohort, definition.words.events, definition.follow_up.length
        ));
        Ok(Answer { grid, json: serde_json::to_value(found)?, chart: None })
    })
}

fn followed(
    files: &RuleFiles,
    asked: &Followed,
    answer: impl FnOnce(&::measure::Followed<'_>) -> Result<Answer>,
) -> Result<Answer> {
    let sources = Sources {
        events: &asked.events,
        people: asked.people.as_deref(),
        custody: asked.custody.as_deref(),
        map: &asked.map,
    };
    let histories = sources.read(None)?;
    let known = known(asked.as_of, asked.complete_to, &asked.events, &histories)?;
    let definition = definition(files, &asked.definition, asked.follow_up.as_deref())?;
    let cohort = Cohort::parse(&asked.cohort)?;
    answer(&follow(&histories, &definition, &cohort, known, None)?)
}

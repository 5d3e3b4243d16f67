//! `throughline measure people` and `before-after`: one cohort, followed under one definition, from files or from the store.

use super::arguments::Followed;
use super::cohort::definition;
use super::give::Answer;
use crate::arguments::Common;
use crate::rule_files::RuleFiles;
use crate::session::Session;
use ::measure::grid::{Cell, Grid};
use ::measure::{Cohort, Definition, Table, before_after, follow, tables};
use anyhow::Result;
use record::Purpose;
use serde_json::{Map, Value};
use service::TraceAsked;
use std::slice;

/// The people, one row each.
pub(crate) fn people(common: &Common, files: &RuleFiles, asked: &Followed) -> Result<Answer> {
    let (definition, cohort) = which(files, asked)?;
    let table = if let Some((histories, known)) = asked.source.read(slice::from_ref(&cohort), None)? {
        Table::of_cohort(&follow(&histories, &definition, &cohort, known, None)?)
    } else {
        let session = Session::open(common)?;
        let request = session.request(Purpose::Management);
        session.service.people_of_cohort(&request, &of_store(&session, asked, &definition, &cohort))?
    };
    let names: Vec<(&str, &str)> = table.names().map(|name| (name, name)).collect();
    let columns = names.iter().map(|(name, _)| Ok(table.words(name)?)).collect::<Result<Vec<_>>>()?;
    let mut grid = Grid::new(format!("The people of {cohort}"), &names);
    let columns = &columns;
    let rows = (0..table.rows()).map(|row| columns.iter().filter_map(move |column| column.get(row)).cloned());
    grid.rows = rows.clone().map(|row| row.map(Cell::Text).collect()).collect();
    let object = |row: &mut dyn Iterator<Item = String>| {
        let fields = names.iter().map(|(name, _)| (*name).to_owned()).zip(row.map(Value::String));
        Value::Object(fields.collect::<Map<_, _>>())
    };
    let json = rows.map(|mut row| object(&mut row)).collect();
    Ok(Answer { grid, json, chart: None })
}

/// The same people before and after.
pub(crate) fn compared(common: &Common, files: &RuleFiles, asked: &Followed) -> Result<Answer> {
    let (definition, cohort) = which(files, asked)?;
    let found = if let Some((histories, known)) = asked.source.read(slice::from_ref(&cohort), None)? {
        before_after(&follow(&histories, &definition, &cohort, known, None)?)?
    } else {
        let session = Session::open(common)?;
        let request = session.request(Purpose::Analysis);
        session.service.before_and_after(&request, &of_store(&session, asked, &definition, &cohort))?
    };
    let mut grid = tables::of_before_after(&found);
    grid.note(format!(
        "{} ({}), cohort {cohort}: {} of {} before the index date and after it.",
        definition.title, definition.id, definition.words.events, definition.follow_up.length
    ));
    Ok(Answer { grid, json: serde_json::to_value(found)?, chart: None })
}

fn which(files: &RuleFiles, asked: &Followed) -> Result<(Definition, Cohort)> {
    Ok((definition(files, &asked.definition, asked.source.follow_up.as_deref())?, Cohort::parse(&asked.cohort)?))
}

fn of_store<'a>(session: &Session, asked: &Followed, definition: &'a Definition, cohort: &'a Cohort) -> TraceAsked<'a> {
    let (as_of, complete_to) = asked.source.days(session);
    TraceAsked { cohort, definition, part: None, as_of, complete_to }
}

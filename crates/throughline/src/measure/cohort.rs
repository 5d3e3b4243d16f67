//! `throughline measure reoffending`: cohorts under definitions, from files or from the records of the store.

use super::arguments::Reoffending;
use super::give::Answer;
use crate::arguments::Common;
use crate::platform;
use crate::rule_files::RuleFiles;
use crate::session::Session;
use ::measure::{
    Breakdown, Cohort, Day, Definition, Followed, Histories, Known, Length, MeasureError, Report, Scale, chart, follow,
    report, tables,
};
use anyhow::{Result, anyhow};
use record::Purpose;
use service::CohortsAsked;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

pub(crate) fn reoffending(common: &Common, files: &RuleFiles, asked: &Reoffending) -> Result<Answer> {
    let definitions = definitions(files, asked)?;
    let cohorts = asked.cohort.iter().map(|text| Ok(Cohort::parse(text)?)).collect::<Result<Vec<_>>>()?;
    let scale = asked.severity.as_deref().map(|name| scale(files, name)).transpose()?;
    let (reports, refused, caveats) = match asked.source.read(&cohorts, scale.as_ref())? {
        Some((histories, known)) => from_files(asked, &histories, known, &cohorts, &definitions, scale.as_ref())?,
        None => from_store(common, asked, &cohorts, &definitions, scale.as_ref())?,
    };
    if reports.is_empty()
        && let Some(refusal) = refused.first()
    {
        return Err(refusal.clone().into());
    }
    let mut grid = tables::of_reports(&reports);
    for note in refused.iter().map(ToString::to_string).chain(caveats) {
        grid.note(note);
    }
    let chart = Some(chart::of_reports("Reoffending", &reports, &grid.notes));
    Ok(Answer { grid, json: serde_json::to_value(&reports)?, chart })
}

/// Reports, refusals, and what must be read beside them.
type Measured = (Vec<Report>, Vec<MeasureError>, Vec<String>);

fn from_files(
    asked: &Reoffending,
    histories: &Histories,
    known: Known,
    cohorts: &[Cohort],
    definitions: &[Definition],
    scale: Option<&Scale>,
) -> Result<Measured> {
    let by = asked.by.iter().map(|name| Ok(Breakdown::named(name, histories)?)).collect::<Result<Vec<_>>>()?;
    let (mut reports, mut refused) = (Vec::new(), Vec::new());
    let mut trace = asked.trace.as_deref().map(Trace::begin).transpose()?;
    for cohort in cohorts {
        for definition in definitions {
            match follow(histories, definition, cohort, known, scale.map(|scale| scale.severe_from)) {
                Ok(followed) => {
                    reports.push(report(&followed, &by, scale));
                    if let Some(trace) = &mut trace {
                        trace.write(&followed)?;
                    }
                }
                Err(refusal) => refused.push(refusal),
            }
        }
    }
    Ok((reports, refused, Vec::new()))
}

/// The records of the store, asked as somebody who may look at statistics.
fn from_store(
    common: &Common,
    asked: &Reoffending,
    cohorts: &[Cohort],
    definitions: &[Definition],
    scale: Option<&Scale>,
) -> Result<Measured> {
    let session = Session::open(common)?;
    let (as_of, complete_to) = asked.source.days(&session);
    let wanted = CohortsAsked { cohorts, definitions, by: &asked.by, scale, as_of, complete_to };
    let measured = session.service.reoffending(&session.request(Purpose::Analysis), &wanted)?;
    Ok((measured.reports, measured.refused, measured.caveats))
}

fn definitions(files: &RuleFiles, asked: &Reoffending) -> Result<Vec<Definition>> {
    asked.definition.iter().map(|name| definition(files, name, asked.source.follow_up.as_deref())).collect()
}

/// A definition by its name or file, with another follow-up if one is asked for.
pub(super) fn definition(files: &RuleFiles, name: &str, follow_up: Option<&str>) -> Result<Definition> {
    let length = follow_up.map(|text| {
        Length::parse(text).ok_or_else(|| {
            anyhow!("--follow-up {text}: write a length such as \"365 days\", \"6 months\" or \"2 years\"")
        })
    });
    let (file, text) = files.data("definitions", name)?;
    let definition = Definition::parse(&file, &text)?;
    Ok(match length.transpose()? {
        Some(length) => definition.followed_for(length),
        None => definition,
    })
}

fn scale(files: &RuleFiles, name: &str) -> Result<Scale> {
    let (file, text) = files.data("severity", name)?;
    Ok(Scale::parse(&file, &text)?)
}

/// The people behind the figures.
struct Trace(BufWriter<File>);

impl Trace {
    fn begin(path: &Path) -> Result<Self> {
        let mut to = BufWriter::new(platform::create_new(path)?);
        write!(to, "definition,cohort,person,index_date,until,first,reoffences,pseudo,undated,custody_days,left\r\n")?;
        Ok(Self(to))
    }

    fn write(&mut self, followed: &Followed<'_>) -> Result<()> {
        let day = |day: Option<Day>| day.map(|day| day.date().to_string()).unwrap_or_default();
        for outcome in &followed.outcomes {
            let id = followed.histories.id(outcome.person).replace('"', "\"\"");
            write!(
                self.0,
                "{},{},\"{id}\",{},{},{},{},{},{},{},{}\r\n",
                followed.definition.id,
                followed.cohort,
                outcome.index_day.date(),
                outcome.until.date(),
                day(outcome.first),
                outcome.reoffences,
                outcome.pseudo,
                outcome.undated,
                outcome.custody_days,
                day(outcome.left),
            )?;
        }
        Ok(self.0.flush()?)
    }
}

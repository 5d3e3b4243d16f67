//! `throughline measure reoffending`: cohorts under definitions, from files or from the records of the store.

use super::arguments::Reoffending;
use super::give::Answer;
use crate::arguments::Common;
use crate::platform;
use crate::rule_files::RuleFiles;
use crate::session::Session;
use ::measure::{
    Breakdown, Cohort, Content, Day, Definition, Files, Followed, Histories, Known, Length, Map, MeasureError, Report,
    Scale, chart, follow, report, tables,
};
use anyhow::{Result, anyhow};
use jiff::civil::Date;
use record::Purpose;
use service::CohortsAsked;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

pub(crate) fn reoffending(common: &Common, files: &RuleFiles, asked: &Reoffending) -> Result<Answer> {
    let definitions = definitions(files, asked)?;
    let cohorts = asked.cohort.iter().map(|text| Ok(Cohort::parse(text)?)).collect::<Result<Vec<_>>>()?;
    let scale = asked.severity.as_deref().map(|name| scale(files, name)).transpose()?;
    let (reports, refused) = match (&asked.events, &asked.map) {
        (Some(events), Some(map)) => {
            let sources = Sources { events, people: asked.people.as_deref(), custody: asked.custody.as_deref(), map };
            let histories = sources.read(scale.as_ref())?;
            let known = known(asked.as_of, asked.complete_to, events, &histories)?;
            from_files(asked, &histories, known, &cohorts, &definitions, scale.as_ref())?
        }
        _ => from_store(common, asked, &cohorts, &definitions, scale.as_ref())?,
    };
    if reports.is_empty()
        && let Some(refusal) = refused.first()
    {
        return Err(refusal.clone().into());
    }
    let mut grid = tables::of_reports(&reports);
    for refusal in &refused {
        grid.note(refusal.to_string());
    }
    let chart = Some(chart::of_reports("Reoffending", &reports, &grid.notes));
    Ok(Answer { grid, json: serde_json::to_value(&reports)?, chart })
}

type Measured = (Vec<Report>, Vec<MeasureError>);

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
    Ok((reports, refused))
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
    let as_of = asked.as_of.unwrap_or_else(|| session.today());
    let complete_to = asked.complete_to.unwrap_or(as_of);
    let wanted = CohortsAsked { cohorts, definitions, by: &asked.by, scale, as_of, complete_to };
    let measured = session.service.reoffending(&session.request(Purpose::Analysis), &wanted)?;
    Ok((measured.reports, measured.refused))
}

/// The files of which histories are read.
pub(super) struct Sources<'a> {
    pub(super) events: &'a Path,
    pub(super) people: Option<&'a Path>,
    pub(super) custody: Option<&'a Path>,
    pub(super) map: &'a Path,
}

impl Sources<'_> {
    pub(super) fn read(&self, scale: Option<&Scale>) -> Result<Histories> {
        let name = |path: &Path| path.display().to_string();
        let open = |path: &Path| -> Result<Content<'static>> {
            Ok(Content::of(&name(path), platform::open_to_read(path)?.0)?)
        };
        let (people_name, custody_name) = (self.people.map(name), self.custody.map(name));
        let (events_name, map_name) = (name(self.events), name(self.map));
        let map = Map::parse(&map_name, &platform::read_text(self.map)?)?;
        let people = self.people.map(open).transpose()?;
        let custody = self.custody.map(open).transpose()?;
        let files = Files {
            events: (events_name.as_str(), open(self.events)?),
            people: people_name.as_deref().zip(people),
            custody: custody_name.as_deref().zip(custody),
        };
        Ok(files.read(&map, scale)?)
    }
}

fn definitions(files: &RuleFiles, asked: &Reoffending) -> Result<Vec<Definition>> {
    asked.definition.iter().map(|name| definition(files, name, asked.follow_up.as_deref())).collect()
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

/// To which day the data are complete, and what was known: without a word, all that the files hold.
pub(super) fn known(
    as_of: Option<Date>,
    complete_to: Option<Date>,
    events: &Path,
    histories: &Histories,
) -> Result<Known> {
    let last = histories.last_event().ok_or_else(|| anyhow!("{}: it holds no event", events.display()))?;
    let complete = complete_to.map_or(last, Day::from);
    Ok(Known { as_of: as_of.map_or(complete, Day::from), complete })
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

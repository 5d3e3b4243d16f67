//! Of what a cohort is made: files of what happened, or the records of the store.

use crate::platform;
use crate::session::Session;
use ::measure::{Cohort, Content, Day, Files, Histories, Known, Map, Scale};
use anyhow::{Result, anyhow};
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// Of what a cohort is made, for how long it is followed, and what is known of it.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The file of events: CSV, Parquet or Arrow [default: the records of the store, without names]
    #[arg(long, value_name = "FILE", requires = "map")]
    events: Option<PathBuf>,
    /// The file of people
    #[arg(long, value_name = "FILE", requires = "events")]
    people: Option<PathBuf>,
    /// The file of spells in custody
    #[arg(long, value_name = "FILE", requires = "events")]
    custody: Option<PathBuf>,
    /// The file that says what the columns mean
    #[arg(long, value_name = "MAP.toml", requires = "events")]
    map: Option<PathBuf>,
    /// Another follow-up than the definition's, such as "730 days"
    #[arg(long, value_name = "LENGTH")]
    pub(super) follow_up: Option<String>,
    /// Only what was known on this day [default: the day to which the data are complete; of a store, today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// The day to which the data are complete [default: that of the last event; of a store, the as-of day]
    #[arg(long, value_name = "DATE")]
    complete_to: Option<Date>,
}

impl Source {
    /// The histories of the files, as far as these cohorts need them, and what is known of them: all that they hold, unless a day is
    /// named. None when the store is asked.
    pub(super) fn read(&self, cohorts: &[Cohort], scale: Option<&Scale>) -> Result<Option<(Histories, Known)>> {
        let Some((events, map)) = self.events.as_deref().zip(self.map.as_deref()) else { return Ok(None) };
        let map = Map::parse(&name(map), &platform::read_text(map)?)?;
        let (events_name, people_name) = (name(events), self.people.as_deref().map(name));
        let custody_name = self.custody.as_deref().map(name);
        let files = Files {
            events: (&events_name, content(events)?),
            people: people_name.as_deref().zip(self.people.as_deref().map(content).transpose()?),
            custody: custody_name.as_deref().zip(self.custody.as_deref().map(content).transpose()?),
        };
        let histories = files.read_for(cohorts, &map, scale)?;
        let last = histories.last_event().ok_or_else(|| anyhow!("{events_name}: it holds no event"))?;
        let complete = self.complete_to.map_or(last, Day::from);
        let as_of = self.as_of.map_or(complete, Day::from);
        Ok(Some((histories, Known { as_of, complete })))
    }

    /// The days as of which a store is asked, and to which its records are complete.
    pub(super) fn days(&self, session: &Session) -> (Date, Date) {
        let as_of = self.as_of.unwrap_or_else(|| session.today());
        (as_of, self.complete_to.unwrap_or(as_of))
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn content(path: &Path) -> Result<Content<'static>> {
    Ok(Content::of(&name(path), platform::open_to_read(path)?.0)?)
}

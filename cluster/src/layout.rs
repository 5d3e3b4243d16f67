//! Laying people out: three folders of Parquet, `events`, `people` and `custody`, a file in each for each part of the people.

use crate::{read, scale};
use anyhow::{Context as _, Result};
use clap::Args;
use measure::{Content, Files, Histories, Map};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct LayOut {
    /// The file of events
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// The file of people
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The file of spells in custody
    #[arg(long, value_name = "FILE")]
    custody: Option<PathBuf>,
    /// The file that says what the columns mean
    #[arg(long, value_name = "MAP.toml")]
    map: PathBuf,
    /// The severity scale
    #[arg(long, value_name = "FILE")]
    severity: Option<PathBuf>,
    /// How many parts: at least as many as the cluster has cores
    #[arg(long, value_name = "NUMBER", default_value_t = 8)]
    parts: usize,
    /// The folder to make
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

pub(crate) fn run(asked: &LayOut) -> Result<()> {
    let name = |path: &Path| path.display().to_string();
    let open = |path: &Path| -> Result<Content<'static>> {
        let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Content::of(&name(path), file)?)
    };
    let map = Map::parse(&name(&asked.map), &read(&asked.map)?)?;
    let scale = asked.severity.as_deref().map(scale).transpose()?;
    let (people, custody) = (asked.people.as_deref().map(name), asked.custody.as_deref().map(name));
    let events = name(&asked.events);
    let files = Files {
        events: (&events, open(&asked.events)?),
        people: people.as_deref().zip(asked.people.as_deref().map(open).transpose()?),
        custody: custody.as_deref().zip(asked.custody.as_deref().map(open).transpose()?),
    };
    write(&files.read(&map, scale.as_ref())?, asked.parts, &asked.to)
}

/// Writes the parts into a new folder.
pub(crate) fn write(histories: &Histories, parts: usize, folder: &Path) -> Result<()> {
    for kind in ["events", "people", "custody"] {
        let folder = folder.join(kind);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    for (number, part) in histories.parts(parts).enumerate() {
        let part = part?;
        for (kind, bytes) in [("events", part.events), ("people", part.people), ("custody", part.custody)] {
            let file = folder.join(kind).join(format!("part-{number:05}.parquet"));
            fs::write(&file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
        }
    }
    Ok(())
}

//! `throughline plan`: plans to reduce reoffending and their money, from the store or from files.

mod arguments;
mod due;
mod funding;
mod history;
mod kept;
mod record;
mod report;
mod show;

pub(crate) use arguments::Plan;
pub(crate) use report::PDF;

use crate::arguments::Common;
use crate::platform;
use anyhow::{Context as _, Result};
use jiff::Timestamp;
use planning::file::PlanFile;
use planning::{EventId, History, Line, stream};
use std::io::Write;
use std::path::Path;

pub(crate) fn run(common: &Common, command: &Plan, out: &mut dyn Write) -> Result<()> {
    match command {
        Plan::Import(asked) => record::import(common, asked, out),
        Plan::List(asked) => kept::list(common, asked, out),
        Plan::Show(asked) => show::run(common, asked, out),
        Plan::Due(asked) => due::run(common, asked, out),
        Plan::History(asked) => history::run(common, asked, out),
        Plan::Record(asked) => record::run(common, asked, out),
        Plan::Funding(asked) => funding::run(asked, out),
        Plan::Report(asked) => report::run(common, asked, out),
        Plan::Figures(asked) => report::figures(asked, out),
    }
}

/// A plan's history, from the store, from its stream or from its file.
fn read(common: &Common, path: &Path) -> Result<History> {
    if let Some(plan) = kept::reference(path) {
        return kept::read(common, &plan).map(|view| view.history);
    }
    let now = platform::now(common.now.as_deref())?;
    let text = platform::read_text(path)?;
    if is_stream(path) {
        stream::read(&text, platform::today(now)).with_context(|| path.display().to_string())
    } else {
        from_file(common, path, &text, now)
    }
}

fn from_file(common: &Common, path: &Path, text: &str, now: Timestamp) -> Result<History> {
    let by = recorder(common)?;
    let read = PlanFile::parse(text)
        .and_then(|file| file.history(&by, now, platform::today(now), || EventId(platform::new_id(now))));
    read.with_context(|| path.display().to_string())
}

fn is_stream(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "jsonl")
}

/// Who records: the account that was named.
fn recorder(common: &Common) -> Result<Line> {
    let named = common.acting_as.as_deref().unwrap_or("the command line");
    Line::try_from(named).with_context(|| format!("--as {named}"))
}

/// "4 March 2026".
fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

//! The standards themselves.

use crate::arguments::Common;
use crate::out;
use crate::rule_files::{RuleFiles, with_local};
use crate::table::Table;
use anyhow::{Result, anyhow};
use clock::{Rulebook, Standard};
use jiff::civil::Date;
use serde::Serialize;
use std::io::Write;

/// A standard in a list.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    title: &'a str,
    kind: String,
    limit: String,
    calendar: Option<&'static str>,
    source: &'a str,
    status: String,
    confidence: String,
    on: bool,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    applies_to: Vec<String>,
    file: &'a str,
}

impl<'a> Line<'a> {
    fn of(standard: &'a Standard) -> Self {
        let (valid_from, valid_until) = standard.valid();
        Self {
            id: standard.id(),
            title: standard.title(),
            kind: standard.kind().to_string(),
            limit: standard.limit_words(),
            calendar: standard.calendar().map(clock::CalendarRole::as_str),
            source: standard.source(),
            status: standard.status().to_string(),
            confidence: standard.confidence().to_string(),
            on: standard.is_on(),
            valid_from,
            valid_until,
            applies_to: standard.applies_to().collect(),
            file: standard.file(),
        }
    }
}

/// Every standard; without `all` those that are on.
pub(super) fn list(common: &Common, all: bool, json: bool, out: &mut dyn Write) -> Result<()> {
    let rulebook = rulebook(common)?;
    let lines: Vec<Line<'_>> =
        rulebook.standards().iter().filter(|standard| all || standard.is_on()).map(Line::of).collect();
    if json {
        return out::json(out, &lines);
    }
    writeln!(out, "{}, version {}", rulebook.title(), rulebook.version())?;
    if let Some(council) = rulebook.council() {
        writeln!(out, "with the limits of {council}")?;
    }
    writeln!(out)?;
    let mut table = Table::new(&["Standard", "Kind", "Limit", "Source", "Status", "On", "Title"]);
    for line in &lines {
        table.row([
            line.id.to_owned(),
            line.kind.clone(),
            line.limit.clone(),
            line.source.to_owned(),
            line.status.clone(),
            if line.on { "on" } else { "off" }.to_owned(),
            line.title.to_owned(),
        ]);
    }
    table.write(out, 0)?;
    let off = rulebook.standards().len() - rulebook.standards().iter().filter(|one| one.is_on()).count();
    let on = rulebook.standards().len() - off;
    let more = if all || off == 0 { "" } else { "; --all lists those too" };
    writeln!(out, "\n{on} standards are on, {off} are off (historic, legacy or proposed){more}.")?;
    Ok(())
}

/// One standard in full.
pub(super) fn explain(common: &Common, id: &str, out: &mut dyn Write) -> Result<()> {
    let rulebook = rulebook(common)?;
    let versions: Vec<&Standard> = rulebook.standards().iter().filter(|standard| standard.id() == id).collect();
    if versions.is_empty() {
        return Err(unknown(&rulebook, id));
    }
    for standard in versions {
        writeln!(out, "{}", standard.describe())?;
        let (from, until) = standard.valid();
        if let Some(from) = from {
            writeln!(out, "  In force from: {}", calendar::say(from))?;
        }
        if let Some(until) = until {
            writeln!(out, "  In force until: {}", calendar::say(until))?;
        }
        if !standard.see_also().is_empty() {
            writeln!(out, "  See also: {}", standard.see_also().join(", "))?;
        }
        writeln!(out, "  Written in: {}", standard.file())?;
        writeln!(out, "  {}", if standard.is_on() { "It is on." } else { "It is off: nothing is judged by it." })?;
    }
    Ok(())
}

/// The rulebook that was named, with the council's limits that were named.
pub(super) fn rulebook(common: &Common) -> Result<Rulebook> {
    let book = RuleFiles::find(common.rules.as_deref())?.book(&common.rulebook)?;
    with_local(&book, common.local.as_deref())
}

/// There is no such standard: those that hold one of its words.
fn unknown(rulebook: &Rulebook, id: &str) -> anyhow::Error {
    let words: Vec<String> = id.split(['.', '_']).filter(|word| word.len() > 3).map(str::to_lowercase).collect();
    let near = rulebook.standards().iter().map(Standard::id);
    let near: Vec<&str> = near.filter(|known| words.iter().any(|word| known.contains(word.as_str()))).take(5).collect();
    let near = if near.is_empty() { String::new() } else { format!(" Near to it: {}.", near.join(", ")) };
    anyhow!("the rulebook has no standard \"{id}\": throughline standards list --all names them.{near}")
}

//! The log of versions, or every event.

use super::arguments::History;
use super::{day, read};
use crate::arguments::Common;
use crate::out;
use crate::table::{Table, wrapped};
use anyhow::Result;
use planning::version::{Entry, change_log};
use planning::{Line, stream};
use std::io::Write;

pub(crate) fn run(common: &Common, asked: &History, out: &mut dyn Write) -> Result<()> {
    let history = read(common, &asked.plan)?;
    if asked.events {
        return events(&history, asked.json.json, out);
    }
    let log = change_log(&history);
    if asked.json.json {
        return out::json(out, &log);
    }
    if log.is_empty() {
        writeln!(out, "The plan has no versions yet: record plan.versioned when one is issued.")?;
    }
    for entry in &log {
        write(entry, out)?;
    }
    Ok(())
}

fn write(entry: &Entry, out: &mut dyn Write) -> Result<()> {
    match (&entry.number, entry.on) {
        (Some(number), Some(on)) => {
            let by = entry.by.as_ref().map(Line::as_str).unwrap_or_default();
            writeln!(out, "Version {number}, {}, {by}", day(on))?;
        }
        _ => writeln!(out, "Since the latest version")?,
    }
    if let Some(note) = &entry.note {
        wrapped(out, 2, 120, note.as_str())?;
    }
    for change in &entry.changes {
        wrapped(out, 2, 120, &format!("- {change}"))?;
    }
    Ok(())
}

fn events(history: &planning::History, json: bool, out: &mut dyn Write) -> Result<()> {
    if json {
        for event in history.events() {
            writeln!(out, "{}", stream::line(event)?)?;
        }
        return Ok(());
    }
    let mut table = Table::new(&["Happened", "Recorded", "By", "What", "Content"]);
    for event in history.events() {
        let stamp = &event.stamp;
        let content: String = event.what.body()?.chars().take(80).collect();
        table.row([
            stamp.happened.to_string(),
            stamp.recorded.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            stamp.by.to_string(),
            event.what.kind().to_owned(),
            content,
        ]);
    }
    table.write(out, 0)?;
    Ok(())
}

//! `throughline import`: records from a CSV file, through a map.

use crate::arguments::Import;
use crate::session::Session;
use crate::wording::{count, counted};
use crate::{out, platform};
use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use record::Purpose;
use service::{Imported, LineTrouble, Map};
use std::fs::File;
use std::io::{BufWriter, Write};

pub(crate) fn run(session: &Session, asked: &Import, out: &mut dyn Write) -> Result<()> {
    let map = Map::parse(&asked.map.display().to_string(), &platform::read_text(&asked.map)?)?;
    let (file, length) = platform::open_to_read(&asked.file)?;
    let mut report = asked.report.as_deref().map(platform::create_new).transpose()?.map(BufWriter::new);
    let bar = bar(length)?;
    let mut unwritten = None;
    let mut in_part = 0_u64;
    let mut trouble = |trouble: LineTrouble| {
        in_part += u64::from(trouble.rest_kept);
        bar.suspend(|| out::tell(format_args!("line {}: {}", trouble.line, trouble.sentence)));
        if let Some(report) = &mut report
            && let Err(error) = write_line(report, &trouble)
        {
            unwritten.get_or_insert(error);
        }
    };
    let imported =
        session.service.import(&session.request(Purpose::Import), &map, file, &mut trouble, &mut |progress| {
            bar.set_position(progress.bytes);
            bar.set_message(format!("{} lines", count(progress.lines)));
        });
    bar.finish_and_clear();
    let imported = imported?;
    if let Some(mut report) = report {
        report.flush()?;
    }
    if let Some(error) = unwritten {
        return Err(error).context("everything was imported, but the report of troubles could not be written");
    }
    if asked.json.json {
        return out::json(out, &imported);
    }
    summary(&imported, in_part, out)
}

fn write_line(report: &mut BufWriter<File>, trouble: &LineTrouble) -> Result<()> {
    serde_json::to_writer(&mut *report, trouble)?;
    report.write_all(b"\n")?;
    Ok(())
}

fn summary(imported: &Imported, in_part: u64, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "{} read: {} added, {} on record already, {} refused.",
        counted(imported.lines, "line", "lines"),
        count(imported.added),
        count(imported.already),
        count(imported.refused)
    )?;
    writeln!(out, "{} added.", counted(imported.events, "event", "events"))?;
    if in_part > 0 {
        writeln!(
            out,
            "{} left out, each named above; the rest of its line was kept.",
            counted(in_part, "field was", "fields were")
        )?;
    }
    if !imported.unused_columns.is_empty() {
        writeln!(out, "Columns that the map does not use: {}.", imported.unused_columns.join(", "))?;
    }
    Ok(())
}

/// A bar on standard error; nothing where that is not a terminal.
pub(crate) fn bar(length: u64) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:40} {percent}%  {msg}  {eta} left")?;
    Ok(ProgressBar::new(length).with_style(style))
}

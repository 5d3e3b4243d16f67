//! How often each standard was met.

use crate::out;
use crate::session::Session;
use crate::table::Table;
use crate::wording::{count, counted, share};
use anyhow::Result;
use clock::Rulebook;
use clock::report::{Counts, Report, Row, TargetResult};
use jiff::civil::Date;
use record::Purpose;
use serde::Serialize;
use service::Figures;
use std::collections::BTreeMap;
use std::io::Write;

/// Which part of the report.
pub(super) struct Which<'a> {
    pub(super) as_of: Option<Date>,
    pub(super) team: Option<&'a str>,
    pub(super) totals: bool,
}

/// The report as JSON.
#[derive(Serialize)]
struct Wire<'a> {
    as_of: Date,
    rulebook: &'a str,
    rulebook_version: &'a str,
    people: u64,
    cases: u64,
    rows: Vec<Row<'a>>,
    targets: Vec<TargetResult<'a>>,
}

/// The headings of the counts.
const COUNTS: [&str; 7] = [" Opened", " Met", " Late", " Missed", " Excused", " Open", " Not applicable"];

pub(super) fn run(session: &Session, which: &Which<'_>, json: bool, out: &mut dyn Write) -> Result<()> {
    let as_of = which.as_of.unwrap_or_else(|| session.today());
    let figures = session.service.standards_report(&session.request(Purpose::Analysis), as_of)?;
    let rulebook = session.service.rules().rulebook();
    let rows: Vec<Row<'_>> =
        figures.report.rows().filter(|row| which.team.is_none_or(|team| row.team == team)).collect();
    if json {
        let wire = Wire {
            as_of,
            rulebook: rulebook.id(),
            rulebook_version: rulebook.version(),
            people: figures.people,
            cases: figures.cases,
            rows,
            targets: figures.report.targets(rulebook),
        };
        return out::json(out, &wire);
    }
    heading(&figures, rulebook, out)?;
    if which.totals {
        totals(&rows, rulebook, out)?;
    } else {
        by_standard(&rows, rulebook, out)?;
    }
    if which.team.is_none() {
        writeln!(out)?;
        targets(&figures.report, rulebook, out)?;
    }
    Ok(())
}

fn heading(figures: &Figures, rulebook: &Rulebook, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "Standards met, as of {}: {} with {}; {} version {}.",
        calendar::say(figures.as_of),
        counted(figures.people, "person", "people"),
        counted(figures.cases, "case", "cases"),
        rulebook.id(),
        rulebook.version()
    )?;
    writeln!(
        out,
        "The base of a percentage is what was met, late or missed; open, excused and not applicable are not judged.\n"
    )?;
    Ok(())
}

fn cells(counts: &Counts) -> Vec<String> {
    let numbers =
        [counts.opened, counts.met, counts.late, counts.missed, counts.excused, counts.open, counts.not_applicable];
    numbers.into_iter().map(count).chain([share(counts.met, counts.judged())]).collect()
}

/// One line for each standard.
fn totals(rows: &[Row<'_>], rulebook: &Rulebook, out: &mut dyn Write) -> Result<()> {
    let mut sums: BTreeMap<&str, Counts> = BTreeMap::new();
    for row in rows {
        add(sums.entry(row.standard).or_default(), &row.counts);
    }
    let mut table = Table::new(&[&["Standard"][..], &COUNTS, &["Met of those judged", "Source"]].concat());
    for (standard, counts) in sums {
        let source = rulebook.get(standard).map(|standard| standard.source().to_owned()).unwrap_or_default();
        table.row([vec![standard.to_owned()], cells(&counts), vec![source]].concat());
    }
    Ok(table.write(out, 0)?)
}

/// For each standard its quarters and teams.
fn by_standard(rows: &[Row<'_>], rulebook: &Rulebook, out: &mut dyn Write) -> Result<()> {
    for lines in rows.chunk_by(|one, other| one.standard == other.standard) {
        let Some(first) = lines.first() else { continue };
        match rulebook.get(first.standard) {
            Some(standard) => {
                writeln!(
                    out,
                    "{}: {} ({}; {})",
                    standard.id(),
                    standard.title(),
                    standard.limit_words(),
                    standard.source()
                )?;
            }
            None => writeln!(out, "{}", first.standard)?,
        }
        let mut table = Table::new(&[&["Quarter", "Team"][..], &COUNTS, &["Met of those judged"]].concat());
        for row in lines {
            table.row([vec![row.quarter.to_string(), row.team.to_owned()], cells(&row.counts)].concat());
        }
        table.write(out, 2)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The population targets.
fn targets(report: &Report, rulebook: &Rulebook, out: &mut dyn Write) -> Result<()> {
    let targets = report.targets(rulebook);
    if targets.is_empty() {
        return Ok(());
    }
    writeln!(out, "Population targets")?;
    let mut table = Table::new(&["Target", "Asked for", "Met of those judged", "Reached", "Source", "Title"]);
    for target in targets {
        let reached = match target.reached {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        };
        table.row([
            target.standard.to_owned(),
            target.percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent}%")),
            share(target.counts.met, target.judged),
            reached.to_owned(),
            target.source.to_owned(),
            target.title.to_owned(),
        ]);
    }
    Ok(table.write(out, 0)?)
}

fn add(sum: &mut Counts, more: &Counts) {
    sum.opened += more.opened;
    sum.met += more.met;
    sum.late += more.late;
    sum.missed += more.missed;
    sum.excused += more.excused;
    sum.open += more.open;
    sum.not_applicable += more.not_applicable;
}

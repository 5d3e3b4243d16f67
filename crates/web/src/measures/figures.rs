//! Figures in words: each with its base, and none where too few people stand behind it.

use super::asked::Asked;
use crate::Words;
use measure::{Report, Row, Shown, chart};

/// The figures of one definition.
pub(super) struct Series {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) did: String,
    pub(super) events: String,
    pub(super) chart: String,
    pub(super) lines: Vec<Line>,
    /// How serious reoffending was, where offences are weighed.
    pub(super) serious: Vec<Serious>,
    pub(super) notes: Vec<String>,
}

/// One row of a table.
pub(super) struct Line {
    pub(super) cohort: String,
    pub(super) part: String,
    /// Why there are no figures; empty when there are.
    pub(super) hidden: &'static str,
    /// "1,204 of 4,410 (27.3%)".
    pub(super) rate: String,
    pub(super) interval: String,
    pub(super) reoffences: String,
    pub(super) per_person: String,
    pub(super) per_reoffender: String,
    pub(super) median_days: String,
    pub(super) allowing: String,
    pub(super) pseudo: u64,
    /// Where the people behind it are, for those who may see them.
    pub(super) people: Option<String>,
}

/// How serious the reoffending of one row was.
pub(super) struct Serious {
    pub(super) cohort: String,
    pub(super) part: String,
    pub(super) severe_per_100: String,
    pub(super) mean_worst: String,
    pub(super) sum_per_100: String,
    /// "112 of 1,204".
    pub(super) escalated: String,
}

/// The chart of all series together: over several cohorts, of everybody.
pub(super) fn together(reports: &[Report], asked: &Asked) -> Option<String> {
    let several = asked.definitions.len() > 1 && asked.by.is_none();
    (several && !reports.is_empty()).then(|| chart::of_reports("The definitions side by side", reports, &[]))
}

/// The reports by definition.
pub(super) fn series(words: &Words, reports: Vec<Report>, asked: &Asked, may_trace: bool) -> Vec<Series> {
    let mut series: Vec<Vec<Report>> = Vec::new();
    for report in reports {
        match series.iter_mut().find(|held| held.iter().any(|one| one.definition == report.definition)) {
            Some(held) => held.push(report),
            None => series.push(vec![report]),
        }
    }
    series.iter().filter_map(|reports| one(words, reports, asked, may_trace)).collect()
}

fn one(words: &Words, reports: &[Report], asked: &Asked, may_trace: bool) -> Option<Series> {
    let first = reports.first()?;
    let spoken: Vec<Report> = reports.iter().map(|report| spoken(words, asked.by.as_deref(), report)).collect();
    let (mut lines, mut serious) = (Vec::new(), Vec::new());
    for (report, spoken) in reports.iter().zip(&spoken) {
        let cohort = asked.cohorts.iter().find(|cohort| cohort.to_string() == report.cohort)?;
        let people = |word: Option<&String>| {
            may_trace.then(|| asked.address_of_row(cohort, &report.definition, word.map(String::as_str)))
        };
        for (row, said) in report.rows.iter().zip(&spoken.rows) {
            lines.push(Line { people: people(row.words.first()), ..line(report, said) });
        }
        lines.push(Line { people: people(None), ..line(report, &spoken.total) });
        serious.extend(spoken.rows.iter().chain([&spoken.total]).filter_map(|row| seriousness(report, row)));
    }
    Some(Series {
        id: first.definition.clone(),
        title: first.title.clone(),
        did: first.did.clone(),
        events: first.events.clone(),
        chart: chart::of_reports(&first.title, &spoken, &[]),
        notes: notes(reports),
        lines,
        serious,
    })
}

/// A report whose rows are said as people say them: the words of the records are codes.
fn spoken(words: &Words, by: Option<&str>, report: &Report) -> Report {
    let mut report = report.clone();
    for row in report.rows.iter_mut().chain([&mut report.total]) {
        for word in &mut row.words {
            *word = match by {
                _ if word == "all" => "All together".to_owned(),
                Some("order") => words.say("order_kind", word),
                _ => capital(word),
            };
        }
    }
    report
}

/// What must be read beside the figures: the same for all cohorts, or once for each.
fn notes(reports: &[Report]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for report in reports {
        for note in [
            format!("{} Source: {}. Version {} of the definition.", report.caveat, report.source, report.version),
            report.severity.as_ref().map(|scale| format!("Offences are weighed by {scale}.")).unwrap_or_default(),
            format!(
                "Followed for {}{}; as known on {}, from data complete to {}.",
                report.follow_up,
                match report.waiting {
                    measure::Length::Days(0) => String::new(),
                    waiting => format!(", and {waiting} for offences to be proven"),
                },
                report.known.as_of,
                report.known.complete
            ),
        ] {
            if !note.is_empty() && !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

fn who(row: &Row) -> String {
    if row.words.is_empty() { "Everybody".to_owned() } else { row.words.join(", ") }
}

/// How serious; none where offences are not weighed, or the row is hidden.
fn seriousness(report: &Report, row: &Row) -> Option<Serious> {
    let Shown::Figures(figures) = &row.shown else { return None };
    let severity = figures.severity.as_ref()?;
    let (escalated, reoffended) = (grouped(severity.escalated), grouped(figures.reoffended));
    Some(Serious {
        cohort: report.cohort.clone(),
        part: who(row),
        severe_per_100: format!("{:.2}", severity.severe_per_100),
        mean_worst: severity.mean_worst.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.0}")),
        sum_per_100: format!("{:.0}", severity.sum_per_100),
        escalated: format!("{escalated} of {reoffended}"),
    })
}

fn line(report: &Report, row: &Row) -> Line {
    let part = who(row);
    let cohort = report.cohort.clone();
    let figures = match &row.shown {
        Shown::Figures(figures) => figures,
        Shown::TooFew => return nothing(cohort, part, "Too few people to show"),
        Shown::BesideTooFew => return nothing(cohort, part, "Hidden, so that a small row cannot be worked out"),
    };
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    let number = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| format!("{number:.2}"));
    let (reoffended, people) = (grouped(figures.reoffended), grouped(figures.people));
    Line {
        cohort,
        part,
        hidden: "",
        rate: format!("{reoffended} of {people} ({})", percent(figures.rate.value)),
        interval: format!("{} to {}", percent(figures.rate.low), percent(figures.rate.high)),
        reoffences: measure::grid::grouped(figures.reoffences),
        per_person: number(Some(figures.per_person)),
        per_reoffender: number(figures.per_reoffender),
        median_days: figures.median_days.map_or_else(|| "–".to_owned(), |days| format!("{days:.0} days")),
        allowing: percent(figures.allowing_for_leavers.value),
        pseudo: figures.pseudo,
        people: None,
    }
}

fn nothing(cohort: String, part: String, hidden: &'static str) -> Line {
    let empty = String::new;
    Line {
        cohort,
        part,
        hidden,
        rate: empty(),
        interval: empty(),
        reoffences: empty(),
        per_person: empty(),
        per_reoffender: empty(),
        median_days: empty(),
        allowing: empty(),
        pseudo: 0,
        people: None,
    }
}

fn grouped(count: usize) -> String {
    measure::grid::grouped(count as u64)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

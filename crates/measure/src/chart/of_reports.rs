//! The rates of reports: bars of one cohort, lines over several.

use super::{Bar, MOST_LINES, Trend, bars, trend};
use crate::report::{Report, Row, Shown};
use crate::statistics::interval::Interval;
use std::fmt::Write as _;

/// Draws the rates of reports. What is hidden in the tables is not drawn.
pub fn of_reports(title: &str, reports: &[Report], notes: &[String]) -> String {
    let did = reports.first().map(|report| report.did.as_str());
    let up = match did.filter(|did| reports.iter().all(|report| report.did == *did)) {
        Some(did) => format!("Share {did}, with 95% interval"),
        None => "Share, with 95% interval".to_owned(),
    };
    let mut cohorts: Vec<String> = Vec::new();
    for report in reports {
        if !cohorts.contains(&report.cohort) {
            cohorts.push(report.cohort.clone());
        }
    }
    let lines = lines(reports);
    if cohorts.len() > 1 && lines.len() <= MOST_LINES {
        let told: Vec<String> = lines
            .iter()
            .map(|line| {
                format!("{}: {}", line.name, told(line.points.iter().map(|point| (point.name.as_str(), point.figure))))
            })
            .collect();
        return trend(title, &description(&told.join(". "), notes), &up, &cohorts, &lines);
    }
    let several = !of_one_definition(reports);
    let rows: Vec<Bar> = reports.iter().flat_map(|report| rows_of(report, cohorts.len() > 1, several)).collect();
    let told = told(rows.iter().map(|row| (row.name.as_str(), row.figure)));
    bars(title, &description(&told, notes), &up, &rows)
}

fn description(told: &str, notes: &[String]) -> String {
    format!("Rates with their 95% intervals: {told}. {}", notes.join(" "))
}

fn told<'a>(figures: impl Iterator<Item = (&'a str, Interval)>) -> String {
    let mut out = String::new();
    for (name, figure) in figures {
        let before = if out.is_empty() { "" } else { "; " };
        let [value, low, high] = [figure.value, figure.low, figure.high].map(|share| 100.0 * share);
        let _ = write!(out, "{before}{name} {value:.1}% ({low:.1}% to {high:.1}%)");
    }
    out
}

fn shown(row: &Row) -> Option<Interval> {
    match &row.shown {
        Shown::Figures(figures) => Some(figures.rate),
        Shown::TooFew | Shown::BesideTooFew => None,
    }
}

/// A bar for each row that is shown, named as far as names are needed.
fn rows_of(report: &Report, several_cohorts: bool, several: bool) -> impl Iterator<Item = Bar> {
    report.rows.iter().chain([&report.total]).filter_map(move |row| {
        let words = row.words.join(", ");
        let definition = if several || words.is_empty() { report.definition.as_str() } else { "" };
        let cohort = if several_cohorts { report.cohort.as_str() } else { "" };
        let name =
            [definition, cohort, &words].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        Some(Bar { name, figure: shown(row)? })
    })
}

fn of_one_definition(reports: &[Report]) -> bool {
    reports.iter().all(|report| Some(&report.definition) == reports.first().map(|first| &first.definition))
}

/// A line for each definition and part, over the cohorts.
fn lines(reports: &[Report]) -> Vec<Trend> {
    let one_definition = of_one_definition(reports);
    let mut lines: Vec<Trend> = Vec::new();
    for report in reports {
        for row in report.rows.iter().chain([&report.total]) {
            let words = row.words.join(", ");
            let name = match (words.as_str(), one_definition) {
                ("", _) => report.definition.clone(),
                (_, true) => words,
                (_, false) => format!("{} {words}", report.definition),
            };
            let Some(figure) = shown(row) else { continue };
            let point = Bar { name: report.cohort.clone(), figure };
            match lines.iter_mut().find(|line| line.name == name) {
                Some(line) => line.points.push(point),
                None => lines.push(Trend { name, points: vec![point] }),
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::{Day, Length};
    use crate::follow_up::Known;
    use crate::report::Figures;

    fn report(definition: &str, cohort: &str, rates: &[(&str, Option<f64>)]) -> Report {
        let (total, rows) = rates.split_last().unwrap();
        let row = |(word, rate): &(&str, Option<f64>)| {
            let figure = |value| Interval { value, low: value - 0.1, high: value + 0.1 };
            let figures = |rate| Figures {
                people: 100,
                reoffended: 10,
                rate: figure(rate),
                reoffences: 10,
                per_person: 0.1,
                per_reoffender: None,
                severity: None,
                median_days: None,
                allowing_for_leavers: figure(rate),
                at_liberty: None,
                per_year_at_risk: None,
                days_at_risk: 0,
                custody_days: 0,
                left: 0,
                pseudo: 0,
                undated: 0,
            };
            let words = if word.is_empty() { Vec::new() } else { vec![(*word).to_owned()] };
            Row { words, shown: rate.map_or(Shown::TooFew, |rate| Shown::Figures(Box::new(figures(rate)))) }
        };
        Report {
            definition: definition.to_owned(),
            title: definition.to_owned(),
            version: "1".to_owned(),
            source: String::new(),
            caveat: String::new(),
            did: "reconvicted".to_owned(),
            events: "reconvictions".to_owned(),
            cohort: cohort.to_owned(),
            index_from: Day::numbered(0),
            index_until: Day::numbered(365),
            follow_up: Length::Days(365),
            waiting: Length::Days(0),
            known: Known::by(Day::numbered(2000)),
            severity: None,
            by: Vec::new(),
            total: row(total),
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn several_cohorts_are_lines_and_one_is_bars() {
        let one = report("a", "2016-17", &[("", Some(0.3))]);
        let next = report("a", "2017-18", &[("", Some(0.25))]);
        let bars = of_reports("Reoffending", std::slice::from_ref(&one), &[]);
        assert!(bars.contains("Rates with their 95% intervals: a 30.0% (20.0% to 40.0%)."), "{bars}");
        let lines = of_reports("Reoffending", &[one, next], &["Read with care.".to_owned()]);
        assert!(lines.contains("a: 2016-17 30.0% (20.0% to 40.0%); 2017-18 25.0% (15.0% to 35.0%). Read with care."));
        assert_eq!(lines.matches("<circle").count(), 2);
    }

    #[test]
    fn what_is_hidden_is_not_drawn() {
        let parts = [("fine", Some(0.2)), ("custody", None), ("all", Some(0.3))];
        let drawn = of_reports("Reoffending", &[report("a", "2016-17", &parts), report("a", "2017-18", &parts)], &[]);
        assert!(drawn.contains("fine") && !drawn.contains("custody"), "{drawn}");
    }

    #[test]
    fn too_many_lines_become_bars_each_with_its_cohort() {
        let parts: Vec<(&str, Option<f64>)> =
            ["b", "c", "d", "e", "f", "g", "all"].map(|word| (word, Some(0.2))).into();
        let drawn = of_reports("Reoffending", &[report("a", "2016-17", &parts), report("a", "2017-18", &parts)], &[]);
        assert!(drawn.contains(">2016-17 b</text>") && drawn.contains(">2017-18 all</text>"), "{drawn}");
    }

    #[test]
    fn a_name_without_room_is_cut_and_stays_whole_in_the_description() {
        let long = "supervision, unpaid work, conduct, alcohol treatment, residence";
        let drawn = of_reports("Reoffending", &[report("a", "2016-17", &[(long, Some(0.2)), ("all", Some(0.3))])], &[]);
        assert!(drawn.contains("…</text>") && !drawn.contains(&format!(">{long}</text>")), "{drawn}");
        assert!(drawn.contains(&format!("{long} 20.0%")), "{drawn}");
    }
}

//! `throughline measure survival`: how many have not reoffended after how long.

use super::arguments::Survival;
use super::give::Answer;
use ::measure::chart::{self, Series};
use ::measure::statistics::interval::{Confidence, Interval};
use ::measure::statistics::log_rank::LogRank;
use ::measure::statistics::{Observed, aalen_johansen, kaplan_meier, log_rank};
use ::measure::tables;
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) fn run(asked: &Survival) -> Result<Answer> {
    let table = super::rows(&asked.data)?;
    let (observed, causes) = table.observed(&asked.time, &asked.event, asked.cause.as_deref(), asked.until)?;
    let (series, test) = match &asked.by {
        Some(by) => by_group(table.words(by)?, by, &observed)?,
        None if asked.cause.is_some() => (by_cause(&observed, &causes), None),
        None => (vec![kept("all", &observed)], None),
    };
    let (title, share) = if asked.cause.is_some() {
        (format!("How many came to each end, by {}", asked.time), "Came to it")
    } else {
        (format!("How many have not yet: {}, by {}", asked.event, asked.time), "Not yet")
    };
    let moments = if asked.at.is_empty() { all_moments(&series) } else { asked.at.clone() };
    let mut grid = tables::of_series(&title, share, &series, &moments);
    let happened = observed.iter().filter(|seen| seen.ended.is_some()).count();
    grid.note(format!("{} observed, of whom {happened} had it happen. Intervals of 95%.", observed.len()));
    if let Some(test) = &test {
        grid.note(format!(
            "Log-rank test: chi-squared {:.6} on {} degree{} of freedom, p = {:.6}.",
            test.chi_squared,
            test.degrees,
            if test.degrees == 1 { "" } else { "s" },
            test.p
        ));
    }
    let ends: Vec<String> = series.iter().filter_map(at_the_end).collect();
    let description = format!("At the end: {}. {}", ends.join("; "), grid.notes.join(" "));
    let chart = chart::curves(&title, &description, &asked.time, share, &series);
    let json_of = |series: &Series| {
        let steps: Vec<_> = series.steps.iter().map(|(time, figure)| json!({"time": time, "share": figure})).collect();
        json!({"group": series.name, "steps": steps})
    };
    let json = json!({"series": series.iter().map(json_of).collect::<Vec<_>>(), "log_rank": test});
    Ok(Answer { grid, json, chart: Some(chart) })
}

fn at_the_end(series: &Series) -> Option<String> {
    let (time, figure) = series.steps.last()?;
    Some(format!("{} {:.1}% at {time}", series.name, 100.0 * figure.value))
}

const ALL: Interval = Interval { value: 1.0, low: 1.0, high: 1.0 };
const NOBODY: Interval = Interval { value: 0.0, low: 0.0, high: 0.0 };

fn kept(name: &str, observed: &[Observed]) -> Series {
    let curve = kaplan_meier::estimate(observed, Confidence::P95);
    let last = curve.steps.last().map_or(ALL, |step| step.survival);
    let steps = curve.steps.iter().map(|step| (step.time, step.survival));
    let steps = std::iter::once((0.0, ALL)).chain(steps).chain([(curve.seen_until, last)]);
    Series { name: name.to_owned(), steps: steps.collect() }
}

fn by_cause(observed: &[Observed], causes: &[String]) -> Vec<Series> {
    let incidence = aalen_johansen::estimate(observed, Confidence::P95);
    let one = |(cause, name): (usize, &String)| {
        let steps = incidence.steps.iter().filter_map(|step| Some((step.time, *step.incidence.get(cause)?)));
        Series { name: name.clone(), steps: std::iter::once((0.0, NOBODY)).chain(steps).collect() }
    };
    causes.iter().enumerate().map(one).collect()
}

fn by_group(words: &[String], by: &str, observed: &[Observed]) -> Result<(Vec<Series>, Option<LogRank>)> {
    let mut groups: BTreeMap<&str, Vec<Observed>> = BTreeMap::new();
    for (word, seen) in words.iter().zip(observed) {
        groups.entry(word).or_default().push(*seen);
    }
    let series = groups.iter().map(|(word, group)| kept(&format!("{by} {word}"), group)).collect();
    let test = log_rank::test(&groups.into_values().collect::<Vec<_>>())?;
    Ok((series, Some(test)))
}

fn all_moments(series: &[Series]) -> Vec<f64> {
    let mut moments: Vec<f64> = series.iter().flat_map(|series| series.steps.iter().map(|step| step.0)).collect();
    moments.sort_by(f64::total_cmp);
    moments.dedup();
    moments
}

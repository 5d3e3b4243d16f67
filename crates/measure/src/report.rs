//! The figures of a cohort, each with its base, its interval and what it means.

use crate::breakdown::Breakdown;
use crate::day::{Day, Length};
use crate::follow_up::{Followed, Known, Outcome};
use crate::number::{number, ratio, whole};
use crate::severity::Scale;
use crate::statistics::interval::{Confidence, Interval, wilson};
use crate::statistics::{Observed, kaplan_meier, person_time};
use crate::suppression::{Hidden, hidden};
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures of one cohort under one definition.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// By which definition: its id.
    pub definition: String,
    /// What people call it.
    pub title: String,
    /// The version of its file.
    pub version: String,
    /// Where it was published.
    pub source: String,
    /// What a reader must know.
    pub caveat: String,
    /// "reconvicted", "reoffended".
    pub did: String,
    /// "reconvictions", "reoffences".
    pub events: String,
    /// Which cohort.
    pub cohort: String,
    /// The first and the last day on which index events lie.
    pub index_from: Day,
    /// The last of them.
    pub index_until: Day,
    /// The window.
    pub follow_up: Length,
    /// The waiting period after it.
    pub waiting: Length,
    /// What was known.
    #[serde(flatten)]
    pub known: Known,
    /// By which severity scale, if by any: id and version.
    pub severity: Option<String>,
    /// By what it is broken down.
    pub by: Vec<String>,
    /// Everybody.
    pub total: Row,
    /// A row for each part; empty without a breakdown.
    pub rows: Vec<Row>,
}

/// One row: some people, and their figures unless these are hidden.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// A word for each breakdown.
    pub words: Vec<String>,
    /// The figures.
    #[serde(flatten)]
    pub shown: Shown,
}

/// Figures, or why there are none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The figures.
    Figures(Box<Figures>),
    /// Too few people: not suitable for publication.
    TooFew,
    /// Hidden because a row of too few people could be worked out from it.
    BesideTooFew,
}

/// The figures of some people.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// How many people: the denominator.
    pub people: usize,
    /// How many reoffended: the numerator.
    pub reoffended: usize,
    /// The rate, with its 95% Wilson interval.
    pub rate: Interval,
    /// How many reoffences.
    pub reoffences: u64,
    /// Reoffences for each person of the cohort.
    pub per_person: f64,
    /// Reoffences for each person who reoffended.
    pub per_reoffender: Option<f64>,
    /// How serious they were, if there is a scale.
    pub severity: Option<Severity>,
    /// Days to the first reoffence of the middle one of those who reoffended.
    pub median_days: Option<f64>,
    /// The share that reoffended by the end of the window, those who died or left counted for as long as they were seen
    /// (Kaplan and Meier), with its interval.
    pub allowing_for_leavers: Interval,
    /// The same in days at liberty: custody taken out of the time at risk.
    pub at_liberty: Option<Interval>,
    /// Reoffences for each year at liberty and within sight, with the exact interval.
    pub per_year_at_risk: Option<Interval>,
    /// Days at risk.
    pub days_at_risk: u64,
    /// Days of the window spent in custody.
    pub custody_days: u64,
    /// How many died or left within the window; they stay in the denominator.
    pub left: usize,
    /// Events in the window for offences committed before the index date.
    pub pseudo: u64,
    /// Events whose date of offence is needed and not known.
    pub undated: u64,
}

/// How serious reoffending was.
#[derive(Clone, Debug, Serialize)]
pub struct Severity {
    /// Severe reoffences for every 100 people of the cohort.
    pub severe_per_100: f64,
    /// The mean of each reoffender's worst reoffence.
    pub mean_worst: Option<f64>,
    /// The sum of weights for every 100 people of the cohort.
    pub sum_per_100: f64,
    /// How many had a reoffence worse than their index offence.
    pub escalated: usize,
}

/// Makes the figures of a cohort.
pub fn report(followed: &Followed<'_>, by: &[Breakdown], scale: Option<&Scale>) -> Report {
    let everybody: Vec<&Outcome> = followed.outcomes.iter().collect();
    let least = followed.definition.suppression.fewer_than;
    let parts = parts(followed, by, &everybody);
    let counts: Vec<usize> = parts.values().map(Vec::len).collect();
    let rows = parts.iter().zip(hidden(&counts, least)).map(|((words, people), hidden)| Row {
        words: words.iter().map(|(_, word)| word.clone()).collect(),
        shown: match hidden {
            Some(Hidden::Few) => Shown::TooFew,
            Some(Hidden::Beside) => Shown::BesideTooFew,
            None => shown(followed, people, least, scale),
        },
    });
    let definition = followed.definition;
    Report {
        definition: definition.id.clone(),
        title: definition.title.clone(),
        version: definition.version.clone(),
        source: definition.source.clone(),
        caveat: definition.caveat.clone(),
        did: definition.words.did.clone(),
        events: definition.words.events.clone(),
        cohort: followed.cohort.to_string(),
        index_from: followed.cohort.first(),
        index_until: followed.cohort.last(),
        follow_up: definition.follow_up.length,
        waiting: definition.follow_up.waiting,
        known: followed.known,
        severity: scale.map(|scale| format!("{} {}", scale.id, scale.version)),
        by: by.iter().map(|by| by.name().to_owned()).collect(),
        total: Row {
            words: by.iter().map(|_| "all".to_owned()).collect(),
            shown: shown(followed, &everybody, least, scale),
        },
        rows: if by.is_empty() { Vec::new() } else { rows.collect() },
    }
}

/// The people of each part, parts in the order of their words.
type Parts<'a> = BTreeMap<Vec<(usize, String)>, Vec<&'a Outcome>>;

fn parts<'a>(followed: &Followed<'_>, by: &[Breakdown], everybody: &[&'a Outcome]) -> Parts<'a> {
    let mut parts = Parts::new();
    for outcome in everybody {
        let words = by.iter().map(|by| by.word(followed, outcome)).collect();
        parts.entry(words).or_default().push(outcome);
    }
    parts
}

fn shown(followed: &Followed<'_>, people: &[&Outcome], fewer_than: u32, scale: Option<&Scale>) -> Shown {
    match figures(followed, people, scale) {
        Some(figures) if people.len() >= fewer_than as usize => Shown::Figures(Box::new(figures)),
        _ => Shown::TooFew,
    }
}

/// The figures of some people; `None` when there are none.
fn figures(followed: &Followed<'_>, people: &[&Outcome], scale: Option<&Scale>) -> Option<Figures> {
    let count = |of: fn(&Outcome) -> bool| people.iter().filter(|outcome| of(outcome)).count();
    let sum = |of: fn(&Outcome) -> u64| people.iter().map(|outcome| of(outcome)).sum::<u64>();
    let reoffended = count(Outcome::reoffended);
    let reoffences = sum(|outcome| u64::from(outcome.reoffences));
    let days_at_risk = sum(|outcome| u64::from(outcome.days_at_risk()));
    let rate = wilson(reoffended as u64, people.len() as u64, Confidence::P95)?;
    let window = people.iter().map(|outcome| f64::from(outcome.until.since(outcome.index_day))).fold(0.0, f64::max);
    let seen: Vec<Observed> = people.iter().map(|outcome| observed(outcome)).collect();
    let at_liberty: Vec<Observed> = people.iter().map(|outcome| at_liberty(followed, outcome)).collect();
    let custody_days = sum(|outcome| u64::from(outcome.custody_days));
    Some(Figures {
        people: people.len(),
        reoffended,
        rate,
        reoffences,
        per_person: whole(reoffences) / number(people.len()),
        per_reoffender: ratio(whole(reoffences), number(reoffended)),
        severity: scale.map(|_| severity(people, reoffended)),
        median_days: median_days(people),
        allowing_for_leavers: reoffended_by(&seen, window).unwrap_or(rate),
        at_liberty: (custody_days > 0).then(|| reoffended_by(&at_liberty, window)).flatten(),
        per_year_at_risk: person_time::rate_a_year(reoffences, days_at_risk, Confidence::P95),
        days_at_risk,
        custody_days,
        left: count(|outcome| outcome.left.is_some()),
        pseudo: sum(|outcome| u64::from(outcome.pseudo)),
        undated: sum(|outcome| u64::from(outcome.undated)),
    })
}

fn severity(people: &[&Outcome], reoffended: usize) -> Severity {
    let worst: Vec<f64> = people.iter().filter_map(|outcome| outcome.worst).map(f64::from).collect();
    let severe: u64 = people.iter().map(|outcome| u64::from(outcome.severe)).sum();
    let sum: u64 = people.iter().map(|outcome| outcome.sum).sum();
    let per_100 = |sum: u64| 100.0 * whole(sum) / number(people.len());
    Severity {
        severe_per_100: per_100(severe),
        mean_worst: ratio(worst.iter().sum(), number(worst.len())).filter(|_| reoffended > 0),
        sum_per_100: per_100(sum),
        escalated: people.iter().filter(|outcome| outcome.escalated).count(),
    }
}

fn median_days(people: &[&Outcome]) -> Option<f64> {
    let days = |outcome: &&Outcome| Some(f64::from(outcome.first?.since(outcome.index_day)));
    let mut days: Vec<f64> = people.iter().filter_map(days).collect();
    days.sort_by(f64::total_cmp);
    crate::statistics::funnel::percentile(&days, 0.5)
}

/// The share that reoffended by the end of the window, or for as long as anybody was seen.
fn reoffended_by(seen: &[Observed], window: f64) -> Option<Interval> {
    let curve = kaplan_meier::estimate(seen, Confidence::P95);
    let kept = curve.at(window.min(curve.seen_until))?;
    Some(Interval { value: 1.0 - kept.value, low: 1.0 - kept.high, high: 1.0 - kept.low })
}

/// For how long one person was seen, in days, and whether they reoffended. Who died or left is seen until then.
pub fn observed(outcome: &Outcome) -> Observed {
    let days = |day: Day| f64::from(day.since(outcome.index_day));
    match outcome.first {
        Some(first) => Observed::event(days(first)),
        None => Observed::censored(days(outcome.seen_until())),
    }
}

/// The same in days at liberty.
pub fn at_liberty(followed: &Followed<'_>, outcome: &Outcome) -> Observed {
    let until = outcome.first.unwrap_or_else(|| outcome.seen_until());
    let custody = followed.histories.custody_days(outcome.person.row(), outcome.index_day, until);
    let seen = observed(outcome);
    Observed { until: (seen.until - f64::from(custody)).max(0.0), ..seen }
}

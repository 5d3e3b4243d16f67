//! The figures of a cohort, each with its base, its interval and what it means.

use crate::breakdown::Breakdown;
use crate::cohort::Cohort;
use crate::day::{Day, Length};
use crate::definition::Definition;
use crate::follow_up::{Followed, Known, Outcome};
use crate::number::{number, ratio, whole};
use crate::severity::Scale;
use crate::statistics::interval::{Confidence, Interval, wilson};
use crate::statistics::{Observed, kaplan_meier, person_time};
use crate::suppression::{Hidden, hidden};
use serde::Serialize;
use std::collections::BTreeMap;
use std::iter::repeat_n;

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
    let groups = followed.outcomes.iter().map(|outcome| Group {
        words: by.iter().map(|by| by.word(followed, outcome)).collect(),
        ..Group::of(followed, outcome)
    });
    let by: Vec<String> = by.iter().map(|by| by.name().to_owned()).collect();
    report_of_groups(followed.definition, followed.cohort, followed.known, &by, scale, groups)
}

/// Makes the figures of a cohort that was followed elsewhere: on a cluster, where people to whom the same happened come
/// back as one group.
pub fn report_of_groups(
    definition: &Definition,
    cohort: &Cohort,
    known: Known,
    by: &[String],
    scale: Option<&Scale>,
    groups: impl IntoIterator<Item = Group>,
) -> Report {
    let mut everybody = Tally::default();
    let mut parts: BTreeMap<Vec<(usize, String)>, Tally> = BTreeMap::new();
    for group in groups {
        everybody.add(&group);
        if !by.is_empty() {
            parts.entry(group.words.clone()).or_default().add(&group);
        }
    }
    let least = definition.suppression.fewer_than;
    let counts: Vec<usize> = parts.values().map(|part| part.people).collect();
    let rows = parts.iter().zip(hidden(&counts, least)).map(|((words, part), hidden)| Row {
        words: words.iter().map(|(_, word)| word.clone()).collect(),
        shown: match hidden {
            Some(Hidden::Few) => Shown::TooFew,
            Some(Hidden::Beside) => Shown::BesideTooFew,
            None => part.shown(least, scale),
        },
    });
    Report {
        definition: definition.id.clone(),
        title: definition.title.clone(),
        version: definition.version.clone(),
        source: definition.source.clone(),
        caveat: definition.caveat.clone(),
        did: definition.words.did.clone(),
        events: definition.words.events.clone(),
        cohort: cohort.to_string(),
        index_from: cohort.first(),
        index_until: cohort.last(),
        follow_up: definition.follow_up.length,
        waiting: definition.follow_up.waiting,
        known,
        severity: scale.map(|scale| format!("{} {}", scale.id, scale.version)),
        by: by.to_vec(),
        rows: rows.collect(),
        total: Row { words: by.iter().map(|_| "all".to_owned()).collect(), shown: everybody.shown(least, scale) },
    }
}

/// People of one row to whom the same happened on the same days after their index date; the counts are those of all of them.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The place and the word of each breakdown.
    pub words: Vec<(usize, String)>,
    /// How many people.
    pub people: u64,
    /// Days of the window; of several lengths the longest.
    pub window_days: u32,
    /// Days until the first reoffence, or for which they were seen.
    pub seen_days: u32,
    /// The same in days at liberty.
    pub liberty_days: u32,
    /// Whether they reoffended.
    pub reoffended: bool,
    /// How many reoffences.
    pub reoffences: u64,
    /// Events in the window for offences before the index date.
    pub pseudo: u64,
    /// Events whose date of offence is needed and not known.
    pub undated: u64,
    /// Days of the window in custody.
    pub custody_days: u64,
    /// Days at risk.
    pub days_at_risk: u64,
    /// How many died or left.
    pub left: u64,
    /// Severe reoffences.
    pub severe: u64,
    /// The sum of weights.
    pub sum: u64,
    /// How many had a reoffence with a weight.
    pub weighed: u64,
    /// The sum of each one's worst.
    pub worst: u64,
    /// How many had a reoffence worse than their index offence.
    pub escalated: u64,
}

impl Group {
    fn of(followed: &Followed<'_>, outcome: &Outcome) -> Self {
        let days = |day: Day| day.since(outcome.index_day).unsigned_abs();
        let until = outcome.first.unwrap_or_else(|| outcome.seen_until());
        let custody = followed.histories.custody_days(outcome.person.row(), outcome.index_day, until);
        Self {
            words: Vec::new(),
            people: 1,
            window_days: days(outcome.until),
            seen_days: days(until),
            liberty_days: days(until).saturating_sub(custody),
            reoffended: outcome.reoffended(),
            reoffences: outcome.reoffences.into(),
            pseudo: outcome.pseudo.into(),
            undated: outcome.undated.into(),
            custody_days: outcome.custody_days.into(),
            days_at_risk: outcome.days_at_risk().into(),
            left: outcome.left.is_some().into(),
            severe: outcome.severe.into(),
            sum: outcome.sum,
            weighed: outcome.worst.is_some().into(),
            worst: outcome.worst.unwrap_or_default().into(),
            escalated: outcome.escalated.into(),
        }
    }
}

/// The people of one row, added up.
#[derive(Default)]
struct Tally {
    people: usize,
    reoffended: usize,
    counts: Group,
    seen: Vec<Observed>,
    at_liberty: Vec<Observed>,
}

impl Tally {
    fn add(&mut self, group: &Group) {
        let people = usize::try_from(group.people).unwrap_or(usize::MAX);
        let seen = |days: u32| match f64::from(days) {
            days if group.reoffended => Observed::event(days),
            days => Observed::censored(days),
        };
        self.people += people;
        self.reoffended += if group.reoffended { people } else { 0 };
        self.seen.extend(repeat_n(seen(group.seen_days), people));
        self.at_liberty.extend(repeat_n(seen(group.liberty_days), people));
        let counts = &mut self.counts;
        counts.window_days = counts.window_days.max(group.window_days);
        for (sum, more) in [
            (&mut counts.reoffences, group.reoffences),
            (&mut counts.pseudo, group.pseudo),
            (&mut counts.undated, group.undated),
            (&mut counts.custody_days, group.custody_days),
            (&mut counts.days_at_risk, group.days_at_risk),
            (&mut counts.left, group.left),
            (&mut counts.severe, group.severe),
            (&mut counts.sum, group.sum),
            (&mut counts.weighed, group.weighed),
            (&mut counts.worst, group.worst),
            (&mut counts.escalated, group.escalated),
        ] {
            *sum += more;
        }
    }

    fn shown(&self, fewer_than: u32, scale: Option<&Scale>) -> Shown {
        match self.figures(scale) {
            Some(figures) if self.people >= fewer_than as usize => Shown::Figures(Box::new(figures)),
            _ => Shown::TooFew,
        }
    }

    /// The figures of these people; `None` when there are none.
    fn figures(&self, scale: Option<&Scale>) -> Option<Figures> {
        let counts = &self.counts;
        let rate = wilson(self.reoffended as u64, self.people as u64, Confidence::P95)?;
        let window = f64::from(counts.window_days);
        let in_custody = counts.custody_days > 0;
        Some(Figures {
            people: self.people,
            reoffended: self.reoffended,
            rate,
            reoffences: counts.reoffences,
            per_person: whole(counts.reoffences) / number(self.people),
            per_reoffender: ratio(whole(counts.reoffences), number(self.reoffended)),
            severity: scale.map(|_| self.severity()),
            median_days: self.median_days(),
            allowing_for_leavers: reoffended_by(&self.seen, window).unwrap_or(rate),
            at_liberty: in_custody.then(|| reoffended_by(&self.at_liberty, window)).flatten(),
            per_year_at_risk: person_time::rate_a_year(counts.reoffences, counts.days_at_risk, Confidence::P95),
            days_at_risk: counts.days_at_risk,
            custody_days: counts.custody_days,
            left: usize::try_from(counts.left).unwrap_or(usize::MAX),
            pseudo: counts.pseudo,
            undated: counts.undated,
        })
    }

    fn severity(&self) -> Severity {
        let counts = &self.counts;
        let per_100 = |sum: u64| 100.0 * whole(sum) / number(self.people);
        Severity {
            severe_per_100: per_100(counts.severe),
            mean_worst: ratio(whole(counts.worst), whole(counts.weighed)).filter(|_| self.reoffended > 0),
            sum_per_100: per_100(counts.sum),
            escalated: usize::try_from(counts.escalated).unwrap_or(usize::MAX),
        }
    }

    fn median_days(&self) -> Option<f64> {
        let mut days: Vec<f64> = self.seen.iter().filter(|seen| seen.ended.is_some()).map(|seen| seen.until).collect();
        days.sort_by(f64::total_cmp);
        crate::statistics::funnel::percentile(&days, 0.5)
    }
}

/// The share that reoffended by the end of the window, or for as long as anybody was seen.
fn reoffended_by(seen: &[Observed], window: f64) -> Option<Interval> {
    let curve = kaplan_meier::estimate(seen, Confidence::P95);
    let kept = curve.at(window.min(curve.seen_until))?;
    Some(Interval { value: 1.0 - kept.value, low: 1.0 - kept.high, high: 1.0 - kept.low })
}

/// For how long one person was seen, in days, and whether they reoffended. Who died or left is seen until then.
pub(crate) fn observed(outcome: &Outcome) -> Observed {
    let days = |day: Day| f64::from(day.since(outcome.index_day));
    match outcome.first {
        Some(first) => Observed::event(days(first)),
        None => Observed::censored(days(outcome.seen_until())),
    }
}

/// The same in days at liberty.
pub(crate) fn at_liberty(followed: &Followed<'_>, outcome: &Outcome) -> Observed {
    let until = outcome.first.unwrap_or_else(|| outcome.seen_until());
    let custody = followed.histories.custody_days(outcome.person.row(), outcome.index_day, until);
    let seen = observed(outcome);
    Observed { until: (seen.until - f64::from(custody)).max(0.0), ..seen }
}

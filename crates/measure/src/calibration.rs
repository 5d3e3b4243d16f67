//! How well a predictor does: whether what it says comes true, whether it tells people apart, and for whom it errs.

use crate::error::MeasureError;
use crate::number::number;
use crate::statistics::concordance;
use crate::statistics::expected::{self, ActualAgainstPredicted, Predicted};
use crate::statistics::interval::{Confidence, Interval, wilson};
use serde::Serialize;
use std::collections::BTreeMap;

/// One person: what was predicted and what happened.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The predicted chance.
    pub chance: f64,
    /// Whether the person reoffended.
    pub reoffended: bool,
    /// A word for each breakdown: sex, age, ethnicity.
    pub words: Vec<String>,
}

/// How well a predictor does.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// Actual against predicted, over everybody.
    pub overall: ActualAgainstPredicted,
    /// Of one who reoffended and one who did not, how often the first had the higher chance: 0.5 is no better than a coin.
    pub discrimination: Option<f64>,
    /// The mean squared distance of chances from outcomes: the smaller the better.
    pub brier: f64,
    /// People in ten equal parts by their chance.
    pub tenths: Vec<Part>,
    /// The errors made for each word of each breakdown, when the predictor is used as a yes or no.
    pub errors: Vec<Errors>,
    /// The chance from which it would say yes.
    pub threshold: f64,
}

/// People with similar chances.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// How many.
    pub people: usize,
    /// The mean of their chances.
    pub predicted: f64,
    /// How many reoffended, with its interval; nothing when there are too few people.
    pub actual: Option<Interval>,
}

/// The errors that a yes or no makes for some people.
#[derive(Clone, Debug, Serialize)]
pub struct Errors {
    /// By what: sex.
    pub by: String,
    /// Which: female.
    pub word: String,
    /// How many people; nothing when there are too few.
    pub people: Option<usize>,
    /// Observed over expected among them.
    pub ratio: Option<Interval>,
    /// Of those who did not reoffend, the share of whom it said that they would.
    pub false_alarms: Option<Interval>,
    /// Of those who reoffended, the share of whom it said that they would not.
    pub misses: Option<Interval>,
}

/// Judges a predictor on people on whom it was not made. Figures of fewer than `fewer_than` people are not shown.
pub fn judge(people: &[Judged], by: &[String], threshold: f64, fewer_than: usize) -> Result<Calibration, MeasureError> {
    let chances: Vec<f64> = people.iter().map(|person| person.chance).collect();
    let reoffended: Vec<bool> = people.iter().map(|person| person.reoffended).collect();
    let square = |person: &Judged| (person.chance - f64::from(u8::from(person.reoffended))).powi(2);
    Ok(Calibration {
        overall: overall(people.iter())?,
        discrimination: concordance::of_outcomes(&reoffended, &chances),
        brier: people.iter().map(square).sum::<f64>() / number(people.len()),
        tenths: tenths(people, fewer_than),
        errors: (0..).zip(by).flat_map(|(place, by)| errors(people, place, by, threshold, fewer_than)).collect(),
        threshold,
    })
}

fn overall<'a>(people: impl Iterator<Item = &'a Judged>) -> Result<ActualAgainstPredicted, MeasureError> {
    let one = |person: &Judged| Predicted { people: 1, observed: u64::from(person.reoffended), chance: person.chance };
    expected::compare(&people.map(one).collect::<Vec<_>>(), Confidence::P95)
}

fn share(people: &[&Judged], of: impl Fn(&Judged) -> bool) -> Option<Interval> {
    let count = people.iter().filter(|person| of(person)).count();
    wilson(count as u64, people.len() as u64, Confidence::P95)
}

fn tenths(people: &[Judged], fewer_than: usize) -> Vec<Part> {
    let mut sorted: Vec<&Judged> = people.iter().collect();
    sorted.sort_by(|a, b| a.chance.total_cmp(&b.chance));
    let part = |tenth: usize| {
        let members = sorted.get(tenth * sorted.len() / 10..(tenth + 1) * sorted.len() / 10).unwrap_or_default();
        let predicted = members.iter().map(|person| person.chance).sum::<f64>() / number(members.len().max(1));
        let actual = share(members, |person| person.reoffended).filter(|_| members.len() >= fewer_than);
        Part { people: members.len(), predicted, actual }
    };
    (0..10).map(part).filter(|part| part.people > 0).collect()
}

fn errors(people: &[Judged], place: usize, by: &str, threshold: f64, fewer_than: usize) -> Vec<Errors> {
    let mut groups: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
    for person in people {
        groups.entry(person.words.get(place).map_or("", String::as_str)).or_default().push(person);
    }
    let counts: Vec<usize> = groups.values().map(Vec::len).collect();
    let hidden = crate::suppression::hidden(&counts, u32::try_from(fewer_than).unwrap_or(u32::MAX));
    let one = |((word, members), hidden): ((&str, Vec<&Judged>), Option<_>)| {
        let enough = hidden.is_none();
        let (did, did_not): (Vec<&Judged>, Vec<&Judged>) =
            members.iter().copied().partition(|person| person.reoffended);
        let rate = |of: &[&Judged], wrong: &dyn Fn(&Judged) -> bool| {
            share(of, wrong).filter(|_| enough && of.len() >= fewer_than)
        };
        Errors {
            by: by.to_owned(),
            word: if word.is_empty() { crate::breakdown::UNKNOWN.to_owned() } else { word.to_owned() },
            people: enough.then_some(members.len()),
            ratio: overall(members.iter().copied()).ok().filter(|_| enough).map(|overall| overall.ratio),
            false_alarms: rate(&did_not, &|person| person.chance >= threshold),
            misses: rate(&did, &|person| person.chance < threshold),
        }
    };
    groups.into_iter().zip(hidden).map(one).collect()
}

//! A matched comparison: people who took part, and people like them who did not.
//!
//! Matching makes people alike in what is known. It says nothing of what is not: motivation, above all. So balance is
//! shown with every result, and a difference is never called an effect.

use super::interval::{Confidence, Interval, p_of_z};
use super::logistic;
use super::matrix::Covariates;
use crate::error::MeasureError;
use crate::number::number;
use serde::Serialize;
use std::collections::BTreeMap;

/// A comparison of those who took part with others like them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matched {
    /// How many took part.
    pub took_part: usize,
    /// How many of them found somebody like them.
    pub matched: usize,
    /// How many of those reoffended.
    pub reoffended: usize,
    /// How many of their matches did.
    pub matches_reoffended: usize,
    /// The difference of the two rates, with its interval for pairs.
    pub difference: Interval,
    /// How likely so great a difference is by chance alone.
    pub p: f64,
    /// How alike the two sides are, before and after.
    pub balance: Vec<Balance>,
    /// The pairs: row of who took part, row of their match.
    #[serde(skip)]
    pub pairs: Vec<(usize, usize)>,
}

/// How alike the two sides are in one covariate: the difference of means in standard deviations. Below 0.1 in either
/// direction is taken for balanced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Balance {
    /// The covariate.
    pub name: String,
    /// Before matching.
    pub before: f64,
    /// After matching.
    pub after: f64,
}

/// How far the log odds of taking part may lie apart, in standard deviations.
const CALIPER: f64 = 0.2;

/// Matches each who took part with the nearest other in the chance of taking part, each other person once.
pub fn by_propensity(
    took_part: &[bool],
    reoffended: &[bool],
    covariates: &Covariates,
) -> Result<Matched, MeasureError> {
    let model = logistic::fit(took_part, covariates)?;
    let scores: Vec<f64> = covariates.rows().map(|row| model.score(row)).collect();
    let caliper = CALIPER * spread(&scores);
    let mut others: Vec<(f64, usize)> = (0..)
        .zip(took_part)
        .zip(&scores)
        .filter(|((_, took), _)| !**took)
        .map(|((row, _), score)| (*score, row))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut free = Free::new(others.len());
    // Those hardest to match choose first: the highest chance of taking part.
    let mut takers: Vec<(f64, usize)> = (0..)
        .zip(took_part)
        .zip(&scores)
        .filter(|((_, took), _)| **took)
        .map(|((row, _), score)| (*score, row))
        .collect();
    takers.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut pairs = Vec::new();
    for (score, row) in takers {
        let place = others.partition_point(|other| other.0 < score);
        let near = |place: Option<usize>| {
            place.and_then(|place| others.get(place).map(|other| ((other.0 - score).abs(), place)))
        };
        let nearest =
            [near(free.before(place)), near(free.from(place))].into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, place)) = nearest.filter(|(distance, _)| *distance <= caliper)
            && let Some((_, other)) = others.get(place)
        {
            debug_assert!(distance <= caliper);
            free.take(place);
            pairs.push((row, *other));
        }
    }
    compare(took_part, reoffended, covariates, pairs)
}

/// Matches each who took part with another who has exactly the same covariates, each other person once.
pub fn exactly(took_part: &[bool], reoffended: &[bool], covariates: &Covariates) -> Result<Matched, MeasureError> {
    let key = |row: &[f64]| row.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
    let mut others: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
    for ((number, row), _) in (0..).zip(covariates.rows()).zip(took_part).filter(|(_, took)| !**took) {
        others.entry(key(row)).or_default().push(number);
    }
    let mut pairs = Vec::new();
    for ((number, row), _) in (0..).zip(covariates.rows()).zip(took_part).filter(|(_, took)| **took) {
        if let Some(other) = others.get_mut(&key(row)).and_then(Vec::pop) {
            pairs.push((number, other));
        }
    }
    compare(took_part, reoffended, covariates, pairs)
}

fn compare(
    took_part: &[bool],
    reoffended: &[bool],
    covariates: &Covariates,
    pairs: Vec<(usize, usize)>,
) -> Result<Matched, MeasureError> {
    if pairs.is_empty() {
        return Err(MeasureError::NotComputable {
            what: "A matched comparison",
            reason: "nobody who took part is like anybody who did not. Match on fewer or broader things.".to_owned(),
        });
    }
    let did = |row: usize| reoffended.get(row).copied().unwrap_or(false);
    let count = |of: &dyn Fn(&(usize, usize)) -> bool| pairs.iter().filter(|pair| of(pair)).count();
    let (ours, theirs) = (count(&|pair| did(pair.0)), count(&|pair| did(pair.1)));
    let (only_ours, only_theirs) =
        (count(&|pair| did(pair.0) && !did(pair.1)), count(&|pair| did(pair.1) && !did(pair.0)));
    let n = number(pairs.len());
    let difference = (number(only_ours) - number(only_theirs)) / n;
    let error = ((number(only_ours) + number(only_theirs)) / n - difference * difference).max(0.0).sqrt() / n.sqrt();
    let discordant = number(only_ours + only_theirs);
    let mcnemar = if discordant > 0.0 { (number(only_ours) - number(only_theirs)) / discordant.sqrt() } else { 0.0 };
    Ok(Matched {
        took_part: took_part.iter().filter(|took| **took).count(),
        matched: pairs.len(),
        reoffended: ours,
        matches_reoffended: theirs,
        difference: Interval::about(difference, error, Confidence::P95),
        p: p_of_z(mcnemar),
        balance: balance(took_part, covariates, &pairs),
        pairs,
    })
}

fn balance(took_part: &[bool], covariates: &Covariates, pairs: &[(usize, usize)]) -> Vec<Balance> {
    let one = |(place, name): (usize, &String)| {
        let value = |row: usize| covariates.row(row).get(place).copied().unwrap_or_default();
        let side =
            |side: bool| (0..).zip(took_part).filter(|(_, took)| **took == side).map(|(row, _)| value(row)).collect();
        let (ours, theirs): (Vec<f64>, Vec<f64>) = (side(true), side(false));
        // One yardstick before and after, so that the two can be compared.
        let deviation = f64::midpoint(spread(&ours).powi(2), spread(&theirs).powi(2)).sqrt();
        let standardised = |difference: f64| if deviation > 0.0 { difference / deviation } else { 0.0 };
        let matched: Vec<f64> = pairs.iter().map(|pair| value(pair.0) - value(pair.1)).collect();
        Balance {
            name: name.clone(),
            before: standardised(mean(&ours) - mean(&theirs)),
            after: standardised(mean(&matched)),
        }
    };
    covariates.names().iter().enumerate().map(one).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / number(values.len().max(1))
}

fn spread(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / number(values.len().saturating_sub(1).max(1))).sqrt()
}

/// Which places are still free, with the next free one found in almost no time.
struct Free {
    /// For each place the next that may be free, itself while it is; one beyond the end ends the search.
    up: Vec<usize>,
    down: Vec<usize>,
}

impl Free {
    fn new(places: usize) -> Self {
        // Downwards, places are counted from one, so that nought can say that there is none.
        Self { up: (0..=places).collect(), down: (0..=places).collect() }
    }

    fn from(&mut self, place: usize) -> Option<usize> {
        let end = self.up.len() - 1;
        Some(follow(&mut self.up, place)).filter(|free| *free < end)
    }

    fn before(&mut self, place: usize) -> Option<usize> {
        follow(&mut self.down, place).checked_sub(1)
    }

    fn take(&mut self, place: usize) {
        if let Some(next) = self.up.get_mut(place) {
            *next = place + 1;
        }
        if let Some(next) = self.down.get_mut(place + 1) {
            *next = place;
        }
    }
}

/// The end of a chain, which is shortened on the way.
fn follow(next: &mut [usize], start: usize) -> usize {
    let mut place = start;
    while let Some(after) = next.get(place).copied().filter(|after| *after != place) {
        let beyond = next.get(after).copied().unwrap_or(after);
        if let Some(link) = next.get_mut(place) {
            *link = beyond;
        }
        place = after;
    }
    place
}

//! Actual against predicted: did people do better than people like them did before?

use super::interval::{Confidence, Interval, exact_count, p_of_z};
use crate::error::MeasureError;
use crate::number::whole;
use serde::Serialize;

/// Actual against predicted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ActualAgainstPredicted {
    /// How many people.
    pub people: u64,
    /// How many reoffended.
    pub observed: u64,
    /// How many would have, had each had their predicted chance.
    pub expected: f64,
    /// The actual rate.
    pub actual: f64,
    /// The predicted rate.
    pub predicted: f64,
    /// `100 × (actual − predicted) / predicted`.
    pub difference_percent: f64,
    /// Observed over expected, with its exact interval.
    pub ratio: Interval,
    /// The difference in standard errors: below nought, fewer than predicted.
    pub z: f64,
    /// How likely so great a difference is by chance alone.
    pub p: f64,
}

/// People with the same predicted chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// How many.
    pub people: u64,
    /// How many of them reoffended.
    pub observed: u64,
    /// The chance predicted for each.
    pub chance: f64,
}

/// Compares what happened with what was predicted. The predictions must not come from a model fitted on these people.
pub fn compare(groups: &[Predicted], confidence: Confidence) -> Result<ActualAgainstPredicted, MeasureError> {
    let not =
        |reason: &str| MeasureError::NotComputable { what: "Actual against predicted", reason: reason.to_owned() };
    if groups.iter().any(|group| !(0.0..=1.0).contains(&group.chance)) {
        return Err(not("a predicted chance lies outside 0 to 1. Give chances, not percentages or scores."));
    }
    let people: u64 = groups.iter().map(|group| group.people).sum();
    let observed: u64 = groups.iter().map(|group| group.observed).sum();
    let sum = |of: fn(&Predicted) -> f64| groups.iter().map(of).sum::<f64>();
    let expected = sum(|group| whole(group.people) * group.chance);
    let variance = sum(|group| whole(group.people) * group.chance * (1.0 - group.chance));
    if people == 0 || expected <= 0.0 {
        return Err(not("nobody was expected to reoffend, so there is nothing to compare with."));
    }
    let (actual, predicted) = (whole(observed) / whole(people), expected / whole(people));
    let z = (whole(observed) - expected) / variance.sqrt();
    Ok(ActualAgainstPredicted {
        people,
        observed,
        expected,
        actual,
        predicted,
        difference_percent: 100.0 * (actual - predicted) / predicted,
        ratio: exact_count(observed, confidence).map(|count| count / expected),
        z,
        p: p_of_z(z),
    })
}

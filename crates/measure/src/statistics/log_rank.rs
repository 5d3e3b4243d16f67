//! The log-rank test: whether groups differ in how quickly they reoffend.

use super::Observed;
use super::interval::p_of_chi_squared;
use crate::error::MeasureError;
use crate::number::number;
use nalgebra::{DMatrix, DVector};
use serde::Serialize;

/// What the test found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogRank {
    /// Events in each group.
    pub observed: Vec<f64>,
    /// Events that each would have had, had all the same risk.
    pub expected: Vec<f64>,
    /// The test statistic.
    pub chi_squared: f64,
    /// Groups less one.
    pub degrees: usize,
    /// How likely so great a difference is by chance alone.
    pub p: f64,
}

/// Tests whether the groups differ.
pub fn test(groups: &[Vec<Observed>]) -> Result<LogRank, MeasureError> {
    let not = |reason: &str| MeasureError::NotComputable { what: "The log-rank test", reason: reason.to_owned() };
    if groups.len() < 2 || groups.iter().any(Vec::is_empty) {
        return Err(not("it compares two groups or more, each with somebody in it."));
    }
    let mut starts: Vec<(f64, usize)> = each(groups).map(|(group, seen)| (seen.start(), group)).collect();
    let mut ends: Vec<(f64, usize, bool)> =
        each(groups).map(|(group, seen)| (seen.until, group, seen.ended.is_some())).collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut starts, mut ends) = (starts.into_iter().peekable(), ends.into_iter().peekable());
    let zeros = || DVector::<f64>::zeros(groups.len());
    let (mut at_risk, mut observed, mut expected) = (zeros(), zeros(), zeros());
    let mut variance = DMatrix::<f64>::zeros(groups.len(), groups.len());
    while let Some(&(time, _, _)) = ends.peek() {
        while let Some((_, group)) = starts.next_if(|(start, _)| *start < time) {
            raise(&mut at_risk, group, 1.0);
        }
        let (mut events, mut gone) = (zeros(), zeros());
        while let Some((_, group, happened)) = ends.next_if(|(end, _, _)| *end <= time) {
            raise(&mut gone, group, 1.0);
            raise(&mut events, group, f64::from(u8::from(happened)));
        }
        let (all, happened) = (at_risk.sum(), events.sum());
        if happened > 0.0 {
            let share = &at_risk / all;
            observed += &events;
            expected += &share * happened;
            if all > 1.0 {
                let spread = happened * (all - happened) / (all - 1.0);
                variance += (DMatrix::from_diagonal(&share) - &share * share.transpose()) * spread;
            }
        }
        at_risk -= gone;
    }
    // The groups' differences add up to nought, so one of them says nothing new.
    let free = groups.len() - 1;
    let difference = (&observed - &expected).rows(0, free).into_owned();
    let variance = variance.view((0, 0), (free, free)).into_owned();
    let solved = variance.cholesky().map(|cholesky| cholesky.solve(&difference));
    let solved = solved.ok_or_else(|| not("nothing happened while people of two groups were at risk."))?;
    let chi_squared = difference.dot(&solved);
    Ok(LogRank {
        observed: observed.iter().copied().collect(),
        expected: expected.iter().copied().collect(),
        chi_squared,
        degrees: free,
        p: p_of_chi_squared(chi_squared, number(free)),
    })
}

fn each(groups: &[Vec<Observed>]) -> impl Iterator<Item = (usize, &Observed)> {
    groups.iter().enumerate().flat_map(|(group, people)| people.iter().map(move |seen| (group, seen)))
}

fn raise(counts: &mut DVector<f64>, group: usize, by: f64) {
    if let Some(count) = counts.get_mut(group) {
        *count += by;
    }
}

//! Aalen and Johansen's estimate of how many came to each of several ends: a new conviction, a technical return, death.
//!
//! One minus Kaplan and Meier for each cause would pretend that the other ends did not exist, and add up to too much.

use super::Observed;
use super::interval::{Confidence, Interval};
use super::kaplan_meier::Moments;
use crate::number::number;
use serde::Serialize;

/// How many had come to each end by a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The moment.
    pub time: f64,
    /// How many were at risk just before.
    pub at_risk: usize,
    /// The cumulative incidence of each cause, with its interval.
    pub incidence: Vec<Interval>,
}

/// The cumulative incidence of each cause over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Incidence {
    /// How many causes.
    pub causes: usize,
    /// The steps, in the order of time.
    pub steps: Vec<Step>,
}

impl Incidence {
    /// The incidence of a cause by a moment: nought before anything happened.
    pub fn at(&self, cause: usize, time: f64) -> Option<Interval> {
        if cause >= self.causes {
            return None;
        }
        let passed = self.steps.iter().take_while(|step| step.time <= time).last();
        passed.map_or(Some(Interval { value: 0.0, low: 0.0, high: 0.0 }), |step| step.incidence.get(cause).copied())
    }
}

/// What the variance of one cause's incidence needs, summed over the moments so far (the delta method).
#[derive(Clone, Copy, Default)]
struct Sums {
    incidence: f64,
    a: f64,
    a_f: f64,
    a_f_f: f64,
    b: f64,
    c: f64,
    c_f: f64,
}

impl Sums {
    fn add(&mut self, survival: f64, at_risk: f64, all: f64, of_cause: f64) {
        self.incidence += survival * of_cause / at_risk;
        let f = self.incidence;
        let a = if at_risk > all { all / (at_risk * (at_risk - all)) } else { 0.0 };
        let c = survival * of_cause / (at_risk * at_risk);
        self.a += a;
        self.a_f += a * f;
        self.a_f_f += a * f * f;
        self.b += survival * survival * (at_risk - of_cause) * of_cause / at_risk.powi(3);
        self.c += c;
        self.c_f += c * f;
    }

    fn variance(&self) -> f64 {
        let f = self.incidence;
        let of_survival = f * f * self.a - 2.0 * f * self.a_f + self.a_f_f;
        (of_survival + self.b - 2.0 * (f * self.c - self.c_f)).max(0.0)
    }
}

/// Estimates the incidence of each cause.
pub fn estimate(observed: &[Observed], confidence: Confidence) -> Incidence {
    let causes = observed.iter().filter_map(|seen| seen.ended).max().map_or(0, |most| most + 1);
    let mut sums = vec![Sums::default(); causes];
    let mut survival = 1.0;
    let steps = Moments::of(observed).filter(|moment| moment.events() > 0).map(|moment| {
        let (at_risk, all) = (number(moment.at_risk), number(moment.events()));
        for (sum, events) in sums.iter_mut().zip(&moment.by_cause) {
            sum.add(survival, at_risk, all, number(*events));
        }
        survival *= 1.0 - all / at_risk;
        let interval = |sum: &Sums| {
            let about = Interval::about(sum.incidence, sum.variance().sqrt(), confidence);
            Interval { low: about.low.max(0.0), high: about.high.min(1.0), ..about }
        };
        Step { time: moment.time, at_risk: moment.at_risk, incidence: sums.iter().map(interval).collect() }
    });
    Incidence { causes, steps: steps.collect() }
}

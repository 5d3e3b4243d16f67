//! Kaplan and Meier's estimate of how many have not reoffended yet, when not everybody was seen to the end.

use super::Observed;
use super::interval::{Confidence, Interval};
use crate::number::number;
use serde::Serialize;

/// The estimate at a moment at which something happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The moment.
    pub time: f64,
    /// How many were at risk just before.
    pub at_risk: usize,
    /// How many reoffended at it.
    pub events: usize,
    /// The share that has not reoffended, with its log-log interval.
    pub survival: Interval,
    /// The standard error (Greenwood).
    pub error: f64,
}

/// The estimate over time: steps at which it falls.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// How many people, or stretches of time.
    pub observed: usize,
    /// The steps, in the order of time.
    pub steps: Vec<Step>,
    /// Until when anybody was seen.
    pub seen_until: f64,
}

impl Curve {
    /// The share that has not reoffended by a moment. `None` when nobody was seen for so long.
    pub fn at(&self, time: f64) -> Option<Interval> {
        if time > self.seen_until {
            return None;
        }
        let passed = self.steps.iter().take_while(|step| step.time <= time).last();
        Some(passed.map_or(Interval { value: 1.0, low: 1.0, high: 1.0 }, |step| step.survival))
    }

    /// The moment by which a share has reoffended. `None` when so many never did.
    pub fn time_until(&self, share: f64) -> Option<f64> {
        self.steps.iter().find(|step| step.survival.value <= 1.0 - share + 1e-12).map(|step| step.time)
    }
}

/// Estimates the curve; whatever ended an observation counts as the event.
pub fn estimate(observed: &[Observed], confidence: Confidence) -> Curve {
    let z = confidence.z();
    let (mut survival, mut sum) = (1.0, 0.0);
    let steps = Moments::of(observed).filter(|moment| moment.events() > 0).map(|moment| {
        let (at_risk, events) = (number(moment.at_risk), number(moment.events()));
        survival *= 1.0 - events / at_risk;
        sum += events / (at_risk * (at_risk - events));
        Step {
            time: moment.time,
            at_risk: moment.at_risk,
            events: moment.events(),
            survival: log_log(survival, sum, z),
            error: if survival > 0.0 { survival * sum.sqrt() } else { 0.0 },
        }
    });
    let steps = steps.collect();
    let seen_until = observed.iter().map(|seen| seen.until).fold(0.0, f64::max);
    Curve { observed: observed.len(), steps, seen_until }
}

/// The interval that stays within 0 and 1 whatever the error: normal on the scale log(−log S).
fn log_log(survival: f64, greenwood: f64, z: f64) -> Interval {
    if survival <= 0.0 || survival >= 1.0 {
        return Interval { value: survival, low: survival, high: survival };
    }
    let spread = (z * greenwood.sqrt() / survival.ln().abs()).exp();
    Interval { value: survival, low: survival.powf(spread), high: survival.powf(1.0 / spread) }
}

/// A moment at which observations end, with who was at risk just before it and what ended them.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) time: f64,
    pub(crate) at_risk: usize,
    /// How many ended by each cause.
    pub(crate) by_cause: Vec<usize>,
}

impl Moment {
    pub(crate) fn events(&self) -> usize {
        self.by_cause.iter().sum()
    }
}

/// The moments in the order of time.
pub(crate) struct Moments {
    starts: std::iter::Peekable<std::vec::IntoIter<f64>>,
    ends: std::iter::Peekable<std::vec::IntoIter<(f64, Option<usize>)>>,
    at_risk: usize,
    causes: usize,
}

impl Moments {
    pub(crate) fn of(observed: &[Observed]) -> Self {
        let mut starts: Vec<f64> = observed.iter().map(Observed::start).collect();
        let mut ends: Vec<(f64, Option<usize>)> = observed.iter().map(|seen| (seen.until, seen.ended)).collect();
        starts.sort_by(f64::total_cmp);
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let causes = observed.iter().filter_map(|seen| seen.ended).max().map_or(0, |most| most + 1);
        Self { starts: starts.into_iter().peekable(), ends: ends.into_iter().peekable(), at_risk: 0, causes }
    }
}

impl Iterator for Moments {
    type Item = Moment;

    fn next(&mut self) -> Option<Moment> {
        let time = self.ends.peek()?.0;
        while self.starts.next_if(|start| *start < time).is_some() {
            self.at_risk += 1;
        }
        let mut moment = Moment { time, at_risk: self.at_risk, by_cause: vec![0; self.causes] };
        while let Some((_, cause)) = self.ends.next_if(|(end, _)| *end <= time) {
            self.at_risk = self.at_risk.saturating_sub(1);
            if let Some(count) = cause.and_then(|cause| moment.by_cause.get_mut(cause)) {
                *count += 1;
            }
        }
        Some(moment)
    }
}

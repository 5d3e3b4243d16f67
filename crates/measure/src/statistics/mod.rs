//! The statistics, each in a module named after it. Every one is held by published figures (`tests/it`).

pub mod aalen_johansen;
pub mod concordance;
pub mod cox;
pub mod decomposition;
pub mod expected;
pub mod funnel;
pub mod interval;
pub mod kaplan_meier;
pub mod log_rank;
pub mod logistic;
pub mod matching;
mod matrix;
pub mod person_time;
pub mod standardisation;

use serde::Serialize;

/// For how long one person, or one stretch of one person's time, was seen, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Observed {
    /// When they came under observation: after this moment. Nought, unless the time is cut into stretches.
    pub from: f64,
    /// Until when they were seen.
    pub until: f64,
    /// What happened then: nothing (they were lost from sight), or one of several causes numbered from nought.
    pub ended: Option<usize>,
}

impl Observed {
    /// Seen from the beginning until something happened.
    pub fn event(until: f64) -> Self {
        Self { from: 0.0, until, ended: Some(0) }
    }

    /// Seen from the beginning until they were lost from sight.
    pub fn censored(until: f64) -> Self {
        Self { from: 0.0, until, ended: None }
    }

    /// After which moment they were at risk. Who was there from the beginning is at risk of what happens at the beginning;
    /// who came late and was seen for no time at all was there at that moment.
    pub(crate) fn start(&self) -> f64 {
        if self.from <= 0.0 { f64::NEG_INFINITY } else { self.from.min(self.until.next_down()) }
    }
}

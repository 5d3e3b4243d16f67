//! Events for the time in which they could happen: custody, and what lies after death or departure, is not at risk.

use super::interval::{Confidence, Interval, exact_count};
use crate::number::whole;

/// Days in a year, over the leap years.
pub const DAYS_A_YEAR: f64 = 365.25;

/// Events for each person-year at risk, with the exact interval. `None` when nobody was at risk.
///
/// The interval takes events as independent. Where few people make many of them it is too narrow; see
/// [`super::cox`] for robust errors.
pub fn rate_a_year(events: u64, days_at_risk: u64, confidence: Confidence) -> Option<Interval> {
    let years = whole(days_at_risk) / DAYS_A_YEAR;
    (years > 0.0).then(|| exact_count(events, confidence).map(|count| count / years))
}

//! Intervals: how far a figure may lie from what it estimates.

use crate::number::whole;
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF as _, Normal};
use statrs::function::beta::inv_beta_reg;

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How often an interval so made holds what it estimates.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 times of 100: about two standard errors.
    pub const P95: Self = Self(0.95);
    /// 998 times of 1,000: about three.
    pub const P998: Self = Self(0.998);

    /// Standard errors on each side, for a figure that is normally distributed.
    pub fn z(self) -> f64 {
        standard_normal().inverse_cdf(1.0 - self.tail())
    }

    /// What is left on each side.
    pub fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }
}

/// How likely a difference of so many standard errors, in either direction, is by chance alone.
pub fn p_of_z(z: f64) -> f64 {
    2.0 * standard_normal().cdf(-z.abs())
}

/// How likely so great a chi-squared is by chance alone.
pub fn p_of_chi_squared(chi_squared: f64, degrees: f64) -> f64 {
    ChiSquared::new(degrees).map_or(f64::NAN, |distribution| distribution.sf(chi_squared))
}

pub(crate) fn standard_normal() -> Normal {
    Normal::standard()
}

/// Wilson's score interval of a proportion. `None` when there is nobody to divide by.
pub fn wilson(count: u64, of: u64, confidence: Confidence) -> Option<Interval> {
    if of == 0 || count > of {
        return None;
    }
    let (n, p, z) = (whole(of), whole(count) / whole(of), confidence.z());
    let z2 = z * z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    // At the edges the arithmetic leaves a trace of nought or one; the interval ends there exactly.
    let low = if count == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if count == of { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { value: p, low, high })
}

/// The exact interval of a proportion (Clopper and Pearson), which is never too narrow.
pub fn exact_proportion(count: u64, of: u64, confidence: Confidence) -> Option<Interval> {
    if of == 0 || count > of {
        return None;
    }
    let (n, k, tail) = (whole(of), whole(count), confidence.tail());
    let low = if count == 0 { 0.0 } else { inv_beta_reg(k, n - k + 1.0, tail) };
    let high = if count == of { 1.0 } else { inv_beta_reg(k + 1.0, n - k, 1.0 - tail) };
    Some(Interval { value: k / n, low, high })
}

/// The exact interval of a count of independent events (Garwood), to be divided by what it is a rate of.
pub fn exact_count(count: u64, confidence: Confidence) -> Interval {
    let (k, tail) = (whole(count), confidence.tail());
    let quantile = |degrees: f64, p: f64| ChiSquared::new(degrees).map_or(f64::NAN, |d| d.inverse_cdf(p)) / 2.0;
    let low = if count == 0 { 0.0 } else { quantile(2.0 * k, tail) };
    Interval { value: k, low, high: quantile(2.0 * k + 2.0, 1.0 - tail) }
}

impl Interval {
    /// An interval of so many standard errors about a figure.
    pub fn about(value: f64, error: f64, confidence: Confidence) -> Self {
        let half = confidence.z() * error;
        Self { value, low: value - half, high: value + half }
    }

    /// The interval with a function applied to its three figures; the function must keep their order.
    #[must_use]
    pub fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self { value: of(self.value), low: of(self.low), high: of(self.high) }
    }
}

//! The funnel: whether a unit's rate is further from the whole than chance takes it (Spiegelhalter 2005).

use super::interval::Confidence;
use crate::error::MeasureError;
use crate::number::{number, whole};
use serde::Serialize;
use statrs::distribution::{Binomial, DiscreteCDF as _};

/// The lower and the upper limit about a target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limits {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// Limits about a target for `people`, by the normal approximation, widened by over-dispersion `phi` when above 1.
pub fn limits(target: f64, people: u64, confidence: Confidence, phi: f64) -> Limits {
    let half = confidence.z() * (phi.max(1.0) * target * (1.0 - target) / whole(people)).sqrt();
    Limits { low: (target - half).max(0.0), high: (target + half).min(1.0) }
}

/// The exact limits: the counts between which a unit at the target would lie, as proportions.
pub fn exact_limits(target: f64, people: u64, confidence: Confidence) -> Result<Limits, MeasureError> {
    let binomial = Binomial::new(target, people).map_err(|_| MeasureError::NotComputable {
        what: "A funnel",
        reason: format!("the target {target} is not a proportion. Give one between 0 and 1."),
    })?;
    let share = |p: f64| whole(binomial.inverse_cdf(p)) / whole(people);
    Ok(Limits { low: share(confidence.tail()), high: share(1.0 - confidence.tail()) })
}

/// A unit of a funnel: a council, a team, a court.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// How many people.
    pub people: u64,
    /// How many reoffended.
    pub reoffended: u64,
    /// How many were expected to, if the funnel is adjusted for who they are.
    pub expected: Option<f64>,
}

/// Where a unit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Within the 95% limits: no different from the whole, as far as these figures can say.
    Within,
    /// Beyond the 95% limits, within those of 99.8%: one unit in twenty is, by chance.
    Beyond95,
    /// Beyond the 99.8% limits: worth finding out why.
    Beyond998,
}

/// A unit with its place in the funnel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placed {
    /// The unit.
    #[serde(flatten)]
    pub unit: Unit,
    /// What is plotted: its rate, or `target × observed / expected` when the funnel is adjusted.
    pub rate: f64,
    /// Its distance from the target in standard errors, before over-dispersion.
    pub z: f64,
    /// Limits of 95%.
    pub limits_95: Limits,
    /// Limits of 99.8%.
    pub limits_998: Limits,
    /// Where it lies.
    pub position: Position,
}

/// A funnel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    /// The rate of all units together.
    pub target: f64,
    /// The over-dispersion: above 1, units differ by more than chance and limits are widened by its root.
    pub phi: f64,
    /// The units, in the order given.
    pub units: Vec<Placed>,
}

/// A tenth of the units at each end are drawn in before over-dispersion is estimated, lest those that the funnel is
/// there to find widen it.
const WINSORISED: f64 = 0.1;

/// Places units in a funnel about the rate of all of them. With `widen`, limits allow for over-dispersion.
pub fn place(units: Vec<Unit>, widen: bool) -> Result<Funnel, MeasureError> {
    let not = |reason: String| MeasureError::NotComputable { what: "A funnel", reason };
    let people: u64 = units.iter().map(|unit| unit.people).sum();
    let reoffended: u64 = units.iter().map(|unit| unit.reoffended).sum();
    if let Some(unit) = units.iter().find(|unit| unit.people == 0 || unit.reoffended > unit.people) {
        return Err(not(format!(
            "{} has {} of {} people. Leave out units without people.",
            unit.name, unit.reoffended, unit.people
        )));
    }
    if reoffended == 0 || reoffended == people {
        return Err(not("everybody has the same outcome, so there is no variation to judge by.".to_owned()));
    }
    let target = whole(reoffended) / whole(people);
    let rate = |unit: &Unit| match unit.expected {
        Some(expected) => target * whole(unit.reoffended) / expected,
        None => whole(unit.reoffended) / whole(unit.people),
    };
    let z = |unit: &Unit| (rate(unit) - target) / (target * (1.0 - target) / whole(unit.people)).sqrt();
    let scores: Vec<f64> = units.iter().map(z).collect();
    let phi = if widen { over_dispersion(&scores) } else { 1.0 };
    let placed = units.into_iter().map(|unit| {
        let (rate, z) = (rate(&unit), z(&unit));
        let distance = z.abs() / phi.max(1.0).sqrt();
        let position = if distance > Confidence::P998.z() {
            Position::Beyond998
        } else if distance > Confidence::P95.z() {
            Position::Beyond95
        } else {
            Position::Within
        };
        let limits_95 = limits(target, unit.people, Confidence::P95, phi);
        let limits_998 = limits(target, unit.people, Confidence::P998, phi);
        Placed { unit, rate, z, limits_95, limits_998, position }
    });
    Ok(Funnel { target, phi, units: placed.collect() })
}

/// The mean of the squared scores, those at the ends drawn in to the tenth and the ninetieth percentile.
pub fn over_dispersion(scores: &[f64]) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (percentile(&sorted, WINSORISED), percentile(&sorted, 1.0 - WINSORISED)) else {
        return 1.0;
    };
    scores.iter().map(|z| z.clamp(low, high).powi(2)).sum::<f64>() / number(scores.len())
}

/// The value below which a share of sorted values lies, between two of them by interpolation.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * number(sorted.len().checked_sub(1)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the slice")]
    let below = place.floor() as usize;
    let low = *sorted.get(below)?;
    let high = *sorted.get(below + 1).unwrap_or(&low);
    Some(low + (place - place.floor()) * (high - low))
}

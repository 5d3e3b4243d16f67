//! Logistic regression: the chance of reoffending, from what is known at the index date.

use super::interval::{Confidence, Interval, p_of_chi_squared, p_of_z};
use super::matrix::{Covariates, Information, SEPARATED, add, add_square, dot, errors, must_settle};
use crate::error::MeasureError;
use crate::number::number;
use serde::{Deserialize, Serialize};

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// The intercept, then one for each covariate.
    pub coefficients: Vec<Coefficient>,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// The same with the intercept alone.
    pub null_log_likelihood: f64,
    /// How likely so great a difference is by chance alone.
    pub p: f64,
    /// People.
    pub people: usize,
    /// People who reoffended.
    pub reoffended: usize,
}

/// What the model says of one covariate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Its name; `intercept` for the first.
    pub name: String,
    /// The logarithm of the odds ratio for one unit more.
    pub coefficient: f64,
    /// Its standard error.
    pub error: f64,
    /// How likely so great a coefficient is by chance alone.
    pub p: f64,
}

impl Coefficient {
    /// The odds ratio with its interval.
    pub fn odds_ratio(&self) -> Interval {
        Interval::about(self.coefficient, self.error, Confidence::P95).map(f64::exp)
    }
}

impl Model {
    /// The chance of somebody with these covariates.
    pub fn chance(&self, covariates: &[f64]) -> f64 {
        logistic(self.score(covariates))
    }

    /// The logarithm of the odds.
    pub fn score(&self, covariates: &[f64]) -> f64 {
        let weights = self.coefficients.iter().map(|coefficient| coefficient.coefficient);
        std::iter::once(1.0).chain(covariates.iter().copied()).zip(weights).map(|(value, weight)| value * weight).sum()
    }
}

/// The chance that belongs to the logarithm of odds.
pub fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

const MOST_STEPS: usize = 50;

/// Fits the model by Newton's method.
pub fn fit(reoffended: &[bool], covariates: &Covariates) -> Result<Model, MeasureError> {
    let not = |reason: &str| MeasureError::NotComputable { what: "A logistic regression", reason: reason.to_owned() };
    let events = reoffended.iter().filter(|did| **did).count();
    if reoffended.len() != covariates.rows().len() {
        return Err(not("it needs a row of covariates for each person."));
    }
    if events == 0 || events == reoffended.len() {
        return Err(not("everybody has the same outcome, so nothing explains a difference."));
    }
    // Distances from the mean keep the arithmetic exact; the intercept is put right at the end.
    let means = covariates.means();
    let names: Vec<String> =
        std::iter::once("intercept".to_owned()).chain(covariates.names().iter().cloned()).collect();
    let share = number(events) / number(reoffended.len());
    let mut beta = vec![0.0; names.len()];
    if let Some(intercept) = beta.first_mut() {
        *intercept = (share / (1.0 - share)).ln();
    }
    let null = number(events) * share.ln() + number(reoffended.len() - events) * (1.0 - share).ln();
    let mut steps = 0;
    let (log, information) = loop {
        let (log, gradient, information) = likelihood(reoffended, covariates, &means, &beta);
        let information = Information::of(&information, &names)
            .map_err(|refusal| if steps == 0 { refusal } else { not(SEPARATED) })?;
        let step = information.solve(&gradient);
        let gain = dot(&step, &gradient).abs();
        // The last step is taken too: it doubles the digits that are right.
        add(&mut beta, &step, 1.0);
        if gain < 1e-16 * (1.0 + log.abs()) {
            break (log, information);
        }
        steps += 1;
        if steps > MOST_STEPS {
            return Err(not("it does not settle. Leave out covariates that few people differ in."));
        }
    };
    let covariance = information.inverse();
    let mut errors = errors(&covariance);
    must_settle("A logistic regression", covariates, errors.get(1..).unwrap_or_default())?;
    // The intercept moves to where all covariates are nought, and its error with it.
    let to_nought: Vec<f64> = std::iter::once(1.0).chain(means.iter().map(|mean| -mean)).collect();
    let direction = nalgebra::DVector::from_vec(to_nought.clone());
    let moved = dot(&beta, &to_nought);
    if let (Some(intercept), Some(error)) = (beta.first_mut(), errors.first_mut()) {
        *intercept = moved;
        *error = (direction.transpose() * &covariance * &direction).sum().max(0.0).sqrt();
    }
    let each = names.into_iter().zip(beta).zip(errors);
    Ok(Model {
        coefficients: each
            .map(|((name, coefficient), error)| Coefficient {
                name,
                coefficient,
                error,
                p: p_of_z(coefficient / error),
            })
            .collect(),
        log_likelihood: log,
        null_log_likelihood: null,
        p: p_of_chi_squared(2.0 * (log - null), number(covariates.names().len().max(1))),
        people: reoffended.len(),
        reoffended: events,
    })
}

fn likelihood(reoffended: &[bool], covariates: &Covariates, means: &[f64], beta: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let mut log = 0.0;
    let mut gradient = vec![0.0; beta.len()];
    let mut information = vec![0.0; beta.len() * beta.len()];
    let mut row = vec![1.0; beta.len()];
    for (did, values) in reoffended.iter().zip(covariates.rows()) {
        for (to, (value, mean)) in row.iter_mut().skip(1).zip(values.iter().zip(means)) {
            *to = value - mean;
        }
        let odds = dot(&row, beta);
        let chance = logistic(odds);
        // −log(1 + e^∓odds), without overflow.
        let signed = if *did { -odds } else { odds };
        log -= signed.max(0.0) + (-signed.abs()).exp().ln_1p();
        add(&mut gradient, &row, f64::from(u8::from(*did)) - chance);
        add_square(&mut information, &row, chance * (1.0 - chance));
    }
    (log, gradient, information)
}

//! What regressions need of linear algebra.

use crate::error::MeasureError;
use nalgebra::{DMatrix, DVector};

/// Covariates: one row for each observation, one column for each name.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariates {
    names: Vec<String>,
    values: Vec<f64>,
}

impl Covariates {
    /// Covariates of these names, without rows yet.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().map(str::to_owned).collect(), values: Vec::new() }
    }

    /// Adds a row: a value for each name.
    pub fn push(&mut self, row: &[f64]) -> Result<(), MeasureError> {
        if row.len() != self.names.len() || row.iter().any(|value| !value.is_finite()) {
            return Err(MeasureError::NotComputable {
                what: "A regression",
                reason: format!("each row needs a number for each of: {}.", self.names.join(", ")),
            });
        }
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// The names, in the order of the values.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The rows.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + Clone {
        self.values.chunks_exact(self.names.len().max(1))
    }

    /// The value of each column in the middle of all rows. Distances from it keep the arithmetic exact.
    pub(crate) fn means(&self) -> Vec<f64> {
        let rows = crate::number::number(self.rows().len().max(1));
        let mut means = vec![0.0; self.names.len()];
        for row in self.rows() {
            add(&mut means, row, 1.0 / rows);
        }
        means
    }

    /// The standard deviation of each column.
    pub(crate) fn spreads(&self) -> Vec<f64> {
        let means = self.means();
        let mut squares = vec![0.0; self.names.len()];
        for row in self.rows() {
            for (square, (value, mean)) in squares.iter_mut().zip(row.iter().zip(&means)) {
                *square += (value - mean).powi(2);
            }
        }
        let rows = crate::number::number(self.rows().len().max(1));
        squares.into_iter().map(|square| (square / rows).sqrt()).collect()
    }

    pub(crate) fn row(&self, number: usize) -> &[f64] {
        let width = self.names.len();
        self.values.get(number * width..(number + 1) * width).unwrap_or_default()
    }
}

/// `to += times × what`, value by value.
pub(crate) fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

/// `to += times × row × rowᵀ`, a square held row by row.
pub(crate) fn add_square(to: &mut [f64], row: &[f64], times: f64) {
    for (line, value) in to.chunks_exact_mut(row.len().max(1)).zip(row) {
        add(line, row, times * value);
    }
}

/// The sum of products.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A symmetric matrix that can be solved and inverted, from its square held row by row.
pub(crate) struct Information {
    cholesky: nalgebra::Cholesky<f64, nalgebra::Dyn>,
}

impl Information {
    /// Refuses a matrix in which one column follows from others.
    pub(crate) fn of(square: &[f64], names: &[String]) -> Result<Self, MeasureError> {
        let matrix = DMatrix::from_row_slice(names.len(), names.len(), square);
        let largest = matrix.diagonal().amax();
        let scaled = matrix.clone().cholesky().filter(|cholesky| {
            // A pivot that is nothing beside its column is a column that the others explain.
            let pivots = cholesky.l_dirty().diagonal();
            pivots.iter().zip(matrix.diagonal().iter()).all(|(pivot, own)| pivot * pivot > own.abs() * 1e-11)
                && largest.is_finite()
        });
        let cholesky = scaled.ok_or_else(|| MeasureError::NotComputable {
            what: "A regression",
            reason: format!(
                "one of {} follows from the others or never varies among those at risk. Leave one out.",
                names.join(", ")
            ),
        })?;
        Ok(Self { cholesky })
    }

    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        self.cholesky.solve(&DVector::from_row_slice(right)).iter().copied().collect()
    }

    /// The inverse: the covariance of the coefficients.
    pub(crate) fn inverse(&self) -> DMatrix<f64> {
        self.cholesky.inverse()
    }
}

/// The roots of a diagonal: standard errors.
pub(crate) fn errors(covariance: &DMatrix<f64>) -> Vec<f64> {
    covariance.diagonal().iter().map(|variance| variance.max(0.0).sqrt()).collect()
}

/// What is wrong when the matrix was sound at first and is so no longer.
pub(crate) const SEPARATED: &str =
    "a covariate separates those who reoffended from the others. Leave it out, or group its values.";

/// An error so large beside how a covariate varies says that no coefficient fits: the likelihood rises for ever.
const NO_END: f64 = 10.0;

/// Refuses a fit in which a covariate separates those who reoffended from the others.
pub(crate) fn must_settle(what: &'static str, covariates: &Covariates, errors: &[f64]) -> Result<(), MeasureError> {
    let each = covariates.names().iter().zip(covariates.spreads()).zip(errors);
    match each.into_iter().find(|((_, spread), error)| spread * **error > NO_END) {
        None => Ok(()),
        Some(((name, _), _)) => Err(MeasureError::NotComputable {
            what,
            reason: format!(
                "`{name}` separates those who reoffended from the others. Leave it out, or group its values."
            ),
        }),
    }
}

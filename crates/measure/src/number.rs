//! Counts as numbers that can be divided.

/// A count as a floating-point number. Counts of people stay far below 2^53, where every whole number has one.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and no count of people or events comes near it")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

/// A sum of weights or days as a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and no sum of days or weights comes near it")]
pub(crate) fn whole(sum: u64) -> f64 {
    sum as f64
}

/// `part / of`, when there is anything to divide by.
pub(crate) fn ratio(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| part / of)
}

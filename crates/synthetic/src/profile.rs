//! What was made, measured, beside the published figures.

/// Measured figures of people.
#[derive(Debug, Default)]
pub struct Profile {}

/// One line of a comparison.
#[derive(Debug)]
pub struct Comparison {}

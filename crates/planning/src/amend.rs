//! Corrections and strikes: nothing is edited; a later event says what was wrong and why.

use crate::event::{Check, Happening, What};
use crate::refusal::Refusal;
use crate::words::Line;
use crate::{Plan, Stamp};
use jiff::civil::Date;

/// An earlier event was wrong in its content or its date; this is what it should have said.
pub type Corrected = ledger::Corrected<What, Date, Line>;
/// An earlier event did not happen.
pub type Struck = ledger::Struck<Line>;

/// What an amendment needs is looked at by `decide`, which has the whole history; the fold honours it.
impl Happening for Corrected {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _: &mut Plan, _: &Stamp) {}
}

impl Happening for Struck {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _: &mut Plan, _: &Stamp) {}
}

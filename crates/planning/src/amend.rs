//! Corrections and strikes: nothing is edited; a later event says what was wrong and why.

use crate::event::{Check, Happening, What};
use crate::refusal::Refusal;
use crate::words::Line;
use crate::{EventId, Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An earlier event was wrong in its content or its date; this is what it should have said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// The event that was wrong.
    pub event: EventId,
    /// What it should have said; of the same kind.
    pub instead: Box<What>,
    /// When it took place, if that was wrong too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<Date>,
    /// Why it was wrong.
    pub reason: Line,
}

/// An earlier event did not happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Struck {
    /// The event that is struck.
    pub event: EventId,
    /// Why.
    pub reason: Line,
}

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

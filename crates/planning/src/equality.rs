//! Equality impact assessments of a plan or of one of its commitments (S4 5.1.4).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{ItemRef, Line, Note};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What an assessment led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Nothing needs to change.
    NoChange,
    /// It goes ahead, changed.
    Adjusted,
    /// It goes ahead unchanged, for a reason that is given.
    Justified,
    /// It does not go ahead.
    Stopped,
}

/// The effect on people who share a protected characteristic was assessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assessed {
    /// Of which commitment; without one, of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemRef>,
    /// Whom it touches, and how.
    pub effects: Vec<Line>,
    /// What it led to.
    pub conclusion: Conclusion,
    /// The reasoning.
    pub note: Note,
    /// When it is looked at again.
    pub review_by: Date,
}

impl Happening for Assessed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        if let Some(item) = &self.item {
            check.standing(item)?;
        }
        require(self.review_by > check.on, || {
            "review_by: an assessment is looked at again later. Give a day after the assessment.".into()
        })?;
        require(!self.effects.is_empty(), || {
            "effects: there is none. Name whom it touches and how; \"nobody is touched\" is an answer too.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.equality.insert(self.item.clone(), (stamp.happened, self.clone()));
    }
}

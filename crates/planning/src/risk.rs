//! What may prevent a plan or a part of it, and what is done about it.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{BodyRef, ItemRef, Line, Note, RiskRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A risk was noted, or looked at again: the latest word counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// Its reference.
    pub risk: RiskRef,
    /// The commitment that it threatens; without one, the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemRef>,
    /// What may happen.
    pub text: Line,
    /// How likely it is, 1 to 5; a paper may leave it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<u8>,
    /// How much it would matter, 1 to 5; a paper may leave it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<u8>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigation: Vec<Line>,
    /// Who watches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<BodyRef>,
    /// Its paragraph in the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
}

impl Noted {
    /// Likelihood times impact, if both are known.
    pub fn score(&self) -> Option<u8> {
        Some(self.likelihood?.saturating_mul(self.impact?))
    }
}

impl Happening for Noted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        if let Some(item) = &self.item {
            check.standing(item)?;
        }
        if let Some(owner) = &self.owner {
            check.partner(owner)?;
        }
        for (field, value) in [("likelihood", self.likelihood), ("impact", self.impact)] {
            require(value.is_none_or(|value| (1..=5).contains(&value)), || {
                format!("{field}: choose from 1 (least) to 5 (most).")
            })?;
        }
        Ok(())
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.risks.insert(self.risk.clone(), Risk { noted: self.clone(), closed: None });
    }
}

/// A risk has passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Which.
    pub risk: RiskRef,
    /// Why it no longer counts.
    pub reason: Note,
}

impl Happening for Closed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(check.plan.risks.get(&self.risk).is_some_and(|risk| risk.closed.is_none()), || {
            format!("risk: {} is not an open risk of this plan. Check the reference.", self.risk)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(risk) = plan.risks.get_mut(&self.risk) {
            risk.closed = Some(stamp.happened);
        }
    }
}

/// A risk as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// As last noted.
    pub noted: Noted,
    /// When it was closed.
    pub closed: Option<Date>,
}

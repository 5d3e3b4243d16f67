//! Unpaid work that people suggest: looked at by staff, then proposed as a placement or declined with a reason.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{Line, Note, SuggestionRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Somebody suggested work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Its reference.
    pub suggestion: SuggestionRef,
    /// What could be done.
    pub text: Note,
    /// Where.
    pub place: Line,
    /// On whose behalf, such as a community council. Whoever suggests for themselves stays unnamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Line>,
}

impl Happening for Made {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.suggestions.contains_key(&self.suggestion), || {
            format!("suggestion: {} has been received already.", self.suggestion)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let suggestion = Suggestion { on: stamp.happened, made: self.clone(), decided: None };
        plan.suggestions.insert(self.suggestion.clone(), suggestion);
    }
}

/// What became of a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It becomes a proposal, under this reference of the unpaid work team.
    Proposed(Line),
    /// It is declined, for this reason, which the public may read.
    Declined(Line),
    /// It is not a suggestion: advertising, abuse, personal matters. It is not shown.
    Hidden(Line),
}

/// Staff decided about a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Which.
    pub suggestion: SuggestionRef,
    /// What became of it.
    pub decision: Decision,
}

impl Happening for Decided {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let known = check.plan.suggestions.get(&self.suggestion);
        require(known.is_some_and(|known| known.decided.is_none()), || {
            format!("suggestion: {} is unknown or has been decided. Check the reference.", self.suggestion)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(suggestion) = plan.suggestions.get_mut(&self.suggestion) {
            suggestion.decided = Some((stamp.happened, self.decision.clone()));
        }
    }
}

/// A suggestion as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// When it was received.
    pub on: Date,
    /// What it says.
    pub made: Made,
    /// What became of it, and when.
    pub decided: Option<(Date, Decision)>,
}

impl Suggestion {
    /// Whether the public may read it: only what staff have looked at, and not hidden.
    pub fn is_public(&self) -> bool {
        matches!(self.decided, Some((_, Decision::Proposed(_) | Decision::Declined(_))))
    }
}

//! Where a plan stands, and where it can go from there.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::Note;
use crate::{Plan, Stamp};
use serde::{Deserialize, Serialize};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    #[default]
    Draft,
    /// Partners and the public have been asked.
    Consulted,
    /// Agreed by those who must agree it.
    Approved,
    /// Being carried out.
    InForce,
    /// Looked at as a whole.
    Reviewed,
    /// Over.
    Closed,
}

impl Status {
    /// Where a plan can go from here.
    pub const fn next(self) -> &'static [Status] {
        match self {
            Self::Draft => &[Self::Consulted],
            Self::Consulted => &[Self::Approved, Self::Draft],
            Self::Approved => &[Self::InForce],
            Self::InForce => &[Self::Reviewed],
            Self::Reviewed => &[Self::InForce, Self::Closed],
            Self::Closed => &[],
        }
    }

    /// The status in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Consulted => "consulted",
            Self::Approved => "approved",
            Self::InForce => "in force",
            Self::Reviewed => "reviewed",
            Self::Closed => "closed",
        }
    }
}

/// The plan moved on (or back to the draft after consultation).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Where to.
    pub to: Status,
    /// By whom it was agreed, or why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Happening for Moved {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let now = check.plan.status;
        require(now.next().contains(&self.to), || {
            let next: Vec<_> = now.next().iter().map(|status| status.words()).collect();
            format!(
                "to: a plan that is {} becomes {}, not {}. Record the step between first.",
                now.words(),
                next.join(" or "),
                self.to.words()
            )
        })?;
        require(self.to != Status::Approved || check.plan.commitments.standing().next().is_some(), || {
            "There is nothing in the plan to approve. Place its priorities first.".into()
        })?;
        let open = check.plan.consultations.values().find(|consultation| consultation.closed.is_none());
        require(self.to != Status::Approved || open.is_none(), || {
            let open = open.map(|open| open.opened.title.to_string()).unwrap_or_default();
            format!("The consultation \"{open}\" is still open. Close it before the plan is approved.")
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.status = self.to;
        plan.status_since = Some(stamp.happened);
    }
}

//! The case management plan: that it is finalised, and what the standards ask it to hold.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{Line, Note};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// Case management plan.
    CaseManagement,
    /// Risk management plan, where there is a risk of serious harm.
    RiskManagement,
}

/// The plan was finalised (S3 5.7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finalised {
    /// What kind of plan.
    pub kind: PlanKind,
    /// The objectives agreed, each specific, measurable, achievable, realistic and timed (S3 5.8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<Note>,
    /// How often home visits happen, in words (S3 6.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_visits: Option<Line>,
    /// When reviews happen (S3 6.7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Date>,
    /// Whether each risk and protective factor has its four strategies, contingency, owner and communication (S3 4.8).
    #[serde(default)]
    pub every_factor_covered: bool,
}

impl Happening for Finalised {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.orders.is_empty(), "S3 NOS 2010 5.7", || {
            "There is no order on this record. A plan belongs to supervision: record the order first.".into()
        })?;
        require(self.objectives.len() <= 50 && self.reviews.len() <= 50, "the record", || {
            "A plan holds at most 50 objectives and 50 review dates.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let kind = match self.kind {
            PlanKind::CaseManagement => "case_management",
            PlanKind::RiskManagement => "risk_management",
        };
        if self.home_visits.is_some() {
            record.publish_for_person(FactName::PlanHomeVisitFrequency, stamp, Attributes::default());
        }
        if !self.reviews.is_empty() {
            record.publish_for_person(FactName::PlanReviewSchedule, stamp, Attributes::default());
        }
        if self.every_factor_covered {
            record.publish_for_person(FactName::RmpChecklistComplete, stamp, Attributes::default());
        }
        let mut attributes = Attributes::default().with("plan", kind);
        if let Some(visits) = &self.home_visits {
            attributes.set("home_visit_frequency", visits.as_str());
        }
        if !self.reviews.is_empty() {
            attributes.set("review_schedule", true);
        }
        record.publish_for_person(FactName::PlanFinalised, stamp, attributes);
        record.plan = Some(Plan { finalised_on: stamp.on(), content: self.clone() });
    }
}

/// The latest finalised plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// When it was finalised.
    pub finalised_on: Date,
    /// What it holds.
    pub content: Finalised,
}

//! Reviews, significant change, and discussion with the line manager.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{ChangeRef, IncidentRef, Note};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a review found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Circumstances and risk are stable (S3 5.7: contact may be reduced).
    Stable,
    /// They are not.
    NotStable,
}

/// A review of the plan and the level of contact was completed (S3 5.6, 5.7, 5.16).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Completed {
    /// What it found.
    pub outcome: Outcome,
    /// The significant change that led to it, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRef>,
    /// Whether variation of the order or licence was considered (S3 5.16).
    #[serde(default)]
    pub variation_considered: bool,
    /// What was decided.
    pub content: Note,
}

impl Happening for Completed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.orders.is_empty(), "S3 NOS 2010 5.16", || {
            "There is no order on this record to review. Record the order first.".into()
        })?;
        self.change.as_ref().map_or(Ok(()), |change| known_change(check, change))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.reviews.push((stamp.on(), self.outcome));
        let outcome = match self.outcome {
            Outcome::Stable => "stable",
            Outcome::NotStable => "not_stable",
        };
        let mut attributes = Attributes::default().with("outcome", outcome);
        if let Some(change) = &self.change {
            attributes.set("change", change.as_str());
        }
        record.publish_for_person(FactName::ReviewCompleted, stamp, attributes.clone());
        record.publish_for_person(FactName::ReviewHeld, stamp, attributes);
        crate::contact::publish_recorded(record, stamp);
    }
}

/// A change of circumstances or behaviour that may raise the risk of serious harm (S3 5.16).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignificantChange {
    /// The change.
    pub change: ChangeRef,
    /// What changed.
    pub what: Note,
}

impl Happening for SignificantChange {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.changes.contains_key(&self.change), "the record", || {
            format!("There is a change {} already. Use another reference.", self.change)
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.changes.insert(self.change.clone(), Change { on: stamp.on(), discussed_on: None });
        record.publish_for_person(
            FactName::SignificantChangeRecorded,
            stamp,
            Attributes::default().with("change", self.change.as_str()),
        );
    }
}

/// A matter was discussed with the line manager and the outcome recorded (S3 5.16).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagerDiscussion {
    /// The significant change, if that is what was discussed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRef>,
    /// The incident of non-compliance, if that is what was discussed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentRef>,
    /// What was decided.
    pub outcome: Note,
}

impl Happening for ManagerDiscussion {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        if let Some(change) = &self.change {
            known_change(check, change)?;
        }
        self.incident.as_ref().map_or(Ok(()), |incident| crate::noncompliance::known(check, incident).map(drop))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut attributes = Attributes::default();
        if let Some(reference) = &self.change {
            attributes.set("change", reference.as_str());
            if let Some(change) = record.changes.get_mut(reference) {
                change.discussed_on.get_or_insert(stamp.on());
            }
        }
        if let Some(incident) = &self.incident {
            attributes.set("incident", incident.as_str());
        }
        record.publish_for_person(FactName::ManagerDiscussionRecorded, stamp, attributes);
    }
}

fn known_change(check: &Check<'_>, change: &ChangeRef) -> Result<(), Refusal> {
    require(check.record.changes.contains_key(change), "S3 NOS 2010 5.16", || {
        format!("There is no significant change {change} on this record. Record the change first.")
    })
}

/// A significant change as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// When it was noticed.
    pub on: Date,
    /// When it was discussed with the line manager.
    pub discussed_on: Option<Date>,
}

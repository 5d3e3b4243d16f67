//! Restrictions: each tied to a risk, lawful, necessary and proportionate (S3 6.2–6.4).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{Note, RestrictionRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A restriction was proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The restriction.
    pub restriction: RestrictionRef,
    /// What it restricts.
    pub what: Note,
    /// The risk it is tied to, and why it is lawful, necessary, proportionate and the least restrictive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Note>,
}

impl Happening for Proposed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.restrictions.contains_key(&self.restriction), "the record", || {
            format!("There is a restriction {} already. Use another reference.", self.restriction)
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.restrictions.insert(self.restriction.clone(), self.justification.is_some());
        record.publish_for_person(FactName::RestrictionProposed, stamp, about(&self.restriction));
        if self.justification.is_some() {
            record.publish_for_person(FactName::RestrictionJustificationRecorded, stamp, about(&self.restriction));
        }
    }
}

/// A restriction was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Which.
    pub restriction: RestrictionRef,
}

impl Happening for Applied {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(check.record.restrictions.contains_key(&self.restriction), "S3 NOS 2010 6.2", || {
            format!(
                "There is no restriction {} on this record. Record the proposal with its reasons first.",
                self.restriction
            )
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for_person(FactName::RestrictionApplied, stamp, about(&self.restriction));
    }
}

fn about(restriction: &RestrictionRef) -> Attributes {
    Attributes::default().with("restriction", restriction.as_str())
}

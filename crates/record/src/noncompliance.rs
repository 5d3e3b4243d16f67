//! Non-compliance: the incident with its cause, the response, an accepted reason with its evidence; and the reasons why a
//! standard was missed or excused.

use crate::event::{Check, Happening};
use crate::order::RequirementKind;
use crate::refusal::{Refusal, require};
use crate::words::{IncidentRef, Line, Note, OrderRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a person did not comply (S3 chapter 5, best practice: distinguish the causes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Drift in motivation or conflict in commitments.
    Drift,
    /// Lack of capability or confidence.
    Capability,
    /// Unanticipated event or crisis.
    Event,
    /// Wilful refusal.
    Wilful,
    /// Not established yet.
    NotKnown,
}

impl Cause {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Drift => "drift in motivation, or conflict in commitments",
            Self::Capability => "lack of capability or confidence",
            Self::Event => "an unanticipated event or crisis",
            Self::Wilful => "wilful refusal",
            Self::NotKnown => "not established yet",
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Capability => "capability",
            Self::Event => "event",
            Self::Wilful => "wilful",
            Self::NotKnown => "not_known",
        }
    }
}

/// An incident of non-compliance was recorded (S3 5.21, 5.24).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The incident.
    pub incident: IncidentRef,
    /// On which order, if on one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
    /// Of which requirement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<RequirementKind>,
    /// Why, as far as established.
    pub cause: Cause,
    /// What happened.
    pub what: Note,
}

impl Happening for Recorded {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.incidents.contains_key(&self.incident), "the record", || {
            format!("There is an incident {} already. Use another reference.", self.incident)
        })?;
        match &self.order {
            Some(order) => check.running_order(order).map(drop),
            None => {
                require(check.record.orders.values().any(|order| order.runs_on(check.on())), "S3 NOS 2010 5.21", || {
                    "No order was running on that day, so there was nothing to comply with. Check the date.".into()
                })
            }
        }
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.incidents.insert(
            self.incident.clone(),
            Incident { on: stamp.on(), cause: self.cause, order: self.order.clone(), responded: false, accepted: None },
        );
        let mut attributes = about(&self.incident).with("cause", self.cause.as_str());
        if let Some(requirement) = self.requirement {
            attributes.set("requirement", requirement.as_str());
        }
        record.publish_for_either(self.order.as_ref(), FactName::NoncomplianceRecorded, stamp, attributes);
    }
}

/// What was done about an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Discussed, purpose and expectations made clear again.
    Discussed,
    /// Help to be able to comply.
    Supported,
    /// First written warning.
    FirstWarning,
    /// Final written warning.
    FinalWarning,
    /// Breach is proposed.
    BreachProposed,
    /// No further action, with reasons.
    NoFurtherAction,
}

/// The response to an incident was recorded (S3 5.21, 5.24).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Responded {
    /// To which incident.
    pub incident: IncidentRef,
    /// What was done.
    pub response: Response,
    /// Why (S3 3.8).
    pub reasons: Note,
}

impl Happening for Responded {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.incident).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let order = record.incident(&self.incident, |incident| incident.responded = true);
        record.publish_for_either(
            order.as_ref(),
            FactName::NoncomplianceResponseRecorded,
            stamp,
            about(&self.incident),
        );
    }
}

/// The reason given was accepted (S3 5.25: with verifiable evidence).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonAccepted {
    /// For which incident.
    pub incident: IncidentRef,
    /// The reason.
    pub reason: Line,
    /// The evidence that was seen, if it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Line>,
}

impl Happening for ReasonAccepted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.incident).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let order = record.incident(&self.incident, |incident| incident.accepted = Some(stamp.on()));
        let attributes = about(&self.incident).with("reason", self.reason.as_str());
        record.publish_for_either(order.as_ref(), FactName::NoncomplianceAccepted, stamp, attributes);
        record.mark_acceptable(self.incident.as_str());
        if self.evidence.is_some() {
            record.publish_for_either(order.as_ref(), FactName::EvidenceAttached, stamp, about(&self.incident));
        }
    }
}

/// Contact in person was not possible: reasons, another route, a letter (S3 5.23).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotSeenInPerson {
    /// After which incident.
    pub incident: IncidentRef,
    /// Why it was not possible.
    pub reasons: Note,
    /// The telephone or other route that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<crate::contact::ContactKind>,
    /// Whether a letter was sent.
    #[serde(default)]
    pub letter_sent: bool,
}

impl Happening for NotSeenInPerson {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.incident)?;
        require(self.tried.is_none_or(|kind| !kind.is_in_person()), "S3 NOS 2010 5.23", || {
            "The other route is by telephone, video or in writing. If the person was seen, record a contact.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let order = record.incident(&self.incident, |_| {});
        let names = [
            (true, FactName::FallbackReasonsRecorded),
            (self.tried.is_some(), FactName::AlternateContact),
            (self.letter_sent, FactName::Letter),
        ];
        for (_, name) in names.into_iter().filter(|(applies, _)| *applies) {
            record.publish_for_either(order.as_ref(), name, stamp, about(&self.incident));
        }
    }
}

/// A home visit the same day was not appropriate (S3 5.22).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitNotAppropriate {
    /// After which incident.
    pub incident: IncidentRef,
    /// Why.
    pub reason: Line,
}

impl Happening for VisitNotAppropriate {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.incident).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let order = record.incident(&self.incident, |_| {});
        let attributes = about(&self.incident).with("reason", self.reason.as_str());
        record.publish_for_either(order.as_ref(), FactName::HomeVisitNotAppropriateRecorded, stamp, attributes);
    }
}

/// Why a standard was late or missed (the list of the justice social work statistics). The clock does not stop for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateReason {
    /// The person did not turn up.
    DidNotTurnUp,
    /// Already on an order.
    AlreadyOnOrder,
    /// In custody.
    Custody,
    /// In paid employment.
    PaidEmployment,
    /// Ill.
    Ill,
    /// Another reason to do with the person.
    OtherPerson,
    /// No social worker was available.
    StaffNotAvailable,
    /// No work was available.
    NoWork,
    /// First contact was late.
    FirstContactLate,
    /// Non-compliance.
    NonCompliance,
    /// Another reason to do with the service.
    OtherService,
}

impl LateReason {
    const fn words(self) -> &'static str {
        match self {
            Self::DidNotTurnUp => "did not turn up",
            Self::AlreadyOnOrder => "already on an order",
            Self::Custody => "in custody",
            Self::PaidEmployment => "in paid employment",
            Self::Ill => "ill",
            Self::OtherPerson => "another reason to do with the person",
            Self::StaffNotAvailable => "no social worker available",
            Self::NoWork => "no work available",
            Self::FirstContactLate => "first contact was late",
            Self::NonCompliance => "non-compliance",
            Self::OtherService => "another reason to do with the service",
        }
    }
}

/// The reason why one standard was late or missed was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardReason {
    /// The standard, such as `nos.upw.placement`.
    pub standard: Line,
    /// On which order.
    pub order: OrderRef,
    /// Why.
    pub reason: LateReason,
}

impl Happening for StandardReason {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.known_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = crate::order::about(&self.order)
            .with("standard", self.standard.as_str())
            .with("reason", self.reason.words());
        record.publish_for(&self.order, FactName::StandardReasonRecorded, stamp, attributes);
    }
}

/// A manager accepted a reason why one standard could not be met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardExcused {
    /// The standard, such as `nos.contact.high`.
    pub standard: Line,
    /// On which order.
    pub order: OrderRef,
    /// The day the obligation was opened, to excuse that one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_on: Option<Date>,
    /// Why.
    pub reason: Line,
}

impl Happening for StandardExcused {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.known_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut attributes = crate::order::about(&self.order)
            .with("standard", self.standard.as_str())
            .with("reason", self.reason.as_str());
        if let Some(opened_on) = self.opened_on {
            attributes.set("opened_on", opened_on);
        }
        record.publish_for(&self.order, FactName::StandardExcused, stamp, attributes);
    }
}

/// An incident on the record, or a refusal.
pub(crate) fn known<'a>(check: &Check<'a>, incident: &IncidentRef) -> Result<&'a Incident, Refusal> {
    let known = check.record.incidents.get(incident).ok_or_else(|| {
        Refusal::order_of_things(format!(
            "There is no incident {incident} on this record. Record the non-compliance first."
        ))
    })?;
    require(known.on <= check.on(), "the record", || {
        "This is dated before the incident that it answers. Check the two dates.".into()
    })?;
    Ok(known)
}

fn about(incident: &IncidentRef) -> Attributes {
    Attributes::default().with("incident", incident.as_str())
}

impl Record {
    /// Changes an incident and says which order it belongs to.
    fn incident(&mut self, reference: &IncidentRef, change: impl FnOnce(&mut Incident)) -> Option<OrderRef> {
        let incident = self.incidents.get_mut(reference)?;
        change(incident);
        incident.order.clone()
    }
}

/// An incident as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// The day.
    pub on: Date,
    /// Why, as far as established.
    pub cause: Cause,
    /// On which order, if on one alone.
    pub order: Option<OrderRef>,
    /// Whether a response is recorded.
    pub responded: bool,
    /// The day on which the reason was accepted.
    pub accepted: Option<Date>,
}

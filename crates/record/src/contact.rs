//! Contacts: planned, held, missed, cancelled. A contact is planned to support the outcomes (S3 5.7).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{ContactRef, IncidentRef, Line, Note, OrderRef, ReportRef, WorkerRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::{Date, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a contact is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// At the office.
    Office,
    /// At home.
    HomeVisit,
    /// At court.
    Court,
    /// In custody.
    Custody,
    /// Elsewhere in person.
    Elsewhere,
    /// By telephone.
    Telephone,
    /// By video.
    Video,
    /// By text, e-mail or letter.
    Written,
}

impl ContactKind {
    /// Whether the person is seen in person.
    pub const fn is_in_person(self) -> bool {
        matches!(self, Self::Office | Self::HomeVisit | Self::Court | Self::Custody | Self::Elsewhere)
    }

    /// The word on the wire and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::HomeVisit => "home_visit",
            Self::Court => "court",
            Self::Custody => "custody",
            Self::Elsewhere => "elsewhere",
            Self::Telephone => "telephone",
            Self::Video => "video",
            Self::Written => "written",
        }
    }
}

/// With whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum With {
    /// The case manager.
    CaseManager,
    /// Other staff of the service.
    OtherStaff,
    /// A partner agency.
    Partner,
}

impl With {
    /// The word on the wire and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaseManager => "case_manager",
            Self::OtherStaff => "other_staff",
            Self::Partner => "partner",
        }
    }
}

/// A contact was planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The contact.
    pub contact: ContactRef,
    /// How.
    pub kind: ContactKind,
    /// With whom.
    pub with: With,
    /// For which day.
    pub on: Date,
    /// At what time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
    /// What it is for (S3 5.6: nature and purpose, not only frequency).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Line>,
}

impl Happening for Planned {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.used.contains(self.contact.as_str()), "the record", || {
            format!("There is a contact {} already. Use another reference.", self.contact)
        })?;
        require(check.on() <= self.on, "the record", || {
            format!("A contact is planned for a later day; {} is past. Record it as held or missed.", say(self.on))
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.used.insert(self.contact.as_str().into());
        let planned = PlannedContact {
            on: self.on,
            at: self.at,
            kind: self.kind,
            with: self.with,
            place: self.place.clone(),
            about: self.about.clone(),
            planned_by: stamp.by.clone(),
        };
        record.planned_contacts.insert(self.contact.clone(), planned);
        let attributes = Attributes::default().with("kind", self.kind.as_str()).with("planned_for", self.on);
        record.publish_for_person(FactName::ContactPlanned, stamp, attributes);
    }
}

/// A contact took place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Which planned contact, if it was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRef>,
    /// How.
    pub kind: ContactKind,
    /// With whom.
    pub with: With,
    /// Set for the first direct contact on an order: understanding confirmed, changes checked, induction arranged (S3 5.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_for: Option<OrderRef>,
    /// For a home visit: whether the person had no notice.
    #[serde(default)]
    pub unannounced: bool,
    /// The incident of non-compliance that it answers, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentRef>,
    /// The report that it is for, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportRef>,
    /// What was done and agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Note>,
}

impl Happening for Held {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        planned(check, self.contact.as_ref())?;
        if let Some(order) = &self.first_for {
            check.running_order(order)?;
        }
        if let Some(incident) = &self.incident {
            crate::noncompliance::known(check, incident)?;
        }
        if let Some(report) = &self.report {
            check.report(report)?;
        }
        require(!self.unannounced || self.kind == ContactKind::HomeVisit, "S3 NOS 2010 5.7", || {
            "Only a home visit is announced or unannounced. Check the kind of contact.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.settle_contact(self.contact.as_ref(), ContactOutcome::Held);
        record.last_contact_on = record.last_contact_on.max(Some(stamp.on()));
        let mut attributes = Attributes::default().with("kind", self.kind.as_str()).with("with", self.with.as_str());
        if let Some(incident) = &self.incident {
            attributes.set("incident", incident.as_str());
        }
        if let Some(report) = &self.report {
            attributes.set("report_ref", report.as_str());
            let visit = facts::Fact {
                name: FactName::HomeVisitCompleted,
                on: stamp.on(),
                at: stamp.happened.time(),
                attributes: attributes.clone(),
            };
            if self.kind == ContactKind::HomeVisit {
                record.publish(crate::Scope::Report(report.clone()), visit);
            }
        }
        if let Some(order) = &self.first_for {
            record.publish_for(order, FactName::ContactFirstDirect, stamp, attributes.clone());
        }
        let home_visit = self.kind == ContactKind::HomeVisit;
        let names = [
            (true, FactName::ContactHeld),
            (self.kind.is_in_person(), FactName::ContactInPerson),
            (self.with == With::CaseManager, FactName::ContactCaseManager),
            (home_visit && !self.unannounced, FactName::HomeVisitPlanned),
            (home_visit && self.unannounced, FactName::HomeVisitUnannounced),
            (home_visit, FactName::HomeVisitCompleted),
        ];
        for (_, name) in names.into_iter().filter(|(applies, _)| *applies) {
            record.publish_for_person(name, stamp, attributes.clone());
        }
        publish_recorded(record, stamp);
    }
}

/// S3 5.15: the day on which a contact or review was written into the record.
pub(crate) fn publish_recorded(record: &mut Record, stamp: &Stamp) {
    let on = stamp.recorded_on().max(stamp.on());
    record.publish(crate::Scope::Person, facts::Fact::new(FactName::RecordCreated, on));
}

/// The person did not come to a planned contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Missed {
    /// Which planned contact, if it was planned on this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRef>,
    /// How it was to be made.
    pub kind: ContactKind,
    /// What was tried or learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Happening for Missed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        planned(check, self.contact.as_ref())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.settle_contact(self.contact.as_ref(), ContactOutcome::Missed);
        record.publish_for_person(
            FactName::ContactMissed,
            stamp,
            Attributes::default().with("kind", self.kind.as_str()),
        );
        publish_recorded(record, stamp);
    }
}

/// The service or the person called a planned contact off beforehand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancelled {
    /// Which.
    pub contact: ContactRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Cancelled {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        planned(check, Some(&self.contact))
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        record.settle_contact(Some(&self.contact), ContactOutcome::Cancelled);
    }
}

impl Record {
    /// Says what became of a planned contact.
    fn settle_contact(&mut self, contact: Option<&ContactRef>, outcome: ContactOutcome) {
        if let Some((contact, planned)) = contact.and_then(|contact| self.planned_contacts.remove_entry(contact)) {
            self.settled_contacts.insert(contact, (planned, outcome));
        }
    }
}

fn planned(check: &Check<'_>, contact: Option<&ContactRef>) -> Result<(), Refusal> {
    match contact {
        Some(contact) if !check.record.planned_contacts.contains_key(contact) => {
            Err(Refusal::order_of_things(format!(
                "There is no contact {contact} still to come: its outcome is recorded already, or it was never planned. Leave the reference out, or correct the outcome."
            )))
        }
        _ => Ok(()),
    }
}

/// A contact still to come, or whose outcome is not recorded yet.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedContact {
    /// For which day.
    pub on: Date,
    /// At what time.
    pub at: Option<Time>,
    /// How.
    pub kind: ContactKind,
    /// With whom.
    pub with: With,
    /// Where.
    pub place: Option<Line>,
    /// What it is for.
    pub about: Option<Line>,
    /// Who planned it.
    pub planned_by: WorkerRef,
}

/// What became of a planned contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactOutcome {
    /// It took place.
    Held,
    /// The person did not come.
    Missed,
    /// It was called off beforehand.
    Cancelled,
}

impl ContactOutcome {
    /// The word in read models.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
        }
    }
}

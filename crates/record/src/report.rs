//! Reports: requested, prepared from more than one source with fact apart from opinion, delivered. Their forms come later.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{Line, ReportRef};
use crate::{Record, Scope, Stamp};
use facts::{Attributes, Fact, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Justice social work report for a court.
    Court,
    /// Home background report.
    HomeBackground,
    /// Throughcare assessment for release on licence.
    Throughcare,
    /// Bail suitability.
    Bail,
    /// Home detention curfew assessment.
    HomeDetentionCurfew,
    /// Another report.
    Other,
}

impl ReportKind {
    /// The word in rulebooks and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::HomeBackground => "home_background",
            Self::Throughcare => "throughcare",
            Self::Bail => "bail",
            Self::HomeDetentionCurfew => "home_detention_curfew",
            Self::Other => "other",
        }
    }
}

/// A report was requested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// The report.
    pub report: ReportRef,
    /// What kind.
    pub kind: ReportKind,
    /// By whom.
    pub by: Line,
    /// The day by which it is wanted: the court's or the requester's (S3 4.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Whether there is a risk of serious harm (S3 4.3).
    #[serde(default)]
    pub serious_harm: bool,
    /// Whether it is among the more complex reports (S3 4.3).
    #[serde(default)]
    pub complex: bool,
}

impl Happening for Requested {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.reports.contains_key(&self.report), "the record", || {
            format!("There is a report {} already. Use another reference.", self.report)
        })?;
        require(self.due.is_none_or(|due| check.on() <= due), "S3 NOS 2010 4.4", || {
            "The report is wanted by a day before it was requested. Check the two dates.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let report = Report {
            kind: self.kind,
            requested_on: stamp.on(),
            due: self.due,
            finalised: false,
            delivered_on: None,
            gaps: None,
        };
        record.reports.insert(self.report.clone(), report);
        let mut attributes = Attributes::default();
        if let Some(due) = self.due {
            attributes.set("due", due);
        }
        if self.serious_harm {
            attributes.set("serious_harm", true);
        }
        if self.complex {
            attributes.set("complex", true);
        }
        publish(record, &self.report, FactName::ReportRequested, stamp, attributes.clone());
        if self.kind == ReportKind::Bail {
            publish(record, &self.report, FactName::BailAssessmentRequested, stamp, attributes);
        }
    }
}

/// Why a report was prepared without a home visit (S3 4.3: the safety of staff).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitNotMade {
    /// Which report.
    pub report: ReportRef,
    /// Why.
    pub reason: Line,
}

impl Happening for VisitNotMade {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let report = check.report(&self.report)?;
        require(report.kind != ReportKind::HomeBackground, "S3 NOS 2010 4.3", || {
            "A home background report needs a home visit; there is no exception. Record the visit.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = Attributes::default().with("reason", self.reason.as_str());
        publish(record, &self.report, FactName::HomeVisitExceptionRecorded, stamp, attributes);
    }
}

/// A report was finalised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finalised {
    /// Which report.
    pub report: ReportRef,
    /// Its sources (S3 4.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Line>,
    /// Whether facts are kept apart from opinion (S3 4.1; DPA 2018 s.38(2)).
    #[serde(default)]
    pub facts_apart_from_opinion: bool,
    /// Whether the person understood its purpose and had access to its content (S3 4.6).
    #[serde(default)]
    pub shown_to_person: bool,
}

impl Happening for Finalised {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.report(&self.report)?;
        require(self.sources.len() <= 100, "the record", || "A report lists at most 100 sources.".into())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        if let Some(report) = record.reports.get_mut(&self.report) {
            report.finalised = true;
        }
        if !self.sources.is_empty() {
            publish(record, &self.report, FactName::SourcesListed, stamp, Attributes::default());
        }
        if self.facts_apart_from_opinion {
            publish(record, &self.report, FactName::StatementsTyped, stamp, Attributes::default());
        }
        publish(record, &self.report, FactName::ReportFinalised, stamp, Attributes::default());
    }
}

/// A report was delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// Which report.
    pub report: ReportRef,
}

impl Happening for Delivered {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let report = check.report(&self.report)?;
        require(report.finalised, "S3 NOS 2010 4.1", || {
            "The report has not been finalised. Record its sources and that facts stand apart from opinion first."
                .into()
        })?;
        require(report.delivered_on.is_none(), "the record", || {
            format!("Report {} has been delivered already.", self.report)
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        if let Some(report) = record.reports.get_mut(&self.report) {
            report.delivered_on = Some(stamp.on());
        }
        publish(record, &self.report, FactName::ReportDelivered, stamp, Attributes::default());
    }
}

/// A report was checked for gaps in services, and names what the person needs and nobody offers (S4 appendix 5, 5.1.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GapsChecked {
    /// Which report.
    pub report: ReportRef,
    /// Specialist services that are missing, to be commissioned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specialist: Vec<Line>,
    /// Universal services that did not reach the person, to be taken up with planning partners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub universal: Vec<Line>,
}

impl Happening for GapsChecked {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.report(&self.report)?;
        require(self.specialist.len() + self.universal.len() <= 20, "S4 Area Plan App 5, 5.1.3", || {
            "A report names at most 20 gaps. Name those that matter most.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        if let Some(report) = record.reports.get_mut(&self.report) {
            report.gaps = Some((stamp.on(), self.clone()));
        }
        publish(record, &self.report, FactName::ServiceGapChecked, stamp, Attributes::default());
    }
}

/// A report as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What kind.
    pub kind: ReportKind,
    /// When it was requested.
    pub requested_on: Date,
    /// By when it is wanted.
    pub due: Option<Date>,
    /// Whether it is finalised.
    pub finalised: bool,
    /// When it was delivered.
    pub delivered_on: Option<Date>,
    /// When it was checked for gaps in services, and which there are.
    pub gaps: Option<(Date, GapsChecked)>,
}

fn publish(record: &mut Record, report: &ReportRef, name: FactName, stamp: &Stamp, mut attributes: Attributes) {
    attributes.set("report_ref", report.as_str());
    if let Some(known) = record.reports.get(report) {
        attributes.set("report", known.kind.as_str());
    }
    record.publish(Scope::Report(report.clone()), Fact { name, on: stamp.on(), at: stamp.happened.time(), attributes });
}

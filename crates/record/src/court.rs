//! Charges, hearings, convictions and disposals.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{ChargeRef, Line, Note, OrderRef, Words};
use crate::{Precision, Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of court (the list of the unit return of the justice social work statistics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CourtKind {
    /// High Court or appeal court.
    High,
    /// Sheriff court, solemn procedure.
    SheriffSolemn,
    /// Sheriff court, summary procedure.
    SheriffSummary,
    /// Stipendiary magistrate.
    Stipendiary,
    /// Justice of the peace court.
    JusticeOfThePeace,
    /// A court outwith Scotland.
    OutwithScotland,
    /// Not known.
    NotKnown,
}

/// A court.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CourtName {
    /// Its name, such as "Edinburgh Sheriff Court".
    pub name: Line,
    /// What kind of court.
    pub kind: CourtKind,
}

/// A charge was brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Charged {
    /// The charge.
    pub charge: ChargeRef,
    /// The offence, in words.
    pub offence: Line,
    /// The offence's code in the national list, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Words<20>>,
    /// The first day of the offence.
    pub from: Date,
    /// The last day, for an offence over a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Happening for Charged {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.court.charges.contains_key(&self.charge), "the record", || {
            format!("There is a charge {} already. Use another reference, or correct that one.", self.charge)
        })?;
        require(self.until.is_none_or(|until| self.from <= until), "the record", || {
            "The offence ends before it begins. Check the two dates.".into()
        })?;
        require(self.from <= check.today, "the record", || {
            format!("The date of the offence, {}, has not come yet. Check the year.", say(self.from))
        })?;
        require(check.record.person.birth.earliest().is_none_or(|born| born < self.from), "the record", || {
            format!(
                "The date of the offence, {}, is not after the person's date of birth. One of the two is wrong.",
                say(self.from)
            )
        })
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        let charge = Charge {
            offence: self.offence.clone(),
            code: self.code.clone(),
            from: self.from,
            until: self.until,
            convicted_on: None,
        };
        record.court.charges.insert(self.charge.clone(), charge);
    }
}

/// A hearing took place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// Where.
    pub court: CourtName,
    /// What the hearing was for.
    pub about: Line,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Note>,
    /// A report for which the court adjourned, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjourned_for: Option<crate::words::ReportRef>,
    /// Whether cause was shown for an adjournment beyond four weeks (s.201(3)).
    #[serde(default)]
    pub cause_shown: bool,
}

impl Happening for Heard {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.court.hearings.push((stamp.on(), self.clone()));
        if let Some(report) = &self.adjourned_for {
            let attributes = Attributes::default()
                .with("report", "court")
                .with("report_ref", report.as_str())
                .with("cause_shown", self.cause_shown);
            let fact =
                facts::Fact { name: FactName::CourtAdjourned, on: stamp.on(), at: stamp.happened.time(), attributes };
            record.publish(crate::Scope::Report(report.clone()), fact);
        }
    }
}

/// The person was convicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Convicted {
    /// Of which charges; may be empty where only the conviction is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ChargeRef>,
    /// The offence in words, where there are no charges on the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence: Option<Line>,
    /// The court, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub court: Option<CourtName>,
}

impl Happening for Convicted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!self.charges.is_empty() || self.offence.is_some(), "the record", || {
            "A conviction names its charges, or the offence in words.".into()
        })?;
        for reference in &self.charges {
            let charge = check.record.court.charges.get(reference).ok_or_else(|| {
                Refusal::order_of_things(format!(
                    "There is no charge {reference} on this record. Record the charge first."
                ))
            })?;
            require(check.happened.precision() != Precision::Day || charge.from <= check.on(), "the record", || {
                format!(
                    "The conviction is dated before the offence of charge {reference} ({}). Check the two dates.",
                    say(charge.from)
                )
            })?;
        }
        Ok(())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        for charge in &self.charges {
            if let Some(charge) = record.court.charges.get_mut(charge) {
                charge.convicted_on = Some(stamp.on());
            }
        }
        record.court.convictions.push((stamp.on(), self.clone()));
        let court = self.court.as_ref().map(|court| court.name.as_str().to_owned());
        let attributes =
            court.map_or_else(Attributes::default, |court| Attributes::default().with("court", court.as_str()));
        record.publish_for_person(FactName::ConvictionRecorded, stamp, attributes);
    }
}

/// What the court imposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposal {
    /// Custody.
    Custody,
    /// A community payback order.
    CommunityPaybackOrder,
    /// A drug treatment and testing order.
    DrugTreatmentAndTestingOrder,
    /// A restriction of liberty order.
    RestrictionOfLibertyOrder,
    /// A supervised release order.
    SupervisedReleaseOrder,
    /// A structured deferred sentence.
    StructuredDeferredSentence,
    /// Sentence deferred.
    Deferred,
    /// A fine or compensation order.
    Monetary,
    /// Admonition or absolute discharge.
    Admonition,
    /// Another disposal.
    Other,
}

/// The court disposed of the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposed {
    /// For which charges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ChargeRef>,
    /// Where.
    pub court: CourtName,
    /// What was imposed.
    pub disposal: Disposal,
    /// The order that was made, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
    /// Why no other method than custody was appropriate, for 12 months or less (1995 Act s.204(3B)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Note>,
}

impl Happening for Disposed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        for reference in &self.charges {
            let convicted = check.record.court.charges.get(reference).and_then(|charge| charge.convicted_on);
            require(convicted.is_some_and(|on| on <= check.on()), "the record", || {
                format!(
                    "Charge {reference} has no conviction on or before {}. Record the conviction first.",
                    say(check.on())
                )
            })?;
        }
        Ok(())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.court.disposals.push((stamp.on(), self.clone()));
    }
}

/// A charge as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// The offence, in words.
    pub offence: Line,
    /// Its code, if known.
    pub code: Option<Words<20>>,
    /// The first day of the offence.
    pub from: Date,
    /// The last day, for an offence over a period.
    pub until: Option<Date>,
    /// The day of conviction.
    pub convicted_on: Option<Date>,
}

/// What courts have done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Court {
    /// Charges.
    pub charges: BTreeMap<ChargeRef, Charge>,
    /// Hearings with their days.
    pub hearings: Vec<(Date, Heard)>,
    /// Convictions with their days.
    pub convictions: Vec<(Date, Convicted)>,
    /// Disposals with their days.
    pub disposals: Vec<(Date, Disposed)>,
}

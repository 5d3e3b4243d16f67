//! Breach: proposed, endorsed, decided, lodged, determined; and breach of licence.

use crate::event::{Check, Happening};
use crate::order::{Family, about};
use crate::refusal::{Refusal, require, say};
use crate::words::{BreachRef, IncidentRef, Line, Note, OrderRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Breach proceedings were proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The proceedings.
    pub breach: BreachRef,
    /// Of which order.
    pub order: OrderRef,
    /// For which incidents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<IncidentRef>,
    /// Why.
    pub reasons: Note,
}

impl Happening for Proposed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        require(order.kind.family() != Family::Licence, "S3 NOS 2010 5.30", || {
            "This is a licence: record a breach of licence, which goes to the body that receives licence breaches."
                .into()
        })?;
        unused(check, &self.breach)?;
        self.incidents.iter().try_for_each(|incident| crate::noncompliance::known(check, incident).map(drop))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.breaches.insert(
            self.breach.clone(),
            Breach { order: self.order.clone(), stage: Stage::Proposed, since: stamp.on(), endorsed: false },
        );
        record.publish_for(&self.order, FactName::BreachProposed, stamp, attributes(&self.order, &self.breach));
    }
}

/// A manager discussed and endorsed the proposal (S3 5.28).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endorsed {
    /// Which proceedings.
    pub breach: BreachRef,
    /// What was discussed.
    pub discussion: Note,
}

impl Happening for Endorsed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Proposed, Stage::Decided]).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.advance(&self.breach, FactName::BreachEndorsedByManager, stamp, |breach| breach.endorsed = true);
    }
}

/// It was decided whether to submit a breach report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Which proceedings.
    pub breach: BreachRef,
    /// Whether a report is to be submitted.
    pub submit: bool,
    /// Why, and what happens to interventions meanwhile (S3 5.31).
    pub reasons: Note,
}

impl Happening for Decided {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Proposed]).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        if self.submit {
            record.advance(&self.breach, FactName::BreachDecision, stamp, |breach| breach.stage = Stage::Decided);
        } else if let Some(breach) = record.breaches.get_mut(&self.breach) {
            breach.stage = Stage::NotPursued;
        }
    }
}

/// The breach report was lodged at court (S3 5.29).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lodged {
    /// Which proceedings.
    pub breach: BreachRef,
    /// At which court.
    pub court: Line,
    /// The alleged failure in writing (1995 Act s.227ZC).
    pub details: Note,
}

impl Happening for Lodged {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Decided]).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.advance(&self.breach, FactName::BreachDetailsRecorded, stamp, |_| {});
        record.advance(&self.breach, FactName::BreachLodged, stamp, |_| {});
        record.advance(&self.breach, FactName::BreachReportLodged, stamp, |breach| breach.stage = Stage::Lodged);
    }
}

/// What the court did about a breach (1995 Act s.227ZC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CourtDecision {
    /// Not established.
    NotEstablished,
    /// Established, the order continues.
    Continued,
    /// Fined.
    Fined,
    /// Varied.
    Varied,
    /// Revoked and sentenced anew.
    Revoked,
    /// Imprisoned on a fine-level order.
    Imprisoned,
}

/// The court determined the breach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Determined {
    /// Which proceedings.
    pub breach: BreachRef,
    /// What the court did.
    pub decision: CourtDecision,
}

impl Happening for Determined {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Lodged]).map(drop)
    }

    fn apply(&self, record: &mut Record, _: &Stamp) {
        if let Some(breach) = record.breaches.get_mut(&self.breach) {
            breach.stage = Stage::Determined;
        }
    }
}

/// A breach of licence was identified (S3 5.30).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenceBreached {
    /// The breach.
    pub breach: BreachRef,
    /// Of which licence.
    pub order: OrderRef,
    /// What happened.
    pub what: Note,
}

impl Happening for LicenceBreached {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        require(order.kind.family() == Family::Licence, "S3 NOS 2010 5.28", || {
            "This is an order, not a licence: propose breach proceedings.".into()
        })?;
        unused(check, &self.breach)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.breaches.insert(
            self.breach.clone(),
            Breach { order: self.order.clone(), stage: Stage::Licence, since: stamp.on(), endorsed: false },
        );
        record.publish_for(
            &self.order,
            FactName::LicenceBreachIdentified,
            stamp,
            attributes(&self.order, &self.breach),
        );
    }
}

/// The body that receives licence breaches was telephoned (S3 5.30).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenceBreachPhoned {
    /// About which breach.
    pub breach: BreachRef,
    /// Whom: configuration says which body it is now.
    pub to: Line,
}

impl Happening for LicenceBreachPhoned {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Licence]).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.advance(&self.breach, FactName::NotificationPhone, stamp, |_| {});
    }
}

/// The written report of a breach of licence was sent (S3 5.30).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenceBreachReported {
    /// About which breach.
    pub breach: BreachRef,
    /// To whom.
    pub to: Line,
}

impl Happening for LicenceBreachReported {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        at_stage(check, &self.breach, &[Stage::Licence]).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.advance(&self.breach, FactName::BreachReportSent, stamp, |_| {});
    }
}

/// Where breach proceedings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Proposed.
    Proposed,
    /// Decided: a report is to be lodged.
    Decided,
    /// Decided: no report.
    NotPursued,
    /// Lodged at court.
    Lodged,
    /// Determined by the court.
    Determined,
    /// A breach of licence, reported to another body.
    Licence,
}

impl Stage {
    /// The word in read models.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::NotPursued => "not_pursued",
            Self::Lodged => "lodged",
            Self::Determined => "determined",
            Self::Licence => "licence",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Decided => "decided, and to be lodged",
            Self::NotPursued => "not pursued",
            Self::Lodged => "lodged at court",
            Self::Determined => "determined by the court",
            Self::Licence => "a breach of licence",
        }
    }
}

/// Breach proceedings as the record now has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Of which order.
    pub order: OrderRef,
    /// Where they stand.
    pub stage: Stage,
    /// Since when there have been proceedings.
    pub since: Date,
    /// Whether a manager endorsed them.
    pub endorsed: bool,
}

fn unused(check: &Check<'_>, breach: &BreachRef) -> Result<(), Refusal> {
    require(!check.record.breaches.contains_key(breach), "the record", || {
        format!("There are breach proceedings {breach} already. Use another reference.")
    })
}

fn at_stage<'a>(check: &Check<'a>, reference: &BreachRef, stages: &[Stage]) -> Result<&'a Breach, Refusal> {
    let breach = check.record.breaches.get(reference).ok_or_else(|| {
        Refusal::order_of_things(format!(
            "There are no breach proceedings {reference} on this record. Propose them first."
        ))
    })?;
    require(stages.contains(&breach.stage), "S3 NOS 2010 5.28-5.30", || {
        let wanted: Vec<&str> = stages.iter().map(|stage| stage.words()).collect();
        format!(
            "Breach {reference} is {}; this needs it to be {}. Record the steps in their order.",
            breach.stage.words(),
            wanted.join(" or ")
        )
    })?;
    require(breach.since <= check.on(), "the record", || {
        format!(
            "Breach {reference} was first recorded on {}; this is dated before it. Check the two dates.",
            say(breach.since)
        )
    })?;
    Ok(breach)
}

fn attributes(order: &OrderRef, breach: &BreachRef) -> Attributes {
    about(order).with("breach", breach.as_str())
}

impl Record {
    fn advance(&mut self, reference: &BreachRef, fact: FactName, stamp: &Stamp, change: impl FnOnce(&mut Breach)) {
        let Some(breach) = self.breaches.get_mut(reference) else { return };
        change(breach);
        let order = breach.order.clone();
        self.publish_for(&order, fact, stamp, attributes(&order, reference));
    }
}

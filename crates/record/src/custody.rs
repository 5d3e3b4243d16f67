//! Custody and release.

use crate::event::{Check, Happening};
use crate::order::OrderKind;
use crate::refusal::{Refusal, require};
use crate::words::{Line, OrderRef};
use crate::{Precision, Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A custodial sentence was imposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentenced {
    /// Its length in months, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// The kind of licence that will follow, if one will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<OrderKind>,
    /// Length of an extension, in months (1995 Act s.210A).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_months: Option<u16>,
}

impl Happening for Sentenced {
    fn check(&self, _: &Check<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut attributes = Attributes::default();
        if let Some(licence) = self.licence {
            attributes.set("licence", licence.as_str());
        }
        if let Some(months) = self.months {
            attributes.set("length_months", i64::from(months));
        }
        if let Some(months) = self.extension_months {
            attributes.set("extension_months", i64::from(months));
        }
        record.publish_for_person(FactName::SentenceImposed, stamp, attributes);
    }
}

/// The person was admitted to custody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Admitted {
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub establishment: Option<Line>,
}

impl Happening for Admitted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.custody.is_in_custody(), "the record", || {
            "The record says that the person is in custody already. Record the release first.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.custody.moves.push(Move { on: stamp.on(), into_custody: true });
        record.publish_for_person(FactName::Admission, stamp, Attributes::default());
    }
}

/// The person was released from custody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The licence on which the person was released, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<OrderRef>,
    /// How the person was released, in the words of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_type: Option<Line>,
}

impl Happening for Released {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        self.licence.as_ref().map_or(Ok(()), |licence| check.running_order(licence).map(drop))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.custody.moves.push(Move { on: stamp.on(), into_custody: false });
        let mut attributes = self
            .licence
            .as_ref()
            .and_then(|licence| record.orders.get(licence).map(|order| order.short(licence)))
            .unwrap_or_default();
        if let Some(kind) = &self.release_type {
            attributes.set("release_type", kind.as_str());
        }
        if let Some(licence) = &self.licence {
            record.publish_for(licence, FactName::SupervisionStarted, stamp, attributes.clone());
        }
        record.publish_for_either(self.licence.as_ref(), FactName::ReleaseFromCustody, stamp, attributes);
    }
}

/// Why a person came back into custody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// A new conviction.
    NewConviction,
    /// A breach of the terms of release, without a new conviction.
    Technical,
    /// Recall or remand.
    Recall,
    /// The source does not say.
    NotKnown,
}

/// The person returned to custody after a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// Why.
    pub kind: ReturnKind,
    /// Days from release to return, where the source gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_after: Option<u32>,
    /// The new offence in the words of the source, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence: Option<Line>,
}

impl Happening for Returned {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let released = check.record.custody.moves.iter().filter(|at| !at.into_custody).map(|at| at.on).max();
        require(released.is_some(), "the record", || {
            "There is no release on this record to return from. Record the release first.".into()
        })?;
        require(check.happened.precision() != Precision::Day || released <= Some(check.on()), "the record", || {
            "The return is dated before the release. Check the two dates.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.custody.moves.push(Move { on: stamp.on(), into_custody: true });
        record.custody.returns += 1;
        let kind = match self.kind {
            ReturnKind::NewConviction => "new_conviction",
            ReturnKind::Technical => "technical",
            ReturnKind::Recall => "recall",
            ReturnKind::NotKnown => "not_known",
        };
        let mut attributes = Attributes::default().with("kind", kind);
        if let Some(days) = self.days_after {
            attributes.set("days_after", i64::from(days));
        }
        record.publish_for_person(FactName::CustodyReturned, stamp, attributes);
    }
}

/// Somewhere to live on release was confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccommodationConfirmed {
    /// The licence, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<OrderRef>,
}

impl Happening for AccommodationConfirmed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        self.licence.as_ref().map_or(Ok(()), |licence| check.known_order(licence).map(drop))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for_either(
            self.licence.as_ref(),
            FactName::AccommodationConfirmed,
            stamp,
            Attributes::default(),
        );
    }
}

/// A move into or out of custody.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The day.
    pub on: Date,
    /// Into, or out of.
    pub into_custody: bool,
}

/// A person's custody, over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Custody {
    /// Moves in the order in which they took place.
    pub moves: Vec<Move>,
    /// How often the person returned after a release.
    pub returns: u32,
}

impl Custody {
    /// Whether the person is in custody after the latest move.
    pub fn is_in_custody(&self) -> bool {
        self.moves.last().is_some_and(|at| at.into_custody)
    }
}

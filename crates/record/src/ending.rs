//! How an order ends, and what is asked at the end.

use crate::event::{Check, Happening};
use crate::order::{Family, about};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, Note, OrderRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an order ended (the list of the unit return of the justice social work statistics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HowEnded {
    /// Completed.
    Completed,
    /// Discharged early by the court.
    EarlyDischarge,
    /// Revoked at a review.
    RevokedOnReview,
    /// Revoked after breach.
    RevokedOnBreach,
    /// Transferred out of the area.
    Transferred,
    /// The person died.
    Died,
    /// In another way.
    Other,
}

impl HowEnded {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::EarlyDischarge => "discharged early",
            Self::RevokedOnReview => "revoked at a review",
            Self::RevokedOnBreach => "revoked after breach",
            Self::Transferred => "transferred",
            Self::Died => "the person died",
            Self::Other => "ended in another way",
        }
    }

    /// The word on the wire and in read models.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::EarlyDischarge => "early_discharge",
            Self::RevokedOnReview => "revoked_on_review",
            Self::RevokedOnBreach => "revoked_on_breach",
            Self::Transferred => "transferred",
            Self::Died => "died",
            Self::Other => "other",
        }
    }
}

/// An order's end.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// The day.
    pub on: Date,
    /// How.
    pub how: HowEnded,
}

/// The order ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// Which order.
    pub order: OrderRef,
    /// How.
    pub how: HowEnded,
    /// Anything to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Line>,
}

impl Happening for Ended {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.known_order(&self.order)?;
        if let Some(end) = &order.ended {
            return Err(Refusal::order_of_things(format!(
                "Order {} ended on {} already ({}). If that is wrong, correct it.",
                self.order,
                say(end.on),
                end.how.words()
            )));
        }
        let outstanding = order.unpaid_work.balance().outstanding();
        require(self.how != HowEnded::Completed || outstanding == 0, &check.law.unpaid_work.cites, || {
            format!(
                "Order {} still has {} of unpaid work outstanding, so it is not complete. Record the sessions, or say how else it ended.",
                self.order,
                crate::unpaid_work::in_hours(outstanding)
            )
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let end = End { on: stamp.on(), how: self.how };
        record.with_order(&self.order, |order| order.ended = Some(end));
        publish_end(record, &self.order, self.how, stamp);
    }
}

/// Publishes what an end means to the rules.
pub(crate) fn publish_end(record: &mut Record, order: &OrderRef, how: HowEnded, stamp: &Stamp) {
    let attributes = || about(order).with("outcome", how.as_str());
    record.publish_for(order, FactName::OrderTerminated, stamp, attributes());
    record.publish_for(order, FactName::OrderEnded, stamp, attributes());
    let family = record.orders.get(order).map(|known| known.kind.family());
    let requirements = record.orders.get(order).map(|known| known.requirements.clone()).unwrap_or_default();
    for requirement in requirements {
        let attributes = about(order).with("requirement", requirement.kind.as_str());
        record.publish_for(order, FactName::RequirementEnded, stamp, attributes);
    }
    match how {
        HowEnded::Completed if family == Some(Family::Licence) => {
            record.publish_for(order, FactName::SentenceEnded, stamp, attributes());
        }
        HowEnded::Completed => record.publish_for(order, FactName::OrderCompleted, stamp, attributes()),
        HowEnded::EarlyDischarge => record.publish_for(order, FactName::OrderDischargedEarly, stamp, attributes()),
        HowEnded::RevokedOnReview | HowEnded::RevokedOnBreach => {
            record.publish_for(order, FactName::OrderRevoked, stamp, attributes());
        }
        HowEnded::Transferred | HowEnded::Died | HowEnded::Other => {}
    }
}

/// The exit questionnaire was recorded (S3 chapter 5, best practice).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExitQuestionnaire {
    /// Of which order.
    pub order: OrderRef,
    /// Whether it was completed with someone who did not supervise (CPO guidance 17).
    pub independent: bool,
    /// What the person said, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Note>,
}

impl Happening for ExitQuestionnaire {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.known_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for(&self.order, FactName::ExitQuestionnaireRecorded, stamp, about(&self.order));
    }
}

/// The final review was recorded (S3 chapter 5, best practice).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinalReview {
    /// Of which order.
    pub order: OrderRef,
    /// The experience of supervision, changes in motivation, learning, changes in behaviour, prospects and the relapse plan.
    pub content: Note,
}

impl Happening for FinalReview {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.known_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for(
            &self.order,
            FactName::FinalReviewRecorded,
            stamp,
            Attributes::default().with("order_ref", self.order.as_str()),
        );
    }
}

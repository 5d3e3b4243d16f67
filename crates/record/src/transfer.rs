//! Transfer of an order to another area.

use crate::event::{Check, Happening};
use crate::order::about;
use crate::refusal::{Refusal, require};
use crate::words::{AreaRef, Line, OrderRef};
use crate::{Record, Stamp};
use facts::FactName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a transfer stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Transfer {
    /// None is under way.
    #[default]
    None,
    /// Asked for; the receiving area has not answered.
    Requested(AreaRef),
    /// The receiving area accepted.
    Accepted(AreaRef),
    /// The court was asked.
    Applied(AreaRef),
}

/// A transfer to another area was requested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// Of which order.
    pub order: OrderRef,
    /// To which area.
    pub to: AreaRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Requested {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        require(order.council != self.to, "1995 Act s.227ZB", || "The order is in that area already.".into())?;
        require(order.transfer == Transfer::None, "1995 Act s.227ZB", || {
            "A transfer of this order is under way already. Record its answer first.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| order.transfer = Transfer::Requested(self.to.clone()));
        record.publish_for(
            &self.order,
            FactName::TransferRequested,
            stamp,
            about(&self.order).with("area", self.to.as_str()),
        );
    }
}

/// The receiving area answered in writing (CPO guidance 16).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Of which order.
    pub order: OrderRef,
    /// Whether it accepts.
    pub accepted: bool,
}

impl Happening for Answered {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let asked = matches!(check.running_order(&self.order)?.transfer, Transfer::Requested(_));
        require(asked, "CPO practice guidance 16", || {
            "No transfer has been requested that could be answered. Record the request first.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            order.transfer = match std::mem::take(&mut order.transfer) {
                Transfer::Requested(to) if self.accepted => Transfer::Accepted(to),
                _ => Transfer::None,
            };
        });
        record.publish_for(&self.order, FactName::TransferAnsweredInWriting, stamp, about(&self.order));
        if self.accepted {
            record.publish_for(&self.order, FactName::TransferAccepted, stamp, about(&self.order));
        }
    }
}

/// The court was asked to transfer the order, with a brief progress report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Of which order.
    pub order: OrderRef,
}

impl Happening for Applied {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let accepted = matches!(check.running_order(&self.order)?.transfer, Transfer::Accepted(_));
        require(accepted, "CPO practice guidance 16", || {
            "The receiving area has not accepted. Record its answer first.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            if let Transfer::Accepted(to) = std::mem::take(&mut order.transfer) {
                order.transfer = Transfer::Applied(to);
            }
        });
        record.publish_for(&self.order, FactName::TransferCourtApplication, stamp, about(&self.order));
    }
}

/// The court transferred the order. The record goes with the person: the order stays on it, in its new area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transferred {
    /// Which order.
    pub order: OrderRef,
    /// To which area.
    pub to: AreaRef,
    /// Whether that area uses this system, so that the order goes on here; else it ends here as transferred.
    pub continues_here: bool,
}

impl Happening for Transferred {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        match &check.running_order(&self.order)?.transfer {
            Transfer::Accepted(to) | Transfer::Applied(to) => require(*to == self.to, "1995 Act s.227ZB", || {
                format!("The transfer was accepted by {to}, not by {}. Check the area.", self.to)
            }),
            Transfer::None | Transfer::Requested(_) => Err(Refusal::new(
                "CPO practice guidance 16",
                "The receiving area has not accepted a transfer of this order. Record the request and its answer first.",
            )),
        }
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let end = crate::ending::End { on: stamp.on(), how: crate::ending::HowEnded::Transferred };
        record.with_order(&self.order, |order| {
            order.transfer = Transfer::None;
            order.council = self.to.clone();
            if !self.continues_here {
                order.ended = Some(end);
            }
        });
        if !self.continues_here {
            record.publish_for(
                &self.order,
                FactName::TransferCompleted,
                stamp,
                about(&self.order).with("area", self.to.as_str()),
            );
            crate::ending::publish_end(record, &self.order, crate::ending::HowEnded::Transferred, stamp);
        }
    }
}

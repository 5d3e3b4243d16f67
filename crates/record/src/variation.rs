//! Variation of an order by the court: requirements added, removed or changed; longer periods; hours adjusted.

use crate::event::{Check, Happening};
use crate::order::{Requirement, RequirementKind, about, limits};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, OrderRef};
use crate::{Record, Stamp};
use facts::FactName;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The court varied the order (ss.227Y–227ZA).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Varied {
    /// Which order.
    pub order: OrderRef,
    /// Requirements added, or put in place of one of the same kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Requirement>,
    /// Requirements taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RequirementKind>,
    /// Why.
    pub reason: Line,
}

impl Varied {
    fn result(&self, before: &[Requirement]) -> Vec<Requirement> {
        let replaced = |kind| self.removed.contains(&kind) || self.set.iter().any(|new| new.kind == kind);
        before.iter().filter(|old| !replaced(old.kind)).chain(&self.set).cloned().collect()
    }
}

impl Happening for Varied {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        require(!self.set.is_empty() || !self.removed.is_empty(), "1995 Act s.227ZA", || {
            "A variation changes something: name the requirements that are set or removed.".into()
        })?;
        for kind in &self.removed {
            require(order.requirement(*kind).is_some(), "1995 Act s.227ZA", || {
                format!("Order {} has no {} requirement to remove.", self.order, kind.as_str())
            })?;
        }
        let ages = check.record.person.birth.age_on(check.on());
        let jp = order.court.kind == crate::court::CourtKind::JusticeOfThePeace;
        limits::varied_requirements(&self.result(&order.requirements), ages, jp, check.law)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| {
            order.requirements = self.result(&order.requirements);
            let work = order.requirement(RequirementKind::UnpaidWork);
            let (hours, until) = (work.and_then(|work| work.hours), work.and_then(|work| work.until));
            order.unpaid_work.reorder(hours, until);
        });
        for kind in &self.removed {
            record.publish_for(
                &self.order,
                FactName::RequirementRemoved,
                stamp,
                about(&self.order).with("requirement", kind.as_str()),
            );
        }
        for requirement in &self.set {
            record.publish_for(
                &self.order,
                FactName::RequirementImposed,
                stamp,
                attributes.clone().with("requirement", requirement.kind.as_str()),
            );
        }
        record.publish_for(&self.order, FactName::OrderVaried, stamp, attributes);
    }
}

/// The court set a longer period for unpaid work (s.227L).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodExtended {
    /// Which order.
    pub order: OrderRef,
    /// The new last day.
    pub until: Date,
}

impl Happening for PeriodExtended {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        let due = order.unpaid_work_due(check.law).ok_or_else(|| no_unpaid_work(&self.order))?;
        require(due < self.until, &check.law.unpaid_work.period_cites, || {
            format!("The court can set a longer period; the hours are due by {} already. Check the date.", say(due))
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| order.unpaid_work.until = Some(self.until));
        record.publish_for(&self.order, FactName::UpwExtended, stamp, attributes);
    }
}

/// Who changed the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustedBy {
    /// The court.
    Court,
    /// An enactment, such as SSI 2021/144.
    Enactment,
}

/// Unpaid work hours were changed by the court or by an enactment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursAdjusted {
    /// Which order.
    pub order: OrderRef,
    /// Minutes added (or taken off, if negative).
    pub minutes: i32,
    /// By whom.
    pub by: AdjustedBy,
    /// Under which provision.
    pub authority: Line,
}

impl Happening for HoursAdjusted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        let balance = order.unpaid_work.balance();
        require(balance.ordered > 0, "1995 Act s.227I", || no_unpaid_work(&self.order).sentence)?;
        require(
            self.minutes != 0 && balance.ordered + balance.adjusted + i64::from(self.minutes) >= 0,
            "1995 Act s.227I",
            || "That would take off more hours than were ordered, or none at all. Check the figure.".into(),
        )
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| order.unpaid_work.adjust(self.minutes));
        let attributes = about(&self.order).with("minutes", i64::from(self.minutes));
        record.publish_for(&self.order, FactName::HoursAdjusted, stamp, attributes);
        crate::unpaid_work::publish_completion(record, &self.order, stamp);
    }
}

fn no_unpaid_work(order: &OrderRef) -> Refusal {
    Refusal::new("1995 Act s.227I", format!("Order {order} has no unpaid work. Check the order."))
}

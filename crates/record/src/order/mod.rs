//! Orders, licences and other measures: imposed, received, signed, commenced; progress reviews; compensation.
//!
//! Four dates of an order are distinct and kept apart: imposed, received, commenced, first attended.

mod kind;
mod law;
pub(crate) mod limits;
mod requirement;

pub use kind::{Family, OrderKind};
pub use law::{Law, LawError};
pub use requirement::{Requirement, RequirementKind};

use crate::court::CourtName;
use crate::ending::End;
use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{AreaRef, Note, OrderRef, ReviewRef};
use crate::{Precision, Record, Stamp};
use compact_str::CompactString;
use facts::{Attributes, FactName};
use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fine behind an order for default (s.227M).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FineDefault {
    /// A fine of at most level 1: at most 50 hours.
    AtMostLevel1,
    /// A larger fine.
    AboveLevel1,
}

impl FineDefault {
    /// The word in rulebooks.
    const fn as_str(self) -> &'static str {
        match self {
            Self::AtMostLevel1 => "at_most_level1",
            Self::AboveLevel1 => "above_level1",
        }
    }
}

/// A court, or another authority, imposed an order, a licence or another measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Imposed {
    /// The order's reference on this record.
    pub order: OrderRef,
    /// What was imposed.
    pub kind: OrderKind,
    /// By which court; for a licence, the court of the sentence.
    pub court: CourtName,
    /// Which council is to carry it out.
    pub council: AreaRef,
    /// The requirements of a community payback order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// The length in months, of an order without requirements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// The hours of a legacy or fiscal work order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u16>,
    /// Whether the court had a report.
    #[serde(default)]
    pub report_considered: bool,
    /// Whether the offence is punishable by fine only (s.227A(4)).
    #[serde(default)]
    pub fine_level: bool,
    /// Set when the order is for default on a fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_default: Option<FineDefault>,
}

impl Happening for Imposed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.orders.contains_key(&self.order), "the record", || {
            format!("There is an order {} already. Use another reference, or correct that one.", self.order)
        })?;
        require(check.happened.precision() == Precision::Day, "the record", || {
            "The day on which an order was imposed starts its clocks: give the whole date.".into()
        })?;
        require(check.record.person.died.is_none_or(|died| check.on() <= died), "the record", || {
            "The record says that the person had died by then. One of the two dates is wrong.".into()
        })?;
        let ages = check.record.person.birth.age_on(check.on());
        if self.kind == OrderKind::CommunityPaybackOrder {
            limits::community_payback_order(self, ages, check.record, check.law)
        } else {
            require(self.requirements.is_empty(), "1995 Act s.227A", || {
                "Only a community payback order has requirements. Check the kind of order.".into()
            })?;
            limits::other_measure(self, ages, check.law)
        }
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let age = record.person.birth.age_on(stamp.on()).map(|(youngest, _)| i64::from(youngest));
        let order = Order::imposed(self, stamp.on());
        let mut attributes = order.attributes(&self.order, age);
        if let Some(months) = self.months {
            attributes.set("length_months", i64::from(months));
        }
        match self.kind.family() {
            Family::Licence => record.publish_for(&self.order, FactName::LicenceImposed, stamp, attributes),
            Family::Order | Family::Other => {
                record.publish_for(&self.order, FactName::OrderMade, stamp, attributes.clone());
                record.publish_for(&self.order, FactName::OrderImposed, stamp, attributes.clone());
                if self.kind == OrderKind::CommunityPaybackOrder {
                    record.publish_for(&self.order, FactName::CpoImposed, stamp, order.short(&self.order));
                    for requirement in &self.requirements {
                        let attributes = order.requirement_attributes(&self.order, requirement, age, self);
                        record.publish_for(&self.order, FactName::RequirementImposed, stamp, attributes);
                    }
                }
                record.publish_for(&self.order, FactName::SupervisionStarted, stamp, order.short(&self.order));
            }
        }
        record.orders.insert(self.order.clone(), order);
    }
}

/// The court told the council of the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notified {
    /// Which order.
    pub order: OrderRef,
}

impl Happening for Notified {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        once(order.notified_on, "that the court notified the council")
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| order.notified_on = Some(stamp.on()));
        record.publish_for(&self.order, FactName::OrderNotifiedByCourt, stamp, attributes);
    }
}

/// The council received the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Which order.
    pub order: OrderRef,
    /// Whether it was the copy order that starts the statutory clock (s.227C(4)).
    #[serde(default)]
    pub copy_order: bool,
}

impl Happening for Received {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        once(order.received_on, "that the order was received")
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| order.received_on = Some(stamp.on()));
        if self.copy_order {
            record.publish_for(&self.order, FactName::OrderCopyReceived, stamp, attributes.clone());
        }
        record.publish_for(&self.order, FactName::OrderReceived, stamp, attributes);
    }
}

/// The person signed the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Which order.
    pub order: OrderRef,
}

impl Happening for Signed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.running_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for(&self.order, FactName::OrderSigned, stamp, about(&self.order));
    }
}

/// The order, or its unpaid work, commenced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commenced {
    /// Which order.
    pub order: OrderRef,
}

impl Happening for Commenced {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        once(order.commenced_on, "that the order commenced")
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| order.commenced_on = Some(stamp.on()));
        record.publish_for(&self.order, FactName::OrderCommenced, stamp, attributes);
    }
}

/// The person attended for the first time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAttended {
    /// Which order.
    pub order: OrderRef,
}

impl Happening for FirstAttended {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        once(order.first_attended_on, "that the person first attended")
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = record.with_order(&self.order, |order| order.first_attended_on = Some(stamp.on()));
        record.publish_for(&self.order, FactName::OrderStarted, stamp, attributes);
    }
}

/// Compensation was paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompensationPaid {
    /// Which order.
    pub order: OrderRef,
    /// How much, in pence.
    pub pence: u64,
}

impl Happening for CompensationPaid {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.known_order(&self.order)?;
        let due = order.compensation_due().ok_or_else(|| {
            Refusal::new(
                "1995 Act s.227H",
                format!("Order {} has no compensation requirement. Check the order.", self.order),
            )
        })?;
        require(order.compensation_paid + self.pence <= due, "1995 Act s.227H", || {
            "That would be more compensation than the court ordered. Check the amount.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut in_full = false;
        record.with_order(&self.order, |order| {
            order.compensation_paid += self.pence;
            in_full = order.compensation_due() == Some(order.compensation_paid);
        });
        if in_full {
            record.publish_for(&self.order, FactName::CompensationPaid, stamp, about(&self.order));
        }
    }
}

/// The court fixed a progress review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressReviewFixed {
    /// Of which order.
    pub order: OrderRef,
    /// The review.
    pub review: ReviewRef,
    /// For which day.
    pub on: Date,
}

impl Happening for ProgressReviewFixed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = check.running_order(&self.order)?;
        require(!order.progress_reviews.contains_key(&self.review), "the record", || {
            format!("There is a review {} already. Use another reference.", self.review)
        })?;
        require(check.on() <= self.on, "1995 Act s.227X", || {
            "A review is fixed for a later day. Check the two dates.".into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            order
                .progress_reviews
                .insert(self.review.clone(), ProgressReview { on: self.on, report_sent_on: None, held_on: None });
        });
        let attributes = about(&self.order).with("review", self.review.as_str()).with("planned_for", self.on);
        record.publish_for(&self.order, FactName::ProgressReviewFixed, stamp, attributes.clone());
        let is_dtto =
            record.orders.get(&self.order).is_some_and(|order| order.kind == OrderKind::DrugTreatmentAndTestingOrder);
        if is_dtto {
            record.publish_for(&self.order, FactName::ReviewFixed, stamp, attributes);
        }
    }
}

/// The officer's written report for a progress review was sent (s.227X).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewReportSent {
    /// Of which order.
    pub order: OrderRef,
    /// For which review.
    pub review: ReviewRef,
}

impl Happening for ReviewReportSent {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known_review(check, &self.order, &self.review).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            if let Some(review) = order.progress_reviews.get_mut(&self.review) {
                review.report_sent_on = Some(stamp.on());
            }
        });
        record.publish_for(
            &self.order,
            FactName::ReviewReportSent,
            stamp,
            about(&self.order).with("review", self.review.as_str()),
        );
    }
}

/// The court held a progress review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressReviewed {
    /// Of which order.
    pub order: OrderRef,
    /// Which review.
    pub review: ReviewRef,
    /// Whether the person attended.
    pub attended: bool,
    /// What the court said.
    pub outcome: Note,
}

impl Happening for ProgressReviewed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let review = known_review(check, &self.order, &self.review)?;
        require(review.held_on.is_none(), "the record", || format!("Review {} has been held already.", self.review))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            if let Some(review) = order.progress_reviews.get_mut(&self.review) {
                review.held_on = Some(stamp.on());
            }
        });
        record.publish_for(
            &self.order,
            FactName::ProgressReviewDate,
            stamp,
            about(&self.order).with("review", self.review.as_str()),
        );
    }
}

fn known_review<'a>(check: &Check<'a>, order: &OrderRef, review: &ReviewRef) -> Result<&'a ProgressReview, Refusal> {
    check.known_order(order)?.progress_reviews.get(review).ok_or_else(|| {
        Refusal::order_of_things(format!(
            "There is no progress review {review} of order {order}. Record that the court fixed it first."
        ))
    })
}

/// A date that is told once; a second telling is a correction.
fn once(told: Option<Date>, what: &str) -> Result<(), Refusal> {
    match told {
        None => Ok(()),
        Some(date) => Err(Refusal::order_of_things(format!(
            "The record already says {what}, on {}. If that is wrong, correct it.",
            say(date)
        ))),
    }
}

/// The attribute that ties a fact to its order.
pub(crate) fn about(order: &OrderRef) -> Attributes {
    Attributes::default().with("order_ref", order.as_str())
}

/// A progress review of the court.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressReview {
    /// For which day it was fixed.
    pub on: Date,
    /// When the written report was sent.
    pub report_sent_on: Option<Date>,
    /// When it was held.
    pub held_on: Option<Date>,
}

/// An order as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What was imposed.
    pub kind: OrderKind,
    /// By which court.
    pub court: CourtName,
    /// Which council carries it out now.
    pub council: AreaRef,
    /// Which council the court sent it to, wherever it was transferred since.
    pub imposed_for: AreaRef,
    /// The requirements in force, as varied.
    pub requirements: Vec<Requirement>,
    /// The requirements as the court imposed them.
    pub imposed_requirements: Vec<Requirement>,
    /// Whether it is for default on a fine.
    pub fine_default: Option<FineDefault>,
    /// The day it was imposed.
    pub imposed_on: Date,
    /// The day the court told the council.
    pub notified_on: Option<Date>,
    /// The day the council received it.
    pub received_on: Option<Date>,
    /// The day it, or its unpaid work, commenced.
    pub commenced_on: Option<Date>,
    /// The day the person first attended.
    pub first_attended_on: Option<Date>,
    /// The day induction began.
    pub induction_started_on: Option<Date>,
    /// The day induction was completed.
    pub induction_completed_on: Option<Date>,
    /// How and when it ended.
    pub ended: Option<End>,
    /// Court progress reviews.
    pub progress_reviews: BTreeMap<ReviewRef, ProgressReview>,
    /// Compensation paid so far, in pence.
    pub compensation_paid: u64,
    /// Unpaid work.
    pub unpaid_work: crate::unpaid_work::UnpaidWork,
    /// Where a transfer to another area stands.
    pub transfer: crate::transfer::Transfer,
    /// Whether a work placement has been assessed or begun.
    pub placements: BTreeMap<crate::words::PlacementRef, crate::unpaid_work::Placement>,
}

impl Order {
    fn imposed(imposed: &Imposed, on: Date) -> Self {
        let work = imposed.requirements.iter().find(|requirement| requirement.kind == RequirementKind::UnpaidWork);
        let hours = work.and_then(|work| work.hours).or(imposed.hours);
        Self {
            kind: imposed.kind,
            court: imposed.court.clone(),
            council: imposed.council.clone(),
            imposed_for: imposed.council.clone(),
            requirements: imposed.requirements.clone(),
            imposed_requirements: imposed.requirements.clone(),
            fine_default: imposed.fine_default,
            imposed_on: on,
            notified_on: None,
            received_on: None,
            commenced_on: None,
            first_attended_on: None,
            induction_started_on: None,
            induction_completed_on: None,
            ended: None,
            progress_reviews: BTreeMap::new(),
            compensation_paid: 0,
            unpaid_work: crate::unpaid_work::UnpaidWork::ordered(hours, work.and_then(|work| work.until)),
            transfer: crate::transfer::Transfer::None,
            placements: BTreeMap::new(),
        }
    }

    /// Whether it ran on a day.
    pub fn runs_on(&self, day: Date) -> bool {
        self.imposed_on <= day && self.ended.as_ref().is_none_or(|end| day <= end.on)
    }

    /// One requirement, if the order has it.
    pub fn requirement(&self, kind: RequirementKind) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.kind == kind)
    }

    /// Compensation ordered, in pence.
    pub fn compensation_due(&self) -> Option<u64> {
        self.requirement(RequirementKind::Compensation).and_then(|requirement| requirement.pence)
    }

    /// The last day for unpaid work (s.227L): the statutory period beginning with the day of imposition, or the court's.
    pub fn unpaid_work_due(&self, law: &Law) -> Option<Date> {
        let hours = self.unpaid_work.ordered_hours()?;
        let limits = &law.unpaid_work;
        let months = if hours <= limits.level_1_max_hours { limits.level_1_months } else { limits.level_2_months };
        let statutory = self.imposed_on.checked_add(i32::from(months).months()).and_then(Date::yesterday).ok()?;
        Some(self.unpaid_work.until.map_or(statutory, |court| court.max(statutory)))
    }

    /// The attributes of the order's own facts.
    fn attributes(&self, order: &OrderRef, age: Option<i64>) -> Attributes {
        let mut attributes = self.short(order);
        if !self.requirements.is_empty() {
            let kinds: Vec<CompactString> = self
                .requirements
                .iter()
                .map(|requirement| CompactString::const_new(requirement.kind.as_str()))
                .collect();
            attributes.set("requirements", kinds);
        }
        if let Some(hours) = self.unpaid_work.ordered_hours() {
            attributes.set("upw_hours", i64::from(hours));
        }
        if let Some(until) = self.unpaid_work.until {
            attributes.set("upw_until", until);
        }
        if let Some(age) = age {
            attributes.set("age", age);
        }
        attributes
    }

    /// Kind and reference.
    pub(crate) fn short(&self, order: &OrderRef) -> Attributes {
        let key = if self.kind.family() == Family::Licence { "licence" } else { "order" };
        about(order).with(key, self.kind.as_str())
    }

    /// The attributes of a requirement's own fact.
    pub(crate) fn requirement_attributes(
        &self,
        order: &OrderRef,
        requirement: &Requirement,
        age: Option<i64>,
        imposed: &Imposed,
    ) -> Attributes {
        let mut attributes = self.attributes(order, age).with("requirement", requirement.kind.as_str());
        let numbers = [
            ("length_months", requirement.months.map(i64::from)),
            ("length_days", requirement.days.map(i64::from)),
            ("hours_per_day", requirement.hours_a_day.map(i64::from)),
            (
                "supervision_months",
                self.requirement(RequirementKind::Supervision)
                    .and_then(|supervision| supervision.months)
                    .map(i64::from),
            ),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                attributes.set(name, value);
            }
        }
        if let Some(default) = imposed.fine_default {
            attributes.set("fine_default", default.as_str());
        }
        if imposed.court.kind == crate::court::CourtKind::JusticeOfThePeace {
            attributes.set("jp_court", true);
        }
        attributes
    }
}

impl Record {
    /// Changes an order and returns its kind and reference as attributes; without effect if there is no such order, which
    /// `check` has refused before.
    pub(crate) fn with_order(&mut self, reference: &OrderRef, change: impl FnOnce(&mut Order)) -> Attributes {
        match self.orders.get_mut(reference) {
            Some(order) => {
                change(order);
                order.attributes(reference, None)
            }
            None => about(reference),
        }
    }

    /// Minutes of unpaid work outstanding on running orders, save one whose hours run at the same time (s.227N).
    pub(crate) fn hours_outstanding_elsewhere(&self, concurrent: Option<&OrderRef>) -> i64 {
        let running =
            self.orders.iter().filter(|(reference, order)| order.ended.is_none() && Some(*reference) != concurrent);
        running.map(|(_, order)| order.unpaid_work.balance().outstanding()).sum()
    }
}

//! Who manages the case, induction, and the level of contact.

use crate::event::{Check, Happening};
use crate::order::about;
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, Note, OrderRef, TeamRef, WorkerRef};
use crate::{Record, Stamp};
use facts::{Attributes, FactName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A case manager was allocated, or the case was reallocated (S3 5.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocated {
    /// To whom.
    pub worker: WorkerRef,
    /// In which team.
    pub team: TeamRef,
    /// Why, on a reallocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Line>,
}

impl Happening for Allocated {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.orders.is_empty() || !check.record.reports.is_empty(), "S3 NOS 2010 5.3", || {
            "There is no order or report on this record to allocate. Record it first.".into()
        })?;
        require(!check.record.person.excluded.contains(&self.worker), "conflict of interest", || {
            "This worker is excluded from the record. Choose another, or lift the exclusion.".into()
        })?;
        let current = check.record.supervision.case_manager_on(check.on());
        let orders = || check.record.orders.values().filter(|order| order.ended.is_none());
        let is_new = current.is_none_or(|now| {
            let differs = now.worker != self.worker || now.team != self.team;
            differs || orders().any(|order| order.imposed_on > now.on && order.imposed_on <= check.on())
        });
        require(is_new, "the record", || "The case is allocated to this worker already.".into())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.supervision.allocations.push(Allocation {
            on: stamp.on(),
            worker: self.worker.clone(),
            team: self.team.clone(),
        });
        let attributes = Attributes::default().with("worker", self.worker.as_str()).with("team", self.team.as_str());
        record.publish_for_person(FactName::CaseManagerAllocated, stamp, attributes);
    }
}

/// The council nominated the responsible officer (1995 Act s.227C(4)).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerNominated {
    /// For which order.
    pub order: OrderRef,
    /// Whom.
    pub worker: WorkerRef,
}

impl Happening for OfficerNominated {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.running_order(&self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let attributes = about(&self.order).with("worker", self.worker.as_str());
        record.publish_for(&self.order, FactName::ResponsibleOfficerNominated, stamp, attributes);
    }
}

/// Induction began (S3 5.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InductionStarted {
    /// Into which order.
    pub order: OrderRef,
}

impl Happening for InductionStarted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        match check.running_order(&self.order)?.induction_started_on {
            None => Ok(()),
            Some(on) => Err(Refusal::order_of_things(format!(
                "Induction began on {} already. If that is wrong, correct it.",
                say(on)
            ))),
        }
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| order.induction_started_on = Some(stamp.on()));
        record.publish_for(&self.order, FactName::InductionStarted, stamp, about(&self.order));
    }
}

/// Induction was completed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InductionCompleted {
    /// Into which order.
    pub order: OrderRef,
}

impl Happening for InductionCompleted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let started = check.running_order(&self.order)?.induction_started_on;
        require(started.is_some_and(|started| started <= check.on()), "S3 NOS 2010 5.4", || {
            format!(
                "Induction into order {} had not begun by {}. Record its beginning first.",
                self.order,
                say(check.on())
            )
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| order.induction_completed_on = Some(stamp.on()));
        record.publish_for(&self.order, FactName::InductionCompleted, stamp, about(&self.order));
    }
}

/// How intense contact is (S3 5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Low intensity.
    Low,
    /// Medium intensity.
    Medium,
    /// High intensity.
    High,
    /// Very high intensity.
    VeryHigh,
}

impl Level {
    /// The word in rulebooks and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very_high",
        }
    }
}

/// The level of contact was set or confirmed, with reasons (S3 5.6, 3.8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelSet {
    /// The level.
    pub level: Level,
    /// Why: likelihood, pattern, nature and seriousness; and what contact is for.
    pub reasons: Note,
}

impl Happening for LevelSet {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!check.record.orders.is_empty(), "S3 NOS 2010 5.6", || {
            "There is no order on this record. A level of contact belongs to supervision: record the order first."
                .into()
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.supervision.levels.push((stamp.on(), self.level));
        record.publish_for_person(
            FactName::ContactLevelSet,
            stamp,
            Attributes::default().with("level", self.level.as_str()),
        );
    }
}

/// One allocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// From which day.
    pub on: Date,
    /// The case manager.
    pub worker: WorkerRef,
    /// Their team.
    pub team: TeamRef,
}

/// Who manages the case and how closely, over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supervision {
    /// Allocations, earliest first.
    pub allocations: Vec<Allocation>,
    /// Levels of contact with the day from which each held, earliest first.
    pub levels: Vec<(Date, Level)>,
}

impl Supervision {
    /// The case manager on a day.
    pub fn case_manager_on(&self, day: Date) -> Option<&Allocation> {
        self.allocations.iter().rev().find(|allocation| allocation.on <= day)
    }

    /// The level of contact on a day.
    pub fn level_on(&self, day: Date) -> Option<Level> {
        self.levels.iter().rev().find(|(on, _)| *on <= day).map(|(_, level)| *level)
    }
}

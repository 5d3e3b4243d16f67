//! Unpaid work and other activity: induction, placements, sessions to the minute, and the balance, which is always
//! derived and can say its arithmetic.

use crate::event::{Check, Happening};
use crate::order::{Order, about};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, OrderRef, PlacementRef, SessionRef, WorkerRef};
use crate::{Record, Stamp};
use facts::FactName;
use jiff::civil::{Date, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The unpaid work induction began (S3 8.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inducted {
    /// Into which order.
    pub order: OrderRef,
    /// Capabilities, views on the work, child care, health and other limits (S3 chapter 8, best practice).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<crate::words::Note>,
}

impl Happening for Inducted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        with_unpaid_work(check, &self.order).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.publish_for(&self.order, FactName::UpwInductionStarted, stamp, about(&self.order));
    }
}

/// A work placement was proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementProposed {
    /// For which order.
    pub order: OrderRef,
    /// The placement.
    pub placement: PlacementRef,
    /// What the work is.
    pub work: Line,
    /// Whether it needs training or certification (S3 8.10).
    #[serde(default)]
    pub training_needed: bool,
}

impl Happening for PlacementProposed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = with_unpaid_work(check, &self.order)?;
        require(!order.placements.contains_key(&self.placement), "the record", || {
            format!("There is a placement {} already. Use another reference.", self.placement)
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        record.with_order(&self.order, |order| {
            let placement = Placement {
                work: self.work.clone(),
                training_needed: self.training_needed,
                assessed: false,
                trained: false,
                started_on: None,
            };
            order.placements.insert(self.placement.clone(), placement);
        });
        let attributes =
            about(&self.order).with("placement", self.placement.as_str()).with("training_needed", self.training_needed);
        record.publish_for(&self.order, FactName::PlacementProposed, stamp, attributes);
    }
}

/// The risk assessment for a placement was approved (S3 8.9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementAssessed {
    /// For which order.
    pub order: OrderRef,
    /// Which placement.
    pub placement: PlacementRef,
}

impl Happening for PlacementAssessed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known_placement(check, &self.order, &self.placement).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        on_placement(
            record,
            &self.order,
            &self.placement,
            FactName::PlacementRiskAssessmentApproved,
            stamp,
            |placement| placement.assessed = true,
        );
    }
}

/// Training or certification for a placement was recorded (S3 8.10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementTrained {
    /// For which order.
    pub order: OrderRef,
    /// Which placement.
    pub placement: PlacementRef,
    /// What training or certificate.
    pub training: Line,
}

impl Happening for PlacementTrained {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known_placement(check, &self.order, &self.placement).map(drop)
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        on_placement(record, &self.order, &self.placement, FactName::TrainingRecorded, stamp, |placement| {
            placement.trained = true;
        });
    }
}

/// A work placement began (S3 8.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementStarted {
    /// For which order.
    pub order: OrderRef,
    /// Which placement.
    pub placement: PlacementRef,
}

impl Happening for PlacementStarted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let placement = known_placement(check, &self.order, &self.placement)?;
        require(placement.started_on.is_none(), "the record", || {
            format!("Placement {} has begun already.", self.placement)
        })
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let on = stamp.on();
        on_placement(record, &self.order, &self.placement, FactName::PlacementStarted, stamp, |placement| {
            placement.started_on = Some(on);
        });
    }
}

/// What was done with the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Unpaid work.
    Work,
    /// Other activity: learning and rehabilitation (1995 Act s.227K).
    OtherActivity,
}

impl Activity {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::OtherActivity => "other_activity",
        }
    }
}

/// A session was attended: hours are credited to the minute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worked {
    /// On which order.
    pub order: OrderRef,
    /// The session.
    pub session: SessionRef,
    /// What was done.
    pub activity: Activity,
    /// Minutes credited.
    pub minutes: u16,
    /// From what time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Until what time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Who supervised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<WorkerRef>,
}

impl Happening for Worked {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let order = with_unpaid_work(check, &self.order)?;
        let work = &order.unpaid_work;
        if let Some(done) = work.completed_on
            && done < check.on()
        {
            return Err(Refusal::new(
                check.law.unpaid_work.cites.as_str(),
                format!(
                    "All hours of order {} were completed on {}; no more can be credited. Check the date and the order.",
                    self.order,
                    say(done)
                ),
            ));
        }
        require(!work.sessions.iter().any(|session| session.reference == self.session), "the record", || {
            format!("Session {} is on the record already. If its time is wrong, correct it.", self.session)
        })?;
        require((1..=24 * 60).contains(&self.minutes), "the record", || {
            "A session has between 1 minute and 24 hours. Check the time.".into()
        })?;
        if let (Some(from), Some(until)) = (self.from, self.until) {
            let minutes_of = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
            let there = minutes_of(until) - minutes_of(from);
            require(from < until && i64::from(self.minutes) <= there, "1995 Act s.227O", || {
                "More minutes are credited than lie between the two times. Check the times and the minutes.".into()
            })?;
        }
        let same_day: u32 = work
            .sessions
            .iter()
            .filter(|session| session.on == check.on())
            .map(|session| u32::from(session.minutes))
            .sum();
        require(same_day + u32::from(self.minutes) <= 24 * 60, "the record", || {
            "With this session the day would have more than 24 hours. Check the date.".into()
        })?;
        if self.activity == Activity::OtherActivity {
            let limits = &check.law.unpaid_work;
            let most = work.other_activity_limit(limits.other_activity_max_percent, limits.other_activity_max_hours);
            let so_far = work.balance().other_activity;
            require(so_far + i64::from(self.minutes) <= most, &limits.other_activity_cites, || {
                format!(
                    "Other activity is at most {} on this order (the lower of {}% of the hours and {} hours); {} are credited already. Credit the rest as work, or not at all.",
                    in_hours(most),
                    limits.other_activity_max_percent,
                    limits.other_activity_max_hours,
                    in_hours(so_far)
                )
            })?;
        }
        Ok(())
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let session =
            Session { reference: self.session.clone(), on: stamp.on(), activity: self.activity, minutes: self.minutes };
        record.with_order(&self.order, |order| order.unpaid_work.sessions.push(session));
        let attributes =
            about(&self.order).with("kind", self.activity.as_str()).with("minutes", i64::from(self.minutes));
        record.publish_for(&self.order, FactName::HoursCredited, stamp, attributes);
        publish_completion(record, &self.order, stamp);
    }
}

/// Publishes that the hours are complete, on the day on which the balance first comes to nought.
pub(crate) fn publish_completion(record: &mut Record, reference: &OrderRef, stamp: &Stamp) {
    let Some(order) = record.orders.get_mut(reference) else { return };
    let work = &mut order.unpaid_work;
    if work.balance().ordered == 0 || work.balance().outstanding() > 0 || work.completed_on.is_some() {
        return;
    }
    work.completed_on = Some(stamp.on());
    let fiscal = order.kind == crate::order::OrderKind::FiscalWorkOrder;
    record.publish_for(reference, FactName::UpwHoursCompleted, stamp, about(reference));
    if fiscal {
        record.publish_for(reference, FactName::HoursCompleted, stamp, about(reference));
    }
}

/// A work placement as the record now has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// What the work is.
    pub work: Line,
    /// Whether it needs training or certification.
    pub training_needed: bool,
    /// Whether its risk assessment is approved.
    pub assessed: bool,
    /// Whether the training is recorded.
    pub trained: bool,
    /// When it began.
    pub started_on: Option<Date>,
}

/// A session attended.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The session.
    pub reference: SessionRef,
    /// The day.
    pub on: Date,
    /// What was done.
    pub activity: Activity,
    /// Minutes credited.
    pub minutes: u16,
}

/// An order's unpaid work: what was ordered and what was done. The balance is computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnpaidWork {
    hours: Option<u16>,
    adjustments: Vec<i32>,
    /// The court's own last day, if it set one.
    pub until: Option<Date>,
    /// Sessions in the order in which they took place.
    pub sessions: Vec<Session>,
    /// The day on which the hours were completed.
    pub completed_on: Option<Date>,
}

/// The arithmetic of an order's hours, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Ordered by the court.
    pub ordered: i64,
    /// Added or taken off by the court or an enactment.
    pub adjusted: i64,
    /// Credited as work.
    pub work: i64,
    /// Credited as other activity.
    pub other_activity: i64,
}

impl Balance {
    /// What is left to do; never below nought.
    pub fn outstanding(self) -> i64 {
        (self.ordered + self.adjusted - self.work - self.other_activity).max(0)
    }

    /// What is credited.
    pub fn credited(self) -> i64 {
        self.work + self.other_activity
    }

    /// The arithmetic in words: "120 hours ordered, 12 hours taken off, 40 hours 30 minutes worked, …: 60 hours left".
    pub fn explain(self) -> String {
        let mut parts = vec![format!("{} ordered", in_hours(self.ordered))];
        match self.adjusted {
            0 => {}
            added if added > 0 => parts.push(format!("{} added", in_hours(added))),
            taken => parts.push(format!("{} taken off", in_hours(-taken))),
        }
        parts.push(format!("{} worked", in_hours(self.work)));
        if self.other_activity > 0 {
            parts.push(format!("{} of other activity", in_hours(self.other_activity)));
        }
        format!("{}: {} left", parts.join(", "), in_hours(self.outstanding()))
    }
}

impl UnpaidWork {
    pub(crate) fn ordered(hours: Option<u16>, until: Option<Date>) -> Self {
        Self { hours, until, ..Self::default() }
    }

    /// Hours as ordered by the court.
    pub fn ordered_hours(&self) -> Option<u16> {
        self.hours
    }

    pub(crate) fn reorder(&mut self, hours: Option<u16>, until: Option<Date>) {
        self.hours = hours;
        self.until = until.or(self.until);
    }

    pub(crate) fn adjust(&mut self, minutes: i32) {
        self.adjustments.push(minutes);
    }

    /// The balance, from what was ordered, adjusted and done.
    pub fn balance(&self) -> Balance {
        let done = |activity| {
            self.sessions
                .iter()
                .filter(|session| session.activity == activity)
                .map(|session| i64::from(session.minutes))
                .sum()
        };
        Balance {
            ordered: self.hours.map_or(0, |hours| i64::from(hours) * 60),
            adjusted: self.adjustments.iter().map(|minutes| i64::from(*minutes)).sum(),
            work: done(Activity::Work),
            other_activity: done(Activity::OtherActivity),
        }
    }

    /// The most other activity that can be credited, in minutes (1995 Act s.227K).
    pub fn other_activity_most(&self, law: &crate::Law) -> i64 {
        let limits = &law.unpaid_work;
        self.other_activity_limit(limits.other_activity_max_percent, limits.other_activity_max_hours)
    }

    fn other_activity_limit(&self, percent: u16, hours: u16) -> i64 {
        let ordered = self.balance().ordered;
        (ordered * i64::from(percent) / 100).min(i64::from(hours) * 60)
    }
}

/// "3 hours 15 minutes".
pub fn in_hours(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let plural = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (hours, rest) {
        (hours, 0) => plural(hours, "hour"),
        (0, rest) => plural(rest, "minute"),
        (hours, rest) => format!("{} {}", plural(hours, "hour"), plural(rest, "minute")),
    }
}

fn with_unpaid_work<'a>(check: &Check<'a>, order: &OrderRef) -> Result<&'a Order, Refusal> {
    let known = check.running_order(order)?;
    require(known.unpaid_work.ordered_hours().is_some(), &check.law.unpaid_work.cites, || {
        format!("Order {order} has no unpaid work. Check the order.")
    })?;
    Ok(known)
}

fn known_placement<'a>(
    check: &Check<'a>,
    order: &OrderRef,
    placement: &PlacementRef,
) -> Result<&'a Placement, Refusal> {
    with_unpaid_work(check, order)?.placements.get(placement).ok_or_else(|| {
        Refusal::order_of_things(format!("There is no placement {placement} on order {order}. Propose it first."))
    })
}

fn on_placement(
    record: &mut Record,
    order: &OrderRef,
    placement: &PlacementRef,
    fact: FactName,
    stamp: &Stamp,
    change: impl FnOnce(&mut Placement),
) {
    record.with_order(order, |order| {
        if let Some(placement) = order.placements.get_mut(placement) {
            change(placement);
        }
    });
    record.publish_for(order, fact, stamp, about(order).with("placement", placement.as_str()));
}

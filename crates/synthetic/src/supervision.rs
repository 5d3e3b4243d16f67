//! Supervision: the level of contact, the plan, contacts held and missed, reviews, significant changes.

use crate::days::{days_from, months_later};
use crate::first_steps::FirstSteps;
use crate::life::Life;
use crate::payback::Order;
use crate::{SyntheticError, amend, noncompliance};
use jiff::civil::Date;
use record::contact::{Cancelled, ContactKind, Held, Missed, Planned, With};
use record::milestone::{Milestone, Reached};
use record::order::RequirementKind;
use record::plan::{Finalised, PlanKind};
use record::review::{Completed, ManagerDiscussion, Outcome, SignificantChange};
use record::supervision::{Level, LevelSet};
use record::{ChangeRef, ContactRef, OrderRef, RestrictionRef, restriction};

/// In the last days, this many, most contacts were appointments whose outcome some have yet to write down.
const PLANNED_LATELY: i32 = 14;

/// How closely a person is supervised, and how that changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closeness {
    level: Level,
    stable_reviews: u8,
}

impl Closeness {
    pub(crate) fn of(level: Level) -> Self {
        Self { level, stable_reviews: 0 }
    }

    /// Days from one contact to the next (S3 5.7).
    fn interval(self, days_in: i32) -> i32 {
        match self.level {
            Level::VeryHigh => 3,
            Level::High => 7,
            Level::Medium | Level::Low if days_in < 28 => 7,
            Level::Medium if self.stable_reviews == 0 => 7,
            Level::Medium => 14,
            Level::Low => 27,
        }
    }

    /// Months from one review to the next (S3 5.7).
    fn review_months(self) -> i32 {
        match self.level {
            Level::VeryHigh | Level::High => 3,
            Level::Medium if self.stable_reviews == 0 => 3,
            Level::Medium | Level::Low => 6,
        }
    }

    fn is_close(self) -> bool {
        matches!(self.level, Level::High | Level::VeryHigh)
    }
}

/// Tells the supervision of a community payback order.
pub(crate) fn told(life: &mut Life<'_>, order: &Order, steps: FirstSteps) -> Result<(), SyntheticError> {
    let levels = [(Level::Low, 42.0), (Level::Medium, 45.0), (Level::High, 11.0), (Level::VeryHigh, 2.0)];
    let level = life.chance.weighted(&levels).unwrap_or(Level::Medium);
    let until = match order.months {
        Some(months) => months_later(order.imposed, months)?.min(order.ends),
        None => order.ends,
    };
    supervised(life, &order.reference, order.imposed, steps, until, level)
}

/// Tells supervision under an order or licence, from the first steps to a day.
pub(crate) fn supervised(
    life: &mut Life<'_>,
    order: &OrderRef,
    from: Date,
    steps: FirstSteps,
    until: Date,
    level: Level,
) -> Result<(), SyntheticError> {
    // Two orders at a time are supervised together.
    let start = life.supervised_until.unwrap_or(steps.contact).max(steps.contact);
    if start > steps.contact && days_from(start, until) < 30 {
        return Ok(());
    }
    let reasons = life.pick(|words| &words.level_reasons)?;
    life.say(steps.induction, LevelSet { level, reasons });
    assessment_and_plan(life, order, from, level)?;
    contacts(life, order, start, until, Closeness::of(level))?;
    if life.chance.percent(24.0) {
        let percent = life.chance.between(10, 90);
        let on = life.part_way(from, until, percent)?;
        significant_change(life, on)?;
    }
    if life.chance.percent(3.0) {
        let on = life.part_way(from, until, 15)?;
        let restriction: RestrictionRef = life.reference("X")?;
        let what = life.pick(|words| &words.restrictions)?;
        let justification = if life.chance.percent(92.0) {
            Some("Tied to the risk described; the least restrictive that answers it.".try_into()?)
        } else {
            None
        };
        life.say(on, restriction::Proposed { restriction: restriction.clone(), what, justification });
        life.say(on, restriction::Applied { restriction });
    }
    if life.chance.percent(9.0) {
        let percent = life.chance.between(20, 80);
        let on = life.part_way(from, until, percent)?;
        life.allocate(on, false, Some("case manager left the team"))?;
    }
    life.supervised_until = life.supervised_until.max(Some(until));
    Ok(())
}

/// An order of unpaid work alone has contacts in its first weeks only; the sessions are its contact from then on.
pub(crate) fn first_weeks_of_unpaid_work(
    life: &mut Life<'_>,
    order: &Order,
    steps: FirstSteps,
) -> Result<(), SyntheticError> {
    let mut day = steps.contact;
    for _ in 0..3 {
        day = life.some_days_after(day, 6, 9)?;
        if life.chance.percent(75.0) && days_from(order.imposed, day) < 30 {
            hold(life, day, ContactKind::Elsewhere, With::CaseManager, None)?;
        }
    }
    if life.chance.percent(85.0) {
        plan(life, order.imposed, Level::Low)?;
    }
    for months in [3, 6] {
        let on = review_day(life, months_later(order.imposed, months)?)?;
        if life.chance.percent(70.0) && on < order.ends {
            let outcome = if life.chance.percent(80.0) { Outcome::Stable } else { Outcome::NotStable };
            let content = life.pick(|words| &words.review_contents)?;
            life.say(on, Completed { outcome, change: None, variation_considered: false, content });
        }
    }
    Ok(())
}

fn assessment_and_plan(life: &mut Life<'_>, order: &OrderRef, from: Date, level: Level) -> Result<(), SyntheticError> {
    let on = if life.chance.percent(80.0) {
        life.some_days_after(from, 12, 26)?
    } else {
        life.some_days_after(from, 29, 60)?
    };
    life.say(
        on,
        Reached { milestone: Milestone::AssessmentCompleted, order: Some(order.clone()), count: None, note: None },
    );
    plan(life, from, level)
}

/// S3 5.7: finalised within four weeks, for most.
fn plan(life: &mut Life<'_>, from: Date, level: Level) -> Result<(), SyntheticError> {
    let on = if life.chance.percent(82.0) {
        life.some_days_after(from, 10, 25)?
    } else {
        life.some_days_after(from, 29, 75)?
    };
    let serious = matches!(level, Level::High | Level::VeryHigh) && life.chance.percent(25.0);
    let count = life.chance.between(1, 3);
    let objectives = (0..count).map(|_| life.pick(|words| &words.objectives)).collect::<Result<Vec<_>, _>>()?;
    let home_visits = if life.chance.percent(88.0) { Some(life.pick(|words| &words.home_visits)?) } else { None };
    let reviews = if life.chance.percent(90.0) { vec![months_later(on, 3)?, months_later(on, 6)?] } else { Vec::new() };
    let plan = Finalised {
        kind: if serious { PlanKind::RiskManagement } else { PlanKind::CaseManagement },
        objectives,
        home_visits,
        reviews,
        every_factor_covered: serious && life.chance.percent(90.0),
    };
    life.say(on, plan);
    Ok(())
}

fn contacts(
    life: &mut Life<'_>,
    order: &OrderRef,
    start: Date,
    until: Date,
    mut closeness: Closeness,
) -> Result<(), SyntheticError> {
    let mut day = start;
    // The first review of every order is due after three months (CPO guidance), whatever the level.
    let mut review_on = review_day(life, months_later(start, 3)?)?;
    let mut planned: Option<ContactRef> = None;
    loop {
        let interval = closeness.interval(days_from(start, day));
        // A few contacts slip into the next period.
        let slip = if life.chance.percent(4.0) { interval / 2 } else { 0 };
        let due = life.days.around(day, interval + slip)?;
        if review_on <= due && review_on < until {
            review(life, review_on, &mut closeness)?;
            review_on = review_day(life, months_later(review_on, closeness.review_months())?)?;
        }
        if due >= until {
            return Ok(());
        }
        let ahead = days_from(life.world.size.until, due);
        if ahead > 0 {
            plan_contact(life, day.max(start), due)?;
            return Ok(());
        }
        let share = if ahead > -PLANNED_LATELY { 85.0 } else { 8.0 };
        if life.chance.percent(share) {
            planned = plan_contact(life, day.max(start), due)?;
        }
        if life.chance.percent(8.5) {
            miss(life, order, due, planned.take(), closeness)?;
        } else {
            let kinds = [
                (ContactKind::Office, 66.0),
                (ContactKind::HomeVisit, 14.0),
                (ContactKind::Elsewhere, 10.0),
                (ContactKind::Telephone, 8.0),
                (ContactKind::Video, 2.0),
            ];
            let kind = life.chance.weighted(&kinds).unwrap_or(ContactKind::Office);
            let other = closeness.level == Level::VeryHigh && life.chance.percent(35.0) || life.chance.percent(3.0);
            let with = if other { With::OtherStaff } else { With::CaseManager };
            hold(life, due, kind, with, planned.take())?;
        }
        day = due;
    }
}

/// Most reviews are held in the days before they are due, some weeks after.
fn review_day(life: &mut Life<'_>, due: Date) -> Result<Date, SyntheticError> {
    if life.chance.percent(82.0) { life.some_days_after(due, -14, -3) } else { life.some_days_after(due, 3, 40) }
}

fn plan_contact(life: &mut Life<'_>, on: Date, due: Date) -> Result<Option<ContactRef>, SyntheticError> {
    let contact: ContactRef = life.reference("C")?;
    let at = life.time_of_day()?;
    let plan = |contact: &ContactRef| Planned {
        contact: contact.clone(),
        kind: ContactKind::Office,
        with: With::CaseManager,
        on: due,
        at: Some(at),
        place: None,
        about: None,
    };
    life.say(on, plan(&contact));
    if !life.chance.percent(6.0) {
        return Ok(Some(contact));
    }
    life.say(due, Cancelled { contact, reason: "case manager ill; another worker saw the person".try_into()? });
    Ok(None)
}

/// A contact; about four in a hundred are written down wrongly.
pub(crate) fn hold(
    life: &mut Life<'_>,
    on: Date,
    kind: ContactKind,
    with: With,
    contact: Option<ContactRef>,
) -> Result<(), SyntheticError> {
    let at = life.time_of_day()?;
    let unannounced = kind == ContactKind::HomeVisit && contact.is_none() && life.chance.percent(30.0);
    let outcome = Some(life.pick(|words| &words.contact_outcomes)?);
    let alone = contact.is_none();
    let held = Held { contact, kind, with, first_for: None, unannounced, incident: None, report: None, outcome };
    let id = life.say_in_time(on, Some(at), None, held.clone());
    if alone && life.chance.percent(2.4) {
        let outcome = Some(life.pick(|words| &words.contact_outcomes)?);
        amend::correct(life, id, on, Held { outcome, ..held }, "the note belonged to another appointment")?;
    } else if alone && life.chance.percent(1.6) {
        let twice = life.say_in_time(on, Some(at), None, held);
        amend::strike(life, twice, on, "recorded twice")?;
    }
    Ok(())
}

fn miss(
    life: &mut Life<'_>,
    order: &OrderRef,
    on: Date,
    contact: Option<ContactRef>,
    closeness: Closeness,
) -> Result<(), SyntheticError> {
    let at = life.time_of_day()?;
    let note = Some(life.pick(|words| &words.missed_notes)?);
    life.say_in_time(on, Some(at), None, Missed { contact, kind: ContactKind::Office, note });
    if life.chance.percent(45.0) {
        noncompliance::incident(life, order, on, Some(RequirementKind::Supervision), closeness.is_close())?;
    }
    Ok(())
}

fn review(life: &mut Life<'_>, on: Date, closeness: &mut Closeness) -> Result<(), SyntheticError> {
    let stable = life.chance.percent(74.0);
    let content = life.pick(|words| &words.review_contents)?;
    let outcome = if stable { Outcome::Stable } else { Outcome::NotStable };
    let variation_considered = !stable && life.chance.percent(40.0);
    life.say(on, Completed { outcome, change: None, variation_considered, content });
    closeness.stable_reviews = if stable { closeness.stable_reviews + 1 } else { 0 };
    let lower = match closeness.level {
        Level::VeryHigh if closeness.stable_reviews >= 2 => Some(Level::High),
        Level::High if closeness.stable_reviews >= 2 => Some(Level::Medium),
        Level::Medium if closeness.stable_reviews >= 2 && life.chance.percent(60.0) => Some(Level::Low),
        _ => None,
    };
    if let Some(level) = lower {
        let reasons = life.pick(|words| &words.level_reasons)?;
        life.say(on, LevelSet { level, reasons });
        *closeness = Closeness::of(level);
    }
    Ok(())
}

/// S3 5.16: discussed with the line manager in one working day, and reviewed.
fn significant_change(life: &mut Life<'_>, on: Date) -> Result<(), SyntheticError> {
    let change: ChangeRef = life.reference("SC")?;
    let what = life.pick(|words| &words.changes)?;
    life.say(on, SignificantChange { change: change.clone(), what });
    if life.chance.percent(93.0) {
        let days = life.chance.weighted(&[(0, 50.0), (1, 36.0), (3, 14.0)]).unwrap_or(1);
        let discussed = life.days.working(on, days)?;
        let manager = life.team_manager_on(on);
        let outcome = life.pick(|words| &words.discussions)?;
        life.say_as(manager, discussed, ManagerDiscussion { change: Some(change.clone()), incident: None, outcome });
    }
    if life.chance.percent(80.0) {
        let reviewed = life.working_days_after(on, 2, 12)?;
        let content = life.pick(|words| &words.review_contents)?;
        let outcome = Outcome::NotStable;
        life.say(reviewed, Completed { outcome, change: Some(change), variation_considered: true, content });
    }
    Ok(())
}

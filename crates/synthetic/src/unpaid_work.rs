//! Unpaid work: placement, sessions to the minute, longer periods set by the court, completion.

use crate::area::Role;
use crate::days::{days_from, later, months_later, not_sunday};
use crate::first_steps::{FirstSteps, say_why_late};
use crate::life::Life;
use crate::mix::{PlacementStart, WorkEnd};
use crate::payback::Order;
use crate::{SyntheticError, amend, noncompliance};
use jiff::civil::{Date, Time};
use record::order::RequirementKind;
use record::unpaid_work::{
    Activity, Inducted, PlacementAssessed, PlacementProposed, PlacementStarted, PlacementTrained, Worked,
};
use record::variation::{AdjustedBy, HoursAdjusted, PeriodExtended};
use record::{OrderRef, PlacementRef};

/// How the hours of an order go, planned when it is imposed.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    placement: PlacementStart,
    end: WorkEnd,
    /// The last day of the statutory period (s.227L).
    statutory: Date,
    /// The day of the last session; beyond the order's end for who does not complete.
    pub(crate) done: Date,
    completes: bool,
}

/// Minutes in a usual session.
const SESSION: i32 = 420;
/// In so many of a hundred orders the placement is planned in time; late inductions take the rest of the published share.
const PLANNED_PLACEMENTS: [(PlacementStart, f64); 5] = [
    (PlacementStart::InTime, 88.0),
    (PlacementStart::ThreeWeeks, 3.0),
    (PlacementStart::Month, 0.7),
    (PlacementStart::TwoMonths, 4.4),
    (PlacementStart::Later, 4.9),
];

impl Course {
    /// Draws when the placement begins and when the hours are done; who begins late is not done in the statutory period.
    pub(crate) fn planned(life: &mut Life<'_>, imposed: Date, hours: i32) -> Result<Self, SyntheticError> {
        let placement = life.chance.weighted(&PLANNED_PLACEMENTS).unwrap_or(PlacementStart::InTime);
        let begins_late = matches!(placement, PlacementStart::TwoMonths | PlacementStart::Later);
        let weights: Vec<(WorkEnd, f64)> = life.world.mix.work_end.clone();
        let statutory_share: f64 = weights.iter().filter(|(end, _)| *end == WorkEnd::Statutory).map(|(_, w)| *w).sum();
        let rest = 100.0 - statutory_share;
        let in_time = statutory_share / 0.907;
        let weigh = |(end, weight): &(WorkEnd, f64)| match end {
            WorkEnd::Statutory if begins_late => (*end, 0.0),
            WorkEnd::Statutory => (*end, in_time),
            _ if begins_late => (*end, *weight),
            _ => (*end, weight / rest * (100.0 - in_time)),
        };
        let end = life.chance.weighted(&weights.iter().map(weigh).collect::<Vec<_>>()).unwrap_or(WorkEnd::Extended);
        let (months, statutory_days, extended_days, late_days) =
            if hours <= 100 { (3, (46, 86), (100, 280), (110, 336)) } else { (6, (115, 176), (195, 385), (205, 460)) };
        let (least, most) = match end {
            WorkEnd::Statutory => statutory_days,
            WorkEnd::Extended => extended_days,
            WorkEnd::Late => late_days,
        };
        let done = life.chance.between(least, most);
        Ok(Self {
            placement,
            end,
            statutory: later(months_later(imposed, months)?, -1)?,
            done: life.days.working_before(later(imposed, done + 1)?, 1)?,
            completes: true,
        })
    }

    /// The hours will not be done by the day on which the order ends.
    pub(crate) fn slow_down(&mut self, imposed: Date, ends: Date) -> Result<(), SyntheticError> {
        self.completes = false;
        self.done = self.done.max(later(ends, 30 + days_from(imposed, ends) / 3)?);
        Ok(())
    }
}

/// Tells the unpaid work of an order; answers with the day of the last session.
pub(crate) fn told(
    life: &mut Life<'_>,
    order: &Order,
    course: &Course,
    steps: FirstSteps,
) -> Result<Date, SyntheticError> {
    let of = &order.reference;
    let inducted =
        if life.chance.percent(90.0) { steps.induction } else { life.working_days_after(steps.induction, 1, 3)? };
    life.say(inducted, Inducted { order: of.clone(), limits: None });
    let started = placement(life, order, course, inducted)?;
    let hours = order.hours.unwrap_or_default();
    period(life, order, course)?;
    let mut minutes = hours * 60;
    if course.completes && life.chance.percent(1.5) {
        let off = hours / 10 * 60;
        let on = life.part_way(started, course.done, 30)?;
        if off > 0 {
            let authority = "1995 Act s.227ZA".try_into()?;
            life.say(on, HoursAdjusted { order: of.clone(), minutes: -off, by: AdjustedBy::Court, authority });
            minutes -= off;
        }
    }
    let done = sessions(life, of, started, course.done, minutes, hours)?;
    let absences = if course.completes { life.chance.between(0, 1) } else { life.chance.between(1, 3) };
    for _ in 0..absences {
        let percent = life.chance.between(10, 95);
        let on = life.part_way(started, course.done.min(order.ends), percent)?;
        noncompliance::incident(life, of, on, Some(RequirementKind::UnpaidWork), false)?;
    }
    if course.completes && course.end == WorkEnd::Late {
        let standard = if hours <= 100 { "nos.upw.complete.level1" } else { "nos.upw.complete.level2" };
        let reason = life.draw(|mix| &mix.late_work);
        say_why_late(life, of, standard, reason, done)?;
    }
    Ok(done)
}

fn placement(life: &mut Life<'_>, order: &Order, course: &Course, inducted: Date) -> Result<Date, SyntheticError> {
    let imposed = order.imposed;
    let planned = match course.placement {
        PlacementStart::InTime => life.working_days_after(imposed, 3, 7)?,
        PlacementStart::ThreeWeeks => life.working_days_after(imposed, 9, 14)?,
        PlacementStart::Month => life.some_days_after(imposed, 23, 28)?,
        PlacementStart::TwoMonths => life.some_days_after(imposed, 34, 57)?,
        PlacementStart::Later => life.some_days_after(imposed, 63, 75)?,
    };
    let started = planned.max(inducted);
    let of = || order.reference.clone();
    let placement: PlacementRef = life.reference("P")?;
    let work = life.pick(|words| &words.work)?;
    let training_needed = life.chance.percent(22.0);
    let desk = life.somebody(Role::UnpaidWorkSupervisor);
    life.say(inducted, PlacementProposed { order: of(), placement: placement.clone(), work, training_needed });
    let assessed = if life.chance.percent(94.0) { inducted } else { life.working_days_after(started, 1, 4)? };
    life.say(assessed, PlacementAssessed { order: of(), placement: placement.clone() });
    if training_needed && life.chance.percent(92.0) {
        let training = life.pick(|words| &words.training)?;
        life.say_as(desk.clone(), started, PlacementTrained { order: of(), placement: placement.clone(), training });
    }
    life.say_as(desk, started, PlacementStarted { order: of(), placement });
    Ok(started)
}

/// A longer period, where the court set one: before the end of the statutory period.
fn period(life: &mut Life<'_>, order: &Order, course: &Course) -> Result<(), SyntheticError> {
    let until = match course.end {
        _ if course.done <= course.statutory => return Ok(()),
        WorkEnd::Extended if course.completes => later(course.done, life.chance.between(0, 40))?,
        WorkEnd::Late if course.completes => {
            let short = later(course.done, -life.chance.between(8, 30))?;
            if short <= course.statutory || life.chance.percent(65.0) {
                return Ok(());
            }
            short
        }
        _ => later(course.statutory, life.chance.between(60, 120))?,
    };
    let before = life.chance.between(2, 12);
    let on = life.days.working_before(course.statutory, before)?;
    life.say(on, PeriodExtended { order: order.reference.clone(), until });
    Ok(())
}

/// Sessions from the first to the last day, so that the minutes come to the balance exactly on the last.
pub(crate) fn sessions(
    life: &mut Life<'_>,
    order: &OrderRef,
    started: Date,
    done: Date,
    minutes: i32,
    hours: i32,
) -> Result<Date, SyntheticError> {
    let count = (minutes + SESSION - 1) / SESSION;
    let done = not_sunday(done.max(later(started, count)?))?;
    let supervisor = life.somebody(Role::UnpaidWorkSupervisor);
    // s.227K: other activity is at most the lower of 30% of the hours and 30 hours.
    let mut other_left = if life.chance.percent(30.0) { (hours * 60 * 3 / 10).min(30 * 60) } else { 0 };
    let days = days_from(started, done).max(1);
    for place in 0..count {
        let on = if place + 1 == count { done } else { not_sunday(later(started, days * place / count)?)?.min(done) };
        let share = minutes / count + i32::from(place < minutes % count);
        let other = place % 4 == 2 && share <= other_left;
        if other {
            other_left -= share;
        }
        session(life, order, on, share, other, supervisor.clone(), done)?;
    }
    Ok(done)
}

fn session(
    life: &mut Life<'_>,
    order: &OrderRef,
    on: Date,
    minutes: i32,
    other: bool,
    supervisor: Option<record::WorkerRef>,
    done: Date,
) -> Result<(), SyntheticError> {
    let clock = |minutes: i32| -> Result<Time, SyntheticError> {
        Ok(Time::new(i8::try_from(minutes / 60).unwrap_or(0), i8::try_from(minutes % 60).unwrap_or(0), 0, 0)?)
    };
    let begins = 9 * 60 + life.chance.between(0, 2) * 15;
    let break_minutes = life.chance.between(1, 3) * 15;
    let right = Worked {
        order: order.clone(),
        session: life.reference("S")?,
        activity: if other { Activity::OtherActivity } else { Activity::Work },
        minutes: u16::try_from(minutes).unwrap_or(u16::MAX),
        from: Some(clock(begins)?),
        until: Some(clock(begins + minutes + break_minutes)?),
        supervisor: supervisor.clone(),
    };
    // A wrong time is noticed before the hours are done, so that the balance is right when it counts.
    let wrongly = !other && minutes > 60 && days_from(on, done) > 30 && life.chance.percent(2.6);
    let said = Worked { minutes: right.minutes - if wrongly { 30 } else { 0 }, ..right.clone() };
    let id = life.say_in_time(on, None, supervisor, said);
    if wrongly {
        amend::correct(life, id, on, right, "half an hour was left out")?;
    }
    Ok(())
}

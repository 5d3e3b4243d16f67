//! The first steps of an order: told to the council, received, allocated, first contact, signature, induction.

use crate::SyntheticError;
use crate::area::Role;
use crate::life::Life;
use crate::mix::{Lateness, Weights};
use jiff::civil::Date;
use record::OrderRef;
use record::contact::{ContactKind, Held, With};
use record::noncompliance::{LateReason, StandardReason};
use record::order::{Notified, Received, Signed};
use record::supervision::{InductionCompleted, InductionStarted, OfficerNominated};

/// When the first steps took place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstSteps {
    /// First direct contact.
    pub(crate) contact: Date,
    /// Induction begun.
    pub(crate) induction: Date,
}

/// What the first steps depend on.
#[derive(Clone, Copy)]
pub(crate) struct NewOrder<'a> {
    pub(crate) order: &'a OrderRef,
    pub(crate) imposed: Date,
    pub(crate) unpaid_work_alone: bool,
    pub(crate) allocate: bool,
    pub(crate) officer: bool,
}

/// Tells the first steps.
pub(crate) fn take(
    life: &mut Life<'_>,
    new: NewOrder<'_>,
    first_contact: impl Fn(&crate::mix::Mix) -> &Weights<Lateness>,
) -> Result<FirstSteps, SyntheticError> {
    let NewOrder { order, imposed, .. } = new;
    let later = life.chance.percent(12.0);
    let notified = life.days.working(imposed, i32::from(later))?;
    let lag = life.chance.weighted(&[(0, 85.0), (1, 12.0), (2, 3.0)]).unwrap_or(0);
    let received = life.days.working(notified, lag)?;
    let desk = life.somebody(Role::Administrator);
    life.say_as(desk.clone(), notified, Notified { order: order.clone() });
    life.say_as(desk, received, Received { order: order.clone(), copy_order: true });
    if new.allocate {
        let days = life.chance.weighted(&[(0, 35.0), (1, 40.0), (2, 19.0), (3, 3.0), (6, 2.0), (10, 1.0)]).unwrap_or(1);
        let on = life.days.working(received, days)?;
        let worker = life.allocate(on, new.unpaid_work_alone, None)?;
        if let (Some(worker), true) = (worker, new.officer) {
            life.say(on, OfficerNominated { order: order.clone(), worker });
        }
    }
    let contact = contact(life, new, first_contact)?;
    let induction = induction(life, new, contact)?;
    Ok(FirstSteps { contact, induction })
}

fn contact(
    life: &mut Life<'_>,
    new: NewOrder<'_>,
    first_contact: impl Fn(&crate::mix::Mix) -> &Weights<Lateness>,
) -> Result<Date, SyntheticError> {
    let lateness = life.draw(first_contact).unwrap_or(Lateness::InTime);
    let days = match lateness {
        Lateness::InTime => i32::from(life.chance.percent(35.0)),
        Lateness::Late => life.chance.between(2, 5),
        Lateness::VeryLate => life.chance.between(6, 12),
    };
    let on = life.days.working(new.imposed, days)?;
    let at = life.time_of_day()?;
    let kind = if days == 0 && life.chance.percent(70.0) { ContactKind::Court } else { ContactKind::Office };
    let held = Held {
        contact: None,
        kind,
        with: if days == 0 { With::OtherStaff } else { With::CaseManager },
        first_for: Some(new.order.clone()),
        unannounced: false,
        incident: None,
        report: None,
        outcome: Some("Understanding of the order checked; induction arranged.".try_into()?),
    };
    life.say_in_time(on, Some(at), None, held);
    if days > 1 {
        let reason = life.draw(|mix| &mix.late_first_contact);
        say_why_late(life, new.order, "nos.first_contact.court", reason, on)?;
    }
    Ok(on)
}

/// Induction is never before the first contact; the draw for those seen in time makes up for those who were not.
fn induction(life: &mut Life<'_>, new: NewOrder<'_>, contact: Date) -> Result<Date, SyntheticError> {
    let seen = i32::try_from(life.days.calendar.working_days_between(new.imposed, contact).unwrap_or(0)).unwrap_or(0);
    let days = if seen > 5 {
        if life.chance.percent(55.0) {
            seen.max(life.chance.between(6, 10))
        } else {
            seen.max(life.chance.between(11, 20))
        }
    } else {
        let weight =
            |wanted| life.world.mix.induction.iter().filter(|(l, _)| *l == wanted).map(|(_, w)| *w).sum::<f64>();
        let (in_time, late, very_late) = (weight(Lateness::InTime), weight(Lateness::Late), weight(Lateness::VeryLate));
        let weights = [(0, in_time), (1, (late - 4.9).max(0.5)), (2, (very_late - 5.8).max(0.5))];
        match life.chance.weighted(&weights) {
            Some(1) => life.chance.between(6, 10),
            Some(2) => life.chance.between(11, 25),
            _ => seen.max(life.chance.between(0, 5)),
        }
    };
    let on = life.days.working(new.imposed, days)?.max(contact);
    // Most sign when they are first seen, some at induction, a few never.
    let signs = life.chance.weighted(&[(Some(contact), 82.0), (Some(on), 13.0), (None, 5.0)]).unwrap_or(None);
    if let Some(signed) = signs {
        life.say(signed, Signed { order: new.order.clone() });
    }
    life.say(on, InductionStarted { order: new.order.clone() });
    if days > 5 {
        let reason = life.draw(|mix| &mix.late_induction);
        say_why_late(life, new.order, "nos.induction.begin", reason, on)?;
    }
    if life.chance.percent(95.0) {
        let completed = life.some_days_after(on, 0, 14)?;
        life.say(completed, InductionCompleted { order: new.order.clone() });
    }
    Ok(on)
}

/// Says why a standard was late; reasons are recorded for nearly all.
pub(crate) fn say_why_late(
    life: &mut Life<'_>,
    order: &OrderRef,
    standard: &str,
    reason: Option<LateReason>,
    on: Date,
) -> Result<(), SyntheticError> {
    let Some(reason) = reason else { return Ok(()) };
    if life.chance.percent(90.0) {
        life.say(on, StandardReason { standard: standard.try_into()?, order: order.clone(), reason });
    }
    Ok(())
}

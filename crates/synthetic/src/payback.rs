//! Community payback orders: what the court imposes, how long it runs, how it ends.

use crate::days::{days_from, later, months_later};
use crate::first_steps::{self, NewOrder};
use crate::life::Life;
use crate::mix::{LEVEL_1, LEVEL_2};
use crate::person::{Ages, introduce};
use crate::{SyntheticError, ending, report, supervision, unpaid_work};
use jiff::civil::Date;
use record::court::{CourtKind, CourtName, Disposal};
use record::ending::HowEnded;
use record::order::{
    Commenced, CompensationPaid, FirstAttended, Imposed, OrderKind, ProgressReviewFixed, ProgressReviewed, Requirement,
    RequirementKind, ReviewReportSent,
};
use record::{OrderRef, ReviewRef};

/// An order as it was planned.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) reference: OrderRef,
    pub(crate) imposed: Date,
    pub(crate) court: CourtName,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) months: Option<i32>,
    pub(crate) hours: Option<i32>,
    pub(crate) ends: Date,
    pub(crate) how: HowEnded,
}

impl Order {
    pub(crate) fn has(&self, kind: RequirementKind) -> bool {
        self.requirements.iter().any(|requirement| requirement.kind == kind)
    }
}

/// All orders of a person: one for most, one or two more for some, on the same day or during the first.
pub(crate) fn all_orders(life: &mut Life<'_>, begins: Date) -> Result<(), SyntheticError> {
    let mut earlier: Vec<(OrderRef, i32)> = Vec::new();
    let mut imposed = begins;
    let more = life.draw(|mix| &mix.more_orders).unwrap_or(0);
    for place in 0..=more {
        let same_day = place > 0 && life.chance.percent(45.0);
        if place > 0 && !same_day {
            imposed = life.some_days_after(imposed, 20, 200)?;
        }
        if life.died {
            break;
        }
        let order = one_order(life, imposed, same_day, &earlier)?;
        earlier.push((order.reference, order.hours.unwrap_or(0)));
    }
    if life.chance.percent(life.world.mix.extra_reports) && !life.died {
        let asked = life.some_days_after(begins, 30, 300)?;
        report::court_report(life, asked)?;
    }
    Ok(())
}

fn one_order(
    life: &mut Life<'_>,
    imposed: Date,
    same_day: bool,
    earlier: &[(OrderRef, i32)],
) -> Result<Order, SyntheticError> {
    let with_report = |hours: Option<i32>, months: Option<i32>| months.is_some() || hours.is_some_and(|h| h > 100);
    life.stream.fence = Date::MAX;
    // The person's age decides what may be imposed, so who they are is told first, on the day the report was asked for.
    let asked = life.days.working_before(imposed, report::ADJOURNED)?;
    introduce(life, asked, imposed, Ages::AsPublished)?;
    let (requirements, months, hours) = requirements(life, earlier)?;
    let report_considered = with_report(hours, months) || life.chance.percent(25.0);
    let court = court(life, &requirements, hours);
    let reference: OrderRef = life.reference("CPO")?;
    let charges = report::at_court(life, imposed, report_considered && !same_day, &court)?;
    let planned = Order {
        reference,
        imposed,
        court,
        requirements,
        months,
        hours,
        ends: imposed,
        how: life.draw(|mix| &mix.ends).unwrap_or(HowEnded::Completed),
    };
    let (order, work) = lengths(life, planned, earlier.is_empty())?;
    report::disposed(life, &order.court, imposed, charges, Disposal::CommunityPaybackOrder, &order.reference);
    life.say(
        imposed,
        Imposed {
            order: order.reference.clone(),
            kind: OrderKind::CommunityPaybackOrder,
            court: order.court.clone(),
            council: life.council.reference.clone(),
            requirements: order.requirements.clone(),
            months: None,
            hours: None,
            report_considered,
            fine_level: false,
            fine_default: None,
        },
    );
    life.stream.fence = order.ends;
    let new = NewOrder {
        order: &order.reference,
        imposed,
        unpaid_work_alone: order.months.is_none(),
        allocate: !same_day,
        officer: true,
    };
    let steps = first_steps::take(life, new, |mix| &mix.first_contact)?;
    life.say(steps.induction, Commenced { order: order.reference.clone() });
    life.say(steps.induction, FirstAttended { order: order.reference.clone() });
    let worked_until = match &work {
        Some(work) => Some(unpaid_work::told(life, &order, work, steps)?),
        None => None,
    };
    match order.months {
        Some(_) => supervision::told(life, &order, steps)?,
        None => supervision::first_weeks_of_unpaid_work(life, &order, steps)?,
    }
    progress_reviews(life, &order)?;
    compensation(life, &order)?;
    crate::breach::told(life, &order)?;
    ending::told(life, &order, worked_until)?;
    life.stream.fence = Date::MAX;
    Ok(order)
}

type Terms = (Vec<Requirement>, Option<i32>, Option<i32>);

fn requirements(life: &mut Life<'_>, earlier: &[(OrderRef, i32)]) -> Result<Terms, SyntheticError> {
    let (mut work, mut supervised) = life.draw(|mix| &mix.work_and_supervision).unwrap_or((true, true));
    // s.227G: supervision is compulsory under 18; s.227I: at least 20 hours.
    supervised |= life.age < 18;
    // s.227N: with the hours of earlier orders at most 300, unless the court directs that they run together.
    let total: i32 = earlier.iter().map(|(_, hours)| hours).sum();
    let longest = earlier.iter().max_by_key(|(_, hours)| *hours).filter(|(_, hours)| *hours > 0);
    let most = 300 - total + longest.map_or(0, |(_, hours)| *hours);
    if work && most < 20 {
        (work, supervised) = (false, true);
    }
    let mut all = Vec::new();
    let months = if supervised { life.draw(|mix| &mix.months) } else { None };
    if let Some(months) = months {
        all.push(Requirement { months: u16::try_from(months).ok(), ..Requirement::of(RequirementKind::Supervision) });
    }
    let mut hours = None;
    if work {
        let level_2 = life.chance.percent(life.world.mix.level_2);
        let drawn = if level_2 { life.chance.weighted(&LEVEL_2) } else { life.chance.weighted(&LEVEL_1) };
        hours = drawn.map(|hours| hours.min(most));
        let together = hours.is_some_and(|hours| hours > 300 - total);
        all.push(Requirement {
            hours: hours.and_then(|hours| u16::try_from(hours).ok()),
            concurrent_with: longest.filter(|_| together).map(|(order, _)| order.clone()),
            ..Requirement::of(RequirementKind::UnpaidWork)
        });
    }
    if supervised {
        for (kind, percent) in life.world.mix.with_supervision.clone() {
            if life.chance.percent(percent) {
                all.push(terms(life, kind)?);
            }
        }
    }
    Ok((all, months, hours))
}

fn terms(life: &mut Life<'_>, kind: RequirementKind) -> Result<Requirement, SyntheticError> {
    let words = match kind {
        RequirementKind::Conduct => "To attend the appointments that the supervising officer arranges.",
        // The programmes that the standards name are for men.
        RequirementKind::Programme if life.female => "To take part in the programme named by the court.",
        RequirementKind::Programme if life.number().is_multiple_of(3) => "To take part in the Caledonian programme.",
        RequirementKind::Programme => "To take part in the Constructs programme.",
        RequirementKind::AlcoholTreatment => "To attend the alcohol service.",
        RequirementKind::DrugTreatment => "To attend the drug treatment service.",
        RequirementKind::MentalHealth => "To attend the community mental health team.",
        RequirementKind::Residence => "To live at the place named by the court.",
        _ => {
            return Ok(Requirement {
                pence: u64::try_from(life.chance.between(2, 30) * 2500).ok(),
                ..Requirement::of(kind)
            });
        }
    };
    Ok(Requirement { terms: Some(words.try_into()?), ..Requirement::of(kind) })
}

/// A justice of the peace court may impose only some requirements, and level 1 alone (ss.227A(5), 227J(4)).
fn court(life: &mut Life<'_>, requirements: &[Requirement], hours: Option<i32>) -> CourtName {
    let allowed = [
        RequirementKind::Supervision,
        RequirementKind::Compensation,
        RequirementKind::UnpaidWork,
        RequirementKind::Residence,
        RequirementKind::Conduct,
    ];
    let jp = hours.is_none_or(|hours| hours <= 100) && requirements.iter().all(|r| allowed.contains(&r.kind));
    if jp && life.chance.percent(16.0) {
        return life.council.jp_court.clone();
    }
    let kind = if life.chance.percent(14.0) { CourtKind::SheriffSolemn } else { CourtKind::SheriffSummary };
    CourtName { kind, ..life.council.sheriff_court.clone() }
}

/// How long the order and its unpaid work run, given how it ends.
fn lengths(
    life: &mut Life<'_>,
    mut order: Order,
    first: bool,
) -> Result<(Order, Option<unpaid_work::Course>), SyntheticError> {
    // A death is told once, on the first order; nobody dies on the second before the first is over.
    if order.how == HowEnded::Died && !first {
        order.how = HowEnded::Other;
    }
    let mut work = match order.hours {
        Some(hours) => Some(unpaid_work::Course::planned(life, order.imposed, hours)?),
        None => None,
    };
    let supervised = order.months.map(|months| months_later(order.imposed, months)).transpose()?;
    let worked = work.as_ref().map(|work| work.done);
    let whole = supervised.max(worked).unwrap_or(order.imposed);
    let whole = if worked == Some(whole) {
        life.some_days_after(whole, 0, 6)?
    } else {
        later(whole, -1)?.max(worked.unwrap_or(order.imposed))
    };
    order.ends = match order.how {
        HowEnded::Completed => whole,
        HowEnded::EarlyDischarge => {
            let percent = life.chance.between(65, 90);
            life.part_way(order.imposed, whole, percent)?.max(worked.unwrap_or(order.imposed))
        }
        _ => {
            let percent = life.chance.between(25, 90);
            life.part_way(order.imposed, whole, percent)?.max(life.days.around(order.imposed, 80)?)
        }
    };
    if let Some(work) = &mut work
        && !matches!(order.how, HowEnded::Completed | HowEnded::EarlyDischarge)
    {
        // Who does not complete the order does not complete the hours.
        work.slow_down(order.imposed, order.ends)?;
    }
    if order.how == HowEnded::Died {
        life.died = true;
    }
    Ok((order, work))
}

fn progress_reviews(life: &mut Life<'_>, order: &Order) -> Result<(), SyntheticError> {
    // Some orders end too early for a review; the others make up for them.
    if !life.chance.percent(life.world.mix.progress_review * 1.07) {
        return Ok(());
    }
    let desk = life.somebody(crate::area::Role::Administrator);
    let mut fixed = order.imposed;
    let mut day = life.some_days_after(order.imposed, 60, 100)?;
    for _ in 0..4 {
        if day >= order.ends || days_from(fixed, day) < 20 {
            break;
        }
        let review: ReviewRef = life.reference("PR")?;
        let of = order.reference.clone();
        life.say_as(desk.clone(), fixed, ProgressReviewFixed { order: of.clone(), review: review.clone(), on: day });
        let before = life.chance.between(1, 6);
        let sent = if life.chance.percent(95.0) {
            life.days.working_before(day, before)?
        } else {
            life.days.working(day, 1)?
        };
        life.say(sent, ReviewReportSent { order: of.clone(), review: review.clone() });
        let attended = life.chance.percent(90.0);
        life.say(day, ProgressReviewed { order: of, review, attended, outcome: "The order continues.".try_into()? });
        fixed = day;
        day = life.some_days_after(day, 80, 120)?;
    }
    Ok(())
}

/// Compensation is paid in up to three parts; some is never paid.
fn compensation(life: &mut Life<'_>, order: &Order) -> Result<(), SyntheticError> {
    let due = order.requirements.iter().find_map(|requirement| requirement.pence);
    let Some(due) = due.filter(|_| life.chance.percent(80.0)) else { return Ok(()) };
    let parts = u64::try_from(life.chance.between(1, 3)).unwrap_or(1);
    for part in 1..=parts {
        let pence = due / parts + if part == parts { due % parts } else { 0 };
        let on = life.part_way(order.imposed, order.ends, i32::try_from(part * 20).unwrap_or(20))?;
        life.say(on, CompensationPaid { order: order.reference.clone(), pence });
    }
    Ok(())
}

//! Measures other than community payback orders and licences: drug treatment and testing, diversion, bail supervision,
//! structured deferred sentences, voluntary throughcare, fiscal work.

use crate::days::{later, months_later};
use crate::first_steps::{self, NewOrder};
use crate::life::Life;
use crate::person::{Ages, introduce};
use crate::{SyntheticError, report, supervision, unpaid_work};
use jiff::civil::Date;
use record::contact::{ContactKind, With};
use record::court::Disposal;
use record::ending::{Ended, HowEnded};
use record::milestone::{Milestone, Reached};
use record::order::{Imposed, OrderKind, ProgressReviewFixed, ProgressReviewed, ReviewReportSent};
use record::supervision::Level;
use record::{OrderRef, ReviewRef};

/// A drug treatment and testing order: usually 18 months, samples every month, a review of the court every one or two.
pub(crate) fn drug_treatment(life: &mut Life<'_>, imposed: Date) -> Result<(), SyntheticError> {
    let asked = life.days.working_before(imposed, report::ADJOURNED)?;
    introduce(life, asked, imposed, Ages::MostlyOverThirty)?;
    let order: OrderRef = life.reference("DTTO")?;
    let months = life.chance.weighted(&[(12, 20.0), (18, 60.0), (24, 20.0)]).unwrap_or(18);
    let court = life.council.sheriff_court.clone();
    let charges = report::at_court(life, imposed, true, &court)?;
    report::disposed(life, &court, imposed, charges, Disposal::DrugTreatmentAndTestingOrder, &order);
    impose(life, &order, OrderKind::DrugTreatmentAndTestingOrder, imposed, Some(months), None);
    let completed = life.chance.percent(life.world.mix.dtto_completed);
    let whole = later(months_later(imposed, months)?, -1)?;
    let percent = life.chance.between(20, 80);
    let ends = if completed { whole } else { life.part_way(imposed, whole, percent)? };
    life.stream.fence = ends;
    let new = NewOrder { order: &order, imposed, unpaid_work_alone: false, allocate: true, officer: false };
    let steps = first_steps::take(life, new, |mix| &mix.dtto_first_contact)?;
    supervision::supervised(life, &order, imposed, steps, ends, Level::High)?;
    samples_and_reviews(life, &order, imposed, ends)?;
    let how = if completed {
        HowEnded::Completed
    } else {
        life.chance
            .weighted(&[(HowEnded::RevokedOnReview, 55.0), (HowEnded::Other, 35.0), (HowEnded::EarlyDischarge, 10.0)])
            .unwrap_or(HowEnded::Other)
    };
    life.say_after_all_else(ends, Ended { order, how, note: None });
    Ok(())
}

fn samples_and_reviews(life: &mut Life<'_>, order: &OrderRef, imposed: Date, ends: Date) -> Result<(), SyntheticError> {
    let (mut reviews, mut fixed) = (0, imposed);
    loop {
        // At intervals of not less than one month (1995 Act s.234F); longer once things go well.
        let day = life.days.working(months_later(fixed, if reviews < 6 { 1 } else { 2 })?, 0)?;
        if day >= ends {
            return Ok(());
        }
        let count = u32::try_from(life.chance.between(3, 9)).ok();
        life.say(day, Reached { milestone: Milestone::SamplesCounted, order: Some(order.clone()), count, note: None });
        let review: ReviewRef = life.reference("PR")?;
        let of = || order.clone();
        life.say(fixed, ProgressReviewFixed { order: of(), review: review.clone(), on: day });
        let sent = life.days.working_before(day, 2)?;
        life.say(sent, ReviewReportSent { order: of(), review: review.clone() });
        let attended = life.chance.percent(85.0);
        life.say(
            day,
            ProgressReviewed { order: of(), review, attended, outcome: "Treatment and tests go on.".try_into()? },
        );
        fixed = day;
        reviews += 1;
    }
}

/// One of the shorter measures.
pub(crate) fn measure(life: &mut Life<'_>, kind: OrderKind, begins: Date) -> Result<(), SyntheticError> {
    introduce(life, begins, begins, Ages::Adult)?;
    let (letters, days, interval, succeeds) = match kind {
        OrderKind::BailSupervision => ("BAIL", (40, 140), 7, 75.0),
        OrderKind::StructuredDeferredSentence => ("SDS", (90, 200), 14, 78.0),
        OrderKind::VoluntaryThroughcare => ("VT", (30, 180), 21, 70.0),
        OrderKind::FiscalWorkOrder => ("FWO", (40, 160), 60, 85.0),
        _ => ("DIV", (60, 180), 21, 80.0),
    };
    let order: OrderRef = life.reference(letters)?;
    let hours = (kind == OrderKind::FiscalWorkOrder).then(|| life.chance.between(2, 10) * 5);
    let months = if hours.is_some() { None } else { Some(days.1 / 30) };
    impose(life, &order, kind, begins, months, hours);
    let length = life.chance.between(days.0, days.1);
    let ends = life.days.around(begins, length)?;
    life.stream.fence = ends;
    if kind == OrderKind::BailSupervision {
        let milestone = Milestone::ReleaseOnBail;
        life.say(begins, Reached { milestone, order: Some(order.clone()), count: None, note: None });
    }
    let allocated = life.working_days_after(begins, 0, 3)?;
    life.allocate(allocated, hours.is_some(), None)?;
    let mut day = if kind == OrderKind::BailSupervision {
        // Seen within 24 hours of release, for most.
        life.working_days_after(begins, 0, 1)?
    } else {
        life.working_days_after(allocated, 0, 4)?
    };
    while day < ends && day <= life.world.size.until {
        if life.chance.percent(88.0) {
            supervision::hold(life, day, ContactKind::Office, With::CaseManager, None)?;
        }
        day = life.some_days_after(day, interval - 1, interval + 2)?;
    }
    let completes = life.chance.percent(succeeds);
    let mut ended = ends;
    if let (Some(hours), true) = (hours, completes) {
        let started = life.days.working(allocated, 3)?;
        let done = unpaid_work::sessions(life, &order, started, ends.max(later(started, 5)?), hours * 60, hours)?;
        ended = ended.max(done);
        life.stream.fence = ended;
    }
    let how = if completes { HowEnded::Completed } else { HowEnded::Other };
    life.say_after_all_else(ended, Ended { order, how, note: None });
    Ok(())
}

/// Tells that a measure without requirements was imposed.
pub(crate) fn impose(
    life: &mut Life<'_>,
    order: &OrderRef,
    kind: OrderKind,
    on: Date,
    months: Option<i32>,
    hours: Option<i32>,
) {
    let imposed = Imposed {
        order: order.clone(),
        kind,
        court: life.council.sheriff_court.clone(),
        council: life.council.reference.clone(),
        requirements: Vec::new(),
        months: months.and_then(|months| u16::try_from(months).ok()),
        hours: hours.and_then(|hours| u16::try_from(hours).ok()),
        report_considered: kind == OrderKind::DrugTreatmentAndTestingOrder,
        fine_level: false,
        fine_default: None,
    };
    life.say(on, imposed);
}

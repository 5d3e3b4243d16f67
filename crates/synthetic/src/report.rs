//! Reports, and what the court did: charges, hearings, convictions, disposals.

use crate::SyntheticError;
use crate::days::later;
use crate::life::Life;
use crate::person::{Ages, introduce};
use crate::world::Offence;
use jiff::civil::Date;
use record::contact::{ContactKind, Held, With};
use record::court::{Charged, Convicted, CourtName, Disposal, Disposed, Heard};
use record::report::{Delivered, Finalised, GapsChecked, ReportKind, Requested, VisitNotMade};
use record::{ChargeRef, Line, OrderRef, ReportRef};

/// Working days for which a court adjourns for a report: within the four weeks of s.201(3).
pub(crate) const ADJOURNED: i32 = 18;

/// One or two charges, the conviction, and a report where the court asked for one. Answers with the charges.
pub(crate) fn at_court(
    life: &mut Life<'_>,
    imposed: Date,
    with_report: bool,
    court: &CourtName,
) -> Result<Vec<ChargeRef>, SyntheticError> {
    let asked = life.days.working_before(imposed, ADJOURNED)?;
    let mut charges = Vec::new();
    for _ in 0..life.chance.weighted(&[(1, 72.0), (2, 22.0), (3, 6.0)]).unwrap_or(1) {
        let charge: ChargeRef = life.reference("CH")?;
        let from = later(asked, -life.chance.between(20, 330))?;
        let Offence { words, code, .. } = life.pick(|words| &words.offences)?;
        life.say(asked, Charged { charge: charge.clone(), offence: words, code, from, until: None });
        charges.push(charge);
    }
    let convicted = if with_report { asked } else { imposed };
    if with_report {
        let report = requested(life, ReportKind::Court, asked, court.name.clone(), imposed)?;
        let hearing = Heard {
            court: court.clone(),
            about: "sentence".try_into()?,
            outcome: Some("Adjourned for a report.".try_into()?),
            adjourned_for: Some(report),
            cause_shown: false,
        };
        life.say(asked, hearing);
    }
    life.say(convicted, Convicted { charges: charges.clone(), offence: None, court: Some(court.clone()) });
    life.sentenced_on.push(imposed);
    Ok(charges)
}

/// What the court imposed for the charges.
pub(crate) fn disposed(
    life: &mut Life<'_>,
    court: &CourtName,
    on: Date,
    charges: Vec<ChargeRef>,
    disposal: Disposal,
    order: &OrderRef,
) {
    life.say(on, Disposed { charges, court: court.clone(), disposal, order: Some(order.clone()), reasons: None });
}

/// A person who comes for a report, of whom the council hears no more.
pub(crate) fn alone(life: &mut Life<'_>, begins: Date) -> Result<(), SyntheticError> {
    introduce(life, begins, begins, Ages::AsPublished)?;
    let kinds = [
        (ReportKind::Court, 78.0),
        (ReportKind::HomeDetentionCurfew, 7.0),
        (ReportKind::HomeBackground, 6.0),
        (ReportKind::Throughcare, 5.0),
        (ReportKind::Bail, 4.0),
    ];
    let kind = life.chance.weighted(&kinds).unwrap_or(ReportKind::Court);
    let by: Line = match kind {
        ReportKind::Court | ReportKind::Bail => life.council.sheriff_court.name.clone(),
        _ => "Prison service".try_into()?,
    };
    // A bail suitability report is due the same day.
    let days = if kind == ReportKind::Bail { 0 } else { 20 };
    let due = life.days.working(begins, days)?;
    requested(life, kind, begins, by, due)?;
    Ok(())
}

/// A further court report on a person who is known.
pub(crate) fn court_report(life: &mut Life<'_>, asked: Date) -> Result<(), SyntheticError> {
    let due = life.days.working(asked, 20)?;
    let by = life.council.sheriff_court.name.clone();
    requested(life, ReportKind::Court, asked, by, due)?;
    Ok(())
}

fn requested(
    life: &mut Life<'_>,
    kind: ReportKind,
    asked: Date,
    by: Line,
    due: Date,
) -> Result<ReportRef, SyntheticError> {
    let report: ReportRef = life.reference("R")?;
    let serious_harm = kind == ReportKind::Court && life.chance.percent(7.0);
    let complex = kind == ReportKind::Court && life.chance.percent(5.0);
    life.say(asked, Requested { report: report.clone(), kind, by, due: Some(due), serious_harm, complex });
    let short = crate::days::days_from(asked, due) < 5;
    if short {
        meet(life, &report, asked, ContactKind::Court)?;
    } else {
        let interview = life.some_days_after(asked, 5, 16)?;
        meet(life, &report, interview, ContactKind::Office)?;
        let visit = kind == ReportKind::HomeBackground || serious_harm || complex || life.chance.percent(12.0);
        if visit && life.chance.percent(90.0) {
            let on = life.some_days_after(interview, 1, 5)?;
            meet(life, &report, on, ContactKind::HomeVisit)?;
        } else if visit && kind != ReportKind::HomeBackground && life.chance.percent(70.0) {
            let reason = "staff safety".try_into()?;
            life.say(interview, VisitNotMade { report: report.clone(), reason });
        }
    }
    // About 95 in a hundred reach the court in time (council figures, East Dunbartonshire 2023-24).
    let delivered = if short {
        let late = life.chance.percent(12.0);
        life.days.working(due, i32::from(late))?
    } else if life.chance.percent(95.0) {
        let before = life.chance.between(0, 2);
        life.days.working_before(due, before)?
    } else {
        life.working_days_after(due, 1, 5)?
    };
    let listed = life.chance.percent(96.0);
    let sources = vec!["interview with the person".try_into()?, life.pick(|words| &words.sources)?];
    let finalised = Finalised {
        report: report.clone(),
        sources: if listed { sources } else { Vec::new() },
        facts_apart_from_opinion: life.chance.percent(97.0),
        shown_to_person: life.chance.percent(90.0),
    };
    life.say(delivered, finalised);
    life.say(delivered, Delivered { report: report.clone() });
    if kind == ReportKind::Court {
        life.say(delivered, gaps(&report, delivered)?);
    }
    Ok(report)
}

/// The gaps that a report names: by its day, so that nobody's life takes another course because gaps are counted.
fn gaps(report: &ReportRef, on: Date) -> Result<GapsChecked, SyntheticError> {
    let (specialist, universal): (&[&str], &[&str]) = match on.day() % 12 {
        0 => (&["Service for women who live with trauma"], &[]),
        1 | 2 => (&[], &["Mental health assessment"]),
        3 => (&[], &["Tenancy support"]),
        4 => (&["Programme on domestic abuse"], &["Mental health assessment"]),
        5 => (&[], &["Public transport to the office"]),
        _ => (&[], &[]),
    };
    let lines = |texts: &[&str]| texts.iter().map(|text| Line::try_from(*text)).collect::<Result<Vec<_>, _>>();
    Ok(GapsChecked { report: report.clone(), specialist: lines(specialist)?, universal: lines(universal)? })
}

fn meet(life: &mut Life<'_>, report: &ReportRef, on: Date, kind: ContactKind) -> Result<(), SyntheticError> {
    let at = life.time_of_day()?;
    let held = Held {
        contact: None,
        kind,
        with: With::OtherStaff,
        first_for: None,
        unannounced: false,
        incident: None,
        report: Some(report.clone()),
        outcome: None,
    };
    life.say_in_time(on, Some(at), None, held);
    Ok(())
}

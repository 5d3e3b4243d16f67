//! Non-compliance: the incident, what was done in two working days, the response and an accepted reason.

use crate::SyntheticError;
use crate::life::Life;
use jiff::civil::Date;
use record::contact::{ContactKind, Held, With};
use record::noncompliance::{
    Cause, NotSeenInPerson, ReasonAccepted, Recorded, Responded, Response, VisitNotAppropriate,
};
use record::order::RequirementKind;
use record::{IncidentRef, OrderRef};

/// Tells an incident and what followed. `close` where contact is of a high level, so that a home visit is due that day.
pub(crate) fn incident(
    life: &mut Life<'_>,
    order: &OrderRef,
    on: Date,
    requirement: Option<RequirementKind>,
    close: bool,
) -> Result<Option<IncidentRef>, SyntheticError> {
    let incident: IncidentRef = life.reference("I")?;
    let cause = life.chance.weighted(&[
        (Cause::Drift, 38.0),
        (Cause::Capability, 14.0),
        (Cause::Event, 30.0),
        (Cause::Wilful, 10.0),
        (Cause::NotKnown, 8.0),
    ]);
    let what = if requirement == Some(RequirementKind::UnpaidWork) {
        life.pick(|words| &words.work_incident_notes)?
    } else {
        life.pick(|words| &words.incident_notes)?
    };
    let cause = cause.unwrap_or(Cause::NotKnown);
    let recorded = Recorded { incident: incident.clone(), order: Some(order.clone()), requirement, cause, what };
    if life.say(on, recorded).is_none() {
        return Ok(None);
    }
    let mut seen = false;
    if close {
        if life.chance.percent(45.0) {
            seen = true;
            meet(life, &incident, on, ContactKind::HomeVisit)?;
        } else if life.chance.percent(80.0) {
            let reason = "two staff not available".try_into()?;
            life.say(on, VisitNotAppropriate { incident: incident.clone(), reason });
        }
    }
    let next = life.chance.weighted(&[(1, 45.0), (2, 35.0), (3, 10.0), (6, 10.0)]).unwrap_or(1);
    let next = life.days.working(on, next)?;
    if !seen {
        if life.chance.percent(68.0) {
            meet(life, &incident, next, ContactKind::Office)?;
        } else {
            let reasons = life.pick(|words| &words.fallback_reasons)?;
            let letter_sent = life.chance.percent(88.0);
            let tried = Some(ContactKind::Telephone);
            life.say(next, NotSeenInPerson { incident: incident.clone(), reasons, tried, letter_sent });
        }
    }
    if cause == Cause::Event && life.chance.percent(75.0) {
        let reason = life.pick(|words| &words.accepted_reasons)?;
        let evidence = if life.chance.percent(80.0) { Some(life.pick(|words| &words.evidence)?) } else { None };
        life.say(next, ReasonAccepted { incident: incident.clone(), reason, evidence });
    } else if life.chance.percent(94.0) {
        let responses = [
            (Response::Discussed, 40.0),
            (Response::Supported, 20.0),
            (Response::FirstWarning, 28.0),
            (Response::FinalWarning, 10.0),
            (Response::NoFurtherAction, 2.0),
        ];
        let response = life.chance.weighted(&responses).unwrap_or(Response::Discussed);
        let reasons = life.pick(|words| &words.response_reasons)?;
        let days = life.chance.weighted(&[(0, 40.0), (1, 40.0), (2, 12.0), (5, 8.0)]).unwrap_or(0);
        let answered = life.days.working(on, days)?;
        life.say(answered, Responded { incident: incident.clone(), response, reasons });
    }
    Ok(Some(incident))
}

fn meet(life: &mut Life<'_>, incident: &IncidentRef, on: Date, kind: ContactKind) -> Result<(), SyntheticError> {
    let at = life.time_of_day()?;
    let held = Held {
        contact: None,
        kind,
        with: With::CaseManager,
        first_for: None,
        unannounced: kind == ContactKind::HomeVisit,
        incident: Some(incident.clone()),
        report: None,
        outcome: None,
    };
    life.say_in_time(on, Some(at), None, held);
    Ok(())
}

//! The read models of one person: computed whole from the record and the clock, and replaced whole.

use crate::search::normalised;
use clock::{Clock, Detail, Kind, Obligation, State};
use facts::FactName;
use jiff::civil::Date;
use record::breach::Stage;
use record::contact::{ContactOutcome, PlannedContact, With};
use record::person::Birth;
use record::{ContactRef, Record, Scope};
use std::collections::BTreeMap;
use store::rows::{AccessRow, AppointmentRow, CaseRow, Identifier, ObligationRow, PersonRows, ProceedingsRow};

/// Planned contacts that are kept once their outcome is recorded: the latest.
const SETTLED_APPOINTMENTS: usize = 10;
/// Contacts that attendance is read from: the latest.
const ATTENDANCE: usize = 12;

/// One case with its obligations, as the clock answered.
pub(crate) struct Judged<'a> {
    pub(crate) scope: Scope,
    pub(crate) obligations: Vec<Obligation<'a>>,
}

/// Runs the clock over every case of a record.
pub(crate) fn judge<'a>(
    record: &Record,
    clock: &Clock<'a>,
    today: Date,
    detail: Detail,
) -> Result<Vec<Judged<'a>>, clock::ClockError> {
    let judged = |case: record::Case| {
        clock.evaluate(&case.timeline, today, detail).map(|obligations| Judged { scope: case.scope, obligations })
    };
    record.cases().into_iter().map(judged).collect()
}

/// The name of a case in the read models.
pub(crate) fn case_name(scope: &Scope) -> String {
    match scope {
        Scope::Order(order) => order.as_str().to_owned(),
        Scope::Report(report) => format!("report {report}"),
        Scope::Person => "person".to_owned(),
    }
}

/// All rows of one person.
pub(crate) fn person_rows(record: &Record, clock: &Clock<'_>, today: Date) -> Result<PersonRows, clock::ClockError> {
    let person = &record.person;
    let display_name = person.called().unwrap_or_else(|| "Name not known".to_owned());
    let told: Vec<String> = person.names.iter().map(record::person::Named::full).collect();
    let manager = record.supervision.case_manager_on(today);
    let mut rows = PersonRows {
        sort_name: person.names.last().map_or_else(String::new, |name| normalised(name.family.as_str())),
        names: told.iter().map(|name| normalised(name)).collect(),
        also_known_as: others(&told, &display_name),
        date_of_birth: match person.birth {
            Birth::Full(date) => Some(date.to_string()),
            _ => None,
        },
        born_about: match person.birth {
            Birth::Month(date) => Some(format!("{:04}-{:02}", date.year(), date.month())),
            Birth::Year(date) => Some(format!("{:04}", date.year())),
            Birth::Full(_) | Birth::NotKnown => None,
        },
        identifiers: person
            .identifiers
            .iter()
            .map(|known| Identifier { kind: known.kind(), value: known.value().to_owned() })
            .collect(),
        restricted: is_not_for_everyone(record),
        access: access(record, today),
        appointments: appointments(record, today),
        proceedings: proceedings(record, today),
        last_contact_on: record.last_contact_on.map(|on| on.to_string()),
        display_name,
        ..PersonRows::default()
    };
    let attendance = attendance(record);
    for Judged { scope, obligations } in judge(record, clock, today, Detail::Plain)? {
        let mut case = case_row(record, &scope, &obligations, today);
        case.attendance.clone_from(&attendance);
        rows.cases.push(case);
        for obligation in &obligations {
            rows.obligations.push(ObligationRow {
                order_ref: case_name(&scope),
                standard: obligation.standard.id().to_owned(),
                opened_on: obligation.opened_on.to_string(),
                due: obligation.due.map(|due| due.to_string()),
                state: state_word(obligation.state).to_owned(),
                on: obligation.on.map(|on| on.to_string()),
                team: manager.map(|at| at.team.to_string()),
                worker: manager.map(|at| at.worker.to_string()),
                governs: governs(obligation),
                restricted: rows.restricted,
            });
        }
    }
    Ok(rows.canonical())
}

/// The names that are not shown as the name, each once.
fn others(told: &[String], shown: &str) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for name in told {
        if name != shown && !others.contains(name) {
            others.push(name.clone());
        }
    }
    others
}

fn case_row(record: &Record, scope: &Scope, obligations: &[Obligation<'_>], today: Date) -> CaseRow {
    let manager = record.supervision.case_manager_on(today);
    let open = obligations.iter().filter(|obligation| obligation.state == State::Open);
    let next = open.filter_map(|open| Some((open.due?, open))).min_by_key(|(due, open)| (*due, !governs(open)));
    let count = |state| {
        let in_state = obligations.iter().filter(|obligation| obligation.state == state).count();
        i64::try_from(in_state).unwrap_or(i64::MAX)
    };
    let mut row = CaseRow {
        order_ref: case_name(scope),
        team: manager.map(|at| at.team.to_string()),
        worker: manager.map(|at| at.worker.to_string()),
        level: record.supervision.level_on(today).map(|level| level.as_str().to_owned()),
        next_due: next.map(|(due, _)| due.to_string()),
        next_standard: next.map(|(_, obligation)| obligation.standard.id().to_owned()),
        refresh_on: clock::next_change(obligations, today).map(|day| day.to_string()),
        restricted: is_not_for_everyone(record),
        met: count(State::Met),
        late: count(State::Late),
        missed: count(State::Missed),
        ..CaseRow::default()
    };
    match scope {
        Scope::Order(reference) => {
            if let Some(order) = record.orders.get(reference) {
                let balance = order.unpaid_work.balance();
                order.kind.as_str().clone_into(&mut row.kind);
                row.council = order.council.to_string();
                order.ended.as_ref().map_or("running", |end| end.how.as_str()).clone_into(&mut row.status);
                row.imposed_on = Some(order.imposed_on.to_string());
                row.ended_on = order.ended.as_ref().map(|end| end.on.to_string());
                row.hours_ordered = order.unpaid_work.ordered_hours().map(i64::from);
                row.minutes_credited = order.unpaid_work.ordered_hours().map(|_| balance.credited());
            }
        }
        Scope::Report(reference) => {
            if let Some(report) = record.reports.get(reference) {
                row.kind = format!("report_{}", report.kind.as_str());
                (if report.delivered_on.is_some() { "delivered" } else { "requested" }).clone_into(&mut row.status);
                row.imposed_on = Some(report.requested_on.to_string());
                row.ended_on = report.delivered_on.map(|on| on.to_string());
            }
        }
        Scope::Person => {
            "person".clone_into(&mut row.kind);
            (if record.custody.is_in_custody() { "in custody" } else { "released" }).clone_into(&mut row.status);
        }
    }
    row
}

/// Whether an obligation is the one of its group that governs. A ceiling asks for nothing, so it governs nothing.
fn governs(obligation: &Obligation<'_>) -> bool {
    obligation.governed_by.is_none() && obligation.standard.kind() != Kind::Cap
}

fn is_not_for_everyone(record: &Record) -> bool {
    record.person.restricted_to.is_some() || !record.person.excluded.is_empty()
}

/// Who may see the record: when it is restricted the people named and the case manager; never those excluded.
fn access(record: &Record, today: Date) -> Vec<AccessRow> {
    let mut accounts: BTreeMap<&str, bool> = BTreeMap::new();
    if let Some(only) = &record.person.restricted_to {
        accounts.insert(AccessRow::EVERYBODY, false);
        accounts.extend(only.iter().map(|account| (account.as_str(), true)));
        accounts.extend(record.supervision.case_manager_on(today).map(|manager| (manager.worker.as_str(), true)));
    }
    accounts.extend(record.person.excluded.iter().map(|account| (account.as_str(), false)));
    accounts.into_iter().map(|(account, may)| AccessRow { account: account.to_owned(), may }).collect()
}

/// Contacts still to come or without an outcome, and the latest that have one.
fn appointments(record: &Record, today: Date) -> Vec<AppointmentRow> {
    let manager = record.supervision.case_manager_on(today);
    let row = |contact: &ContactRef, planned: &PlannedContact, outcome: Option<ContactOutcome>| {
        let theirs = manager.filter(|_| planned.with == With::CaseManager).map(|manager| &manager.worker);
        AppointmentRow {
            contact: contact.to_string(),
            on: planned.on.to_string(),
            at: planned.at.map(|at| at.strftime("%H:%M").to_string()),
            kind: planned.kind.as_str().to_owned(),
            with: planned.with.as_str().to_owned(),
            place: planned.place.as_ref().map(|place| place.as_str().to_owned()),
            about: planned.about.as_ref().map(|about| about.as_str().to_owned()),
            worker: Some(theirs.unwrap_or(&planned.planned_by).to_string()),
            team: manager.map(|manager| manager.team.to_string()),
            outcome: outcome.map(|outcome| outcome.as_str().to_owned()),
        }
    };
    let mut settled: Vec<_> = record.settled_contacts.iter().collect();
    settled.sort_by_key(|(_, (planned, _))| (planned.on, planned.at));
    let latest = settled.into_iter().rev().take(SETTLED_APPOINTMENTS);
    let to_come = record.planned_contacts.iter().map(|(contact, planned)| row(contact, planned, None));
    to_come.chain(latest.map(|(contact, (planned, outcome))| row(contact, planned, Some(*outcome)))).collect()
}

/// Breach proceedings that have not come to their end.
fn proceedings(record: &Record, today: Date) -> Vec<ProceedingsRow> {
    let manager = record.supervision.case_manager_on(today);
    let under_way = |stage| !matches!(stage, Stage::NotPursued | Stage::Determined);
    let breaches = record.breaches.iter().filter(|(_, breach)| under_way(breach.stage));
    breaches
        .map(|(reference, breach)| ProceedingsRow {
            breach: reference.to_string(),
            order_ref: breach.order.to_string(),
            stage: breach.stage.as_str().to_owned(),
            since: breach.since.to_string(),
            endorsed: breach.endorsed,
            team: manager.map(|manager| manager.team.to_string()),
            worker: manager.map(|manager| manager.worker.to_string()),
        })
        .collect()
}

/// The latest contacts, oldest first: `k` for one that was kept, `m` for one that the person missed.
fn attendance(record: &Record) -> String {
    let mark = |name| match name {
        FactName::ContactHeld => Some('k'),
        FactName::ContactMissed => Some('m'),
        _ => None,
    };
    let facts = record.facts().iter().filter_map(|told| Some((told.fact.on, told.fact.at, mark(told.fact.name)?)));
    let mut contacts: Vec<_> = facts.collect();
    contacts.sort_by_key(|(on, at, _)| (*on, *at));
    let latest = contacts.len().saturating_sub(ATTENDANCE);
    contacts.into_iter().skip(latest).map(|(_, _, mark)| mark).collect()
}

/// The word for a state in read models and reports.
pub(crate) const fn state_word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Met => "met",
        State::Late => "late",
        State::Missed => "missed",
        State::Excused => "excused",
        State::NotApplicable => "not_applicable",
    }
}

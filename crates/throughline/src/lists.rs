//! `throughline worklist` and `caseload`: what waits, and for whom.

use crate::arguments::{Caseload, Worklist};
use crate::out;
use crate::session::Session;
use crate::table::Table;
use crate::wording::{counted, iso_said, plain};
use anyhow::Result;
use clock::Rulebook;
use record::Purpose;
use record::unpaid_work::in_hours;
use serde::Serialize;
use service::{WorklistItem, WorklistOf};
use std::io::Write;

/// Something to do, as JSON.
#[derive(Serialize)]
struct Todo<'a> {
    person: &'a str,
    name: &'a str,
    case: &'a str,
    standard: &'a str,
    title: &'a str,
    due: &'a str,
    state: &'a str,
    worker: Option<&'a str>,
}

/// A case, as JSON.
#[derive(Serialize)]
struct InHand<'a> {
    person: &'a str,
    name: &'a str,
    case: &'a str,
    kind: &'a str,
    status: &'a str,
    council: &'a str,
    level: Option<&'a str>,
    imposed_on: Option<&'a str>,
    ended_on: Option<&'a str>,
    hours_ordered: Option<i64>,
    minutes_credited: Option<i64>,
    next_due: Option<&'a str>,
}

pub(crate) fn worklist(session: &Session, asked: &Worklist, out: &mut dyn Write) -> Result<()> {
    let of = match (&asked.team, &asked.worker) {
        (Some(team), _) => WorklistOf::Team(team),
        (None, Some(worker)) => WorklistOf::Worker(worker),
        (None, None) => WorklistOf::Worker(session.actor.id.as_str()),
    };
    let items = session.service.worklist(&session.request(Purpose::Supervision), of, asked.days)?;
    let rulebook = session.service.rules().rulebook();
    if asked.json.json {
        let todo = |item| Todo::of(item, rulebook);
        return out::json(out, &items.iter().map(todo).collect::<Vec<_>>());
    }
    let (WorklistOf::Worker(whose) | WorklistOf::Team(whose)) = of;
    writeln!(
        out,
        "{}: worklist of {whose}, missed in the last 30 days or due within {}.\n",
        calendar::say(session.today()),
        counted(u64::from(asked.days), "day", "days")
    )?;
    write(&items, rulebook, out)
}

/// The worklist as a table.
pub(crate) fn write(items: &[WorklistItem], rulebook: &Rulebook, out: &mut dyn Write) -> Result<()> {
    if items.is_empty() {
        writeln!(out, "Nothing is due and nothing was missed.")?;
        return Ok(());
    }
    let mut table = Table::new(&["State", "Due", "Person", "Name", "Case", "What", "Worker"]);
    for item in items {
        let todo = Todo::of(item, rulebook);
        table.row(
            [
                todo.state,
                &iso_said(todo.due),
                todo.person,
                todo.name,
                todo.case,
                todo.title,
                todo.worker.unwrap_or("–"),
            ]
            .map(str::to_owned),
        );
    }
    table.write(out, 0)?;
    let missed = items.iter().filter(|item| item.state == "missed").count() as u64;
    writeln!(out, "\n{}, {missed} of them missed.", counted(items.len() as u64, "thing", "things"))?;
    Ok(())
}

impl<'a> Todo<'a> {
    fn of(item: &'a WorklistItem, rulebook: &'a Rulebook) -> Self {
        Self {
            person: item.person.as_str(),
            name: &item.name,
            case: &item.case,
            standard: &item.standard,
            title: rulebook.get(&item.standard).map_or(item.standard.as_str(), clock::Standard::title),
            due: &item.due,
            state: &item.state,
            worker: item.worker.as_deref(),
        }
    }
}

pub(crate) fn caseload(session: &Session, asked: &Caseload, out: &mut dyn Write) -> Result<()> {
    let worker = asked.worker.as_deref().unwrap_or(session.actor.id.as_str());
    let mut cases = session.service.caseload(&session.request(Purpose::Supervision), worker)?;
    let in_all = cases.len();
    cases.retain(|(_, case)| asked.all || case.ended_on.is_none());
    let ended = in_all - cases.len();
    if asked.json.json {
        let case = |(hit, case): &'_ (store::rows::PersonHit, store::rows::CaseRow)| {
            serde_json::to_value(InHand {
                person: &hit.stream.id,
                name: &hit.display_name,
                case: &case.order_ref,
                kind: &case.kind,
                status: &case.status,
                council: &case.council,
                level: case.level.as_deref(),
                imposed_on: case.imposed_on.as_deref(),
                ended_on: case.ended_on.as_deref(),
                hours_ordered: case.hours_ordered,
                minutes_credited: case.minutes_credited,
                next_due: case.next_due.as_deref(),
            })
        };
        return out::json(out, &cases.iter().map(case).collect::<Result<Vec<_>, _>>()?);
    }
    let mut table = Table::new(&["Person", "Name", "Case", "Kind", "Status", "Level", "Next due", "Unpaid work"]);
    for (hit, case) in &cases {
        let hours = case.hours_ordered.map_or_else(
            || "–".to_owned(),
            |hours| format!("{} of {}", in_hours(case.minutes_credited.unwrap_or_default()), in_hours(hours * 60)),
        );
        table.row([
            hit.stream.id.clone(),
            hit.display_name.clone(),
            case.order_ref.clone(),
            plain(&case.kind),
            plain(&case.status),
            case.level.as_deref().map_or_else(|| "–".to_owned(), plain),
            case.next_due.as_deref().map_or_else(|| "–".to_owned(), iso_said),
            hours,
        ]);
    }
    if !table.is_empty() {
        table.write(out, 0)?;
        writeln!(out)?;
    }
    let more = if ended == 0 {
        String::new()
    } else {
        format!("; {} more ended, which --all shows", counted(ended as u64, "case", "cases"))
    };
    writeln!(out, "{worker}: {}{more}.", counted(cases.len() as u64, "case", "cases"))?;
    Ok(())
}

//! Plans that the store keeps.

use super::arguments::{List, Record};
use crate::arguments::Common;
use crate::session::Session;
use crate::table::Table;
use crate::{out, platform};
use anyhow::Result;
use planning::{EventId, History, What};
use record::Purpose;
use serde::Serialize;
use service::{AsOf, PlanEntry, PlanId, PlanView};
use std::io::Write;
use std::path::Path;

/// The reference of a plan in the store: what is no file and does not look like one.
pub(super) fn reference(path: &Path) -> Option<PlanId> {
    let looks_like_a_file = path.is_file() || path.extension().is_some_and(|it| it == "toml" || it == "jsonl");
    if looks_like_a_file { None } else { PlanId::new(path.to_str()?).ok() }
}

/// The plan as it stands.
pub(super) fn read(common: &Common, plan: &PlanId) -> Result<PlanView> {
    let session = Session::open(common)?;
    Ok(session.service.plan(&session.request(Purpose::Management), plan, &AsOf::Now)?)
}

/// Keeps a plan in the store.
pub(super) fn keep(common: &Common, history: &History, out: &mut dyn Write) -> Result<()> {
    let session = Session::open(common)?;
    let kept = session.service.open_plan(&session.request(Purpose::Management), history)?;
    let plan = history.plan().opened.map(|opened| opened.plan.to_string()).unwrap_or_default();
    writeln!(out, "Kept in the store as {plan}: {} events.", kept.version)?;
    Ok(())
}

/// Records what happened to a plan of the store.
pub(super) fn record(common: &Common, plan: &PlanId, asked: &Record, out: &mut dyn Write) -> Result<()> {
    let session = Session::open(common)?;
    let request = session.request(Purpose::Management);
    let view = session.service.plan(&request, plan, &AsOf::Now)?;
    let entry = PlanEntry {
        id: EventId(platform::new_id(session.now)),
        happened: asked.happened.unwrap_or(session.today()),
        what: What::typed(&asked.kind, &asked.content)?,
    };
    let id = entry.id;
    let recorded = session.service.record_on_plan(&request, plan, view.version, vec![entry])?;
    writeln!(out, "Recorded as event {id}; the plan is at version {} now.", recorded.version)?;
    Ok(())
}

/// The plans of the store that the reader may see.
pub(super) fn list(common: &Common, asked: &List, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct Listed {
        plan: String,
        kind: String,
        title: String,
        from: String,
        to: String,
        status: String,
        version: Option<String>,
        public: bool,
        holds: String,
    }
    let session = Session::open(common)?;
    let found = session.service.plans(&session.request(Purpose::Management))?;
    let listed = found.into_iter().map(|one| Listed {
        plan: one.id.as_str().to_owned(),
        kind: one.row.kind,
        title: one.row.title,
        from: one.row.first_day,
        to: one.row.last_day,
        status: one.row.status,
        version: one.row.version,
        public: one.row.is_public,
        holds: one.row.holds,
    });
    let listed: Vec<Listed> = listed.collect();
    if asked.json.json {
        return out::json(out, &listed);
    }
    let mut table = Table::new(&["Plan", "Title", "Kind", "Status", "Holds"]);
    for one in listed {
        table.row([one.plan, one.title, one.kind, one.status, one.holds]);
    }
    if table.is_empty() {
        writeln!(out, "There is no plan yet: bring one in with throughline plan import PLAN.toml --keep.")?;
        return Ok(());
    }
    table.write(out, 0)?;
    Ok(())
}

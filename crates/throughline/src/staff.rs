//! `throughline staff`: who works here.

use crate::arguments::{Common, Hired, Staff};
use crate::rule_files::RuleFiles;
use crate::session::{self, Session};
use crate::table::Table;
use crate::{out, platform};
use anyhow::{Context as _, Result, bail};
use record::{AreaRef, Line, Purpose, TeamRef, WorkerRef};
use service::{Actor, Member, Role};
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use store::{Access, StoreError};

pub(crate) fn run(common: &Common, command: Staff, out: &mut dyn Write) -> Result<()> {
    match command {
        Staff::Add(hired) => add(common, &member(&hired)?, out),
        Staff::List(json) => list(&Session::open(common)?, json.json, out),
    }
}

/// The member of staff that was described.
pub(crate) fn member(hired: &Hired) -> Result<Member> {
    let actor = Actor {
        id: WorkerRef::try_from(hired.account.as_str()).context("ACCOUNT")?,
        roles: hired.role.iter().copied().map(Role::from).collect(),
        agency: AreaRef::try_from(hired.agency.as_str()).context("--agency")?,
        team: hired.team.as_deref().map(TeamRef::try_from).transpose().context("--team")?,
    };
    Ok(Member { name: Line::try_from(hired.name.as_str()).context("--name")?, actor })
}

/// Adds a member; on an empty register the first one adds themselves, whether they say that it is they who act or not.
fn add(common: &Common, member: &Member, out: &mut dyn Write) -> Result<()> {
    let session = match common.acting_as.as_deref() {
        None => first(common, &member.actor)?,
        Some(account) if account == member.actor.id.as_str() && is_empty(common)? => first(common, &member.actor)?,
        Some(_) => Session::open(common)?,
    };
    let request = session.request(Purpose::Management);
    session.service.add_staff(&request, platform::new_id(session.now), member)?;
    writeln!(out, "{} is on the staff register: {}.", member.actor.id, roles(&member.actor.roles))?;
    Ok(())
}

/// Whether nobody is on the staff register of the store that was named, or it is not there yet.
fn is_empty(common: &Common) -> Result<bool> {
    let now = platform::now(common.now.as_deref())?;
    let rule_files = RuleFiles::find(common.rules.as_deref())?;
    match session::service(common, &rule_files, now, Access::Read) {
        Ok(service) => Ok(service.nobody_registered()?),
        Err(error) if matches!(error.downcast_ref(), Some(StoreError::Missing(_))) => Ok(true),
        Err(error) => Err(error),
    }
}

/// A session for the first member of staff, who makes the database too if there is none.
pub(crate) fn first(common: &Common, actor: &Actor) -> Result<Session> {
    let now = platform::now(common.now.as_deref())?;
    let rule_files = RuleFiles::find(common.rules.as_deref())?;
    let service = session::service(common, &rule_files, now, Access::Create)?;
    if !service.nobody_registered()? {
        bail!("somebody is on the staff register already: say who acts with --as ACCOUNT (an administrator)");
    }
    let founder = Actor { roles: BTreeSet::from([Role::Administrator]), ..actor.clone() };
    Ok(Session::of(common, Arc::new(service), founder, now, rule_files))
}

fn list(session: &Session, json: bool, out: &mut dyn Write) -> Result<()> {
    let staff = session.service.staff(&session.request(Purpose::Management))?;
    if json {
        return out::json(out, &staff.values().collect::<Vec<_>>());
    }
    let mut table = Table::new(&["Account", "Name", "Roles", "Agency", "Team"]);
    for member in staff.values() {
        let actor = &member.actor;
        let team = actor.team.as_ref().map_or_else(|| "–".to_owned(), TeamRef::to_string);
        table.row([actor.id.to_string(), member.name.to_string(), roles(&actor.roles), actor.agency.to_string(), team]);
    }
    Ok(table.write(out, 0)?)
}

/// Roles as words.
pub(crate) fn roles(roles: &BTreeSet<Role>) -> String {
    roles.iter().map(|role| role.as_str().replace('_', " ")).collect::<Vec<_>>().join(", ")
}

//! What the desk asks on an ordinary day: what is to be done, the diary, the caseload, the team. All of it comes from the
//! read models; only the reason of one obligation opens a record.

mod allocation;
mod caseload;
mod reason;
mod standards;
mod team;
mod today;
pub(crate) mod workload;

pub use allocation::{Allocation, Candidate, ToAllocate};
pub use caseload::{CaseInHand, CaseloadAsked, CaseloadPage, Running, Sort};
pub use reason::{Obliged, Reason, Trace};
pub use standards::{Quarter, StandardCase, StandardCases, StandardCasesAsked, StandardCount, TeamStandards};
pub use team::{TeamPage, TeamWorker, ToEndorse};
pub use today::{Appointment, DayOfDiary, Diary, Part, Tally, Today, Todo, TodoPage, Unseen};
pub use workload::{Capacity, Weight, Workload, WorkloadError};

use crate::directory::Directory;
use crate::lists::WorklistOf;
use crate::path::{Path, Whose};
use crate::{Member, Request, Role, ServiceError};
use jiff::civil::Date;
use std::sync::Arc;
use store::rows;

/// How far back the desk shows what was missed.
const DAYS_BACK: i64 = 30;
/// How far ahead the desk looks.
const DAYS_AHEAD: i64 = 7;

/// A date of the read models.
fn date(text: &str) -> Result<Date, ServiceError> {
    text.parse().map_err(|_| ServiceError::Asked(format!("the read models hold \"{text}\" where a date belongs.")))
}

fn date_of(text: Option<&String>) -> Result<Option<Date>, ServiceError> {
    text.map(|text| date(text)).transpose()
}

pub(crate) fn stored_of(of: WorklistOf<'_>) -> rows::WorklistOf {
    match of {
        WorklistOf::Worker(worker) => rows::WorklistOf::Worker(worker.to_owned()),
        WorklistOf::Team(team) => rows::WorklistOf::Team(team.to_owned()),
    }
}

/// Where an account or a team truly belongs, so that the policies decide about that and not about where the actor says.
pub(crate) struct Place {
    directory: Arc<Directory>,
    agency: String,
    team: String,
    worker: String,
}

impl Place {
    pub(crate) fn of(path: &Path, request: &Request<'_>, of: WorklistOf<'_>) -> Result<Self, ServiceError> {
        let directory = path.directory()?;
        let actor = request.actor;
        let own_team = actor.team.as_ref().map_or("", record::TeamRef::as_str);
        let (agency, team, worker) = match of {
            WorklistOf::Worker(worker) if worker == actor.id.as_str() => (actor.agency.as_str(), own_team, worker),
            WorklistOf::Worker(worker) => {
                let (agency, team) = directory.actor(worker).map(place_of).unwrap_or_default();
                (agency, team, worker)
            }
            WorklistOf::Team(team) if team == own_team => (actor.agency.as_str(), team, ""),
            WorklistOf::Team(team) => (agency_of_team(&directory, team).unwrap_or_default(), team, ""),
        };
        let (agency, team, worker) = (agency.to_owned(), team.to_owned(), worker.to_owned());
        Ok(Self { directory, agency, team, worker })
    }

    pub(crate) fn whose(&self) -> Whose<'_> {
        Whose { agency: &self.agency, team: &self.team, worker: &self.worker }
    }
}

fn place_of(actor: &crate::Actor) -> (&str, &str) {
    (actor.agency.as_str(), actor.team.as_ref().map_or("", record::TeamRef::as_str))
}

/// The agency whose team it is: as it is named, or as its members are registered.
fn agency_of_team<'a>(directory: &'a Directory, team: &str) -> Option<&'a str> {
    let named = directory.teams().values().find(|named| named.team.as_str() == team);
    let member = || directory.of_team(team).first().map(|member| member.actor.agency.as_str());
    named.map(|named| named.agency.as_str()).or_else(member)
}

/// The case managers of a team, by name.
fn case_managers<'a>(directory: &'a Directory, team: &str) -> Vec<&'a Member> {
    let mut members = directory.of_team(team);
    members.retain(|member| member.actor.roles.contains(&Role::CaseManager));
    members
}

/// The teams of an agency that have case managers.
fn teams_of<'a>(directory: &'a Directory, agency: &str) -> std::collections::BTreeSet<&'a str> {
    let members = directory.of_agency(agency).into_iter();
    let managers = members.filter(|member| member.actor.roles.contains(&Role::CaseManager));
    managers.filter_map(|member| member.actor.team.as_ref()).map(record::TeamRef::as_str).collect()
}

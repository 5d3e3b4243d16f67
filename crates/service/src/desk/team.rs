//! A team at a glance: who has how much, what nobody has yet, what waits for a manager's endorsement.

use super::workload::capacity;
use super::{DAYS_AHEAD, DAYS_BACK, Place, ToAllocate, date};
use crate::desk::allocation::to_allocate;
use crate::lists::{WorklistOf, person_id};
use crate::policy::Doing;
use crate::{Directory, OpenedRecord, PersonId, Request, Service, ServiceError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use record::WorkerRef;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Tx;
use store::rows;

/// A worker of a team with what they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamWorker {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// Running cases.
    pub cases: u64,
    /// Running cases by contact level; `not_set` where there is none.
    pub by_level: BTreeMap<String, u64>,
    /// Obligations that fell due in the last 30 days and are not done.
    pub late: u64,
    /// Obligations that fall due from today to seven days on.
    pub due: u64,
    /// The points of the cases.
    pub case_points: i64,
    /// The points of what is late.
    pub task_points: i64,
    /// What they can carry.
    pub capacity: i64,
    /// Why it is not the usual.
    pub capacity_reason: Option<String>,
}

impl TeamWorker {
    /// All points together.
    pub fn points(&self) -> i64 {
        self.case_points + self.task_points
    }

    /// The points as a share of the capacity, in per cent; more than 100 when there is too much.
    pub fn percent(&self) -> i64 {
        if self.capacity > 0 { (self.points() * 100 + self.capacity / 2) / self.capacity } else { 100 }
    }
}

/// Breach proceedings that wait for a manager's endorsement (S3 5.28).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToEndorse {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The proceedings.
    pub breach: String,
    /// Of which order.
    pub case: String,
    /// `proposed` or `decided`.
    pub stage: String,
    /// Since when.
    pub since: Date,
    /// The case manager's name.
    pub worker_name: Option<String>,
}

/// A team at a glance.
#[derive(Clone, Debug)]
pub struct TeamPage {
    /// The day.
    pub today: Date,
    /// The team.
    pub team: String,
    /// Its workers, by name.
    pub workers: Vec<TeamWorker>,
    /// The council's running orders that nobody manages, and the team's new orders whose allocation is not recorded.
    pub unallocated: Vec<ToAllocate>,
    /// Breach proceedings to endorse.
    pub to_endorse: Vec<ToEndorse>,
    /// Alarms of the agency that nobody has settled.
    pub alarms: i64,
    /// Records that were opened with a reason: the team's, and by its members.
    pub opened: Vec<OpenedRecord>,
    /// The table of points, and who says so.
    pub points_from: String,
    /// Who works here.
    pub directory: Arc<Directory>,
}

/// Rows of each list.
const SHOWN: u32 = 30;

impl Service {
    /// A team at a glance, for its manager.
    pub fn team(&self, request: &Request<'_>, team: &str) -> Result<TeamPage, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, WorklistOf::Team(team))?;
        let viewer = request.actor.id.as_str();
        self.path.over_many(request, Doing::ViewTeam, place.whose(), |tx| {
            let workers = self.workers(tx, team, today, viewer, &place.directory)?;
            let unallocated = to_allocate(tx, &place, self.path.rules().rulebook(), today, viewer, SHOWN)?;
            let to_endorse = |row: rows::ToEndorse| {
                Ok(ToEndorse {
                    person: person_id(&row.stream)?,
                    name: row.display_name,
                    restricted: row.restricted,
                    breach: row.proceedings.breach,
                    case: row.proceedings.order_ref,
                    stage: row.proceedings.stage,
                    since: date(&row.proceedings.since)?,
                    worker_name: row
                        .proceedings
                        .worker
                        .as_deref()
                        .map(|worker| place.directory.worker_name(worker).to_owned()),
                })
            };
            let waiting = rows::to_endorse(tx, team, viewer, SHOWN)?;
            Ok(TeamPage {
                today,
                team: team.to_owned(),
                workers,
                unallocated,
                to_endorse: waiting.into_iter().map(to_endorse).collect::<Result<_, ServiceError>>()?,
                alarms: store::alarms::waiting(tx, request.actor.agency.as_str())?,
                opened: crate::openings::of_team(tx, team, request, &place.directory)?,
                points_from: self.path.rules().workload().on(today).map(super::Weight::source).unwrap_or_default(),
                directory: Arc::clone(&place.directory),
            })
        })
    }

    /// One worker as their team's page shows them, and the team.
    pub fn worker_of_team(
        &self,
        request: &Request<'_>,
        worker: &WorkerRef,
    ) -> Result<(TeamWorker, String), ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, WorklistOf::Worker(worker.as_str()))?;
        self.path.over_many(request, Doing::ViewTeam, place.whose(), |tx| {
            let viewer = request.actor.id.as_str();
            let workers = self.workers(tx, &place.team, today, viewer, &place.directory)?;
            let found = workers.into_iter().find(|one| one.account == worker.as_str());
            Ok((found.ok_or(ServiceError::NotFound)?, place.team.clone()))
        })
    }

    /// A team's case managers with what they have: those of the register, and whoever else has cases of the team.
    pub(super) fn workers(
        &self,
        tx: &mut dyn Tx,
        team: &str,
        today: Date,
        viewer: &str,
        directory: &Directory,
    ) -> Result<Vec<TeamWorker>, ServiceError> {
        let Some(weight) = self.path.rules().workload().on(today) else { return Ok(Vec::new()) };
        let loads = rows::load(tx, team, viewer)?;
        let (from, until) = (today.saturating_sub(DAYS_BACK.days()), today.saturating_add(DAYS_AHEAD.days()));
        let waiting = rows::waiting(tx, team, &from.to_string(), &today.to_string(), &until.to_string(), viewer)?;
        let registered = super::case_managers(directory, team).into_iter().map(|member| member.actor.id.to_string());
        let accounts: BTreeSet<String> = registered.chain(loads.iter().map(|load| load.worker.clone())).collect();
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let mut workers = Vec::with_capacity(accounts.len());
        for account in accounts {
            let (mut cases, mut case_points) = (0, 0);
            let mut by_level: BTreeMap<String, u64> = BTreeMap::new();
            for load in loads.iter().filter(|load| load.worker == account) {
                cases += count(load.cases);
                case_points += load.cases * weight.of_case(&load.kind, load.level.as_deref());
                let level = load.level.clone().unwrap_or_else(|| "not_set".to_owned());
                *by_level.entry(level).or_default() += count(load.cases);
            }
            let theirs = waiting.iter().find(|waiting| waiting.worker == account);
            let (late, due) = theirs.map_or((0, 0), |theirs| (count(theirs.late), count(theirs.due)));
            let recorded = capacity(tx, &account, today)?;
            workers.push(TeamWorker {
                name: directory.worker_name(&account).to_owned(),
                cases,
                by_level,
                late,
                due,
                case_points,
                task_points: weight.of_late(late),
                capacity: recorded.as_ref().map_or(weight.usual_capacity(), |recorded| i64::from(recorded.points)),
                capacity_reason: recorded.map(|recorded| recorded.reason.as_str().to_owned()),
                account,
            });
        }
        workers.sort_by(|a, b| (&a.name, &a.account).cmp(&(&b.name, &b.account)));
        Ok(workers)
    }
}

//! Allocation: the orders that nobody has, with the two working days that the standard gives (S3 5.3), and whom to give one
//! to, with everybody's workload before and after.

use super::{DAYS_BACK, Place, TeamWorker, date_of};
use crate::lists::{WorklistOf, person_id};
use crate::policy::Doing;
use crate::{Directory, PersonId, Request, Service, ServiceError};
use clock::Rulebook;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::sync::Arc;
use store::rows::{self, StandardCases};
use store::{Tx, events};

/// The standard that asks for an allocation.
const STANDARD: &str = "nos.allocate";

/// An order whose allocation is not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToAllocate {
    /// Who is on the order.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The order.
    pub case: String,
    /// Its kind; none where the person has a case manager already.
    pub kind: Option<String>,
    /// When it was imposed.
    pub imposed_on: Option<Date>,
    /// The standard whose clock runs, and its title.
    pub standard: (&'static str, String),
    /// The day that opened the standard; none when nothing has.
    pub opened_on: Option<Date>,
    /// The last day in time.
    pub due: Option<Date>,
    /// That day has passed.
    pub late: bool,
    /// The case manager of the person's other orders.
    pub has: Option<String>,
}

/// The orders of a council that nobody manages, what is due first, then the team's people with a new order.
pub(super) fn to_allocate(
    tx: &mut dyn Tx,
    place: &Place,
    rulebook: &Rulebook,
    today: Date,
    viewer: &str,
    limit: u32,
) -> Result<Vec<ToAllocate>, ServiceError> {
    let title = rulebook.get(STANDARD).map_or(STANDARD, clock::Standard::title);
    let mut found = Vec::new();
    for row in rows::unallocated(tx, &place.agency, STANDARD, viewer, limit)? {
        let due = date_of(row.due.as_ref())?;
        found.push(ToAllocate {
            person: person_id(&row.person.stream)?,
            name: row.person.display_name,
            restricted: row.person.restricted,
            case: row.case.order_ref,
            kind: Some(row.case.kind),
            imposed_on: date_of(row.case.imposed_on.as_ref())?,
            standard: (STANDARD, title.to_owned()),
            opened_on: date_of(row.opened_on.as_ref())?,
            due,
            late: due.is_some_and(|due| due < today),
            has: None,
        });
    }
    for state in ["open", "missed"] {
        let list = StandardCases {
            team: place.team.clone(),
            standard: STANDARD.to_owned(),
            from: today.saturating_sub(DAYS_BACK.days()).to_string(),
            until: today.saturating_add(1.days()).to_string(),
            state: Some(state.to_owned()),
            viewer: viewer.to_owned(),
            after: None,
            limit,
        };
        for row in rows::standard_cases(tx, &list)? {
            let due = date_of(row.due.as_ref())?;
            found.push(ToAllocate {
                person: person_id(&row.stream)?,
                name: row.display_name,
                restricted: row.restricted,
                case: row.order_ref,
                kind: None,
                imposed_on: None,
                standard: (STANDARD, title.to_owned()),
                opened_on: Some(super::date(&row.opened_on)?),
                due,
                late: due.is_some_and(|due| due < today),
                has: row.worker.as_deref().map(|worker| place.directory.worker_name(worker).to_owned()),
            });
        }
    }
    Ok(found)
}

/// Somebody to whom a case can be allocated, with their workload before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The worker as they stand.
    pub worker: TeamWorker,
    /// Their points with the person's cases.
    pub after: i64,
    /// That as a share of the capacity, in per cent.
    pub percent_after: i64,
    /// They manage the person's cases now.
    pub has_it: bool,
}

/// A person whose cases are to be allocated, and to whom they can be.
#[derive(Clone, Debug)]
pub struct Allocation {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The record's version, on which the allocation is based.
    pub version: u64,
    /// The day.
    pub today: Date,
    /// The running cases: reference, kind, level.
    pub cases: Vec<(String, String, Option<String>)>,
    /// What they weigh together.
    pub points: i64,
    /// The account of the case manager now.
    pub current: Option<String>,
    /// The team.
    pub team: String,
    /// The team's case managers.
    pub candidates: Vec<Candidate>,
    /// The other teams of the council.
    pub other_teams: Vec<String>,
    /// The table of points, and who says so.
    pub points_from: String,
    /// Who works here.
    pub directory: Arc<Directory>,
}

impl Service {
    /// Whom a person's cases can be allocated to in a team, with workload in view.
    pub fn allocation(&self, request: &Request<'_>, person: &PersonId, team: &str) -> Result<Allocation, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, WorklistOf::Team(team))?;
        let (viewer, stream) = (request.actor.id.as_str(), person.stream());
        self.path.over_many_about(request, Doing::ViewTeam, place.whose(), &stream, |tx| {
            let Some(found) = rows::dump(tx, &stream)? else { return Err(ServiceError::NotFound) };
            let of_council = found.cases.iter().any(|case| case.council == place.agency)
                || (place.agency == request.actor.agency.as_str()
                    && found.cases.iter().all(|case| case.council.is_empty()));
            if !rows::may_see(tx, &stream, viewer)? {
                return Err(ServiceError::NotFound);
            }
            if !of_council {
                return Err(Doing::ViewTeam.refusal());
            }
            let weight = self.path.rules().workload().on(today);
            let running = || found.cases.iter().filter(|case| case.ended_on.is_none());
            let weigh = |case: &rows::CaseRow| weight.map_or(0, |w| w.of_case(&case.kind, case.level.as_deref()));
            let points = running().map(weigh).sum();
            let current = running().find_map(|case| case.worker.clone());
            let candidates = self.workers(tx, team, today, viewer, &place.directory)?.into_iter().map(|worker| {
                let has_it = current.as_ref() == Some(&worker.account);
                let after = worker.points() + if has_it { 0 } else { points };
                let then = TeamWorker { case_points: after - worker.task_points, ..worker.clone() };
                Candidate { after, percent_after: then.percent(), has_it, worker }
            });
            let candidates = candidates.collect();
            let teams = super::teams_of(&place.directory, &place.agency);
            Ok(Allocation {
                person: person.clone(),
                version: u64::try_from(events::version(tx, &stream)?).unwrap_or_default(),
                today,
                cases: running().map(|case| (case.order_ref.clone(), case.kind.clone(), case.level.clone())).collect(),
                points,
                current,
                team: team.to_owned(),
                candidates,
                other_teams: teams.into_iter().filter(|other| *other != team).map(str::to_owned).collect(),
                points_from: weight.map(super::Weight::source).unwrap_or_default(),
                restricted: found.restricted,
                name: found.display_name,
                directory: Arc::clone(&place.directory),
            })
        })
    }
}

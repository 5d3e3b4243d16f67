//! Team: who has how much of what they can carry, orders that nobody has yet with their two-day clock, breaches to endorse;
//! from here to allocation, to a worker's capacity, and to the standards down to the case.

mod allocate;
mod capacity;
mod standards;

use crate::Desk;
use crate::caseload::kind;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::today::todo;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::{Whose, encoded};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::Purpose;
use service::{OpenedRecord, Role, TeamWorker, ToAllocate};

/// Who leads a team.
const ACCESS: Access = Access::Only(&[Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/team", ACCESS, "a team's work, what nobody has yet, and breaches to endorse", team);
    capacity::routes(allocate::routes(standards::routes(routes)))
}

/// Which team: `?team=…`, or one's own.
#[derive(serde::Deserialize)]
struct Asked {
    team: Option<String>,
}

/// The team that is asked for, or the reader's own.
fn team_of(seen: &Seen, asked: Option<String>) -> Result<String, Trouble> {
    let own = seen.actor.team.as_ref().map(ToString::to_string);
    match Whose::of(seen, None, asked.filter(|team| !team.is_empty()).or(own))? {
        Whose::Team(team) => Ok(team),
        Whose::Worker(_) => Err(Trouble::NotUnderstood(
            "You are registered in no team, so there is none of yours to show. Ask an administrator to put you in one."
                .to_owned(),
        )),
    }
}

/// A worker in words.
struct Worker {
    account: String,
    name: String,
    cases: u64,
    levels: Vec<u64>,
    late: u64,
    due: u64,
    points: i64,
    capacity: i64,
    percent: i64,
    is_over: bool,
    reason: String,
}

/// The columns of levels, closest first.
const LEVELS: [&str; 5] = ["very_high", "high", "medium", "low", "not_set"];

impl Worker {
    fn of(worker: TeamWorker) -> Self {
        Self {
            levels: LEVELS.iter().map(|level| worker.by_level.get(*level).copied().unwrap_or_default()).collect(),
            points: worker.points(),
            percent: worker.percent(),
            is_over: worker.points() > worker.capacity,
            account: encoded(&worker.account),
            name: worker.name,
            cases: worker.cases,
            late: worker.late,
            due: worker.due,
            capacity: worker.capacity,
            reason: worker.capacity_reason.unwrap_or_default(),
        }
    }
}

/// An order that nobody has yet, in words.
struct Waiting {
    person: String,
    name: String,
    restricted: bool,
    case: String,
    kind: String,
    imposed: String,
    due: String,
    clock: String,
    is_late: bool,
    reason: Option<String>,
    has: Option<String>,
}

impl Waiting {
    fn of(desk: &Desk, waiting: ToAllocate, today: Date) -> Self {
        let person = encoded(waiting.person.as_str());
        let days = |due: Date| today.until(due).map_or(0, |span| span.get_days());
        let clock = match waiting.due.map(days) {
            None => "The clock begins when the order is received".to_owned(),
            Some(0) => "Due today".to_owned(),
            Some(1) => "Due tomorrow".to_owned(),
            Some(days) if days > 1 => format!("{days} days left"),
            Some(-1) => "1 day late".to_owned(),
            Some(days) => format!("{} days late", -days),
        };
        Self {
            reason: waiting.opened_on.map(|opened| todo::reason(&person, &waiting.case, waiting.standard.0, opened, 0)),
            name: waiting.name,
            restricted: waiting.restricted,
            kind: waiting.kind.map_or_else(|| "New order".to_owned(), |one| kind(desk, &one)),
            imposed: waiting.imposed_on.map(when::short_day).unwrap_or_default(),
            due: waiting.due.map(when::short_day).unwrap_or_default(),
            clock,
            is_late: waiting.late,
            has: waiting.has,
            case: waiting.case,
            person,
        }
    }
}

/// A breach to endorse, in words.
struct Breach {
    person: String,
    name: String,
    restricted: bool,
    case: String,
    reference: String,
    stage: String,
    since: String,
    worker: String,
}

/// A record that was opened with a reason, in words.
struct Opened {
    person: String,
    name: String,
    restricted: bool,
    by: String,
    reason: String,
    at: String,
    until: String,
    review: String,
    /// What became of it, once a manager said it.
    reviewed: Option<String>,
    is_own: bool,
}

impl Opened {
    fn of(seen: &Seen, opened: OpenedRecord) -> Self {
        let person = encoded(opened.person.as_str());
        Self {
            review: format!("/people/{person}/openings/{}", opened.id),
            name: opened.name.unwrap_or_default(),
            restricted: opened.restricted,
            is_own: opened.by == seen.actor.id.as_str(),
            by: opened.by_name,
            reason: opened.reason,
            at: when::moment(opened.at),
            until: when::time(when::local(opened.until).time()),
            reviewed: opened.reviewed.map(|reviewed| {
                let said = if reviewed.accepted { "Accepted" } else { "To be followed up" };
                format!("{said}, {}, {}", reviewed.by_name, when::short_day(when::day_of(reviewed.at)))
            }),
            person,
        }
    }
}

#[derive(Template)]
#[template(path = "team/page.html")]
struct Page {
    frame: Frame,
    name: String,
    query: String,
    teams: Vec<(String, String, bool)>,
    workers: Vec<Worker>,
    sum: (u64, i64, i64),
    waiting: Vec<Waiting>,
    breaches: Vec<Breach>,
    opened: Vec<Opened>,
    /// Alarms of the agency that nobody has settled.
    alarms: i64,
    /// How many of them nobody has reviewed.
    to_review: usize,
    points_from: String,
}

async fn team(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let team = team_of(&seen, asked.team)?;
    let of = team.clone();
    let found = desk.ask(&seen, Purpose::Management, move |service, request| service.team(request, &of)).await?;
    let directory = &found.directory;
    let of_agency = directory.teams().values().filter(|one| one.agency == seen.actor.agency);
    let teams: Vec<_> =
        of_agency.map(|one| (encoded(one.team.as_str()), one.name.to_string(), one.team.as_str() == team)).collect();
    let breaches = found.to_endorse.into_iter().map(|breach| Breach {
        person: encoded(breach.person.as_str()),
        name: breach.name,
        restricted: breach.restricted,
        case: breach.case,
        reference: encoded(&breach.breach),
        stage: desk.words().say("stage", &breach.stage),
        since: when::short_day(breach.since),
        worker: breach.worker_name.unwrap_or_default(),
    });
    let workers: Vec<Worker> = found.workers.into_iter().map(Worker::of).collect();
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Team),
        name: directory.team_name(&team).to_owned(),
        query: format!("team={}", encoded(&team)),
        teams: if teams.len() > 1 { teams } else { Vec::new() },
        sum: (
            workers.iter().map(|worker| worker.cases).sum(),
            workers.iter().map(|worker| worker.points).sum(),
            workers.iter().map(|worker| worker.capacity).sum(),
        ),
        workers,
        waiting: found.unallocated.into_iter().map(|one| Waiting::of(&desk, one, found.today)).collect(),
        breaches: breaches.collect(),
        alarms: found.alarms,
        to_review: found.opened.iter().filter(|opened| opened.reviewed.is_none()).count(),
        opened: found.opened.into_iter().map(|opened| Opened::of(&seen, opened)).collect(),
        points_from: found.points_from,
    };
    frame::page(&page)
}

#[cfg(test)]
mod tests;

//! A team: its workers with their workload, what is to be allocated and endorsed, and how the standards were met.

use super::openings::OpeningShown;
use super::operation::{Api, IDEMPOTENCY_KEY, In, Operation, Parameter};
use super::page::Page;
use super::problem::Problem;
use super::sent::{Asked, Key, Of, Sent, answer, nothing};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use record::{Line, Purpose, TeamRef, WorkerRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Capacity, Quarter, Role, StandardCasesAsked, TeamWorker};
use std::collections::BTreeMap;

const MANAGES: Access = Access::Only(&[Role::TeamManager]);

const TEAM: Parameter = Parameter {
    name: "team",
    at: In::Path,
    required: true,
    pattern: "^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$",
    longest: 40,
    says: "The team's reference.",
};

const STANDARD: Parameter = Parameter {
    name: "standard",
    at: In::Path,
    required: true,
    pattern: "^[a-z0-9_.-]{1,100}$",
    longest: 100,
    says: "The standard's id.",
};

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/teams/{team}", MANAGES, "team", "A team at a glance")
            .says("Its workers with points of work against capacity, orders to allocate with their clock, breach proceedings to endorse, records opened with a reason.")
            .with(TEAM)
            .answers::<TeamShown>(200),
        team,
    )
    .operation(
        Operation::get("/api/v1/teams/{team}/standards", Access::Only(&[Role::TeamManager, Role::Analyst]), "team", "How a team met the standards")
            .says("Of what was opened in a quarter; counts without names.")
            .with(TEAM)
            .query::<WhichQuarter>()
            .answers::<StandardsMet>(200),
        standards,
    )
    .operation(
        Operation::get("/api/v1/teams/{team}/standards/{standard}", MANAGES, "team", "The obligations behind a count")
            .says("With names, 50 to a page.")
            .with(TEAM)
            .with(STANDARD)
            .query::<WhichObligations>()
            .answers::<Page<ObligationOfTeam>>(200),
        obligations,
    )
    .operation(
        Operation::get("/api/v1/people/{person}/allocation", MANAGES, "team", "To whom a person's cases can be allocated")
            .says("A team's case managers with their workload before and after. To allocate, record supervision.allocated.")
            .query::<WhichTeam>()
            .answers::<AllocationShown>(200),
        allocation,
    )
    .operation(
        Operation::post("/api/v1/workers/{account}/capacity", MANAGES, "team", "Say what a worker can carry")
            .says("From a day on, which may be to come.")
            .with(ACCOUNT)
            .takes::<NewCapacity>()
            .with(IDEMPOTENCY_KEY)
            .may_answer(409)
            .done_without_words(),
        set_capacity,
    )
}

/// A worker's account in the path.
const ACCOUNT: Parameter = Parameter { name: "account", pattern: TEAM.pattern, says: "The worker's account.", ..TEAM };

fn team_of(text: &str) -> Result<TeamRef, Problem> {
    TeamRef::try_from(text).map_err(|_| Problem::not_found())
}

/// A worker with what they have.
#[derive(Debug, Serialize, JsonSchema)]
struct WorkerShown {
    /// The account.
    account: String,
    /// The name.
    name: String,
    /// Running cases.
    cases: u64,
    /// Running cases by contact level; `not_set` where there is none.
    by_level: BTreeMap<String, u64>,
    /// Obligations that fell due in the last 30 days and are not done.
    late: u64,
    /// Obligations that fall due from today to seven days on.
    due: u64,
    /// The points of cases and of what is late.
    points: i64,
    /// What they can carry.
    capacity: i64,
    /// Why that is not the usual.
    capacity_reason: Option<String>,
}

impl From<TeamWorker> for WorkerShown {
    fn from(worker: TeamWorker) -> Self {
        Self {
            points: worker.points(),
            account: worker.account,
            name: worker.name,
            cases: worker.cases,
            by_level: worker.by_level,
            late: worker.late,
            due: worker.due,
            capacity: worker.capacity,
            capacity_reason: worker.capacity_reason,
        }
    }
}

/// An order to allocate.
#[derive(Debug, Serialize, JsonSchema)]
struct ToAllocateShown {
    /// Who is on the order.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The order.
    case: String,
    /// Its kind.
    kind: Option<String>,
    /// When it was imposed.
    imposed_on: Option<Date>,
    /// The last day in time.
    due: Option<Date>,
    /// That day has passed.
    late: bool,
    /// The case manager of the person's other orders.
    has: Option<String>,
}

/// Breach proceedings to endorse.
#[derive(Debug, Serialize, JsonSchema)]
struct ToEndorseShown {
    /// Who.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The proceedings.
    breach: String,
    /// Of which order.
    case: String,
    /// `proposed` or `decided`.
    stage: String,
    /// Since when.
    since: Date,
}

/// A team at a glance.
#[derive(Debug, Serialize, JsonSchema)]
struct TeamShown {
    /// The day.
    today: Date,
    /// The team.
    team: String,
    /// Its workers, by name.
    workers: Vec<WorkerShown>,
    /// Orders to allocate.
    unallocated: Vec<ToAllocateShown>,
    /// Breach proceedings to endorse.
    to_endorse: Vec<ToEndorseShown>,
    /// Records that were opened with a reason: the team's, and by its members.
    opened: Vec<OpeningShown>,
    /// The table of points, and who says so.
    points_from: String,
}

async fn team(State(desk): State<Desk>, seen: Seen, Path(team): Path<String>) -> Result<Response, Problem> {
    let team = team_of(&team)?;
    let page =
        desk.ask(&seen, Purpose::Management, move |service, request| service.team(request, team.as_str())).await?;
    let unallocated = page.unallocated.into_iter().map(|order| ToAllocateShown {
        person: order.person.as_str().to_owned(),
        name: order.name,
        restricted: order.restricted,
        case: order.case,
        kind: order.kind,
        imposed_on: order.imposed_on,
        due: order.due,
        late: order.late,
        has: order.has,
    });
    let to_endorse = page.to_endorse.into_iter().map(|breach| ToEndorseShown {
        person: breach.person.as_str().to_owned(),
        name: breach.name,
        restricted: breach.restricted,
        breach: breach.breach,
        case: breach.case,
        stage: breach.stage,
        since: breach.since,
    });
    let shown = TeamShown {
        today: page.today,
        team: page.team,
        workers: page.workers.into_iter().map(WorkerShown::from).collect(),
        unallocated: unallocated.collect(),
        to_endorse: to_endorse.collect(),
        opened: page.opened.into_iter().map(OpeningShown::from).collect(),
        points_from: page.points_from,
    };
    Ok(answer(StatusCode::OK, shown))
}

/// Which quarter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichQuarter {
    /// The quarter, `2026-q1`; the present one when nothing is said.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{4}-q[1-4]$"))]
    quarter: Option<String>,
}

/// How a team met the standards.
#[derive(Debug, Serialize, JsonSchema)]
struct StandardsMet {
    /// The team.
    team: String,
    /// The quarter.
    quarter: String,
    /// The rulebook and its version.
    rulebook: String,
    /// One for each standard that was asked of anybody.
    standards: Vec<StandardMet>,
}

/// How one standard was met.
#[derive(Debug, Serialize, JsonSchema)]
struct StandardMet {
    /// The standard's id.
    standard: String,
    /// Its title.
    title: String,
    /// Its citation.
    source: String,
    /// Met in time.
    met: u64,
    /// Met after it was due.
    late: u64,
    /// Past due and never met.
    missed: u64,
    /// Not met for a reason that was accepted.
    excused: u64,
    /// Still running.
    open: u64,
    /// Met, late or missed: the base of a percentage.
    judged: u64,
}

fn quarter_of(text: Option<&str>) -> Result<Option<Quarter>, Problem> {
    text.map(|text| text.parse().map_err(|error: service::ServiceError| Problem::field("quarter", error.to_string())))
        .transpose()
}

async fn standards(
    State(desk): State<Desk>,
    seen: Seen,
    Path(team): Path<String>,
    Asked(which): Asked<WhichQuarter>,
) -> Result<Response, Problem> {
    let (team, quarter) = (team_of(&team)?, quarter_of(which.quarter.as_deref())?);
    let met = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            let quarter = quarter.unwrap_or_else(|| Quarter::of(request.today()));
            service.team_standards(request, team.as_str(), quarter)
        })
        .await?;
    let standards = met.rows.into_iter().map(|row| StandardMet {
        judged: row.judged(),
        standard: row.standard,
        title: row.title,
        source: row.source,
        met: row.met,
        late: row.late,
        missed: row.missed,
        excused: row.excused,
        open: row.open,
    });
    let shown = StandardsMet {
        team: met.team,
        quarter: met.quarter.to_string(),
        rulebook: met.rulebook,
        standards: standards.collect(),
    };
    Ok(answer(StatusCode::OK, shown))
}

/// Which obligations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichObligations {
    /// The quarter, `2026-q1`; the present one when nothing is said.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{4}-q[1-4]$"))]
    quarter: Option<String>,
    /// Only in this state.
    #[serde(default)]
    state: Option<super::obligations::ObligationState>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// One obligation behind a count.
#[derive(Debug, Serialize, JsonSchema)]
struct ObligationOfTeam {
    /// Who.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The order or report.
    case: String,
    /// The day that opened it.
    opened_on: Date,
    /// The last day.
    due: Option<Date>,
    /// How it stands.
    state: String,
    /// The day that settled it.
    on: Option<Date>,
}

async fn obligations(
    State(desk): State<Desk>,
    seen: Seen,
    Path((team, standard)): Path<(String, String)>,
    Asked(which): Asked<WhichObligations>,
) -> Result<Response, Problem> {
    let (team, quarter) = (team_of(&team)?, quarter_of(which.quarter.as_deref())?);
    let page = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            let asked = StandardCasesAsked {
                team: team.as_str(),
                standard: &standard,
                quarter: quarter.unwrap_or_else(|| Quarter::of(request.today())),
                state: which.state.map(super::obligations::ObligationState::word),
                after: which.cursor.as_deref(),
            };
            service.standard_cases(request, &asked)
        })
        .await?;
    let items = page.rows.into_iter().map(|row| ObligationOfTeam {
        person: row.person.as_str().to_owned(),
        name: row.name,
        restricted: row.restricted,
        case: row.case,
        opened_on: row.opened_on,
        due: row.due,
        state: row.state,
        on: row.on,
    });
    Ok(answer(StatusCode::OK, Page { items: items.collect(), next: page.next }))
}

/// Which team.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichTeam {
    /// The team's reference; one's own when nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
}

/// A person whose cases are to be allocated, and to whom they can be.
#[derive(Debug, Serialize, JsonSchema)]
struct AllocationShown {
    /// Who.
    person: String,
    /// Their name.
    name: String,
    /// The record's version, to send with the allocation.
    version: u64,
    /// What the person's cases weigh together.
    points: i64,
    /// The account of the case manager now.
    current: Option<String>,
    /// The team.
    team: String,
    /// Its case managers.
    candidates: Vec<CandidateShown>,
    /// The other teams of the council.
    other_teams: Vec<String>,
    /// The table of points, and who says so.
    points_from: String,
}

/// Somebody to whom a case can be allocated.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateShown {
    /// The worker as they stand.
    worker: WorkerShown,
    /// Their points with the person's cases.
    after: i64,
    /// They manage the person's cases now.
    has_it: bool,
}

async fn allocation(
    State(desk): State<Desk>,
    seen: Seen,
    Of(person): Of,
    Asked(which): Asked<WhichTeam>,
) -> Result<Response, Problem> {
    let team = which.team.or_else(|| seen.actor.team.clone());
    let team = team.ok_or_else(|| Problem::field("team", "you are in no team: name one"))?;
    let found = desk
        .ask(&seen, Purpose::Management, move |service, request| service.allocation(request, &person, team.as_str()))
        .await?;
    let candidates = found.candidates.into_iter().map(|candidate| CandidateShown {
        worker: WorkerShown::from(candidate.worker),
        after: candidate.after,
        has_it: candidate.has_it,
    });
    let shown = AllocationShown {
        person: found.person.as_str().to_owned(),
        name: found.name,
        version: found.version,
        points: found.points,
        current: found.current,
        team: found.team,
        candidates: candidates.collect(),
        other_teams: found.other_teams,
        points_from: found.points_from,
    };
    Ok(answer(StatusCode::OK, shown))
}

/// What a worker can carry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCapacity {
    /// From which day.
    from: Date,
    /// How many points; full time is 100 unless your council says otherwise.
    #[schemars(range(max = 1000))]
    points: u16,
    /// Why: part-time, newly qualified, on leave.
    #[schemars(with = "String", length(min = 1, max = 200))]
    reason: Line,
}

async fn set_capacity(
    State(desk): State<Desk>,
    seen: Seen,
    Path(account): Path<String>,
    key: Key,
    Sent(new): Sent<NewCapacity>,
) -> Result<Response, Problem> {
    let worker = WorkerRef::try_from(account.as_str()).map_err(|_| Problem::not_found())?;
    if new.points > 1_000 {
        return Err(Problem::field("points", "a worker carries at most 1000 points"));
    }
    let id = key.id(&desk, &seen, &format!("capacity {account}"), 0);
    let capacity = Capacity { from: new.from, points: new.points, reason: new.reason };
    desk.ask(&seen, Purpose::Management, move |service, request| service.set_capacity(request, id, &worker, &capacity))
        .await?;
    Ok(nothing())
}

//! The work: what is due and missed for a worker or a team, caseloads, and how often each standard was met.

use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use record::{Purpose, TeamRef, WorkerRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Role, WorklistOf};

const CASEWORK: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/worklist", CASEWORK, "work", "What is due and what was missed")
            .says("For a worker or a team, earliest first: what is due within so many days, and what was missed in the last 30. One's own when nobody is named.")
            .query::<WhichWork>()
            .answers::<Page<WorkItem>>(200),
        worklist,
    )
    .operation(
        Operation::get("/api/v1/caseload", CASEWORK, "work", "A worker's cases")
            .says("One's own when nobody is named.")
            .query::<WhoseCases>()
            .answers::<Page<CaseShown>>(200),
        caseload,
    )
    .operation(
        Operation::get(
            "/api/v1/teams/{team}/figures",
            Access::Only(&[Role::TeamManager, Role::Analyst]),
            "work",
            "How often a team met each standard",
        )
        .says("By standard and quarter; counts without names.")
        .with(TEAM)
        .query::<super::people::Part>()
        .answers::<Page<TeamFigure>>(200),
        team_figures,
    )
}

const TEAM: super::operation::Parameter = super::operation::Parameter {
    name: "team",
    at: super::operation::In::Path,
    required: true,
    pattern: "^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$",
    longest: 40,
    says: "The team's reference.",
};

/// Whose work.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichWork {
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// A team's reference, in place of a worker's.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
    /// What is due within so many days; 7 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    days: Option<u16>,
    /// How many items at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// Something to do.
#[derive(Debug, Serialize, JsonSchema)]
struct WorkItem {
    /// Who it is about.
    person: String,
    /// Their name.
    name: String,
    /// Which order or report.
    case: String,
    /// The standard's id.
    standard: String,
    /// The last day.
    due: String,
    /// `open` or `missed`.
    state: String,
    /// Who answers for it.
    worker: Option<String>,
}

async fn worklist(State(desk): State<Desk>, seen: Seen, Asked(which): Asked<WhichWork>) -> Result<Response, Problem> {
    let days = which.days.unwrap_or(7);
    if days > 365 {
        return Err(Problem::field("days", "a worklist looks at most 365 days ahead"));
    }
    if which.worker.is_some() && which.team.is_some() {
        return Err(Problem::field("team", "name a worker or a team, not both"));
    }
    let (worker, team) = (which.worker, which.team);
    let items = desk.ask(&seen, Purpose::Supervision, move |service, request| {
        let of = match (&team, &worker) {
            (Some(team), _) => WorklistOf::Team(team.as_str()),
            (None, Some(worker)) => WorklistOf::Worker(worker.as_str()),
            (None, None) => WorklistOf::Worker(request.actor.id.as_str()),
        };
        service.worklist(request, of, days)
    });
    let items = items.await?.into_iter().map(|item| WorkItem {
        person: item.person.as_str().to_owned(),
        name: item.name,
        case: item.case,
        standard: item.standard,
        due: item.due,
        state: item.state,
        worker: item.worker,
    });
    let mut items: Vec<(usize, WorkItem)> = items.enumerate().collect();
    // The same obligation can stand twice on a day: the cursor counts them apart.
    let mut seen_before = std::collections::BTreeMap::new();
    for (n, item) in &mut items {
        let key = (item.due.clone(), item.person.clone(), item.case.clone(), item.standard.clone());
        let times = seen_before.entry(key).or_insert(0_usize);
        *n = *times;
        *times += 1;
    }
    let page = Paging { limit: which.limit, cursor: which.cursor }
        .of(items, |(n, item)| format!("{}/{}/{}/{}/{n}", item.due, item.person, item.case, item.standard))?;
    let items = page.items.into_iter().map(|(_, item)| item).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

/// Whose cases.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhoseCases {
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// How many cases at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
struct CaseShown {
    /// The person.
    person: String,
    /// Their name.
    name: String,
    /// The record is restricted.
    restricted: bool,
    /// The order or report.
    case: String,
    /// Its kind.
    kind: String,
    /// Its status.
    status: String,
    /// The responsible council.
    council: String,
    /// The team.
    team: Option<String>,
    /// The worker.
    worker: Option<String>,
    /// The contact level.
    level: Option<String>,
    /// When it was imposed or asked for.
    imposed_on: Option<String>,
    /// When it ended.
    ended_on: Option<String>,
    /// Hours of unpaid work ordered.
    hours_ordered: Option<i64>,
    /// Minutes of unpaid work credited.
    minutes_credited: Option<i64>,
    /// The next day on which something is due.
    next_due: Option<String>,
}

async fn caseload(State(desk): State<Desk>, seen: Seen, Asked(whose): Asked<WhoseCases>) -> Result<Response, Problem> {
    let worker = whose.worker;
    let cases = desk.ask(&seen, Purpose::Supervision, move |service, request| {
        service.caseload(request, worker.as_ref().unwrap_or(&request.actor.id).as_str())
    });
    let cases = cases.await?.into_iter().map(|(hit, case)| CaseShown {
        person: hit.stream.id,
        name: hit.display_name,
        restricted: hit.restricted,
        case: case.order_ref,
        kind: case.kind,
        status: case.status,
        council: case.council,
        team: case.team,
        worker: case.worker,
        level: case.level,
        imposed_on: case.imposed_on,
        ended_on: case.ended_on,
        hours_ordered: case.hours_ordered,
        minutes_credited: case.minutes_credited,
        next_due: case.next_due,
    });
    let page = Paging { limit: whose.limit, cursor: whose.cursor }
        .of(cases.collect(), |case: &CaseShown| format!("{}/{}", case.person, case.case))?;
    Ok(answer(StatusCode::OK, page))
}

/// How often a team met a standard in a quarter.
#[derive(Debug, Serialize, JsonSchema)]
struct TeamFigure {
    /// The standard's id.
    standard: String,
    /// The quarter, `2026-Q1`.
    quarter: String,
    /// The state.
    state: String,
    /// How many obligations.
    obligations: i64,
}

async fn team_figures(
    State(desk): State<Desk>,
    seen: Seen,
    axum::extract::Path(team): axum::extract::Path<String>,
    Asked(part): Asked<super::people::Part>,
) -> Result<Response, Problem> {
    let team = TeamRef::try_from(team.as_str()).map_err(|_| Problem::not_found())?;
    let counts =
        desk.ask(&seen, Purpose::Management, move |service, request| service.team_figures(request, team.as_str()));
    let figures = counts.await?.into_iter().map(|count| TeamFigure {
        standard: count.standard,
        quarter: count.quarter,
        state: count.state,
        obligations: count.count,
    });
    let page = Paging::from(part)
        .of(figures.collect(), |one: &TeamFigure| format!("{}/{}/{}", one.standard, one.quarter, one.state))?;
    Ok(answer(StatusCode::OK, page))
}

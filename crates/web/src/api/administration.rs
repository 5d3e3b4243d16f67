//! Administration: staff, webhooks, background work.

use super::operation::{Api, IDEMPOTENCY_KEY, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Id, Key, Sent, answer, nothing};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use record::{AreaRef, Line, Purpose, TeamRef, WorkerRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Actor, Member, NewSubscription, Role, shown_secret};
use uuid::Uuid;

const ADMINISTRATION: Access = Access::Only(&[Role::Administrator]);

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/me", Access::SignedIn, "account", "Who you are here")
            .says("The account, roles, agency and team that this token acts with.")
            .answers::<Me>(200),
        me,
    )
    .operation(
        Operation::get("/api/v1/staff", ADMINISTRATION, "administration", "The members of staff")
            .query::<Paging>()
            .answers::<Page<MemberShown>>(200),
        staff,
    )
    .operation(
        Operation::post("/api/v1/staff", ADMINISTRATION, "administration", "Add a member of staff, or change one")
            .says("The latest entry of an account counts.")
            .takes::<NewMember>()
            .answers::<MemberShown>(201)
            .with(IDEMPOTENCY_KEY)
            .may_answer(409),
        add_staff,
    )
    .operation(
        Operation::get("/api/v1/webhooks", ADMINISTRATION, "webhooks", "Your agency's webhooks")
            .says("With what waits to be delivered and what was given up; never their secrets.")
            .query::<Paging>()
            .answers::<Page<WebhookShown>>(200),
        webhooks,
    )
    .operation(
        Operation::post("/api/v1/webhooks", ADMINISTRATION, "webhooks", "Subscribe a system to events")
            .says("The answer holds the secret with which deliveries are signed. It is shown once.")
            .takes::<NewWebhook>()
            .answers::<WebhookMade>(201),
        subscribe,
    )
    .operation(
        Operation::delete("/api/v1/webhooks/{webhook}", ADMINISTRATION, "webhooks", "Stop a webhook")
            .says("Nothing more is delivered, also not what waits."),
        stop,
    )
    .operation(
        Operation::get("/api/v1/jobs", ADMINISTRATION, "administration", "Background work")
            .says("What waits, and what was given up.")
            .answers::<JobsShown>(200),
        jobs,
    )
    .operation(
        Operation::post(
            "/api/v1/jobs/{job}/retry",
            ADMINISTRATION,
            "administration",
            "Try background work again that was given up",
        )
        .done_without_words(),
        retry,
    )
}

/// Who you are here.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    /// The account.
    account: String,
    /// The name.
    name: String,
    /// The roles.
    roles: Vec<String>,
    /// The agency.
    agency: String,
    /// The team.
    team: Option<String>,
}

async fn me(seen: Seen) -> Response {
    let me = Me {
        account: seen.actor.id.to_string(),
        name: seen.name.clone(),
        roles: words(&seen.actor),
        agency: seen.actor.agency.to_string(),
        team: seen.actor.team.as_ref().map(ToString::to_string),
    };
    answer(StatusCode::OK, me)
}

fn words(actor: &Actor) -> Vec<String> {
    actor.roles.iter().map(|role| role.as_str().to_owned()).collect()
}

/// A member of staff.
#[derive(Debug, Serialize, JsonSchema)]
struct MemberShown {
    /// The account.
    account: String,
    /// Their name.
    name: String,
    /// Their roles.
    roles: Vec<String>,
    /// Their agency.
    agency: String,
    /// Their team.
    team: Option<String>,
}

impl From<Member> for MemberShown {
    fn from(member: Member) -> Self {
        Self {
            account: member.actor.id.to_string(),
            name: member.name.to_string(),
            roles: words(&member.actor),
            agency: member.actor.agency.to_string(),
            team: member.actor.team.as_ref().map(ToString::to_string),
        }
    }
}

async fn staff(State(desk): State<Desk>, seen: Seen, Asked(part): Asked<Paging>) -> Result<Response, Problem> {
    let members = desk.ask(&seen, Purpose::Management, service::Service::staff).await?;
    let members: Vec<MemberShown> = members.into_values().map(MemberShown::from).collect();
    Ok(answer(StatusCode::OK, part.of(members, |member| member.account.clone())?))
}

/// A member of staff to add.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// The account.
    #[schemars(with = "String", length(min = 1, max = 40))]
    account: WorkerRef,
    /// Their name.
    #[schemars(with = "String", length(min = 1, max = 200))]
    name: Line,
    /// Their roles.
    roles: std::collections::BTreeSet<RoleName>,
    /// Their agency.
    #[schemars(with = "String", length(min = 1, max = 40))]
    agency: AreaRef,
    /// Their team.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 40))]
    team: Option<TeamRef>,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    CaseManager,
    TeamManager,
    UnpaidWorkSupervisor,
    Analyst,
    Auditor,
    Administrator,
    Planner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::CaseManager => Self::CaseManager,
            RoleName::TeamManager => Self::TeamManager,
            RoleName::UnpaidWorkSupervisor => Self::UnpaidWorkSupervisor,
            RoleName::Analyst => Self::Analyst,
            RoleName::Auditor => Self::Auditor,
            RoleName::Administrator => Self::Administrator,
            RoleName::Planner => Self::Planner,
        }
    }
}

async fn add_staff(
    State(desk): State<Desk>,
    seen: Seen,
    key: Key,
    Sent(new): Sent<NewMember>,
) -> Result<Response, Problem> {
    let actor = Actor {
        id: new.account,
        roles: new.roles.into_iter().map(Role::from).collect(),
        agency: new.agency,
        team: new.team,
    };
    let member = Member { name: new.name, actor };
    let id = key.id(&desk, &seen, "staff", 0);
    let added = member.clone();
    desk.ask(&seen, Purpose::Management, move |service, request| service.add_staff(request, id, &added)).await?;
    Ok(answer(StatusCode::CREATED, MemberShown::from(member)))
}

/// A webhook.
#[derive(Debug, Serialize, JsonSchema)]
struct WebhookShown {
    /// Its id.
    id: Uuid,
    /// Its account, to which a restricted record can be opened by name.
    account: String,
    /// What people call it.
    title: String,
    /// Where events are sent.
    url: String,
    /// Which kinds of event, or parts of practice; none for all.
    kinds: Vec<String>,
    /// When it was made.
    made: Timestamp,
    /// By whom.
    made_by: String,
    /// When it was stopped.
    stopped: Option<Timestamp>,
    /// Events that wait to be delivered.
    waiting: u64,
    /// When the oldest of these was recorded.
    oldest: Option<Timestamp>,
    /// Events that were given up.
    dead: u64,
}

async fn webhooks(State(desk): State<Desk>, seen: Seen, Asked(part): Asked<Paging>) -> Result<Response, Problem> {
    let found = desk.ask(&seen, Purpose::Management, service::Service::subscriptions).await?;
    let shown: Vec<WebhookShown> = found
        .into_iter()
        .map(|one| WebhookShown {
            id: one.id,
            account: one.account,
            title: one.title,
            url: one.url,
            kinds: one.kinds,
            made: one.made,
            made_by: one.made_by,
            stopped: one.stopped,
            waiting: one.waiting,
            oldest: one.oldest,
            dead: one.dead,
        })
        .collect();
    Ok(answer(StatusCode::OK, part.of(shown, |one| one.id.to_string())?))
}

/// A webhook to make.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// What people call it.
    #[schemars(with = "String", length(min = 1, max = 200))]
    title: Line,
    /// Where events are sent: `https://`, the host and the path.
    #[schemars(length(max = 500))]
    url: String,
    /// Which kinds of event, such as `contact.held`, or parts of practice, such as `contact`; none for all.
    #[serde(default)]
    #[schemars(length(max = 50))]
    kinds: Vec<String>,
}

/// A webhook that was made.
#[derive(Debug, Serialize, JsonSchema)]
struct WebhookMade {
    /// Its id.
    id: Uuid,
    /// What deliveries are signed with. It is not shown again.
    secret: String,
}

async fn subscribe(State(desk): State<Desk>, seen: Seen, Sent(new): Sent<NewWebhook>) -> Result<Response, Problem> {
    if new.kinds.len() > 50 {
        return Err(Problem::field("kinds", "at most 50 kinds are named; name none for all"));
    }
    let id = (desk.platform().new_id)(desk.now());
    let secret = (desk.platform().secret)();
    let subscription = NewSubscription { id, title: new.title, url: new.url, kinds: new.kinds, secret };
    desk.ask(&seen, Purpose::Management, move |service, request| service.subscribe(request, &subscription)).await?;
    Ok(answer(StatusCode::CREATED, WebhookMade { id, secret: shown_secret(&secret) }))
}

async fn stop(State(desk): State<Desk>, seen: Seen, Id(id): Id) -> Result<Response, Problem> {
    desk.ask(&seen, Purpose::Management, move |service, request| service.stop_subscription(request, id)).await?;
    Ok(nothing())
}

/// Background work.
#[derive(Debug, Serialize, JsonSchema)]
struct JobsShown {
    /// Each kind that has something waiting or given up.
    kinds: Vec<JobsOfKind>,
    /// The latest that were given up.
    dead: Vec<DeadJobShown>,
}

/// How many jobs of one kind.
#[derive(Debug, Serialize, JsonSchema)]
struct JobsOfKind {
    /// The kind.
    kind: String,
    /// Waiting or being done.
    open: u64,
    /// When the oldest of these was asked for.
    oldest: Option<Timestamp>,
    /// Given up.
    dead: u64,
}

/// A job that was given up.
#[derive(Debug, Serialize, JsonSchema)]
struct DeadJobShown {
    /// Its id.
    id: Uuid,
    /// Its kind.
    kind: String,
    /// What it belongs to.
    about: String,
    /// How often it was tried.
    attempts: i64,
    /// Why it failed last.
    error: String,
    /// When it was asked for.
    asked: Timestamp,
    /// When it was given up.
    given_up: Timestamp,
}

async fn jobs(State(desk): State<Desk>, seen: Seen) -> Result<Response, Problem> {
    let view = desk.ask(&seen, Purpose::Management, service::Service::jobs).await?;
    let kinds =
        view.kinds.into_iter().map(|of| JobsOfKind { kind: of.kind, open: of.open, oldest: of.oldest, dead: of.dead });
    let dead = view.dead.into_iter().map(|job| DeadJobShown {
        id: job.id,
        kind: job.kind,
        about: job.about,
        attempts: job.attempts,
        error: job.error,
        asked: job.asked,
        given_up: job.given_up,
    });
    Ok(answer(StatusCode::OK, JobsShown { kinds: kinds.collect(), dead: dead.collect() }))
}

async fn retry(State(desk): State<Desk>, seen: Seen, Id(id): Id) -> Result<Response, Problem> {
    desk.ask(&seen, Purpose::Management, move |service, request| service.retry_job(request, id)).await?;
    Ok(nothing())
}

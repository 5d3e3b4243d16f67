//! Hours of unpaid work: the arithmetic of each order, session by session, and nothing else of the record.

use super::operation::{Api, Operation};
use super::problem::Problem;
use super::sent::{Of, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::{Date, Time};
use record::Purpose;
use schemars::JsonSchema;
use serde::Serialize;
use service::{Role, Work};

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get(
            "/api/v1/people/{person}/unpaid-work",
            Access::Only(&[Role::UnpaidWorkSupervisor, Role::TeamManager]),
            "people",
            "A person's hours of unpaid work",
        )
        .says("A name and the hours, session by session; nothing else of the record.")
        .answers::<UnpaidWork>(200),
        unpaid_work,
    )
}

/// The arithmetic of unpaid work, in minutes.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Hours {
    /// Minutes ordered by the court.
    ordered: i64,
    /// Minutes added or taken off.
    adjusted: i64,
    /// Minutes credited as work.
    work: i64,
    /// Minutes credited as other activity.
    other_activity: i64,
    /// Minutes left to do.
    outstanding: i64,
    /// The last day for them.
    due: Option<Date>,
    /// The arithmetic in words.
    explanation: String,
}

impl Hours {
    pub(super) fn of(balance: record::unpaid_work::Balance, due: Option<Date>) -> Self {
        Self {
            ordered: balance.ordered,
            adjusted: balance.adjusted,
            work: balance.work,
            other_activity: balance.other_activity,
            outstanding: balance.outstanding(),
            due,
            explanation: balance.explain(),
        }
    }
}

/// A person's unpaid work.
#[derive(Debug, Serialize, JsonSchema)]
struct UnpaidWork {
    /// What to call the person.
    name: Option<String>,
    /// Each order with unpaid work.
    orders: Vec<HoursOfOrder>,
}

/// The hours of one order.
#[derive(Debug, Serialize, JsonSchema)]
struct HoursOfOrder {
    /// The order.
    order: String,
    /// Its hours.
    hours: Hours,
    /// Each session, the latest first.
    sessions: Vec<SessionShown>,
}

/// One session.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionShown {
    /// The day.
    on: Date,
    /// From what time.
    from: Option<Time>,
    /// Until what time.
    until: Option<Time>,
    /// Minutes credited.
    minutes: i64,
    /// Who supervised.
    supervisor: Option<String>,
}

impl From<Work> for HoursOfOrder {
    fn from(work: Work) -> Self {
        let sessions = work.sessions.into_iter().map(|session| SessionShown {
            on: session.on,
            from: session.from,
            until: session.until,
            minutes: i64::from(session.minutes),
            supervisor: session.supervisor.map(|supervisor| supervisor.to_string()),
        });
        Self { order: work.order.to_string(), hours: Hours::of(work.balance, work.due), sessions: sessions.collect() }
    }
}

async fn unpaid_work(State(desk): State<Desk>, seen: Seen, Of(id): Of) -> Result<Response, Problem> {
    let view = desk.ask(&seen, Purpose::Supervision, move |service, request| service.hours(request, &id)).await?;
    let orders = view.work.into_iter().map(HoursOfOrder::from).collect();
    Ok(answer(StatusCode::OK, UnpaidWork { name: view.name, orders }))
}

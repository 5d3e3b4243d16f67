//! Alarms about how records are used, and what became of them.

use super::operation::{Api, Operation};
use super::problem::Problem;
use super::sent::{Asked, Sent, answer, nothing};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use record::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{AlarmView, Role};
use uuid::Uuid;

const READERS: Access = Access::Only(&[Role::TeamManager, Role::Auditor]);

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/alarms", READERS, "administration", "Alarms about how records are used")
            .says("Of your agency, the latest first, 50 to a page.")
            .query::<Before>()
            .answers::<Alarms>(200),
        list,
    )
    .operation(
        Operation::post("/api/v1/alarms/{alarm}/settle", READERS, "administration", "Say what became of an alarm")
            .says("What was said first stays. Nobody settles their own. An opening that nobody reviewed is settled by its review too.")
            .takes::<Settle>()
            .done_without_words(),
        settle,
    )
}

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Before {
    /// Only what was raised before this moment: the `at` of the last of the page before.
    #[serde(default)]
    before: Option<Timestamp>,
}

/// Alarms.
#[derive(Debug, Serialize, JsonSchema)]
struct Alarms {
    /// The latest first.
    items: Vec<Alarm>,
}

/// An alarm.
#[derive(Debug, Serialize, JsonSchema)]
struct Alarm {
    /// Its id.
    #[serde(rename = "alarm")]
    id: String,
    /// `many_people`: an account was stopped after opening so many people's records within an hour. `unreviewed`: nobody reviewed
    /// in time why a record was opened.
    kind: &'static str,
    /// Whose doing it was.
    account: String,
    /// The record that was opened, where it is about one.
    person: Option<String>,
    /// The opening, where it is about one.
    opening: Option<String>,
    /// How many people's records it is about.
    people: i64,
    /// When it was raised.
    at: Timestamp,
    /// What became of it; null when nobody has said.
    said: Option<String>,
}

impl From<AlarmView> for Alarm {
    fn from(alarm: AlarmView) -> Self {
        let (person, opening) = alarm.opening.unzip();
        Self {
            id: alarm.id.to_string(),
            kind: alarm.kind.as_str(),
            account: alarm.account,
            person: person.map(|person| person.as_str().to_owned()),
            opening: opening.map(|opening| opening.to_string()),
            people: alarm.people,
            at: alarm.at,
            said: alarm.settled.map(|settled| settled.said),
        }
    }
}

async fn list(
    State(desk): State<Desk>,
    seen: Seen,
    Asked(Before { before }): Asked<Before>,
) -> Result<Response, Problem> {
    let found = desk.ask(&seen, Purpose::Audit, move |service, request| service.alarms(request, before)).await?;
    Ok(answer(StatusCode::OK, Alarms { items: found.into_iter().map(Alarm::from).collect() }))
}

/// What became of an alarm.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settle {
    /// In words.
    #[schemars(length(min = 10, max = 500))]
    said: String,
}

async fn settle(
    State(desk): State<Desk>,
    seen: Seen,
    Path(alarm): Path<String>,
    Sent(settle): Sent<Settle>,
) -> Result<Response, Problem> {
    let alarm: Uuid = alarm.parse().map_err(|_| Problem::not_found())?;
    desk.ask(&seen, Purpose::Audit, move |service, request| service.settle_alarm(request, alarm, &settle.said)).await?;
    Ok(nothing())
}

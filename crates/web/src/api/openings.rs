//! Another team's case, opened with a reason: to read, for an hour; and what managers say of it.

use super::operation::{Api, Operation};
use super::problem::Problem;
use super::sent::{Asked, Of, Sent, answer, nothing};
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
use service::{OpenedRecord, PersonId, Role};
use uuid::Uuid;

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::post(
            "/api/v1/people/{person}/openings",
            Access::Only(&[Role::CaseManager]),
            "people",
            "Open another team's case with a reason",
        )
        .says("To read, for an hour; never past a restriction. The managers of both teams see it. The header Access-Reason does the same with a read.")
        .takes::<Because>()
        .answers::<Opened>(200),
        open,
    )
    .operation(
        Operation::post(
            "/api/v1/people/{person}/openings/{opening}/review",
            Access::Only(&[Role::TeamManager]),
            "people",
            "Say whether a reason was good enough",
        )
        .says("What was said first stays. Nobody reviews what they opened themselves.")
        .takes::<Review>()
        .done_without_words(),
        review,
    )
    .operation(
        Operation::get(
            "/api/v1/openings",
            Access::Only(&[Role::Auditor]),
            "administration",
            "Records that were opened with a reason",
        )
        .says("By those of your agency, without names, the latest first, 50 to a page.")
        .query::<Before>()
        .answers::<OpenedRecords>(200),
        list,
    )
}

/// Why a case is opened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    /// Why you must see it now.
    #[schemars(length(min = 10, max = 500))]
    reason: String,
}

/// Until when a case is open to you.
#[derive(Debug, Serialize, JsonSchema)]
struct Opened {
    /// Until when; null when it is open to you without a reason.
    until: Option<Timestamp>,
}

async fn open(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Sent(because): Sent<Because>,
) -> Result<Response, Problem> {
    let reason = because.reason.trim().to_owned();
    if !(10..=500).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "a reason has 10 to 500 characters"));
    }
    let opened = desk.ask_because(&seen, Purpose::Supervision, Some(reason), move |service, request| {
        service.open_with_reason(request, &id)
    });
    let until = opened.await?.map(|opened| opened.until);
    Ok(answer(StatusCode::OK, Opened { until }))
}

/// What a manager says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Review {
    /// The reason was good enough; else it is followed up.
    accepted: bool,
}

async fn review(
    State(desk): State<Desk>,
    seen: Seen,
    Path((person, opening)): Path<(String, String)>,
    Sent(review): Sent<Review>,
) -> Result<Response, Problem> {
    let person = PersonId::new(&person).map_err(|_| Problem::not_found())?;
    let opening: Uuid = opening.parse().map_err(|_| Problem::not_found())?;
    desk.ask(&seen, Purpose::Management, move |service, request| {
        service.review_opening(request, &person, opening, review.accepted)
    })
    .await?;
    Ok(nothing())
}

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Before {
    /// Only what was opened before this moment: the `at` of the last of the page before.
    #[serde(default)]
    before: Option<Timestamp>,
}

/// Records that were opened with a reason.
#[derive(Debug, Serialize, JsonSchema)]
struct OpenedRecords {
    /// The latest first.
    items: Vec<OpeningShown>,
}

/// A record that was opened with a reason.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpeningShown {
    /// Its id, of its own within the record.
    opening: String,
    /// Whose record.
    person: String,
    /// The person's name, for those who see names.
    name: Option<String>,
    /// Who opened it.
    by: String,
    /// Why.
    reason: String,
    /// When.
    at: Timestamp,
    /// Until when it holds.
    until: Timestamp,
    /// Whether a manager accepted the reason; null when nobody has reviewed it.
    accepted: Option<bool>,
}

impl From<OpenedRecord> for OpeningShown {
    fn from(opened: OpenedRecord) -> Self {
        Self {
            opening: opened.id.to_string(),
            person: opened.person.as_str().to_owned(),
            name: opened.name,
            by: opened.by,
            reason: opened.reason,
            at: opened.at,
            until: opened.until,
            accepted: opened.reviewed.map(|reviewed| reviewed.accepted),
        }
    }
}

async fn list(
    State(desk): State<Desk>,
    seen: Seen,
    Asked(Before { before }): Asked<Before>,
) -> Result<Response, Problem> {
    let found =
        desk.ask(&seen, Purpose::Audit, move |service, request| service.opened_records(request, before)).await?;
    Ok(answer(StatusCode::OK, OpenedRecords { items: found.into_iter().map(OpeningShown::from).collect() }))
}

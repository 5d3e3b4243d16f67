//! A person's events, in the order in which they were recorded.

use super::CASEWORK;
use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Of, Why, versioned};
use crate::Desk;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use record::{Event, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/people/{person}/events", CASEWORK, "people", "A person's events")
            .says("In the order in which they were recorded; what was corrected or struck stays and says so.")
            .query::<WhichEvents>()
            .of_case()
            .answers::<Page<EventShown>>(200)
            .versioned(),
        events,
    )
}

/// Which events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichEvents {
    /// Only this kind, such as `contact.held`.
    #[serde(default)]
    #[schemars(length(max = 60))]
    kind: Option<String>,
    /// Only this part of practice, such as `contact`.
    #[serde(default)]
    #[schemars(length(max = 40))]
    part: Option<String>,
    /// Only what was recorded after this version.
    #[serde(default)]
    after: Option<u64>,
    /// As the record was known at this moment.
    #[serde(default)]
    known_at: Option<Timestamp>,
    /// How many events at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// An event of a person's record.
#[derive(Debug, Serialize, JsonSchema)]
struct EventShown {
    /// Its id.
    id: String,
    /// Its place in the record.
    version: u64,
    /// Its kind.
    kind: String,
    /// When it took place, as told.
    happened: String,
    /// When it was recorded.
    recorded: Timestamp,
    /// By whom.
    by: String,
    /// From which agency.
    agency: String,
    /// For what purpose.
    purpose: String,
    /// What became of it.
    standing: StandingShown,
    /// The event that corrected or struck it.
    amended_by: Option<String>,
    /// Its content, as its kind has it.
    #[schemars(schema_with = "super::events::any_object")]
    data: Value,
}

/// What became of an event.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StandingShown {
    /// It stands as recorded.
    Stands,
    /// A later event corrected it.
    Corrected,
    /// A later event struck it.
    Struck,
}

impl EventShown {
    fn of(version: u64, event: &Event, standing: &Standing<'_>) -> Result<Self, service::ServiceError> {
        let (standing, by) = match standing {
            Standing::Stands => (StandingShown::Stands, None),
            Standing::Corrected(by) => (StandingShown::Corrected, Some(by)),
            Standing::Struck(by) => (StandingShown::Struck, Some(by)),
        };
        let unreadable = |error: serde_json::Error| service::ServiceError::Asked(error.to_string());
        let body = event.what.body().map_err(unreadable)?;
        Ok(Self {
            id: event.stamp.id.to_string(),
            version,
            kind: event.what.kind().to_owned(),
            happened: event.stamp.happened.to_string(),
            recorded: event.stamp.recorded,
            by: event.stamp.by.to_string(),
            agency: event.stamp.agency.to_string(),
            purpose: event.stamp.purpose.as_str().to_owned(),
            standing,
            amended_by: by.map(|by| by.stamp.id.to_string()),
            data: serde_json::from_str(&body).map_err(unreadable)?,
        })
    }
}

async fn events(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(which): Asked<WhichEvents>,
    why: Why,
) -> Result<Response, Problem> {
    let WhichEvents { kind, part, after, known_at, limit, cursor } = which;
    let after = after.unwrap_or_default();
    let shown = why.ask(&desk, &seen, move |service, request| {
        let view = service.person(request, &id, known_at)?;
        let fits = |event: &Event| {
            let its = event.what.kind();
            kind.as_ref().is_none_or(|kind| kind == its)
                && part.as_deref().is_none_or(|part| its.split('.').next() == Some(part))
        };
        let numbered = (1_u64..).zip(view.history.standings());
        let shown = numbered
            .filter(|(version, (event, _))| *version > after && fits(event))
            .map(|(version, (event, standing))| EventShown::of(version, event, &standing))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((view.record.version, shown))
    });
    let (version, shown) = shown.await?;
    let page = Paging { limit, cursor }.of(shown, |event| event.version.to_string())?;
    Ok(versioned(StatusCode::OK, version, page))
}

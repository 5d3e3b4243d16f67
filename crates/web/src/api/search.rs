//! Finding people, and the people whom one looked at last.

use super::CASEWORK;
use super::operation::{Api, Operation};
use super::problem::Problem;
use super::sent::{Sent, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use record::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Found, Query, Role, Service};

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::post("/api/v1/people/search", CASEWORK, "people", "Find people")
            .says("By words of a name, a date of birth or an identifier. What is searched for is sent in the body, because addresses are kept in logs. Restricted records appear only to those who may know of them.")
            .takes::<Wanted>()
            .answers::<FoundPeople>(200),
        search,
    )
    .operation(
        Operation::get(
            "/api/v1/recently-viewed",
            Access::Only(&[Role::CaseManager, Role::TeamManager, Role::UnpaidWorkSupervisor]),
            "people",
            "Whom you looked at last",
        )
        .says("At most 20, the latest first; those whom you may no longer know of are left out.")
        .answers::<RecentPeople>(200),
        recent,
    )
}

/// What to search for; every part that is given must fit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Words of a name, in any order, perhaps only their beginnings.
    #[serde(default)]
    #[schemars(length(max = 100))]
    name: Option<String>,
    /// An identifier's number.
    #[serde(default)]
    #[schemars(length(max = 40))]
    identifier: Option<String>,
    /// A date of birth as far as it is known: `1990-05-17`, `17/5/1990`, `May 1990`, `1990`.
    #[serde(default)]
    #[schemars(length(max = 40))]
    date_of_birth: Option<String>,
}

/// Who was found.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundPeople {
    /// The people, the best fit first.
    items: Vec<FoundPerson>,
    /// More people fit than are shown: say more about whom you look for.
    more: bool,
}

/// A person found.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundPerson {
    /// The person's id.
    person: String,
    /// Their name.
    name: String,
    /// Their other names.
    also_known_as: Vec<String>,
    /// Their date of birth as far as it is known: `1990-05-17`, `1990-05` or `1990`; empty when it is not.
    born: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// Their cases that have not ended.
    cases: Vec<FoundCase>,
}

/// A case of somebody found.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundCase {
    /// The order or report.
    case: String,
    /// Its kind.
    kind: String,
    /// The team.
    team: Option<String>,
    /// The worker.
    worker: Option<String>,
}

impl From<Found> for FoundPerson {
    fn from(found: Found) -> Self {
        let cases = found.cases.into_iter().map(|one| FoundCase {
            case: one.reference,
            kind: one.kind,
            team: one.team,
            worker: one.worker,
        });
        Self {
            person: found.person.as_str().to_owned(),
            name: found.name,
            also_known_as: found.also_known_as,
            born: found.born,
            restricted: found.restricted,
            cases: cases.collect(),
        }
    }
}

async fn search(State(desk): State<Desk>, seen: Seen, Sent(wanted): Sent<Wanted>) -> Result<Response, Problem> {
    let longest = [
        ("name", &wanted.name, 100),
        ("identifier", &wanted.identifier, 40),
        ("date_of_birth", &wanted.date_of_birth, 40),
    ];
    for (field, sent, most) in longest {
        if sent.as_ref().is_some_and(|text| text.chars().count() > most) {
            return Err(Problem::field(field, format!("it has more than {most} characters")));
        }
    }
    let query = Query { name: wanted.name, identifier: wanted.identifier, date_of_birth: wanted.date_of_birth };
    let found = desk.ask(&seen, Purpose::Supervision, move |service, request| service.search(request, &query)).await?;
    let items = found.people.into_iter().map(FoundPerson::from).collect();
    Ok(answer(StatusCode::OK, FoundPeople { items, more: found.more }))
}

/// Whom you looked at last.
#[derive(Debug, Serialize, JsonSchema)]
struct RecentPeople {
    /// The people, the latest first.
    items: Vec<RecentPerson>,
}

/// Somebody whom you looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct RecentPerson {
    /// Who.
    person: FoundPerson,
    /// When, last.
    at: Timestamp,
}

async fn recent(State(desk): State<Desk>, seen: Seen) -> Result<Response, Problem> {
    let recent = desk.ask(&seen, Purpose::Supervision, Service::recently_viewed).await?;
    let items = recent.into_iter().map(|one| RecentPerson { person: one.person.into(), at: one.at }).collect();
    Ok(answer(StatusCode::OK, RecentPeople { items }))
}

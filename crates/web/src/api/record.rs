//! One person's record: who they are, who manages the case, what was ordered.

use super::CASEWORK;
use super::hours::Hours;
use super::operation::{Api, Operation};
use super::problem::Problem;
use super::sent::{Asked, Of, Why, versioned};
use crate::Desk;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use record::order::{Order, Requirement};
use record::person::Named;
use record::{Law, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::PersonId;

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/people/{person}", CASEWORK, "people", "One person's record")
            .says("As it is now, or as it was known at a moment. Every read is entered in the access log.")
            .query::<KnownAt>()
            .of_case()
            .answers::<RecordShown>(200)
            .versioned(),
        person,
    )
}

/// As it was known when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KnownAt {
    /// A moment in the past; now when nothing is said.
    #[serde(default)]
    known_at: Option<Timestamp>,
}

/// A person's record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Person")]
struct RecordShown {
    /// The person's id.
    person: String,
    /// How many events the record is made of: the version to send with a change.
    version: u64,
    /// The moment as of which it is shown, if not now.
    known_at: Option<Timestamp>,
    /// What to call them.
    name: Option<String>,
    /// Every name.
    names: Vec<Named>,
    /// Date of birth as far as it is known: `1990-05-17`, `1990-05`, `1990` or `not known`.
    born: String,
    /// The day of death.
    died: Option<Date>,
    /// The numbers by which agencies know them.
    identifiers: Vec<IdentifierShown>,
    /// The record is restricted, or somebody is excluded from it.
    restricted: bool,
    /// Who manages the case, and in which team.
    case_manager: Option<Manager>,
    /// The contact level.
    level: Option<String>,
    /// The day of the latest contact that was held.
    last_contact_on: Option<Date>,
    /// Contacts still to come, or whose outcome is not recorded yet.
    planned_contacts: Vec<PlannedContact>,
    /// Orders, licences and other measures.
    orders: Vec<OrderShown>,
}

/// An identifier.
#[derive(Debug, Serialize, JsonSchema)]
struct IdentifierShown {
    /// `chs`, `pnc`, `sps`, `chi`, or `local:` and the system.
    kind: String,
    /// The number.
    value: String,
}

/// Who manages a case.
#[derive(Debug, Serialize, JsonSchema)]
struct Manager {
    /// The worker.
    worker: String,
    /// The team.
    team: String,
    /// Since when.
    since: Date,
}

/// A contact that is planned.
#[derive(Debug, Serialize, JsonSchema)]
struct PlannedContact {
    /// Its reference.
    contact: String,
    /// For which day.
    on: Date,
    /// At what time.
    at: Option<Time>,
    /// Where.
    place: Option<String>,
}

/// An order, licence or other measure.
#[derive(Debug, Serialize, JsonSchema)]
struct OrderShown {
    /// Its reference.
    order: String,
    /// Its kind.
    kind: String,
    /// The court.
    court: String,
    /// The responsible council.
    council: String,
    /// What the court required.
    requirements: Vec<Requirement>,
    /// When the court imposed it.
    imposed_on: Date,
    /// When the council was told.
    notified_on: Option<Date>,
    /// When the copy order was received.
    received_on: Option<Date>,
    /// When it commenced.
    commenced_on: Option<Date>,
    /// When the person first attended.
    first_attended_on: Option<Date>,
    /// When it ended.
    ended_on: Option<Date>,
    /// How it ended.
    ended: Option<String>,
    /// The hours of unpaid work, where there are any.
    hours: Option<Hours>,
}

impl OrderShown {
    fn of(reference: &record::OrderRef, order: &Order, law: &Law) -> Self {
        let hours = order.unpaid_work.ordered_hours();
        Self {
            order: reference.to_string(),
            kind: order.kind.as_str().to_owned(),
            court: order.court.name.to_string(),
            council: order.council.to_string(),
            requirements: order.requirements.clone(),
            imposed_on: order.imposed_on,
            notified_on: order.notified_on,
            received_on: order.received_on,
            commenced_on: order.commenced_on,
            first_attended_on: order.first_attended_on,
            ended_on: order.ended.as_ref().map(|end| end.on),
            ended: order.ended.as_ref().map(|end| end.how.as_str().to_owned()),
            hours: hours.map(|_| Hours::of(order.unpaid_work.balance(), order.unpaid_work_due(law))),
        }
    }
}

impl RecordShown {
    fn of(id: &PersonId, record: &Record, law: &Law, on: Date, known_at: Option<Timestamp>) -> Self {
        let person = &record.person;
        let identifiers = person.identifiers.iter();
        let planned = record.planned_contacts.iter();
        Self {
            person: id.as_str().to_owned(),
            version: record.version,
            known_at,
            name: person.called(),
            names: person.names.clone(),
            born: String::from(person.birth),
            died: person.died,
            identifiers: identifiers
                .map(|known| IdentifierShown { kind: known.kind(), value: known.value().to_owned() })
                .collect(),
            restricted: person.restricted_to.is_some() || !person.excluded.is_empty(),
            case_manager: record.supervision.case_manager_on(on).map(|at| Manager {
                worker: at.worker.to_string(),
                team: at.team.to_string(),
                since: at.on,
            }),
            level: record.supervision.level_on(on).map(|level| level.as_str().to_owned()),
            last_contact_on: record.last_contact_on,
            planned_contacts: planned
                .map(|(contact, planned)| PlannedContact {
                    contact: contact.to_string(),
                    on: planned.on,
                    at: planned.at,
                    place: planned.place.as_ref().map(ToString::to_string),
                })
                .collect(),
            orders: record.orders.iter().map(|(reference, order)| OrderShown::of(reference, order, law)).collect(),
        }
    }
}

async fn person(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(KnownAt { known_at }): Asked<KnownAt>,
    why: Why,
) -> Result<Response, Problem> {
    let shown = why.ask(&desk, &seen, move |service, request| {
        let view = service.person(request, &id, known_at)?;
        let on = service::Request { at: known_at.unwrap_or(request.at), ..request.clone() }.today();
        Ok(RecordShown::of(&id, &view.record, service.rules().law(), on, known_at))
    });
    let shown = shown.await?;
    Ok(versioned(StatusCode::OK, shown.version, shown))
}

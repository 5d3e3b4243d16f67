//! People: find them, read one record, its events, obligations and hours, and who has looked at it.

use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Of, Sent, Why, answer, versioned};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use record::order::{Order, Requirement};
use record::person::Named;
use record::{Event, Law, Purpose, Record, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{Found, PersonId, Query, Role};

const CASEWORK: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::post("/api/v1/people/search", CASEWORK, "people", "Find people")
            .says("By words of a name, a date of birth or an identifier. What is searched for is sent in the body, because addresses are kept in logs. Restricted records appear only to those who may know of them.")
            .takes::<Wanted>()
            .answers::<FoundPeople>(200),
        search,
    )
    .operation(
        Operation::get("/api/v1/people/{person}", CASEWORK, "people", "One person's record")
            .says("As it is now, or as it was known at a moment. Every read is entered in the access log.")
            .query::<KnownAt>()
            .of_case()
            .answers::<RecordShown>(200)
            .versioned(),
        person,
    )
    .operation(
        Operation::get("/api/v1/people/{person}/events", CASEWORK, "people", "A person's events")
            .says("In the order in which they were recorded; what was corrected or struck stays and says so.")
            .query::<WhichEvents>()
            .of_case()
            .answers::<Page<EventShown>>(200)
            .versioned(),
        events,
    )
    .operation(
        Operation::get("/api/v1/people/{person}/obligations", CASEWORK, "people", "What the standards ask for a person")
            .says("Every obligation with its state and the explanation: which facts, which standard, which days were counted.")
            .query::<WhichObligations>()
            .of_case()
            .answers::<Page<Obligation>>(200),
        obligations,
    )
    .operation(
        Operation::get(
            "/api/v1/people/{person}/unpaid-work",
            Access::Only(&[Role::UnpaidWorkSupervisor, Role::TeamManager]),
            "people",
            "A person's hours of unpaid work",
        )
        .says("A name and the hours; nothing else of the record.")
        .answers::<UnpaidWork>(200),
        unpaid_work,
    )
    .operation(
        Operation::get("/api/v1/people/{person}/access-log", Access::Only(&[Role::Auditor]), "people", "Who has looked at a person's record")
            .says("Everybody who has looked at the record or changed it, the latest first.")
            .query::<Part>()
            .answers::<Page<LookShown>>(200),
        access_log,
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

/// The arithmetic of unpaid work, in minutes.
#[derive(Debug, Serialize, JsonSchema)]
struct Hours {
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
    fn of(balance: record::unpaid_work::Balance, due: Option<Date>) -> Self {
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

/// Which obligations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichObligations {
    /// Only those in this state.
    #[serde(default)]
    state: Option<ObligationState>,
    /// Only those of this order or report.
    #[serde(default)]
    #[schemars(length(max = 40))]
    case: Option<String>,
    /// As the record was known at this moment.
    #[serde(default)]
    known_at: Option<Timestamp>,
    /// How many obligations at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// A state of an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ObligationState {
    Open,
    Met,
    Late,
    Missed,
    Excused,
    NotApplicable,
}

impl ObligationState {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Excused => "excused",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// Something that a standard asks for, and how it stands.
#[derive(Debug, Serialize, JsonSchema)]
struct Obligation {
    /// Which order or report.
    case: String,
    /// The standard's id.
    standard: String,
    /// Its title.
    title: String,
    /// The day that opened it.
    opened_on: Date,
    /// The last day.
    due: Option<Date>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    state: String,
    /// The day it was discharged.
    on: Option<Date>,
    /// Why it is so, in sentences, with the source.
    explanation: String,
}

async fn obligations(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(which): Asked<WhichObligations>,
    why: Why,
) -> Result<Response, Problem> {
    let known_at = which.known_at;
    let view = why.ask(&desk, &seen, move |service, request| Ok(service.person(request, &id, known_at)?.obligations));
    let view = view.await?;
    let mut numbered: Vec<(usize, Obligation)> = Vec::with_capacity(view.len());
    for due in view {
        let wanted = which.state.is_none_or(|state| state.word() == due.state)
            && which.case.as_ref().is_none_or(|case| *case == due.case);
        if wanted {
            let shown = Obligation {
                case: due.case,
                standard: due.standard,
                title: due.title,
                opened_on: due.opened_on,
                due: due.due,
                state: due.state.to_owned(),
                on: due.on,
                explanation: due.explanation,
            };
            numbered.push((numbered.len(), shown));
        }
    }
    let page = Paging { limit: which.limit, cursor: which.cursor }
        .of(numbered, |(n, shown)| format!("{n}/{}/{}/{}", shown.case, shown.standard, shown.opened_on))?;
    let items = page.items.into_iter().map(|(_, shown)| shown).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
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
}

async fn unpaid_work(State(desk): State<Desk>, seen: Seen, Of(id): Of) -> Result<Response, Problem> {
    let view = desk.ask(&seen, Purpose::Supervision, move |service, request| service.unpaid_work(request, &id)).await?;
    let orders = view.orders.into_iter();
    let orders = orders
        .map(|(order, balance, due)| HoursOfOrder { order: order.to_string(), hours: Hours::of(balance, due) })
        .collect();
    Ok(answer(StatusCode::OK, UnpaidWork { name: view.name, orders }))
}

/// Which part of a list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// How many items at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

impl From<Part> for Paging {
    fn from(part: Part) -> Self {
        Self { limit: part.limit, cursor: part.cursor }
    }
}

/// A look at a record, or a change to it.
#[derive(Debug, Serialize, JsonSchema)]
struct LookShown {
    /// When.
    at: Timestamp,
    /// Who.
    actor: String,
    /// In which role.
    role: String,
    /// From which agency.
    agency: String,
    /// Which of the six: collection, alteration, consultation, disclosure, combination, erasure.
    action: String,
    /// What was done, and the reason if one was given.
    detail: String,
    /// For what purpose.
    purpose: String,
    /// `allowed` or `refused`.
    outcome: String,
}

async fn access_log(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(part): Asked<Part>,
) -> Result<Response, Problem> {
    let looks = desk.ask(&seen, Purpose::Audit, move |service, request| service.who_looked(request, &id)).await?;
    // Numbered from the oldest, so that a look that comes meanwhile moves no page.
    let mut looks: Vec<(usize, LookShown)> = looks
        .into_iter()
        .map(|look| LookShown {
            at: look.at,
            actor: look.actor,
            role: look.role,
            agency: look.agency,
            action: look.action.to_owned(),
            detail: look.detail,
            purpose: look.purpose,
            outcome: look.outcome.to_owned(),
        })
        .enumerate()
        .collect();
    looks.reverse();
    let page = Paging::from(part).of(looks, |(n, _)| n.to_string())?;
    let items = page.items.into_iter().map(|(_, look)| look).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

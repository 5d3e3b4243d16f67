//! The access log: who has looked at a record, and what an account did.

use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Of, Sent, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{Timestamp, ToSpan as _};
use record::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{LogAbout, LogCursor, LogQuery, Look, PersonId, Role};

const AUDITS: Access = Access::Only(&[Role::Auditor]);
/// Hours back when no moment is said: 30 days.
const HOURS_BACK: i64 = 30 * 24;
/// The most entries of one page.
const MOST: u16 = 200;

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/people/{person}/access-log", AUDITS, "people", "Who has looked at a person's record")
            .says("Everybody who has looked at the record or changed it, the latest first.")
            .query::<Paging>()
            .answers::<Page<LookShown>>(200),
        of_person,
    )
    .operation(
        Operation::post("/api/v1/access-log/search", AUDITS, "administration", "Search the access log")
            .says("About one record, by its id or a number, or of one account; between two moments, the latest first. What is searched for is sent in the body.")
            .takes::<Wanted>()
            .answers::<FoundEntries>(200)
            .may_answer(404),
        search,
    )
}

/// A look at a record, or a change to it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LookShown {
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

impl From<Look> for LookShown {
    fn from(look: Look) -> Self {
        Self {
            at: look.at,
            actor: look.actor,
            role: look.role,
            agency: look.agency,
            action: look.action.to_owned(),
            detail: look.detail,
            purpose: look.purpose,
            outcome: look.outcome.to_owned(),
        }
    }
}

async fn of_person(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(paging): Asked<Paging>,
) -> Result<Response, Problem> {
    let looks = desk.ask(&seen, Purpose::Audit, move |service, request| service.who_looked(request, &id)).await?;
    // Numbered from the oldest, so that a look that comes meanwhile moves no page.
    let mut looks: Vec<(usize, LookShown)> = looks.into_iter().map(LookShown::from).enumerate().collect();
    looks.reverse();
    let page = paging.of(looks, |(n, _)| n.to_string())?;
    let items = page.items.into_iter().map(|(_, look)| look).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

/// What of the access log.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The record's id, or a number by which an agency knows the person. Give this or `account`.
    #[serde(default)]
    #[schemars(length(max = 40))]
    record: Option<String>,
    /// The account.
    #[serde(default)]
    #[schemars(length(max = 40))]
    account: Option<String>,
    /// From this moment; 30 days before `until` when nothing is said.
    #[serde(default)]
    from: Option<Timestamp>,
    /// Up to but without this moment; now when nothing is said.
    #[serde(default)]
    until: Option<Timestamp>,
    /// How many entries at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    next: Option<After>,
}

/// Where a page of the log ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct After {
    /// The last entry's time, in microseconds since the epoch.
    at: i64,
    /// The chain that it is in.
    #[schemars(length(max = 100))]
    writer: String,
    /// Its place there.
    place: i64,
}

/// Entries of the log.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundEntries {
    /// The entries.
    items: Vec<EntryShown>,
    /// Send this as `next` for the next page; null when this is the last.
    next: Option<After>,
}

/// An entry of the log, and whom it is about.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryShown {
    /// The entry.
    entry: LookShown,
    /// The people's ids; a list shows several.
    people: Vec<String>,
}

fn query(wanted: Wanted, now: Timestamp) -> Result<LogQuery, Problem> {
    let about = match (wanted.record, wanted.account) {
        (Some(record), None) => LogAbout::Person(record),
        (None, Some(account)) => LogAbout::Account(account),
        _ => return Err(Problem::field("record", "give this or account, and not both")),
    };
    let limit = wanted.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "a page has 1 to 200 items"));
    }
    let until = wanted.until.unwrap_or(now);
    let back = || until.checked_sub(HOURS_BACK.hours()).unwrap_or(Timestamp::MIN);
    let after = wanted.next.map(|next| LogCursor { at: next.at, writer: next.writer, place: next.place });
    Ok(LogQuery { about, from: wanted.from.unwrap_or_else(back), until, after, limit: u32::from(limit) })
}

async fn search(State(desk): State<Desk>, seen: Seen, Sent(wanted): Sent<Wanted>) -> Result<Response, Problem> {
    let query = query(wanted, desk.now())?;
    let page = desk.ask(&seen, Purpose::Audit, move |service, request| service.access_log(request, &query)).await?;
    let shown = |(entry, people): (Look, Vec<PersonId>)| EntryShown {
        entry: entry.into(),
        people: people.iter().map(|person| person.as_str().to_owned()).collect(),
    };
    let next = page.next.map(|next| After { at: next.at, writer: next.writer, place: next.place });
    let found = FoundEntries { items: page.entries.into_iter().map(shown).collect(), next };
    Ok(answer(StatusCode::OK, found))
}

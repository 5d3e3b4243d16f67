//! A person: who they are on every page, and the pages of the record: what is due, what happened, what was ordered, what
//! was done about it, who is around.
//!
//! Each page asks for no more of the record than it shows. A record that this reader may not know of is answered exactly
//! like one that is not there; another team's case opens with a reason, for a while and only to read.

mod access;
pub(crate) mod bar;
mod chronology;
mod compliance;
mod contacts;
mod details;
mod entry;
mod filter;
mod glass;
mod hours;
mod messages;
mod network;
mod obligations;
mod orders;
mod overview;
#[cfg(test)]
mod tests;

use crate::Desk;
use crate::frame::{Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::words::Names;
use axum::response::{IntoResponse, Response};
use bar::{Bar, Tab};
use calendar::typed::{self, Lean};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use record::Purpose;
use serde::Deserialize;
use service::{Owing, PersonId, PersonPart, Role, ServiceError};

static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// Those who may see records; whose, the policies decide.
const STAFF: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    glass::routes(routes)
        .get("/people/{id}", STAFF, "a person: overview", overview::show)
        .get("/people/{id}/chronology", STAFF, "a person's chronology", chronology::show)
        .post("/people/{id}/chronology", STAFF, "words found in a person's chronology", chronology::find)
        .get("/people/{id}/entries/{entry}", STAFF, "one entry of a record, whole", entry::show)
        .get("/people/{id}/orders", STAFF, "a person's orders and requirements", orders::show)
        .get("/people/{id}/contacts", STAFF, "a person's plan and contacts", contacts::show)
        .get("/people/{id}/messages", STAFF, "messages about a person's appointments", messages::show)
        .get("/people/{id}/compliance", STAFF, "a person's compliance", compliance::show)
        .get(
            "/people/{id}/unpaid-work",
            Access::Only(&[Role::CaseManager, Role::TeamManager, Role::UnpaidWorkSupervisor]),
            "a person's hours",
            hours::show,
        )
        .get("/people/{id}/standards", STAFF, "a person's obligations", obligations::show)
        .get("/people/{id}/network", STAFF, "people and agencies around a person", network::show)
        .get("/people/{id}/details", STAFF, "a person's details", details::show)
        .get("/people/{id}/access", Access::Only(&[Role::Auditor]), "who has looked at a record", access::show)
}

/// As at which moment a page is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KnownAt {
    pub(crate) known: String,
}

/// A person's page, ready to be filled.
pub(crate) struct Opened {
    pub(crate) part: PersonPart,
    pub(crate) bar: Bar,
    pub(crate) frame: Frame,
    pub(crate) names: Names,
    /// The address of the person's pages.
    pub(crate) base: String,
    /// What links carry on: the moment as at which the record is shown.
    pub(crate) query: String,
}

/// Why a page is not shown: trouble, or another page in its place.
pub(crate) enum Stop {
    /// Something went wrong.
    Trouble(Trouble),
    /// Another page is the answer.
    Answer(Box<Response>),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Trouble(trouble) => trouble.into_response(),
            Self::Answer(response) => *response,
        }
    }
}

/// The address of a person's pages. An identifier holds letters, digits and `- _ / .` alone.
pub(crate) fn address(id: &str) -> String {
    format!("/people/{}", id.replace('/', "%2F"))
}

/// A person's identifier from an address; one that cannot be is answered like one that is not there.
pub(crate) fn person_id(id: &str) -> Result<PersonId, Trouble> {
    PersonId::new(id).map_err(|_| Trouble::NotFound)
}

/// Opens a page of a person: asks the service, with the reason that was given if one was, and makes the identity bar.
pub(crate) async fn open(
    desk: &Desk,
    seen: &Seen,
    id: &str,
    tab: Tab,
    owing: Owing,
    known: &KnownAt,
) -> Result<Opened, Stop> {
    let person = person_id(id)?;
    let known_at = moment(&known.known, desk.now())
        .map_err(|problem| Trouble::NotUnderstood(format!("As known at: {problem}")))?;
    let asked = desk
        .ask(seen, Purpose::Supervision, move |service, request| service.person_part(request, &person, owing, known_at))
        .await;
    let part = match asked {
        Ok(part) => part,
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::NeedsReason) => {
            return Err(glass::ask(desk, seen, id, &error)?);
        }
        Err(trouble) => return Err(trouble.into()),
    };
    let names = desk.names(seen);
    let base = address(id);
    let query = known_at.map_or_else(String::new, |at| format!("?known={}", at.to_zoned(LONDON.clone()).datetime()));
    let bar = Bar::of(desk.words(), &names, &part, &bar::Around { id, tab, query: &query, known_at });
    Ok(Opened { part, bar, frame: Frame::of(desk, seen, Section::Elsewhere), names, base, query })
}

/// The moment that was typed: its last microsecond, so that what was recorded then is seen; or what is wrong with it.
fn moment(typed: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let local = now.to_zoned(LONDON.clone()).datetime();
    // An address holds the moment as it was understood before.
    let told = if let Ok(written) = typed.trim().parse::<DateTime>() {
        (written.date(), Some(written.time()))
    } else {
        let told = typed::read(typed, local, Lean::Past).map_err(|problem| problem.to_string())?;
        (told.date(), told.time())
    };
    let end = end_of(told.0, told.1)
        .ok_or_else(|| "That moment cannot be reckoned. Type a date such as 9 March 2026.".to_owned())?;
    Ok(Some(end).filter(|end| *end < now))
}

/// The last microsecond of a day, or of a minute of it.
fn end_of(day: Date, at: Option<Time>) -> Option<Timestamp> {
    let last = match at {
        Some(at) if at != Time::midnight() => Time::new(at.hour(), at.minute(), 59, 999_999_000).ok()?,
        _ => Time::new(23, 59, 59, 999_999_000).ok()?,
    };
    Some(DateTime::from_parts(day, last).to_zoned(LONDON.clone()).ok()?.timestamp())
}

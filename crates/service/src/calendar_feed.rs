//! One's own appointments for one's own calendar program, under a private address that can be revoked. A calendar program
//! cannot sign in, so the secret in the address stands for the worker, for this and nothing else; their right to their
//! cases is asked anew each time, and each fetch is entered as a disclosure.

use crate::path::Whose;
use crate::policy::Doing;
use crate::{Request, Service, ServiceError};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _};
use record::{Purpose, WorkerRef};
use sha2::{Digest as _, Sha256};
use store::access_log::Action;
use store::calendar_feeds::{self, CalendarFeed};
use store::rows::{self, Diary, WorklistOf};
use uuid::Uuid;

/// How far back and ahead a calendar goes, in days.
const DAYS_BACK: i32 = 30;
const DAYS_AHEAD: i32 = 180;
/// The most appointments in one calendar.
const MOST: u32 = 2_000;

/// A private address, as its owner sees it; never its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarAddress {
    /// When it was made.
    pub made: Timestamp,
    /// Whether people are named in full.
    pub names: bool,
    /// When a calendar program fetched it last.
    pub fetched: Option<Timestamp>,
}

/// One appointment in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// The same for the same appointment, for ever; says nothing about whom it is with.
    pub uid: String,
    /// The person: their name or their initials, as the address was made.
    pub person: String,
    /// The kind of contact.
    pub kind: String,
    /// The day.
    pub on: Date,
    /// The time.
    pub at: Option<Time>,
    /// Where.
    pub place: Option<String>,
    /// It was called off.
    pub cancelled: bool,
}

impl Service {
    /// The actor's private address, if they have one.
    pub fn calendar_address(&self, request: &Request<'_>) -> Result<Option<CalendarAddress>, ServiceError> {
        self.path.over_many(request, Doing::OwnCalendar, own(request), |tx| {
            let feeds = calendar_feeds::of_worker(tx, request.actor.id.as_str())?;
            feeds.last().map(shown).transpose()
        })
    }

    /// Makes a private address for the actor from a secret of the caller's; the one before is revoked.
    pub fn open_calendar(&self, request: &Request<'_>, secret: &str, names: bool) -> Result<(), ServiceError> {
        let now = request.at.as_microsecond();
        let worker = request.actor.id.to_string();
        let feed = CalendarFeed {
            digest: digest(secret),
            worker: worker.clone(),
            names,
            made_at: now,
            revoked_at: None,
            fetched_at: None,
        };
        self.path.act_on_own(request, Doing::OwnCalendar, own(request), Action::Disclosure, move |tx| {
            calendar_feeds::revoke_all(tx, &worker, now)?;
            calendar_feeds::add(tx, &feed)
        })
    }

    /// Revokes the actor's private address.
    pub fn close_calendar(&self, request: &Request<'_>) -> Result<(), ServiceError> {
        let (worker, now) = (request.actor.id.to_string(), request.at.as_microsecond());
        self.path.act_on_own(request, Doing::OwnCalendar, own(request), Action::Alteration, move |tx| {
            calendar_feeds::revoke_all(tx, &worker, now).map(drop)
        })
    }

    /// The appointments behind a private address; nothing when there is none, it was revoked, or its owner left or no
    /// longer manages cases.
    pub fn calendar(&self, secret: &str, now: Timestamp, id: Uuid) -> Result<Option<Vec<CalendarEntry>>, ServiceError> {
        let digest = digest(secret);
        let Some(feed) = self.path.calendar_address(&digest)?.filter(|feed| feed.revoked_at.is_none()) else {
            return Ok(None);
        };
        let worker =
            WorkerRef::try_from(feed.worker.as_str()).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let Some(actor) = self.actor(&worker)? else { return Ok(None) };
        let request = Request::new(&actor, Purpose::Supervision, now, id);
        let today = request.today();
        let diary = Diary {
            of: WorklistOf::Worker(worker.to_string()),
            viewer: worker.to_string(),
            from: today.saturating_sub(DAYS_BACK.days()).to_string(),
            until: today.saturating_add(DAYS_AHEAD.days()).to_string(),
            limit: MOST,
        };
        let found = self.path.disclose(&request, Doing::OwnCalendar, own(&request), |tx| {
            rows::appointments(tx, &diary)?.iter().map(|planned| entry(planned, feed.names)).collect()
        });
        match found {
            Ok(entries) => {
                self.path.calendar_fetched(digest, now)?;
                Ok(Some(entries))
            }
            Err(ServiceError::NotAllowed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn own<'a>(request: &'a Request<'_>) -> Whose<'a> {
    Whose { agency: request.actor.agency.as_str(), worker: request.actor.id.as_str(), ..Whose::default() }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn shown(feed: &CalendarFeed) -> Result<CalendarAddress, ServiceError> {
    Ok(CalendarAddress {
        made: crate::jobs::moment(feed.made_at)?,
        names: feed.names,
        fetched: feed.fetched_at.map(crate::jobs::moment).transpose()?,
    })
}

fn entry(planned: &rows::Planned, names: bool) -> Result<CalendarEntry, ServiceError> {
    let unreadable = || ServiceError::Asked(format!("an appointment of {} cannot be read", planned.stream));
    let appointment = &planned.appointment;
    let uid = Sha256::digest(format!("{}/{}", planned.stream, appointment.contact));
    Ok(CalendarEntry {
        uid: uid.iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        person: if names { planned.display_name.clone() } else { initials(&planned.display_name) },
        kind: appointment.kind.clone(),
        on: appointment.on.parse().map_err(|_| unreadable())?,
        at: appointment.at.as_deref().map(str::parse).transpose().map_err(|_| unreadable())?,
        place: appointment.place.clone(),
        cancelled: appointment.outcome.as_deref() == Some("cancelled"),
    })
}

/// `Alex Example-Reid` as `AE`: enough for who knows the caseload, nothing for who looks over a shoulder.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_say_no_name() {
        assert_eq!(initials("Alex  Example-Reid"), "AE");
        assert_eq!(initials("Éilidh “Lee” o'Neill"), "ÉLO");
    }
}

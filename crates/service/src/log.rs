//! Who has looked: the access log, for those who may see it.

use crate::lists::person_id;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::Timestamp;
use store::access_log::{self, StoredEntry};
use store::{StreamId, Tx, events, rows};

/// One entry of the access log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// From which agency.
    pub agency: String,
    /// Which of the six statutory actions.
    pub action: &'static str,
    /// What was done, and the reason if one was given.
    pub detail: String,
    /// For what purpose.
    pub purpose: String,
    /// `allowed` or `refused`.
    pub outcome: &'static str,
}

/// What of the access log is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// About whom.
    pub about: LogAbout,
    /// From this moment.
    pub from: Timestamp,
    /// Up to but without this one.
    pub until: Timestamp,
    /// Where the page before ended, as it was answered.
    pub after: Option<LogCursor>,
    /// How many entries at most.
    pub limit: u32,
}

/// Whose entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogAbout {
    /// Everybody's about one person: their record's id, or a number by which an agency knows them.
    Person(String),
    /// Everything that one account did.
    Account(String),
}

/// Where a page of the log ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCursor {
    /// The last entry's time, in microseconds.
    pub at: i64,
    /// The chain that it is in.
    pub writer: String,
    /// Its place there.
    pub place: i64,
}

/// A page of the log, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The record that was meant, when it was asked of one.
    pub about: Option<PersonId>,
    /// The entries, each with the people whom it is about; a list shows several.
    pub entries: Vec<(Look, Vec<PersonId>)>,
    /// Where the next page begins, when there may be one.
    pub next: Option<LogCursor>,
}

/// The most people of one entry that are named.
const NAMED: usize = 40;

impl Service {
    /// The access log about one person or of one account, between two moments, a page at a time.
    pub fn access_log(&self, request: &Request<'_>, asked: &LogQuery) -> Result<LogPage, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewAccessLog, whose, |tx| {
            let (meant, about) = match &asked.about {
                LogAbout::Account(account) => (None, access_log::About::Actor(account.clone())),
                LogAbout::Person(person) => {
                    let stream = stream_of(tx, person)?;
                    (Some(person_id(&stream)?), access_log::About::Stream(stream))
                }
            };
            let page = access_log::Page {
                about,
                from: asked.from.as_microsecond(),
                until: asked.until.as_microsecond(),
                after: asked.after.as_ref().map(|after| (after.at, after.writer.clone(), after.place)),
                limit: asked.limit,
            };
            let stored = access_log::page(tx, &page)?;
            let full = u32::try_from(stored.len()).unwrap_or(u32::MAX) >= asked.limit;
            let next = stored.last().filter(|_| full).map(|last| LogCursor {
                at: last.entry.at,
                writer: last.writer.clone(),
                place: last.seq,
            });
            let mut entries = Vec::with_capacity(stored.len());
            for entry in stored {
                let mut people: Vec<PersonId> = entry
                    .entry
                    .stream
                    .iter()
                    .filter(|stream| stream.kind == "person")
                    .map(person_id)
                    .collect::<Result<_, _>>()?;
                if people.is_empty() && entry.head.is_some() {
                    let shown = access_log::shown(tx, &entry.writer, entry.seq)?;
                    people = shown.iter().take(NAMED).map(person_id).collect::<Result<_, _>>()?;
                }
                entries.push((look(entry)?, people));
            }
            Ok(LogPage { about: meant, entries, next })
        })
    }

    /// Everybody who has looked at a person's record or changed it.
    pub fn who_looked(&self, request: &Request<'_>, person: &PersonId) -> Result<Vec<Look>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewAccessLog, whose, |tx| {
            access_log::of_stream(tx, &person.stream())?.into_iter().map(look).collect()
        })
    }
}

/// The stream that somebody means by a record's id or by a number.
fn stream_of(tx: &mut dyn Tx, meant: &str) -> Result<StreamId, ServiceError> {
    let meant = meant.trim();
    if let Ok(person) = PersonId::new(meant)
        && events::version(tx, &person.stream())? > 0
    {
        return Ok(person.stream());
    }
    let streams = rows::numbered(tx, &crate::search::number_forms(meant), false, 2)?;
    match streams.as_slice() {
        [one] => Ok(StreamId::from_key(one)?),
        [] => Err(ServiceError::NotFound),
        _ => Err(ServiceError::Asked("More than one record has this number: give the record's own id.".into())),
    }
}

fn look(stored: StoredEntry) -> Result<Look, ServiceError> {
    let entry = stored.entry;
    let at = Timestamp::from_microsecond(entry.at).map_err(|error| ServiceError::Asked(error.to_string()))?;
    Ok(Look {
        at,
        actor: entry.actor,
        role: entry.role,
        agency: entry.agency,
        action: entry.action.word(),
        detail: entry.detail,
        purpose: entry.purpose,
        outcome: entry.outcome.word(),
    })
}

//! What the streams of people and of plans have in common on the one path: saying a thing twice, writing on what has changed
//! meanwhile, and reading what is stored.

use crate::{Recorded, ServiceError};
use std::fmt::Display;
use store::StreamId;

/// What was recorded before, if all of it was. `same` says of an event and an entry with one identifier whether they say the
/// same; of others, nothing.
pub(super) fn said_before<E, T>(
    events: &[E],
    version: u64,
    entries: &[T],
    same: impl Fn(&E, &T) -> Option<bool>,
) -> Result<Option<Recorded>, ServiceError> {
    let mut found = 0;
    for entry in entries {
        match events.iter().find_map(|event| same(event, entry)) {
            Some(true) => found += 1,
            Some(false) => return Err(ServiceError::SaidDifferently),
            None => {}
        }
    }
    Ok((found == entries.len() && found > 0).then_some(Recorded { version, already: true }))
}

/// An event as a sentence about it has it.
pub(super) struct Said(String);

impl Said {
    pub(super) fn new(kind: &str, happened: &dyn Display, by: &dyn Display) -> Self {
        Self(format!("{kind} of {happened} by {by}"))
    }
}

/// How many events there are now, and what came since a version.
pub(super) fn since(expected: u64, events: impl Iterator<Item = Said>) -> (u64, String) {
    let skip = usize::try_from(expected).unwrap_or(usize::MAX);
    let all: Vec<String> = events.map(|Said(said)| said).collect();
    let came = all.get(skip..).unwrap_or_default().join("; ");
    let came = if came.is_empty() { "nothing came; the version was never reached".to_owned() } else { came };
    (u64::try_from(all.len()).unwrap_or(u64::MAX), came)
}

/// An event's content as JSON.
pub(super) fn written(body: Result<String, serde_json::Error>) -> Result<String, ServiceError> {
    body.map_err(|error| ServiceError::Asked(format!("the event cannot be written as JSON: {error}")))
}

/// A stored event is not in a form that this version knows.
pub(super) fn unreadable(stream: &StreamId, version: i64, problem: String) -> ServiceError {
    ServiceError::Unreadable { stream: stream.to_string(), version, problem }
}

impl From<store::Appended> for Recorded {
    fn from(appended: store::Appended) -> Self {
        Self { version: u64::try_from(appended.version).unwrap_or_default(), already: appended.already }
    }
}

//! The events of a person, as the record has them and as the store keeps them.

use super::streams;
use crate::{Request, ServiceError};
use jiff::Timestamp;
use record::{AreaRef, Event, EventId, Happened, History, Purpose, Stamp, What, WorkerRef};
use store::events::{self, NewEvent, Shown, StoredEvent};
use store::{StreamId, Tx};

pub(super) fn stamp(request: &Request<'_>, id: EventId, happened: Happened) -> Stamp {
    Stamp {
        id,
        happened,
        recorded: request.at,
        by: request.actor.id.clone(),
        agency: request.actor.agency.clone(),
        purpose: request.purpose,
    }
}

/// An event as the store keeps it.
pub(crate) fn to_store(event: &Event) -> Result<NewEvent, ServiceError> {
    let body = streams::written(event.what.body())?;
    Ok(NewEvent {
        id: event.stamp.id.0,
        kind: event.what.kind().to_owned(),
        schema_version: u32::from(event.what.version()),
        happened: event.stamp.happened.to_string(),
        recorded: event.stamp.recorded.as_microsecond(),
        by: event.stamp.by.to_string(),
        agency: event.stamp.agency.to_string(),
        purpose: event.stamp.purpose.as_str().to_owned(),
        body,
    })
}

/// A person's history as the store has it; none where nothing is recorded.
///
/// # Errors
/// [`ServiceError::Unreadable`] when an event is not in a form that this version knows.
pub fn read_history(tx: &mut dyn Tx, stream: &StreamId) -> Result<Option<History>, ServiceError> {
    let mut events = Ok(Vec::new());
    events::show(tx, stream, &mut |shown| {
        if let Ok(read) = &mut events {
            match from_store(stream, &shown) {
                Ok(event) => read.push(event),
                Err(error) => events = Err(error),
            }
        }
        Ok(())
    })?;
    events.map(|events| (!events.is_empty()).then(|| History::new(events)))
}

/// A person's history from the events of their stream.
///
/// # Errors
/// As [`read_history`].
pub(crate) fn history(stored: &[StoredEvent]) -> Result<History, ServiceError> {
    stored
        .iter()
        .map(|stored| from_store(&stored.stream, &stored.shown()))
        .collect::<Result<Vec<_>, _>>()
        .map(History::new)
}

fn from_store(stream: &StreamId, event: &Shown<'_>) -> Result<Event, ServiceError> {
    let unreadable = |problem: String| streams::unreadable(stream, event.version, problem);
    let what = What::read(event.kind, u16::try_from(event.schema_version).unwrap_or(u16::MAX), event.body)
        .map_err(|error| unreadable(error.to_string()))?;
    let happened: Happened = event.happened.parse().map_err(|error: record::NotADate| unreadable(error.to_string()))?;
    let recorded = Timestamp::from_microsecond(event.recorded).map_err(|error| unreadable(error.to_string()))?;
    let by = WorkerRef::try_from(event.by).map_err(|error| unreadable(error.to_string()))?;
    let agency = AreaRef::try_from(event.agency).map_err(|error| unreadable(error.to_string()))?;
    let purpose = Purpose::read(event.purpose).ok_or_else(|| unreadable("its purpose is not known".into()))?;
    Ok(Event { stamp: Stamp { id: EventId(event.id), happened, recorded, by, agency, purpose }, what })
}

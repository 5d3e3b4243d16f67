//! A plan's stream as text: one event in each line, as JSON.

use crate::words::Line;
use crate::{Event, EventId, History, ReadError, Stamp, What};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: EventId,
    happened: Date,
    recorded: Timestamp,
    by: Line,
    kind: String,
    v: u16,
    data: serde_json::Value,
}

/// The event as a line of a stream, without a line's end.
pub fn line(event: &Event) -> Result<String, ReadError> {
    let data = event.what.body().and_then(|body| serde_json::from_str(&body));
    let written = Written {
        id: event.stamp.id,
        happened: event.stamp.happened,
        recorded: event.stamp.recorded,
        by: event.stamp.by.clone(),
        kind: event.what.kind().to_owned(),
        v: event.what.version(),
        data: data.map_err(|error| ReadError::file("an event", &error))?,
    };
    serde_json::to_string(&written).map_err(|error| ReadError::file("an event", &error))
}

/// Reads a stream; the plan's rules must accept every event of it.
pub fn read(text: &str, today: Date) -> Result<History, ReadError> {
    let mut events = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let what = format!("line {number} of the stream");
        let written: Written = serde_json::from_str(line).map_err(|error| ReadError::file(&what, &error))?;
        let read = What::read(&written.kind, written.v, &written.data.to_string())
            .map_err(|error| ReadError::file(&what, &error))?;
        let stamp = Stamp { id: written.id, happened: written.happened, recorded: written.recorded, by: written.by };
        events.push(Event { stamp, what: read });
    }
    Ok(History::replayed(events, today)?)
}

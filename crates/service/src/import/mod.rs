//! Bringing records in from a file: a map says which column becomes which event.
//!
//! Streaming, so that the file may be larger than memory; resumable and idempotent, because every event's identifier is
//! made from the source, the line's key and the event's place; every line that is refused, and every field that is left
//! out, is reported with its number and a sentence; nothing else is lost.

mod compose;
mod map;
mod sheet;

pub use map::Map;
pub use sheet::ImportError;

use crate::bulk::{People, begin_people, write_people};
use crate::path::{Permitted, to_store};
use crate::policy::Doing;
use crate::rows::person_rows;
use crate::{Request, Service, ServiceError};
use record::{Event, EventId, History, Proposal, Stamp};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use store::access_log::Action;
use store::jobs::NewJob;
use store::rows::PersonRows;
use store::{Append, Appended, Begun, StoreError};
use uuid::Uuid;

/// A line of which something was not kept, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LineTrouble {
    /// The line's number in the file; the heading is line 1.
    pub line: u64,
    /// Whether the rest of the line was kept.
    pub rest_kept: bool,
    /// What is wrong, in a sentence.
    pub sentence: String,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// Lines read so far, without the heading.
    pub lines: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Lines read, without the heading.
    pub lines: u64,
    /// Lines whose events were added.
    pub added: u64,
    /// Lines that were on record already, event for event.
    pub already: u64,
    /// Lines that were refused as a whole.
    pub refused: u64,
    /// Events added.
    pub events: u64,
    /// Columns of the file that the map does not use.
    pub unused_columns: Vec<String>,
}

/// Lines that go into one transaction: few at first, so that writing begins while most is still to be read, then twice as
/// many each time until there are enough.
const FIRST_CHUNK: usize = 400;
const CHUNK: usize = 9_600;

/// The beginning of a person's identifier: enough to put neighbours in the log beside each other.
type Place = [u8; 32];

/// A line made ready to be written.
struct Ready {
    line: u64,
    place: Place,
    append: Append,
    rows: PersonRows,
    to_tell: Vec<NewJob>,
}

impl Service {
    /// Imports a CSV file through a map. `trouble` hears of every line of which something was not kept, `progress` of how
    /// far it has come. One chunk is written while the next is read and decided.
    pub fn import(
        &self,
        request: &Request<'_>,
        map: &Map,
        file: impl Read + Send,
        trouble: &mut dyn FnMut(LineTrouble),
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Imported, ServiceError> {
        self.path.act_on_many(request, Doing::Import, Action::Collection, |permitted| {
            let mut sheet = sheet::Sheet::open(file, map)?;
            std::thread::scope(|scope| {
                let (to_write, chunks) = sync_channel::<Vec<Ready>>(2);
                // What was written goes back to be taken apart here: the writer waits for nothing but the next chunk.
                let (done_with, written) = channel();
                let writer = scope.spawn(move || write_chunks(permitted, chunks, &done_with));
                let mut hand_over = |chunk| {
                    written.try_iter().for_each(drop::<Arc<People>>);
                    to_write.send(chunk).is_ok()
                };
                let read = self.read_lines(request, map, &mut sheet, trouble, progress, &mut hand_over);
                drop(to_write);
                let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                let mut imported = read?;
                imported.added = written.added;
                imported.already = written.already;
                imported.events = written.events;
                imported.refused += u64::try_from(written.refused.len()).unwrap_or_default();
                written.refused.into_iter().for_each(trouble);
                progress(Progress { bytes: sheet.bytes_read(), lines: imported.lines });
                Ok(imported)
            })
        })
    }

    /// Reads and decides line by line; stops early when the writer has stopped, whose error is the one to tell.
    fn read_lines(
        &self,
        request: &Request<'_>,
        map: &Map,
        sheet: &mut sheet::Sheet<impl Read>,
        trouble: &mut dyn FnMut(LineTrouble),
        progress: &mut dyn FnMut(Progress),
        hand_over: &mut dyn FnMut(Vec<Ready>) -> bool,
    ) -> Result<Imported, ServiceError> {
        let places = sheet.places();
        let mut imported = Imported { unused_columns: sheet.unused_columns(), ..Imported::default() };
        let clock = self.path.clock()?;
        let mut seen: HashSet<Uuid> = HashSet::new();
        let (mut chunk, mut enough) = (Vec::with_capacity(FIRST_CHUNK), FIRST_CHUNK);
        while let Some(line) = sheet.next_line(&places)? {
            imported.lines += 1;
            let number = line.number();
            let composed =
                line.compose(map, &mut |sentence| trouble(LineTrouble { line: number, rest_kept: true, sentence }));
            let ready = composed.and_then(|composed| {
                let id = first_id(map.id(), &composed.key);
                if seen.insert(id) {
                    return Ok((id, composed));
                }
                Err("another line before it has the same key: give each line its own, or correct the key in the map"
                    .to_owned())
            });
            let ready = match ready {
                Err(sentence) => Err(sentence),
                Ok((id, composed)) => match self.prepare(request, map, &clock, id, composed) {
                    Ok((append, rows, to_tell)) => {
                        let place = place(&append.stream().id);
                        Ok(Ready { line: number, place, append, rows, to_tell })
                    }
                    Err(error @ (ServiceError::Refused(_) | ServiceError::Clock(_))) => Err(error.to_string()),
                    Err(error) => return Err(error),
                },
            };
            match ready {
                Ok(ready) => chunk.push(ready),
                Err(sentence) => {
                    imported.refused += 1;
                    trouble(LineTrouble { line: number, rest_kept: false, sentence });
                }
            }
            if chunk.len() >= enough {
                enough = CHUNK.min(enough * 2);
                if !hand_over(std::mem::replace(&mut chunk, Vec::with_capacity(enough))) {
                    return Ok(imported);
                }
                progress(Progress { bytes: sheet.bytes_read(), lines: imported.lines });
            }
        }
        if !chunk.is_empty() {
            hand_over(chunk);
        }
        Ok(imported)
    }

    /// Decides every event of a line on a new record, as if each were recorded by hand.
    fn prepare(
        &self,
        request: &Request<'_>,
        map: &Map,
        clock: &clock::Clock<'_>,
        first_id: Uuid,
        composed: compose::Composed,
    ) -> Result<(Append, PersonRows, Vec<NewJob>), ServiceError> {
        let today = request.today();
        let mut history = History::default();
        let mut record = history.record();
        let mut new_events = Vec::with_capacity(composed.events.len());
        for (place, (what, happened)) in composed.events.into_iter().enumerate() {
            let proposal = Proposal { what, happened };
            for what in history.decide(&record, &proposal, today, self.path.rules().law())? {
                let stamp = Stamp {
                    id: EventId(event_id(first_id, place)),
                    happened,
                    recorded: request.at,
                    by: request.actor.id.clone(),
                    agency: map.agency().clone(),
                    purpose: request.purpose,
                };
                let event = Event { stamp, what };
                new_events.push(to_store(&event)?);
                history.push(event);
            }
            record = history.record();
        }
        let rows = person_rows(&record, clock, today)?;
        let to_tell = self.path.to_tell(request, (&composed.person, &record), 0, &new_events)?;
        Ok((Append::new(composed.person.stream(), new_events)?, rows, to_tell))
    }
}

/// What was written.
#[derive(Default)]
struct Written {
    added: u64,
    already: u64,
    events: u64,
    refused: Vec<LineTrouble>,
}

/// Writes chunk after chunk; one is made ready while the one before it becomes durable.
fn write_chunks(
    permitted: &Permitted<'_>,
    chunks: Receiver<Vec<Ready>>,
    done_with: &Sender<Arc<People>>,
) -> Result<Written, ServiceError> {
    let mut written = Written::default();
    let mut before: Option<Chunk> = None;
    for chunk in chunks {
        let begun = Chunk::begin(permitted, chunk)?;
        if let Some(chunk) = before.replace(begun) {
            // Nobody there to take it apart: so it is here.
            let _ = done_with.send(chunk.done(permitted, &mut written)?);
        }
    }
    if let Some(chunk) = before {
        chunk.done(permitted, &mut written)?;
    }
    Ok(written)
}

/// Lines that are being written in one transaction.
struct Chunk {
    lines: Vec<u64>,
    people: Arc<People>,
    begun: Begun<Vec<Appended>>,
}

impl Chunk {
    fn begin(permitted: &Permitted<'_>, chunk: Vec<Ready>) -> Result<Self, ServiceError> {
        // In the order of the streams, so that each page of the log is touched once. The order is found among the places
        // alone: the lines themselves lie all over the memory.
        let mut order: Vec<(Place, usize)> = chunk.iter().enumerate().map(|(at, ready)| (ready.place, at)).collect();
        order.sort_unstable();
        let mut ready: Vec<Option<Ready>> = chunk.into_iter().map(Some).collect();
        let mut lines = Vec::with_capacity(ready.len());
        let mut people = People::default();
        for (_, at) in order {
            if let Some(ready) = ready.get_mut(at).and_then(Option::take) {
                lines.push(ready.line);
                people.push(ready.append, ready.rows, ready.to_tell);
            }
        }
        let people = Arc::new(people);
        let begun = begin_people(permitted, &people)?;
        Ok(Self { lines, people, begun })
    }

    /// Waits until it is written; if a line of it differs from what was imported before, goes line by line to name it.
    fn done(self, permitted: &Permitted<'_>, written: &mut Written) -> Result<Arc<People>, ServiceError> {
        match self.begun.done() {
            Ok(appended) => written.count(&appended),
            Err(StoreError::Conflict { .. } | StoreError::IdReused { .. }) => {
                for (at, line) in self.lines.into_iter().enumerate() {
                    let Some(person) = self.people.only(at) else { continue };
                    match write_people(permitted, &Arc::new(person)) {
                        Ok(appended) => written.count(&appended),
                        Err(StoreError::Conflict { .. } | StoreError::IdReused { .. }) => {
                            let sentence = "this person is on record already with other content: look at the record, and correct it there".to_owned();
                            written.refused.push(LineTrouble { line, rest_kept: false, sentence });
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(self.people)
    }
}

impl Written {
    fn count(&mut self, appended: &[store::Appended]) {
        for append in appended {
            if append.already {
                self.already += 1;
            } else {
                self.added += 1;
                self.events += u64::try_from(append.version - append.first + 1).unwrap_or_default();
            }
        }
    }
}

fn place(id: &str) -> Place {
    let mut place = Place::default();
    place.iter_mut().zip(id.bytes()).for_each(|(to, from)| *to = from);
    place
}

/// The same line gives the same identifiers for ever: 32 bits of the source's digest, 74 of the key's, 16 of the place. The
/// events of one line are neighbours in the index of identifiers, which is what makes a large import fast.
fn first_id(source: &str, key: &str) -> Uuid {
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let mut bytes = [0_u8; 16];
    let parts = digest(source).into_iter().take(4).chain(digest(key).into_iter().take(10));
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The identifier of the event in this place of the line whose first event has the identifier `first`.
fn event_id(first: Uuid, place: usize) -> Uuid {
    let mut bytes = first.into_bytes();
    let place = u16::try_from(place).unwrap_or(u16::MAX).to_be_bytes();
    bytes.iter_mut().rev().zip(place.into_iter().rev()).for_each(|(to, from)| *to = from);
    Uuid::from_bytes(bytes)
}

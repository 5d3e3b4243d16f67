//! The event log: append with optimistic concurrency, read, stream everything in order.

use std::fmt;

use uuid::Uuid;

use crate::chain::{Hash, Link};
use crate::error::{Result, StoreError};
use crate::standing;
use crate::tx::{Row, Tx, Val};

/// A stream's name: its kind (`person`, `plan`, …) and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Lower-case letters and `_`.
    pub kind: String,
    /// Any text without control characters.
    pub id: String,
}

impl StreamId {
    /// A stream's name.
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// The name as the database keeps it: `kind/id`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }

    /// The stream whose key this is.
    pub fn from_key(key: &str) -> Result<Self> {
        match key.split_once('/') {
            Some((kind, id)) => Ok(Self::new(kind, id)),
            None => Err(StoreError::Invalid(format!("“{key}” is not the name of a stream: it reads kind/id."))),
        }
    }

    /// The key, once the name is known to be sound.
    pub(crate) fn checked_key(&self) -> Result<String> {
        let kind_sound = !self.kind.is_empty() && self.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let id_sound = !self.id.is_empty() && self.id.len() <= 200 && !self.id.chars().any(char::is_control);
        if kind_sound && id_sound {
            Ok(self.key())
        } else {
            Err(StoreError::Invalid(
                "a stream's kind is lower-case letters, its id 1 to 200 bytes without control characters.".into(),
            ))
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// An event to be recorded. The body is JSON text that the store never looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Chosen by the caller; the same id again answers the first result.
    pub id: Uuid,
    /// What happened, in the record's words.
    pub kind: String,
    /// The wire format's version of the body.
    pub schema_version: u32,
    /// When it took place, as told (ISO text).
    pub happened: String,
    /// When we learned it: microseconds since the epoch.
    pub recorded: i64,
    /// Who recorded it.
    pub by: String,
    /// From which agency.
    pub agency: String,
    /// For what purpose.
    pub purpose: String,
    /// The body as JSON text.
    pub body: String,
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in the stream, from 1.
    pub version: i64,
    /// What was recorded.
    pub event: NewEvent,
    /// The hash of the event before it.
    pub prev: Hash,
    /// Its own hash, over everything above.
    pub hash: Hash,
}

/// An event as it lies in the database's answer, without its place in the chain.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Its place in the stream, from 1.
    pub version: i64,
    /// As in [`NewEvent`], and so all that follows.
    pub id: Uuid,
    /// What happened.
    pub kind: &'a str,
    /// The wire format's version of the body.
    pub schema_version: u32,
    /// When it took place.
    pub happened: &'a str,
    /// When we learned it.
    pub recorded: i64,
    /// Who recorded it.
    pub by: &'a str,
    /// From which agency.
    pub agency: &'a str,
    /// For what purpose.
    pub purpose: &'a str,
    /// The body as JSON text.
    pub body: &'a str,
}

impl Shown<'_> {
    fn copied(&self) -> NewEvent {
        NewEvent {
            id: self.id,
            kind: self.kind.to_owned(),
            schema_version: self.schema_version,
            happened: self.happened.to_owned(),
            recorded: self.recorded,
            by: self.by.to_owned(),
            agency: self.agency.to_owned(),
            purpose: self.purpose.to_owned(),
            body: self.body.to_owned(),
        }
    }
}

impl StoredEvent {
    /// The event without its place in the chain.
    pub fn shown(&self) -> Shown<'_> {
        let event = &self.event;
        Shown {
            version: self.version,
            id: event.id,
            kind: &event.kind,
            schema_version: event.schema_version,
            happened: &event.happened,
            recorded: event.recorded,
            by: &event.by,
            agency: &event.agency,
            purpose: &event.purpose,
            body: &event.body,
        }
    }

    /// The hash that this event must have after `prev`.
    pub fn computed_hash(&self, prev: &Hash) -> Hash {
        link(&self.stream.key(), self.version, &self.event, prev)
    }
}

/// What an append did; the access log wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The stream.
    pub stream: StreamId,
    /// The version of the first event of this append.
    pub first: i64,
    /// The stream's version after it.
    pub version: i64,
    /// The hash of its last event.
    pub head: Hash,
    /// These events were already there: nothing was written, nothing needs an entry in the access log.
    pub already: bool,
}

/// A stream that is to be new, with its first events, oldest first. Its chain is computed by whoever makes it, so that the
/// one thread that writes need not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    stream: StreamId,
    key: String,
    events: Vec<NewEvent>,
    chain: Vec<Hash>,
}

impl Append {
    /// The first events of a stream.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the stream's name is not sound.
    pub fn new(stream: StreamId, events: Vec<NewEvent>) -> Result<Self> {
        let key = stream.checked_key()?;
        let mut prev = Hash::ZERO;
        let chained = |(version, event): (i64, &NewEvent)| {
            prev = link(&key, version, event, &prev);
            prev
        };
        let chain = (1..).zip(&events).map(chained).collect();
        Ok(Self { stream, key, events, chain })
    }

    /// The stream.
    pub fn stream(&self) -> &StreamId {
        &self.stream
    }
}

const COLUMNS: usize = 13;
const INSERT: &str = "INSERT INTO events (stream, version, id, kind, schema_version, happened, recorded, recorded_by, \
     agency, purpose, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
     ON CONFLICT DO NOTHING";

fn link(key: &str, version: i64, event: &NewEvent, prev: &Hash) -> Hash {
    let mut link = Link::after("throughline event 1", prev);
    link.text(key);
    link.int(version);
    link.bytes(event.id.as_bytes());
    link.text(&event.kind);
    link.int(i64::from(event.schema_version));
    link.text(&event.happened);
    link.int(event.recorded);
    link.text(&event.by);
    link.text(&event.agency);
    link.text(&event.purpose);
    link.text(&event.body);
    link.finish()
}

/// Appends events to one stream that the caller has read at `expected_version` (0 = it does not exist yet).
///
/// # Errors
/// [`StoreError::Conflict`] with the events that came meanwhile; [`StoreError::IdReused`] when an id is taken by
/// other content. The same events again answer the first result with `already` set.
pub fn append(tx: &mut dyn Tx, stream: &StreamId, expected_version: i64, new_events: &[NewEvent]) -> Result<Appended> {
    let key = stream.checked_key()?;
    let head = standing::of(tx, &key)?.head;
    let planned = Planned { stream, key: &key, expected: expected_version, events: new_events, head, chain: &[] };
    write(tx, &[planned])?.pop().ok_or_else(|| StoreError::Invalid("an append needs at least one event.".into()))
}

/// Makes many new streams at once, each named once: the path of an import.
///
/// # Errors
/// As [`append`]; one conflict refuses the whole bulk.
pub fn append_all(tx: &mut dyn Tx, appends: &[Append]) -> Result<Vec<Appended>> {
    let keys: Vec<&str> = appends.iter().map(|append| append.key.as_str()).collect();
    let heads = heads_of(tx, &keys)?;
    let mut planned = Vec::with_capacity(appends.len());
    for Append { stream, key, events, chain } in appends {
        let head = heads.get(key).copied().unwrap_or((0, Hash::ZERO));
        planned.push(Planned { stream, key, expected: 0, events, head, chain });
    }
    write(tx, &planned)
}

/// An append with what is known of its stream.
struct Planned<'a> {
    stream: &'a StreamId,
    key: &'a str,
    expected: i64,
    events: &'a [NewEvent],
    /// Where the stream stands.
    head: (i64, Hash),
    /// The hashes of the events if the stream is new, when they were computed before.
    chain: &'a [Hash],
}

fn write(tx: &mut dyn Tx, batch: &[Planned<'_>]) -> Result<Vec<Appended>> {
    let mut answers = Vec::with_capacity(batch.len());
    let mut links: Vec<(&str, i64, &NewEvent, Hash, Hash)> = Vec::with_capacity(batch.len() * 2);
    for planned in batch {
        let Planned { stream, key, expected, events, head: (actual, head), chain } = *planned;
        if events.is_empty() {
            return Err(StoreError::Invalid(format!("an append to {stream} needs at least one event.")));
        }
        if actual != expected {
            answers.push(replayed_or_conflict(tx, planned, actual)?);
            continue;
        }
        let (mut version, mut prev) = (actual, head);
        let mut computed = chain.iter().filter(|_| actual == 0);
        for event in events {
            version += 1;
            let hash = computed.next().copied().unwrap_or_else(|| link(key, version, event, &prev));
            links.push((key, version, event, prev, hash));
            prev = hash;
        }
        answers.push(Appended { stream: stream.clone(), first: actual + 1, version, head: prev, already: false });
    }
    let mut values = Vec::with_capacity(links.len() * COLUMNS);
    for (key, version, event, prev, hash) in &links {
        values.extend([
            Val::Text(key),
            Val::Int(*version),
            Val::Blob(event.id.as_bytes()),
            Val::Text(&event.kind),
            Val::Int(i64::from(event.schema_version)),
            Val::Text(&event.happened),
            Val::Int(event.recorded),
            Val::Text(&event.by),
            Val::Text(&event.agency),
            Val::Text(&event.purpose),
            Val::Text(&event.body),
            Val::Blob(prev.bytes()),
            Val::Blob(hash.bytes()),
        ]);
    }
    if links.is_empty() {
        return Ok(answers);
    }
    let inserted = match (batch, answers.as_slice()) {
        ([Planned { key, .. }], [appended]) => {
            let inserted = tx.put(key, INSERT, COLUMNS, &values)?;
            tx.known()?.grown(key, (appended.version, appended.head));
            inserted
        }
        _ => tx.insert(INSERT, COLUMNS, &values)?,
    };
    if inserted == links.len() as u64 {
        return Ok(answers);
    }
    // What was remembered is not so any more, or what was just noted did not come to be.
    tx.known()?.clear();
    // Somebody else was faster, or an id is taken. Only when nothing at all went in can it be a plain repetition;
    // otherwise the error below undoes the part that did.
    let mut repeated = Vec::with_capacity(batch.len());
    for planned in batch {
        let (actual, _) = head_of(tx, planned.key)?;
        repeated.push(replayed_or_conflict(tx, planned, actual)?);
    }
    match batch.iter().find_map(|planned| Some((planned.stream, planned.events.first()?))) {
        Some((stream, event)) if inserted > 0 => Err(StoreError::IdReused { id: event.id, stream: stream.to_string() }),
        _ => Ok(repeated),
    }
}

/// The stream is not where the caller thinks: either these very events are there already, or it is a conflict.
fn replayed_or_conflict(tx: &mut dyn Tx, planned: &Planned<'_>, actual: i64) -> Result<Appended> {
    let Planned { stream, expected, events: new_events, .. } = *planned;
    let since = after(tx, stream, expected.min(actual))?;
    let Some(first_id) = new_events.first().map(|event| event.id) else {
        return Err(StoreError::Invalid("an append needs at least one event.".into()));
    };
    let found = match since.iter().position(|stored| stored.event.id == first_id) {
        Some(at) => since.get(at..).unwrap_or_default().to_vec(),
        None => earlier(tx, stream, &first_id)?,
    };
    if found.is_empty() && actual == expected {
        return Err(StoreError::IdReused { id: first_id, stream: stream.to_string() });
    }
    if found.is_empty() {
        return Err(StoreError::Conflict { stream: stream.to_string(), expected, actual, since });
    }
    let (mut head, mut last) = (Hash::ZERO, 0);
    for (n, event) in new_events.iter().enumerate() {
        // A repeated command is recorded later than the first: only that may differ.
        let same =
            found.get(n).filter(|stored| NewEvent { recorded: stored.event.recorded, ..event.clone() } == stored.event);
        let Some(stored) = same else {
            return Err(StoreError::IdReused { id: event.id, stream: stream.to_string() });
        };
        (head, last) = (stored.hash, stored.version);
    }
    let first = found.first().map_or(last, |stored| stored.version);
    Ok(Appended { stream: stream.clone(), first, version: last, head, already: true })
}

/// The events of the stream from the one with this id on, when it is there.
fn earlier(tx: &mut dyn Tx, stream: &StreamId, id: &Uuid) -> Result<Vec<StoredEvent>> {
    let found = tx.rows(
        "SELECT version FROM events WHERE id = ?1 AND stream = ?2",
        &[Val::Blob(id.as_bytes()), Val::Text(&stream.key())],
    )?;
    match found.first() {
        Some(row) => after(tx, stream, row.int(0)? - 1),
        None => Ok(Vec::new()),
    }
}

fn head_of(tx: &mut dyn Tx, key: &str) -> Result<(i64, Hash)> {
    let head =
        tx.rows("SELECT version, hash FROM events WHERE stream = ?1 ORDER BY version DESC LIMIT 1", &[Val::Text(key)])?;
    match head.first() {
        Some(row) => Ok((row.int(0)?, Hash::from_bytes(row.blob(1)?)?)),
        None => Ok((0, Hash::ZERO)),
    }
}

fn heads_of(tx: &mut dyn Tx, keys: &[&str]) -> Result<std::collections::BTreeMap<String, (i64, Hash)>> {
    let list = key_list(keys);
    // CROSS JOIN keeps SQLite from walking all events for each key.
    let sql = tx.dialect().choose(
        "SELECT e.stream, e.version, e.hash FROM json_each(?1) k CROSS JOIN events e ON e.stream = k.value \
         WHERE e.version = (SELECT max(version) FROM events WHERE stream = k.value)",
        "SELECT e.stream, e.version, e.hash FROM json_array_elements_text(?1::text::json) k(value) \
         CROSS JOIN LATERAL (SELECT stream, version, hash FROM events WHERE stream = k.value \
         ORDER BY version DESC LIMIT 1) e",
    );
    let mut heads = std::collections::BTreeMap::new();
    for mut row in tx.rows(sql, &[Val::Text(&list)])? {
        let head = (row.int(1)?, Hash::from_bytes(row.blob(2)?)?);
        heads.insert(row.text(0)?, head);
    }
    Ok(heads)
}

/// Keys as a JSON list, for the statements that look up many at once.
pub(crate) fn key_list(keys: &[impl Into<serde_json::Value> + Clone]) -> String {
    serde_json::Value::from(keys).to_string()
}

/// The stream's version; 0 when it does not exist.
pub fn version(tx: &mut dyn Tx, stream: &StreamId) -> Result<i64> {
    Ok(head_of(tx, &stream.key())?.0)
}

/// The stream that holds the event with this id.
pub fn stream_of(tx: &mut dyn Tx, id: &Uuid) -> Result<Option<StreamId>> {
    let mut found = tx.rows("SELECT stream FROM events WHERE id = ?1", &[Val::Blob(id.as_bytes())])?;
    found.first_mut().map(|row| row.text(0).and_then(|key| StreamId::from_key(&key))).transpose()
}

/// The events of a stream, oldest first; with `up_to_recorded` only those that were known at that moment.
pub fn read(tx: &mut dyn Tx, stream: &StreamId, up_to_recorded: Option<i64>) -> Result<Vec<StoredEvent>> {
    of_stream(
        tx,
        stream,
        "SELECT version, id, kind, schema_version, happened, recorded, recorded_by, agency, purpose, body, prev, hash \
         FROM events WHERE stream = ?1 AND recorded <= ?2 ORDER BY version",
        &[Val::Text(&stream.key()), Val::Int(up_to_recorded.unwrap_or(i64::MAX))],
    )
}

/// As [`read`] of the whole stream, showing each event as it lies in the database's answer: every page about a person begins with this.
pub fn show(tx: &mut dyn Tx, stream: &StreamId, visit: &mut dyn FnMut(Shown<'_>) -> Result<()>) -> Result<()> {
    tx.scan(
        "SELECT version, id, kind, schema_version, happened, recorded, recorded_by, agency, purpose, body \
         FROM events WHERE stream = ?1 ORDER BY version",
        &[Val::Text(&stream.key())],
        &mut |row| visit(shown(stream, row)?),
    )
}

fn after(tx: &mut dyn Tx, stream: &StreamId, version: i64) -> Result<Vec<StoredEvent>> {
    of_stream(
        tx,
        stream,
        "SELECT version, id, kind, schema_version, happened, recorded, recorded_by, agency, purpose, body, prev, hash \
         FROM events WHERE stream = ?1 AND version > ?2 ORDER BY version",
        &[Val::Text(&stream.key()), Val::Int(version)],
    )
}

fn of_stream(tx: &mut dyn Tx, stream: &StreamId, sql: &'static str, values: &[Val<'_>]) -> Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    tx.scan(sql, values, &mut |row| {
        let [content @ .., Val::Blob(prev), Val::Blob(hash)] = row else { return Err(of_another_type(stream)) };
        let shown = shown(stream, content)?;
        events.push(StoredEvent {
            stream: stream.clone(),
            version: shown.version,
            event: shown.copied(),
            prev: Hash::from_bytes(prev)?,
            hash: Hash::from_bytes(hash)?,
        });
        Ok(())
    })?;
    Ok(events)
}

fn shown<'a>(stream: &StreamId, row: &[Val<'a>]) -> Result<Shown<'a>> {
    let [
        Val::Int(version),
        Val::Blob(id),
        Val::Text(kind),
        Val::Int(schema_version),
        Val::Text(happened),
        Val::Int(recorded),
        Val::Text(by),
        Val::Text(agency),
        Val::Text(purpose),
        Val::Text(body),
    ] = *row
    else {
        return Err(of_another_type(stream));
    };
    let schema_version = u32::try_from(schema_version).unwrap_or(u32::MAX);
    Ok(Shown { version, id: event_id(id)?, kind, schema_version, happened, recorded, by, agency, purpose, body })
}

fn of_another_type(stream: &StreamId) -> StoreError {
    StoreError::Invalid(format!("an event of {stream} has a column of another type."))
}

fn event_id(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| StoreError::Invalid("an event's id in the database has not 16 bytes.".into()))
}

pub(crate) fn stored(mut row: Row) -> Result<StoredEvent> {
    Ok(StoredEvent {
        stream: StreamId::from_key(&row.text(0)?)?,
        version: row.int(1)?,
        event: NewEvent {
            id: event_id(row.blob(2)?)?,
            kind: row.text(3)?,
            schema_version: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
            happened: row.text(5)?,
            recorded: row.int(6)?,
            by: row.text(7)?,
            agency: row.text(8)?,
            purpose: row.text(9)?,
            body: row.text(10)?,
        },
        prev: Hash::from_bytes(row.blob(11)?)?,
        hash: Hash::from_bytes(row.blob(12)?)?,
    })
}

/// Shows every event of every stream, streams in the order of their names, each oldest first; one event in memory.
pub fn each_event(tx: &mut dyn Tx, visit: &mut dyn FnMut(StoredEvent) -> Result<()>) -> Result<()> {
    each_row(tx, &mut |row| visit(stored(row)?))
}

/// As [`each_event`], before anything is made of the rows.
pub(crate) fn each_row(tx: &mut dyn Tx, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    tx.each(
        "SELECT stream, version, id, kind, schema_version, happened, recorded, recorded_by, agency, purpose, body, prev, \
         hash FROM events ORDER BY stream, version",
        &[],
        visit,
    )
}

/// Shows every stream with all its events, in the order of their names; one stream in memory.
pub fn each_stream(tx: &mut dyn Tx, visit: &mut dyn FnMut(&StreamId, &[StoredEvent]) -> Result<()>) -> Result<()> {
    let mut gathered: Vec<StoredEvent> = Vec::new();
    each_event(tx, &mut |event| {
        if gathered.first().is_some_and(|first| first.stream != event.stream) {
            if let Some(first) = gathered.first() {
                visit(&first.stream, &gathered)?;
            }
            gathered.clear();
        }
        gathered.push(event);
        Ok(())
    })?;
    match gathered.first() {
        Some(first) => visit(&first.stream, &gathered),
        None => Ok(()),
    }
}

//! The access log: who did what with whose record, and why (DPA 2018 s.62). Chained, written in the act's transaction.

use std::collections::BTreeSet;

use crate::chain::{Hash, Link};
use crate::error::{Result, StoreError};
use crate::events::{Appended, StreamId};
use crate::tx::{Row, Tx, Val};

/// The six statutory actions (DPA 2018 s.62(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Recorded for the first time.
    Collection,
    /// Changed, corrected or struck by a later event.
    Alteration,
    /// Looked at.
    Consultation,
    /// Given to somebody outside.
    Disclosure,
    /// Matched or merged with another record.
    Combination,
    /// Erased.
    Erasure,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Collection, Self::Alteration, Self::Consultation, Self::Disclosure, Self::Combination, Self::Erasure];

    /// The word of the Act.
    pub fn word(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Alteration => "alteration",
            Self::Consultation => "consultation",
            Self::Disclosure => "disclosure",
            Self::Combination => "combination",
            Self::Erasure => "erasure",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|action| action.word() == word).ok_or_else(|| {
            StoreError::Invalid(format!("the access log holds an action “{word}” that the Act does not know."))
        })
    }
}

/// Whether the act was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Allowed,
    /// It was refused.
    Refused,
}

impl Outcome {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// What is entered for one act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When: microseconds since the epoch.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// From which agency.
    pub agency: String,
    /// Which of the six actions.
    pub action: Action,
    /// Whose record; none for an act over many (a search, a report, an import).
    pub stream: Option<StreamId>,
    /// Which part or section; never content of the record.
    pub detail: String,
    /// Why.
    pub purpose: String,
    /// Allowed or refused.
    pub outcome: Outcome,
    /// The request it belongs to.
    pub request: String,
    /// What was appended in the same transaction: every append must be in exactly one entry, or `verify` objects.
    pub appends: Vec<Appended>,
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The chain it belongs to.
    pub writer: String,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// What was entered; `appends` is empty here, the ranges below stand for it.
    pub entry: Entry,
    /// The versions that were appended, first and last, when one stream was appended to.
    pub versions: Option<(i64, i64)>,
    /// The stream's head after the append, or the digest over the heads of several.
    pub head: Option<Hash>,
    /// The hash of the entry before it.
    pub prev: Hash,
    /// Its own hash.
    pub hash: Hash,
}

/// The end of one writer's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// The writer.
    pub writer: String,
    /// The last entry's place; 0 for none.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
    /// Its time, microseconds since the epoch.
    pub at: i64,
}

impl LogHead {
    /// A chain that has not begun.
    pub fn none(writer: &str) -> Self {
        Self { writer: writer.to_owned(), seq: 0, hash: Hash::ZERO, at: 0 }
    }
}

const INSERT: &str = "INSERT INTO access_log (writer, seq, at, actor, role, agency, action, stream, detail, purpose, \
     outcome, first_version, last_version, head, request, prev, hash) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// Enters an act in this writer's chain; answers the entry's place in it.
///
/// # Errors
/// Whatever the database says: then the act's transaction must fail too, and does when the error is passed on.
pub fn write(tx: &mut dyn Tx, entry: &Entry) -> Result<i64> {
    enter(tx, entry, &[])
}

/// As [`write`], for a consultation that showed several people: they are listed with the entry, and the list is part
/// of the chain.
///
/// # Errors
/// As [`write`]; and [`StoreError::Invalid`] for an entry that also appends or is no consultation.
pub fn write_shown(tx: &mut dyn Tx, entry: &Entry, shown: &[StreamId]) -> Result<i64> {
    if entry.action != Action::Consultation || !entry.appends.is_empty() {
        return Err(StoreError::Invalid("only a consultation lists whom it showed.".into()));
    }
    enter(tx, entry, shown)
}

fn enter(tx: &mut dyn Tx, entry: &Entry, shown: &[StreamId]) -> Result<i64> {
    let before = tx.log_head()?.clone();
    let written: Vec<&Appended> = entry.appends.iter().filter(|appended| !appended.already).collect();
    let (stream, versions, head) = match written.as_slice() {
        [] if !shown.is_empty() => (entry.stream.as_ref().map(StreamId::key), None, Some(list(tx, &before, shown)?)),
        [] => (entry.stream.as_ref().map(StreamId::key), None, None),
        [one] => (Some(one.stream.key()), Some((one.first, one.version)), Some(one.head)),
        many => (entry.stream.as_ref().map(StreamId::key), None, Some(write_heads(tx, &before, many)?)),
    };
    let seq = before.seq + 1;
    let fields = Fields { writer: &before.writer, seq, entry, stream: stream.as_deref(), versions, head };
    let hash = fields.hash(&before.hash);
    // The chain's end is known to this writer alone: nobody else writes or needs to see the entry before the commit.
    tx.later(
        "",
        INSERT,
        17,
        &[
            Val::Text(&before.writer),
            Val::Int(seq),
            Val::Int(entry.at),
            Val::Text(&entry.actor),
            Val::Text(&entry.role),
            Val::Text(&entry.agency),
            Val::Text(entry.action.word()),
            stream.as_deref().into(),
            Val::Text(&entry.detail),
            Val::Text(&entry.purpose),
            Val::Text(entry.outcome.word()),
            versions.map(|(first, _)| first).into(),
            versions.map(|(_, last)| last).into(),
            head.as_ref().map_or(Val::Null, |head| Val::Blob(head.bytes())),
            Val::Text(&entry.request),
            Val::Blob(before.hash.bytes()),
            Val::Blob(hash.bytes()),
        ],
    )?;
    *tx.log_head()? = LogHead { seq, hash, at: entry.at, ..before };
    Ok(seq)
}

/// Writes whom an entry showed; answers the digest of the list.
fn list(tx: &mut dyn Tx, before: &LogHead, shown: &[StreamId]) -> Result<Hash> {
    let keys: BTreeSet<String> = shown.iter().map(StreamId::key).collect();
    let mut digest = ShownDigest::new();
    let mut values = Vec::with_capacity(keys.len() * 3);
    for key in &keys {
        digest.add(key);
        values.extend([Val::Text(&before.writer), Val::Int(before.seq + 1), Val::Text(key)]);
    }
    tx.later("", "INSERT INTO access_log_shown (writer, seq, stream) VALUES (?1, ?2, ?3)", 3, &values)?;
    Ok(digest.finish())
}

/// The digest over the list of one entry, in the order of the streams' names.
pub(crate) struct ShownDigest(Link);

impl ShownDigest {
    pub(crate) fn new() -> Self {
        Self(Link::after("throughline shown 1", &Hash::ZERO))
    }

    pub(crate) fn add(&mut self, stream: &str) {
        self.0.text(stream);
    }

    pub(crate) fn finish(self) -> Hash {
        self.0.finish()
    }
}

/// Writes the appends of an entry that covers several streams; answers their digest.
fn write_heads(tx: &mut dyn Tx, before: &LogHead, appends: &[&Appended]) -> Result<Hash> {
    let keys: Vec<String> = appends.iter().map(|appended| appended.stream.key()).collect();
    let mut digest = HeadsDigest::new();
    let mut values = Vec::with_capacity(appends.len() * 7);
    for (n, (appended, key)) in (0_i64..).zip(appends.iter().zip(&keys)) {
        digest.add(key, appended.first, appended.version, &appended.head);
        values.extend([
            Val::Text(&before.writer),
            Val::Int(before.seq + 1),
            Val::Int(n),
            Val::Text(key),
            Val::Int(appended.first),
            Val::Int(appended.version),
            Val::Blob(appended.head.bytes()),
        ]);
    }
    tx.put(
        "",
        "INSERT INTO access_log_heads (writer, seq, n, stream, first_version, last_version, head) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        7,
        &values,
    )?;
    Ok(digest.finish())
}

/// The digest over the appends of one entry, in order.
pub(crate) struct HeadsDigest(Link);

impl HeadsDigest {
    pub(crate) fn new() -> Self {
        Self(Link::after("throughline heads 1", &Hash::ZERO))
    }

    pub(crate) fn add(&mut self, stream: &str, first: i64, last: i64, head: &Hash) {
        self.0.text(stream);
        self.0.int(first);
        self.0.int(last);
        self.0.bytes(head.bytes());
    }

    pub(crate) fn finish(self) -> Hash {
        self.0.finish()
    }
}

struct Fields<'a> {
    writer: &'a str,
    seq: i64,
    entry: &'a Entry,
    stream: Option<&'a str>,
    versions: Option<(i64, i64)>,
    head: Option<Hash>,
}

impl Fields<'_> {
    fn hash(&self, prev: &Hash) -> Hash {
        let mut link = Link::after("throughline access 1", prev);
        link.text(self.writer);
        link.int(self.seq);
        link.int(self.entry.at);
        link.text(&self.entry.actor);
        link.text(&self.entry.role);
        link.text(&self.entry.agency);
        link.text(self.entry.action.word());
        link.opt(self.stream.map(str::as_bytes));
        link.text(&self.entry.detail);
        link.text(&self.entry.purpose);
        link.text(self.entry.outcome.word());
        link.opt(self.versions.map(|(first, _)| first.to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice));
        link.opt(self.versions.map(|(_, last)| last.to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice));
        link.opt(self.head.as_ref().map(Hash::bytes));
        link.text(&self.entry.request);
        link.finish()
    }
}

/// The people whose records an account was let into since a moment, with when it last was.
pub fn people_read(tx: &mut dyn Tx, account: &str, since: i64) -> Result<Vec<(String, i64)>> {
    let found = tx.rows(
        "SELECT stream, max(at) FROM access_log WHERE actor = ?1 AND at > ?2 AND outcome = 'allowed' \
         AND stream >= 'person/' AND stream < 'person0' GROUP BY stream",
        &[Val::Text(account), Val::Int(since)],
    )?;
    found.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?))).collect()
}

impl StoredEntry {
    /// The hash that this entry must have after `prev`.
    pub fn computed_hash(&self, prev: &Hash) -> Hash {
        let stream = self.entry.stream.as_ref().map(StreamId::key);
        Fields {
            writer: &self.writer,
            seq: self.seq,
            entry: &self.entry,
            stream: stream.as_deref(),
            versions: self.versions,
            head: self.head,
        }
        .hash(prev)
    }
}

pub(crate) fn stored(mut row: Row) -> Result<StoredEntry> {
    let outcome = match row.text(10)?.as_str() {
        "allowed" => Outcome::Allowed,
        "refused" => Outcome::Refused,
        other => return Err(StoreError::Invalid(format!("the access log holds an outcome “{other}”."))),
    };
    let head = match row.cells().get(13) {
        Some(crate::tx::Cell::Blob(bytes)) => Some(Hash::from_bytes(bytes)?),
        _ => None,
    };
    Ok(StoredEntry {
        writer: row.text(0)?,
        seq: row.int(1)?,
        entry: Entry {
            at: row.int(2)?,
            actor: row.text(3)?,
            role: row.text(4)?,
            agency: row.text(5)?,
            action: Action::from_word(&row.text(6)?)?,
            stream: row.opt_text(7)?.map(|key| StreamId::from_key(&key)).transpose()?,
            detail: row.text(8)?,
            purpose: row.text(9)?,
            outcome,
            request: row.text(14)?,
            appends: Vec::new(),
        },
        versions: row.opt_int(11)?.zip(row.opt_int(12)?),
        head,
        prev: Hash::from_bytes(row.blob(15)?)?,
        hash: Hash::from_bytes(row.blob(16)?)?,
    })
}

/// Everything entered about one stream, oldest first: "who has looked at me?". Entries that showed it among others have
/// no stream of their own.
pub fn of_stream(tx: &mut dyn Tx, stream: &StreamId) -> Result<Vec<StoredEntry>> {
    tx.rows(
        "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, first_version, \
         last_version, head, request, prev, hash FROM access_log WHERE stream = ?1 \
         UNION ALL SELECT a.writer, a.seq, a.at, a.actor, a.role, a.agency, a.action, a.stream, a.detail, a.purpose, \
         a.outcome, a.first_version, a.last_version, a.head, a.request, a.prev, a.hash \
         FROM access_log_shown s JOIN access_log a ON a.writer = s.writer AND a.seq = s.seq WHERE s.stream = ?1 \
         ORDER BY 3, 1, 2",
        &[Val::Text(&stream.key())],
    )?
    .into_iter()
    .map(stored)
    .collect()
}

/// Whose entries are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Everything about one person's stream, also where it was shown among others.
    Stream(StreamId),
    /// Everything that one account did.
    Actor(String),
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Whose entries.
    pub about: About,
    /// From this moment (microseconds since the epoch).
    pub from: i64,
    /// Up to but without this one.
    pub until: i64,
    /// Where the page before ended: the last entry's time, writer and place.
    pub after: Option<(i64, String, i64)>,
    /// How many entries at most.
    pub limit: u32,
}

/// A page of entries, newest first.
pub fn page(tx: &mut dyn Tx, page: &Page) -> Result<Vec<StoredEntry>> {
    const OF_STREAM: &str = "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, \
         first_version, last_version, head, request, prev, hash FROM ( \
             SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, first_version, \
             last_version, head, request, prev, hash FROM access_log WHERE stream = ?1 \
             UNION ALL SELECT a.writer, a.seq, a.at, a.actor, a.role, a.agency, a.action, a.stream, a.detail, a.purpose, \
             a.outcome, a.first_version, a.last_version, a.head, a.request, a.prev, a.hash \
             FROM access_log_shown s JOIN access_log a ON a.writer = s.writer AND a.seq = s.seq WHERE s.stream = ?1 \
         ) entries WHERE at >= ?2 AND at < ?3 AND (at, writer, seq) < (?4, ?5, ?6) \
         ORDER BY at DESC, writer DESC, seq DESC LIMIT ?7";
    const OF_ACTOR: &str = "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, \
         first_version, last_version, head, request, prev, hash FROM access_log WHERE actor = ?1 \
         AND at >= ?2 AND at < ?3 AND (at, writer, seq) < (?4, ?5, ?6) \
         ORDER BY at DESC, writer DESC, seq DESC LIMIT ?7";
    let (sql, whose) = match &page.about {
        About::Stream(stream) => (OF_STREAM, stream.key()),
        About::Actor(actor) => (OF_ACTOR, actor.clone()),
    };
    let (at, writer, seq) =
        page.after.as_ref().map_or((page.until, "", 0), |(at, writer, seq)| (*at, writer.as_str(), *seq));
    let values = [
        Val::Text(&whose),
        Val::Int(page.from),
        Val::Int(page.until),
        Val::Int(at),
        Val::Text(writer),
        Val::Int(seq),
        Val::Int(i64::from(page.limit)),
    ];
    tx.rows(sql, &values)?.into_iter().map(stored).collect()
}

/// Whom an entry showed, when it showed several.
pub fn shown(tx: &mut dyn Tx, writer: &str, seq: i64) -> Result<Vec<StreamId>> {
    let rows = tx.rows(
        "SELECT stream FROM access_log_shown WHERE writer = ?1 AND seq = ?2 ORDER BY stream",
        &[Val::Text(writer), Val::Int(seq)],
    )?;
    rows.into_iter().map(|mut row| StreamId::from_key(&row.text(0)?)).collect()
}

/// The streams that one actor was last allowed to do `detail` on, the latest first, each with when: among their latest
/// `entries` entries.
pub fn last_looked_at(tx: &mut dyn Tx, actor: &str, detail: &str, entries: u32) -> Result<Vec<(StreamId, i64)>> {
    let rows = tx.rows(
        "SELECT stream, at FROM (SELECT stream, at, detail, outcome FROM access_log WHERE actor = ?1 \
         ORDER BY at DESC LIMIT ?3) latest \
         WHERE stream IS NOT NULL AND outcome = 'allowed' AND (detail = ?2 OR substr(detail, 1, length(?2) + 1) = ?2 || ';') \
         ORDER BY at DESC",
        &[Val::Text(actor), Val::Text(detail), Val::Int(i64::from(entries))],
    )?;
    let mut seen = BTreeSet::new();
    let mut looked = Vec::new();
    for mut row in rows {
        let stream = StreamId::from_key(&row.text(0)?)?;
        if seen.insert(stream.key()) {
            looked.push((stream, row.int(1)?));
        }
    }
    Ok(looked)
}

/// Shows what one actor did from `from` up to but without `until` (microseconds since the epoch), oldest first.
pub fn each_of_actor(
    tx: &mut dyn Tx,
    actor: &str,
    from: i64,
    until: i64,
    visit: &mut dyn FnMut(StoredEntry) -> Result<()>,
) -> Result<()> {
    tx.each(
        "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, first_version, \
         last_version, head, request, prev, hash FROM access_log WHERE actor = ?1 AND at >= ?2 AND at < ?3 \
         ORDER BY at, writer, seq",
        &[Val::Text(actor), Val::Int(from), Val::Int(until)],
        &mut |row| visit(stored(row)?),
    )
}

/// Shows every entry, chain by chain, each oldest first.
pub fn each_entry(tx: &mut dyn Tx, visit: &mut dyn FnMut(StoredEntry) -> Result<()>) -> Result<()> {
    each_row(tx, &mut |row| visit(stored(row)?))
}

/// As [`each_entry`], before anything is made of the rows.
pub(crate) fn each_row(tx: &mut dyn Tx, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    tx.each(
        "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, first_version, \
         last_version, head, request, prev, hash FROM access_log ORDER BY writer, seq",
        &[],
        visit,
    )
}

/// The end of this writer's chain as the database has it.
pub fn head(tx: &mut dyn Tx, writer: &str) -> Result<LogHead> {
    let last = tx.rows(
        "SELECT seq, hash, at FROM access_log WHERE writer = ?1 ORDER BY seq DESC LIMIT 1",
        &[Val::Text(writer)],
    )?;
    match last.first() {
        Some(row) => Ok(LogHead {
            writer: writer.to_owned(),
            seq: row.int(0)?,
            hash: Hash::from_bytes(row.blob(1)?)?,
            at: row.int(2)?,
        }),
        None => Ok(LogHead::none(writer)),
    }
}

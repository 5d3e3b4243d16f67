//! Proving that nothing was changed, lost or slipped in: all chains recomputed, the log compared with the events, the
//! witness with the log.

use std::collections::BTreeMap;
use std::fmt;

use crate::access_log::{self, Action, HeadsDigest, ShownDigest};
use crate::chain::Hash;
use crate::error::{Result, StoreError};
use crate::events;
use crate::store::{self, Store};
use crate::tx::{Row, Tx, Val};
use crate::witness;

mod search;

/// How many findings are told in full; the rest are counted.
const TOLD: usize = 1_000;

/// What `verify` looked at and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Streams looked at.
    pub streams: u64,
    /// Events looked at.
    pub events: u64,
    /// Entries of the access log looked at.
    pub entries: u64,
    /// Heads in the witness folder that the database was compared with.
    pub witnessed: u64,
    /// What differs, a sentence each, up to a thousand.
    pub findings: Vec<String>,
    /// How many findings there are in all.
    pub found: u64,
}

impl Verified {
    /// Nothing differs.
    pub fn is_clean(&self) -> bool {
        self.found == 0
    }

    fn find(&mut self, finding: String) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} events in {} streams, {} entries of the access log, {} witnessed heads: ",
            self.events, self.streams, self.entries, self.witnessed
        )?;
        match self.found {
            0 => f.write_str("nothing differs."),
            1 => f.write_str("1 thing differs."),
            n => write!(f, "{n} things differ."),
        }
    }
}

type Step = fn(&mut dyn Tx, &mut Verified) -> Result<()>;

/// Recomputes and compares everything, on one moment of the database, holding one row at a time.
///
/// # Errors
/// Only when the database cannot be read at all; what is wrong with its content is a finding.
pub fn verify(store: &Store) -> Result<Verified> {
    let mut verified = Verified::default();
    // The witness is read first, so that a writer at work cannot make it look ahead of the database.
    let heads = witness::read_heads(store.witness());
    store.read(|tx| {
        match &heads {
            Ok(heads) => {
                verified.witnessed = heads.len() as u64;
                if let Err(error) = store::check_heads(tx, store.location(), store.witness(), heads) {
                    verified.find(error.to_string());
                }
            }
            Err(error) => verified.find(error.to_string()),
        }
        for step in [streams as Step, log, shown, missing, coverage, orphans, search::words] {
            match step(tx, &mut verified) {
                Err(error @ StoreError::Unreachable { .. }) => return Err(error),
                Err(error) => verified.find(error.to_string()),
                Ok(()) => {}
            }
        }
        Ok(())
    })?;
    for line in store.integrity()? {
        verified.find(format!("the file itself: {line}"));
    }
    Ok(verified)
}

/// Every stream's chain.
fn streams(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    let (mut stream, mut version, mut prev) = (String::new(), 0_i64, Hash::ZERO);
    events::each_row(tx, &mut |row| {
        let (key, found) = position(&row);
        if key != stream {
            verified.streams += 1;
            (stream, version, prev) = (key, 0, Hash::ZERO);
        }
        verified.events += 1;
        if found != version + 1 {
            verified.find(format!("{stream}: version {} is missing (the next one there is {found}).", version + 1));
        }
        version = found;
        match events::stored(row) {
            Err(error) => verified.find(format!("{stream} version {found}: it cannot be read any more ({error})")),
            Ok(event) => {
                if event.prev != prev {
                    verified.find(format!(
                        "{stream} version {found}: it does not follow the event before it (one of the two was changed, \
                         removed, swapped or slipped in)."
                    ));
                }
                if event.computed_hash(&event.prev) != event.hash {
                    verified
                        .find(format!("{stream} version {found}: its content does not fit its hash; it was changed."));
                }
                prev = event.hash;
            }
        }
        Ok(())
    })
}

fn position(row: &Row) -> (String, i64) {
    (row.clone_text(0), row.int(1).unwrap_or(0))
}

/// Every writer's chain of the access log, with the digests of entries that cover several streams.
fn log(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    let mut digests: BTreeMap<(String, i64), Hash> = BTreeMap::new();
    let (mut writer, mut seq, mut prev) = (String::new(), 0_i64, Hash::ZERO);
    access_log::each_row(tx, &mut |row| {
        let (key, found) = position(&row);
        if key != writer {
            (writer, seq, prev) = (key, 0, Hash::ZERO);
        }
        verified.entries += 1;
        if found != seq + 1 {
            verified.find(format!("access log of {writer}: entry {} is missing (the next is {found}).", seq + 1));
        }
        seq = found;
        match access_log::stored(row) {
            Err(error) => verified.find(format!("access log of {writer}, entry {found}: it cannot be read ({error})")),
            Ok(entry) => {
                if entry.prev != prev {
                    verified
                        .find(format!("access log of {writer}, entry {found}: it does not follow the one before it."));
                }
                if entry.computed_hash(&entry.prev) != entry.hash {
                    verified.find(format!("access log of {writer}, entry {found}: it was changed."));
                }
                let over_several = entry.versions.is_none() && entry.entry.action != Action::Consultation;
                if let (true, Some(head)) = (over_several, entry.head) {
                    digests.insert((writer.clone(), found), head);
                }
                prev = entry.hash;
            }
        }
        Ok(())
    })?;
    check_digests(tx, digests, verified)
}

fn check_digests(tx: &mut dyn Tx, mut digests: BTreeMap<(String, i64), Hash>, verified: &mut Verified) -> Result<()> {
    let mut current: Option<((String, i64), HeadsDigest)> = None;
    let mut close = |at: (String, i64), digest: HeadsDigest, verified: &mut Verified| {
        if digests.remove(&at) != Some(digest.finish()) {
            verified.find(format!("access log of {}, entry {}: its list of streams was changed.", at.0, at.1));
        }
    };
    tx.each(
        "SELECT writer, seq, stream, first_version, last_version, head FROM access_log_heads ORDER BY writer, seq, n",
        &[],
        &mut |row| {
            let at = position(&row);
            if current.as_ref().is_none_or(|(before, _)| *before != at) {
                if let Some((before, digest)) = current.take() {
                    close(before, digest, verified);
                }
                current = Some((at, HeadsDigest::new()));
            }
            if let Some((_, digest)) = &mut current {
                let head = Hash::from_bytes(row.blob(5)?).unwrap_or(Hash::ZERO);
                digest.add(&row.clone_text(2), row.int(3)?, row.int(4)?, &head);
            }
            Ok(())
        },
    )?;
    if let Some((before, digest)) = current.take() {
        close(before, digest, verified);
    }
    for (writer, seq) in digests.into_keys() {
        verified.find(format!("access log of {writer}, entry {seq}: its list of streams is gone."));
    }
    Ok(())
}

/// The lists of whom an entry showed, against the digest in the chain.
fn shown(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    let mut current: Option<((String, i64), Option<Hash>, ShownDigest)> = None;
    let close = |list: Option<((String, i64), Option<Hash>, ShownDigest)>, verified: &mut Verified| {
        if let Some((at, head, digest)) = list
            && head != Some(digest.finish())
        {
            verified.find(format!("access log of {}, entry {}: its list of people shown was changed.", at.0, at.1));
        }
    };
    tx.each(
        "SELECT s.writer, s.seq, s.stream, a.head FROM access_log_shown s \
         LEFT JOIN access_log a ON a.writer = s.writer AND a.seq = s.seq ORDER BY s.writer, s.seq, s.stream",
        &[],
        &mut |row| {
            let at = position(&row);
            if current.as_ref().is_none_or(|(before, ..)| *before != at) {
                let head = row.blob(3).ok().and_then(|bytes| Hash::from_bytes(bytes).ok());
                close(current.replace((at, head, ShownDigest::new())), verified);
            }
            if let Some((.., digest)) = &mut current {
                digest.add(&row.clone_text(2));
            }
            Ok(())
        },
    )?;
    close(current, verified);
    let sql = "SELECT a.writer, a.seq FROM access_log a WHERE a.head IS NOT NULL AND a.last_version IS NULL \
               AND a.action = 'consultation' AND NOT EXISTS \
               (SELECT 1 FROM access_log_shown s WHERE s.writer = a.writer AND s.seq = a.seq)";
    tx.each(sql, &[], &mut |row| {
        let (writer, seq) = position(&row);
        verified.find(format!("access log of {writer}, entry {seq}: its list of people shown is gone."));
        Ok(())
    })
}

/// Appends that the log knows and the events do not have, or have otherwise.
fn missing(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    for sql in [
        "SELECT a.stream, a.last_version, a.writer, a.seq, e.hash FROM access_log a \
         LEFT JOIN events e ON e.stream = a.stream AND e.version = a.last_version \
         WHERE a.last_version IS NOT NULL AND (e.hash IS NULL OR e.hash <> a.head)",
        "SELECT a.stream, a.last_version, a.writer, a.seq, e.hash FROM access_log_heads a \
         LEFT JOIN events e ON e.stream = a.stream AND e.version = a.last_version \
         WHERE e.hash IS NULL OR e.hash <> a.head",
    ] {
        tx.each(sql, &[], &mut |row| {
            let there = row.blob(4).is_ok();
            verified.find(format!(
                "{} version {}: {} (access log of {}, entry {}).",
                row.clone_text(0),
                row.int(1)?,
                if there { "another event was logged in this place" } else { "it was logged and is missing" },
                row.clone_text(2),
                row.int(3)?,
            ));
            Ok(())
        })?;
    }
    Ok(())
}

/// Events that no entry of the log covers, and entries that cover more than there is.
fn coverage(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    tx.each(
        "SELECT c.stream, c.events, c.logged FROM ( \
             SELECT stream, CAST(sum(events) AS BIGINT) AS events, CAST(sum(logged) AS BIGINT) AS logged FROM ( \
                 SELECT stream, count(*) AS events, 0 AS logged FROM events GROUP BY stream \
                 UNION ALL SELECT stream, 0, last_version - first_version + 1 FROM access_log \
                     WHERE last_version IS NOT NULL \
                 UNION ALL SELECT stream, 0, last_version - first_version + 1 FROM access_log_heads \
             ) each_one GROUP BY stream) c \
         WHERE c.events <> c.logged ORDER BY c.stream",
        &[],
        &mut |row| {
            let (events, logged) = (row.int(1)?, row.int(2)?);
            verified.find(format!(
                "{}: it has {events} events, the access log knows of {logged}; {}.",
                row.clone_text(0),
                if events > logged { "events were slipped in" } else { "events are missing" },
            ));
            Ok(())
        },
    )
}

/// Rows of read models that belong to nobody.
fn orphans(tx: &mut dyn Tx, verified: &mut Verified) -> Result<()> {
    for (what, sql) in [
        (
            "people",
            "SELECT p.stream FROM people p WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.stream = p.stream) LIMIT ?1",
        ),
        (
            "cases",
            "SELECT DISTINCT c.stream FROM cases c LEFT JOIN people p ON p.stream = c.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "obligations",
            "SELECT DISTINCT o.stream FROM obligations o LEFT JOIN people p ON p.stream = o.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "restrictions",
            "SELECT DISTINCT a.stream FROM person_access a LEFT JOIN people p ON p.stream = a.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "appointments",
            "SELECT DISTINCT a.stream FROM appointments a LEFT JOIN people p ON p.stream = a.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "proceedings",
            "SELECT DISTINCT b.stream FROM proceedings b LEFT JOIN people p ON p.stream = b.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "search words",
            "SELECT DISTINCT t.stream FROM person_words t LEFT JOIN people p ON p.stream = t.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "identifiers",
            "SELECT DISTINCT i.stream FROM person_identifiers i LEFT JOIN people p ON p.stream = i.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "a plan",
            "SELECT p.stream FROM plans p WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.stream = p.stream) LIMIT ?1",
        ),
        (
            "work of a plan",
            "SELECT DISTINCT w.stream FROM plan_work w LEFT JOIN plans p ON p.stream = w.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
        (
            "consultations",
            "SELECT DISTINCT c.stream FROM plan_consultations c LEFT JOIN plans p ON p.stream = c.stream WHERE p.stream IS NULL LIMIT ?1",
        ),
    ] {
        for row in tx.rows(sql, &[Val::Int(1_000)])? {
            verified.find(format!("{}: the read models hold {what} for it, the record does not.", row.clone_text(0)));
        }
    }
    Ok(())
}

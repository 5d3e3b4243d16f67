//! Backup and restore: one file format for both databases, taken online in one read transaction.
//!
//! The file is a line that names the format, then one record per row, then a trailer with the number of rows and the
//! SHA-256 of everything before it. A backup made on SQLite restores into PostgreSQL and the other way round. It
//! holds the record and the access log as they are, chains included; it does not hold the witness, which must live
//! elsewhere, nor the keys.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use ring::digest::{Context, SHA256};

use crate::chain::to_hex;
use crate::error::{Result, StoreError};
use crate::location::{Location, beside};
use crate::migrations;
use crate::store::{self, Store};
use crate::tx::{Cell, Tx, Val};

const FIRST_LINE: &[u8] = b"throughline backup 1\n";

/// How many rows one transaction of a restore takes.
const CHUNK: usize = 5_000;

const ROW: u8 = b'r';
const END: u8 = b'e';

/// One table as it is copied: its columns, how it is read, how it is filled.
struct Table {
    width: usize,
    select: &'static str,
    insert: &'static str,
}

/// All tables but `migrations` and `writers`, which belong to the database, not to its content, and but sessions, tokens,
/// browsers, tries and what is held for minutes: nobody is signed in to a restored database.
const TABLES: &[Table] = &[
    Table {
        width: 2,
        select: "SELECT name, content FROM about WHERE name <> 'restoring' ORDER BY name",
        insert: "INSERT INTO about (name, content) VALUES (?1, ?2)",
    },
    Table {
        width: 13,
        select: "SELECT stream, version, id, kind, schema_version, happened, recorded, recorded_by, agency, purpose, body, \
                 prev, hash FROM events ORDER BY stream, version",
        insert: "INSERT INTO events (stream, version, id, kind, schema_version, happened, recorded, recorded_by, agency, \
                 purpose, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    },
    Table {
        width: 17,
        select: "SELECT writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, first_version, \
                 last_version, head, request, prev, hash FROM access_log ORDER BY writer, seq",
        insert: "INSERT INTO access_log (writer, seq, at, actor, role, agency, action, stream, detail, purpose, outcome, \
                 first_version, last_version, head, request, prev, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    },
    Table {
        width: 7,
        select: "SELECT writer, seq, n, stream, first_version, last_version, head FROM access_log_heads \
                 ORDER BY writer, seq, n",
        insert: "INSERT INTO access_log_heads (writer, seq, n, stream, first_version, last_version, head) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    },
    Table {
        width: 3,
        select: "SELECT writer, seq, stream FROM access_log_shown ORDER BY writer, seq, stream",
        insert: "INSERT INTO access_log_shown (writer, seq, stream) VALUES (?1, ?2, ?3)",
    },
    Table {
        width: 9,
        select: "SELECT stream, display_name, sort_name, names, date_of_birth, restricted, last_contact_on, \
                 also_known_as, born_about FROM people ORDER BY stream",
        insert: "INSERT INTO people (stream, display_name, sort_name, names, date_of_birth, restricted, \
                 last_contact_on, also_known_as, born_about) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    },
    Table {
        width: 4,
        select: "SELECT word, other, stream, born FROM person_words ORDER BY word, other, stream",
        insert: "INSERT INTO person_words (word, other, stream, born) VALUES (?1, ?2, ?3, ?4)",
    },
    Table {
        width: 3,
        select: "SELECT cut, word, writer FROM name_words ORDER BY cut, word, writer",
        insert: "INSERT INTO name_words (cut, word, writer) VALUES (?1, ?2, ?3)",
    },
    Table {
        width: 3,
        select: "SELECT stream, kind, value FROM person_identifiers ORDER BY stream, kind, value",
        insert: "INSERT INTO person_identifiers (stream, kind, value) VALUES (?1, ?2, ?3)",
    },
    Table {
        width: 20,
        select: "SELECT stream, order_ref, kind, status, council, team, worker, level, imposed_on, ended_on, \
                 hours_ordered, minutes_credited, next_due, refresh_on, restricted, next_standard, attendance, \
                 met, late, missed FROM cases ORDER BY stream, order_ref",
        insert: "INSERT INTO cases (stream, order_ref, kind, status, council, team, worker, level, imposed_on, \
                 ended_on, hours_ordered, minutes_credited, next_due, refresh_on, restricted, next_standard, \
                 attendance, met, late, missed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, \
                 ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
    },
    Table {
        width: 12,
        select: "SELECT stream, order_ref, standard, opened_on, n, due, state, settled_on, team, worker, governs, \
                 restricted FROM obligations ORDER BY stream, order_ref, standard, opened_on, n",
        insert: "INSERT INTO obligations (stream, order_ref, standard, opened_on, n, due, state, settled_on, team, \
                 worker, governs, restricted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    },
    Table {
        width: 3,
        select: "SELECT stream, account, may FROM person_access ORDER BY stream, account",
        insert: "INSERT INTO person_access (stream, account, may) VALUES (?1, ?2, ?3)",
    },
    Table {
        width: 11,
        select: "SELECT stream, contact, on_day, at, kind, with_whom, place, about, worker, team, outcome FROM \
                 appointments ORDER BY stream, contact",
        insert: "INSERT INTO appointments (stream, contact, on_day, at, kind, with_whom, place, about, worker, \
                 team, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    },
    Table {
        width: 8,
        select: "SELECT stream, breach, order_ref, stage, since, endorsed, team, worker FROM proceedings ORDER BY \
                 stream, breach",
        insert: "INSERT INTO proceedings (stream, breach, order_ref, stage, since, endorsed, team, worker) VALUES \
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    },
    Table {
        width: 9,
        select: "SELECT id, agency, title, url, secret, kinds, made_at, made_by, stopped_at FROM subscriptions ORDER BY id",
        insert: "INSERT INTO subscriptions (id, agency, title, url, secret, kinds, made_at, made_by, stopped_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    },
    // A job that was done after the backup was taken is done again after a restore, which is harmless; none is lost.
    Table {
        width: 11,
        select: "SELECT id, kind, about, payload, once, state, run_at, attempts, lease, last_error, asked_at FROM jobs \
                 ORDER BY id",
        insert: "INSERT INTO jobs (id, kind, about, payload, once, state, run_at, attempts, lease, last_error, asked_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    },
    Table {
        width: 19,
        select: "SELECT id, stream, contact, on_day, on_time, way, about, from_contact, from_day, from_time, state, \
                 send_at, retry_at, attempts, changed_at, reason, said, sent_to, reference FROM notices ORDER BY id",
        insert: "INSERT INTO notices (id, stream, contact, on_day, on_time, way, about, from_contact, from_day, \
                 from_time, state, send_at, retry_at, attempts, changed_at, reason, said, sent_to, reference) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    },
    Table {
        width: 6,
        select: "SELECT digest, worker, names, made_at, revoked_at, fetched_at FROM calendar_feeds ORDER BY digest",
        insert: "INSERT INTO calendar_feeds (digest, worker, names, made_at, revoked_at, fetched_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    },
    Table {
        width: 9,
        select: "SELECT account, password, password_until, totp, totp_offered, totp_step, handle, one_factor, \
                 signed_in_at FROM accounts ORDER BY account",
        insert: "INSERT INTO accounts (account, password, password_until, totp, totp_offered, totp_step, handle, \
                 one_factor, signed_in_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    },
    Table {
        width: 2,
        select: "SELECT account, hash FROM recovery_codes ORDER BY account, hash",
        insert: "INSERT INTO recovery_codes (account, hash) VALUES (?1, ?2)",
    },
    Table {
        width: 6,
        select: "SELECT id, account, name, content, added_at, used_at FROM passkeys ORDER BY id",
        insert: "INSERT INTO passkeys (id, account, name, content, added_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    },
    Table {
        width: 3,
        select: "SELECT issuer, subject, account FROM identities ORDER BY issuer, subject",
        insert: "INSERT INTO identities (issuer, subject, account) VALUES (?1, ?2, ?3)",
    },
    Table {
        width: 5,
        select: "SELECT account, about, form, content, saved_at FROM drafts ORDER BY account, about, form",
        insert: "INSERT INTO drafts (account, about, form, content, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    },
    Table {
        width: 12,
        select: "SELECT stream, id, account, agency, by_team, team, reason, opened_at, until, accepted, reviewed_by, \
                 reviewed_at FROM openings ORDER BY stream, id",
        insert: "INSERT INTO openings (stream, id, account, agency, by_team, team, reason, opened_at, until, accepted, \
                 reviewed_by, reviewed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    },
    Table {
        width: 12,
        select: "SELECT stream, agency, kind, title, paper, first_day, last_day, owner, status, version, is_public, \
                 holds FROM plans ORDER BY stream",
        insert: "INSERT INTO plans (stream, agency, kind, title, paper, first_day, last_day, owner, status, version, \
                 is_public, holds) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    },
    Table {
        width: 6,
        select: "SELECT stream, item, milestone, text, lead, due FROM plan_work ORDER BY stream, item, milestone",
        insert: "INSERT INTO plan_work (stream, item, milestone, text, lead, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    },
    Table {
        width: 7,
        select: "SELECT stream, consultation, title, opened, closes, closed_on, questions FROM plan_consultations \
                 ORDER BY stream, consultation",
        insert: "INSERT INTO plan_consultations (stream, consultation, title, opened, closes, closed_on, questions) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    },
    Table {
        width: 7,
        select: "SELECT stream, id, kind, about, body, origin, received_at FROM plan_inbox ORDER BY stream, id",
        insert: "INSERT INTO plan_inbox (stream, id, kind, about, body, origin, received_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    },
    Table {
        width: 11,
        select: "SELECT id, kind, agency, account, stream, opening, people, raised_at, settled_by, settled_at, said \
                 FROM alarms ORDER BY id",
        insert: "INSERT INTO alarms (id, kind, agency, account, stream, opening, people, raised_at, settled_by, \
                 settled_at, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    },
];

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the content, as its trailer says, in hexadecimal digits.
    pub sha256: String,
}

fn failed(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StoreError::Full(path.display().to_string())
        }
        _ => StoreError::Io { at: path.display().to_string(), what: error.to_string() },
    }
}

/// A file that is hashed as it is written.
struct Hashing<W> {
    inner: W,
    context: Context,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.context.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn put_field(&mut self, tag: u8, bytes: &[u8]) -> io::Result<()> {
        self.put(&[tag])?;
        self.put(&(bytes.len() as u64).to_be_bytes())?;
        self.put(bytes)
    }

    fn put_row(&mut self, table: u8, cells: &[Cell]) -> io::Result<()> {
        self.put(&[ROW, table])?;
        for cell in cells {
            match cell {
                Cell::Null => self.put(b"n")?,
                Cell::Int(number) => {
                    self.put(b"i")?;
                    self.put(&number.to_be_bytes())?;
                }
                Cell::Text(text) => self.put_field(b't', text.as_bytes())?,
                Cell::Blob(bytes) => self.put_field(b'b', bytes)?,
            }
        }
        Ok(())
    }
}

/// Writes a backup of one moment of the store to a new file at `path`, while others read and write. The file appears
/// only when it is whole.
///
/// # Errors
/// When there is a file already, or no room.
pub fn backup(store: &Store, path: &Path) -> Result<Made> {
    if path.exists() {
        return Err(StoreError::Backup(format!(
            "{} is there already and a backup is never overwritten: name a new file.",
            path.display()
        )));
    }
    let part = beside(path, ".part");
    let made = write(store, &part, path).inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })?;
    fs::rename(&part, path).map_err(|error| failed(path, &error))?;
    Ok(made)
}

fn write(store: &Store, part: &Path, path: &Path) -> Result<Made> {
    let file = File::create(part).map_err(|error| failed(path, &error))?;
    let mut out = Hashing { inner: BufWriter::with_capacity(1 << 18, file), context: Context::new(&SHA256), bytes: 0 };
    let mut rows = 0_u64;
    let schema = migrations::ALL.last().map_or(0, |migration| migration.version);
    let io = |error: io::Error| failed(path, &error);
    out.put(FIRST_LINE).map_err(io)?;
    out.put(&schema.to_be_bytes()).map_err(io)?;
    store.read(|tx| {
        for (n, table) in (0_u8..).zip(TABLES) {
            tx.each(table.select, &[], &mut |row| {
                rows += 1;
                out.put_row(n, row.cells()).map_err(io)
            })?;
        }
        Ok(())
    })?;
    out.put(&[END]).map_err(io)?;
    out.put(&rows.to_be_bytes()).map_err(io)?;
    let digest = out.context.finish();
    out.inner.write_all(digest.as_ref()).map_err(io)?;
    let file = out.inner.into_inner().map_err(|error| failed(path, error.error()))?;
    file.sync_all().map_err(io)?;
    Ok(Made { rows, bytes: out.bytes + digest.as_ref().len() as u64, sha256: to_hex(digest.as_ref()) })
}

fn unusable(path: &Path, why: &str) -> StoreError {
    StoreError::Backup(format!(
        "{} cannot be restored: {why}. Nothing was changed: take another backup.",
        path.display()
    ))
}

/// Checks that a backup is whole and unaltered.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub fn check(path: &Path) -> Result<Made> {
    let truncated = |_| unusable(path, "it ends too early");
    let mut file = File::open(path).map_err(|error| failed(path, &error))?;
    let bytes = file.metadata().map_err(|error| failed(path, &error))?.len();
    let mut first = [0; FIRST_LINE.len()];
    file.read_exact(&mut first).map_err(truncated)?;
    if first != FIRST_LINE {
        return Err(unusable(path, "it is not a backup of Throughline, or of a version that is unknown here"));
    }
    let mut schema = [0; 8];
    file.read_exact(&mut schema).map_err(truncated)?;
    let mut context = Context::new(&SHA256);
    context.update(&first);
    context.update(&schema);
    // Everything up to the digest: END, the number of rows, the digest itself are the last 41 bytes.
    let read = (FIRST_LINE.len() + schema.len()) as u64;
    let body = bytes.checked_sub(read + 32).ok_or_else(|| unusable(path, "it ends too early"))?;
    let mut input = BufReader::with_capacity(1 << 18, file);
    let mut last = [0_u8; 9];
    let mut left = body;
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let piece = buffer.get_mut(..take).unwrap_or_default();
        input.read_exact(piece).map_err(truncated)?;
        context.update(piece);
        if let Some(tail) = piece.len().checked_sub(9).and_then(|from| piece.get(from..)) {
            last.copy_from_slice(tail);
        } else {
            last.rotate_left(piece.len());
            let from = last.len() - piece.len();
            last.get_mut(from..).unwrap_or_default().copy_from_slice(piece);
        }
        left -= take as u64;
    }
    let mut digest = [0; 32];
    input.read_exact(&mut digest).map_err(truncated)?;
    if context.finish().as_ref() != digest {
        return Err(unusable(path, "its checksum is wrong: it was cut short or altered"));
    }
    let [END, rows @ ..] = last else { return Err(unusable(path, "its end is missing")) };
    let schema = i64::from_be_bytes(schema);
    let known = migrations::ALL.last().map_or(0, |migration| migration.version);
    if schema > known {
        return Err(unusable(path, "it was made by a newer version of Throughline"));
    }
    Ok(Made { rows: u64::from_be_bytes(rows), bytes, sha256: to_hex(&digest) })
}

/// Restores a backup into an empty place and answers what it held. The restored database begins a new witness; keep
/// the old one to compare.
///
/// # Errors
/// When the backup is cut short or altered, or the place is not empty. A restore that breaks off leaves a database
/// that refuses to open and says so.
pub fn restore(path: &Path, location: &Location, now: i64) -> Result<Made> {
    let made = check(path)?;
    let mut session = store::open_empty(location, now)?;
    session.begin(true)?;
    session.exec("INSERT INTO about (name, content) VALUES ('restoring', 'yes')", &[])?;
    session.commit()?;
    let file = File::open(path).map_err(|error| failed(path, &error))?;
    let mut input = BufReader::with_capacity(1 << 18, file);
    let mut head = [0; FIRST_LINE.len() + 8];
    input.read_exact(&mut head).map_err(|error| failed(path, &error))?;
    let mut chunk: Vec<Cell> = Vec::new();
    let mut filling = 0_u8;
    let mut rows = 0_u64;
    loop {
        let next = read_row(&mut input).map_err(|error| failed(path, &error))?;
        let full = TABLES.get(usize::from(filling)).is_some_and(|table| chunk.len() >= table.width * CHUNK);
        if full || next.as_ref().is_none_or(|(table, _)| *table != filling) {
            session.begin(true)?;
            fill(&mut *session, filling, &chunk)?;
            session.commit()?;
            chunk.clear();
        }
        let Some((table, cells)) = next else { break };
        rows += 1;
        filling = table;
        chunk.extend(cells);
    }
    if rows != made.rows {
        return Err(unusable(path, "it does not hold the rows that it counts"));
    }
    session.begin(true)?;
    session.exec("DELETE FROM about WHERE name = 'restoring'", &[])?;
    session.commit()?;
    session.finish();
    Ok(made)
}

fn fill(tx: &mut dyn Tx, table: u8, cells: &[Cell]) -> Result<()> {
    if let Some(table) = TABLES.get(usize::from(table)) {
        let values: Vec<Val<'_>> = cells.iter().map(Cell::as_val).collect();
        tx.insert(table.insert, table.width, &values)?;
    }
    Ok(())
}

/// The next row; none at the end. The checksum has been checked before: what does not fit here is a fault of ours.
fn read_row(input: &mut impl Read) -> io::Result<Option<(u8, Vec<Cell>)>> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "a record that is not known here");
    let [tag] = read_bytes(input)?;
    if tag == END {
        return Ok(None);
    }
    let [table] = read_bytes(input)?;
    let width = TABLES.get(usize::from(table)).filter(|_| tag == ROW).ok_or_else(bad)?.width;
    let mut cells = Vec::with_capacity(width);
    for _ in 0..width {
        let [tag] = read_bytes(input)?;
        cells.push(match tag {
            b'n' => Cell::Null,
            b'i' => Cell::Int(i64::from_be_bytes(read_bytes(input)?)),
            b't' => Cell::Text(String::from_utf8(read_field(input)?).map_err(|_| bad())?),
            b'b' => Cell::Blob(read_field(input)?),
            _ => return Err(bad()),
        });
    }
    Ok(Some((table, cells)))
}

fn read_bytes<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_field(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = u64::from_be_bytes(read_bytes(input)?);
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

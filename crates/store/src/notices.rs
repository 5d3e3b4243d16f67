//! Messages to people about their appointments: what is planned, and what became of it. A row is never removed; a message
//! that was handed over once is never handed over again.

use uuid::Uuid;

use crate::error::Result;
use crate::events::StreamId;
use crate::jobs::id_in;
use crate::tx::{Row, Tx, Val};

/// The appointment that a message is about: the contact, its day and its time (empty when it has none).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Told {
    /// The contact's reference.
    pub contact: String,
    /// The day.
    pub day: String,
    /// The time of day; empty for none.
    pub time: String,
}

/// A message, planned or further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The appointment.
    pub appointment: Told,
    /// By which way: a word that the service knows.
    pub way: String,
    /// What it says: a word that the service knows.
    pub about: String,
    /// The appointment that was told before, when this is about a change; else all empty.
    pub instead_of: Told,
    /// What became of it: a word that the service knows; `planned` is the one from which it can be claimed.
    pub state: String,
    /// When it is to be sent: microseconds since the epoch.
    pub send_at: i64,
    /// Not again before.
    pub retry_at: Option<i64>,
    /// How often it was handed to the sender.
    pub attempts: i64,
    /// When the state changed last.
    pub changed_at: i64,
    /// Why it is in this state, in a sentence.
    pub reason: Option<String>,
    /// What was written, word for word, once it was sent.
    pub said: Option<String>,
    /// Where to, shortened so that it can be recognised but not used.
    pub sent_to: Option<String>,
    /// The sender's own reference.
    pub reference: Option<String>,
}

const SELECT: &str = "SELECT id, contact, on_day, on_time, way, about, from_contact, from_day, from_time, state, send_at, \
     retry_at, attempts, changed_at, reason, said, sent_to, reference FROM notices WHERE stream = ?1 \
     ORDER BY on_day, on_time, contact, send_at, id";

/// Every message about a person's appointments, by appointment.
pub fn of_person(tx: &mut dyn Tx, stream: &StreamId) -> Result<Vec<Notice>> {
    tx.rows(SELECT, &[Val::Text(&stream.key())])?.into_iter().map(notice).collect()
}

/// People who have an appointment without an outcome on these days, in the order of their streams, after `after`.
pub fn people_expected(
    tx: &mut dyn Tx,
    from: &str,
    until: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<StreamId>> {
    let found = tx.rows(
        "SELECT DISTINCT stream FROM appointments WHERE outcome IS NULL AND on_day >= ?1 AND on_day <= ?2 AND stream > ?3 \
         ORDER BY stream LIMIT ?4",
        &[Val::Text(from), Val::Text(until), Val::Text(after.unwrap_or_default()), Val::Int(i64::from(limit))],
    )?;
    found.into_iter().map(|mut row| StreamId::from_key(&row.text(0)?)).collect()
}

/// Plans a message: adds it, or plans anew one that was dropped. False when it is planned already, or was handed over.
pub fn plan(tx: &mut dyn Tx, stream: &StreamId, notice: &Notice) -> Result<bool> {
    let key = stream.checked_key()?;
    let planned = tx.exec(
        "INSERT INTO notices (id, stream, contact, on_day, on_time, way, about, from_contact, from_day, from_time, \
         state, send_at, attempts, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'planned', ?11, 0, ?12) \
         ON CONFLICT (stream, contact, on_day, on_time, way, about, from_contact, from_day, from_time) DO UPDATE \
         SET state = 'planned', send_at = excluded.send_at, changed_at = excluded.changed_at, reason = NULL \
         WHERE notices.state = 'dropped'",
        &[
            Val::Blob(notice.id.as_bytes()),
            Val::Text(&key),
            Val::Text(&notice.appointment.contact),
            Val::Text(&notice.appointment.day),
            Val::Text(&notice.appointment.time),
            Val::Text(&notice.way),
            Val::Text(&notice.about),
            Val::Text(&notice.instead_of.contact),
            Val::Text(&notice.instead_of.day),
            Val::Text(&notice.instead_of.time),
            Val::Int(notice.send_at),
            Val::Int(notice.changed_at),
        ],
    )?;
    Ok(planned == 1)
}

/// Gives a planned message another moment.
pub fn delay(tx: &mut dyn Tx, id: &Uuid, send_at: i64) -> Result<bool> {
    let sql = "UPDATE notices SET send_at = ?2 WHERE id = ?1 AND state = 'planned'";
    Ok(tx.exec(sql, &[Val::Blob(id.as_bytes()), Val::Int(send_at)])? == 1)
}

/// Drops a planned message, with the reason; false when it is not planned any more.
pub fn drop_planned(tx: &mut dyn Tx, id: &Uuid, reason: &str, now: i64) -> Result<bool> {
    let sql = "UPDATE notices SET state = 'dropped', reason = ?2, changed_at = ?3 WHERE id = ?1 AND state = 'planned'";
    Ok(tx.exec(sql, &[Val::Blob(id.as_bytes()), Val::Text(reason), Val::Int(now)])? == 1)
}

/// Takes a planned message to hand it over: true for one caller only, ever, unless the sender says that nothing was sent.
/// What is said and to where is kept before it is said.
pub fn take(tx: &mut dyn Tx, id: &Uuid, said: &str, sent_to: &str, now: i64) -> Result<bool> {
    let taken = tx.exec(
        "UPDATE notices SET state = 'sending', said = ?2, sent_to = ?3, changed_at = ?4, attempts = attempts + 1 \
         WHERE id = ?1 AND state = 'planned'",
        &[Val::Blob(id.as_bytes()), Val::Text(said), Val::Text(sent_to), Val::Int(now)],
    )?;
    Ok(taken == 1)
}

/// What became of a message that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After<'a> {
    /// The sender took it over, under this reference of its own.
    Sent(&'a str),
    /// It was certainly not sent; it is planned again, not before the moment.
    Again(i64, &'a str),
    /// It was certainly not sent, and is given up.
    Failed(&'a str),
    /// Nobody knows whether it was sent.
    Unclear(&'a str),
}

/// Says what became of a message that was taken; false when that was said before.
pub fn settle(tx: &mut dyn Tx, id: &Uuid, after: After<'_>, now: i64) -> Result<bool> {
    let (state, retry_at, reason, reference) = match after {
        After::Sent(reference) => ("sent", None, None, Some(reference)),
        After::Again(retry_at, reason) => ("planned", Some(retry_at), Some(reason), None),
        After::Failed(reason) => ("failed", None, Some(reason), None),
        After::Unclear(reason) => ("unclear", None, Some(reason), None),
    };
    let settled = tx.exec(
        "UPDATE notices SET state = ?2, retry_at = ?3, reason = ?4, reference = ?5, changed_at = ?6 \
         WHERE id = ?1 AND state = 'sending'",
        &[
            Val::Blob(id.as_bytes()),
            Val::Text(state),
            Val::from(retry_at),
            Val::from(reason),
            Val::from(reference),
            Val::Int(now),
        ],
    )?;
    Ok(settled == 1)
}

fn notice(mut row: Row) -> Result<Notice> {
    let mut told = |from: usize| -> Result<Told> {
        Ok(Told { contact: row.text(from)?, day: row.text(from + 1)?, time: row.text(from + 2)? })
    };
    let (appointment, instead_of) = (told(1)?, told(6)?);
    Ok(Notice {
        id: id_in(&row, 0)?,
        appointment,
        way: row.text(4)?,
        about: row.text(5)?,
        instead_of,
        state: row.text(9)?,
        send_at: row.int(10)?,
        retry_at: row.opt_int(11)?,
        attempts: row.int(12)?,
        changed_at: row.int(13)?,
        reason: row.opt_text(14)?,
        said: row.opt_text(15)?,
        sent_to: row.opt_text(16)?,
        reference: row.opt_text(17)?,
    })
}

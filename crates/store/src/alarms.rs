//! Alarms about how records are used: raised once, told to whoever must know, settled by somebody who says what became of it.
//! A row is never removed.

use uuid::Uuid;

use crate::error::Result;
use crate::events::StreamId;
use crate::jobs::id_in;
use crate::tx::{Row, Tx, Val};

/// An alarm. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its id.
    pub id: Uuid,
    /// What it is about, in a word of the caller's.
    pub kind: String,
    /// Whose managers and auditors it is for.
    pub agency: String,
    /// Whose doing it was.
    pub account: String,
    /// The opening that it is about: a record, and the opening's id.
    pub opening: Option<(StreamId, Uuid)>,
    /// How many people's records it is about.
    pub people: i64,
    /// When it was raised.
    pub raised_at: i64,
    /// What became of it.
    pub settled: Option<Settled>,
}

/// What became of an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who said so.
    pub by: String,
    /// When.
    pub at: i64,
    /// What they said.
    pub said: String,
}

const OF_AGENCY: &str = "SELECT id, kind, agency, account, stream, opening, people, raised_at, settled_by, settled_at, said \
     FROM alarms WHERE agency = ?1 AND raised_at < ?2 ORDER BY raised_at DESC, id LIMIT ?3";
const ONE: &str = "SELECT id, kind, agency, account, stream, opening, people, raised_at, settled_by, settled_at, said \
     FROM alarms WHERE id = ?1";

/// Raises an alarm, unless there is one of the same kind for the same account since `since`, or one for the same opening;
/// answers whether it is new.
pub fn raise(tx: &mut dyn Tx, alarm: &Alarm, since: i64) -> Result<bool> {
    let known = match &alarm.opening {
        Some((stream, opening)) => tx.rows(
            "SELECT id FROM alarms WHERE stream = ?1 AND opening = ?2 LIMIT 1",
            &[Val::Text(&stream.key()), Val::Blob(opening.as_bytes())],
        )?,
        None => tx.rows(
            "SELECT id FROM alarms WHERE account = ?1 AND kind = ?2 AND raised_at > ?3 LIMIT 1",
            &[Val::Text(&alarm.account), Val::Text(&alarm.kind), Val::Int(since)],
        )?,
    };
    if !known.is_empty() {
        return Ok(false);
    }
    let stream = alarm.opening.as_ref().map(|(stream, _)| stream.key());
    tx.exec(
        "INSERT INTO alarms (id, kind, agency, account, stream, opening, people, raised_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            Val::Blob(alarm.id.as_bytes()),
            Val::Text(&alarm.kind),
            Val::Text(&alarm.agency),
            Val::Text(&alarm.account),
            stream.as_deref().into(),
            alarm.opening.as_ref().map_or(Val::Null, |(_, opening)| Val::Blob(opening.as_bytes())),
            Val::Int(alarm.people),
            Val::Int(alarm.raised_at),
        ],
    )?;
    Ok(true)
}

/// An agency's alarms before a moment, the latest first.
pub fn of_agency(tx: &mut dyn Tx, agency: &str, before: i64, limit: u32) -> Result<Vec<Alarm>> {
    let found = tx.rows(OF_AGENCY, &[Val::Text(agency), Val::Int(before), Val::Int(i64::from(limit))])?;
    found.into_iter().map(alarm).collect()
}

/// How many of an agency's alarms nobody has settled.
pub fn waiting(tx: &mut dyn Tx, agency: &str) -> Result<i64> {
    let found =
        tx.rows("SELECT count(*) FROM alarms WHERE agency = ?1 AND settled_at IS NULL", &[Val::Text(agency)])?;
    found.first().map_or(Ok(0), |row| row.int(0))
}

/// One alarm.
pub fn one(tx: &mut dyn Tx, id: &Uuid) -> Result<Option<Alarm>> {
    tx.rows(ONE, &[Val::Blob(id.as_bytes())])?.into_iter().next().map(alarm).transpose()
}

/// Says what became of an alarm; false when somebody said it before.
pub fn settle(tx: &mut dyn Tx, id: &Uuid, settled: &Settled) -> Result<bool> {
    let sql = "UPDATE alarms SET settled_by = ?2, settled_at = ?3, said = ?4 WHERE id = ?1 AND settled_at IS NULL";
    let values = [Val::Blob(id.as_bytes()), Val::Text(&settled.by), Val::Int(settled.at), Val::Text(&settled.said)];
    Ok(tx.exec(sql, &values)? == 1)
}

/// Says what became of the alarm about an opening, if there is one: somebody reviewed it.
pub fn settle_of_opening(tx: &mut dyn Tx, stream: &StreamId, opening: &Uuid, settled: &Settled) -> Result<()> {
    let sql = "UPDATE alarms SET settled_by = ?3, settled_at = ?4, said = ?5 \
               WHERE stream = ?1 AND opening = ?2 AND settled_at IS NULL";
    let (key, at) = (stream.key(), settled.at);
    let said = [Val::Text(&settled.by), Val::Int(at), Val::Text(&settled.said)];
    let [by, at, said] = said;
    tx.exec(sql, &[Val::Text(&key), Val::Blob(opening.as_bytes()), by, at, said]).map(drop)
}

fn alarm(mut row: Row) -> Result<Alarm> {
    let settled = match (row.opt_text(8)?, row.opt_int(9)?, row.opt_text(10)?) {
        (Some(by), Some(at), Some(said)) => Some(Settled { by, at, said }),
        _ => None,
    };
    let stream = row.opt_text(4)?.map(|key| StreamId::from_key(&key)).transpose()?;
    let opening = if stream.is_some() { Some(id_in(&row, 5)?) } else { None };
    Ok(Alarm {
        id: id_in(&row, 0)?,
        kind: row.text(1)?,
        agency: row.text(2)?,
        account: row.text(3)?,
        opening: stream.zip(opening),
        people: row.int(6)?,
        raised_at: row.int(7)?,
        settled,
    })
}

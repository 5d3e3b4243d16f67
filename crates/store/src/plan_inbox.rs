//! What the public sent about plans and nobody has looked at yet: answers to consultations and suggestions of unpaid work.
//! It is taken into the plan's stream, or removed.

use uuid::Uuid;

use crate::error::Result;
use crate::events::StreamId;
use crate::jobs::id_in;
use crate::tx::{Row, Tx, Val};

/// Something that the public sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The plan's stream.
    pub stream: StreamId,
    /// Its id; the same id again is the same thing sent twice.
    pub id: Uuid,
    /// The kind of event that it would be.
    pub kind: String,
    /// The consultation that it answers; empty for what answers none.
    pub about: String,
    /// Its content as JSON text.
    pub body: String,
    /// A digest of where it came from.
    pub origin: Vec<u8>,
    /// When: microseconds since the epoch.
    pub received_at: i64,
}

/// Keeps what was sent, once.
pub fn keep(tx: &mut dyn Tx, sent: &Sent) -> Result<()> {
    let key = sent.stream.checked_key()?;
    tx.exec(
        "INSERT INTO plan_inbox (stream, id, kind, about, body, origin, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (stream, id) DO NOTHING",
        &[
            Val::Text(&key),
            Val::Blob(sent.id.as_bytes()),
            Val::Text(&sent.kind),
            Val::Text(&sent.about),
            Val::Text(&sent.body),
            Val::Blob(&sent.origin),
            Val::Int(sent.received_at),
        ],
    )?;
    Ok(())
}

/// How much waits for a plan.
pub fn waiting(tx: &mut dyn Tx, stream: &StreamId) -> Result<i64> {
    let rows = tx.rows("SELECT count(*) FROM plan_inbox WHERE stream = ?1", &[Val::Text(&stream.key())])?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// What waits for a plan, the oldest first.
pub fn list(tx: &mut dyn Tx, stream: &StreamId, limit: u32) -> Result<Vec<Sent>> {
    let sql = "SELECT stream, id, kind, about, body, origin, received_at FROM plan_inbox WHERE stream = ?1 \
               ORDER BY received_at, id LIMIT ?2";
    tx.rows(sql, &[Val::Text(&stream.key()), Val::Int(i64::from(limit))])?.into_iter().map(sent).collect()
}

/// One thing that was sent.
pub fn one(tx: &mut dyn Tx, stream: &StreamId, id: &Uuid) -> Result<Option<Sent>> {
    let sql = "SELECT stream, id, kind, about, body, origin, received_at FROM plan_inbox WHERE stream = ?1 AND id = ?2";
    let found = tx.rows(sql, &[Val::Text(&stream.key()), Val::Blob(id.as_bytes())])?;
    found.into_iter().next().map(sent).transpose()
}

/// Removes it: it was taken into the stream, or refused. False when it is not there any more.
pub fn remove(tx: &mut dyn Tx, stream: &StreamId, id: &Uuid) -> Result<bool> {
    let sql = "DELETE FROM plan_inbox WHERE stream = ?1 AND id = ?2";
    Ok(tx.exec(sql, &[Val::Text(&stream.key()), Val::Blob(id.as_bytes())])? == 1)
}

fn sent(mut row: Row) -> Result<Sent> {
    Ok(Sent {
        stream: StreamId::from_key(&row.text(0)?)?,
        id: id_in(&row, 1)?,
        kind: row.text(2)?,
        about: row.text(3)?,
        body: row.text(4)?,
        origin: row.opt_blob(5)?.unwrap_or_default(),
        received_at: row.int(6)?,
    })
}

//! How much there is and when the whole was last looked after; nothing of what is in it.

use crate::error::Result;
use crate::tx::{Tx, Val};

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the database.
    pub bytes: u64,
    /// People on record.
    pub people: u64,
    /// Cases.
    pub cases: u64,
    /// Entries of the access log, of all writers.
    pub entries: u64,
    /// The newest migration that was applied.
    pub schema: u64,
}

/// The latest entries of each chain among which an act is looked for.
const LATEST: i64 = 50_000;

/// How much there is.
pub fn sizes(tx: &mut dyn Tx) -> Result<Sizes> {
    let bytes = tx.dialect().choose(
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "SELECT pg_database_size(current_database())",
    );
    Ok(Sizes {
        bytes: number(tx, bytes)?,
        people: number(tx, "SELECT count(*) FROM people")?,
        cases: number(tx, "SELECT count(*) FROM cases")?,
        entries: number(
            tx,
            "SELECT CAST(coalesce(sum(last), 0) AS BIGINT) FROM (SELECT max(seq) AS last FROM access_log GROUP BY writer) w",
        )?,
        schema: number(tx, "SELECT max(version) FROM migrations")?,
    })
}

/// How many people are on record.
pub fn people(tx: &mut dyn Tx) -> Result<u64> {
    number(tx, "SELECT count(*) FROM people")
}

/// How many events are recorded.
pub fn events(tx: &mut dyn Tx) -> Result<u64> {
    number(tx, "SELECT count(*) FROM events")
}

fn number(tx: &mut dyn Tx, sql: &'static str) -> Result<u64> {
    let found = tx.rows(sql, &[])?.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(found).unwrap_or_default())
}

/// When something was last done and allowed (microseconds since the epoch), among the latest entries of each chain.
pub fn last_done(tx: &mut dyn Tx, detail: &str) -> Result<Option<i64>> {
    let rows = tx.rows(
        "SELECT max(a.at) FROM (SELECT writer, max(seq) AS last FROM access_log GROUP BY writer) w \
         JOIN access_log a ON a.writer = w.writer AND a.seq > w.last - ?2 WHERE a.detail = ?1 AND a.outcome = 'allowed'",
        &[Val::Text(detail), Val::Int(LATEST)],
    )?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

//! Private addresses under which a worker's calendar program fetches their appointments. Only the digest of the secret in
//! an address is kept: who reads the database cannot fetch a calendar.

use crate::chain::Hash;
use crate::error::Result;
use crate::tx::{Row, Tx, Val};

/// A private address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFeed {
    /// SHA-256 of the secret.
    pub digest: [u8; 32],
    /// Whose appointments.
    pub worker: String,
    /// Whether people are named in full.
    pub names: bool,
    /// When it was made.
    pub made_at: i64,
    /// When it was revoked, if it was.
    pub revoked_at: Option<i64>,
    /// When it was fetched last.
    pub fetched_at: Option<i64>,
}

/// Adds an address.
pub fn add(tx: &mut dyn Tx, feed: &CalendarFeed) -> Result<()> {
    tx.exec(
        "INSERT INTO calendar_feeds (digest, worker, names, made_at) VALUES (?1, ?2, ?3, ?4)",
        &[Val::Blob(&feed.digest), Val::Text(&feed.worker), Val::from(feed.names), Val::Int(feed.made_at)],
    )?;
    Ok(())
}

/// The address with this digest, revoked or not.
pub fn find(tx: &mut dyn Tx, digest: &[u8; 32]) -> Result<Option<CalendarFeed>> {
    let found = tx.rows(
        "SELECT digest, worker, names, made_at, revoked_at, fetched_at FROM calendar_feeds WHERE digest = ?1",
        &[Val::Blob(digest)],
    )?;
    found.into_iter().next().map(feed).transpose()
}

/// A worker's addresses that are in force, the oldest first.
pub fn of_worker(tx: &mut dyn Tx, worker: &str) -> Result<Vec<CalendarFeed>> {
    let found = tx.rows(
        "SELECT digest, worker, names, made_at, revoked_at, fetched_at FROM calendar_feeds \
         WHERE worker = ?1 AND revoked_at IS NULL ORDER BY made_at, digest",
        &[Val::Text(worker)],
    )?;
    found.into_iter().map(feed).collect()
}

/// Revokes every address of a worker; answers how many there were.
pub fn revoke_all(tx: &mut dyn Tx, worker: &str, now: i64) -> Result<u64> {
    tx.exec(
        "UPDATE calendar_feeds SET revoked_at = ?2 WHERE worker = ?1 AND revoked_at IS NULL",
        &[Val::Text(worker), Val::Int(now)],
    )
}

/// Notes that an address was fetched.
pub fn fetched(tx: &mut dyn Tx, digest: &[u8; 32], now: i64) -> Result<()> {
    tx.exec("UPDATE calendar_feeds SET fetched_at = ?2 WHERE digest = ?1", &[Val::Blob(digest), Val::Int(now)])?;
    Ok(())
}

fn feed(mut row: Row) -> Result<CalendarFeed> {
    let digest = Hash::from_bytes(row.blob(0)?)?;
    Ok(CalendarFeed {
        digest: digest.0,
        worker: row.text(1)?,
        names: row.flag(2)?,
        made_at: row.int(3)?,
        revoked_at: row.opt_int(4)?,
        fetched_at: row.opt_int(5)?,
    })
}

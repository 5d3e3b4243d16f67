//! Who is told of events: subscriptions and their secrets.

use uuid::Uuid;

use crate::error::Result;
use crate::jobs::id_in;
use crate::tx::{Row, Tx, Val};

/// A subscription to events.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// The agency or council that is told.
    pub agency: String,
    /// What people call it.
    pub title: String,
    /// Where events are sent.
    pub url: String,
    /// What each delivery is signed with.
    pub secret: Vec<u8>,
    /// Which kinds of event, as JSON text that the store never looks into.
    pub kinds: String,
    /// When it was made.
    pub made_at: i64,
    /// By whom.
    pub made_by: String,
    /// When it was stopped, if it was.
    pub stopped_at: Option<i64>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the secret; the address can hold one too.
        f.debug_struct("Subscription").field("id", &self.id).field("title", &self.title).finish_non_exhaustive()
    }
}

/// Adds a subscription; false when one with its id is there already.
pub fn add(tx: &mut dyn Tx, subscription: &Subscription) -> Result<bool> {
    let added = tx.exec(
        "INSERT INTO subscriptions (id, agency, title, url, secret, kinds, made_at, made_by, stopped_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        &[
            Val::Blob(subscription.id.as_bytes()),
            Val::Text(&subscription.agency),
            Val::Text(&subscription.title),
            Val::Text(&subscription.url),
            Val::Blob(&subscription.secret),
            Val::Text(&subscription.kinds),
            Val::Int(subscription.made_at),
            Val::Text(&subscription.made_by),
            Val::from(subscription.stopped_at),
        ],
    )?;
    Ok(added == 1)
}

/// Stops a subscription at `now`; false when there is none, or it was stopped before.
pub fn stop(tx: &mut dyn Tx, id: &Uuid, now: i64) -> Result<bool> {
    let stopped = tx.exec(
        "UPDATE subscriptions SET stopped_at = ?2 WHERE id = ?1 AND stopped_at IS NULL",
        &[Val::Blob(id.as_bytes()), Val::Int(now)],
    )?;
    Ok(stopped == 1)
}

/// Gives a subscription another secret; false when there is none, or it was stopped.
pub fn change_secret(tx: &mut dyn Tx, id: &Uuid, secret: &[u8]) -> Result<bool> {
    let changed = tx.exec(
        "UPDATE subscriptions SET secret = ?2 WHERE id = ?1 AND stopped_at IS NULL",
        &[Val::Blob(id.as_bytes()), Val::Blob(secret)],
    )?;
    Ok(changed == 1)
}

/// Every subscription, the oldest first; stopped ones too.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Subscription>> {
    let found = tx.rows(
        "SELECT id, agency, title, url, secret, kinds, made_at, made_by, stopped_at FROM subscriptions \
         ORDER BY made_at, id",
        &[],
    )?;
    found.into_iter().map(subscription).collect()
}

fn subscription(mut row: Row) -> Result<Subscription> {
    Ok(Subscription {
        id: id_in(&row, 0)?,
        agency: row.text(1)?,
        title: row.text(2)?,
        url: row.text(3)?,
        secret: row.blob(4)?.to_vec(),
        kinds: row.text(5)?,
        made_at: row.int(6)?,
        made_by: row.text(7)?,
        stopped_at: row.opt_int(8)?,
    })
}

//! Sessions: what a browser that has begun to sign in is allowed, kept on the server.

use super::Accounts;
use crate::error::Result;
use crate::tx::{Row, Val};

/// A session. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of what the browser holds.
    pub id: Vec<u8>,
    /// Whose it is.
    pub account: String,
    /// How far they have come; only the service knows the words.
    pub stage: String,
    /// How they proved who they are.
    pub how: String,
    /// What every form of this session must carry.
    pub csrf: String,
    /// The browser, in its own words.
    pub device: String,
    /// The address that it came from.
    pub address: String,
    /// When it began.
    pub begun_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
    /// When it ends at the latest.
    pub ends_at: i64,
    /// When they last proved again who they are.
    pub confirmed_at: Option<i64>,
    /// What the next page says once.
    pub flash: Option<String>,
}

impl Accounts<'_> {
    /// Begins a session.
    pub fn begin_session(&mut self, session: &Session) -> Result<()> {
        self.change(
            "INSERT INTO sessions (id, account, stage, how, csrf, device, address, begun_at, seen_at, ends_at, \
             confirmed_at, flash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            &[
                Val::Blob(&session.id),
                Val::Text(&session.account),
                Val::Text(&session.stage),
                Val::Text(&session.how),
                Val::Text(&session.csrf),
                Val::Text(&session.device),
                Val::Text(&session.address),
                Val::Int(session.begun_at),
                Val::Int(session.seen_at),
                Val::Int(session.ends_at),
                session.confirmed_at.into(),
                session.flash.as_deref().into(),
            ],
        )
        .map(drop)
    }

    /// One session, whether or not it has ended.
    pub fn session(&mut self, id: &[u8]) -> Result<Option<Session>> {
        let found = self.tx.rows(
            "SELECT id, account, stage, how, csrf, device, address, begun_at, seen_at, ends_at, confirmed_at, flash \
             FROM sessions WHERE id = ?1",
            &[Val::Blob(id)],
        )?;
        found.into_iter().next().map(read).transpose()
    }

    /// The sessions of an account, the latest first, whether or not they have ended.
    pub fn sessions(&mut self, account: &str) -> Result<Vec<Session>> {
        let found = self.tx.rows(
            "SELECT id, account, stage, how, csrf, device, address, begun_at, seen_at, ends_at, confirmed_at, flash \
             FROM sessions WHERE account = ?1 ORDER BY seen_at DESC, id",
            &[Val::Text(account)],
        )?;
        found.into_iter().map(read).collect()
    }

    /// Notes that a session is in use; after a long while without use, what they proved of themselves is forgotten.
    pub fn seen_session(&mut self, id: &[u8], now: i64, was_away: bool) -> Result<()> {
        let sql = if was_away {
            "UPDATE sessions SET seen_at = ?2, confirmed_at = NULL WHERE id = ?1 AND seen_at < ?2"
        } else {
            "UPDATE sessions SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2"
        };
        self.change(sql, &[Val::Blob(id), Val::Int(now)]).map(drop)
    }

    /// Leaves a sentence for the next page; none clears it.
    pub fn set_flash(&mut self, id: &[u8], flash: Option<&str>) -> Result<()> {
        self.change("UPDATE sessions SET flash = ?2 WHERE id = ?1", &[Val::Blob(id), flash.into()]).map(drop)
    }

    /// Ends a session; false when there is none.
    pub fn end_session(&mut self, id: &[u8]) -> Result<bool> {
        Ok(self.change("DELETE FROM sessions WHERE id = ?1", &[Val::Blob(id)])? == 1)
    }

    /// Ends a session of this account; false when it has none of that id.
    pub fn end_session_of(&mut self, account: &str, id: &[u8]) -> Result<bool> {
        let ended =
            self.change("DELETE FROM sessions WHERE id = ?2 AND account = ?1", &[Val::Text(account), Val::Blob(id)])?;
        Ok(ended == 1)
    }

    /// Ends every session of an account but `keep` (nothing keeps none); answers how many.
    pub fn end_sessions(&mut self, account: &str, keep: &[u8]) -> Result<u64> {
        self.change("DELETE FROM sessions WHERE account = ?1 AND id <> ?2", &[Val::Text(account), Val::Blob(keep)])
    }

    /// Forgets sessions that ended before `before`.
    pub fn sweep_sessions(&mut self, before: i64) -> Result<u64> {
        self.change("DELETE FROM sessions WHERE ends_at < ?1", &[Val::Int(before)])
    }
}

fn read(mut row: Row) -> Result<Session> {
    Ok(Session {
        id: row.blob(0)?.to_vec(),
        account: row.text(1)?,
        stage: row.text(2)?,
        how: row.text(3)?,
        csrf: row.text(4)?,
        device: row.text(5)?,
        address: row.text(6)?,
        begun_at: row.int(7)?,
        seen_at: row.int(8)?,
        ends_at: row.int(9)?,
        confirmed_at: row.opt_int(10)?,
        flash: row.opt_text(11)?,
    })
}

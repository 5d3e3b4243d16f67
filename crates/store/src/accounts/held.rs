//! What is kept for minutes between two requests of one browser.

use super::Accounts;
use crate::error::Result;
use crate::tx::Val;

/// Something kept for a short while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The SHA-256 of what the browser holds.
    pub id: Vec<u8>,
    /// What it is; it is taken out as the same only.
    pub kind: String,
    /// The content, in the words of whoever keeps it.
    pub content: String,
    /// When it is forgotten, microseconds since the epoch.
    pub ends_at: i64,
}

impl Accounts<'_> {
    /// Keeps something, and forgets what nobody came back for.
    pub fn hold(&mut self, held: &Held, now: i64) -> Result<()> {
        self.change("DELETE FROM held WHERE ends_at < ?1", &[Val::Int(now)])?;
        self.change(
            "INSERT INTO held (id, kind, content, ends_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET \
             kind = excluded.kind, content = excluded.content, ends_at = excluded.ends_at",
            &[Val::Blob(&held.id), Val::Text(&held.kind), Val::Text(&held.content), Val::Int(held.ends_at)],
        )
        .map(drop)
    }

    /// Looks at what is kept without taking it out.
    pub fn held(&mut self, id: &[u8], kind: &str, now: i64) -> Result<Option<String>> {
        let found = self.tx.rows(
            "SELECT content FROM held WHERE id = ?1 AND kind = ?2 AND ends_at >= ?3",
            &[Val::Blob(id), Val::Text(kind), Val::Int(now)],
        )?;
        found.into_iter().next().map(|mut row| row.text(0)).transpose()
    }

    /// Takes out what is kept: it counts once.
    pub fn take_held(&mut self, id: &[u8], kind: &str, now: i64) -> Result<Option<String>> {
        let found = self.held(id, kind, now)?;
        let taken = self.change("DELETE FROM held WHERE id = ?1 AND kind = ?2", &[Val::Blob(id), Val::Text(kind)])?;
        Ok(found.filter(|_| taken == 1))
    }
}

//! Browsers in which somebody signed in before: who guesses elsewhere does not hold up their owner there.

use super::Accounts;
use crate::error::Result;
use crate::tx::Val;

impl Accounts<'_> {
    /// Remembers that an account was signed in to in the browser that holds the secret of this hash, in place of the one that
    /// it held `before`.
    pub fn know_browser(&mut self, account: &str, hash: &[u8], before: Option<&[u8]>, now: i64) -> Result<()> {
        if let Some(before) = before {
            let named = [Val::Blob(before), Val::Text(account)];
            self.change("DELETE FROM known_browsers WHERE hash = ?1 AND account = ?2", &named)?;
        }
        self.change(
            "INSERT INTO known_browsers (hash, account, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            &[Val::Blob(hash), Val::Text(account), Val::Int(now)],
        )
        .map(drop)
    }

    /// Whether an account was signed in to in this browser, at `since` or after it.
    pub fn knows_browser(&mut self, account: &str, hash: &[u8], since: i64) -> Result<bool> {
        let found = self.tx.rows(
            "SELECT 1 FROM known_browsers WHERE hash = ?1 AND account = ?2 AND since >= ?3",
            &[Val::Blob(hash), Val::Text(account), Val::Int(since)],
        )?;
        Ok(!found.is_empty())
    }

    /// Forgets the browsers of an account.
    pub(super) fn forget_browsers(&mut self, account: &str) -> Result<()> {
        self.change("DELETE FROM known_browsers WHERE account = ?1", &[Val::Text(account)]).map(drop)
    }

    /// Forgets browsers that were remembered before `before`.
    pub fn sweep_browsers(&mut self, before: i64) -> Result<u64> {
        self.change("DELETE FROM known_browsers WHERE since < ?1", &[Val::Int(before)])
    }
}

//! Tries at signing in, counted before they are answered: so that many at once count as many.

use super::Accounts;
use crate::error::Result;
use crate::tx::Val;

/// Whether a try may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may; so many were made since the counting began.
    Try(i64),
    /// Not before this moment, microseconds since the epoch.
    Wait(i64),
}

impl Accounts<'_> {
    /// Takes a turn under `name`. Tries are counted for `window` microseconds from the first; `wait` says how long to
    /// wait after so many.
    pub fn take_turn(&mut self, name: &[u8], now: i64, window: i64, wait: fn(i64) -> i64) -> Result<Turn> {
        let taken = self.change(
            "INSERT INTO throttles (name, tries, since, until) VALUES (?1, 1, ?2, 0) ON CONFLICT (name) DO UPDATE SET \
             tries = CASE WHEN throttles.since < ?3 THEN 1 ELSE throttles.tries + 1 END, \
             since = CASE WHEN throttles.since < ?3 THEN ?2 ELSE throttles.since END WHERE throttles.until <= ?2",
            &[Val::Blob(name), Val::Int(now), Val::Int(now - window)],
        )?;
        let found = self.tx.rows("SELECT tries, until FROM throttles WHERE name = ?1", &[Val::Blob(name)])?;
        let (tries, until) = found.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))?;
        if taken == 0 {
            return Ok(Turn::Wait(until));
        }
        let until = now + wait(tries);
        if until > now {
            self.change("UPDATE throttles SET until = ?2 WHERE name = ?1", &[Val::Blob(name), Val::Int(until)])?;
        }
        Ok(Turn::Try(tries))
    }

    /// Counts one try less under `name`: it was right. If it is known to have been the `last` one, nobody waits for it.
    pub fn give_back_turn(&mut self, name: &[u8], last: Option<i64>) -> Result<()> {
        self.change(
            "UPDATE throttles SET tries = tries - 1, until = CASE WHEN tries = ?2 THEN 0 ELSE until END \
             WHERE name = ?1 AND tries > 0",
            &[Val::Blob(name), Val::Int(last.unwrap_or_default())],
        )
        .map(drop)
    }

    /// Forgets the tries under `name`: one of them was right.
    pub fn forget_tries(&mut self, name: &[u8]) -> Result<()> {
        self.change("DELETE FROM throttles WHERE name = ?1", &[Val::Blob(name)]).map(drop)
    }

    /// When the next try may be made under `name`; 0 when at once.
    pub fn waits_until(&mut self, name: &[u8]) -> Result<i64> {
        let found = self.tx.rows("SELECT until FROM throttles WHERE name = ?1", &[Val::Blob(name)])?;
        found.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Forgets tries that were begun before `before` and hold nobody up.
    pub fn sweep_tries(&mut self, before: i64) -> Result<u64> {
        self.change("DELETE FROM throttles WHERE since < ?1 AND until < ?1", &[Val::Int(before)])
    }
}

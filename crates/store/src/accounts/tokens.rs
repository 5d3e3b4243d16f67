//! Tokens: what a program, or a calendar that fetches a feed, holds instead of a session.

use super::Accounts;
use crate::error::Result;
use crate::tx::{Row, Val};

/// A token. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its name in lists and links; opens nothing.
    pub id: String,
    /// What it is for; only the service knows the words.
    pub kind: String,
    /// The SHA-256 of what its holder has.
    pub hash: Vec<u8>,
    /// In whose name it acts.
    pub account: String,
    /// What its owner calls it.
    pub name: String,
    /// The roles it may act in, with `+` between.
    pub roles: String,
    /// The agency it may act for.
    pub agency: String,
    /// When it was made.
    pub made_at: i64,
    /// When it ends; none for until it is revoked.
    pub ends_at: Option<i64>,
    /// When it was last used, to the minute.
    pub used_at: Option<i64>,
}

impl Accounts<'_> {
    /// Adds a token.
    pub fn add_token(&mut self, token: &Token) -> Result<()> {
        self.change(
            "INSERT INTO tokens (id, kind, hash, account, name, roles, agency, made_at, ends_at, used_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            &[
                Val::Text(&token.id),
                Val::Text(&token.kind),
                Val::Blob(&token.hash),
                Val::Text(&token.account),
                Val::Text(&token.name),
                Val::Text(&token.roles),
                Val::Text(&token.agency),
                Val::Int(token.made_at),
                token.ends_at.into(),
                token.used_at.into(),
            ],
        )
        .map(drop)
    }

    /// The token whose holder has what hashes to this.
    pub fn token(&mut self, hash: &[u8]) -> Result<Option<Token>> {
        let found = self.tx.rows(
            "SELECT id, kind, hash, account, name, roles, agency, made_at, ends_at, used_at FROM tokens WHERE hash = ?1",
            &[Val::Blob(hash)],
        )?;
        found.into_iter().next().map(read).transpose()
    }

    /// The tokens of an account, oldest first.
    pub fn tokens(&mut self, account: &str) -> Result<Vec<Token>> {
        let found = self.tx.rows(
            "SELECT id, kind, hash, account, name, roles, agency, made_at, ends_at, used_at FROM tokens \
             WHERE account = ?1 ORDER BY made_at, id",
            &[Val::Text(account)],
        )?;
        found.into_iter().map(read).collect()
    }

    /// Notes that a token was used.
    pub fn used_token(&mut self, id: &str, now: i64) -> Result<()> {
        self.change("UPDATE tokens SET used_at = ?2 WHERE id = ?1", &[Val::Text(id), Val::Int(now)]).map(drop)
    }

    /// Ends a token of an account; false when it has none of that id.
    pub fn end_token(&mut self, account: &str, id: &str) -> Result<bool> {
        Ok(self.change("DELETE FROM tokens WHERE id = ?2 AND account = ?1", &[Val::Text(account), Val::Text(id)])? == 1)
    }

    /// Ends every token of an account; answers how many.
    pub fn end_tokens(&mut self, account: &str) -> Result<u64> {
        self.change("DELETE FROM tokens WHERE account = ?1", &[Val::Text(account)])
    }
}

fn read(mut row: Row) -> Result<Token> {
    Ok(Token {
        id: row.text(0)?,
        kind: row.text(1)?,
        hash: row.blob(2)?.to_vec(),
        account: row.text(3)?,
        name: row.text(4)?,
        roles: row.text(5)?,
        agency: row.text(6)?,
        made_at: row.int(7)?,
        ends_at: row.opt_int(8)?,
        used_at: row.opt_int(9)?,
    })
}

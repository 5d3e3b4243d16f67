//! How members of staff prove who they are: accounts, passkeys, sessions, tokens, tries. Rows that a secret's owner may
//! replace and forget; who works here in which role is the staff register, a stream of events.
//!
//! [`Accounts`] is a transaction that reaches these tables and no others: what signing in may touch before anybody is
//! known.

mod browsers;
mod held;
mod sessions;
mod throttle;
mod tokens;

use crate::error::Result;
use crate::tx::{Row, Tx, Val};

pub use held::Held;
pub use sessions::Session;
pub use throttle::Turn;
pub use tokens::Token;

/// A transaction on the tables of accounts alone.
pub struct Accounts<'t> {
    tx: &'t mut dyn Tx,
}

/// How one member of staff signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The account, as the staff register names it.
    pub account: String,
    /// The password's hash, as a PHC string.
    pub password: Option<String>,
    /// A one-time password, to be replaced when it is used, counts until then; microseconds since the epoch.
    pub password_until: Option<i64>,
    /// The secret of one-time codes.
    pub totp: Option<Vec<u8>>,
    /// A secret that was shown but not yet confirmed by a code.
    pub totp_offered: Option<Vec<u8>>,
    /// The last time step whose code was used: none of it or of an earlier one counts again.
    pub totp_step: i64,
    /// The name by which passkeys know the account.
    pub handle: Vec<u8>,
    /// A password is enough: only for the accounts of a demonstration.
    pub one_factor: bool,
    /// When they last signed in, microseconds since the epoch.
    pub signed_in_at: Option<i64>,
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Whose it is.
    pub account: String,
    /// What its owner calls it.
    pub name: String,
    /// The credential, in the words of the program that checks it.
    pub content: String,
    /// When it was added, microseconds since the epoch.
    pub added_at: i64,
    /// When it was last used.
    pub used_at: Option<i64>,
}

const ACCOUNT: &str = "SELECT account, password, password_until, totp, totp_offered, totp_step, handle, one_factor, \
     signed_in_at FROM accounts WHERE account = ?1";
const ACCOUNT_OF_HANDLE: &str = "SELECT account, password, password_until, totp, totp_offered, totp_step, handle, \
     one_factor, signed_in_at FROM accounts WHERE handle = ?1";
const EVERY_ACCOUNT: &str = "SELECT account, password, password_until, totp, totp_offered, totp_step, handle, \
     one_factor, signed_in_at FROM accounts ORDER BY account";
const PUT_ACCOUNT: &str = "INSERT INTO accounts (account, password, password_until, totp, totp_offered, totp_step, \
     handle, one_factor, signed_in_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
     ON CONFLICT (account) DO UPDATE SET password = excluded.password, password_until = excluded.password_until, \
     totp = excluded.totp, totp_offered = excluded.totp_offered, totp_step = excluded.totp_step, \
     one_factor = excluded.one_factor, signed_in_at = excluded.signed_in_at";

impl<'t> Accounts<'t> {
    /// The accounts in this transaction.
    pub fn of(tx: &'t mut dyn Tx) -> Self {
        Self { tx }
    }

    fn change(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<u64> {
        self.tx.put("", sql, values.len(), values)
    }

    /// One account.
    pub fn account(&mut self, account: &str) -> Result<Option<Account>> {
        self.tx.rows(ACCOUNT, &[Val::Text(account)])?.pop().map(read_account).transpose()
    }

    /// The account that passkeys know by this name.
    pub fn account_of_handle(&mut self, handle: &[u8]) -> Result<Option<Account>> {
        self.tx.rows(ACCOUNT_OF_HANDLE, &[Val::Blob(handle)])?.pop().map(read_account).transpose()
    }

    /// Every account, by name.
    pub fn every_account(&mut self) -> Result<Vec<Account>> {
        self.tx.rows(EVERY_ACCOUNT, &[])?.into_iter().map(read_account).collect()
    }

    /// Writes an account; its handle stays what it first was.
    pub fn put_account(&mut self, account: &Account) -> Result<()> {
        let blob = |bytes: &'_ Option<Vec<u8>>| bytes.clone().map_or(crate::tx::Cell::Null, crate::tx::Cell::Blob);
        let (totp, offered) = (blob(&account.totp), blob(&account.totp_offered));
        self.change(
            PUT_ACCOUNT,
            &[
                Val::Text(&account.account),
                account.password.as_deref().into(),
                account.password_until.into(),
                totp.as_val(),
                offered.as_val(),
                Val::Int(account.totp_step),
                Val::Blob(&account.handle),
                account.one_factor.into(),
                account.signed_in_at.into(),
            ],
        )
        .map(drop)
    }

    /// Notes when an account was signed in to.
    pub fn signed_in(&mut self, account: &str, now: i64) -> Result<()> {
        self.change("UPDATE accounts SET signed_in_at = ?2 WHERE account = ?1", &[Val::Text(account), Val::Int(now)])
            .map(drop)
    }

    /// Uses up the codes of a time step; false when they were used before.
    pub fn use_totp_step(&mut self, account: &str, step: i64) -> Result<bool> {
        let used = self.change(
            "UPDATE accounts SET totp_step = ?2 WHERE account = ?1 AND totp_step < ?2",
            &[Val::Text(account), Val::Int(step)],
        )?;
        Ok(used == 1)
    }

    /// Forgets every secret of an account: password, codes, passkeys, recovery codes, browsers, sessions, tokens. Identities
    /// elsewhere stay known.
    pub fn forget_secrets(&mut self, account: &str) -> Result<()> {
        self.change(
            "UPDATE accounts SET password = NULL, password_until = NULL, totp = NULL, totp_offered = NULL, one_factor = 0 \
             WHERE account = ?1",
            &[Val::Text(account)],
        )?;
        self.change("DELETE FROM recovery_codes WHERE account = ?1", &[Val::Text(account)])?;
        self.change("DELETE FROM passkeys WHERE account = ?1", &[Val::Text(account)])?;
        self.forget_browsers(account)?;
        self.end_sessions(account, &[])?;
        self.end_tokens(account).map(drop)
    }

    /// Replaces the recovery codes of an account by these hashes.
    pub fn set_recovery_codes(&mut self, account: &str, hashes: &[Vec<u8>]) -> Result<()> {
        self.change("DELETE FROM recovery_codes WHERE account = ?1", &[Val::Text(account)])?;
        for hash in hashes {
            self.change(
                "INSERT INTO recovery_codes (account, hash) VALUES (?1, ?2)",
                &[Val::Text(account), Val::Blob(hash)],
            )?;
        }
        Ok(())
    }

    /// How many recovery codes an account has left.
    pub fn recovery_codes_left(&mut self, account: &str) -> Result<i64> {
        let found = self.tx.rows("SELECT count(*) FROM recovery_codes WHERE account = ?1", &[Val::Text(account)])?;
        found.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Uses up a recovery code; false when the account has no such code.
    pub fn use_recovery_code(&mut self, account: &str, hash: &[u8]) -> Result<bool> {
        let used = self.change(
            "DELETE FROM recovery_codes WHERE account = ?1 AND hash = ?2",
            &[Val::Text(account), Val::Blob(hash)],
        )?;
        Ok(used == 1)
    }

    /// The passkeys of an account, oldest first.
    pub fn passkeys(&mut self, account: &str) -> Result<Vec<Passkey>> {
        let found = self.tx.rows(
            "SELECT id, account, name, content, added_at, used_at FROM passkeys WHERE account = ?1 ORDER BY added_at, id",
            &[Val::Text(account)],
        )?;
        found
            .into_iter()
            .map(|mut row| {
                Ok(Passkey {
                    id: row.blob(0)?.to_vec(),
                    account: row.text(1)?,
                    name: row.text(2)?,
                    content: row.text(3)?,
                    added_at: row.int(4)?,
                    used_at: row.opt_int(5)?,
                })
            })
            .collect()
    }

    /// Adds a passkey; false when the credential is known already.
    pub fn add_passkey(&mut self, passkey: &Passkey) -> Result<bool> {
        let added = self.change(
            "INSERT INTO passkeys (id, account, name, content, added_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT DO NOTHING",
            &[
                Val::Blob(&passkey.id),
                Val::Text(&passkey.account),
                Val::Text(&passkey.name),
                Val::Text(&passkey.content),
                Val::Int(passkey.added_at),
                passkey.used_at.into(),
            ],
        )?;
        Ok(added == 1)
    }

    /// Notes that a passkey was used, with what its program now knows of it.
    pub fn used_passkey(&mut self, account: &str, id: &[u8], content: &str, now: i64) -> Result<bool> {
        let changed = self.change(
            "UPDATE passkeys SET content = ?3, used_at = ?4 WHERE id = ?2 AND account = ?1",
            &[Val::Text(account), Val::Blob(id), Val::Text(content), Val::Int(now)],
        )?;
        Ok(changed == 1)
    }

    /// Removes a passkey of an account.
    pub fn remove_passkey(&mut self, account: &str, id: &[u8]) -> Result<bool> {
        let gone =
            self.change("DELETE FROM passkeys WHERE id = ?2 AND account = ?1", &[Val::Text(account), Val::Blob(id)])?;
        Ok(gone == 1)
    }

    /// Whose identity this is.
    pub fn identity(&mut self, issuer: &str, subject: &str) -> Result<Option<String>> {
        let found = self.tx.rows(
            "SELECT account FROM identities WHERE issuer = ?1 AND subject = ?2",
            &[Val::Text(issuer), Val::Text(subject)],
        )?;
        found.into_iter().next().map(|mut row| row.text(0)).transpose()
    }

    /// Whether any identity is tied to an account.
    pub fn has_identity(&mut self, account: &str) -> Result<bool> {
        let found = self.tx.rows("SELECT issuer FROM identities WHERE account = ?1 LIMIT 1", &[Val::Text(account)])?;
        Ok(!found.is_empty())
    }

    /// Ties an identity to an account.
    pub fn add_identity(&mut self, issuer: &str, subject: &str, account: &str) -> Result<()> {
        self.change(
            "INSERT INTO identities (issuer, subject, account) VALUES (?1, ?2, ?3)",
            &[Val::Text(issuer), Val::Text(subject), Val::Text(account)],
        )
        .map(drop)
    }
}

fn read_account(mut row: Row) -> Result<Account> {
    Ok(Account {
        account: row.text(0)?,
        password: row.opt_text(1)?,
        password_until: row.opt_int(2)?,
        totp: row.opt_blob(3)?,
        totp_offered: row.opt_blob(4)?,
        totp_step: row.int(5)?,
        handle: row.blob(6)?.to_vec(),
        one_factor: row.flag(7)?,
        signed_in_at: row.opt_int(8)?,
    })
}

//! Drafts: what somebody has typed into a form and not recorded yet. They are no part of any record: they have no history,
//! belong to one account, and go when they are recorded, discarded or old.

use crate::error::Result;
use crate::tx::{Tx, Val};

/// A draft as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed, as text that the store never looks into.
    pub content: String,
    /// When it was saved: microseconds since the epoch.
    pub saved_at: i64,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What was typed is personal.
        f.debug_struct("Draft").field("saved_at", &self.saved_at).finish_non_exhaustive()
    }
}

/// One line of an account's drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// The person's stream; empty for a person who is not on record yet.
    pub about: String,
    /// Which form.
    pub form: String,
    /// When it was saved.
    pub saved_at: i64,
    /// The person's name; none for a person who is not on record yet.
    pub display_name: Option<String>,
    /// Whether the person's record is restricted.
    pub restricted: bool,
}

/// Whose draft of which form about whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftKey {
    /// Whose.
    pub account: String,
    /// The person's stream; empty for a person who is not on record yet.
    pub about: String,
    /// Which form.
    pub form: String,
}

impl DraftKey {
    fn values(&self) -> [Val<'_>; 3] {
        [Val::Text(&self.account), Val::Text(&self.about), Val::Text(&self.form)]
    }
}

/// Saves a draft in place of the one before, and lets go of every draft that was saved before `until`.
pub fn save(tx: &mut dyn Tx, key: &DraftKey, content: &str, now: i64, until: i64) -> Result<()> {
    tx.exec("DELETE FROM drafts WHERE saved_at < ?1", &[Val::Int(until)])?;
    tx.exec(
        "INSERT INTO drafts (account, about, form, content, saved_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (account, about, form) DO UPDATE SET content = excluded.content, saved_at = excluded.saved_at",
        &[Val::Text(&key.account), Val::Text(&key.about), Val::Text(&key.form), Val::Text(content), Val::Int(now)],
    )?;
    Ok(())
}

/// The draft, if there is one.
pub fn read(tx: &mut dyn Tx, key: &DraftKey) -> Result<Option<Draft>> {
    let sql = "SELECT content, saved_at FROM drafts WHERE account = ?1 AND about = ?2 AND form = ?3";
    let mut found = tx.rows(sql, &key.values())?;
    found.first_mut().map(|row| Ok(Draft { content: row.text(0)?, saved_at: row.int(1)? })).transpose()
}

/// Lets go of a draft; false when there is none.
pub fn discard(tx: &mut dyn Tx, key: &DraftKey) -> Result<bool> {
    let sql = "DELETE FROM drafts WHERE account = ?1 AND about = ?2 AND form = ?3";
    Ok(tx.exec(sql, &key.values())? == 1)
}

/// An account's drafts, the latest first.
pub fn of_account(tx: &mut dyn Tx, account: &str, limit: u32) -> Result<Vec<DraftLine>> {
    let found = tx.rows(
        "SELECT drafts.about, drafts.form, drafts.saved_at, people.display_name, people.restricted \
         FROM drafts LEFT JOIN people ON people.stream = drafts.about \
         WHERE drafts.account = ?1 ORDER BY drafts.saved_at DESC, drafts.about, drafts.form LIMIT ?2",
        &[Val::Text(account), Val::Int(i64::from(limit))],
    )?;
    found
        .into_iter()
        .map(|mut row| {
            Ok(DraftLine {
                about: row.text(0)?,
                form: row.text(1)?,
                saved_at: row.int(2)?,
                display_name: row.opt_text(3)?,
                restricted: row.opt_int(4)?.unwrap_or_default() != 0,
            })
        })
        .collect()
}

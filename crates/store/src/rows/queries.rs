//! What is asked of the read models; each question is a range of one index.

use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Row, Tx, Val};

/// A person as a search or a list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonHit {
    /// The stream.
    pub stream: StreamId,
    /// The name as shown.
    pub display_name: String,
    /// The name as sorted by.
    pub sort_name: String,
    /// Date of birth, when fully known.
    pub date_of_birth: Option<String>,
    /// The record is restricted.
    pub restricted: bool,
}

pub(super) fn person_hit(mut row: Row) -> Result<PersonHit> {
    Ok(PersonHit {
        stream: StreamId::from_key(&row.text(0)?)?,
        display_name: row.text(1)?,
        sort_name: row.text(2)?,
        date_of_birth: row.opt_text(3)?,
        restricted: row.flag(4)?,
    })
}

/// People whose obligations can have changed by `today` (ISO) without a new fact, after `after`, by stream.
pub fn people_to_refresh(tx: &mut dyn Tx, today: &str, after: Option<&StreamId>, limit: u32) -> Result<Vec<StreamId>> {
    let after = after.map(StreamId::key).unwrap_or_default();
    let rows = tx.rows(
        "SELECT DISTINCT stream FROM cases WHERE refresh_on IS NOT NULL AND refresh_on <= ?1 AND stream > ?2 \
         ORDER BY stream LIMIT ?3",
        &[Val::Text(today), Val::Text(&after), Val::Int(i64::from(limit))],
    )?;
    rows.into_iter().map(|mut row| StreamId::from_key(&row.text(0)?)).collect()
}

/// Shows the stream of everybody who has rows, in order.
pub fn streams(tx: &mut dyn Tx, visit: &mut dyn FnMut(StreamId) -> Result<()>) -> Result<()> {
    tx.each("SELECT stream FROM people ORDER BY stream", &[], &mut |mut row| visit(StreamId::from_key(&row.text(0)?)?))
}

//! Who may see a record that is not for everyone: a question of the read models, so that a list never opens a stream.

use super::AccessRow;
use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Tx, Val};

/// The condition under which the account in a parameter may see what a row of a table with `stream` and `restricted`
/// belongs to: its own row decides, else everybody's, else it may.
macro_rules! visible {
    ($table:literal, $account:literal) => {
        concat!(
            "(",
            $table,
            ".restricted = 0 OR COALESCE((SELECT may FROM person_access x WHERE x.stream = ",
            $table,
            ".stream AND x.account = ",
            $account,
            "), (SELECT may FROM person_access x WHERE x.stream = ",
            $table,
            ".stream AND x.account = '*'), 1) = 1)"
        )
    };
}
pub(crate) use visible;

/// Whether an account may see a record, as its read models say.
pub fn may_see(tx: &mut dyn Tx, stream: &StreamId, account: &str) -> Result<bool> {
    let rows = tx.rows(
        "SELECT account, may FROM person_access WHERE stream = ?1 AND account IN (?2, '*')",
        &[Val::Text(&stream.key()), Val::Text(account)],
    )?;
    let mut may = true;
    for mut row in rows {
        let (whose, says) = (row.text(0)?, row.flag(1)?);
        if whose != AccessRow::EVERYBODY {
            return Ok(says);
        }
        may = says;
    }
    Ok(may)
}

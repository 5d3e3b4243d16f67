//! Secrets that all servers on one database share, such as the key that signs when a public form was shown. A backup leaves
//! them out: after a restore a new one is made.

use crate::error::{Result, StoreError};
use crate::tx::{Tx, Val};

/// The secret that is kept under a name.
pub fn kept(tx: &mut dyn Tx, name: &str) -> Result<Option<Vec<u8>>> {
    let mut found = tx.rows("SELECT value FROM secrets WHERE name = ?1", &[Val::Text(name)])?;
    found.first_mut().map_or(Ok(None), |row| row.opt_blob(0))
}

/// Keeps a secret unless there is one; answers the one that is kept.
pub fn keep(tx: &mut dyn Tx, name: &str, value: &[u8]) -> Result<Vec<u8>> {
    tx.exec(
        "INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        &[Val::Text(name), Val::Blob(value)],
    )?;
    kept(tx, name)?.ok_or_else(|| StoreError::Invalid(format!("the secret “{name}” could not be kept.")))
}

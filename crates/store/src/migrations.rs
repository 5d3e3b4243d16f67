//! Forward-only, numbered migrations, the same list for both databases.

use crate::chain::sha256_hex;
use crate::error::{Result, StoreError};
use crate::tx::{Dialect, Tx, Val};

/// One migration.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All migrations, oldest first. Never change one that was released: add the next.
pub(crate) const ALL: &[Migration] = &[
    Migration {
        version: 1,
        name: "log and read models",
        sqlite: include_str!("../migrations/sqlite/0001_log_and_read_models.sql"),
        postgres: include_str!("../migrations/postgres/0001_log_and_read_models.sql"),
    },
    Migration {
        version: 2,
        name: "search",
        sqlite: include_str!("../migrations/sqlite/0002_search.sql"),
        postgres: include_str!("../migrations/postgres/0002_search.sql"),
    },
    Migration {
        version: 3,
        name: "accounts",
        sqlite: include_str!("../migrations/sqlite/0003_accounts.sql"),
        postgres: include_str!("../migrations/postgres/0003_accounts.sql"),
    },
    Migration {
        version: 4,
        name: "outbox",
        sqlite: include_str!("../migrations/sqlite/0004_outbox.sql"),
        postgres: include_str!("../migrations/postgres/0004_outbox.sql"),
    },
    Migration {
        version: 5,
        name: "desk",
        sqlite: include_str!("../migrations/sqlite/0005_desk.sql"),
        postgres: include_str!("../migrations/postgres/0005_desk.sql"),
    },
    Migration {
        version: 6,
        name: "notices",
        sqlite: include_str!("../migrations/sqlite/0006_notices.sql"),
        postgres: include_str!("../migrations/postgres/0006_notices.sql"),
    },
    Migration {
        version: 7,
        name: "drafts",
        sqlite: include_str!("../migrations/sqlite/0007_drafts.sql"),
        postgres: include_str!("../migrations/postgres/0007_drafts.sql"),
    },
    Migration {
        version: 8,
        name: "unpaid work",
        sqlite: include_str!("../migrations/sqlite/0008_unpaid_work.sql"),
        postgres: include_str!("../migrations/postgres/0008_unpaid_work.sql"),
    },
    Migration {
        version: 9,
        name: "openings",
        sqlite: include_str!("../migrations/sqlite/0009_openings.sql"),
        postgres: include_str!("../migrations/postgres/0009_openings.sql"),
    },
    Migration {
        version: 10,
        name: "obligations of nobody",
        sqlite: include_str!("../migrations/sqlite/0010_obligations_of_nobody.sql"),
        postgres: include_str!("../migrations/postgres/0010_obligations_of_nobody.sql"),
    },
    Migration {
        version: 11,
        name: "plans",
        sqlite: include_str!("../migrations/sqlite/0011_plans.sql"),
        postgres: include_str!("../migrations/postgres/0011_plans.sql"),
    },
    Migration {
        version: 12,
        name: "alarms",
        sqlite: include_str!("../migrations/sqlite/0012_alarms.sql"),
        postgres: include_str!("../migrations/postgres/0012_alarms.sql"),
    },
    Migration {
        version: 13,
        name: "known browsers",
        sqlite: include_str!("../migrations/sqlite/0013_known_browsers.sql"),
        postgres: include_str!("../migrations/postgres/0013_known_browsers.sql"),
    },
];

impl Migration {
    pub(crate) fn sql(&self, dialect: Dialect) -> &'static str {
        dialect.choose(self.sqlite, self.postgres)
    }
}

/// The table of what was applied.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, \
     sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// Which migrations are still to be applied.
///
/// # Errors
/// [`StoreError::Newer`] and [`StoreError::Altered`].
pub(crate) fn pending(tx: &mut dyn Tx, at: &str) -> Result<&'static [Migration]> {
    let applied = tx.rows("SELECT version, sha256 FROM migrations ORDER BY version", &[])?;
    let known = ALL.last().map_or(0, |migration| migration.version);
    let mut known_ones = ALL.iter();
    let mut count = 0;
    for mut row in applied {
        let found = row.int(0)?;
        let sha256 = row.text(1)?;
        match known_ones.next() {
            None => return Err(StoreError::Newer { at: at.to_owned(), found, known }),
            Some(migration)
                if migration.version != found || sha256_hex(migration.sql(tx.dialect()).as_bytes()) != sha256 =>
            {
                return Err(StoreError::Altered { at: at.to_owned(), version: found });
            }
            Some(_) => count += 1,
        }
    }
    Ok(ALL.get(count..).unwrap_or_default())
}

/// Records that a migration was applied at `now` (microseconds since the epoch).
pub(crate) fn record(tx: &mut dyn Tx, migration: &Migration, now: i64) -> Result<()> {
    let sha256 = sha256_hex(migration.sql(tx.dialect()).as_bytes());
    tx.exec(
        "INSERT INTO migrations (version, name, sha256, applied_at) VALUES (?1, ?2, ?3, ?4)",
        &[Val::Int(migration.version), Val::Text(migration.name), Val::Text(&sha256), Val::Int(now)],
    )?;
    Ok(())
}

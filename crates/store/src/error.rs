//! What can go wrong, each as a sentence with the way out.

use crate::events::StoredEvent;

/// Why the store refused, or could not do, what was asked. Texts carry ids and file names only, never personal data,
/// and never the password of a location.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The stream was changed since the caller read it; what came meanwhile is attached.
    #[error(
        "{stream} was changed meanwhile: you worked on version {expected}, it is now at version {actual}. Look at what \
         changed and decide again."
    )]
    Conflict {
        /// The stream's name.
        stream: String,
        /// The version the caller had read.
        expected: i64,
        /// The version it has now.
        actual: i64,
        /// The events after `expected`, oldest first.
        since: Vec<StoredEvent>,
    },
    /// An event id came a second time with other content.
    #[error(
        "event {id} is already in the record with other content ({stream}). An id stands for one event: give the new \
         event a new id."
    )]
    IdReused {
        /// The event's id.
        id: uuid::Uuid,
        /// The stream that was asked for.
        stream: String,
    },
    /// The caller handed over something that cannot be stored.
    #[error("{0}")]
    Invalid(String),
    /// The location cannot be read as a file or a PostgreSQL address.
    #[error("{0}")]
    Location(String),
    /// There is no database there.
    #[error("there is no database at {0}. Check the path, or run an import or a demo there first.")]
    Missing(String),
    /// The database was written by a later version of the program.
    #[error(
        "the database {at} is from a newer version of Throughline (its schema is {found}, this program knows {known}). \
         Use the newer program; the database was not touched."
    )]
    Newer {
        /// The database.
        at: String,
        /// Its schema version.
        found: i64,
        /// The newest schema version known here.
        known: i64,
    },
    /// A migration in the database differs from the one of this program.
    #[error(
        "migration {version} of the database {at} differs from the one in this program. The two do not belong \
         together: use the program that made the database."
    )]
    Altered {
        /// The database.
        at: String,
        /// The migration's number.
        version: i64,
    },
    /// Another process writes to this database.
    #[error(
        "the database {0} is open for writing in another process. Stop that one first, or open this one read-only."
    )]
    Locked(String),
    /// The file, the disk or the session allows no writing.
    #[error(
        "the database {0} is read-only here: nothing was written. Check the permissions of the file and its folder."
    )]
    ReadOnly(String),
    /// The file is something else.
    #[error("{0} is not a Throughline database. It was not touched: check the path.")]
    NotADatabase(String),
    /// The file is damaged.
    #[error("the database {at} is damaged ({what}). Stop, keep a copy of the file, and restore the latest backup.")]
    Damaged {
        /// The database.
        at: String,
        /// What was found, without content.
        what: String,
    },
    /// A restore was broken off.
    #[error("the database {0} was only half restored. Delete it and restore the backup again.")]
    HalfRestored(String),
    /// No room on the disk.
    #[error(
        "there is no room left to write to {0}: this change was not recorded, everything before it is safe. Free some \
         space and try again; no restart is needed."
    )]
    Full(String),
    /// Another transaction stood in the way.
    #[error("the database {0} was busy with another change to the same rows. Nothing was recorded: try again.")]
    Busy(String),
    /// PostgreSQL cannot be reached.
    #[error(
        "PostgreSQL at {at} cannot be reached ({what}). Check that it runs and that the address is right. A command \
         under way may or may not have been recorded: repeat it with the same ids, which is safe."
    )]
    Unreachable {
        /// The location, without its password.
        at: String,
        /// What the driver said.
        what: String,
    },
    /// Reading or writing failed below the database.
    #[error("{at} could not be read or written ({what}). The change was not confirmed. Check the disk.")]
    Io {
        /// The file or database.
        at: String,
        /// What the system said.
        what: String,
    },
    /// Syncing to disk failed: what was written before it can no longer be trusted to be there.
    #[error(
        "the disk did not confirm a write to {0}. Nothing more is written until the program is restarted: check the \
         disk, then run verify."
    )]
    NotSynced(String),
    /// The access log ends before the head that the witness signed.
    #[error(
        "the database {at} has lost its tail: the witness {witness} saw entry {witnessed} of the access log of writer \
         {writer}, {found}. Keep a copy of the database, then restore the latest backup and compare; to go on with \
         the loss, open it once accepting the lost tail (the access log will say so)."
    )]
    LostTail {
        /// The database.
        at: String,
        /// The witness's folder.
        witness: String,
        /// The writer.
        writer: String,
        /// The entry that the witness signed.
        witnessed: i64,
        /// What the database has instead, as a clause.
        found: String,
    },
    /// The witness is missing, altered or another database's.
    #[error("{0}")]
    Witness(String),
    /// A backup cannot be used.
    #[error("{0}")]
    Backup(String),
    /// A closure panicked; its own changes were rolled back.
    #[error("the change broke off inside the program and was rolled back; nothing of it was recorded.")]
    Panicked,
    /// The store is closing.
    #[error("the store is closed: nothing was recorded.")]
    Closed,
    /// Anything else that the database said.
    #[error("the database {at} refused a statement ({what}).")]
    Refused {
        /// The database.
        at: String,
        /// What it said.
        what: String,
    },
}

impl StoreError {
    /// Whether the transaction that met this error can hold nothing that was done before it either.
    pub(crate) fn breaks_transaction(&self) -> bool {
        matches!(
            self,
            Self::Full(_)
                | Self::Io { .. }
                | Self::NotSynced(_)
                | Self::Unreachable { .. }
                | Self::Damaged { .. }
                | Self::ReadOnly(_)
        )
    }
}

/// The store's result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

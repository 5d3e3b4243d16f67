//! SQLite: one file, WAL, full durability; one connection that writes, many that read.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ffi::ErrorCode;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ToSql};

use crate::access_log::LogHead;
use crate::checkpoint::Checkpoints;
use crate::error::{Result, StoreError};
use crate::journal::Journal;
use crate::location::beside;
use crate::migrations;
use crate::standing::Known;
use crate::tx::{Cell, Dialect, Row, Tx, Val, only_reads, without_nul};
use crate::writer::Session;

/// Written into the file's header: "thru".
const APPLICATION_ID: i64 = 0x7468_7275;

/// Earlier versions can corrupt a WAL that two connections write at once.
const OLDEST_SQLITE: i32 = 3_051_003;

/// A connection and what it knows about its transaction.
pub(crate) struct Sqlite {
    connection: Connection,
    at: String,
    head: LogHead,
    journal: Journal,
    /// A transaction of one closure: nothing can come before it that must be written again.
    alone: bool,
    known: Known,
    /// What `PRAGMA data_version` said last: it changes when another connection has written.
    data_version: i64,
    writes: bool,
    broken: Option<StoreError>,
    /// An insert of many rows that stopped half-way: its closure cannot stand.
    half_written: Option<StoreError>,
    not_synced: bool,
    /// Whom to tell of commits.
    checkpoints: Option<Arc<Checkpoints>>,
}

impl ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Val::Null => ValueRef::Null,
            Val::Int(number) => ValueRef::Integer(*number),
            Val::Text(text) => ValueRef::Text(text.as_bytes()),
            Val::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What SQLite's error means to a caller.
fn meaning(at: &str, error: &rusqlite::Error) -> StoreError {
    let at = at.to_owned();
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return StoreError::Refused { at, what: error.to_string() };
    };
    let what = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DiskFull => StoreError::Full(at),
        ErrorCode::ReadOnly => StoreError::ReadOnly(at),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy(at),
        ErrorCode::NotADatabase => StoreError::NotADatabase(at),
        ErrorCode::DatabaseCorrupt => StoreError::Damaged { at, what },
        // A file that may not grow any further is as full as the disk that holds it.
        ErrorCode::SystemIoFailure if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE => {
            StoreError::Full(at)
        }
        ErrorCode::SystemIoFailure if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_FSYNC => {
            StoreError::NotSynced(at)
        }
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => StoreError::Io { at, what },
        _ => StoreError::Refused { at, what },
    }
}

impl Sqlite {
    /// Opens the one connection that writes; makes the file when there is none and `create` allows it, and brings
    /// its schema up to date.
    pub(crate) fn writer(path: &Path, create: bool, now: i64) -> Result<Self> {
        let new = !path.exists() || path.metadata().is_ok_and(|file| file.len() == 0);
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let mut session = Self::open(path, flags)?;
        if !new {
            session.check_application()?;
        }
        if new {
            // An event takes half a kilobyte with its body: on SQLite's usual page the tree of events is six deep.
            session.batch("PRAGMA page_size = 8192;")?;
        }
        session.batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384;")?;
        // A long reader lets the WAL grow; once it is done, the disk gets the room back. Shorter than what the writer lets it
        // grow to, the file would be cut, and grow again, all day.
        session.batch("PRAGMA journal_size_limit = 134217728;")?;
        if new {
            session.batch("PRAGMA application_id = 1953002101;")?;
        }
        session.migrate(now)?;
        Ok(session)
    }

    /// From now on, commits are told to whoever checkpoints.
    pub(crate) fn telling(&mut self, checkpoints: Arc<Checkpoints>) {
        self.checkpoints = Some(checkpoints);
    }

    /// Opens a connection for checkpoints beside the writer.
    pub(crate) fn checkpointer(path: &Path) -> Result<Self> {
        Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    /// Brings what the WAL holds into the file if it is at least `enough` pages, without getting into anybody's way.
    pub(crate) fn checkpoint(&self, enough: i64) -> Result<()> {
        let run = |sql: &str| {
            self.connection
                .query_row(sql, [], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
                .map_err(|error| self.meaning(&error))
        };
        let (pages, done) = run("PRAGMA wal_checkpoint(NOOP)")?;
        if pages - done >= enough {
            run("PRAGMA wal_checkpoint(PASSIVE)")?;
        }
        Ok(())
    }

    /// Opens a connection that only reads.
    pub(crate) fn reader(path: &Path) -> Result<Self> {
        let session = Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // There are as many readers as people who look at once; what they share is the operating system's cache.
        session.batch("PRAGMA cache_size = -4096;")?;
        Ok(session)
    }

    fn open(path: &Path, flags: OpenFlags) -> Result<Self> {
        let at = path.display().to_string();
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(StoreError::Refused {
                at,
                what: format!(
                    "SQLite {} can damage a database that is written and read at once; 3.51.3 is the oldest that may be \
                     used",
                    rusqlite::version()
                ),
            });
        }
        let writes = flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE);
        let connection = Connection::open_with_flags(path, flags).map_err(|error| meaning(&at, &error))?;
        connection.set_prepared_statement_cache_capacity(128);
        // Without this the planner looks at bound values, and prepares statements anew whenever they change.
        connection
            .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|error| meaning(&at, &error))?;
        connection.busy_timeout(Duration::from_secs(5)).map_err(|error| meaning(&at, &error))?;
        let session = Self {
            connection,
            at,
            head: LogHead::none(""),
            journal: Journal::default(),
            alone: true,
            known: Known::default(),
            data_version: 0,
            writes,
            broken: None,
            half_written: None,
            not_synced: false,
            checkpoints: None,
        };
        session.batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")?;
        Ok(session)
    }

    /// Whether the file was made by this program.
    pub(crate) fn check_application(&self) -> Result<()> {
        let id: i64 = self
            .connection
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .map_err(|error| self.meaning(&error))?;
        if id == APPLICATION_ID { Ok(()) } else { Err(StoreError::NotADatabase(self.at.clone())) }
    }

    fn batch(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(|error| self.meaning(&error))
    }

    fn migrate(&mut self, now: i64) -> Result<()> {
        self.batch("BEGIN IMMEDIATE")?;
        let migrated = self.batch(migrations::TABLE).and_then(|()| {
            let at = self.at.clone();
            for migration in migrations::pending(self, &at)? {
                self.batch(migration.sql(Dialect::Sqlite))?;
                migrations::record(self, migration, now)?;
            }
            self.batch("COMMIT")
        });
        if migrated.is_err() {
            self.rollback();
        }
        migrated
    }

    /// What SQLite's own check of the whole file finds, a line each.
    pub(crate) fn integrity(&self) -> Result<Vec<String>> {
        let check = |statement: &mut Statement<'_>| {
            statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        };
        let found = self
            .connection
            .prepare("PRAGMA integrity_check(20)")
            .and_then(|mut statement| check(&mut statement))
            .map_err(|error| self.meaning(&error))?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    fn meaning(&self, error: &rusqlite::Error) -> StoreError {
        meaning(&self.at, error)
    }

    /// Notes an error that undoes more than the closure that met it.
    fn note(&mut self, error: &rusqlite::Error) -> StoreError {
        let meaning = self.meaning(error);
        self.not_synced |= matches!(meaning, StoreError::NotSynced(_));
        // After some errors SQLite has rolled back by itself.
        if meaning.breaks_transaction() || self.connection.is_autocommit() {
            self.broken = Some(meaning.clone());
        }
        meaning
    }
}

impl Sqlite {
    /// Runs a statement about the transaction itself.
    fn control(&mut self, sql: &'static str) -> Result<()> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| execute(&mut statement, &[]));
        done.map(drop).map_err(|error| self.note(&error))
    }

    /// Runs a statement once for each `width` values.
    fn write(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        let (mut count, mut sound) = (0, Ok(()));
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| {
            if values.is_empty() {
                count = statement.raw_execute()? as u64;
            }
            let mut before: &[Val<'_>] = &[];
            for row in values.chunks_exact(width.max(1)) {
                // A statement keeps what is bound to it: rows that come together have most of it in common.
                for (n, value) in row.iter().enumerate() {
                    if before.get(n) != Some(value) {
                        sound = without_nul(std::slice::from_ref(value));
                        if sound.is_err() {
                            return Ok(());
                        }
                        statement.raw_bind_parameter(n + 1, value)?;
                    }
                }
                count += statement.raw_execute()? as u64;
                before = row;
            }
            Ok(())
        });
        done.map_err(|error| self.note(&error))?;
        sound.map(|()| count)
    }

    fn write_and_note(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        let changed = self.write(sql, width, values);
        match &changed {
            Ok(count) if !self.alone => self.journal.add(sql, width, values, Some(*count)),
            Ok(_) => self.journal.mark(sql),
            Err(error) if values.len() > width => {
                self.journal.mark(sql);
                self.half_written = Some(error.clone());
            }
            // A statement that is refused leaves nothing behind.
            Err(_) => {}
        }
        changed
    }

    fn others_wrote(&mut self) -> Result<bool> {
        let look = |statement: &mut Statement<'_>| statement.query_row([], |row| row.get(0));
        let now: i64 = self
            .connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| look(&mut statement))
            .map_err(|error| self.note(&error))?;
        Ok(std::mem::replace(&mut self.data_version, now) != now)
    }
}

fn cells(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Row> {
    let mut cells = Vec::with_capacity(columns);
    for column in 0..columns {
        cells.push(match row.get_ref(column)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Int(number),
            ValueRef::Text(text) => Cell::Text(match std::str::from_utf8(text) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(text).into_owned(),
            }),
            ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
            ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
        });
    }
    Ok(Row(cells))
}

fn execute(statement: &mut Statement<'_>, values: &[Val<'_>]) -> rusqlite::Result<usize> {
    bind(statement, values)?;
    statement.raw_execute()
}

fn bind(statement: &mut Statement<'_>, values: &[Val<'_>]) -> rusqlite::Result<()> {
    for (n, value) in (1_usize..).zip(values) {
        statement.raw_bind_parameter(n, value)?;
    }
    Ok(())
}

impl Tx for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn exec(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<u64> {
        self.known.clear();
        self.write_and_note(sql, values.len(), values)
    }

    fn rows(&mut self, sql: &'static str, values: &[Val<'_>]) -> Result<Vec<Row>> {
        let mut found = Vec::new();
        self.each(sql, values, &mut |row| {
            found.push(row);
            Ok(())
        })?;
        Ok(found)
    }

    fn each(&mut self, sql: &'static str, values: &[Val<'_>], visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        only_reads(&self.at, sql)?;
        let mut refused = None;
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| {
            bind(&mut statement, values)?;
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                if let Err(error) = visit(cells(row, columns)?) {
                    refused = Some(error);
                    break;
                }
            }
            Ok(())
        });
        done.map_err(|error| self.note(&error))?;
        refused.map_or(Ok(()), Err)
    }

    fn scan(
        &mut self,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()> {
        only_reads(&self.at, sql)?;
        let mut refused = None;
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| {
            bind(&mut statement, values)?;
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                let mut seen = Vec::with_capacity(columns);
                for column in 0..columns {
                    seen.push(match row.get_ref(column)? {
                        ValueRef::Null => Val::Null,
                        ValueRef::Integer(number) => Val::Int(number),
                        ValueRef::Text(text) => Val::Text(std::str::from_utf8(text)?),
                        ValueRef::Blob(bytes) => Val::Blob(bytes),
                        ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
                    });
                }
                if let Err(error) = visit(&seen) {
                    refused = Some(error);
                    break;
                }
            }
            Ok(())
        });
        done.map_err(|error| self.note(&error))?;
        refused.map_or(Ok(()), Err)
    }

    fn insert(&mut self, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        self.known.clear();
        if values.is_empty() { Ok(0) } else { self.write_and_note(sql, width, values) }
    }

    fn look(
        &mut self,
        _key: &str,
        sql: &'static str,
        values: &[Val<'_>],
        visit: &mut dyn FnMut(&[Val<'_>]) -> Result<()>,
    ) -> Result<()> {
        self.scan(sql, values, visit)
    }

    fn put(&mut self, _key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<u64> {
        if values.is_empty() { Ok(0) } else { self.write_and_note(sql, width, values) }
    }

    fn later(&mut self, key: &str, sql: &'static str, width: usize, values: &[Val<'_>]) -> Result<()> {
        self.put(key, sql, width, values).map(drop)
    }

    fn known(&mut self) -> Result<&mut Known> {
        if self.writes { Ok(&mut self.known) } else { Err(StoreError::ReadOnly(self.at.clone())) }
    }

    fn log_head(&mut self) -> Result<&mut LogHead> {
        if self.writes { Ok(&mut self.head) } else { Err(StoreError::ReadOnly(self.at.clone())) }
    }
}

impl Session for Sqlite {
    fn ready(&mut self) -> Result<()> {
        let beside = self.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.not_synced());
        if self.not_synced || beside { Err(StoreError::NotSynced(self.at.clone())) } else { Ok(()) }
    }

    fn begin(&mut self, alone: bool) -> Result<()> {
        (self.broken, self.half_written) = (None, None);
        self.alone = alone;
        self.journal.clear();
        self.control("BEGIN IMMEDIATE")?;
        if self.others_wrote()? {
            self.known.clear();
        }
        Ok(())
    }

    fn begin_read(&mut self) -> Result<()> {
        (self.broken, self.half_written) = (None, None);
        self.batch("BEGIN DEFERRED")
    }

    fn written(&self) -> usize {
        self.journal.len()
    }

    fn again(&mut self, count: usize) -> Result<()> {
        self.rollback();
        self.control("BEGIN IMMEDIATE")?;
        let mut journal = std::mem::take(&mut self.journal);
        let at = self.at.clone();
        let done = journal.again(count, &at, |sql, width, values| self.write(sql, width, values));
        journal.truncate(count);
        self.journal = journal;
        done
    }

    fn commit(&mut self) -> Result<()> {
        self.control("COMMIT")?;
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.written();
        }
        Ok(())
    }

    fn log_of_writes(&mut self) -> Result<Option<(File, String)>> {
        // Without a sync for each commit; the log is still synced before a checkpoint, and begun anew only after one.
        self.batch("PRAGMA synchronous = NORMAL;")?;
        let path = beside(Path::new(&self.at), "-wal");
        let at = path.display().to_string();
        let file = File::open(&path).map_err(|error| StoreError::Io { at: at.clone(), what: error.to_string() })?;
        Ok(Some((file, at)))
    }

    fn rollback(&mut self) {
        if self.journal.len() > 0 {
            self.known.clear();
        }
        // After some errors SQLite has rolled back already.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn finish(&mut self) {
        // Statistics for the planner; the next start does without if they cannot be written now.
        let _ = self.batch("PRAGMA optimize");
    }

    fn warnings(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn broken(&self) -> Option<StoreError> {
        self.broken.clone()
    }

    fn failed(&mut self) -> Option<StoreError> {
        self.half_written.take()
    }

    fn head(&self) -> &LogHead {
        &self.head
    }

    fn set_head(&mut self, head: LogHead) {
        self.head = head;
    }
}

//! The store's handle: open, write, read.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::access_log::{self, Action, Entry, LogHead, Outcome};
use crate::checkpoint::{self, Checkpoints};
use crate::error::{Result, StoreError};
use crate::location::{Location, PostgresUrl, beside};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::syncs::Syncs;
use crate::tx::{Tx, Val};
use crate::witness::{self, Witness, Witnessed};
use crate::writer::{Answer, Heard, Session, Writer};

/// Whether a store is opened to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads and writes; makes the database when there is none.
    Create,
    /// Reads and writes an existing database.
    Write,
    /// Only reads; another process may write.
    Read,
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Options {
    /// To write or only to read.
    pub access: Access,
    /// The chain of the access log to write: one name per application server.
    pub writer: String,
    /// Where the witness is kept; none for [`Location::default_witness`].
    pub witness: Option<PathBuf>,
    /// Go on although the witness saw more than the database has, or is gone. What it said is set aside beside it,
    /// and the access log says that the loss was accepted.
    pub accept_lost_tail: bool,
    /// The time now: microseconds since the epoch.
    pub now: i64,
}

impl Options {
    /// To write, as writer `main`, with the default witness.
    pub fn new(now: i64) -> Self {
        Self { access: Access::Create, writer: "main".into(), witness: None, accept_lost_tail: false, now }
    }

    /// Only to read.
    pub fn read_only(now: i64) -> Self {
        Self { access: Access::Read, ..Self::new(now) }
    }
}

/// An open store. Clones share it; the last one to go lets the queued writes finish and closes it. Calls block: in an
/// asynchronous program make them from a thread that may block.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    location: Location,
    witness: PathBuf,
    warnings: Vec<String>,
    /// None if it only reads.
    writer: Option<Arc<Writer>>,
    checkpoints: Option<Arc<Checkpoints>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    readers: Mutex<Vec<Box<dyn Session + Send>>>,
    /// Held for as long as the store is open for writing.
    _lock: Option<File>,
}

/// A write that was begun ([`Store::begin_write`], [`Store::begin_note`]). It is done whether anybody waits for it or not.
#[must_use = "nothing is known to be written before `done` says so"]
#[derive(Debug)]
pub struct Begun<T, E = StoreError> {
    heard: Receiver<Heard<T, E>>,
    syncs: Arc<Syncs>,
}

impl<T, E: From<StoreError>> Begun<T, E> {
    /// Waits until it is durable (a note: committed); answers what the closure answered.
    ///
    /// # Errors
    /// The closure's own, or why the commit failed.
    pub fn done(self) -> Result<T, E> {
        // The sender is dropped unanswered only when the closure panicked.
        let (done, commit) = self.heard.recv().unwrap_or_else(|_| Err(E::from(StoreError::Panicked)))?;
        if let Some(commit) = commit {
            self.syncs.wait(commit)?;
        }
        Ok(done)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(writer) = &self.writer {
            writer.close();
        }
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.close();
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A queued closure may hold the last clone: a thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.0.location)
    }
}

impl Store {
    /// Opens the store at `location`.
    ///
    /// # Errors
    /// A sentence with the way out: no database there, from a newer version, locked by another writer, read-only, not
    /// a database, damaged, half restored, PostgreSQL unreachable, or its tail lost.
    pub fn open(location: &Location, options: &Options) -> Result<Self> {
        witness::check_writer(&options.writer)?;
        let dir = options.witness.clone().unwrap_or_else(|| location.default_witness());
        // Read before the database is, so that a writer at work cannot make the witness look ahead of it.
        let heads = if options.accept_lost_tail { Ok(Vec::new()) } else { witness::read_heads(&dir) };
        match location {
            Location::File(path) => Self::open_file(location, path, dir, &heads?, options),
            Location::Postgres(url) => Self::open_postgres(location, url, dir, &heads?, options),
        }
    }

    fn open_file(
        location: &Location,
        path: &Path,
        dir: PathBuf,
        heads: &[Witnessed],
        options: &Options,
    ) -> Result<Self> {
        if options.access != Access::Create && !path.exists() {
            return Err(StoreError::Missing(path.display().to_string()));
        }
        if options.access == Access::Read {
            let reader = Sqlite::reader(path)?;
            reader.check_application()?;
            return Self::reading(location, dir, heads, Box::new(reader));
        }
        let lock = lock(path)?;
        let mut session = Sqlite::writer(path, options.access == Access::Create, options.now)?;
        let checkpointer = Sqlite::checkpointer(path)?;
        let checkpoints = Arc::new(Checkpoints::default());
        session.telling(Arc::clone(&checkpoints));
        let store = Self::writing(location, dir, heads, options, session, Some((lock, Arc::clone(&checkpoints))))?;
        let thread = spawn("store-checkpoints", move || checkpoint::run(&checkpoints, &checkpointer))?;
        store.threads().push(thread);
        Ok(store)
    }

    fn open_postgres(
        location: &Location,
        url: &PostgresUrl,
        dir: PathBuf,
        heads: &[Witnessed],
        options: &Options,
    ) -> Result<Self> {
        if options.access == Access::Read {
            let mut reader = Postgres::reader(url)?;
            if !reader.has_tables()? {
                return Err(StoreError::Missing(url.shown()));
            }
            return Self::reading(location, dir, heads, Box::new(reader));
        }
        let session = Postgres::writer(url, &options.writer, options.access == Access::Create, options.now)?;
        Self::writing(location, dir, heads, options, session, None)
    }

    fn reading(
        location: &Location,
        dir: PathBuf,
        heads: &[Witnessed],
        mut reader: Box<dyn Session + Send>,
    ) -> Result<Self> {
        let tx: &mut dyn Tx = &mut *reader;
        check_schema(tx, location)?;
        check_heads(tx, location, &dir, heads)?;
        Ok(Self(Arc::new(Inner {
            location: location.clone(),
            witness: dir,
            warnings: Vec::new(),
            writer: None,
            checkpoints: None,
            threads: Mutex::default(),
            readers: Mutex::new(vec![reader]),
            _lock: None,
        })))
    }

    fn writing(
        location: &Location,
        dir: PathBuf,
        heads: &[Witnessed],
        options: &Options,
        mut session: impl Session + Send + 'static,
        file: Option<(File, Arc<Checkpoints>)>,
    ) -> Result<Self> {
        let mut warnings = session.warnings()?;
        let (witness, warning) = prepare(&mut session, location, &dir, heads, options)?;
        warnings.extend(warning);
        let log = session.log_of_writes()?;
        let syncs = Arc::new(Syncs::new(log, witness));
        let writer = Arc::new(Writer::new(Box::new(session), Arc::clone(&syncs)));
        let writing = Arc::clone(&writer);
        let threads = vec![spawn("store-writer", move || writing.run())?, spawn("store-syncs", move || syncs.run())?];
        let (lock, checkpoints) = file.unzip();
        Ok(Self(Arc::new(Inner {
            location: location.clone(),
            witness: dir,
            warnings,
            writer: Some(writer),
            checkpoints,
            threads: Mutex::new(threads),
            readers: Mutex::default(),
            _lock: lock,
        })))
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// Where its witness is kept.
    pub fn witness(&self) -> &Path {
        &self.0.witness
    }

    /// What an operator should know about this start, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// Runs a closure in a write transaction and answers once it is durable. Many closures share a commit; an error
    /// or a panic in one undoes only its own changes. The closure does no other I/O.
    ///
    /// # Errors
    /// The closure's own, or why the commit failed.
    pub fn write<T, F>(&self, act: F) -> Result<T>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.try_write(act)
    }

    /// As [`Store::write`], for closures with an error of their own.
    ///
    /// # Errors
    /// The closure's own, or why the commit failed.
    pub fn try_write<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.begin_write(act)?.done()
    }

    /// As [`Store::try_write`], without waiting: the caller does something else meanwhile.
    ///
    /// # Errors
    /// The store is closed, or only reads.
    pub fn begin_write<T, E, F>(&self, act: F) -> Result<Begun<T, E>, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Answer::Durable, act)
    }

    /// As [`Store::begin_write`], for what is noted and not decided, such as a look that is entered in the log: it is
    /// answered once it is committed, and does not wait for the disk. A killed program loses nothing of it; a power cut
    /// may lose what was noted in the last moments, 20 milliseconds and one sync.
    ///
    /// # Errors
    /// The store is closed, or only reads.
    pub fn begin_note<T, E, F>(&self, act: F) -> Result<Begun<T, E>, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Answer::Committed, act)
    }

    fn submit<T, E, F>(&self, when: Answer, act: F) -> Result<Begun<T, E>, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.writer {
            Some(writer) => Ok(Begun { heard: writer.submit(when, act)?, syncs: Arc::clone(writer.syncs()) }),
            None => Err(E::from(StoreError::ReadOnly(self.0.location.to_string()))),
        }
    }

    /// Runs a closure in a read transaction: it sees one moment of the database, whatever is written meanwhile.
    ///
    /// # Errors
    /// The closure's own, or why the database could not be read.
    pub fn read<T, F>(&self, look: F) -> Result<T>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T>,
    {
        self.try_read(look)
    }

    /// As [`Store::read`], for closures with an error of their own.
    ///
    /// # Errors
    /// The closure's own, or why the database could not be read.
    pub fn try_read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut reader = self.reader()?;
        let tx: &mut dyn Tx = &mut *reader;
        let seen = look(tx);
        reader.rollback();
        if reader.broken().is_none() {
            self.pool().push(reader);
        }
        seen
    }

    /// What the database's own check of its file finds, a line each; PostgreSQL checks its pages as it reads them.
    pub(crate) fn integrity(&self) -> Result<Vec<String>> {
        match &self.0.location {
            Location::File(path) => Sqlite::reader(path)?.integrity(),
            Location::Postgres(_) => Ok(Vec::new()),
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pool(&self) -> MutexGuard<'_, Vec<Box<dyn Session + Send>>> {
        self.0.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection in a read transaction: a pooled one that still stands, or a new one.
    fn reader(&self) -> Result<Box<dyn Session + Send>> {
        loop {
            let pooled = self.pool().pop();
            let Some(mut reader) = pooled else { break };
            if reader.begin_read().is_ok() {
                return Ok(reader);
            }
        }
        let mut reader: Box<dyn Session + Send> = match &self.0.location {
            Location::File(path) => Box::new(Sqlite::reader(path)?),
            Location::Postgres(url) => Box::new(Postgres::reader(url)?),
        };
        reader.begin_read()?;
        Ok(reader)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| StoreError::Io { at: name.to_owned(), what: error.to_string() })
}

/// Opens a place for a restore: it must hold nothing, not even an empty database.
pub(crate) fn open_empty(location: &Location, now: i64) -> Result<Box<dyn Session>> {
    let not_empty = || {
        StoreError::Backup(format!(
            "{location} is not empty, and a restore never overwrites: name a new file or an empty database."
        ))
    };
    match location {
        Location::File(path) => {
            if path.metadata().is_ok_and(|file| file.len() > 0) {
                return Err(not_empty());
            }
            Ok(Box::new(Sqlite::writer(path, true, now)?))
        }
        Location::Postgres(url) => {
            if Postgres::reader(url)?.has_tables()? {
                return Err(not_empty());
            }
            Ok(Box::new(Postgres::writer(url, "restore", true, now)?))
        }
    }
}

/// Holds the file against a second writer for as long as the answer lives.
fn lock(path: &Path) -> Result<File> {
    let path_of_lock = beside(path, ".lock");
    let open = File::options().create(true).truncate(false).write(true).open(&path_of_lock);
    let file = open.map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly(path.display().to_string())
        }
        std::io::ErrorKind::NotFound => StoreError::Missing(format!("{} (its folder is not there)", path.display())),
        std::io::ErrorKind::StorageFull => StoreError::Full(path.display().to_string()),
        _ => StoreError::Io { at: path_of_lock.display().to_string(), what: error.to_string() },
    })?;
    file.try_lock().map_err(|_| StoreError::Locked(path.display().to_string()))?;
    Ok(file)
}

/// What must hold before anything is read: the schema is ours, and no restore was broken off.
fn check_schema(tx: &mut dyn Tx, location: &Location) -> Result<()> {
    let at = location.to_string();
    if !crate::migrations::pending(tx, &at)?.is_empty() {
        return Err(StoreError::Refused {
            at,
            what: "it is from an older version: open it once for writing, which brings it up to date".to_owned(),
        });
    }
    match about(tx, "restoring")? {
        Some(_) => Err(StoreError::HalfRestored(at)),
        None => Ok(()),
    }
}

/// What the database says of itself under `name`.
pub(crate) fn about(tx: &mut dyn Tx, name: &'static str) -> Result<Option<String>> {
    let mut found = tx.rows("SELECT content FROM about WHERE name = ?1", &[Val::Text(name)])?;
    found.first_mut().map(|row| row.text(0)).transpose()
}

/// Compares the database with every head that the witness folder holds.
pub(crate) fn check_heads(tx: &mut dyn Tx, location: &Location, dir: &Path, heads: &[Witnessed]) -> Result<()> {
    let database = about(tx, "database_id")?.unwrap_or_default();
    for seen in heads {
        let lost = |found: String| StoreError::LostTail {
            at: location.to_string(),
            witness: dir.display().to_string(),
            writer: seen.head.writer.clone(),
            witnessed: seen.head.seq,
            found,
        };
        if seen.database != database {
            return Err(lost("and that was in another database, or in this one before it was replaced".into()));
        }
        let there = tx.rows(
            "SELECT hash FROM access_log WHERE writer = ?1 AND seq = ?2",
            &[Val::Text(&seen.head.writer), Val::Int(seen.head.seq)],
        )?;
        match there.first() {
            Some(row) if row.blob(0)? == seen.head.hash.bytes() => {}
            Some(_) => return Err(lost("and the database has another entry in that place".into())),
            None => {
                let end = access_log::head(tx, &seen.head.writer)?;
                return Err(lost(format!("and the database ends at entry {}", end.seq)));
            }
        }
    }
    Ok(())
}

/// Everything between a connection that can write and a writer at work: the database's id, this writer's key, the
/// comparison with the witness, the end of the chain.
fn prepare(
    session: &mut dyn Session,
    location: &Location,
    dir: &Path,
    heads: &[Witnessed],
    options: &Options,
) -> Result<(Witness, Option<String>)> {
    session.begin(true)?;
    let prepared = register(session, location, dir, heads, options);
    match prepared {
        Ok(ready) => session.commit().map(|()| ready),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}

fn register(
    session: &mut dyn Session,
    location: &Location,
    dir: &Path,
    heads: &[Witnessed],
    options: &Options,
) -> Result<(Witness, Option<String>)> {
    check_schema(session, location)?;
    let database = if let Some(id) = about(session, "database_id")? {
        id
    } else {
        let id = witness::random_id()?;
        session.exec("INSERT INTO about (name, content) VALUES ('database_id', ?1)", &[Val::Text(&id)])?;
        id
    };
    check_heads(session, location, dir, heads)?;
    let writer = &options.writer;
    let mut registered = session.rows("SELECT public_key FROM writers WHERE writer = ?1", &[Val::Text(writer)])?;
    let registered = registered.first_mut().map(|row| row.text(0)).transpose()?;
    if options.accept_lost_tail {
        witness::set_aside(dir, writer, options.now)?;
    }
    let may_begin = registered.is_none() || options.accept_lost_tail;
    let Some((key, warning)) = witness::key(dir, writer, may_begin)? else {
        return Err(StoreError::Witness(format!(
            "the witness of writer {writer} is not in {}. Name its folder with --witness; if it is lost for good, open \
             the database once accepting the lost tail, which begins a new one.",
            dir.display()
        )));
    };
    let public = witness::public_key(&key);
    if registered.is_some_and(|known| known != public) && !options.accept_lost_tail {
        return Err(StoreError::Witness(format!(
            "the witness in {} is not the one that belongs to writer {writer} of this database. Name the right folder \
             with --witness.",
            dir.display()
        )));
    }
    session.exec(
        "INSERT INTO writers (writer, public_key) VALUES (?1, ?2) \
         ON CONFLICT (writer) DO UPDATE SET public_key = excluded.public_key",
        &[Val::Text(writer), Val::Text(&public)],
    )?;
    let head: LogHead = access_log::head(session, writer)?;
    session.set_head(head);
    let mut witness = Witness::open(dir, writer, &database, key)?;
    if options.accept_lost_tail {
        let entry = Entry {
            at: options.now,
            actor: "system".into(),
            role: "administrator".into(),
            agency: String::new(),
            action: Action::Alteration,
            stream: None,
            detail: "a lost tail or a lost witness was accepted; a new witness begins here".into(),
            purpose: "recovery".into(),
            outcome: Outcome::Allowed,
            request: String::new(),
            appends: Vec::new(),
        };
        access_log::write(session, &entry)?;
        witness.sync();
    }
    Ok((witness, warning))
}

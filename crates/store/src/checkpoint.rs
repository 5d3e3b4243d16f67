//! Checkpoints of SQLite beside the writer: a connection of its own brings what the WAL has gathered into the file, so that
//! no caller waits for it. The writer does it itself only when this falls far behind.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::StoreError;
use crate::sqlite::Sqlite;

/// How long commits are gathered before the WAL is looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How many pages of the WAL are worth a checkpoint (16 MiB).
const ENOUGH: i64 = 2_048;

/// What the writer and the thread that checkpoints tell each other.
#[derive(Default)]
pub(crate) struct Checkpoints {
    closed: Mutex<bool>,
    changed: Condvar,
    written: AtomicBool,
    not_synced: AtomicBool,
}

impl Checkpoints {
    /// Something was committed.
    pub(crate) fn written(&self) {
        if !self.written.swap(true, Ordering::Relaxed) {
            // The lock is held for a moment, so that the wake-up cannot fall between a look and the wait after it.
            drop(self.closed());
            self.changed.notify_all();
        }
    }

    /// Whether the file could not be synced: then nobody knows what the disk holds.
    pub(crate) fn not_synced(&self) -> bool {
        self.not_synced.load(Ordering::Relaxed)
    }

    /// Lets the thread end.
    pub(crate) fn close(&self) {
        *self.closed() = true;
        self.changed.notify_all();
    }

    fn closed(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something was committed, and a while for more; answers whether to go on.
    fn wait(&self) -> bool {
        let nothing_yet = |closed: &mut bool| !*closed && !self.written.load(Ordering::Relaxed);
        let closed = self.changed.wait_while(self.closed(), nothing_yet).unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(closed, PAUSE, |closed| !*closed);
        let (closed, _) = waited.unwrap_or_else(PoisonError::into_inner);
        self.written.store(false, Ordering::Relaxed);
        !*closed
    }
}

/// Checkpoints until it is told to end.
pub(crate) fn run(checkpoints: &Arc<Checkpoints>, session: &Sqlite) {
    while checkpoints.wait() {
        // What cannot be done now (the disk is full, a reader is in the way) stays in the WAL, where it is safe.
        if let Err(StoreError::NotSynced(_)) = session.checkpoint(ENOUGH) {
            checkpoints.not_synced.store(true, Ordering::Relaxed);
        }
    }
}

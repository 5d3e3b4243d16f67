//! Durability beside the writer: a thread of its own syncs what was committed, writes the witness and answers the callers who
//! wait for it, so that a slow disk never keeps the writer from the next commit.

use std::fs::File;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::access_log::LogHead;
use crate::error::{Result, StoreError};
use crate::witness::Witness;
use crate::writer::Finish;

/// How long looks are gathered for one sync while nobody waits for it.
const GATHER: Duration = Duration::from_millis(20);

/// What the writer and the thread that syncs tell each other.
pub(crate) struct Syncs {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    open: bool,
    committed: bool,
    /// The end of the log that was committed and is not witnessed yet.
    head: Option<LogHead>,
    /// Who waits until all of it is durable.
    waiting: Vec<Finish>,
    /// Why the last witness could not be written; while it cannot, nobody is answered as if it could.
    trouble: Option<StoreError>,
    /// The disk did not keep something: nobody knows what it holds.
    lost: Option<StoreError>,
    took: Duration,
}

impl Syncs {
    pub(crate) fn new() -> Self {
        let state = State {
            open: true,
            committed: false,
            head: None,
            waiting: Vec::new(),
            trouble: None,
            lost: None,
            took: Duration::ZERO,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was committed: it is synced, its head witnessed, and then those who wait for it are answered.
    pub(crate) fn committed(&self, head: Option<LogHead>, waiting: Vec<Finish>) {
        let mut state = self.state();
        state.committed = true;
        state.head = head.or(state.head.take());
        state.waiting.extend(waiting);
        drop(state);
        self.changed.notify_one();
    }

    /// Whether the log of looks is witnessed: a look is not answered while it cannot be.
    pub(crate) fn witnessed(&self) -> Result<()> {
        self.state().trouble.clone().map_or(Ok(()), Err)
    }

    /// Whether everything that was committed before is on the disk, or will be.
    pub(crate) fn sound(&self) -> Result<()> {
        self.state().lost.clone().map_or(Ok(()), Err)
    }

    /// How long the last sync took.
    pub(crate) fn took(&self) -> Duration {
        self.state().took
    }

    /// Lets the thread end once everything is synced.
    pub(crate) fn close(&self) {
        self.state().open = false;
        self.changed.notify_one();
    }

    /// Waits for commits; answers what was committed, or nothing when it is closed.
    fn next(&self) -> Option<(Option<LogHead>, Vec<Finish>)> {
        let idle = |state: &mut State| state.open && !state.committed;
        let mut state = self.changed.wait_while(self.state(), idle).unwrap_or_else(PoisonError::into_inner);
        if !state.committed {
            return None;
        }
        let only_looks = |state: &mut State| state.open && state.waiting.is_empty();
        (state, _) = self.changed.wait_timeout_while(state, GATHER, only_looks).unwrap_or_else(PoisonError::into_inner);
        state.committed = false;
        Some((state.head.take(), std::mem::take(&mut state.waiting)))
    }

    /// Syncs until it is closed. `log` is what must be synced, with its name; none if a commit is durable by itself.
    pub(crate) fn run(&self, log: Option<&(File, String)>, witness: &mut Witness) {
        while let Some((head, waiting)) = self.next() {
            let began = Instant::now();
            let synced =
                log.map_or(Ok(()), |(file, at)| file.sync_data().map_err(|_| StoreError::NotSynced(at.clone())));
            let kept = synced.clone().and_then(|()| head.map_or(Ok(()), |head| witness.put(&head)));
            let mut state = self.state();
            state.took = began.elapsed();
            state.trouble = kept.clone().err();
            state.lost = state.lost.take().or(synced.err());
            drop(state);
            for finish in waiting {
                finish(kept.clone());
            }
            witness.sync_in_time();
        }
        witness.sync();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::witness;

    #[test]
    fn what_the_disk_did_not_keep_is_answered_so_and_nothing_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let (key, _) = witness::key(dir.path(), "main", true).unwrap().unwrap();
        let mut witness = Witness::open(dir.path(), "main", "db", key).unwrap();
        let syncs = Syncs::new();
        // A device that cannot be synced.
        let log = (File::open("/dev/null").unwrap(), "area.db-wal".to_owned());
        let (send, answered) = channel();
        syncs.committed(Some(LogHead::none("main")), vec![Box::new(move |kept| send.send(kept).unwrap())]);
        assert!(syncs.sound().is_ok() && syncs.witnessed().is_ok());
        syncs.close();
        syncs.run(Some(&log), &mut witness);
        assert!(matches!(answered.recv().unwrap(), Err(StoreError::NotSynced(at)) if at == "area.db-wal"));
        assert!(matches!(syncs.sound(), Err(StoreError::NotSynced(_))));
        assert!(matches!(syncs.witnessed(), Err(StoreError::NotSynced(_))));
        assert!(witness::read_heads(dir.path()).unwrap().is_empty(), "what is not on the disk is not witnessed");
    }
}

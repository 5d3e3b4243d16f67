//! Durability beside the writer, so that a slow disk never keeps it from the next commit. Whoever waits alone for a commit
//! syncs it themselves: nobody need be woken. For many who wait together a thread of its own syncs, and answers each of them
//! once; the same thread syncs soon after what nobody waits for, such as looks. With every sync the new end of the log is
//! witnessed.

use std::fs::File;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::access_log::LogHead;
use crate::error::{Result, StoreError};
use crate::witness::Witness;
use crate::writer::Finish;

/// How long looks are gathered for one sync while nobody waits for it.
const GATHER: Duration = Duration::from_millis(20);

/// A commit, by its number since the store was opened.
pub(crate) type Commit = u64;

/// What was committed, and how much of it is durable.
pub(crate) struct Syncs {
    /// What must be synced, with its name; none if a commit is durable by itself.
    log: Option<(File, String)>,
    witness: Mutex<Witness>,
    state: Mutex<State>,
    /// Something was committed that the thread of its own does not know of.
    due: Condvar,
    /// A sync has ended.
    ended: Condvar,
}

struct State {
    open: bool,
    committed: Commit,
    durable: Commit,
    /// Somebody syncs.
    busy: bool,
    /// The thread of its own waits to be told of a commit.
    idle: bool,
    /// Those who wait together, each with their commit.
    together: Vec<(Commit, Finish)>,
    /// The end of the log that was committed and is not witnessed yet.
    head: Option<LogHead>,
    /// Why the last witness could not be written; while it cannot, nobody is answered as if it could.
    trouble: Option<StoreError>,
    /// The disk did not keep something: nobody knows what it holds.
    lost: Option<StoreError>,
    took: Duration,
}

impl State {
    /// What became of a commit; none while it is not durable.
    fn outcome(&self, commit: Commit) -> Option<Result<()>> {
        match &self.lost {
            Some(lost) => Some(Err(lost.clone())),
            None if self.durable >= commit => Some(self.trouble.clone().map_or(Ok(()), Err)),
            None => None,
        }
    }

    /// Takes those of whose commits is known what became of them.
    fn known(&mut self) -> Vec<(Result<()>, Finish)> {
        let (mut known, mut others) = (Vec::new(), Vec::new());
        for (commit, finish) in std::mem::take(&mut self.together) {
            match self.outcome(commit) {
                Some(outcome) => known.push((outcome, finish)),
                None => others.push((commit, finish)),
            }
        }
        self.together = others;
        known
    }
}

impl Syncs {
    pub(crate) fn new(log: Option<(File, String)>, witness: Witness) -> Self {
        let state = State {
            open: true,
            committed: 0,
            durable: 0,
            busy: false,
            idle: false,
            together: Vec::new(),
            head: None,
            trouble: None,
            lost: None,
            took: Duration::ZERO,
        };
        let (due, ended) = (Condvar::new(), Condvar::new());
        Self { log, witness: Mutex::new(witness), state: Mutex::new(state), due, ended }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was committed, with this new end of the log.
    pub(crate) fn committed(&self, head: Option<LogHead>) -> Commit {
        let mut state = self.state();
        state.committed += 1;
        state.head = head.or(state.head.take());
        if std::mem::take(&mut state.idle) {
            self.due.notify_one();
        }
        state.committed
    }

    /// Answers these, who wait together, once their commit is durable and witnessed.
    pub(crate) fn answer(&self, commit: Commit, waiting: impl IntoIterator<Item = Finish>) {
        self.state().together.extend(waiting.into_iter().map(|finish| (commit, finish)));
        self.due.notify_one();
    }

    /// Waits until a commit is durable and witnessed: syncs it, unless somebody else does.
    pub(crate) fn wait(&self, commit: Commit) -> Result<()> {
        let mut state = self.state();
        loop {
            if let Some(outcome) = state.outcome(commit) {
                return outcome;
            }
            state = if state.busy {
                self.ended.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.sync(state)
            };
        }
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

    /// Lets the thread of its own end once everything is synced.
    pub(crate) fn close(&self) {
        self.state().open = false;
        self.due.notify_one();
    }

    /// Syncs and witnesses everything that is committed by now.
    fn sync<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.busy = true;
        let (commit, head) = (state.committed, state.head.take());
        drop(state);
        let began = Instant::now();
        let synced = self
            .log
            .as_ref()
            .map_or(Ok(()), |(file, at)| file.sync_data().map_err(|_| StoreError::NotSynced(at.clone())));
        let witnessed = synced.clone().and_then(|()| head.map_or(Ok(()), |head| self.witness().put(&head)));
        let mut state = self.state();
        state.busy = false;
        state.took = began.elapsed();
        state.durable = commit;
        state.trouble = witnessed.err();
        state.lost = state.lost.take().or(synced.err());
        self.ended.notify_all();
        state
    }

    /// Syncs for those who wait together and what nobody waits for, until it is closed.
    pub(crate) fn run(&self) {
        let mut state = self.state();
        loop {
            let nothing = |state: &mut State| {
                state.idle = state.open && state.durable == state.committed && state.together.is_empty();
                state.idle
            };
            state = self.due.wait_while(state, nothing).unwrap_or_else(PoisonError::into_inner);
            let gathering =
                |state: &mut State| state.open && state.durable < state.committed && state.together.is_empty();
            (state, _) = self.due.wait_timeout_while(state, GATHER, gathering).unwrap_or_else(PoisonError::into_inner);
            if state.busy {
                state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else if state.durable < state.committed {
                state = self.sync(state);
            } else if !state.open && state.together.is_empty() {
                break;
            }
            let known = state.known();
            drop(state);
            for (outcome, finish) in known {
                finish(outcome.map(|()| None));
            }
            self.witness().sync_in_time();
            state = self.state();
        }
        drop(state);
        self.witness().sync();
    }
}

impl std::fmt::Debug for Syncs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let State { committed, durable, .. } = *self.state();
        write!(f, "Syncs({durable} of {committed})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::witness;

    fn syncs(dir: &std::path::Path, log: &str) -> Syncs {
        let (key, _) = witness::key(dir, "main", true).unwrap().unwrap();
        let witness = Witness::open(dir, "main", "db", key).unwrap();
        Syncs::new(Some((File::open(log).unwrap(), "area.db-wal".to_owned())), witness)
    }

    #[test]
    fn what_the_disk_did_not_keep_is_answered_so_and_nothing_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        // A device that cannot be synced.
        let syncs = syncs(dir.path(), "/dev/null");
        let commit = syncs.committed(Some(LogHead::none("main")));
        assert!(syncs.sound().is_ok() && syncs.witnessed().is_ok());
        assert!(matches!(syncs.wait(commit), Err(StoreError::NotSynced(at)) if at == "area.db-wal"));
        assert!(matches!(syncs.sound(), Err(StoreError::NotSynced(_))));
        assert!(matches!(syncs.witnessed(), Err(StoreError::NotSynced(_))));
        assert!(witness::read_heads(dir.path()).unwrap().is_empty(), "what is not on the disk is not witnessed");
    }

    #[test]
    fn what_nobody_waits_for_is_synced_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        std::fs::write(&log, "x").unwrap();
        let syncs = syncs(dir.path(), log.to_str().unwrap());
        std::thread::scope(|scope| {
            scope.spawn(|| syncs.run());
            syncs.committed(Some(LogHead::none("main")));
            while syncs.state().durable < 1 {
                std::thread::yield_now();
            }
            let waited = syncs.committed(None);
            syncs.wait(waited).unwrap();
            let together = syncs.committed(None);
            let (answer, answers) = std::sync::mpsc::channel();
            let waiting =
                |answer: std::sync::mpsc::Sender<_>| -> Finish { Box::new(move |known| answer.send(known).unwrap()) };
            syncs.answer(together, [waiting(answer.clone()), waiting(answer)]);
            assert_eq!(
                answers.iter().map(Result::unwrap).collect::<Vec<_>>(),
                [None, None],
                "there is nothing more to wait for"
            );
            assert!(syncs.state().durable >= together);
            syncs.committed(Some(LogHead { seq: 7, ..LogHead::none("main") }));
            syncs.close();
        });
        assert_eq!(syncs.state().durable, 4, "closing leaves nothing behind");
        assert_eq!(witness::read_heads(dir.path()).unwrap()[0].head.seq, 7);
    }
}

//! The writer: closures of many callers in one commit; one that fails is taken out again. A caller who finds nobody at work
//! writes without waking anybody; whoever comes meanwhile is queued, and a thread writes for all of them together. Callers
//! then wait until the commit is durable ([`Syncs`]); those who only noted something, such as a look, do not.

use std::collections::VecDeque;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::access_log::LogHead;
use crate::error::{Result, StoreError};
use crate::syncs::{Commit, Syncs};
use crate::tx::Tx;

/// How many closures share one commit at most.
const GROUP: usize = 64;

/// How long the writer waits at most for callers to come back.
const LONGEST_WAIT: Duration = Duration::from_millis(4);

/// A connection that the writer drives; SQLite and PostgreSQL each have one.
pub(crate) trait Session: Tx {
    /// Makes sure that the connection stands (and reads the chain's end again if it had to be made anew).
    fn ready(&mut self) -> Result<()>;
    /// Begins a transaction for one closure (`alone`) or several.
    fn begin(&mut self, alone: bool) -> Result<()>;
    /// Begins a transaction that only reads, on one moment of the database.
    fn begin_read(&mut self) -> Result<()>;
    /// How many statements this transaction has written.
    fn written(&self) -> usize;
    /// Begins the transaction anew with its first `count` written statements, which do what they did before.
    fn again(&mut self, count: usize) -> Result<()>;
    /// Commits. Whether that is durable by itself, [`Session::log_of_writes`] says.
    fn commit(&mut self) -> Result<()>;
    /// From now on somebody else syncs what is committed: the file to sync, and its name. None if a commit is durable
    /// by itself.
    fn log_of_writes(&mut self) -> Result<Option<(File, String)>>;
    fn rollback(&mut self);
    /// Leaves the database tidy before the connection closes.
    fn finish(&mut self);
    /// What an operator should know about this connection, a sentence each.
    fn warnings(&mut self) -> Result<Vec<String>>;
    /// What broke the whole transaction, if something did.
    fn broken(&self) -> Option<StoreError>;
    /// A failed statement after which the database takes no other until the transaction is begun anew, even if the
    /// closure went on as if nothing had happened. Forgets it.
    fn failed(&mut self) -> Option<StoreError>;
    fn head(&self) -> &LogHead;
    fn set_head(&mut self, head: LogHead);
}

/// How a caller is answered: with the commit to wait for, if any.
pub(crate) type Finish = Box<dyn FnOnce(Result<Option<Commit>>) + Send>;

/// What a caller hears: what the closure answered, and the commit that must be durable before it counts.
pub(crate) type Heard<T, E> = Result<(T, Option<Commit>), E>;

/// What a closure left: whether its changes stay, and how to answer its caller once they do.
pub(crate) struct Ran {
    pub(crate) keep: bool,
    pub(crate) finish: Finish,
}

/// When a caller is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Once the commit is durable.
    Durable,
    /// Once it is committed: a killed program loses nothing, and it is synced soon.
    Committed,
}

/// A queued closure.
pub(crate) trait Job: Send {
    fn run(self: Box<Self>, tx: &mut dyn Tx) -> Ran;
    fn refuse(self: Box<Self>, error: StoreError);
    fn answered(&self) -> Answer;
}

struct Call<F, T, E> {
    act: F,
    when: Answer,
    answer: SyncSender<Heard<T, E>>,
}

impl<F, T, E> Job for Call<F, T, E>
where
    F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run(self: Box<Self>, tx: &mut dyn Tx) -> Ran {
        let Self { act, answer, .. } = *self;
        let result = act(tx);
        Ran {
            keep: result.is_ok(),
            // A caller that went away needs no answer.
            finish: Box::new(move |committed| {
                let _ = answer.send(result.and_then(|done| committed.map(|commit| (done, commit)).map_err(E::from)));
            }),
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.answer.send(Err(E::from(error)));
    }

    fn answered(&self) -> Answer {
        self.when
    }
}

/// One connection that writes, and those who wait for it.
pub(crate) struct Writer {
    state: Mutex<State>,
    arrived: Condvar,
    session: Mutex<Box<dyn Session + Send>>,
    syncs: Arc<Syncs>,
}

struct State {
    jobs: VecDeque<Box<dyn Job>>,
    open: bool,
    /// Somebody writes.
    busy: bool,
    /// How many jobs the thread waits for; only a look wakes it for fewer. One when it gathers nobody.
    awaited: usize,
}

impl State {
    /// Whether there is somebody who does not wait for a sync, and so should not wait for others either.
    fn someone_looks(&self) -> bool {
        self.jobs.iter().any(|job| job.answered() == Answer::Committed)
    }

    /// Nobody writes, is about to, or gathers callers for one commit.
    fn is_idle(&self) -> bool {
        !self.busy && self.awaited == 1 && self.jobs.is_empty()
    }
}

/// Somebody writes, until this is dropped.
struct AtWork<'a>(&'a Writer);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.busy = false;
        if !state.jobs.is_empty() || !state.open {
            self.0.arrived.notify_one();
        }
    }
}

impl Writer {
    pub(crate) fn new(session: Box<dyn Session + Send>, syncs: Arc<Syncs>) -> Self {
        let state = State { jobs: VecDeque::new(), open: true, busy: false, awaited: 1 };
        Self { state: Mutex::new(state), arrived: Condvar::new(), session: Mutex::new(session), syncs }
    }

    /// What waits for the disk.
    pub(crate) fn syncs(&self) -> &Arc<Syncs> {
        &self.syncs
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self) -> MutexGuard<'_, Box<dyn Session + Send>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes at once if nobody else does, or queues the closure; no answer comes at all when it panicked.
    pub(crate) fn submit<F, T, E>(&self, when: Answer, act: F) -> Result<Receiver<Heard<T, E>>, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = sync_channel(1);
        let job = Box::new(Call { act, when, answer });
        let mut state = self.state();
        if !state.open {
            return Err(E::from(StoreError::Closed));
        }
        if state.is_idle() {
            state.busy = true;
            let _at_work = AtWork(self);
            drop(state);
            self.write(VecDeque::from([job as Box<dyn Job>]));
            return Ok(answered);
        }
        state.jobs.push_back(job);
        let enough = when == Answer::Committed || state.jobs.len() >= state.awaited;
        drop(state);
        if enough {
            self.arrived.notify_one();
        }
        Ok(answered)
    }

    /// How many closures wait.
    fn waiting(&self) -> usize {
        self.state().jobs.len()
    }

    /// Takes what waits, up to one group; nothing when it is closed and nobody waits. The callers that were just
    /// answered tend to come back at once: so the thread waits for them, no longer than a commit takes, and puts them
    /// into one commit with those who came meanwhile, `expected` in all. A single caller is never waited for, and
    /// nobody who looks is kept waiting.
    fn take(&self, expected: usize, patience: Duration) -> Option<(VecDeque<Box<dyn Job>>, AtWork<'_>)> {
        let mut state = self.state();
        let until = |state: &mut State| state.open && state.jobs.len() < expected && !state.someone_looks();
        if expected > 1 && until(&mut state) {
            state.awaited = expected;
            (state, _) =
                self.arrived.wait_timeout_while(state, patience, until).unwrap_or_else(PoisonError::into_inner);
            state.awaited = 1;
        }
        while state.jobs.is_empty() || state.busy {
            if !state.open && !state.busy {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.busy = true;
        let many = state.jobs.len().min(GROUP);
        Some((state.jobs.drain(..many).collect(), AtWork(self)))
    }

    /// Writes for those who were queued, until it is closed.
    pub(crate) fn run(&self) {
        let (mut expected, mut patience) = (1, Duration::ZERO);
        while let Some((jobs, at_work)) = self.take(expected, patience) {
            let started = Instant::now();
            expected = self.write(jobs).min(GROUP);
            patience = (started.elapsed() + self.syncs.took()).min(LONGEST_WAIT);
            drop(at_work);
        }
        self.syncs.close();
        self.session().finish();
    }

    /// Commits all of these, together if they come through together; answers how many callers can be expected next.
    fn write(&self, mut jobs: VecDeque<Box<dyn Job>>) -> usize {
        let mut session = self.session();
        let mut expected = 0;
        while !jobs.is_empty() {
            expected += group(&mut jobs, self, &mut **session);
        }
        expected
    }

    /// Lets no more closures in; what is queued is still done.
    pub(crate) fn close(&self) {
        self.state().open = false;
        self.arrived.notify_all();
    }
}

/// One commit: as many of the jobs as come through together. Answers how many callers can be expected next: those that
/// wait for its sync, and those that came before.
fn group(jobs: &mut VecDeque<Box<dyn Job>>, writer: &Writer, session: &mut dyn Session) -> usize {
    let syncs = &writer.syncs;
    let alone = jobs.len() == 1;
    let mut begun = syncs.sound().and_then(|()| session.ready()).and_then(|()| session.begin(alone));
    if matches!(begun, Err(StoreError::Unreachable { .. })) {
        // A server that was restarted is noticed only now.
        begun = session.ready().and_then(|()| session.begin(alone));
    }
    if let Err(error) = begun {
        session.rollback();
        jobs.drain(..).for_each(|job| job.refuse(error.clone()));
        return 0;
    }
    let before = session.head().clone();
    let (mut waiting, mut looking) = (Vec::with_capacity(jobs.len()), Vec::new());
    while let Some(job) = jobs.pop_front() {
        let done = if job.answered() == Answer::Durable { &mut waiting } else { &mut looking };
        match one(job, session) {
            Ok(Some(finish)) => done.push(finish),
            Ok(None) => {}
            Err(error) => {
                waiting.append(&mut looking);
                abandon(session, before, waiting, &error);
                return 0;
            }
        }
    }
    if waiting.is_empty() && looking.is_empty() {
        session.rollback();
        session.set_head(before);
        return 0;
    }
    if let Err(error) = session.commit() {
        waiting.append(&mut looking);
        abandon(session, before, waiting, &error);
        return 0;
    }
    let after = session.head();
    let head = (after.seq != before.seq).then(|| after.clone());
    let expected = writer.waiting() + waiting.len();
    let commit = syncs.committed(head);
    match waiting.pop() {
        Some(alone) if waiting.is_empty() => alone(Ok(Some(commit))),
        Some(last) => syncs.answer(commit, waiting.into_iter().chain([last])),
        None => {}
    }
    for finish in looking {
        finish(syncs.witnessed().map(|()| None));
    }
    expected
}

/// Runs one closure. When it fails and has written something, the transaction is begun anew without it.
///
/// # Errors
/// What broke the transaction as a whole: the closures before it are lost too.
fn one(job: Box<dyn Job>, session: &mut dyn Session) -> Result<Option<Finish>> {
    let (before, written) = (session.head().clone(), session.written());
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let tx: &mut dyn Tx = session;
        job.run(tx)
    }));
    let broken = session.broken();
    let failed = session.failed();
    match ran {
        Ok(Ran { keep: true, finish }) if failed.is_none() => match broken {
            None => Ok(Some(finish)),
            Some(error) => {
                finish(Err(error.clone()));
                Err(error)
            }
        },
        undone => {
            session.set_head(before);
            let undo = match broken {
                Some(error) => Err(error),
                None if failed.is_none() && session.written() == written => Ok(()),
                None => session.again(written),
            };
            if let Ok(Ran { finish, .. }) = undone {
                finish(failed.map_or(Ok(None), Err));
            }
            undo.map(|()| None)
        }
    }
}

/// Nothing of this group stands.
fn abandon(session: &mut dyn Session, before: LogHead, done: Vec<Finish>, error: &StoreError) {
    session.rollback();
    session.set_head(before);
    for finish in done {
        finish(Err(error.clone()));
    }
}

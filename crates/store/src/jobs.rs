//! Work that a transaction asks for and that is done after it: webhooks to deliver, reminders to send. A job is asked for in
//! the transaction of what it follows from, so neither exists without the other. It is done at least once: what it does must
//! be harmless when done twice.
//!
//! A worker [`claim`]s jobs under a lease, does them outside any transaction, and settles each with the lease in its hand:
//! [`done`], [`again`] or [`bury`]. A worker that dies does nothing, and its jobs can be claimed when the lease has ended. One
//! that comes back after that, when somebody else has claimed the job, is told so and changes nothing.

use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::{Row, Tx, Val};

/// A job to ask for. Ids and words only, no personal data: what it is about is read when it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Chosen by the caller.
    pub id: Uuid,
    /// Who does it: one worker for each kind.
    pub kind: String,
    /// What it belongs to (a subscription, a person): jobs are counted and listed by it.
    pub about: String,
    /// What the worker needs to know.
    pub payload: String,
    /// At most one job is ever asked for with this key, until it is forgotten.
    pub once: Option<String>,
    /// Not before: microseconds since the epoch.
    pub run_at: i64,
}

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobState {
    /// To be done, or being done.
    Open,
    /// Done.
    Done,
    /// Given up: a person has to look.
    Dead,
}

impl JobState {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    fn read(word: &str) -> Result<Self> {
        match word {
            "open" => Ok(Self::Open),
            "done" => Ok(Self::Done),
            "dead" => Ok(Self::Dead),
            _ => Err(StoreError::Invalid("a job's state in the database is none that exists.".into())),
        }
    }
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What was asked for; `run_at` is when it may be claimed (again), or when it was settled.
    pub asked: NewJob,
    /// Where it is.
    pub state: JobState,
    /// How often it was claimed.
    pub attempts: i64,
    /// Who holds it, when somebody does.
    pub lease: Option<Uuid>,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub asked_at: i64,
}

/// How many jobs of a kind wait or were given up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// What they belong to.
    pub about: String,
    /// `open` or `dead`.
    pub state: JobState,
    /// How many.
    pub jobs: i64,
    /// When the oldest of them was asked for.
    pub oldest: i64,
}

const COLUMNS: usize = 9;
const INSERT: &str = "INSERT INTO jobs (id, kind, about, payload, once, run_at, asked_at, state, attempts) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";

/// The longest error that is kept, in characters.
const LONGEST_ERROR: usize = 300;

/// Asks for a job; false when one with the same id or key was asked for before.
pub fn ask(tx: &mut dyn Tx, job: &NewJob, now: i64) -> Result<bool> {
    Ok(tx.exec(INSERT, &values(job, now))? == 1)
}

/// Asks for many jobs of which it need not be known whether they were asked for before: in the transaction of an append,
/// without a journey to the database of their own.
pub fn ask_all(tx: &mut dyn Tx, jobs: &[NewJob], now: i64) -> Result<()> {
    for job in jobs {
        tx.later("", INSERT, COLUMNS, &values(job, now))?;
    }
    Ok(())
}

fn values(job: &NewJob, now: i64) -> [Val<'_>; COLUMNS] {
    [
        Val::Blob(job.id.as_bytes()),
        Val::Text(&job.kind),
        Val::Text(&job.about),
        Val::Text(&job.payload),
        Val::from(job.once.as_deref()),
        Val::Int(job.run_at),
        Val::Int(now),
        Val::Text(JobState::Open.word()),
        Val::Int(0),
    ]
}

/// Claims up to `limit` jobs of a kind that may be done at `now`, those that have waited longest first; with `about` only
/// those that belong to it. They are the caller's until `until`, with `lease` as the proof; nobody else gets them before.
pub fn claim(
    tx: &mut dyn Tx,
    (kind, about): (&str, Option<&str>),
    now: i64,
    until: i64,
    lease: &Uuid,
    limit: u32,
) -> Result<Vec<Job>> {
    let (now_val, limit) = (Val::Int(now), Val::Int(i64::from(limit)));
    let found = match about {
        None => {
            let sql = tx.dialect().choose(
                "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
                 WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 ORDER BY run_at, id LIMIT ?3",
                "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
                 WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 ORDER BY run_at, id LIMIT ?3 \
                 FOR UPDATE SKIP LOCKED",
            );
            tx.rows(sql, &[Val::Text(kind), now_val, limit])?
        }
        Some(about) => {
            let sql = tx.dialect().choose(
                "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
                 WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 AND about = ?4 ORDER BY run_at, id LIMIT ?3",
                "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
                 WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 AND about = ?4 ORDER BY run_at, id LIMIT ?3 \
                 FOR UPDATE SKIP LOCKED",
            );
            tx.rows(sql, &[Val::Text(kind), now_val, limit, Val::Text(about)])?
        }
    };
    let mut claimed = Vec::with_capacity(found.len());
    for row in found {
        let mut job = job(row)?;
        let changed = tx.exec(
            "UPDATE jobs SET lease = ?2, run_at = ?3, attempts = attempts + 1 \
             WHERE id = ?1 AND state = 'open' AND run_at <= ?4",
            &[Val::Blob(job.asked.id.as_bytes()), Val::Blob(lease.as_bytes()), Val::Int(until), Val::Int(now)],
        )?;
        if changed == 1 {
            (job.lease, job.asked.run_at, job.attempts) = (Some(*lease), until, job.attempts + 1);
            claimed.push(job);
        }
    }
    Ok(claimed)
}

/// Whether there is anything to claim.
pub fn is_due(tx: &mut dyn Tx, (kind, about): (&str, Option<&str>), now: i64) -> Result<bool> {
    let found = match about {
        None => tx.rows(
            "SELECT id FROM jobs WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 LIMIT 1",
            &[Val::Text(kind), Val::Int(now)],
        )?,
        Some(about) => tx.rows(
            "SELECT id FROM jobs WHERE state = 'open' AND kind = ?1 AND run_at <= ?2 AND about = ?3 LIMIT 1",
            &[Val::Text(kind), Val::Int(now), Val::Text(about)],
        )?,
    };
    Ok(!found.is_empty())
}

/// Keeps a claimed job until `until`; false when the lease was lost.
pub fn keep(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, until: i64) -> Result<bool> {
    let changed = tx.exec(
        "UPDATE jobs SET run_at = ?3 WHERE id = ?1 AND lease = ?2 AND state = 'open'",
        &[Val::Blob(id.as_bytes()), Val::Blob(lease.as_bytes()), Val::Int(until)],
    )?;
    Ok(changed == 1)
}

/// The job was done at `now`; false when the lease was lost and somebody else does it.
pub fn done(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, now: i64) -> Result<bool> {
    settle(tx, id, lease, JobState::Done, now, None)
}

/// The job failed, and is tried again not before `run_at`; false when the lease was lost.
pub fn again(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, run_at: i64, error: &str) -> Result<bool> {
    settle(tx, id, lease, JobState::Open, run_at, Some(error))
}

/// The job was not tried, because its turn would have been in vain: it may be claimed again from `run_at` on, and this claim
/// does not count. False when the lease was lost.
pub fn put_back(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, run_at: i64) -> Result<bool> {
    let changed = tx.exec(
        "UPDATE jobs SET run_at = ?3, lease = NULL, attempts = attempts - 1 \
         WHERE id = ?1 AND lease = ?2 AND state = 'open'",
        &[Val::Blob(id.as_bytes()), Val::Blob(lease.as_bytes()), Val::Int(run_at)],
    )?;
    Ok(changed == 1)
}

/// The job is given up at `now`; false when the lease was lost.
pub fn bury(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, now: i64, error: &str) -> Result<bool> {
    settle(tx, id, lease, JobState::Dead, now, Some(error))
}

fn settle(tx: &mut dyn Tx, id: &Uuid, lease: &Uuid, state: JobState, run_at: i64, error: Option<&str>) -> Result<bool> {
    let error = error.map(|error| error.chars().take(LONGEST_ERROR).collect::<String>());
    let changed = tx.exec(
        "UPDATE jobs SET state = ?3, run_at = ?4, last_error = ?5, lease = NULL \
         WHERE id = ?1 AND lease = ?2 AND state = 'open'",
        &[
            Val::Blob(id.as_bytes()),
            Val::Blob(lease.as_bytes()),
            Val::Text(state.word()),
            Val::Int(run_at),
            Val::from(error.as_deref()),
        ],
    )?;
    Ok(changed == 1)
}

/// Tries a job that was given up again, from the first attempt; false when it is not one.
pub fn revive(tx: &mut dyn Tx, id: &Uuid, now: i64) -> Result<bool> {
    let changed = tx.exec(
        "UPDATE jobs SET state = 'open', run_at = ?2, attempts = 0 WHERE id = ?1 AND state = 'dead'",
        &[Val::Blob(id.as_bytes()), Val::Int(now)],
    )?;
    Ok(changed == 1)
}

/// Takes a job back that was asked for with this key; false when there is none, or it is being done or was settled.
pub fn cancel(tx: &mut dyn Tx, once: &str) -> Result<bool> {
    Ok(tx.exec("DELETE FROM jobs WHERE once = ?1 AND state = 'open' AND lease IS NULL", &[Val::Text(once)])? == 1)
}

/// Takes back every job of a kind that belongs to `about` and waits; answers how many.
pub fn cancel_all(tx: &mut dyn Tx, kind: &str, about: &str) -> Result<u64> {
    tx.exec(
        "DELETE FROM jobs WHERE kind = ?1 AND about = ?2 AND state = 'open' AND lease IS NULL",
        &[Val::Text(kind), Val::Text(about)],
    )
}

/// Forgets up to `limit` jobs that were done before `before`; answers how many.
pub fn forget(tx: &mut dyn Tx, kind: &str, before: i64, limit: u32) -> Result<u64> {
    tx.exec(
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'done' AND kind = ?1 AND run_at < ?2 \
         ORDER BY run_at LIMIT ?3)",
        &[Val::Text(kind), Val::Int(before), Val::Int(i64::from(limit))],
    )
}

/// The job with this id.
pub fn get(tx: &mut dyn Tx, id: &Uuid) -> Result<Option<Job>> {
    let found = tx.rows(
        "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
         WHERE id = ?1",
        &[Val::Blob(id.as_bytes())],
    )?;
    found.into_iter().next().map(job).transpose()
}

/// The jobs of a kind in a state, the latest first, continuing before (`run_at`, id).
pub fn list(tx: &mut dyn Tx, kind: &str, state: JobState, before: Option<(i64, Uuid)>, limit: u32) -> Result<Vec<Job>> {
    let (run_at, id) = before.unwrap_or((i64::MAX, Uuid::max()));
    let found = tx.rows(
        "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
         WHERE state = ?1 AND kind = ?2 AND (run_at, id) < (?3, ?4) ORDER BY run_at DESC, id DESC LIMIT ?5",
        &[
            Val::Text(state.word()),
            Val::Text(kind),
            Val::Int(run_at),
            Val::Blob(id.as_bytes()),
            Val::Int(i64::from(limit)),
        ],
    )?;
    found.into_iter().map(job).collect()
}

/// The jobs of a kind in a state that belong to `about`, the latest first.
pub fn about(tx: &mut dyn Tx, kind: &str, about: &str, state: JobState, limit: u32) -> Result<Vec<Job>> {
    let found = tx.rows(
        "SELECT id, kind, about, payload, once, run_at, state, attempts, lease, last_error, asked_at FROM jobs \
         WHERE kind = ?1 AND about = ?2 AND state = ?3 ORDER BY run_at DESC, id DESC LIMIT ?4",
        &[Val::Text(kind), Val::Text(about), Val::Text(state.word()), Val::Int(i64::from(limit))],
    )?;
    found.into_iter().map(job).collect()
}

/// How many jobs wait or were given up, by kind and by what they belong to.
pub fn counts(tx: &mut dyn Tx) -> Result<Vec<JobCount>> {
    let found = tx.rows(
        "SELECT kind, about, state, COUNT(*), MIN(asked_at) FROM jobs WHERE state IN ('open', 'dead') \
         GROUP BY kind, about, state ORDER BY kind, about, state",
        &[],
    )?;
    found
        .into_iter()
        .map(|mut row| {
            Ok(JobCount {
                kind: row.text(0)?,
                about: row.text(1)?,
                state: JobState::read(&row.text(2)?)?,
                jobs: row.int(3)?,
                oldest: row.int(4)?,
            })
        })
        .collect()
}

fn job(mut row: Row) -> Result<Job> {
    let lease = match row.cells().get(8) {
        Some(crate::tx::Cell::Null) | None => None,
        Some(_) => Some(id_in(&row, 8)?),
    };
    Ok(Job {
        asked: NewJob {
            id: id_in(&row, 0)?,
            kind: row.text(1)?,
            about: row.text(2)?,
            payload: row.text(3)?,
            once: row.opt_text(4)?,
            run_at: row.int(5)?,
        },
        state: JobState::read(&row.text(6)?)?,
        attempts: row.int(7)?,
        lease,
        last_error: row.opt_text(9)?,
        asked_at: row.int(10)?,
    })
}

/// The id in a column of 16 bytes.
pub(crate) fn id_in(row: &Row, column: usize) -> Result<Uuid> {
    Uuid::from_slice(row.blob(column)?)
        .map_err(|_| StoreError::Invalid("an id in the database has not 16 bytes.".into()))
}

//! Work in the background: claimed under a lease, tried again with growing pauses, given up after so many attempts and then
//! shown to administrators. What a job does must be harmless when done twice: a worker can die after doing it and before
//! saying so.

use crate::path::Whose;
use crate::policy::Doing;
use crate::{Request, Service, ServiceError};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use store::access_log::{Action, Entry};
use store::jobs::{self, Job, JobState};
use uuid::Uuid;

/// What background work may read of the world; only the program's edge can give it.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    /// The time now.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// A new identifier.
    pub new_id: &'a (dyn Fn() -> Uuid + Sync),
}

/// A kind of job, and how patient it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Its word in the table of jobs.
    pub(crate) word: &'static str,
    /// How long a worker may hold what it claimed.
    pub(crate) lease: SignedDuration,
    /// The longest that one attempt takes: none is begun that could outlast the lease.
    pub(crate) one_attempt: SignedDuration,
    /// How many are claimed at once.
    pub(crate) at_once: u32,
    /// The pause after the first failure; it doubles with each.
    pub(crate) first_pause: SignedDuration,
    /// The longest pause.
    pub(crate) longest_pause: SignedDuration,
    /// Given up after so many.
    pub(crate) most_attempts: i64,
}

impl Kind {
    /// When to try again after `attempts` failures. Half of the pause is spread by the job's own id, so that what failed
    /// together is not tried again together.
    pub(crate) fn next_try(&self, id: &Uuid, attempts: i64, now: Timestamp) -> Timestamp {
        let doublings = u32::try_from(attempts.max(1) - 1).unwrap_or(u32::MAX).min(30);
        let pause = self.first_pause.as_secs().saturating_mul(1_i64 << doublings).min(self.longest_pause.as_secs());
        let spread = Sha256::digest([id.as_bytes().as_slice(), &attempts.to_be_bytes()].concat());
        let spread = spread.first().copied().map_or(0, i64::from);
        let seconds = pause / 2 + (pause / 2).saturating_mul(spread) / 255 + pause % 2;
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
    }
}

/// What became of one attempt.
pub(crate) enum Attempt {
    /// Done; the entry goes into the access log with it.
    Done(Option<Box<Entry>>),
    /// Not now: try again later, and what would meet the same fate need not be tried before.
    Failed(String),
    /// Never.
    Hopeless(String),
}

/// What a round of work did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Worked {
    /// Jobs done.
    pub done: u32,
    /// Jobs that failed and are tried again.
    pub failed: u32,
    /// Jobs given up.
    pub dead: u32,
    /// Jobs put back untried, because the one before them failed.
    pub put_back: u32,
}

impl std::ops::AddAssign for Worked {
    fn add_assign(&mut self, more: Self) {
        self.done += more.done;
        self.failed += more.failed;
        self.dead += more.dead;
        self.put_back += more.put_back;
    }
}

/// How many jobs of one kind wait, and how many were given up.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct JobsOf {
    /// The kind.
    pub kind: String,
    /// Waiting or being done.
    pub open: u64,
    /// When the oldest of these was asked for.
    pub oldest: Option<Timestamp>,
    /// Given up.
    pub dead: u64,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeadJob {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// What it belongs to.
    pub about: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it failed last.
    pub error: String,
    /// When it was asked for.
    pub asked: Timestamp,
    /// When it was given up.
    pub given_up: Timestamp,
}

/// Background work as administrators see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct JobsView {
    /// Each kind that has something waiting or given up.
    pub kinds: Vec<JobsOf>,
    /// The latest that were given up, at most a hundred of each kind.
    pub dead: Vec<DeadJob>,
}

/// The most of each kind that one page shows.
const MOST_DEAD: u32 = 100;

impl Service {
    /// One round of work on jobs of a kind: claims some, tries each, settles each. After a failure the rest of the round is
    /// put back untried when `alike` (they would meet the same fate).
    pub(crate) fn work(
        &self,
        edge: Edge<'_>,
        kind: &Kind,
        about: Option<&str>,
        alike: bool,
        act: &mut dyn FnMut(&Job) -> Result<Attempt, ServiceError>,
    ) -> Result<Worked, ServiceError> {
        let began = (edge.now)();
        let until = began.checked_add(kind.lease).unwrap_or(Timestamp::MAX);
        let lease = (edge.new_id)();
        let claimed = self.path.claim((kind.word, about), began, until, lease, kind.at_once)?;
        let mut worked = Worked::default();
        let mut not_before = None;
        for job in claimed {
            let id = job.asked.id;
            let now = (edge.now)();
            if until.duration_since(now) < kind.one_attempt {
                // What is left comes back by itself when the lease ends, and nobody holds it twice.
                break;
            }
            if let Some(later) = not_before {
                worked.put_back += u32::from(self.path.put_back(id, lease, later)?);
                continue;
            }
            let attempt = if job.attempts > kind.most_attempts {
                Attempt::Hopeless("every attempt broke off before its end".to_owned())
            } else {
                act(&job).unwrap_or_else(|error| Attempt::Failed(error.to_string()))
            };
            let now = (edge.now)();
            match attempt {
                Attempt::Done(entry) => worked.done += u32::from(self.path.settle_done(id, lease, now, entry)?),
                Attempt::Failed(error) if job.attempts < kind.most_attempts => {
                    let later = kind.next_try(&id, job.attempts, now);
                    not_before = alike.then_some(later);
                    worked.failed += u32::from(self.path.settle_again(id, lease, later, error)?);
                }
                Attempt::Failed(error) | Attempt::Hopeless(error) => {
                    worked.dead += u32::from(self.path.settle_dead(id, lease, now, error)?);
                }
            }
        }
        Ok(worked)
    }

    /// Background work: what waits, and what was given up.
    pub fn jobs(&self, request: &Request<'_>) -> Result<JobsView, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewJobs, whose, |tx| {
            let mut view = JobsView::default();
            for count in jobs::counts(tx)? {
                if view.kinds.last().is_none_or(|last| last.kind != count.kind) {
                    view.kinds.push(JobsOf { kind: count.kind.clone(), open: 0, oldest: None, dead: 0 });
                }
                let Some(of) = view.kinds.last_mut() else { continue };
                let n = u64::try_from(count.jobs).unwrap_or_default();
                if count.state == JobState::Open {
                    let oldest = moment(count.oldest)?;
                    of.open += n;
                    of.oldest = Some(of.oldest.map_or(oldest, |before| before.min(oldest)));
                } else {
                    of.dead += n;
                }
            }
            for of in view.kinds.iter().filter(|of| of.dead > 0) {
                for job in jobs::list(tx, &of.kind, JobState::Dead, None, MOST_DEAD)? {
                    view.dead.push(DeadJob {
                        id: job.asked.id,
                        kind: job.asked.kind,
                        about: job.asked.about,
                        attempts: job.attempts,
                        error: job.last_error.unwrap_or_default(),
                        asked: moment(job.asked_at)?,
                        given_up: moment(job.asked.run_at)?,
                    });
                }
            }
            Ok(view)
        })
    }

    /// Tries a job again that was given up.
    pub fn retry_job(&self, request: &Request<'_>, job: Uuid) -> Result<(), ServiceError> {
        let now = request.at.as_microsecond();
        self.path.act_on_many(request, Doing::RetryJob, Action::Alteration, |permitted| {
            if permitted.change(move |tx| jobs::revive(tx, &job, now))? { Ok(()) } else { Err(ServiceError::NotFound) }
        })
    }
}

pub(crate) fn moment(at: i64) -> Result<Timestamp, ServiceError> {
    Timestamp::from_microsecond(at).map_err(|error| ServiceError::Asked(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind {
        word: "example",
        lease: SignedDuration::from_secs(60),
        one_attempt: SignedDuration::from_secs(10),
        at_once: 8,
        first_pause: SignedDuration::from_secs(10),
        longest_pause: SignedDuration::from_hours(6),
        most_attempts: 16,
    };

    #[test]
    fn pauses_double_up_to_the_longest_and_differ_from_job_to_job() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let pause =
            |id: u128, attempts| KIND.next_try(&Uuid::from_u128(id), attempts, now).duration_since(now).as_secs();
        for id in 0..200 {
            for attempts in 1..40 {
                let whole = (10_i64 << (attempts - 1).min(30)).min(6 * 3_600);
                let found = pause(id, attempts);
                assert!((whole / 2..=whole).contains(&found), "attempt {attempts}: {found} of {whole}");
            }
        }
        let different: std::collections::BTreeSet<i64> = (0..50).map(|id| pause(id, 10)).collect();
        assert!(different.len() > 40, "{different:?}");
    }
}

//! Jobs: asked for with what they follow from, done at least once, held by one worker at a time.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::jobs::{self, JobState, NewJob};
use store::{Options, Store, StoreError, Tx};
use uuid::Uuid;

use crate::world::{NOW, World, command, person};

fn job(kind: &str, n: u128) -> NewJob {
    NewJob {
        id: Uuid::from_u128(n),
        kind: kind.into(),
        about: "subscription-1".into(),
        payload: format!("{{\"n\":{n}}}"),
        once: Some(format!("{kind}/{n}")),
        run_at: NOW,
    }
}

fn lease(n: u128) -> Uuid {
    Uuid::from_u128(1 << 64 | n)
}

#[test]
fn a_job_lives_from_asked_to_settled() {
    for world in World::each() {
        let store = world.open();
        let life = store.write(|tx| {
            assert!(jobs::ask(tx, &job("webhook", 1), NOW)?);
            assert!(!jobs::ask(tx, &job("webhook", 1), NOW)?, "once is once");
            assert!(!jobs::ask(tx, &NewJob { id: Uuid::from_u128(9), ..job("webhook", 1) }, NOW)?, "by its key too");
            assert_eq!(jobs::claim(tx, ("reminder", None), NOW, NOW + 60, &lease(1), 10)?, [], "another worker's kind");
            let claimed = jobs::claim(tx, ("webhook", None), NOW, NOW + 60, &lease(1), 10)?;
            assert_eq!(claimed.iter().map(|job| (job.attempts, job.lease)).collect::<Vec<_>>(), [(1, Some(lease(1)))]);
            assert_eq!(claimed[0].asked.payload, "{\"n\":1}");
            assert_eq!(jobs::claim(tx, ("webhook", None), NOW + 59, NOW + 120, &lease(2), 10)?, [], "held");
            assert!(jobs::keep(tx, &Uuid::from_u128(1), &lease(1), NOW + 90)?);
            assert_eq!(jobs::claim(tx, ("webhook", None), NOW + 89, NOW + 120, &lease(2), 10)?, [], "held for longer");
            assert!(!jobs::cancel(tx, "webhook/1")?, "it is being done");
            assert!(jobs::again(tx, &Uuid::from_u128(1), &lease(1), NOW + 100, "no answer")?);
            assert_eq!(jobs::claim(tx, ("webhook", Some("another")), NOW + 100, NOW + 120, &lease(2), 10)?, []);
            assert_eq!(
                jobs::claim(tx, ("webhook", None), NOW + 99, NOW + 120, &lease(2), 10)?,
                [],
                "not before its time"
            );
            let claimed = jobs::claim(tx, ("webhook", Some("subscription-1")), NOW + 100, NOW + 160, &lease(2), 10)?;
            assert_eq!((claimed[0].attempts, claimed[0].last_error.as_deref()), (2, Some("no answer")));
            assert!(!jobs::done(tx, &Uuid::from_u128(1), &lease(1), NOW + 101)?, "the lease is another's");
            assert!(jobs::bury(tx, &Uuid::from_u128(1), &lease(2), NOW + 101, &"x".repeat(5_000))?);
            let dead = jobs::list(tx, "webhook", JobState::Dead, None, 10)?;
            assert_eq!(dead[0].last_error.as_ref().map(String::len), Some(300));
            assert_eq!(
                jobs::list(tx, "webhook", JobState::Dead, Some((dead[0].asked.run_at, dead[0].asked.id)), 10)?,
                []
            );
            let counts = jobs::counts(tx)?;
            assert_eq!((counts[0].state, counts[0].jobs, counts[0].oldest), (JobState::Dead, 1, NOW));
            assert!(jobs::revive(tx, &Uuid::from_u128(1), NOW + 200)?);
            assert!(!jobs::revive(tx, &Uuid::from_u128(1), NOW + 200)?);
            jobs::claim(tx, ("webhook", None), NOW + 200, NOW + 260, &lease(3), 10)?;
            assert!(jobs::done(tx, &Uuid::from_u128(1), &lease(3), NOW + 201)?);
            assert_eq!(jobs::about(tx, "webhook", "subscription-1", JobState::Done, 10)?.len(), 1);
            assert!(!jobs::ask(tx, &job("webhook", 1), NOW)?, "what was done is not done again");
            assert_eq!(jobs::forget(tx, "webhook", NOW + 201, 10)?, 0);
            assert_eq!(jobs::forget(tx, "webhook", NOW + 202, 10)?, 1);
            jobs::ask_all(tx, &[job("webhook", 2), job("webhook", 3), job("webhook", 2)], NOW)?;
            assert!(jobs::cancel(tx, "webhook/3")?);
            assert_eq!(jobs::cancel_all(tx, "webhook", "subscription-1")?, 1);
            assert_eq!(jobs::get(tx, &Uuid::from_u128(2))?, None);
            Ok(())
        });
        life.unwrap();
    }
}

#[test]
fn a_job_is_asked_for_with_what_it_follows_from_or_not_at_all() {
    for world in World::each() {
        let store = world.open();
        let act = |expected: i64, n: u32, version: i64| {
            store.write(move |tx| {
                jobs::ask_all(tx, &[job("webhook", u128::from(n))], NOW)?;
                let appended = command(tx, &person(1), expected, n)?;
                assert_eq!(appended.version, version);
                Ok(())
            })
        };
        act(0, 1, 1).unwrap();
        let stale = act(0, 2, 2).unwrap_err();
        assert!(matches!(stale, StoreError::Conflict { .. }), "{stale}");
        act(1, 3, 2).unwrap();
        let asked = store.read(|tx| jobs::list(tx, "webhook", JobState::Open, None, 10)).unwrap();
        let ids: Vec<u128> = asked.iter().map(|job| job.asked.id.as_u128()).collect();
        assert_eq!(ids, [3, 1], "nothing of the stale write, and what was put off is there after the commit");
    }
}

/// What can happen to jobs; workers are numbered, each with a lease for each claim.
#[derive(Debug, Clone)]
enum Step {
    Ask(u8, i64),
    Claim { worker: u8, for_long: i64, limit: u32 },
    Keep(u8, i64),
    Done(u8),
    Again(u8, i64),
    Bury(u8),
    PutBack(u8, i64),
    Die(u8),
    Revive(u8),
    Cancel(u8),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..6_u8, 0..20_i64).prop_map(|(n, wait)| Step::Ask(n, wait)),
        4 => (0..3_u8, 1..40_i64, 1..4_u32)
            .prop_map(|(worker, for_long, limit)| Step::Claim { worker, for_long, limit }),
        1 => (0..3_u8, 1..40_i64).prop_map(|(worker, for_long)| Step::Keep(worker, for_long)),
        2 => (0..3_u8).prop_map(Step::Done),
        2 => (0..3_u8, 0..40_i64).prop_map(|(worker, wait)| Step::Again(worker, wait)),
        1 => (0..3_u8).prop_map(Step::Bury),
        1 => (0..3_u8, 0..40_i64).prop_map(|(worker, wait)| Step::PutBack(worker, wait)),
        1 => (0..3_u8).prop_map(Step::Die),
        1 => (0..6_u8).prop_map(Step::Revive),
        1 => (0..6_u8).prop_map(Step::Cancel),
        3 => (1..30_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..40)
}

#[derive(Debug, Clone, PartialEq)]
struct Known {
    state: JobState,
    run_at: i64,
    attempts: i64,
    lease: Option<Uuid>,
}

/// The plain model, and what each worker believes to hold.
struct Model {
    base: u128,
    now: i64,
    jobs: BTreeMap<u128, Known>,
    holds: BTreeMap<u8, (Uuid, Vec<u128>)>,
    leases: u128,
}

impl Model {
    /// The worker settles the first job it believes to hold: the store and the model must agree on whether it may.
    fn settle(&mut self, worker: u8, state: JobState, run_at: i64) -> Option<(Uuid, Uuid, bool)> {
        let (lease, held) = self.holds.get_mut(&worker)?;
        let (lease, id) = (*lease, held.pop()?);
        let known = self.jobs.get_mut(&id).filter(|job| job.lease == Some(lease) && job.state == JobState::Open);
        let may = known.is_some();
        if let Some(job) = known {
            (job.state, job.run_at, job.lease) = (state, run_at, None);
        }
        Some((Uuid::from_u128(id), lease, may))
    }

    fn step(&mut self, tx: &mut dyn Tx, kind: &str, step: &Step) -> store::Result<()> {
        let now = self.now;
        match *step {
            Step::Ask(n, wait) => {
                let id = self.base + u128::from(n);
                let asked = jobs::ask(tx, &NewJob { run_at: now + wait, ..job(kind, id) }, now)?;
                assert_eq!(asked, !self.jobs.contains_key(&id));
                let new = Known { state: JobState::Open, run_at: now + wait, attempts: 0, lease: None };
                self.jobs.entry(id).or_insert(new);
            }
            Step::Claim { worker, for_long, limit } => {
                self.leases += 1;
                let lease = Uuid::from_u128(1 << 100 | self.leases);
                let claimed = jobs::claim(tx, (kind, None), now, now + for_long, &lease, limit)?;
                let mut due: Vec<(i64, u128)> = (self.jobs.iter())
                    .filter(|(_, job)| job.state == JobState::Open && job.run_at <= now)
                    .map(|(id, job)| (job.run_at, *id))
                    .collect();
                due.sort_unstable();
                due.truncate(limit as usize);
                let ids: Vec<u128> = claimed.iter().map(|job| job.asked.id.as_u128()).collect();
                assert_eq!(ids, due.iter().map(|(_, id)| *id).collect::<Vec<_>>());
                for id in &ids {
                    let job = self.jobs.get_mut(id).unwrap();
                    (job.run_at, job.lease, job.attempts) = (now + for_long, Some(lease), job.attempts + 1);
                }
                self.holds.insert(worker, (lease, ids));
            }
            Step::Keep(worker, for_long) => {
                let Some((lease, held)) = self.holds.get(&worker) else { return Ok(()) };
                for id in held {
                    let kept = jobs::keep(tx, &Uuid::from_u128(*id), lease, now + for_long)?;
                    let known = self.jobs.get_mut(id);
                    let known = known.filter(|job| job.lease == Some(*lease) && job.state == JobState::Open);
                    assert_eq!(kept, known.is_some());
                    if let Some(job) = known {
                        job.run_at = now + for_long;
                    }
                }
            }
            Step::Done(worker) => {
                if let Some((id, lease, may)) = self.settle(worker, JobState::Done, now) {
                    assert_eq!(jobs::done(tx, &id, &lease, now)?, may);
                }
            }
            Step::Again(worker, wait) => {
                if let Some((id, lease, may)) = self.settle(worker, JobState::Open, now + wait) {
                    assert_eq!(jobs::again(tx, &id, &lease, now + wait, "failed")?, may);
                }
            }
            Step::Bury(worker) => {
                if let Some((id, lease, may)) = self.settle(worker, JobState::Dead, now) {
                    assert_eq!(jobs::bury(tx, &id, &lease, now, "failed for good")?, may);
                }
            }
            Step::PutBack(worker, wait) => {
                if let Some((id, lease, may)) = self.settle(worker, JobState::Open, now + wait) {
                    assert_eq!(jobs::put_back(tx, &id, &lease, now + wait)?, may);
                    if may {
                        self.jobs.get_mut(&id.as_u128()).unwrap().attempts -= 1;
                    }
                }
            }
            Step::Die(worker) => {
                self.holds.remove(&worker);
            }
            Step::Revive(n) => {
                let id = self.base + u128::from(n);
                let known = self.jobs.get_mut(&id).filter(|job| job.state == JobState::Dead);
                assert_eq!(jobs::revive(tx, &Uuid::from_u128(id), now)?, known.is_some());
                if let Some(job) = known {
                    *job = Known { state: JobState::Open, run_at: now, attempts: 0, lease: None };
                }
            }
            Step::Cancel(n) => {
                let id = self.base + u128::from(n);
                let waits = self.jobs.get(&id).is_some_and(|job| job.state == JobState::Open && job.lease.is_none());
                assert_eq!(jobs::cancel(tx, &format!("{kind}/{id}"))?, waits);
                if waits {
                    self.jobs.remove(&id);
                }
            }
            Step::Wait(long) => self.now += long,
        }
        Ok(())
    }

    /// What is stored is what the model holds, and nothing is lost: whatever is open can be claimed when its time has come.
    fn compare(&self, tx: &mut dyn Tx, kind: &str) -> store::Result<()> {
        let mut stored = BTreeMap::new();
        for state in [JobState::Open, JobState::Done, JobState::Dead] {
            for job in jobs::list(tx, kind, state, None, 100)? {
                let known = Known { state, run_at: job.asked.run_at, attempts: job.attempts, lease: job.lease };
                stored.insert(job.asked.id.as_u128(), known);
            }
        }
        assert_eq!(stored, self.jobs);
        let open = self.jobs.values().filter(|job| job.state == JobState::Open).count();
        let at_last = jobs::claim(tx, (kind, None), i64::MAX / 2, i64::MAX / 2 + 1, &lease(7), 100)?;
        assert_eq!(at_last.len(), open);
        Ok(())
    }
}

fn follows_the_model(store: &Store, sequences: u32) {
    let mut n = 0_u32;
    let mut runner = TestRunner::new_with_rng(
        Config { cases: sequences, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let number = std::cell::RefCell::new(&mut n);
    let checked = runner.run(&steps(), |steps| {
        let n = {
            let mut number = number.borrow_mut();
            **number += 1;
            **number
        };
        let ran = store.write(move |tx| {
            let kind = format!("kind-{n}");
            let base = u128::from(n) << 8;
            let mut model = Model { base, now: NOW, jobs: BTreeMap::new(), holds: BTreeMap::new(), leases: base };
            for step in &steps {
                model.step(tx, &kind, step)?;
            }
            model.compare(tx, &kind)
        });
        ran.map_err(|error| TestCaseError::fail(error.to_string()))
    });
    checked.unwrap();
}

#[test]
fn claims_and_leases_follow_a_plain_model_on_sqlite() {
    follows_the_model(&World::sqlite().open(), 10_000);
}

#[test]
fn claims_and_leases_follow_a_plain_model_on_postgres() {
    if let Some(world) = World::postgres() {
        follows_the_model(&world.open(), 500);
    }
}

/// Every job is held once, whoever reaches for it at the same moment.
fn nobody_holds_what_another_holds(stores: &[Store]) {
    const JOBS: u128 = 200;
    let asked: Vec<NewJob> = (0..JOBS).map(|n| job("webhook", n)).collect();
    stores[0].write(move |tx| jobs::ask_all(tx, &asked, NOW)).unwrap();
    let mut held: Vec<u128> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8_u128)
            .map(|worker| {
                let store = &stores[usize::try_from(worker).unwrap() % stores.len()];
                scope.spawn(move || {
                    let mut held = Vec::new();
                    loop {
                        let lease = lease(worker);
                        let claim =
                            move |tx: &mut dyn Tx| jobs::claim(tx, ("webhook", None), NOW, NOW + 1_000, &lease, 7);
                        match store.write(claim) {
                            Ok(claimed) if claimed.is_empty() => return held,
                            Ok(claimed) => held.extend(claimed.iter().map(|job| job.asked.id.as_u128())),
                            Err(StoreError::Busy(_)) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    held.sort_unstable();
    assert_eq!(held, (0..JOBS).collect::<Vec<_>>());
}

#[test]
fn many_workers_never_hold_the_same_job() {
    nobody_holds_what_another_holds(&[World::sqlite().open()]);
    if let Some(world) = World::postgres() {
        let other = Options { writer: "other".into(), ..world.options() };
        nobody_holds_what_another_holds(&[world.open(), Store::open(&world.location, &other).unwrap()]);
    }
}

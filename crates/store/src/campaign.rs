//! The crash campaign: a process writes without pause and is killed; nothing that it acknowledged may be lost, and
//! nothing may be there by halves. The tests run fifty kills; an operator can run as many as they like.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::access_log::{self, Action, Entry, Outcome};
use crate::error::{Result, StoreError};
use crate::events::{self, NewEvent, StreamId};
use crate::rows::{self, CaseRow, ObligationRow, PersonRows};
use crate::store::Store;
use crate::tx::Tx;
use crate::verify::verify;

/// How many people the writers of a campaign share.
const PEOPLE: u32 = 40;

/// What came of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Campaign {
    /// Processes that were killed.
    pub kills: u32,
    /// Commands that were acknowledged before a kill.
    pub acknowledged: u64,
    /// What was lost or found by halves, a sentence each.
    pub findings: Vec<String>,
    /// The longest time from opening after a kill until the store answered.
    pub slowest_opening: Duration,
}

fn person(n: u32) -> StreamId {
    StreamId::new("person", format!("crash-{n:03}"))
}

/// One command as practice does it: an event, the person's rows, an entry of the log.
fn command(tx: &mut dyn Tx, stream: &StreamId, id: Uuid, at: i64) -> Result<i64> {
    let version = events::version(tx, stream)?;
    let event = NewEvent {
        id,
        kind: "contact.held".into(),
        schema_version: 1,
        happened: "2026-03-02".into(),
        recorded: at,
        by: "campaign".into(),
        agency: "campaign".into(),
        purpose: "test".into(),
        body: format!("{{\"version\":{}}}", version + 1),
    };
    let appended = events::append(tx, stream, version, &[event])?;
    rows::replace(tx, stream, &rows_at(appended.version))?;
    let entry = Entry {
        at,
        actor: "campaign".into(),
        role: "case manager".into(),
        agency: "campaign".into(),
        action: Action::Alteration,
        stream: Some(stream.clone()),
        detail: "contacts".into(),
        purpose: "test".into(),
        outcome: Outcome::Allowed,
        request: id.to_string(),
        appends: vec![appended.clone()],
    };
    access_log::write(tx, &entry)?;
    Ok(appended.version)
}

/// Rows that tell which version they belong to.
fn rows_at(version: i64) -> PersonRows {
    let case = CaseRow { order_ref: "order-1".into(), minutes_credited: Some(version), ..CaseRow::default() };
    let obligation = |n: i64| ObligationRow {
        order_ref: "order-1".into(),
        standard: format!("standard-{n}"),
        opened_on: format!("version {version}"),
        state: "open".into(),
        ..ObligationRow::default()
    };
    PersonRows {
        display_name: format!("version {version}"),
        sort_name: format!("version {version}"),
        names: vec![format!("version{version}")],
        cases: vec![case],
        obligations: (0..3).map(obligation).collect(),
        ..PersonRows::default()
    }
    .canonical()
}

/// Writes from `callers` threads until the process is killed, or something goes wrong. Each durable command is
/// acknowledged by one line to `out`, flushed: `ack person version id`. `round` keeps the ids of one process apart
/// from those of the next.
///
/// # Errors
/// The first error that a command met.
pub fn write_until_killed(
    store: &Store,
    callers: u32,
    round: u32,
    now: i64,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    let out = Mutex::new(out);
    let stop = AtomicBool::new(false);
    let one = |caller: u32| -> Result<()> {
        for n in 0_u32.. {
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            let id = Uuid::from_u64_pair((u64::from(round) << 32) | u64::from(caller), u64::from(n));
            let stream = person((caller * 7 + n) % PEOPLE);
            let to = stream.clone();
            let version = store.write(move |tx| command(tx, &to, id, now + i64::from(n)))?;
            let mut out = out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let told = writeln!(out, "ack {} {version} {id}", stream.id).and_then(|()| out.flush());
            told.map_err(|error| StoreError::Io { at: "the campaign's output".into(), what: error.to_string() })?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers.max(1))
            .map(|caller| {
                let (one, stop) = (&one, &stop);
                scope.spawn(move || one(caller).inspect_err(|_| stop.store(true, Ordering::Relaxed)))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Err(StoreError::Panicked)))
    })
}

/// What one killed process had acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Acknowledged(BTreeSet<(String, i64, Uuid)>);

impl Acknowledged {
    /// A line that was cut off by the kill is not an acknowledgement.
    fn read(line: &str) -> Option<(String, i64, Uuid)> {
        let line = line.strip_suffix('\n')?;
        let mut words = line.get(line.find("ack ")?..)?.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    }
}

/// Runs `kills` rounds: `spawn` starts a process that calls [`write_until_killed`] with its standard output; it is
/// killed after a number of acknowledgements that differs from round to round; then `open` opens the store and
/// everything is checked.
///
/// # Errors
/// When a process cannot be started or the store cannot be opened again; what is wrong inside it is a finding.
pub fn run(
    kills: u32,
    spawn: &mut dyn FnMut(u32) -> Command,
    open: &mut dyn FnMut() -> Result<Store>,
    told: &mut dyn FnMut(&Campaign),
) -> Result<Campaign> {
    let mut campaign = Campaign::default();
    for round in 0..kills {
        let mut command = spawn(round);
        let started = command.stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| failed(&error))?;
        let acknowledged = kill_after(&mut child, 1 + (round * 37) % 101).map_err(|error| failed(&error))?;
        campaign.kills += 1;
        campaign.acknowledged += acknowledged.0.len() as u64;
        let opening = Instant::now();
        let store = open()?;
        check(&store, round, &acknowledged, &mut campaign)?;
        campaign.slowest_opening = campaign.slowest_opening.max(opening.elapsed());
        told(&campaign);
    }
    let store = open()?;
    let verified = verify(&store)?;
    campaign.findings.extend(verified.findings);
    Ok(campaign)
}

fn failed(error: &io::Error) -> StoreError {
    StoreError::Io { at: "the campaign's process".into(), what: error.to_string() }
}

fn kill_after(child: &mut Child, acknowledgements: u32) -> io::Result<Acknowledged> {
    let mut acknowledged = Acknowledged::default();
    let Some(output) = child.stdout.take() else { return Ok(acknowledged) };
    let mut output = BufReader::new(output);
    let mut line = String::new();
    let mut killed = false;
    while output.read_line(&mut line)? > 0 {
        acknowledged.0.extend(Acknowledged::read(&line));
        line.clear();
        if !killed && acknowledged.0.len() >= acknowledgements as usize {
            child.kill()?;
            killed = true;
        }
    }
    child.wait()?;
    if killed { Ok(acknowledged) } else { Err(io::Error::other("it ended by itself before it was killed")) }
}

/// Every acknowledged command is there, and every person's rows are those of their last event.
fn check(store: &Store, round: u32, acknowledged: &Acknowledged, campaign: &mut Campaign) -> Result<()> {
    let findings = &mut campaign.findings;
    store.read(|tx| {
        for n in 0..PEOPLE {
            let stream = person(n);
            let events = events::read(tx, &stream, None)?;
            let there: BTreeSet<(i64, Uuid)> = events.iter().map(|stored| (stored.version, stored.event.id)).collect();
            for (_, version, id) in acknowledged.0.iter().filter(|(id, ..)| *id == stream.id) {
                if !there.contains(&(*version, *id)) {
                    findings.push(format!("kill {round}: {stream} version {version} was acknowledged and is lost."));
                }
            }
            let expected = events.last().map(|stored| rows_at(stored.version));
            if rows::dump(tx, &stream)? != expected {
                findings.push(format!("kill {round}: the rows of {stream} are not those of its last event."));
            }
        }
        Ok(())
    })?;
    Ok(())
}

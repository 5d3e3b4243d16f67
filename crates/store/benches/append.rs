//! What durability with a chain, a log, read models and a witness costs, against bare inserts of the same bytes.
//!
//! `cargo bench -p store -- [one] [many] [import] [commands] [events]`; with `THROUGHLINE_BENCH_POSTGRES=postgres://…` also on PostgreSQL
//! (in a schema of its own). One command is what practice does all day: an event appended to a person who is there
//! already, their case and one obligation changed, an entry in the access log. The bare side writes the very same
//! rows for the same people in the same order, into the very same tables and indices, with the same durability and the
//! same number of commands per commit and a checkpoint as often, but reads, compares, chains, signs and checks nothing. What is written is made
//! beforehand on both sides: the service, too, computes a person's rows before it comes to the store.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops at the first fault and prints")]

use std::time::{Duration, Instant};

use store::access_log::{self, Action, Entry, Outcome};
use store::rows::{self, CaseRow, Identifier, ObligationRow, PersonRows};
use store::{Append, Appended, Location, NewEvent, Options, Result, Store, StreamId, Tx, events, verify};
use uuid::Uuid;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOW: i64 = 1_772_452_800_000_000;
const PEOPLE: u32 = 2_000;
const ROUNDS: usize = 7;

const INSERT_EVENT: &str = "INSERT INTO events (stream, version, id, kind, schema_version, happened, recorded, \
     recorded_by, agency, purpose, body, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const INSERT_ENTRY: &str = "INSERT INTO access_log (writer, seq, at, actor, role, agency, action, stream, detail, \
     purpose, outcome, first_version, last_version, head, request, prev, hash) \
     VALUES ('main', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const UPSERT_CASE: &str = "INSERT INTO cases (stream, order_ref, kind, status, council, team, worker, level, \
     imposed_on, ended_on, hours_ordered, minutes_credited, next_due, refresh_on) \
     VALUES ($1, 'order-1', 'cpo', 'open', 'east', 'east-1', $2, 'medium', '2026-02-27', NULL, 120, $3, $4, $5) \
     ON CONFLICT (stream, order_ref) DO UPDATE SET minutes_credited = excluded.minutes_credited, \
     next_due = excluded.next_due, refresh_on = excluded.refresh_on";
const UPSERT_OBLIGATION: &str = "INSERT INTO obligations (stream, order_ref, standard, opened_on, n, due, state, \
     settled_on, team, worker, governs) VALUES ($1, 'order-1', $2, '2026-03-02', 0, $3, 'open', NULL, 'east-1', $4, 0) \
     ON CONFLICT (stream, order_ref, standard, opened_on, n) DO UPDATE SET due = excluded.due";

fn person(n: u32) -> StreamId {
    StreamId::new("person", format!("01980000-0000-7000-8000-{n:012}"))
}

/// Ids in the order of time, as version 7 makes them.
fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(n << 16 | 0x7000, 0x8000_0000_0000_0000 | n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 2)
}

fn event(n: u64) -> NewEvent {
    NewEvent {
        id: id(n),
        kind: "contact.held".into(),
        schema_version: 1,
        happened: "2026-03-02T14:30".into(),
        recorded: NOW + n.cast_signed(),
        by: "worker-17".into(),
        agency: "justice-social-work".into(),
        purpose: "supervision".into(),
        body: format!(
            "{{\"kind\":\"office\",\"with\":\"case manager\",\"order\":\"order-1\",\"minutes\":45,\"outcome\":\"attended\",\
             \"note\":\"Talked through the plan for the coming weeks, the bus to the placement and the tenancy; \
             agreed to bring the letter from the council to the next appointment.\",\"n\":{n}}}"
        ),
    }
}

fn due(round: u64, n: usize) -> String {
    format!("2026-{:02}-{:02}", 3 + round % 9, 1 + (round / 9 + n as u64 * 7) % 28)
}

fn person_rows(n: u32, round: u64, obligations: usize) -> PersonRows {
    PersonRows {
        display_name: format!("Ada Person{n}"),
        sort_name: format!("person{n} ada"),
        names: vec![format!("ada person{n}")],
        date_of_birth: Some("1990-02-28".into()),
        identifiers: vec![Identifier { kind: "chs".into(), value: format!("S{n}/90A") }],
        cases: vec![CaseRow {
            order_ref: "order-1".into(),
            kind: "cpo".into(),
            status: "open".into(),
            council: "east".into(),
            team: Some("east-1".into()),
            worker: Some(format!("worker-{}", n % 50)),
            level: Some("medium".into()),
            imposed_on: Some("2026-02-27".into()),
            hours_ordered: Some(120),
            minutes_credited: Some(round.cast_signed()),
            next_due: Some(due(round, 0)),
            refresh_on: Some(due(round, 0)),
            ..CaseRow::default()
        }],
        obligations: (0..obligations)
            .map(|k| ObligationRow {
                order_ref: "order-1".into(),
                standard: format!("nos.standard.{k}"),
                opened_on: "2026-03-02".into(),
                due: Some(due(if k == 0 { round } else { 0 }, k)),
                state: "open".into(),
                team: Some("east-1".into()),
                worker: Some(format!("worker-{}", n % 50)),
                ..ObligationRow::default()
            })
            .collect(),
        ..PersonRows::default()
    }
}

fn entry(action: Action, stream: Option<StreamId>, appends: Vec<Appended>) -> Entry {
    Entry {
        at: NOW,
        actor: "worker-17".into(),
        role: "case manager".into(),
        agency: "justice-social-work".into(),
        action,
        stream,
        detail: "contacts".into(),
        purpose: "supervision".into(),
        outcome: Outcome::Allowed,
        request: "0198c0de-0000-7000-8000-000000000001".into(),
        appends,
    }
}

/// What a caller brings to the store.
struct Command {
    stream: StreamId,
    expected: i64,
    event: NewEvent,
    rows: PersonRows,
    entry: Entry,
}

impl Command {
    fn new(at: Place, first_version: i64) -> Self {
        let stream = person(at.person);
        Self {
            expected: first_version + at.round,
            event: event(at.number),
            rows: person_rows(at.person, at.number, 10),
            entry: entry(Action::Alteration, Some(stream.clone()), Vec::new()),
            stream,
        }
    }

    fn run(mut self, tx: &mut dyn Tx) -> Result<()> {
        let appended = events::append(tx, &self.stream, self.expected, std::slice::from_ref(&self.event))?;
        rows::replace(tx, &self.stream, &self.rows)?;
        self.entry.appends.push(appended);
        access_log::write(tx, &self.entry).map(drop)
    }
}

/// The place of a command: whose it is, which of theirs, and its number.
#[derive(Clone, Copy)]
struct Place {
    person: u32,
    round: i64,
    number: u64,
}

/// Command `k` of a caller: callers have people of their own and take them in turn.
fn place(callers: u32, caller: u32, k: u32) -> Place {
    let own = PEOPLE / callers;
    Place {
        person: caller * own + k % own,
        round: i64::from(k / own),
        number: 1 << 44 | u64::from(k) << 8 | u64::from(caller),
    }
}

/// Streams with their first events and rows, a thousand to a transaction, as an import does it: one chunk is made while
/// the one before it is written.
fn import(store: &Store, people: u32, events_each: u64, obligations: usize) -> Duration {
    let started = Instant::now();
    let (chunks, ready) = std::sync::mpsc::sync_channel(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for first in (0..people).step_by(1_000) {
                let chunk = first..people.min(first + 1_000);
                let append = |n| {
                    Append::new(person(n), (0..events_each).map(|k| event(u64::from(n) << 8 | k)).collect()).unwrap()
                };
                let appends: Vec<Append> = chunk.clone().map(append).collect();
                let rows: Vec<_> = chunk.map(|n| (person(n), person_rows(n, 0, obligations))).collect();
                chunks.send((appends, rows)).unwrap();
            }
        });
        for (appends, rows) in ready {
            store
                .write(move |tx| {
                    let done = events::append_all(tx, &appends)?;
                    rows::replace_all(tx, &rows.iter().map(|(stream, rows)| (stream, rows)).collect::<Vec<_>>())?;
                    access_log::write(tx, &entry(Action::Collection, None, done))
                })
                .unwrap();
        }
    });
    started.elapsed()
}

/// What one side reached: commands per second, and microseconds of this process's processor time for each, which
/// stay the same on a busy machine.
#[derive(Clone, Copy, Default)]
struct Reached {
    per_second: f64,
    cpu: f64,
}

impl Reached {
    fn measure(commands: u32, run: impl FnOnce()) -> Self {
        let (started, cpu) = (Instant::now(), cpu_seconds());
        run();
        let took = started.elapsed().as_secs_f64();
        Self { per_second: f64::from(commands) / took, cpu: (cpu_seconds() - cpu) * 1e6 / f64::from(commands) }
    }
}

/// Processor time of this process so far, from the kernel's account (in hundredths of a second); 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// What the store reaches with so many callers.
fn ours(store: &Store, callers: u32, commands: u32) -> Reached {
    let first = store.read(|tx| events::version(tx, &person(0))).unwrap();
    let each = commands / callers;
    let of = |caller| (0..each).map(|k| Command::new(place(callers, caller, k), first)).collect::<Vec<_>>();
    let made: Vec<_> = (0..callers).map(of).collect();
    Reached::measure(each * callers, || {
        std::thread::scope(|scope| {
            for commands in made {
                let store = store.clone();
                scope.spawn(move || {
                    for command in commands {
                        store.write(move |tx| command.run(tx)).unwrap();
                    }
                });
            }
        });
    })
}

/// The rows that a command writes.
struct Bare {
    stream: String,
    version: i64,
    seq: i64,
    number: u64,
    event: NewEvent,
    worker: String,
    due: String,
}

fn bare_rows(callers: u32, commands: u32, first_seq: i64, first_version: i64) -> Vec<Bare> {
    (0..commands / callers * callers)
        .map(|j| {
            let at = place(callers, j % callers, j / callers);
            Bare {
                stream: person(at.person).key(),
                version: first_version + 1 + at.round,
                seq: first_seq + 1 + i64::from(j),
                number: at.number,
                event: event(at.number),
                worker: format!("worker-{}", at.person % 50),
                due: due(at.number, 0),
            }
        })
        .collect()
}

fn bare_sqlite(path: &std::path::Path, group: u32, commands: u32) -> Reached {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 2048;")
        .unwrap();
    connection.set_prepared_statement_cache_capacity(64);
    let first_seq = connection.query_row("SELECT max(seq) FROM access_log", [], |row| row.get(0)).unwrap();
    let first: i64 = connection
        .query_row("SELECT max(version) FROM events WHERE stream = ?1", [person(0).key()], |row| row.get(0))
        .unwrap();
    let rows = bare_rows(group, commands, first_seq, first);
    let hash = [7_u8; 32];
    Reached::measure(commands / group * group, || {
        for chunk in rows.chunks(group as usize) {
            connection.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
            for row in chunk {
                let e = &row.event;
                connection
                    .prepare_cached(INSERT_EVENT)
                    .unwrap()
                    .execute(rusqlite::params![
                        row.stream,
                        row.version,
                        e.id.as_bytes(),
                        e.kind,
                        e.schema_version,
                        e.happened,
                        e.recorded,
                        e.by,
                        e.agency,
                        e.purpose,
                        e.body,
                        hash,
                        hash
                    ])
                    .unwrap();
                connection
                    .prepare_cached(UPSERT_CASE)
                    .unwrap()
                    .execute(rusqlite::params![row.stream, row.worker, row.number.cast_signed(), row.due, row.due])
                    .unwrap();
                connection
                    .prepare_cached(UPSERT_OBLIGATION)
                    .unwrap()
                    .execute(rusqlite::params![row.stream, "nos.standard.0", row.due, row.worker])
                    .unwrap();
                connection
                    .prepare_cached(INSERT_ENTRY)
                    .unwrap()
                    .execute(rusqlite::params![
                        row.seq,
                        NOW,
                        "worker-17",
                        "case manager",
                        "justice-social-work",
                        "alteration",
                        row.stream,
                        "contacts",
                        "supervision",
                        "allowed",
                        row.version,
                        row.version,
                        hash,
                        "0198c0de-0000-7000-8000-000000000001",
                        hash,
                        hash
                    ])
                    .unwrap();
            }
            connection.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
        }
    })
}

fn bare_postgres(url: &str, group: u32, commands: u32) -> Reached {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute("SET synchronous_commit = on").unwrap();
    let first_seq: i64 = client.query_one("SELECT max(seq) FROM access_log", &[]).unwrap().get(0);
    let version = "SELECT max(version) FROM events WHERE stream = $1";
    let first: i64 = client.query_one(version, &[&person(0).key()]).unwrap().get(0);
    let rows = bare_rows(group, commands, first_seq, first);
    let [event, case, obligation, entry] =
        [INSERT_EVENT, UPSERT_CASE, UPSERT_OBLIGATION, INSERT_ENTRY].map(|sql| client.prepare(sql).unwrap());
    let hash = vec![7_u8; 32];
    Reached::measure(commands / group * group, || {
        for chunk in rows.chunks(group as usize) {
            client.batch_execute("BEGIN").unwrap();
            for row in chunk {
                let e = &row.event;
                let id = e.id.as_bytes().as_slice();
                let schema = i64::from(e.schema_version);
                client
                    .execute(
                        &event,
                        &[
                            &row.stream,
                            &row.version,
                            &id,
                            &e.kind,
                            &schema,
                            &e.happened,
                            &e.recorded,
                            &e.by,
                            &e.agency,
                            &e.purpose,
                            &e.body,
                            &hash,
                            &hash,
                        ],
                    )
                    .unwrap();
                client
                    .execute(&case, &[&row.stream, &row.worker, &row.number.cast_signed(), &row.due, &row.due])
                    .unwrap();
                client.execute(&obligation, &[&row.stream, &"nos.standard.0", &row.due, &row.worker]).unwrap();
                client
                    .execute(
                        &entry,
                        &[
                            &row.seq,
                            &NOW,
                            &"worker-17",
                            &"case manager",
                            &"justice-social-work",
                            &"alteration",
                            &row.stream,
                            &"contacts",
                            &"supervision",
                            &"allowed",
                            &row.version,
                            &row.version,
                            &hash,
                            &"0198c0de-0000-7000-8000-000000000001",
                            &hash,
                            &hash,
                        ],
                    )
                    .unwrap();
            }
            client.batch_execute("COMMIT").unwrap();
        }
    })
}

/// A place of its own for each run; the folder goes with the value.
struct Site {
    location: Location,
    dir: tempfile::TempDir,
    url: String,
}

fn sqlite_site() -> Site {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = dir.path().join("area.db");
    Site { url: path.display().to_string(), location: Location::file(path), dir }
}

fn postgres_site(server: &str) -> Site {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
    client
        .batch_execute(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS throughline_bench CASCADE; CREATE SCHEMA throughline_bench",
        )
        .unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{mark}options=-csearch_path%3Dthroughline_bench");
    Site { location: url.parse().unwrap(), dir, url }
}

fn open(site: &Site) -> Store {
    let options = Options { witness: Some(site.dir.path().join("witness")), ..Options::new(NOW) };
    Store::open(&site.location, &options).unwrap()
}

/// Both sides in turn, on a fresh database with the same people in it each time. The ratio is that of each turn, so that a
/// machine which is slower for a while is so for both; printed is the turn in the middle, with the least and the most.
fn compare(name: &str, sizes: &[(u32, u32)], site: &dyn Fn() -> Site, bare: &dyn Fn(&Site, u32, u32) -> Reached) {
    for &(callers, commands) in sizes {
        let mut turns = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let fresh = site();
            let store = open(&fresh);
            import(&store, PEOPLE, 1, 10);
            let ours = ours(&store, callers, commands);
            drop(store);
            let fresh = site();
            import(&open(&fresh), PEOPLE, 1, 10);
            let bare = bare(&fresh, callers, commands);
            turns.push((ours.per_second / bare.per_second, ours, bare));
        }
        turns.sort_by(|a, b| a.0.total_cmp(&b.0));
        let [least, .., most] = turns.as_slice() else { continue };
        let Some((ratio, ours, bare)) = turns.get(ROUNDS / 2) else { continue };
        let (least, most) = (least.0, most.0);
        println!(
            "{name:<10} {callers:>2} callers: {:>6.0} commands/s ({:.0} µs of processor each), bare inserts {:>6.0}/s ({:.0} µs), \
             ratio {ratio:.2} ({least:.2} to {most:.2})",
            ours.per_second, ours.cpu, bare.per_second, bare.cpu,
        );
    }
}

fn import_and_verify(name: &str, events: u32, site: &Site) {
    let store = open(site);
    let took = import(&store, events / 2, 2, 3);
    println!(
        "{name:<10} import: {:>8.0} rows/s (a row: a new stream, 2 events, 8 read-model rows)",
        f64::from(events / 2) / took.as_secs_f64()
    );
    let started = Instant::now();
    let verified = verify(&store).unwrap();
    assert!(verified.is_clean(), "{:?}", verified.findings.first());
    println!("{name:<10} verify: {} events in {:.1} s", verified.events, started.elapsed().as_secs_f64());
    let long = StreamId::new("person", "long");
    let stream = long.clone();
    store
        .write(move |tx| events::append(tx, &stream, 0, &(0..500).map(|k| event(1 << 46 | k)).collect::<Vec<_>>()))
        .unwrap();
    let started = Instant::now();
    for _ in 0..200 {
        assert_eq!(store.read(|tx| events::read(tx, &long, None)).unwrap().len(), 500);
    }
    println!("{name:<10} read:   500 events in {:.0} µs", started.elapsed().as_secs_f64() * 1e6 / 200.0);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = words.iter().filter_map(|word| word.parse::<u32>().ok());
    let commands = numbers.next().unwrap_or(20_000);
    let events = numbers.next().unwrap_or(200_000);
    let parts = ["one", "many", "import"];
    let all = !words.iter().any(|word| parts.contains(&word.as_str()));
    let wanted = |part: &str| all || words.iter().any(|word| word == part);
    // One caller waits for a commit each time: fewer commands say as much.
    let sizes = |commands: u32| -> Vec<(u32, u32)> {
        let sizes = [("one", 1, commands / 10), ("many", 64, commands)];
        sizes.into_iter().filter(|(part, ..)| wanted(part)).map(|(_, callers, commands)| (callers, commands)).collect()
    };
    compare("SQLite", &sizes(commands), &sqlite_site, &|site, group, commands| {
        bare_sqlite(site.url.as_ref(), group, commands)
    });
    if wanted("import") {
        import_and_verify("SQLite", events, &sqlite_site());
    }
    let Ok(server) = std::env::var("THROUGHLINE_BENCH_POSTGRES") else { return };
    compare("PostgreSQL", &sizes(commands / 4), &|| postgres_site(&server), &|site, group, commands| {
        bare_postgres(&site.url, group, commands)
    });
    if wanted("import") {
        import_and_verify("PostgreSQL", events / 4, &postgres_site(&server));
    }
}

//! The desk under the work of a large area: 20 people who click several times a second, one click in twenty records a
//! contact.
//!
//! `cargo bench -p throughline --bench desk -- [PEOPLE] [CLICKS]`; 132,000 people (6 million events) and 150 clicks by each
//! user unless told otherwise. It makes a synthetic area with the program (kept in `THROUGHLINE_BENCH_AREA`, or under the
//! folder for built things, and used again), starts `throughline serve` on it, and measures from outside, over HTTP: how long
//! until the first answer, memory at rest, the time of each kind of page, its size. In between, in turns of a few clicks,
//! the same clicks go to a bare server in this process: the same rows by SQL alone, put into an empty page. It decides
//! nothing, enters nothing in a log and computes nothing from the record; contacts are recorded at the desk meanwhile, so
//! that both read a database that is being written. Before the start the file is read through once, so that it is in memory,
//! as on a server that has been at work; `THROUGHLINE_BENCH_COLD=1` leaves it where it is.
//!
//! `THROUGHLINE_BENCH_POSTGRES=postgres://…` does it all again on PostgreSQL; the database is filled if it is empty, and kept.
//!
//! The bars: half of the pages within 5 ms, 99 of 100 within 25 ms, each kind within three times the bare one, the first
//! answer within 300 ms, 150 MB at rest, 100 kB a page.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::duration_suboptimal_units,
    clippy::format_push_string,
    clippy::zombie_processes,
    reason = "a benchmark stops at the first fault, waits and prints; it counts far below 2^52"
)]

mod area;
mod bare;
mod database;
mod http;

use area::{Area, User};
use http::Connection;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The moment at which everything happens.
const NOW: &str = "2026-03-02T10:00";
const USERS: usize = 20;
/// The longest that somebody looks at a page before the next click; on average it is half of this.
const LONGEST_LOOK: Duration = Duration::from_millis(400);
/// Of so many clicks, one records a contact.
const ONE_WRITES: u64 = 20;
/// The desk and the bare server take turns, and turns at going first: what else the machine does meets both alike.
const TURNS: u32 = 10;

/// A click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Click {
    Today,
    Caseload,
    Person,
    Search,
    /// The form that a contact is recorded on.
    Form,
    /// Sending it.
    Record,
}

const PAGES: [Click; 4] = [Click::Today, Click::Caseload, Click::Person, Click::Search];

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    // Run by `cargo test` it only shows that it works.
    let few = !std::env::args().any(|argument| argument == "--bench");
    let people = numbers.first().copied().unwrap_or(if few { 300 } else { 132_000 });
    let clicks = numbers.get(1).copied().unwrap_or(if few { TURNS } else { 150 });
    println!("SQLite: {people} people asked for");
    measure(&Area::in_file(people), clicks);
    if let Ok(url) = std::env::var("THROUGHLINE_BENCH_POSTGRES") {
        println!("\nPostgreSQL: {people} people asked for");
        measure(&Area::on_server(&url, people), clicks);
    }
}

/// Times by kind of click.
type Times = BTreeMap<Click, Vec<Duration>>;

fn measure(area: &Area, clicks: u32) {
    println!("{}; load {}", area.size(), load());
    let users = area.users(USERS);
    area.read_through();
    let (mut server, at, first_answer) = serve(area);
    std::thread::sleep(Duration::from_secs(2));
    let rest = memory(&server, "VmRSS");
    let sizes = sizes(at, &users);
    let beside = bare::serve(area);
    let (mut ours, mut bare, mut rows) = (Times::new(), Times::new(), Vec::new());
    for turn in 0..TURNS {
        rows.extend(durable_rows());
        let clicks = |pages: SocketAddr, times: &mut Times| {
            run(Places { pages, desk: at }, &users, clicks / TURNS, turn, times);
        };
        // The clicks are the same, so whoever goes second finds what they need in memory.
        if turn % 2 == 0 {
            clicks(at, &mut ours);
            clicks(beside, &mut bare);
        } else {
            clicks(beside, &mut bare);
            clicks(at, &mut ours);
        }
    }
    let (after, peak) = (memory(&server, "VmRSS"), memory(&server, "VmHWM"));
    server.kill().unwrap();
    server.wait().unwrap();

    println!(
        "\n| page | clicks | half within | 99 of 100 within | bare, half | ratio | bare, 99 of 100 | ratio | largest page |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (click, times) in &ours {
        let (half, most) = (part(times, 50), part(times, 99));
        let alone = bare.get(click).filter(|_| PAGES.contains(click));
        let beside = |percent, time: Duration| match alone.map(|alone| part(alone, percent)) {
            Some(bare) => format!("{:.2} ms | {:.1}", millis(bare), time.as_secs_f64() / bare.as_secs_f64()),
            None => "– | –".to_owned(),
        };
        println!(
            "| {click:?} | {} | {:.2} ms | {:.1} ms | {} | {} | {} |",
            times.len(),
            millis(half),
            millis(most),
            beside(50, half),
            beside(99, most),
            sizes.get(click).map_or_else(|| "–".to_owned(), |size| format!("{:.1} kB", *size as f64 / 1e3)),
        );
    }
    let all: Vec<Duration> = PAGES.iter().filter_map(|page| ours.get(page)).flatten().copied().collect();
    println!(
        "\nall pages: half within {:.1} ms (bar 5), 99 of 100 within {:.1} ms (bar 25)",
        millis(part(&all, 50)),
        millis(part(&all, 99))
    );
    println!(
        "one durable row beside it, which every look waits for: half within {:.2} ms, 99 of 100 within {:.1} ms",
        millis(part(&rows, 50)),
        millis(part(&rows, 99))
    );
    println!("first answer after {:.0} ms (bar 300)", millis(first_answer));
    println!("memory: {rest:.0} MB at rest (bar 150), {after:.0} MB after the run, {peak:.0} MB at the most");
    println!("load {}", load());
}

/// How long a few rows take, each written durably into a file of its own: what the disk does at this moment.
fn durable_rows() -> Vec<Duration> {
    let path = area::folder().join("durable-rows.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS rows (n)")
        .unwrap();
    (0..20)
        .map(|n| {
            std::thread::sleep(LONGEST_LOOK / 40);
            let begun = Instant::now();
            database.execute("INSERT INTO rows VALUES (?1)", [n]).unwrap();
            begun.elapsed()
        })
        .collect()
}

/// What else the machine does: how many processes wanted to run in the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// Starts the program on the area; answers when it has answered.
fn serve(area: &Area) -> (Child, SocketAddr, Duration) {
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let begun = Instant::now();
    let server = Command::new(env!("CARGO_BIN_EXE_throughline"))
        .args(["--store", area.store(), "--witness", area.witness(), "--now", NOW])
        .args(["serve", "--listen", &at.to_string()])
        .env("THROUGHLINE_LOG", "warn")
        .current_dir(area::folder())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    loop {
        if let Ok(mut connection) = Connection::open(at)
            && connection.ask("GET", "/sign-in", &[], "").is_ok_and(|answer| answer.status == 200)
        {
            return (server, at, begun.elapsed());
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the desk does not answer");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A figure of a process's memory, in megabytes.
fn memory(process: &Child, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() * 1024.0 / 1e6
}

/// The largest page of each kind, uncompressed.
fn sizes(at: SocketAddr, users: &[User]) -> BTreeMap<Click, usize> {
    let mut largest = BTreeMap::new();
    for user in users {
        let mut connection = Connection::open(at).unwrap();
        for click in [Click::Today, Click::Caseload, Click::Person, Click::Search, Click::Form] {
            let size = user.click(&mut connection, click, 0).body.len();
            largest.entry(click).and_modify(|most: &mut usize| *most = (*most).max(size)).or_insert(size);
        }
    }
    largest
}

/// Where clicks go: pages to the desk or to the bare server; what is recorded, always to the desk.
#[derive(Clone, Copy)]
struct Places {
    pages: SocketAddr,
    desk: SocketAddr,
}

/// Everybody clicks, each on connections of their own.
fn run(places: Places, users: &[User], clicks: u32, turn: u32, all: &mut Times) {
    let threads: Vec<_> = users
        .iter()
        .cloned()
        .zip(1_u64..)
        .map(|(user, n)| std::thread::spawn(move || work(places, &user, n * 1_000 + u64::from(turn), clicks)))
        .collect();
    for thread in threads {
        for (click, time) in thread.join().expect("a user") {
            all.entry(click).or_default().push(time);
        }
    }
}

fn work(places: Places, user: &User, seed: u64, clicks: u32) -> Vec<(Click, Duration)> {
    let (mut pages, mut desk) = (Connection::open(places.pages).unwrap(), Connection::open(places.desk).unwrap());
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut times = Vec::new();
    for _ in 0..clicks {
        let look = LONGEST_LOOK.as_micros() as u64;
        std::thread::sleep(Duration::from_micros(chance.below(look)));
        let which = chance.below(1 << 20);
        if chance.below(ONE_WRITES) == 0 {
            let begun = Instant::now();
            let form = user.click(&mut desk, Click::Form, which);
            times.push((Click::Form, begun.elapsed()));
            let sent = user.filled(&form);
            let begun = Instant::now();
            user.record(&mut desk, which, &sent);
            times.push((Click::Record, begun.elapsed()));
        } else {
            let click = PAGES[chance.below(4) as usize];
            let begun = Instant::now();
            user.click(&mut pages, click, which);
            times.push((click, begun.elapsed()));
        }
    }
    times
}

/// The same clicks in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn part(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

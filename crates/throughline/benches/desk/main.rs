//! The desk under the work of a large area: 20 people who click several times a second, one click in twenty records a
//! contact.
//!
//! `cargo bench -p throughline --bench desk -- [PEOPLE] [CLICKS]`; 100,000 people and 150 clicks by each user unless told
//! otherwise. It makes a synthetic area with the program (kept in `THROUGHLINE_BENCH_AREA`, or under the folder for built
//! things, and used again), starts `throughline serve` on it, and measures from outside, over HTTP: how long until the first
//! answer, memory at rest, the time of each kind of page, its size. Then the same clicks go to a bare server in this
//! process: the same rows by SQL alone, put into an empty page. It asks nobody who they are, decides nothing, enters nothing
//! in a log and computes nothing from the record.
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
    clippy::needless_for_each,
    clippy::zombie_processes,
    reason = "a benchmark stops at the first fault, waits and prints; it counts far below 2^52"
)]

mod area;
mod bare;
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
    let people = numbers.first().copied().unwrap_or(if few { 300 } else { 100_000 });
    let clicks = numbers.get(1).copied().unwrap_or(if few { 4 } else { 150 });
    let area = Area::made(people);
    println!("{people} people asked for, {}", area.size());
    let users = area.users(USERS);

    let (mut server, at, first_answer) = serve(&area);
    std::thread::sleep(Duration::from_secs(2));
    let rest = memory(&server, "VmRSS");
    let sizes = sizes(at, &users);
    let ours = run(at, &users, clicks, true);
    let (after, peak) = (memory(&server, "VmRSS"), memory(&server, "VmHWM"));
    server.kill().unwrap();
    server.wait().unwrap();
    let bare = run(bare::serve(&area), &users, clicks, false);

    println!("\n| page | clicks | half within | 99 of 100 within | bare, half | ratio | largest page |");
    println!("|---|---|---|---|---|---|---|");
    for (click, times) in &ours {
        let (half, most) = (part(times, 50), part(times, 99));
        let alone = bare.get(click).map(|times| part(times, 50));
        println!(
            "| {click:?} | {} | {:.1} ms | {:.1} ms | {} | {} | {} |",
            times.len(),
            millis(half),
            millis(most),
            alone.map_or_else(|| "–".to_owned(), |alone| format!("{:.1} ms", millis(alone))),
            alone.map_or_else(|| "–".to_owned(), |alone| format!("{:.1}", half.as_secs_f64() / alone.as_secs_f64())),
            sizes.get(click).map_or_else(|| "–".to_owned(), |size| format!("{:.1} kB", *size as f64 / 1e3)),
        );
    }
    let all: Vec<Duration> = PAGES.iter().filter_map(|page| ours.get(page)).flatten().copied().collect();
    println!(
        "\nall pages: half within {:.1} ms (bar 5), 99 of 100 within {:.1} ms (bar 25)",
        millis(part(&all, 50)),
        millis(part(&all, 99))
    );
    println!("first answer after {:.0} ms (bar 300)", millis(first_answer));
    println!("memory: {rest:.0} MB at rest (bar 150), {after:.0} MB after the run, {peak:.0} MB at the most");
}

/// Starts the program on the area; answers when it has answered.
fn serve(area: &Area) -> (Child, SocketAddr, Duration) {
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let begun = Instant::now();
    let server = Command::new(env!("CARGO_BIN_EXE_throughline"))
        .args(["--store", area.store(), "--now", NOW, "serve", "--listen", &at.to_string()])
        .env("THROUGHLINE_LOG", "warn")
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

/// Everybody clicks, each on a connection of their own.
fn run(at: SocketAddr, users: &[User], clicks: u32, writes: bool) -> BTreeMap<Click, Vec<Duration>> {
    let threads: Vec<_> = users
        .iter()
        .cloned()
        .enumerate()
        .map(|(n, user)| std::thread::spawn(move || work(at, &user, n as u64 + 1, clicks, writes)))
        .collect();
    let mut all: BTreeMap<Click, Vec<Duration>> = BTreeMap::new();
    for thread in threads {
        for (click, time) in thread.join().expect("a user") {
            all.entry(click).or_default().push(time);
        }
    }
    all.values_mut().for_each(|times| times.sort_unstable());
    all
}

fn work(at: SocketAddr, user: &User, seed: u64, clicks: u32, writes: bool) -> Vec<(Click, Duration)> {
    let mut connection = Connection::open(at).unwrap();
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut times = Vec::new();
    for _ in 0..clicks {
        let look = LONGEST_LOOK.as_micros() as u64;
        std::thread::sleep(Duration::from_micros(chance.below(look)));
        let which = chance.below(1 << 20);
        if writes && chance.below(ONE_WRITES) == 0 {
            let begun = Instant::now();
            let form = user.click(&mut connection, Click::Form, which);
            times.push((Click::Form, begun.elapsed()));
            let sent = user.filled(&form);
            let begun = Instant::now();
            user.record(&mut connection, which, &sent);
            times.push((Click::Record, begun.elapsed()));
        } else {
            let click = PAGES[chance.below(4) as usize];
            let begun = Instant::now();
            user.click(&mut connection, click, which);
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

fn part(sorted: &[Duration], percent: usize) -> Duration {
    let mut times = sorted.to_vec();
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

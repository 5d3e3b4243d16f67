//! The full rulebook of Scotland over synthetic cases, without explanations.
//!
//! `cargo bench -p clock -- [CASES] [THREADS]`; one million cases on two threads unless told otherwise. Each thread makes
//! its own cases from a fixed seed, in batches; making them is timed apart. The bars are 30 seconds and 2 GiB for a
//! million cases of 60 facts over 18 months on two cores, and 50 microseconds for one case.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, stops when its own files are wrong, and counts far below 2^52"
)]

use calendar::Calendars;
use clock::{CalendarRoles, Clock, Detail, Rulebook};
use facts::{Fact, FactName, Timeline};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

const START: Date = date(2025, 1, 6);
const TODAY: Date = date(2026, 9, 30);
const BATCH: usize = 2_000;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    // Run by `cargo test` it only shows that it works.
    let few = !std::env::args().any(|argument| argument == "--bench");
    let cases = numbers.next().unwrap_or(if few { 200 } else { 1_000_000 });
    let threads = numbers.next().unwrap_or(2).max(1);
    let (rulebook, calendars) = read();
    let roles = CalendarRoles::of(&rulebook, &calendars).expect("the calendars");
    let clock = Clock::new(&rulebook, roles);
    let begun = Instant::now();
    let share = cases.div_ceil(threads);
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let clock = &clock;
        let started: Vec<_> =
            (0..threads).map(|seed| scope.spawn(move || run(clock, share, seed as u64 + 1))).collect();
        started.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    let wall = begun.elapsed();
    let evaluating = runs.iter().map(|run| run.evaluating).max().unwrap_or_default();
    let facts: usize = runs.iter().map(|run| run.facts).sum();
    let obligations: usize = runs.iter().map(|run| run.obligations).sum();
    let slowest = runs.iter().map(|run| run.slowest).max().unwrap_or_default();
    let done = share * threads;
    let per_case = evaluating.as_secs_f64() * 1e6 * threads as f64 / done as f64;
    println!(
        "{done} cases on {threads} threads, {} standards on",
        rulebook.standards().iter().filter(|s| s.is_on()).count()
    );
    println!("  facts a case          {:>10.1}", facts as f64 / done as f64);
    println!("  obligations a case    {:>10.1}", obligations as f64 / done as f64);
    println!(
        "  evaluating            {:>10.2} s   ({:.2} of the bar of 30 s for a million)",
        evaluating.as_secs_f64(),
        evaluating.as_secs_f64() / 30.0 * 1e6 / done as f64
    );
    let processor: Duration = runs.iter().map(|run| run.processor).sum();
    let spent = processor.as_secs_f64() * 1e6 / done as f64;
    println!("  processor time a case {spent:>10.2} µs  ({:.2} of the bar of 50 µs)", spent / 50.0);
    println!("  with making the cases {:>10.2} s", wall.as_secs_f64());
    println!("  cases a second        {:>10.0}", done as f64 / evaluating.as_secs_f64());
    println!(
        "  one case              {per_case:>10.2} µs  ({:.2} of the bar of 50 µs), slowest {:.0} µs",
        per_case / 50.0,
        slowest.as_secs_f64() * 1e6
    );
    println!("  peak memory           {:>10.1} MiB ({:.3} of the bar of 2 GiB)", peak(), peak() / 2048.0);
}

#[derive(Default)]
struct Run {
    evaluating: Duration,
    /// Time on a processor, which other work on the machine does not lengthen.
    processor: Duration,
    slowest: Duration,
    facts: usize,
    obligations: usize,
}

fn run(clock: &Clock<'_>, cases: usize, seed: u64) -> Run {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut run = Run::default();
    let mut left = cases;
    while left > 0 {
        let batch: Vec<Timeline> = (0..left.min(BATCH)).map(|_| case(&mut random)).collect();
        left -= batch.len();
        run.facts += batch.iter().map(|case| case.facts().len()).sum::<usize>();
        let (begun, processor) = (Instant::now(), on_processor());
        for case in &batch {
            let each = Instant::now();
            let found = clock.evaluate(case, TODAY, Detail::Plain).expect("the calendars cover these years");
            run.slowest = run.slowest.max(each.elapsed());
            run.obligations += found.len();
        }
        run.evaluating += begun.elapsed();
        run.processor += on_processor().saturating_sub(processor);
    }
    run
}

/// A community payback order of eighteen months with its contacts, reviews, non-compliance and unpaid work.
fn case(random: &mut Random) -> Timeline {
    let day = |number: u64| START.checked_add(i64::try_from(number).expect("small").days()).expect("in range");
    let start = random.below(60);
    let level = ["very_high", "high", "medium", "low"][usize::try_from(random.below(4)).unwrap()];
    let hours = 40 + i64::try_from(random.below(200)).expect("small");
    let mut facts = vec![
        Fact::new(FactName::OrderMade, day(start))
            .with("order", "cpo")
            .with("requirements", vec!["supervision".into(), "unpaid_work".into()])
            .with("upw_hours", hours),
        Fact::new(FactName::OrderImposed, day(start)),
        Fact::new(FactName::OrderReceived, day(start + random.below(3))),
        Fact::new(FactName::CaseManagerAllocated, day(start + 1 + random.below(4))).with("team", "east"),
        Fact::new(FactName::ContactFirstDirect, day(start + random.below(3))),
        Fact::new(FactName::OrderSigned, day(start + random.below(3))),
        Fact::new(FactName::InductionStarted, day(start + 1 + random.below(9))),
        Fact::new(FactName::ContactLevelSet, day(start + 7)).with("level", level),
        Fact::new(FactName::PlacementStarted, day(start + 3 + random.below(14))),
        Fact::new(FactName::PlanFinalised, day(start + 20 + random.below(14))),
    ];
    let contacts = 20 + random.below(30);
    for _ in 0..contacts {
        let on = day(start + random.below(540));
        facts.push(Fact::new(FactName::ContactInPerson, on).with("with", "case_manager"));
    }
    for number in 1..=4 + random.below(3) {
        let outcome = if random.below(2) == 0 { "stable" } else { "not_stable" };
        facts.push(
            Fact::new(FactName::ReviewCompleted, day(start + number * 85 + random.below(12))).with("outcome", outcome),
        );
    }
    for _ in 0..random.below(5) {
        let on = start + random.below(500);
        facts.push(Fact::new(FactName::NoncomplianceRecorded, day(on)));
        facts.push(Fact::new(FactName::NoncomplianceResponseRecorded, day(on + random.below(4))));
    }
    for _ in 0..random.below(8) {
        facts.push(Fact::new(FactName::HoursCredited, day(start + random.below(200))).with("minutes", 300_i64));
    }
    if random.below(3) == 0 {
        facts.push(Fact::new(FactName::UpwHoursCompleted, day(start + 90 + random.below(200))));
        facts.push(Fact::new(FactName::OrderCompleted, day(start + 300 + random.below(200))));
    }
    Timeline::new(facts)
}

/// xorshift: fast, seeded, and good enough to scatter days.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn read() -> (Rulebook, Calendars) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("the folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let toml = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
        let mut files: Vec<(String, String)> = toml
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let rulebook = Rulebook::parse(&files("rulebooks/scotland")).unwrap_or_else(|refusal| panic!("{refusal}"));
    (rulebook, calendar::load(&files("calendars")).unwrap_or_else(|refusal| panic!("{refusal}")))
}

/// How long this thread has run on a processor, where the system says.
fn on_processor() -> Duration {
    let times = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(times.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

/// The most memory that the process has held, in MiB, where the system says.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

//! How long a cohort takes, beside a bare scan of sorted columns and beside `DuckDB` and lifelines.
//!
//! `crates/measure/benches/peers/run.sh` runs both sides and prints the ratios. Alone, `cargo bench -p measure --bench reoffending` prints
//! ours; with a folder as argument it writes the same data there for the peers; with a file of Parquet it measures that, read and all.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::many_single_char_names,
    reason = "a benchmark of sound data that stops where anything is wrong"
)]

use jiff::civil::date;
use measure::statistics::Observed;
use measure::statistics::cox::{self, Covariates};
use measure::{
    Cohort, Content, Day, Definition, EventRow, Files, Histories, HistoriesBuilder, Known, Map, Outcome, Scale, fold,
};
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEOPLE: u32 = 2_000_000;
const EVENTS: u32 = 10_000_000;
const COHORT: &str = "2015";
const ROWS_OF_COX: u32 = 1_000_000;

/// The same numbers on every machine (a xorshift; nothing depends on their quality).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() >> 33).unwrap_or(0) % bound
    }

    fn share(&mut self) -> f64 {
        f64::from(self.below(1 << 30)) / f64::from(1 << 30)
    }
}

/// Bare columns: where each person's events begin; days since 1 January 1970; weights.
struct Bare {
    begin: Vec<usize>,
    on: Vec<i32>,
    weight: Vec<u16>,
}

fn main() {
    let given = std::env::args().nth(1).filter(|argument| !argument.starts_with("--"));
    let folder = given.as_deref().map(Path::new);
    if let Some(file) = folder.filter(|file| file.extension().is_some_and(|extension| extension == "parquet")) {
        return from_parquet(file);
    }
    reoffending(folder);
    cox(folder);
}

fn reoffending(folder: Option<&Path>) {
    let (histories, bare) = made(folder);
    // In turn, so that a busy moment of the machine falls on both.
    let (mut our_time, mut our_sums) = best(1, || followed(&histories));
    let (mut bare_time, bare_sums) = best(1, || bare.scan());
    for _ in 1..20 {
        let (time, sums) = best(1, || followed(&histories));
        (our_time, our_sums) = (our_time.min(time), sums);
        bare_time = bare_time.min(best(1, || bare.scan()).0);
    }
    assert_eq!(our_sums, bare_sums, "both sides must say the same");
    println!("sums {our_sums:?}");
    println!("ours {our_time:.4}");
    println!("bare {bare_time:.4}");
    println!("ratio_to_bare {:.2}", our_time / bare_time);
    println!("peak_mib {}", peak_mib());
}

/// From a file on disk to the figures.
fn from_parquet(file: &Path) {
    let map = Map::parse("map.toml", MAP).expect("the map is sound");
    let weights = (1..=5).map(|weight| format!("[[weight]]\ncode = \"{weight}\"\nweight = {weight}\n"));
    let scale = Scale::parse("scale.toml", &(SCALE.to_owned() + &weights.collect::<String>())).expect("it is sound");
    let cohort = [Cohort::parse(COHORT).expect("a year is a cohort")];
    let read = || {
        let events = Content::of("events.parquet", File::open(file).expect("the file is there"));
        let files = Files { events: ("events.parquet", events.expect("it is Parquet")), people: None, custody: None };
        files.read_for(&cohort, &map, Some(&scale)).expect("the file is as the map says")
    };
    let (mut whole, mut reading) = (f64::INFINITY, f64::INFINITY);
    let mut sums = [0; 5];
    for _ in 0..5 {
        let began = Instant::now();
        let histories = black_box(read());
        let read_in = began.elapsed().as_secs_f64();
        sums = followed(&histories);
        // The columns are given back after the clock has stopped.
        (whole, reading) = (whole.min(began.elapsed().as_secs_f64()), reading.min(read_in));
    }
    println!("parquet_sums {sums:?}");
    println!("parquet {whole:.4}");
    println!("parquet_read {reading:.4}");
    println!("parquet_peak_mib {}", peak_mib());
}

/// The cohort of a year: people, of whom reoffended, reoffences, the sum of the worst, the sum of days to the first.
fn followed(histories: &Histories) -> [u64; 5] {
    let definition = Definition::parse("benchmark.toml", DEFINITION).expect("the definition is sound");
    let cohort = Cohort::parse(COHORT).expect("a year is a cohort");
    let known = Known::by(Day::from(date(2020, 1, 1)));
    let add = |sums: &mut [u64; 5], outcome: Outcome| {
        let days = outcome.first.map_or(0, |first| first.since(outcome.index_day));
        let one = [
            1,
            u64::from(outcome.reoffended()),
            u64::from(outcome.reoffences),
            u64::from(outcome.worst.unwrap_or(0)),
            u64::from(days.unsigned_abs()),
        ];
        sums.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
    };
    let merge = |mut all: [u64; 5], part: [u64; 5]| {
        all.iter_mut().zip(part).for_each(|(sum, one)| *sum += one);
        all
    };
    fold(histories, &definition, &cohort, known, None, add, merge).expect("the cohort is measurable")
}

/// The best of several runs, in seconds.
fn best<R>(times: usize, mut run: impl FnMut() -> R) -> (f64, R) {
    let mut once = || {
        let began = Instant::now();
        let result = black_box(run());
        (began.elapsed().as_secs_f64(), result)
    };
    let mut best = once();
    for _ in 1..times {
        let next = once();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

fn made(folder: Option<&Path>) -> (Histories, Bare) {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut of_person: Vec<Vec<(i32, u16)>> = vec![Vec::new(); PEOPLE as usize];
    let first = Day::from(date(2006, 1, 1)).since(Day::from(date(1970, 1, 1)));
    for _ in 0..EVENTS {
        // A quarter of the people have no event at all, and some have many.
        let person = chance.below(PEOPLE * 3 / 4) as usize;
        let on = first + i32::try_from(chance.below(13 * 365)).unwrap_or(0);
        let weight = 1 + u16::try_from(chance.below(5)).unwrap_or(0);
        of_person[person].push((on, weight));
    }
    let mut builder = HistoriesBuilder::new([], []);
    let mut bare = Bare { begin: vec![0], on: Vec::new(), weight: Vec::new() };
    let mut file =
        folder.map(|folder| BufWriter::new(File::create(folder.join("events.csv")).expect("the folder is there")));
    if let Some(file) = &mut file {
        writeln!(file, "person,day,weight").expect("the disk has room");
    }
    for (number, events) in of_person.iter_mut().enumerate() {
        events.sort_unstable();
        let person = builder.person(&number.to_string()).expect("there is room");
        for (on, weight) in events {
            let day = Day::from(date(1970, 1, 1)).plus(*on);
            let event = EventRow { weight: Some(*weight), ..EventRow::new(person, "conviction", day) };
            builder.event(&event).expect("there is room");
            bare.on.push(*on);
            bare.weight.push(*weight);
            if let Some(file) = &mut file {
                writeln!(file, "{number},{on},{weight}").expect("the disk has room");
            }
        }
        bare.begin.push(bare.on.len());
    }
    (builder.build(), bare)
}

impl Bare {
    /// The same figures with nothing around them, by as many threads.
    fn scan(&self) -> [u64; 5] {
        let epoch = Day::from(date(1970, 1, 1));
        let (from, to) = (Day::from(date(2015, 1, 1)).since(epoch), Day::from(date(2015, 12, 31)).since(epoch));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = (self.begin.len() - 1).div_ceil(threads);
        let part = |first: usize| {
            let mut sums = [0_u64; 5];
            for pair in self.begin[first..(first + share + 1).min(self.begin.len())].windows(2) {
                let (on, weight) = (&self.on[pair[0]..pair[1]], &self.weight[pair[0]..pair[1]]);
                let Some(place) = on.iter().position(|on| (from..=to).contains(on)) else { continue };
                let index = on[place];
                let (mut count, mut worst, mut days) = (0, 0, 0);
                for (on, weight) in on[place..].iter().zip(&weight[place..]) {
                    if *on > index && *on <= index + 365 {
                        if count == 0 {
                            days = *on - index;
                        }
                        count += 1;
                        worst = worst.max(*weight);
                    }
                }
                let one = [1, u64::from(count > 0), count, u64::from(worst), u64::from(days.unsigned_abs())];
                sums.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
            }
            sums
        };
        std::thread::scope(|scope| {
            let parts: Vec<_> =
                (0..self.begin.len() - 1).step_by(share).map(|first| scope.spawn(move || part(first))).collect();
            parts.into_iter().fold([0; 5], |mut all, part| {
                let part = part.join().expect("no part fails");
                all.iter_mut().zip(part).for_each(|(sum, one)| *sum += one);
                all
            })
        })
    }
}

fn cox(folder: Option<&Path>) {
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let mut covariates = Covariates::named(["a", "b", "c", "d", "e"]);
    let mut observed = Vec::new();
    let mut file =
        folder.map(|folder| BufWriter::new(File::create(folder.join("cox.csv")).expect("the folder is there")));
    if let Some(file) = &mut file {
        writeln!(file, "a,b,c,d,e,time,event").expect("the disk has room");
    }
    for _ in 0..ROWS_OF_COX {
        let row = [0; 5].map(|_: u8| chance.share());
        let log_hazard = 0.5 * row[0] - 0.8 * row[1] + 0.2 * row[2];
        // Whole days, so that there are ties; a year's follow-up.
        let time = (-(chance.share().max(1e-12)).ln() / (0.001 * f64::exp(log_hazard))).ceil().max(1.0);
        let happened = time <= 365.0;
        let time = time.min(365.0);
        covariates.push(&row).expect("numbers are numbers");
        observed.push(Observed { from: 0.0, until: time, ended: happened.then_some(0) });
        if let Some(file) = &mut file {
            let [a, b, c, d, e] = row;
            writeln!(file, "{a},{b},{c},{d},{e},{time},{}", u8::from(happened)).expect("the disk has room");
        }
    }
    let (time, model) = best(3, || cox::fit(&observed, &covariates, None).expect("the model settles"));
    let coefficients: Vec<String> = model.coefficients.iter().map(|one| format!("{:.6}", one.coefficient)).collect();
    println!("cox {time:.3}");
    println!("cox_coefficients {}", coefficients.join(" "));
}

/// The most memory that the process has held, with the bare columns and the rows they were made of.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
}

const DEFINITION: &str = r#"
id = "benchmark"
title = "Convictions within a year"
version = "1"
valid_from = "2000-01-01"
source = "The benchmark"
caveat = "Each conviction counts."
[words]
did = "reconvicted"
events = "reconvictions"
[index]
kinds = ["conviction"]
[follow_up]
length = "365 days"
waiting = "0 days"
[counts]
kinds = ["conviction"]
dated_by = "proof"
offences_before_index = "count"
unit = "event"
[suppression]
fewer_than = 10
"#;

const MAP: &str = "[events]\nperson = \"person\"\non = \"day\"\nevery_row_is = \"conviction\"\nseverity = \"weight\"\n";

const SCALE: &str = r#"
id = "benchmark"
title = "Weights as they are"
version = "1"
source = "The benchmark"
unit = "weight"
severe_from = 5
"#;

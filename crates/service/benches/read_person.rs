//! Reading a person with 500 events and folding them into the record: what every page about a person begins with.
//!
//! `cargo bench -p service --bench read_person`; with `THROUGHLINE_BENCH_POSTGRES=postgres://…` also on PostgreSQL, in a
//! database that may be filled. The bar is 1 ms for both steps together: the store's events read from their JSON, and the
//! record that follows. Other people are in the database too, so that it is no single page.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops at the first fault and prints")]

use std::time::{Duration, Instant};

use record::{History, Record};
use serde_json::{Value, json};
use service::read_history;
use store::{Append, Location, NewEvent, Options, Store, StreamId, events};
use uuid::Uuid;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOW: i64 = 1_772_452_800_000_000;
const EVENTS: usize = 500;
const OTHERS: usize = 200;
const BAR: Duration = Duration::from_millis(1);

fn main() {
    // Run by `cargo test` it only shows that it works.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 400 } else { 4 };
    let dir = tempfile::tempdir().unwrap();
    let mut places = vec![("SQLite", Location::file(dir.path().join("read.db")))];
    if let Ok(url) = std::env::var("THROUGHLINE_BENCH_POSTGRES") {
        places.push(("PostgreSQL", url.parse().unwrap()));
    }
    for (name, location) in places {
        let mut options = Options::new(NOW);
        options.witness = Some(dir.path().join(name));
        measure(name, &Store::open(&location, &options).unwrap(), rounds);
    }
}

fn measure(name: &str, store: &Store, rounds: usize) {
    let people: Vec<StreamId> = (0..=OTHERS).map(|n| StreamId::new("person", id(n, 0).to_string())).collect();
    let appends = people.iter().enumerate().map(|(n, stream)| Append::new(stream.clone(), story(n)).unwrap());
    let appends: Vec<Append> = appends.collect();
    store.write(move |tx| events::append_all(tx, &appends)).unwrap();
    let stream = people.first().unwrap();
    let mut steps = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..rounds {
        let begun = Instant::now();
        let told: History = store.try_read(|tx| read_history(tx, stream)).unwrap().unwrap();
        let read = begun.elapsed();
        let record: Record = told.record();
        let whole = begun.elapsed();
        assert_eq!(record.version, EVENTS as u64);
        for (times, time) in steps.iter_mut().zip([read, whole.saturating_sub(read), whole]) {
            times.push(time);
        }
    }
    let [read, fold, whole] = steps.map(|mut times| {
        times.sort_unstable();
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
        (at(50), at(99))
    });
    println!("{name}, a person with {EVENTS} events, {rounds} times:");
    for (what, (median, slow)) in [("read", read), ("fold", fold), ("together", whole)] {
        println!("  {what:9} median {:4} µs, 99th of 100 {:4} µs", median.as_micros(), slow.as_micros());
    }
    println!("  of the bar of {} µs: {:.2}", BAR.as_micros(), whole.0.as_secs_f64() / BAR.as_secs_f64());
}

/// Three years on a community payback order: court, the first steps, then each week a contact planned, the contact, and
/// a day of unpaid work.
fn story(person: usize) -> Vec<NewEvent> {
    let order = json!({"order": "CPO-1"});
    let mut told = vec![
        event("2023-03-01", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"})),
        event("2023-03-01", "person.born", &json!({"born": "1990-05-17"})),
        event("2023-03-01", "court.charged", &json!({"charge": "CH-1", "offence": "theft", "from": "2022-11-01"})),
        event(
            "2023-03-01",
            "court.convicted",
            &json!({"charges": ["CH-1"], "court": {"name": "Example Sheriff Court", "kind": "sheriff_summary"}}),
        ),
        event(
            "2023-03-01",
            "order.imposed",
            &json!({
                "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
                "court": {"name": "Example Sheriff Court", "kind": "sheriff_summary"},
                "requirements": [
                    {"kind": "supervision", "months": 36},
                    {"kind": "unpaid_work", "hours": 240},
                ],
            }),
        ),
        event("2023-03-02", "order.received", &json!({"order": "CPO-1", "copy_order": true})),
        event("2023-03-03", "supervision.allocated", &json!({"worker": "w-amy", "team": "t-east"})),
        event("2023-03-04", "supervision.induction_started", &order),
    ];
    let monday = "2023-03-06".parse::<jiff::civil::Date>().unwrap();
    let mut week = 0_i64;
    while told.len() < EVENTS {
        let day = (monday + jiff::Span::new().weeks(week % 150)).to_string();
        let contact = format!("C-{week}");
        let planned = json!({"contact": contact, "kind": "office", "with": "case_manager", "on": day, "at": "10:30:00",
                             "place": "12 Example Street", "about": "the plan's second goal: rent and the tenancy"});
        let held = json!({"contact": contact, "kind": "office", "with": "case_manager",
                          "outcome": "Talked through the plan for the coming weeks, the bus to the placement and the \
                                      tenancy; agreed to bring the council's letter to the next appointment."});
        let worked = json!({"order": "CPO-1", "session": format!("S-{week}"), "activity": "work", "minutes": 90});
        told.extend([
            event(&day, "contact.planned", &planned),
            event(&day, "contact.held", &held),
            event(&day, "unpaid_work.worked", &worked),
        ]);
        week += 1;
    }
    told.truncate(EVENTS);
    for (n, event) in told.iter_mut().enumerate() {
        event.id = id(person, n);
    }
    told
}

/// An identifier that no other run has used.
fn id(person: usize, n: usize) -> Uuid {
    Uuid::from_u64_pair(u64::from(std::process::id()) << 32 | person as u64, n as u64)
}

fn event(day: &str, kind: &str, body: &Value) -> NewEvent {
    NewEvent {
        id: Uuid::nil(),
        kind: kind.to_owned(),
        schema_version: 1,
        happened: day.to_owned(),
        recorded: NOW,
        by: "w-amy".to_owned(),
        agency: "capital".to_owned(),
        purpose: "supervision".to_owned(),
        body: body.to_string(),
    }
}

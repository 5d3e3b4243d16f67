//! A person's history: one event a line, as `DATE {"kind":…,"v":1,"data":{…}}`. Whatever is decided can be stored, read
//! back to the same record, folded into cases and put to the clock.
#![no_main]

use jiff::civil::{Date, date};
use record::{Event, EventId, Happened, History, Law, Proposal, Purpose, Record, Stamp, What};
use std::sync::LazyLock;
use throughline_fuzz::{CLOCK, evaluate};
use uuid::Uuid;

static LAW: LazyLock<Law> = LazyLock::new(|| Law::scotland().expect("the shipped law is sound"));
const TODAY: Date = date(2027, 12, 31);

fn stamp(number: usize, happened: Happened) -> Stamp {
    Stamp {
        id: EventId(Uuid::from_u128(number as u128 + 1)),
        happened,
        recorded: jiff::Timestamp::UNIX_EPOCH,
        by: "w-1".try_into().expect("a reference"),
        agency: "council".try_into().expect("a reference"),
        purpose: Purpose::Supervision,
    }
}

fn stored(event: &Event) -> Event {
    let body = event.what.body().expect("what was decided can be written");
    let what = What::read(event.what.kind(), event.what.version(), &body).expect("and read");
    let happened = event.stamp.happened.to_string().parse().expect("a date reads back");
    Event { stamp: Stamp { happened, ..event.stamp.clone() }, what }
}

fn told(record: &Record) -> String {
    format!("{:?}", record.facts())
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut history = History::default();
    for line in text.lines().take(60) {
        let Some((when, what)) = line.split_once(' ') else { continue };
        let (Ok(happened), Ok(what)) = (when.parse(), serde_json::from_str::<What>(what)) else { continue };
        let record = history.record();
        match history.decide(&record, &Proposal { what, happened }, TODAY, &LAW) {
            Ok(decided) => {
                for what in decided {
                    history.push(Event { stamp: stamp(history.events().len(), happened), what });
                }
            }
            Err(refusal) => {
                assert!(!refusal.to_string().is_empty());
                assert_eq!(told(&history.record()), told(&record), "a refusal changes nothing");
            }
        }
    }
    let record = history.record();
    let read = History::new(history.events().iter().map(stored).collect());
    assert_eq!(read.events(), history.events(), "what is stored is what was decided");
    assert_eq!(told(&read.record()), told(&record));
    assert_eq!(history.standings().count(), history.events().len());
    let _ = format!("{record:?}");
    for case in record.cases() {
        evaluate(&CLOCK, &case.timeline);
    }
});

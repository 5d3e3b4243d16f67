//! A limits file of the law: whatever is accepted can be decided with.
#![no_main]

use jiff::civil::{Date, date};
use record::{Event, EventId, Happened, History, Law, Proposal, Purpose, Stamp, What};
use std::sync::LazyLock;

const TODAY: Date = date(2027, 12, 31);

/// One event of each kind, as stored, an order among them.
static EVENTS: LazyLock<Vec<What>> = LazyLock::new(|| {
    let read = |line| serde_json::from_str(line).expect("the stored events can be read");
    include_str!("../../crates/record/tests/events.v1.jsonl").lines().map(read).collect()
});

static BORN_AND_SENTENCED: LazyLock<History> = LazyLock::new(|| {
    let happened = Happened::on(date(2026, 3, 2));
    let stamp = |id| Stamp {
        id: EventId(uuid::Uuid::from_u128(id)),
        happened,
        recorded: jiff::Timestamp::UNIX_EPOCH,
        by: "w-1".try_into().expect("a reference"),
        agency: "council".try_into().expect("a reference"),
        purpose: Purpose::Supervision,
    };
    let wanted = EVENTS.iter().filter(|what| ["person.born", "order.imposed"].contains(&what.kind()));
    History::new((1..).zip(wanted).map(|(id, what)| Event { stamp: stamp(id), what: what.clone() }).collect())
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    let law = match Law::parse(text) {
        Ok(law) => law,
        Err(refusal) => return assert!(!refusal.to_string().is_empty()),
    };
    for history in [&History::default(), &*BORN_AND_SENTENCED] {
        let record = history.record();
        for what in EVENTS.iter() {
            let proposal = Proposal { what: what.clone(), happened: Happened::on(date(2026, 3, 4)) };
            if let Err(refusal) = history.decide(&record, &proposal, TODAY, &law) {
                assert!(!refusal.to_string().is_empty());
            }
        }
        for order in record.orders.values() {
            let _ = order.unpaid_work_due(&law);
        }
    }
});

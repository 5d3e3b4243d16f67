//! Stored events stay readable for ever: one line per kind, as it was written, read and written again.

use record::What;
use std::collections::BTreeSet;

#[derive(serde::Deserialize)]
struct Stored<'a> {
    kind: String,
    v: u16,
    #[serde(borrow)]
    data: &'a serde_json::value::RawValue,
}

const WRITTEN: &str = include_str!("../events.v1.jsonl");

#[test]
fn every_stored_event_reads_back_to_the_same_bytes() {
    for (number, line) in WRITTEN.lines().enumerate() {
        let stored: Stored<'_> = serde_json::from_str(line).unwrap();
        let what = What::read(&stored.kind, stored.v, stored.data.get())
            .unwrap_or_else(|error| panic!("line {}: {error}", number + 1));
        assert_eq!(what.body().unwrap(), stored.data.get(), "line {}", number + 1);
        assert_eq!(what.kind(), stored.kind);
    }
}

#[test]
fn every_kind_of_event_is_pinned() {
    let pinned: BTreeSet<String> =
        WRITTEN.lines().map(|line| serde_json::from_str::<Stored<'_>>(line).unwrap().kind).collect();
    let missing: Vec<_> = What::KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !pinned.contains(*kind)).collect();
    assert!(missing.is_empty(), "no pinned line for {missing:?}");
}

#[test]
fn an_event_of_a_newer_program_is_refused_with_a_sentence() {
    let refusal = What::read("order.imposed", 9, "{}").unwrap_err().to_string();
    insta::assert_snapshot!(refusal, @r#""order.imposed" version 9 is not an event that this version of Throughline knows: it was written by a newer one, or is misspelt"#);
    let damaged = What::read("person.named", 1, r#"{"kind":"legal","given":"Secret Name""#).unwrap_err().to_string();
    assert!(!damaged.contains("Secret"), "an error never quotes personal data: {damaged}");
}

#[test]
fn what_somebody_types_is_refused_with_the_rule() {
    let refusal = |kind, content| What::typed(kind, content).unwrap_err().to_string();
    insta::assert_snapshot!(refusal("person.identified", r#"{"identifier":{"kind":"chi","value":"0101900016"}}"#), @"The last digit of this CHI number does not fit the others, so one of them is wrong: copy it again from the source. (person.identified)");
    insta::assert_snapshot!(refusal("order.notified", r#"{"ordre":"CPO-1"}"#), @"Unknown field `ordre`, expected `order`. (order.notified)");
    insta::assert_snapshot!(refusal("order.notifyed", "{}"), @r#""order.notifyed" is not a kind of event. The data dictionary lists them. (the record)"#);
}

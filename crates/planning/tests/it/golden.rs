//! Stored events stay readable for ever: one line per kind, as it was written, read and written again.

use planning::What;
use std::collections::BTreeSet;

#[derive(serde::Deserialize)]
struct Stored {
    kind: String,
    v: u16,
    data: Box<serde_json::value::RawValue>,
}

const WRITTEN: &str = include_str!("../events.v1.jsonl");

#[test]
fn every_stored_event_reads_back_to_the_same_bytes() {
    for (number, line) in (1..).zip(WRITTEN.lines()) {
        let stored: Stored = serde_json::from_str(line).unwrap();
        let what = What::read(&stored.kind, stored.v, stored.data.get())
            .unwrap_or_else(|error| panic!("line {number}: {error}"));
        assert_eq!(what.body().unwrap(), stored.data.get(), "line {number}");
        assert_eq!(what.kind(), stored.kind);
    }
}

#[test]
fn every_kind_of_event_is_pinned() {
    let pinned: BTreeSet<String> =
        WRITTEN.lines().map(|line| serde_json::from_str::<Stored>(line).unwrap().kind).collect();
    let missing: Vec<_> = What::KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !pinned.contains(*kind)).collect();
    assert!(missing.is_empty(), "no pinned line for {missing:?}");
}

#[test]
fn the_page_about_plans_lists_every_kind() {
    let page = include_str!("../../../../docs/plans.md");
    let missing: Vec<_> = What::KINDS.iter().filter(|(kind, _)| !page.contains(&format!("`{kind}`"))).collect();
    assert!(missing.is_empty(), "docs/plans.md does not list {missing:?}");
}

#[test]
fn an_event_of_a_newer_program_is_refused_with_a_sentence() {
    let refusal = What::read("plan.opened", 9, "{}").unwrap_err().to_string();
    insta::assert_snapshot!(refusal, @r#""plan.opened" version 9 is not an event that this version of Throughline knows: it was written by a newer one, or is misspelt"#);
    let refusal = What::read("commitment.reworded", 1, r#"{"itm":"1"}"#).unwrap_err().to_string();
    insta::assert_snapshot!(refusal, @r#"the body of a "commitment.reworded" event cannot be read: unknown field `itm`, expected `item` or `text` at line 1 column 6"#);
}

//! `standards check`, on the timelines of the issue and at their edges.

use crate::world::World;
use serde_json::Value;

fn check(facts: &str, words: &str) -> Vec<Value> {
    let world = World::empty();
    world.write("timeline.json", format!("{{\"facts\":[{facts}]}}"));
    let said = world.done(&format!("standards check --timeline timeline.json --json {words}"));
    serde_json::from_str(&said).unwrap()
}

fn of<'a>(found: &'a [Value], standard: &str) -> Vec<(&'a str, &'a str)> {
    let text = |value: &'a Value| value.as_str().unwrap_or("none");
    found.iter().filter(|one| one["standard"] == standard).map(|one| (text(&one["due"]), text(&one["state"]))).collect()
}

#[test]
fn an_order_received_on_christmas_eve_is_counted_over_the_bank_holidays() {
    let facts = r#"{"name":"order.received","on":"2026-12-24","attributes":{"order":"cpo"}}"#;
    let found = check(facts, "--today 2026-12-28");
    assert_eq!(of(&found, "nos.allocate"), [("2026-12-30", "open")]);
    assert_eq!(found[0]["opened_on"], "2026-12-24");
    assert!(found[0]["explanation"].as_str().unwrap().contains("Boxing Day"), "{}", found[0]["explanation"]);
}

#[test]
fn another_calendar_may_count_the_councils_working_days() {
    let facts = r#"{"name":"order.received","on":"2026-04-17","attributes":{"order":"cpo"}}"#;
    assert_eq!(of(&check(facts, "--today 2026-04-17"), "nos.allocate"), [("2026-04-22", "open")]);
    let national = check(facts, "--today 2026-04-17 --calendar scotland");
    assert_eq!(of(&national, "nos.allocate"), [("2026-04-21", "open")]);
}

#[test]
fn a_council_sets_its_own_limits() {
    let facts = r#"{"name":"noncompliance.recorded","on":"2026-03-06","attributes":{"incident":"i1","order":"cpo"}}"#;
    let standard = "nos.noncompliance.addressed";
    assert_eq!(of(&check(facts, "--today 2026-03-07"), standard), [("none", "open")]);
    assert_eq!(of(&check(facts, "--today 2026-03-07 --local example-council"), standard), [("2026-03-09", "open")]);
}

#[test]
fn a_draft_is_read_over_the_rulebook_that_it_amends() {
    let facts = r#"{"name":"order.received","on":"2026-03-02","attributes":{"order":"cpo","requirements":["supervision"]}},
        {"name":"order.made","on":"2026-03-02","attributes":{"order":"cpo","requirements":["supervision"]}}"#;
    let limit = |words: &str| of(&check(facts, words), "nos.induction.begin").first().map(|(due, _)| (*due).to_owned());
    let base = limit("--today 2026-03-02").unwrap();
    let draft = limit("--today 2026-03-02 --rulebook induction-3-days").unwrap();
    assert!(draft < base, "{draft} {base}");
}

#[test]
fn nothing_opens_nothing() {
    assert!(check("", "--today 2026-03-02").is_empty());
    let world = World::empty();
    world.write("timeline.json", "{\"facts\":[]}");
    assert_eq!(
        world.done("standards check --timeline timeline.json --today 2026-03-02"),
        "On Monday 2 March 2026 these facts open nothing.\n"
    );
}

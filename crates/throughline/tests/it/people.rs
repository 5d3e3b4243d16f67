//! A person's record, lists and the access log.

use crate::world::World;
use serde_json::Value;

#[test]
fn a_record_is_shown_with_its_order_its_hours_and_its_obligations_explained() {
    let world = World::with_order();
    let shown = world.done("--as amy person show p-1");
    for line in [
        "Alex Example (p-1), version 4",
        "Case manager      amy, team north",
        "Order CPO-1: community payback order, Capital Sheriff Court, for capital",
        "Requirements      supervision for 12 months; unpaid work of 100 hours",
        "Unpaid work       100 hours ordered, 0 hours worked: 100 hours left",
        "met: Case manager allocated (CPO-1), due Wednesday 4 March 2026",
    ] {
        assert!(shown.to_lowercase().contains(&line.to_lowercase()), "{line}\n{shown}");
    }
    let json: Value = serde_json::from_str(&world.done("--as amy person show p-1 --json")).unwrap();
    assert_eq!(json["orders"][0]["hours"]["outstanding"], 6_000);
    assert_eq!(json["events"].as_array().unwrap().len(), 4);
}

#[test]
fn what_was_corrected_and_struck_stays_and_says_so_and_the_past_is_as_it_was_known() {
    let world = World::with_order();
    let session = r#"{"order":"CPO-1","session":"S-1","activity":"work","minutes":420}"#;
    let id = "01957c00-0000-7000-8000-000000000001";
    let words = [
        "--as",
        "amy",
        "person",
        "record",
        "p-1",
        "unpaid_work.worked",
        session,
        "--version",
        "4",
        "--happened",
        "2026-03-10",
        "--event",
        id,
    ];
    let said = world.run_words(&words);
    assert_eq!(said.out, format!("Recorded as event {id}. p-1 is at version 5 now.\n"), "{}", said.err);
    assert_eq!(world.run_words(&words).out, "This was on record already; nothing was added. p-1 is at version 5.\n");

    let correction = format!(
        r#"{{"event":"{id}","instead":{{"kind":"unpaid_work.worked","v":1,"data":{{"order":"CPO-1","session":"S-1","activity":"work","minutes":240}}}},"reason":"left at midday"}}"#
    );
    let said = world.run_words(&[
        "--now",
        "2026-03-17T10:00",
        "--as",
        "amy",
        "person",
        "record",
        "p-1",
        "amend.corrected",
        &correction,
        "--version",
        "5",
        "--happened",
        "2026-03-16",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let now = world.done("--now 2026-03-17T11:00 --as amy person show p-1");
    assert!(now.contains("100 hours ordered, 4 hours worked: 96 hours left"), "{now}");
    assert!(now.contains("unpaid work worked (CORRECTED SINCE)"), "{now}");
    assert!(now.contains("Corrected Tuesday 17 March 2026, 10am by amy: left at midday"), "{now}");
    let then = world.done("--now 2026-03-17T11:00 --as amy person show p-1 --known-at 2026-03-16");
    assert!(then.contains("100 hours ordered, 7 hours worked: 93 hours left"), "{then}");
    assert!(!then.contains("CORRECTED"), "{then}");
}

#[test]
fn people_are_found_by_name_and_the_lists_name_what_waits() {
    let world = World::with_order();
    assert_eq!(
        world.done("--as amy person search exam"),
        "Person  Name          Born\np-1     Alex Example  not fully known\n"
    );
    assert_eq!(world.done("--as amy person search nobody"), "Nobody on record fits.\n");
    let worklist = world.done("--as amy worklist --days 30");
    assert!(worklist.starts_with("Monday 16 March 2026: worklist of amy"), "{worklist}");
    assert!(worklist.contains("Alex Example"), "{worklist}");
    let team: Vec<Value> = serde_json::from_str(&world.done("--as tom worklist --team north --json")).unwrap();
    assert!(team.iter().all(|item| item["worker"] == "amy"));
    let caseload = world.done("--as amy caseload");
    assert!(caseload.contains("0 minutes of 100 hours") || caseload.contains("0 hours of 100 hours"), "{caseload}");
    assert!(caseload.ends_with("amy: 1 case.\n"), "{caseload}");
}

#[test]
fn a_supervisor_sees_the_hours_and_nothing_else() {
    let world = World::with_order();
    let hours = world.done("--as una person unpaid-work p-1");
    assert!(hours.starts_with("Alex Example (p-1)\n  CPO-1: 100 hours ordered"), "{hours}");
    assert!(world.refused("--as una person show p-1").starts_with("throughline: you may not look at this record here"));
}

#[test]
fn the_log_says_who_looked_and_who_was_refused() {
    let world = World::with_order();
    world.done("--as amy person show p-1");
    world.refused("--as cal person show p-1");
    world.run_words(&["--as", "cal", "--reason", "covering duty for the north team", "person", "show", "p-1"]);
    let log: Vec<Value> = serde_json::from_str(&world.done("--as aud log who p-1 --json")).unwrap();
    let last: Vec<_> = log.iter().rev().take(3).map(|look| (look["actor"].clone(), look["outcome"].clone())).collect();
    assert_eq!(
        last,
        [("cal".into(), "allowed".into()), ("cal".into(), "refused".into()), ("amy".into(), "allowed".into())]
    );
    assert!(world.done("--as aud log who p-1").contains("covering duty"));
}

#[test]
fn figures_are_counted_over_everybody() {
    let world = World::with_order();
    let report: Value = serde_json::from_str(&world.done("--as ann standards report --json")).unwrap();
    assert_eq!(report["people"], 1);
    let allocated = report["rows"].as_array().unwrap().iter().find(|row| row["standard"] == "nos.allocate").unwrap();
    assert_eq!(
        (&allocated["quarter"], &allocated["team"], &allocated["met"]),
        (&"2026 Q1".into(), &"north".into(), &1.into())
    );
    let text = world.done("--as ann standards report");
    assert!(text.contains("nos.allocate: Case manager allocated (2 working days; S3 NOS 2010 5.3)"), "{text}");
    assert!(text.contains("1 of 1 (100%)"), "{text}");
    assert!(text.contains("Population targets"), "{text}");
    let beside = world.done("--as tom standards what-if --with induction-3-days");
    assert!(beside.starts_with("What if: \"Induction begun within three working days\""), "{beside}");
    assert_eq!(
        world.done("--as ann facts count order.received"),
        "order.received: on the record of 1 of 1 person (100%), 1 fact in all.\n"
    );
    assert_eq!(
        world.done("--as ann facts count order.received --where order=dtto"),
        "order.received with order=dtto: on the record of 0 of 1 person (0%), 0 facts in all.\n"
    );
}

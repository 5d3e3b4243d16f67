//! How work stands: colours with their reasons, what is due, what was known when.

use crate::world::{TODAY, World, line, rule};
use jiff::Timestamp;
use jiff::civil::date;
use planning::due::due;
use planning::rag::{Colour, rate};
use planning::version::change_log;

/// The colour and the reason of action `a`.
fn of(world: &World, item: &str) -> (Colour, String) {
    let plan = world.plan();
    let rating = rate(&plan, &rule(), plan.commitments.get(&item.try_into().unwrap()).unwrap(), TODAY);
    (rating.colour, rating.reason)
}

#[test]
fn work_turns_from_undated_to_complete() {
    let mut world = World::with_a_plan();
    assert_eq!(of(&world, "a").0, Colour::Undated);
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"a","due":"2026-06-30"}"#);
    assert_eq!(of(&world, "a"), (Colour::Green, "Due on Tuesday 30 June 2026; not begun.".into()));
    world.record(date(2025, 5, 1), "action.scheduled", r#"{"item":"a","due":"2026-04-10"}"#);
    assert_eq!(of(&world, "a"), (Colour::Amber, "Due on Friday 10 April 2026, in 25 days, and not begun.".into()));
    world.record(date(2025, 6, 1), "action.progressed", r#"{"item":"a","stage":"under_way","note":"Met once"}"#);
    assert_eq!(of(&world, "a"), (Colour::Amber, "No note for 288 days; the last is of Sunday 1 June 2025.".into()));
    world.record(date(2026, 3, 1), "action.progressed", r#"{"item":"a","stage":"under_way","note":"Met again"}"#);
    assert_eq!(of(&world, "a"), (Colour::Green, "Due on Friday 10 April 2026; under way.".into()));
    world.record(
        date(2026, 3, 2),
        "action.milestone_set",
        r#"{"item":"a","milestone":"m","text":"Draft","due":"2026-03-09"}"#,
    );
    assert_eq!(of(&world, "a"), (Colour::Amber, "Milestone \"Draft\" was due on Monday 9 March 2026.".into()));
    world.record(date(2026, 3, 10), "action.milestone_reached", r#"{"item":"a","milestone":"m"}"#);
    world.record(
        date(2026, 3, 10),
        "risk.noted",
        r#"{"risk":"r","item":"a","text":"No room","likelihood":3,"impact":5}"#,
    );
    assert_eq!(of(&world, "a"), (Colour::Amber, "Serious risk (15 of 25): No room".into()));
    world.record(date(2026, 3, 11), "risk.closed", r#"{"risk":"r","reason":"Found"}"#);
    world.record(date(2026, 3, 12), "action.progressed", r#"{"item":"a","stage":"done","note":"Signed"}"#);
    assert_eq!(of(&world, "a").0, Colour::Amber, "done without evidence");
    world.record(date(2026, 3, 12), "action.evidenced", r#"{"item":"a","evidence":{"document":"Protocol, signed"}}"#);
    assert_eq!(of(&world, "a"), (Colour::Complete, "Done on Thursday 12 March 2026, with evidence.".into()));
}

#[test]
fn the_day_after_the_due_date_is_late_and_the_day_itself_is_not() {
    let mut world = World::with_a_plan();
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"a","due":"2026-03-16"}"#);
    assert_eq!(of(&world, "a").0, Colour::Amber);
    world.record(date(2025, 4, 3), "action.scheduled", r#"{"item":"a","due":"2026-03-15"}"#);
    assert_eq!(of(&world, "a"), (Colour::Red, "Due on Sunday 15 March 2026, 1 day ago, and not begun.".into()));
    let plan = world.plan();
    assert_eq!(due(&plan, TODAY, 30).late[0].when(), "Sunday 15 March 2026, 1 day late");
}

#[test]
fn what_waits_for_late_work_is_amber_and_a_priority_is_its_worst_part() {
    let mut world = World::with_a_plan();
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"a","due":"2026-03-01"}"#);
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"b","years":[2]}"#);
    world.record(date(2025, 4, 2), "action.awaits", r#"{"item":"b","others":["a"]}"#);
    assert_eq!(of(&world, "b"), (Colour::Amber, "It waits for a, which is late.".into()));
    assert_eq!(of(&world, "1.1.1"), (Colour::Red, "1 of 2 actions is red.".into()));
    assert_eq!(of(&world, "1"), (Colour::Red, "1 of 1 outcome is red.".into()));
}

#[test]
fn each_lead_has_its_own_list() {
    let mut world = World::with_a_plan();
    world.record(date(2025, 4, 2), "action.led", r#"{"item":"a","lead":"sps"}"#);
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"a","due":"2026-03-20"}"#);
    world.record(date(2025, 4, 2), "action.scheduled", r#"{"item":"b","years":[1]}"#);
    let plan = world.plan();
    let list = due(&plan, TODAY, 30);
    let leads: Vec<_> =
        list.by_lead().into_iter().map(|(lead, dues)| (lead.map(ToString::to_string), dues[0].when())).collect();
    assert_eq!(
        leads,
        [
            (None, "Tuesday 31 March 2026, in 15 days".to_owned()),
            (Some("sps".to_owned()), "Friday 20 March 2026, in 4 days".to_owned()),
        ]
    );
}

#[test]
fn a_plan_is_read_as_it_was_known_and_as_it_stood() {
    let mut world = World::with_a_plan();
    let reworded = world.record(date(2025, 6, 1), "commitment.reworded", r#"{"item":"a","text":"Sign a protocol"}"#);
    let before = Timestamp::from_second(1_750_000_000 + 9).unwrap();
    let correction = format!(
        r#"{{"event":"{reworded}","instead":{{"kind":"commitment.reworded","v":1,"data":{{"item":"a","text":"Sign the protocol"}}}},"happened":"2025-07-01","reason":"Misspelt"}}"#
    );
    world.record(date(2025, 8, 1), "amend.corrected", &correction);
    let text =
        |history: &planning::History| history.plan().commitments.get(&"a".try_into().unwrap()).unwrap().text.clone();
    assert_eq!(text(&world.history.as_known_at(before)), line("Agree a protocol"));
    assert_eq!(
        text(&world.history.as_it_stood_on(date(2025, 6, 30))),
        line("Agree a protocol"),
        "as corrected, it was July"
    );
    assert_eq!(text(&world.history), line("Sign the protocol"));
    world.record(date(2025, 9, 1), "amend.struck", &format!(r#"{{"event":"{reworded}","reason":"Never agreed"}}"#));
    assert_eq!(text(&world.history), line("Agree a protocol"));
    assert_eq!(world.history.events().len(), 12, "nothing was edited");
}

#[test]
fn the_log_also_tells_what_changed_since_the_latest_version() {
    let mut world = World::with_a_plan();
    world.record(date(2025, 5, 1), "plan.versioned", r#"{"number":"1.0","by":"Board"}"#);
    world.record(date(2025, 5, 2), "action.scheduled", r#"{"item":"a","due":"2026-06-30"}"#);
    world.record(date(2025, 5, 3), "commitment.withdrawn", r#"{"item":"b","reason":"Done elsewhere"}"#);
    world.record(date(2025, 5, 4), "action.led", r#"{"item":"a","lead":"sps"}"#);
    let log = change_log(&world.history);
    let said: Vec<_> = log.iter().flat_map(|entry| &entry.changes).map(ToString::to_string).collect();
    assert_eq!(said, ["a due Tuesday 30 June 2026 instead of no date", "b withdrawn: Done elsewhere", "a led by sps"]);
    assert_eq!(log[1].number, None);
}

#[test]
fn an_indicator_meets_its_target_or_says_why_not() {
    let mut world = World::with_a_plan();
    let defined = r#"{"indicator":"i","name":"Begun in time","definition":"Of orders, those begun in time","unit":"percent","source":{"standard":"x"},"direction":"higher","frequency":"quarterly","target":{"value":80.0,"by":"2026-04-30"}}"#;
    world.record(date(2025, 4, 2), "indicator.defined", defined);
    for (quarter, count) in [("2025-06-30", 39), ("2025-09-30", 40)] {
        let measured =
            format!(r#"{{"indicator":"i","amount":{{"share":{{"count":{count},"base":50}}}},"as_of":"{quarter}"}}"#);
        world.record(date(2025, 10, 2), "indicator.measured", &measured);
    }
    let plan = world.plan();
    let indicator = plan.indicators.values().next().unwrap();
    insta::assert_snapshot!(indicator.against_target().1, @"40 of 50 (80%) as of Tuesday 30 September 2025; the target is 80% by Thursday 30 April 2026: met.");
    insta::assert_snapshot!(indicator.trend(), @"2 of the 6 readings that a trend needs.");
}

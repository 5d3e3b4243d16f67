//! What a plan refuses, with the way out.

use crate::world::{TODAY, World};
use jiff::civil::date;

#[test]
fn a_plan_is_opened_first_and_once() {
    let mut empty = World::default();
    insta::assert_snapshot!(empty.refused(TODAY, "plan.vision_set", r#"{"vision":"Safer"}"#), @"The plan has not been opened. Record plan.opened first. (the plan)");
    insta::assert_snapshot!(empty.refused(TODAY, "plan.opened", r#"{"plan":"p","kind":"area_plan","title":"Plan","from":"2028-04-01","to":"2025-03-31","owner":"board"}"#), @"to: the plan ends on 2025-03-31 and begins on 2028-04-01. Exchange the two. (the plan)");
}

#[test]
fn each_status_names_the_next() {
    let mut world = World::with_a_plan();
    insta::assert_snapshot!(world.refused(TODAY, "plan.status_moved", r#"{"to":"approved"}"#), @"to: a plan that is draft becomes consulted, not approved. Record the step between first. (the plan)");
    for status in
        ["consulted", "draft", "consulted", "approved", "in_force", "reviewed", "in_force", "reviewed", "closed"]
    {
        world.record(TODAY, "plan.status_moved", &format!(r#"{{"to":"{status}"}}"#));
    }
    insta::assert_snapshot!(world.refused(TODAY, "commitment.reworded", r#"{"item":"a","text":"Other words"}"#), @"The plan is closed. Correct or strike what was wrong; open a new plan for what is new. (the plan)");
}

#[test]
fn a_commitment_stands_where_its_level_belongs() {
    let mut world = World::with_a_plan();
    insta::assert_snapshot!(world.refused(TODAY, "commitment.placed", r#"{"id":"c","level":"action","under":"1","text":"Meet"}"#), @"under: c is an action, and 1 is a priority, under which outcomes stand. Name another, or change the level. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "commitment.placed", r#"{"id":"c","level":"action","text":"Meet"}"#), @"under: c is an action, which stands under another commitment. Name it. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "commitment.placed", r#"{"id":"c","level":"action","under":"1.1.1","text":"Meet","serves":["NO8"]}"#), @"serves: NO8 is neither in the plan's framework nor one of its commitments. Adopt it first. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "action.scheduled", r#"{"item":"1.1.1","years":[1]}"#), @"1.1.1 is an output; its dates follow from what stands under it. Date that instead. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "action.scheduled", r#"{"item":"a","years":[4]}"#), @"years: the plan has years 1 to 3. Choose from them. (the plan)");
}

#[test]
fn nothing_is_left_without_what_it_needs() {
    let mut world = World::with_a_plan();
    world.record(date(2025, 5, 1), "action.awaits", r#"{"item":"b","others":["a"]}"#);
    insta::assert_snapshot!(world.refused(TODAY, "commitment.withdrawn", r#"{"item":"a","reason":"No longer wanted"}"#), @"b waits for a. Change what it waits for first. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "commitment.withdrawn", r#"{"item":"1.1.1","reason":"No longer wanted"}"#), @"a stands under 1.1.1. Withdraw what stands under it first. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "action.awaits", r#"{"item":"a","others":["b"]}"#), @"others: b waits for a already, so neither could ever begin. Leave one out. (the plan)");
    world.record(date(2025, 5, 1), "action.led", r#"{"item":"a","lead":"sps"}"#);
    insta::assert_snapshot!(world.refused(TODAY, "partner.left", r#"{"body":"sps","reason":"Merged"}"#), @"sps leads a. Give it another lead first, so that nothing is left without one. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "action.led", r#"{"item":"a","lead":"nhs"}"#), @"nhs is not a partner in this plan. Record partner.joined first. (the plan)");
}

#[test]
fn a_strike_does_not_pull_the_ground_from_under_others() {
    let mut world = World::with_a_plan();
    let placed = world.history.events()[6].stamp.id;
    let strike = format!(r#"{{"event":"{placed}","reason":"Belongs elsewhere"}}"#);
    insta::assert_snapshot!(world.refused(TODAY, "amend.struck", &strike), @"With this change another event would no longer hold: There is no 1.1.1 in this plan. Place it first, or check the reference. Correct or strike that one first. (the plan)");
}

#[test]
fn figures_are_checked_before_they_are_believed() {
    let mut world = World::with_a_plan();
    let defined = r#"{"indicator":"i","name":"Begun","definition":"Of orders","unit":"percent","source":{"return":"Councils"},"direction":"higher","frequency":"quarterly","target":{"by":"2026-04-30"}}"#;
    insta::assert_snapshot!(world.refused(TODAY, "indicator.defined", defined), @r#"target: it has neither a value nor words. Say "X%", or whatever the paper says, while it is unset. (the plan)"#);
    world.record(TODAY, "indicator.defined", &defined.replace(r#","target":{"by":"2026-04-30"}"#, ""));
    let refused = |world: &mut World, amount: &str| {
        world.refused(
            TODAY,
            "indicator.measured",
            &format!(r#"{{"indicator":"i","amount":{amount},"as_of":"2026-03-01"}}"#),
        )
    };
    insta::assert_snapshot!(refused(&mut world, r#"{"share":{"count":51,"base":50}}"#), @"amount: a share is so many of at least as many; a number is finite. Check the figures. (the plan)");
    insta::assert_snapshot!(refused(&mut world, r#"{"number":80.0}"#), @"amount: a per cent is given as a count and its base, so that it can be checked. (the plan)");
}

#[test]
fn what_has_not_come_yet_is_not_recorded() {
    let mut world = World::with_a_plan();
    insta::assert_snapshot!(world.refused(date(2026, 3, 17), "commitment.reworded", r#"{"item":"a","text":"Other words"}"#), @"Tuesday 17 March 2026 has not come yet. Give what is to happen a due date; record it when it has happened. (the plan)");
}

#[test]
fn what_is_told_late_must_have_been_possible_on_its_day() {
    let mut world = World::with_a_plan();
    world.record(
        date(2025, 7, 1),
        "commitment.placed",
        r#"{"id":"c","level":"action","under":"1.1.1","text":"Tell others"}"#,
    );
    let progress = r#"{"item":"c","stage":"under_way","note":"Met"}"#;
    insta::assert_snapshot!(world.refused(date(2025, 6, 1), "action.progressed", progress), @"There is no c in this plan. Place it first, or check the reference. (the plan)");
    world.record(date(2025, 8, 1), "action.progressed", progress);
    insta::assert_snapshot!(world.refused(date(2025, 7, 15), "commitment.withdrawn", r#"{"item":"c","reason":"No longer wanted"}"#), @"With this change another event would no longer hold: c was withdrawn (No longer wanted). Strike the withdrawal if it stands after all. Correct or strike that one first. (the plan)");
}

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

#[test]
fn a_report_is_told_of_what_has_begun_and_issued_once_and_afterwards() {
    let mut world = World::with_a_plan();
    let told = |period: &str| {
        format!(r#"{{"report":"quarterly","period":"{period}","section":"summary","text":"Much moved."}}"#)
    };
    insta::assert_snapshot!(world.refused(TODAY, "report.told", &told("2026-7")), @r#"period: "2026-7" is not a period of this report. Write it as 2026-q1. (the plan)"#);
    insta::assert_snapshot!(world.refused(TODAY, "report.told", &told("2026-q2")), @"period: it begins on Wednesday 1 April 2026. Tell of a period that has begun. (the plan)");
    world.record(TODAY, "report.told", &told("2026-q1"));
    insta::assert_snapshot!(world.refused(TODAY, "report.issued", r#"{"report":"quarterly","period":"2026-q1"}"#), @"period: it ends on Tuesday 31 March 2026. Issue the report once its period is over. (the plan)");
    world.record(TODAY, "report.issued", r#"{"report":"cpo","period":"2024-25"}"#);
    insta::assert_snapshot!(world.refused(TODAY, "report.issued", r#"{"report":"cpo","period":"2024-25"}"#), @"The report has been issued. Strike that entry with a reason, and issue it anew. (the plan)");
    let plan = world.plan().for_the_public();
    assert_eq!(plan.reports.len(), 0, "what is written or issued is for the public once it is published");
}

#[test]
fn a_meeting_is_minuted_once_it_was_held_and_what_it_agreed_is_settled_one_by_one() {
    let mut world = World::with_a_plan();
    let called = |id: &str, on: &str| {
        format!(r#"{{"meeting":"{id}","kind":"board","title":"Board","on":"{on}","place":"Town hall","public":true}}"#)
    };
    world.record(TODAY, "meeting.called", &called("m1", "2026-03-10"));
    world.record(TODAY, "meeting.called", &called("m2", "2026-06-10"));
    insta::assert_snapshot!(world.refused(TODAY, "meeting.minuted", r#"{"meeting":"m2","minutes":"Agreed."}"#), @"m2 is called for Wednesday 10 June 2026. Write its minutes once it was held. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "meeting.minuted", r#"{"meeting":"m1","minutes":"Agreed.","attended":{"nobody":1}}"#), @"nobody is not a partner in this plan. Record partner.joined first. (the plan)");
    world.record(TODAY, "meeting.minuted", r#"{"meeting":"m1","minutes":"Agreed.","attended":{"sps":2},"agreed":[{"text":"Write","lead":"sps","due":"2026-04-02"}]}"#);
    insta::assert_snapshot!(world.refused(TODAY, "meeting.settled", r#"{"meeting":"m1","number":2,"note":"Done."}"#), @"number: m1 agreed 1 things. Give a number from 1 to 1. (the plan)");
    assert_eq!(world.plan().meetings.values().flat_map(planning::meeting::Meeting::open).count(), 1);
    world.record(TODAY, "meeting.settled", r#"{"meeting":"m1","number":1,"note":"Done."}"#);
    assert_eq!(world.plan().meetings.values().flat_map(planning::meeting::Meeting::open).count(), 0);
}

#[test]
fn a_community_goes_through_the_eight_stages_and_chooses_at_most_three() {
    let mut world = World::with_a_plan();
    world.record(TODAY, "community.named", r#"{"community":"h","name":"The Harbour"}"#);
    let reached = |stage: &str| format!(r#"{{"community":"h","stage":"{stage}","note":"So it was."}}"#);
    insta::assert_snapshot!(world.refused(TODAY, "community.reached", &reached("issues")), @"stage: h is at research; what follows is engagement (S4 appendix 3). (the plan)");
    let chose = r#"{"community":"h","priorities":["Litter","Noise"]}"#;
    insta::assert_snapshot!(world.refused(TODAY, "community.chose", chose), @"h is at research: people have not been asked what matters to them and why it happens. Go on to priorities first. (the plan)");
    for stage in ["engagement", "issues", "analysis", "priorities"] {
        world.record(TODAY, "community.reached", &reached(stage));
    }
    insta::assert_snapshot!(world.refused(TODAY, "community.reached", &reached("action")), @"stage: h has not chosen its priorities yet. Record them first. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "community.chose", r#"{"community":"h","priorities":["1","2","3","4"]}"#), @"priorities: a community chooses one, two or three (S4 3.1.1). Give the three that matter most. (the plan)");
    world.record(TODAY, "community.chose", chose);
    for stage in ["action", "review", "issues", "analysis", "priorities", "action", "review", "feedback", "research"] {
        world.record(TODAY, "community.reached", &reached(stage));
    }
}

#[test]
fn nothing_is_told_of_a_person_without_consent_that_holds() {
    let mut world = World::with_a_plan();
    let written = |id: &str, consent: &str| {
        format!(r#"{{"story":"{id}","title":"A wall","text":"I finished it.","about_a_person":true{consent}}}"#)
    };
    world.record(TODAY, "story.written", &written("s1", ""));
    world.record(
        TODAY,
        "story.written",
        &written("s2", r#","consent":{"given_on":"2025-02-03","covers":"my words","until":"2026-02-03"}"#),
    );
    world.record(
        TODAY,
        "story.written",
        &written("s3", r#","consent":{"given_on":"2026-03-03","covers":"my words","until":"2026-05-31"}"#),
    );
    insta::assert_snapshot!(world.refused(TODAY, "story.published", r#"{"story":"s1"}"#), @"s1: It is about a person, and no consent is recorded. Ask them; nothing is told without. (the plan)");
    insta::assert_snapshot!(world.refused(TODAY, "story.published", r#"{"story":"s2"}"#), @"s2: Their consent was given on Monday 3 February 2025 until Tuesday 3 February 2026: it does not hold on Monday 16 March 2026. Ask them again. (the plan)");
    world.record(TODAY, "story.published", r#"{"story":"s3"}"#);
    let told = |world: &World, day| world.plan().stories.values().filter(|story| story.is_public_on(day)).count();
    assert_eq!((told(&world, date(2026, 5, 31)), told(&world, date(2026, 6, 1))), (1, 0), "the consent runs out");
    let consent = r#"{"story":"s1","consent":{"given_on":"2026-03-16","covers":"my words"}}"#;
    let tomorrow = consent.replace("03-16", "03-17");
    insta::assert_snapshot!(world.refused(TODAY, "story.consented", &tomorrow), @"consent: it was given on Tuesday 17 March 2026, which is still to come. Write the day on which they agreed. (the plan)");
    world.record(TODAY, "story.consented", consent);
    world.record(TODAY, "story.published", r#"{"story":"s1"}"#);
    assert_eq!(told(&world, TODAY), 2, "they agreed after it was written");
    world.record(TODAY, "story.withdrawn", r#"{"story":"s1","reason":"Consent taken back"}"#);
    world.record(TODAY, "story.withdrawn", r#"{"story":"s3","reason":"Consent taken back"}"#);
    assert_eq!(told(&world, TODAY), 0);
    assert!(world.plan().for_the_public().stories.is_empty());
}

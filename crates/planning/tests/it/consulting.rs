//! Consultations and suggestions, from the question to what was done.

use crate::world::{TODAY, World};
use jiff::civil::date;

fn open_consultation() -> World {
    let mut world = World::with_a_plan();
    world.record(
        date(2025, 5, 1),
        "consultation.opened",
        r#"{"consultation":"c","title":"Draft plan","closes":"2025-06-30"}"#,
    );
    for (question, key) in [("1.a", true), ("1.b", false)] {
        let asked =
            format!(r#"{{"consultation":"c","question":"{question}","chapter":"Delivery","text":"How?","key":{key}}}"#);
        world.record(date(2025, 5, 1), "consultation.asked", &asked);
    }
    world
}

#[test]
fn answers_are_counted_by_theme_and_quoted_only_with_permission() {
    let mut world = open_consultation();
    for (response, quoted) in [("r1", true), ("r2", false), ("r3", true)] {
        let answered = format!(
            r#"{{"consultation":"c","response":"{response}","answers":{{"1.a":"More buses, says {response}"}},"may_be_quoted":{quoted}}}"#
        );
        world.record(date(2025, 6, 1), "consultation.answered", &answered);
    }
    for (response, theme) in [("r1", "Transport"), ("r2", "Transport"), ("r2", "Opening hours")] {
        let themed = format!(r#"{{"consultation":"c","response":"{response}","question":"1.a","theme":"{theme}"}}"#);
        world.record(date(2025, 7, 1), "consultation.themed", &themed);
    }
    for response in ["r1", "r2"] {
        let shown = format!(r#"{{"consultation":"c","response":"{response}","publish":true}}"#);
        world.record(date(2025, 7, 1), "consultation.moderated", &shown);
    }
    let plan = world.plan();
    let consultation = plan.consultations.values().next().unwrap();
    insta::assert_json_snapshot!(consultation.analysis(), @r#"
    [
      {
        "question": "1.a",
        "answers": 3,
        "themes": [
          [
            "Transport",
            2
          ],
          [
            "Opening hours",
            1
          ]
        ],
        "quotations": [
          "More buses, says r1"
        ]
      },
      {
        "question": "1.b",
        "answers": 0,
        "themes": [],
        "quotations": []
      }
    ]
    "#);
}

#[test]
fn a_consultation_keeps_its_days_and_its_questions() {
    let mut world = open_consultation();
    let answered = r#"{"consultation":"c","response":"r","answers":{"1.a":"Buses"}}"#;
    insta::assert_snapshot!(world.refused(date(2025, 7, 1), "consultation.answered", answered), @"The consultation took answers until Monday 30 June 2025. Write to its owner instead. (the plan)");
    insta::assert_snapshot!(world.refused(date(2025, 6, 1), "consultation.answered", &answered.replace("1.a", "9.z")), @"question: c has no question 9.z. Its questions are 2 in number. (the plan)");
    world.record(date(2025, 6, 30), "consultation.answered", answered);
    insta::assert_snapshot!(world.refused(date(2025, 6, 30), "consultation.asked", r#"{"consultation":"c","question":"1.c","chapter":"Delivery","text":"When?"}"#), @"People have answered already, and would not have seen this question. Open another consultation for it. (the plan)");
    world.record(TODAY, "plan.status_moved", r#"{"to":"consulted"}"#);
    insta::assert_snapshot!(world.refused(TODAY, "plan.status_moved", r#"{"to":"approved"}"#), @r#"The consultation "Draft plan" is still open. Close it before the plan is approved. (the plan)"#);
}

#[test]
fn a_suggestion_is_public_only_after_somebody_has_looked() {
    let mut world = World::with_a_plan();
    for suggestion in ["s1", "s2"] {
        let made = format!(r#"{{"suggestion":"{suggestion}","text":"Clear the path","place":"Mill Lane"}}"#);
        world.record(TODAY, "suggestion.made", &made);
    }
    assert!(world.plan().suggestions.values().all(|one| !one.is_public()));
    world.record(TODAY, "suggestion.decided", r#"{"suggestion":"s1","decision":{"proposed":"UPW-12"}}"#);
    world.record(TODAY, "suggestion.decided", r#"{"suggestion":"s2","decision":{"hidden":"Advertising"}}"#);
    let public: Vec<_> = world.plan().suggestions.into_values().map(|one| one.is_public()).collect();
    assert_eq!(public, [true, false]);
    insta::assert_snapshot!(world.refused(TODAY, "suggestion.decided", r#"{"suggestion":"s1","decision":{"hidden":"Abuse"}}"#), @"suggestion: s1 is unknown or has been decided. Check the reference. (the plan)");
}

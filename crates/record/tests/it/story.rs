//! A record over time: corrected, struck, as known at.

use crate::world::{World, payback_order};
use facts::FactName;
use record::{Scope, Standing};
use serde_json::json;

#[test]
fn hours_are_always_derived_and_can_say_their_arithmetic() {
    let mut world = World::on("2026-08-01");
    world.say("2026-03-02", "order.imposed", payback_order(100));
    let session = world.say(
        "2026-03-10",
        "unpaid_work.worked",
        json!({"order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 375}),
    );
    world.say(
        "2026-03-11",
        "unpaid_work.worked",
        json!({"order": "CPO-1", "session": "S-2", "activity": "other_activity", "minutes": 90}),
    );
    world.say(
        "2026-04-01",
        "order.hours_adjusted",
        json!({"order": "CPO-1", "minutes": -2100, "by": "enactment", "authority": "SSI 2021/144"}),
    );
    let balance = |world: &World| world.record().orders[&"CPO-1".try_into().unwrap()].unpaid_work.balance().explain();
    assert_eq!(
        balance(&world),
        "100 hours ordered, 35 hours taken off, 6 hours 15 minutes worked, 1 hour 30 minutes of other activity: 57 hours 15 minutes left"
    );

    let right = json!({"order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 345});
    world.say("2026-04-02", "amend.corrected", json!({"event": session, "instead": {"kind": "unpaid_work.worked", "v": 1, "data": right}, "reason": "half an hour for lunch"}));
    assert_eq!(
        balance(&world),
        "100 hours ordered, 35 hours taken off, 5 hours 45 minutes worked, 1 hour 30 minutes of other activity: 57 hours 45 minutes left"
    );
}

#[test]
fn what_was_known_at_a_moment_leaves_out_what_was_recorded_later() {
    let mut world = World::on("2026-03-02");
    world.say("2026-03-02", "order.imposed", payback_order(100));
    world.today = "2026-03-09".parse().unwrap();
    let wrong = world.say("2026-03-03", "contact.held", json!({"kind": "office", "with": "case_manager"}));
    world.today = "2026-03-16".parse().unwrap();
    let strike = world.say("2026-03-16", "amend.struck", json!({"event": wrong, "reason": "another person's contact"}));

    let known = |moment: &str| world.history.as_known_at(moment.parse().unwrap()).record().last_contact_on;
    assert_eq!(known("2026-03-05T00:00:00Z"), None);
    assert_eq!(known("2026-03-10T00:00:00Z"), Some("2026-03-03".parse().unwrap()));
    assert_eq!(known("2026-03-20T00:00:00Z"), None);

    world.say("2026-03-16", "amend.struck", json!({"event": strike, "reason": "it was right after all"}));
    assert_eq!(world.record().last_contact_on, Some("2026-03-03".parse().unwrap()));
    assert!(
        world
            .history
            .standings()
            .all(|(event, standing)| (event.stamp.id == strike) == matches!(standing, Standing::Struck(_)))
    );

    let instead = json!({"kind": "contact.held", "v": 1, "data": {"kind": "home_visit", "with": "case_manager"}});
    let correction = json!({"event": wrong, "instead": instead, "happened": "2026-03-05", "reason": "at home"});
    world.say("2026-03-16", "amend.corrected", correction);
    let told: Vec<(String, &str)> =
        world.history.standing().map(|stands| (stands.on().to_string(), stands.what.kind())).collect();
    assert_eq!(
        told.last(),
        Some(&("2026-03-05".to_owned(), "contact.held")),
        "as corrected, and nothing of amendments"
    );
    assert!(told.iter().all(|(_, kind)| !kind.starts_with("amend.")));
}

#[test]
fn what_concerns_the_person_counts_for_every_order_that_runs() {
    let mut world = World::on("2026-08-01");
    world.say("2026-03-02", "order.imposed", payback_order(100));
    world.say("2026-03-02", "supervision.level_set", json!({"level": "high", "reasons": "pattern"}));
    let mut second = payback_order(50);
    second["order"] = json!("CPO-2");
    world.say("2026-04-01", "order.imposed", second);
    world.say("2026-04-06", "contact.held", json!({"kind": "office", "with": "case_manager"}));
    let cases = world.record().cases();
    assert_eq!(cases.len(), 2);
    for case in &cases {
        let names: Vec<FactName> = case.timeline.facts().iter().map(|fact| fact.name).collect();
        assert!(names.contains(&FactName::ContactInPerson), "{:?}", case.scope);
        assert!(names.contains(&FactName::ContactLevelSet), "the level carries over into {:?}", case.scope);
    }
    assert!(matches!(&cases[1].scope, Scope::Order(order) if order.as_str() == "CPO-2"));
}

proptest::proptest! {
    #[test]
    fn no_history_of_sessions_and_amendments_makes_the_balance_wrong(steps in proptest::collection::vec((0u8..4, 1u16..500), 1..40)) {
        let mut world = World::on("2026-12-31");
        world.say("2026-01-05", "order.imposed", payback_order(200));
        let mut standing: Vec<(record::EventId, u16, i64)> = Vec::new();
        for (number, (step, minutes)) in steps.into_iter().enumerate() {
            let number = u16::try_from(number).unwrap();
            let day = format!("2026-{:02}-{:02}", 2 + number / 28, 1 + number % 28);
            let data = |number: u16| json!({"order": "CPO-1", "session": format!("S-{number}"), "activity": "work", "minutes": minutes});
            match (step, standing.is_empty()) {
                (0 | 1, _) | (_, true) => {
                    if let Ok(id) = world.try_say(&day, "unpaid_work.worked", data(number)) {
                        standing.push((id, number, i64::from(minutes)));
                    }
                }
                (2, false) => {
                    let (id, ..) = standing.remove(usize::from(minutes) % standing.len());
                    world.say("2026-12-31", "amend.struck", json!({"event": id, "reason": "x"}));
                }
                (_, false) => {
                    let at = usize::from(minutes) % standing.len();
                    let (id, session, _) = standing[at];
                    let amended = json!({"event": id, "instead": {"kind": "unpaid_work.worked", "v": 1, "data": data(session)}, "reason": "x"});
                    if world.try_say("2026-12-31", "amend.corrected", amended).is_ok() {
                        standing[at].2 = i64::from(minutes);
                    }
                }
            }
            let balance = world.record().orders[&"CPO-1".try_into().unwrap()].unpaid_work.balance();
            proptest::prop_assert_eq!(balance.credited(), standing.iter().map(|(.., minutes)| minutes).sum::<i64>());
        }
    }
}

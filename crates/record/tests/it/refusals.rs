//! What the record refuses, with the exact sentence where it matters.

use crate::world::{World, payback_order};
use insta::assert_snapshot;
use serde_json::json;

fn order_with(requirements: serde_json::Value) -> serde_json::Value {
    let mut order = payback_order(100);
    order["requirements"] = requirements;
    order
}

#[test]
fn s227i_unpaid_work_is_20_to_300_hours() {
    let mut world = World::on("2026-03-02");
    assert_snapshot!(world.refused("2026-03-02", "order.imposed", payback_order(301)), @"Unpaid work is 20 to 300 hours; this order has 301. Check the hours. (1995 Act s.227I)");
    assert!(world.refused("2026-03-02", "order.imposed", payback_order(19)).contains("20 to 300"));
    world.say("2026-03-02", "order.imposed", payback_order(300));
}

#[test]
fn s227g_supervision_is_compulsory_beside_most_others_and_under_18() {
    let mut world = World::on("2026-03-02");
    let programme = order_with(json!([{"kind": "programme", "terms": "Caledonian"}]));
    assert_snapshot!(world.refused("2026-03-02", "order.imposed", programme), @"A programme requirement comes with supervision; this order has none. Add the supervision requirement. (1995 Act s.227G(2); 1995 Act s.227P)");
    world.say("2026-03-02", "person.born", json!({"born": "2008-03-03"}));
    let level_1 = order_with(json!([{"kind": "unpaid_work", "hours": 60}]));
    assert!(world.refused("2026-03-02", "order.imposed", level_1.clone()).contains("under 18"));
    world.today = "2026-03-03".parse().unwrap();
    world.say("2026-03-03", "order.imposed", level_1);
}

#[test]
fn s227a_a_justice_of_the_peace_court_has_level_1_and_five_requirements_only() {
    let mut world = World::on("2026-03-02");
    let mut order = payback_order(101);
    order["court"] = json!({"name": "Edinburgh Justice of the Peace Court", "kind": "justice_of_the_peace"});
    assert!(world.refused("2026-03-02", "order.imposed", order.clone()).contains("level 1 only"));
    order["requirements"] = json!([{"kind": "supervision", "months": 6}, {"kind": "drug_treatment"}]);
    assert!(world.refused("2026-03-02", "order.imposed", order).contains("cannot have a drug_treatment requirement"));
}

#[test]
fn s227m_fine_default_has_at_most_50_hours_for_a_fine_of_level_1() {
    let mut world = World::on("2026-03-02");
    let mut order = order_with(json!([{"kind": "unpaid_work", "hours": 51}]));
    order["fine_default"] = json!("at_most_level1");
    assert!(world.refused("2026-03-02", "order.imposed", order.clone()).contains("at most 50"));
    order["requirements"] = json!([{"kind": "unpaid_work", "hours": 50}]);
    world.say("2026-03-02", "order.imposed", order);
}

#[test]
fn s227n_the_total_over_all_orders_is_300_hours() {
    let mut world = World::on("2026-03-02");
    world.say("2026-03-02", "order.imposed", payback_order(250));
    let mut second = payback_order(60);
    second["order"] = json!("CPO-2");
    assert!(world.refused("2026-03-02", "order.imposed", second.clone()).contains("at most 50 more"));
    second["requirements"][1]["concurrent_with"] = json!("CPO-1");
    world.say("2026-03-02", "order.imposed", second);
}

#[test]
fn s227ze_restricted_movement_is_12_hours_a_day_and_14_days_to_12_months() {
    let mut world = World::on("2026-03-02");
    let with = |movement: serde_json::Value| order_with(json!([{"kind": "supervision", "months": 12}, movement]));
    let refused = |world: &mut World, movement| world.refused("2026-03-02", "order.imposed", with(movement));
    assert!(
        refused(&mut world, json!({"kind": "restricted_movement", "days": 13, "hours_a_day": 12}))
            .contains("at least 14 days")
    );
    assert!(
        refused(&mut world, json!({"kind": "restricted_movement", "months": 3, "hours_a_day": 13}))
            .contains("at most 12")
    );
    assert!(
        refused(&mut world, json!({"kind": "restricted_movement", "months": 13, "hours_a_day": 12}))
            .contains("at most 12 months")
    );
    world.say(
        "2026-03-02",
        "order.imposed",
        with(json!({"kind": "restricted_movement", "days": 14, "hours_a_day": 12})),
    );
}

#[test]
fn s227k_other_activity_is_the_lower_of_30_per_cent_and_30_hours() {
    let mut world = World::on("2026-06-01");
    world.say("2026-03-02", "order.imposed", payback_order(50));
    let other = |session: &str, minutes: u32| json!({"order": "CPO-1", "session": session, "activity": "other_activity", "minutes": minutes});
    world.say("2026-03-10", "unpaid_work.worked", other("S-1", 480));
    assert_snapshot!(world.refused("2026-03-11", "unpaid_work.worked", other("S-2", 421)), @"Other activity is at most 15 hours on this order (the lower of 30% of the hours and 30 hours); 8 hours are credited already. Credit the rest as work, or not at all. (1995 Act s.227K)");
    world.say("2026-03-11", "unpaid_work.worked", other("S-2", 420));
}

#[test]
fn out_of_order_commands_are_refused_in_the_words_of_practice() {
    let mut world = World::on("2026-06-01");
    assert_snapshot!(world.refused("2026-03-02", "supervision.induction_started", json!({"order": "CPO-1"})), @"There is no order CPO-1 on this record. Record that it was imposed first. (the record)");
    world.say("2026-03-02", "order.imposed", payback_order(20));
    assert!(
        world.refused("2026-03-01", "supervision.induction_started", json!({"order": "CPO-1"})).contains("before it")
    );
    assert!(
        world
            .refused("2026-06-02", "supervision.induction_started", json!({"order": "CPO-1"}))
            .contains("has not come yet")
    );
    for day in 10..13 {
        let session = json!({"order": "CPO-1", "session": format!("S-{day}"), "activity": "work", "minutes": 400});
        world.say(&format!("2026-03-{day}"), "unpaid_work.worked", session);
    }
    let after = json!({"order": "CPO-1", "session": "S-20", "activity": "work", "minutes": 60});
    assert_snapshot!(world.refused("2026-03-20", "unpaid_work.worked", after), @"All hours of order CPO-1 were completed on Thursday 12 March 2026; no more can be credited. Check the date and the order. (1995 Act s.227I)");
    let lodged = json!({"breach": "B-1", "court": "Edinburgh", "details": "failed"});
    assert!(world.refused("2026-03-20", "breach.lodged", lodged).contains("Propose them first"));
}

#[test]
fn a_date_of_birth_after_the_offence_is_refused_either_way() {
    let mut world = World::on("2026-06-01");
    world.say("2026-03-01", "court.charged", json!({"charge": "CH-1", "offence": "theft", "from": "2026-02-01"}));
    assert!(
        world
            .refused("2026-03-02", "person.born", json!({"born": "2026-02-02"}))
            .contains("after the date of an offence")
    );
    world.say("2026-03-02", "person.born", json!({"born": "1990"}));
    let early = json!({"charge": "CH-2", "offence": "theft", "from": "1989-02-01"});
    assert!(world.refused("2026-03-02", "court.charged", early).contains("date of birth"));
}

#[test]
fn a_strike_that_would_leave_others_without_what_they_need_is_refused() {
    let mut world = World::on("2026-06-01");
    let imposed = world.say("2026-03-02", "order.imposed", payback_order(120));
    world.say("2026-03-04", "supervision.induction_started", json!({"order": "CPO-1"}));
    let refusal = world.refused("2026-06-01", "amend.struck", json!({"event": imposed, "reason": "wrong person"}));
    assert!(refusal.contains("another event would no longer hold"), "{refusal}");
    let unknown = json!({"event": "0190f4a0-0000-7000-8000-00000000ffff", "reason": "x"});
    assert!(world.refused("2026-06-01", "amend.struck", unknown).contains("no such event"));
}

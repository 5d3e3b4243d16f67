//! A team manager's pages: allocate a new order, look into a missed standard, see what is to be endorsed.

use crate::testing::World;
use crate::today::tests::somebody;
use axum::http::StatusCode;
use serde_json::json;

/// Somebody whose order nobody has yet.
fn newcomer(world: &World, person: &str, family: &str) -> u64 {
    let order = json!({
        "order": "CPO-N", "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}],
    });
    let name = json!({"kind": "legal", "given": "Kim", "family": family});
    let version = world.say(person, 0, "2026-02-27", "person.named", &name);
    let version = world.say(person, version, "2026-02-27", "order.imposed", &order);
    world.say(person, version, "2026-02-27", "order.received", &json!({"order": "CPO-N", "copy_order": true}))
}

#[tokio::test]
async fn a_new_order_is_allocated_with_workload_in_view() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    newcomer(&world, "p-2", "Newman");
    let cat = world.sign_in("w-cat").await;
    let team = world.get(&cat, "/team").await.text;
    assert!(team.contains("1 to allocate") && team.contains("Kim Newman"), "{team}");
    assert!(team.contains("Tue 3 Mar 2026: Due tomorrow"), "{team}");
    assert!(team.contains("Amy Adams") && team.contains("of 100 ("));

    let page = world.get(&cat, "/people/p-2/allocate").await.text;
    assert!(page.contains("Allocate Kim Newman") && page.contains("Points with this"));
    let hidden = |name: &str| {
        let from = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        from.split('"').next().unwrap().to_owned()
    };
    let (version, event) = (hidden("version"), hidden("event"));
    let nobody = world.post(&cat, "/people/p-2/allocate", &[("version", &version), ("event", &event)]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.text.contains("Choose the case manager") && nobody.text.contains("href=\"#worker\""));
    let fields = [("version", version.as_str()), ("event", &event), ("team", "t-east"), ("worker", "w-amy")];
    let done = world.post(&cat, "/people/p-2/allocate", &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/team?team=t-east"), "{}", done.text);
    let after = world.get(&cat, "/team").await.text;
    assert!(after.contains("Kim Newman is now allocated to Amy Adams.") && after.contains("0 to allocate"), "{after}");
    let twice = world.post(&cat, "/people/p-2/allocate", &fields).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER, "the same form again records nothing more: {}", twice.text);
}

#[tokio::test]
async fn a_case_that_changes_hands_needs_a_reason_and_a_stale_form_is_a_conflict() {
    let world = World::new();
    let version = somebody(&world, "p-1", "Adair", "w-amy").to_string();
    let admin = crate::testing::actor("w-gus", &[service::Role::Administrator], "capital", "");
    let ina = service::Member {
        name: "Ina Innes".try_into().unwrap(),
        actor: crate::testing::actor("w-ina", &[service::Role::CaseManager], "capital", "t-east"),
    };
    world.service.add_staff(&world.request(&admin), world.id(), &ina).unwrap();
    let cat = world.sign_in("w-cat").await;
    let event = "0198c0de-0000-7000-8000-000000000001";
    let fields = [("version", version.as_str()), ("event", event), ("team", "t-east"), ("worker", "w-ina")];
    let without = world.post(&cat, "/people/p-1/allocate", &fields).await;
    assert!(without.status == StatusCode::UNPROCESSABLE_ENTITY && without.text.contains("why the case changes hands"));
    let mut stale = fields.to_vec();
    stale[0] = ("version", "2");
    stale.push(("reason", "Amy is leaving"));
    assert_eq!(world.post(&cat, "/people/p-1/allocate", &stale).await.status, StatusCode::CONFLICT);
    let mut with = fields.to_vec();
    with.push(("reason", "Amy is leaving"));
    assert_eq!(world.post(&cat, "/people/p-1/allocate", &with).await.status, StatusCode::SEE_OTHER);
    assert!(world.get(&cat, "/caseload?worker=w-ina").await.text.contains("Sam Adair"));
}

#[tokio::test]
async fn a_missed_standard_leads_down_to_the_events() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, "/team/standards").await.text;
    assert!(page.contains("opened January to March 2026") && page.contains("1 of 1 (100%)"), "{page}");
    let to = "/team/standards/nos.allocate?team=t-east&quarter=2026-q1&state=met";
    assert!(page.contains(&to.replace('&', "&#38;")), "{page}");
    let cases = world.get(&cat, to).await.text;
    assert!(cases.contains("Sam Adair") && cases.contains("Met, Fri 27 Feb 2026"), "{cases}");
    let link = cases.split("href=\"").find(|rest| rest.starts_with("/people/p-1/why?")).unwrap();
    let reason = world.get(&cat, &link.split('"').next().unwrap().replace("&#38;", "&")).await.text;
    assert!(
        reason.contains("What opened it") && reason.contains("What settled it") && reason.contains("Amy Adams"),
        "{reason}"
    );
    let none = world.get(&cat, "/team/standards?quarter=2020-q1").await.text;
    assert!(none.contains("No standard was asked"));
    for wrong in ["?quarter=2026-q7", "/nos.allocate?state=x", "/nos.allocate?after=x"] {
        assert_eq!(
            world.get(&cat, &format!("/team/standards{wrong}")).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    assert_eq!(world.get(&cat, "/team/standards/nos.nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_breach_waits_for_the_managers_endorsement() {
    let world = World::new();
    let version = somebody(&world, "p-1", "Adair", "w-amy");
    let proposed = json!({"breach": "B-1", "order": "CPO-1", "incidents": [], "reasons": "three absences"});
    world.say("p-1", version, "2026-03-02", "breach.proposed", &proposed);
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, "/team").await.text;
    assert!(page.contains("1 to endorse") && page.contains("/people/p-1/record/breach.endorsed?breach=B-1"), "{page}");
}

#[tokio::test]
async fn a_capacity_is_set_from_a_day_with_a_reason() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, "/team/capacity/w-amy").await.text;
    assert!(page.contains("Capacity of Amy Adams") && page.contains("2/3/2026"), "{page}");
    let event = "0198c0de-0000-7000-8000-000000000002";
    let wrong = world.post(&cat, "/team/capacity/w-amy", &[("points", "0"), ("from", "soon"), ("event", event)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.text.matches("govuk-error-message").count(), 3);
    let right = [("points", "40"), ("from", "2/3/2026"), ("reason", "two days a week"), ("event", event)];
    assert_eq!(world.post(&cat, "/team/capacity/w-amy", &right).await.status, StatusCode::SEE_OTHER);
    let team = world.get(&cat, "/team").await.text;
    assert!(team.contains("two days a week") && team.contains("of 40 ("), "{team}");
    assert_eq!(world.get(&cat, "/team/capacity/w-nobody").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn twelve_workers_with_full_caseloads_stay_under_a_hundred_kilobytes() {
    let world = World::new();
    let admin = crate::testing::actor("w-gus", &[service::Role::Administrator], "capital", "");
    for n in 0..12 {
        let member = service::Member {
            name: format!("Worker Number{n}").as_str().try_into().unwrap(),
            actor: crate::testing::actor(&format!("w-{n:02}"), &[service::Role::CaseManager], "capital", "t-east"),
        };
        world.service.add_staff(&world.request(&admin), world.id(), &member).unwrap();
    }
    for n in 0..40 {
        newcomer(&world, &format!("p-{n:02}"), &format!("Longername{n:02}"));
    }
    let cat = world.sign_in("w-cat").await;
    for path in ["/team", "/team/standards", "/people/p-01/allocate"] {
        let page = world.get(&cat, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.len() < 100_000, "{path}: {} bytes", page.text.len());
    }
}

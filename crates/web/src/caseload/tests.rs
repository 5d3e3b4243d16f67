//! The caseload as its page tells it.

use crate::testing::World;
use crate::today::tests::somebody;
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_caseload_is_filtered_and_sorted_by_links() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    assert!(world.get(&amy, "/caseload").await.text.contains("There is no running case here."));
    somebody(&world, "p-1", "Adair", "w-amy");
    let version = somebody(&world, "p-2", "Baird", "w-amy");
    world.say("p-2", version, "2026-03-02", "supervision.level_set", &json!({"level": "low", "reasons": "stable"}));
    let page = world.get(&amy, "/caseload").await.text;
    assert!(page.contains("2 running cases") && page.contains("Community payback order"), "{page}");
    assert!(page.contains("aria-sort=\"ascending\"") && page.contains("0 of 100 hours"));
    assert!(page.find("Sam Adair") < page.find("Sam Baird"));
    let down = world.get(&amy, "/caseload?worker=w-amy&sort=name&order=desc").await.text;
    assert!(down.find("Sam Adair") > down.find("Sam Baird") && down.contains("aria-sort=\"descending\""));
    let high = world.get(&amy, "/caseload?level=high").await.text;
    assert!(
        high.contains("Sam Adair") && !high.contains("Sam Baird") && high.contains("1 of 2 (50%) that fit"),
        "{high}"
    );
    let none = world.get(&amy, "/caseload?kind=dtto").await.text;
    assert!(none.contains("No case fits these filters.") && none.contains("Clear filters"));
    for wrong in ["level=x", "sort=x", "kind=x", "order=x", "due=9", "status=x", "after=x"] {
        assert_eq!(world.get(&amy, &format!("/caseload?{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_page_of_fifty_leads_to_the_next_and_no_address_holds_a_name() {
    let world = World::new();
    for n in 0..52 {
        somebody(&world, &format!("p-{n:02}"), &format!("Name{n:02}"), "w-amy");
    }
    let amy = world.sign_in("w-amy").await;
    let first = world.get(&amy, "/caseload").await.text;
    assert!(first.contains("Name49") && !first.contains("Name50"));
    let next = first.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let next = next.filter(|href| href.contains("after=")).last().unwrap().replace("&#38;", "&");
    assert!(!next.to_lowercase().contains("name4"), "{next}");
    let second = world.get(&amy, &next).await.text;
    assert!(second.contains("Name50") && second.contains("Name51") && !second.contains("Name49"));
    assert!(second.contains("First page") && !second.contains("rel=\"next\""));
}

#[tokio::test]
async fn a_restricted_record_is_badged_for_its_worker_and_absent_for_others() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let version = somebody(&world, "p-2", "Baird", "w-amy");
    let restricted = json!({"reason": "known to staff", "only": ["w-amy"]});
    world.say("p-2", version, "2026-03-02", "person.restricted", &restricted);
    let amy = world.sign_in("w-amy").await;
    let own = world.get(&amy, "/caseload").await.text;
    assert!(own.contains("Sam Baird") && own.contains("Restricted"));
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, "/caseload?worker=w-amy").await.text;
    assert!(!page.contains("Baird") && page.contains("1 running case."), "{page}");
}

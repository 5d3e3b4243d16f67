//! The day of a case manager and of a team, as the pages tell it.

use crate::testing::World;
use axum::http::StatusCode;
use serde_json::json;

/// Somebody of Amy's on an order of Monday 23 February 2026, with an appointment on Monday 2 March.
pub(crate) fn somebody(world: &World, person: &str, family: &str, worker: &str) -> u64 {
    let order = json!({
        "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
    });
    let name = json!({"kind": "legal", "given": "Sam", "family": family});
    let version = world.say(person, 0, "2026-02-23", "person.named", &name);
    let version = world.say(person, version, "2026-02-23", "order.imposed", &order);
    let received = json!({"order": "CPO-1", "copy_order": true});
    let version = world.say(person, version, "2026-02-26", "order.received", &received);
    let allocated = json!({"worker": worker, "team": "t-east"});
    let version = world.say(person, version, "2026-02-27", "supervision.allocated", &allocated);
    let level = json!({"level": "high", "reasons": "for the test"});
    let version = world.say(person, version, "2026-02-27", "supervision.level_set", &level);
    let plan = |contact: &str, on: &str| json!({"contact": contact, "kind": "office", "with": "case_manager", "on": on, "at": "14:30:00", "place": "East office"});
    let version = world.say(person, version, "2026-02-27", "contact.planned", &plan("C-1", "2026-03-02"));
    world.say(person, version, "2026-02-27", "contact.planned", &plan("C-2", "2026-03-01"))
}

#[tokio::test]
async fn a_day_shows_what_waits_with_its_reason_and_one_step_to_do_it() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let empty = world.get(&amy, "/today").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(
        empty.text.contains("Nothing of the last 30 days is late.") && empty.text.contains("No appointments today.")
    );
    assert!(empty.text.contains("Nobody is on a running order here."));

    somebody(&world, "p-1", "<b>Adair</b>", "w-amy");
    let page = world.get(&amy, "/today").await.text;
    assert!(page.contains("Monday 2 March 2026, Amy Adams"), "{page}");
    assert!(page.contains("Sam &#60;b&#62;Adair") && !page.contains("<b>Adair"));
    assert!(page.contains("2:30pm") && page.contains("East office"));
    assert!(page.contains("/people/p-1/record/contact?happened=held&amp;appointment=C-1"));
    assert!(
        page.contains("/people/p-1/record/contact?happened=missed&amp;appointment=C-2"),
        "yesterday's outcome is asked for"
    );
    assert!(page.contains("No contact yet; order of Mon 23 Feb 2026"));
    assert!(page.contains("data-reason") && page.contains("/people/p-1/why?case=CPO-1"));
    assert!(!page.contains("2026-03-02</"), "no ISO dates in words");
    assert!(!page.contains("2026, w-amy"), "names, not accounts");
    let missed = world.get(&amy, "/people/p-1/record/contact?happened=missed&appointment=C-2").await.text;
    assert!(missed.contains("value=\"missed\" checked") && missed.contains("Sunday 1 March 2026"), "{missed}");
}

#[tokio::test]
async fn every_reason_that_a_list_links_to_opens_and_says_why() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, "/today").await.text;
    let links: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.contains("/why?"))
        .map(|href| href.replace("&#38;", "&"))
        .collect();
    assert!(links.len() >= 3, "{page}");
    for link in links {
        let reason = world.get(&amy, &link).await;
        assert_eq!(reason.status, StatusCode::OK, "{link}");
        assert!(reason.text.contains("id=\"reason\"") && reason.text.contains("rulebook scotland"), "{}", reason.text);
        assert!(reason.text.contains("What opened it") || reason.text.contains("week"), "{}", reason.text);
    }
    let gone = world.get(&amy, "/people/p-1/why?case=CPO-1&standard=nos.allocate&opened=2020-01-01&n=0").await;
    assert_eq!(gone.status, StatusCode::BAD_REQUEST);
    assert!(gone.text.contains("not asked of the person any more"));
}

#[tokio::test]
async fn a_manager_sees_the_team_and_each_worker_and_a_case_manager_no_other_teams() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let cat = world.sign_in("w-cat").await;
    let page = world.get(&cat, "/today").await.text;
    assert!(page.contains("Sam Adair") && page.contains("Case manager"));
    assert!(page.contains("/today?worker=w-amy") && page.contains("Amy Adams"));
    assert!(world.get(&cat, "/today?worker=w-amy").await.text.contains("Amy Adams"));
    let ben = world.sign_in("w-ben").await;
    assert_eq!(world.get(&ben, "/today?worker=w-amy").await.status, StatusCode::FORBIDDEN);
    let zoe = world.sign_in("w-zoe").await;
    assert_eq!(world.get(&zoe, "/today?team=t-east").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_week_and_all_of_a_part_are_pages_of_their_own() {
    let world = World::new();
    somebody(&world, "p-1", "Adair", "w-amy");
    let amy = world.sign_in("w-amy").await;
    let week = world.get(&amy, "/today/week").await.text;
    assert!(week.contains("Week of Monday 2 March 2026") && week.contains("Monday 2 March 2026 (today)"));
    assert!(week.contains("Sunday 8 March 2026") && week.contains("2:30pm"));
    assert!(week.contains("from=2026-02-23"));
    let before = world.get(&amy, "/today/week?from=2026-02-25").await.text;
    assert!(before.contains("Week of Monday 23 February 2026") && !before.contains("rel=\"prev\""));
    assert_eq!(world.get(&amy, "/today/week?from=soon").await.status, StatusCode::BAD_REQUEST);
    let coming = world.get(&amy, "/today/coming").await.text;
    assert!(coming.contains("Coming in 7 days (") && coming.contains("Sam Adair"), "{coming}");
    assert_eq!(world.get(&amy, "/today/soon").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_full_day_stays_under_a_hundred_kilobytes() {
    let world = World::new();
    for n in 0..45 {
        somebody(&world, &format!("p-{n:02}"), &format!("Longername{n:02}"), "w-amy");
    }
    let (amy, cat) = (world.sign_in("w-amy").await, world.sign_in("w-cat").await);
    for (browser, path) in [
        (&amy, "/today"),
        (&cat, "/today"),
        (&amy, "/caseload"),
        (&cat, "/caseload"),
        (&amy, "/today/week"),
        (&cat, "/team"),
        (&amy, "/today/coming"),
    ] {
        let page = world.get(browser, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.len() < 100_000, "{path}: {} bytes", page.text.len());
    }
}

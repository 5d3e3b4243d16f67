use crate::testing::World;
use axum::http::{StatusCode, header};
use serde_json::json;

fn begin(world: &World) {
    let named = json!({"kind": "legal", "given": "James", "family": "McDonald"});
    let version = world.say("p-jim", 0, "2026-03-02", "person.named", &named);
    let pnc = json!({"identifier": {"kind": "pnc", "value": "2003/0011985X"}});
    let version = world.say("p-jim", version, "2026-03-02", "person.identified", &pnc);
    let order = json!({
        "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}],
    });
    let version = world.say("p-jim", version, "2026-03-02", "order.imposed", &order);
    let allocated = json!({"worker": "w-amy", "team": "t-east"});
    world.say("p-jim", version, "2026-03-02", "supervision.allocated", &allocated);
}

#[tokio::test]
async fn each_role_sees_the_pages_that_it_may_open() {
    let world = World::new();
    for (account, has, has_not) in [
        ("w-fay", "/administration/access", "/administration/what-if"),
        ("w-gus", "/administration/health", "/administration/access"),
        ("w-eve", "/administration/what-if", "/administration/health"),
    ] {
        let who = world.sign_in(account).await;
        let page = world.get(&who, "/administration").await.text;
        assert!(page.contains(&format!("href=\"{has}\"")) && !page.contains(&format!("href=\"{has_not}\"")), "{page}");
        assert_eq!(world.get(&who, has).await.status, StatusCode::OK, "{account} {has}");
        assert_eq!(world.get(&who, has_not).await.status, StatusCode::FORBIDDEN, "{account} {has_not}");
    }
}

#[tokio::test]
async fn the_rules_in_force_are_read_in_words() {
    let world = World::new();
    let eve = world.sign_in("w-eve").await;
    let list = world.get(&eve, "/administration/standards?q=allocated").await.text;
    assert!(list.contains("href=\"/administration/standards/nos.allocate\""), "{list}");
    assert!(list.contains("value=\"allocated\""), "what was typed stays");
    let one = world.get(&eve, "/administration/standards/nos.allocate").await.text;
    assert!(one.contains("2 working days") && one.contains("5.3"), "{one}");
    assert_eq!(world.get(&eve, "/administration/standards/nos.nothing").await.status, StatusCode::NOT_FOUND);
    let none = world.get(&eve, "/administration/standards?q=zebra").await.text;
    assert!(none.contains("No standard has these words"), "{none}");
    let days = world.get(&eve, "/administration/calendars?year=2026").await.text;
    assert!(days.contains("Friday 25 December 2026") && days.contains("aria-current=\"page\">2026"), "{days}");
}

#[tokio::test]
async fn an_auditor_asks_who_looked_and_what_an_account_did() {
    let world = World::new();
    begin(&world);
    let amy = world.sign_in("w-amy").await;
    let fay = world.sign_in("w-fay").await;
    world.get(&amy, "/people/p-jim").await;
    world.post(&amy, "/search", &[("text", "jimmy macdonald")]).await;
    for of in ["p-jim", "2003/0011985X", "03/11985x"] {
        let found = world.post(&fay, "/administration/access", &[("by", "person"), ("of", of)]).await;
        let page = if of == "p-jim" {
            found
        } else {
            assert_eq!(found.headers[header::LOCATION], "/administration/access?by=person&of=p-jim", "{of}");
            world.get(&fay, "/administration/access?by=person&of=p-jim").await
        };
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("Amy Adams") && page.text.contains("search"), "{of}: {}", page.text);
        assert!(page.text.contains("view person") && !page.text.contains("jimmy"), "{}", page.text);
    }
    let did =
        world.get(&fay, "/administration/access?by=account&of=w-amy&from=2%2F3%2F2026&until=2%2F3%2F2026").await.text;
    assert!(did.contains("p-jim") && did.contains("from Monday 2 March 2026 to Monday 2 March 2026"), "{did}");
    let before = world.get(&fay, "/administration/access?by=account&of=w-amy&from=1/2/2026&until=2/2/2026").await.text;
    assert!(before.contains("Nothing was entered"), "{before}");
    let wrong = world.get(&fay, "/administration/access?by=person&of=p-nobody&from=soon").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("href=\"#from\"") && wrong.text.contains("value=\"p-nobody\""), "{}", wrong.text);
    let nobody = world.post(&fay, "/administration/access", &[("by", "person"), ("of", "p-nobody")]).await;
    assert!(nobody.text.contains("There is no record with this id or number"), "{}", nobody.text);
    let file = world.get(&fay, "/administration/access.csv?by=account&of=w-amy").await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(
        file.text.starts_with("when,account,name") && file.text.contains(",w-amy,Amy Adams,case_manager"),
        "{}",
        file.text
    );
    assert_eq!(world.get(&amy, "/administration/access").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_health_page_says_what_is_there_and_what_to_look_after() {
    let world = World::new();
    begin(&world);
    let gus = world.sign_in("w-gus").await;
    let page = world.get(&gus, "/administration/health").await.text;
    assert!(page.contains("SQLite") && page.contains("1 person") && page.contains("Rulebook"), "{page}");
    assert!(page.contains("run throughline verify") && page.contains("Background work"), "{page}");
    let fay = world.sign_in("w-fay").await;
    let page = world.get(&fay, "/administration/health").await.text;
    assert!(!page.contains("Background work"), "{page}");
}

#[tokio::test]
async fn a_draft_stands_beside_the_rulebook_in_force() {
    let world = World::new();
    begin(&world);
    let eve = world.sign_in("w-eve").await;
    let page = world.get(&eve, "/administration/what-if").await.text;
    assert!(page.contains("<option value=\"induction-3-days\""), "{page}");
    let compared = world.post(&eve, "/administration/what-if", &[("draft", "induction-3-days")]).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    assert!(compared.text.contains("The cases of 1 person as of Monday 2 March 2026"), "{}", compared.text);
    let wrong = world.post(&eve, "/administration/what-if", &[("draft", "none")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Choose a draft"), "{}", wrong.text);
}

#[tokio::test]
async fn a_script_with_a_valid_login_is_stopped_and_those_who_must_know_see_it_at_once() {
    let world = World::new();
    for n in 0..205 {
        world.say(&format!("s-{n}"), 0, "2026-03-02", "person.named", &crate::testing::named("Sam", "Example"));
    }
    let ben = world.sign_in("w-ben").await;
    let mut opened = 0;
    let mut stopped = None;
    for n in 0..205 {
        let answer = world.get(&ben, &format!("/api/v1/people/s-{n}")).await;
        match answer.status {
            StatusCode::OK => opened += 1,
            _ => stopped = stopped.or(Some(answer)),
        }
    }
    assert_eq!(opened, 200);
    let stopped = stopped.unwrap();
    assert_eq!(
        (stopped.status, stopped.headers[header::RETRY_AFTER].as_bytes()),
        (StatusCode::TOO_MANY_REQUESTS, &b"3600"[..])
    );
    assert!(stopped.text.contains("opened the records of 200 people within an hour, so no more open until 10:00am"));
    let page = world.get(&ben, "/people/s-204").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.text.contains("You have opened very many records"), "a page says so too");
    assert_eq!(world.get(&ben, "/people/s-7").await.status, StatusCode::OK, "what was opened stays open");
    let cat = world.sign_in("w-cat").await;
    assert!(world.get(&cat, "/team").await.text.contains("1 alarm to settle"));
    let fay = world.sign_in("w-fay").await;
    let alarms = world.get(&fay, "/administration/alarms").await.text;
    assert!(
        alarms.contains("Ben Boyle") && alarms.contains("Opened the records of 200 people within an hour"),
        "{alarms}"
    );
    let form = alarms.split("action=\"/administration/alarms/").nth(1).unwrap().split('"').next().unwrap();
    let settle = format!("/administration/alarms/{form}");
    let short = world.post(&fay, &settle, &[("said", "ok")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        short.text.contains("Say what became of it in 10 to 500 characters") && short.text.contains("value=\"ok\"")
    );
    let done = world.post(&fay, &settle, &[("said", "Asked: a list for the court, agreed.")]).await;
    assert_eq!(done.location(), "/administration/alarms");
    assert!(
        world
            .get(&fay, "/administration/alarms")
            .await
            .text
            .contains("Asked: a list for the court, agreed. Fay Forbes")
    );
    assert!(!world.get(&cat, "/team").await.text.contains("alarm to settle"));
    let elsewhere = world.sign_in("w-zoe").await;
    assert_eq!(world.get(&elsewhere, "/administration/alarms").await.status, StatusCode::FORBIDDEN);
}

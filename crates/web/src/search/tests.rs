use crate::testing::{Browser, World};
use axum::http::StatusCode;
use serde_json::json;

/// Jim is Amy's; Ann Reid is restricted to Ben.
fn begin(world: &World) {
    let mut version = world.say(
        "p-jim",
        0,
        "2026-03-02",
        "person.named",
        &json!({"kind": "legal", "given": "James", "family": "McDonald"}),
    );
    let known = json!({"kind": "known_as", "given": "Jim", "family": "McDonald"});
    version = world.say("p-jim", version, "2026-03-02", "person.named", &known);
    version = world.say("p-jim", version, "2026-03-02", "person.born", &json!({"born": "1990-05-17"}));
    let pnc = json!({"identifier": {"kind": "pnc", "value": "2003/0011985X"}});
    version = world.say("p-jim", version, "2026-03-02", "person.identified", &pnc);
    let order = json!({
        "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}],
    });
    version = world.say("p-jim", version, "2026-03-02", "order.imposed", &order);
    let allocated = json!({"worker": "w-amy", "team": "t-east"});
    world.say("p-jim", version, "2026-03-02", "supervision.allocated", &allocated);
    let named = json!({"kind": "legal", "given": "Ann", "family": "Reid"});
    let version = world.say("p-ann", 0, "2026-03-02", "person.named", &named);
    let restricted = json!({"reason": "known to staff", "only": ["w-ben"]});
    world.say("p-ann", version, "2026-03-02", "person.restricted", &restricted);
}

async fn found(world: &World, who: &Browser, text: &str, born: &str) -> String {
    let answer = world.post(who, "/search", &[("text", text), ("born", born)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.text
}

#[tokio::test]
async fn a_person_is_found_by_what_is_remembered_of_them() {
    let world = World::new();
    begin(&world);
    let amy = world.sign_in("w-amy").await;
    for (text, born) in [
        ("jimmy macdonald", ""),
        ("McDonlad Jmaes", "1990"),
        ("mcdonald 17/5/1990", ""),
        ("03/11985x", ""),
        ("cpo 1", ""),
        ("ja mcd", "may 1990"),
        ("", "17/5/1990"),
    ] {
        let page = found(&world, &amy, text, born).await;
        assert!(page.contains("href=\"/people/p-jim\">Jim McDonald</a>"), "{text} {born}: {page}");
        assert!(page.contains("also James McDonald") && page.contains("PNC 2003/0011985X"), "{page}");
        assert!(page.contains("CPO-1: Amy Adams") && page.contains("1 person fits"), "{page}");
        assert!(page.contains("17 May 1990"), "{page}");
    }
}

#[tokio::test]
async fn nobody_and_nothing_typed_each_have_a_way_on() {
    let world = World::new();
    begin(&world);
    let amy = world.sign_in("w-amy").await;
    let nobody = found(&world, &amy, "Zebedee Quartz", "").await;
    assert!(nobody.contains("Nobody on record fits") && nobody.contains("href=\"/people/new\""), "{nobody}");
    let empty = world.post(&amy, "/search", &[("text", " "), ("born", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("href=\"#text\"") && empty.text.contains("Say at least a name"), "{}", empty.text);
    let soon = world.post(&amy, "/search", &[("text", "mcdonald"), ("born", "soon")]).await;
    assert_eq!(soon.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(soon.text.contains("href=\"#born\"") && soon.text.contains("value=\"mcdonald\""), "{}", soon.text);
}

#[tokio::test]
async fn somebody_restricted_is_found_as_nobody_is() {
    let world = World::new();
    begin(&world);
    let amy = world.sign_in("w-amy").await;
    let ben = world.sign_in("w-ben").await;
    let plain = |page: String| {
        let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned();
        main.replace("ann reid", "NAME")
            .replace("Ann Reid", "NAME")
            .replace("orla rodd", "NAME")
            .replace("Orla Rodd", "NAME")
    };
    let hidden = plain(found(&world, &amy, "Ann Reid", "").await);
    let absent = plain(found(&world, &amy, "Orla Rodd", "").await);
    assert_eq!(hidden, absent, "a page about somebody hidden is the page about nobody");
    let seen = found(&world, &ben, "Ann Reid", "").await;
    assert!(seen.contains("href=\"/people/p-ann\"") && seen.contains("Restricted</strong>"), "{seen}");
}

#[tokio::test]
async fn the_quick_search_is_on_each_page_and_the_people_opened_last_are_listed() {
    let world = World::new();
    begin(&world);
    let amy = world.sign_in("w-amy").await;
    let first = world.get(&amy, "/search").await.text;
    assert!(first.contains("You have not opened any yet"), "{first}");
    assert!(first.contains("id=\"quick-search\" name=\"text\""), "{first}");
    assert_eq!(world.get(&amy, "/people/p-jim").await.status, StatusCode::OK);
    let after = world.get(&amy, "/search").await.text;
    assert!(after.contains("href=\"/people/p-jim\"") && after.contains("Mon 2 Mar 2026, 9am"), "{after}");
    let quick = world.post(&amy, "/search", &[("text", "jim mcdonald")]).await;
    assert!(quick.text.contains("href=\"/people/p-jim\""), "{}", quick.text);
    let eve = world.sign_in("w-eve").await;
    assert_eq!(world.get(&eve, "/search").await.status, StatusCode::FORBIDDEN);
}

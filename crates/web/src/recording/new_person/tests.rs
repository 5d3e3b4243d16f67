//! A new person and order in one sitting.

use crate::recording::tests::{begin, hidden};
use crate::testing::{Answer, Browser, World, actor};
use axum::http::StatusCode;
use service::{PersonId, Role};

async fn look(world: &World, browser: &Browser, given: &str, family: &str, born: &str) -> Answer {
    let page = world.get(browser, "/people/new").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (person, entries) = (hidden(&page, "person"), hidden(&page, "entries"));
    let fields = [
        ("person", person.as_str()),
        ("entries", &entries),
        ("given", given),
        ("family", family),
        ("born", born),
        ("act", "look"),
    ];
    world.post(browser, "/people/new", &fields).await
}

const ORDER: &[(&str, &str)] = &[
    ("looked", "yes"),
    ("given", "Robin"),
    ("family", "Newcomer"),
    ("born", "17/5/1990"),
    ("when", "yesterday"),
    ("kind", "cpo"),
    ("court.name", "Edinburgh Sheriff Court"),
    ("court.kind", "sheriff_summary"),
    ("council", "capital"),
    ("requirements", "supervision"),
    ("requirements.supervision.months", "12"),
    ("requirements", "unpaid_work"),
    ("requirements.unpaid_work.hours", "100"),
    ("report_considered", "yes"),
    ("order", "CPO-7"),
    ("received", "today"),
    ("copy_order", "yes"),
    ("worker", "w-amy"),
];

#[tokio::test]
async fn a_person_and_their_order_are_recorded_in_one_sitting_and_once() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let page = look(&world, &amy, "Robin", "Newcomer", "17/5/1990").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("Nobody on record whom you may see matches"), "{}", page.text);
    assert!(page.text.contains("<option value=\"cpo\" selected>"), "what is usual is there: {}", page.text);
    let (person, entries) = (hidden(&page, "person"), hidden(&page, "entries"));
    let mut fields = vec![("person", person.as_str()), ("entries", entries.as_str())];
    fields.extend(ORDER);
    for _ in 0..2 {
        let answer = world.post(&amy, "/people/new", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(answer.location(), format!("/people/{person}"));
    }
    let request_by = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let view = world.service.person(&world.request(&request_by), &PersonId::new(&person).unwrap(), None).unwrap();
    let kinds: Vec<&str> = view.history.events().iter().map(|event| event.what.kind()).collect();
    assert_eq!(kinds, ["person.named", "person.born", "order.imposed", "order.received", "supervision.allocated"]);
    assert_eq!(view.record.orders.len(), 1);
    let said = world.get(&amy, "/people/new").await;
    assert!(said.text.contains("Robin Newcomer is on record with order CPO-7. Next: "), "{}", said.text);
}

#[tokio::test]
async fn the_people_who_match_are_shown_first() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let page = look(&world, &amy, "Alex", "Exampel", "").await;
    assert!(
        page.text.contains("This is the person") && page.text.contains("/people/p-1/record/order.imposed"),
        "{}",
        page.text
    );
    assert!(page.text.contains("None of these: begin a new record"));
    let page = look(&world, &amy, "", "", "9/3").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Type the family name") && page.text.contains("year of birth"), "{}", page.text);
}

#[tokio::test]
async fn the_laws_limits_are_checked_where_they_were_broken_and_nothing_is_lost() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let page = look(&world, &amy, "Robin", "Newcomer", "17/5/1990").await;
    let (person, entries) = (hidden(&page, "person"), hidden(&page, "entries"));
    for (name, value, field, sentence) in [
        ("requirements.unpaid_work.hours", "900", "requirements", "Unpaid work is"),
        ("requirements.unpaid_work.hours", "many", "requirements.unpaid_work.hours", "is a whole number"),
        ("born", "17/5/2012", "born", "for people aged"),
        ("when", "tomorrow", "when", "has not come yet"),
        ("court.name", "", "court.name", "Write something for"),
        ("worker", "w-eve", "worker", "is in no team"),
    ] {
        let mut fields = vec![("person", person.as_str()), ("entries", entries.as_str())];
        fields.extend(ORDER.iter().map(|(known, typed)| if *known == name { (name, value) } else { (*known, *typed) }));
        let answer = world.post(&amy, "/people/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("<li><a href=\"#{field}\">")) && answer.text.contains(sentence),
            "{name} {value}: {}",
            answer.text
        );
        assert!(answer.text.contains("CPO-7") && answer.text.contains("Newcomer"), "nothing is lost");
    }
    let dan = world.sign_in("w-dan").await;
    assert_eq!(world.get(&dan, "/people/new").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_draft_of_a_new_person_waits() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let page = look(&world, &amy, "Robin", "Newcomer", "1990").await;
    let (person, entries) = (hidden(&page, "person"), hidden(&page, "entries"));
    let mut fields = vec![("person", person.as_str()), ("entries", entries.as_str())];
    fields.extend(ORDER);
    let kept = world.post(&amy, "/people/new/draft", &fields).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    let page = world.get(&amy, "/people/new").await;
    assert!(page.text.contains("This is your draft of") && page.text.contains("CPO-7"), "{}", page.text);
    assert_eq!(hidden(&page, "person"), person);
    let answer = world.post(&amy, "/people/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(!world.get(&amy, "/people/new").await.text.contains("This is your draft of"));
}

//! A contact on one page: as a case manager records it, as it goes wrong, and as it goes without a script.

use crate::recording::tests::{begin, events, hidden, kinds, send};
use axum::http::StatusCode;
use record::What;
use serde_json::json;

const PATH: &str = "/people/p-1/record/contact";

#[tokio::test]
async fn a_contact_is_recorded_with_the_next_appointment_that_the_standard_asks_for() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, PATH).await;
    assert_eq!(page.status, StatusCode::OK);
    for said in [
        "After a contact today the next is due by Sunday 15 March 2026",
        "That day is the weekend in the calendar",
        "the last working day before it is Friday 13 March 2026",
        "value=\"Monday 9 March 2026\"",
        "Yes, on order CPO-1",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let fields = [
        ("happened", "held"),
        ("kind", "office"),
        ("with", "case_manager"),
        ("first_for", "CPO-1"),
        ("note", "Understood the order."),
        ("next_on", "Monday 9 March 2026"),
        ("next_at", "2pm"),
        ("next_kind", "home_visit"),
    ];
    let (based_on, entry, next) = (hidden(&page, "based_on"), hidden(&page, "entry"), hidden(&page, "entry_next"));
    let mut all = vec![
        ("based_on", based_on.as_str()),
        ("entry", &entry),
        ("entry_next", &next),
        ("next_contact", "C-1"),
        ("when", "yesterday 3pm"),
    ];
    all.extend(fields);
    let answer = world.post(&amy, PATH, &all).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "the order was imposed today: {}", answer.text);
    assert!(answer.text.contains("said to have happened on Sunday 1 March 2026"), "{}", answer.text);
    for (name, value) in &mut all {
        if *name == "when" {
            *value = "today at 9am";
        }
    }
    for _ in 0..2 {
        let answer = world.post(&amy, PATH, &all).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/people/p-1"), "{}", answer.text);
    }
    assert_eq!(kinds(&world)[4..], ["contact.held", "contact.planned"], "sent twice, recorded once");
    let planned = events(&world).into_iter().find_map(|event| match event.what {
        What::ContactPlanned(planned) => Some((planned.on.to_string(), planned.at.unwrap().to_string())),
        _ => None,
    });
    assert_eq!(planned, Some(("2026-03-09".to_owned(), "14:00:00".to_owned())));
    let said = world.get(&amy, "/people/p-1/record").await;
    assert!(
        said.text.contains("Recorded, Monday 2 March 2026 at 9am:") && said.text.contains("Next: "),
        "{}",
        said.text
    );
}

#[tokio::test]
async fn the_appointment_of_today_is_picked_up_and_missing_it_leads_to_non_compliance() {
    let world = begin();
    let planned = json!({"contact": "C-1", "kind": "office", "with": "case_manager", "on": "2026-03-04", "at": "14:00:00", "place": "Canning Street"});
    world.say("p-1", 4, "2026-03-02", "contact.planned", &planned);
    world.at("2026-03-04T15:00");
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, PATH).await;
    assert!(page.text.contains("Wednesday 4 March 2026 at 2pm, "), "{}", page.text);
    assert!(page.text.contains("value=\"Wednesday 4 March 2026 at 2pm\"") && page.text.contains("Canning Street"));
    let page_of_link = world.get(&amy, &format!("{PATH}?happened=missed&appointment=C-1")).await;
    assert!(page_of_link.text.contains("value=\"missed\" checked"), "{}", page_of_link.text);
    assert!(page_of_link.text.contains("value=\"C-1\" checked"), "{}", page_of_link.text);
    let fields = [
        ("happened", "missed"),
        ("appointment", "C-1"),
        ("kind", "office"),
        ("note", "No answer on the phone."),
        ("then_noncompliance", "yes"),
        ("entry_next", &hidden(&page, "entry_next")),
    ];
    let answer = send(&world, &amy, PATH, &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/people/p-1/record/noncompliance.recorded")
    );
    assert_eq!(kinds(&world).last(), Some(&"contact.missed"));
    let page = world.get(&amy, PATH).await;
    assert!(!page.text.contains("Which appointment"), "its outcome is recorded");
    assert!(page.text.contains("On the record today already"), "{}", page.text);
}

#[tokio::test]
async fn a_contact_of_the_same_day_and_kind_is_noticed_and_can_be_another_one() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let record = async |sure: &str| {
        let next = hidden(&world.get(&amy, PATH).await, "entry_next");
        let fields = [
            ("happened", "held"),
            ("kind", "telephone"),
            ("with", "partner"),
            ("entry_next", next.as_str()),
            ("sure", sure),
        ];
        send(&world, &amy, PATH, &fields).await
    };
    assert_eq!(record("").await.status, StatusCode::SEE_OTHER);
    let answer = record("").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("is on the record already") && answer.text.contains("id=\"sure\""), "{}", answer.text);
    assert_eq!(kinds(&world).len(), 5);
    assert_eq!(record("yes").await.status, StatusCode::SEE_OTHER);
    assert_eq!(kinds(&world).len(), 6);
}

#[tokio::test]
async fn only_an_appointment_can_be_planned_and_one_can_be_called_off() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let post = async |fields: &[(&str, &str)]| {
        let next = hidden(&world.get(&amy, PATH).await, "entry_next");
        let mut all = fields.to_vec();
        all.push(("entry_next", &next));
        send(&world, &amy, PATH, &all).await
    };
    let answer = post(&[("happened", "nothing"), ("next_on", ""), ("next_kind", "office")]).await;
    assert!(answer.text.contains("Type the day of the appointment."));
    let answer = post(&[("happened", "nothing"), ("next_on", "yesterday"), ("next_kind", "office")]).await;
    assert!(answer.text.contains("<li><a href=\"#next_on\">A contact is planned for a later day"), "{}", answer.text);
    let answer = post(&[("happened", "nothing"), ("next_on", "today at 3pm"), ("next_kind", "office")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let answer = post(&[("happened", "cancelled"), ("appointment", "C-1")]).await;
    assert!(answer.text.contains("Write why it was called off."), "{}", answer.text);
    let answer = post(&[("happened", "cancelled"), ("appointment", "C-1"), ("note", "The office is closed.")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(kinds(&world)[4..], ["contact.planned", "contact.cancelled"]);
}

#[tokio::test]
async fn what_came_meanwhile_is_shown_for_a_contact_too_and_both_events_are_kept() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, PATH).await;
    let (based_on, entry, next) = (hidden(&page, "based_on"), hidden(&page, "entry"), hidden(&page, "entry_next"));
    world.say("p-1", 4, "2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
    let mut fields = vec![
        ("based_on", based_on.as_str()),
        ("entry", entry.as_str()),
        ("entry_next", next.as_str()),
        ("when", "today"),
        ("happened", "held"),
        ("kind", "office"),
        ("with", "case_manager"),
        ("next_on", "tue"),
        ("next_kind", "office"),
    ];
    let answer = world.post(&amy, PATH, &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert!(answer.text.contains("Polish"));
    let contact = hidden(&answer, "next_contact");
    fields[0].1 = "5";
    fields.push(("next_contact", &contact));
    let answer = world.post(&amy, PATH, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(kinds(&world)[4..], ["person.language", "contact.held", "contact.planned"]);
}

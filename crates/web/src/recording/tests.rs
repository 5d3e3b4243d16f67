//! What a browser sees: every kind of event has its form, what is recorded stands on the record, and nothing is lost.

use crate::testing::{Answer, Browser, World};
use axum::http::StatusCode;
use record::What;
use serde_json::json;
use service::PersonId;

/// Alex, on a community payback order with supervision and unpaid work since today, with Amy.
pub(super) fn begin() -> World {
    let world = World::new();
    let say = |version, kind, data: serde_json::Value| {
        world.say("p-1", version, "2026-03-02", kind, &data);
    };
    say(0, "person.named", json!({"kind": "legal", "given": "Alex", "family": "Example"}));
    say(
        1,
        "order.imposed",
        json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
        }),
    );
    say(2, "supervision.allocated", json!({"worker": "w-amy", "team": "t-east"}));
    say(3, "supervision.level_set", json!({"level": "high", "reasons": "Pattern and seriousness."}));
    world
}

/// What is hidden in a page's form, as a browser would send it back.
pub(super) fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page.text.find(&mark).unwrap_or_else(|| panic!("no {name} in {}", page.text)) + mark.len();
    page.text[at..].split('"').next().unwrap().to_owned()
}

/// What stands on the record, as kinds in order.
pub(super) fn kinds(world: &World) -> Vec<&'static str> {
    events(world).iter().map(|event| event.what.kind()).collect()
}

pub(super) fn events(world: &World) -> Vec<record::Event> {
    let amy = crate::testing::actor("w-amy", &[service::Role::CaseManager], "capital", "t-east");
    let view = world.service.person(&world.request(&amy), &PersonId::new("p-1").unwrap(), None).unwrap();
    view.history.events().to_vec()
}

/// Fills in a form and sends it, as somebody.
pub(super) async fn send(world: &World, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = world.get(browser, path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    let (based_on, entry) = (hidden(&page, "based_on"), hidden(&page, "entry"));
    let mut all = vec![("based_on", based_on.as_str()), ("entry", entry.as_str())];
    if !fields.iter().any(|(name, _)| *name == "when") {
        all.push(("when", "today"));
    }
    all.extend(fields);
    world.post(browser, path, &all).await
}

#[tokio::test]
async fn every_kind_of_event_has_a_form_that_a_manager_can_open() {
    let world = begin();
    let cat = world.sign_in("w-cat").await;
    for (kind, _) in What::KINDS.iter().filter(|(kind, _)| !kind.starts_with("amend.")) {
        let page = world.get(&cat, &format!("/people/p-1/record/{kind}")).await;
        assert_eq!(page.status, StatusCode::OK, "{kind}");
        assert!(page.text.contains("Alex Example") && page.text.contains("name=\"entry\""), "{kind}");
        assert!(page.text.len() < 100_000, "{kind} has {} bytes", page.text.len());
    }
    assert_eq!(world.get(&cat, "/people/p-1/record/order.flown").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&cat, "/people/nobody/record/contact.held").await.status, StatusCode::NOT_FOUND);
}

/// Who records what, with which fields.
type Step<'a> = (&'a Browser, &'a str, &'a [(&'a str, &'a str)]);

#[tokio::test]
async fn acts_of_every_part_of_practice_are_recorded_from_their_forms() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let cat = world.sign_in("w-cat").await;
    let steps: &[Step<'_>] = &[
        (&amy, "order.received", &[("order", "CPO-1"), ("copy_order", "yes")]),
        (&amy, "supervision.induction_started", &[("order", "CPO-1")]),
        (
            &amy,
            "plan.finalised",
            &[
                ("kind", "case_management"),
                ("objectives", "Find work.\n\nKeep the tenancy."),
                ("reviews", "2/6/2026\n2/9/2026"),
            ],
        ),
        (&amy, "review.completed", &[("outcome", "stable"), ("content", "Going well.")]),
        (&amy, "person.address", &[("kind", "home"), ("lines", "1 High Street\r\nEdinburgh"), ("postcode", "EH1 1AA")]),
        (
            &amy,
            "person.identified",
            &[("identifier.kind", "local"), ("identifier.system", "Swift"), ("identifier.value", "P-77")],
        ),
        (&amy, "person.described", &[("answers.sex", "male"), ("answers.religion.instead", "preferred_not_to_say")]),
        (
            &amy,
            "person.contact_detail",
            &[
                ("route", "mobile"),
                ("value", "07700 900123"),
                ("current", "yes"),
                ("safe.write", "yes"),
                ("safe.from", "9am"),
            ],
        ),
        (&amy, "noncompliance.recorded", &[("incident", "NC-1"), ("cause", "drift"), ("what", "Did not come.")]),
        (
            &amy,
            "noncompliance.responded",
            &[("incident", "NC-1"), ("response", "first_warning"), ("reasons", "Second time.")],
        ),
        (
            &amy,
            "noncompliance.reason_accepted",
            &[("incident", "NC-1"), ("reason", "Ill"), ("evidence", "Fit note seen")],
        ),
        (
            &amy,
            "breach.proposed",
            &[("breach", "B-1"), ("order", "CPO-1"), ("incidents", "NC-1"), ("reasons", "Pattern.")],
        ),
        (&cat, "breach.endorsed", &[("breach", "B-1"), ("discussion", "Agreed.")]),
        (&amy, "breach.decided", &[("breach", "B-1"), ("submit", "yes"), ("reasons", "Interventions go on.")]),
        (
            &amy,
            "breach.lodged",
            &[("breach", "B-1"), ("court", "Edinburgh Sheriff Court"), ("details", "Failed to attend.")],
        ),
        (
            &amy,
            "order.varied",
            &[
                ("order", "CPO-1"),
                ("set", "programme"),
                ("set.programme.months", "6"),
                ("set.programme.terms", "Caledonian"),
                ("reason", "Needs it."),
            ],
        ),
        (
            &amy,
            "unpaid_work.worked",
            &[("order", "CPO-1"), ("session", "S-1"), ("activity", "work"), ("from", "9:30am"), ("until", "12:45pm")],
        ),
        (&amy, "transfer.requested", &[("order", "CPO-1"), ("to", "hills"), ("reason", "Moved.")]),
        (
            &amy,
            "restriction.proposed",
            &[("restriction", "RS-1"), ("what", "No alcohol."), ("justification", "Tied to the risk.")],
        ),
        (&cat, "person.excluded", &[("worker", "w-ben"), ("reason", "A neighbour.")]),
    ];
    for (browser, kind, fields) in steps {
        let answer = send(&world, browser, &format!("/people/p-1/record/{kind}"), fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{kind}: {}", answer.text);
        assert_eq!(answer.location(), "/people/p-1", "{kind}");
        assert_eq!(kinds(&world).last(), Some(kind));
    }
    let worked = events(&world).into_iter().find_map(|event| match event.what {
        What::Worked(worked) => Some(worked.minutes),
        _ => None,
    });
    assert_eq!(worked, Some(195));
}

#[tokio::test]
async fn a_form_sent_twice_is_recorded_once_and_the_answer_is_the_same() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let path = "/people/p-1/record/person.language";
    let page = world.get(&amy, path).await;
    let (based_on, entry) = (hidden(&page, "based_on"), hidden(&page, "entry"));
    let fields = [
        ("based_on", based_on.as_str()),
        ("entry", &entry),
        ("when", "today"),
        ("language", "Polish"),
        ("interpreter", "yes"),
    ];
    for _ in 0..2 {
        let answer = world.post(&amy, path, &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/people/p-1"), "{}", answer.text);
    }
    assert_eq!(kinds(&world).iter().filter(|kind| **kind == "person.language").count(), 1);
    let other = [
        ("based_on", based_on.as_str()),
        ("entry", &entry),
        ("when", "today"),
        ("language", "Urdu"),
        ("interpreter", "yes"),
    ];
    let answer = world.post(&amy, path, &other).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("recorded already, with other content") && answer.text.contains("Urdu"));
    assert_ne!(hidden(&answer, "entry"), entry, "sent again it is something else");
}

#[tokio::test]
async fn what_came_meanwhile_is_shown_beside_what_is_about_to_be_recorded() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let path = "/people/p-1/record/contact.held";
    let page = world.get(&amy, path).await;
    let (based_on, entry) = (hidden(&page, "based_on"), hidden(&page, "entry"));
    world.say("p-1", 4, "2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
    let fields = [
        ("based_on", based_on.as_str()),
        ("entry", &entry),
        ("when", "today"),
        ("kind", "office"),
        ("with", "case_manager"),
        ("outcome", "Talked of <b>work</b>."),
    ];
    let answer = world.post(&amy, path, &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("Polish") && answer.text.contains("Amy Adams"), "{}", answer.text);
    assert!(answer.text.contains("Record it all the same") && !answer.text.contains("<b>work"), "{}", answer.text);
    assert_eq!(kinds(&world).len(), 5, "nothing was recorded");

    let now = hidden(&answer, "based_on");
    assert_eq!((hidden(&answer, "entry"), now.as_str()), (entry.clone(), "5"));
    let again: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| if *name == "based_on" { ("based_on", now.as_str()) } else { (*name, *value) })
        .collect();
    let mut change = again.clone();
    change.push(("act", "change"));
    let form = world.post(&amy, path, &change).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(
        form.text.contains("Talked of &#60;b&#62;work") || form.text.contains("Talked of &lt;b&gt;work"),
        "{}",
        form.text
    );
    let answer = world.post(&amy, path, &again).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(kinds(&world).last(), Some(&"contact.held"));
}

#[tokio::test]
async fn a_draft_is_restored_and_goes_when_it_is_recorded() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let path = "/people/p-1/record/contact.held";
    let page = world.get(&amy, path).await;
    let (based_on, entry) = (hidden(&page, "based_on"), hidden(&page, "entry"));
    let fields = [
        ("based_on", based_on.as_str()),
        ("entry", &entry),
        ("when", "yesterday"),
        ("kind", "video"),
        ("with", "partner"),
        ("outcome", "Half a senten"),
    ];
    let kept = world.post(&amy, "/people/p-1/drafts/contact.held", &fields).await;
    assert_eq!((kept.status, kept.text.as_str()), (StatusCode::OK, "{\"said\":\"Draft kept at 9am.\"}"));
    world.post(&amy, "/sign-out", &[]).await;

    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, path).await;
    assert!(page.text.contains("Half a senten") && page.text.contains("yesterday"), "{}", page.text);
    assert!(page.text.contains("This is your draft of Monday 2 March 2026 at 9am"), "{}", page.text);
    assert_eq!(hidden(&page, "entry"), entry);
    let cat = world.sign_in("w-cat").await;
    assert!(!world.get(&cat, path).await.text.contains("Half a senten"), "a draft is its author's alone");

    let answer = world.post(&amy, path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(!world.get(&amy, path).await.text.contains("Half a senten"));
    world.post(&amy, "/people/p-1/drafts/contact.held", &fields).await;
    assert!(!world.get(&amy, path).await.text.contains("Half a senten"), "what is recorded is no draft any more");
}

#[tokio::test]
async fn without_a_script_a_button_keeps_the_draft_and_another_discards_it() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let path = "/people/p-1/record/noncompliance.recorded";
    let answer = send(&world, &amy, path, &[("what", "Half"), ("act", "draft")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(world.get(&amy, path).await.text.contains("Half"));
    let answer = send(&world, &amy, path, &[("what", "Half"), ("act", "discard")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!world.get(&amy, path).await.text.contains("Half"));
    assert_eq!(kinds(&world).len(), 4);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_in_the_summary_and_nothing_is_lost() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let long = "x".repeat(10_001);
    for (kind, fields, field, sentence) in [
        ("contact.held", vec![("when", "30/2"), ("kind", "office"), ("with", "case_manager")], "when", "has 28 days"),
        (
            "contact.held",
            vec![("when", "tomorrow"), ("kind", "office"), ("with", "case_manager")],
            "when",
            "has not come yet",
        ),
        ("contact.held", vec![("when", "today"), ("outcome", "Kept text")], "kind", "Choose an answer for"),
        (
            "contact.held",
            vec![("kind", "office"), ("with", "case_manager"), ("outcome", &long)],
            "outcome",
            "has 10001 characters",
        ),
        (
            "contact.held",
            vec![("kind", "office"), ("with", "partner"), ("unannounced", "yes")],
            "unannounced",
            "Only a home visit",
        ),
        ("order.ended", vec![("order", "CPO-1"), ("how", "completed")], "how", "unpaid work outstanding"),
        ("person.born", vec![("born", "9/3")], "born", "year of birth"),
        (
            "person.identified",
            vec![("identifier.kind", "chi"), ("identifier.value", "0101900017")],
            "identifier.value",
            "The last digit",
        ),
        (
            "order.varied",
            vec![("order", "CPO-1"), ("reason", "r"), ("set.conduct.terms", "Stay away")],
            "set.conduct",
            "is not ticked",
        ),
        (
            "order.varied",
            vec![("order", "CPO-1"), ("reason", "r"), ("set", "unpaid_work"), ("set.unpaid_work.hours", "900")],
            "set",
            "Unpaid work is",
        ),
        (
            "noncompliance.responded",
            vec![("incident", "NC-9"), ("response", "discussed"), ("reasons", "r")],
            "incident",
            "There is no incident",
        ),
    ] {
        let answer = send(&world, &amy, &format!("/people/p-1/record/{kind}"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {fields:?}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("<li><a href=\"#{field}\">")),
            "{kind}: {field} in the summary: {}",
            answer.text
        );
        assert!(answer.text.contains(sentence), "{kind}: {sentence}");
        assert!(answer.text.contains(&format!("id=\"{field}\"")), "{kind}: the summary leads to {field}");
        for (_, typed) in fields.iter().filter(|(_, typed)| typed.len() > 8) {
            assert!(answer.text.contains(typed), "{kind}: {typed} is kept");
        }
    }
    assert_eq!(kinds(&world).len(), 4, "nothing was recorded");
}

#[tokio::test]
async fn what_is_typed_is_never_taken_for_markup() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let evil = "\"><script>alert(1)</script>";
    for (kind, field) in [
        ("contact.held", "outcome"),
        ("contact.held", "when"),
        ("person.named", "family"),
        ("breach.proposed", "breach"),
    ] {
        let answer =
            send(&world, &amy, &format!("/people/p-1/record/{kind}"), &[("when", "nonsense"), (field, evil)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        assert!(!answer.text.contains("<script>alert"), "{kind} {field}");
    }
    let answer = send(&world, &amy, "/people/p-1/record/person.named", &[("kind", "alias"), ("family", evil)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = world.get(&amy, "/people/p-1/record").await;
    assert!(!page.text.contains("<script>alert"));
}

#[tokio::test]
async fn what_can_be_recorded_now_comes_first_and_the_rest_says_why_not_yet() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, "/people/p-1/record").await;
    assert!(page.text.contains("/people/p-1/record/noncompliance.recorded\""), "{}", page.text);
    assert!(
        !page.text.contains("/people/p-1/record/breach.lodged\"")
            && page.text.contains("No breach report is decided on.")
    );
    assert!(!page.text.contains("/people/p-1/record/breach.endorsed"), "a manager's act");

    let dan = world.sign_in("w-dan").await;
    let page = world.get(&dan, "/people/p-1/record").await;
    assert!(page.text.contains("unpaid_work.worked") && !page.text.contains("record/contact.held"), "{}", page.text);
    let path = "/people/p-1/record/unpaid_work.worked";
    let fields = [("order", "CPO-1"), ("session", "S-1"), ("activity", "work"), ("minutes", "3:15")];
    let answer = send(&world, &dan, path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let held = world.get(&dan, "/people/p-1/record/contact.held").await;
    assert_eq!(held.location(), "/people/p-1/record", "a supervisor is led back to what they record");
    let eve = world.sign_in("w-eve").await;
    assert_eq!(world.get(&eve, "/people/p-1/record").await.status, StatusCode::FORBIDDEN);
    let zoe = world.sign_in("w-zoe").await;
    assert_eq!(world.get(&zoe, "/people/p-1/record").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_date_is_said_back_in_full_as_it_is_typed() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let said =
        async |typed: &str, lean: &str| world.post(&amy, "/dates", &[("typed", typed), ("lean", lean)]).await.text;
    assert_eq!(said("yesterday 3pm", "").await, "{\"said\":\"Sunday 1 March 2026 at 3pm\"}");
    assert_eq!(said("in 2 weeks", "future").await, "{\"said\":\"Monday 16 March 2026\"}");
    assert_eq!(said("1430", "time").await, "{\"said\":\"2:30pm\"}");
    assert!(said("next tuesday", "").await.starts_with("{\"problem\":\"“Next” can mean"));
}

#[tokio::test]
async fn an_entry_is_corrected_and_another_struck_and_both_stay_to_be_read() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let id = |kind: &str| {
        let found = events(&world).into_iter().find(|event| event.what.kind() == kind);
        found.map(|event| event.stamp.id.to_string()).unwrap()
    };
    let level = id("supervision.level_set");
    let path = format!("/people/p-1/record/amend.corrected?event={level}");
    let page = world.get(&amy, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        page.text.contains("Pattern and seriousness.") && page.text.contains("value=\"high\" checked"),
        "{}",
        page.text
    );
    let post = async |kind: &str, fields: &[(&str, &str)]| {
        let page = world.get(&amy, &format!("/people/p-1/record/{kind}?event={}", fields[0].1)).await;
        let (based_on, entry) = (hidden(&page, "based_on"), hidden(&page, "entry"));
        let mut all = vec![("based_on", based_on.as_str()), ("entry", entry.as_str()), ("when", "2/3/2026")];
        all.extend(fields);
        world.post(&amy, &format!("/people/p-1/record/{kind}"), &all).await
    };
    let corrected = "amend.corrected";
    let answer = post(
        corrected,
        &[("event", &level), ("level", "high"), ("reasons", "Pattern and seriousness."), ("why", "Slip")],
    )
    .await;
    assert!(answer.text.contains("Nothing is different"), "{}", answer.text);
    let answer = post(corrected, &[("event", &level), ("level", "medium"), ("reasons", "Pattern alone.")]).await;
    assert!(answer.text.contains("Write why") && answer.text.contains("Pattern alone."), "{}", answer.text);
    let answer =
        post(corrected, &[("event", &level), ("level", "medium"), ("reasons", "Pattern alone."), ("why", "Slip")])
            .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = world.get(&amy, &path).await;
    assert!(page.text.contains("value=\"medium\" checked"), "a second correction begins with the first");

    let order = id("order.imposed");
    let answer = post("amend.struck", &[("event", &order), ("why", "Another person's")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "others rest on it: {}", answer.text);
    assert!(answer.text.contains("another event would no longer hold"), "{}", answer.text);
    let answer = post("amend.struck", &[("event", &level), ("why", "Set for another person")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(kinds(&world)[4..], ["amend.corrected", "amend.struck"]);
    let absent = world.get(&amy, "/people/p-1/record/amend.struck?event=00000000-0000-7000-0000-000000000001").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_says_what_the_form_is_about() {
    let world = begin();
    let amy = world.sign_in("w-amy").await;
    let page = world.get(&amy, "/people/p-1/record/order.varied?order=CPO-1&reason=evil").await;
    assert!(page.text.contains("<option value=\"CPO-1\" selected>") && !page.text.contains("evil"), "{}", page.text);
}

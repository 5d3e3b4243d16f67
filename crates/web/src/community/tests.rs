//! What anybody can do without an account, and what programs that send forms are told.

use crate::plans::tests::kept;
use crate::testing::World;
use axum::http::StatusCode;

/// The consultation of S2 with its dates moved, so that it is open on the tests' day.
fn consultation(world: &World) -> String {
    let file = include_str!("../../../../examples/plans/strategic-plan-2008.toml");
    let months = 12 * (2026 - 2007) - 9;
    let plan = kept(world, &planning::moved::moved(file, months).unwrap());
    format!("/community/plans/{}/consultations/s2", plan.as_str())
}

fn hidden(page: &str, name: &str) -> String {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The first field that takes an answer.
fn first_question(page: &str) -> String {
    page.split("<textarea").nth(1).unwrap().split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn send(world: &World, path: &str, fields: &[(&str, &str)]) -> crate::testing::Answer {
    world.send("POST", path, None, &serde_urlencoded::to_string(fields).unwrap()).await
}

#[tokio::test]
async fn anybody_answers_without_an_account_and_nobody_sees_it_before_staff_do() {
    let world = World::new();
    let path = consultation(&world);
    let front = world.send("GET", "/community", None, "").await.text;
    assert!(front.contains(&path), "{front}");
    let page = world.send("GET", &path, None, "").await.text;
    let (shown, id, question) = (hidden(&page, "shown"), hidden(&page, "id"), first_question(&page));
    let text = "A home first <script>alert(1)</script>";
    let fields = [("shown", shown.as_str()), ("id", &id), (&question, text), ("quote", "yes"), ("website", "")];
    let quick = send(&world, &path, &fields).await;
    assert_eq!(quick.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(quick.text.contains("That was very quick") && quick.text.contains("A home first"), "{}", quick.text);
    world.at("2026-03-02T09:01");
    let sent = send(&world, &path, &fields).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/community/thanks"), "{}", sent.text);
    assert!(world.send("GET", "/community/thanks", None, "").await.text.contains("Thank you"));
    let page = world.send("GET", &path, None, "").await.text;
    assert!(!page.contains("A home first"), "{page}");
    let pia = world.sign_in("w-pia").await;
    let plan = path.split('/').nth(3).unwrap();
    let inbox = world.get(&pia, &format!("/plans/{plan}/inbox")).await.text;
    let fields = [("event", hidden(&inbox, "event")), ("verdict", "publish".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = world.post(&pia, &format!("/plans/{plan}/inbox/{id}"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = world.send("GET", &path, None, "").await.text;
    assert!(page.contains("A home first &#60;script&#62;") && page.contains("1 response so far"), "{page}");

    let staff = format!("/plans/{plan}/consultations/s2");
    let of_staff = world.get(&pia, &staff).await.text;
    let (version, event) = (hidden(&of_staff, "version"), hidden(&of_staff, "event"));
    let (asked, response) = (hidden(&of_staff, "question"), hidden(&of_staff, "response"));
    let fields = [("version", version.as_str()), ("event", &event), ("question", &asked), ("response", &response)];
    let themed = [&fields[..], &[("say", "theme"), ("theme", "housing first")]].concat();
    assert_eq!(world.post(&pia, &staff, &themed).await.status, StatusCode::SEE_OTHER);
    let of_staff = world.get(&pia, &staff).await.text;
    assert!(of_staff.contains("housing first (1 of 1)"), "{of_staff}");
    let (version, event) = (hidden(&of_staff, "version"), hidden(&of_staff, "event"));
    let fields = [("version", version.as_str()), ("event", &event), ("question", &asked), ("say", "reply")];
    let half = world.post(&pia, &staff, &[&fields[..], &[("said", "A home first")]].concat()).await;
    assert!(half.text.contains("Say both what people said and what was done"), "{}", half.text);
    let whole = [&fields[..], &[("said", "A home first"), ("did", "Housing comes to the gate")]].concat();
    assert_eq!(world.post(&pia, &staff, &whole).await.status, StatusCode::SEE_OTHER);
    let page = world.send("GET", &path, None, "").await.text;
    assert!(page.contains("<strong>We did</strong> Housing comes to the gate"), "{page}");
}

#[tokio::test]
async fn a_program_that_fills_in_every_field_is_thanked_and_nothing_is_kept() {
    let world = World::new();
    let path = consultation(&world);
    let page = world.send("GET", &path, None, "").await.text;
    let (shown, id, question) = (hidden(&page, "shown"), hidden(&page, "id"), first_question(&page));
    world.at("2026-03-02T09:01");
    let fields =
        [("shown", shown.as_str()), ("id", &id), (&question, "Cheap pills"), ("website", "https://pills.example")];
    assert_eq!(send(&world, &path, &fields).await.location(), "/community/thanks");
    let pia = world.sign_in("w-pia").await;
    let inbox = world.get(&pia, &format!("/plans/{}/inbox", path.split('/').nth(3).unwrap())).await.text;
    assert!(inbox.contains("Nothing waits."), "{inbox}");
}

#[tokio::test]
async fn a_form_that_is_forged_old_or_empty_is_shown_again_with_what_was_typed() {
    let world = World::new();
    let path = consultation(&world);
    let page = world.send("GET", &path, None, "").await.text;
    let (shown, id, question) = (hidden(&page, "shown"), hidden(&page, "id"), first_question(&page));
    world.at("2026-03-02T09:01");
    let forged = send(&world, &path, &[("shown", "1.00"), ("id", &id), (&question, "Kept words")]).await;
    assert!(forged.text.contains("open for too long") && forged.text.contains("Kept words"), "{}", forged.text);
    let empty = send(&world, &path, &[("shown", &shown), ("id", &id)]).await;
    assert!(empty.text.contains("Answer at least one question"), "{}", empty.text);
    let long = "a".repeat(10_001);
    let long = send(&world, &path, &[("shown", &shown), ("id", &id), (&question, &long)]).await;
    assert!(long.text.contains("the field takes 10000"), "{}", long.text);
    world.at("2026-03-03T10:01");
    let old = send(&world, &path, &[("shown", &shown), ("id", &id), (&question, "Yes")]).await;
    assert!(old.text.contains("open for too long"), "{}", old.text);
}

#[tokio::test]
async fn one_address_is_held_up_after_ten_and_told_so() {
    let world = World::new();
    let path = consultation(&world);
    let mut last = String::new();
    for minute in 1..=11 {
        let page = world.send("GET", &path, None, "").await.text;
        let (shown, id, question) = (hidden(&page, "shown"), hidden(&page, "id"), first_question(&page));
        world.at(&format!("2026-03-02T09:{minute:02}"));
        last = send(&world, &path, &[("shown", &shown), ("id", &id), (&question, "Yes")]).await.text;
    }
    assert!(last.contains("A lot has come from your address"), "{last}");
}

#[tokio::test]
async fn a_session_that_ended_does_not_stand_in_the_way_of_an_answer() {
    let world = World::new();
    let path = consultation(&world);
    let amy = world.sign_in("w-amy").await;
    let page = world.send("GET", &path, None, "").await.text;
    let (shown, id, question) = (hidden(&page, "shown"), hidden(&page, "id"), first_question(&page));
    let fields = [("shown", shown.as_str()), ("id", &id), (&question, "A home first")];
    let body = serde_urlencoded::to_string(fields).unwrap();
    world.at("2026-03-02T09:01");
    world.at("2026-03-02T23:30");
    assert!(!world.is_in(&amy), "the session is over");
    let over = world.send("POST", &path, Some(&amy), &body).await;
    assert_eq!((over.status, over.location()), (StatusCode::SEE_OTHER, "/community/thanks"), "{}", over.text);
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(&path)
        .header("cookie", &amy.cookie)
        .header("origin", "https://elsewhere.example")
        .header("host", "desk.example")
        .header("content-type", "application/x-www-form-urlencoded");
    let elsewhere = world.answer(request.body(axum::body::Body::from(body)).unwrap()).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "another site's form is still refused");
}

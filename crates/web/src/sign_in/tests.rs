use crate::testing::{Answer, Browser, PASSWORD, World, actor};
use axum::http::{StatusCode, header};
use record::Purpose;
use service::{Role, totp_at};

async fn type_in(world: &World, account: &str, password: &str) -> Answer {
    let fields = serde_urlencoded::to_string([("account", account), ("password", password)]).unwrap();
    world.send("POST", "/sign-in", None, &fields).await
}

/// What follows a piece of a page, up to a tag.
fn after<'a>(page: &'a str, mark: &str) -> &'a str {
    let at = page.find(mark).unwrap_or_else(|| panic!("{mark} is not in {page}")) + mark.len();
    page[at..].split('<').next().unwrap().trim()
}

/// A new account that its owner finishes in the browser; answers the browser, the key of the authenticator and the page
/// with the recovery codes.
async fn finish_account(world: &World, account: &str) -> (Browser, String, String) {
    let gus = actor("w-gus", &[Role::Administrator], "capital", "");
    let member = service::Member {
        name: "New Person".try_into().unwrap(),
        actor: actor(account, &[Role::CaseManager], "capital", "t-east"),
    };
    let request = service::Request { purpose: Purpose::Management, ..world.request(&gus) };
    let first = world.service.add_user(&request, &world.attempt(), world.id(), &member, None).unwrap();
    let answer = type_in(world, account, &first).await;
    assert_eq!(answer.location(), "/enrol");
    let half = world.browser(&answer);
    assert_eq!(world.get(&half, "/").await.location(), "/sign-in", "no right goes with half an account");
    assert!(world.get(&half, "/enrol").await.text.contains("New password again"));
    let weak = world.post(&half, "/enrol/password", &[("password", "password1234"), ("again", "password1234")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.text.contains("easy to guess"));
    let unlike = world.post(&half, "/enrol/password", &[("password", PASSWORD), ("again", "x")]).await;
    assert!(unlike.text.contains("The two are not the same"));
    let chosen = world.post(&half, "/enrol/password", &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(chosen.location(), "/enrol");
    let page = world.get(&half, "/enrol").await.text;
    assert!(page.contains("<svg"), "a picture to scan");
    let key = after(&page, "Key: <code>").to_owned();
    let wrong = world.post(&half, "/enrol/code", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains(&key), "the same key again");
    let code = totp_at(&key, world.desk.now()).unwrap();
    let done = world.post(&half, "/enrol/code", &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK);
    let browser = world.browser(&done);
    assert_ne!(browser.cookie, half.cookie);
    (browser, key, done.text)
}

#[tokio::test]
async fn somebody_new_chooses_a_password_and_adds_an_authenticator_and_signs_in_with_both() {
    let world = World::new();
    let (browser, key, codes) = finish_account(&world, "new.person").await;
    assert_eq!(world.get(&browser, "/").await.location(), "/today");
    world.at("2026-03-02T09:05");
    let answer = type_in(&world, "new.person", PASSWORD).await;
    assert_eq!(answer.location(), "/sign-in/code");
    let half = world.browser(&answer);
    assert_eq!(world.get(&half, "/account").await.location(), "/sign-in?then=/account");
    assert!(world.get(&half, "/sign-in/code").await.text.contains("six digits"));
    let wrong = world.post(&half, "/sign-in/code", &[("code", "123456")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = totp_at(&key, world.desk.now()).unwrap();
    let done = world.post(&half, "/sign-in/code", &[("code", &code), ("then", "/account")]).await;
    assert_eq!(done.location(), "/account");
    let whole = world.browser(&done);
    assert!(world.get(&whole, "/account").await.text.contains("password and code"));
    let again = world.browser(&type_in(&world, "new.person", PASSWORD).await);
    let replayed = world.post(&again, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "a code counts once");
    let recovery = after(&codes, "<li><code>").to_owned();
    let by_recovery = world.post(&again, "/sign-in/code", &[("code", &recovery)]).await;
    assert_eq!(by_recovery.status, StatusCode::SEE_OTHER);
    let last = world.browser(&type_in(&world, "new.person", PASSWORD).await);
    let used_up = world.post(&last, "/sign-in/code", &[("code", &recovery)]).await;
    assert_eq!(used_up.status, StatusCode::UNPROCESSABLE_ENTITY, "so does a recovery code");
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_nobody_plants_one() {
    let world = World::new();
    let planted = Browser { cookie: format!("__Host-throughline={}", "a".repeat(64)), csrf: "a".into() };
    let body = format!("account=w-amy&password={PASSWORD}");
    let answer = world.send("POST", "/sign-in", Some(&planted), &body).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-throughline=") && !cookie.contains(&"a".repeat(64)), "a new secret");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(world.get(&planted, "/account").await.location(), "/sign-in?then=/account");
    let amy = world.browser(&answer);
    let mut tampered = amy.clone();
    let last = if tampered.cookie.pop() == Some('0') { '1' } else { '0' };
    tampered.cookie.push(last);
    assert_eq!(world.get(&tampered, "/account").await.location(), "/sign-in?then=/account");
    assert_eq!(world.get(&amy, "/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_account_and_a_wrong_password_are_answered_alike_and_guessing_is_held_up() {
    let world = World::new();
    let wrong = type_in(&world, "w-ben", "wrong").await;
    let unknown = type_in(&world, "w-xyz", "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((wrong.status, wrong.text.replace("w-ben", "")), (unknown.status, unknown.text.replace("w-xyz", "")));
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
    for _ in 0..2 {
        type_in(&world, "w-ben", "wrong").await;
    }
    let held_up = type_in(&world, "w-ben", PASSWORD).await;
    assert_eq!(held_up.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(held_up.headers[header::RETRY_AFTER], "300");
    assert!(held_up.text.contains("There were too many tries. Try again after 9:05am, or sign in with a passkey."));
    assert!(!held_up.text.contains(PASSWORD), "a password is never sent back");
    for _ in 0..2 {
        type_in(&world, "w-xyz", "wrong").await;
    }
    let nobody = type_in(&world, "w-xyz", PASSWORD).await;
    assert_eq!((held_up.status, held_up.text.replace("w-ben", "")), (nobody.status, nobody.text.replace("w-xyz", "")));
    assert_eq!(held_up.headers[header::RETRY_AFTER], nobody.headers[header::RETRY_AFTER]);
    world.at("2026-03-02T09:06");
    assert_eq!(type_in(&world, "w-ben", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_goes_on_to_where_one_was_going_and_never_elsewhere() {
    let world = World::new();
    for (then, to) in
        [("/account", "/account"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")]
    {
        let body = serde_urlencoded::to_string([("account", "w-amy"), ("password", PASSWORD), ("then", then)]).unwrap();
        assert_eq!(world.send("POST", "/sign-in", None, &body).await.location(), to, "{then}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_loses_nothing_that_was_typed() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    world.at("2026-03-02T09:40");
    let typed = [("agency", "hills"), ("agency-name", "Hills Council with a long name")];
    let answer = world.post(&gus, "/administration/teams/agency", &typed).await;
    assert_eq!(answer.location(), "/sign-in?then=/carry-on");
    let kept = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(kept.starts_with("__Host-typed="));
    let with_kept = Browser { cookie: kept.clone(), csrf: String::new() };
    let body = format!("account=w-gus&password={PASSWORD}");
    let signed_in = world.send("POST", "/sign-in", Some(&with_kept), &body).await;
    assert_eq!(signed_in.location(), "/carry-on");
    let fresh = world.browser(&signed_in);
    let both = Browser { cookie: format!("{}; {kept}", fresh.cookie), csrf: fresh.csrf.clone() };
    let page = world.get(&both, "/carry-on").await.text;
    assert!(
        page.contains("Hills Council with a long name") && page.contains("action=\"/administration/teams/agency\"")
    );
    assert!(!page.contains(&gus.csrf), "the old token is not sent again");
    assert_eq!(world.post(&both, "/administration/teams/agency", &typed).await.location(), "/administration/teams");
    let somebody_else = world.sign_in("w-ben").await;
    let theirs = Browser { cookie: format!("{}; {kept}", somebody_else.cookie), ..somebody_else };
    assert_eq!(world.get(&theirs, "/carry-on").await.location(), "/", "nobody else gets it");
    let forged = Browser { csrf: "0".repeat(64), ..gus };
    let refused = world.post(&forged, "/administration/teams/agency", &typed).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "not even late without the token");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_what_the_browser_keeps() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let answer = world.post(&amy, "/sign-out", &[]).await;
    assert_eq!(answer.location(), "/sign-in");
    assert!(answer.headers["clear-site-data"].to_str().unwrap().contains("storage"));
    for cookie in ["throughline", "typed", "ceremony"] {
        let gone = |set: &header::HeaderValue| set.to_str().unwrap().starts_with(&format!("__Host-{cookie}=;"));
        assert!(answer.headers.get_all(header::SET_COOKIE).iter().any(gone), "{cookie}");
    }
    assert_eq!(world.get(&amy, "/account").await.location(), "/sign-in?then=/account", "dead on the server");
}

#[tokio::test]
async fn a_passkey_begins_with_a_challenge_that_only_this_browser_can_answer() {
    let world = World::new();
    let challenge = world.send("POST", "/sign-in/passkey/begin", None, "").await;
    assert_eq!(challenge.status, StatusCode::OK, "{}", challenge.text);
    let said: serde_json::Value = serde_json::from_str(&challenge.text).unwrap();
    assert_eq!(said["publicKey"]["rpId"], "desk.example");
    assert_eq!(said["publicKey"]["userVerification"], "required");
    assert!(challenge.headers[header::SET_COOKIE].to_str().unwrap().starts_with("__Host-ceremony="));
}

/// A record of the team of somebody with two factors, restricted to them.
async fn restricted_to_somebody_with_two_factors(world: &World) -> Browser {
    let (browser, ..) = finish_account(world, "new.person").await;
    let version = world.say("p-1", 0, "2026-03-02", "person.named", &crate::testing::named("Sam", "Example"));
    let version = world.say("p-1", version, "2026-03-02", "order.imposed", &crate::testing::order("CPO-1"));
    let allocated = serde_json::json!({"worker": "new.person", "team": "t-east"});
    let version = world.say("p-1", version, "2026-03-02", "supervision.allocated", &allocated);
    let only = serde_json::json!({"reason": "known to staff", "only": ["new.person", "w-amy"]});
    world.say("p-1", version, "2026-03-02", "person.restricted", &only);
    browser
}

#[tokio::test]
async fn a_restricted_record_sends_whoever_has_no_passkey_to_where_they_add_one() {
    let world = World::new();
    let browser = restricted_to_somebody_with_two_factors(&world).await;
    let answer = world.get(&browser, "/people/p-1").await;
    assert_eq!(answer.location(), "/account/confirm?by=passkey&then=/people/p-1");
    let page = world.get(&browser, answer.location()).await.text;
    assert!(page.contains("You have none yet") && page.contains("Add one to your account"), "{page}");
    let typed = [("happened", "today"), ("note", "A long note that nobody wants to type again")];
    let answer = world.post(&browser, "/people/p-1/record/contact", &typed).await;
    assert_eq!(answer.location(), "/account/confirm?by=passkey&then=/carry-on", "what was typed is kept");
    let demonstration = world.sign_in("w-amy").await;
    assert_eq!(world.get(&demonstration, "/people/p-1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_matters_asks_again_who_one_is_after_five_minutes_and_keeps_what_was_typed() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    world.at("2026-03-02T09:06");
    let typed = [("agency", "hills"), ("agency-name", "Hills Council")];
    let answer = world.post(&gus, "/administration/teams/agency", &typed).await;
    assert_eq!(answer.location(), "/account/confirm?then=/carry-on");
    let kept = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let confirmed = world.post(&gus, "/account/confirm", &[("proof", PASSWORD), ("then", "/carry-on")]).await;
    let fresh = world.browser(&confirmed);
    let both = Browser { cookie: format!("{}; {kept}", fresh.cookie), csrf: fresh.csrf.clone() };
    assert!(world.get(&both, "/carry-on").await.text.contains("Hills Council"));
    assert_eq!(world.post(&both, "/administration/teams/agency", &typed).await.location(), "/administration/teams");
}

#[tokio::test]
async fn a_password_that_was_typed_too_late_is_not_kept() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    world.at("2026-03-02T09:40");
    let typed = [("password", "lantern-orchard-pebble-sky"), ("again", "lantern-orchard-pebble-sky")];
    let answer = world.post(&gus, "/account/password", &typed).await;
    assert_eq!(answer.location(), "/sign-in");
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
}

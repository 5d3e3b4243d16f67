use crate::testing::World;
use axum::http::StatusCode;

#[tokio::test]
async fn ones_own_account_shows_where_one_is_signed_in_and_ends_a_session_at_once() {
    let world = World::new();
    let here = world.sign_in("w-amy").await;
    let there = world.sign_in_anew("w-amy").await;
    let page = world.get(&here, "/account").await.text;
    assert!(page.contains("Amy Adams") && page.to_lowercase().contains("case manager"));
    assert_eq!(page.matches("action=\"/account/sessions/end\"").count(), 1, "one other session");
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let ben = world.sign_in("w-ben").await;
    let not_his = world.post(&ben, "/account/sessions/end", &[("id", &id)]).await;
    assert_eq!(not_his.status, StatusCode::NOT_FOUND);
    let ended = world.post(&here, "/account/sessions/end", &[("id", &id)]).await;
    assert_eq!(ended.location(), "/account");
    assert_eq!(world.get(&there, "/account").await.location(), "/sign-in?then=/account");
    let page = world.get(&here, "/account").await.text;
    assert!(page.contains("The session has ended."), "what was done is said");
    assert!(!world.get(&here, "/account").await.text.contains("The session has ended."), "once");
}

#[tokio::test]
async fn what_matters_asks_again_who_one_is() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    assert_eq!(world.get(&amy, "/account/password").await.status, StatusCode::OK, "just signed in");
    world.at("2026-03-02T09:06");
    let asked = world.get(&amy, "/account/password").await;
    assert_eq!(asked.location(), "/account/confirm?then=/account/password");
    let wrong = world.post(&amy, "/account/confirm", &[("proof", "wrong"), ("then", "/account/password")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let proof = [("proof", crate::testing::PASSWORD), ("then", "/account/password")];
    let confirmed = world.post(&amy, "/account/confirm", &proof).await;
    assert_eq!(confirmed.location(), "/account/password");
    assert!(!world.is_in(&amy), "the session has a new secret");
    let amy = world.browser(&confirmed);
    assert_eq!(world.get(&amy, "/account/password").await.status, StatusCode::OK);
    let new = "lantern-orchard-pebble-sky";
    let changed = world.post(&amy, "/account/password", &[("password", new), ("again", new)]).await;
    assert_eq!(changed.location(), "/account");
    let old =
        world.send("POST", "/sign-in", None, &format!("account=w-amy&password={}", crate::testing::PASSWORD)).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "the old password is gone");
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_it_is_told_to() {
    let world = World::new();
    let amy = world.sign_in("w-amy").await;
    let form = [("name", "export"), ("roles", "case_manager"), ("days", "30")];
    let made = world.post(&amy, "/account/tokens", &form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = made.text.split("<code>throughline_").nth(1).unwrap().split('<').next().unwrap();
    let secret = service::Secret::sent(&format!("throughline_{secret}")).unwrap();
    assert!(world.service.token_holder(&secret, world.desk.now()).unwrap().is_some());
    let page = world.get(&amy, "/account").await.text;
    assert!(page.contains("export") && !page.contains(secret.reveal()));
    let not_hers = [("name", "export"), ("roles", "administrator"), ("days", "30")];
    assert_eq!(world.post(&amy, "/account/tokens", &not_hers).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = page.split("/account/tokens/end").nth(1).unwrap().split("name=\"id\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    world.post(&amy, "/account/tokens/end", &[("id", id)]).await;
    assert!(world.service.token_holder(&secret, world.desk.now()).unwrap().is_none());
}

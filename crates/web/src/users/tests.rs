use crate::testing::World;
use axum::http::StatusCode;

const NEW: &[(&str, &str)] =
    &[("account", "ivy.innes"), ("name", "Ivy Innes"), ("roles", "case_manager"), ("agency", "capital"), ("team", "")];

#[tokio::test]
async fn an_administrator_adds_somebody_who_gets_a_one_time_password_shown_once() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    let page = world.get(&gus, "/administration/users").await.text;
    assert!(page.contains("9 of 9.") && page.contains("Amy Adams"));
    let added = world.post(&gus, "/administration/users", NEW).await;
    assert_eq!(added.status, StatusCode::OK);
    let password = added.text.split("id=\"one-time\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(!world.get(&gus, "/administration/users/ivy.innes").await.text.contains(password));
    let body = serde_urlencoded::to_string([("account", "ivy.innes"), ("password", password)]).unwrap();
    assert_eq!(world.send("POST", "/sign-in", None, &body).await.location(), "/enrol");
    let half_made = world.get(&gus, "/administration/users?state=half_made").await.text;
    assert!(half_made.contains("1 of 10.") && half_made.contains("Ivy Innes"));
    let twice = world.post(&gus, "/administration/users", NEW).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text.contains("has a way to sign in already"));
    let without = [("account", "x y"), ("name", ""), ("agency", "capital"), ("team", "")];
    let wrong = world.post(&gus, "/administration/users", &without).await;
    assert!(wrong.text.contains("Choose at least one role") && wrong.text.contains("The name:"));
}

#[tokio::test]
async fn what_an_administrator_takes_away_is_gone_with_the_next_request() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    let change = [("name", "Ben Boyle"), ("roles", "analyst"), ("agency", "capital"), ("team", "")];
    let ben = world.sign_in("w-ben").await;
    assert_eq!(
        world.post(&gus, "/administration/users/w-ben", &change).await.location(),
        "/administration/users/w-ben"
    );
    assert!(!world.is_in(&ben), "another role, another session");
    let ben = world.sign_in("w-ben").await;
    assert_eq!(world.get(&ben, "/").await.location(), "/administration");
    world.post(&gus, "/administration/users/w-ben/end-sessions", &[]).await;
    assert!(!world.is_in(&ben));
    let ben = world.sign_in("w-ben").await;
    world.post(&gus, "/administration/users/w-ben/disable", &[]).await;
    assert_eq!(world.get(&ben, "/account").await.location(), "/sign-in?then=/account");
    let body = format!("account=w-ben&password={}", crate::testing::PASSWORD);
    assert_eq!(world.send("POST", "/sign-in", None, &body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.get(&gus, "/administration/users/w-ben").await.text.contains("They have left."));
    let amy = world.sign_in("w-amy").await;
    for path in ["/administration/users", "/administration/users/w-cat", "/administration/teams"] {
        assert_eq!(world.get(&amy, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    world.at("2026-03-02T09:06");
    let later = world.post(&gus, "/administration/users/w-cat/reset", &[]).await;
    assert_eq!(later.location(), "/account/confirm?then=/carry-on", "who they are is asked again");
}

#[tokio::test]
async fn agencies_and_teams_are_a_tree_with_names() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    assert!(world.get(&gus, "/administration/teams").await.text.contains("None is named yet"));
    let agency = [("agency", "capital"), ("agency-name", "Capital Council"), ("agency-within", "")];
    assert_eq!(world.post(&gus, "/administration/teams/agency", &agency).await.location(), "/administration/teams");
    let team = [("team", "t-east"), ("team-name", "East team"), ("team-agency", "capital"), ("team-within", "")];
    assert_eq!(world.post(&gus, "/administration/teams/team", &team).await.location(), "/administration/teams");
    let page = world.get(&gus, "/administration/teams").await.text;
    assert!(page.contains("Capital Council") && page.contains("East team") && page.contains("East team is named."));
    let users = world.get(&gus, "/administration/users").await.text;
    assert!(users.contains("East team, Capital Council"), "names rather than references");
    let itself = [("team", "t-east"), ("team-name", "East"), ("team-agency", "capital"), ("team-within", "t-east")];
    let wrong = world.post(&gus, "/administration/teams/team", &itself).await;
    assert!(wrong.text.contains("does not belong to itself"));
}

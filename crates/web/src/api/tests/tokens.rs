//! Tokens of programs: bounded by role and agency, never more than their owner, and over at once.

use crate::testing::{Answer, World, actor};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use service::{Actor, Member, Role};

/// Somebody with two roles: their tokens can have one of them.
fn pat() -> Actor {
    actor("w-pat", &[Role::CaseManager, Role::TeamManager], "capital", "t-east")
}

impl World {
    fn register(&self, actor: Actor) {
        let admin = actor_of_gus();
        let member = Member { name: "Pat Pirie".try_into().unwrap(), actor };
        self.service.add_staff(&self.request(&admin), self.id(), &member).unwrap();
    }

    fn token(&self, owner: &Actor, roles: &[Role], days: i64) -> String {
        let roles = roles.iter().copied().collect();
        let (_, secret) =
            self.service.make_api_token(&self.request(owner), &self.attempt(), "a program", &roles, days).unwrap();
        secret.reveal().to_owned()
    }

    /// Asks with a token and nothing else: no cookie, no token of a form.
    async fn by_token(&self, authorization: &str, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.example")
            .header(header::AUTHORIZATION, authorization)
            .header(header::IF_MATCH, "\"0\"")
            .header(header::CONTENT_TYPE, "application/json");
        self.answer(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn status(&self, token: &str, path: &str) -> StatusCode {
        self.by_token(&format!("Bearer {token}"), "GET", path, "").await.status
    }
}

fn actor_of_gus() -> Actor {
    actor("w-gus", &[Role::Administrator], "capital", "")
}

const TEAM: &str = "/api/v1/teams/t-east";
const CASELOAD: &str = "/api/v1/caseload";

#[tokio::test]
async fn a_token_acts_in_the_roles_that_it_was_made_for_and_in_no_other() {
    let world = World::new();
    world.register(pat());
    let (cases, team) = (world.token(&pat(), &[Role::CaseManager], 30), world.token(&pat(), &[Role::TeamManager], 30));
    assert_eq!(
        [world.status(&cases, CASELOAD).await, world.status(&cases, TEAM).await],
        [StatusCode::OK, StatusCode::FORBIDDEN]
    );
    assert_eq!(world.status(&team, TEAM).await, StatusCode::OK);
    let me = world.by_token(&format!("Bearer {cases}"), "GET", "/api/v1/me", "").await;
    assert!(me.text.contains("[\"case_manager\"]"), "{}", me.text);
    let begun = r#"{"events": [{"kind": "person.named", "happened": "2026-03-02", "data": {"kind": "legal", "given": "Alex", "family": "Example"}}]}"#;
    let begun = world.by_token(&format!("Bearer {cases}"), "POST", "/api/v1/people", begun).await;
    assert_eq!(begun.status, StatusCode::CREATED, "a program needs no token of a form: {}", begun.text);
    assert_eq!(world.status(&cases, "/api/v1/staff").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_token_is_bound_to_its_owners_agency_and_sees_no_more_than_they_do() {
    let world = World::new();
    world.register(pat());
    let amys = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let say = |version, kind, data: &serde_json::Value| world.say("p-1", version, "2026-03-02", kind, data);
    let mut version = say(0, "person.named", &serde_json::json!({"kind": "legal", "given": "Sam", "family": "Sample"}));
    version = say(
        version,
        "order.imposed",
        &serde_json::json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}],
        }),
    );
    let token = world.token(&pat(), &[Role::CaseManager], 30);
    let zoe = actor("w-zoe", &[Role::CaseManager], "elsewhere", "t-far");
    let far = world.token(&zoe, &[Role::CaseManager], 30);
    assert_eq!(world.status(&token, "/api/v1/people/p-1").await, StatusCode::OK);
    assert_eq!(world.status(&far, "/api/v1/people/p-1").await, StatusCode::FORBIDDEN, "another council's");
    let restricted = serde_json::json!({"reason": "known to staff", "only": ["w-amy"]});
    world.say_as(&amys, "p-1", version, "2026-03-02", "person.restricted", &restricted);
    assert_eq!(world.status(&token, "/api/v1/people/p-1").await, StatusCode::NOT_FOUND);
    world.register(Actor { agency: "elsewhere".try_into().unwrap(), ..pat() });
    assert_eq!(world.status(&token, "/api/v1/me").await, StatusCode::UNAUTHORIZED, "the owner moved");
}

#[tokio::test]
async fn a_token_is_over_when_its_owner_its_role_or_its_time_is() {
    let world = World::new();
    let live = async |token: &str| world.status(token, "/api/v1/me").await;
    world.register(pat());
    let both = world.token(&pat(), &[Role::CaseManager, Role::TeamManager], 30);
    world.register(Actor { roles: [Role::CaseManager].into(), ..pat() });
    assert_ne!(world.status(&both, TEAM).await, StatusCode::OK, "the role was taken away");
    world.register(pat());
    let short = world.token(&pat(), &[Role::TeamManager], 1);
    let (kept, ended) = (world.token(&pat(), &[Role::TeamManager], 30), world.token(&pat(), &[Role::TeamManager], 30));
    let listed = world.service.api_tokens(&world.request(&pat())).unwrap();
    let last = listed.iter().max_by_key(|token| token.id.clone()).unwrap();
    world.service.end_api_token(&world.request(&pat()), &last.id).unwrap();
    let mut statuses = vec![live(&short).await, live(&kept).await, live(&ended).await];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::OK, StatusCode::UNAUTHORIZED], "one of them was ended");
    world.at("2026-03-03T10:00");
    assert_eq!(live(&short).await, StatusCode::UNAUTHORIZED, "a day is over");
    let gus = actor_of_gus();
    world.service.disable_user(&world.request(&gus), world.id(), &pat().id).unwrap();
    for token in [&kept, &ended] {
        assert_eq!(live(token).await, StatusCode::UNAUTHORIZED, "the owner left");
    }
}

#[tokio::test]
async fn what_is_no_token_is_nobody_and_a_token_opens_no_page() {
    let world = World::new();
    world.register(pat());
    let token = world.token(&pat(), &[Role::CaseManager], 30);
    let with_last_letter_changed = format!("{}x", &token[..token.len() - 1]);
    for authorization in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        format!("Bearer {with_last_letter_changed}"),
        format!("Bearer {token}{token}"),
        "Bearer throughline_".to_owned(),
    ] {
        let answer = world.by_token(&authorization, "GET", "/api/v1/me", "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    }
    let page = world.by_token(&format!("Bearer {token}"), "GET", "/today", "").await;
    assert_eq!(page.location(), "/sign-in?then=/today");
    let account = world.by_token(&format!("Bearer {token}"), "GET", "/account", "").await;
    assert_eq!(account.location(), "/sign-in?then=/account");
}

//! The API as programs see it.

mod tokens;

use crate::testing::{Answer, Browser, World};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl World {
    /// Asks the API: method and path, headers, a body of JSON.
    async fn api(
        &self,
        browser: &Browser,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.example")
            .header(header::COOKIE, &browser.cookie)
            .header("x-csrf-token", &browser.csrf);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.answer(request.body(body).unwrap()).await
    }

    async fn look(&self, browser: &Browser, path: &str) -> Answer {
        self.api(browser, ("GET", path), &[], None).await
    }

    /// A person with an order, in Amy's hands.
    async fn with_case(&self) -> (Browser, String) {
        let amy = self.sign_in("w-amy").await;
        let begun = self
            .api(
                &amy,
                ("POST", "/api/v1/people"),
                &[("idempotency-key", "begin-1")],
                Some(json!({"events": [
                    {"kind": "person.named", "happened": "2026-03-02", "data": {"kind": "legal", "given": "Alex", "family": "Example"}},
                    {"kind": "person.born", "happened": "2026-03-02", "data": {"born": "1990-05-17"}},
                    {"kind": "order.imposed", "happened": "2026-03-02", "data": {
                        "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
                        "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"},
                        "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 100}],
                    }},
                    {"kind": "order.received", "happened": "2026-03-02", "data": {"order": "CPO-1", "copy_order": true}},
                    {"kind": "supervision.allocated", "happened": "2026-03-02", "data": {"worker": "w-amy", "team": "t-east"}},
                ]})),
            )
            .await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
        (amy, begun.json()["person"].as_str().unwrap().to_owned())
    }
}

fn speaks(language: &str) -> Value {
    json!({"events": [
        {"kind": "person.language", "happened": "2026-03-02", "data": {"language": language, "interpreter": true}},
    ]})
}

#[tokio::test]
async fn a_record_is_begun_read_and_added_to() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let path = format!("/api/v1/people/{person}");
    let read = world.look(&amy, &path).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.headers[header::ETAG], "\"5\"");
    let shown = read.json();
    assert_eq!(
        (&shown["name"], &shown["born"], &shown["version"]),
        (&json!("Alex Example"), &json!("1990-05-17"), &json!(5))
    );
    assert_eq!(shown["case_manager"], json!({"worker": "w-amy", "team": "t-east", "since": "2026-03-02"}));
    assert_eq!(shown["orders"][0]["hours"]["outstanding"], 6_000);

    let events = format!("{path}/events");
    let etag = read.headers[header::ETAG].to_str().unwrap();
    let kept = world.api(&amy, ("POST", &events), &[("if-match", etag)], Some(speaks("Polish"))).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    assert_eq!(kept.headers[header::ETAG], "\"6\"");
    assert_eq!(kept.headers[header::LOCATION], path.as_str());
    let latest = world.look(&amy, &format!("{events}?after=5")).await.json();
    assert_eq!(latest["items"][0]["data"], json!({"language": "Polish", "interpreter": true}));
    assert_eq!((&latest["items"][0]["standing"], &latest["items"][0]["by"]), (&json!("stands"), &json!("w-amy")));
    let before = world.look(&amy, &format!("{path}?known_at=2026-03-01T00:00:00Z")).await.json();
    assert_eq!((&before["name"], &before["version"]), (&json!(null), &json!(0)), "as it was known before");
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_read_and_a_stale_one_is_told_what_came() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let events = format!("/api/v1/people/{person}/events");
    let without = world.api(&amy, ("POST", &events), &[], Some(speaks("Polish"))).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    assert!(without.json()["detail"].as_str().unwrap().contains("If-Match: \"12\""));
    for wrong in ["5", "*", "W/\"5\"", "\"five\"", "\"99999999999999999999\""] {
        let answer = world.api(&amy, ("POST", &events), &[("if-match", wrong)], Some(speaks("Polish"))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert_eq!(answer.json()["errors"][0]["field"], "If-Match");
    }
    world.api(&amy, ("POST", &events), &[("if-match", "\"5\"")], Some(speaks("Polish"))).await;
    let stale = world.api(&amy, ("POST", &events), &[("if-match", "\"5\"")], Some(speaks("Scots"))).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let problem = stale.json();
    assert_eq!((&problem["type"], &problem["version"]), (&json!("/api/v1/docs#changed-meanwhile"), &json!(6)));
    assert!(problem["detail"].as_str().unwrap().contains("person.language of 2026-03-02 by w-amy"), "{problem}");
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let (_, same) = world.with_case().await;
    assert_eq!(person, same, "also a record that is begun twice under one key");
    let events = format!("/api/v1/people/{person}/events");
    let send = async |language: &str| {
        let headers = [("if-match", "\"5\""), ("idempotency-key", "note-1")];
        world.api(&amy, ("POST", &events), &headers, Some(speaks(language))).await
    };
    let first = send("Polish").await.json();
    let second = send("Polish").await;
    assert_eq!(second.status, StatusCode::CREATED);
    assert_eq!((&second.json()["events"], &second.json()["already"]), (&first["events"], &json!(true)));
    let other = send("Scots").await;
    assert_eq!(other.status, StatusCode::CONFLICT, "a key stands for one request");
    assert_eq!(other.json()["type"], "/api/v1/docs#said-differently");
    let elsewhere = json!({"events": [{
        "id": first["events"][0], "kind": "person.named", "happened": "2026-03-02",
        "data": {"kind": "legal", "given": "Sam", "family": "Other"},
    }]});
    let reused = world.api(&amy, ("POST", "/api/v1/people"), &[], Some(elsewhere)).await;
    assert_eq!(reused.status, StatusCode::CONFLICT, "an id that another record has: {}", reused.text);
    let ben = world.sign_in("w-cat").await;
    let headers = [("if-match", "\"6\""), ("idempotency-key", "note-1")];
    let hers = world.api(&ben, ("POST", &events), &headers, Some(speaks("Scots"))).await;
    assert_eq!(hers.status, StatusCode::CREATED, "and belongs to one account");
    let key =
        world.api(&amy, ("POST", &events), &[("if-match", "\"7\""), ("idempotency-key", "a b")], Some(speaks("x")));
    assert_eq!(key.await.json()["errors"][0]["field"], "Idempotency-Key");
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let events = format!("/api/v1/people/{person}/events");
    let send = async |body: Value| world.api(&amy, ("POST", &events), &[("if-match", "\"5\"")], Some(body)).await;
    let event = |kind: &str, happened: &str, data: Value| json!({"events": [{"kind": kind, "happened": happened, "data": data}]});
    for (body, field) in [
        (json!({"events": []}), "events"),
        (event("contact.heard", "2026-03-02", json!({})), "events[0]"),
        (event("person.language", "2026-02-30", json!({"language": "x", "interpreter": true})), "events[0].happened"),
        (event("person.language", "2026-03-02", json!({"language": "", "interpreter": true})), "events[0]"),
        (event("person.language", "2026-03-02", json!({"tongue": "x"})), "events[0]"),
    ] {
        let answer = send(body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    for body in [json!([]), json!({}), json!({"events": [], "more": 1}), json!(null), json!({"events": ["\u{0}"]})] {
        assert_eq!(send(body.clone()).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let refused = send(event("contact.held", "2027-03-02", json!({"kind": "office", "with": "case_manager"}))).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    let refused = send(event("order.received", "2026-03-02", json!({"order": "CPO-9", "copy_order": true}))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.json()["detail"].as_str().unwrap().starts_with("There is no order CPO-9 on this record."));

    let request = Request::post(&events)
        .header(header::COOKIE, &amy.cookie)
        .header("x-csrf-token", &amy.csrf)
        .header(header::IF_MATCH, "\"5\"");
    let form = request.body(Body::from("events=1")).unwrap();
    assert_eq!(world.answer(form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let broken = Request::post(&events)
        .header(header::COOKIE, &amy.cookie)
        .header("x-csrf-token", &amy.csrf)
        .header(header::IF_MATCH, "\"5\"")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .body(Body::from("{\"events\": ["));
    let broken = world.answer(broken.unwrap()).await;
    assert_eq!(broken.json()["detail"], "The body is not JSON: line 1, column 12.");
}

#[tokio::test]
async fn a_problem_says_what_and_which_request_and_nothing_of_the_inside() {
    let world = World::new();
    let (amy, _) = world.with_case().await;
    let answer = world.look(&amy, "/api/v1/people/nobody").await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert_eq!(
        answer.json(),
        json!({
            "type": "/api/v1/docs#not-found", "title": "There is nothing here", "status": 404,
            "detail": "The page or record does not exist, or is not open to you. Check the address, or search for the person.",
            "instance": format!("urn:uuid:{id}"),
        })
    );
    for path in ["/api/v1/people/%00", "/api/v1/people/a%20b", "/api/v1/nothing", "/api/v2/me", "/api/v1/people/%FF"] {
        assert_eq!(world.look(&amy, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let method = world.api(&amy, ("PATCH", "/api/v1/worklist"), &[], None).await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.headers[header::ALLOW], "GET,HEAD");
    assert_eq!(method.json()["type"], "/api/v1/docs#method");
    let nobody = world.send("GET", "/api/v1/me", None, "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"throughline\"");
}

#[tokio::test]
async fn a_session_without_the_token_of_its_forms_changes_nothing() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let request = Request::post(format!("/api/v1/people/{person}/events"))
        .header(header::HOST, "desk.example")
        .header(header::COOKIE, &amy.cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, "\"5\"");
    let answer = world.answer(request.body(Body::from(speaks("Polish").to_string())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let shown = world.look(&amy, &format!("/api/v1/people/{person}")).await.json();
    assert_eq!(shown["version"], 5);
}

#[tokio::test]
async fn people_are_found_by_words_that_stand_in_no_address() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let find = async |body: Value| world.api(&amy, ("POST", "/api/v1/people/search"), &[], Some(body)).await;
    let found = find(json!({"name": "alex exam"})).await.json();
    let first = &found["items"][0];
    assert_eq!(
        (&first["person"], &first["name"], &first["born"]),
        (&json!(person), &json!("Alex Example"), &json!("1990-05-17"))
    );
    assert_eq!((&first["cases"][0]["case"], &found["more"]), (&json!("CPO-1"), &json!(false)));
    assert_eq!(find(json!({"name": "nobody"})).await.json()["items"], json!([]));
    assert_eq!(find(json!({})).await.status, StatusCode::BAD_REQUEST);
    for (body, field) in [
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"identifier": "1".repeat(41)}), "identifier"),
        (json!({"date_of_birth": "1".repeat(41)}), "date_of_birth"),
    ] {
        let answer = find(body.clone()).await;
        assert_eq!(
            (answer.status, &answer.json()["errors"][0]["field"]),
            (StatusCode::BAD_REQUEST, &json!(field)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let events = format!("/api/v1/people/{person}/events?limit=2");
    let (mut kinds, mut path) = (Vec::new(), events.clone());
    loop {
        let page = world.look(&amy, &path).await.json();
        kinds.extend(page["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => path = format!("{events}&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(kinds, ["person.named", "person.born", "order.imposed", "order.received", "supervision.allocated"]);
    let of_part = world.look(&amy, &format!("/api/v1/people/{person}/events?part=order")).await.json();
    assert_eq!(of_part["items"].as_array().unwrap().len(), 2);
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=x", "page=2", "known_at=yesterday", "part=%00"] {
        let answer = world.look(&amy, &format!("/api/v1/people/{person}/events?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn obligations_explain_themselves_and_work_lists_hold_them() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let open = world.look(&amy, &format!("/api/v1/people/{person}/obligations?state=open&limit=200")).await.json();
    let open = open["items"].as_array().unwrap();
    assert!(!open.is_empty());
    assert!(
        open.iter().all(|one| one["state"] == "open" && one["explanation"].as_str().unwrap().len() > 20),
        "{open:?}"
    );
    let work = world.look(&amy, "/api/v1/worklist?part=coming").await.json();
    let work = work["items"].as_array().unwrap();
    assert!(work.iter().any(|item| item["person"] == person.as_str() && item["late"] == false), "{work:?}");
    let day = world.look(&amy, "/api/v1/today").await.json();
    assert_eq!((&day["today"], &day["tally"]["coming"]), (&json!("2026-03-02"), &json!(work.len())));
    let diary = world.look(&amy, "/api/v1/appointments?from=2026-03-02&days=3").await.json();
    assert_eq!(diary["days"].as_array().unwrap().len(), 3);
    let cases = world.look(&amy, "/api/v1/caseload?sort=due&due_within=30").await.json();
    assert_eq!((&cases["items"][0]["person"], &cases["items"][0]["case"]), (&json!(person), &json!("CPO-1")));
    let cat = world.sign_in("w-cat").await;
    let coming = world.look(&cat, "/api/v1/worklist?part=coming&team=t-east").await.json();
    assert_eq!(coming["items"].as_array().unwrap().len(), work.len());
    for wrong in [
        "worklist",
        "worklist?part=all",
        "worklist?part=late&worker=w-amy&team=t-east",
        "worklist?part=late&worker=%20",
        "worklist?part=late&cursor=x",
        "appointments?days=32",
        "appointments?days=0",
        "appointments?from=0001-01-01",
        "caseload?sort=luck",
        "caseload?due_within=366",
        "caseload?cursor=x",
        "today?limit=1",
    ] {
        assert_eq!(world.look(&cat, &format!("/api/v1/{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let ben = world.sign_in("w-ben").await;
    assert_eq!(world.look(&ben, "/api/v1/worklist?part=late&worker=w-amy").await.status, StatusCode::FORBIDDEN);
    let dan = world.sign_in("w-dan").await;
    let hours = world.look(&dan, &format!("/api/v1/people/{person}/unpaid-work")).await.json();
    assert_eq!((&hours["name"], &hours["orders"][0]["hours"]["ordered"]), (&json!("Alex Example"), &json!(6_000)));
    let roll = world.look(&dan, "/api/v1/unpaid-work").await.json();
    assert_eq!((&roll["items"][0]["person"], &roll["items"][0]["minutes_left"]), (&json!(person), &json!(6_000)));
    assert_eq!(world.look(&dan, "/api/v1/unpaid-work?cursor=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_team_manager_sees_the_team_and_allocates() {
    let world = World::new();
    let (_, person) = world.with_case().await;
    let cat = world.sign_in("w-cat").await;
    let team = world.look(&cat, "/api/v1/teams/t-east").await.json();
    let amy = team["workers"].as_array().unwrap().iter().find(|worker| worker["account"] == "w-amy").unwrap().clone();
    assert_eq!(amy["cases"], 1);
    let standards = world.look(&cat, "/api/v1/teams/t-east/standards?quarter=2026-q1").await.json();
    let first = standards["standards"][0]["standard"].as_str().unwrap();
    let behind = world.look(&cat, &format!("/api/v1/teams/t-east/standards/{first}?quarter=2026-q1")).await.json();
    assert_eq!(behind["items"][0]["person"], person.as_str(), "{behind}");
    for (path, status) in [
        ("teams/t-east/standards?quarter=1", StatusCode::BAD_REQUEST),
        ("teams/t-east/standards/nos.nothing", StatusCode::NOT_FOUND),
        ("teams/t%20east", StatusCode::NOT_FOUND),
        ("teams/t-far", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(world.look(&cat, &format!("/api/v1/{path}")).await.status, status, "{path}");
    }
    let choice = world.look(&cat, &format!("/api/v1/people/{person}/allocation")).await.json();
    assert_eq!((&choice["current"], &choice["version"]), (&json!("w-amy"), &json!(5)));
    let version = format!("\"{}\"", choice["version"]);
    let allocate = json!({"events": [
        {"kind": "supervision.allocated", "happened": "2026-03-02", "data": {"worker": "w-cat", "team": "t-east", "reason": "leave"}},
    ]});
    let path = format!("/api/v1/people/{person}/events");
    let done = world.api(&cat, ("POST", &path), &[("if-match", &version)], Some(allocate)).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text);
}

#[tokio::test]
async fn another_teams_case_opens_with_a_reason_that_is_kept() {
    let world = World::new();
    let (_, person) = world.with_case().await;
    let ben = world.sign_in("w-ben").await;
    let path = format!("/api/v1/people/{person}");
    assert_eq!(world.look(&ben, &path).await.status, StatusCode::FORBIDDEN);
    let because = [("access-reason", "Duty worker; the person is at the desk"), ("access-purpose", "protection")];
    assert_eq!(world.api(&ben, ("GET", &path), &because, None).await.status, StatusCode::OK);
    let short = world.api(&ben, ("GET", &path), &[("access-reason", "because")], None).await;
    assert_eq!(short.json()["errors"][0]["field"], "Access-Reason");
    let purpose = world.api(&ben, ("GET", &path), &[("access-purpose", "curiosity")], None).await;
    assert_eq!(purpose.json()["errors"][0]["field"], "Access-Purpose");
    let fay = world.sign_in("w-fay").await;
    let log = world.look(&fay, &format!("{path}/access-log")).await.json();
    let kept = &log["items"][0];
    assert_eq!(
        (&kept["actor"], &kept["purpose"], &kept["outcome"]),
        (&json!("w-ben"), &json!("protection"), &json!("allowed"))
    );
    assert!(kept["detail"].as_str().unwrap().contains("the person is at the desk"), "{kept}");
}

#[tokio::test]
async fn standards_are_read_counted_and_tried_out() {
    let world = World::new();
    world.with_case().await;
    let eve = world.sign_in("w-eve").await;
    let list = world.look(&eve, "/api/v1/standards?limit=3").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let id = list["items"][0]["id"].as_str().unwrap();
    let one = world.look(&eve, &format!("/api/v1/standards/{id}")).await.json();
    assert_eq!(one["versions"][0]["standard"]["id"], id);
    assert_eq!(world.look(&eve, "/api/v1/standards/nos.nothing").await.status, StatusCode::NOT_FOUND);
    let report = world.look(&eve, "/api/v1/standards-report?as_of=2026-03-31").await.json();
    assert_eq!((&report["people"], &report["as_of"]), (&json!(1), &json!("2026-03-31")));
    assert!(!report["rows"].as_array().unwrap().is_empty());
    assert_eq!(world.look(&eve, "/api/v1/standards-report?as_of=0001-01-01").await.status, StatusCode::BAD_REQUEST);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/drafts/induction-3-days");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<Value> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| json!({"name": path.file_name().unwrap().to_str().unwrap(), "text": std::fs::read_to_string(&path).unwrap()}))
        .collect();
    let compare = async |body: Value| world.api(&eve, ("POST", "/api/v1/standards-comparison"), &[], Some(body)).await;
    let compared = compare(json!({"files": files, "as_of": "2026-03-06"})).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    assert!(!compared.json()["differences"].as_array().unwrap().is_empty());
    let wrong = compare(json!({"files": [{"name": "x.toml", "text": "not a rulebook"}]})).await;
    assert_eq!((wrong.status, &wrong.json()["errors"][0]["field"]), (StatusCode::BAD_REQUEST, &json!("files")));
}

#[tokio::test]
async fn administrators_manage_staff_webhooks_and_background_work() {
    let world = World::new();
    let gus = world.sign_in("w-gus").await;
    let post = async |path: &str, body: Value| world.api(&gus, ("POST", path), &[], Some(body)).await;
    let me = world.look(&gus, "/api/v1/me").await.json();
    assert_eq!(
        (&me["account"], &me["roles"], &me["agency"]),
        (&json!("w-gus"), &json!(["administrator"]), &json!("capital"))
    );
    let staff = world.look(&gus, "/api/v1/staff?limit=200").await.json();
    assert!(staff["items"].as_array().unwrap().iter().any(|one| one["name"] == "Amy Adams"));
    let hired = post(
        "/api/v1/staff",
        json!({"account": "w-new", "name": "New Person", "roles": ["analyst"], "agency": "capital"}),
    );
    assert_eq!(hired.await.status, StatusCode::CREATED);
    for (name, status) in
        [("New Person", StatusCode::CREATED), ("New Person", StatusCode::CREATED), ("Another", StatusCode::CONFLICT)]
    {
        let hired = json!({"account": "w-next", "name": name, "roles": ["analyst"], "agency": "capital"});
        let hired = world.api(&gus, ("POST", "/api/v1/staff"), &[("idempotency-key", "hire-1")], Some(hired)).await;
        assert_eq!(hired.status, status, "{name}: {}", hired.text);
    }
    let wrong = post("/api/v1/staff", json!({"account": "w new", "name": "x", "roles": [], "agency": "capital"}));
    assert_eq!(wrong.await.status, StatusCode::BAD_REQUEST);

    let made = post(
        "/api/v1/webhooks",
        json!({"title": "Housing", "url": "https://hooks.example.org/a", "kinds": ["contact"]}),
    );
    let made = made.await.json();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let shown = world.look(&gus, "/api/v1/webhooks").await;
    assert!(!shown.text.contains("whsec_"), "the secret is shown once");
    assert_eq!(shown.json()["items"][0]["id"], made["id"]);
    let inside = post("/api/v1/webhooks", json!({"title": "Inside", "url": "https://127.0.0.1/a"})).await;
    assert_eq!(inside.status, StatusCode::BAD_REQUEST);
    assert!(inside.json()["detail"].as_str().unwrap().contains("private network"));
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(world.api(&gus, ("DELETE", &path), &[], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.api(&gus, ("DELETE", &path), &[], None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.look(&gus, "/api/v1/jobs").await.json(), json!({"kinds": [], "dead": []}));
    let none = world.api(&gus, ("POST", "/api/v1/jobs/00000000-0000-0000-0000-000000000001/retry"), &[], None).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

/// The document is kept in the repository, so that a change of the API shows in review. Write it anew with
/// `THROUGHLINE_WRITE_DOCS=1 cargo test -p web the_document`.
#[test]
fn the_document_is_the_one_in_the_repository() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let document = serde_json::to_string_pretty(&super::document().to_json()).unwrap() + "\n";
    if std::env::var_os("THROUGHLINE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == document, "docs/openapi.json is of another version of the API");
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = super::document().to_json();
    let mut references = Vec::new();
    gather(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn gather(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(target) if name == "$ref" => references.push(target.clone()),
                    other => gather(other, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, references)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_and_the_page_about_it_are_open_and_small() {
    let world = World::new();
    let document = world.send("GET", "/api/v1/openapi.json", None, "").await;
    assert_eq!(document.json()["openapi"], "3.1.0");
    let page = world.send("GET", "/api/v1/docs", None, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.len() < 100_000, "{}", page.text.len());
    for part in ["Record what happened to a person", "/api/v1/people/{person}/events", "id=\"changed-meanwhile\""] {
        assert!(page.text.contains(part), "{part}");
    }
    let schemas = document.json()["components"]["schemas"].as_object().unwrap().clone();
    for name in schemas.keys() {
        let page = world.send("GET", &format!("/api/v1/docs/schemas/{name}"), None, "").await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(page.text.len() < 100_000, "{name}: {}", page.text.len());
    }
    assert_eq!(world.send("GET", "/api/v1/docs/schemas/Nothing", None, "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_opened_with_a_reason_is_listed_and_reviewed_and_who_was_looked_at_is_remembered() {
    let world = World::new();
    let (_, person) = world.with_case().await;
    let (ben, cat) = (world.sign_in("w-ben").await, world.sign_in("w-cat").await);
    let (path, fay) = (format!("/api/v1/people/{person}"), world.sign_in("w-fay").await);
    let because = |reason: &str| Some(json!({ "reason": reason }));
    let openings = format!("{path}/openings");
    let short = world.api(&ben, ("POST", &openings), &[], because("because")).await;
    assert_eq!(short.json()["errors"][0]["field"], "reason");
    let opened = world.api(&ben, ("POST", &openings), &[], because("Duty worker; at the front desk")).await;
    assert_eq!((opened.status, &opened.json()["until"]), (StatusCode::OK, &json!("2026-03-02T10:00:00Z")));
    assert_eq!(world.look(&ben, &path).await.status, StatusCode::OK, "it holds for an hour");
    let recent = world.look(&ben, "/api/v1/recently-viewed").await.json();
    assert_eq!(recent["items"][0]["person"]["person"], json!(person), "{recent}");

    let team = world.look(&cat, "/api/v1/teams/t-east").await.json();
    let opening = &team["opened"][0];
    assert_eq!((&opening["by"], &opening["accepted"]), (&json!("w-ben"), &json!(null)));
    let review = format!("{openings}/{}/review", opening["opening"].as_str().unwrap());
    let says =
        async |accepted: bool| world.api(&cat, ("POST", &review), &[], Some(json!({"accepted": accepted}))).await;
    assert_eq!(says(true).await.status, StatusCode::NO_CONTENT);
    assert_eq!(says(false).await.status, StatusCode::BAD_REQUEST, "what was said stays");
    let audited = world.look(&fay, "/api/v1/openings").await.json();
    assert_eq!((&audited["items"][0]["accepted"], &audited["items"][0]["name"]), (&json!(true), &json!(null)));
    let before = world.look(&fay, "/api/v1/openings?before=2026-03-02T09:00:00Z").await.json();
    assert_eq!(before["items"], json!([]));
}

#[tokio::test]
async fn the_access_log_is_searched_by_record_and_by_account_a_page_at_a_time() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    for _ in 0..3 {
        world.look(&amy, &format!("/api/v1/people/{person}")).await;
    }
    let fay = world.sign_in("w-fay").await;
    let search = async |wanted: Value| world.api(&fay, ("POST", "/api/v1/access-log/search"), &[], Some(wanted)).await;
    let about = search(json!({"record": person, "until": "2026-03-03T00:00:00Z", "limit": 2})).await.json();
    assert_eq!(about["items"].as_array().unwrap().len(), 2, "{about}");
    assert_eq!(about["items"][0]["people"], json!([person]));
    assert_eq!(about["items"][0]["entry"]["actor"], json!("w-amy"));
    let next = json!({"record": person, "until": "2026-03-03T00:00:00Z", "limit": 2, "next": about["next"]});
    let second = search(next).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), second["next"]["at"] == json!(null)), (2, false));
    let by = search(json!({"account": "w-amy", "until": "2026-03-03T00:00:00Z"})).await.json();
    assert!(by["items"].as_array().unwrap().len() >= 4, "{by}");
    assert_eq!(search(json!({"record": person, "account": "w-amy"})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(search(json!({"account": "w-amy", "limit": 900})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(search(json!({"record": "p-nobody"})).await.status, StatusCode::NOT_FOUND);
    let refused = world.api(&amy, ("POST", "/api/v1/access-log/search"), &[], Some(json!({"account": "w-amy"}))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn one_obligation_says_which_events_opened_it_and_hours_come_session_by_session() {
    let world = World::new();
    let (amy, person) = world.with_case().await;
    let why = format!("/api/v1/people/{person}/obligations/why?case=CPO-1&standard=nos.allocate&opened_on=2026-03-02");
    let why = world.look(&amy, &why).await;
    assert_eq!(why.status, StatusCode::OK, "{}", why.text);
    let why = why.json();
    assert_eq!(why["opened_by"][0]["kind"], json!("order.received"), "{why}");
    assert_eq!(why["settled_by"][0]["kind"], json!("supervision.allocated"), "{why}");
    let worked = json!({"events": [{"kind": "unpaid_work.worked", "happened": "2026-03-02", "data": {
        "order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 60, "supervisor": "w-dan"}}]});
    let events = format!("/api/v1/people/{person}/events");
    let done = world.api(&amy, ("POST", &events), &[("if-match", "\"5\"")], Some(worked)).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text);
    let dan = world.sign_in("w-dan").await;
    let hours = world.look(&dan, &format!("/api/v1/people/{person}/unpaid-work")).await.json();
    assert_eq!(hours["orders"][0]["sessions"][0]["minutes"], json!(60), "{hours}");
    let messages = world.look(&amy, &format!("/api/v1/people/{person}/messages")).await.json();
    assert_eq!(messages, json!({"items": [], "next": null}));
    let cat = world.sign_in("w-cat").await;
    let capacity = json!({"from": "2026-03-09", "points": 60, "reason": "three days a week"});
    let path = "/api/v1/workers/w-amy/capacity";
    assert_eq!(world.api(&cat, ("POST", path), &[], Some(capacity.clone())).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.api(&amy, ("POST", path), &[], Some(capacity)).await.status, StatusCode::FORBIDDEN);
    world.at("2026-03-10T09:00");
    let cat = world.sign_in_anew("w-cat").await;
    let team = world.look(&cat, "/api/v1/teams/t-east").await.json();
    let workers = team["workers"].as_array().unwrap();
    assert!(workers.iter().any(|one| one["account"] == "w-amy" && one["capacity"] == 60), "{team}");
}

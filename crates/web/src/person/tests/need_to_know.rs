//! Who sees a record, and what somebody else gets.

use super::{Case, PAGES, says};
use crate::testing::{Answer, Browser, PASSWORD, World, actor};
use axum::http::StatusCode;
use serde_json::json;
use service::Role;

#[tokio::test]
async fn a_supervisor_sees_the_hours_and_nothing_else() {
    let case = Case::new();
    let dan = case.world.sign_in("w-dan").await;
    let page = case.open(&dan, "/unpaid-work").await;
    assert_eq!(page.status, StatusCode::OK);
    says(&page.text, &["Alex Example", "Left to do 103 hours 30 minutes"]);
    for hidden in ["1990", "07700", "Medium", "Breach", "Edinburgh Sheriff Court"] {
        assert!(!page.text.contains(hidden), "{hidden} is not for a supervisor");
    }
    for path in PAGES.iter().filter(|path| **path != "/unpaid-work") {
        assert_eq!(case.open(&dan, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_restricted_record_is_answered_exactly_like_one_that_is_not_there() {
    let mut case = Case::new();
    case.say(
        "2026-03-02T09:00",
        "2026-03-02",
        "person.restricted",
        &json!({"reason": "known to staff", "only": ["w-zoe"]}),
    );
    let amy = case.amy().await;
    says(&case.open(&amy, "").await.text, &["Restricted record"]);
    let stranger = |answer: &Answer, path: &str| {
        let reference = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        (answer.status, answer.text.replace(path, "").replace(&reference, ""))
    };
    for account in ["w-ben", "w-cat"] {
        let browser = case.world.sign_in(account).await;
        for path in PAGES {
            let hidden = case.world.get(&browser, &format!("/people/p-1{path}")).await;
            let absent = case.world.get(&browser, &format!("/people/p-0{path}")).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND);
            assert_eq!(stranger(&hidden, "p-1"), stranger(&absent, "p-0"), "{account} {path}");
        }
        let given = [("reason", "the person is at the desk now")];
        let hidden = case.world.post(&browser, "/people/p-1/reason", &given).await;
        let absent = case.world.post(&browser, "/people/p-0/reason", &given).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger(&hidden, "p-1"), stranger(&absent, "p-0"));
        assert_eq!(case.world.get(&browser, "/people/p-1").await.status, StatusCode::NOT_FOUND);
    }
}

/// How long each of two addresses takes, in microseconds: the median of many turns, taken by turns so that what else the
/// machine does falls on both alike.
async fn medians(world: &World, browser: &Browser, paths: [&str; 2], turns: usize) -> [u128; 2] {
    let mut taken = [Vec::new(), Vec::new()];
    for turn in 0..turns * 2 {
        let which = turn % 2;
        let begun = std::time::Instant::now();
        let answer = world.get(browser, paths[which]).await;
        taken[which].push(begun.elapsed().as_micros());
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    taken.map(|mut taken| {
        taken.sort_unstable();
        taken[taken.len() / 2]
    })
}

#[tokio::test]
async fn a_restricted_record_takes_as_long_as_one_that_is_not_there_however_long_it_is() {
    let mut case = Case::new();
    for n in 0..300 {
        let held = json!({"kind": "office", "with": "case_manager", "outcome": format!("Talk {n}.")});
        case.say("2026-03-02T09:00", "2026-03-02T08:00", "contact.held", &held);
    }
    let ben = case.world.sign_in("w-ben").await;
    case.say(
        "2026-03-02T09:00",
        "2026-03-02",
        "person.restricted",
        &json!({"reason": "known to staff", "only": ["w-zoe"]}),
    );
    for [hidden, absent] in [["/people/p-1", "/people/p-0"], ["/api/v1/people/p-1", "/api/v1/people/p-0"]] {
        let [of_hidden, of_absent] = medians(&case.world, &ben, [hidden, absent], 100).await;
        // To read and to fold the record takes several times as long; what is left is the machine's own noise.
        let gap = of_hidden.abs_diff(of_absent) * 100 / of_absent.max(1);
        assert!(gap <= 25, "{hidden}: {of_hidden} µs, {absent}: {of_absent} µs");
    }
}

#[tokio::test]
async fn another_teams_case_opens_with_a_reason_for_an_hour_and_only_to_read() {
    let case = Case::new();
    let ben = case.world.sign_in("w-ben").await;
    let closed = case.open(&ben, "/orders").await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN);
    says(&closed.text, &["This is not one of your team’s cases", "Why must you see this record now?"]);
    assert!(!closed.text.contains("Alex"), "nothing is shown before the reason");
    let short = case.world.post(&ben, "/people/p-1/reason", &[("reason", "why not")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let given = case.world.post(&ben, "/people/p-1/reason", &[("reason", "duty worker; at the front desk")]).await;
    assert_eq!((given.status, given.location()), (StatusCode::SEE_OTHER, "/people/p-1"));
    let open = case.open(&ben, "/orders").await;
    assert_eq!(open.status, StatusCode::OK);
    says(&open.text, &["with the reason “duty worker; at the front desk”", "to read until 10am"]);
    assert!(!open.text.contains("p-1/record"), "a reason lets look, not record");
    let other = case.world.sign_in_anew("w-ben").await;
    assert_eq!(case.open(&other, "/orders").await.status, StatusCode::OK, "it is kept, whichever server answers");
    let fay = case.world.sign_in("w-fay").await;
    says(
        &case.open(&fay, "/access").await.text,
        &["Reason given: duty worker; at the front desk", "Looked at: the record", "Refused"],
    );
    for minutes in ["09:20", "09:40", "10:00"] {
        case.world.at(&format!("2026-03-02T{minutes}"));
        let status = case.open(&ben, "").await.status;
        assert_eq!(status, if minutes == "10:00" { StatusCode::FORBIDDEN } else { StatusCode::OK }, "{minutes}");
    }
}

#[tokio::test]
async fn the_manager_sees_who_opened_a_record_and_why_and_says_once_what_they_think_of_it() {
    let case = Case::new();
    let (ben, cat, fay) =
        (case.world.sign_in("w-ben").await, case.world.sign_in("w-cat").await, case.world.sign_in("w-fay").await);
    says(&case.world.get(&cat, "/team").await.text, &["0 opened with a reason to review", "Nobody opened another"]);
    for _ in 0..2 {
        case.world.post(&ben, "/people/p-1/reason", &[("reason", "duty worker; at the front desk")]).await;
    }
    let team = case.world.get(&cat, "/team").await.text;
    says(
        &team,
        &[
            "1 opened with a reason to review",
            "Alex Example Ben Boyle Monday 2 March 2026 at 9am, to read until 10am duty worker; at the front desk",
        ],
    );
    let review = team.split("action=\"/people/p-1/openings/").nth(1).unwrap().split('"').next().unwrap();
    let review = format!("/people/p-1/openings/{review}");
    assert_eq!(case.world.post(&ben, &review, &[("said", "accepted")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(case.world.post(&cat, &review, &[("said", "perhaps")]).await.status, StatusCode::BAD_REQUEST);
    let said = case.world.post(&cat, &review, &[("said", "follow_up")]).await;
    assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, "/team#opened"));
    let again = case.world.post(&cat, &review, &[("said", "accepted")]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    says(&again.text, &["Another manager has reviewed this already; what they said stays."]);
    says(&case.world.get(&cat, "/team").await.text, &["To be followed up, Cat Craig, Mon 2 Mar 2026"]);
    let audited = case.world.get(&fay, "/administration/openings").await.text;
    says(&audited, &["Ben Boyle p-1 duty worker; at the front desk To be followed up, Cat Craig"]);
    assert!(!audited.contains("Alex"), "an auditor sees no content");
    let elsewhere = "/people/p-1/openings/00000000-0000-7000-8000-000000000000";
    assert_eq!(case.world.post(&cat, elsewhere, &[("said", "accepted")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_restricted_record_closes_after_a_quarter_of_an_hour_without_use_until_they_prove_who_they_are() {
    let mut case = Case::new();
    let amy = case.amy().await;
    let (manager, team) = ([Role::CaseManager, Role::TeamManager], "t-east");
    let restricted = json!({"reason": "known to staff", "only": ["w-amy"]});
    let cat = actor("w-cat", &manager, "capital", team);
    case.version = case.world.say_as(&cat, "p-1", case.version, "2026-03-02", "person.restricted", &restricted).version;
    case.world.at("2026-03-02T09:15");
    assert_eq!(case.open(&amy, "").await.status, StatusCode::OK, "a quarter of an hour is not too long");
    case.world.at("2026-03-02T09:31");
    for path in ["", "/contacts"] {
        let closed = case.open(&amy, path).await;
        let back = format!("/account/confirm?then=/people/p-1{path}");
        assert_eq!((closed.status, closed.location()), (StatusCode::SEE_OTHER, back.as_str()));
    }
    assert_eq!(case.world.get(&amy, "/today").await.status, StatusCode::OK, "the session itself goes on");
    let fields = [("kind", "office"), ("outcome", "a long talk about the plan"), ("version", "1")];
    let late = case.world.post(&amy, "/people/p-1/record/contact", &fields).await;
    assert_eq!(late.location(), "/account/confirm?then=/carry-on", "what was typed is kept");
    let confirmed = case.world.post(&amy, "/account/confirm", &[("proof", PASSWORD), ("then", "/people/p-1")]).await;
    assert_eq!(confirmed.location(), "/people/p-1", "{}", confirmed.text);
    let amy = case.world.browser(&confirmed);
    assert_eq!(case.open(&amy, "").await.status, StatusCode::OK);
}

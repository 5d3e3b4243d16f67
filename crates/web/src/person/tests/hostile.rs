//! What was typed by somebody who means harm.

use super::{Case, PAGES};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn nothing_that_was_typed_becomes_markup() {
    const ATTACK: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}";
    let mut case = Case::new();
    let at = "2026-03-02T09:00";
    for (kind, data) in [
        ("person.named", json!({"kind": "known_as", "given": ATTACK, "family": ATTACK})),
        ("person.language", json!({"language": "<b>Scots</b>", "interpreter": true})),
        ("person.adjustment", json!({"need": ATTACK, "adjustment": ATTACK})),
        ("person.address", json!({"kind": "home", "lines": [ATTACK], "postcode": "<i>"})),
        ("person.contact_detail", json!({"route": "email", "value": "a@<script>", "safe": {"note": ATTACK}})),
        ("person.described", json!({"answers": {"gender": {"is": "<script>"}}})),
        ("person.identified", json!({"identifier": {"kind": "local:<script>", "value": "1"}})),
        ("court.hearing", json!({"court": {"name": ATTACK, "kind": "not_known"}, "about": ATTACK, "outcome": ATTACK})),
        ("plan.finalised", json!({"kind": "case_management", "objectives": [ATTACK], "home_visits": ATTACK})),
        ("supervision.level_set", json!({"level": "high", "reasons": ATTACK})),
        ("contact.held", json!({"kind": "office", "with": "case_manager", "outcome": ATTACK})),
        (
            "contact.planned",
            json!({"contact": "C-9", "kind": "office", "with": "partner", "on": "2026-03-30", "place": ATTACK, "about": ATTACK}),
        ),
        ("contact.missed", json!({"kind": "office", "note": ATTACK})),
        ("noncompliance.recorded", json!({"incident": "I-9", "order": "CPO-1", "cause": "drift", "what": ATTACK})),
        ("noncompliance.responded", json!({"incident": "I-9", "response": "discussed", "reasons": ATTACK})),
        ("noncompliance.reason_accepted", json!({"incident": "I-9", "reason": ATTACK, "evidence": ATTACK})),
        ("breach.proposed", json!({"breach": "B-9", "order": "CPO-1", "reasons": ATTACK})),
        ("order.hours_adjusted", json!({"order": "CPO-1", "minutes": 60, "by": "court", "authority": ATTACK})),
        (
            "order.varied",
            json!({"order": "CPO-1", "set": [{"kind": "conduct", "months": 6, "terms": ATTACK, "provider": ATTACK}], "reason": ATTACK}),
        ),
        ("report.requested", json!({"report": "R-9", "kind": "court", "by": ATTACK})),
        ("standard.excused", json!({"standard": "<script>", "order": "CPO-1", "reason": ATTACK})),
        ("milestone.reached", json!({"milestone": "rmr_failure", "order": "CPO-1", "note": ATTACK})),
    ] {
        case.say(at, "2026-03-02", kind, &data);
    }
    let attacked = case.event(29);
    case.say(at, "2026-03-02", "amend.struck", &json!({"event": attacked, "reason": ATTACK}));
    let amy = case.amy().await;
    for path in PAGES.iter().map(|path| (*path).to_owned()).chain([format!("/entries/{attacked}")]) {
        let page = case.open(&amy, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        for markup in ["<script>alert", "<img src=x", "<b>Scots", "<script>,", "\"'><"] {
            assert!(!page.text.contains(markup), "{path} holds {markup}");
        }
        assert!(page.text.contains("&#60;script&#62;"), "{path} shows what was typed");
    }
    let found = case.world.post(&amy, "/people/p-1/chronology", &[("text", ATTACK), ("part", ATTACK)]).await;
    assert!(!found.text.contains("<script>alert") && !found.text.contains("\"'><"));
    let asked =
        case.open(&amy, "/chronology?from=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&worker=%3Cscript%3Ealert(1)").await;
    assert!(!asked.text.contains("<script>alert"));
    let given = case.world.sign_in("w-ben").await;
    case.world.post(&given, "/people/p-1/reason", &[("reason", ATTACK)]).await;
    assert!(!case.open(&given, "").await.text.contains("<script>alert"));
    let fay = case.world.sign_in("w-fay").await;
    assert!(!case.open(&fay, "/access").await.text.contains("<script>alert"));
}

//! The chronology: filters, print, strikes and corrections, and the record as it was known.

use super::{Case, PAGES, read, says};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_print_view_holds_every_entry_that_the_filter_shows_and_whole() {
    let mut case = Case::new();
    for n in 0..40 {
        let outcome = format!("Talk {n}. {}", "We went through the plan. ".repeat(60));
        case.say(
            "2026-03-02T09:00",
            "2026-03-02T08:00",
            "contact.held",
            &json!({"kind": "office", "with": "case_manager", "outcome": outcome}),
        );
    }
    let page = case.page("/chronology?part=contact").await;
    says(&page, &["Entries 1 to 30 of 43", "Print view of all 43"]);
    let all = case.page("/chronology?part=contact&page=all").await;
    says(&all, &["Entries 1 to 43 of 43", "Every entry is here, whole, to be printed."]);
    assert_eq!(all.matches("moj-timeline__item").count(), 43);
    assert!(!all.contains('…') && all.contains("Talk 0.") && all.contains("Talk 39."), "nothing is cut");
    assert!(!all.contains("noncompliance") || !all.contains("Left the placement early"), "the filter holds");
    let amy = case.amy().await;
    let found = [("text", "talk 7."), ("page", "all")];
    let found = case.world.post(&amy, "/people/p-1/chronology", &found).await.text;
    says(&found, &["Entries 1 to 4 of 4 that fit"]);
}

#[tokio::test]
async fn a_moment_that_cannot_be_read_is_said_beside_its_field() {
    let case = Case::new();
    let answer = case.open(&case.amy().await, "/chronology?known=soonish").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("id=\"known-error\""), "{}", answer.text);
    assert!(answer.text.contains("value=\"soonish\""), "what was typed stays");
    says(&answer.text, &["There is a problem", "Alex Example"]);
}

#[tokio::test]
async fn the_chronology_is_narrowed_by_part_kind_day_and_worker() {
    let case = Case::new();
    says(&case.page("/chronology").await, &["Entries 1 to 18 of 18.", "Contact held: office visit"]);
    says(&case.page("/chronology?part=contact").await, &["Entries 1 to 3 of 3 that fit, out of 18."]);
    says(&case.page("/chronology?kind=contact.held").await, &["Entries 1 to 1 of 1 that fit"]);
    says(&case.page("/chronology?from=1+Feb&to=yesterday").await, &["Entries 1 to 6 of 6 that fit"]);
    says(&case.page("/chronology?from=2026&to=2026").await, &["Entries 1 to 6 of 6 that fit"]);
    says(&case.page("/chronology?worker=w-nobody").await, &["Nothing is recorded that fits."]);
    let answer = case.open(&case.amy().await, "/chronology?from=30+February").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["There is a problem"]);
}

#[tokio::test]
async fn words_are_looked_for_by_a_form_and_stand_in_no_address() {
    let case = Case::new();
    let amy = case.amy().await;
    let found = case.world.post(&amy, "/people/p-1/chronology", &[("text", "PLACEMENT early")]).await;
    assert_eq!(found.status, StatusCode::OK);
    says(&found.text, &["Entries 1 to 1 of 1 that fit", "Left the placement early."]);
    assert!(!found.text.contains("text="), "no link carries the words");
}

#[tokio::test]
async fn what_was_struck_or_corrected_stays_and_says_so() {
    let mut case = Case::new();
    let (held, hours) = (case.event(7), case.event(10));
    case.say(
        "2026-03-02T09:10",
        "2026-03-02",
        "amend.struck",
        &json!({"event": held, "reason": "it was another person"}),
    );
    let instead = json!({"kind": "unpaid_work.worked", "v": 1, "data": {"order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 300}});
    case.say(
        "2026-03-02T09:20",
        "2026-03-02",
        "amend.corrected",
        &json!({"event": hours, "instead": instead, "happened": "2025-11-16", "reason": "the lunch break"}),
    );
    let page = case.page("/chronology").await;
    says(
        &page,
        &[
            "Struck Contact held: office visit",
            "Struck on Monday 2 March 2026 at 9:10am by Amy Adams because: it was another person",
            "Corrected Unpaid work: 5 hours",
            "Corrected on Monday 2 March 2026 at 9:20am by Amy Adams because: the lunch break",
            "Before the correction: Unpaid work: 5 hours 30 minutes, 9am to 3pm, supervised by Dan Doig (Monday 17 November 2025)",
            "Sunday 16 November 2025",
            "An earlier entry was struck: it was another person Monday 2 March 2026 About: Contact held, Wednesday 5 November 2025 at 9:30am",
        ],
    );
    assert!(page.contains("<s>Contact held: office visit"));
    says(&case.page("").await, &["Last contact None is recorded"]);
    says(&case.page("/unpaid-work").await, &["Worked in 1 session − 5 hours"]);
    let entry = case.page(&format!("/entries/{hours}")).await;
    says(&entry, &["Corrected Unpaid work: 5 hours", "Correct this entry"]);
    assert!(!case.page(&format!("/entries/{held}")).await.contains("Correct this entry"), "what is struck is struck");
    let absent = case.open(&case.amy().await, "/entries/none").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_record_is_shown_as_it_was_known_and_says_so_on_every_page() {
    let mut case = Case::new();
    let held = case.event(7);
    case.say(
        "2026-03-02T09:10",
        "2026-03-02",
        "amend.struck",
        &json!({"event": held, "reason": "it was another person"}),
    );
    case.world.at("2026-03-02T10:00");
    // Messages are told as they stand now: they are not of the record.
    for path in PAGES.iter().filter(|path| **path != "/messages") {
        let page = case.page(&format!("{path}?known=1+March+2026")).await;
        says(&page, &["As it was known on Sunday 1 March 2026 at 11:59pm."]);
        assert!(!page.contains("p-1/record"), "{path}: nothing is recorded in the past");
        assert!(page.contains("?known=2026-03-01"), "{path}: links stay in the past");
    }
    let then = case.page("/chronology?known=1+March+2026").await;
    assert!(!read(&then).contains("Struck"), "the strike was not known yet");
    says(&case.page("/orders?known=2025-11-03T10:03").await, &["Received Not recorded"]);
    says(&case.page("/chronology?known=3+Nov+2025").await, &["Entries 1 to 5 of 5."]);
    let answer = case.open(&case.amy().await, "?known=soonish").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(!case.page("?known=2+March+2026").await.contains("As it was known"), "a moment to come is now");
}

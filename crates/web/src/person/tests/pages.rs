//! What each page of a record says.

use super::{Case, PAGES, read, says};
use crate::testing::World;
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn every_page_says_whose_record_it_is_and_how_it_is_safe_to_reach_them() {
    let case = Case::new();
    for path in PAGES {
        let page = case.page(path).await;
        says(
            &page,
            &[
                "Alex Example",
                "Born 17 May 1990 (35 years old)",
                "Contact level Medium",
                "Breach under way",
                "Mobile 07700 900000: Writing is safe; leave no voice message; do not name the service; from 6pm",
            ],
        );
        assert_eq!(page.matches("<h1").count(), 1, "{path} has one first heading");
        assert_eq!(page.matches("aria-current=\"page\"").count(), 1, "{path} is the current page of the record");
        assert!(page.len() < 100_000, "{path} has {} bytes", page.len());
        assert!(!page.contains(" style=") && !page.contains("onclick"), "{path} holds inline style or script");
    }
}

/// A page of the person beside the record's own.
const BESIDE: [&str; 6] = [
    "/record",
    "/record/contact",
    "/record/noncompliance.recorded",
    "/record/breach.endorsed",
    "/allocate",
    "/why?case=CPO-1&standard=nos.allocate&opened=2025-11-03",
];

#[tokio::test]
async fn every_form_about_a_person_says_whose_record_it_is_too() {
    let mut case = Case::new();
    case.say(
        "2026-03-02T09:00",
        "2026-03-02",
        "person.adjustment",
        &json!({"need": "cannot read small print", "adjustment": "letters in large print"}),
    );
    let cat = case.world.sign_in("w-cat").await;
    let entered = [format!("/record/amend.struck?event={}", case.event(7)), format!("/entries/{}", case.event(7))];
    for path in BESIDE.iter().copied().chain(entered.iter().map(String::as_str)) {
        let page = case.open(&cat, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        says(
            &page.text,
            &[
                "Alex Example",
                "Born 17 May 1990 (35 years old)",
                "Contact level Medium",
                "Case manager",
                "Breach under way",
                "Mobile 07700 900000: Writing is safe",
            ],
        );
        assert_eq!(page.text.matches("class=\"tl-person\"").count(), 1, "{path}");
        assert_eq!(page.text.matches("<h1").count(), 1, "{path} has one first heading");
    }
    let dan = case.world.sign_in("w-dan").await;
    let page = case.open(&dan, "/record/contact.missed").await;
    assert_eq!(page.status, StatusCode::OK);
    says(&page.text, &["Alex Example"]);
    for hidden in ["1990", "07700", "Not set", "Not known", "Not allocated", "Breach"] {
        assert!(!read(&page.text).contains(hidden), "{hidden} is not for a supervisor, nor is it true");
    }
}

#[tokio::test]
async fn why_a_deadline_stands_leads_to_the_entries_that_opened_and_settled_it() {
    let case = Case::new();
    let why = case.page("/why?case=CPO-1&standard=nos.allocate&opened=2025-11-03").await;
    for place in [5, 6] {
        let href = format!("/people/p-1/entries/{}", case.event(place));
        assert!(why.contains(&href), "{href} is not on the page: {why}");
    }
    let obligations = case.page("/standards?state=met").await;
    let opener = format!("/people/p-1/entries/{}\">What opened it on Monday 3 November 2025", case.event(5));
    assert!(obligations.contains(&opener), "{opener}");
}

#[tokio::test]
async fn the_overview_says_what_is_due_and_what_was_done() {
    let case = Case::new();
    let page = case.page("").await;
    says(
        &page,
        &[
            "Community payback order CPO-1",
            "Supervision requirement for 12 months",
            "Home visit on Monday 9 March 2026 at 9am",
            "1 without an outcome",
            "6 hours 30 minutes of 110 hours (5%) credited",
        ],
    );
    says(&page, &["Recorded lately", "Standard excused by a manager, order CPO-1: in hospital"]);
    assert!(page.contains("/people/p-1/record/contact\""), "the way to act is one step away");
}

#[tokio::test]
async fn the_orders_keep_the_four_dates_apart() {
    let case = Case::new();
    says(
        &case.page("/orders").await,
        &[
            "Imposed Monday 3 November 2025 at Edinburgh Sheriff Court",
            "Notified by the court Not recorded",
            "Received Monday 3 November 2025",
            "Commenced Not recorded",
            "First attended Not recorded",
            "Programme requirement for 6 months, with Helping Hands Moving Forward",
            "other activity at most 30 hours",
            "Hours of order CPO-1 changed by the court: 10 hours taken off (s.227Y)",
        ],
    );
}

#[tokio::test]
async fn the_hours_are_reckoned_line_by_line() {
    let case = Case::new();
    says(
        &case.page("/unpaid-work").await,
        &[
            "Ordered by the court 120 hours",
            "Taken off by the court on Wed 19 Nov 2025 (s.227Y) − 10 hours",
            "Worked in 1 session − 5 hours 30 minutes",
            "Other activity in 1 session − 1 hour",
            "Left to do 103 hours 30 minutes",
            "1 hour of at most 30 hours credited; 29 hours may still be credited",
            "Mon 17 Nov 2025 9am to 3pm Unpaid work 5 hours 30 minutes",
        ],
    );
}

#[tokio::test]
async fn contacts_show_what_is_to_come_what_wants_an_outcome_and_the_plan() {
    let case = Case::new();
    says(
        &case.page("/contacts").await,
        &[
            "Tue 24 Feb 2026, 2:30pm Office visit Not told Not recorded",
            "Mon 9 Mar 2026, 9am Home visit the plan To come",
            "Case management plan, finalised on Monday 10 November 2025",
            "Find a training place by March",
            "Medium since Thu 6 Nov 2025",
            "Wednesday 5 November 2025 at 9:30am Held Contact held: office visit, with the case manager; first direct contact on order CPO-1 The order was explained.",
            "Pattern against the standards",
        ],
    );
}

#[tokio::test]
async fn compliance_follows_each_matter_through_its_steps() {
    let case = Case::new();
    says(
        &case.page("/compliance").await,
        &[
            "Incident I-1, Wednesday 25 February 2026 Answered",
            "lack of capability or confidence Incident I-1 What happened Left the placement early.",
            "Response to incident I-1: first written warning Why Second time.",
            "Breach B-1 of order CPO-1, since Thursday 26 February 2026 Proposed",
            "Record: Breach endorsed",
            "Induction begun : Standard excused by a manager, order CPO-1: in hospital",
        ],
    );
}

#[tokio::test]
async fn obligations_carry_their_reason_their_citation_and_the_way_to_discharge_them() {
    let case = Case::new();
    let page = case.page("/standards").await;
    says(&page, &["Missed", "S3 NOS 2010", "What was recorded on"]);
    assert!(page.contains("/people/p-1/record/breach.endorsed"), "what discharges it is one step away");
    let met = case.page("/standards?state=met").await;
    says(&met, &["Met"]);
    assert!(!met.contains("govuk-tag--red\">Missed"), "only what was asked for");
    says(&case.page("/standards?state=late&case=none").await, &["No standard asks for anything here."]);
}

#[tokio::test]
async fn people_and_agencies_are_told_with_what_they_are() {
    let case = Case::new();
    says(
        &case.page("/network").await,
        &["Edinburgh Sheriff Court : Court", "Helping Hands : Provider of a requirement", "Unpaid work supervisor"],
    );
    says(&case.page("/details").await, &["Legal name Alex Example", "Date of birth 17 May 1990"]);
}

#[tokio::test]
async fn a_long_record_is_paged_and_stays_small() {
    let mut case = Case::new();
    let note = "Långe & <wide> words. ".repeat(400);
    for day in 0..60 {
        let on = format!("2026-01-{:02}T{:02}:00", day % 28 + 1, 9 + day / 28);
        let note = note.trim();
        case.say(
            "2026-03-02T09:00",
            &on,
            "contact.held",
            &json!({"kind": "office", "with": "case_manager", "outcome": note}),
        );
    }
    let first = case.page("/chronology").await;
    says(&first, &["Entries 1 to 30 of 78.", "Older entries", "Read the whole entry"]);
    assert!(first.len() < 100_000, "{} bytes", first.len());
    says(&case.page("/chronology?page=3").await, &["Entries 61 to 78 of 78.", "Newer entries"]);
    says(&case.page("/chronology?page=99").await, &["Entries 61 to 78 of 78."]);
    for path in PAGES {
        let page = case.page(path).await;
        assert!(page.len() < 100_000, "{path} has {} bytes", page.len());
    }
    let found = case.world.post(&case.amy().await, "/people/p-1/chronology", &[("text", "wide"), ("page", "2")]).await;
    says(&found.text, &["Entries 31 to 60 of 60 that fit", "Newer entries"]);
}

#[tokio::test]
async fn a_person_of_whom_little_is_known_has_pages_all_the_same() {
    let world = World::new();
    world.say("p-2", 0, "2026-03-02", "person.named", &json!({"kind": "legal", "family": "Only"}));
    let amy = world.sign_in("w-amy").await;
    for (path, sentence) in [
        ("", "No order is in force."),
        ("/chronology", "Entries 1 to 1 of 1."),
        ("/orders", "No order is recorded."),
        ("/contacts", "No plan is finalised."),
        ("/compliance", "None is recorded."),
        ("/unpaid-work", "No order on this record has unpaid work."),
        ("/standards", "No standard asks for anything here."),
        ("/network", "The case was never allocated."),
        ("/details", "No address is known."),
    ] {
        let page = world.get(&amy, &format!("/people/p-2{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        says(&page.text, &[sentence, "Born Not known", "Not allocated"][..2]);
    }
    let strange = world.get(&amy, "/people/%20").await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

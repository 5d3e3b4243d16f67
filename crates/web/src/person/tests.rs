//! The pages of a person, as a browser gets them.

use crate::testing::{Answer, Browser, PASSWORD, World, actor};
use axum::http::StatusCode;
use serde_json::{Value, json};
use service::Role;

/// Every page that shows a record, below the person's address.
const PAGES: [&str; 10] = [
    "",
    "/chronology",
    "/orders",
    "/contacts",
    "/messages",
    "/compliance",
    "/unpaid-work",
    "/standards",
    "/network",
    "/details",
];

/// Amy's case with something on every page, told day by day; and what comes next.
struct Case {
    world: World,
    version: u64,
}

impl Case {
    fn new() -> Self {
        let mut case = Self { world: World::new(), version: 0 };
        case.say(
            "2025-11-03T10:00",
            "2025-11-03",
            "person.named",
            &json!({"kind": "legal", "given": "Alex", "family": "Example"}),
        );
        case.say("2025-11-03T10:01", "2025-11-03", "person.born", &json!({"born": "1990-05-17"}));
        case.say(
            "2025-11-03T10:02",
            "2025-11-03",
            "person.contact_detail",
            &json!({"route": "mobile", "value": "07700 900000", "safe": {"write": true, "from": "18:00:00"}}),
        );
        case.say("2025-11-03T10:03", "2025-11-03", "order.imposed", &json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": 120}, {"kind": "programme", "months": 6, "terms": "Moving Forward", "provider": "Helping Hands"}],
        }));
        case.say("2025-11-03T10:04", "2025-11-03", "order.received", &json!({"order": "CPO-1", "copy_order": true}));
        case.say(
            "2025-11-04T10:00",
            "2025-11-04",
            "supervision.allocated",
            &json!({"worker": "w-amy", "team": "t-east"}),
        );
        case.say("2025-11-05T10:00", "2025-11-05T09:30", "contact.held", &json!({"kind": "office", "with": "case_manager", "first_for": "CPO-1", "outcome": "The order was explained."}));
        case.say(
            "2025-11-06T10:00",
            "2025-11-06",
            "supervision.level_set",
            &json!({"level": "medium", "reasons": "As assessed."}),
        );
        case.say("2025-11-10T10:00", "2025-11-10", "plan.finalised", &json!({"kind": "case_management", "objectives": ["Find a training place by March"], "home_visits": "every month", "reviews": ["2026-02-02"]}));
        case.say("2025-11-17T17:00", "2025-11-17", "unpaid_work.worked", &json!({"order": "CPO-1", "session": "S-1", "activity": "work", "minutes": 330, "from": "09:00:00", "until": "15:00:00", "supervisor": "w-dan"}));
        case.say(
            "2025-11-18T17:00",
            "2025-11-18",
            "unpaid_work.worked",
            &json!({"order": "CPO-1", "session": "S-2", "activity": "other_activity", "minutes": 60}),
        );
        case.say(
            "2025-11-19T10:00",
            "2025-11-19",
            "order.hours_adjusted",
            &json!({"order": "CPO-1", "minutes": -600, "by": "court", "authority": "s.227Y"}),
        );
        case.say(
            "2026-02-23T10:00",
            "2026-02-20",
            "contact.planned",
            &json!({"contact": "C-7", "kind": "office", "with": "case_manager", "on": "2026-02-24", "at": "14:30:00"}),
        );
        case.say("2026-02-25T10:00", "2026-02-25", "contact.planned", &json!({"contact": "C-8", "kind": "home_visit", "with": "case_manager", "on": "2026-03-09", "at": "09:00:00", "about": "the plan"}));
        case.say("2026-02-25T10:05", "2026-02-25", "noncompliance.recorded", &json!({"incident": "I-1", "order": "CPO-1", "requirement": "unpaid_work", "cause": "capability", "what": "Left the placement early."}));
        case.say(
            "2026-02-26T10:05",
            "2026-02-26",
            "noncompliance.responded",
            &json!({"incident": "I-1", "response": "first_warning", "reasons": "Second time."}),
        );
        case.say(
            "2026-02-26T10:06",
            "2026-02-26",
            "breach.proposed",
            &json!({"breach": "B-1", "order": "CPO-1", "incidents": ["I-1"], "reasons": "The warning was not heeded."}),
        );
        case.say(
            "2026-02-26T10:07",
            "2026-02-26",
            "standard.excused",
            &json!({"standard": "nos.induction.begin", "order": "CPO-1", "reason": "in hospital"}),
        );
        case.world.at("2026-03-02T09:00");
        case
    }

    /// Records something at a moment, and leaves the clock there.
    fn say(&mut self, at: &str, happened: &str, kind: &str, data: &Value) -> u64 {
        self.world.at(at);
        self.version = self.world.say("p-1", self.version, happened, kind, data);
        self.version
    }

    /// The identifier of an event by its place in the record, from 1.
    fn event(&self, place: usize) -> String {
        let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
        let person = service::PersonId::new("p-1").unwrap();
        let view = self.world.service.person(&self.world.request(&amy), &person, None).unwrap();
        view.history.events()[place - 1].stamp.id.to_string()
    }

    async fn amy(&self) -> Browser {
        self.world.sign_in("w-amy").await
    }

    async fn open(&self, browser: &Browser, path: &str) -> Answer {
        self.world.get(browser, &format!("/people/p-1{path}")).await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.open(&self.amy().await, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }
}

/// The page as a reader has it: without tags, one space between words.
fn read(html: &str) -> String {
    let main = html.split("<body").nth(1).unwrap_or(html);
    let mut text = String::new();
    let mut inside = false;
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(html: &str, sentences: &[&str]) {
    let text = read(html);
    for sentence in sentences {
        assert!(text.contains(sentence), "{sentence:?} is not on the page: {text}");
    }
}

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

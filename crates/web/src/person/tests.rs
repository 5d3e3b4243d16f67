//! The pages of a person, as a browser gets them.

mod chronology;
mod fields;
mod hostile;
mod need_to_know;
mod pages;

use crate::testing::{Answer, Browser, World, actor};
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

//! A community payback order from court to completion through the service, on every store: a correction, a strike, a
//! transfer, a breach and a variation; read as it was known at three moments; verified; and a changed byte found.
//!
//! `docs/story.md` tells the same story.

use crate::world::{World, actor, locations, payback_order};
use record::Standing;
use serde_json::{Value, json};
use service::{Actor, PersonId, Role, WorklistOf};
use store::Location;

struct Story {
    world: World,
    person: PersonId,
    version: u64,
    teller: Actor,
}

impl Story {
    /// On a day, in the afternoon, something that happened then is recorded.
    fn day(&mut self, day: &str, kind: &str, data: &Value) -> record::EventId {
        self.world.at(&format!("{day}T15:00:00"));
        self.late(day, kind, data)
    }

    /// Something that happened earlier is recorded now.
    fn late(&mut self, happened: &str, kind: &str, data: &Value) -> record::EventId {
        let entry = self.world.entry(happened, kind, data);
        let id = entry.id;
        let recorded =
            self.world.service.record(&self.world.request(&self.teller), &self.person, self.version, vec![entry]);
        self.version = recorded.unwrap_or_else(|error| panic!("{kind} on {happened}: {error}")).version;
        id
    }

    fn state(&self, standard: &str, opened_on: &str) -> (&'static str, Option<String>) {
        let view = self.world.service.person(&self.world.request(&self.teller), &self.person, None).unwrap();
        let found =
            view.obligations.iter().find(|due| due.standard == standard && due.opened_on.to_string() == opened_on);
        let due = found.unwrap_or_else(|| panic!("{standard} opened on {opened_on} is not there"));
        (due.state, due.due.map(|due| due.to_string()))
    }
}

#[test]
fn from_court_to_completion() {
    for location in locations() {
        tell(&location);
    }
}

fn session(number: u8, minutes: u16) -> Value {
    json!({"order": "CPO-1", "session": format!("S-{number}"), "activity": "work", "minutes": minutes})
}

fn tell(location: &Location) {
    let is_sqlite = matches!(location, Location::File(_));
    let mut story = Story {
        world: World::on(location),
        person: PersonId::new(&format!("story-{}", std::process::id())).unwrap(),
        version: 0,
        teller: actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east"),
    };
    let order = json!({"order": "CPO-1"});

    // Court, Monday 2 March 2026.
    story.day("2026-03-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
    story.day("2026-03-02", "person.born", &json!({"born": "1990-05-17"}));
    story.day("2026-03-02", "court.charged", &json!({"charge": "CH-1", "offence": "theft", "from": "2025-11-01"}));
    story.day(
        "2026-03-02",
        "court.convicted",
        &json!({"charges": ["CH-1"], "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"}}),
    );
    story.day("2026-03-02", "order.imposed", &payback_order("CPO-1", 40));
    story.day("2026-03-02", "order.notified", &order);
    story.day("2026-03-02", "order.received", &json!({"order": "CPO-1", "copy_order": true}));
    story.day("2026-03-03", "supervision.allocated", &json!({"worker": "w-amy", "team": "t-east"}));
    let first = json!({"kind": "office", "with": "case_manager", "first_for": "CPO-1"});
    story.day("2026-03-03", "contact.held", &first);
    story.day("2026-03-03", "order.signed", &order);
    story.day("2026-03-04", "supervision.induction_started", &order);
    story.day(
        "2026-03-04",
        "supervision.level_set",
        &json!({"level": "medium", "reasons": "likelihood medium; purpose: work"}),
    );
    assert_eq!(story.state("nos.allocate", "2026-03-02"), ("met", Some("2026-03-04".into())));
    assert_eq!(story.state("nos.induction.begin", "2026-03-02"), ("met", Some("2026-03-09".into())));

    // Unpaid work; one session is typed wrongly.
    story.day("2026-03-05", "unpaid_work.inducted", &order);
    story.day(
        "2026-03-05",
        "unpaid_work.placement_proposed",
        &json!({"order": "CPO-1", "placement": "P-1", "work": "path clearing"}),
    );
    story.day("2026-03-06", "unpaid_work.placement_assessed", &json!({"order": "CPO-1", "placement": "P-1"}));
    story.day("2026-03-10", "unpaid_work.placement_started", &json!({"order": "CPO-1", "placement": "P-1"}));
    story.day("2026-03-10", "order.commenced", &order);
    let wrong = story.day("2026-03-10", "unpaid_work.worked", &session(1, 750));
    let stray = story.day(
        "2026-03-12",
        "contact.held",
        &json!({"kind": "telephone", "with": "case_manager", "outcome": "about another person"}),
    );

    // The correction and the strike.
    let right = json!({"event": wrong, "instead": {"kind": "unpaid_work.worked", "v": 1, "data": session(1, 375)}, "reason": "typed 12.5 for 6.25 hours"});
    story.day("2026-03-16", "amend.corrected", &right);
    story.day("2026-03-17", "amend.struck", &json!({"event": stray, "reason": "another person's call"}));

    breach_and_variation(&mut story);
    transfer_and_end(&mut story);
    as_known_at_three_moments(&story);
    verified(&story, is_sqlite);
}

/// Absence, breach, and the court's variation.
fn breach_and_variation(story: &mut Story) {
    story.day("2026-03-24", "noncompliance.recorded", &json!({"incident": "I-1", "order": "CPO-1", "requirement": "unpaid_work", "cause": "drift", "what": "did not come"}));
    story.day(
        "2026-03-25",
        "contact.held",
        &json!({"kind": "home_visit", "with": "case_manager", "incident": "I-1", "unannounced": true}),
    );
    story.day(
        "2026-03-25",
        "noncompliance.responded",
        &json!({"incident": "I-1", "response": "breach_proposed", "reasons": "third absence"}),
    );
    story.day(
        "2026-03-25",
        "breach.proposed",
        &json!({"breach": "B-1", "order": "CPO-1", "incidents": ["I-1"], "reasons": "three absences"}),
    );
    story.day("2026-03-26", "breach.endorsed", &json!({"breach": "B-1", "discussion": "agreed with the manager"}));
    story.day(
        "2026-03-26",
        "breach.decided",
        &json!({"breach": "B-1", "submit": true, "reasons": "no acceptable reason"}),
    );
    story.day(
        "2026-04-01",
        "breach.lodged",
        &json!({"breach": "B-1", "court": "Edinburgh Sheriff Court", "details": "failed to attend on three days"}),
    );
    story.day("2026-04-20", "breach.determined", &json!({"breach": "B-1", "decision": "varied"}));
    story.day("2026-04-20", "order.varied", &json!({"order": "CPO-1", "set": [{"kind": "unpaid_work", "hours": 20, "until": "2026-08-31"}], "reason": "now employed"}));
    assert_eq!(story.state("nos.noncompliance.in_person", "2026-03-24").0, "met");
    assert_eq!(story.state("nos.breach.lodged", "2026-03-26").0, "met");
}

/// The person moves, a transfer within the same system; then the rest of the hours, and the end.
fn transfer_and_end(story: &mut Story) {
    let order = json!({"order": "CPO-1"});
    story.day(
        "2026-05-01",
        "transfer.requested",
        &json!({"order": "CPO-1", "to": "hills", "reason": "moved for work"}),
    );
    story.day("2026-05-06", "transfer.answered", &json!({"order": "CPO-1", "accepted": true}));
    story.day("2026-05-08", "transfer.applied", &order);
    story.day("2026-05-11", "transfer.completed", &json!({"order": "CPO-1", "to": "hills", "continues_here": true}));
    story.teller = actor("w-hana", &[Role::CaseManager, Role::TeamManager], "hills", "t-north");
    story.day(
        "2026-05-12",
        "supervision.allocated",
        &json!({"worker": "w-hana", "team": "t-north", "reason": "transfer"}),
    );

    for (number, day) in [(2, "2026-05-12"), (3, "2026-05-19"), (4, "2026-05-26")] {
        story.day(day, "unpaid_work.worked", &session(number, 275));
    }
    story.day("2026-05-28", "order.ended", &json!({"order": "CPO-1", "how": "completed"}));
    story.day(
        "2026-05-28",
        "order.exit_questionnaire",
        &json!({"order": "CPO-1", "independent": true, "said": "It helped."}),
    );
    story.day("2026-05-29", "order.final_review", &json!({"order": "CPO-1", "content": "In work; prospects good."}));
    assert_eq!(story.state("nos.upw.complete.level1", "2026-03-02"), ("met", Some("2026-08-31".into())));
}

fn as_known_at_three_moments(story: &Story) {
    let reference = "CPO-1".try_into().unwrap();
    let known = |moment: &str| {
        let at = format!("{moment}Z").parse().unwrap();
        let view = story.world.service.person(&story.world.request(&story.teller), &story.person, Some(at)).unwrap();
        let contacts = view.record.facts().iter().filter(|told| told.fact.name == facts::FactName::ContactHeld).count();
        (view.record.orders[&reference].unpaid_work.balance().explain(), contacts)
    };
    assert_eq!(
        known("2026-03-13T09:00:00"),
        ("40 hours ordered, 12 hours 30 minutes worked: 27 hours 30 minutes left".into(), 2)
    );
    assert_eq!(
        known("2026-03-20T09:00:00"),
        ("40 hours ordered, 6 hours 15 minutes worked: 33 hours 45 minutes left".into(), 1)
    );
    assert_eq!(known("2026-06-01T09:00:00"), ("20 hours ordered, 20 hours worked: 0 hours left".into(), 2));

    let view = story.world.service.person(&story.world.request(&story.teller), &story.person, None).unwrap();
    let corrected = view.history.standings().filter(|(_, standing)| matches!(standing, Standing::Corrected(_))).count();
    let struck = view.history.standings().filter(|(_, standing)| matches!(standing, Standing::Struck(_))).count();
    assert_eq!((corrected, struck), (1, 1), "nothing was edited: both the wrong and the right stand in the history");
}

fn verified(story: &Story, is_sqlite: bool) {
    let auditor = actor("w-aud", &[Role::Auditor], "capital", "");
    let clean = story.world.service.verify(&story.world.request(&auditor)).unwrap();
    assert_eq!(clean.findings, Vec::<String>::new());
    assert!(clean.people >= 1 && clean.events >= story.version && story.version > 35);

    let chief = actor("w-amy", &[Role::TeamManager], "capital", "t-east");
    assert!(story.world.service.worklist(&story.world.request(&chief), WorklistOf::Team("t-east"), 7).is_ok());
    if is_sqlite {
        let Location::File(path) = &story.world.location else { return };
        let by_hand = rusqlite::Connection::open(path).unwrap();
        by_hand.execute("UPDATE events SET body = replace(body, '\"minutes\":750', '\"minutes\":751') WHERE body LIKE '%\"minutes\":750%'", []).unwrap();
        by_hand.execute("UPDATE events SET body = 'not JSON' WHERE kind = 'order.signed'", []).unwrap();
        let found = story.world.service.verify(&story.world.request(&auditor)).unwrap();
        let named = format!("person/{}", story.person.as_str());
        assert!(found.findings.iter().any(|finding| finding.contains(&named)), "{:?}", found.findings);
        let unreadable = format!("of {named} cannot be read");
        assert!(found.findings.iter().any(|finding| finding.contains(&unreadable)), "{:?}", found.findings);
        assert!(
            found.findings.len() > 2,
            "an event that cannot be read does not hide the others: {:?}",
            found.findings
        );
    }
}

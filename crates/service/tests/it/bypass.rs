//! No use case goes round the policies or the log: each is run as somebody who may and as somebody who may not, and the
//! entries in the access log are counted.

use crate::account_cases::{self, ACCOUNT_USE_CASES};
use crate::plan_cases::{self, PLAN_USE_CASES};
use crate::world::{World, actor, draft, payback_order};
use serde_json::json;
use service::{
    Actor, Map, Obliged, Part, PersonId, Quarter, Query, Request, Role, ServiceError, StandardCasesAsked, WorklistOf,
};
use store::access_log::{self, Outcome, StoredEntry};
use store::{Location, Options, Store};

pub(crate) type UseCase = (&'static str, Role, fn(&World, &Request<'_>) -> Result<(), ServiceError>);

/// Every public use case that takes a request, with a role that may.
pub(crate) const USE_CASES: &[UseCase] = &[
    ("record", Role::CaseManager, |world, request| {
        let entry = world.entry("2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
        let person = PersonId::new("p-1").unwrap();
        let version = 3;
        world.service.record(request, &person, version, vec![entry]).map(drop)
    }),
    ("person", Role::CaseManager, |world, request| {
        world.service.person(request, &PersonId::new("p-1").unwrap(), None).map(drop)
    }),
    ("person_part", Role::CaseManager, |world, request| {
        let person = PersonId::new("p-1").unwrap();
        world.service.person_part(request, &person, service::Owing::Explained, None).map(drop)
    }),
    ("open_with_reason", Role::CaseManager, |world, request| {
        world.service.open_with_reason(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("review_opening", Role::TeamManager, |world, request| {
        world.service.review_opening(request, &PersonId::new("p-1").unwrap(), account_cases::opening(), true)
    }),
    ("opened_records", Role::Auditor, |world, request| world.service.opened_records(request, None).map(drop)),
    ("alarms", Role::Auditor, |world, request| world.service.alarms(request, None).map(drop)),
    ("settle_alarm", Role::TeamManager, |world, request| {
        unless_absent(world.service.settle_alarm(request, account_cases::alarm(), "asked; it was a list for court"))
    }),
    ("hours", Role::UnpaidWorkSupervisor, |world, request| {
        world.service.hours(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("unpaid_work", Role::UnpaidWorkSupervisor, |world, request| {
        world.service.unpaid_work(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("ground", Role::CaseManager, |world, request| {
        world.service.ground(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("save_draft", Role::CaseManager, |world, request| {
        world.service.save_draft(request, Some(&PersonId::new("p-1").unwrap()), "contact", "half".into())
    }),
    ("draft", Role::CaseManager, |world, request| {
        world.service.draft(request, Some(&PersonId::new("p-1").unwrap()), "contact").map(drop)
    }),
    ("discard_draft", Role::CaseManager, |world, request| world.service.discard_draft(request, None, "person")),
    ("unfinished", Role::CaseManager, |world, request| world.service.unfinished(request).map(drop)),
    ("search", Role::CaseManager, |world, request| {
        world.service.search(request, &Query { name: Some("example".into()), ..Query::default() }).map(drop)
    }),
    ("recently_viewed", Role::CaseManager, |world, request| world.service.recently_viewed(request).map(drop)),
    ("worklist", Role::CaseManager, |world, request| {
        world.service.worklist(request, WorklistOf::Worker(request.actor.id.as_str()), 7).map(drop)
    }),
    ("caseload", Role::CaseManager, |world, request| {
        world.service.caseload(request, request.actor.id.as_str()).map(drop)
    }),
    ("unpaid_work_roll", Role::UnpaidWorkSupervisor, |world, request| {
        world.service.unpaid_work_roll(request, None).map(drop)
    }),
    ("today", Role::CaseManager, |world, request| {
        world.service.today(request, WorklistOf::Worker(request.actor.id.as_str())).map(drop)
    }),
    ("outstanding", Role::CaseManager, |world, request| {
        let own = WorklistOf::Worker(request.actor.id.as_str());
        world.service.outstanding(request, own, Part::Coming, None).map(drop)
    }),
    ("diary", Role::CaseManager, |world, request| {
        let own = WorklistOf::Worker(request.actor.id.as_str());
        world.service.diary(request, own, request.today(), 7).map(drop)
    }),
    ("without_outcome", Role::CaseManager, |world, request| {
        let own = WorklistOf::Worker(request.actor.id.as_str());
        world.service.without_outcome(request, own).map(drop)
    }),
    ("cases_in_hand", Role::CaseManager, |world, request| {
        let asked = crate::desk::everything(WorklistOf::Worker(request.actor.id.as_str()));
        world.service.cases_in_hand(request, &asked).map(drop)
    }),
    ("reason", Role::CaseManager, |world, request| {
        let opened_on = "2026-03-02".parse().unwrap();
        let obliged = Obliged { case: "CPO-1", standard: "nos.induction.begin", opened_on, n: 0 };
        world.service.reason(request, &PersonId::new("p-1").unwrap(), &obliged).map(drop)
    }),
    ("team", Role::TeamManager, |world, request| world.service.team(request, "t-east").map(drop)),
    ("worker_of_team", Role::TeamManager, |world, request| {
        world.service.worker_of_team(request, &"w-amy".try_into().unwrap()).map(drop)
    }),
    ("allocation", Role::TeamManager, |world, request| {
        world.service.allocation(request, &PersonId::new("p-1").unwrap(), "t-east").map(drop)
    }),
    ("set_capacity", Role::TeamManager, |world, request| {
        let from = request.today();
        let capacity = service::Capacity { from, points: 60, reason: "part-time".try_into().unwrap() };
        world.service.set_capacity(request, world.id(), &"w-amy".try_into().unwrap(), &capacity)
    }),
    ("team_standards", Role::TeamManager, |world, request| {
        world.service.team_standards(request, "t-east", Quarter::of(request.today())).map(drop)
    }),
    ("standard_cases", Role::TeamManager, |world, request| {
        let (team, standard, quarter) = ("t-east", "nos.allocate", Quarter::of(request.today()));
        let asked = StandardCasesAsked { team, standard, quarter, state: None, after: None };
        world.service.standard_cases(request, &asked).map(drop)
    }),
    ("team_figures", Role::TeamManager, |world, request| world.service.team_figures(request, "t-east").map(drop)),
    ("standards_report", Role::Analyst, |world, request| {
        world.service.standards_report(request, request.today()).map(drop)
    }),
    ("reoffending", Role::Analyst, |world, request| {
        let (cohorts, today) = ([measure::Cohort::parse("2020").unwrap()], request.today());
        let asked = service::CohortsAsked {
            cohorts: &cohorts,
            definitions: &[],
            by: &[],
            scale: None,
            as_of: today,
            complete_to: today,
        };
        world.service.reoffending(request, &asked).map(drop)
    }),
    ("reoffending_within", Role::Analyst, |world, request| {
        let today = request.today();
        let asked = service::CohortsAsked {
            cohorts: &[],
            definitions: &[],
            by: &[],
            scale: None,
            as_of: today,
            complete_to: today,
        };
        world.service.reoffending_within(request, &asked, 1_000).map(drop)
    }),
    ("trace_reoffending", Role::TeamManager, |world, request| {
        let (cohort, definition) = (measure::Cohort::parse("2020").unwrap(), crate::measures::definitions().remove(0));
        let as_of = request.today();
        let (cohort, definition) = (&cohort, &definition);
        let asked = service::TraceAsked { cohort, definition, part: None, as_of, complete_to: as_of };
        world.service.trace_reoffending(request, &asked, 1_000).map(drop)
    }),
    ("people_of_cohort", Role::TeamManager, |world, request| {
        let (cohort, definition) = (measure::Cohort::parse("2020").unwrap(), crate::measures::definitions().remove(0));
        let as_of = request.today();
        let (cohort, definition) = (&cohort, &definition);
        let asked = service::TraceAsked { cohort, definition, part: None, as_of, complete_to: as_of };
        world.service.people_of_cohort(request, &asked).map(drop)
    }),
    ("before_and_after", Role::Analyst, |world, request| {
        let (cohort, definition) = (measure::Cohort::parse("2020").unwrap(), crate::measures::definitions().remove(0));
        let as_of = request.today();
        let (cohort, definition) = (&cohort, &definition);
        let asked = service::TraceAsked { cohort, definition, part: None, as_of, complete_to: as_of };
        unless_too_few(world.service.before_and_after(request, &asked).map(drop))
    }),
    ("what_if", Role::Analyst, |world, request| world.service.what_if(request, &draft(), request.today()).map(drop)),
    ("count_facts", Role::Analyst, |world, request| {
        world.service.count_facts(request, facts::FactName::OrderMade, None).map(drop)
    }),
    ("what_if_within", Role::Analyst, |world, request| {
        world.service.what_if_within(request, &draft(), request.today(), 1_000).map(drop)
    }),
    ("health", Role::Administrator, |world, request| world.service.health(request).map(drop)),
    ("access_log", Role::Auditor, |world, request| {
        let asked = service::LogQuery {
            about: service::LogAbout::Account("w-amy".into()),
            from: "2026-01-01T00:00:00Z".parse().unwrap(),
            until: "2027-01-01T00:00:00Z".parse().unwrap(),
            after: None,
            limit: 10,
        };
        world.service.access_log(request, &asked).map(drop)
    }),
    ("who_looked", Role::Auditor, |world, request| {
        world.service.who_looked(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("staff", Role::Administrator, |world, request| world.service.staff(request).map(drop)),
    ("add_staff", Role::Administrator, |world, request| {
        let member = service::Member {
            name: "Example".try_into().unwrap(),
            actor: actor("w-new", &[Role::Analyst], "capital", ""),
        };
        world.service.add_staff(request, world.id(), &member)
    }),
    ("import", Role::Administrator, |world, request| {
        let map = Map::parse("map.toml", MAP).unwrap();
        world.service.import(request, &map, "n,born\n9,1990\n".as_bytes(), &mut |_| {}, &mut |_| {}).map(drop)
    }),
    ("load", Role::Administrator, |world, request| {
        world.service.load(request, std::iter::empty(), &mut |_| {}).map(drop)
    }),
    ("export_events", Role::Administrator, |world, request| {
        world.service.export_events(request, &mut Vec::new()).map(drop)
    }),
    ("export_facts", Role::Administrator, |world, request| {
        world.service.export_facts(request, &mut Vec::new()).map(drop)
    }),
    ("verify", Role::Auditor, |world, request| world.service.verify(request).map(drop)),
    ("refresh", Role::Administrator, |world, request| world.service.refresh(request).map(drop)),
    ("notices", Role::CaseManager, |world, request| {
        world.service.notices(request, &PersonId::new("p-1").unwrap()).map(drop)
    }),
    ("calendar_address", Role::CaseManager, |world, request| world.service.calendar_address(request).map(drop)),
    ("open_calendar", Role::CaseManager, |world, request| world.service.open_calendar(request, "secret", false)),
    ("close_calendar", Role::TeamManager, |world, request| world.service.close_calendar(request)),
    ("backup", Role::Administrator, |world, request| {
        let to = tempfile::tempdir().unwrap();
        world.service.backup(request, &to.path().join("area.backup")).map(drop)
    }),
    ("subscribe", Role::Administrator, |world, request| {
        world.service.subscribe(request, &crate::webhooks::subscription(world.id(), "https://hooks.example.org/a", &[]))
    }),
    ("subscriptions", Role::Administrator, |world, request| world.service.subscriptions(request).map(drop)),
    ("stop_subscription", Role::Administrator, |world, request| {
        unless_absent(world.service.stop_subscription(request, world.id()))
    }),
    ("jobs", Role::Administrator, |world, request| world.service.jobs(request).map(drop)),
    ("retry_job", Role::Administrator, |world, request| unless_absent(world.service.retry_job(request, world.id()))),
];

/// Being told that there is no such thing takes the same permission as doing something to it.
fn unless_absent(done: Result<(), ServiceError>) -> Result<(), ServiceError> {
    done.or_else(|error| if matches!(error, ServiceError::NotFound) { Ok(()) } else { Err(error) })
}

/// Being told that too few people are in a cohort takes the same permission as its figures.
fn unless_too_few(done: Result<(), ServiceError>) -> Result<(), ServiceError> {
    done.or_else(|error| if error.to_string().contains("fewer than") { Ok(()) } else { Err(error) })
}

const MAP: &str = r#"
id = "small"
title = "small"
agency = "capital"
key = "{n}"
person = "small-{n}"
[[event]]
kind = "person.born"
happened = "2026-01-05"
data = { born = "{born}" }
"#;

fn entries(world: &World) -> Vec<StoredEntry> {
    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    let mut entries = Vec::new();
    store
        .read(|tx| {
            access_log::each_entry(tx, &mut |entry| {
                entries.push(entry);
                Ok(())
            })
        })
        .unwrap();
    entries
}

pub(crate) fn begin() -> World {
    let few = service::Safeguards::parse(crate::alarms::TWENTY_AN_HOUR).unwrap();
    let world = World::new().with(|service| service.guarded_by(few));
    let admin = actor("w-gus", &[Role::Administrator], "capital", "");
    let amy = service::Member {
        name: "Amy Adams".try_into().unwrap(),
        actor: actor("w-amy", &[Role::CaseManager], "capital", "t-east"),
    };
    world.service.add_staff(&world.request(&admin), world.id(), &amy).unwrap();
    world
        .try_say(
            "p-1",
            0,
            "2026-03-02",
            "person.named",
            &json!({"kind": "legal", "given": "Alex", "family": "Example"}),
        )
        .unwrap();
    world.try_say("p-1", 1, "2026-03-02", "order.imposed", &payback_order("CPO-1", 100)).unwrap();
    world
        .try_say("p-1", 2, "2026-03-02", "supervision.allocated", &json!({"worker": "w-amy", "team": "t-east"}))
        .unwrap();
    world
}

fn someone(role: Role) -> Actor {
    actor("w-amy", &[role], "capital", "t-east")
}

#[test]
fn every_use_case_is_allowed_to_its_role_and_entered_once() {
    for (name, role, run) in USE_CASES.iter().chain(ACCOUNT_USE_CASES).chain(PLAN_USE_CASES) {
        let world = begin();
        account_cases::prepare_for(&world, name);
        plan_cases::prepare_for(&world, name);
        let before = entries(&world).len();
        let actor = someone(*role);
        let request = world.request(&actor);
        run(&world, &request).unwrap_or_else(|error| panic!("{name}: {error}"));
        let new = &entries(&world)[before..];
        let acts = new.iter().filter(|entry| entry.head.is_some()).count();
        assert!(!new.is_empty() && new.len() - acts <= 1 && acts <= 1, "{name} made {} entries", new.len());
        for entry in new {
            assert_eq!(entry.entry.outcome, Outcome::Allowed, "{name}");
            assert_eq!(entry.entry.actor, "w-amy", "{name}");
            assert_eq!(entry.entry.request, request.id.to_string(), "{name}");
        }
    }
}

#[test]
fn every_use_case_is_refused_to_an_actor_without_a_role_and_the_refusal_is_entered() {
    for (name, _, run) in USE_CASES.iter().chain(ACCOUNT_USE_CASES).chain(PLAN_USE_CASES) {
        let world = begin();
        account_cases::prepare_for(&world, name);
        plan_cases::prepare_for(&world, name);
        let before = entries(&world).len();
        let nobody = actor("w-nobody", &[], "capital", "t-east");
        let refusal = run(&world, &world.request(&nobody)).expect_err(name);
        assert!(matches!(refusal, ServiceError::NotAllowed { .. } | ServiceError::NotFound), "{name}: {refusal}");
        let new = &entries(&world)[before..];
        assert_eq!(new.len(), 1, "{name}");
        assert_eq!(new[0].entry.outcome, Outcome::Refused, "{name}");
    }
}

#[test]
fn no_use_case_answers_when_the_log_cannot_be_written() {
    for (name, role, run) in USE_CASES.iter().chain(ACCOUNT_USE_CASES).chain(PLAN_USE_CASES) {
        let world = begin();
        account_cases::prepare_for(&world, name);
        plan_cases::prepare_for(&world, name);
        let Location::File(path) = &world.location else { panic!("it stands in a file") };
        let by_hand = rusqlite::Connection::open(path).unwrap();
        let shut = "CREATE TRIGGER shut BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'the log is shut'); END";
        by_hand.execute_batch(shut).unwrap();
        let actor = someone(*role);
        let refused = run(&world, &world.request(&actor)).expect_err(name).to_string();
        assert!(refused.contains("the log is shut"), "{name}: {refused}");
    }
}

#[test]
fn every_public_use_case_is_in_the_list() {
    let sources = crate::world::repository().join("crates/service/src");
    let mut found = Vec::new();
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices("    pub fn ") {
                let rest = &text[at + 11..];
                let signature = &rest[..rest.find('{').unwrap_or(rest.len())];
                let name = rest.split(['(', '<']).next().unwrap().to_owned();
                if signature.contains("&self") && signature.contains("&Request<") {
                    found.push(name);
                }
            }
            if !path.ends_with("path.rs") && !path.parent().is_some_and(|folder| folder.ends_with("path")) {
                assert!(
                    !["store.write(", "store.try_write(", "store.begin_write(", "store.begin_note("]
                        .iter()
                        .any(|way| text.contains(way)),
                    "{} writes past the path",
                    path.display()
                );
            }
        }
    }
    found.sort();
    let mut listed: Vec<String> =
        USE_CASES.iter().chain(ACCOUNT_USE_CASES).chain(PLAN_USE_CASES).map(|(name, ..)| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn a_restricted_record_is_not_there_for_others_by_any_way() {
    let world = begin();
    world
        .try_say("p-1", 3, "2026-03-02", "person.restricted", &json!({"reason": "known to staff", "only": ["w-zoe"]}))
        .unwrap();
    let person = PersonId::new("p-1").unwrap();
    let bob = actor("w-bob", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let request = world.request(&bob);
    assert!(matches!(world.service.person(&request, &person, None), Err(ServiceError::NotFound)));
    let insisting = Request { reason: Some("the person is at the desk now"), ..request.clone() };
    assert!(matches!(world.service.person(&insisting, &person, None), Err(ServiceError::NotFound)));
    let entry = world.entry("2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
    assert!(matches!(world.service.record(&request, &person, 4, vec![entry]), Err(ServiceError::NotFound)));
    let query = Query { name: Some("alex example".into()), ..Query::default() };
    assert_eq!(world.service.search(&request, &query).unwrap().people, []);
    assert!(world.service.worklist(&request, WorklistOf::Team("t-east"), 60).unwrap().is_empty());
    assert!(world.service.caseload(&request, "w-amy").unwrap().is_empty());

    let zoe = actor("w-zoe", &[Role::CaseManager], "capital", "t-east");
    assert_eq!(world.service.search(&world.request(&zoe), &query).unwrap().people.len(), 1);
    let amy = someone(Role::CaseManager);
    assert!(world.service.person(&world.request(&amy), &person, None).is_ok(), "the case manager still sees it");
}

#[test]
fn another_teams_case_opens_only_with_a_reason_and_the_reason_is_kept() {
    let world = begin();
    let person = PersonId::new("p-1").unwrap();
    let carl = actor("w-carl", &[Role::CaseManager], "capital", "t-west");
    let request = world.request(&carl);
    assert!(matches!(world.service.person(&request, &person, None), Err(ServiceError::NeedsReason)));
    let elsewhere = actor("w-dot", &[Role::CaseManager], "hills", "t-hills");
    let refused = world.service.person(&world.request(&elsewhere), &person, None);
    assert!(matches!(refused, Err(ServiceError::NotAllowed { .. })), "no reason opens another council's case");
    let with_reason = Request { reason: Some("duty worker; the person came to the office"), ..request.clone() };
    world.service.person(&with_reason, &person, None).unwrap();
    let entry = world.entry("2026-03-02", "person.language", &json!({"language": "Polish", "interpreter": true}));
    assert!(world.service.record(&with_reason, &person, 3, vec![entry]).is_err(), "a reason lets look, not record");
    world.service.person(&request, &person, None).expect("it holds for an hour, whoever answers");
    let auditor = actor("w-aud", &[Role::Auditor], "capital", "");
    let audited = world.service.opened_records(&world.request(&auditor), None).unwrap();
    assert_eq!(audited.len(), 1, "one reason, one opening: {audited:?}");
    assert_eq!((audited[0].by.as_str(), audited[0].name.as_deref()), ("w-carl", None));
    let own = actor("w-carl", &[Role::CaseManager, Role::TeamManager], "capital", "t-west");
    let on_own = world.service.review_opening(&world.request(&own), &person, audited[0].id, true);
    assert!(matches!(on_own, Err(ServiceError::NotAllowed { .. })), "nobody reviews what they opened themselves");
    world.later(3600);
    assert!(world.service.person(&world.request(&carl), &person, None).is_err(), "its time is over");
    let looks = world.service.who_looked(&world.request(&auditor), &person).unwrap();
    assert!(looks.iter().any(|look| look.actor == "w-carl" && look.detail.contains("duty worker")));
    let elsewhere = actor("w-dee", &[Role::CaseManager, Role::TeamManager], "hills", "t-hills");
    let from_hills = Request { reason: Some("curious about this person"), ..world.request(&elsewhere) };
    assert!(world.service.person(&from_hills, &person, None).is_err(), "another council's case stays closed");
}

//! Before something is recorded: where the record stands, what comes next, and drafts that wait to be finished.

use crate::world::{World, actor, payback_order};
use record::What;
use serde_json::json;
use service::{PersonId, Role, ServiceError, next_contact};

/// A person on an order, at a high level of contact since Monday 2 March 2026.
fn begin() -> World {
    let world = World::new();
    let say = |version, kind: &str, data: serde_json::Value| {
        world.try_say("p-1", version, "2026-03-02", kind, &data).unwrap();
    };
    say(0, "person.named", json!({"kind": "legal", "given": "Alex", "family": "Example"}));
    say(1, "order.imposed", payback_order("CPO-1", 100));
    say(2, "supervision.allocated", json!({"worker": "w-amy", "team": "t-east"}));
    say(3, "supervision.level_set", json!({"level": "high", "reasons": "Pattern and seriousness."}));
    world
}

fn alex() -> PersonId {
    PersonId::new("p-1").unwrap()
}

#[test]
fn the_next_contact_is_suggested_from_the_cadence_and_moves_on_once_the_contact_is_held() {
    let world = begin();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    world.at("2026-03-04T10:00:00");
    let request = world.request(&amy);
    let ground = world.service.ground(&request, &alex()).unwrap();
    let history = ground.history.expect("a case manager sees the record");
    let held = |on: &str, with: &str| {
        let body = json!({"kind": "office", "with": with}).to_string();
        Some((on.parse().unwrap(), What::read("contact.held", 1, &body).unwrap()))
    };
    let next = |supposing| next_contact(world.service.rules(), &history, request.today(), supposing).unwrap().unwrap();
    let now = next(None);
    let after = next(held("2026-03-04", "case_manager"));
    assert!(now.by < after.by, "{now:?} {after:?}");
    assert_eq!(after.standard, "nos.contact.first_four_weeks");
    assert_eq!((after.from.to_string(), after.by.to_string()), ("2026-03-09".into(), "2026-03-15".into()));
    assert_eq!((after.worked.to_string(), after.not_worked.as_deref()), ("2026-03-13".into(), Some("the weekend")));
    assert!(after.explanation.contains("at least once a week"), "{}", after.explanation);
    assert_eq!(next(held("2026-03-04", "partner")).by, now.by, "a partner's contact does not keep the case manager's");
}

#[test]
fn what_may_be_recorded_depends_on_the_role_and_a_supervisor_sees_only_the_work() {
    let world = begin();
    let ground = |roles: &[Role]| {
        let someone = actor("w-amy", roles, "capital", "t-east");
        world.service.ground(&world.request(&someone), &alex()).unwrap()
    };
    let manager = ground(&[Role::TeamManager]);
    let case_manager = ground(&[Role::CaseManager]);
    assert_eq!(manager.allowed.len(), What::KINDS.len());
    assert!(!case_manager.allowed.contains(&"breach.endorsed") && case_manager.allowed.contains(&"contact.held"));
    let supervisor = ground(&[Role::UnpaidWorkSupervisor]);
    assert!(supervisor.allowed.iter().all(|kind| kind.starts_with("unpaid_work.") || *kind == "contact.missed"));
    assert!(supervisor.history.is_none() && supervisor.record.supervision.levels.is_empty());
    assert_eq!((supervisor.version, supervisor.record.orders.len()), (4, 1));
}

#[test]
fn a_draft_is_its_authors_alone_and_goes_with_the_right_to_the_record() {
    let world = begin();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let bob = actor("w-bob", &[Role::CaseManager], "capital", "t-east");
    let alex = alex();
    let draft = |actor| world.service.draft(&world.request(actor), Some(&alex), "contact");
    world.service.save_draft(&world.request(&amy), Some(&alex), "contact", "outcome=Half".into()).unwrap();
    world.service.save_draft(&world.request(&amy), None, "person", "family=New".into()).unwrap();
    assert_eq!(draft(&amy).unwrap().unwrap().content, "outcome=Half");
    assert_eq!(draft(&bob).unwrap(), None);
    let unfinished = |actor| world.service.unfinished(&world.request(actor)).unwrap();
    let mut names: Vec<_> = unfinished(&amy).into_iter().map(|line| (line.form, line.name)).collect();
    names.sort();
    assert_eq!(names, [("contact".into(), Some("Alex Example".to_owned())), ("person".into(), None)]);
    assert!(unfinished(&bob).is_empty());

    world.service.discard_draft(&world.request(&amy), None, "person").unwrap();
    assert_eq!(unfinished(&amy).len(), 1);
    let restricted = json!({"reason": "known to staff", "only": ["w-zoe"]});
    world.try_say("p-1", 4, "2026-03-02", "person.restricted", &restricted).unwrap();
    world.service.save_draft(&world.request(&amy), Some(&alex), "contact", "hers".into()).unwrap();
    let reallocated = json!({"worker": "w-zoe", "team": "t-east"});
    world.try_say("p-1", 5, "2026-03-02", "supervision.allocated", &reallocated).unwrap();
    assert!(matches!(draft(&amy), Err(ServiceError::NotFound)), "the draft is as hidden as the record");
    assert!(unfinished(&amy).is_empty());
    let odd = world.service.save_draft(&world.request(&bob), None, "../x", String::new());
    assert!(matches!(odd, Err(ServiceError::Asked(_))));
}

//! Twice, out of date, out of order: what the service answers, and that nothing else changed.

use crate::world::{World, actor, payback_order};
use serde_json::json;
use service::{PersonId, Role, ServiceError};

#[test]
fn the_same_command_twice_is_answered_as_before_and_adds_nothing() {
    let world = World::new();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let person = PersonId::new("p-1").unwrap();
    let entry = world.entry("2026-03-02", "person.named", &json!({"kind": "legal", "family": "Example"}));
    let first = world.service.record(&world.request(&amy), &person, 0, vec![entry.clone()]).unwrap();
    let again = world.service.record(&world.request(&amy), &person, 0, vec![entry.clone()]).unwrap();
    assert_eq!((first.version, first.already, again.version, again.already), (1, false, 1, true));

    let mut other = entry;
    other.what = record::What::read("person.named", 1, r#"{"kind":"legal","family":"Different"}"#).unwrap();
    let refusal = world.service.record(&world.request(&amy), &person, 1, vec![other]).unwrap_err();
    assert!(matches!(refusal, ServiceError::SaidDifferently));
}

#[test]
fn a_record_that_changed_meanwhile_says_what_changed() {
    let world = World::new();
    world.try_say("p-1", 0, "2026-03-02", "order.imposed", &payback_order("CPO-1", 100)).unwrap();
    world.try_say("p-1", 1, "2026-03-02", "contact.held", &json!({"kind": "office", "with": "case_manager"})).unwrap();
    let refusal =
        world.try_say("p-1", 1, "2026-03-02", "supervision.induction_started", &json!({"order": "CPO-1"})).unwrap_err();
    insta::assert_snapshot!(refusal, @"the record has changed since you read it (version 1, now 2): contact.held of 2026-03-02 by w-amy. Nothing of yours was recorded; look at the change and try again");
}

#[test]
fn of_many_who_write_at_once_each_is_kept_or_told() {
    let world = World::new();
    world.try_say("p-1", 0, "2026-03-02", "order.imposed", &payback_order("CPO-1", 300)).unwrap();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let person = PersonId::new("p-1").unwrap();
    let (mut kept, mut told) = (0, 0);
    let requests: Vec<_> = (0..64)
        .map(|number| {
            let session =
                json!({"order": "CPO-1", "session": format!("S-{number}"), "activity": "work", "minutes": 10});
            (world.request(&amy), world.entry("2026-03-02", "unpaid_work.worked", &session))
        })
        .collect();
    let service = &world.service;
    std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .into_iter()
            .map(|(request, entry)| {
                let person = &person;
                scope.spawn(move || {
                    let version = service.person(&request, person, None).unwrap().record.version;
                    service.record(&request, person, version, vec![entry])
                })
            })
            .collect();
        for thread in threads {
            match thread.join().unwrap() {
                Ok(_) => kept += 1,
                Err(ServiceError::Conflict { .. }) => told += 1,
                Err(error) => panic!("{error}"),
            }
        }
    });
    let view = world.service.person(&world.request(&amy), &person, None).unwrap();
    assert_eq!(kept + told, 64);
    assert!(kept > 0);
    assert_eq!(view.record.version, 1 + kept, "every kept command is there once, and no other");
}

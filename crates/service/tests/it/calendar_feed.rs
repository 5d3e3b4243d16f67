//! A worker's calendar: their own appointments, behind an address that can be revoked, each fetch entered as a disclosure.

use crate::world::{World, actor, payback_order};
use jiff::Timestamp;
use record::Line;
use serde_json::json;
use service::{Actor, Member, Role};
use store::access_log::{self, Action, Outcome};
use store::{Options, Store};
use uuid::Uuid;

fn amy() -> Actor {
    actor("w-amy", &[Role::CaseManager], "capital", "t-east")
}

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// Amy has an appointment on Friday at 2pm and one that was called off; Ben has his own.
fn begin() -> World {
    let world = World::new();
    for (person, worker) in [("p-1", "w-amy"), ("p-2", "w-ben")] {
        let named = json!({"kind": "legal", "given": "Alex", "family": "Example"});
        world.try_say(person, 0, "2026-03-02", "person.named", &named).unwrap();
        world.try_say(person, 1, "2026-03-02", "order.imposed", &payback_order("CPO-1", 100)).unwrap();
        let allocated = json!({"worker": worker, "team": "t-east"});
        world.try_say(person, 2, "2026-03-02", "supervision.allocated", &allocated).unwrap();
        for (version, contact, at) in [(3, "C-1", "14:00:00"), (4, "C-2", "10:30:00")] {
            let planned = json!({"contact": contact, "kind": "office", "with": "case_manager", "on": "2026-03-06", "at": at, "place": "1 High Street"});
            world.try_say(person, version, "2026-03-02", "contact.planned", &planned).unwrap();
        }
        let cancelled = json!({"contact": "C-2", "reason": "moved"});
        world.try_say(person, 5, "2026-03-02", "contact.cancelled", &cancelled).unwrap();
    }
    let admin = actor("w-gus", &[Role::Administrator], "capital", "");
    let member = Member { name: Line::try_from("Amy Adams").unwrap(), actor: amy() };
    world.service.add_staff(&world.request(&admin), world.id(), &member).unwrap();
    world
}

#[test]
fn an_address_opens_its_owners_appointments_without_names_until_it_is_revoked() {
    let world = begin();
    let amy = amy();
    assert_eq!(world.service.calendar("secret-1", now(), Uuid::nil()).unwrap(), None);
    world.service.open_calendar(&world.request(&amy), "secret-1", false).unwrap();
    let found = world.service.calendar("secret-1", now(), Uuid::nil()).unwrap().unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|entry| {
            format!("{} {} {} {} {:?}", entry.person, entry.on, entry.at.unwrap(), entry.cancelled, entry.place)
        })
        .collect();
    assert_eq!(
        told,
        ["AE 2026-03-06 10:30:00 true Some(\"1 High Street\")", "AE 2026-03-06 14:00:00 false Some(\"1 High Street\")"]
    );
    assert!(found.iter().all(|entry| entry.uid.len() == 32 && entry.uid.chars().all(|c| c.is_ascii_hexdigit())));
    let address = world.service.calendar_address(&world.request(&amy)).unwrap().unwrap();
    assert_eq!((address.fetched, address.names), (Some(now()), false));

    world.service.open_calendar(&world.request(&amy), "secret-2", true).unwrap();
    assert_eq!(world.service.calendar("secret-1", now(), Uuid::nil()).unwrap(), None, "a new one revokes the old one");
    let named = world.service.calendar("secret-2", now(), Uuid::nil()).unwrap().unwrap();
    assert_eq!(named[0].person, "Alex Example");
    assert_eq!(named[0].uid, found[0].uid, "the same appointment under another address");
    world.service.close_calendar(&world.request(&amy)).unwrap();
    assert_eq!(world.service.calendar("secret-2", now(), Uuid::nil()).unwrap(), None);
    assert_eq!(world.service.calendar_address(&world.request(&amy)).unwrap(), None);
}

#[test]
fn each_fetch_is_entered_as_a_disclosure_and_an_owner_without_the_role_opens_nothing() {
    let world = begin();
    world.service.open_calendar(&world.request(&amy()), "secret", false).unwrap();
    world.service.calendar("secret", now(), Uuid::from_u128(77)).unwrap().unwrap();
    let admin = actor("w-gus", &[Role::Administrator], "capital", "");
    let now_an_analyst = actor("w-amy", &[Role::Analyst], "capital", "");
    let member = Member { name: Line::try_from("Amy Adams").unwrap(), actor: now_an_analyst };
    world.service.add_staff(&world.request(&admin), world.id(), &member).unwrap();
    assert_eq!(world.service.calendar("secret", now(), Uuid::from_u128(78)).unwrap(), None);

    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    let mut fetches = Vec::new();
    let read = store.read(|tx| {
        access_log::each_entry(tx, &mut |entry| {
            let entry = entry.entry;
            if [77, 78].map(|id| Uuid::from_u128(id).to_string()).contains(&entry.request) {
                fetches.push((entry.actor, entry.action, entry.outcome));
            }
            Ok(())
        })
    });
    read.unwrap();
    let amy = "w-amy".to_owned();
    let disclosure = Action::Disclosure;
    assert_eq!(fetches, [(amy.clone(), disclosure, Outcome::Allowed), (amy, disclosure, Outcome::Refused)]);
}

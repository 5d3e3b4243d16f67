//! Alarms: raised once, settled once, and of openings that nobody reviewed.

use store::access_log::{self, Action, Entry, Outcome};
use store::alarms::{self, Alarm, Settled};
use store::openings::{self, Opening, Review};
use uuid::Uuid;

use crate::world::{NOW, World, person};

const HOUR: i64 = 3_600_000_000;

fn alarm(n: u128, account: &str, at: i64) -> Alarm {
    Alarm {
        id: Uuid::from_u128(n),
        kind: "many_people".into(),
        agency: "capital".into(),
        account: account.into(),
        opening: None,
        people: 200,
        raised_at: at,
        settled: None,
    }
}

#[test]
fn an_alarm_is_raised_once_an_hour_for_an_account_and_settled_once() {
    for world in World::each() {
        let store = world.open();
        let raise = |alarm: Alarm| store.write(move |tx| alarms::raise(tx, &alarm, alarm.raised_at - HOUR)).unwrap();
        assert!(raise(alarm(1, "w-ben", NOW)));
        assert!(!raise(alarm(2, "w-ben", NOW + HOUR / 2)), "the same again");
        assert!(raise(alarm(3, "w-amy", NOW + HOUR / 2)), "another account");
        assert!(raise(alarm(4, "w-ben", NOW + 2 * HOUR)));
        let listed = |before| {
            let found = store.read(|tx| alarms::of_agency(tx, "capital", before, 10)).unwrap();
            found.into_iter().map(|alarm| alarm.id.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(listed(i64::MAX), [4, 3, 1]);
        assert_eq!(listed(NOW + HOUR), [3, 1]);
        let settled = Settled { by: "w-cat".into(), at: NOW + 3 * HOUR, said: "audited; no harm".into() };
        let (said, again) = (settled.clone(), Settled { said: "something else".into(), ..settled.clone() });
        let id = Uuid::from_u128(1);
        assert!(store.write(move |tx| alarms::settle(tx, &id, &said)).unwrap());
        assert!(!store.write(move |tx| alarms::settle(tx, &id, &again)).unwrap(), "what was said stays");
        assert_eq!(store.read(|tx| alarms::one(tx, &id)).unwrap().unwrap().settled, Some(settled));
        assert_eq!(store.read(|tx| alarms::waiting(tx, "capital")).unwrap(), 2);
        assert_eq!(store.read(|tx| alarms::waiting(tx, "elsewhere")).unwrap(), 0);
    }
}

#[test]
fn an_opening_that_nobody_reviewed_is_found_until_its_alarm_is_raised_and_reviewing_settles_it() {
    for world in World::each() {
        let store = world.open();
        let opening = |n: u128, at: i64| Opening {
            id: Uuid::from_u128(n),
            stream: person(1),
            account: "w-ben".into(),
            agency: "capital".into(),
            by_team: "t-west".into(),
            team: "t-east".into(),
            reason: format!("reason {n}"),
            opened_at: at,
            until: at + HOUR,
            review: None,
        };
        let (old, reviewed, new) = (opening(1, NOW), opening(2, NOW), opening(3, NOW + HOUR));
        let kept = [old.clone(), reviewed.clone(), new];
        store.write(move |tx| kept.iter().try_for_each(|one| openings::keep(tx, one))).unwrap();
        let review = |id: Uuid| {
            let said = Review { accepted: true, by: "w-cat".into(), at: NOW + 2 * HOUR };
            store.write(move |tx| openings::review(tx, &person(1), &id, &said)).unwrap()
        };
        assert!(review(reviewed.id));
        let overdue = || store.read(|tx| openings::without_review(tx, NOW, 10)).unwrap();
        assert_eq!(overdue(), std::slice::from_ref(&old));
        let about =
            Alarm { opening: Some((person(1), old.id)), kind: "unreviewed".into(), ..alarm(9, "w-ben", NOW + HOUR) };
        assert!(store.write(move |tx| alarms::raise(tx, &about, 0)).unwrap());
        assert_eq!(overdue(), []);
        assert!(review(old.id));
        let settled = store.read(|tx| alarms::one(tx, &Uuid::from_u128(9))).unwrap().unwrap().settled.unwrap();
        assert_eq!((settled.by.as_str(), settled.said.as_str()), ("w-cat", "The reason was accepted."));
    }
}

#[test]
fn only_people_whom_an_account_was_let_into_lately_are_counted() {
    for world in World::each() {
        let store = world.open();
        let enter = |actor: &str, stream, outcome, at| {
            let entry = Entry {
                at,
                actor: actor.into(),
                role: "case_manager".into(),
                agency: "capital".into(),
                action: Action::Consultation,
                stream,
                detail: "view_person".into(),
                purpose: "supervision".into(),
                outcome,
                request: "r".into(),
                appends: Vec::new(),
            };
            store.write(move |tx| access_log::write(tx, &entry)).unwrap();
        };
        enter("w-ben", Some(person(1)), Outcome::Allowed, NOW - HOUR);
        enter("w-ben", Some(person(2)), Outcome::Allowed, NOW);
        enter("w-ben", Some(person(2)), Outcome::Allowed, NOW + 1);
        enter("w-ben", Some(person(3)), Outcome::Refused, NOW);
        enter("w-amy", Some(person(4)), Outcome::Allowed, NOW);
        enter("w-ben", None, Outcome::Allowed, NOW);
        let read = store.read(|tx| access_log::people_read(tx, "w-ben", NOW - HOUR)).unwrap();
        assert_eq!(read, [(person(2).key(), NOW + 1)]);
    }
}

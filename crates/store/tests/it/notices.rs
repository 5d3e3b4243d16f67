//! Messages and calendar addresses: said once, kept for ever; a secret that the database cannot tell.

use store::calendar_feeds::{self, CalendarFeed};
use store::notices::{self, After, Notice, Told};
use store::{StoreError, Tx};
use uuid::Uuid;

use crate::world::{NOW, World, person};

fn notice(n: u128) -> Notice {
    Notice {
        id: Uuid::from_u128(n),
        appointment: Told { contact: "C-1".into(), day: "2026-03-04".into(), time: "14:00".into() },
        way: "text".into(),
        about: "reminder".into(),
        instead_of: Told::default(),
        state: "planned".into(),
        send_at: NOW,
        retry_at: None,
        attempts: 0,
        changed_at: NOW,
        reason: None,
        said: None,
        sent_to: None,
        reference: None,
    }
}

fn state(tx: &mut dyn Tx) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(notices::of_person(tx, &person(1))?.into_iter().map(|notice| (notice.state, notice.attempts)).collect())
}

#[test]
fn a_message_is_planned_once_and_handed_over_once() {
    for world in World::each() {
        let store = world.open();
        let life = store.write(|tx| {
            let id = Uuid::from_u128(1);
            assert!(notices::plan(tx, &person(1), &notice(1))?);
            assert!(!notices::plan(tx, &person(1), &notice(2))?, "the same thing about the same appointment");
            assert!(notices::plan(tx, &person(2), &notice(3))?, "of another person");
            assert_eq!(notices::of_person(tx, &person(1))?, [notice(1)]);
            assert!(notices::delay(tx, &id, NOW + 5)?);
            assert!(notices::drop_planned(tx, &id, "called off", NOW + 1)?);
            assert!(!notices::take(tx, &id, "see you", "…123", NOW + 2)?, "it is not planned any more");
            assert!(notices::plan(tx, &person(1), &notice(4))?, "what was dropped can be planned again");
            assert!(notices::take(tx, &id, "see you", "…123", NOW + 3)?);
            assert!(!notices::take(tx, &id, "see you", "…123", NOW + 3)?, "one caller only");
            assert!(!notices::drop_planned(tx, &id, "too late", NOW + 3)?);
            assert!(notices::settle(tx, &id, After::Again(NOW + 60, "no answer"), NOW + 4)?);
            assert_eq!(state(tx)?, [("planned".to_owned(), 1)]);
            assert_eq!(notices::of_person(tx, &person(1))?[0].retry_at, Some(NOW + 60));
            assert!(notices::take(tx, &id, "see you", "…123", NOW + 60)?);
            assert!(notices::settle(tx, &id, After::Sent("ref-7"), NOW + 61)?);
            assert!(!notices::settle(tx, &id, After::Again(NOW, "late news"), NOW + 62)?, "sent is sent");
            assert!(!notices::plan(tx, &person(1), &notice(5))?, "what was sent is never planned again");
            let sent = &notices::of_person(tx, &person(1))?[0];
            assert_eq!((sent.state.as_str(), sent.attempts, sent.said.as_deref()), ("sent", 2, Some("see you")));
            assert_eq!((sent.reference.as_deref(), sent.sent_to.as_deref()), (Some("ref-7"), Some("…123")));
            Ok(())
        });
        life.unwrap();
    }
}

#[test]
fn what_became_unclear_or_failed_stays_so() {
    for world in World::each() {
        let store = world.open();
        let end = store.write(|tx| {
            for (n, after, word) in
                [(1, After::Unclear("it stopped"), "unclear"), (2, After::Failed("no such number"), "failed")]
            {
                let id = Uuid::from_u128(n);
                notices::plan(tx, &person(3), &Notice { about: word.into(), ..notice(n) })?;
                notices::take(tx, &id, "x", "y", NOW)?;
                assert!(notices::settle(tx, &id, after, NOW)?);
                assert!(!notices::take(tx, &id, "x", "y", NOW)?);
                assert!(!notices::plan(tx, &person(3), &Notice { about: word.into(), ..notice(n + 10) })?);
            }
            Ok(())
        });
        end.unwrap();
    }
}

#[test]
fn a_calendar_address_is_found_by_its_digest_until_it_is_revoked() {
    for world in World::each() {
        let store = world.open();
        let life = store.write(|tx| {
            let feed = CalendarFeed {
                digest: [7; 32],
                worker: "w-amy".into(),
                names: true,
                made_at: NOW,
                revoked_at: None,
                fetched_at: None,
            };
            calendar_feeds::add(tx, &feed)?;
            assert_eq!(calendar_feeds::find(tx, &[7; 32])?, Some(feed.clone()));
            assert_eq!(calendar_feeds::find(tx, &[8; 32])?, None);
            calendar_feeds::fetched(tx, &[7; 32], NOW + 1)?;
            assert_eq!(calendar_feeds::of_worker(tx, "w-amy")?[0].fetched_at, Some(NOW + 1));
            assert_eq!(calendar_feeds::revoke_all(tx, "w-amy", NOW + 2)?, 1);
            assert_eq!(calendar_feeds::revoke_all(tx, "w-amy", NOW + 3)?, 0);
            assert_eq!(calendar_feeds::of_worker(tx, "w-amy")?, []);
            assert_eq!(calendar_feeds::find(tx, &[7; 32])?.and_then(|feed| feed.revoked_at), Some(NOW + 2));
            Ok(())
        });
        life.unwrap();
    }
}

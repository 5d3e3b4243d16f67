//! What must be noticed: every byte changed by hand, every event removed, swapped or slipped in, every tail cut.

use store::access_log::Action;
use store::rows;
use store::{Append, Options, Store, StoreError, Tx, access_log, events, verify};

use crate::world::{World, command, entry, event, person, person_rows};

/// Three people with three events each and a bulk of ten more.
fn filled(world: &World) -> Store {
    let store = world.open();
    for n in 0..9 {
        store.write(move |tx| command(tx, &person(n % 3), i64::from(n / 3), n)).unwrap();
    }
    store
        .write(|tx| {
            let appends: Vec<_> = (50..60).map(|n| Append::new(person(n), vec![event(n * 10)]).unwrap()).collect();
            let done = events::append_all(tx, &appends)?;
            let mut bulk = entry(Action::Collection, &person(0), done);
            bulk.stream = None;
            access_log::write(tx, &bulk)
        })
        .unwrap();
    store
}

fn by_hand(store: &Store, sql: &'static str) {
    let changed = store.write(move |tx| tx.exec(sql, &[])).unwrap();
    assert!(changed > 0, "{sql}");
}

fn found(world: &World, sql: &[&'static str]) -> Vec<String> {
    let store = filled(world);
    let clean = verify(&store).unwrap();
    assert_eq!(clean.findings, [] as [&str; 0]);
    assert_eq!((clean.events, clean.streams, clean.entries, clean.witnessed), (19, 13, 10, 1));
    for statement in sql {
        by_hand(&store, statement);
    }
    verify(&store).unwrap().findings
}

/// What is done by hand, and how the first finding begins.
const CASES: &[(&[&str], &str)] = &[
    (
        &["UPDATE events SET body = replace(body, 'office', 'Office') WHERE stream = 'person/p000001' AND version = 2"],
        "person/p000001 version 2: its content does not fit its hash; it was changed.",
    ),
    (
        &["UPDATE events SET recorded_by = 'worker-2' WHERE stream = 'person/p000001' AND version = 3"],
        "person/p000001 version 3: its content does not fit its hash; it was changed.",
    ),
    (
        &["UPDATE events SET hash = (SELECT hash FROM events WHERE stream = 'person/p000002' AND version = 1) \
           WHERE stream = 'person/p000001' AND version = 1"],
        "person/p000001 version 1: its content does not fit its hash; it was changed.",
    ),
    (
        &["UPDATE events SET prev = hash WHERE stream = 'person/p000001' AND version = 1"],
        "person/p000001 version 1: it does not follow the event before it",
    ),
    (
        &["DELETE FROM events WHERE stream = 'person/p000001' AND version = 2"],
        "person/p000001: version 2 is missing (the next one there is 3).",
    ),
    (
        &["DELETE FROM events WHERE stream = 'person/p000001' AND version = 3"],
        "person/p000001 version 3: it was logged and is missing (access log of main, entry 8).",
    ),
    (
        &["DELETE FROM events WHERE stream = 'person/p000055'"],
        "person/p000055 version 1: it was logged and is missing (access log of main, entry 10).",
    ),
    (
        &[
            "UPDATE events SET version = 12 WHERE stream = 'person/p000001' AND version = 2",
            "UPDATE events SET version = 2 WHERE stream = 'person/p000001' AND version = 3",
            "UPDATE events SET version = 3 WHERE stream = 'person/p000001' AND version = 12",
        ],
        "person/p000001 version 2: it does not follow the event before it",
    ),
    (&["UPDATE access_log SET actor = 'nobody' WHERE seq = 4"], "access log of main, entry 4: it was changed."),
    (&["DELETE FROM access_log WHERE seq = 4"], "access log of main: entry 4 is missing (the next is 5)."),
    (
        &["UPDATE access_log_heads SET stream = 'person/p000999' WHERE stream = 'person/p000055'"],
        "access log of main, entry 10: its list of streams was changed.",
    ),
    (&["DELETE FROM access_log_heads WHERE seq = 10"], "access log of main, entry 10: its list of streams is gone."),
    (&["DELETE FROM access_log WHERE seq = 10"], "has lost its tail"),
    (&["DELETE FROM people WHERE stream = 'person/p000001'"], "person/p000001: the read models hold cases for it"),
];

fn all_cases(new: impl Fn() -> Option<World>) {
    for (sql, finding) in CASES {
        let Some(world) = new() else { return };
        let findings = found(&world, sql);
        assert!(findings.iter().any(|found| found.contains(finding)), "{sql:?} gave {findings:#?}");
    }
}

#[test]
fn each_change_by_hand_is_named_sqlite() {
    all_cases(|| Some(World::sqlite()));
}

#[test]
fn each_change_by_hand_is_named_postgres() {
    all_cases(World::postgres);
}

#[test]
fn an_event_slipped_in_with_a_right_chain_is_found() {
    for world in World::each() {
        let store = filled(&world);
        store.write(|tx| events::append(tx, &person(1), 3, &[event(900)])).unwrap();
        assert_eq!(
            verify(&store).unwrap().findings,
            ["person/p000001: it has 4 events, the access log knows of 3; events were slipped in."]
        );
    }
}

#[test]
fn rows_without_a_record_are_found() {
    for world in World::each() {
        let store = filled(&world);
        store.write(|tx| rows::replace(tx, &person(77), &person_rows(77))).unwrap();
        assert_eq!(
            verify(&store).unwrap().findings,
            ["person/p000077: the read models hold people for it, the record does not."]
        );
    }
}

/// The tail goes, with everything that belongs to it: only the witness can tell.
fn cut_tail(tx: &mut dyn Tx) -> store::Result<()> {
    tx.exec("DELETE FROM access_log_heads WHERE seq = 10", &[])?;
    tx.exec("DELETE FROM access_log WHERE seq = 10", &[])?;
    tx.exec("DELETE FROM events WHERE stream >= 'person/p000050'", &[])?;
    Ok(())
}

#[test]
fn a_cut_tail_is_refused_at_open_and_can_be_accepted() {
    for world in World::each() {
        let store = filled(&world);
        store.write(cut_tail).unwrap();
        drop(store);
        let refused = Store::open(&world.location, &world.options()).unwrap_err();
        let StoreError::LostTail { witnessed: 10, .. } = &refused else { panic!("{refused}") };
        let said = refused.to_string();
        assert!(said.contains("has lost its tail: the witness"), "{said}");
        assert!(
            said.contains("saw entry 10 of the access log of writer main, and the database ends at entry 9"),
            "{said}"
        );
        let reader = Options { access: store::Access::Read, ..world.options() };
        assert!(matches!(Store::open(&world.location, &reader), Err(StoreError::LostTail { .. })));

        let accept = Options { accept_lost_tail: true, ..world.options() };
        let store = Store::open(&world.location, &accept).unwrap();
        let verified = verify(&store).unwrap();
        assert!(verified.is_clean(), "{:?}", verified.findings);
        assert_eq!(verified.entries, 10);
        drop(store);
        assert!(verify(&world.open()).unwrap().is_clean());
    }
}

#[test]
fn a_replaced_entry_of_the_same_place_is_noticed() {
    for world in World::each() {
        let store = filled(&world);
        store.write(|tx| tx.exec("UPDATE access_log SET hash = prev WHERE seq = 10", &[])).unwrap();
        drop(store);
        let refused = Store::open(&world.location, &world.options()).unwrap_err().to_string();
        assert!(refused.contains("the database has another entry in that place"), "{refused}");
    }
}

#[test]
fn a_lost_or_foreign_witness_is_refused() {
    for (world, other) in World::each().zip(World::each()) {
        drop(filled(&world));
        let elsewhere = Options { witness: Some(world.dir.path().join("new")), ..world.options() };
        let refused = Store::open(&world.location, &elsewhere).unwrap_err().to_string();
        assert!(refused.contains("Name its folder with --witness"), "{refused}");
        drop(filled(&other));
        let foreign = Options { witness: other.options().witness, ..world.options() };
        let refused = Store::open(&world.location, &foreign).unwrap_err().to_string();
        assert!(refused.contains("that was in another database"), "{refused}");
        let head = world.dir.path().join("witness/main.head");
        let mut bytes = std::fs::read(&head).unwrap();
        for byte in &mut bytes {
            *byte = byte.wrapping_add(1);
        }
        std::fs::write(&head, bytes).unwrap();
        let refused = Store::open(&world.location, &world.options()).unwrap_err().to_string();
        assert!(refused.contains("carries no valid signature"), "{refused}");
    }
}

//! What both databases must do.

use store::rows::{self, Search};
use store::{StoreError, access_log, events};

use crate::world::{World, command, event, person, person_rows};

#[test]
fn a_command_is_read_back_whole() {
    let world = World::sqlite();
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    store.write(|tx| command(tx, &person(1), 1, 2)).unwrap();
    let (known, rows, log) = store
        .read(|tx| {
            Ok((
                events::read(tx, &person(1), None)?,
                rows::dump(tx, &person(1))?,
                access_log::of_stream(tx, &person(1))?,
            ))
        })
        .unwrap();
    assert_eq!(known.iter().map(|e| (e.version, e.event.clone())).collect::<Vec<_>>(), [(1, event(1)), (2, event(2))]);
    assert_eq!(known[1].prev, known[0].hash);
    assert_eq!(rows, Some(person_rows(2).canonical()));
    assert_eq!(log.iter().map(|e| (e.seq, e.versions)).collect::<Vec<_>>(), [(1, Some((1, 1))), (2, Some((2, 2)))]);
    let search = Search { tokens: vec!["per".into()], limit: 10, ..Search::default() };
    assert_eq!(store.read(|tx| rows::search(tx, &search)).unwrap().len(), 1);
}

#[test]
fn a_stale_write_is_a_conflict_that_shows_what_came() {
    let world = World::sqlite();
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let refused = store.write(|tx| command(tx, &person(1), 0, 2)).unwrap_err();
    let StoreError::Conflict { expected: 0, actual: 1, since, .. } = refused else { panic!("{refused}") };
    assert_eq!(since[0].event, event(1));
}

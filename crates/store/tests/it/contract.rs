//! What both databases must do, told once.

use std::time::{Duration, Instant};

use store::access_log::{About, Action, Entry, Page};
use store::rows::{self, Worklist, WorklistOf};
use store::{Access, Append, Options, Store, StoreError, StreamId, Tx, Val, access_log, events, witness};

use crate::world::{NOW, World, command, entry, event, person, person_rows};

/// Each claim becomes one test on SQLite and one on PostgreSQL.
macro_rules! contract {
    ($($claim:ident)*) => {
        mod sqlite {
            use crate::world::World;
            $(#[test] fn $claim() { super::$claim(&World::sqlite()); })*
        }
        mod postgres {
            use crate::world::World;
            $(#[test] fn $claim() { if let Some(world) = World::postgres() { super::$claim(&world); } })*
        }
    };
}

contract! {
    a_command_is_read_back_whole
    a_stale_write_is_a_conflict_that_shows_what_came
    the_same_events_again_answer_the_first_result
    an_id_stands_for_one_event
    an_error_or_a_panic_undoes_only_its_own_closure
    what_failed_in_a_group_is_taken_out_of_it
    rows_put_off_are_seen_by_whoever_looks
    rows_changed_by_hand_are_put_right_again
    many_callers_lose_nothing
    a_write_that_was_begun_is_done_whether_it_is_waited_for_or_not
    a_note_is_answered_when_it_is_committed_and_witnessed_soon_after
    known_at_a_moment
    everything_streams_in_order
    a_bulk_of_streams_is_one_entry
    replaced_rows_are_the_new_rows
    the_words_of_a_name_follow_the_name
    who_was_shown_to_whom_is_chained
    people_are_found_by_words_numbers_and_birth
    pages_follow_each_other
    worklists_counts_and_refreshes
    nobody_else_writes_the_same_chain
    a_reader_cannot_write
    a_read_sees_one_moment
    bad_names_and_texts_are_refused
    a_newer_database_is_refused
    opened_again_it_goes_on
}

fn a_command_is_read_back_whole(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    store.write(|tx| command(tx, &person(1), 1, 2)).unwrap();
    let known = store.read(|tx| events::read(tx, &person(1), None)).unwrap();
    assert_eq!(known.iter().map(|e| (e.version, e.event.clone())).collect::<Vec<_>>(), [(1, event(1)), (2, event(2))]);
    assert_eq!(known[1].prev, known[0].hash);
    assert_eq!(known[1].computed_hash(&known[0].hash), known[1].hash);
    assert_eq!(store.read(|tx| rows::dump(tx, &person(1))).unwrap(), Some(person_rows(2).canonical()));
    let log = store.read(|tx| access_log::of_stream(tx, &person(1))).unwrap();
    assert_eq!(log.iter().map(|e| (e.seq, e.versions)).collect::<Vec<_>>(), [(1, Some((1, 1))), (2, Some((2, 2)))]);
    assert_eq!(log[1].head, Some(known[1].hash));
    assert_eq!(store.read(|tx| events::version(tx, &person(1))).unwrap(), 2);
    assert_eq!(store.read(|tx| events::stream_of(tx, &event(2).id)).unwrap(), Some(person(1)));
}

fn a_stale_write_is_a_conflict_that_shows_what_came(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    store.write(|tx| command(tx, &person(1), 1, 2)).unwrap();
    let refused = store.write(|tx| command(tx, &person(1), 1, 3)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "person/p000001 was changed meanwhile: you worked on version 1, it is now at version 2. Look at what changed \
         and decide again."
    );
    let StoreError::Conflict { expected: 1, actual: 2, since, .. } = refused else { panic!("{refused}") };
    assert_eq!(since.iter().map(|e| e.event.clone()).collect::<Vec<_>>(), [event(2)]);
    let ahead = store.write(|tx| command(tx, &person(1), 7, 4)).unwrap_err();
    assert!(matches!(ahead, StoreError::Conflict { expected: 7, actual: 2, .. }), "{ahead}");
}

fn the_same_events_again_answer_the_first_result(world: &World) {
    let store = world.open();
    let first = store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    store.write(|tx| command(tx, &person(1), 1, 2)).unwrap();
    let again = store
        .write(|tx| {
            let later = store::NewEvent { recorded: NOW + 99, ..event(1) };
            events::append(tx, &person(1), 0, &[later])
        })
        .unwrap();
    assert!(again.already && !first.already);
    assert_eq!((again.first, again.version, again.head), (first.first, first.version, first.head));
    // Also when the caller has read the stream since.
    let again = store.write(|tx| events::append(tx, &person(1), 2, &[event(2)])).unwrap();
    assert_eq!((again.already, again.version), (true, 2));
    assert_eq!(store.read(|tx| events::version(tx, &person(1))).unwrap(), 2);
}

fn an_id_stands_for_one_event(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let elsewhere = store.write(|tx| command(tx, &person(2), 0, 1)).unwrap_err();
    assert!(matches!(elsewhere, StoreError::IdReused { .. }), "{elsewhere}");
    let changed = store
        .write(|tx| {
            let changed = store::NewEvent { body: "{}".into(), ..event(1) };
            events::append(tx, &person(1), 0, &[changed])
        })
        .unwrap_err();
    assert!(matches!(changed, StoreError::IdReused { .. }), "{changed}");
    let twice = store.write(|tx| events::append(tx, &person(3), 0, &[event(5), event(5)])).unwrap_err();
    assert!(matches!(twice, StoreError::IdReused { .. } | StoreError::Invalid(_)), "{twice}");
}

fn an_error_or_a_panic_undoes_only_its_own_closure(world: &World) {
    let store = world.open();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..30)
            .map(|n| {
                let store = store.clone();
                scope.spawn(move || {
                    store.write(move |tx| {
                        let done = command(tx, &person(n), 0, n)?;
                        match n % 3 {
                            1 => Err(StoreError::Invalid("changed my mind".into())),
                            2 => panic!("a closure breaks off (this is part of the test)"),
                            _ => Ok(done),
                        }
                    })
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (n, outcome) in (0..).zip(outcomes) {
        let version = store.read(|tx| events::version(tx, &person(n))).unwrap();
        match n % 3 {
            0 => assert_eq!((outcome.unwrap().version, version), (1, 1)),
            1 => assert_eq!((outcome.unwrap_err().to_string().as_str(), version), ("changed my mind", 0)),
            _ => assert!(matches!(outcome, Err(StoreError::Panicked)) && version == 0),
        }
    }
    let log = entries(&store);
    assert_eq!(log.len(), 10);
    assert!(log.windows(2).all(|pair| pair[1].prev == pair[0].hash), "the chain has no gap where closures were undone");
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
}

fn entries(store: &Store) -> Vec<access_log::StoredEntry> {
    let mut log = Vec::new();
    store
        .read(|tx| {
            access_log::each_entry(tx, &mut |entry| {
                log.push(entry);
                Ok(())
            })
        })
        .unwrap();
    log
}

/// Runs the same closure from many threads at once, so that they come to share commits; what became of each.
fn at_once(
    store: &Store,
    many: u32,
    act: fn(&mut dyn Tx, u32) -> Result<(), StoreError>,
) -> Vec<(u32, Result<(), StoreError>)> {
    std::thread::scope(|scope| {
        let call = |n| {
            let store = store.clone();
            scope.spawn(move || (n, store.write(move |tx| act(tx, n))))
        };
        let threads: Vec<_> = (0..many).map(call).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn what_failed_in_a_group_is_taken_out_of_it(world: &World) {
    let store = world.open();
    let outcomes = at_once(&store, 40, |tx, n| {
        // Four people, each written by those who stay and by those who fail.
        let stream = person(n % 4);
        let seen = events::version(tx, &stream)?;
        command(tx, &stream, seen, n)?;
        match n / 4 % 5 {
            1 => Err(StoreError::Invalid("changed my mind".into())),
            2 => panic!("a closure breaks off (this is part of the test)"),
            3 => {
                // The statement is refused, and the closure takes no notice.
                let _ = tx.exec("INSERT INTO about (name, content) VALUES (?1, ?2)", &[Val::Text("x"), Val::Null]);
                Ok(())
            }
            _ => Ok(()),
        }
    });
    for (n, outcome) in &outcomes {
        let stays = store.read(|tx| events::stream_of(tx, &event(*n).id)).unwrap();
        assert_eq!(stays, outcome.is_ok().then(|| person(n % 4)), "{n}: {outcome:?}");
        match n / 4 % 5 {
            1 => assert_eq!(outcome.as_ref().unwrap_err().to_string(), "changed my mind"),
            2 => assert!(matches!(outcome, Err(StoreError::Panicked)), "{outcome:?}"),
            // PostgreSQL takes nothing after a refused statement, SQLite does.
            3 => assert_eq!(outcome.is_ok(), matches!(world.location, store::Location::File(_)), "{outcome:?}"),
            _ => assert!(outcome.is_ok(), "{outcome:?}"),
        }
    }
    for n in 0..4 {
        let known = store.read(|tx| events::read(tx, &person(n), None)).unwrap();
        let last = (0..40).find(|n| Some(&event(*n)) == known.last().map(|last| &last.event)).unwrap();
        assert_eq!(store.read(|tx| rows::dump(tx, &person(n))).unwrap(), Some(person_rows(last).canonical()));
    }
    let verified = store::verify(&store).unwrap();
    assert_eq!(verified.findings, [] as [&str; 0]);
    assert_eq!(verified.events, outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count() as u64);
}

fn rows_put_off_are_seen_by_whoever_looks(world: &World) {
    let store = world.open();
    let outcomes = at_once(&store, 20, |tx, n| {
        command(tx, &person(n), 0, n)?;
        if n % 2 == 0 {
            assert_eq!(access_log::of_stream(tx, &person(n))?.len(), 1);
            assert_eq!(rows::dump(tx, &person(n))?, Some(person_rows(n).canonical()));
        }
        command(tx, &person(n), 1, 100 + n).map(drop)
    });
    for (n, outcome) in outcomes {
        outcome.unwrap();
        assert_eq!(store.read(|tx| rows::dump(tx, &person(n))).unwrap(), Some(person_rows(100 + n).canonical()));
    }
    assert_eq!(store::verify(&store).unwrap().findings, [] as [&str; 0]);
    let refused = store.write(|tx| tx.rows("DELETE FROM people RETURNING stream", &[])).unwrap_err();
    assert!(refused.to_string().contains("a query begins with SELECT"), "{refused}");
}

fn rows_changed_by_hand_are_put_right_again(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    for spoil in ["DELETE FROM obligations", "UPDATE cases SET status = 'spoilt'", "UPDATE people SET names = ''"] {
        assert!(store.write(move |tx| tx.exec(spoil, &[])).unwrap() > 0);
        store.write(|tx| rows::replace(tx, &person(1), &person_rows(1))).unwrap();
        assert_eq!(store.read(|tx| rows::dump(tx, &person(1))).unwrap(), Some(person_rows(1).canonical()), "{spoil}");
    }
    if let store::Location::File(path) = &world.location {
        let by_hand = rusqlite::Connection::open(path).unwrap();
        by_hand.execute_batch("DELETE FROM obligations; DELETE FROM events").unwrap();
        store.write(|tx| rows::replace(tx, &person(1), &person_rows(1))).unwrap();
        assert_eq!(store.read(|tx| rows::dump(tx, &person(1))).unwrap(), Some(person_rows(1).canonical()));
        let conflict = store.write(|tx| command(tx, &person(1), 1, 2)).unwrap_err();
        assert!(matches!(conflict, StoreError::Conflict { actual: 0, .. }), "{conflict}");
    }
}

fn many_callers_lose_nothing(world: &World) {
    let store = world.open();
    std::thread::scope(|scope| {
        for caller in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                for round in 0..10 {
                    // Everybody writes to the same three people: conflicts are tried again.
                    let stream = person(round % 3);
                    loop {
                        let seen = store.read(|tx| events::version(tx, &stream)).unwrap();
                        let to = stream.clone();
                        match store.write(move |tx| command(tx, &to, seen, caller * 100 + round)) {
                            Ok(done) => break assert_eq!(done.version, seen + 1),
                            Err(StoreError::Conflict { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            });
        }
    });
    let versions = (0..3).map(|n| store.read(|tx| events::version(tx, &person(n))).unwrap());
    assert_eq!(versions.sum::<i64>(), 80);
}

fn known_at_a_moment(world: &World) {
    let store = world.open();
    store.write(|tx| events::append(tx, &person(1), 0, &[event(1), event(5), event(9)])).unwrap();
    let known = |at| store.read(|tx| events::read(tx, &person(1), Some(at))).unwrap().len();
    assert_eq!([NOW, NOW + 1, NOW + 6, NOW + 9].map(known), [0, 1, 2, 3]);
}

fn everything_streams_in_order(world: &World) {
    let store = world.open();
    for (n, stream) in
        [StreamId::new("plan", "a"), person(2), person(1), StreamId::new("person", "é")].iter().enumerate()
    {
        let (stream, n) = (stream.clone(), u32::try_from(n).unwrap());
        store.write(move |tx| events::append(tx, &stream, 0, &[event(n * 10), event(n * 10 + 1)])).unwrap();
    }
    let mut seen = Vec::new();
    store
        .read(|tx| {
            events::each_stream(tx, &mut |stream, events| {
                seen.push((stream.key(), events.len()));
                Ok(())
            })
        })
        .unwrap();
    let names = ["person/p000001", "person/p000002", "person/é", "plan/a"].map(|name| (name.to_owned(), 2));
    assert_eq!(seen, names);
}

fn a_bulk_of_streams_is_one_entry(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(7), 0, 700)).unwrap();
    let bulk = |tx: &mut dyn store::Tx| {
        let appends: Vec<Append> = (0..50)
            .filter(|n| *n != 7)
            .map(|n| Append::new(person(n), vec![event(n * 2), event(n * 2 + 1)]).unwrap())
            .collect();
        let done = events::append_all(tx, &appends)?;
        let people: Vec<_> = (0..50).map(|n| (person(n), person_rows(n))).collect();
        rows::replace_all(tx, &people.iter().map(|(stream, rows)| (stream, rows)).collect::<Vec<_>>())?;
        let all_new = done.iter().all(|appended| !appended.already);
        let mut bulk = entry(Action::Collection, &person(0), done);
        bulk.stream = None;
        access_log::write(tx, &bulk)?;
        Ok(all_new)
    };
    assert!(store.write(bulk).unwrap());
    assert!(!store.write(bulk).unwrap(), "the second time everything is there already");
    let log = entries(&store);
    assert_eq!((log.len(), log[1].versions, log[1].head.is_some(), log[2].head), (3, None, true, None));
    for n in [0, 7, 49] {
        assert_eq!(store.read(|tx| rows::dump(tx, &person(n))).unwrap(), Some(person_rows(n).canonical()));
    }
}

fn replaced_rows_are_the_new_rows(world: &World) {
    let store = world.open();
    let mut wanted = person_rows(1);
    let steps: [&dyn Fn(&mut rows::PersonRows); 9] = [
        &|_| {},
        &|rows| rows.obligations[1].state = "met".into(),
        &|rows| rows.obligations.push(rows.obligations[0].clone()),
        &|rows| rows.names = vec!["new ada".into(), "ada".into(), "ada  new".into(), "new ada".into()],
        &|rows| (rows.date_of_birth, rows.born_about) = (None, Some("1990-02".into())),
        &|rows| rows.also_known_as = vec!["Ada One".into(), "Ada Two".into()],
        &|rows| rows.identifiers.clear(),
        &|rows| rows.cases[0].ended_on = Some("2026-05-01".into()),
        &|rows| *rows = rows::PersonRows { display_name: "Only a name".into(), ..rows::PersonRows::default() },
    ];
    for step in steps {
        step(&mut wanted);
        let next = wanted.clone();
        store.write(move |tx| rows::replace(tx, &person(1), &next)).unwrap();
        let stored = store.read(|tx| rows::dump(tx, &person(1))).unwrap();
        assert_eq!(stored, Some(wanted.clone().canonical()));
    }
    assert_eq!(named(&store, &["ada"], ""), Vec::<String>::new());
}

/// The streams of people with a name of one of these words beside another that begins so.
fn named(store: &Store, words: &[&str], beginning: &str) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut found = Vec::new();
    let mut visit = |row: rows::Named<'_>| {
        found.push(format!("{} {}", row.stream, row.born));
        Ok(())
    };
    store.read(|tx| rows::named_beginning(tx, &words, beginning, ("", "9"), 100, &mut visit)).unwrap();
    found.sort();
    found
}

fn the_words_of_a_name_follow_the_name(world: &World) {
    let store = world.open();
    let put = |rows: rows::PersonRows| store.write(move |tx| rows::replace(tx, &person(1), &rows)).unwrap();
    let of = |names: &[&str], born: &str| rows::PersonRows {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        born_about: (!born.is_empty()).then(|| born.to_owned()),
        ..rows::PersonRows::default()
    };
    put(of(&["mary ann smith", "polly jones"], "1985"));
    assert_eq!(named(&store, &["mary"], ""), ["person/p000001 1985"; 2]);
    assert_eq!(named(&store, &["smith"], "an"), ["person/p000001 1985"]);
    assert_eq!(named(&store, &["jones"], "m"), Vec::<String>::new());
    put(of(&["mary jones"], "1986-01"));
    assert_eq!(named(&store, &["smith", "polly", "ann"], ""), Vec::<String>::new());
    assert_eq!(named(&store, &["jones"], "mary"), ["person/p000001 1986-01"]);
    let alike = |typed: &str| {
        let cuts = rows::cuts(typed);
        store.read(|tx| rows::alike(tx, cuts.iter().map(String::as_str))).unwrap()
    };
    assert_eq!(alike("joness"), ["jones"]);
    assert_eq!(alike("smiht"), ["smith"], "a word once met stays in the list");
    for tamper in [
        "DELETE FROM person_words WHERE word = 'jones'",
        "UPDATE person_words SET born = '1900' WHERE word = 'mary'",
        "DELETE FROM name_words WHERE word = 'jones'",
    ] {
        let whole = of(&["mary jones"], "1986-01");
        store.write(|tx| tx.exec("DELETE FROM person_words", &[]).map(drop)).unwrap();
        store.write(|tx| tx.exec("DELETE FROM people", &[]).map(drop)).unwrap();
        put(whole);
        let before = store::verify(&store).unwrap().found;
        store.write(move |tx| tx.exec(tamper, &[]).map(drop)).unwrap();
        assert_eq!(store::verify(&store).unwrap().found, before + 1, "{tamper}");
    }
}

fn who_was_shown_to_whom_is_chained(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let search = Entry { stream: None, detail: "search".into(), ..entry(Action::Consultation, &person(1), vec![]) };
    let shown = [person(2), person(1)];
    let (later, wrong) = (Entry { at: NOW + 5, ..search.clone() }, entry(Action::Alteration, &person(1), vec![]));
    store.write(move |tx| access_log::write_shown(tx, &later, &shown).map(drop)).unwrap();
    store.write(move |tx| access_log::write_shown(tx, &search, &[]).map(drop)).unwrap();
    assert!(store.write(move |tx| access_log::write_shown(tx, &wrong, &[person(1)]).map(drop)).is_err());
    assert!(store::verify(&store).unwrap().is_clean());
    let about = store.read(|tx| access_log::of_stream(tx, &person(2))).unwrap();
    assert_eq!(about.iter().map(|e| (e.seq, e.entry.detail.as_str())).collect::<Vec<_>>(), [(2, "search")]);
    assert_eq!(store.read(|tx| access_log::of_stream(tx, &person(1))).unwrap().len(), 2);
    assert_eq!(store.read(|tx| access_log::shown(tx, "main", 2)).unwrap(), [person(1), person(2)]);

    let mut page = Page { about: About::Actor("worker-1".into()), from: 0, until: NOW + 6, after: None, limit: 2 };
    let mut seen = Vec::new();
    loop {
        let entries = store.read(|tx| access_log::page(tx, &page)).unwrap();
        let Some(last) = entries.last() else { break };
        page.after = Some((last.entry.at, last.writer.clone(), last.seq));
        seen.extend(entries.iter().map(|e| e.seq));
    }
    assert_eq!(seen, [2, 3, 1], "newest first");
    let of_person = Page { about: About::Stream(person(1)), after: None, until: NOW + 5, ..page.clone() };
    assert_eq!(store.read(|tx| access_log::page(tx, &of_person)).unwrap().len(), 1);

    let view =
        Entry { detail: "view_person; reason given: duty".into(), ..entry(Action::Consultation, &person(3), vec![]) };
    for n in 0..3_i64 {
        let view = Entry { at: NOW + 10 + n, stream: Some(person(3 + u32::try_from(n).unwrap() % 2)), ..view.clone() };
        store.write(move |tx| access_log::write(tx, &view).map(drop)).unwrap();
    }
    let last = store.read(|tx| access_log::last_looked_at(tx, "worker-1", "view_person", 50)).unwrap();
    assert_eq!(last, [(person(3), NOW + 12), (person(4), NOW + 11)]);

    store.write(|tx| tx.exec("DELETE FROM access_log_shown WHERE stream = 'person/p000002'", &[]).map(drop)).unwrap();
    assert!(store::verify(&store).unwrap().findings.concat().contains("list of people shown was changed"));
    store.write(|tx| tx.exec("DELETE FROM access_log_shown", &[]).map(drop)).unwrap();
    assert!(store::verify(&store).unwrap().findings.concat().contains("list of people shown is gone"));
}

fn fill(store: &Store, people: u32) {
    store
        .write(move |tx| {
            let people: Vec<_> = (0..people).map(|n| (person(n), person_rows(n))).collect();
            rows::replace_all(tx, &people.iter().map(|(stream, rows)| (stream, rows)).collect::<Vec<_>>())
        })
        .unwrap();
}

fn people_are_found_by_words_numbers_and_birth(world: &World) {
    let store = world.open();
    fill(&store, 20);
    let mut pairs = Vec::new();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    store
        .read(|tx| {
            rows::named(tx, &words(&["ada", "eve"]), &words(&["person12", "person3", "nobody"]), &mut |row| {
                pairs.push((row.word.to_owned(), row.other.to_owned(), row.born.to_owned(), row.stream.to_owned()));
                Ok(())
            })
        })
        .unwrap();
    pairs.sort();
    assert_eq!(pairs.iter().map(|row| row.3.as_str()).collect::<Vec<_>>(), ["person/p000012", "person/p000003"]);
    assert_eq!((pairs[0].0.as_str(), pairs[0].1.as_str(), pairs[0].2.as_str()), ("ada", "person12", "1990-02-28"));
    assert_eq!(named(&store, &["ada"], "person1").len(), 11);
    assert_eq!(named(&store, &["person1"], "a"), ["person/p000001 1990-02-28"]);
    let mut both = 0;
    let mut count = |_: rows::Named<'_>| {
        both += 1;
        Ok(())
    };
    store.read(|tx| rows::named_from(tx, "pers", "a", 15, &mut count)).unwrap();
    assert_eq!(both, 15, "no more than asked for");
    let born = |from: &str, until: &str| {
        let mut found = 0;
        store
            .read(|tx| {
                rows::born_between(tx, from, until, 50, &mut |_, names, born| {
                    assert!(names.starts_with("ada ") && born == "1990-02-28");
                    found += 1;
                    Ok(())
                })
            })
            .unwrap();
        found
    };
    assert_eq!((born("1990-02", "1990-03"), born("1991", "1992")), (20, 0));

    let numbered = |numbers: &[&str], beginnings: bool| {
        let numbers: Vec<String> = numbers.iter().map(|number| rows::number_key(number)).collect();
        let mut streams = store.read(|tx| rows::numbered(tx, &numbers, beginnings, 50)).unwrap();
        streams.sort();
        streams
    };
    assert_eq!(numbered(&["s3 / 90a", "none"], false), ["person/p000003"]);
    assert_eq!(numbered(&["s1"], true).len(), 11);
    assert_eq!(numbered(&["ORDER1"], false).len(), 20, "an order's reference is a number too");

    let streams = vec!["person/p000003".to_owned(), "person/p000004".to_owned(), "person/nobody".to_owned()];
    let (profiles, identifiers, in_hand) = store
        .read(|tx| {
            let profiles = rows::profiles(tx, &streams, "worker-9")?;
            Ok((profiles, rows::identifiers_of(tx, &streams)?, rows::held(tx, &streams)?))
        })
        .unwrap();
    assert_eq!(profiles.len(), 2);
    let three = profiles.iter().find(|profile| profile.stream == person(3)).unwrap();
    assert_eq!((three.display_name.as_str(), three.born.as_str()), ("Ada Person3", "1990-02-28"));
    assert_eq!(three.names, ["ada person3"]);
    assert_eq!(identifiers.iter().map(|(_, known)| known.value.as_str()).collect::<Vec<_>>(), ["S3/90A", "S4/90A"]);
    let hidden = crate::world::restricted_rows(3, &["worker-9"]);
    store.write(move |tx| rows::replace(tx, &person(3), &hidden)).unwrap();
    let seen = |viewer: &str| store.read(|tx| rows::profiles(tx, &streams, viewer)).unwrap().len();
    assert_eq!((seen("worker-9"), seen("worker-8")), (2, 1));
    assert_eq!(in_hand.len(), 2);
    assert_eq!(in_hand[0].worker.as_deref(), Some("worker-1"));
}

fn pages_follow_each_other(world: &World) {
    let store = world.open();
    fill(&store, 25);
    let of = WorklistOf::Team("east-1".into());
    let (mut list, mut due) = (worklist(of, None, "2026-03-31", 10), vec![]);
    loop {
        let page = store.read(|tx| rows::worklist(tx, &list)).unwrap();
        let Some(row) = page.last() else { break };
        list.after = Some(row.cursor.clone());
        due.extend(page.into_iter().map(|row| row.due));
    }
    assert_eq!(due.len(), 75);
    assert!(due.is_sorted());
}

fn worklist(of: WorklistOf, from: Option<&str>, until: &str, limit: u32) -> Worklist {
    let (viewer, from) = ("worker-1".to_owned(), from.map(str::to_owned));
    Worklist { of, viewer, governing: false, from, until: until.into(), after: None, limit }
}

fn worklists_counts_and_refreshes(world: &World) {
    let store = world.open();
    fill(&store, 4);
    let list = |of: WorklistOf, from: Option<&str>, until: &str| {
        let list = worklist(of, from, until, 100);
        store.read(|tx| rows::worklist(tx, &list)).unwrap().len()
    };
    assert_eq!(list(WorklistOf::Worker("worker-1".into()), None, "2026-03-04"), 8);
    assert_eq!(list(WorklistOf::Team("east-1".into()), Some("2026-03-05"), "2026-03-09"), 4);
    assert_eq!(list(WorklistOf::Team("west".into()), None, "2026-03-31"), 0);
    let counts = store.read(|tx| rows::counts(tx, Some("east-1"), "worker-1")).unwrap();
    assert_eq!(
        counts.iter().map(|c| (c.quarter.as_str(), c.state.as_str(), c.count)).collect::<Vec<_>>(),
        [("2026 Q1", "open", 12)]
    );
    assert_eq!(store.read(|tx| rows::counts(tx, None, "worker-1")).unwrap(), counts);
    let cases = store.read(|tx| rows::cases_of(tx, "worker-1", "worker-1")).unwrap();
    assert_eq!((cases.len(), cases[3].1.clone()), (4, person_rows(3).cases[0].clone()));
    let refresh = |today: &str, after| store.read(|tx| rows::people_to_refresh(tx, today, after, 3)).unwrap();
    assert_eq!(refresh("2026-03-04", None), []);
    assert_eq!(refresh("2026-03-05", None), [person(0), person(1), person(2)]);
    assert_eq!(refresh("2026-03-05", Some(&person(2))), [person(3)]);
}

fn a_write_that_was_begun_is_done_whether_it_is_waited_for_or_not(world: &World) {
    let store = world.open();
    let first = store.begin_write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let second = store.begin_write(|tx| command(tx, &person(1), 1, 2)).unwrap();
    let refused = store.begin_write(|tx| command(tx, &person(1), 0, 3)).unwrap();
    drop(first);
    assert_eq!(second.done().unwrap().version, 2);
    assert!(matches!(refused.done(), Err(StoreError::Conflict { .. })));
    let broken = store.begin_write(|_| -> Result<(), StoreError> { panic!("a closure breaks off (part of the test)") });
    assert!(matches!(broken.unwrap().done(), Err(StoreError::Panicked)));
    assert_eq!(store.read(|tx| events::version(tx, &person(1))).unwrap(), 2);
}

fn a_note_is_answered_when_it_is_committed_and_witnessed_soon_after(world: &World) {
    let store = world.open();
    let look =
        || store.begin_note(|tx| access_log::write(tx, &entry(Action::Consultation, &person(1), vec![]))).unwrap();
    let before = look().done().unwrap();
    let after = look().done().unwrap();
    assert_eq!(after, before + 1);
    assert_eq!(store.read(|tx| access_log::head(tx, "main")).unwrap().seq, after);
    let begun = Instant::now();
    let witnessed = || witness::read_heads(store.witness()).unwrap().last().map(|seen| seen.head.seq);
    while witnessed() != Some(after) {
        assert!(begun.elapsed() < Duration::from_secs(30), "the witness saw {:?}", witnessed());
    }
}

fn nobody_else_writes_the_same_chain(world: &World) {
    let _first = world.open();
    let second = Store::open(&world.location, &world.options()).unwrap_err();
    assert!(matches!(second, StoreError::Locked(_)), "{second}");
    assert!(second.to_string().contains("is open for writing in another process"), "{second}");
}

fn a_reader_cannot_write(world: &World) {
    let missing = Store::open(&world.location, &Options { access: Access::Read, ..world.options() }).unwrap_err();
    assert!(missing.to_string().starts_with("there is no database at"), "{missing}");
    let writer = world.open();
    writer.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let reader = Store::open(&world.location, &Options { access: Access::Read, ..world.options() }).unwrap();
    assert_eq!(reader.read(|tx| events::version(tx, &person(1))).unwrap(), 1);
    let refused = reader.write(|tx| command(tx, &person(1), 1, 2)).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused}");
    let refused = writer.read(|tx| tx.exec("DELETE FROM events WHERE version = ?1", &[Val::Int(1)])).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused}");
    let refused =
        writer.read(|tx| access_log::write(tx, &entry(Action::Consultation, &person(1), vec![]))).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused}");
}

fn a_read_sees_one_moment(world: &World) {
    let store = world.open();
    store.write(|tx| command(tx, &person(1), 0, 1)).unwrap();
    let (before, after) = store
        .read(|tx| {
            let before = events::version(tx, &person(1))?;
            store.write(|tx| command(tx, &person(1), 1, 2))?;
            Ok((before, events::version(tx, &person(1))?))
        })
        .unwrap();
    assert_eq!((before, after), (1, 1));
}

fn bad_names_and_texts_are_refused(world: &World) {
    let store = world.open();
    for stream in [StreamId::new("Person", "1"), StreamId::new("person", ""), StreamId::new("person", "a\nb")] {
        let refused = store.write(move |tx| events::append(tx, &stream, 0, &[event(1)])).unwrap_err();
        assert!(matches!(refused, StoreError::Invalid(_)), "{refused}");
    }
    let nul = store
        .write(|tx| {
            let nul = store::NewEvent { body: "\"a\0b\"".into(), ..event(1) };
            events::append(tx, &person(1), 0, &[nul])
        })
        .unwrap_err();
    assert!(nul.to_string().contains("the character NUL"), "{nul}");
    let none = store.write(|tx| events::append(tx, &person(1), 0, &[])).unwrap_err();
    assert!(none.to_string().contains("at least one event"), "{none}");
}

fn a_newer_database_is_refused(world: &World) {
    let store = world.open();
    store
        .write(|tx| {
            tx.exec("INSERT INTO migrations (version, name, sha256, applied_at) VALUES (9999, 'later', '', 0)", &[])
        })
        .unwrap();
    drop(store);
    let refused = Store::open(&world.location, &world.options()).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 9999, .. }), "{refused}");
    assert!(refused.to_string().contains("Use the newer program; the database was not touched."), "{refused}");
}

fn opened_again_it_goes_on(world: &World) {
    for n in 0..3 {
        let store = world.open();
        assert_eq!(store.warnings(), [] as [&str; 0]);
        store.write(move |tx| command(tx, &person(1), i64::from(n), n)).unwrap();
    }
    let store = world.open();
    let log = entries(&store);
    assert_eq!(log.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(log.windows(2).all(|pair| pair[1].prev == pair[0].hash));
}

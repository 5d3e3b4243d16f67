//! Backups are taken while others write, restore into either database, and are refused when anything is wrong.

use std::fs;

use store::{Location, Options, Store, StoreError, backup, events, rows, verify};

use crate::world::{NOW, World, command, person, person_rows};

fn filled(world: &World) -> Store {
    let store = world.open();
    for n in 0..20 {
        store.write(move |tx| command(tx, &person(n % 5), i64::from(n / 5), n)).unwrap();
    }
    store
}

fn restored(into: &World) -> Store {
    let store = into.open();
    let verified = verify(&store).unwrap();
    assert_eq!(verified.findings, [] as [&str; 0]);
    store
}

#[test]
fn a_backup_restores_into_either_database() {
    for from in World::each() {
        let store = filled(&from);
        let file = from.dir.path().join("area.backup");
        let made = backup::backup(&store, &file).unwrap();
        assert_eq!(backup::check(&file).unwrap(), made);
        store.write(|tx| command(tx, &person(9), 0, 900)).unwrap();
        for into in World::each() {
            assert_eq!(backup::restore(&file, &into.location, NOW).unwrap(), made);
            let copy = restored(&into);
            let read = |store: &Store| store.read(|tx| events::read(tx, &person(4), None)).unwrap();
            assert_eq!(read(&copy), read(&store));
            assert_eq!(copy.read(|tx| rows::dump(tx, &person(4))).unwrap(), Some(person_rows(19).canonical()));
            assert_eq!(copy.read(|tx| events::version(tx, &person(9))).unwrap(), 0);
            copy.write(|tx| command(tx, &person(4), 4, 901)).unwrap();
            assert!(verify(&copy).unwrap().is_clean());
            let again = into.dir.path().join("again.backup");
            let again_made = backup::backup(&copy, &again).unwrap();
            assert_ne!(again_made.sha256, made.sha256);
            drop(copy);
            let refused = backup::restore(&file, &into.location, NOW).unwrap_err().to_string();
            assert!(refused.contains("is not empty, and a restore never overwrites"), "{refused}");
        }
    }
}

#[test]
fn the_same_content_makes_the_same_backup_on_both() {
    let mut sums = Vec::new();
    let source = World::sqlite();
    let file = source.dir.path().join("one.backup");
    sums.push(backup::backup(&filled(&source), &file).unwrap().sha256);
    for into in World::each() {
        backup::restore(&file, &into.location, NOW).unwrap();
        let file = into.dir.path().join("two.backup");
        sums.push(backup::backup(&restored(&into), &file).unwrap().sha256);
    }
    assert!(sums.windows(2).all(|pair| pair[0] == pair[1]), "{sums:?}");
}

#[test]
fn a_backup_that_was_cut_or_changed_anywhere_is_refused() {
    let world = World::sqlite();
    let file = world.dir.path().join("area.backup");
    backup::backup(&filled(&world), &file).unwrap();
    let whole = fs::read(&file).unwrap();
    let bad = world.dir.path().join("bad.backup");
    let target = Location::file(world.dir.path().join("restored.db"));
    let step = whole.len() / 200;
    for at in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        for bytes in [&flipped, &whole[..at]] {
            fs::write(&bad, bytes).unwrap();
            let refused = backup::restore(&bad, &target, NOW).unwrap_err();
            assert!(matches!(refused, StoreError::Backup(_)), "byte {at}: {refused}");
            assert!(refused.to_string().contains("Nothing was changed"), "{refused}");
        }
    }
    assert!(!world.dir.path().join("restored.db").exists());
    let again = backup::backup(&world.open(), &file).unwrap_err().to_string();
    assert!(again.contains("a backup is never overwritten"), "{again}");
}

#[test]
fn a_restore_that_broke_off_is_refused_at_open() {
    for world in World::each() {
        let store = filled(&world);
        let half = "INSERT INTO about (name, content) VALUES ('restoring', 'yes')";
        store.write(move |tx| tx.exec(half, &[])).unwrap();
        drop(store);
        for options in [world.options(), Options { access: store::Access::Read, ..world.options() }] {
            let refused = Store::open(&world.location, &options).unwrap_err();
            assert!(matches!(refused, StoreError::HalfRestored(_)), "{refused}");
        }
    }
}

#[test]
fn a_backup_is_taken_while_others_write() {
    for world in World::each() {
        let store = filled(&world);
        let file = world.dir.path().join("online.backup");
        std::thread::scope(|scope| {
            let writing = store.clone();
            let writer = scope.spawn(move || {
                for n in 0..50 {
                    writing.write(move |tx| command(tx, &person(100 + n), 0, 1000 + n)).unwrap();
                }
            });
            backup::backup(&store, &file).unwrap();
            writer.join().unwrap();
        });
        let copy = World::sqlite();
        backup::restore(&file, &copy.location, NOW).unwrap();
        restored(&copy);
    }
}

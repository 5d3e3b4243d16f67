//! What happens to the files: the wrong ones, damaged ones, cut ones; and that both databases have one schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use store::{Access, Location, NewEvent, Options, Store, StoreError, events, rows, verify};

use crate::world::{NOW, World, command, event, person};

fn path(world: &World) -> PathBuf {
    world.dir.path().join("area.db")
}

fn filled(world: &World, people: u32) -> Store {
    let store = world.open();
    for n in 0..people * 3 {
        store.write(move |tx| command(tx, &person(n % people), i64::from(n / people), n)).unwrap();
    }
    store
}

#[test]
fn another_file_is_not_touched() {
    let world = World::sqlite();
    fs::write(path(&world), "id;name\n1;somebody\n".repeat(100)).unwrap();
    let before = fs::read(path(&world)).unwrap();
    let refused = Store::open(&world.location, &world.options()).unwrap_err();
    assert!(matches!(refused, StoreError::NotADatabase(_)), "{refused}");
    assert_eq!(fs::read(path(&world)).unwrap(), before);

    fs::remove_file(path(&world)).unwrap();
    rusqlite::Connection::open(path(&world)).unwrap().execute_batch("CREATE TABLE somebody_elses (a)").unwrap();
    for access in [Access::Create, Access::Read] {
        let refused = Store::open(&world.location, &Options { access, ..world.options() }).unwrap_err();
        assert!(matches!(refused, StoreError::NotADatabase(_)), "{refused}");
    }
}

#[test]
fn what_the_wal_has_gathered_reaches_the_file_while_the_writer_goes_on() {
    let world = World::sqlite();
    let store = world.open();
    let length = || fs::metadata(path(&world)).unwrap().len();
    for n in 0..24 {
        let told = NewEvent { body: format!("{{\"note\":\"{}\"}}", "x".repeat(1 << 20)), ..event(n) };
        store.write(move |tx| events::append(tx, &person(n), 0, std::slice::from_ref(&told)).map(drop)).unwrap();
    }
    // The writer itself would leave 128 MiB in the WAL; it is the thread beside it that brings them over.
    let begun = Instant::now();
    while length() < 8 << 20 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} bytes are in the file", length());
        store.read(|tx| events::version(tx, &person(0))).unwrap();
        store.write(|tx| events::append(tx, &person(0), 1, &[event(100)]).map(drop)).unwrap();
    }
}

#[test]
fn a_missing_folder_or_database_is_named() {
    let world = World::sqlite();
    let nowhere = Location::file(world.dir.path().join("no/area.db"));
    let refused = Store::open(&nowhere, &world.options()).unwrap_err().to_string();
    assert!(refused.contains("its folder is not there"), "{refused}");
    let refused = Store::open(&world.location, &Options { access: Access::Write, ..world.options() }).unwrap_err();
    assert!(matches!(refused, StoreError::Missing(_)), "{refused}");
}

#[test]
fn postgres_that_is_not_there_is_said_without_the_password() {
    let location: Location = "postgres://area:s3cret@127.0.0.1:1/area".parse().unwrap();
    let refused = Store::open(&location, &Options::new(NOW)).unwrap_err();
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused}");
    let said = format!("{refused} {refused:?}");
    assert!(said.contains("postgres://area@127.0.0.1:1/area cannot be reached"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

/// The files as a power cut would leave them: copied while the store is open.
fn copied(from: &World) -> World {
    let to = World::sqlite();
    for name in ["area.db", "area.db-wal"] {
        fs::copy(from.dir.path().join(name), to.dir.path().join(name)).unwrap();
    }
    fs::create_dir(to.dir.path().join("witness")).unwrap();
    for name in ["main.head", "main.key", "main.pub"] {
        fs::copy(from.dir.path().join("witness").join(name), to.dir.path().join("witness").join(name)).unwrap();
    }
    to
}

#[test]
fn a_log_cut_short_anywhere_is_noticed_at_open() {
    let world = World::sqlite();
    let store = filled(&world, 10);
    let copy = copied(&world);
    assert!(verify(&copy.open()).unwrap().is_clean(), "uncut, the copy is whole");
    let length = fs::metadata(path(&world).with_extension("db-wal")).unwrap().len();
    for part in 1..=40 {
        let copy = copied(&world);
        let wal = fs::File::options().write(true).open(path(&copy).with_extension("db-wal")).unwrap();
        wal.set_len(length - length * part / 41).unwrap();
        drop(wal);
        match Store::open(&copy.location, &copy.options()) {
            Err(StoreError::LostTail { .. } | StoreError::NotADatabase(_) | StoreError::Witness(_)) => {}
            // Cut before the first table was there: everything is lost, and the witness says so.
            other => panic!("cut by {part}/41: {other:?}"),
        }
    }
    drop(store);
}

/// Writes `bytes` to `file` with one bit of the byte at `at` changed.
fn flip(bytes: &[u8], at: usize, file: &Path) {
    let mut flipped = bytes.to_vec();
    flipped[at] ^= 1 << (at % 8);
    fs::write(file, flipped).unwrap();
}

/// Never wrong data without a word: after a flip, either opening or verify objects (then the answer is yes), or
/// everything that is read is right.
fn never_silently_wrong(world: &World, file: &Path, at: usize, people: u32) -> bool {
    let Ok(store) = Store::open(&world.location, &world.options()) else { return true };
    if verify(&store).map_or(true, |verified| !verified.is_clean()) {
        return true;
    }
    for n in 0..people {
        let known = store.read(|tx| events::read(tx, &person(n), None)).unwrap();
        let right = (0..3).map(|round| event(n + round * people)).collect::<Vec<_>>();
        let read: Vec<_> = known.into_iter().map(|stored| stored.event).collect();
        assert_eq!(read, right, "byte {at} of {} changed what is read", file.display());
        // What the rows of read models say is recomputed by the service; here it is enough that reading them ends.
        let _ = store.read(|tx| rows::dump(tx, &person(n)));
    }
    false
}

#[test]
fn a_flipped_byte_never_changes_the_record_silently() {
    let world = World::sqlite();
    drop(filled(&world, 80));
    let whole = fs::read(path(&world)).unwrap();
    let mut noticed = 0;
    for k in 0..150 {
        let copy = World::sqlite();
        let at = (k * 7919 + 13) % whole.len();
        flip(&whole, at, &path(&copy));
        fs::create_dir(copy.dir.path().join("witness")).unwrap();
        for name in ["main.head", "main.key", "main.pub"] {
            let from = world.dir.path().join("witness").join(name);
            fs::copy(from, copy.dir.path().join("witness").join(name)).unwrap();
        }
        noticed += usize::from(never_silently_wrong(&copy, &path(&copy), at, 80));
    }
    assert!(noticed > 20, "{noticed} of 150 flips hit something that is in use");
}

#[test]
fn a_flipped_byte_of_the_wal_never_changes_the_record_silently() {
    let world = World::sqlite();
    let store = filled(&world, 20);
    let whole = fs::read(path(&world).with_extension("db-wal")).unwrap();
    for k in 0..50 {
        let copy = copied(&world);
        let at = (k * 104_729 + 7) % whole.len();
        let wal = path(&copy).with_extension("db-wal");
        flip(&whole, at, &wal);
        never_silently_wrong(&copy, &wal, at, 20);
    }
    drop(store);
}

/// Table, column, type and whether it may be empty, as each database tells of itself.
type Schema = BTreeMap<(String, String), (String, bool)>;

#[test]
fn both_databases_have_one_schema() {
    let Some(postgres) = World::postgres() else { return };
    let sqlite = World::sqlite();
    let schema = |world: &World, sql: &'static str| -> Schema {
        let found = world.open().read(|tx| tx.rows(sql, &[])).unwrap();
        found
            .into_iter()
            .map(|mut row| {
                let place = (row.text(0).unwrap(), row.text(1).unwrap());
                (place, (row.text(2).unwrap(), row.int(3).unwrap() != 0))
            })
            .collect()
    };
    let ours = schema(
        &sqlite,
        "SELECT m.name, c.name, c.type, c.\"notnull\" OR c.pk > 0 FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'",
    );
    let theirs = schema(
        &postgres,
        "SELECT table_name::text, column_name::text, data_type::text, (is_nullable = 'NO')::int::bigint \
         FROM information_schema.columns WHERE table_schema = current_schema()",
    );
    let logical = |schema: Schema| -> Schema {
        let name = |kind: &str| match kind {
            "INTEGER" | "BIGINT" | "bigint" => "number",
            "BLOB" | "bytea" => "bytes",
            _ => "text",
        };
        schema.into_iter().map(|(place, (kind, required))| (place, (name(&kind).to_owned(), required))).collect()
    };
    assert_eq!(logical(ours), logical(theirs));
}

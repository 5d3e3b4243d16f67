//! Keeping the whole: verify, refresh, export, backup, restore, the synthetic area, the demonstration, the campaign.

use crate::world::World;

#[test]
fn verify_is_clean_and_names_a_byte_that_was_changed_by_hand() {
    let world = World::with_order();
    assert!(world.done("--as aud verify").ends_with("the read models of 1 person: nothing differs.\n"));
    let by_hand = rusqlite::Connection::open(world.path("throughline.db")).unwrap();
    let change =
        "UPDATE events SET body = replace(body, 'Example', 'Exbmple') WHERE stream = 'person/p-1' AND version = 1";
    assert_eq!(by_hand.execute(change, []).unwrap(), 1);
    drop(by_hand);
    let said = world.run("--as aud verify");
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("person/p-1"), "{}{}", said.out, said.err);
    assert!(said.err.contains("keep a copy of the database"), "{}", said.err);
}

#[test]
fn a_tail_that_was_cut_off_is_noticed_at_the_start() {
    let world = World::with_order();
    world.done("--as ada backup before.backup");
    world.done("--as amy person show p-1");
    world.done("--store second.db restore before.backup");
    let said = world.refused("--store second.db --witness throughline.db.witness --as amy worklist");
    assert!(said.starts_with("throughline: the database second.db has lost its tail: "), "{said}");
}

#[test]
fn a_database_from_a_newer_version_is_not_touched() {
    let world = World::with_order();
    let by_hand = rusqlite::Connection::open(world.path("throughline.db")).unwrap();
    let tomorrow = "INSERT INTO migrations SELECT version + 90, name, sha256, applied_at FROM migrations";
    by_hand.execute(tomorrow, []).unwrap();
    drop(by_hand);
    assert!(world.refused("--as amy worklist").contains("is from a newer version of Throughline"));
}

#[test]
fn a_backup_is_restored_into_an_empty_place_only() {
    let world = World::with_order();
    assert!(world.done("--as ada backup area.backup").starts_with("Backed up to area.backup: "));
    assert!(world.refused("--as ada backup area.backup").contains("area.backup"));
    world.done("--store second.db restore area.backup");
    assert_eq!(world.done("--as amy person search exam"), world.done("--store second.db --as amy person search exam"));
    assert_eq!(
        world.refused("--store second.db restore area.backup"),
        "throughline: second.db is not empty, and a restore never overwrites: name a new file or an empty database."
    );
}

#[test]
fn records_are_exported_to_a_new_file_only() {
    let world = World::with_order();
    assert_eq!(
        world.done("--as ada export events").lines().count(),
        4 + 7,
        "four of the person, seven of the register"
    );
    assert!(world.done("--as ada export facts --to facts.csv").contains("facts exported to facts.csv"));
    let facts = std::fs::read_to_string(world.path("facts.csv")).unwrap();
    assert!(facts.starts_with("person,case,fact,on,at,attributes\np-1,CPO-1,"), "{facts}");
    assert_eq!(
        world.refused("--as ada export facts --to facts.csv"),
        "throughline: facts.csv is there already and was not touched: name another file, or move it away"
    );
}

#[test]
fn a_night_later_the_worklists_are_refreshed_and_verify_agrees() {
    let world = World::with_order();
    let refreshed = world.done("--now 2026-03-30T02:00 --as ada refresh");
    assert_eq!(refreshed, "The worklists are those of Monday 30 March 2026; recomputed for 1 person.\n");
    world.done("--now 2026-03-30T03:00 --as aud verify");
}

#[test]
fn the_same_seed_makes_the_same_area() {
    let world = World::empty();
    let made = world.done("--store one.db synthetic --people 20 --seed 7 --until 2026-03-15");
    assert!(made.starts_with("20 people with "), "{made}");
    world.done("--store two.db synthetic --people 20 --seed 7 --until 2026-03-15");
    let facts = |store: &str| {
        let administrator = world.administrator(store);
        world.done(&format!("--store {store} --as {administrator} export facts"))
    };
    assert_eq!(facts("one.db"), facts("two.db"));
    assert!(world.refused("--store one.db synthetic --people 2").contains("say who acts with --as ACCOUNT"));
}

#[test]
fn the_demonstration_walks_through_an_area() {
    let world = World::empty();
    let tour = world.done("demo --tour --people 60");
    for step in 1..=8 {
        assert!(tour.contains(&format!("──── {step}. ")), "{step}\n{tour}");
    }
    assert!(tour.contains("nothing differs."), "{tour}");
    assert!(world.path("demo/area.db").exists());
    world.done("demo --tour --people 60");
}

#[test]
fn a_store_that_is_killed_loses_nothing_it_acknowledged() {
    let world = World::empty();
    let said = world.done("--store campaign.db campaign kill --times 2 --callers 2");
    assert!(said.ends_with("Nothing acknowledged was lost, nothing is there by halves.\n"), "{said}");
    assert!(world.refused("--store campaign.db campaign kill --times 1").contains("is there already"));
}

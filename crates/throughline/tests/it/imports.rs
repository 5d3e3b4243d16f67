//! Importing through a map.

use crate::world::World;

pub(crate) const MAP: &str = r#"
id = "town"
title = "Releases of a town"
agency = "town"
key = "{number}"
person = "town-{number}"

[columns.released]
date = "day/month/year"

[columns.sex]
one_of = ["m", "f"]
translate = { m = "male", f = "female" }
otherwise = "leave out"

[[event]]
kind = "person.described"
happened = "{released}"
when_any = ["sex"]
data = { answers = { sex = { is = "{sex}" } } }

[[event]]
kind = "custody.released"
happened = "{released}"
data = {}
"#;

#[test]
fn what_cannot_be_kept_is_named_by_its_line_and_nothing_else_is_lost() {
    let world = World::staffed();
    world.write("map.toml", MAP);
    world.write(
        "town.csv",
        "number,released,sex,note\n1,02/03/2024,m,x\n2,30/02/2024,f,x\n3,03/03/2024,?,x\n4,04/03/2024,f\n",
    );
    let said = world.run("--as ada import --map map.toml town.csv --report troubles.jsonl");
    assert_eq!(said.code, 0, "{}", said.err);
    insta::assert_snapshot!(said.err, @r#"
    line 3: released is "30/02/2024", which is not a date that exists in the form 02/03/2026
    line 4: sex is "?", which is not one of the values that the map allows; it was left out, and the rest of the line kept
    line 5: it has 3 fields where the heading has 4: a delimiter is missing or too many
    "#);
    insta::assert_snapshot!(said.out, @r#"
    4 lines read: 2 added, 0 on record already, 2 refused.
    3 events added.
    1 field was left out, each named above; the rest of its line was kept.
    Columns that the map does not use: note.
    "#);
    assert_eq!(std::fs::read_to_string(world.path("troubles.jsonl")).unwrap().lines().count(), 3);

    let before = world.events();
    let again = world.run("--as ada import --map map.toml town.csv --json");
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("\"already\": 2") && again.out.contains("\"events\": 0"), "{}", again.out);
    assert_eq!(world.events(), before, "a second import adds nothing");
    assert_eq!(
        world.done("--as ann facts count release.from_custody"),
        "release.from_custody: on the record of 2 of 2 people (100%), 2 facts in all.\n"
    );
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_column() {
    let world = World::staffed();
    world.write("map.toml", MAP);
    world.write("town.csv", "\u{feff}number,released,sex\n1,02/03/2024,m\n");
    assert!(world.done("--as ada import --map map.toml town.csv").starts_with("1 line read: 1 added"));
}

#[test]
fn a_map_that_names_a_missing_column_imports_nothing() {
    let world = World::staffed();
    world.write("map.toml", MAP);
    world.write("town.csv", "number,relased,sex\n1,02/03/2024,m\n");
    let before = world.events();
    insta::assert_snapshot!(world.refused("--as ada import --map map.toml town.csv"), @"throughline: the file has no column released; its columns are number, relased, sex. Correct the map, or the file's heading");
    assert_eq!(world.events(), before);
}

#[test]
fn another_encoding_is_named_with_the_way_out() {
    let world = World::staffed();
    world.write("map.toml", MAP);
    world.write("town.csv", b"number,released,sex\n1,02/03/2024,\xe9\n");
    let said = world.run("--as ada import --map map.toml town.csv");
    insta::assert_snapshot!(said.err, @r#"line 2: column 3 is not in UTF-8: save the file in UTF-8, or say its encoding in the map (encoding = "windows-1252")"#);
}

#[test]
fn a_wrong_map_is_refused_by_its_field() {
    let world = World::staffed();
    world.write("town.csv", "number,released,sex\n1,02/03/2024,m\n");
    world.write("kind.toml", MAP.replace("custody.released", "custody.relased"));
    insta::assert_snapshot!(world.refused("--as ada import --map kind.toml town.csv"), @r#"throughline: the map kind.toml: event 2, kind: "custody.relased" is not a kind of event; docs/data-dictionary.md lists them"#);
    world.write("brace.toml", MAP.replace("town-{number}", "town-{number"));
    insta::assert_snapshot!(world.refused("--as ada import --map brace.toml town.csv"), @r#"throughline: the map brace.toml: person: "town-{number" opens a brace and does not close it"#);
    insta::assert_snapshot!(world.refused("--as ada import --map none.toml town.csv"), @"throughline: there is no none.toml: check the path");
    insta::assert_snapshot!(world.refused("--as amy import --map kind.toml none.csv"), @r#"throughline: the map kind.toml: event 2, kind: "custody.relased" is not a kind of event; docs/data-dictionary.md lists them"#);
}

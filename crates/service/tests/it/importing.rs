//! Bringing in real records, and what bad input gets.

use crate::world::{World, actor, repository};
use service::{Imported, LineTrouble, Map, Role, ServiceError};

fn import(world: &World, map: &str, file: &[u8]) -> Result<(Imported, Vec<LineTrouble>), ServiceError> {
    let admin = actor("w-adm", &[Role::Administrator], "capital", "");
    let map = Map::parse("map.toml", map)?;
    let mut troubles = Vec::new();
    let imported =
        world.service.import(&world.request(&admin), &map, file, &mut |trouble| troubles.push(trouble), &mut |_| {})?;
    Ok((imported, troubles))
}

const MAP: &str = r#"
id = "small"
title = "a small file"
agency = "capital"
key = "{n}"
person = "small-{n}"
[columns.born]
date = "day/month/year"
[[event]]
kind = "court.charged"
happened = "2026-01-05"
data = { charge = "CH-1", offence = "{offence}", from = "2008-01-05" }
[[event]]
kind = "person.born"
happened = "2026-01-05"
data = { born = "{born}" }
"#;

#[test]
fn the_real_releases_are_loaded_once_and_the_shifted_rows_are_named() {
    let file = repository().join("../shared/data/iowa_3yr_recidivism.csv");
    let Ok(file) = std::fs::read(&file) else {
        println!("the real releases stand in ../shared/data, which is not here: nothing to load");
        return;
    };
    let map = std::fs::read_to_string(repository().join("examples/iowa-releases.toml")).unwrap();
    let world = World::new();
    let (imported, troubles) = import(&world, &map, &file).unwrap();
    assert_eq!((imported.lines, imported.added, imported.refused), (21_646, 21_646, 0));
    assert_eq!(troubles.len(), 19, "rows whose columns about the new offence are shifted");
    assert!(troubles.iter().all(|trouble| trouble.rest_kept));
    insta::assert_snapshot!(format!("line {}: {}", troubles[0].line, troubles[0].sentence), @r#"line 8052: new_class is "Public Order", which is not one of the values that the map allows (not a class of offence: the columns about the new offence are shifted in this row); it was left out with new_type and new_subtype, and the rest of the line kept"#);

    let analyst = actor("w-ana", &[Role::Analyst], "capital", "");
    let count = |name| world.service.count_facts(&world.request(&analyst), name, None).unwrap();
    let returned = count(facts::FactName::CustodyReturned);
    assert_eq!((returned.people, returned.of_people), (7_027, 21_646));
    assert_eq!(count(facts::FactName::ReleaseFromCustody).people, 21_646);

    let (again, _) = import(&world, &map, &file).unwrap();
    assert_eq!((again.added, again.already, again.events), (0, 21_646, 0), "twice adds nothing");
}

#[test]
fn each_bad_line_is_refused_with_its_number_and_the_good_ones_are_kept() {
    let world = World::new();
    let file = "n,offence,born\n1,theft,17/5/1990\n2,theft\n3,theft,30/02/1990\n4,theft,17/5/2010\n1,theft,17/5/1991\n5,assault,1/1/1980\n";
    let (imported, troubles) = import(&world, MAP, file.as_bytes()).unwrap();
    assert_eq!((imported.lines, imported.added, imported.refused), (6, 2, 4));
    let said: Vec<String> =
        troubles.iter().map(|trouble| format!("line {}: {}", trouble.line, trouble.sentence)).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    line 3: it has 2 fields where the heading has 3: a delimiter is missing or too many
    line 4: born is "30/02/1990", which is not a date that exists in the form 02/03/2026
    line 5: The date of birth, Monday 17 May 2010, is after the date of an offence on this record. One of the two is wrong. (the record)
    line 6: another line before it has the same key: give each line its own, or correct the key in the map
    "#);
}

#[test]
fn a_byte_order_mark_and_another_encoding_are_understood_or_named() {
    let world = World::new();
    let (imported, _) = import(&world, MAP, b"\xEF\xBB\xBFn,offence,born\n1,theft,17/5/1990\n").unwrap();
    assert_eq!(imported.added, 1);
    let (imported, troubles) = import(&world, MAP, b"n,offence,born\n2,th\xE9ft,17/5/1990\n").unwrap();
    assert_eq!(imported.refused, 1);
    assert!(troubles[0].sentence.contains("column 2 is not in UTF-8"), "{}", troubles[0].sentence);
    let latin = MAP.replace("key =", "encoding = \"windows-1252\"\nkey =");
    let (imported, _) = import(&world, &latin, b"n,offence,born\n2,th\xE9ft,17/5/1990\n").unwrap();
    assert_eq!(imported.added, 1);
    let refusal = import(&world, MAP, b"\xFF\xFEn\0,\0").unwrap_err().to_string();
    assert!(refusal.contains("save it as CSV in UTF-8"), "{refusal}");
    assert!(import(&world, MAP, b"").unwrap_err().to_string().contains("is empty"));
}

#[test]
fn a_map_is_refused_before_anything_is_read() {
    let world = World::new();
    let refusal = |map: &str| import(&world, map, b"n,offence,born\n1,theft,17/5/1990\n").unwrap_err().to_string();
    insta::assert_snapshot!(refusal(&MAP.replace("{offence}", "{crime}")), @"the file has no column crime; its columns are n, offence, born. Correct the map, or the file's heading");
    insta::assert_snapshot!(refusal(&MAP.replace("person.born", "person.borne")), @r#"the map map.toml: event 2, kind: "person.borne" is not a kind of event; docs/data-dictionary.md lists them"#);
    insta::assert_snapshot!(refusal(&MAP.replace("key = \"{n}\"", "key = \"{n\"")), @r#"the map map.toml: key: "{n" opens a brace and does not close it"#);
    assert!(refusal(&MAP.replace("agency =", "agencie =")).contains("agencie"));
}

#[test]
fn lines_are_loaded_or_rejected_wherever_the_file_is_cut() {
    let whole: String = std::iter::once("n,offence,born\n".to_owned())
        .chain((0..40).map(|n| format!("{n},\"theft, of \"\"bikes\"\"\",17/5/19{:02}\n", 50 + n)))
        .collect();
    let bytes = whole.as_bytes();
    for cut in (20..bytes.len()).step_by(bytes.len() / 25) {
        let world = World::new();
        let (imported, troubles) = import(&world, MAP, &bytes[..cut]).unwrap();
        assert_eq!(imported.lines, imported.added + imported.refused);
        assert!(imported.refused <= 1 && troubles.len() <= 1, "only the line that was cut");
        let (rest, _) = import(&world, MAP, bytes).unwrap();
        assert_eq!(rest.lines, 40);
        assert_eq!(rest.added + rest.already + rest.refused, 40);
    }
}

//! Definition files: those shipped are sound, and what makes no sense is refused in a sentence.

use crate::world::{beside, definition};
use measure::{Definition, Map, Scale};
use std::fs;

#[test]
fn the_shipped_definitions_and_scales_are_sound() {
    let mut read = 0;
    for file in fs::read_dir(beside("definitions")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "toml") {
            let name = file.file_name().unwrap().to_str().unwrap();
            let definition = Definition::parse(name, &fs::read_to_string(&file).unwrap()).unwrap();
            assert_eq!(format!("{}.toml", definition.id), name, "a definition is named after its id");
            read += 1;
        }
    }
    assert_eq!(read, 4);
    let scale = fs::read_to_string(beside("severity/iowa-classes.toml")).unwrap();
    assert_eq!(Scale::parse("iowa-classes.toml", &scale).unwrap().codes().len(), 7);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let sound = fs::read_to_string(beside("definitions/proven-reoffending.toml")).unwrap();
    let refusal = |from: &str, to: &str| Definition::parse("x.toml", &sound.replace(from, to)).unwrap_err().to_string();
    assert_eq!(
        refusal("offences_before_index = \"leave_out\"", "offences_before_index = \"count\""),
        "x.toml, counts.offences_before_index: Offences dated before the index cannot lie in a window that begins after it. \
         Write \"leave_out\"."
    );
    assert_eq!(
        refusal("dated_by = \"offence\"", "dated_by = \"proof\""),
        "x.toml, follow_up.waiting: Waiting is for offences to be proven, and here what counts is the day of proof. Write \
         \"0 days\"."
    );
    assert!(
        refusal("365 days", "a year").contains("`a year` is not a length. Write `365 days`, `6 months` or `2 years`.")
    );
    assert!(refusal("[counts]", "[counts]\nmistyped = 1").contains("mistyped"));
}

#[test]
fn a_map_says_what_each_row_is() {
    let refusal = Map::parse("map.toml", "[events]\nperson = \"id\"\non = \"date\"\n").unwrap_err().to_string();
    assert_eq!(
        refusal,
        "map.toml, events: Say either `kind`, the column that says what happened, or `every_row_is`, when each row is the same."
    );
}

#[test]
fn a_definition_can_be_followed_for_longer() {
    let two_years = definition("scotland-headline").followed_for(measure::Length::parse("730 days").unwrap());
    assert_eq!(two_years.follow_up.length.to_string(), "730 days");
}

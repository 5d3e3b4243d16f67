//! What needs no store: the rules that the program carries.

use crate::world::World;

#[test]
fn every_standard_of_the_national_objectives_is_listed_with_its_citation() {
    let world = World::empty();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&world.done("standards list --json")).unwrap();
    let national: Vec<_> = listed.iter().filter(|one| one["id"].as_str().unwrap().starts_with("nos.")).collect();
    assert!(national.len() >= 49, "{}", national.len());
    for one in national {
        assert!(one["source"].as_str().unwrap().contains("S3"), "{one}");
    }
    let table = world.done("standards list");
    assert!(table.contains("nos.allocate "), "{table}");
    assert!(world.done("standards list --all").len() > table.len());
}

#[test]
fn a_standard_is_explained_in_full() {
    let said = World::empty().done("standards explain nos.breach.lodged --rulebook scotland");
    assert!(said.contains("Limit: 5 working days"), "{said}");
    assert!(said.contains("Source: S3 NOS 2010 5.29"), "{said}");
    assert!(said.ends_with("It is on.\n"), "{said}");
}

#[test]
fn the_scenarios_of_the_rulebook_hold() {
    let said = World::empty().done("standards scenarios");
    assert!(said.ends_with("scenarios of \"scotland\" hold.\n"), "{said}");
}

#[test]
fn help_names_every_command_and_wrong_arguments_end_with_two() {
    let world = World::empty();
    let help = world.done("--help");
    for command in ["standards", "person", "worklist", "import", "verify", "restore", "demo", "campaign"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
    assert_eq!(world.run("standards chekc").code, 2);
}

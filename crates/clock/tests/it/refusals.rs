//! What a bad rulebook gets: a sentence that names the file, the standard and the field, the rule and the way out.

use crate::shared::{files, scotland};
use clock::Rulebook;
use proptest::prelude::*;

const HEAD: &str = r#"
id = "test"
title = "A test"
version = "1"
jurisdiction = "Nowhere"
[calendars]
council = "town"
"#;

const GOOD: &str = r#"
[[standard]]
id = "nos.allocate"
title = "Case manager allocated"
kind = "deadline"
status = "current"
confidence = "sourced"
source = "S3 NOS 2010 5.3"
applies_to = ["order:any"]
trigger = ["order.received"]
discharged_by = ["case_manager.allocated"]
limit = "2 working days"
calendar = "council"
"#;

fn read(standards: &str) -> Result<Rulebook, String> {
    let files = [("rulebook.toml", HEAD), ("first.toml", standards)];
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Rulebook::parse(&files).map_err(|refusal| refusal.to_string())
}

/// The good standard with one line changed is refused, and the refusal holds these words.
#[track_caller]
fn refused(line: &str, with: &str, words: &str) {
    assert!(GOOD.contains(line), "{line}");
    let refusal = read(&GOOD.replace(line, with)).unwrap_err();
    assert!(refusal.starts_with("first.toml"), "{refusal}");
    assert!(refusal.contains(words), "{refusal}");
}

#[test]
fn the_good_standard_is_read() {
    let rulebook = read(GOOD).unwrap();
    let standard = rulebook.get("nos.allocate").unwrap();
    assert_eq!(standard.limit_words(), "2 working days");
    assert!(standard.describe().contains("Opened by: order.received"));
}

#[test]
fn a_fact_outside_the_vocabulary_is_refused_with_the_nearest() {
    refused("order.received", "order.recieved", "\"trigger\": no fact is called \"order.recieved\"; the nearest is");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    refused(
        "trigger =",
        "triggers =",
        "\"triggers\" is not a key of a deadline of this form; the nearest is \"trigger\"",
    );
    refused("limit =", "every = \"1 week\"\nlimit =", "\"every\": a deadline of this form has no such key");
}

#[test]
fn a_bad_limit_is_refused_with_the_forms() {
    refused("2 working days", "two days", "\"limit\": \"two days\" is not a limit");
    refused("2 working days", "0 days", "the number must be 1 to");
}

#[test]
fn a_missing_key_is_named() {
    refused("discharged_by = [\"case_manager.allocated\"]", "", "\"discharged_by\" is missing");
    refused("calendar = \"council\"", "", "\"calendar\" is missing: the limit counts working days");
    refused("applies_to = [\"order:any\"]", "", "\"applies_to\" is missing");
    refused("kind = \"deadline\"", "", "\"kind\" is missing");
}

#[test]
fn an_unknown_selector_kind_or_word_is_refused() {
    refused("order:any", "orders:any", "\"applies_to\": \"orders:any\" is not a selector");
    refused("\"deadline\"", "\"dedline\"", "\"kind\" is \"dedline\"; it must be one of deadline, cadence");
    refused("\"council\"", "\"court\"", "it counts on the court calendar, but rulebook.toml names none");
}

#[test]
fn two_versions_of_one_id_may_not_overlap() {
    let twice = format!("{GOOD}{GOOD}");
    assert!(read(&twice).unwrap_err().contains("this id stands already in first.toml, in force on the same days"));
    let overlapping = format!("{GOOD}valid_until = 2026-03-01{GOOD}valid_from = 2026-03-01");
    assert!(read(&overlapping).unwrap_err().contains("do not overlap"));
    let following = format!("{GOOD}valid_until = 2026-02-28{GOOD}valid_from = 2026-03-01");
    assert_eq!(read(&following).unwrap().standards().len(), 2);
}

#[test]
fn a_circle_of_references_is_refused() {
    let second = GOOD.replace("nos.allocate", "nos.other");
    let circle = format!("{GOOD}replaces = \"nos.other\"{second}replaces = \"nos.allocate\"");
    assert!(read(&circle).unwrap_err().contains("in a circle: nos.allocate → nos.other → nos.allocate"));
    let nothing = format!("{GOOD}replaces = \"nos.nothing\"");
    assert!(
        read(&nothing).unwrap_err().contains("names the standard \"nos.nothing\", which the rulebook does not have")
    );
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line() {
    let refusal = read("[[standard]\nid = 1").unwrap_err();
    assert!(refusal.starts_with("first.toml is not a TOML file:") && refusal.contains("line 1"), "{refusal}");
    let empty: Vec<(String, String)> = Vec::new();
    assert!(Rulebook::parse(&empty).unwrap_err().to_string().starts_with("rulebook.toml:"));
}

#[test]
fn a_council_may_set_what_is_set_locally_and_nothing_else() {
    let rulebook = read(&GOOD.replace("2 working days", "set locally")).unwrap();
    let local = |id: &str, limit: &str| {
        let text = format!("council = \"x\"\ntitle = \"X\"\nversion = \"1\"\n[limits]\n\"{id}\" = \"{limit}\"");
        rulebook.with_local("local/x.toml", &text).map_err(|refusal| refusal.to_string())
    };
    let with = local("nos.allocate", "1 working day").unwrap();
    assert_eq!(with.get("nos.allocate").unwrap().limit_words(), "1 working day (set by x)");
    assert!(local("nos.allocat", "1 working day").unwrap_err().contains("the rulebook has no such standard"));
    assert!(local("nos.allocate", "soon").unwrap_err().contains("is not a limit"));
    let national = read(GOOD).unwrap();
    let text = "council = \"x\"\nversion = \"1\"\n[limits]\n\"nos.allocate\" = \"1 day\"";
    let refusal = national.with_local("local/x.toml", text).unwrap_err().to_string();
    assert!(refusal.contains("set nationally"), "{refusal}");
}

#[test]
fn a_draft_amends_key_by_key_and_names_what_it_cannot_find() {
    let base = read(GOOD).unwrap();
    let draft = |more: &str| {
        let text = format!(
            "id = \"d\"\ntitle = \"D\"\nversion = \"1\"\njurisdiction = \"Nowhere\"\namends = \"test\"\n{more}"
        );
        base.draft(&[("rulebook.toml".to_owned(), text)]).map_err(|refusal| refusal.to_string())
    };
    let shorter = draft("[[amend]]\nid = \"nos.allocate\"\nlimit = \"1 working day\"").unwrap();
    let standard = shorter.get("nos.allocate").unwrap();
    assert_eq!((standard.limit_words().as_str(), standard.title()), ("1 working day", "Case manager allocated"));
    assert!(draft("[[amend]]\nid = \"nos.x\"").unwrap_err().contains("no such standard in test to amend"));
    assert!(draft("remove = [\"nos.x\"]").unwrap_err().contains("\"remove\": there is no standard"));
    assert!(draft("remove = [\"nos.allocate\"]").unwrap().get("nos.allocate").is_none());
}

proptest! {
    #[test]
    fn a_damaged_rulebook_is_read_or_refused_with_its_file(at in 0..GOOD.len(), with in "[ -~]{0,3}", gone in 0_usize..12) {
        let end = (at + gone).min(GOOD.len());
        let damaged = format!("{}{with}{}", &GOOD[..at], &GOOD[end..]);
        if let Err(refusal) = read(&damaged) {
            prop_assert!(refusal.starts_with("first.toml"), "{refusal}");
        }
    }
}

#[test]
fn the_rulebooks_of_this_repository_are_read() {
    let scotland = scotland();
    let national = scotland.standards().iter().filter(|standard| standard.id().starts_with("nos."));
    assert!(national.filter(|standard| standard.is_on()).count() >= 49, "every entry of the national standards is on");
    let draft = scotland.draft(&files("rulebooks/drafts/induction-3-days")).unwrap();
    assert_eq!(draft.get("nos.induction.begin").unwrap().limit_words(), "3 working days");
    for (name, text) in files("rulebooks/scotland/local") {
        scotland.with_local(&name, &text).unwrap();
    }
}

//! What bad input gets: a sentence that names the file, line or field, the rule and the way out; and nothing changes.

use crate::world::World;

const BOOK: &str = "id = \"town\"\ntitle = \"Town\"\nversion = \"1\"\njurisdiction = \"Town\"\n[calendars]\ncouncil = \"scotland\"\ncourt = \"scotland\"\nnational = \"scotland\"\n";

/// The refusal of a rulebook whose standards are these.
fn rulebook(standards: &str) -> String {
    let world = World::empty();
    world.write("town/rulebook.toml", BOOK);
    world.write("town/rules.toml", standards);
    world.refused("standards list --rulebook town")
}

fn standard(id: &str, more: &str) -> String {
    format!(
        "[[standard]]\nid = \"{id}\"\ntitle = \"A standard\"\nkind = \"deadline\"\nstatus = \"current\"\nconfidence = \"sourced\"\nsource = \"Town 1\"\napplies_to = [\"order:any\"]\ndischarged_by = [\"case_manager.allocated\"]\n{more}\n"
    )
}

const TRIGGER: &str = "trigger = [\"order.received\"]\n";
const LIMIT: &str = "limit = \"2 working days\"\ncalendar = \"council\"\n";

#[test]
fn a_rulebook_that_cannot_be_meant_is_refused() {
    let unknown_fact = standard("town.a", &format!("trigger = [\"order.recieved\"]\n{LIMIT}"));
    insta::assert_snapshot!(rulebook(&unknown_fact), @r#"throughline: town/rules.toml, standard town.a: "trigger": no fact is called "order.recieved"; the nearest is "order.received""#);
    let bad_limit = standard("town.a", &format!("{TRIGGER}limit = \"a fortnight\"\n"));
    insta::assert_snapshot!(rulebook(&bad_limit), @r#"throughline: town/rules.toml, standard town.a: "limit": "a fortnight" is not a limit. Write for example "same day", "2 working days", "5 days", "4 weeks", "3 months", "3 months beginning with", "10 years", "72 hours" or "12 weeks before". Or "set locally", or "from attribute NAME"."#);
    let twice = [standard("town.a", &format!("{TRIGGER}{LIMIT}")), standard("town.a", &format!("{TRIGGER}{LIMIT}"))];
    insta::assert_snapshot!(rulebook(&twice.concat()), @r#"throughline: town/rules.toml, standard town.a: this id stands already in town/rules.toml, in force on the same days; give one another id, or "valid_from" and "valid_until" that do not overlap"#);
    let circle = [
        standard("town.a", &format!("{TRIGGER}{LIMIT}replaces = \"town.b\"\n")),
        standard("town.b", &format!("{TRIGGER}{LIMIT}replaces = \"town.a\"\n")),
    ];
    insta::assert_snapshot!(rulebook(&circle.concat()), @r#"throughline: town/rules.toml, standard town.a: "replaces" and "of" lead round in a circle: town.a → town.b → town.a; take one of them out"#);
    insta::assert_snapshot!(rulebook("[[standard]\n"), @r#"
    throughline: town/rules.toml is not a TOML file: TOML parse error at line 1, column 12
      |
    1 | [[standard]
      |            ^
    unclosed array table, expected `]`
    "#);
}

#[test]
fn a_rulebook_that_is_not_there_is_answered_with_those_that_are() {
    insta::assert_snapshot!(World::empty().refused("standards list --rulebook atlantis"), @r#"throughline: there is no rulebook "atlantis": name a folder that holds rulebook.toml, or one of drafts/induction-3-days, scotland"#);
    insta::assert_snapshot!(World::empty().refused("standards list --rules nowhere"), @"throughline: --rules nowhere: the folder must hold the folders rulebooks and calendars; leave --rules out to use the rules that the program carries");
    insta::assert_snapshot!(World::empty().refused("standards list --local nowhere"), @"throughline: --local nowhere: there is no such file, and the rulebook has limits of its own only for: example-council");
    insta::assert_snapshot!(World::empty().refused("standards explain nos.alocate"), @r#"throughline: the rulebook has no standard "nos.alocate": throughline standards list --all names them."#);
}

#[test]
fn a_timeline_is_refused_by_the_number_of_its_fact() {
    let world = World::empty();
    let refusal = |text: &str| {
        world.write("t.json", text);
        world.refused("standards check --timeline t.json --today 2026-03-02")
    };
    insta::assert_snapshot!(refusal(r#"{"facts":[{"name":"order.recieved","on":"2026-03-02"}]}"#), @r#"throughline: t.json: fact 1 of the timeline: no fact is called "order.recieved"; the nearest is "order.received""#);
    insta::assert_snapshot!(refusal(r#"{"facts":[{"name":"order.received","on":"2026-02-30"}]}"#), @r#"throughline: t.json: fact 1 of the timeline: "2026-02-30" is not a date such as 2026-03-02, or does not exist"#);
    insta::assert_snapshot!(refusal("[]"), @r#"throughline: t.json: the timeline is not of the form {"facts":[{"name":…,"on":"2026-03-02","attributes":{…}}, …]}: invalid length 0, expected struct Wire with 1 element at line 1 column 2"#);
    insta::assert_snapshot!(world.refused("standards check --timeline none.json --today 2026-03-02"), @"throughline: there is no none.json: check the path");
}

#[test]
fn a_calendar_without_the_year_asked_for_says_so() {
    let world = World::empty();
    world.write("t.json", r#"{"facts":[{"name":"order.received","on":"2044-03-02","attributes":{"order":"cpo"}}]}"#);
    insta::assert_snapshot!(world.refused("standards check --timeline t.json --today 2044-03-02"), @"throughline: Calendar council-example (version 2026.1) does not cover 2044: it covers 2005 to 2035. Widen `covers` in its file, or choose a calendar that covers the year.");
    insta::assert_snapshot!(world.refused("standards check --timeline t.json --today 2044-03-02 --calendar atlantis"), @"throughline: --calendar: There is no calendar atlantis. The calendars loaded are: council-example, scotland, sheriffdom-example.");
}

#[test]
fn nobody_acts_without_a_name_and_nobody_unknown_acts() {
    let world = World::staffed();
    insta::assert_snapshot!(world.refused("worklist"), @"throughline: say who acts with --as ACCOUNT: every look and every change is entered in the access log under a name");
    insta::assert_snapshot!(world.refused("--as eve worklist"), @r#"throughline: "eve" is not on the staff register of throughline.db: check the account, or have an administrator add it (throughline staff add)"#);
    insta::assert_snapshot!(world.refused("staff add eve --name Eve --role administrator --agency capital"), @"throughline: somebody is on the staff register already: say who acts with --as ACCOUNT (an administrator)");
    insta::assert_snapshot!(world.refused("--as amy staff add eve --name Eve --role administrator --agency capital"), @"throughline: you may not add a member of staff here: administrators do");
    insta::assert_snapshot!(world.refused("--as amy --now 2026-02-30T09:00 worklist"), @r#"throughline: --now: "2026-02-30T09:00" is not a moment that exists: write 2026-03-02T09:00, or 2026-03-02 for the whole day"#);
}

#[test]
fn a_command_out_of_order_is_refused_and_changes_nothing() {
    let world = World::staffed();
    let before = world.events();
    insta::assert_snapshot!(world.record(0, "2026-03-02", "supervision.induction_started", r#"{"order":"CPO-1"}"#).refusal(), @"throughline: There is no order CPO-1 on this record. Record that it was imposed first. (the record)");
    assert_eq!(world.events(), before);

    let world = World::with_order();
    let before = world.events();
    let worked = r#"{"order":"CPO-1","session":"S-1","activity":"work","minutes":60}"#;
    insta::assert_snapshot!(world.record(4, "2026-02-27", "unpaid_work.worked", worked).refusal(), @"throughline: Order CPO-1 was imposed on Monday 2 March 2026; this is said to have happened on Friday 27 February 2026, before it. One of the two dates is wrong. (the record)");
    insta::assert_snapshot!(world.record(4, "2026-03-17", "unpaid_work.worked", worked).refusal(), @"throughline: Tuesday 17 March 2026 has not come yet. What is to happen is planned; what has happened is recorded. (the record)");
    insta::assert_snapshot!(world.record(4, "2026-02-30", "unpaid_work.worked", worked).refusal(), @r#"throughline: --happened: "2026-02-30" is not a date that exists: write 2026-03-02, 2026-03-02T14:30, 2026-03 or 2026"#);
    insta::assert_snapshot!(world.record(4, "2026-03-10", "unpaid_work.wroked", worked).refusal(), @r#"throughline: "unpaid_work.wroked" is not a kind of event: docs/data-dictionary.md lists them. Of that part there are: unpaid_work.inducted, unpaid_work.placement_proposed, unpaid_work.placement_assessed, unpaid_work.placement_trained, unpaid_work.placement_started, unpaid_work.worked."#);
    insta::assert_snapshot!(world.record(4, "2026-03-10", "unpaid_work.worked", r#"{"order":"CPO-1","minutes":60}"#).refusal(), @r#"throughline: Missing field `session`. A "unpaid_work.worked" event has: order, session, activity, minutes, from (may be left out), until (may be left out), supervisor (may be left out) (docs/data-dictionary.md says what each may hold)"#);
    insta::assert_snapshot!(world.record(4, "2026-03-10", "person.identified", r#"{"identifier":{"kind":"chi","value":"0101010101"}}"#).refusal(), @r#"throughline: The last digit of this CHI number does not fit the others, so one of them is wrong: copy it again from the source. A "person.identified" event has: identifier (docs/data-dictionary.md says what each may hold)"#);
    insta::assert_snapshot!(world.record_as("cal", 4, "2026-03-10", "unpaid_work.worked", worked).refusal(), @"throughline: you may not record this here: your role or your team does not; ask the case manager or the team manager");
    assert_eq!(world.events(), before);
}

#[test]
fn a_record_changed_meanwhile_is_a_conflict_that_says_what_changed() {
    let world = World::with_order();
    let before = world.events();
    let level = r#"{"level":"low","reasons":"first offence"}"#;
    insta::assert_snapshot!(world.record(2, "2026-03-10", "supervision.level_set", level).refusal(), @"throughline: the record has changed since you read it (version 2, now 4): order.received of 2026-03-02 by amy; supervision.allocated of 2026-03-03 by amy. Nothing of yours was recorded; look at the change and try again");
    assert_eq!(world.events(), before);
}

#[test]
fn hours_after_completion_are_refused() {
    let world = World::with_order();
    let mut version = 4;
    for day in ["2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10"] {
        let worked = format!(r#"{{"order":"CPO-1","session":"S-{version}","activity":"work","minutes":1200}}"#);
        let said = world.record(version, day, "unpaid_work.worked", &worked);
        assert_eq!(said.code, 0, "{}", said.err);
        version += 1;
    }
    let more = r#"{"order":"CPO-1","session":"S-99","activity":"work","minutes":60}"#;
    insta::assert_snapshot!(world.record(version, "2026-03-11", "unpaid_work.worked", more).refusal(), @"throughline: All hours of order CPO-1 were completed on Tuesday 10 March 2026; no more can be credited. Check the date and the order. (1995 Act s.227I)");
}

#[test]
fn a_database_that_cannot_be_used_is_left_as_it_is() {
    let world = World::empty();
    insta::assert_snapshot!(world.refused("--as amy worklist"), @"throughline: there is no database at throughline.db. Check the path, or run an import or a demo there first.");
    world.write("letter.db", "Dear sir or madam, this is a letter and not a database at all.\n".repeat(100));
    insta::assert_snapshot!(world.refused("--store letter.db --as amy worklist"), @"throughline: letter.db is not a Throughline database. It was not touched: check the path.");
    insta::assert_snapshot!(world.refused("--store mysql://here --as amy worklist"), @"throughline: mysql:// is not a kind of store: name a file, or an address that begins with postgres://.");
    let world = World::with_order();
    std::fs::remove_dir_all(world.path("throughline.db.witness")).unwrap();
    insta::assert_snapshot!(world.refused("--as amy worklist"), @"throughline: the witness of writer main is not in throughline.db.witness. Name its folder with --witness; if it is lost for good, open the database once accepting the lost tail, which begins a new one.");
    world.done("--as amy --accept-lost-tail worklist");
    world.write("cut.backup", "throughline");
    insta::assert_snapshot!(world.refused("--store third.db restore cut.backup"), @"throughline: cut.backup cannot be restored: it ends too early. Nothing was changed: take another backup.");
}

#[test]
fn a_birth_after_the_offence_is_refused() {
    let world = World::staffed();
    let charged = r#"{"charge":"CH-1","offence":"theft","from":"2025-11-01"}"#;
    assert_eq!(world.record(0, "2026-03-02", "court.charged", charged).code, 0);
    let before = world.events();
    insta::assert_snapshot!(world.record(1, "2026-03-02", "person.born", r#"{"born":"2025-12-01"}"#).refusal(), @"throughline: The date of birth, Monday 1 December 2025, is after the date of an offence on this record. One of the two is wrong. (the record)");
    assert_eq!(world.events(), before);
}

#[test]
fn a_database_in_use_and_a_backup_that_was_altered_say_so() {
    let world = World::with_order();
    let lock = std::fs::File::open(world.path("throughline.db.lock")).unwrap();
    lock.try_lock().unwrap();
    insta::assert_snapshot!(world.refused("--as amy worklist"), @"throughline: the database throughline.db is open for writing in another process. Stop that one first, or open this one read-only.");
    drop(lock);
    world.done("--as amy worklist");

    world.done("--as ada backup whole.backup");
    let mut bytes = std::fs::read(world.path("whole.backup")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    world.write("altered.backup", bytes);
    let said = world.refused("--store third.db restore altered.backup");
    assert!(said.starts_with("throughline: altered.backup "), "{said}");
}

#[test]
fn a_demonstration_does_not_replace_what_is_not_its_own() {
    let world = World::empty();
    world.write("mine/area.db", "mine");
    insta::assert_snapshot!(world.refused("demo --dir mine"), @"throughline: mine/area.db is there already and was not made by a demonstration: it was not touched. Name another folder with --dir");
    assert_eq!(std::fs::read_to_string(world.path("mine/area.db")).unwrap(), "mine");
}

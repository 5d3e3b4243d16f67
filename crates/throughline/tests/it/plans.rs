//! Plans and their money, from files and in the store.

use crate::world::World;

const S2: &str = include_str!("../../../../examples/plans/strategic-plan-2008.toml");
const S4: &str = include_str!("../../../../examples/plans/lothian-borders-2011.toml");
const S5: &str = include_str!("../../../../examples/plans/offender-management-programme.toml");

fn world() -> World {
    let world = World::empty();
    for (name, text) in [
        ("s2.toml", S2),
        ("s4.toml", S4),
        ("s5.toml", S5),
        ("formula.toml", include_str!("../../../../funding/formulas/workload-and-need.toml")),
        ("more-need.toml", include_str!("../../../../funding/formulas/more-need.toml")),
        ("area.toml", include_str!("../../../../funding/area.toml")),
        ("spending.toml", include_str!("../../../../funding/spending.toml")),
    ] {
        world.write(name, text);
    }
    world
}

#[test]
fn a_plan_is_imported_with_the_counts_of_its_paper() {
    let world = world();
    insta::assert_snapshot!(world.done("plan import s4.toml"), @"Lothian & Borders area plan 2011–14: 4 aims, 5 priorities, 13 outcomes, 11 objectives, 30 outputs, 92 actions, as many as were counted in the paper.");
    assert!(world.done("plan import s2.toml").ends_with("Consultation: 35 questions, 8 of them key questions.\n"));
    world.write("short.toml", S4.replacen("action = 92", "action = 91", 1));
    insta::assert_snapshot!(world.refused("plan import short.toml --to short.jsonl"), @"throughline: short.toml: counts: the paper has 91 actions, the file 92. Compare them, and mend whichever is wrong.");
    assert!(!world.path("short.jsonl").exists(), "nothing was written");
}

#[test]
fn what_is_due_and_how_it_stands_follow_the_day() {
    let world = world();
    let due = |day: &str| world.done(&format!("--now {day}T09:00 plan due s4.toml --days 365"));
    assert!(due("2011-04-01").starts_with("Late: 0\nDue within 365 days: 45\n"), "{}", due("2011-04-01"));
    assert!(due("2012-04-01").contains("\nDue within 365 days: 24\n"));
    assert!(due("2014-04-01").contains("\nDue within 365 days: 0\n"));
    assert!(due("2012-04-01").starts_with("Late: 45\n") && due("2014-04-01").starts_with("Late: 89\n"));
    let red = world.done("--now 2012-04-01T09:00 plan show s4.toml --colour red --lead cisso");
    insta::assert_snapshot!(red, @r"
    Lothian & Borders area plan 2011–14 (area plan, S4)
    1 April 2011 to 31 March 2014; owner lbcja; consulted since 1 May 2010
    4 aims, 5 priorities, 13 outcomes, 11 objectives, 30 outputs, 92 actions
    Vision: Work in partnership so that people reoffend less and Scotland is safer.

    2.2.2-1 Working group on effective services, advised by the specialist service; lead cisso; due 31 March 2012; serves A1
    NO9
        red: Due on Saturday 31 March 2012, 1 day ago, and not begun.
    ");
    let shown: serde_json::Value =
        serde_json::from_str(&world.done("plan show s4.toml --year 3 --serves NO9 --json")).unwrap();
    // 1.1.1-4, 1.2.1-4, 2.2.2-3, 3.1.1-2, 4.1.2-1 and 4.2.2-1 in the tables.
    assert_eq!(shown["parts"].as_array().unwrap().len(), 6);
}

#[test]
fn the_programme_reads_as_each_version_had_it() {
    let world = world();
    let log = world.done("plan history s5.toml");
    assert_eq!(log.matches("\n  - ").count(), 7, "{log}");
    let goal = |version: &str| world.done(&format!("plan show s5.toml --part PG6 --version {version}"));
    assert!(goal("0.01").contains("PG6 Gender equality"), "{}", goal("0.01"));
    assert!(goal("0.02").contains("PG6 Equality"), "{}", goal("0.02"));
    insta::assert_snapshot!(world.refused("plan show s5.toml --version 0.03"), @"throughline: --version 0.03: the plan has no such version; throughline plan history lists them");
}

#[test]
fn a_stream_grows_by_what_is_recorded_and_is_read_as_known_at_any_moment() {
    let world = world();
    let run = |now: &str, words: &[&str]| world.run_words(&[&["--now", now, "--as", "pat", "plan"], words].concat());
    assert_eq!(run("2010-05-01T09:00", &["import", "s4.toml", "--to", "s4.jsonl"]).code, 0);
    let progress = r#"{"item":"5.1.4-1","stage":"done","note":"Assessed in June"}"#;
    let done =
        run("2011-07-01T09:00", &["record", "s4.jsonl", "action.progressed", progress, "--happened", "2011-06-20"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let stands = |words: &[&str]| {
        let said = run("2011-08-01T09:00", &[&["show", "s4.jsonl", "--part", "5.1.4-1"], words].concat());
        said.out.lines().last().unwrap_or(&said.err).trim().to_owned()
    };
    assert_eq!(
        stands(&[]),
        "amber: Reported done on Monday 20 June 2011, without evidence. Add a document, an address or a figure."
    );
    assert_eq!(stands(&["--known-at", "2011-06-30"]), "green: Due on Saturday 31 March 2012; not begun.");
    assert!(stands(&["--on", "2011-06-30"]).starts_with("amber: "), "it had happened, though nobody had told");
    let refused = run(
        "2011-08-01T09:00",
        &["record", "s4.jsonl", "action.progressed", r#"{"item":"9.9","stage":"done","note":"x"}"#],
    );
    assert_eq!(
        (refused.code, refused.err.trim()),
        (1, "throughline: There is no 9.9 in this plan. Place it first, or check the reference. (the plan)")
    );
    let file = world.refused("plan record s4.toml action.progressed {}");
    assert!(file.contains("is not a stream"), "{file}");
}

#[test]
fn money_is_divided_compared_and_fenced() {
    let world = world();
    insta::assert_snapshot!(world.done("plan funding formula.toml area.toml --with more-need.toml --spending spending.toml"), @r#"
    Lothian & Borders, 2026-27: £14,000,000.00 by "Workload 80%, need 20%"
      Council                    Before  By the formula            Gets        Change
      City of Edinburgh   £7,912,500.00   £7,390,360.39   £7,516,875.00  -£395,625.00
      East Lothian        £1,290,000.00   £1,274,299.62   £1,263,068.78   -£26,931.22
      Midlothian          £1,205,000.00   £1,269,022.78   £1,240,422.41   +£35,422.41
      Scottish Borders    £1,467,500.00   £1,311,381.12   £1,394,125.00   -£73,375.00
      West Lothian        £2,125,000.00   £2,754,936.09   £2,585,508.81  +£460,508.81
      Together           £14,000,000.00  £14,000,000.00  £14,000,000.00         £0.00
    The limit on loss moved £209,258.49.
    Beside "Workload 65%, need 35%":
      Council                    First         Second   Difference
      City of Edinburgh  £7,516,875.00  £7,516,875.00        £0.00
      East Lothian       £1,263,068.78  £1,273,432.94  +£10,364.16
      Midlothian         £1,240,422.41  £1,236,511.23   -£3,911.18
      Scottish Borders   £1,394,125.00  £1,454,453.60  +£60,328.60
      West Lothian       £2,585,508.81  £2,518,727.23  -£66,781.58
    Spent inside the ring-fence: £7,740,000.00
      Outside: edinburgh, Street wardens, £60,000.00. service: community_safety is not a relevant service (S4 6.1; Social
      Work (Scotland) Act 1968 s.27).
      Outside: midlothian, Youth club for everybody, £18,000.50. persons: public is not one of the relevant persons (S4 6.1;
      Social Work (Scotland) Act 1968 s.27).
    "#);
    let steps = world.done("plan funding formula.toml area.toml --arithmetic");
    assert!(steps.ends_with("Together: £14,000,000.00, of £14,000,000.00.\n"), "{steps}");
}

#[test]
fn a_file_that_is_not_a_plan_is_named_with_what_is_wrong() {
    let world = world();
    world.write("odd.toml", S5.replacen("kind = \"programme\"", "kind = \"program\"", 1));
    let said = world.refused("plan show odd.toml");
    assert!(said.starts_with("throughline: odd.toml: the plan cannot be read: "), "{said}");
    assert!(said.contains("unknown variant `program`"), "{said}");
}

#[test]
fn a_plan_is_kept_in_the_store_read_and_recorded_on_there() {
    let world = World::staffed();
    world.done("--as ada staff add pat --name Pat --role planner --agency capital");
    world.write("s5.toml", S5);
    insta::assert_snapshot!(world.refused("--as ann plan import s5.toml --keep"), @"throughline: you may not record this on the plan here: planners of the agency that keeps it do, and those of an action's lead report on the action");
    assert!(world.done("--as pat plan import s5.toml --keep").contains("\nKept in the store as omp-2009: "));
    assert!(world.refused("--as pat plan import s5.toml --keep").contains("There is a plan omp-2009 already."));
    let list = world.done("--as ann plan list");
    assert!(list.contains("omp-2009") && list.contains("5 projects"), "{list}");
    let log = world.done("--as pat plan history omp-2009");
    assert_eq!(log.matches("\n  - ").count(), 7, "the change log of the paper comes out of the store: {log}");
    let told = r#"{"item":"ECD2.1","stage":"under_way","note":"Two courts agreed"}"#;
    let said = world.run_words(&["--as", "pat", "plan", "record", "omp-2009", "action.progressed", told]);
    assert_eq!(said.code, 0, "{}", said.err);
    let shown = world.done("--as pat plan show omp-2009 --part ECD2.1");
    assert!(shown.contains("ECD2.1"), "{shown}");
    let then = world.done("--as pat plan show omp-2009 --known-at 2025-01-01");
    assert!(then.contains("There was no plan yet."), "{then}");
    assert!(world.done("--as aud verify").contains("nothing differs."));
    assert!(world.refused("--as pat plan show nowhere").contains("there is no such record"));
}

#[test]
fn a_paper_is_moved_for_a_demonstration_and_its_title_says_so() {
    let world = world();
    let said = world.done("plan import s4.toml --later 180");
    assert!(said.starts_with("Lothian & Borders area plan 2011–14 (15 years later): 4 aims"), "{said}");
}

#[test]
fn a_report_is_given_as_page_as_data_and_as_a_document_with_the_same_figures() {
    let world = World::staffed();
    world.done("--as ada staff add pat --name Pat --role planner --agency capital");
    world.write("s5.toml", S5);
    world.done("--as pat plan import s5.toml --keep");
    let told = r#"{"report":"quarterly","period":"2026-q1","section":"summary","text":"Much <moved>."}"#;
    world.run_words(&["--as", "pat", "plan", "record", "omp-2009", "report.told", told]);
    let report = "--as pat plan report omp-2009 --kind quarterly --period 2026-q1";
    let data: serde_json::Value = serde_json::from_str(&world.done(&format!("{report} --format json"))).unwrap();
    let sections = data["sections"].as_array().unwrap();
    assert_eq!((sections.len(), &sections[0]["text"]), (5, &"Much <moved>.".into()));
    let page = world.done(report);
    assert!(page.contains("<p>Much &lt;moved&gt;.</p>"), "{page}");
    for figure in sections.iter().flat_map(|section| section["figures"].as_array().unwrap()) {
        let name = figure["figure"].as_str().unwrap();
        let alone = world.done(&format!("{report} --figure {name}"));
        assert_eq!(alone.lines().count(), 1 + figure["rows"].as_array().unwrap().len(), "{name}: {alone}");
    }
    insta::assert_snapshot!(world.refused("--as pat plan report omp-2009 --kind weekly"), @"throughline: --kind weekly: it is quarterly, annual or cpo");
    insta::assert_snapshot!(world.refused("--as pat plan report omp-2009 --kind annual --period 2026-q1"), @r#"throughline: period: "2026-q1" is not a period of this report. Write it as 2025-26. (the plan)"#);
    assert!(world.refused(&format!("{report} --issued")).contains("has not been issued"));
    if cfg!(feature = "pdf") {
        assert!(world.done(&format!("{report} --format pdf --to report.pdf")).contains("is in report.pdf"));
        assert!(std::fs::read(world.path("report.pdf")).unwrap().starts_with(b"%PDF-1.7"));
    }
}

//! Reoffending from the records: what the record says becomes figures, as it was known on a day, and no name leaves.

use crate::world::{World, actor};
use jiff::civil::Date;
use measure::{Cohort, Definition, Scale, Shown};
use serde_json::json;
use service::{CohortsAsked, CohortsMeasured, Role, ServiceError, TraceAsked};

pub(crate) fn definitions() -> Vec<Definition> {
    let read = |id: &str| {
        let file = crate::world::repository().join(format!("definitions/{id}.toml"));
        Definition::parse(id, &std::fs::read_to_string(file).unwrap()).unwrap()
    };
    ["scotland-headline", "scotland-without-pseudo", "proven-reoffending"].map(read).into()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn asked(world: &World, role: Role, as_of: &str) -> Result<CohortsMeasured, ServiceError> {
    let (cohorts, definitions) = ([Cohort::parse("2023-24").unwrap()], definitions());
    let asked = CohortsAsked {
        cohorts: &cohorts,
        definitions: &definitions,
        by: &["disposal".to_owned()],
        scale: None,
        as_of: day(as_of),
        complete_to: day("2026-03-01"),
    };
    let analyst = actor("w-ann", &[role], "capital", "");
    world.service.reoffending(&world.request(&analyst), &asked)
}

/// People who were fined in May 2023 for an offence of January. Of twelve, four were convicted again within the year: two for
/// offences of before.
fn world() -> World {
    let world = World::new();
    for number in 0..12 {
        let id = format!("p-{number}");
        let mut version = 0;
        let mut say = |happened: &str, kind: &str, data: &serde_json::Value| {
            world.try_say(&id, version, happened, kind, data).unwrap();
            version += 1;
        };
        let court = json!({"name": "Capital Sheriff Court", "kind": "sheriff_summary"});
        say("2023-01-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        say("2023-02-01", "court.charged", &json!({"charge": "C-1", "offence": "Theft", "from": "2023-01-10"}));
        say("2023-05-02", "court.convicted", &json!({"charges": ["C-1"], "court": court}));
        say("2023-05-09", "court.disposed", &json!({"charges": ["C-1"], "court": court, "disposal": "monetary"}));
        if number < 4 {
            let from = if number < 2 { "2023-03-01" } else { "2023-07-01" };
            say("2023-08-01", "court.charged", &json!({"charge": "C-2", "offence": "Theft", "from": from}));
            say("2023-11-01", "court.convicted", &json!({"charges": ["C-2"], "court": court}));
        }
    }
    world
}

fn reoffended(measured: &CohortsMeasured) -> Vec<(usize, usize)> {
    let of = |shown: &Shown| match shown {
        Shown::Figures(figures) => (figures.people, figures.reoffended),
        _ => panic!("twelve people are enough"),
    };
    measured.reports.iter().map(|report| of(&report.total.shown)).collect()
}

#[test]
fn the_record_is_measured_under_three_definitions() {
    let measured = asked(&world(), Role::Analyst, "2026-03-02").unwrap();
    assert_eq!(reoffended(&measured), [(12, 4), (12, 2), (12, 2)]);
    assert_eq!(measured.reports[0].rows[0].words, ["fine"], "the disposal is that of the index conviction");
    assert!(!serde_json::to_string(&measured.reports).unwrap().contains("Alex"));
}

#[test]
fn offences_are_grouped_and_weighed_by_their_codes() {
    let world = World::new();
    for number in 0..12 {
        let (id, mut version) = (format!("p-{number}"), 0);
        let mut say = |happened: &str, kind: &str, data: &serde_json::Value| {
            world.try_say(&id, version, happened, kind, data).unwrap();
            version += 1;
        };
        say("2023-01-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        // A theft; then an assault for some, and drink driving for others, which the definition leaves out.
        let again = if number < 4 { "00806" } else { "80301" };
        for (charge, code, from, convicted) in
            [("C-1", "04900", "2023-01-10", "2023-05-02"), ("C-2", again, "2023-07-01", "2023-11-01")]
        {
            say(from, "court.charged", &json!({"charge": charge, "offence": "As charged", "code": code, "from": from}));
            say(convicted, "court.convicted", &json!({"charges": [charge]}));
        }
    }
    let scale = "id = \"s\"\ntitle = \"S\"\nversion = \"1\"\nsource = \"S\"\nunit = \"days\"\nsevere_from = 1000\n\
        [[weight]]\ncode = \"04900\"\nweight = 900\n[[weight]]\ncode = \"00806\"\nweight = 1826\n";
    let scale = Scale::parse("s.toml", scale).unwrap();
    let (cohorts, definitions) = ([Cohort::parse("2023-24").unwrap()], definitions());
    let asked = CohortsAsked {
        cohorts: &cohorts,
        definitions: &definitions[..1],
        by: &["group".to_owned()],
        scale: Some(&scale),
        as_of: day("2026-03-02"),
        complete_to: day("2026-03-01"),
    };
    let analyst = actor("w-ann", &[Role::Analyst], "capital", "");
    let measured = world.service.reoffending(&world.request(&analyst), &asked).unwrap();
    assert_eq!(reoffended(&measured), [(12, 4)], "drink driving is left out");
    assert_eq!(measured.reports[0].rows[0].words, ["dishonesty"]);
    let Shown::Figures(figures) = &measured.reports[0].total.shown else { panic!("twelve people are enough") };
    let severity = figures.severity.as_ref().unwrap();
    assert_eq!((severity.escalated, severity.mean_worst), (4, Some(1826.0)), "each went on to something worse");
}

#[test]
fn the_people_of_a_cohort_are_those_whom_the_manager_may_look_at() {
    let world = world();
    let (cohort, definition) = (Cohort::parse("2023-24").unwrap(), definitions().remove(0));
    let (as_of, complete_to) = (day("2026-03-02"), day("2026-03-01"));
    let asked = TraceAsked { cohort: &cohort, definition: &definition, part: None, as_of, complete_to };
    let manager = actor("w-cat", &[Role::TeamManager], "capital", "t-east");
    let table = world.service.people_of_cohort(&world.request(&manager), &asked).unwrap();
    assert_eq!(table.rows(), 12);
    assert!(table.names().all(|name| name != "name"), "no name is in it");
    let analyst = actor("w-ann", &[Role::Analyst], "capital", "");
    assert!(world.service.people_of_cohort(&world.request(&analyst), &asked).is_err(), "an analyst sees counts only");
    let found = world.service.before_and_after(&world.request(&analyst), &asked).unwrap();
    assert_eq!((found.people, found.before, found.after), (12, 0, 4));
}

#[test]
fn what_was_not_on_record_yet_is_not_in_the_figure_of_that_day() {
    let world = world();
    let refusal = asked(&world, Role::Analyst, "2025-01-01").unwrap();
    assert_eq!(refusal.reports.len(), 0, "nothing was recorded then");
}

#[test]
fn a_case_manager_does_not_look_at_statistics() {
    let refusal = asked(&world(), Role::CaseManager, "2026-03-02").err().unwrap().to_string();
    assert_eq!(refusal, "you may not look at statistics here: analysts and team managers do");
}

/// Twelve people with a payback order of May 2023 with supervision and the Caledonian programme, which the court took off in June.
fn supervised() -> World {
    let world = World::new();
    for number in 0..12 {
        let (id, mut version) = (format!("p-{number}"), 0);
        let mut say = |happened: &str, kind: &str, data: &serde_json::Value| {
            world.try_say(&id, version, happened, kind, data).unwrap();
            version += 1;
        };
        let court = json!({"name": "Capital Sheriff Court", "kind": "sheriff_summary"});
        let order = json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true, "court": court,
            "requirements": [
                {"kind": "programme", "terms": "To take part in the Caledonian programme."},
                {"kind": "supervision", "months": 24},
            ],
        });
        say("2023-01-02", "person.named", &json!({"kind": "legal", "given": "Alex", "family": "Example"}));
        say("2023-01-02", "person.born", &json!({"born": "1998-03-04"}));
        say("2023-01-02", "person.described", &json!({"answers": {"sex": {"is": "male"}}}));
        say(
            "2023-02-01",
            "court.charged",
            &json!({"charge": "C-1", "offence": "Theft", "code": "04900", "from": "2023-01-10"}),
        );
        say("2023-05-02", "court.convicted", &json!({"charges": ["C-1"], "court": court}));
        say("2023-05-09", "order.imposed", &order);
        let disposed =
            json!({"charges": ["C-1"], "court": court, "disposal": "community_payback_order", "order": "CPO-1"});
        say("2023-05-09", "court.disposed", &disposed);
        say("2023-05-20", "supervision.level_set", &json!({"level": "high", "reasons": "A pattern of offences."}));
        let varied = json!({"order": "CPO-1", "removed": ["programme"], "reason": "The programme was not suitable."});
        say("2023-06-20", "order.varied", &varied);
    }
    world
}

#[test]
fn figures_are_broken_down_by_what_the_court_imposed_whatever_was_varied_later() {
    let world = supervised();
    let (cohorts, definitions) = ([Cohort::parse("2023-24").unwrap()], definitions());
    let analyst = actor("w-ann", &[Role::Analyst], "capital", "");
    let row = |by: &str| {
        let by = [by.to_owned()];
        let asked = CohortsAsked {
            cohorts: &cohorts,
            definitions: &definitions[..1],
            by: &by,
            scale: None,
            as_of: day("2026-03-02"),
            complete_to: day("2026-03-01"),
        };
        let measured = world.service.reoffending(&world.request(&analyst), &asked).unwrap();
        (measured.reports[0].rows[0].words[0].clone(), measured.caveats)
    };
    assert_eq!(row("requirement").0, "supervision, programme");
    assert_eq!(row("programme").0, "Caledonian");
    assert_eq!(row("council").0, "capital");
    assert_eq!(row("level").0, "not supervised", "the level came after the index date");
    let (band, caveats) = row("ogrs3");
    assert_eq!(band, "low");
    assert!(caveats[0].contains("(ogrs3 2026.1)") && caveats[0].contains("decides nothing"), "{caveats:?}");
    let groups = ["first-or-less-serious", "persistent", "resettlement", "mental-health", "violent-or-sexual", "women"];
    let said = groups.map(|group| row(group).0);
    assert_eq!(said, ["yes", "no", "no", "no", "no", "no"]);
    assert!(row("women").1[0].contains("may be in several groups"), "S1 1.9");
}

#[test]
fn a_group_of_people_that_no_record_can_be_in_is_refused() {
    let refusal = |from: &str, to: &str| {
        let shipped = include_str!("../../../../groups/reducing-reoffending-2006.toml").replace(from, to);
        let groups = measure::PriorityGroups::parse("groups.toml", &shipped).unwrap();
        crate::world::rules().with_priority_groups(vec![groups]).unwrap_err().to_string()
    };
    assert_eq!(
        refusal("[\"mental_health\"]", "[\"mental health\"]"),
        "groups of people \"reducing-reoffending-2006\": `mental-health`, requirements: no record says \"mental health\"; choose of \
         supervision, compensation, unpaid_work, programme, residence, mental_health, drug_treatment, alcohol_treatment, conduct, \
         restricted_movement"
    );
    assert!(
        refusal("\"sexual\"]", "\"sexuel\"]")
            .contains("`violent-or-sexual`, offences: no record says \"sexuel\"; choose of violent,")
    );
    assert_eq!(
        refusal("id = \"women\"", "id = \"sex\""),
        "groups of people \"reducing-reoffending-2006\": `sex` is the name of another breakdown; choose another id"
    );
}

#[test]
fn a_figure_that_was_asked_for_before_holds_what_was_recorded_since() {
    let world = world();
    assert_eq!(reoffended(&asked(&world, Role::Analyst, "2026-03-02").unwrap()), [(12, 4), (12, 2), (12, 2)]);
    world
        .try_say(
            "p-7",
            4,
            "2023-08-01",
            "court.charged",
            &json!({"charge": "C-2", "offence": "Theft", "from": "2023-07-01"}),
        )
        .unwrap();
    world.try_say("p-7", 5, "2023-11-01", "court.convicted", &json!({"charges": ["C-2"]})).unwrap();
    assert_eq!(reoffended(&asked(&world, Role::Analyst, "2026-03-02").unwrap()), [(12, 5), (12, 3), (12, 3)]);
    assert_eq!(asked(&world, Role::Analyst, "2025-01-01").unwrap().reports.len(), 0, "nothing was recorded then");
    let refusal = asked(&world, Role::CaseManager, "2026-03-02").err().unwrap().to_string();
    assert!(refusal.starts_with("you may not look at statistics"), "what is kept is shown to nobody else: {refusal}");
}

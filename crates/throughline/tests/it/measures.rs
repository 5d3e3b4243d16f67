//! Measures on the command line: each command once, in each format, and what bad input gets.

use crate::world::World;
use std::fmt::Write as _;
use std::path::PathBuf;

const MAP: &str = "[events]\nperson = \"id\"\non = \"convicted\"\nevery_row_is = \"conviction\"\noffence = \"committed\"\n\
                   disposal = \"disposal\"\nattributes = [\"council\"]\n";

/// Sixty people of three councils, of whom a third are convicted again, half of these for an offence of before.
fn with_events() -> World {
    let world = World::empty();
    let mut events = "id,convicted,committed,disposal,council\n".to_owned();
    for number in 0..60 {
        let council = ["Hills", "Coast", "Town"][usize::from(number >= 5) + usize::from(number >= 25)];
        writeln!(events, "p{number},2016-05-{:02},2016-03-01,fine,{council}", 1 + number % 28).unwrap();
        if number % 3 == 0 {
            let committed = if number % 2 == 0 { "2016-04-01" } else { "2016-08-01" };
            writeln!(events, "p{number},2016-11-01,{committed},fine,{council}").unwrap();
        }
    }
    // The last event says to which day the data are complete.
    events += "late,2019-01-01,2018-12-01,fine,Town\n";
    world.write("events.csv", events);
    world.write("map.toml", MAP);
    world
}

const COHORT: &str = "measure reoffending --events events.csv --map map.toml --cohort 2016-17";

#[test]
fn three_series_stand_side_by_side() {
    let said = with_events().done(COHORT);
    for (definition, figures) in [
        ("scotland-headline", "60          20  33.3%"),
        ("scotland-without-pseudo", "60          10  16.7%"),
        ("proven-reoffending", "60          10  16.7%"),
    ] {
        let line = said.lines().find(|line| line.starts_with(&format!("{definition} "))).unwrap();
        assert!(line.contains(figures), "{said}");
    }
    assert!(said.contains("as known on 1 January 2019 from data complete to 1 January 2019"), "{said}");
}

#[test]
fn small_councils_are_not_shown_in_any_format() {
    let world = with_events();
    let by = format!("{COHORT} --definition scotland-headline --by council");
    let table = world.done(&by);
    assert!(table.contains("too few") && table.contains("hidden"), "{table}");
    let csv = world.done(&format!("{by} --format csv"));
    assert!(csv.contains("\nscotland-headline,2016-17,Hills,,,,"), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&world.done(&format!("{by} --format json"))).unwrap();
    assert_eq!(json[0]["rows"][1]["words"][0], "Hills");
    assert!(json[0]["rows"][1].get("figures").is_none());
    let svg = world.done(&format!("{by} --format svg"));
    assert!(
        svg.starts_with("<svg") && svg.contains("<title id=\"Reoffending-title\">") && !svg.contains("Hills"),
        "{svg}"
    );
}

#[test]
fn a_file_gets_its_description_and_a_chart_its_table() {
    let world = with_events();
    world.done(&format!("{COHORT} --format svg --to rates.svg"));
    for file in ["rates.svg", "rates.csv", "rates.csv-metadata.json"] {
        assert!(world.path(file).is_file(), "{file}");
    }
    let refusal = world.refused(&format!("{COHORT} --format svg --to rates.svg"));
    assert!(refusal.contains("is there already and was not touched"), "{refusal}");
    world.done(&format!("{COHORT} --trace people.csv"));
    let traced = std::fs::read_to_string(world.path("people.csv")).unwrap();
    assert_eq!(traced.lines().count(), 1 + 3 * 60);
}

#[test]
fn what_cannot_be_measured_is_refused_in_a_sentence() {
    let world = with_events();
    let refusal = world.refused("measure reoffending --events events.csv --map map.toml --cohort 2018-19");
    assert!(refusal.contains("Not yet measurable: under `scotland-headline` the cohort 2018-19"), "{refusal}");
    let refusal = world.refused(&format!("{COHORT} --by shoe_size"));
    assert!(
        refusal.contains("There is no breakdown `shoe_size`. There are: age, disposal, group, previous, council."),
        "{refusal}"
    );
    let refusal = world.refused(&format!("{COHORT} --definition england"));
    assert!(
        refusal.ends_with(
            "name a file, or one of proven-reoffending, return-to-custody, scotland-headline, scotland-without-pseudo"
        ),
        "{refusal}"
    );
    let refusal = world.refused(&format!("{COHORT} --follow-up soon"));
    assert!(refusal.contains("write a length such as \"365 days\""), "{refusal}");
    assert_eq!(world.run("measure reoffending --cohort 2016-17 --map map.toml").code, 2, "a map needs its events");
}

#[test]
fn a_list_of_people_is_predicted_with_its_caveat() {
    let world = World::empty();
    world.write(
        "people.json",
        r#"[{"sex":"male","date_of_birth":"1991-07-17","date_of_current_conviction":"2021-08-05","date_at_start_of_followup":"2021-12-12",
             "assessment_date":"2026-08-01","sanctions":2,"age_at_first_sanction":21,"offence_code":"11618"}]"#,
    );
    let said = world.done("measure predict --model arp-static --input people.json");
    assert!(
        said.contains(" 4.27 ") && said.contains("low") && said.contains("It says nothing of what this person will do"),
        "{said}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&world.done("measure predict --model ogrs3 --input people.json --format json")).unwrap();
    assert_eq!((&json[0]["chances"][0]["percent"], &json[0]["chances"][1]["percent"]), (&9.0.into(), &17.0.into()));
    assert_eq!(json[0]["terms"].as_array().unwrap().len(), 4);
}

#[test]
fn a_model_is_never_judged_on_people_on_whom_it_was_fitted() {
    let world = World::empty();
    let mut people = "id,year,prior,sex,again\n".to_owned();
    for number in 0..400 {
        let (prior, again) = (number / 2 % 5, u8::from(number * number / 7 % 10 < 2 + number / 2 % 5));
        let sex = if number % 3 == 0 { "female" } else { "male" };
        writeln!(people, "p{},{},{prior},{sex},{again}", number % 390, 2014 + number % 2).unwrap();
    }
    world.write("people.csv", people);
    let fit = "measure predict --check people.csv --fit prior --event again --by sex --fit-on year=2014";
    let said = world.done(&format!("{fit} --judge-on year=2015"));
    assert!(said.contains("fitted on 200 people (year=2014), judged on 200 others (year=2015)"), "{said}");
    assert!(said.contains("sex: female") && said.contains("Discrimination"), "{said}");
    let refusal = world.refused(&format!("{fit} --judge-on prior=1"));
    assert!(refusal.contains("a model is never judged on people on whom it was fitted"), "{refusal}");
    let chart = world.done(&format!("{fit} --judge-on year=2015 --format svg"));
    assert!(chart.contains("Predicted and actual"));
}

#[test]
fn a_matched_comparison_shows_its_balance() {
    let world = World::empty();
    let mut people = "part,again,risk\n".to_owned();
    for number in 0..300 {
        let (part, risk) = (u8::from(number % 3 == 0), number % 2);
        writeln!(people, "{part},{},{risk}", u8::from((number * 3) % 10 < 3 + 2 * risk)).unwrap();
    }
    world.write("people.csv", people);
    for how in ["", "--exactly"] {
        let said =
            world.done(&format!("measure match --data people.csv --took-part part --event again --on risk {how}"));
        assert!(said.contains("unlike in risk, after") && said.contains("matched"), "{said}");
    }
    let said = world.done("measure compare --method logistic --data people.csv --event again --covariates risk,part");
    assert!(said.contains("Odds ratio"), "{said}");
}

#[test]
fn a_funnel_finds_the_council_that_stands_out() {
    let world = World::empty();
    let mut councils = "council,people,reoffended\n".to_owned();
    for number in 0..12 {
        writeln!(councils, "c{number},{},{}", 400 + 50 * number, 120 + 15 * number + if number == 7 { 120 } else { 0 })
            .unwrap();
    }
    world.write("councils.csv", councils);
    let said = world.done("measure funnel --data councils.csv --unit council");
    let line = said.lines().find(|line| line.starts_with("c7 ")).unwrap();
    assert!(line.contains("beyond 99.8%"), "{said}");
    assert!(world.done("measure funnel --data councils.csv --unit council --format svg").contains(">c7</text>"));
}

#[test]
fn the_records_of_a_store_are_measured_for_an_analyst_only() {
    let world = World::staffed();
    let refusal = world.refused("--as ann measure reoffending --cohort 2020-21");
    assert!(refusal.ends_with("The figure cannot be computed: there are no events to measure."), "{refusal}");
    let refusal = world.refused("--as amy measure reoffending --cohort 2020-21");
    assert!(refusal.contains("you may not look at statistics here"), "{refusal}");
}

/// The command of the page about measures, where the data are at hand.
#[test]
fn published_figures_are_printed() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.join("rossi.csv").is_file() {
        println!("Not tested: {} is not there.", data.display());
        return;
    }
    let world = World::empty();
    let measure = |words: &str| world.done(&format!("measure {}", words.replace("$D", data.to_str().unwrap())));
    let covariates = "--covariates fin,age,race,wexp,mar,paro,prio";
    for (words, figures) in [
        (
            format!("compare --method cox --data $D/rossi.csv --time week --event arrest {covariates}"),
            vec!["-0.379422", "0.191379", "-658.747659", "33.2659", "0.640329"],
        ),
        (
            "survival --data $D/rossi.csv --time week --event arrest --at 26,52 --by fin".to_owned(),
            vec!["3.837570", "0.050116"],
        ),
        (
            format!(
                "compare --method cox --data $D/rossi_wide_weekly_employment.csv --time week --event arrest {covariates} --changing employed=emp"
            ),
            vec!["-1.328321", "19,809 rows"],
        ),
        (
            format!(
                "compare --method cox --data $D/rossi_wide_weekly_employment.csv --time week --event arrest {covariates} --changing employed=emp --lag 1"
            ),
            vec!["-0.786889", "19,377 rows, 113 events"],
        ),
        (
            "survival --data $D/iowa_3yr_recidivism.csv --time days_to_recidivism --event recidivism=Yes --until 1095 --at 365,730,1095".to_owned(),
            vec!["0.860436", "0.744710", "0.675367", "7027"],
        ),
        (
            "survival --data $D/iowa_3yr_recidivism.csv --time days_to_recidivism --event recidivism=Yes --until 1095 --cause recidivism_type --at 1095".to_owned(),
            vec!["0.210385", "0.114247"],
        ),
        (
            "compare --data $D/scotland_reconv_2004_2016.csv --cells Sex,Age --people offenders --reoffended reconvicted --base year=2004 --against year=2016".to_owned(),
            vec!["11987.3790", "0.920552", "0.903455", "0.937890", "-10.5024", "0.287691"],
        ),
        (
            "decompose --data $D/scotland_reconv_2004_2016.csv --cells Sex,Age --people offenders --reoffended reconvicted --base year=2004 --against year=2016".to_owned(),
            vec!["-0.051984", "-0.029753", "-0.022232"],
        ),
    ] {
        let said = measure(&words);
        for figure in figures {
            assert!(said.contains(figure), "{figure} is not in {said}");
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn figures_are_given_as_columns_and_a_table_of_columns_is_read() {
    let world = with_events();
    world.done(&format!("{COHORT} --definition scotland-headline --by council --format parquet --to rates.parquet"));
    world.done(&format!("{COHORT} --definition scotland-headline --by council --format arrow --to rates.arrow"));
    for file in ["rates.parquet", "rates.arrow"] {
        // The council of five people stays hidden: where nothing is shown, nothing is written.
        let refusal = world.refused(&format!("measure funnel --data {file} --unit council"));
        assert!(refusal.contains("A number is missing."), "{refusal}");
        let said = world.done(&format!("measure funnel --data {file} --unit council --where council=Town"));
        assert!(said.contains("Town") && said.contains("35"), "{said}");
    }
}

#[test]
fn a_cohort_becomes_a_table_that_the_other_commands_take() {
    let world = with_events();
    let from = "--events events.csv --map map.toml --cohort 2016-17";
    world.done(&format!("measure people {from} --format csv --to people.csv"));
    let survival = world.done("measure survival --data people.csv --time days --event reoffended --at 365");
    assert!(survival.contains("60 observed, of whom 20 had it happen"), "{survival}");
    let matched = world.done(
        "measure match --data people.csv --took-part council=Town --event reoffended --on previous_convictions --exactly",
    );
    assert!(matched.contains("took part"), "{matched}");
    let before = world.done(&format!("measure before-after {from}"));
    let line = before.lines().find(|line| line.starts_with("after ")).unwrap();
    assert!(line.trim_end().ends_with("20"), "{before}");
}

#[test]
fn a_cost_never_stands_without_its_caveat() {
    let world = with_events();
    world.write(
        "costs.toml",
        "source = \"Finance, without overheads.\"\nprices_of = 2024\n\
         [[unit_cost]]\nintervention = \"programme\"\npounds = 1000.0\nvalid_from = \"2024-04-01\"\n",
    );
    let asked = "measure cost --costs costs.toml --intervention programme --on 2024-06-01 --began 100 --completed 80";
    let said = world.done(&format!("{asked} --difference -0.25,-0.5,-0.1"));
    assert!(
        said.contains("1250.00") && said.contains("4000.00") && said.contains("as good as the comparison"),
        "{said}"
    );
    let said = world.done(&format!("{asked} --difference -0.1,-0.3,0.1"));
    assert!(said.contains("cannot be told from none") && !said.contains("reoffence avoided  "), "{said}");
    let refusal = world.refused(&format!("{asked} --difference 1,2,3"));
    assert!(refusal.contains("between the ends of its interval"), "{refusal}");
}

#[test]
fn the_test_figures_of_the_predictors_are_theirs() {
    let world = with_events();
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/measures");
    for (model, wanted) in
        [("ogrs3", &[8.0, 16.0, 11.0, 20.0, 9.0, 17.0, 35.0, 52.0][..]), ("arp-static", &[4.27, 13.66])]
    {
        let said = world.done(&format!("measure predict --model {model} --input {examples}/{model}.json --json"));
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let chances = said.as_array().unwrap().iter().flat_map(|person| person["chances"].as_array().unwrap());
        let percents: Vec<f64> = chances.map(|chance| chance["percent"].as_f64().unwrap()).collect();
        assert_eq!(percents, wanted, "{model}: {said}");
    }
}

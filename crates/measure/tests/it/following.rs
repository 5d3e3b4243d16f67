//! The rules of following, one trap after another.

use crate::world::{World, counts, day, definition, followed};
use measure::{
    Breakdown, Cohort, Content, Files, Known, Length, Map, PersonRow, Shown, Table, before_after, follow, report,
};

const A: &str = "scotland-headline";
const B: &str = "scotland-without-pseudo";
const C: &str = "proven-reoffending";

/// How many reoffend under each of the three definitions.
fn three(world: World, cohort: &str) -> [u32; 3] {
    let histories = world.build();
    [A, B, C].map(|id| counts(&histories, &definition(id), cohort).2)
}

#[test]
fn nobody_is_counted_before_they_have_been_followed_to_the_end() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    let histories = world.build();
    let cohort = Cohort::parse("2016-17").unwrap();
    let (headline, proven) = (definition(A), definition(C));
    let complete = Known::by(day("2018-03-30"));
    assert_eq!(
        follow(&histories, &headline, &cohort, complete, None).unwrap_err().to_string(),
        "Not yet measurable: under `scotland-headline` the cohort 2016-17 (to 31 March 2017) needs 365 days after its last day, \
         until 31 March 2018, and the data are complete to 30 March 2018 only. Ask for an earlier cohort or a shorter follow-up, \
         or wait until 31 March 2018."
    );
    let complete = Known::by(day("2018-03-31"));
    assert!(follow(&histories, &headline, &cohort, complete, None).is_ok());
    let waiting = follow(&histories, &proven, &cohort, complete, None).unwrap_err().to_string();
    assert!(waiting.contains("365 days and a waiting period of 6 months"), "{waiting}");
    assert!(follow(&histories, &proven, &cohort, Known::by(day("2018-09-30")), None).is_ok());
}

#[test]
fn one_index_for_each_person_and_year() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.convicted("ann", "2016-08-01", "2016-07-01");
    world.convicted("ann", "2017-05-02", "2017-05-01");
    let histories = world.build();
    assert_eq!(counts(&histories, &definition(A), "2016-17"), (1, 1, 1), "the third lies 366 days after the first");
    assert_eq!(counts(&histories, &definition(A), "2017-18"), (1, 0, 0));
}

#[test]
fn what_is_proven_on_one_day_is_one_occasion_and_may_be_several_offences() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.convicted("ann", "2016-05-01", "2016-03-02");
    world.convicted("ann", "2016-09-01", "2016-08-01");
    world.convicted("ann", "2016-09-01", "2016-08-02");
    assert_eq!(three(world, "2016-17"), [1, 1, 2]);
}

#[test]
fn of_several_on_the_index_day_the_heaviest_is_the_index() {
    let mut world = World::new();
    world.event("ann", "2016-05-01", |event| event.disposal = "fine");
    world.event("ann", "2016-05-01", |event| event.disposal = "community");
    world.event("ann", "2016-05-01", |event| event.disposal = "other");
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let made = report(&followed(&histories, &definition, &cohort), &[Breakdown::Disposal], None);
    assert_eq!(made.rows.len(), 1);
    assert_eq!(made.rows[0].words, ["community"]);
}

#[test]
fn the_window_ends_with_its_last_day() {
    for (on, counted) in [("2016-05-01", 0), ("2016-05-02", 1), ("2017-05-01", 1), ("2017-05-02", 0)] {
        let mut world = World::new();
        world.convicted("ann", "2016-05-01", "2016-03-01");
        world.convicted("ann", on, "2016-05-01");
        assert_eq!(counts(&world.build(), &definition(A), "2016-17").2, counted, "{on}");
    }
    let mut world = World::new();
    world.convicted("ann", "2016-02-29", "2016-01-01");
    world.convicted("ann", "2017-02-28", "2016-03-01");
    assert_eq!(counts(&world.build(), &definition(A), "2015-16").2, 1, "a year after 29 February ends on 28 February");
}

#[test]
fn two_years_see_more_than_one() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.convicted("ann", "2018-01-01", "2017-12-01");
    let histories = world.build();
    let two_years = definition(A).followed_for(Length::parse("730 days").unwrap());
    assert_eq!(counts(&histories, &definition(A), "2016-17").1, 0);
    assert_eq!(counts(&histories, &two_years, "2016-17").1, 1);
}

#[test]
fn a_pseudo_reconviction_enters_the_headline_alone() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.convicted("ann", "2016-07-01", "2016-04-30");
    assert_eq!(three(world, "2016-17"), [1, 0, 0]);
}

#[test]
fn an_offence_of_the_index_day_is_no_reoffence() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.convicted("ann", "2016-07-01", "2016-05-01");
    assert_eq!(three(world, "2016-17"), [1, 1, 0], "and it was not committed before it");
}

#[test]
fn an_offence_of_the_year_proven_after_it_is_found_by_waiting() {
    for (proven, counted) in [("2017-05-02", 1), ("2017-11-01", 1), ("2017-11-02", 0)] {
        let mut world = World::new();
        world.convicted("ann", "2016-05-01", "2016-03-01");
        world.convicted("ann", proven, "2017-04-01");
        assert_eq!(three(world, "2016-17"), [0, 0, counted], "{proven}");
    }
}

#[test]
fn an_unknown_date_of_offence_is_flagged_and_never_guessed() {
    let mut world = World::new();
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.event("ann", "2016-09-01", |_| ());
    let histories = world.build();
    let cohort = Cohort::parse("2016-17").unwrap();
    let flagged = |id: &str| {
        let definition = definition(id);
        let outcome = followed(&histories, &definition, &cohort).outcomes[0];
        (outcome.reoffences, outcome.undated)
    };
    assert_eq!(flagged(A), (1, 0), "the headline does not ask");
    assert_eq!(flagged(B), (1, 1));
    assert_eq!(flagged(C), (0, 1));
}

#[test]
fn somebody_sentenced_to_custody_is_followed_from_release() {
    let mut world = World::new();
    world.event("ann", "2015-06-01", |event| {
        (event.disposal, event.at_liberty) = ("custody", Some(day("2016-06-01")));
    });
    world.convicted("ann", "2015-09-01", "2015-05-01");
    world.convicted("ann", "2016-07-01", "2016-06-20");
    world.event("bob", "2016-06-01", |event| (event.disposal, event.at_liberty) = ("custody", None));
    let histories = world.build();
    assert_eq!(counts(&histories, &definition(A), "2016-17"), (1, 1, 1), "and somebody not released is not followed");
}

#[test]
fn minor_and_motoring_offences_neither_begin_nor_count() {
    let mut world = World::new();
    world.event("ann", "2016-04-02", |event| event.group = "motoring");
    world.convicted("ann", "2016-05-01", "2016-03-01");
    world.event("ann", "2016-06-01", |event| event.group = "minor");
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let outcome = followed(&histories, &definition, &cohort).outcomes[0];
    assert_eq!((outcome.index_day, outcome.reoffences), (day("2016-05-01"), 0));
}

#[test]
fn somebody_who_died_stays_in_the_denominator_and_is_allowed_for() {
    let mut world = World::new();
    let person = |left: Option<&str>| PersonRow { left: left.map(day), ..PersonRow::default() };
    for number in 0..20 {
        let id = format!("p{number}");
        world.0.add_person(&id, &person((number < 10).then_some("2016-06-01"))).unwrap();
        world.convicted(&id, "2016-05-01", "2016-03-01");
        if number >= 15 {
            world.convicted(&id, "2016-09-01", "2016-08-01");
        }
    }
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let made = report(&followed(&histories, &definition, &cohort), &[], None);
    let Shown::Figures(figures) = made.total.shown else { panic!("twenty people are enough") };
    assert_eq!((figures.people, figures.reoffended, figures.left), (20, 5, 10));
    assert!((figures.rate.value - 0.25).abs() < 1e-12);
    assert!((figures.allowing_for_leavers.value - 0.5).abs() < 1e-12, "of the ten who could, five did");
    assert_eq!(figures.days_at_risk, 10 * 31 + 10 * 365);
}

#[test]
fn custody_in_the_window_is_not_at_risk() {
    let mut world = World::new();
    for number in 0..10 {
        let id = format!("p{number}");
        world.convicted(&id, "2016-05-01", "2016-03-01");
        let person = world.0.person(&id).unwrap();
        // Two spells that overlap, and one that reaches beyond the window.
        world.0.custody(person, day("2016-06-01"), Some(day("2016-07-01")));
        world.0.custody(person, day("2016-06-15"), Some(day("2016-07-11")));
        world.0.custody(person, day("2017-04-21"), None);
    }
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let outcome = followed(&histories, &definition, &cohort).outcomes[0];
    assert_eq!((outcome.custody_days, outcome.days_at_risk()), (40 + 10, 365 - 50));
}

#[test]
fn a_breakdown_is_frozen_at_the_index_date() {
    let mut world = World::new();
    for number in 0..12 {
        let id = format!("p{number}");
        world
            .0
            .add_person(&id, &PersonRow { born: Some(day("1995-05-02")), words: &["female"], ..PersonRow::default() })
            .unwrap();
        world.event(&id, "2016-05-01", |event| event.words = &["hills"]);
        world.event(&id, "2016-09-01", |event| event.words = &["coast"]);
    }
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let by: Vec<Breakdown> =
        ["council", "sex", "age", "previous"].map(|name| Breakdown::named(name, &histories).unwrap()).into();
    let made = report(&followed(&histories, &definition, &cohort), &by, None);
    let words: Vec<&[String]> = made.rows.iter().map(|row| row.words.as_slice()).collect();
    assert_eq!(words, [["hills", "female", "under 21", "none"]], "twenty on the day before their birthday");
    let refusal = Breakdown::named("shoe size", &histories).unwrap_err().to_string();
    assert_eq!(refusal, "There is no breakdown `shoe size`. There are: age, disposal, group, previous, council, sex.");
}

#[test]
fn a_revision_leaves_the_figure_of_its_day_as_it_was() {
    let mut world = World::new();
    for number in 0..10 {
        world.convicted(&format!("p{number}"), "2016-05-01", "2016-03-01");
    }
    world.event("p1", "2016-09-01", |event| event.learned = Some(day("2018-06-01")));
    world.event("p2", "2016-09-01", |event| event.withdrawn = Some(day("2018-06-01")));
    world.event("p3", "2016-09-01", |event| event.withdrawn = Some(day("2018-06-01")));
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let reconvicted = |as_of: &str| {
        let followed = follow(&histories, &definition, &cohort, Known::by(day(as_of)), None).unwrap();
        followed.outcomes.iter().filter(|outcome| outcome.reoffended()).count()
    };
    assert_eq!(reconvicted("2018-05-31"), 2, "as published");
    assert_eq!(reconvicted("2018-06-01"), 1, "as revised");
}

#[test]
fn small_rows_and_what_would_give_them_away_are_not_shown() {
    let mut world = World::new();
    for number in 0..60 {
        let council: &[&str] = match number {
            0..9 => &["hills"],
            9..25 => &["coast"],
            _ => &["town"],
        };
        world.event(&format!("p{number}"), "2016-05-01", |event| event.words = council);
    }
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let by = [Breakdown::named("council", &histories).unwrap()];
    let made = report(&followed(&histories, &definition, &cohort), &by, None);
    let shown: Vec<(&str, &str)> = made
        .rows
        .iter()
        .map(|row| {
            let shown = match row.shown {
                Shown::Figures(_) => "shown",
                Shown::TooFew => "too few",
                Shown::BesideTooFew => "beside",
            };
            (row.words[0].as_str(), shown)
        })
        .collect();
    assert_eq!(shown, [("coast", "beside"), ("hills", "too few"), ("town", "shown")]);
    assert!(matches!(made.total.shown, Shown::Figures(_)));
    let printed = serde_json::to_string(&made).unwrap();
    assert!(printed.contains("\"too_few\"") && !printed.contains("\"people\":9"), "{printed}");
}

#[test]
fn each_release_is_judged_by_its_own_years() {
    let mut world = World::new();
    for (kind, on) in
        [("release", "2008-01-03"), ("return", "2010-01-13"), ("release", "2016-09-08"), ("return", "2017-05-13")]
    {
        world.event("ann", on, |event| event.kind = kind);
    }
    let histories = world.build();
    let returned = |cohort: &str, years: i32| {
        let definition = definition("return-to-custody").followed_for(Length::Days(365 * years));
        counts(&histories, &definition, cohort).1 == 1
    };
    let years: Vec<bool> = (1..=10).map(|years| returned("2008", years)).collect();
    assert_eq!(years, [false, false, true, true, true, true, true, true, true, true]);
    assert!((1..=5).all(|years| returned("2016", years)));
}

#[test]
fn files_are_read_through_a_map() {
    let map = Map::parse(
        "map.toml",
        "[events]\nperson = \"id\"\non = \"convicted\"\nevery_row_is = \"conviction\"\noffence = \"committed\"\n\
         released = \"out\"\ncustodial = [\"custody\"]\ndisposal = \"disposal\"\nattributes = [\"area\"]\n\
         [people]\nperson = \"id\"\nborn = \"born\"\nattributes = [\"sex\"]\n\
         [words.disposal]\n\"Prison\" = \"custody\"\n",
    )
    .unwrap();
    // Not in the order of people or dates.
    let events = "id,convicted,committed,disposal,out,area\n\
                  b,2016-09-01,2016-08-01,Fine,,hills\n\
                  a,01/05/2016,,Prison,02/06/2016,coast\n\
                  b,2016-05-01,,Fine,,hills\n";
    let people = "id,born,sex\na,1990-01-01,female\nb,1980-01-01,male\n";
    let files = |events: &'static str| Files {
        events: ("events.csv", Content::csv(events.as_bytes())),
        people: Some(("people.csv", Content::csv(people.as_bytes()))),
        custody: None,
    };
    let histories = files(events).read(&map, None).unwrap();
    assert_eq!((histories.people(), histories.events()), (2, 3));
    assert_eq!(counts(&histories, &definition(A), "2016-17"), (2, 1, 1));

    let refusal = files("id,convicted,committed,disposal,out,area\na,2016-13-01,,,,\n").read(&map, None).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "events.csv, line 2, column `convicted`: `2016-13-01` is not a date. Write 2026-03-04 or 04/03/2026."
    );
    let refusal = files("id,committed\n").read(&map, None).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "events.csv, the first line: The map names a column `convicted`, which is not there. Correct the map; the columns are: \
         id, committed."
    );
}

#[test]
fn a_cohort_is_a_table_with_a_row_for_each_person() {
    let mut world = World::new();
    world
        .0
        .add_person("ann", &PersonRow { born: Some(day("1990-06-01")), words: &["female"], ..PersonRow::default() })
        .unwrap();
    world.convicted("ann", "2015-03-01", "2015-02-01").convicted("ann", "2016-05-01", "2016-04-01");
    world.convicted("ann", "2016-08-09", "2016-07-01").convicted("bob", "2016-06-01", "2016-05-01");
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-17").unwrap());
    let table = Table::of_cohort(&followed(&histories, &definition, &cohort));
    let said = |name: &str| table.words(name).unwrap().to_vec();
    assert_eq!(said("person"), ["ann", "bob"]);
    assert_eq!(said("index_date"), ["2016-05-01", "2016-06-01"]);
    assert_eq!(said("days"), ["100", "365"]);
    assert_eq!(said("reoffended"), ["yes", "no"]);
    assert_eq!(said("age"), ["25", ""]);
    assert_eq!(said("previous_convictions"), ["1", "0"]);
    assert_eq!(said("sex"), ["female", "not known"]);
    assert_eq!(said("group"), ["dishonesty", "dishonesty"]);
    let (observed, _) = table.observed("days", "reoffended", None, None).unwrap();
    assert_eq!(observed.iter().filter(|seen| seen.ended.is_some()).count(), 1);
}

#[test]
fn the_same_people_are_counted_before_and_after_without_the_index() {
    let mut world = World::new();
    for number in 0..10 {
        let id = format!("p{number}");
        world.convicted(&id, "2016-06-01", "2016-05-01");
        // Two of a day are one occasion; one a year and a day before is too early.
        world.convicted(&id, "2016-01-04", "2015-12-01").convicted(&id, "2016-01-04", "2015-12-02");
        world.convicted(&id, "2015-06-01", "2015-05-01").convicted(&id, "2015-06-02", "2015-05-01");
        if number < 4 {
            world.convicted(&id, "2016-09-01", "2016-08-01");
        }
    }
    let histories = world.build();
    let (definition, cohort) = (definition(A), Cohort::parse("2016-05-01..2016-06-30").unwrap());
    let found = before_after(&followed(&histories, &definition, &cohort)).unwrap();
    assert_eq!((found.people, found.before, found.after), (10, 20, 4));
    assert_eq!((found.less_often, found.as_often, found.more_often), (10, 0, 0));
    // Differences are -1 four times and -2 six times: the mean is -1.6, its standard error 0.5164 / sqrt(10).
    let interval = [found.difference.value, found.difference.low, found.difference.high];
    for (got, expected) in interval.iter().zip([-1.6, -1.920_06, -1.279_94]) {
        assert!((got - expected).abs() < 1e-4, "{interval:?}");
    }
}

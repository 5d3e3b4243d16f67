//! People made up together with the truth about them: what the measures say must be that truth, whatever order the rows
//! come in; and each trap changes what a naive count says, and not what ours does.

use crate::world::{day, definition};
use jiff::{ToSpan as _, civil::Date};
use measure::{Cohort, Day, Definition, EventRow, Followed, HistoriesBuilder, Known, PersonRow, Shown, follow, report};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What truly happened to somebody; days are counted from the index date.
#[derive(Clone, Debug)]
struct Life {
    index: i32,
    /// Offences after the index date, with the days until each was proven.
    reoffences: Vec<(i32, i32)>,
    /// Convictions after it for offences before it: days before, days after.
    pseudo: Vec<(i32, i32)>,
    /// The first day in custody and how many days.
    custody: Option<(i32, i32)>,
    died: Option<i32>,
}

fn life() -> impl Strategy<Value = Life> {
    (
        0_i32..365,
        prop::collection::vec((1_i32..700, 0_i32..400), 0..5),
        prop::collection::vec((1_i32..400, 1_i32..800), 0..3),
        prop::option::of((1_i32..300, 1_i32..200)),
        prop::option::of(1_i32..800),
    )
        .prop_map(|(index, reoffences, pseudo, custody, died)| Life { index, reoffences, pseudo, custody, died })
}

const FIRST: &str = "2016-04-01";

fn index_day(life: &Life) -> Day {
    day(FIRST).plus(life.index)
}

/// One row of the events file: person, day of proof, day of the offence.
type Event = (usize, Day, Day);

fn events(lives: &[Life]) -> Vec<Event> {
    let of = |(person, life): (usize, &Life)| {
        let index = index_day(life);
        let mut rows = vec![(person, index, index.plus(-50))];
        rows.extend(
            life.reoffences.iter().map(|(offence, until)| (person, index.plus(offence + until), index.plus(*offence))),
        );
        rows.extend(life.pseudo.iter().map(|(before, after)| (person, index.plus(*after), index.plus(-before))));
        rows
    };
    lives.iter().enumerate().flat_map(of).collect()
}

fn histories(lives: &[Life], events: &[Event]) -> measure::Histories {
    let mut builder = HistoriesBuilder::new([], []);
    let mut people = Vec::new();
    for (number, life) in lives.iter().enumerate() {
        let left = life.died.map(|died| index_day(life).plus(died));
        let person = builder.add_person(&format!("p{number}"), &PersonRow { left, ..PersonRow::default() }).unwrap();
        if let Some((begins, days)) = life.custody {
            builder.custody(person, index_day(life).plus(begins), Some(index_day(life).plus(begins + days)));
        }
        people.push(person);
    }
    for (person, proven, offence) in events {
        builder
            .event(&EventRow { offence: Some(*offence), ..EventRow::new(people[*person], "conviction", *proven) })
            .unwrap();
    }
    builder.build()
}

fn with<R>(histories: &measure::Histories, id: &str, of: impl FnOnce(&Followed<'_>) -> R) -> R {
    with_definition(histories, &definition(id), of)
}

fn with_definition<R>(
    histories: &measure::Histories,
    definition: &Definition,
    of: impl FnOnce(&Followed<'_>) -> R,
) -> R {
    let cohort = Cohort::parse("2016-17").unwrap();
    of(&follow(histories, definition, &cohort, Known::by(day("2025-01-01")), None).unwrap())
}

/// Reoffences under each of the three definitions, from the truth.
fn truth(life: &Life) -> [u32; 3] {
    let of_year = |day: &i32| (1..=365).contains(day);
    let proven = |(offence, until): &(i32, i32)| offence + until;
    let real: BTreeSet<i32> = life.reoffences.iter().map(proven).filter(of_year).collect();
    let pseudo = life.pseudo.iter().map(|(_, after)| *after).filter(of_year);
    let all: BTreeSet<i32> = real.iter().copied().chain(pseudo).collect();
    let end: Date = index_day(life).plus(365).date();
    let waited = Day::from(end.saturating_add(6.months())).since(index_day(life));
    let in_time = life.reoffences.iter().filter(|one| of_year(&one.0) && proven(one) <= waited).count();
    [all.len(), real.len(), in_time].map(|count| u32::try_from(count).unwrap())
}

proptest! {
    #[test]
    fn the_measures_say_the_truth_in_whatever_order_it_is_told(
        (lives, order) in prop::collection::vec(life(), 1..30).prop_flat_map(|lives| {
            let rows = events(&lives);
            (Just(lives), Just(rows).prop_shuffle())
        })
    ) {
        let histories = histories(&lives, &order);
        for (place, id) in ["scotland-headline", "scotland-without-pseudo", "proven-reoffending"].into_iter().enumerate() {
            with(&histories, id, |followed| {
                prop_assert_eq!(followed.outcomes.len(), lives.len(), "everybody is in the cohort, once");
                for (life, outcome) in lives.iter().zip(&followed.outcomes) {
                    prop_assert_eq!(outcome.index_day, index_day(life));
                    prop_assert_eq!(outcome.reoffences, truth(life)[place], "{} {:?}", id, life);
                    let seen = life.died.unwrap_or(365).min(365);
                    let custody = life.custody.map_or(0, |(begins, days)| (begins + days).min(seen) - begins.min(seen));
                    prop_assert_eq!(i64::from(outcome.days_at_risk()), i64::from(seen - custody));
                }
                Ok(())
            })?;
        }
    }
}

/// A plain population: of a thousand people, three hundred reoffend once, on day 100, proven at once.
fn plain() -> Vec<Life> {
    (0..1000)
        .map(|number| Life {
            index: number % 365,
            reoffences: if number % 10 < 3 { vec![(100, 0)] } else { Vec::new() },
            pseudo: Vec::new(),
            custody: None,
            died: None,
        })
        .collect()
}

/// What whoever counts convictions within a year says, and what the three definitions say.
fn rates(lives: &[Life]) -> (f64, [f64; 3]) {
    let histories = histories(lives, &events(lives));
    let of = |id: &str| {
        with(&histories, id, |followed| match report(followed, &[], None).total.shown {
            Shown::Figures(figures) => figures.rate.value,
            _ => panic!("there are enough people"),
        })
    };
    let convicted = |life: &&Life| {
        let within = |day: i32| (1..=365).contains(&day);
        life.reoffences.iter().any(|(offence, until)| within(offence + until))
            || life.pseudo.iter().any(|(_, after)| within(*after))
    };
    let convicted = u32::try_from(lives.iter().filter(convicted).count()).unwrap();
    let naive = f64::from(convicted) / f64::from(u32::try_from(lives.len()).unwrap());
    (naive, ["scotland-headline", "scotland-without-pseudo", "proven-reoffending"].map(of))
}

#[track_caller]
fn same(got: f64, wanted: f64) {
    assert!((got - wanted).abs() < 1e-9, "{got} is not {wanted}");
}

#[test]
fn nothing_hidden_and_all_agree() {
    let (naive, [headline, without, proven]) = rates(&plain());
    for rate in [naive, headline, without, proven] {
        same(rate, 0.3);
    }
}

#[test]
fn pseudo_reconvictions_raise_the_naive_rate_and_the_headline_only() {
    let mut lives = plain();
    for life in lives.iter_mut().filter(|life| life.reoffences.is_empty()).step_by(2) {
        life.pseudo.push((30, 60));
    }
    let (naive, [headline, without, proven]) = rates(&lives);
    same(naive, 0.65);
    same(headline, 0.65);
    same(without, 0.3);
    same(proven, 0.3);
}

#[test]
fn slow_courts_lower_the_naive_rate_and_not_the_one_that_waits() {
    let mut lives = plain();
    for life in &mut lives {
        for (_, until) in &mut life.reoffences {
            *until = 300;
        }
    }
    let (naive, [headline, without, proven]) = rates(&lives);
    same(naive, 0.0);
    same(headline, 0.0);
    same(without, 0.0);
    same(proven, 0.3);
}

#[test]
fn custody_lowers_the_naive_rate_and_not_the_one_of_time_at_risk() {
    // Everybody at liberty offends every fifty days; half of the people spend half of the year in custody.
    let lives = |custody: bool| -> Vec<Life> {
        (0..1000)
            .map(|number| {
                let held = custody && number % 2 == 0;
                let days = (1..=7).map(|time| time * 50).filter(|day| !held || *day <= 150);
                let custody = held.then_some((150, 215));
                Life {
                    index: number % 365,
                    reoffences: days.map(|day| (day, 0)).collect(),
                    pseudo: Vec::new(),
                    custody,
                    died: None,
                }
            })
            .collect()
    };
    let of = |lives: Vec<Life>| {
        let histories = histories(&lives, &events(&lives));
        with(&histories, "proven-reoffending", |followed| match report(followed, &[], None).total.shown {
            Shown::Figures(figures) => (figures.per_person, figures.per_year_at_risk.unwrap().value),
            _ => panic!("there are enough people"),
        })
    };
    let ((free_each, free_rate), (held_each, held_rate)) = (of(lives(false)), of(lives(true)));
    assert!(held_each < 0.75 * free_each, "{held_each} a person against {free_each}");
    assert!((held_rate / free_rate - 1.0).abs() < 0.02, "{held_rate} a year at risk against {free_rate}");
}

#[test]
fn deaths_lower_the_naive_rate_and_not_the_one_that_allows_for_them() {
    // A fifth die on day 50, before they could reoffend; had they lived, they would have as often as the others.
    let mut lives = plain();
    for (number, life) in lives.iter_mut().enumerate() {
        if (number / 10) % 5 == 0 {
            (life.died, life.reoffences) = (Some(50), Vec::new());
        }
    }
    let histories = histories(&lives, &events(&lives));
    with(&histories, "scotland-headline", |followed| {
        let Shown::Figures(figures) = report(followed, &[], None).total.shown else {
            panic!("there are enough people")
        };
        assert_eq!((figures.people, figures.left), (1000, 200), "nobody is dropped");
        same(figures.rate.value, 0.24);
        same(figures.allowing_for_leavers.value, 0.3);
    });
}

#[test]
fn a_year_cut_short_lowers_the_naive_rate_and_ours_is_refused() {
    let lives = plain();
    let all = events(&lives);
    let cut = day("2016-10-01");
    let seen: Vec<Event> = all.iter().copied().filter(|event| event.1 <= cut).collect();
    let people = seen.iter().map(|event| event.0).collect::<BTreeSet<_>>().len();
    let again = seen.len() - people;
    assert!(again * 10 < people * 3, "{again} of {people} reconvicted so far, and three in ten will be");
    let histories = histories(&lives, &seen);
    let (definition, cohort) = (definition("scotland-headline"), Cohort::parse("2016-17").unwrap());
    let refusal = follow(&histories, &definition, &cohort, Known::by(cut), None).unwrap_err().to_string();
    assert!(refusal.starts_with("Not yet measurable"), "{refusal}");
    let early = Cohort::parse("2016-04-01..2016-06-01").unwrap();
    assert!(follow(&histories, &definition, &early, Known::by(cut), None).is_err(), "nor of its first months");
}

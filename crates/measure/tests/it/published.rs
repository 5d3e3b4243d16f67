//! Published analyses of real data, reproduced. The data are not part of this repository: the tests look for a folder
//! `shared/data` beside it, and say so when it is not there.

use crate::world::beside;
use measure::Table;
use measure::statistics::cox::{self, Covariates, Model};
use measure::statistics::decomposition::das_gupta;
use measure::statistics::expected::{Predicted, compare};
use measure::statistics::interval::Confidence;
use measure::statistics::standardisation::{Cell, direct};
use measure::statistics::{Observed, aalen_johansen, kaplan_meier, log_rank};
use std::fs::File;

/// The table of that name, or nothing when the data are not at hand.
fn table(name: &str) -> Option<Table> {
    let path = beside("../shared/data").join(name);
    let Ok(file) = File::open(&path) else {
        println!("Not tested: {} is not there.", path.display());
        return None;
    };
    Some(Table::read(name, measure::Content::csv(file)).unwrap())
}

#[track_caller]
fn near(got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{got} is not {wanted}");
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn coefficient(model: &Model, name: &str) -> f64 {
    model.coefficients.iter().find(|coefficient| coefficient.name == name).unwrap().coefficient
}

const ROSSI: [&str; 7] = ["fin", "age", "race", "wexp", "mar", "paro", "prio"];

#[test]
fn rossi_release_and_arrest() {
    let Some(rossi) = table("rossi.csv") else { return };
    let (observed, _) = rossi.observed("week", "arrest", None, None).unwrap();
    let model = cox::fit(&observed, &rossi.covariates(&strings(&ROSSI)).unwrap(), None).unwrap();
    let wanted = [-0.379_422, -0.057_438, 0.313_900, -0.149_796, -0.433_704, -0.084_871, 0.091_497];
    for (name, wanted) in ROSSI.iter().zip(wanted) {
        near(coefficient(&model, name), wanted, 5e-7);
    }
    near(model.coefficients[0].error, 0.191_379, 5e-7);
    near(model.log_likelihood, -658.747_659, 5e-7);
    near(model.likelihood_ratio, 33.2659, 5e-5);
    near(model.concordance.unwrap(), 0.640_329, 5e-7);
    assert_eq!((model.rows, model.events), (432, 114));

    let curve = kaplan_meier::estimate(&observed, Confidence::P95);
    near(curve.at(26.0).unwrap().value, 0.875, 1e-9);
    let year = curve.at(52.0).unwrap();
    near(year.value, 0.736_111, 5e-7);
    near(year.low, 0.691_860, 5e-7);
    near(year.high, 0.775_063, 5e-7);

    let fin = rossi.truths("fin").unwrap();
    let of = |with: bool| observed.iter().zip(&fin).filter(|(_, fin)| **fin == with).map(|(seen, _)| *seen).collect();
    let test = log_rank::test(&[of(false), of(true)]).unwrap();
    near(test.chi_squared, 3.837_570, 5e-7);
    near(test.p, 0.050_116, 5e-7);
}

/// A row for each week at risk, with whether the person worked in it, or in the week before.
fn weekly(lag: usize) -> Option<Model> {
    let rossi = table("rossi_wide_weekly_employment.csv")?;
    let weeks = rossi.counts("week").unwrap();
    let arrested = rossi.truths("arrest").unwrap();
    let yes = |name: &str, word: &str| -> Vec<f64> {
        rossi.words(name).unwrap().iter().map(|cell| f64::from(u8::from(cell == word))).collect()
    };
    let fixed = [
        yes("fin", "yes"),
        rossi.numbers("age").unwrap(),
        yes("race", "black"),
        yes("wexp", "yes"),
        yes("mar", "married"),
        yes("paro", "yes"),
        rossi.numbers("prio").unwrap(),
    ];
    let employed: Vec<Vec<f64>> = (1..=52).map(|week| yes(&format!("emp{week}"), "yes")).collect();
    let mut covariates = Covariates::named(ROSSI.into_iter().chain(["employed"]));
    let (mut observed, mut people) = (Vec::new(), Vec::new());
    for row in 0..rossi.rows() {
        for week in 1 + lag..=usize::try_from(weeks[row]).unwrap() {
            let ended = (arrested[row] && week as u64 == weeks[row]).then_some(0);
            let until = f64::from(u32::try_from(week).unwrap());
            observed.push(Observed { from: until - 1.0, until, ended });
            let mut values: Vec<f64> = fixed.iter().map(|column| column[row]).collect();
            values.push(employed[week - 1 - lag][row]);
            covariates.push(&values).unwrap();
            people.push(u32::try_from(row).unwrap());
        }
    }
    Some(cox::fit(&observed, &covariates, Some(&people)).unwrap())
}

#[test]
fn rossi_with_employment_week_by_week() {
    let Some(now) = weekly(0) else { return };
    assert_eq!((now.rows, now.events), (19_809, 114));
    near(coefficient(&now, "employed"), -1.328_321, 5e-7);
    assert_eq!(now.concordance, None, "there is no order between stretches of time");
    let lagged = weekly(1).unwrap();
    assert_eq!((lagged.rows, lagged.events), (19_377, 113));
    near(coefficient(&lagged, "employed"), -0.786_889, 5e-7);
}

#[test]
fn iowa_returns_within_three_years() {
    let Some(iowa) = table("iowa_3yr_recidivism.csv") else { return };
    let (observed, causes) =
        iowa.observed("days_to_recidivism", "recidivism=Yes", Some("recidivism_type"), Some(1095.0)).unwrap();
    assert_eq!(observed.len(), 21_646);
    assert_eq!(observed.iter().filter(|seen| seen.ended.is_some()).count(), 7_027);
    let curve = kaplan_meier::estimate(&observed, Confidence::P95);
    for (days, kept) in [(365.0, 0.860_436), (730.0, 0.744_710), (1095.0, 0.675_367)] {
        near(curve.at(days).unwrap().value, kept, 5e-7);
    }
    let incidence = aalen_johansen::estimate(&observed, Confidence::P95);
    let of = |cause: &str, days: f64| {
        let place = causes.iter().position(|other| other == cause).unwrap();
        incidence.at(place, days).unwrap().value
    };
    for (days, new, technical) in
        [(365.0, 0.071_006, 0.068_558), (730.0, 0.153_700, 0.101_589), (1095.0, 0.210_385, 0.114_247)]
    {
        near(of("New", days), new, 5e-7);
        near(of("Tech", days), technical, 5e-7);
    }
    let years = [("2013", 30.33), ("2014", 29.67), ("2015", 31.86), ("2016", 34.24), ("2017", 35.39)];
    for (year, percent) in years {
        let year = iowa.only(&[format!("reporting_year={year}")]).unwrap();
        let returned = year.truths("recidivism=Yes").unwrap();
        let returned = returned.iter().filter(|returned| **returned).count();
        near(
            100.0 * f64::from(u32::try_from(returned).unwrap()) / f64::from(u32::try_from(year.rows()).unwrap()),
            percent,
            0.005,
        );
    }
}

fn scotland(table: &Table, year: &str) -> Vec<Cell> {
    let year = table.only(&[format!("year={year}")]).unwrap();
    year.cells(&strings(&["Sex", "Age"]), "offenders", "reconvicted").unwrap().into_values().collect()
}

#[test]
fn scotland_against_its_own_past() {
    let Some(table) = table("scotland_reconv_2004_2016.csv") else { return };
    let (earlier, later) = (scotland(&table, "2004"), scotland(&table, "2016"));
    let predicted: Vec<Predicted> = earlier
        .iter()
        .zip(&later)
        .map(|(base, now)| {
            let rate =
                f64::from(u32::try_from(base.reoffended).unwrap()) / f64::from(u32::try_from(base.people).unwrap());
            Predicted { people: now.people, observed: now.reoffended, chance: rate }
        })
        .collect();
    let result = compare(&predicted, Confidence::P95).unwrap();
    assert_eq!(result.observed, 11_035);
    near(result.expected, 11_987.379_0, 5e-5);
    near(result.actual, 0.271_758, 5e-7);
    near(result.predicted, 0.295_212, 5e-7);
    near(result.difference_percent, -7.9448, 5e-5);
    near(result.ratio.value, 0.920_552, 5e-7);
    near(result.ratio.low, 0.903_455, 5e-7);
    near(result.ratio.high, 0.937_890, 5e-7);
    near(result.z, -10.5024, 5e-5);

    let change = das_gupta(&earlier, &later).unwrap();
    near(change.from, 0.323_742, 5e-7);
    near(change.to, 0.271_758, 5e-7);
    near(change.rate_effect, -0.029_753, 5e-7);
    near(change.mix_effect, -0.022_232, 5e-7);
    near(change.share_of_mix(), 0.43, 0.005);
    near(direct(&later, &earlier).unwrap(), 0.287_691, 5e-7);
}

#[test]
fn scotland_year_by_year() {
    let Some(table) = table("scotland_reconv_2004_2016.csv") else { return };
    let years = [
        ("2004", 32.3742, 0.6100),
        ("2010", 30.1474, 0.5530),
        ("2014", 28.3625, 0.5053),
        ("2015", 27.2480, 0.4794),
        ("2016", 27.1758, 0.4758),
    ];
    for (year, percent, each) in years {
        let year = table.only(&[format!("year={year}")]).unwrap();
        let sum = |name: &str| f64::from(u32::try_from(year.counts(name).unwrap().into_iter().sum::<u64>()).unwrap());
        near(100.0 * sum("reconvicted") / sum("offenders"), percent, 5e-5);
        near(sum("reconvictions") / sum("offenders"), each, 5e-5);
    }
}

#[test]
fn wooldridge_by_cox_has_the_signs_of_the_published_models() {
    let Some(table) = table("wooldridge_recid.csv") else { return };
    let names =
        strings(&["workprg", "priors", "tserved", "felon", "alcohol", "drugs", "black", "married", "educ", "age"]);
    let (observed, _) = table.observed("durat", "cens=0", None, None).unwrap();
    assert_eq!(observed.iter().filter(|seen| seen.ended.is_some()).count(), 552);
    let model = cox::fit(&observed, &table.covariates(&names).unwrap(), None).unwrap();
    for (name, hastens) in [
        ("priors", true),
        ("tserved", true),
        ("alcohol", true),
        ("drugs", true),
        ("black", true),
        ("felon", false),
        ("married", false),
        ("age", false),
    ] {
        assert_eq!(coefficient(&model, name) > 0.0, hastens, "{name}");
    }
}

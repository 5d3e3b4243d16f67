//! Figures that can be checked by hand or against a published table, without data.

use measure::statistics::decomposition::das_gupta;
use measure::statistics::expected::{Predicted, compare};
use measure::statistics::interval::{Confidence, exact_count, exact_proportion, wilson};
use measure::statistics::logistic::{self, logistic};
use measure::statistics::standardisation::{Cell, direct};
use measure::statistics::{Observed, aalen_johansen, cox, funnel, kaplan_meier, log_rank, matching, person_time};
use proptest::prelude::*;

#[track_caller]
fn near(got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{got} is not {wanted}");
}

#[test]
fn wilson_intervals_are_those_published() {
    let vectors = [
        (0, 10, 0.0, 0.277_533),
        (1, 10, 0.017_876, 0.404_150),
        (5, 20, 0.111_862, 0.468_701),
        (13, 44, 0.181_555, 0.442_202),
        (2809, 6172, 0.442_728, 0.467_568),
    ];
    for (count, of, low, high) in vectors {
        let interval = wilson(count, of, Confidence::P95).unwrap();
        near(interval.low, low, 1e-6);
        near(interval.high, high, 1e-6);
    }
    assert_eq!(wilson(0, 0, Confidence::P95), None);
}

#[test]
fn exact_intervals_are_those_of_the_textbook() {
    // Clopper and Pearson 1934, 1 of 10; Garwood 1936, a count of 10 and of nought.
    let one_of_ten = exact_proportion(1, 10, Confidence::P95).unwrap();
    near(one_of_ten.low, 0.002_529, 1e-6);
    near(one_of_ten.high, 0.445_016, 1e-6);
    near(exact_proportion(10, 10, Confidence::P95).unwrap().high, 1.0, 0.0);
    let ten = exact_count(10, Confidence::P95);
    near(ten.low, 4.7954, 1e-4);
    near(ten.high, 18.3904, 1e-4);
    let none = exact_count(0, Confidence::P95);
    near(none.high, 3.6889, 1e-4);
    near(none.low, 0.0, 0.0);
    let rate = person_time::rate_a_year(10, 36_525, Confidence::P95).unwrap();
    near(rate.value, 0.1, 1e-12);
    near(rate.high, 0.183_904, 1e-6);
    assert_eq!(person_time::rate_a_year(0, 0, Confidence::P95), None, "nobody was at risk");
}

#[test]
fn funnel_limits_are_those_published() {
    let inner = funnel::limits(0.30, 100, Confidence::P95, 1.0);
    near(inner.low, 0.210_18, 5e-6);
    near(inner.high, 0.389_82, 5e-6);
    let outer = funnel::limits(0.30, 100, Confidence::P998, 1.0);
    near(outer.low, 0.158_39, 5e-6);
    near(outer.high, 0.441_61, 5e-6);
    let exact = funnel::exact_limits(0.30, 100, Confidence::P95).unwrap();
    assert_eq!((exact.low, exact.high), (0.21, 0.39));
    let exact = funnel::exact_limits(0.30, 100, Confidence::P998).unwrap();
    assert_eq!((exact.low, exact.high), (0.17, 0.45));
}

#[test]
fn a_funnel_finds_the_unit_that_stands_out_and_widens_when_all_do() {
    let unit =
        |name: &str, reoffended| funnel::Unit { name: name.to_owned(), people: 1000, reoffended, expected: None };
    let alike = [300, 305, 295, 310, 290, 302, 298, 301, 299, 420];
    let made = funnel::place((0..).zip(alike).map(|(n, k)| unit(&format!("u{n}"), k)).collect(), false).unwrap();
    assert_eq!(made.units.last().unwrap().position, funnel::Position::Beyond998);
    assert!(made.units.iter().rev().skip(1).all(|unit| unit.position != funnel::Position::Beyond998));
    let apart = [200, 250, 300, 350, 400, 210, 260, 310, 360, 390];
    let widened = funnel::place((0..).zip(apart).map(|(n, k)| unit(&format!("u{n}"), k)).collect(), true).unwrap();
    assert!(widened.phi > 10.0);
    assert!(widened.units.iter().all(|unit| unit.position == funnel::Position::Within));
    assert!(funnel::place(vec![unit("all", 1000)], false).is_err());
}

#[test]
fn an_adjusted_funnel_judges_by_who_the_people_are() {
    let unit =
        |reoffended, expected| funnel::Unit { name: "u".to_owned(), people: 100, reoffended, expected: Some(expected) };
    let made = funnel::place(vec![unit(40, 40.0), unit(20, 20.0)], false).unwrap();
    for unit in made.units {
        near(unit.rate, 0.3, 1e-12);
        near(unit.z, 0.0, 1e-9);
    }
}

#[test]
fn kaplan_meier_agrees_with_the_arithmetic() {
    let seen = [
        Observed::event(1.0),
        Observed::censored(2.0),
        Observed::event(3.0),
        Observed::event(3.0),
        Observed::censored(5.0),
    ];
    let curve = kaplan_meier::estimate(&seen, Confidence::P95);
    near(curve.at(1.0).unwrap().value, 0.8, 1e-12);
    near(curve.at(3.0).unwrap().value, 0.8 / 3.0, 1e-12);
    near(curve.steps[1].error, (0.8_f64 / 3.0) * (1.0_f64 / 20.0 + 2.0 / 3.0).sqrt(), 1e-12);
    near(curve.at(0.5).unwrap().value, 1.0, 0.0);
    assert_eq!(curve.at(6.0), None, "nobody was seen so long");
    assert_eq!(curve.time_until(0.5), Some(3.0));
}

#[test]
fn who_comes_late_is_not_at_risk_before() {
    let seen = [Observed::event(2.0), Observed { from: 2.0, until: 4.0, ended: Some(0) }, Observed::censored(5.0)];
    let curve = kaplan_meier::estimate(&seen, Confidence::P95);
    assert_eq!(curve.steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn causes_together_are_what_survival_leaves() {
    let seen: Vec<Observed> = (0..60)
        .map(|n| Observed {
            from: 0.0,
            until: f64::from(1 + n % 13),
            ended: (n % 4 != 3).then(|| usize::from(n % 3 == 0)),
        })
        .collect();
    let incidence = aalen_johansen::estimate(&seen, Confidence::P95);
    let curve = kaplan_meier::estimate(&seen, Confidence::P95);
    for time in [1.0, 5.0, 9.0, 13.0] {
        let together = incidence.at(0, time).unwrap().value + incidence.at(1, time).unwrap().value;
        near(together, 1.0 - curve.at(time).unwrap().value, 1e-12);
    }
    assert_eq!(incidence.at(2, 1.0), None);
}

#[test]
fn with_one_cause_and_all_seen_the_incidence_has_the_binomial_error() {
    let seen: Vec<Observed> =
        (0..100).map(|n| if n < 30 { Observed::event(f64::from(n + 1)) } else { Observed::censored(365.0) }).collect();
    let incidence = aalen_johansen::estimate(&seen, Confidence::P95).at(0, 365.0).unwrap();
    near(incidence.value, 0.3, 1e-12);
    near((incidence.high - incidence.value) / Confidence::P95.z(), (0.3_f64 * 0.7 / 100.0).sqrt(), 2e-4);
}

#[test]
fn the_log_rank_test_of_two_groups_alike_finds_nothing() {
    let group: Vec<Observed> = (1..40).map(|n| Observed::event(f64::from(n))).collect();
    let same = log_rank::test(&[group.clone(), group.clone()]).unwrap();
    near(same.chi_squared, 0.0, 1e-12);
    near(same.p, 1.0, 1e-12);
    assert!(log_rank::test(&[group]).is_err());
}

#[test]
fn direct_standardisation_takes_the_mix_of_the_standard() {
    let ours = [Cell { people: 100, reoffended: 50 }, Cell { people: 300, reoffended: 30 }];
    let standard = [Cell { people: 300, reoffended: 0 }, Cell { people: 100, reoffended: 0 }];
    near(direct(&ours, &standard).unwrap(), 0.75 * 0.5 + 0.25 * 0.1, 1e-12);
    assert!(direct(&ours, &standard[..1]).is_err());
    let nobody = [Cell::default(), Cell { people: 100, reoffended: 0 }];
    let refusal = direct(&ours, &nobody).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "A standardised rate cannot be computed: a cell holds people of one cohort only. Use broader cells."
    );
}

#[test]
fn predictions_are_chances() {
    let refusal =
        compare(&[Predicted { people: 10, observed: 3, chance: 30.0 }], Confidence::P95).unwrap_err().to_string();
    assert!(refusal.ends_with("Give chances, not percentages or scores."), "{refusal}");
}

#[test]
fn logistic_regression_of_one_factor_is_the_log_odds_ratio() {
    let mut covariates = cox::Covariates::named(["took part"]);
    let mut reoffended = Vec::new();
    for (took_part, did, count) in [(1.0, true, 20), (1.0, false, 80), (0.0, true, 40), (0.0, false, 60)] {
        for _ in 0..count {
            covariates.push(&[took_part]).unwrap();
            reoffended.push(did);
        }
    }
    let model = logistic::fit(&reoffended, &covariates).unwrap();
    near(model.coefficients[0].coefficient, (40.0_f64 / 60.0).ln(), 1e-9);
    near(model.coefficients[0].error, (1.0_f64 / 40.0 + 1.0 / 60.0).sqrt(), 1e-9);
    near(model.coefficients[1].coefficient, (20.0_f64 * 60.0 / (80.0 * 40.0)).ln(), 1e-9);
    near(model.coefficients[1].error, (1.0_f64 / 20.0 + 1.0 / 80.0 + 1.0 / 40.0 + 1.0 / 60.0).sqrt(), 1e-9);
    near(model.chance(&[1.0]), 0.2, 1e-9);
}

#[test]
fn a_factor_that_separates_is_refused_and_one_that_follows_from_another() {
    let mut covariates = cox::Covariates::named(["a"]);
    for n in 0..20 {
        covariates.push(&[f64::from(n)]).unwrap();
    }
    let separated: Vec<bool> = (0..20).map(|n| n >= 10).collect();
    let refusal = logistic::fit(&separated, &covariates).unwrap_err().to_string();
    assert!(refusal.contains("separates those who reoffended from the others"), "{refusal}");
    let sooner: Vec<Observed> = (1..=20)
        .map(|n| if n <= 10 { Observed::event(f64::from(n)) } else { Observed::censored(f64::from(n)) })
        .collect();
    let mut parts = cox::Covariates::named(["low"]);
    for n in 0..20 {
        parts.push(&[f64::from(u8::from(n < 10))]).unwrap();
    }
    let refusal = cox::fit(&sooner, &parts, None).unwrap_err().to_string();
    assert!(refusal.contains("separates those who reoffended from the others"), "{refusal}");
    let mut twice = cox::Covariates::named(["a", "b"]);
    for n in 0..20 {
        twice.push(&[f64::from(n), f64::from(2 * n)]).unwrap();
    }
    let mixed: Vec<bool> = (0..20).map(|n| n % 3 == 0).collect();
    let refusal = logistic::fit(&mixed, &twice).unwrap_err().to_string();
    assert!(refusal.contains("follows from the others"), "{refusal}");
}

#[test]
fn matching_finds_the_difference_that_mixing_hides() {
    // Those at high risk take part more often; taking part lowers reoffending by 20 in 100 at either risk.
    let (mut took, mut did) = (Vec::new(), Vec::new());
    let mut covariates = cox::Covariates::named(["high risk"]);
    for (risk, part, count, of_ten) in
        [(1.0, true, 200, 5), (1.0, false, 300, 7), (0.0, true, 50, 1), (0.0, false, 450, 3)]
    {
        for n in 0..count {
            covariates.push(&[risk]).unwrap();
            took.push(part);
            did.push(n % 10 < of_ten);
        }
    }
    let crude = (100.0 + 5.0) / 250.0 - (210.0 + 135.0) / 750.0;
    assert!(crude > -0.05, "side by side, taking part seems to do next to nothing");
    for matched in [matching::exactly(&took, &did, &covariates), matching::by_propensity(&took, &did, &covariates)] {
        let matched = matched.unwrap();
        assert_eq!((matched.took_part, matched.matched), (250, 250));
        near(matched.difference.value, -0.2, 0.03);
        assert!(matched.difference.high < 0.0 && matched.p < 0.01);
        assert!(matched.balance[0].before > 0.3 && matched.balance[0].after.abs() < 1e-12, "{:?}", matched.balance);
        let mut others: Vec<usize> = matched.pairs.iter().map(|pair| pair.1).collect();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others.len(), 250, "nobody is matched twice");
    }
}

proptest! {
    #[test]
    fn the_two_parts_of_a_change_make_the_whole(
        counts in prop::collection::vec((1_u64..5000, 0.0..1.0_f64, 1_u64..5000, 0.0..1.0_f64), 1..12)
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small counts")]
        let cell = |people: u64, rate: f64| Cell { people, reoffended: (people as f64 * rate) as u64 };
        let earlier: Vec<Cell> = counts.iter().map(|(n, r, _, _)| cell(*n, *r)).collect();
        let later: Vec<Cell> = counts.iter().map(|(_, _, n, r)| cell(*n, *r)).collect();
        let change = das_gupta(&earlier, &later).unwrap();
        prop_assert!((change.rate_effect + change.mix_effect - change.change()).abs() < 1e-12);
    }

    #[test]
    fn an_interval_holds_its_figure(of in 1_u64..100_000, share in 0.0..=1.0_f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small counts")]
        let count = ((of as f64 * share) as u64).min(of);
        for interval in [wilson(count, of, Confidence::P95), exact_proportion(count, of, Confidence::P95)] {
            let interval = interval.unwrap();
            prop_assert!(0.0 <= interval.low && interval.low <= interval.value);
            prop_assert!(interval.value <= interval.high && interval.high <= 1.0);
        }
        prop_assert!((0.0..=1.0).contains(&logistic(share * 1000.0 - 500.0)));
    }

    #[test]
    fn cutting_time_into_stretches_changes_no_hazard(
        people in prop::collection::vec((1_u8..30, any::<bool>(), 0_u8..4), 30..80), cut in 2_u8..20
    ) {
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        let mut of_whole = cox::Covariates::named(["x"]);
        let mut of_parts = cox::Covariates::named(["x"]);
        let mut whose = Vec::new();
        for (person, (until, happened, x)) in (0_u32..).zip(people) {
            let (until, cut, x) = (f64::from(until), f64::from(cut), [f64::from(x)]);
            let ended = happened.then_some(0);
            whole.push(Observed { from: 0.0, until, ended });
            of_whole.push(&x).unwrap();
            if until > cut {
                parts.push(Observed { from: 0.0, until: cut, ended: None });
                parts.push(Observed { from: cut, until, ended });
                of_parts.push(&x).unwrap();
                whose.push(person);
            } else {
                parts.push(Observed { from: 0.0, until, ended });
            }
            of_parts.push(&x).unwrap();
            whose.push(person);
        }
        let people: Vec<u32> = (0..).take(whole.len()).collect();
        let (one, other) = (cox::fit(&whole, &of_whole, Some(&people)), cox::fit(&parts, &of_parts, Some(&whose)));
        if let (Ok(one), Ok(other)) = (one, other) {
            let (one, other) = (&one.coefficients[0], &other.coefficients[0]);
            prop_assert!((one.coefficient - other.coefficient).abs() < 1e-6);
            prop_assert!((one.error - other.error).abs() < 1e-6);
            prop_assert!((one.robust_error.unwrap() - other.robust_error.unwrap()).abs() < 1e-6);
        }
    }
}

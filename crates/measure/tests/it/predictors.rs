//! Predictors: the figures that their makers publish, and what is asked of somebody.

use crate::world::{beside, day};
use measure::calibration::{Judged, judge};
use measure::predictor::{Asked, Band, Prediction, Predictor, Sex};
use std::collections::BTreeMap;
use std::fs;

fn predictor(id: &str) -> Predictor {
    let file = format!("predictors/{id}.toml");
    let text = fs::read_to_string(beside(&file)).unwrap();
    let offences = Predictor::offences_file(&file, &text).unwrap();
    let offences = fs::read_to_string(beside("predictors").join(offences)).unwrap();
    Predictor::parse(&file, &text, &offences).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn man(born: &str, convicted: &str, start: &str, sanctions: u32, first: i16, category: &str) -> Asked {
    Asked {
        sex: Sex::Male,
        date_of_birth: day(born),
        date_of_current_conviction: day(convicted),
        date_at_start_of_followup: day(start),
        assessment_date: None,
        sanctions,
        age_at_first_sanction: first,
        offence_category: Some(category.to_owned()),
        offence_code: None,
        items: BTreeMap::new(),
    }
}

fn percents(prediction: &Prediction) -> Vec<f64> {
    prediction.chances.iter().map(|chance| chance.percent).collect()
}

#[track_caller]
fn near(got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{got} is not {wanted}");
}

#[test]
fn ogrs3_gives_the_figures_of_its_makers() {
    let ogrs3 = predictor("ogrs3");
    let vectors = [
        (man("1965-12-07", "2025-05-13", "2026-12-06", 2, 47, "soliciting or prostitution"), [8.0, 16.0]),
        (man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "fraud and forgery"), [11.0, 20.0]),
        (man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "other"), [9.0, 17.0]),
        (man("1975-04-29", "2009-02-19", "2020-01-14", 22, 17, "drug import, export or production"), [35.0, 52.0]),
    ];
    for (asked, wanted) in vectors {
        assert_eq!(percents(&ogrs3.predict(&asked).unwrap()), wanted, "{asked:?}");
    }
}

#[test]
fn ogrs3_shows_what_each_thing_adds() {
    let mut asked = man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "other");
    (asked.offence_category, asked.offence_code) = (None, Some("11618".to_owned()));
    let prediction = predictor("ogrs3").predict(&asked).unwrap();
    let wanted =
        [("age and sex", -1.326), ("history", 0.463_06), ("rate of sanctions", -2.816_636), ("offence", -0.0607)];
    for (term, (name, weight)) in prediction.terms.iter().zip(wanted) {
        assert_eq!(term.name, name);
        near(term.weight, weight, 5e-5);
    }
    assert_eq!(prediction.band, Band::Low);
    near(measure::statistics::logistic::logistic(1.402_562_384), 0.802_59, 5e-6);
    near(measure::statistics::logistic::logistic(2.121_705_678 - 2.776_835_807), 0.341_83, 1e-5);
}

#[test]
fn the_all_reoffending_predictor_gives_the_figures_of_its_makers() {
    let arp = predictor("arp-static");
    let mut asked = man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "OTHER_OFFENCES");
    asked.assessment_date = Some(day("2026-08-01"));
    let prediction = arp.predict(&asked).unwrap();
    near(prediction.chances[0].total_weight, -3.109_291_542_898, 1e-12);
    assert_eq!(percents(&prediction), [4.27]);

    let mut asked = man("1990-01-01", "2024-01-01", "2026-01-01", 2, 18, "criminal damage");
    asked.assessment_date = Some(day("2025-01-01"));
    assert_eq!(percents(&arp.predict(&asked).unwrap()), [13.66], "not at liberty yet, so no months free of offences");

    let mut asked = man("1990-01-01", "2017-02-01", "2017-03-01", 2, 18, "sexual against child");
    asked.assessment_date = Some(day("2020-03-01"));
    near(arp.predict(&asked).unwrap().chances[0].chance, 0.053_736_997_774, 1e-11);
}

#[test]
fn the_dynamic_predictor_weighs_every_answer() {
    let arp = predictor("arp-dynamic");
    let mut asked = man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "other offences");
    let refusal = arp.predict(&asked).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "A prediction cannot be computed: the answer to `accommodation_unsuitable` is missing. Give it, or use a predictor \
         without an assessment."
    );
    let ones = [
        "accommodation_unsuitable",
        "lives_with_partner",
        "relationship_problems",
        "problems_with_partner_lived_with",
        "domestic_abuse",
        "activities_encourage_offending",
        "drug_motivation",
        "alcohol_now",
        "binge_drinking",
        "impulsivity",
        "attitudes",
    ];
    let noughts = [
        "unemployed",
        "heroin",
        "other_opiates",
        "crack",
        "powder_cocaine",
        "misused_prescribed",
        "benzodiazepines",
        "cannabis",
        "steroids",
        "other_drugs",
    ];
    asked.items =
        ones.map(|name| (name.to_owned(), 1.0)).into_iter().chain(noughts.map(|name| (name.to_owned(), 0.0))).collect();
    let prediction = arp.predict(&asked).unwrap();
    let term = |name: &str| prediction.terms.iter().find(|term| term.name == name).unwrap().weight;
    // The terms of the makers' own example of these answers.
    for (name, weight) in [
        ("accommodation_unsuitable", 0.084_804_915_835_58),
        ("unemployed", 0.0),
        ("lives_with_partner", -0.266_331_545_877_52),
        ("problems_with_partner_lived_with", 0.141_655_261_924_43),
        ("domestic_abuse", 0.063_566_919_683_39),
        ("attitudes", 0.043_908_309_544_14),
        ("second sanction", -2.603_445_812_880_04),
        ("years between the sanctions", -0.287_752_525_840_89),
        ("number of sanctions", -0.006_052_575_129_36),
        ("offence", 0.097_115_717_952_53),
    ] {
        near(term(name), weight, 1e-13);
    }
    asked.items.insert("shoe size".to_owned(), 1.0);
    assert!(arp.predict(&asked).unwrap_err().to_string().starts_with("There is no item `shoe size`."));
}

#[test]
fn what_cannot_be_predicted_is_refused_in_a_sentence() {
    let ogrs3 = predictor("ogrs3");
    let sound = man("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "other");
    let refusal = |change: &dyn Fn(&mut Asked)| {
        let mut asked = sound.clone();
        change(&mut asked);
        ogrs3.predict(&asked).unwrap_err().to_string()
    };
    assert!(
        refusal(&|asked| asked.sanctions = 0)
            .ends_with("sanctions is nought, and the current one counts. Give 1 or more.")
    );
    assert!(refusal(&|asked| asked.age_at_first_sanction = 40).contains("Correct the dates."));
    assert!(
        refusal(&|asked| asked.offence_category = None)
            .ends_with("neither offence_category nor offence_code is given. Give one.")
    );
    assert!(
        refusal(&|asked| asked.offence_category = Some("piracy".to_owned()))
            .starts_with("There is no category of offence `piracy`.")
    );
    let code = refusal(&|asked| (asked.offence_category, asked.offence_code) = (None, Some("99999".to_owned())));
    assert!(code.contains("the offence code `99999` has no category in ogrs3-offences.csv."), "{code}");
}

#[test]
fn the_input_is_the_one_that_the_command_takes() {
    let asked: Asked = serde_json::from_str(
        r#"{"sex":"male","date_of_birth":"1991-07-17","date_of_current_conviction":"2021-08-05",
            "date_at_start_of_followup":"2021-12-12","assessment_date":"2026-08-01","sanctions":2,
            "age_at_first_sanction":21,"offence_category":"OTHER_OFFENCES"}"#,
    )
    .unwrap();
    assert_eq!(percents(&predictor("arp-static").predict(&asked).unwrap()), [4.27]);
}

#[test]
fn a_predictor_is_judged_by_what_happened_and_for_whom_it_errs() {
    // Chances are right for men, and twice too high for women.
    let mut people = Vec::new();
    for (sex, count, of_ten) in [("male", 1000, [2, 4, 6, 8]), ("female", 400, [1, 2, 3, 4])] {
        for n in 0..count {
            let quarter = n % 4;
            people.push(Judged {
                chance: [0.2, 0.4, 0.6, 0.8][quarter],
                reoffended: (n / 4) % 10 < of_ten[quarter],
                words: vec![sex.to_owned()],
            });
        }
    }
    people.extend((0..3).map(|_| Judged { chance: 0.5, reoffended: true, words: vec!["not recorded".to_owned()] }));
    let judged = judge(&people, &["sex".to_owned()], 0.5, 10).unwrap();
    let of = |word: &str| judged.errors.iter().find(|errors| errors.word == word).unwrap();
    near(of("male").ratio.unwrap().value, 1.0, 1e-9);
    near(of("male").false_alarms.unwrap().value, 0.3, 1e-9);
    assert_eq!(of("not recorded").people, None, "three people are not shown");
    assert!(of("female").people.is_none(), "nor what would give them away");
    assert!(judged.discrimination.unwrap() > 0.6);
    assert!(judged.overall.ratio.value < 0.9);
    assert_eq!(judged.tenths.iter().map(|part| part.people).sum::<usize>(), people.len());
}

//! What a record says to a measure: convictions with their offences and disposals, releases, returns, custody.

use super::index_date::{self, Sentence, Standing};
use crate::Rules;
use measure::{Day, EventRow, HistoriesBuilder, MeasureError, PersonRow, Scale};
use record::Record;
use record::person::{Answer, Characteristic};

/// By what offences are grouped and weighed.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) scale: Option<&'a Scale>,
}

/// The attributes of events and of people that records have.
pub(crate) fn builder(rules: &Rules) -> HistoriesBuilder {
    HistoriesBuilder::new(index_date::names(rules), OF_PEOPLE)
}

/// What is said of people.
pub(super) const OF_PEOPLE: [&str; 2] = ["sex", "ethnicity"];

/// Tells the builder of a person.
pub(crate) fn tell(
    builder: &mut HistoriesBuilder,
    id: &str,
    record: &Record,
    by: Telling<'_>,
) -> Result<(), MeasureError> {
    let answer = |asked: Characteristic| match record.person.characteristics.get(&asked) {
        Some(Answer::Is(word)) => word.as_str().to_owned(),
        _ => String::new(),
    };
    let (sex, ethnicity) = (answer(Characteristic::Sex), answer(Characteristic::Ethnicity));
    let (born, standing) = (index_date::born(record), Standing::of(record, by.rules));
    let known = PersonRow { born, left: record.person.died.map(Day::from), words: &[&sex, &ethnicity] };
    let person = builder.add_person(id, &known)?;
    for (on, convicted) in &record.court.convictions {
        if convicted.charges.is_empty() {
            let words = standing.words(*on, "", &Sentence::not_known(*on));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            builder.event(&EventRow { words: &words, ..EventRow::new(person, "conviction", (*on).into()) })?;
        }
        for charge in &convicted.charges {
            let sentence = Sentence::of(record, charge, *on);
            let charge = record.court.charges.get(charge);
            let code = charge.and_then(|charge| charge.code.as_ref()).map_or("", |code| code.as_str());
            let words = standing.words(*on, code, &sentence);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            builder.event(&EventRow {
                offence: charge.map(|charge| Day::from(charge.from)),
                at_liberty: sentence.at_liberty,
                disposal: sentence.disposal,
                group: by.rules.group_of_offence(code).unwrap_or_default(),
                weight: by.scale.and_then(|scale| scale.weight(code, (*on).into())),
                words: &words,
                ..EventRow::new(person, "conviction", (*on).into())
            })?;
        }
    }
    let mut released = false;
    let mut custody_from: Option<Day> = None;
    for step in &record.custody.moves {
        let on = Day::from(step.on);
        if step.into_custody {
            if released {
                builder.event(&EventRow::new(person, "return", on))?;
            }
            custody_from.get_or_insert(on);
        } else {
            released = true;
            builder.event(&EventRow::new(person, "release", on))?;
            if let Some(from) = custody_from.take() {
                builder.custody(person, from, Some(on));
            }
        }
    }
    if let Some(from) = custody_from {
        builder.custody(person, from, None);
    }
    Ok(())
}

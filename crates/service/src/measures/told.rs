//! What a record says to a measure: convictions with their offences and disposals, releases, returns, custody.

use crate::Rules;
use jiff::civil::Date;
use measure::{Day, EventRow, HistoriesBuilder, MeasureError, PersonRow, Scale};
use record::court::Disposal;
use record::person::{Answer, Birth, Characteristic};
use record::{ChargeRef, Record};

/// By what offences are grouped and weighed.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) scale: Option<&'a Scale>,
}

/// The attributes of events and of people that records have.
pub(crate) fn builder() -> HistoriesBuilder {
    HistoriesBuilder::new(["order", "council"], ["sex", "ethnicity"])
}

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
    let born = match record.person.birth {
        Birth::Full(date) => Some(Day::from(date)),
        Birth::Month(_) | Birth::Year(_) | Birth::NotKnown => None,
    };
    let known = PersonRow { born, left: record.person.died.map(Day::from), words: &[&sex, &ethnicity] };
    let person = builder.add_person(id, &known)?;
    for (on, convicted) in &record.court.convictions {
        if convicted.charges.is_empty() {
            builder.event(&EventRow::new(person, "conviction", (*on).into()))?;
        }
        for charge in &convicted.charges {
            let sentence = sentence(record, charge, *on);
            let charge = record.court.charges.get(charge);
            let code = charge.and_then(|charge| charge.code.as_ref()).map_or("", |code| code.as_str());
            builder.event(&EventRow {
                offence: charge.map(|charge| Day::from(charge.from)),
                at_liberty: sentence.at_liberty,
                disposal: sentence.disposal,
                group: by.rules.group_of_offence(code).unwrap_or_default(),
                weight: by.scale.and_then(|scale| scale.weight(code, (*on).into())),
                words: &[sentence.order, sentence.council],
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

/// How a conviction was disposed of, and from which day the person was at liberty.
struct Sentence<'a> {
    disposal: &'static str,
    at_liberty: Option<Day>,
    order: &'a str,
    council: &'a str,
}

fn sentence<'a>(record: &'a Record, charge: &ChargeRef, convicted: Date) -> Sentence<'a> {
    let final_ones = record.court.disposals.iter().filter(|(on, disposed)| {
        *on >= convicted && disposed.disposal != Disposal::Deferred && disposed.charges.contains(charge)
    });
    let Some((on, disposed)) = final_ones.min_by_key(|(on, _)| *on) else {
        return Sentence { disposal: "", at_liberty: Some(convicted.into()), order: "", council: "" };
    };
    let order = disposed.order.as_ref().and_then(|order| record.orders.get(order));
    let release = || record.custody.moves.iter().find(|step| !step.into_custody && step.on >= *on).map(|step| step.on);
    Sentence {
        disposal: group_of(disposed.disposal),
        at_liberty: if disposed.disposal == Disposal::Custody { release().map(Day::from) } else { Some((*on).into()) },
        order: order.map_or("", |order| order.kind.as_str()),
        council: order.map_or("", |order| order.council.as_str()),
    }
}

/// A disposal in the groups of the bulletin.
fn group_of(disposal: Disposal) -> &'static str {
    match disposal {
        Disposal::Custody => "custody",
        Disposal::CommunityPaybackOrder
        | Disposal::DrugTreatmentAndTestingOrder
        | Disposal::RestrictionOfLibertyOrder
        | Disposal::SupervisedReleaseOrder
        | Disposal::StructuredDeferredSentence => "community",
        Disposal::Monetary => "fine",
        Disposal::Deferred | Disposal::Admonition | Disposal::Other => "other",
    }
}

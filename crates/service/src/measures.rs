//! Reoffending from the records: figures of cohorts, without names. What the records do not hold (a conviction in another
//! area that nobody told us of) cannot be in the figures.

use crate::actor::LONDON;
use crate::path::{Whose, history};
use crate::policy::Doing;
use crate::{Request, Service, ServiceError};
use jiff::civil::Date;
use measure::{
    Breakdown, Cohort, Day, Definition, EventRow, Histories, HistoriesBuilder, Known, MeasureError, PersonRow, Report,
    follow, report,
};
use record::court::Disposal;
use record::person::{Answer, Birth, Characteristic};
use record::{ChargeRef, Record};
use store::events;

/// What is asked about reoffending.
pub struct CohortsAsked<'a> {
    /// Which cohorts.
    pub cohorts: &'a [Cohort],
    /// By which definitions.
    pub definitions: &'a [Definition],
    /// By what the figures are broken down: age, disposal, previous, sex, ethnicity, order, council.
    pub by: &'a [String],
    /// Only what had been recorded by the end of this day.
    pub as_of: Date,
    /// The day to which recording is complete.
    pub complete_to: Date,
}

/// Figures of the cohorts that can be measured, and why the others cannot.
pub struct CohortsMeasured {
    /// The figures.
    pub reports: Vec<Report>,
    /// The refusals.
    pub refused: Vec<MeasureError>,
}

impl Service {
    /// Who reoffended, how often, how soon: counts only, small numbers suppressed.
    pub fn reoffending(
        &self,
        request: &Request<'_>,
        asked: &CohortsAsked<'_>,
    ) -> Result<CohortsMeasured, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        let histories = self.path.over_many(request, Doing::ViewStatistics, whose, |tx| {
            let end_of_day = asked.as_of.at(23, 59, 59, 999_999_999).to_zoned(LONDON.clone());
            let moment = end_of_day.map_err(|error| ServiceError::Asked(error.to_string()))?.timestamp();
            let mut builder = HistoriesBuilder::new(["order", "council"], ["sex", "ethnicity"]);
            let mut trouble = None;
            events::each_stream(tx, &mut |stream, stored| {
                if stream.kind == "person" && trouble.is_none() {
                    let known = history(stored).map(|history| history.as_known_at(moment).record());
                    trouble = known
                        .and_then(|record| tell(&mut builder, &stream.id, &record).map_err(|error| asked_for(&error)))
                        .err();
                }
                Ok(())
            })?;
            trouble.map_or(Ok(builder.build()), Err)
        })?;
        measured(&histories, asked).map_err(|error| asked_for(&error))
    }
}

fn asked_for(error: &MeasureError) -> ServiceError {
    ServiceError::Asked(error.to_string())
}

fn measured(histories: &Histories, asked: &CohortsAsked<'_>) -> Result<CohortsMeasured, MeasureError> {
    let by = asked.by.iter().map(|name| Breakdown::named(name, histories)).collect::<Result<Vec<_>, _>>()?;
    let known = Known { as_of: asked.as_of.into(), complete: asked.complete_to.into() };
    let mut measured = CohortsMeasured { reports: Vec::new(), refused: Vec::new() };
    for cohort in asked.cohorts {
        for definition in asked.definitions {
            match follow(histories, definition, cohort, known, None) {
                Ok(followed) => measured.reports.push(report(&followed, &by, None)),
                Err(refusal) => measured.refused.push(refusal),
            }
        }
    }
    Ok(measured)
}

/// Tells the builder of a person: convictions with their offences and disposals, releases, returns, custody.
pub(crate) fn tell(builder: &mut HistoriesBuilder, id: &str, record: &Record) -> Result<(), MeasureError> {
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
            let offence = record.court.charges.get(charge).map(|charge| Day::from(charge.from));
            builder.event(&EventRow {
                offence,
                at_liberty: sentence.at_liberty,
                disposal: sentence.disposal,
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

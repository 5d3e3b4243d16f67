//! Reoffending from the records: figures of cohorts, without names. What the records do not hold (a conviction in another
//! area that nobody told us of) cannot be in the figures.

use crate::actor::LONDON;
use crate::path::{Whose, history};
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::civil::Date;
use measure::{
    Breakdown, Cohort, Day, Definition, EventRow, Histories, HistoriesBuilder, Known, MeasureError, PersonRow, Report,
    follow, report,
};
use record::court::Disposal;
use record::person::{Answer, Birth, Characteristic};
use record::{ChargeRef, Record};
use store::{Tx, events};

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

/// Which row of a figure is traced to the people behind it.
pub struct TraceAsked<'a> {
    /// The cohort.
    pub cohort: &'a Cohort,
    /// The definition.
    pub definition: &'a Definition,
    /// The breakdown and the row's word; none for everybody.
    pub part: Option<(&'a str, &'a str)>,
    /// Only what had been recorded by the end of this day.
    pub as_of: Date,
    /// The day to which recording is complete.
    pub complete_to: Date,
}

/// Somebody behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The day from which they were followed.
    pub index_day: Date,
    /// The day of the first reoffence, if there was one.
    pub first: Option<Date>,
    /// How many reoffences.
    pub reoffences: u32,
}

/// The most people whom one trace names.
const MOST_TRACED: usize = 500;

impl Service {
    /// Who reoffended, how often, how soon: counts only, small numbers suppressed.
    pub fn reoffending(
        &self,
        request: &Request<'_>,
        asked: &CohortsAsked<'_>,
    ) -> Result<CohortsMeasured, ServiceError> {
        self.reoffending_within(request, asked, u64::MAX)
    }

    /// As [`Service::reoffending`], for a desk: only where at most so many people are on record, because whoever asks waits.
    pub fn reoffending_within(
        &self,
        request: &Request<'_>,
        asked: &CohortsAsked<'_>,
        most: u64,
    ) -> Result<CohortsMeasured, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        let histories =
            self.path.over_many(request, Doing::ViewStatistics, whose, |tx| histories(tx, asked.as_of, most))?;
        measured(&histories, asked).map_err(|error| asked_for(&error))
    }

    /// The people behind a row, as far as the actor may look at their records; at most 500, in the order of their index days.
    pub fn trace_reoffending(
        &self,
        request: &Request<'_>,
        asked: &TraceAsked<'_>,
        most: u64,
    ) -> Result<Vec<Traced>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many_shown(request, Doing::TraceFigures, whose, |tx| {
            let histories = histories(tx, asked.as_of, most)?;
            let mut outcomes = outcomes(&histories, asked).map_err(|error| asked_for(&error))?;
            outcomes.sort_by_key(|(_, outcome)| outcome.index_day);
            let mut traced = Vec::new();
            for (id, outcome) in outcomes {
                if traced.len() == MOST_TRACED {
                    break;
                }
                let person = PersonId::new(id).map_err(|error| ServiceError::Asked(error.to_string()))?;
                if let Some(name) = self.path.named(request, tx, &person)? {
                    let (index_day, first) = (outcome.index_day.date(), outcome.first.map(Day::date));
                    traced.push(Traced { person, name, index_day, first, reoffences: outcome.reoffences });
                }
            }
            let shown = traced.iter().map(|traced| traced.person.stream()).collect();
            Ok((traced, shown))
        })
    }
}

/// What the records said at the end of a day.
fn histories(tx: &mut dyn Tx, as_of: Date, most: u64) -> Result<Histories, ServiceError> {
    let people = if most == u64::MAX { 0 } else { store::health::people(tx)? };
    if people > most {
        return Err(ServiceError::Asked(format!(
            "there are {people} people on record, and a page would wait too long for more than {most}: ask `throughline measure \
             reoffending` on the command line"
        )));
    }
    let end_of_day = as_of.at(23, 59, 59, 999_999_999).to_zoned(LONDON.clone());
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
}

/// The people of a row, each with what became of them.
fn outcomes<'a>(
    histories: &'a Histories,
    asked: &TraceAsked<'_>,
) -> Result<Vec<(&'a str, measure::Outcome)>, MeasureError> {
    if histories.events() == 0 {
        return Ok(Vec::new());
    }
    let part = asked.part.map(|(by, word)| Ok((Breakdown::named(by, histories)?, word))).transpose()?;
    let known = Known { as_of: asked.as_of.into(), complete: asked.complete_to.into() };
    let followed = follow(histories, asked.definition, asked.cohort, known, None)?;
    let in_part = |outcome: &&measure::Outcome| part.as_ref().is_none_or(|(by, word)| by.is(&followed, outcome, word));
    Ok(followed.outcomes.iter().filter(in_part).map(|outcome| (histories.id(outcome.person), *outcome)).collect())
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

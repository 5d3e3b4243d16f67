//! Reoffending from the records: figures of cohorts, without names. What the records do not hold (a conviction in another
//! area that nobody told us of) cannot be in the figures.

mod columns;
pub(crate) mod index_date;
mod told;

use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
pub(crate) use columns::Remembered;
use jiff::civil::Date;
use measure::{
    BeforeAfter, Breakdown, Cohort, Day, Definition, Followed, Histories, Known, MeasureError, Outcome, Report, Scale,
    Table, before_after, follow, report,
};
pub(crate) use told::{Telling, builder, tell};

/// What is asked about reoffending.
pub struct CohortsAsked<'a> {
    /// Which cohorts.
    pub cohorts: &'a [Cohort],
    /// By which definitions.
    pub definitions: &'a [Definition],
    /// By what the figures are broken down: age, disposal, group, previous, sex, ethnicity, order, council,
    /// requirement, programme, level, or the name of a predictor or of a group of people.
    pub by: &'a [String],
    /// By what offences are weighed, if by anything.
    pub scale: Option<&'a Scale>,
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
    /// What must be read beside figures so broken down.
    pub caveats: Vec<String>,
}

/// Which people of a cohort are asked for.
pub struct TraceAsked<'a> {
    /// The cohort.
    pub cohort: &'a Cohort,
    /// The definition.
    pub definition: &'a Definition,
    /// Of those of one row of a figure, the breakdown and the row's word; none for everybody.
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
        let histories = self
            .path
            .over_many(request, Doing::ViewStatistics, whose, |tx| self.columns(tx, asked.as_of, most, asked.scale))?;
        let caveat = |name: &String| index_date::caveat(name, self.path.rules());
        let caveats = asked.by.iter().filter_map(caveat).collect();
        let measured = measured(&histories, asked).map_err(|error| asked_for(&error))?;
        Ok(CohortsMeasured { caveats, ..measured })
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
            let histories = self.columns(tx, asked.as_of, most, None)?;
            let mut outcomes = followed(&histories, asked)?.outcomes;
            outcomes.sort_by_key(|outcome| outcome.index_day);
            let mut traced = Vec::new();
            for outcome in outcomes {
                if traced.len() == MOST_TRACED {
                    break;
                }
                let person = person_of(&histories, &outcome)?;
                if let Some(name) = self.path.named(request, tx, &person)? {
                    let (index_day, first) = (outcome.index_day.date(), outcome.first.map(Day::date));
                    traced.push(Traced { person, name, index_day, first, reoffences: outcome.reoffences });
                }
            }
            let shown = traced.iter().map(|traced| traced.person.stream()).collect();
            Ok((traced, shown))
        })
    }

    /// The people of a cohort as a table with one row for each, for survival, regression and matching: those whose records the
    /// actor may look at. The look is in the access log under each of them.
    pub fn people_of_cohort(&self, request: &Request<'_>, asked: &TraceAsked<'_>) -> Result<Table, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many_shown(request, Doing::TraceFigures, whose, |tx| {
            let histories = self.columns(tx, asked.as_of, u64::MAX, None)?;
            let mut followed = followed(&histories, asked)?;
            let mut shown = Vec::new();
            let mut seen = Vec::new();
            for outcome in std::mem::take(&mut followed.outcomes) {
                let person = person_of(&histories, &outcome)?;
                if self.path.named(request, tx, &person)?.is_some() {
                    shown.push(person.stream());
                    seen.push(outcome);
                }
            }
            followed.outcomes = seen;
            Ok((Table::of_cohort(&followed), shown))
        })
    }

    /// How often the people of a cohort were convicted before their index date and after: counts only.
    pub fn before_and_after(&self, request: &Request<'_>, asked: &TraceAsked<'_>) -> Result<BeforeAfter, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        let histories = self
            .path
            .over_many(request, Doing::ViewStatistics, whose, |tx| self.columns(tx, asked.as_of, u64::MAX, None))?;
        before_after(&followed(&histories, asked)?).map_err(|error| asked_for(&error))
    }
}

fn person_of(histories: &Histories, outcome: &Outcome) -> Result<PersonId, ServiceError> {
    PersonId::new(histories.id(outcome.person).as_ref()).map_err(|error| ServiceError::Asked(error.to_string()))
}

/// The people asked for, each with what became of them.
fn followed<'a>(histories: &'a Histories, asked: &TraceAsked<'a>) -> Result<Followed<'a>, ServiceError> {
    let known = Known { as_of: asked.as_of.into(), complete: asked.complete_to.into() };
    let (definition, cohort) = (asked.definition, asked.cohort);
    if histories.events() == 0 {
        return Ok(Followed { histories, definition, cohort, known, outcomes: Vec::new() });
    }
    let mut followed = follow(histories, definition, cohort, known, None).map_err(|error| asked_for(&error))?;
    if let Some((by, word)) = asked.part {
        let by = Breakdown::named(by, histories).map_err(|error| asked_for(&error))?;
        let of_part = followed.outcomes.iter().filter(|outcome| by.is(&followed, outcome, word)).copied().collect();
        followed.outcomes = of_part;
    }
    Ok(followed)
}

fn asked_for(error: &MeasureError) -> ServiceError {
    ServiceError::Asked(error.to_string())
}

fn measured(histories: &Histories, asked: &CohortsAsked<'_>) -> Result<CohortsMeasured, MeasureError> {
    let by = asked.by.iter().map(|name| Breakdown::named(name, histories)).collect::<Result<Vec<_>, _>>()?;
    let known = Known { as_of: asked.as_of.into(), complete: asked.complete_to.into() };
    let mut measured = CohortsMeasured { reports: Vec::new(), refused: Vec::new(), caveats: Vec::new() };
    for cohort in asked.cohorts {
        for definition in asked.definitions {
            match follow(histories, definition, cohort, known, asked.scale.map(|scale| scale.severe_from)) {
                Ok(followed) => measured.reports.push(report(&followed, &by, asked.scale)),
                Err(refusal) => measured.refused.push(refusal),
            }
        }
    }
    Ok(measured)
}

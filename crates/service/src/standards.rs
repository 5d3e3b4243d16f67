//! Figures over everybody's cases: how often each standard was met, and the same caseload under a draft rulebook. Counts
//! only; no names leave this module.

use crate::desk::Place;
use crate::lists::WorklistOf;
use crate::path::{Whose, history};
use crate::policy::Doing;
use crate::rows::judge;
use crate::{Request, Service, ServiceError};
use clock::{Detail, Rulebook, report};
use facts::{FactName, Value};
use jiff::civil::Date;
use record::{History, Record};
use store::{Tx, events};

/// A report with the day it was made for.
pub struct Figures {
    /// The day up to which facts were looked at.
    pub as_of: Date,
    /// People counted.
    pub people: u64,
    /// Cases counted.
    pub cases: u64,
    /// Counts by standard, quarter and team.
    pub report: report::Report,
}

/// A standard's counts for one team and quarter, as the read models hold them.
pub type TeamCount = store::rows::Count;

/// How often a fact stands in the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct FactCount {
    /// Facts.
    pub facts: u64,
    /// People with at least one.
    pub people: u64,
    /// Of so many people.
    pub of_people: u64,
}

/// The same cases under two rulebooks.
pub struct Comparison {
    /// The day up to which facts were looked at.
    pub as_of: Date,
    /// People counted.
    pub people: u64,
    /// Counts under both.
    pub comparison: report::Comparison,
}

impl Service {
    /// How often each standard was met, per quarter and team, with denominators and population targets.
    pub fn standards_report(&self, request: &Request<'_>, as_of: Date) -> Result<Figures, ServiceError> {
        let rulebook = self.path.rules().rulebook().with_targets();
        let clock = self.path.rules().clock_of(&rulebook).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let mut figures = Figures { as_of, people: 0, cases: 0, report: report::Report::new() };
        self.over_everybody(request, Doing::ViewStatistics, u64::MAX, |record| {
            figures.people += 1;
            let team = team_of(record, as_of);
            for judged in judge(record, &clock, as_of, Detail::Plain)? {
                figures.cases += 1;
                figures.report.add(&team, &judged.obligations);
            }
            Ok(())
        })?;
        Ok(figures)
    }

    /// The same caseload under the rulebook in force and under a draft, side by side.
    pub fn what_if(&self, request: &Request<'_>, draft: &Rulebook, as_of: Date) -> Result<Comparison, ServiceError> {
        self.compared(request, draft, as_of, u64::MAX)
    }

    fn compared(
        &self,
        request: &Request<'_>,
        draft: &Rulebook,
        as_of: Date,
        most: u64,
    ) -> Result<Comparison, ServiceError> {
        let asked = |error: crate::RulesError| ServiceError::Asked(error.to_string());
        let (now, then) = (self.path.clock()?, self.path.rules().clock_of(draft).map_err(asked)?);
        let mut compared = Comparison { as_of, people: 0, comparison: report::Comparison::new() };
        self.over_everybody(request, Doing::CompareRulebooks, most, |record| {
            compared.people += 1;
            let team = team_of(record, as_of);
            let (base, draft) =
                (judge(record, &now, as_of, Detail::Plain)?, judge(record, &then, as_of, Detail::Plain)?);
            for (base, draft) in base.iter().zip(&draft) {
                compared.comparison.add(&team, &base.obligations, &draft.obligations);
            }
            Ok(())
        })?;
        Ok(compared)
    }

    /// As [`Service::what_if`], for a desk: only where at most so many people are on record, because whoever asks waits.
    pub fn what_if_within(
        &self,
        request: &Request<'_>,
        draft: &Rulebook,
        as_of: Date,
        most: u64,
    ) -> Result<Comparison, ServiceError> {
        self.compared(request, draft, as_of, most)
    }

    /// How often each standard was met by a team, per quarter, from the read models.
    pub fn team_figures(&self, request: &Request<'_>, team: &str) -> Result<Vec<TeamCount>, ServiceError> {
        let place = Place::of(&self.path, request, WorklistOf::Team(team))?;
        self.path.over_many(request, Doing::ViewTeamFigures, place.whose(), |tx| {
            Ok(store::rows::counts(tx, Some(team), request.actor.id.as_str())?)
        })
    }

    /// How often a fact stands in the records, and in how many people's; with an attribute, only where it has that value.
    pub fn count_facts(
        &self,
        request: &Request<'_>,
        name: FactName,
        attribute: Option<(&str, &str)>,
    ) -> Result<FactCount, ServiceError> {
        let mut count = FactCount::default();
        self.over_everybody(request, Doing::ViewStatistics, u64::MAX, |record| {
            let fits = |fact: &facts::Fact| {
                attribute
                    .is_none_or(|(key, value)| fact.attributes.get(key).is_some_and(|found| is_value(found, value)))
            };
            let facts = record.facts().iter().filter(|told| told.fact.name == name && fits(&told.fact)).count();
            count.of_people += 1;
            count.people += u64::from(facts > 0);
            count.facts += u64::try_from(facts).unwrap_or_default();
            Ok(())
        })?;
        Ok(count)
    }

    fn over_everybody(
        &self,
        request: &Request<'_>,
        doing: Doing,
        most: u64,
        mut visit: impl FnMut(&Record) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, doing, whose, |tx| {
            let people = if most == u64::MAX { 0 } else { store::health::people(tx)? };
            if people > most {
                return Err(ServiceError::Asked(format!(
                    "{people} people are on record, and above {most} it takes too long to wait for: run throughline standards what-if on the server instead."
                )));
            }
            each_record(tx, &mut |_, record| visit(&record?))
        })
    }
}

fn is_value(found: &Value, wanted: &str) -> bool {
    match found {
        Value::Text(text) => text == wanted,
        Value::Number(number) => number.to_string() == wanted,
        Value::Flag(flag) => flag.to_string() == wanted,
        Value::List(list) => list.iter().any(|text| text == wanted),
    }
}

fn team_of(record: &Record, on: Date) -> String {
    record.supervision.case_manager_on(on).map_or_else(|| "not allocated".to_owned(), |at| at.team.to_string())
}

/// What is done with each person's record or history, or with the reason why it cannot be read.
type Visit<'a, T> = dyn FnMut(&store::StreamId, Result<T, ServiceError>) -> Result<(), ServiceError> + 'a;

/// Folds every person's stream, one at a time; whoever visits decides what a stream that cannot be read means.
pub(crate) fn each_record(tx: &mut dyn Tx, visit: &mut Visit<'_, Record>) -> Result<(), ServiceError> {
    each_history(tx, &mut |stream, history| visit(stream, history.map(|history| history.record())))
}

/// As [`each_record`], with everything that the record follows from.
pub(crate) fn each_history(tx: &mut dyn Tx, visit: &mut Visit<'_, History>) -> Result<(), ServiceError> {
    let mut trouble = None;
    events::each_stream(tx, &mut |stream, stored| {
        if stream.kind == "person" && trouble.is_none() {
            trouble = visit(stream, history(stored)).err();
        }
        Ok(())
    })?;
    trouble.map_or(Ok(()), Err)
}

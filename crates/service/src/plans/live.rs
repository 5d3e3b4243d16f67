//! Live figures: an indicator whose source is a standard, or a measure of reoffending, is computed from the records; where it
//! is a standard, period by period and down to the cases for those who may see them.

use super::PlanView;
use super::reconvicted::{self, definition_of};
use crate::lists::person_id;
use crate::measures::{Telling, builder, tell};
use crate::path::Whose;
use crate::policy::Doing;
use crate::rows::{case_name, judge};
use crate::standards::each_record;
use crate::{PersonId, Request, Service, ServiceError};
use clock::{Detail, State};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use measure::Histories;
use planning::indicator::{Amount, Frequency, Indicator, Measured, Source, Unit};
use planning::{IndicatorRef, Line};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::{StreamId, Tx};

/// An indicator with readings computed from the records.
#[derive(Clone, Debug)]
pub struct LiveIndicator {
    /// The indicator, with these readings in the place of recorded ones.
    pub indicator: Indicator,
    /// The standard or measure that it counts, with its citation.
    pub counts: String,
    /// The periods, the latest last; none where a measure counts.
    pub readings: Vec<Reading>,
}

/// One period of a live indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// How many were met in time.
    pub met: u64,
    /// How many were met late.
    pub late: u64,
    /// How many were never met.
    pub missed: u64,
}

/// A case behind a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveCase {
    /// Whose, with their name; none where the reader may not see the record.
    pub person: Option<(PersonId, String)>,
    /// The order.
    pub case: String,
    /// The day that opened it.
    pub opened_on: Date,
    /// The last day.
    pub due: Option<Date>,
    /// How it stands.
    pub state: &'static str,
}

/// The cases that indicators count, of everybody, as of a moment.
#[derive(Default)]
pub(crate) struct Live(Mutex<Option<(Timestamp, Arc<Figures>)>>);

pub(crate) struct Figures {
    /// The standards that are counted.
    counted: BTreeSet<String>,
    cases: BTreeMap<String, Vec<Counted>>,
    histories: Histories,
}

#[derive(Clone)]
struct Counted {
    stream: StreamId,
    case: String,
    opened_on: Date,
    due: Option<Date>,
    state: State,
}

/// Figures are computed anew after so long.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// With more people on record it takes longer than anybody waits for a page.
const MOST_PEOPLE: u64 = 20_000;
/// What is counted of a standard.
const COUNTED: &str =
    "A period counts once it is over and nothing that was opened in it is still open; what was excused is not counted";
/// The most periods that are told.
const PERIODS: usize = 12;
/// The most cases of one reading that are listed.
const MOST_CASES: usize = 100;

impl Service {
    /// The indicators of a plan whose source is a standard, computed from the records.
    pub fn live_indicators(
        &self,
        request: &Request<'_>,
        view: &PlanView,
    ) -> Result<BTreeMap<IndicatorRef, LiveIndicator>, ServiceError> {
        let Some(wanted) = self.counted_live(view) else { return Ok(BTreeMap::new()) };
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewPlans, whose, |tx| self.live_in(tx, request, view, &wanted))
    }

    /// The standards that live indicators of a plan count; none where nothing of it is live.
    pub(super) fn counted_live(&self, view: &PlanView) -> Option<BTreeSet<String>> {
        let asked = view.plan.indicators.values();
        let standards = asked.clone().filter_map(|one| self.standard_of(one)).map(|(standard, _)| standard);
        let wanted: BTreeSet<String> = standards.collect();
        let is_live = !wanted.is_empty() || asked.into_iter().any(|one| definition_of(one).is_some());
        is_live.then_some(wanted)
    }

    /// As [`Service::live_indicators`], within a look that was decided and entered.
    pub(super) fn live_in(
        &self,
        tx: &mut dyn Tx,
        request: &Request<'_>,
        view: &PlanView,
        wanted: &BTreeSet<String>,
    ) -> Result<BTreeMap<IndicatorRef, LiveIndicator>, ServiceError> {
        let figures = self.figures(tx, (request.at, request.today()), wanted)?;
        let mut live = BTreeMap::new();
        for (reference, indicator) in &view.plan.indicators {
            if let Some(definition) = definition_of(indicator) {
                let measured = reconvicted::readings(&figures.histories, &definition, indicator, view.judged_on)?;
                let indicator = Indicator { readings: measured, ..indicator.clone() };
                let counts = format!(
                    "{} ({}). {}",
                    definition.title,
                    definition.source,
                    definition.caveat.trim_end_matches('.')
                );
                live.insert(reference.clone(), LiveIndicator { indicator, counts, readings: Vec::new() });
                continue;
            }
            let Some((standard, counts)) = self.standard_of(indicator) else { continue };
            let cases = figures.cases.get(&standard).map(Vec::as_slice).unwrap_or_default();
            let readings = readings(cases, indicator.defined.frequency, view.judged_on);
            let measured = readings.iter().filter_map(|reading| reading.measured(indicator, &counts));
            let mut indicator = indicator.clone();
            indicator.readings = measured.collect();
            let counts = format!("{counts}. {COUNTED}");
            live.insert(reference.clone(), LiveIndicator { indicator, counts, readings });
        }
        Ok(live)
    }

    /// The cases behind one reading that were not met in time, the latest first; named where the reader may see the record.
    pub fn live_cases(
        &self,
        request: &Request<'_>,
        view: &PlanView,
        indicator: &IndicatorRef,
        (from, to): (Date, Date),
    ) -> Result<Vec<LiveCase>, ServiceError> {
        let indicator = view.plan.indicators.get(indicator).ok_or(ServiceError::NotFound)?;
        let (standard, _) = self.standard_of(indicator).ok_or(ServiceError::NotFound)?;
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many_shown(request, Doing::ViewPlans, whose, |tx| {
            let wanted = BTreeSet::from([standard.clone()]);
            let figures = self.figures(tx, (request.at, request.today()), &wanted)?;
            let cases = figures.cases.get(&standard).map(Vec::as_slice).unwrap_or_default();
            let is_behind = |case: &&Counted| {
                (from..=to).contains(&case.opened_on) && matches!(case.state, State::Late | State::Missed)
            };
            let mut behind: Vec<&Counted> = cases.iter().filter(is_behind).collect();
            behind.sort_by_key(|case| std::cmp::Reverse(case.opened_on));
            behind.truncate(MOST_CASES);
            let (mut listed, mut shown) = (Vec::new(), Vec::new());
            for case in behind {
                let person = person_id(&case.stream)?;
                let name = self.path.name_if_seen(request, tx, &person)?;
                if name.is_some() {
                    shown.push(case.stream.clone());
                }
                listed.push(LiveCase {
                    person: name.map(|name| (person, name)),
                    case: case.case.clone(),
                    opened_on: case.opened_on,
                    due: case.due,
                    state: crate::rows::state_word(case.state),
                });
            }
            Ok((listed, shown))
        })
    }

    /// The standard whose obligations an indicator counts, and how that is said.
    fn standard_of(&self, indicator: &Indicator) -> Option<(String, String)> {
        let Source::Standard(named) = &indicator.defined.source else { return None };
        let rulebook = self.path.rules().rulebook();
        let standard = rulebook.get(named.as_str())?;
        let of = match standard.target() {
            // The percentage was never set, so nothing is measured by it.
            Some((None, None, _)) => return None,
            Some((_, of, _)) => of.unwrap_or(standard.id()),
            None => standard.id(),
        };
        let counted = rulebook.get(of)?;
        let version = format!("rulebook {} {}", rulebook.id(), rulebook.version());
        Some((of.to_owned(), format!("{} ({}; {version})", counted.title(), counted.source())))
    }

    /// What these standards count, of everybody: computed now, or a little earlier for somebody else.
    fn figures(
        &self,
        tx: &mut dyn Tx,
        (now, today): (Timestamp, Date),
        wanted: &BTreeSet<String>,
    ) -> Result<Arc<Figures>, ServiceError> {
        let mut kept = self.live.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = wanted.clone();
        if let Some((at, figures)) = &*kept {
            if now.duration_since(*at).abs() < FRESH && wanted.is_subset(&figures.counted) {
                return Ok(Arc::clone(figures));
            }
            counted.extend(figures.counted.iter().cloned());
        }
        let rulebook = self.path.rules().rulebook().with_targets();
        let clock = self.path.rules().clock_of(&rulebook).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let people = store::health::people(tx)?;
        if people > MOST_PEOPLE {
            return Err(ServiceError::Asked(format!(
                "{people} people are on record, and above {MOST_PEOPLE} live figures take too long to wait for: read what was recorded instead."
            )));
        }
        let mut found: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
        let mut builder = builder(self.path.rules());
        let by = Telling { rules: self.path.rules(), scale: None };
        each_record(tx, &mut |stream, record| {
            let record = record?;
            tell(&mut builder, &stream.id, &record, by).map_err(|error| ServiceError::Asked(error.to_string()))?;
            for judged in judge(&record, &clock, today, Detail::Plain)? {
                let case = case_name(&judged.scope);
                let wanted = judged.obligations.iter().filter(|one| counted.contains(one.standard.id()));
                for one in wanted {
                    found.entry(one.standard.id().to_owned()).or_default().push(Counted {
                        stream: stream.clone(),
                        case: case.clone(),
                        opened_on: one.opened_on,
                        due: one.due,
                        state: one.state,
                    });
                }
            }
            Ok(())
        })?;
        let figures = Arc::new(Figures { counted, cases: found, histories: builder.build() });
        *kept = Some((now, Arc::clone(&figures)));
        Ok(figures)
    }
}

impl Reading {
    /// How many are judged.
    pub fn judged(&self) -> u64 {
        self.met + self.late + self.missed
    }

    /// The figure in the indicator's unit.
    fn amount(&self, unit: Unit) -> Option<Amount> {
        match unit {
            Unit::Percent => Some(Amount::Share { count: self.met, base: self.judged() }),
            #[expect(clippy::cast_precision_loss, reason = "counts of people lie far below 2^52")]
            Unit::Count => Some(Amount::Number((self.late + self.missed) as f64)),
            Unit::Days | Unit::Score => None,
        }
    }

    fn measured(&self, indicator: &Indicator, counts: &str) -> Option<Measured> {
        let trace = format!("{counts}: {} met, {} late, {} missed", self.met, self.late, self.missed);
        Some(Measured {
            indicator: indicator.defined.indicator.clone(),
            amount: self.amount(indicator.defined.unit)?,
            as_of: self.to,
            trace: Line::try_from(trace.chars().take(400).collect::<String>()).ok(),
        })
    }
}

/// The periods that are over and of which every obligation has been settled: with some still open, those that were quick
/// would count and those that are slow would not.
fn readings(cases: &[Counted], frequency: Frequency, today: Date) -> Vec<Reading> {
    let mut periods: BTreeMap<Date, (Reading, bool)> = BTreeMap::new();
    for case in cases {
        let (from, to) = period(case.opened_on, frequency);
        let empty = || (Reading { from, to, met: 0, late: 0, missed: 0 }, false);
        let (reading, has_open) = periods.entry(from).or_insert_with(empty);
        match case.state {
            State::Met => reading.met += 1,
            State::Late => reading.late += 1,
            State::Missed => reading.missed += 1,
            State::Open => *has_open = true,
            State::Excused | State::NotApplicable => {}
        }
    }
    let over =
        periods.into_values().filter(|(reading, has_open)| reading.to < today && !has_open && reading.judged() > 0);
    let mut readings: Vec<Reading> = over.map(|(reading, _)| reading).collect();
    let excess = readings.len().saturating_sub(PERIODS);
    readings.drain(..excess);
    readings
}

/// The month, quarter or year that a day is in.
fn period(day: Date, frequency: Frequency) -> (Date, Date) {
    let (first, months) = match frequency {
        Frequency::Monthly => (day.first_of_month(), 1),
        Frequency::Quarterly => (crate::Quarter::of(day).first(), 3),
        Frequency::Yearly => (day.first_of_year(), 12),
    };
    let next = first.saturating_add(i32::from(i8::try_from(months).unwrap_or(12)).months());
    (first, next.yesterday().unwrap_or(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn case(opened_on: Date, state: State) -> Counted {
        Counted { stream: StreamId::new("person", "p"), case: "CPO-1".into(), opened_on, due: None, state }
    }

    #[test]
    fn a_period_counts_once_it_is_over_and_nothing_in_it_is_open() {
        let cases = [
            case(date(2026, 1, 5), State::Met),
            case(date(2026, 3, 31), State::Late),
            case(date(2026, 2, 1), State::Excused),
            case(date(2026, 4, 1), State::Met),
            case(date(2026, 5, 1), State::Open),
            case(date(2026, 7, 1), State::Missed),
        ];
        let found = readings(&cases, Frequency::Quarterly, date(2026, 9, 30));
        let first = Reading { from: date(2026, 1, 1), to: date(2026, 3, 31), met: 1, late: 1, missed: 0 };
        assert_eq!(found, [first], "the second quarter has an open one, the third is not over");
        assert_eq!(readings(&cases, Frequency::Quarterly, date(2026, 10, 1)).len(), 2);
        assert_eq!(period(date(2026, 2, 3), Frequency::Monthly), (date(2026, 2, 1), date(2026, 2, 28)));
        assert_eq!(period(date(2026, 2, 3), Frequency::Yearly), (date(2026, 1, 1), date(2026, 12, 31)));
    }
}

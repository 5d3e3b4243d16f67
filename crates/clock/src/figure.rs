//! Figures within their limits: an attribute, a running total, and acts that may not come too soon or too late after
//! another.

use crate::{
    case::linked,
    clock::ClockError,
    engine::{Engine, Opened, Window},
    explain,
    obligation::{Obligation, State},
    pattern::FactPattern,
    standard::{Allowed, Bound, Standard, Total},
};
use facts::{Fact, Value};
use jiff::civil::Date;

/// One bound as it was judged.
pub(crate) struct Judged<'s> {
    pub(crate) bound: &'s Bound,
    pub(crate) value: i64,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
}

impl Judged<'_> {
    pub(crate) fn is_within(&self) -> bool {
        self.min.is_none_or(|min| self.value >= min) && self.max.is_none_or(|max| self.value <= max)
    }
}

impl<'t, 'a> Engine<'_, 't, 'a> {
    pub(crate) fn figure(&mut self, standard: &'a Standard, bounds: &'a [Bound]) {
        for opened in self.openings(standard) {
            let judged: Vec<_> = bounds.iter().filter_map(|bound| self.judged(bound, opened.fact)).collect();
            let state = if judged.is_empty() {
                State::Open
            } else if judged.iter().all(Judged::is_within) {
                State::Met
            } else {
                State::Missed
            };
            let explanation =
                self.tell(standard, state, || explain::figure(self, standard, opened.fact, &judged, bounds));
            self.add_figure(
                standard,
                opened.fact.on,
                state,
                (state != State::Open).then_some(opened.fact.on),
                explanation,
            );
        }
    }

    fn judged(&self, bound: &'a Bound, fact: &'t Fact) -> Option<Judged<'a>> {
        let number = |name: &str| match self.case.attribute_for(name, fact)? {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        let own = number(&bound.attribute)?;
        let more = bound.plus.iter().filter_map(|name| number(name));
        let value = more.fold(own, i64::saturating_add);
        let least = bound.min_attribute.as_deref().and_then(number);
        Some(Judged { bound, value, min: bound.min.max(least), max: bound.max })
    }

    pub(crate) fn total(&mut self, standard: &'a Standard, rule: &Total) {
        let openings = self.matching(&standard.opening.trigger);
        let applies = |opened: &Opened<'t>| {
            standard.in_force(opened.fact.on) && self.applies(standard, Some(opened.fact), opened.fact.on)
        };
        let counted: Vec<_> = openings.into_iter().filter(applies).collect();
        let Some(first) = counted.first() else { return };
        let mut sum = 0_i64;
        let mut exceeded = None;
        let mut most = rule.at_most;
        for opened in &counted {
            most = self.most(rule, opened.fact.on);
            sum = sum.saturating_add(opened.fact.attributes.number(&rule.sum).unwrap_or(0));
            if sum > most && exceeded.is_none() {
                exceeded = Some(opened.fact.on);
            }
        }
        let state = if exceeded.is_some() { State::Missed } else { State::Met };
        let on = exceeded.or_else(|| counted.last().map(|last| last.fact.on));
        let explanation = self.tell(standard, state, || explain::total(self, standard, rule, sum, most, exceeded));
        self.add_figure(standard, first.fact.on, state, on, explanation);
    }

    fn most(&self, rule: &Total, on: Date) -> i64 {
        let share = rule.share.as_ref().and_then(|(percent, of, unit)| match self.case.attribute(of, on)? {
            Value::Number(number) => Some(number.saturating_mul(*unit).saturating_mul(*percent) / 100),
            _ => None,
        });
        share.map_or(rule.at_most, |share| share.min(rule.at_most))
    }

    /// The opening act may not come before (a floor), or after (a cap), so long since another.
    pub(crate) fn since(
        &mut self,
        standard: &'a Standard,
        from: &[FactPattern],
        date_attribute: Option<&str>,
        not_before: bool,
    ) -> Result<(), ClockError> {
        let Some(Allowed::Within(limit)) = standard.limit else { return Ok(()) };
        let calendar = self.clock.calendars.get(standard.calendar);
        let starts = self.matching(from);
        for opened in self.openings(standard) {
            let fact = opened.fact;
            let link = &standard.opening.link;
            let earlier = starts.iter().filter(|start| start.index < opened.index);
            let start = earlier.rev().find(|start| linked(link, &fact.attributes, &start.fact.attributes));
            let day = match date_attribute {
                None => Some(fact.on),
                Some(name) => fact.attributes.date(name),
            };
            let until = Window { trigger: Some(opened), by_minute: false, from: Date::MIN, until: Some(fact.on) };
            let confirmed = self.first_done(&standard.discharged_by, link, until);
            let edge = start.map(|start| limit.due_date(start.fact.on, calendar)).transpose()?;
            let state = match (day, edge) {
                _ if confirmed.is_some() => State::Met,
                (Some(day), Some(edge)) if not_before && day >= edge => State::Met,
                (Some(day), Some(edge)) if !not_before && day <= edge => State::Met,
                (Some(_), Some(_)) => State::Missed,
                _ => State::Open,
            };
            let start = start.map(|start| start.fact);
            let explanation = self.tell(standard, state, || {
                explain::since(self, standard, fact, start, day, edge, not_before, confirmed, state)
            });
            self.obligations.push(Obligation {
                standard,
                opened_on: fact.on,
                due: edge,
                due_time: None,
                state,
                on: (state != State::Open).then_some(day.unwrap_or(fact.on)),
                reason: None,
                governed_by: None,
                explanation,
                steady_until: None,
            });
        }
        Ok(())
    }

    fn add_figure(
        &mut self,
        standard: &'a Standard,
        opened_on: Date,
        state: State,
        on: Option<Date>,
        explanation: Option<String>,
    ) {
        self.obligations.push(Obligation {
            standard,
            opened_on,
            due: None,
            due_time: None,
            state,
            on,
            reason: None,
            governed_by: None,
            explanation,
            steady_until: None,
        });
    }
}

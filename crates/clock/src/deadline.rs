//! Trigger, then discharge within a limit: deadlines, lengths of time, targets with facts of their own, and what must be
//! written down.

use crate::{
    case::linked,
    clock::ClockError,
    engine::{Done, Engine, Opened, Window},
    explain,
    obligation::{Obligation, State},
    standard::{Allowed, Rule, Standard},
};
use calendar::Limit;
use facts::{Fact, Value};
use jiff::{
    ToSpan,
    civil::{Date, Time},
};

/// When an obligation falls due, and by which of the ways that a standard may give.
#[derive(Clone, Copy, Default)]
pub(crate) struct Due<'t> {
    pub(crate) on: Option<Date>,
    /// By this minute, for clock hours from a known minute.
    pub(crate) time: Option<Time>,
    /// The limit counted, where one was.
    pub(crate) limit: Option<Limit>,
    /// What the limit alone gives, where something else replaced it.
    pub(crate) counted: Option<Date>,
    /// The longer limit was taken.
    pub(crate) extended: bool,
    /// The fact that states a later date.
    pub(crate) until: Option<&'t Fact>,
    /// An earlier end came first.
    pub(crate) earlier: bool,
}

impl<'t, 'a> Engine<'_, 't, 'a> {
    pub(crate) fn deadline(&mut self, standard: &'a Standard) -> Result<(), ClockError> {
        let opening = &standard.opening;
        let mut busy_until = None;
        for opened in self.openings(standard) {
            if opening.one_at_a_time && busy_until.is_some_and(|until| opened.fact.on < until) {
                continue;
            }
            let due = self.due(standard, opened)?;
            let falls_away = self.falls_away(standard, opened, false);
            let done = self.discharge(standard, opened);
            if opening.one_at_a_time {
                let away = falls_away.map(|away| away.on);
                busy_until = Some(done.map(|done| done.on).into_iter().chain(away).min().unwrap_or(Date::MAX));
            }
            let obligation = self.settle(standard, opened, due, done, falls_away);
            self.obligations.push(obligation);
        }
        Ok(())
    }

    fn settle(
        &self,
        standard: &'a Standard,
        opened: Opened<'t>,
        mut due: Due<'t>,
        done: Option<Done<'t>>,
        falls_away: Option<crate::engine::FallsAway<'t>>,
    ) -> Obligation<'a> {
        let too_early = match &standard.rule {
            Rule::Length { not_before: Some(limit), .. } => {
                let earliest = limit.due_date(opened.fact.on, self.clock.calendars.get(standard.calendar)).ok();
                earliest.filter(|&earliest| done.is_some_and(|done| done.on < earliest))
            }
            _ => None,
        };
        if let Rule::Record { fields } = &standard.rule
            && standard.discharged_by.is_empty()
            && !carries_all(opened.fact, fields)
        {
            due.on = Some(opened.fact.on);
        }
        let mut state = self.judge(due.on, due.time, done, falls_away);
        if too_early.is_some() {
            state = State::Missed;
        }
        let excuse = if matches!(state, State::Open | State::Late | State::Missed) && !standard.excused_by.is_empty() {
            let window = Window { trigger: Some(opened), by_minute: true, from: opened.fact.on, until: None };
            self.first_done(&standard.excused_by, &standard.opening.link, window)
        } else {
            None
        };
        if excuse.is_some() {
            state = State::Excused;
        }
        let on = match state {
            State::Met | State::Late => done.map(|done| done.on),
            State::Excused => excuse.map(|excuse| excuse.on),
            State::Missed if too_early.is_some() => done.map(|done| done.on),
            _ => None,
        };
        let explanation = self.tell(standard, state, || {
            let window = self.discharge_window(standard, opened);
            let link = &standard.opening.link;
            let parts = done.map(|done| self.parts(&standard.discharged_by, link, window, done)).unwrap_or_default();
            let course = explain::Course { state, done, parts, excuse, falls_away, due: due.on };
            let early = too_early.map(explain::too_early).unwrap_or_default();
            let fields = match &standard.rule {
                Rule::Record { fields } => explain::fields(opened.fact, fields),
                _ => String::new(),
            };
            explain::deadline(self, standard, opened.fact, &due) + &fields + &early + &explain::outcome(self, &course)
        });
        Obligation {
            standard,
            opened_on: opened.fact.on,
            due: due.on,
            due_time: due.time,
            state,
            on,
            reason: excuse.and_then(|excuse| excuse.fact.attributes.text("reason").map(Into::into)),
            governed_by: None,
            explanation,
            steady_until: if state == State::Open { due.on } else { None },
        }
    }

    fn discharge(&self, standard: &Standard, opened: Opened<'t>) -> Option<Done<'t>> {
        let fact = opened.fact;
        if let Rule::Record { fields } = &standard.rule
            && !fields.is_empty()
            && carries_all(fact, fields)
        {
            return Some(Done { on: fact.on, at: fact.at, index: opened.index, fact });
        }
        self.first_done(&standard.discharged_by, &standard.opening.link, self.discharge_window(standard, opened))
    }

    /// When a discharge counts: on the trigger's day or later; earlier where `early_from` allows or the limit counts
    /// back; on a later day only where the discharge opens the next.
    fn discharge_window(&self, standard: &Standard, opened: Opened<'t>) -> Window<'t> {
        let day = opened.fact.on;
        let early = || self.matching(&standard.early_from).into_iter().rfind(|early| early.index <= opened.index);
        let early = if standard.counts_back() {
            Some(Date::MIN)
        } else if standard.early_from.is_empty() {
            None
        } else {
            early().map(|early| early.fact.on)
        };
        let from = match early {
            Some(early) => early,
            None if standard.renews() => day.tomorrow().unwrap_or(Date::MAX),
            None => day,
        };
        Window { trigger: Some(opened), by_minute: early.is_none(), from, until: None }
    }

    /// When it falls due.
    pub(crate) fn due(&self, standard: &Standard, opened: Opened<'t>) -> Result<Due<'t>, ClockError> {
        let fact = opened.fact;
        let mut due = Due::default();
        let limit = match &standard.limit {
            None => None,
            Some(Allowed::Within(limit)) => Some(*limit),
            Some(Allowed::SetLocally { local, .. }) => local.as_ref().map(|(limit, _)| *limit),
            Some(Allowed::FromAttribute(name)) => {
                due.on = self.case.attribute_for(name, fact).and_then(as_date);
                None
            }
        };
        let rule = match &standard.rule {
            Rule::Deadline(rule) => Some(rule),
            _ => None,
        };
        let Some(mut limit) = limit else { return Ok(due) };
        let extended = match &standard.rule {
            Rule::Length { extended, .. } => extended.as_ref(),
            _ => rule.and_then(|rule| rule.extended.as_ref()),
        };
        if let Some((attribute, longer)) = extended
            && self.any_from(opened, standard, |fact| fact.attributes.flag(attribute)).is_some()
        {
            limit = *longer;
            due.extended = true;
        }
        let counted = limit.due_date(fact.on, self.clock.calendars.get(standard.calendar))?;
        due.limit = Some(limit);
        due.on = Some(counted);
        if let Some(moment) = fact.at.and_then(|at| limit.due_time(fact.on.to_datetime(at))) {
            due.on = Some(moment.date());
            due.time = Some(moment.time());
        }
        let Some(rule) = rule else { return Ok(due) };
        if let Some((attribute, less)) = &rule.or_by
            && let Some(value) = self.case.attribute_for(attribute, fact)
            && let Some(earlier) = earlier_end(value, *less, limit, fact.on)
            && earlier < counted
        {
            due = Due { on: Some(earlier), counted: due.on, earlier: true, ..due };
        }
        if let Some(attribute) = &rule.or_until
            && let Some((stated_by, date)) = self.stated_last(attribute, opened, standard)
            && due.on.is_none_or(|on| date > on)
        {
            due = Due { on: Some(date), counted: due.on, until: Some(stated_by), ..due };
        }
        Ok(due)
    }

    /// The last fact of the case, linked to the opening, that carries the attribute as a date.
    fn stated_last(&self, attribute: &str, opened: Opened<'t>, standard: &Standard) -> Option<(&'t Fact, Date)> {
        let linked = |fact: &&Fact| linked(&standard.opening.link, &opened.fact.attributes, &fact.attributes);
        let stated = |fact: &'t Fact| Some((fact, as_date(fact.attributes.get(attribute)?)?));
        self.case.facts().iter().rev().filter(linked).find_map(stated)
    }

    /// The trigger or a later linked fact that passes the test.
    fn any_from(&self, opened: Opened<'t>, standard: &Standard, test: impl Fn(&Fact) -> bool) -> Option<&'t Fact> {
        let later = self.case.facts().get(opened.index as usize..).unwrap_or(&[]);
        later
            .iter()
            .find(|fact| linked(&standard.opening.link, &opened.fact.attributes, &fact.attributes) && test(fact))
    }
}

/// Whether the fact carries every one of these attributes.
pub(crate) fn carries_all(fact: &Fact, fields: &[compact_str::CompactString]) -> bool {
    fields.iter().all(|field| fact.attributes.get(field).is_some())
}

pub(crate) fn as_date(value: &Value) -> Option<Date> {
    match value {
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// "The start of the last two months of supervision": so many months less than the attribute's, counted as `limit`
/// counts; or that long before the attribute's date.
fn earlier_end(value: &Value, less: Limit, limit: Limit, from: Date) -> Option<Date> {
    let Limit::Months { n: less, .. } = less else { return None };
    if let Value::Number(months) = value {
        let months = months.checked_sub(i64::from(less)).filter(|&months| months > 0)?;
        let end = from.checked_add(months.months()).ok()?;
        let inclusive = matches!(limit, Limit::Months { beginning_with: true, .. }) && end.day() == from.day();
        return if inclusive { end.yesterday().ok() } else { Some(end) };
    }
    as_date(value)?.checked_sub(i64::from(less).months()).ok()
}

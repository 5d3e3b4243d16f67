//! Milestones from one start.

use crate::{
    cadence::step,
    clock::ClockError,
    engine::{Engine, Opened, Window},
    explain,
    obligation::{Obligation, State},
    standard::Standard,
};
use calendar::Limit;
use jiff::civil::Date;

impl<'t, 'a> Engine<'_, 't, 'a> {
    pub(crate) fn schedule(
        &mut self,
        standard: &'a Standard,
        milestones: &[Limit],
        then_every: Option<Limit>,
    ) -> Result<(), ClockError> {
        for opened in self.openings(standard) {
            let falls_away = self.falls_away(standard, opened, false);
            let mut from = opened.fact.on;
            let mut used: Option<(Date, u32)> = None;
            for number in 0_u32.. {
                if from > self.today || (number > 0 && falls_away.is_some_and(|away| from >= away.on)) {
                    break;
                }
                let Some(due) = self.milestone(standard, opened, milestones, then_every, number)? else { break };
                let start = used.map_or(from, |(day, _)| from.max(day));
                let done = self.unused(standard, opened, start, used);
                let state = self.judge(Some(due), None, done, falls_away);
                let on = done.filter(|_| matches!(state, State::Met | State::Late)).map(|done| done.on);
                used = done.filter(|_| on.is_some()).map(|done| (done.on, done.index)).or(used);
                let explanation = self.tell(standard, state, || {
                    let parts = done.map(|done| done.fact).into_iter().collect();
                    let course = explain::Course { state, done, parts, excuse: None, falls_away, due: Some(due) };
                    explain::milestone(self, standard, opened.fact, number + 1, from, due)
                        + &explain::outcome(self, &course)
                });
                let running = self.today <= due && falls_away.is_none_or(|away| away.on > self.today);
                self.obligations.push(Obligation {
                    standard,
                    opened_on: from,
                    due: Some(due),
                    due_time: None,
                    state,
                    on,
                    reason: None,
                    governed_by: None,
                    explanation,
                    steady_until: running.then_some(due),
                });
                let Ok(next) = due.tomorrow() else { break };
                from = next;
            }
        }
        Ok(())
    }

    fn milestone(
        &self,
        standard: &Standard,
        opened: Opened<'t>,
        milestones: &[Limit],
        then_every: Option<Limit>,
        number: u32,
    ) -> Result<Option<Date>, ClockError> {
        let calendar = self.clock.calendars.get(standard.calendar);
        if let Some(limit) = milestones.get(number as usize) {
            return Ok(Some(limit.due_date(opened.fact.on, calendar)?));
        }
        let (Some(last), Some(every)) = (milestones.last(), then_every) else { return Ok(None) };
        let base = last.due_date(opened.fact.on, calendar)?;
        let beyond = u32::try_from(milestones.len()).ok().and_then(|count| number.checked_sub(count));
        Ok(beyond.and_then(|beyond| step(base, every, beyond + 1)))
    }

    /// The first discharge from a day on that no earlier milestone has used.
    fn unused(
        &self,
        standard: &Standard,
        opened: Opened<'t>,
        from: Date,
        used: Option<(Date, u32)>,
    ) -> Option<crate::engine::Done<'t>> {
        let window = |from| Window { trigger: Some(opened), by_minute: true, from, until: None };
        let done = self.first_done(&standard.discharged_by, &standard.opening.link, window(from))?;
        if used.is_some_and(|(_, index)| done.index <= index) {
            let next = done.on.tomorrow().ok()?;
            return self.first_done(&standard.discharged_by, &standard.opening.link, window(next));
        }
        Some(done)
    }
}

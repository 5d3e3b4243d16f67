//! The same people before and after: how often they were convicted in as long a time before their index date as they were
//! followed after it. The design of the studies of drug treatment and testing orders.

use crate::day::Day;
use crate::definition::{CountedUnit, DatedBy};
use crate::error::MeasureError;
use crate::follow_up::{Followed, Outcome};
use crate::number::{number, whole};
use crate::statistics::interval::Interval;
use serde::Serialize;

/// How often, before and after.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BeforeAfter {
    /// How many people.
    pub people: usize,
    /// What counts, in the time before; the index event itself is in neither.
    pub before: u64,
    /// What counts, in the window.
    pub after: u64,
    /// How many more or fewer after than before for each person, with its 95% interval (of paired differences).
    pub difference: Interval,
    /// How many people were convicted less often after.
    pub less_often: usize,
    /// As often.
    pub as_often: usize,
    /// More often.
    pub more_often: usize,
}

/// Compares a cohort with itself. Refused for fewer people than the definition shows figures of.
pub fn before_after(followed: &Followed<'_>) -> Result<BeforeAfter, MeasureError> {
    let people = followed.outcomes.len();
    let least = followed.definition.suppression.fewer_than.max(2) as usize;
    if people < least {
        return Err(MeasureError::NotComputable {
            what: "Before and after",
            reason: format!("fewer than {least} people are in the cohort. Take a longer period, or fewer conditions."),
        });
    }
    let pairs: Vec<(u32, u32)> =
        followed.outcomes.iter().map(|outcome| (before(followed, outcome), outcome.reoffences)).collect();
    let differences: Vec<f64> = pairs.iter().map(|(before, after)| f64::from(*after) - f64::from(*before)).collect();
    let mean = differences.iter().sum::<f64>() / number(people);
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    let half = 1.959_963_984_540_054 * (squares / (number(people) - 1.0) / number(people)).sqrt();
    let how_many = |which: fn(u32, u32) -> bool| pairs.iter().filter(|(before, after)| which(*before, *after)).count();
    Ok(BeforeAfter {
        people,
        before: pairs.iter().map(|(before, _)| u64::from(*before)).sum(),
        after: pairs.iter().map(|(_, after)| u64::from(*after)).sum(),
        difference: Interval { value: mean, low: mean - half, high: mean + half },
        less_often: how_many(|before, after| after < before),
        as_often: how_many(|before, after| after == before),
        more_often: how_many(|before, after| after > before),
    })
}

impl BeforeAfter {
    /// How often for each person, before.
    pub fn per_person_before(&self) -> f64 {
        whole(self.before) / number(self.people)
    }

    /// How often for each person, after.
    pub fn per_person_after(&self) -> f64 {
        whole(self.after) / number(self.people)
    }
}

/// What counts under the definition in as long a time before the index date, as far as it was known.
fn before(followed: &Followed<'_>, outcome: &Outcome) -> u32 {
    let events = &followed.histories.events;
    let counts = &followed.definition.counts;
    let from = followed.definition.follow_up.length.before(outcome.index_day);
    let kinds = events.kind.among(&counts.kinds);
    let groups = events.group.among(&counts.leave_out_groups);
    let says = |flags: &[bool], code: u16| flags.get(usize::from(code)).copied().unwrap_or_default();
    let index_on = events.on.get(outcome.index_row as usize).copied();
    let mut total = 0;
    let mut last: Option<Day> = None;
    for row in followed.histories.rows_of(outcome.person.row()) {
        let Some(on) = events.on.get(row).copied() else { continue };
        let day = match counts.dated_by {
            DatedBy::Proof => Some(on),
            DatedBy::Offence => events.offence.get(row).and_then(|day| day.get()),
        };
        let in_time = day.is_some_and(|day| day >= from && day < outcome.index_day) && index_on != Some(on);
        let counted = says(&kinds, events.kind.code(row)) && !says(&groups, events.group.code(row));
        if !in_time || !counted || !events.was_known(row, followed.known.as_of) {
            continue;
        }
        if counts.unit == CountedUnit::Event || last != Some(on) {
            total += 1;
        }
        last = Some(on);
    }
    total
}

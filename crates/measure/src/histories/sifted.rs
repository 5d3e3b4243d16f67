//! Who cannot be in a cohort need not be held: of a file sorted by person, parts are sifted as they are read.

use super::build::HistoriesBuilder;
use super::codes::only;
use super::runs::Runs;
use super::{Events, People};
use crate::cohort::Cohort;
use crate::day::Day;
use std::ops::{Range, RangeInclusive};

/// The days on which the index events of some cohorts lie, and those between them.
#[derive(Clone, Debug)]
pub(super) struct Period(RangeInclusive<Day>);

impl Period {
    /// Of these cohorts; `None` without any.
    pub(super) fn of(cohorts: &[Cohort]) -> Option<Self> {
        let first = cohorts.iter().map(Cohort::first).min()?;
        let last = cohorts.iter().map(Cohort::last).max()?;
        Some(Self(first..=last))
    }

    fn holds(&self, day: Day) -> bool {
        self.0.contains(&day)
    }
}

impl HistoriesBuilder {
    /// Whether each person comes after those before them, with all of their events in one place.
    pub(super) fn is_sorted_by_person(&self) -> bool {
        self.of_event.is_one_of_each() && self.people.ids.ascend()
    }

    /// Of a part that is sorted by person, those who were at liberty after an event on a day of the period; and the first and the
    /// last, because more of what happened to them may stand in the parts beside it.
    pub(super) fn sifted(&self, period: &Period) -> Self {
        let last = self.of_event.last().unwrap_or_default();
        let before = self.events.at_liberty_before(period);
        let before = |row: u32| before.get(row as usize).copied().unwrap_or_default();
        let (mut people, mut of_event) = (Vec::new(), Runs::default());
        let mut rows: Vec<Range<usize>> = Vec::new();
        for (person, Range { start, end }) in self.of_event.each() {
            if before(start) == before(end) && person != 0 && person != last {
                continue;
            }
            people.push(person);
            of_event.push_next(end - start);
            let (start, end) = (start as usize, end as usize);
            match rows.last_mut() {
                Some(rows) if rows.end == start => rows.end = end,
                _ => rows.push(start..end),
            }
        }
        let people = People { ids: self.people.ids.only(&people), ..People::default() };
        Self { people, events: self.events.only(&rows), of_event, in_order: 0, custody: Vec::new() }
    }
}

impl Events {
    /// After how many of the events before each, and of all, somebody was at liberty on a day of the period.
    fn at_liberty_before(&self, period: &Period) -> Vec<u32> {
        if self.at_liberty.is_empty() {
            return counted(self.on.iter().map(|on| period.holds(*on)));
        }
        counted(self.at_liberty.iter().map(|day| day.get().is_some_and(|day| period.holds(day))))
    }

    /// These rows alone. The last day stays that of all.
    fn only(&self, rows: &[Range<usize>]) -> Self {
        Self {
            begin: Vec::new(),
            on: only(&self.on, rows),
            last: self.last,
            offence: only(&self.offence, rows),
            at_liberty: only(&self.at_liberty, rows),
            learned: only(&self.learned, rows),
            withdrawn: only(&self.withdrawn, rows),
            weight: only(&self.weight, rows),
            kind: self.kind.only(rows),
            disposal: self.disposal.only(rows),
            group: self.group.only(rows),
            attributes: self.attributes.iter().map(|column| column.only(rows)).collect(),
        }
    }
}

/// How many before each, and of all.
fn counted(each: impl ExactSizeIterator<Item = bool>) -> Vec<u32> {
    let mut count = 0;
    let after = each.map(|one| {
        count += u32::from(one);
        count
    });
    std::iter::once(0).chain(after).collect()
}

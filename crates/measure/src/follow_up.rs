//! Following each person of a cohort from their index date to the end of the window.

use crate::cohort::Cohort;
use crate::day::Day;
use crate::definition::{CountedUnit, DatedBy, Definition, OffencesBefore};
use crate::error::MeasureError;
use crate::histories::{Events, Histories, NO_WEIGHT, Person};
use serde::Serialize;
use std::ops::Range;
use std::thread;

/// What was known, and to which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Only what had been learned by this day counts: an earlier day gives the figure that was published then.
    pub as_of: Day,
    /// The day to which the data were complete.
    pub complete: Day,
}

impl Known {
    /// All that is known on a day on which the data are complete.
    pub fn by(day: Day) -> Self {
        Self { as_of: day, complete: day }
    }

    fn complete(self) -> Day {
        self.complete.min(self.as_of)
    }
}

/// What became of one person of the cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Who.
    pub person: Person,
    /// The day from which they were followed.
    pub index_day: Day,
    /// The last day of the window.
    pub until: Day,
    /// The day of the first reoffence.
    pub first: Option<Day>,
    /// How many reoffences, in the definition's unit.
    pub reoffences: u32,
    /// The greatest weight among them.
    pub worst: Option<u32>,
    /// The sum of their weights.
    pub sum: u64,
    /// How many are severe.
    pub severe: u32,
    /// Whether the worst is heavier than the index offence.
    pub escalated: bool,
    /// Events in the window for offences committed before the index date, whether they count or not.
    pub pseudo: u32,
    /// Events in the window whose offence date is needed and not known.
    pub undated: u32,
    /// Days of the window spent in custody.
    pub custody_days: u32,
    /// The day of death or leaving, if it lies in the window.
    pub left: Option<Day>,
    /// The row of the index event, at which breakdowns are frozen.
    pub(crate) index_row: u32,
}

impl Outcome {
    /// Whether the person reoffended.
    pub fn reoffended(&self) -> bool {
        self.first.is_some()
    }

    /// The last day on which a reoffence could have been seen.
    pub fn seen_until(&self) -> Day {
        self.left.unwrap_or(self.until)
    }

    /// Days of the window at liberty and within sight.
    pub fn days_at_risk(&self) -> u32 {
        self.seen_until().since(self.index_day).unsigned_abs().saturating_sub(self.custody_days)
    }
}

/// A cohort that has been followed.
#[derive(Debug)]
pub struct Followed<'a> {
    /// The people and what happened to them.
    pub histories: &'a Histories,
    /// By which definition.
    pub definition: &'a Definition,
    /// Which cohort.
    pub cohort: &'a Cohort,
    /// What was known.
    pub known: Known,
    /// What became of each, in the order of people.
    pub outcomes: Vec<Outcome>,
}

/// Follows a cohort. `severe_from` is the weight from which a reoffence counts as severe.
///
/// Refused while somebody in the cohort might not have been followed for the whole window and waiting period.
pub fn follow<'a>(
    histories: &'a Histories,
    definition: &'a Definition,
    cohort: &'a Cohort,
    known: Known,
    severe_from: Option<u32>,
) -> Result<Followed<'a>, MeasureError> {
    cohort.must_be_measurable(definition, known.complete())?;
    let rule = Rule::new(histories, definition, cohort, known, severe_from)?;
    Ok(Followed { histories, definition, cohort, known, outcomes: in_parallel(histories.people(), &rule) })
}

/// Below this many people, starting threads costs more than it saves.
const WORTH_A_THREAD: usize = 50_000;

fn in_parallel(people: usize, rule: &Rule<'_>) -> Vec<Outcome> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(people / WORTH_A_THREAD + 1);
    let share = people.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = (0..people)
            .step_by(share)
            .map(|first| scope.spawn(move || rule.outcomes(first..(first + share).min(people))))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    })
}

/// A definition made ready for these columns: words have become codes.
struct Rule<'a> {
    histories: &'a Histories,
    definition: &'a Definition,
    cohort: &'a Cohort,
    as_of: Day,
    severe_from: u32,
    index_kinds: Vec<bool>,
    not_index_groups: Vec<bool>,
    counted_kinds: Vec<bool>,
    not_counted_groups: Vec<bool>,
    rank_of_disposal: Vec<usize>,
}

impl<'a> Rule<'a> {
    fn new(
        histories: &'a Histories,
        definition: &'a Definition,
        cohort: &'a Cohort,
        known: Known,
        severe_from: Option<u32>,
    ) -> Result<Self, MeasureError> {
        let events = &histories.events;
        let index_kinds = events.kind.among(&definition.index.kinds);
        if histories.events() == 0 {
            return Err(MeasureError::NotComputable {
                what: "The figure",
                reason: "there are no events to measure.".to_owned(),
            });
        }
        if !index_kinds.contains(&true) {
            return Err(MeasureError::NotComputable {
                what: "The figure",
                reason: format!(
                    "no event is of a kind that begins a follow-up under `{}` ({}). The kinds in the data are: {}. Translate them in the map's [words.kind].",
                    definition.id,
                    definition.index.kinds.join(", "),
                    events.kind.words().join(", ")
                ),
            });
        }
        let heaviest = &definition.index.heaviest_first;
        let rank = |word: &String| heaviest.iter().position(|heavy| heavy == word).unwrap_or(heaviest.len());
        Ok(Self {
            histories,
            definition,
            cohort,
            as_of: known.as_of,
            severe_from: severe_from.unwrap_or(NO_WEIGHT),
            index_kinds,
            not_index_groups: events.group.among(&definition.index.leave_out_groups),
            counted_kinds: events.kind.among(&definition.counts.kinds),
            not_counted_groups: events.group.among(&definition.counts.leave_out_groups),
            rank_of_disposal: events.disposal.words().iter().map(rank).collect(),
        })
    }

    fn events(&self) -> &'a Events {
        &self.histories.events
    }

    fn outcomes(&self, people: Range<usize>) -> Vec<Outcome> {
        let begins = self.events().begin.get(people.start..=people.end).unwrap_or_default();
        let mut outcomes = Vec::new();
        for (person, pair) in (people.start..).zip(begins.windows(2)) {
            let &[begin, end] = pair else { continue };
            let rows = begin as usize..end as usize;
            if let Some((index_row, index_day)) = self.index(rows.clone()) {
                outcomes.push(self.outcome(person, rows, index_row, index_day));
            }
        }
        outcomes
    }

    /// The earliest day in the cohort's period from which the person was at liberty after an event that fits. Of several
    /// on one day, the heaviest disposal.
    fn index(&self, rows: Range<usize>) -> Option<(usize, Day)> {
        let at_liberty = self.events().at_liberty.get(rows.clone()).unwrap_or_default();
        let mut best: Option<(usize, Day)> = None;
        for (row, day) in rows.zip(at_liberty) {
            let Some(day) = day.get() else { continue };
            if day < self.cohort.first() || day > self.cohort.last() || best.is_some_and(|(_, best)| day > best) {
                continue;
            }
            if !self.may_be_index(row) || !self.was_known(row) {
                continue;
            }
            best = match best {
                Some((held, on)) if on == day && self.rank(held) <= self.rank(row) => best,
                _ => Some((row, day)),
            };
        }
        best
    }

    fn may_be_index(&self, row: usize) -> bool {
        says(&self.index_kinds, self.events().kind.codes(), row)
            && !says(&self.not_index_groups, self.events().group.codes(), row)
    }

    fn counts(&self, row: usize) -> bool {
        says(&self.counted_kinds, self.events().kind.codes(), row)
            && !says(&self.not_counted_groups, self.events().group.codes(), row)
    }

    fn rank(&self, row: usize) -> usize {
        let code = self.events().disposal.codes().get(row).copied().unwrap_or_default();
        self.rank_of_disposal.get(usize::from(code)).copied().unwrap_or(usize::MAX)
    }

    fn was_known(&self, row: usize) -> bool {
        self.events().was_known(row, self.as_of)
    }

    fn outcome(&self, person: usize, rows: Range<usize>, index_row: usize, index_day: Day) -> Outcome {
        let follow_up = &self.definition.follow_up;
        let until = follow_up.length.after(index_day);
        let proven_by = follow_up.waiting.after(until);
        let left = self.histories.people.left.get(person).and_then(|left| left.get());
        let left = left.filter(|left| *left <= until).map(|left| left.max(index_day));
        let mut tally = Tally::new(self, index_day, until);
        let on = self.events().on.get(rows.clone()).unwrap_or_default();
        for (row, on) in rows.zip(on) {
            if *on <= index_day {
                continue;
            }
            if *on > proven_by {
                break;
            }
            if self.counts(row) && self.was_known(row) {
                tally.take(row, *on);
            }
        }
        let index_weight = self.events().weight.get(index_row).copied().unwrap_or(NO_WEIGHT);
        Outcome {
            person: Person(u32::try_from(person).unwrap_or(u32::MAX)),
            index_day,
            until,
            first: tally.first,
            reoffences: tally.reoffences,
            worst: tally.worst,
            sum: tally.sum,
            severe: tally.severe,
            escalated: index_weight != NO_WEIGHT && tally.worst.is_some_and(|worst| worst > index_weight),
            pseudo: tally.pseudo,
            undated: tally.undated,
            custody_days: self.histories.custody_days(person, index_day, left.unwrap_or(until)),
            left,
            index_row: u32::try_from(index_row).unwrap_or(u32::MAX),
        }
    }
}

fn says(flags: &[bool], codes: &[u16], row: usize) -> bool {
    codes.get(row).and_then(|code| flags.get(usize::from(*code))).copied().unwrap_or(false)
}

/// What has been counted of one person.
struct Tally<'a> {
    rule: &'a Rule<'a>,
    index_day: Day,
    until: Day,
    last_occasion: Option<Day>,
    first: Option<Day>,
    reoffences: u32,
    worst: Option<u32>,
    sum: u64,
    severe: u32,
    pseudo: u32,
    undated: u32,
}

impl<'a> Tally<'a> {
    fn new(rule: &'a Rule<'a>, index_day: Day, until: Day) -> Self {
        Self {
            rule,
            index_day,
            until,
            last_occasion: None,
            first: None,
            reoffences: 0,
            worst: None,
            sum: 0,
            severe: 0,
            pseudo: 0,
            undated: 0,
        }
    }

    /// Takes an event that was proven on a day after the index, if it counts.
    fn take(&mut self, row: usize, on: Day) {
        let counts = &self.rule.definition.counts;
        let offence = self.rule.events().offence.get(row).and_then(|day| day.get());
        let before_index = offence.is_some_and(|offence| offence < self.index_day);
        let in_window = |day: Day| day > self.index_day && day <= self.until;
        if before_index && in_window(on) {
            self.pseudo += 1;
        }
        let day = match counts.dated_by {
            DatedBy::Proof if !in_window(on) => return,
            DatedBy::Proof => {
                if counts.offences_before_index == OffencesBefore::LeaveOut {
                    if before_index {
                        return;
                    }
                    self.undated += u32::from(offence.is_none());
                }
                on
            }
            DatedBy::Offence => match offence {
                Some(offence) if in_window(offence) => offence,
                Some(_) => return,
                None => {
                    self.undated += 1;
                    return;
                }
            },
        };
        self.first = Some(self.first.map_or(day, |first| first.min(day)));
        if counts.unit == CountedUnit::Event || self.last_occasion != Some(on) {
            self.reoffences += 1;
        }
        self.last_occasion = Some(on);
        let weight = self.rule.events().weight.get(row).copied().filter(|weight| *weight != NO_WEIGHT);
        if let Some(weight) = weight {
            self.worst = Some(self.worst.map_or(weight, |worst| worst.max(weight)));
            self.sum += u64::from(weight);
            self.severe += u32::from(weight >= self.rule.severe_from);
        }
    }
}

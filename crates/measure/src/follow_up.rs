//! Following each person of a cohort from their index date to the end of the window.

use crate::cohort::Cohort;
use crate::day::Day;
use crate::definition::{CountedUnit, DatedBy, Definition, OffencesBefore};
use crate::error::MeasureError;
use crate::histories::{Codes, Events, Histories, NO_WEIGHT, Person};
use crate::shares::shares;
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
    pub worst: Option<u16>,
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
    #[inline]
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
    severe_from: Option<u16>,
) -> Result<Followed<'a>, MeasureError> {
    let add = |outcomes: &mut Vec<Outcome>, outcome: Outcome| outcomes.push(outcome);
    let outcomes = fold(histories, definition, cohort, known, severe_from, add, |mut all, part| {
        all.extend(part);
        all
    })?;
    Ok(Followed { histories, definition, cohort, known, outcomes })
}

/// As [`follow`], for cohorts whose outcomes need not be held: each is added to a part as it is found, and the parts are
/// merged in the order of people.
pub fn fold<T: Default + Send>(
    histories: &Histories,
    definition: &Definition,
    cohort: &Cohort,
    known: Known,
    severe_from: Option<u16>,
    add: impl Fn(&mut T, Outcome) + Sync,
    merge: impl Fn(T, T) -> T,
) -> Result<T, MeasureError> {
    cohort.must_be_measurable(definition, known)?;
    let rule = Rule::new(histories, definition, cohort, known, severe_from)?;
    let people = histories.people();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(people / WORTH_A_THREAD + 1);
    let part = |people: Range<usize>| {
        let mut part = T::default();
        rule.each(people, |outcome| add(&mut part, outcome));
        part
    };
    let parts: Option<Vec<T>> = thread::scope(|scope| {
        let part = &part;
        let shares = shares(&histories.events.begin, threads).into_iter();
        let running: Vec<_> = shares.map(|people| scope.spawn(move || part(people))).collect();
        running.into_iter().map(|part| part.join().ok()).collect()
    });
    let parts = parts.ok_or_else(|| MeasureError::NotComputable {
        what: "The figure",
        reason: "a part of the people could not be followed. Tell the maintainers.".to_owned(),
    })?;
    Ok(parts.into_iter().reduce(merge).unwrap_or_default())
}

/// Below this many people, starting threads costs more than it saves.
const WORTH_A_THREAD: usize = 50_000;

/// A definition made ready for these columns: words have become codes.
struct Rule<'a> {
    histories: &'a Histories,
    definition: &'a Definition,
    first: Day,
    last: Day,
    as_of: Day,
    /// Whether all events were known by then, so that none needs to be asked.
    all_known: bool,
    severe_from: u16,
    index_kinds: Flags,
    not_index_groups: Flags,
    counted_kinds: Flags,
    not_counted_groups: Flags,
    rank_of_disposal: Vec<usize>,
}

impl<'a> Rule<'a> {
    fn new(
        histories: &'a Histories,
        definition: &'a Definition,
        cohort: &Cohort,
        known: Known,
        severe_from: Option<u16>,
    ) -> Result<Self, MeasureError> {
        let events = &histories.events;
        let index_kinds = Flags::of(&events.kind, &definition.index.kinds);
        if histories.last_event().is_none() {
            return Err(MeasureError::NotComputable {
                what: "The figure",
                reason: "there are no events to measure.".to_owned(),
            });
        }
        if index_kinds == Flags::None {
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
            first: cohort.first(),
            last: cohort.last(),
            as_of: known.as_of,
            all_known: events.all_known_on(known.as_of),
            severe_from: severe_from.unwrap_or(NO_WEIGHT),
            index_kinds,
            not_index_groups: Flags::of(&events.group, &definition.index.leave_out_groups),
            counted_kinds: Flags::of(&events.kind, &definition.counts.kinds),
            not_counted_groups: Flags::of(&events.group, &definition.counts.leave_out_groups),
            rank_of_disposal: events.disposal.words().iter().map(rank).collect(),
        })
    }

    fn events(&self) -> &'a Events {
        &self.histories.events
    }

    fn each(&self, people: Range<usize>, mut take: impl FnMut(Outcome)) {
        let begins = self.events().begin.get(people.start..=people.end).unwrap_or_default();
        for (person, pair) in (people.start..).zip(begins.windows(2)) {
            let &[begin, end] = pair else { continue };
            let rows = begin as usize..end as usize;
            if let Some((index_row, index_day)) = self.index(rows.clone()) {
                take(self.outcome(person, rows, index_row, index_day));
            }
        }
    }

    /// The earliest day in the cohort's period from which the person was at liberty after an event that fits. Of several
    /// on one day, the heaviest disposal.
    #[inline]
    fn index(&self, rows: Range<usize>) -> Option<(usize, Day)> {
        let events = self.events();
        if events.at_liberty.is_empty() {
            // Events stand in the order of their own days: what lies before and after the period need not be looked at.
            let on = events.on.get(rows.clone()).unwrap_or_default();
            let skipped = on.iter().position(|on| *on >= self.first)?;
            let in_period = (rows.start + skipped..).zip(on.get(skipped..).unwrap_or_default());
            let mut in_period = in_period.take_while(|(_, on)| **on <= self.last);
            let (first, day) = in_period.find(|(row, _)| self.fits(*row))?;
            let others = in_period.take_while(|(_, on)| *on == day).map(|(row, _)| row).filter(|row| self.fits(*row));
            let heaviest = others.fold(first, |held, row| if self.rank(row) < self.rank(held) { row } else { held });
            return Some((heaviest, *day));
        }
        let at_liberty = events.at_liberty.get(rows.clone()).unwrap_or_default();
        let mut best: Option<(usize, Day)> = None;
        for (row, day) in rows.zip(at_liberty) {
            let Some(day) = day.get().filter(|day| *day >= self.first && *day <= self.last) else {
                continue;
            };
            if best.is_some_and(|(_, best)| day > best) || !self.fits(row) {
                continue;
            }
            best = match best {
                Some((held, on)) if on == day && self.rank(held) <= self.rank(row) => best,
                _ => Some((row, day)),
            };
        }
        best
    }

    /// Whether an event may begin a follow-up, as far as was known.
    #[inline]
    fn fits(&self, row: usize) -> bool {
        self.may_be_index(row) && self.was_known(row)
    }

    #[inline]
    fn may_be_index(&self, row: usize) -> bool {
        self.index_kinds.says(&self.events().kind, row) && !self.not_index_groups.says(&self.events().group, row)
    }

    #[inline]
    fn counts(&self, row: usize) -> bool {
        self.counted_kinds.says(&self.events().kind, row) && !self.not_counted_groups.says(&self.events().group, row)
    }

    fn rank(&self, row: usize) -> usize {
        let code = self.events().disposal.code(row);
        self.rank_of_disposal.get(usize::from(code)).copied().unwrap_or(usize::MAX)
    }

    #[inline]
    fn was_known(&self, row: usize) -> bool {
        self.all_known || self.events().was_known(row, self.as_of)
    }

    #[inline]
    fn outcome(&self, person: usize, rows: Range<usize>, index_row: usize, index_day: Day) -> Outcome {
        let follow_up = &self.definition.follow_up;
        let until = follow_up.length.after(index_day);
        let proven_by = follow_up.waiting.after(until);
        let left = self.histories.people.left.get(person).and_then(|left| left.get());
        let left = left.filter(|left| *left <= until).map(|left| left.max(index_day));
        let mut tally = Tally::new(self, index_day, until);
        // Somebody at liberty on a day was sentenced by then, and what was proven later stands later.
        let sentenced = self.events().on.get(index_row).is_some_and(|on| *on <= index_day);
        let rows = if sentenced { index_row..rows.end } else { rows };
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
        let lighter = |worst: u16| {
            let of_index = self.events().weight.get(index_row).copied().unwrap_or(NO_WEIGHT);
            of_index != NO_WEIGHT && worst > of_index
        };
        Outcome {
            person: Person(u32::try_from(person).unwrap_or(u32::MAX)),
            index_day,
            until,
            first: tally.first,
            reoffences: tally.reoffences,
            worst: tally.worst,
            sum: tally.sum,
            severe: tally.severe,
            escalated: tally.worst.is_some_and(lighter),
            pseudo: tally.pseudo,
            undated: tally.undated,
            custody_days: self.histories.custody_days(person, index_day, left.unwrap_or(until)),
            left,
            index_row: u32::try_from(index_row).unwrap_or(u32::MAX),
        }
    }
}

/// Which words of a column are meant. When it is all or none of them, the column need not be read.
#[derive(Debug, PartialEq, Eq)]
enum Flags {
    All,
    None,
    Some(Vec<bool>),
}

impl Flags {
    fn of(column: &Codes, words: &[String]) -> Self {
        let meant = column.among(words);
        if meant.iter().all(|meant| !meant) {
            Self::None
        } else if meant.iter().all(|meant| *meant) {
            Self::All
        } else {
            Self::Some(meant)
        }
    }

    #[inline]
    fn says(&self, column: &Codes, row: usize) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Some(meant) => meant.get(usize::from(column.code(row))).copied().unwrap_or(false),
        }
    }
}

/// What has been counted of one person.
struct Tally<'a> {
    rule: &'a Rule<'a>,
    index_day: Day,
    until: Day,
    last_occasion: Option<Day>,
    first: Option<Day>,
    reoffences: u32,
    worst: Option<u16>,
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
    #[inline]
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

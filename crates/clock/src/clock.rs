//! The clock: a rulebook made ready, and what it says of one case on one day.

use crate::{
    case::Case,
    engine::Engine,
    group,
    obligation::Obligation,
    reasons,
    rulebook::Rulebook,
    standard::{CalendarRole, Rule, Standard},
};
use calendar::{Calendar, CalendarError, Calendars};
use facts::{FactName, Timeline};
use jiff::civil::Date;

/// The calendars on which limits are counted, by the part they play.
#[derive(Clone, Copy, Debug)]
pub struct CalendarRoles<'a> {
    /// The council's working days.
    pub council: &'a Calendar,
    /// The court's days.
    pub court: &'a Calendar,
    /// The nation's bank holidays.
    pub national: &'a Calendar,
}

impl<'a> CalendarRoles<'a> {
    /// The calendars that the rulebook names, from those loaded. A part that it does not name is played by one that it
    /// does: no standard counts on it, or the rulebook would have been refused.
    pub fn of(rulebook: &Rulebook, calendars: &'a Calendars) -> Result<Self, ClockError> {
        let named = |role: CalendarRole| rulebook.calendar(role);
        let any = [CalendarRole::Council, CalendarRole::National, CalendarRole::Court].into_iter().find_map(named);
        let get = |role| match named(role).or(any) {
            Some(id) => Ok(calendars.require(id)?),
            None => Err(ClockError::NoCalendar { rulebook: rulebook.id().to_owned() }),
        };
        Ok(Self {
            council: get(CalendarRole::Council)?,
            court: get(CalendarRole::Court)?,
            national: get(CalendarRole::National)?,
        })
    }

    pub(crate) fn get(&self, role: Option<CalendarRole>) -> &'a Calendar {
        match role {
            Some(CalendarRole::Council) => self.council,
            Some(CalendarRole::Court) => self.court,
            Some(CalendarRole::National) | None => self.national,
        }
    }
}

/// Whether explanations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Dates and states only; no text is made.
    Plain,
    /// What can still be done explains itself: what a list of things to do shows.
    Waiting,
    /// Every obligation explains itself.
    Explained,
}

/// Why a case could not be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClockError {
    /// A calendar does not reach the days that a limit needs.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The rulebook says nowhere whose working days count.
    #[error("the rulebook {rulebook} names no calendar; add council = \"…\" under [calendars] in its rulebook.toml")]
    NoCalendar {
        /// The rulebook's id.
        rulebook: String,
    },
}

/// A rulebook with its calendars, ready to evaluate any number of cases.
#[derive(Debug)]
pub struct Clock<'a> {
    pub(crate) rulebook: &'a Rulebook,
    pub(crate) calendars: CalendarRoles<'a>,
    /// For each fact name so many words of bits: the standards that it may open.
    opened_by: Vec<u64>,
    words: usize,
    /// The standards whose limit counts back from their trigger.
    counting_back: Vec<&'a Standard>,
}

impl<'a> Clock<'a> {
    /// Makes ready the standards that are on.
    pub fn new(rulebook: &'a Rulebook, calendars: CalendarRoles<'a>) -> Self {
        let words = rulebook.standards().len().div_ceil(64);
        let mut opened_by = vec![0_u64; words * FactName::ALL.len()];
        for (index, standard) in rulebook.standards().iter().enumerate().filter(|(_, standard)| standard.is_on()) {
            for pattern in standard.opening.trigger.iter().chain(&standard.opening.trigger_else) {
                if let Some(word) = opened_by.get_mut(pattern.name as usize * words + index / 64) {
                    *word |= 1 << (index % 64);
                }
            }
        }
        let counts_back = |standard: &&Standard| standard.is_on() && standard.counts_back();
        let counting_back = rulebook.standards().iter().filter(counts_back).collect();
        Self { rulebook, calendars, opened_by, words, counting_back }
    }

    /// The rulebook.
    pub fn rulebook(&self) -> &'a Rulebook {
        self.rulebook
    }

    /// The calendars.
    pub fn calendars(&self) -> CalendarRoles<'a> {
        self.calendars
    }

    /// Every obligation that the facts up to and including `today` open: in the order of the rulebook, and for each
    /// standard by the day it opened.
    pub fn evaluate(
        &self,
        timeline: &Timeline,
        today: Date,
        detail: Detail,
    ) -> Result<Vec<Obligation<'a>>, ClockError> {
        let mut candidates = vec![0_u64; self.words];
        let case = Case::new(timeline, today, |name| {
            let bits = self.opened_by.get(name as usize * self.words..).unwrap_or(&[]);
            candidates.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
        });
        let mut engine = Engine::new(self, &case, today, detail);
        for (word_index, mut word) in candidates.into_iter().enumerate() {
            while word != 0 {
                let index = word_index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                if let Some(standard) = self.rulebook.standards().get(index).filter(|one| !one.counts_back()) {
                    evaluate_one(&mut engine, standard)?;
                }
            }
        }
        for &standard in &self.counting_back {
            evaluate_one(&mut engine, standard)?;
        }
        let mut obligations = engine.obligations;
        reasons::apply(&mut obligations, &case);
        group::govern(&mut obligations);
        Ok(obligations)
    }
}

fn evaluate_one<'a>(engine: &mut Engine<'_, '_, 'a>, standard: &'a Standard) -> Result<(), ClockError> {
    match &standard.rule {
        Rule::Deadline(_) | Rule::Length { .. } | Rule::Record { .. } | Rule::Target(_) => engine.deadline(standard),
        Rule::Cadence(rule) => {
            engine.cadence(standard, rule);
            Ok(())
        }
        Rule::Schedule { milestones, then_every } => engine.schedule(standard, milestones, *then_every),
        Rule::Gate { before, fields } => {
            engine.gate(standard, before, fields);
            Ok(())
        }
        Rule::Figure(bounds) => {
            engine.figure(standard, bounds);
            Ok(())
        }
        Rule::Total(total) => {
            engine.total(standard, total);
            Ok(())
        }
        Rule::Since { from, date_attribute, not_before } => {
            engine.since(standard, from, date_attribute.as_deref(), *not_before)
        }
    }
}

//! What a figure means: a definition is a dated file, so another country is another file.

use crate::day::{Day, Length};
use crate::error::MeasureError;
use serde::{Deserialize, Serialize};

/// A definition of reoffending: who is in the cohort, for how long they are followed, and what counts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name on the command line.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The version of the file.
    pub version: String,
    /// The first day of the cohorts to which it applies.
    pub valid_from: Day,
    /// Where it was published.
    pub source: String,
    /// What a reader of the figure must know, in a sentence or two; printed with each figure.
    pub caveat: String,
    /// The words for what is counted.
    pub words: Words,
    /// Who is in the cohort.
    pub index: Index,
    /// For how long they are followed.
    pub follow_up: FollowUp,
    /// What counts.
    pub counts: Counts,
    /// What is not shown.
    pub suppression: Suppression,
}

/// The words in which a definition's figures are read.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// "reconvicted", "reoffended", "returned to custody".
    pub did: String,
    /// "reconvictions", "reoffences", "returns".
    pub events: String,
}

/// The event from which somebody is followed: the earliest in the cohort's period that fits.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The kinds of event.
    pub kinds: Vec<String>,
    /// Groups of offence that do not bring anybody into the cohort.
    #[serde(default)]
    pub leave_out_groups: Vec<String>,
    /// Disposals from the heaviest: which of several on the same day is the index. Others come after those named.
    #[serde(default)]
    pub heaviest_first: Vec<String>,
}

/// The follow-up and the waiting period.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// The window: from the day after the index date.
    pub length: Length,
    /// For how long after the window an offence committed in it may be proven.
    pub waiting: Length,
}

/// What counts as reoffending.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The kinds of event.
    pub kinds: Vec<String>,
    /// Groups of offence that do not count.
    #[serde(default)]
    pub leave_out_groups: Vec<String>,
    /// Which of an event's days must lie in the window.
    pub dated_by: DatedBy,
    /// What becomes of an event in the window whose offence was committed before the index date: a pseudo-reconviction.
    pub offences_before_index: OffencesBefore,
    /// What is counted for frequency.
    pub unit: CountedUnit,
}

/// Which of an event's days must lie in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatedBy {
    /// The day of conviction or return.
    Proof,
    /// The day of the offence; it must be proven before the waiting period ends.
    Offence,
}

/// What becomes of offences committed before the index date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OffencesBefore {
    /// They count like any other.
    Count,
    /// They are left out. One whose offence date is unknown is kept and its number shown.
    LeaveOut,
}

/// What is counted for frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedUnit {
    /// All that was proven on one day, once.
    Occasion,
    /// Each event.
    Event,
}

/// What is not shown because a person might be recognised, or because it says too little.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// Figures of fewer people than this are not shown.
    pub fewer_than: u32,
}

impl Definition {
    /// Reads a definition.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let definition: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        definition.check(file)?;
        Ok(definition)
    }

    fn check(&self, file: &str) -> Result<(), MeasureError> {
        if self.index.kinds.is_empty() {
            return Err(MeasureError::bad(
                file,
                "index.kinds",
                "Name at least one kind of event that begins a follow-up.",
            ));
        }
        if self.counts.kinds.is_empty() {
            return Err(MeasureError::bad(file, "counts.kinds", "Name at least one kind of event that counts."));
        }
        if self.counts.dated_by == DatedBy::Offence && self.counts.offences_before_index == OffencesBefore::Count {
            return Err(MeasureError::bad(
                file,
                "counts.offences_before_index",
                "Offences dated before the index cannot lie in a window that begins after it. Write \"leave_out\".",
            ));
        }
        if self.counts.dated_by == DatedBy::Proof && self.follow_up.waiting != Length::Days(0) {
            return Err(MeasureError::bad(
                file,
                "follow_up.waiting",
                "Waiting is for offences to be proven, and here what counts is the day of proof. Write \"0 days\".",
            ));
        }
        Ok(())
    }

    /// The same definition with another follow-up: two years instead of one.
    #[must_use]
    pub fn followed_for(mut self, length: Length) -> Self {
        self.follow_up.length = length;
        self
    }

    /// The first day on which everybody in a cohort that ends on `last` has been followed and waited for.
    pub fn measurable_from(&self, last: Day) -> Day {
        self.follow_up.waiting.after(self.follow_up.length.after(last))
    }
}

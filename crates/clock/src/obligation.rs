//! What is asked of one case by one standard, and how it stands.

use crate::standard::{Kind, Standard};
use compact_str::CompactString;
use jiff::civil::{Date, Time};
use serde::{Serialize, Serializer};
use std::fmt;

/// How an obligation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not discharged, and not past its due date.
    Open,
    /// Discharged in time.
    Met,
    /// Discharged after it was due.
    Late,
    /// Past due and never discharged.
    Missed,
    /// Not met, for a reason that was accepted.
    Excused,
    /// The case ended, or what it applies to ceased, before it fell due.
    NotApplicable,
}

impl State {
    /// Every state, in the order of reports.
    pub const ALL: [State; 6] = [Self::Open, Self::Met, Self::Late, Self::Missed, Self::Excused, Self::NotApplicable];

    /// Whether recording something would still change it: a period that has passed without a contact stays missed.
    pub const fn can_still_be_done(self, kind: Kind) -> bool {
        let once = matches!(kind, Kind::Deadline | Kind::Schedule | Kind::Record | Kind::Gate);
        matches!(self, Self::Open) || (matches!(self, Self::Missed) && once)
    }

    /// The word as files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Excused => "excused",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One obligation of one case.
#[derive(Clone, Debug, Serialize)]
pub struct Obligation<'r> {
    /// The standard that asks; in JSON its id.
    #[serde(serialize_with = "id_only")]
    pub standard: &'r Standard,
    /// The day on which it began to run.
    pub opened_on: Date,
    /// The last day on which it can be discharged in time; for a floor the first day on which the act is allowed. None
    /// where nobody sets a limit, or the gated event has no date yet.
    pub due: Option<Date>,
    /// The minute by which, on the due day, for limits in clock hours whose start has a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_time: Option<Time>,
    /// How it stands.
    pub state: State,
    /// The day on which it was discharged, excused or, for a figure or ceiling, exceeded.
    pub on: Option<Date>,
    /// Why it was late, missed or excused, as recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<CompactString>,
    /// The standard of the same group whose open obligation falls due first, where that is another one; its id in JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub governed_by: Option<Governor<'r>>,
    /// Sentences that say how it came to be so; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The last day on which it reads as it does unless a fact is added; None when it no longer changes by itself.
    #[serde(skip)]
    pub(crate) steady_until: Option<Date>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn id_only<S: Serializer>(standard: &&Standard, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(standard.id())
}

/// The standard that governs another of its group.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Governor<'r>(#[serde(serialize_with = "id_only")] pub &'r Standard);

/// The earliest later day on which these obligations can read differently without a new fact: the day after a due date,
/// or the first day of a new period. None when nothing changes by itself.
pub fn next_change(obligations: &[Obligation<'_>], today: Date) -> Option<Date> {
    let ends = obligations.iter().filter_map(|obligation| obligation.steady_until).filter(|&until| until >= today);
    ends.min()?.tomorrow().ok()
}

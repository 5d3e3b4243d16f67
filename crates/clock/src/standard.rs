//! One standard: what is asked, of whom, by when, and who says so.

use crate::{
    pattern::{FactPattern, Way},
    selector::Selector,
};
use calendar::Limit;
use compact_str::CompactString;
use jiff::civil::Date;
use std::fmt;

/// How a standard is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Trigger, then discharge within a limit.
    Deadline,
    /// At least so many in each period.
    Cadence,
    /// Milestones from one start.
    Schedule,
    /// Before X, Y must have happened.
    Gate,
    /// When X, this must be written down.
    Record,
    /// Not more, or not later, than.
    Cap,
    /// Between two limits.
    Range,
    /// Not before.
    Floor,
    /// A share of a population.
    Target,
}

/// Whether a standard is in force. Only current ones are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Cited today.
    Current,
    /// A dated target, or a body that has been abolished.
    Historic,
    /// Guidance that has been superseded.
    Legacy,
    /// Not sourced; for a council to adopt or not.
    Proposed,
}

/// How sure the citation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in the source named.
    Sourced,
    /// A secondary or unclear source.
    Check,
    /// No source.
    Unsourced,
}

/// Which of the three calendars a limit counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarRole {
    /// The council's working days.
    Council,
    /// The court's days.
    Court,
    /// The nation's bank holidays.
    National,
}

macro_rules! words {
    ($type:ident, $($variant:ident = $word:literal),*) => {
        impl $type {
            /// The word as rulebooks write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub(crate) const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(
    Kind,
    Deadline = "deadline",
    Cadence = "cadence",
    Schedule = "schedule",
    Gate = "gate",
    Record = "record",
    Cap = "cap",
    Range = "range",
    Floor = "floor",
    Target = "target"
);
words!(Status, Current = "current", Historic = "historic", Legacy = "legacy", Proposed = "proposed");
words!(Confidence, Sourced = "sourced", Check = "check", Unsourced = "unsourced");
words!(CalendarRole, Council = "council", Court = "court", National = "national");

/// One standard of a rulebook.
#[derive(Clone, Debug)]
pub struct Standard {
    pub(crate) id: CompactString,
    pub(crate) title: String,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) confidence: Confidence,
    pub(crate) source: String,
    pub(crate) note: Option<String>,
    pub(crate) see_also: Vec<String>,
    pub(crate) replaces: Option<String>,
    pub(crate) valid_from: Option<Date>,
    pub(crate) valid_until: Option<Date>,
    pub(crate) group: Option<CompactString>,
    pub(crate) on: bool,
    pub(crate) file: String,
    pub(crate) applies_to: Vec<Selector>,
    pub(crate) except: Vec<Selector>,
    pub(crate) while_applies: bool,
    /// The obligation falls away on the day on which none of these holds any more.
    pub(crate) only_while: Vec<Selector>,
    pub(crate) survives_end: bool,
    pub(crate) opening: Opening,
    pub(crate) discharged_by: Vec<Way>,
    pub(crate) excused_by: Vec<Way>,
    pub(crate) early_from: Vec<FactPattern>,
    pub(crate) limit: Option<Allowed>,
    pub(crate) calendar: Option<CalendarRole>,
    pub(crate) rule: Rule,
}

/// What opens an obligation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opening {
    pub(crate) trigger: Vec<FactPattern>,
    pub(crate) trigger_else: Vec<FactPattern>,
    pub(crate) once: bool,
    pub(crate) one_at_a_time: bool,
    pub(crate) on_nth: Option<usize>,
    pub(crate) on_change: Option<CompactString>,
    pub(crate) link: Vec<CompactString>,
}

/// How long is allowed, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    Within(Limit),
    /// The standard gives no number; a council may.
    SetLocally {
        local: Option<(Limit, String)>,
        suggested: Option<Limit>,
    },
    FromAttribute(CompactString),
}

/// What a kind of standard holds beside its trigger, limit and discharge.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Deadline(Deadline),
    Cadence(Cadence),
    Schedule { milestones: Vec<Limit>, then_every: Option<Limit> },
    Gate { before: Vec<FactPattern>, fields: Vec<CompactString> },
    Record { fields: Vec<CompactString> },
    Figure(Vec<Bound>),
    Total(Total),
    Length { not_before: Option<Limit>, extended: Option<(CompactString, Limit)> },
    Since { from: Vec<FactPattern>, date_attribute: Option<CompactString>, not_before: bool },
    Target(Target),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Deadline {
    pub(crate) or_until: Option<CompactString>,
    pub(crate) or_by: Option<(CompactString, Limit)>,
    pub(crate) extended: Option<(CompactString, Limit)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Cadence {
    pub(crate) count: Count,
    pub(crate) every: Limit,
    pub(crate) lasts: Option<Limit>,
    pub(crate) relaxed_every: Option<Limit>,
    pub(crate) relaxed_by: Vec<FactPattern>,
    pub(crate) restored_by: Vec<FactPattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    AtLeast(usize),
    AtMost(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) attribute: CompactString,
    pub(crate) plus: Vec<CompactString>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) min_attribute: Option<CompactString>,
}

#[derive(Clone, Debug)]
pub(crate) struct Total {
    pub(crate) sum: CompactString,
    pub(crate) at_most: i64,
    /// Per cent of an attribute, each of whose units is so many of the sum's.
    pub(crate) share: Option<(i64, CompactString, i64)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) of: Option<String>,
    pub(crate) percent: Option<u32>,
    pub(crate) by: Option<Date>,
}

impl Standard {
    /// The id, such as `nos.allocate`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is asked, in a few words.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How it is judged.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is in force.
    pub fn status(&self) -> Status {
        self.status
    }

    /// How sure the citation is.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The citation: `S3 NOS 2010 5.3`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What a reader ought to know beside the rule.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Ids of related standards.
    pub fn see_also(&self) -> &[String] {
        &self.see_also
    }

    /// The id of the standard that this one follows.
    pub fn replaces(&self) -> Option<&str> {
        self.replaces.as_deref()
    }

    /// The first and last day on which this version is in force, where stated; both inclusive.
    pub fn valid(&self) -> (Option<Date>, Option<Date>) {
        (self.valid_from, self.valid_until)
    }

    /// Obligations of one group ask for the same act; the earliest due governs.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The rulebook's file that holds it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether it is evaluated: current standards are, unless a draft or a scenario says otherwise.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Whether this version is in force on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_until.is_none_or(|until| on <= until)
    }

    /// The calendar that its limit counts on, where it needs one.
    pub fn calendar(&self) -> Option<CalendarRole> {
        self.calendar
    }

    /// The population target: percentage (where the source sets one), the standard that it measures (where not its own
    /// facts) and the day by which it was to be reached.
    pub fn target(&self) -> Option<(Option<u32>, Option<&str>, Option<Date>)> {
        match &self.rule {
            Rule::Target(target) => Some((target.percent, target.of.as_deref(), target.by)),
            _ => None,
        }
    }

    /// The selectors of `applies_to`, as written.
    pub fn applies_to(&self) -> impl Iterator<Item = String> + '_ {
        self.applies_to.iter().map(ToString::to_string)
    }

    /// Whether its limit counts back from its trigger, which may then be known before its day comes.
    pub(crate) fn counts_back(&self) -> bool {
        matches!(
            self.limit,
            Some(Allowed::Within(
                Limit::WorkingDaysBefore(_) | Limit::DaysBefore(_) | Limit::WeeksBefore(_) | Limit::MonthsBefore(_)
            ))
        )
    }

    /// Whether a fact that discharges it may also open the next, as a review does.
    pub(crate) fn renews(&self) -> bool {
        let mut triggers = self.opening.trigger.iter().chain(&self.opening.trigger_else);
        triggers.any(|trigger| self.discharged_by.iter().flat_map(|way| &way.0).any(|part| part.name == trigger.name))
    }

    /// The names of the facts that discharge it, alone or together.
    pub fn discharged_by(&self) -> Vec<facts::FactName> {
        let mut names: Vec<_> = self.ways().flatten().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The ways to discharge it: each the names of the facts that do so together.
    pub fn ways(&self) -> impl Iterator<Item = Vec<facts::FactName>> + '_ {
        self.discharged_by.iter().map(|way| way.0.iter().map(|pattern| pattern.name).collect())
    }

    /// The fact by which it is met first of all: the first of the first way that the rulebook names.
    pub fn first_discharge(&self) -> Option<facts::FactName> {
        self.discharged_by.first()?.0.first().map(|pattern| pattern.name)
    }

    /// The names of the facts that open it.
    pub fn opened_by(&self) -> Vec<facts::FactName> {
        let triggers = self.opening.trigger.iter().chain(&self.opening.trigger_else);
        triggers.map(|pattern| pattern.name).collect()
    }

    /// The names of the facts that excuse it.
    pub fn excused_by(&self) -> Vec<facts::FactName> {
        self.excused_by.iter().flat_map(|way| &way.0).map(|pattern| pattern.name).collect()
    }

    /// The names of the facts that this standard speaks of, for documentation.
    pub fn facts(&self) -> Vec<facts::FactName> {
        let ways = self.discharged_by.iter().chain(&self.excused_by).flat_map(|way| &way.0);
        let opening = self.opening.trigger.iter().chain(&self.opening.trigger_else).chain(&self.early_from);
        let own: Vec<&FactPattern> = match &self.rule {
            Rule::Cadence(rule) => rule.relaxed_by.iter().chain(&rule.restored_by).collect(),
            Rule::Gate { before, .. } => before.iter().collect(),
            Rule::Since { from, .. } => from.iter().collect(),
            _ => Vec::new(),
        };
        let mut names: Vec<_> = opening.chain(ways).chain(own).map(|pattern| pattern.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

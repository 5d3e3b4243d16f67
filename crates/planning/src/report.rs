//! Reports about a plan: for a quarter, for a year, and on community payback orders. Figures are computed when the report is
//! read; what people write beside them is recorded here, and so is that a report was issued.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, Note, SectionRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// How every workstream stood in a quarter (S4 section 8).
    Quarterly,
    /// What a year's work came to (S4 section 7, appendix 5).
    Annual,
    /// How community payback orders operated in a year (1995 Act s.227ZM; S3 10.2).
    Cpo,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Quarterly, Self::Annual, Self::Cpo];

    /// The word for it in addresses, files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarterly => "quarterly",
            Self::Annual => "annual",
            Self::Cpo => "cpo",
        }
    }

    /// The kind that a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The quarter or the financial year that a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

impl Period {
    /// The period of such a report that a day lies in.
    pub fn of(kind: ReportKind, day: Date) -> Self {
        match kind {
            ReportKind::Quarterly => Self::lasting(day.year(), (day.month() - 1) / 3 * 3 + 1, 3),
            ReportKind::Annual | ReportKind::Cpo => Self::financial_year(day.year() - i16::from(day.month() < 4)),
        }
    }

    /// The latest period of such a report that is over.
    pub fn last_over(kind: ReportKind, today: Date) -> Self {
        let current = Self::of(kind, today);
        Self::of(kind, current.from.yesterday().unwrap_or(current.from))
    }

    /// Reads `2026-q1`, or `2025-26` where the report is about a year.
    pub fn parse(kind: ReportKind, text: &str) -> Result<Self, Refusal> {
        let read = || match kind {
            ReportKind::Quarterly => {
                let (year, quarter) = text.split_once("-q")?;
                let (year, quarter): (i16, i8) = (year.parse().ok()?, quarter.parse().ok()?);
                let is_one = (1990..=2200).contains(&year) && (1..=4).contains(&quarter);
                is_one.then(|| Self::lasting(year, quarter * 3 - 2, 3))
            }
            ReportKind::Annual | ReportKind::Cpo => {
                let year: i16 = text.split_once('-')?.0.parse().ok()?;
                let period = (1990..=2200).contains(&year).then(|| Self::financial_year(year))?;
                (period.to_string() == text).then_some(period)
            }
        };
        read().ok_or_else(|| {
            let example = if kind == ReportKind::Quarterly { "2026-q1" } else { "2025-26" };
            let text: String = text.chars().take(40).collect();
            Refusal::plan(format!("period: \"{text}\" is not a period of this report. Write it as {example}."))
        })
    }

    /// In words: "January to March 2026", "April 2025 to March 2026".
    pub fn words(self) -> String {
        let year =
            if self.from.year() == self.to.year() { String::new() } else { self.from.strftime(" %Y").to_string() };
        format!("{}{year} to {}", self.from.strftime("%B"), self.to.strftime("%B %Y"))
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    fn financial_year(begins: i16) -> Self {
        Self::lasting(begins, 4, 12)
    }

    fn lasting(year: i16, month: i8, months: i32) -> Self {
        let from = Date::new(year, month, 1).unwrap_or(Date::MIN);
        let next = from.saturating_add(months.months());
        Self { from, to: next.yesterday().unwrap_or(next) }
    }
}

/// As it is written: `2026-q1`, `2025-26`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        if from.year() == to.year() {
            write!(f, "{}-q{}", from.year(), (from.month() + 2) / 3)
        } else {
            write!(f, "{}-{:02}", from.year(), to.year().rem_euclid(100))
        }
    }
}

/// Somebody wrote, or wrote anew, what a section of a report says beside its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// What kind of report.
    pub report: ReportKind,
    /// Its period: `2026-q1`, or `2025-26` where it is about a year.
    pub period: Line,
    /// Which section.
    pub section: SectionRef,
    /// What it says.
    pub text: Note,
}

impl Happening for Told {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let period = Period::parse(self.report, self.period.as_str())?;
        require(period.from <= check.on, || {
            format!("period: it begins on {}. Tell of a period that has begun.", say(period.from))
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let passage = Passage { on: stamp.happened, by: stamp.by.clone(), text: self.text.clone() };
        plan.report_mut(self.report, &self.period).passages.insert(self.section.clone(), passage);
    }
}

/// A report was issued: it can be read for ever as it was known at that moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// What kind of report.
    pub report: ReportKind,
    /// Its period: `2026-q1`, or `2025-26` where it is about a year.
    pub period: Line,
}

impl Happening for Issued {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let period = Period::parse(self.report, self.period.as_str())?;
        require(period.to < check.on, || {
            format!("period: it ends on {}. Issue the report once its period is over.", say(period.to))
        })?;
        let issued = check.plan.report(self.report, period).and_then(|report| report.issued);
        require(issued.is_none(), || {
            "The report has been issued. Strike that entry with a reason, and issue it anew.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.report_mut(self.report, &self.period).issued = Some((stamp.happened, stamp.recorded));
    }
}

/// A report that was issued was published: anybody may read it, in the words and figures that stand here.
/// They are kept, because what was published is a fact of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// What kind of report.
    pub report: ReportKind,
    /// Its period: `2026-q1`, or `2025-26` where it is about a year.
    pub period: Line,
    /// What it is called.
    pub title: Line,
    /// Who answers for it and as of when, in a line or two.
    pub about: Vec<Line>,
    /// What it says.
    pub content: Vec<Paragraph>,
}

/// A part of a published report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Paragraph {
    /// The heading of a section.
    Heading(String),
    /// What somebody wrote.
    Text(String),
    /// A sentence that stands back: that something is missing, where something comes from.
    Quiet(String),
    /// A figure.
    Table {
        /// What it shows.
        caption: String,
        /// The headings of its columns, and whether figures stand in each.
        columns: Vec<(String, bool)>,
        /// Its rows: a cell for each column.
        rows: Vec<Vec<String>>,
        /// What must be read beside it.
        note: String,
    },
}

impl Happening for Published {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let period = Period::parse(self.report, self.period.as_str())?;
        let report = check.plan.report(self.report, period);
        require(report.is_some_and(|report| report.issued.is_some()), || {
            "The report has not been issued. Issue it first: what is published does not change afterwards.".into()
        })?;
        require(report.is_some_and(|report| report.published.is_none()), || {
            "The report has been published. Strike that entry with a reason, and publish it anew.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.report_mut(self.report, &self.period).published = Some((stamp.happened, self.clone()));
    }
}

/// What a section says beside its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// When it was written last.
    pub on: Date,
    /// By whom.
    pub by: Line,
    /// What it says.
    pub text: Note,
}

/// What people have written in a report, and when it was issued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What they wrote, by section.
    pub passages: BTreeMap<SectionRef, Passage>,
    /// The day on which it was issued, and the moment at which that was recorded.
    pub issued: Option<(Date, Timestamp)>,
    /// The day on which it was published, and what was.
    pub published: Option<(Date, Published)>,
}

impl Plan {
    /// What was written in a report; none where nothing was.
    pub fn report(&self, kind: ReportKind, period: Period) -> Option<&Report> {
        self.reports.get(&(kind, period.to_string()))
    }

    fn report_mut(&mut self, kind: ReportKind, period: &Line) -> &mut Report {
        self.reports.entry((kind, period.to_string())).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_is_written_read_and_said() {
        let (quarter, year) = (ReportKind::Quarterly, ReportKind::Cpo);
        let first = Period::parse(quarter, "2026-q1").unwrap();
        assert_eq!((first.from, first.to), (date(2026, 1, 1), date(2026, 3, 31)));
        assert_eq!((first.to_string(), first.words()), ("2026-q1".into(), "January to March 2026".into()));
        let financial = Period::parse(year, "2025-26").unwrap();
        assert_eq!((financial.from, financial.to), (date(2025, 4, 1), date(2026, 3, 31)));
        assert_eq!((financial.to_string(), financial.words()), ("2025-26".into(), "April 2025 to March 2026".into()));
        assert_eq!(Period::of(year, date(2026, 3, 31)), financial);
        assert_eq!(Period::last_over(year, date(2026, 4, 1)), financial);
        assert_eq!(Period::last_over(quarter, date(2026, 4, 1)), first);
        assert_eq!(Period::of(quarter, date(2026, 12, 31)).to_string(), "2026-q4");
        for (kind, wrong) in
            [(quarter, "2026-q5"), (quarter, "2025-26"), (year, "2025-27"), (year, "2025"), (year, "é-")]
        {
            assert!(Period::parse(kind, wrong).is_err(), "{wrong}");
        }
    }
}

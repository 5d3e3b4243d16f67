//! Reports over many cases, one case at a time: how often each standard was met, by quarter and team, with the
//! denominators; the population targets; and the same cases under two rulebooks.
//!
//! A report holds counts only, never a case.

use crate::{
    obligation::{Obligation, State},
    rulebook::Rulebook,
};
use compact_str::CompactString;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use std::{collections::BTreeMap, fmt};

/// A calendar quarter, by the day on which an obligation opened: "2026 Q1" is January to March.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 4.
    pub fn number(self) -> i8 {
        self.number
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Q{}", self.year, self.number)
    }
}

impl Serialize for Quarter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How many obligations stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Opened, whatever became of them: the sum of all the others.
    pub opened: u64,
    /// Discharged in time.
    pub met: u64,
    /// Discharged after they were due.
    pub late: u64,
    /// Past due and never discharged.
    pub missed: u64,
    /// Not met, for an accepted reason.
    pub excused: u64,
    /// Not yet discharged and not yet past due.
    pub open: u64,
    /// Fell away before they were due.
    pub not_applicable: u64,
}

impl Counts {
    /// Counts one obligation.
    pub fn add(&mut self, state: State) {
        self.opened += 1;
        *match state {
            State::Open => &mut self.open,
            State::Met => &mut self.met,
            State::Late => &mut self.late,
            State::Missed => &mut self.missed,
            State::Excused => &mut self.excused,
            State::NotApplicable => &mut self.not_applicable,
        } += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.opened += other.opened;
        self.met += other.met;
        self.late += other.late;
        self.missed += other.missed;
        self.excused += other.excused;
        self.open += other.open;
        self.not_applicable += other.not_applicable;
    }

    /// The denominator of the percentage: met, late and missed. Open, excused and fallen-away obligations are not
    /// judged.
    pub fn judged(&self) -> u64 {
        self.met + self.late + self.missed
    }

    /// Per cent of the judged that were met; None where none was judged.
    pub fn percent_met(&self) -> Option<f64> {
        let judged = self.judged();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a percentage is read to one decimal; counts stay far below 2^52"
        )]
        let share = |met: u64| met as f64 * 100.0 / judged as f64;
        (judged > 0).then(|| share(self.met))
    }
}

/// Counts by standard, quarter and team.
#[derive(Clone, Debug, Default)]
pub struct Report {
    rows: BTreeMap<(CompactString, Quarter, CompactString), Counts>,
}

/// One line of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Row<'a> {
    /// The standard's id.
    pub standard: &'a str,
    /// The quarter in which the obligations opened.
    pub quarter: Quarter,
    /// The team.
    pub team: &'a str,
    /// How they stand.
    #[serde(flatten)]
    pub counts: Counts,
    /// The denominator of the percentage.
    pub judged: u64,
    /// Per cent of the judged that were met.
    pub percent_met: Option<f64>,
}

/// A population target and how it stands.
#[derive(Clone, Debug, Serialize)]
pub struct TargetResult<'a> {
    /// The target's id.
    pub standard: &'a str,
    /// What it asks for.
    pub title: &'a str,
    /// The citation.
    pub source: &'a str,
    /// The share asked for, per cent; None where the source never set one.
    pub percent: Option<u32>,
    /// The day by which it was to be reached.
    pub by: Option<Date>,
    /// How the obligations stand that it is measured on.
    pub counts: Counts,
    /// Their denominator.
    pub judged: u64,
    /// Per cent of the judged that were met.
    pub percent_met: Option<f64>,
    /// Whether the share is reached; None where nothing was judged or no share set.
    pub reached: Option<bool>,
}

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one case's obligations under a team.
    pub fn add(&mut self, team: &str, obligations: &[Obligation<'_>]) {
        for obligation in obligations {
            let key = (obligation.standard.id.clone(), Quarter::of(obligation.opened_on), team.into());
            self.rows.entry(key).or_default().add(obligation.state);
        }
    }

    /// Adds another report's counts, such as another thread's.
    pub fn merge(&mut self, other: &Self) {
        for (key, counts) in &other.rows {
            self.rows.entry(key.clone()).or_default().merge(counts);
        }
    }

    /// Every line: by standard, quarter and team.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|((standard, quarter, team), counts)| Row {
            standard,
            quarter: *quarter,
            team,
            counts: *counts,
            judged: counts.judged(),
            percent_met: counts.percent_met(),
        })
    }

    /// The counts of one standard over all quarters and teams.
    pub fn total(&self, standard: &str) -> Counts {
        let mut total = Counts::default();
        for (_, counts) in self.rows.iter().filter(|((id, _, _), _)| id == standard) {
            total.merge(counts);
        }
        total
    }

    /// The counts of each standard over all quarters and teams.
    pub fn totals(&self) -> BTreeMap<&str, Counts> {
        let mut totals: BTreeMap<&str, Counts> = BTreeMap::new();
        for ((standard, _, _), counts) in &self.rows {
            totals.entry(standard).or_default().merge(counts);
        }
        totals
    }

    /// The population targets that can be measured, whatever their status. Evaluate the cases under
    /// [`Rulebook::with_targets`], so that targets with facts of their own have obligations to be measured on.
    pub fn targets<'a>(&self, rulebook: &'a Rulebook) -> Vec<TargetResult<'a>> {
        let measured = rulebook.standards().iter().filter_map(|standard| {
            let (percent, of, by) = standard.target()?;
            let counts = self.total(of.unwrap_or(standard.id()));
            (counts.opened > 0 || percent.is_some()).then(|| TargetResult {
                standard: standard.id(),
                title: standard.title(),
                source: standard.source(),
                percent,
                by,
                counts,
                judged: counts.judged(),
                percent_met: counts.percent_met(),
                reached: percent.zip(counts.percent_met()).map(|(percent, met)| met >= f64::from(percent)),
            })
        });
        measured.collect()
    }
}

/// The same cases under two rulebooks.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    base: Report,
    draft: Report,
}

/// One standard under both rulebooks.
#[derive(Clone, Debug, Serialize)]
pub struct Difference<'a> {
    /// The standard's id.
    pub standard: &'a str,
    /// Under the rulebook in force.
    pub base: Counts,
    /// Under the draft.
    pub draft: Counts,
    /// Per cent met under the rulebook in force.
    pub base_percent_met: Option<f64>,
    /// Per cent met under the draft.
    pub draft_percent_met: Option<f64>,
}

impl Difference<'_> {
    /// Whether the two differ.
    pub fn is_change(&self) -> bool {
        self.base != self.draft
    }
}

impl Comparison {
    /// An empty comparison.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one case, evaluated under both.
    pub fn add(&mut self, team: &str, base: &[Obligation<'_>], draft: &[Obligation<'_>]) {
        self.base.add(team, base);
        self.draft.add(team, draft);
    }

    /// Adds another comparison's counts.
    pub fn merge(&mut self, other: &Self) {
        self.base.merge(&other.base);
        self.draft.merge(&other.draft);
    }

    /// Every standard that opened an obligation under either, side by side.
    pub fn differences(&self) -> Vec<Difference<'_>> {
        let (base, draft) = (self.base.totals(), self.draft.totals());
        let mut ids: Vec<&str> = base.keys().chain(draft.keys()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let side = |totals: &BTreeMap<&str, Counts>, id: &str| totals.get(id).copied().unwrap_or_default();
        let beside = ids.into_iter().map(|standard| {
            let (base, draft) = (side(&base, standard), side(&draft, standard));
            let (base_percent_met, draft_percent_met) = (base.percent_met(), draft.percent_met());
            Difference { standard, base, draft, base_percent_met, draft_percent_met }
        });
        beside.collect()
    }

    /// The report under the rulebook in force.
    pub fn base(&self) -> &Report {
        &self.base
    }

    /// The report under the draft.
    pub fn draft(&self) -> &Report {
        &self.draft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentage_is_of_those_judged() {
        let mut counts = Counts::default();
        for state in [State::Met, State::Met, State::Late, State::Missed, State::Open, State::Excused] {
            counts.add(state);
        }
        assert_eq!((counts.opened, counts.judged(), counts.percent_met()), (6, 4, Some(50.0)));
        assert_eq!(Counts::default().percent_met(), None);
    }

    #[test]
    fn quarters_are_of_the_calendar_year() {
        let quarter = |month, day| Quarter::of(jiff::civil::date(2026, month, day)).to_string();
        assert_eq!(quarter(3, 31), "2026 Q1");
        assert_eq!(quarter(4, 1), "2026 Q2");
        assert_eq!(quarter(12, 31), "2026 Q4");
    }
}

//! What a plan is measured by: a definition with its source, a baseline, a target, and readings with as-of dates.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{IndicatorRef, ItemRef, Line};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an indicator's figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Somebody returns them.
    Return(Line),
    /// The report on a standard, by the standard's name.
    Standard(Line),
    /// A measure of reoffending, by its definition's name.
    Measure(Line),
    /// A table published elsewhere.
    Published(Line),
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How often a reading is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Yearly,
}

/// What the figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share of a base, told in per cent.
    Percent,
    /// People, orders, events.
    Count,
    /// Days.
    Days,
    /// A score of seriousness or frequency.
    Score,
}

/// What shall be reached. A paper may leave the figure open ("X%"): then it is unset, and says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The figure; none while it is unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Whether the figure is a change against the baseline, in the indicator's unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub against_baseline: bool,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
    /// The target in the paper's few words, such as "X%".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Line>,
}

/// An indicator was defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defined {
    /// Its reference.
    pub indicator: IndicatorRef,
    /// Its name.
    pub name: Line,
    /// What is counted, of whom, over how long a time.
    pub definition: Line,
    /// What the figures count.
    pub unit: Unit,
    /// Where they come from.
    pub source: Source,
    /// Which way is better.
    pub direction: Direction,
    /// How often a reading is due.
    pub frequency: Frequency,
    /// The commitments and outcomes that it measures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<ItemRef>,
    /// Where it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<f64>,
    /// What shall be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Its paragraph in the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
}

impl Happening for Defined {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.indicators.contains_key(&self.indicator), || {
            format!("indicator: {} is defined already. Correct that entry to change the definition.", self.indicator)
        })?;
        let plan = check.plan;
        let unknown =
            self.measures.iter().find(|id| plan.commitments.get(id).is_none() && !plan.framework.contains_key(*id));
        require(unknown.is_none(), || {
            let unknown = unknown.map(ToString::to_string).unwrap_or_default();
            format!("measures: {unknown} is not in the plan. Place or adopt it first.")
        })?;
        target_can_be(self.target.as_ref(), self.unit)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.indicators.insert(
            self.indicator.clone(),
            Indicator { defined: self.clone(), target: self.target.clone(), readings: Vec::new() },
        );
    }
}

fn target_can_be(target: Option<&Target>, unit: Unit) -> Result<(), Refusal> {
    let Some(target) = target else { return Ok(()) };
    require(target.value.is_some() || target.said.is_some(), || {
        "target: it has neither a value nor words. Say \"X%\", or whatever the paper says, while it is unset.".into()
    })?;
    let share = target.value.filter(|_| unit == Unit::Percent && !target.against_baseline);
    require(share.is_none_or(|share| (0.0..=100.0).contains(&share)), || {
        "target: a share lies between 0 and 100 per cent. Set against_baseline if it is a change.".into()
    })
}

/// A target was set or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetSet {
    /// Of which indicator.
    pub indicator: IndicatorRef,
    /// The target.
    pub target: Target,
    /// Who set it, and why.
    pub reason: Line,
}

impl Happening for TargetSet {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        target_can_be(Some(&self.target), known(check, &self.indicator)?.defined.unit)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(indicator) = plan.indicators.get_mut(&self.indicator) {
            indicator.target = Some(self.target.clone());
        }
    }
}

fn known<'a>(check: &Check<'a>, id: &IndicatorRef) -> Result<&'a Indicator, Refusal> {
    check
        .plan
        .indicators
        .get(id)
        .ok_or_else(|| Refusal::plan(format!("The plan has no indicator {id}. Define it first.")))
}

/// A figure: a share with its base, or a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// So many of so many.
    Share {
        /// How many.
        count: u64,
        /// Of how many.
        base: u64,
    },
    /// A number.
    Number(f64),
}

impl Amount {
    /// The figure; a share in per cent. None for a share of nobody.
    #[expect(clippy::cast_precision_loss, reason = "counts of people lie far below 2^52")]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Share { base: 0, .. } => None,
            Self::Share { count, base } => Some(100.0 * count as f64 / base as f64),
            Self::Number(value) => Some(value),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.value()) {
            (Self::Share { count, base }, Some(value)) => write!(f, "{count} of {base} ({value:.0}%)"),
            (Self::Share { .. }, None) => f.write_str("0 of 0"),
            (Self::Number(value), _) => write!(f, "{value}"),
        }
    }
}

/// A reading was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Of which indicator.
    pub indicator: IndicatorRef,
    /// The figure.
    pub amount: Amount,
    /// The last day that it covers.
    pub as_of: Date,
    /// How it was made: the query, the rulebook's version, the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Line>,
}

impl Happening for Measured {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let indicator = known(check, &self.indicator)?;
        require(self.as_of <= check.on, || {
            format!("as_of: {} lies after the reading was taken. Give the last day that it covers.", say(self.as_of))
        })?;
        let fits = match self.amount {
            Amount::Share { count, base } => count <= base,
            Amount::Number(value) => value.is_finite(),
        };
        require(fits, || {
            "amount: a share is so many of at least as many; a number is finite. Check the figures.".into()
        })?;
        let is_share = matches!(self.amount, Amount::Share { .. });
        require(is_share || indicator.defined.unit != Unit::Percent, || {
            "amount: a per cent is given as a count and its base, so that it can be checked.".into()
        })?;
        require(indicator.readings.iter().all(|known| known.as_of != self.as_of), || {
            format!("as_of: there is a reading as of {} already. Correct it instead.", say(self.as_of))
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(indicator) = plan.indicators.get_mut(&self.indicator) {
            indicator.readings.push(self.clone());
            indicator.readings.sort_by_key(|reading| reading.as_of);
        }
    }
}

/// An indicator as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// As it was defined.
    pub defined: Defined,
    /// Its target now.
    pub target: Option<Target>,
    /// Its readings, by the day that they reach to.
    pub readings: Vec<Measured>,
}

/// How an indicator stands against its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Reached.
    Met,
    /// Not reached.
    NotMet,
    /// There is a target without a figure.
    Unset,
    /// There is no target.
    NoTarget,
    /// There is no reading, or no baseline to compare with.
    NoFigure,
}

impl Indicator {
    /// How the latest reading stands against the target, with the sentence that says why.
    pub fn against_target(&self) -> (Against, String) {
        let Some(target) = &self.target else { return (Against::NoTarget, "No target was set.".to_owned()) };
        let by = target.by.map(|by| format!(" by {}", say(by))).unwrap_or_default();
        let Some(value) = target.value else {
            let said = target.said.as_ref().map(|said| format!(" (\"{said}\")")).unwrap_or_default();
            return (Against::Unset, format!("The target{by} has no figure{said}: nothing can be met or missed yet."));
        };
        let Some((reading, latest)) = self.readings.last().and_then(|last| Some((last, last.amount.value()?))) else {
            return (
                Against::NoFigure,
                format!("The target is {}{by}; there is no reading.", self.target_in_words(value)),
            );
        };
        let aim = match (target.against_baseline, self.defined.baseline) {
            (false, _) => value,
            (true, Some(baseline)) => baseline + value,
            (true, None) => {
                let words = self.target_in_words(value);
                return (Against::NoFigure, format!("The target is {words}{by}; the baseline was not recorded."));
            }
        };
        let met = match self.defined.direction {
            Direction::Higher => latest >= aim,
            Direction::Lower => latest <= aim,
        };
        let sentence = format!(
            "{} as of {}; the target is {}{by}: {}.",
            reading.amount,
            say(reading.as_of),
            self.target_in_words(value),
            if met { "met" } else { "not met" }
        );
        (if met { Against::Met } else { Against::NotMet }, sentence)
    }

    fn target_in_words(&self, value: f64) -> String {
        let against = self.target.as_ref().is_some_and(|target| target.against_baseline);
        let unit = match self.defined.unit {
            Unit::Percent if against => " percentage points",
            Unit::Percent => "%",
            Unit::Days => " days",
            Unit::Count | Unit::Score => "",
        };
        let sign = if against && value > 0.0 { "+" } else { "" };
        let change = if against { " against the baseline" } else { "" };
        format!("{sign}{value}{unit}{change}")
    }
}

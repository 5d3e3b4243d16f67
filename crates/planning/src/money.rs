//! The money of a plan: what each service has in a year, from which fund, pooled or not, and what was spent on it.

use crate::event::{Check, Happening};
use crate::funding::{Pence, RingFence};
use crate::refusal::{Refusal, require};
use crate::report::{Period, ReportKind};
use crate::words::{BodyRef, ItemRef, Line};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A service was given a budget for a year, or another one than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budgeted {
    /// The financial year: `2025-26`.
    pub year: Line,
    /// The service's reference, a kind of service in the sense of the ring-fence: `supervision`.
    pub service: ItemRef,
    /// What it is called.
    pub title: Line,
    /// From which fund.
    pub fund: Line,
    /// How much, in pounds and pence: `1450000.00`.
    #[schemars(with = "String")]
    pub amount: Pence,
    /// Whether partners pool the money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pooled: bool,
    /// Whether it may be spent on relevant services for relevant persons only (S4 6.1).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ring_fenced: bool,
}

impl Happening for Budgeted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        year(&self.year).map(drop)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.budgets.insert((self.year.to_string(), self.service.clone()), self.clone());
    }
}

/// Money was spent on a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// The financial year: `2025-26`.
    pub year: Line,
    /// On which service.
    pub service: ItemRef,
    /// By which body.
    pub body: BodyRef,
    /// For which kind of persons, in the sense of the ring-fence: `under_supervision`.
    pub persons: ItemRef,
    /// On what, in a few words.
    pub text: Line,
    /// How much, in pounds and pence.
    #[schemars(with = "String")]
    pub amount: Pence,
}

impl Happening for Spent {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        year(&self.year)?;
        check.partner(&self.body)?;
        require(check.plan.budgets.contains_key(&(self.year.to_string(), self.service.clone())), || {
            format!("service: {} has no budget in {}. Set it first.", self.service, self.year)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.spending.push((stamp.happened, self.clone()));
    }
}

fn year(year: &Line) -> Result<Period, Refusal> {
    Period::parse(ReportKind::Annual, year.as_str())
        .map_err(|refusal| Refusal::new(refusal.rule, refusal.sentence.replacen("period:", "year:", 1)))
}

/// How a service's money stands in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// What it was given.
    pub budget: &'a Budgeted,
    /// What was spent on it.
    pub spent: Pence,
    /// Each line of it.
    pub lines: Vec<&'a Spent>,
}

impl Standing<'_> {
    /// What is left; nothing where more was spent than there was.
    pub fn left(&self) -> Option<Pence> {
        self.budget.amount.0.checked_sub(self.spent.0).map(Pence)
    }

    /// Each line that lies outside the ring-fence, with why.
    pub fn outside<'a>(&'a self, ring: &'a RingFence) -> impl Iterator<Item = (&'a Spent, String)> {
        let lines = self.lines.iter().filter(|_| self.budget.ring_fenced);
        lines.filter_map(|line| Some((*line, ring.why_outside(&line.service, &line.persons)?)))
    }
}

impl Plan {
    /// How the money of each service stands in a year, judged on a day.
    pub fn money(&self, year: Period, on: Date) -> Vec<Standing<'_>> {
        let year = year.to_string();
        let budgets = self.budgets.iter().filter(|((of, _), _)| *of == year);
        let standing = budgets.map(|((of, service), budget)| {
            let lines = self
                .spending
                .iter()
                .filter(|(day, one)| *day <= on && one.year.as_str() == of.as_str() && one.service == *service);
            let lines: Vec<&Spent> = lines.map(|(_, one)| one).collect();
            let spent = Pence(lines.iter().map(|one| one.amount.0).fold(0, u64::saturating_add));
            Standing { budget, spent, lines }
        });
        standing.collect()
    }
}

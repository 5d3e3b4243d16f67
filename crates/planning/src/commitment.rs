//! What a plan commits to, as a tree: priority, outcome, output, action; or project, objective, deliverable.

use crate::action::Work;
use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{ItemRef, Line};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a commitment is in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A strategic aim, with objectives (S4 section 3).
    Aim,
    /// A goal of a programme (S5), or a group of outcomes that a strategy looks for (S1).
    Goal,
    /// A key priority (S4 appendix 5).
    Priority,
    /// A theme of work, with tasks for each body (S1).
    Theme,
    /// A project of a programme (S5).
    Project,
    /// What shall be different.
    Outcome,
    /// What shall be true of an aim or a project.
    Objective,
    /// What is produced on the way to an outcome.
    Output,
    /// What somebody does.
    Action,
    /// What a project hands over.
    Deliverable,
    /// What a body does in a strategy's period.
    Task,
}

impl Level {
    /// What stands directly under it.
    pub const fn below(self) -> Option<Level> {
        match self {
            Self::Priority | Self::Goal => Some(Self::Outcome),
            Self::Outcome => Some(Self::Output),
            Self::Output => Some(Self::Action),
            Self::Project | Self::Aim => Some(Self::Objective),
            Self::Objective => Some(Self::Deliverable),
            Self::Theme => Some(Self::Task),
            Self::Action | Self::Deliverable | Self::Task => None,
        }
    }

    /// Whether it stands at the top of a plan.
    pub const fn is_top(self) -> bool {
        matches!(self, Self::Aim | Self::Goal | Self::Priority | Self::Theme | Self::Project)
    }

    /// Whether it is work: somebody leads it, and it has a date.
    pub const fn is_work(self) -> bool {
        self.below().is_none()
    }

    /// One of it, in words.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Aim => "an aim",
            Self::Goal => "a goal",
            Self::Priority => "a priority",
            Self::Theme => "a theme",
            Self::Project => "a project",
            Self::Outcome => "an outcome",
            Self::Objective => "an objective",
            Self::Output => "an output",
            Self::Action => "an action",
            Self::Deliverable => "a deliverable",
            Self::Task => "a task",
        }
    }

    /// Several of it, in words.
    pub const fn many(self) -> &'static str {
        match self {
            Self::Aim => "aims",
            Self::Goal => "goals",
            Self::Priority => "priorities",
            Self::Theme => "themes",
            Self::Project => "projects",
            Self::Outcome => "outcomes",
            Self::Objective => "objectives",
            Self::Output => "outputs",
            Self::Action => "actions",
            Self::Deliverable => "deliverables",
            Self::Task => "tasks",
        }
    }

    /// So many of it: "1 priority", "5 priorities".
    pub fn counted(self, count: usize) -> String {
        match (count, self.one().split_once(' ')) {
            (1, Some((_, one))) => format!("1 {one}"),
            _ => format!("{count} {}", self.many()),
        }
    }
}

/// A commitment was placed in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// Its reference, unique in the plan.
    pub id: ItemRef,
    /// What it is.
    pub level: Level,
    /// What it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<ItemRef>,
    /// The commitment, in short words.
    pub text: Line,
    /// Its paragraph in the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
    /// The aims, outcomes, pathways and goals that it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<ItemRef>,
}

impl Happening for Placed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        let id = &self.id;
        require(check.plan.commitments.get(id).is_none() && !check.plan.framework.contains_key(id), || {
            format!("id: {id} stands in the plan already. Choose another reference, or reword the one that stands.")
        })?;
        match &self.under {
            None => require(self.level.is_top(), || {
                format!("under: {id} is {}, which stands under another commitment. Name it.", self.level.one())
            })?,
            Some(under) => {
                let above = check.standing(under)?;
                require(above.level.below() == Some(self.level), || {
                    format!(
                        "under: {id} is {}, and {under} is {}, under which {} stand. Name another, or change the level.",
                        self.level.one(),
                        above.level.one(),
                        above.level.below().map_or("no commitments", Level::many)
                    )
                })?;
            }
        }
        known(check, &self.serves)
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.commitments.place(self, stamp.happened);
    }
}

/// Whether all of these can be served: entries of the framework, or commitments of this plan.
fn known(check: &Check<'_>, serves: &[ItemRef]) -> Result<(), Refusal> {
    match serves.iter().find(|id| !check.plan.framework.contains_key(id) && check.plan.commitments.get(id).is_none()) {
        None => Ok(()),
        Some(unknown) => Err(Refusal::plan(format!(
            "serves: {unknown} is neither in the plan's framework nor one of its commitments. Adopt it first."
        ))),
    }
}

/// A commitment was put into other words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reworded {
    /// Which.
    pub item: ItemRef,
    /// The new words.
    pub text: Line,
}

impl Happening for Reworded {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let known = check.standing(&self.item)?;
        require(known.text != self.text, || {
            format!("text: {} reads so already. Leave it, or change the words.", self.item)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.text = self.text.clone();
        }
    }
}

/// What a commitment serves was set anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// Which.
    pub item: ItemRef,
    /// All that it serves.
    pub serves: Vec<ItemRef>,
}

impl Happening for Linked {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        known(check, &self.serves)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.serves.clone_from(&self.serves);
        }
    }
}

/// A commitment was taken out of the plan. It stays in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// Which.
    pub item: ItemRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Withdrawn {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        let child = check.plan.commitments.under(&self.item).next();
        require(child.is_none(), || {
            let child = child.map(|child| child.id.to_string()).unwrap_or_default();
            format!("{child} stands under {}. Withdraw what stands under it first.", self.item)
        })?;
        let waiting = check.plan.commitments.standing().find(|item| item.work.awaits.contains(&self.item));
        require(waiting.is_none(), || {
            let waiting = waiting.map(|item| item.id.to_string()).unwrap_or_default();
            format!("{waiting} waits for {}. Change what it waits for first.", self.item)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.withdrawn = Some(Withdrawal { on: stamp.happened, reason: self.reason.clone() });
        }
    }
}

/// That and why a commitment was taken out.
#[derive(Clone, Debug, PartialEq)]
pub struct Withdrawal {
    /// When.
    pub on: Date,
    /// Why.
    pub reason: Line,
}

/// A commitment as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Commitment {
    /// Its reference.
    pub id: ItemRef,
    /// What it is.
    pub level: Level,
    /// What it stands under.
    pub under: Option<ItemRef>,
    /// The commitment, in short words.
    pub text: Line,
    /// Its paragraph in the paper.
    pub at: Option<Line>,
    /// What it serves.
    pub serves: Vec<ItemRef>,
    /// When it was placed.
    pub placed_on: Date,
    /// That it was taken out, if it was.
    pub withdrawn: Option<Withdrawal>,
    /// Who does it, by when, and how far they are.
    pub work: Work,
}

/// The commitments of a plan, in the order in which they were placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commitments {
    rows: Vec<Commitment>,
    places: BTreeMap<ItemRef, usize>,
}

impl Commitments {
    /// A commitment, withdrawn ones included.
    pub fn get(&self, id: &ItemRef) -> Option<&Commitment> {
        self.rows.get(*self.places.get(id)?)
    }

    /// Those that have not been withdrawn.
    pub fn standing(&self) -> impl Iterator<Item = &Commitment> {
        self.rows.iter().filter(|item| item.withdrawn.is_none())
    }

    /// Those at the top of the plan.
    pub fn top(&self) -> impl Iterator<Item = &Commitment> {
        self.standing().filter(|item| item.under.is_none())
    }

    /// Those directly under another.
    pub fn under<'a>(&'a self, id: &'a ItemRef) -> impl Iterator<Item = &'a Commitment> {
        self.standing().filter(move |item| item.under.as_ref() == Some(id))
    }

    /// How many there are of each level, in words.
    pub fn counts_in_words(&self) -> String {
        self.counts().iter().map(|(level, count)| level.counted(*count)).collect::<Vec<_>>().join(", ")
    }

    /// How many there are of each level.
    pub fn counts(&self) -> BTreeMap<Level, usize> {
        let mut counts = BTreeMap::new();
        for item in self.standing() {
            *counts.entry(item.level).or_default() += 1;
        }
        counts
    }

    pub(crate) fn get_mut(&mut self, id: &ItemRef) -> Option<&mut Commitment> {
        self.rows.get_mut(*self.places.get(id)?)
    }

    fn place(&mut self, placed: &Placed, on: Date) {
        self.places.insert(placed.id.clone(), self.rows.len());
        self.rows.push(Commitment {
            id: placed.id.clone(),
            level: placed.level,
            under: placed.under.clone(),
            text: placed.text.clone(),
            at: placed.at.clone(),
            serves: placed.serves.clone(),
            placed_on: on,
            withdrawn: None,
            work: Work::default(),
        });
    }
}

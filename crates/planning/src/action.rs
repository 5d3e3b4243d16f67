//! Work on a commitment: who leads, with whom and with what, by when, what it waits for, how far it is, and what shows it.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{BodyRef, IndicatorRef, ItemRef, Line, MilestoneRef, Note};
use crate::{Plan, Stamp, commitment, plan};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far work is, as its lead tells. How it *stands* is derived: see [`crate::rag`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has been reported.
    #[default]
    NotBegun,
    /// Begun.
    UnderWay,
    /// Done.
    Done,
    /// Given up.
    Stopped,
}

impl Stage {
    /// Whether nothing more is expected.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped)
    }

    /// The stage in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotBegun => "not begun",
            Self::UnderWay => "under way",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

/// A lead and supporting partners were named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Led {
    /// Of which commitment.
    pub item: ItemRef,
    /// Who leads.
    pub lead: BodyRef,
    /// Who supports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supporting: Vec<BodyRef>,
}

impl Happening for Led {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        check.partner(&self.lead)?;
        self.supporting.iter().try_for_each(|body| check.partner(body))?;
        require(!self.supporting.contains(&self.lead), || {
            format!("supporting: {} leads {}. Name it once.", self.lead, self.item)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.lead = Some(self.lead.clone());
            item.work.supporting = self.supporting.iter().cloned().collect();
        }
    }
}

/// What is given for the work: money, or help in kind (S4 appendix 5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// Money, in pence.
    Money(u64),
    /// Staff, rooms, training, advice.
    InKind(Line),
}

/// A resource was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resourced {
    /// For which commitment.
    pub item: ItemRef,
    /// By whom.
    pub from: BodyRef,
    /// What.
    pub resource: Resource,
}

impl Happening for Resourced {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        check.partner(&self.from)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.resources.push((self.from.clone(), self.resource.clone()));
        }
    }
}

/// When the work is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    /// Which commitment.
    pub item: ItemRef,
    /// The years of the plan in which it is worked on, counted from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<u8>,
    /// The last day on which it is in time; without one, the last day of its last year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The date in the paper's words, where they name no day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Line>,
}

impl Happening for Scheduled {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let item = check.standing(&self.item)?;
        require(item.level.is_work(), || {
            format!(
                "{} is {}; its dates follow from what stands under it. Date that instead.",
                self.item,
                item.level.one()
            )
        })?;
        require(!self.years.is_empty() || self.due.is_some(), || {
            format!("years, due: {} has neither. Give one of them.", self.item)
        })?;
        let years = check.open_plan()?.years();
        require(self.years.iter().all(|year| (1..=years).contains(year)), || {
            format!("years: the plan has years 1 to {years}. Choose from them.")
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.scheduled = Some(self.clone());
        }
    }
}

/// What the work waits for was set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Awaits {
    /// Which commitment waits.
    pub item: ItemRef,
    /// For all of these.
    pub others: Vec<ItemRef>,
}

impl Happening for Awaits {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        for other in &self.others {
            check.standing(other)?;
            require(*other != self.item && !waits_for(check.plan, other, &self.item), || {
                format!("others: {other} waits for {} already, so neither could ever begin. Leave one out.", self.item)
            })?;
        }
        Ok(())
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.awaits = self.others.iter().cloned().collect();
        }
    }
}

/// Whether `item` waits for `other`, directly or through others.
fn waits_for(plan: &Plan, item: &ItemRef, other: &ItemRef) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![item];
    while let Some(next) = open.pop() {
        if next == other {
            return true;
        }
        if seen.insert(next) {
            open.extend(plan.commitments.get(next).into_iter().flat_map(|item| &item.work.awaits));
        }
    }
    false
}

/// A milestone was set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneSet {
    /// Of which commitment.
    pub item: ItemRef,
    /// Its reference, unique in the commitment.
    pub milestone: MilestoneRef,
    /// What is reached.
    pub text: Line,
    /// The last day on which it is in time.
    pub due: Date,
}

impl Happening for MilestoneSet {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let item = check.standing(&self.item)?;
        require(item.work.milestones.iter().all(|known| known.set.milestone != self.milestone), || {
            format!("milestone: {} has {} already. Choose another reference.", self.item, self.milestone)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.milestones.push(Milestone { set: self.clone(), reached: None });
        }
    }
}

/// A milestone was reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneReached {
    /// Of which commitment.
    pub item: ItemRef,
    /// Which milestone.
    pub milestone: MilestoneRef,
}

impl Happening for MilestoneReached {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let item = check.standing(&self.item)?;
        let known = item.work.milestones.iter().find(|known| known.set.milestone == self.milestone);
        match known.map(|known| known.reached) {
            Some(None) => Ok(()),
            Some(Some(on)) => Err(Refusal::plan(format!(
                "{} of {} was reached on {}. Correct that entry if the date is wrong.",
                self.milestone,
                self.item,
                say(on)
            ))),
            None => Err(Refusal::plan(format!(
                "{} has no milestone {}. Set it first, or check the reference.",
                self.item, self.milestone
            ))),
        }
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let milestones = plan.commitments.get_mut(&self.item).map(|item| &mut item.work.milestones);
        for known in milestones.into_iter().flatten().filter(|known| known.set.milestone == self.milestone) {
            known.reached = Some(stamp.happened);
        }
    }
}

/// Progress was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Progressed {
    /// Of which commitment.
    pub item: ItemRef,
    /// How far it is.
    pub stage: Stage,
    /// What has been done, or why it was stopped.
    pub note: Note,
}

impl Happening for Progressed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let item = check.standing(&self.item)?;
        require(item.level.is_work(), || {
            format!("{} is {}; how far it is follows from what stands under it.", self.item, item.level.one())
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.stage = self.stage;
            item.work.notes.push((stamp.happened, self.clone()));
        }
    }
}

/// What shows that something was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A document, by its title and where it is kept.
    Document(Line),
    /// An address on the web.
    Address(Line),
    /// A figure that is computed anew whenever somebody looks.
    Indicator(IndicatorRef),
}

/// Evidence was added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidenced {
    /// For which commitment.
    pub item: ItemRef,
    /// What shows it.
    pub evidence: Evidence,
}

impl Happening for Evidenced {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.standing(&self.item)?;
        match &self.evidence {
            Evidence::Indicator(indicator) => require(check.plan.indicators.contains_key(indicator), || {
                format!("evidence: the plan has no indicator {indicator}. Define it first.")
            }),
            Evidence::Address(address) => {
                require(address.as_str().starts_with("https://") || address.as_str().starts_with("http://"), || {
                    "evidence: an address begins with https:// or http://. Use document for what is kept elsewhere."
                        .into()
                })
            }
            Evidence::Document(_) => Ok(()),
        }
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(item) = plan.commitments.get_mut(&self.item) {
            item.work.evidence.push(self.evidence.clone());
        }
    }
}

/// A milestone as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// As it was set.
    pub set: MilestoneSet,
    /// When it was reached.
    pub reached: Option<Date>,
}

/// The work on a commitment as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Who leads.
    pub lead: Option<BodyRef>,
    /// Who supports.
    pub supporting: BTreeSet<BodyRef>,
    /// What was given, by whom.
    pub resources: Vec<(BodyRef, Resource)>,
    /// When it is to be done.
    pub scheduled: Option<Scheduled>,
    /// What it waits for.
    pub awaits: BTreeSet<ItemRef>,
    /// Its milestones.
    pub milestones: Vec<Milestone>,
    /// How far it is, as last told.
    pub stage: Stage,
    /// What was told, and when.
    pub notes: Vec<(Date, Progressed)>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
}

impl Work {
    /// The last day on which it is in time: its due date, else the last day of its last year.
    pub fn due(&self, plan: &plan::Opened) -> Option<Date> {
        let scheduled = self.scheduled.as_ref()?;
        scheduled.due.or_else(|| scheduled.years.iter().max().map(|year| plan.year_ends(*year)))
    }

    /// The first day on which it is expected to be worked on, where its years say so.
    pub fn begins(&self, plan: &plan::Opened) -> Option<Date> {
        self.scheduled.as_ref()?.years.iter().min().map(|year| plan.year_begins(*year))
    }

    /// The day of the last note.
    pub fn last_told(&self) -> Option<Date> {
        self.notes.iter().map(|(on, _)| *on).max()
    }
}

/// Whether work on a commitment is late on a day: due before it, and not over.
pub(crate) fn is_late(plan: &Plan, item: &commitment::Commitment, today: Date) -> bool {
    let due = plan.opened.as_ref().and_then(|opened| item.work.due(opened));
    !item.work.stage.is_over() && due.is_some_and(|due| due < today)
}

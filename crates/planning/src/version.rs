//! Versions of a plan, and the log of what changed between them. The log is read off the events; nobody writes it.

use crate::event::{Check, Happening, What};
use crate::refusal::{Refusal, require};
use crate::words::{ItemRef, Line, Note};
use crate::{History, Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A version was issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Versioned {
    /// Its number, such as 0.02.
    pub number: Line,
    /// Who issued it.
    pub by: Line,
    /// What its issuer says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Happening for Versioned {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(check.plan.version.as_ref() != Some(&self.number), || {
            format!("number: the plan stands at version {} already. Give the next number.", self.number)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.version = Some(self.number.clone());
    }
}

/// A change that a reader of the plan sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// The vision was put into other words.
    Vision {
        /// As it was.
        from: Note,
        /// As it is.
        to: Note,
    },
    /// A commitment was put into other words.
    Reworded {
        /// Which.
        item: ItemRef,
        /// As it was.
        from: Line,
        /// As it is.
        to: Line,
    },
    /// A commitment came in.
    Placed {
        /// Which.
        item: ItemRef,
        /// What it says.
        text: Line,
    },
    /// A commitment went out.
    Withdrawn {
        /// Which.
        item: ItemRef,
        /// Why.
        reason: Line,
    },
    /// A commitment was given another date.
    Rescheduled {
        /// Which.
        item: ItemRef,
        /// As it was due.
        from: Option<Date>,
        /// As it is due.
        to: Option<Date>,
    },
    /// A commitment was given another lead.
    NewLead {
        /// Which.
        item: ItemRef,
        /// Who leads now.
        lead: crate::BodyRef,
    },
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = |date: &Option<Date>| date.map_or_else(|| "no date".to_owned(), crate::refusal::say);
        match self {
            Self::Vision { from, to } => write!(f, "Vision changed from \"{from}\" to \"{to}\""),
            Self::Reworded { item, from, to } => write!(f, "{item} changed from \"{from}\" to \"{to}\""),
            Self::Placed { item, text } => write!(f, "{item} added: \"{text}\""),
            Self::Withdrawn { item, reason } => write!(f, "{item} withdrawn: {reason}"),
            Self::Rescheduled { item, from, to } => write!(f, "{item} due {} instead of {}", day(to), day(from)),
            Self::NewLead { item, lead } => write!(f, "{item} led by {lead}"),
        }
    }
}

/// An entry of the change log: a version with what changed since the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The version's number; none for what has changed since the latest version.
    pub number: Option<Line>,
    /// When it was issued.
    pub on: Option<Date>,
    /// By whom.
    pub by: Option<Line>,
    /// What its issuer says about it.
    pub note: Option<Note>,
    /// What changed since the version before. The first version has none: everything in it is new.
    pub changes: Vec<Change>,
}

/// The change log of a plan: each version in its order, then what has changed since the latest, if anything has.
pub fn change_log(history: &History) -> Vec<Entry> {
    let mut plan = Plan::default();
    let mut log = Vec::new();
    let mut changes = Vec::new();
    for event in history.effective() {
        let before = due_of(&plan, &event.what);
        if plan.version.is_some() {
            changes.extend(change(&plan, &event.what));
        }
        event.what.happening().apply(&mut plan, &event.stamp);
        if let (Some((item, from)), true) = (before, plan.version.is_some()) {
            let to = due_of(&plan, &event.what).and_then(|(_, to)| to);
            changes.extend((from != to).then_some(Change::Rescheduled { item, from, to }));
        }
        if let What::Versioned(version) = &event.what {
            log.push(Entry {
                number: Some(version.number.clone()),
                on: Some(event.stamp.happened),
                by: Some(version.by.clone()),
                note: version.note.clone(),
                changes: std::mem::take(&mut changes),
            });
        }
    }
    if !changes.is_empty() {
        log.push(Entry { number: None, on: None, by: None, note: None, changes });
    }
    log
}

/// What a reader would notice of an event, given the plan before it.
fn change(plan: &Plan, what: &What) -> Option<Change> {
    Some(match what {
        What::VisionSet(set) => Change::Vision { from: plan.vision.clone()?, to: set.vision.clone() },
        What::Reworded(reworded) => Change::Reworded {
            item: reworded.item.clone(),
            from: plan.commitments.get(&reworded.item)?.text.clone(),
            to: reworded.text.clone(),
        },
        What::Placed(placed) => Change::Placed { item: placed.id.clone(), text: placed.text.clone() },
        What::Withdrawn(gone) => Change::Withdrawn { item: gone.item.clone(), reason: gone.reason.clone() },
        What::Led(led) => Change::NewLead { item: led.item.clone(), lead: led.lead.clone() },
        _ => return None,
    })
}

/// The commitment that an event schedules, and when it is due.
fn due_of(plan: &Plan, what: &What) -> Option<(ItemRef, Option<Date>)> {
    let What::Scheduled(scheduled) = what else { return None };
    let due = plan.opened.as_ref().and_then(|opened| plan.commitments.get(&scheduled.item)?.work.due(opened));
    Some((scheduled.item.clone(), due))
}

//! Red, amber, green: derived by rule from dates and reports, with the reason, and never typed in.

use crate::action::{Stage, is_late};
use crate::commitment::Commitment;
use crate::refusal::{days, say};
use crate::words::Line;
use crate::{Plan, ReadError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rule: how many days and which scores make a colour. Data, not code: see `plans/rag.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RagRule {
    /// Its name.
    pub id: Line,
    /// Where it comes from.
    pub source: Line,
    /// Work due within so many days is due soon.
    pub due_soon_days: u16,
    /// Work under way without a note for more than so many days is silent.
    pub silent_days: u16,
    /// A risk that scores so much is serious.
    pub serious_risk: u8,
}

impl RagRule {
    /// Reads a rule from its file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| ReadError::file("the rule for red, amber and green", &error))
    }
}

/// A colour. Its order is from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Done, with evidence.
    Complete,
    /// Going as it should, or not due to begin.
    Green,
    /// Nobody can say: there is no date.
    Undated,
    /// Something needs attention.
    Amber,
    /// Late, or stopped.
    Red,
}

impl Colour {
    /// The colour in a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Green => "green",
            Self::Undated => "undated",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// A colour with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// The colour.
    pub colour: Colour,
    /// Why, in a sentence.
    pub reason: String,
}

/// How a commitment stands today: work by its own dates and reports, anything else by the worst of what stands under it.
pub fn rate(plan: &Plan, rule: &RagRule, item: &Commitment, today: Date) -> Rating {
    if item.level.is_work() { rate_work(plan, rule, item, today) } else { rate_by_parts(plan, rule, item, today) }
}

fn rate_by_parts(plan: &Plan, rule: &RagRule, item: &Commitment, today: Date) -> Rating {
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    let parts: Vec<&Commitment> = plan.commitments.under(&item.id).collect();
    for part in &parts {
        *counts.entry(rate(plan, rule, part, today).colour).or_default() += 1;
    }
    let counted = item.level.below().map_or_else(|| "0 parts".to_owned(), |level| level.counted(parts.len()));
    match counts.last_key_value() {
        Some((worst, count)) => {
            let are = if *count == 1 { "is" } else { "are" };
            Rating { colour: *worst, reason: format!("{count} of {counted} {are} {}.", worst.word()) }
        }
        None => Rating { colour: Colour::Undated, reason: "Nothing stands under it.".to_owned() },
    }
}

/// The first sentence that is true of the work decides.
fn rate_work(plan: &Plan, rule: &RagRule, item: &Commitment, today: Date) -> Rating {
    let due = plan.opened.as_ref().and_then(|opened| item.work.due(opened));
    over(item)
        .or_else(|| late(item, due, today))
        .or_else(|| missed_milestone(item, today))
        .or_else(|| waits_for_what_is_late(plan, item, today))
        .or_else(|| at_serious_risk(plan, rule, item))
        .or_else(|| silent(rule, item, today))
        .or_else(|| due_soon_and_not_begun(rule, item, due, today))
        .unwrap_or_else(|| on_course(item, due))
}

fn over(item: &Commitment) -> Option<Rating> {
    let told = item.work.last_told().map(say).unwrap_or_default();
    match item.work.stage {
        Stage::Done if item.work.evidence.is_empty() => Some(Rating {
            colour: Colour::Amber,
            reason: format!("Reported done on {told}, without evidence. Add a document, an address or a figure."),
        }),
        Stage::Done => Some(Rating { colour: Colour::Complete, reason: format!("Done on {told}, with evidence.") }),
        Stage::Stopped => Some(Rating { colour: Colour::Red, reason: format!("Stopped on {told}.") }),
        Stage::NotBegun | Stage::UnderWay => None,
    }
}

fn late(item: &Commitment, due: Option<Date>, today: Date) -> Option<Rating> {
    let due = due.filter(|due| *due < today)?;
    let by = days((today - due).get_days());
    Some(Rating {
        colour: Colour::Red,
        reason: format!("Due on {}, {by} ago, and {}.", say(due), item.work.stage.words()),
    })
}

fn missed_milestone(item: &Commitment, today: Date) -> Option<Rating> {
    let missed = item.work.milestones.iter().find(|one| one.reached.is_none() && one.set.due < today)?;
    Some(Rating {
        colour: Colour::Amber,
        reason: format!("Milestone \"{}\" was due on {}.", missed.set.text, say(missed.set.due)),
    })
}

fn waits_for_what_is_late(plan: &Plan, item: &Commitment, today: Date) -> Option<Rating> {
    let others = item.work.awaits.iter().filter_map(|id| plan.commitments.get(id));
    let late = others.into_iter().find(|other| is_late(plan, other, today))?;
    Some(Rating { colour: Colour::Amber, reason: format!("It waits for {}, which is late.", late.id) })
}

fn at_serious_risk(plan: &Plan, rule: &RagRule, item: &Commitment) -> Option<Rating> {
    let serious = plan.risks.values().find(|risk| {
        risk.closed.is_none()
            && risk.noted.item.as_ref() == Some(&item.id)
            && risk.noted.score().is_some_and(|score| score >= rule.serious_risk)
    })?;
    let score = serious.noted.score().unwrap_or_default();
    Some(Rating { colour: Colour::Amber, reason: format!("Serious risk ({score} of 25): {}", serious.noted.text) })
}

fn silent(rule: &RagRule, item: &Commitment, today: Date) -> Option<Rating> {
    let told = item.work.last_told().filter(|_| item.work.stage == Stage::UnderWay)?;
    let silence = (today - told).get_days();
    let is_silent = silence > i32::from(rule.silent_days);
    is_silent.then(|| Rating {
        colour: Colour::Amber,
        reason: format!("No note for {}; the last is of {}.", days(silence), say(told)),
    })
}

fn due_soon_and_not_begun(rule: &RagRule, item: &Commitment, due: Option<Date>, today: Date) -> Option<Rating> {
    let due = due.filter(|_| item.work.stage == Stage::NotBegun)?;
    let left = (due - today).get_days();
    let is_soon = left <= i32::from(rule.due_soon_days);
    is_soon.then(|| Rating {
        colour: Colour::Amber,
        reason: format!("Due on {}, in {}, and not begun.", say(due), days(left)),
    })
}

fn on_course(item: &Commitment, due: Option<Date>) -> Rating {
    match due {
        Some(due) => {
            Rating { colour: Colour::Green, reason: format!("Due on {}; {}.", say(due), item.work.stage.words()) }
        }
        None => Rating {
            colour: Colour::Undated,
            reason: "It has no date, so nobody can say whether it is late. Give it years or a due date.".to_owned(),
        },
    }
}

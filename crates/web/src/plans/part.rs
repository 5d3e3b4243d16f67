//! A part of a plan in words: what it says, who leads it, when it is due and how it stands.

use super::tag;
use crate::when;
use crate::whose::encoded;
use jiff::civil::Date;
use planning::action::Stage;
use planning::rag::{Colour, RagRule, rate};
use planning::{Commitment, Plan};

/// A part of a plan in words.
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) depth: usize,
    pub(crate) level: &'static str,
    pub(crate) text: String,
    pub(crate) at: String,
    pub(crate) lead: String,
    pub(crate) leads: Vec<String>,
    pub(crate) years: Vec<u8>,
    pub(crate) due: String,
    pub(crate) due_on: Option<Date>,
    pub(crate) from: Option<Date>,
    pub(crate) serves: Vec<String>,
    pub(crate) stage: Stage,
    pub(crate) is_work: bool,
    pub(crate) colour: Colour,
    pub(crate) word: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) reason: String,
}

/// The name of a body that takes part; its reference where it has none.
pub(crate) fn body(plan: &Plan, body: &planning::BodyRef) -> String {
    plan.partners.get(body).map_or_else(|| body.to_string(), |partner| partner.joined.name.to_string())
}

impl Part {
    pub(crate) fn of(plan: &Plan, rule: &RagRule, item: &Commitment, depth: usize, base: &str, today: Date) -> Self {
        let opened = plan.opened.as_ref();
        let due_on = opened.and_then(|opened| item.work.due(opened));
        let rating = rate(plan, rule, item, today);
        let lead = item.work.lead.as_ref();
        let leads = lead.into_iter().chain(&item.work.supporting).map(ToString::to_string);
        Self {
            id: item.id.to_string(),
            href: format!("{base}/items/{}", encoded(item.id.as_str())),
            depth: depth.min(4),
            level: item.level.one(),
            text: item.text.to_string(),
            at: item.at.as_ref().map(ToString::to_string).unwrap_or_default(),
            lead: lead.map(|lead| body(plan, lead)).unwrap_or_default(),
            leads: leads.collect(),
            years: item.work.scheduled.as_ref().map(|scheduled| scheduled.years.clone()).unwrap_or_default(),
            due: due_on.map(when::short_day).unwrap_or_default(),
            from: opened.and_then(|opened| item.work.begins(opened)),
            due_on,
            serves: item.serves.iter().map(ToString::to_string).collect(),
            stage: item.work.stage,
            is_work: item.level.is_work(),
            colour: rating.colour,
            word: rating.colour.word(),
            tag: tag(rating.colour),
            reason: rating.reason,
        }
    }
}

/// The parts of a plan in the order of its tree.
pub(crate) fn tree(plan: &Plan, rule: &RagRule, base: &str, today: Date) -> Vec<Part> {
    let mut parts = Vec::new();
    for top in plan.commitments.top() {
        add(plan, rule, top, 0, base, today, &mut parts);
    }
    parts
}

fn add(plan: &Plan, rule: &RagRule, item: &Commitment, depth: usize, base: &str, today: Date, parts: &mut Vec<Part>) {
    parts.push(Part::of(plan, rule, item, depth, base, today));
    for below in plan.commitments.under(&item.id) {
        add(plan, rule, below, depth + 1, base, today, parts);
    }
}

//! What is late and what is due soon: actions and milestones, with their leads, earliest first.

use crate::refusal::{days, say};
use crate::words::{BodyRef, ItemRef, Line};
use crate::{Plan, commitment::Commitment};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that is to be done by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day on which it is in time.
    pub due: Date,
    /// Days left; below nought when it is late.
    pub days_left: i32,
    /// The commitment.
    pub item: ItemRef,
    /// What it says; a milestone's own words where it is one.
    pub text: Line,
    /// Whether it is a milestone.
    pub milestone: bool,
    /// Who leads.
    pub lead: Option<BodyRef>,
}

impl Due {
    /// When, as a person would say it.
    pub fn when(&self) -> String {
        match self.days_left {
            left if left < 0 => format!("{}, {} late", say(self.due), days(-left)),
            0 => format!("{}, today", say(self.due)),
            left => format!("{}, in {}", say(self.due), days(left)),
        }
    }
}

/// What is late, what is due soon, and what nobody can say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DueList {
    /// Due before today and not over.
    pub late: Vec<Due>,
    /// Due today or within the days asked for.
    pub soon: Vec<Due>,
    /// Work that has no date.
    pub undated: Vec<ItemRef>,
}

impl DueList {
    /// The list of each lead; what nobody leads stands under none.
    pub fn by_lead(&self) -> BTreeMap<Option<&BodyRef>, Vec<&Due>> {
        let mut leads: BTreeMap<Option<&BodyRef>, Vec<&Due>> = BTreeMap::new();
        for due in self.late.iter().chain(&self.soon) {
            leads.entry(due.lead.as_ref()).or_default().push(due);
        }
        leads
    }
}

/// What is late today, and what falls due within so many days.
pub fn due(plan: &Plan, today: Date, within: u16) -> DueList {
    let mut list = DueList::default();
    let work = plan.commitments.standing().filter(|item| item.level.is_work() && !item.work.stage.is_over());
    for item in work {
        match plan.opened.as_ref().and_then(|opened| item.work.due(opened)) {
            Some(on) => list.add(entry(item, on, &item.text, false, today), within),
            None => list.undated.push(item.id.clone()),
        }
        for milestone in item.work.milestones.iter().filter(|milestone| milestone.reached.is_none()) {
            list.add(entry(item, milestone.set.due, &milestone.set.text, true, today), within);
        }
    }
    list.late.sort_by_key(|due| due.due);
    list.soon.sort_by_key(|due| due.due);
    list
}

impl DueList {
    fn add(&mut self, due: Due, within: u16) {
        if due.days_left < 0 {
            self.late.push(due);
        } else if due.days_left <= i32::from(within) {
            self.soon.push(due);
        }
    }
}

fn entry(item: &Commitment, due: Date, text: &Line, milestone: bool, today: Date) -> Due {
    Due {
        due,
        days_left: (due - today).get_days(),
        item: item.id.clone(),
        text: text.clone(),
        milestone,
        lead: item.work.lead.clone(),
    }
}

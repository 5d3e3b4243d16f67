//! Meetings of the authority, the board and its groups, and joint training: called with an agenda, given papers, minuted with
//! what was agreed; public where they are public (S4 1.4, 4.2).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{BodyRef, Line, MeetingRef, Note};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What people meet for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingKind {
    /// The authority or the partnership, which decides.
    Authority,
    /// The board that looks after the programme.
    Board,
    /// A group that works on something.
    Group,
    /// Training of several agencies together.
    Training,
}

impl MeetingKind {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Board => "board",
            Self::Group => "group",
            Self::Training => "joint training",
        }
    }
}

/// A meeting was called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Called {
    /// Its reference.
    pub meeting: MeetingRef,
    /// What it is for.
    pub kind: MeetingKind,
    /// What it is called.
    pub title: Line,
    /// On which day.
    pub on: Date,
    /// Where.
    pub place: Line,
    /// What is on the agenda.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<Line>,
    /// Whether anybody may come, and read its papers and minutes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

impl Happening for Called {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.meetings.contains_key(&self.meeting), || {
            format!("meeting: {} has been called already. Choose another reference.", self.meeting)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        let meeting = Meeting { called: self.clone(), papers: Vec::new(), minuted: None, settled: BTreeMap::new() };
        plan.meetings.insert(self.meeting.clone(), meeting);
    }
}

/// A paper was put before a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperAdded {
    /// Before which.
    pub meeting: MeetingRef,
    /// The paper's title.
    pub title: Line,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Line>,
}

impl Happening for PaperAdded {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.meeting)?;
        let is_address = |text: &Line| text.as_str().starts_with("https://") || text.as_str().starts_with("http://");
        require(self.address.as_ref().is_none_or(is_address), || {
            "address: an address begins with https:// or http://. Leave it out for a paper that is kept elsewhere."
                .into()
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(meeting) = plan.meetings.get_mut(&self.meeting) {
            meeting.papers.push(self.clone());
        }
    }
}

/// Something that a meeting agreed shall be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// What.
    pub text: Line,
    /// By whom.
    pub lead: BodyRef,
    /// By when.
    pub due: Date,
}

/// A meeting was held, and its minutes written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Minuted {
    /// Of which.
    pub meeting: MeetingRef,
    /// What was said and decided.
    pub minutes: Note,
    /// How many came, by the body that they came from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attended: BTreeMap<BodyRef, u16>,
    /// What was agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
}

impl Happening for Minuted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let meeting = known(check, &self.meeting)?;
        require(meeting.minuted.is_none(), || {
            format!("The minutes of {} have been written. Correct that entry instead.", self.meeting)
        })?;
        let on = meeting.called.on;
        require(on <= check.on, || {
            format!("{} is called for {}. Write its minutes once it was held.", self.meeting, say(on))
        })?;
        let leads = self.agreed.iter().map(|agreed| &agreed.lead);
        self.attended.keys().chain(leads).try_for_each(|body| check.partner(body))
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(meeting) = plan.meetings.get_mut(&self.meeting) {
            meeting.minuted = Some(self.clone());
        }
    }
}

/// Something that a meeting agreed has been done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// Which meeting agreed it.
    pub meeting: MeetingRef,
    /// Its number in the minutes, counted from 1.
    pub number: u16,
    /// What was done.
    pub note: Note,
}

impl Happening for Settled {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let meeting = known(check, &self.meeting)?;
        let agreed = meeting.agreed().count();
        require(meeting.agreed().any(|(number, _)| number == self.number), || {
            format!("number: {} agreed {agreed} things. Give a number from 1 to {agreed}.", self.meeting)
        })?;
        require(!meeting.settled.contains_key(&self.number), || {
            format!("number: {} of {} is done already.", self.number, self.meeting)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(meeting) = plan.meetings.get_mut(&self.meeting) {
            meeting.settled.insert(self.number, (stamp.happened, self.note.clone()));
        }
    }
}

fn known<'a>(check: &Check<'a>, id: &MeetingRef) -> Result<&'a Meeting, Refusal> {
    check.open_plan()?;
    check.plan.meetings.get(id).ok_or_else(|| Refusal::plan(format!("There is no meeting {id}. Call it first.")))
}

/// A meeting as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    /// As it was called.
    pub called: Called,
    /// Its papers.
    pub papers: Vec<PaperAdded>,
    /// Its minutes, once it was held.
    pub minuted: Option<Minuted>,
    /// What of that which it agreed is done: when, and what was done.
    pub settled: BTreeMap<u16, (Date, Note)>,
}

impl Meeting {
    /// What it agreed, numbered from 1.
    pub fn agreed(&self) -> impl Iterator<Item = (u16, &Agreed)> {
        let all = self.minuted.iter().flat_map(|minuted| &minuted.agreed);
        (1..).zip(all)
    }

    /// What it agreed that is not done.
    pub fn open(&self) -> impl Iterator<Item = (u16, &Agreed)> {
        self.agreed().filter(|(number, _)| !self.settled.contains_key(number))
    }
}

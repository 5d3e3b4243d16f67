//! Engaging with communities: each goes through the eight stages of the engagement model (S4 appendix 3) and chooses the
//! priorities that matter most to it, at most three (S4 3.1.1).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{CommunityRef, Line, Note};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A stage of engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngagementStage {
    /// What is known about the community already.
    Research,
    /// Contacts and groups that reflect it.
    Engagement,
    /// What matters most to the people themselves.
    Issues,
    /// Causes and patterns.
    Analysis,
    /// The community decides.
    Priorities,
    /// What is done about them.
    Action,
    /// Whether it helped.
    Review,
    /// Telling the community.
    Feedback,
}

impl EngagementStage {
    /// All eight, in order.
    pub const ALL: [Self; 8] = [
        Self::Research,
        Self::Engagement,
        Self::Issues,
        Self::Analysis,
        Self::Priorities,
        Self::Action,
        Self::Review,
        Self::Feedback,
    ];

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Research => "research",
            Self::Engagement => "engagement",
            Self::Issues => "issues",
            Self::Analysis => "analysis",
            Self::Priorities => "priorities",
            Self::Action => "action",
            Self::Review => "review",
            Self::Feedback => "feedback",
        }
    }

    /// What is done in it, for whoever is in it.
    pub const fn asks(self) -> &'static str {
        match self {
            Self::Research => "Find out what is known about the community, and who is hard to reach.",
            Self::Engagement => "Find contacts and groups that reflect the people who live there.",
            Self::Issues => "Ask people, in several ways, what matters most to them.",
            Self::Analysis => "Find causes and patterns: victim, person responsible, place.",
            Self::Priorities => "Let the community choose at most three priorities.",
            Self::Action => "Do something about each, with partners where it takes partners.",
            Self::Review => "Ask whether it helped; if not, ask again what matters.",
            Self::Feedback => "Tell the community what was done and what came of it.",
        }
    }

    /// Where it goes on: the next stage; from review back to the issues where it did not help; from feedback round again.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Research => &[Self::Engagement],
            Self::Engagement => &[Self::Issues],
            Self::Issues => &[Self::Analysis],
            Self::Analysis => &[Self::Priorities],
            Self::Priorities => &[Self::Action],
            Self::Action => &[Self::Review],
            Self::Review => &[Self::Feedback, Self::Issues],
            Self::Feedback => &[Self::Research],
        }
    }
}

/// Work with a community began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its reference.
    pub community: CommunityRef,
    /// What the people who live there call it.
    pub name: Line,
}

impl Happening for Named {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.communities.contains_key(&self.community), || {
            format!("community: {} has been named already. Choose another reference.", self.community)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let stages = vec![(stamp.happened, EngagementStage::Research, None)];
        let community = Community { named: self.clone(), stages, priorities: Vec::new() };
        plan.communities.insert(self.community.clone(), community);
    }
}

/// A community's engagement reached a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// Which community.
    pub community: CommunityRef,
    /// Which stage.
    pub stage: EngagementStage,
    /// What came of the stage before.
    pub note: Note,
}

impl Happening for Reached {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let community = known(check, &self.community)?;
        let now = community.stage();
        let next = now.next().iter().map(|stage| stage.words()).collect::<Vec<_>>().join(" or ");
        require(now.next().contains(&self.stage), || {
            format!("stage: {} is at {}; what follows is {next} (S4 appendix 3).", self.community, now.words())
        })?;
        let has_chosen = !community.priorities.is_empty();
        require(self.stage != EngagementStage::Action || has_chosen, || {
            format!("stage: {} has not chosen its priorities yet. Record them first.", self.community)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(community) = plan.communities.get_mut(&self.community) {
            community.stages.push((stamp.happened, self.stage, Some(self.note.clone())));
        }
    }
}

/// A community chose what matters most to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chose {
    /// Which community.
    pub community: CommunityRef,
    /// Its priorities, the first of them first.
    pub priorities: Vec<Line>,
}

impl Happening for Chose {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let community = known(check, &self.community)?;
        require((1..=3).contains(&self.priorities.len()), || {
            "priorities: a community chooses one, two or three (S4 3.1.1). Give the three that matter most.".into()
        })?;
        require(community.stage() >= EngagementStage::Priorities, || {
            format!(
                "{} is at {}: people have not been asked what matters to them and why it happens. Go on to priorities first.",
                self.community,
                community.stage().words()
            )
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(community) = plan.communities.get_mut(&self.community) {
            community.priorities.clone_from(&self.priorities);
        }
    }
}

fn known<'a>(check: &Check<'a>, id: &CommunityRef) -> Result<&'a Community, Refusal> {
    check.open_plan()?;
    check.plan.communities.get(id).ok_or_else(|| Refusal::plan(format!("There is no community {id}. Name it first.")))
}

/// A community as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Community {
    /// As it was named.
    pub named: Named,
    /// The stages that it reached, each with its day and what came of the one before.
    pub stages: Vec<(Date, EngagementStage, Option<Note>)>,
    /// What matters most to it, the first first.
    pub priorities: Vec<Line>,
}

impl Community {
    /// Where it stands.
    pub fn stage(&self) -> EngagementStage {
        self.stages.last().map_or(EngagementStage::Research, |(_, stage, _)| *stage)
    }
}

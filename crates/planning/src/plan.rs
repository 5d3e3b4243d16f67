//! A plan: what kind, for which years, whose, with what vision, and which aims and outcomes it serves.

use crate::commitment::Commitments;
use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{
    BodyRef, CommunityRef, ConsultationRef, IndicatorRef, ItemRef, Line, MeetingRef, Note, OfferRef, PlanRef, PostRef,
    RiskRef, StoryRef, SuggestionRef,
};
use crate::{
    Stamp, community, consultation, consultee, equality, indicator, meeting, money, offer, partner, report, risk,
    status, story, suggestion, workforce,
};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// The nation's strategy (S1).
    NationalStrategy,
    /// An area's plan for reducing reoffending over several years (S4).
    AreaPlan,
    /// What partners do about an area plan in one year (S4 appendix 5).
    ActionPlan,
    /// A programme of projects under a board (S5).
    Programme,
    /// A community justice outcomes improvement plan (Community Justice (Scotland) Act 2016 s.19).
    OutcomesImprovementPlan,
}

impl PlanKind {
    /// The kind in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NationalStrategy => "national strategy",
            Self::AreaPlan => "area plan",
            Self::ActionPlan => "action plan",
            Self::Programme => "programme",
            Self::OutcomesImprovementPlan => "community justice outcomes improvement plan",
        }
    }
}

/// A plan was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The plan's reference.
    pub plan: PlanRef,
    /// What kind of plan.
    pub kind: PlanKind,
    /// Its title.
    pub title: Line,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub to: Date,
    /// Who answers for it.
    pub owner: BodyRef,
    /// The paper that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Line>,
}

impl Opened {
    /// The last day of a year of the plan, counted from 1, and never after the plan's own last day.
    pub fn year_ends(&self, year: u8) -> Date {
        let ends = self.from.checked_add(i32::from(year).years()).and_then(|next| next.checked_sub(1.day()));
        ends.map_or(self.to, |ends| ends.min(self.to))
    }

    /// The first day of a year of the plan, counted from 1.
    pub fn year_begins(&self, year: u8) -> Date {
        self.from.checked_add(i32::from(year.saturating_sub(1)).years()).unwrap_or(self.from)
    }

    /// How many years the plan covers, begun ones included.
    pub fn years(&self) -> u8 {
        (1..u8::MAX).find(|year| self.year_ends(*year) >= self.to).unwrap_or(u8::MAX)
    }
}

impl Happening for Opened {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(check.plan.opened.is_none(), || {
            "The plan has been opened already. Correct that entry, or begin another plan.".into()
        })?;
        require(self.from <= self.to, || {
            format!("to: the plan ends on {} and begins on {}. Exchange the two.", self.to, self.from)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.opened = Some(self.clone());
    }
}

/// The plan's vision was set or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisionSet {
    /// The vision.
    pub vision: Note,
}

impl Happening for VisionSet {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan().map(|_| ())
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.vision = Some(self.vision.clone());
    }
}

/// What kind of thing a commitment can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// A national outcome (S4 1.5).
    NationalOutcome,
    /// An outcome of the Community Justice Performance Framework.
    JusticeOutcome,
    /// One of the four R's: responsibility, rehabilitation, restriction, reintegration (S3).
    FourRs,
    /// A pathway out of offending (S2 5.1).
    Pathway,
    /// A goal of another plan or programme.
    ProgrammeGoal,
}

/// The plan says which outcome, pathway or goal from outside its commitments serve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    /// Its reference, such as `NO9`.
    pub id: ItemRef,
    /// What kind of thing it is.
    pub kind: FrameKind,
    /// In short words.
    pub text: Line,
    /// Where it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
}

impl Happening for Adopted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.framework.contains_key(&self.id) && check.plan.commitments.get(&self.id).is_none(), || {
            format!("id: {} stands in the plan already. Choose another reference.", self.id)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.framework.insert(self.id.clone(), self.clone());
    }
}

/// A plan as its events make it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What it is; none before it is opened.
    pub opened: Option<Opened>,
    /// Its vision.
    pub vision: Option<Note>,
    /// Where it stands between draft and closed.
    pub status: status::Status,
    /// When it moved to its status, if it ever moved.
    pub status_since: Option<Date>,
    /// Who takes part, and who did.
    pub partners: BTreeMap<BodyRef, partner::Partner>,
    /// The outcomes, pathways and goals from outside that its commitments serve.
    pub framework: BTreeMap<ItemRef, Adopted>,
    /// Its priorities, outcomes, outputs, actions …
    pub commitments: Commitments,
    /// What may prevent it.
    pub risks: BTreeMap<RiskRef, risk::Risk>,
    /// Its equality impact assessments, the latest for the plan and for each commitment.
    pub equality: BTreeMap<Option<ItemRef>, (Date, equality::Assessed)>,
    /// What it is measured by.
    pub indicators: BTreeMap<IndicatorRef, indicator::Indicator>,
    /// What people were asked about it.
    pub consultations: BTreeMap<ConsultationRef, consultation::Consultation>,
    /// Unpaid work that people suggested.
    pub suggestions: BTreeMap<SuggestionRef, suggestion::Suggestion>,
    /// Its meetings, and joint training.
    pub meetings: BTreeMap<MeetingRef, meeting::Meeting>,
    /// The communities that partners engage with.
    pub communities: BTreeMap<CommunityRef, community::Community>,
    /// Who was consulted about unpaid work, as the law asks, and when.
    pub consulted: Vec<(Date, consultee::Consulted)>,
    /// Newsletters and stories.
    pub stories: BTreeMap<StoryRef, story::Story>,
    /// What each service was given, by year.
    pub budgets: BTreeMap<(String, ItemRef), money::Budgeted>,
    /// What was spent, and when it was told.
    pub spending: Vec<(Date, money::Spent)>,
    /// The posts of those who do the work; a post that was closed is here no longer.
    pub posts: BTreeMap<PostRef, workforce::Post>,
    /// What their holders were trained in, in the order in which it was told.
    pub trainings: Vec<workforce::Training>,
    /// What bodies offer each other for their staff.
    pub offers: BTreeMap<OfferRef, offer::Offer>,
    /// What people wrote in its reports, by kind and period.
    pub reports: BTreeMap<(report::ReportKind, String), report::Report>,
    /// The number of its latest version.
    pub version: Option<Line>,
}

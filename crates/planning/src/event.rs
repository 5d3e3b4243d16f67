//! What can happen to a plan, as one list: every kind of event with its name on the wire and its version.

use crate::refusal::Refusal;
use crate::words::ItemRef;
use crate::{
    Plan, Stamp, action, amend, commitment, community, consultation, consultee, equality, indicator, meeting, money,
    offer, partner, plan, report, risk, status, story, suggestion, version, workforce,
};
use jiff::civil::Date;
use ledger::Amendment;

/// Something that can happen to a plan: what it needs, and what it changes.
pub(crate) trait Happening {
    /// Whether it can have happened, given all that the plan holds.
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal>;
    /// What it changes.
    fn apply(&self, plan: &mut Plan, stamp: &Stamp);
}

/// What a check may look at.
pub(crate) struct Check<'a> {
    /// All that the plan holds.
    pub(crate) plan: &'a Plan,
    /// The day on which the thing is said to have happened.
    pub(crate) on: Date,
}

impl<'a> Check<'a> {
    /// A plan that can still be worked on.
    pub(crate) fn open_plan(&self) -> Result<&'a plan::Opened, Refusal> {
        let opened = self
            .plan
            .opened
            .as_ref()
            .ok_or_else(|| Refusal::plan("The plan has not been opened. Record plan.opened first."))?;
        match self.plan.status {
            status::Status::Closed => Err(Refusal::plan(
                "The plan is closed. Correct or strike what was wrong; open a new plan for what is new.",
            )),
            _ => Ok(opened),
        }
    }

    /// A commitment that has not been withdrawn.
    pub(crate) fn standing(&self, item: &ItemRef) -> Result<&'a commitment::Commitment, Refusal> {
        self.open_plan()?;
        let known = self.plan.commitments.get(item).ok_or_else(|| {
            Refusal::plan(format!("There is no {item} in this plan. Place it first, or check the reference."))
        })?;
        match &known.withdrawn {
            None => Ok(known),
            Some(withdrawn) => Err(Refusal::plan(format!(
                "{item} was withdrawn ({}). Strike the withdrawal if it stands after all.",
                withdrawn.reason
            ))),
        }
    }

    /// An organisation that takes part.
    pub(crate) fn partner(&self, body: &crate::BodyRef) -> Result<(), Refusal> {
        match self.plan.partners.get(body) {
            Some(partner) if partner.left.is_none() => Ok(()),
            Some(_) => Err(Refusal::plan(format!("{body} has left the plan. Name a partner that takes part."))),
            None => Err(Refusal::plan(format!("{body} is not a partner in this plan. Record partner.joined first."))),
        }
    }
}

ledger::events! {
    happening: Happening;
    problem: ToString::to_string;

    Opened(plan::Opened) = "plan.opened" v 1;
    VisionSet(plan::VisionSet) = "plan.vision_set" v 1;
    Adopted(plan::Adopted) = "plan.framework_adopted" v 1;
    StatusMoved(status::Moved) = "plan.status_moved" v 1;
    Versioned(version::Versioned) = "plan.versioned" v 1;

    Joined(partner::Joined) = "partner.joined" v 1;
    Left(partner::Left) = "partner.left" v 1;
    ReachedAt(partner::ReachedAt) = "partner.reached_at" v 1;

    Placed(commitment::Placed) = "commitment.placed" v 1;
    Reworded(commitment::Reworded) = "commitment.reworded" v 1;
    Linked(commitment::Linked) = "commitment.linked" v 1;
    Withdrawn(commitment::Withdrawn) = "commitment.withdrawn" v 1;

    Led(action::Led) = "action.led" v 1;
    Resourced(action::Resourced) = "action.resourced" v 1;
    Scheduled(action::Scheduled) = "action.scheduled" v 1;
    Awaits(action::Awaits) = "action.awaits" v 1;
    MilestoneSet(action::MilestoneSet) = "action.milestone_set" v 1;
    MilestoneReached(action::MilestoneReached) = "action.milestone_reached" v 1;
    Progressed(action::Progressed) = "action.progressed" v 1;
    Evidenced(action::Evidenced) = "action.evidenced" v 1;

    RiskNoted(risk::Noted) = "risk.noted" v 1;
    RiskClosed(risk::Closed) = "risk.closed" v 1;
    EqualityAssessed(equality::Assessed) = "equality.assessed" v 1;

    IndicatorDefined(indicator::Defined) = "indicator.defined" v 1;
    TargetSet(indicator::TargetSet) = "indicator.target_set" v 1;
    Measured(indicator::Measured) = "indicator.measured" v 1;

    ConsultationOpened(consultation::Opened) = "consultation.opened" v 1;
    Asked(consultation::Asked) = "consultation.asked" v 1;
    Answered(consultation::Answered) = "consultation.answered" v 1;
    Moderated(consultation::Moderated) = "consultation.moderated" v 1;
    Themed(consultation::Themed) = "consultation.themed" v 1;
    Replied(consultation::Replied) = "consultation.replied" v 1;
    ConsultationClosed(consultation::Closed) = "consultation.closed" v 1;

    Suggested(suggestion::Made) = "suggestion.made" v 1;
    SuggestionDecided(suggestion::Decided) = "suggestion.decided" v 1;

    MeetingCalled(meeting::Called) = "meeting.called" v 1;
    PaperAdded(meeting::PaperAdded) = "meeting.paper_added" v 1;
    Minuted(meeting::Minuted) = "meeting.minuted" v 1;
    AgreedSettled(meeting::Settled) = "meeting.settled" v 1;

    CommunityNamed(community::Named) = "community.named" v 1;
    CommunityReached(community::Reached) = "community.reached" v 1;
    CommunityChose(community::Chose) = "community.chose" v 1;

    Consulted(consultee::Consulted) = "consultee.consulted" v 1;

    StoryWritten(story::Written) = "story.written" v 1;
    StoryConsented(story::Consented) = "story.consented" v 1;
    StoryPublished(story::Published) = "story.published" v 1;
    StoryWithdrawn(story::Withdrawn) = "story.withdrawn" v 1;

    Budgeted(money::Budgeted) = "money.budgeted" v 1;
    Spent(money::Spent) = "money.spent" v 1;

    PostEstablished(workforce::Established) = "post.established" v 1;
    PostFilled(workforce::Filled) = "post.filled" v 1;
    PostVacated(workforce::Vacated) = "post.vacated" v 1;
    PostClosed(workforce::Closed) = "post.closed" v 1;
    TrainingCompleted(workforce::Trained) = "training.completed" v 1;

    OfferMade(offer::Made) = "offer.made" v 1;
    OfferTakenUp(offer::TakenUp) = "offer.taken_up" v 1;
    OfferWithdrawn(offer::Withdrawn) = "offer.withdrawn" v 1;

    ReportTold(report::Told) = "report.told" v 1;
    ReportIssued(report::Issued) = "report.issued" v 1;
    ReportPublished(report::Published) = "report.published" v 1;

    Corrected(amend::Corrected) = "amend.corrected" v 1;
    Struck(amend::Struck) = "amend.struck" v 1;
}

impl What {
    /// Reads content that somebody has just typed; the refusal names the field and the rule.
    pub fn typed(kind: &str, content: &str) -> Result<Self, Refusal> {
        match Self::parse(kind, content) {
            Some(read) => read.map_err(|error| Refusal::new(kind, error.to_string())),
            None => Err(Refusal::plan(format!(
                "\"{}\" is not something that can happen to a plan. docs/plans.md lists what can.",
                kind.chars().take(60).collect::<String>()
            ))),
        }
    }

    /// The event that this one corrects or strikes.
    pub fn amends(&self) -> Option<crate::EventId> {
        match self {
            What::Corrected(correction) => Some(correction.event),
            What::Struck(strike) => Some(strike.event),
            _ => None,
        }
    }

    /// The number of the version that this event begins.
    pub(crate) fn version_number(&self) -> Option<&str> {
        match self {
            What::Versioned(version) => Some(version.number.as_str()),
            _ => None,
        }
    }
}

/// One entry of a plan's stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Who and when.
    pub stamp: Stamp,
    /// What happened.
    pub what: What,
}

impl ledger::Entry for Event {
    type What = What;
    type When = Date;

    fn id(&self) -> crate::EventId {
        self.stamp.id
    }

    fn amends(&self) -> Option<Amendment<'_, Self>> {
        match &self.what {
            What::Struck(strike) => Some(Amendment::Strikes(strike.event)),
            What::Corrected(correction) => {
                Some(Amendment::Corrects(correction.event, correction.instead.as_ref(), correction.happened))
            }
            _ => None,
        }
    }

    fn corrected(&self, instead: &What, happened: Option<Date>) -> Self {
        let happened = happened.unwrap_or(self.stamp.happened);
        Self { stamp: Stamp { happened, ..self.stamp.clone() }, what: instead.clone() }
    }
}

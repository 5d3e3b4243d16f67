//! Plans: begun and recorded on by those who keep them, read by staff and, where they are public, by anybody.

mod digest;
mod form;
mod funding;
mod inbox;
mod live;
mod public;
mod reconvicted;
mod reports;
mod rows;

pub use form::{FormTime, TooSoon};
pub use funding::FundingRules;
pub use inbox::{Sender, Verdict, Waiting};
pub(crate) use live::Live;
pub use live::{LiveCase, LiveIndicator, Reading};
pub use public::PublicPlan;
pub(crate) use reports::Tallies;
pub use reports::{
    FigureName, Of, PlanReport, ReportAsked, ReportRule, ReportRules, ReportSection, SectionRule, published_document,
};

pub(crate) use rows::plan_rows;

use crate::path::KnownPlan;
use crate::policy::Doing;
use crate::{Recorded, Request, Service, ServiceError};
use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;
use planning::{EventId, History, Plan, PlanRef, What};
use store::plans::{self, PlanConsultationRow, PlanRow, PlanWorkRow};
use store::{StreamId, Tx};

/// A plan, by the name of its stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanId(PlanRef);

impl PlanId {
    /// A plan's reference: 1 to 40 letters, digits or `- _ / .`.
    pub fn new(id: &str) -> Result<Self, planning::WordsError> {
        PlanRef::try_from(id).map(Self)
    }

    /// The reference as it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn stream(&self) -> StreamId {
        StreamId::new("plan", self.as_str())
    }
}

impl From<PlanRef> for PlanId {
    fn from(reference: PlanRef) -> Self {
        Self(reference)
    }
}

/// Something to record of a plan. The caller makes the identifier: the same one again is answered as before.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanEntry {
    /// The event's identifier.
    pub id: EventId,
    /// The day on which it happened.
    pub happened: Date,
    /// What happened.
    pub what: What,
}

/// A plan as it stands, with its history.
#[derive(Debug)]
pub struct PlanView {
    /// Its version: what is recorded next is based on it.
    pub version: u64,
    /// The agency that keeps it.
    pub agency: String,
    /// The events.
    pub history: History,
    /// The plan that follows from them.
    pub plan: Plan,
    /// The day on which it is judged: today, or the day of the moment that was asked for.
    pub judged_on: Date,
    /// The kinds of event that the reader may record on the plan as a whole.
    pub may_record: bool,
    /// Things that the public sent and that wait for the reader; none when they do not moderate.
    pub waiting: Option<u64>,
}

/// As when a plan is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// As it stands now.
    #[default]
    Now,
    /// As it was known at a moment.
    KnownAt(Timestamp),
    /// As a version had it.
    Version(String),
}

/// A plan in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPlan {
    /// Which.
    pub id: PlanId,
    /// As lists show it.
    pub row: PlanRow,
}

/// Work that is due, of any plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueWork {
    /// Of which plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// The work, or its milestone.
    pub work: PlanWorkRow,
}

/// A consultation of a public plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedConsultation {
    /// Of which plan.
    pub plan: PlanId,
    /// As lists show it.
    pub row: PlanConsultationRow,
}

/// The most rows of work that one list shows.
const PAGE: u32 = 500;

impl Service {
    /// Brings in a plan as a whole, under its own reference.
    pub fn open_plan(&self, request: &Request<'_>, history: &History) -> Result<Recorded, ServiceError> {
        let reference = history.plan().opened.map(|opened| opened.plan);
        let plan = reference.map(PlanId::from).ok_or_else(|| {
            ServiceError::Asked("A plan begins with plan.opened, and this one has none: add it to the file.".into())
        })?;
        let entries = history.events().iter();
        let entries = entries.map(|event| PlanEntry {
            id: event.stamp.id,
            happened: event.stamp.happened,
            what: event.what.clone(),
        });
        self.path.begin_plan(request, &plan, entries.collect())
    }

    /// Records what happened to a plan that is there.
    pub fn record_on_plan(
        &self,
        request: &Request<'_>,
        plan: &PlanId,
        expected: u64,
        entries: Vec<PlanEntry>,
    ) -> Result<Recorded, ServiceError> {
        if entries.iter().any(|entry| publishes(&entry.what)) {
            return Err(ServiceError::Asked(
                "A report is published on its own page, so that its figures are those that were computed.".into(),
            ));
        }
        self.path.record_on_plan(request, plan, expected, entries)
    }

    /// A plan as staff see it, now, as it was known, or as a version had it.
    pub fn plan(&self, request: &Request<'_>, plan: &PlanId, as_of: &AsOf) -> Result<PlanView, ServiceError> {
        self.path.on_plan(request, Doing::ViewPlan, plan, |tx, known| {
            let may_record =
                self.path.decides_on_plan(request, Doing::RecordPlan, "action.progressed", plan, &known)?;
            let moderates = self.path.decides_on_plan(request, Doing::ModeratePlan, "", plan, &known)?;
            let waiting = if moderates { Some(store::plan_inbox::waiting(tx, &plan.stream())?) } else { None };
            let KnownPlan { history, plan, agency, version } = known;
            let (history, plan, judged_on) = as_asked(history, plan, as_of, request.today())?;
            let waiting = waiting.map(|count| u64::try_from(count).unwrap_or_default());
            Ok(PlanView { version, agency, history, plan, judged_on, may_record, waiting })
        })
    }

    /// The plans that the reader may see, those of the latest period first.
    pub fn plans(&self, request: &Request<'_>) -> Result<Vec<ListedPlan>, ServiceError> {
        let whose = crate::path::Whose { agency: request.actor.agency.as_str(), ..Default::default() };
        self.path.over_many(request, Doing::ViewPlans, whose, |tx| visible(request, tx))
    }

    /// What is late and what is due within so many days in all plans that the reader may see; of one lead, or of all.
    pub fn work_due(&self, request: &Request<'_>, days: u16, lead: Option<&str>) -> Result<Vec<DueWork>, ServiceError> {
        let until = request.today().saturating_add(i32::from(days).days()).to_string();
        let whose = crate::path::Whose { agency: request.actor.agency.as_str(), ..Default::default() };
        self.path.over_many(request, Doing::ViewPlans, whose, |tx| {
            let visible = visible(request, tx)?;
            let mut due = Vec::new();
            for (stream, title, work) in plans::due(tx, &until, lead, PAGE)? {
                let plan = plan_id(&stream)?;
                if visible.iter().any(|one| one.id == plan) {
                    due.push(DueWork { plan, title, work });
                }
            }
            Ok(due)
        })
    }
}

/// Whether an event puts words and figures before the public as a report.
fn publishes(what: &What) -> bool {
    match what {
        What::ReportPublished(_) => true,
        What::Corrected(correction) => publishes(&correction.instead),
        _ => false,
    }
}

/// The plans that somebody may see: public ones, and those of their own agency.
fn visible(request: &Request<'_>, tx: &mut dyn Tx) -> Result<Vec<ListedPlan>, ServiceError> {
    let found = plans::list(tx, false)?.into_iter();
    let visible = found.filter(|(_, row)| row.is_public || row.agency == request.actor.agency.as_str());
    visible.map(|(stream, row)| Ok(ListedPlan { id: plan_id(&stream)?, row })).collect()
}

/// The history as it was asked for, the plan that follows, and the day on which to judge it.
fn as_asked(history: History, plan: Plan, as_of: &AsOf, today: Date) -> Result<(History, Plan, Date), ServiceError> {
    let (history, day) = match as_of {
        AsOf::Now => return Ok((history, plan, today)),
        AsOf::KnownAt(moment) => (history.as_known_at(*moment), crate::actor::day(*moment)),
        AsOf::Version(number) => {
            let of_version = history.as_of_version(number).ok_or_else(|| {
                ServiceError::Asked(format!(
                    "The plan has no version {number}: its change log lists those that it has."
                ))
            })?;
            let day = of_version.events().iter().map(|event| event.stamp.happened).max().unwrap_or(today);
            (of_version, day)
        }
    };
    let plan = history.plan();
    Ok((history, plan, day))
}

/// The plan of a stream.
pub(crate) fn plan_id(stream: &StreamId) -> Result<PlanId, ServiceError> {
    PlanId::new(&stream.id).map_err(|error| ServiceError::Asked(error.to_string()))
}

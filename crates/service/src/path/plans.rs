//! Plans on the one path: decided by the policies, decided by the plan, appended with their rows and the entry in the log.

use super::{Path, streams};
use crate::plans::{PlanEntry, PlanId, plan_id, plan_rows};
use crate::policy::{Doing, Subject};
use crate::{Recorded, Request, ServiceError};
use jiff::Timestamp;
use planning::{Event, History, Line, Plan, Stamp, What};
use store::access_log::{self, Action, Outcome};
use store::events::{self, NewEvent, StoredEvent};
use store::{StoreError, StreamId, Tx, plans};

/// A plan as its stream has it.
pub(crate) struct KnownPlan {
    pub(crate) history: History,
    pub(crate) plan: Plan,
    /// The agency that began it and keeps it.
    pub(crate) agency: String,
    pub(crate) version: u64,
}

impl KnownPlan {
    /// A plan from the events of its stream; none when there are none.
    pub(crate) fn of(stored: &[StoredEvent]) -> Result<Option<Self>, ServiceError> {
        let Some(first) = stored.first() else { return Ok(None) };
        let mut history = History::default();
        for event in stored {
            history.push(from_store(event)?);
        }
        let agency = first.event.agency.clone();
        let version = u64::try_from(stored.len()).unwrap_or(u64::MAX);
        Ok(Some(Self { plan: history.plan(), history, agency, version }))
    }

    /// Who leads the commitment that an event is about; empty for what is about none.
    fn lead_of(&self, what: &What) -> String {
        let item = match what {
            What::Progressed(told) => &told.item,
            What::MilestoneReached(reached) => &reached.item,
            What::Evidenced(evidenced) => &evidenced.item,
            _ => return String::new(),
        };
        let lead = self.plan.commitments.get(item).and_then(|item| item.work.lead.as_ref());
        lead.map(ToString::to_string).unwrap_or_default()
    }
}

impl Path {
    /// Looks at a plan: decides, enters the look, and answers once it is entered.
    pub(crate) fn on_plan<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        plan: &PlanId,
        look: impl FnOnce(&mut dyn Tx, KnownPlan) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let known = self.plan_known(plan)?;
        let allowed = match &known {
            Some(known) => self.decides_on_plan(request, doing, "", plan, known)?,
            None => false,
        };
        let Some(known) = known.filter(|_| allowed) else {
            self.enter(request, doing, Action::Consultation, Some(plan.stream()), Outcome::Refused)?;
            return Err(ServiceError::NotFound);
        };
        let entered =
            self.begin_to_enter(request, doing, Action::Consultation, Some(plan.stream()), Outcome::Allowed)?;
        let looked = self.store.try_read(|tx| look(tx, known));
        entered.done()?;
        looked
    }

    /// What anybody may read of plans: nobody is asked who they are, and nothing is entered.
    pub(crate) fn in_public<T>(
        &self,
        look: impl FnOnce(&mut dyn Tx) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.store.try_read(look)
    }

    /// A plan that anybody may read; the same answer for one that is not public and one that is not there.
    pub(crate) fn public_plan(&self, plan: &PlanId) -> Result<KnownPlan, ServiceError> {
        self.plan_known(plan)?.filter(|known| known.plan.is_public()).ok_or(ServiceError::NotFound)
    }

    /// Whether the policies allow this on a plan that is known.
    pub(crate) fn decides_on_plan(
        &self,
        request: &Request<'_>,
        doing: Doing,
        kind: &str,
        plan: &PlanId,
        known: &KnownPlan,
    ) -> Result<bool, ServiceError> {
        let is_public = known.plan.is_public();
        let subject = Subject::Plan { id: plan.as_str(), agency: &known.agency, lead: "", is_public };
        self.policy.allows(request, doing, kind, &subject)
    }

    /// Begins a plan with its first events.
    pub(crate) fn begin_plan(
        &self,
        request: &Request<'_>,
        plan: &PlanId,
        entries: Vec<PlanEntry>,
    ) -> Result<Recorded, ServiceError> {
        let agency = request.actor.agency.as_str();
        let subject = Subject::Plan { id: plan.as_str(), agency, lead: "", is_public: false };
        let refuse =
            || self.enter(request, Doing::RecordPlan, Action::Collection, Some(plan.stream()), Outcome::Refused);
        if !self.policy.allows(request, Doing::RecordPlan, "plan.opened", &subject)? {
            refuse()?;
            return Err(Doing::RecordPlan.refusal());
        }
        if let Some(known) = self.plan_known(plan)? {
            if let Some(recorded) = said_before(&known, &entries)? {
                return Ok(recorded);
            }
            refuse()?;
            return Err(ServiceError::Asked(format!(
                "There is a plan {} already. Record what has changed on it, or give the new one another reference.",
                plan.as_str()
            )));
        }
        let events = entries.into_iter().map(|entry| stamped(request, entry)).collect::<Result<Vec<_>, _>>()?;
        let history = match History::replayed(events, request.today()) {
            Ok(history) => history,
            Err(refusal) => {
                refuse()?;
                return Err(refusal.into());
            }
        };
        let known = KnownPlan { plan: history.plan(), history, agency: agency.to_owned(), version: 0 };
        let new = known.history.events().to_vec();
        self.append_to_plan(request, (Doing::RecordPlan, Action::Collection), plan, &known, &new, |_| Ok(()))
    }

    /// Records on a plan: decides who, decides what, appends events, rows and the entry in the log.
    pub(crate) fn record_on_plan(
        &self,
        request: &Request<'_>,
        plan: &PlanId,
        expected: u64,
        entries: Vec<PlanEntry>,
    ) -> Result<Recorded, ServiceError> {
        let doing = Doing::RecordPlan;
        self.change_plan(request, doing, plan, Some(expected), entries, |_| Ok(()))
    }

    /// As [`Path::record_on_plan`], with something else that is done in the same transaction. Without an expected version it
    /// goes on top of whatever is there.
    pub(crate) fn change_plan(
        &self,
        request: &Request<'_>,
        doing: Doing,
        plan: &PlanId,
        expected: Option<u64>,
        entries: Vec<PlanEntry>,
        and: impl FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Recorded, ServiceError> {
        let refused = || self.enter(request, doing, Action::Alteration, Some(plan.stream()), Outcome::Refused);
        let Some(mut known) = self.plan_known(plan)? else {
            refused()?;
            return Err(ServiceError::NotFound);
        };
        if let Some(recorded) = said_before(&known, &entries)? {
            return Ok(recorded);
        }
        if let Err(refusal) = self.decide_who_on_plan(request, doing, plan, &known, &entries) {
            refused()?;
            return Err(refusal);
        }
        if let Some(expected) = expected.filter(|expected| *expected != known.version) {
            refused()?;
            return Err(changed(expected, &known.history));
        }
        let mut new = Vec::with_capacity(entries.len());
        for entry in entries {
            let event = stamped(request, entry)?;
            if let Err(refusal) = known.history.decide(&event, request.today()) {
                refused()?;
                return Err(refusal.into());
            }
            known.history.push(event.clone());
            new.push(event);
        }
        known.plan = known.history.plan();
        self.append_to_plan(request, (doing, Action::Alteration), plan, &known, &new, and)
    }

    fn decide_who_on_plan(
        &self,
        request: &Request<'_>,
        doing: Doing,
        plan: &PlanId,
        known: &KnownPlan,
        entries: &[PlanEntry],
    ) -> Result<(), ServiceError> {
        if entries.is_empty() {
            return Err(ServiceError::Asked("There is nothing to record.".into()));
        }
        let is_public = known.plan.is_public();
        for entry in entries {
            let lead = known.lead_of(&entry.what);
            let subject = Subject::Plan { id: plan.as_str(), agency: &known.agency, lead: &lead, is_public };
            if !self.policy.allows(request, doing, entry.what.kind(), &subject)? {
                let may_know = self.policy.allows(request, Doing::ViewPlan, "", &subject)?;
                return Err(if may_know { doing.refusal() } else { ServiceError::NotFound });
            }
        }
        Ok(())
    }

    fn append_to_plan(
        &self,
        request: &Request<'_>,
        (doing, action): (Doing, Action),
        plan: &PlanId,
        known: &KnownPlan,
        new: &[Event],
        and: impl FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Recorded, ServiceError> {
        let rows = plan_rows(&known.plan, &known.agency);
        let new = new.iter().map(|event| to_store(request, event)).collect::<Result<Vec<_>, _>>()?;
        let expected = i64::try_from(known.version).unwrap_or(i64::MAX);
        let mut entry = Self::entry(request, doing, action, Some(plan.stream()), Outcome::Allowed);
        let stream = plan.stream();
        let written = self.store.try_write(move |tx| {
            let appended = events::append(tx, &stream, expected, &new)?;
            plans::replace(tx, &stream, &rows)?;
            and(tx)?;
            entry.appends.push(appended.clone());
            access_log::write(tx, &entry)?;
            Ok::<_, StoreError>(appended)
        });
        match written {
            Ok(appended) => Ok(appended.into()),
            Err(StoreError::Conflict { .. }) => {
                self.enter(request, doing, action, Some(plan.stream()), Outcome::Refused)?;
                let now = self.plan_known(plan)?.map(|known| known.history).unwrap_or_default();
                Err(changed(known.version, &now))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Every plan that can be read, for the program's own work: nobody asks, and nothing of a plan leaves by it.
    pub(crate) fn plans_known(&self) -> Result<Vec<(PlanId, KnownPlan)>, ServiceError> {
        self.store.try_read(|tx| {
            let mut plans = Vec::new();
            each_plan(tx, &mut |stream, known| {
                if let (Ok(plan), Ok(Some(known))) = (plan_id(stream), known) {
                    plans.push((plan, known));
                }
                Ok(())
            })?;
            Ok(plans)
        })
    }

    fn plan_known(&self, plan: &PlanId) -> Result<Option<KnownPlan>, ServiceError> {
        KnownPlan::of(&self.store.read(|tx| events::read(tx, &plan.stream(), None))?)
    }
}

/// What is done with each plan, or with the reason why it cannot be read.
type Visit<'a> = dyn FnMut(&StreamId, Result<Option<KnownPlan>, ServiceError>) -> Result<(), ServiceError> + 'a;

/// Folds every plan's stream, one at a time.
pub(crate) fn each_plan(tx: &mut dyn Tx, visit: &mut Visit<'_>) -> Result<(), ServiceError> {
    for stream in plans::streams(tx)? {
        let stored = events::read(tx, &stream, None)?;
        visit(&stream, KnownPlan::of(&stored))?;
    }
    Ok(())
}

/// What was recorded before under these identifiers, if all of it was.
fn said_before(known: &KnownPlan, entries: &[PlanEntry]) -> Result<Option<Recorded>, ServiceError> {
    streams::said_before(known.history.events(), known.version, entries, |event, entry| {
        (event.stamp.id == entry.id).then(|| event.what == entry.what && event.stamp.happened == entry.happened)
    })
}

fn changed(expected: u64, now: &History) -> ServiceError {
    let said = |event: &Event| streams::Said::new(event.what.kind(), &event.stamp.happened, &event.stamp.by);
    let (now, meanwhile) = streams::since(expected, now.events().iter().map(said));
    ServiceError::PlanChanged { expected, now, meanwhile }
}

/// The event as the one who asks records it, now.
fn stamped(request: &Request<'_>, entry: PlanEntry) -> Result<Event, ServiceError> {
    let by = Line::try_from(request.actor.id.as_str()).map_err(|error| ServiceError::Asked(error.to_string()))?;
    Ok(Event { stamp: Stamp { id: entry.id, happened: entry.happened, recorded: request.at, by }, what: entry.what })
}

fn to_store(request: &Request<'_>, event: &Event) -> Result<NewEvent, ServiceError> {
    Ok(NewEvent {
        id: event.stamp.id.0,
        kind: event.what.kind().to_owned(),
        schema_version: u32::from(event.what.version()),
        happened: event.stamp.happened.to_string(),
        recorded: event.stamp.recorded.as_microsecond(),
        by: event.stamp.by.to_string(),
        agency: request.actor.agency.to_string(),
        purpose: request.purpose.as_str().to_owned(),
        body: streams::written(event.what.body())?,
    })
}

fn from_store(stored: &StoredEvent) -> Result<Event, ServiceError> {
    let unreadable = |problem: String| streams::unreadable(&stored.stream, stored.version, problem);
    let event = &stored.event;
    let what = What::read(&event.kind, u16::try_from(event.schema_version).unwrap_or(u16::MAX), &event.body)
        .map_err(|error| unreadable(error.to_string()))?;
    let happened = event.happened.parse().map_err(|error: jiff::Error| unreadable(error.to_string()))?;
    let recorded = Timestamp::from_microsecond(event.recorded).map_err(|error| unreadable(error.to_string()))?;
    let by = Line::try_from(event.by.as_str()).map_err(|error| unreadable(error.to_string()))?;
    Ok(Event { stamp: Stamp { id: planning::EventId(event.id), happened, recorded, by }, what })
}

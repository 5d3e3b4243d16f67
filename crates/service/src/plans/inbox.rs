//! What the public sends: answers to consultations and suggestions of unpaid work. It waits outside the plan until staff have
//! looked at it, so that advertising and abuse never become a part of what is kept for ever.

use super::{PlanEntry, PlanId};
use crate::policy::Doing;
use crate::{Recorded, Request, Service, ServiceError};
use jiff::Timestamp;
use jiff::civil::Date;
use planning::consultation::{Answered, Moderated};
use planning::suggestion::{Decided, Decision, Made};
use planning::{Event, EventId, Line, Stamp, What};
use sha2::{Digest as _, Sha256};
use store::plan_inbox::{self, Sent};
use uuid::Uuid;

/// Somebody who is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// When.
    pub at: Timestamp,
    /// The identifier that the form was shown with: sending it twice is sending it once.
    pub id: Uuid,
    /// From which address.
    pub address: String,
}

impl Sender {
    /// A digest of the address that tells one sender from another on one day, and nobody who it was.
    pub(crate) fn origin(&self) -> Vec<u8> {
        let day = crate::actor::day(self.at);
        Sha256::digest(format!("throughline sender 1\0{day}\0{}", self.address)).to_vec()
    }
}

/// Something that waits for staff to look at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its identifier.
    pub id: Uuid,
    /// When it was sent.
    pub at: Timestamp,
    /// What it is: an answer, or a suggestion.
    pub what: What,
}

/// What staff say of something that was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The answer counts and is shown.
    Publish,
    /// The answer counts and is not shown, for this reason.
    KeepUnpublished(Line),
    /// The suggestion becomes a proposal, under this reference of the unpaid work team.
    Propose(Line),
    /// The suggestion is declined, for this reason, which the public may read.
    Decline(Line),
    /// It is neither: advertising, abuse, somebody's private matters. It is removed, for this reason.
    Remove(Line),
}

/// The most that may wait for one plan; more is an attack, or a plan that nobody looks after.
const MOST_WAITING: i64 = 2_000;
/// The most that is listed at a time.
const PAGE: u32 = 50;

impl Service {
    /// Takes somebody's answers to a consultation. They wait until staff have looked at them.
    pub fn answer_in_public(&self, sender: &Sender, plan: &PlanId, answered: Answered) -> Result<(), ServiceError> {
        let about = answered.consultation.to_string();
        self.take(sender, plan, about, &answered.into())
    }

    /// Takes somebody's suggestion of unpaid work. It waits until staff have looked at it.
    pub fn suggest_in_public(&self, sender: &Sender, plan: &PlanId, made: Made) -> Result<(), ServiceError> {
        self.take(sender, plan, String::new(), &made.into())
    }

    fn take(&self, sender: &Sender, plan: &PlanId, about: String, what: &What) -> Result<(), ServiceError> {
        let known = self.path.public_plan(plan)?;
        let today = crate::actor::day(sender.at);
        known.history.decide(&stamped(sender.id, sender.at, today, what.clone())?, today)?;
        let sent = Sent {
            stream: plan.stream(),
            id: sender.id,
            kind: what.kind().to_owned(),
            about,
            body: what.body().map_err(|error| ServiceError::Asked(error.to_string()))?,
            origin: sender.origin(),
            received_at: sender.at.as_microsecond(),
        };
        self.path.receive(sent, &known.agency, MOST_WAITING)
    }

    /// What waits for staff to look at it, the oldest first.
    pub fn plan_inbox(&self, request: &Request<'_>, plan: &PlanId) -> Result<Vec<Waiting>, ServiceError> {
        self.path.on_plan(request, Doing::ModeratePlan, plan, |tx, _| {
            plan_inbox::list(tx, &plan.stream(), PAGE)?.iter().map(waiting).collect()
        })
    }

    /// Says what becomes of something that waits. `event` is the identifier of what is recorded about it.
    pub fn moderate(
        &self,
        request: &Request<'_>,
        plan: &PlanId,
        (id, event): (Uuid, Uuid),
        verdict: &Verdict,
    ) -> Result<Option<Recorded>, ServiceError> {
        let stream = plan.stream();
        let found =
            self.path.on_plan(request, Doing::ModeratePlan, plan, |tx, _| Ok(plan_inbox::one(tx, &stream, &id)?))?;
        let Waiting { at, what, .. } = found.as_ref().map(waiting).transpose()?.ok_or_else(gone)?;
        let of_it = match (&what, verdict) {
            (_, Verdict::Remove(_)) => {
                self.path.remove_from_inbox(request, plan, id)?;
                return Ok(None);
            }
            (What::Answered(answered), Verdict::Publish | Verdict::KeepUnpublished(_)) => {
                let reason = if let Verdict::KeepUnpublished(reason) = verdict { Some(reason.clone()) } else { None };
                What::from(Moderated {
                    consultation: answered.consultation.clone(),
                    response: answered.response.clone(),
                    publish: reason.is_none(),
                    reason,
                })
            }
            (What::Suggested(made), Verdict::Propose(said) | Verdict::Decline(said)) => {
                let is_proposed = matches!(verdict, Verdict::Propose(_));
                let decision = if is_proposed { Decision::Proposed } else { Decision::Declined };
                What::from(Decided { suggestion: made.suggestion.clone(), decision: decision(said.clone()) })
            }
            _ => {
                return Err(ServiceError::Asked(
                    "An answer is published or not; a suggestion is proposed or declined. Choose one of those.".into(),
                ));
            }
        };
        let received = PlanEntry { id: EventId(id), happened: crate::actor::day(at), what };
        let decided = PlanEntry { id: EventId(event), happened: request.today(), what: of_it };
        let and = move |tx: &mut dyn store::Tx| plan_inbox::remove(tx, &stream, &id).map(drop);
        self.path.change_plan(request, Doing::ModeratePlan, plan, None, vec![received, decided], and).map(Some)
    }
}

fn gone() -> ServiceError {
    ServiceError::Asked("Somebody has decided about this meanwhile: go back to the list for what still waits.".into())
}

fn waiting(sent: &Sent) -> Result<Waiting, ServiceError> {
    let what = What::read(&sent.kind, 1, &sent.body).map_err(|error| ServiceError::Asked(error.to_string()))?;
    let at = Timestamp::from_microsecond(sent.received_at).map_err(|error| ServiceError::Asked(error.to_string()))?;
    Ok(Waiting { id: sent.id, at, what })
}

/// What was sent, as the event that it would be.
fn stamped(id: Uuid, at: Timestamp, on: Date, what: What) -> Result<Event, ServiceError> {
    let by = Line::try_from("the public").map_err(|error| ServiceError::Asked(error.to_string()))?;
    Ok(Event { stamp: Stamp { id: EventId(id), happened: on, recorded: at, by }, what })
}

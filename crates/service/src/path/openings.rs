//! Records that a reason opens (break-glass): for whom nothing else lets in, for an hour, to read. Each opening is kept
//! where managers and auditors find it.

use super::{Known, Path, Whose};
use crate::openings::{LASTS, Opened, moment};
use crate::policy::{Doing, Subject, wanted};
use crate::{PersonId, Request, ServiceError, Wanted};
use store::access_log::{self, Action, Outcome};
use store::openings::{self, Opening, Review};
use store::{StreamId, Tx};
use uuid::Uuid;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 500;

/// Stands for a reason that nobody has given yet, when the policies are asked whether one would do.
const SOME_REASON: &str = "a reason yet to be given";

/// Whether somebody may look, and by what.
pub(super) enum Admitted {
    /// They may not.
    No,
    /// They may not yet: a reason would let them.
    WithReason,
    /// They may once they have proved more of who they are.
    Unproven(Wanted),
    /// Their role and their relation to the case let them.
    Freely,
    /// A reason does: given now, or one that still holds.
    Because(Box<Opening>),
}

impl Path {
    /// Whether the actor may look at a record that they may know of.
    pub(super) fn admitted(
        &self,
        request: &Request<'_>,
        doing: Doing,
        person: &PersonId,
        known: &Known,
    ) -> Result<Admitted, ServiceError> {
        let allows = |request: &Request<'_>| self.decides(request, doing, "", person, known);
        let unless_proved = |request: &Request<'_>| {
            Ok::<_, ServiceError>(wanted(request, allows)?.map_or(Admitted::No, Admitted::Unproven))
        };
        let freely = Request { reason: None, ..request.clone() };
        if allows(&freely)? {
            return Ok(Admitted::Freely);
        }
        if let Some(reason) = request.reason {
            let opening = opening(request, person, known, reason);
            let because = Request { reason: Some(&opening.reason), ..request.clone() };
            return if allows(&because)? { Ok(Admitted::Because(Box::new(opening))) } else { unless_proved(&because) };
        }
        let (stream, account, now) = (person.stream(), request.actor.id.as_str(), request.at.as_microsecond());
        let held = self.store.read(|tx| openings::holding(tx, &stream, account, now))?;
        // They proved just then who they are when they opened it, and do when they give a reason.
        let reason = held.as_ref().map_or(SOME_REASON, |held| held.reason.as_str());
        let because = Request { reason: Some(reason), proved_at: Some(request.at), ..request.clone() };
        match (allows(&because)?, &held) {
            (true, Some(opening)) => Ok(Admitted::Because(Box::new(opening.clone()))),
            (true, None) => Ok(Admitted::WithReason),
            (false, _) => match wanted(&freely, allows)? {
                Some(wanted) => Ok(Admitted::Unproven(wanted)),
                None => unless_proved(&because),
            },
        }
    }

    /// Enters a look that a reason allows, and keeps the opening, in one transaction.
    pub(super) fn enter_opening(
        &self,
        request: &Request<'_>,
        doing: Doing,
        opening: Opening,
    ) -> Result<Opened, ServiceError> {
        let because = Request { reason: Some(&opening.reason), ..request.clone() };
        let entry = Self::entry(&because, doing, Action::Consultation, Some(opening.stream.clone()), Outcome::Allowed);
        let opened = Opened { reason: opening.reason.clone(), until: moment(opening.until)? };
        self.store.write(move |tx| {
            openings::keep(tx, &opening)?;
            access_log::write(tx, &entry).map(drop)
        })?;
        Ok(opened)
    }

    /// Says what a manager thinks of an opening, in one transaction with its entry; false when somebody said it before.
    /// An opening of a record that they may not know of is not there.
    pub(crate) fn review_opening(
        &self,
        request: &Request<'_>,
        (stream, id): (StreamId, Uuid),
        accepted: bool,
    ) -> Result<bool, ServiceError> {
        let doing = Doing::ReviewOpening;
        let found = self.store.try_read(|tx: &mut dyn Tx| {
            let visible = Self::may_see(request, tx, &stream)?;
            Ok::<_, ServiceError>(openings::one(tx, &stream, &id)?.filter(|_| visible))
        })?;
        let Some(opening) = found else {
            self.enter(request, doing, Action::Alteration, Some(stream), Outcome::Refused)?;
            return Err(ServiceError::NotFound);
        };
        let whose = Whose { agency: &opening.agency, team: &opening.team, worker: "" };
        let subject = Subject::Area { agency: whose.agency, team: whose.team, worker: whose.worker };
        let is_own = opening.account == request.actor.id.as_str();
        if is_own || !self.policy.allows(request, doing, "", &subject)? {
            self.enter(request, doing, Action::Alteration, Some(stream), Outcome::Refused)?;
            return Err(doing.refusal());
        }
        let mut entry = Self::entry(request, doing, Action::Alteration, Some(stream.clone()), Outcome::Allowed);
        entry.detail = format!("{}: {}", entry.detail, if accepted { "accepted" } else { "to be followed up" });
        let review = Review { accepted, by: request.actor.id.to_string(), at: request.at.as_microsecond() };
        Ok(self.store.write(move |tx| {
            let done = openings::review(tx, &stream, &id, &review)?;
            access_log::write(tx, &entry)?;
            Ok(done)
        })?)
    }
}

fn opening(request: &Request<'_>, person: &PersonId, known: &Known, reason: &str) -> Opening {
    let manager = known.record.supervision.case_manager_on(request.today());
    let opened_at = request.at.as_microsecond();
    Opening {
        id: request.id,
        stream: person.stream(),
        account: request.actor.id.to_string(),
        agency: request.actor.agency.to_string(),
        by_team: request.actor.team.as_ref().map(ToString::to_string).unwrap_or_default(),
        team: manager.map(|at| at.team.to_string()).unwrap_or_default(),
        reason: reason.trim().chars().take(LONGEST).collect(),
        opened_at,
        until: opened_at.saturating_add(LASTS),
        review: None,
    }
}

//! Alarms in the one path: settled by a manager or auditor of the agency, never by the account that it is about.

use super::{Path, unless_proved};
use crate::alarms::{AlarmKind, to_tell};
use crate::policy::{Doing, Subject};
use crate::{Request, ServiceError};
use jiff::Timestamp;
use store::access_log::{self, Action, Outcome};
use store::alarms::{self, Alarm, Settled};
use store::{StoreError, jobs, openings};
use uuid::Uuid;

/// Openings that are raised in one round.
const AT_ONCE: u32 = 100;

impl Path {
    /// One alarm, for the program that tells of it.
    pub(crate) fn alarm(&self, id: Uuid) -> Result<Option<Alarm>, ServiceError> {
        Ok(self.store.read(|tx| alarms::one(tx, &id))?)
    }

    /// Says what became of an alarm, in one transaction with its entry; false when somebody said it before.
    pub(crate) fn settle_alarm(&self, request: &Request<'_>, id: Uuid, said: &str) -> Result<bool, ServiceError> {
        let doing = Doing::SettleAlarm;
        let found = self.store.read(|tx| alarms::one(tx, &id))?;
        let agency = found.as_ref().map_or(request.actor.agency.as_str(), |alarm| alarm.agency.as_str());
        let subject = Subject::Area { agency, team: "", worker: "" };
        let allows = |request: &Request<'_>| self.policy.allows(request, doing, "", &subject);
        let is_own = found.as_ref().is_some_and(|alarm| alarm.account == request.actor.id.as_str());
        if is_own || !allows(request)? {
            self.enter(request, doing, Action::Alteration, None, Outcome::Refused)?;
            return Err(unless_proved(request, doing.refusal(), |request| Ok(!is_own && allows(request)?))?);
        }
        if found.is_none() {
            self.enter(request, doing, Action::Alteration, None, Outcome::Refused)?;
            return Err(ServiceError::NotFound);
        }
        let entry = Self::entry(request, doing, Action::Alteration, None, Outcome::Allowed);
        let settled =
            Settled { by: request.actor.id.to_string(), at: request.at.as_microsecond(), said: said.to_owned() };
        Ok(self.store.write(move |tx| {
            let done = alarms::settle(tx, &id, &settled)?;
            access_log::write(tx, &entry)?;
            Ok(done)
        })?)
    }

    /// Raises an alarm about each opening that nobody reviewed in time; answers how many are new.
    pub(crate) fn raise_overdue_reviews(&self, now: Timestamp) -> Result<u32, ServiceError> {
        let opened_before = now.checked_sub(self.safeguards.review_within()).unwrap_or_default().as_microsecond();
        let overdue = self.store.read(|tx| openings::without_review(tx, opened_before, AT_ONCE))?;
        let mut raised = 0;
        for opening in overdue {
            let alarm = Alarm {
                id: opening.id,
                kind: AlarmKind::Unreviewed.as_str().to_owned(),
                agency: opening.agency,
                account: opening.account,
                opening: Some((opening.stream, opening.id)),
                people: 1,
                raised_at: now.as_microsecond(),
                settled: None,
            };
            raised += self.store.write(move |tx| {
                let new = alarms::raise(tx, &alarm, 0)?;
                if new {
                    jobs::ask(tx, &to_tell(&alarm), alarm.raised_at)?;
                }
                Ok::<_, StoreError>(u32::from(new))
            })?;
        }
        Ok(raised)
    }
}

//! What comes in without anybody being signed in: counted for each sender, kept once, and entered in the log.

use super::Path;
use crate::plans::PlanId;
use crate::policy::Doing;
use crate::{Request, ServiceError};
use store::access_log::{self, Action, Entry, Outcome};
use store::accounts::{Accounts, Turn};
use store::plan_inbox::{self, Sent};
use uuid::Uuid;

const MINUTE: i64 = 60_000_000;
/// What one sender sends is counted over this time.
const WINDOW: i64 = 60 * MINUTE;

/// How long a sender waits after so many in an hour: a library or a community centre shares one address.
const fn for_sender(sent: i64) -> i64 {
    if sent < 10 { 0 } else { WINDOW }
}

impl Path {
    /// Keeps what the public sent, unless the sender has sent too much or too much waits already.
    pub(crate) fn receive(&self, sent: Sent, agency: &str, most_waiting: i64) -> Result<(), ServiceError> {
        let entry = Entry {
            at: sent.received_at,
            actor: "the public".to_owned(),
            role: String::new(),
            agency: agency.to_owned(),
            action: Action::Collection,
            stream: Some(sent.stream.clone()),
            detail: format!("sent: {}", sent.kind),
            purpose: "consultation".to_owned(),
            outcome: Outcome::Allowed,
            request: sent.id.to_string(),
            appends: Vec::new(),
        };
        self.store.try_write(move |tx| {
            let name = [b"sender\0".as_slice(), &sent.origin].concat();
            let turn = Accounts::of(tx).take_turn(&name, sent.received_at, WINDOW, for_sender)?;
            if matches!(turn, Turn::Wait(_)) {
                return Ok(Err(ServiceError::TooMuch));
            }
            if plan_inbox::waiting(tx, &sent.stream)? >= most_waiting {
                return Ok(Err(ServiceError::TooMuch));
            }
            plan_inbox::keep(tx, &sent)?;
            access_log::write(tx, &entry)?;
            Ok::<_, ServiceError>(Ok(()))
        })?
    }

    /// Removes something that the public sent: it was nothing that belongs to a plan.
    pub(crate) fn remove_from_inbox(&self, request: &Request<'_>, plan: &PlanId, id: Uuid) -> Result<(), ServiceError> {
        let entry = Self::entry(request, Doing::ModeratePlan, Action::Erasure, Some(plan.stream()), Outcome::Allowed);
        let stream = plan.stream();
        self.store.try_write(move |tx| {
            plan_inbox::remove(tx, &stream, &id)?;
            access_log::write(tx, &entry).map(drop)
        })?;
        Ok(())
    }

    /// A secret that all servers on one database share: the one that is kept, else this one from now on.
    pub(crate) fn kept_secret(
        &self,
        name: &'static str,
        new: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let kept = self.store.read(|tx| store::secrets::kept(tx, name))?;
        match (kept, new) {
            (None, Some(new)) => Ok(Some(self.store.write(move |tx| store::secrets::keep(tx, name, &new))?)),
            (kept, _) => Ok(kept),
        }
    }
}

//! The staff register: who works here, in which role, agency and team.

use crate::directory::Registered;
use crate::policy::Doing;
use crate::{Actor, Request, Role, Service, ServiceError};
use record::{Line, WorkerRef};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Their name.
    pub name: Line,
    /// Their account, roles, agency and team.
    #[serde(rename = "account")]
    pub actor: Actor,
}

impl Service {
    /// Adds a member of staff, or replaces what is known of them; the latest entry counts. Whoever's roles, agency or
    /// team change is signed out everywhere, and their tokens end.
    pub fn add_staff(&self, request: &Request<'_>, id: Uuid, member: &Member) -> Result<(), ServiceError> {
        let directory = self.path.directory()?;
        let named = member.actor.id.to_string();
        let changed = directory.actor(&named).is_some_and(|known| *known != member.actor);
        let sound = if member.actor.roles.contains(&Role::Administrator) {
            Ok(())
        } else {
            Self::leaves_an_administrator(&directory, &member.actor.id)
        };
        let registered = Registered::Member(Box::new(member.clone()));
        let event = registered.event(id, request.at, request.actor.id.as_str(), request.actor.agency.as_str())?;
        self.path.on_accounts(request, Doing::AddStaff, &named.clone(), move |accounts, events| {
            sound?;
            if changed {
                accounts.end_sessions(&named, &[])?;
                accounts.end_tokens(&named)?;
            }
            events.push(event);
            Ok(())
        })
    }

    /// Everybody on the register, by account; the latest entry of each.
    pub fn staff(&self, request: &Request<'_>) -> Result<BTreeMap<WorkerRef, Member>, ServiceError> {
        let directory = self.path.directory()?;
        self.path.look_at_accounts(request, Doing::ViewStaff, |_| Ok(directory.members().clone()))
    }

    /// Whether nobody is on the register yet: then the first administrator may be added without an account.
    pub fn nobody_registered(&self) -> Result<bool, ServiceError> {
        let directory = self.path.directory()?;
        Ok(directory.members().is_empty() && directory.former().is_empty())
    }

    /// Who an account is: what signing in asks before there is an actor. Answers nothing else.
    pub fn actor(&self, account: &WorkerRef) -> Result<Option<Actor>, ServiceError> {
        Ok(self.path.directory()?.actor(account.as_str()).cloned())
    }
}

//! The staff register: who works here, in which role, agency and team.

use crate::path::Whose;
use crate::policy::Doing;
use crate::{Actor, Request, Service, ServiceError};
use record::{Line, WorkerRef};
use std::collections::BTreeMap;
use store::StreamId;
use store::access_log::Action;
use store::events::{self, NewEvent, StoredEvent};
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

const KIND: &str = "staff.registered";

impl Service {
    /// Adds a member of staff, or replaces what is known of them; the latest entry counts.
    pub fn add_staff(&self, request: &Request<'_>, id: Uuid, member: &Member) -> Result<(), ServiceError> {
        let body = serde_json::to_string(member).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let event = NewEvent {
            id,
            kind: KIND.to_owned(),
            schema_version: 1,
            happened: request.today().to_string(),
            recorded: request.at.as_microsecond(),
            by: request.actor.id.to_string(),
            agency: request.actor.agency.to_string(),
            purpose: request.purpose.as_str().to_owned(),
            body,
        };
        self.path.act_on_many(request, Doing::AddStaff, Action::Collection, |permitted| {
            permitted.write(move |tx| {
                let version = events::version(tx, &register())?;
                Ok(vec![events::append(tx, &register(), version, std::slice::from_ref(&event))?])
            })?;
            Ok(())
        })
    }

    /// Everybody on the register, by account; the latest entry of each.
    pub fn staff(&self, request: &Request<'_>) -> Result<BTreeMap<WorkerRef, Member>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewStaff, whose, |tx| {
            let entries = events::read(tx, &register(), None)?;
            entries.iter().map(|stored| member(stored).map(|member| (member.actor.id.clone(), member))).collect()
        })
    }

    /// Whether nobody is on the register yet: then the first administrator may be added without an account.
    pub fn nobody_registered(&self) -> Result<bool, ServiceError> {
        Ok(self.path.before_sign_in(&register())?.is_empty())
    }

    /// Who an account is: what signing in asks before there is an actor. Answers nothing else.
    pub fn actor(&self, account: &WorkerRef) -> Result<Option<Actor>, ServiceError> {
        let entries = self.path.before_sign_in(&register())?;
        let found = entries
            .iter()
            .rev()
            .map(member)
            .find(|found| found.as_ref().map_or(true, |found| found.actor.id == *account));
        found.transpose().map(|found| found.map(|found| found.actor))
    }
}

fn register() -> StreamId {
    StreamId::new("staff", "register")
}

fn member(stored: &StoredEvent) -> Result<Member, ServiceError> {
    serde_json::from_str(&stored.event.body).map_err(|error| ServiceError::Unreadable {
        stream: stored.stream.to_string(),
        version: stored.version,
        problem: error.to_string(),
    })
}

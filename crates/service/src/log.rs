//! Who has looked: the access log, for those who may see it.

use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::Timestamp;
use store::access_log::{self, StoredEntry};

/// One entry of the access log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// From which agency.
    pub agency: String,
    /// Which of the six statutory actions.
    pub action: &'static str,
    /// What was done, and the reason if one was given.
    pub detail: String,
    /// For what purpose.
    pub purpose: String,
    /// `allowed` or `refused`.
    pub outcome: &'static str,
}

impl Service {
    /// Everybody who has looked at a person's record or changed it.
    pub fn who_looked(&self, request: &Request<'_>, person: &PersonId) -> Result<Vec<Look>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewAccessLog, whose, |tx| {
            access_log::of_stream(tx, &person.stream())?.into_iter().map(look).collect()
        })
    }
}

fn look(stored: StoredEntry) -> Result<Look, ServiceError> {
    let entry = stored.entry;
    let at = Timestamp::from_microsecond(entry.at).map_err(|error| ServiceError::Asked(error.to_string()))?;
    Ok(Look {
        at,
        actor: entry.actor,
        role: entry.role,
        agency: entry.agency,
        action: entry.action.word(),
        detail: entry.detail,
        purpose: entry.purpose,
        outcome: entry.outcome.word(),
    })
}

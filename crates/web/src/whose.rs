//! Whose day, caseload or diary a page shows: one's own, that of a worker of the team, or the team's.

use crate::session::Seen;
use crate::trouble::Trouble;
use service::{Directory, Role, WorklistOf};

/// Whose, as the address says: `?worker=…`, `?team=…`, or nothing for one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Worker(String),
    Team(String),
}

/// Somebody else whose page can be opened from here.
pub(crate) struct Choice {
    pub(crate) text: String,
    pub(crate) query: String,
    pub(crate) current: bool,
}

impl Whose {
    /// A case manager's own; a team manager's team.
    pub(crate) fn of(seen: &Seen, worker: Option<String>, team: Option<String>) -> Result<Self, Trouble> {
        let manages_cases = seen.actor.roles.contains(&Role::CaseManager);
        match (worker, team) {
            (Some(worker), _) if !worker.is_empty() => Ok(Self::Worker(worker)),
            (_, Some(team)) if !team.is_empty() => Ok(Self::Team(team)),
            _ if manages_cases => Ok(Self::Worker(seen.actor.id.to_string())),
            _ => match &seen.actor.team {
                Some(team) => Ok(Self::Team(team.to_string())),
                None => Err(Trouble::NotUnderstood(
                    "You are registered in no team, so there is no list of yours to show. Ask an administrator to put you in one."
                        .to_owned(),
                )),
            },
        }
    }

    pub(crate) fn stored(&self) -> WorklistOf<'_> {
        match self {
            Self::Worker(worker) => WorklistOf::Worker(worker),
            Self::Team(team) => WorklistOf::Team(team),
        }
    }

    /// As an address names it; nothing for one's own first page.
    pub(crate) fn query(&self) -> String {
        match self {
            Self::Worker(worker) => format!("worker={}", encoded(worker)),
            Self::Team(team) => format!("team={}", encoded(team)),
        }
    }

    pub(crate) fn is_team(&self) -> bool {
        matches!(self, Self::Team(_))
    }

    /// What a heading says.
    pub(crate) fn name(&self, directory: &Directory) -> String {
        match self {
            Self::Worker(worker) => directory.worker_name(worker).to_owned(),
            Self::Team(team) => match directory.team_name(team) {
                name if name == team => format!("Team {team}"),
                name => name.to_owned(),
            },
        }
    }

    /// Whom a team manager can choose: the team, then each of its case managers. A case manager alone has no choice.
    pub(crate) fn choices(&self, seen: &Seen, directory: &Directory) -> Vec<Choice> {
        if !seen.actor.roles.contains(&Role::TeamManager) {
            return Vec::new();
        }
        let of_worker =
            |worker: &str| directory.actor(worker).and_then(|actor| actor.team.as_ref()).map(ToString::to_string);
        let team = match self {
            Self::Team(team) => Some(team.clone()),
            Self::Worker(worker) => of_worker(worker).or_else(|| seen.actor.team.as_ref().map(ToString::to_string)),
        };
        let Some(team) = team else { return Vec::new() };
        let whole = Self::Team(team.clone());
        let workers = directory.of_team(&team).into_iter();
        let workers = workers.filter(|member| member.actor.roles.contains(&Role::CaseManager));
        let of = |whose: Self| Choice { text: whose.name(directory), query: whose.query(), current: whose == *self };
        std::iter::once(whole).chain(workers.map(|one| Self::Worker(one.actor.id.to_string()))).map(of).collect()
    }
}

/// A value as an address holds it.
pub(crate) fn encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_value_stays_one_value_in_an_address() {
        assert_eq!(encoded("report R-1/a&b=c"), "report%20R-1%2Fa%26b%3Dc");
    }
}

//! The directory: who works here, in which team of which agency, as the staff register says. It is what names on a page
//! are read from, and where signing in finds an account's roles.

use crate::{Actor, Member, ServiceError};
use jiff::Timestamp;
use record::{AreaRef, Line, TeamRef, WorkerRef};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::StreamId;
use store::events::{NewEvent, StoredEvent};
use uuid::Uuid;

/// The stream of the staff register.
pub(crate) fn register() -> StreamId {
    StreamId::new("staff", "register")
}

/// An agency: a council, or a part of a service, perhaps within a larger one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its reference in records.
    pub agency: AreaRef,
    /// Its name for people.
    pub name: Line,
    /// The agency that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<AreaRef>,
}

/// A team of an agency, perhaps within a larger one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its reference in records.
    pub team: TeamRef,
    /// Its name for people.
    pub name: Line,
    /// The agency whose team it is.
    pub agency: AreaRef,
    /// The team that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<TeamRef>,
}

/// A member of staff who no longer works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Left {
    pub(crate) account: WorkerRef,
}

/// What the register can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    Member(Box<Member>),
    Left(Left),
    Agency(Agency),
    Team(Team),
}

impl Registered {
    /// The kind of its event.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Member(_) => "staff.registered",
            Self::Left(_) => "staff.left",
            Self::Agency(_) => "agency.named",
            Self::Team(_) => "team.named",
        }
    }

    /// Its event, as somebody of an agency records it.
    pub(crate) fn event(&self, id: Uuid, at: Timestamp, by: &str, agency: &str) -> Result<NewEvent, ServiceError> {
        let body = match self {
            Self::Member(member) => serde_json::to_string(member),
            Self::Left(left) => serde_json::to_string(left),
            Self::Agency(agency) => serde_json::to_string(agency),
            Self::Team(team) => serde_json::to_string(team),
        };
        Ok(NewEvent {
            id,
            kind: self.kind().to_owned(),
            schema_version: 1,
            happened: crate::actor::day(at).to_string(),
            recorded: at.as_microsecond(),
            by: by.to_owned(),
            agency: agency.to_owned(),
            purpose: record::Purpose::Management.as_str().to_owned(),
            body: body.map_err(|error| ServiceError::Asked(error.to_string()))?,
        })
    }

    fn read(stored: &StoredEvent) -> Result<Self, ServiceError> {
        let body = stored.event.body.as_str();
        let read = match stored.event.kind.as_str() {
            "staff.registered" => serde_json::from_str(body).map(|member| Self::Member(Box::new(member))),
            "staff.left" => serde_json::from_str(body).map(Self::Left),
            "agency.named" => serde_json::from_str(body).map(Self::Agency),
            "team.named" => serde_json::from_str(body).map(Self::Team),
            _ => Err(serde::de::Error::custom("the register does not know this kind of event")),
        };
        read.map_err(|error| ServiceError::Unreadable {
            stream: stored.stream.to_string(),
            version: stored.version,
            problem: error.to_string(),
        })
    }
}

/// Who works here, as of one version of the staff register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    version: i64,
    members: BTreeMap<WorkerRef, Member>,
    former: BTreeMap<WorkerRef, Member>,
    agencies: BTreeMap<AreaRef, Agency>,
    teams: BTreeMap<TeamRef, Team>,
}

/// An agency or a team with what belongs to it: the tree for people to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its reference.
    pub reference: String,
    /// Its name for people.
    pub name: String,
    /// Whether it is a team.
    pub is_team: bool,
    /// How many members of staff it has itself.
    pub staff: usize,
    /// What belongs to it.
    pub branches: Vec<Branch>,
}

impl Directory {
    pub(crate) fn of(entries: &[StoredEvent]) -> Result<Self, ServiceError> {
        let mut directory = Self::default();
        for stored in entries {
            directory.version = stored.version;
            match Registered::read(stored)? {
                Registered::Member(member) => {
                    directory.former.remove(&member.actor.id);
                    directory.members.insert(member.actor.id.clone(), *member);
                }
                Registered::Left(left) => {
                    if let Some(member) = directory.members.remove(&left.account) {
                        directory.former.insert(left.account, member);
                    }
                }
                Registered::Agency(agency) => {
                    directory.agencies.insert(agency.agency.clone(), agency);
                }
                Registered::Team(team) => {
                    directory.teams.insert(team.team.clone(), team);
                }
            }
        }
        Ok(directory)
    }

    /// The register's version that this says.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Everybody who works here, by account.
    pub fn members(&self) -> &BTreeMap<WorkerRef, Member> {
        &self.members
    }

    /// Everybody who has left, by account.
    pub fn former(&self) -> &BTreeMap<WorkerRef, Member> {
        &self.former
    }

    /// Whether an account is, or was, anybody's.
    pub(crate) fn has_had(&self, account: &WorkerRef) -> bool {
        self.members.contains_key(account) || self.former.contains_key(account)
    }

    /// A member of staff.
    pub fn member(&self, account: &str) -> Option<&Member> {
        self.members.get(&WorkerRef::try_from(account).ok()?)
    }

    /// Who an account is, as long as they work here.
    pub fn actor(&self, account: &str) -> Option<&Actor> {
        self.member(account).map(|member| &member.actor)
    }

    /// The name behind a worker's reference, of those who left too; the reference itself when nobody is known by it.
    pub fn worker_name<'a>(&'a self, worker: &'a str) -> &'a str {
        let found = WorkerRef::try_from(worker).ok();
        let found = found.and_then(|worker| self.members.get(&worker).or_else(|| self.former.get(&worker)));
        found.map_or(worker, |member| member.name.as_str())
    }

    /// The name of a team; its reference when it has none.
    pub fn team_name<'a>(&'a self, team: &'a str) -> &'a str {
        let found = TeamRef::try_from(team).ok();
        found.and_then(|team| self.teams.get(&team)).map_or(team, |team| team.name.as_str())
    }

    /// The name of an agency; its reference when it has none.
    pub fn agency_name<'a>(&'a self, agency: &'a str) -> &'a str {
        let found = AreaRef::try_from(agency).ok();
        found.and_then(|agency| self.agencies.get(&agency)).map_or(agency, |agency| agency.name.as_str())
    }

    /// The agencies, by reference.
    pub fn agencies(&self) -> &BTreeMap<AreaRef, Agency> {
        &self.agencies
    }

    /// The teams, by reference.
    pub fn teams(&self) -> &BTreeMap<TeamRef, Team> {
        &self.teams
    }

    /// The members of a team, by name.
    pub fn of_team(&self, team: &str) -> Vec<&Member> {
        let in_team = |member: &&Member| member.actor.team.as_ref().is_some_and(|in_team| in_team.as_str() == team);
        let mut members: Vec<&Member> = self.members.values().filter(in_team).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        members
    }

    /// The members of an agency, by name.
    pub fn of_agency(&self, agency: &str) -> Vec<&Member> {
        let mut members: Vec<&Member> =
            self.members.values().filter(|member| member.actor.agency.as_str() == agency).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        members
    }

    /// The agencies with their teams, as a tree. What belongs to something unknown, or to itself, stands at the top.
    pub fn tree(&self) -> Vec<Branch> {
        self.agencies.values().filter(|agency| self.is_top(agency)).map(|agency| self.branch(agency)).collect()
    }

    fn is_top(&self, agency: &Agency) -> bool {
        let mut above = agency.within.as_ref();
        for _ in 0..=self.agencies.len() {
            match above.and_then(|above| self.agencies.get(above)) {
                Some(next) if next.agency == agency.agency => return true,
                Some(next) => above = next.within.as_ref(),
                None => return agency.within.as_ref().is_none_or(|within| !self.agencies.contains_key(within)),
            }
        }
        false
    }

    fn branch(&self, agency: &Agency) -> Branch {
        let reference = &agency.agency;
        let inner = self.agencies.values().filter(|other| other.within.as_ref() == Some(reference));
        let inner = inner.filter(|other| !self.is_top(other)).map(|other| self.branch(other));
        let teams = self.teams.values().filter(|team| team.agency == *reference && self.is_top_team(team));
        Branch {
            reference: reference.to_string(),
            name: agency.name.to_string(),
            is_team: false,
            staff: self.members.values().filter(|member| member.actor.agency == *reference).count(),
            branches: inner.chain(teams.map(|team| self.team_branch(team))).collect(),
        }
    }

    fn is_top_team(&self, team: &Team) -> bool {
        let mut above = team.within.as_ref();
        for _ in 0..=self.teams.len() {
            match above.and_then(|above| self.teams.get(above)) {
                Some(next) if next.team == team.team => return true,
                Some(next) => above = next.within.as_ref(),
                None => return team.within.as_ref().is_none_or(|within| !self.teams.contains_key(within)),
            }
        }
        false
    }

    fn team_branch(&self, team: &Team) -> Branch {
        let inner = self.teams.values().filter(|other| other.within.as_ref() == Some(&team.team));
        Branch {
            reference: team.team.to_string(),
            name: team.name.to_string(),
            is_team: true,
            staff: self.of_team(team.team.as_str()).len(),
            branches: inner.filter(|other| !self.is_top_team(other)).map(|other| self.team_branch(other)).collect(),
        }
    }
}

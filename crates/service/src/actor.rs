//! Who asks, for what purpose, and when.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use record::{AreaRef, Purpose, TeamRef, WorkerRef};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// What a member of staff does in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Plans and supervises cases.
    CaseManager,
    /// Leads a team.
    TeamManager,
    /// Supervises unpaid work.
    UnpaidWorkSupervisor,
    /// Works with figures, without names.
    Analyst,
    /// Checks the use of records.
    Auditor,
    /// Runs the system.
    Administrator,
    /// Keeps plans to reduce reoffending.
    Planner,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Role] = &[
        Self::CaseManager,
        Self::TeamManager,
        Self::UnpaidWorkSupervisor,
        Self::Analyst,
        Self::Auditor,
        Self::Administrator,
        Self::Planner,
    ];

    /// The word in policies and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaseManager => "case_manager",
            Self::TeamManager => "team_manager",
            Self::UnpaidWorkSupervisor => "unpaid_work_supervisor",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Planner => "planner",
        }
    }
}

/// An authenticated member of staff. How they proved who they are is the edge's concern.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Their account.
    pub id: WorkerRef,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// Their agency or council.
    pub agency: AreaRef,
    /// Their team, if they are in one.
    pub team: Option<TeamRef>,
}

impl Actor {
    /// The roles as one word for the log.
    pub(crate) fn role_words(&self) -> String {
        self.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join("+")
    }
}

/// One request: who, why, when. Every use case takes one.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// For what purpose.
    pub purpose: Purpose,
    /// When.
    pub at: Timestamp,
    /// The request's own identifier, for the log.
    pub id: Uuid,
    /// The reason given for looking at a case that is not one's own (break-glass).
    pub reason: Option<&'a str>,
    /// They left their session alone for so long that a restricted record stays closed until they prove who they are.
    pub away: bool,
}

impl<'a> Request<'a> {
    /// A request without a break-glass reason, of somebody who is there.
    pub fn new(actor: &'a Actor, purpose: Purpose, at: Timestamp, id: Uuid) -> Self {
        Self { actor, purpose, at, id, reason: None, away: false }
    }

    /// Today in Scotland.
    pub fn today(&self) -> Date {
        day(self.at)
    }
}

/// The day in Scotland.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(LONDON.clone()).date()
}

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

/// By what whoever asks proved who they are. The policies say where which of them is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They work on the machine that holds the records: its keepers decide who may.
    Machine,
    /// A passkey: nobody can be tricked out of it.
    Passkey,
    /// A password and a code, or a recovery code.
    TwoFactors,
    /// An identity provider's word.
    Provider,
    /// A password alone, for the account of a demonstration in a demonstration.
    Demonstration,
    /// A password alone, anywhere else: a session that outlived its demonstration.
    Password,
    /// A program's token.
    Token,
}

impl Proof {
    /// Every way.
    pub const ALL: &'static [Proof] = &[
        Self::Machine,
        Self::Passkey,
        Self::TwoFactors,
        Self::Provider,
        Self::Demonstration,
        Self::Password,
        Self::Token,
    ];

    /// The word in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Passkey => "passkey",
            Self::TwoFactors => "two_factors",
            Self::Provider => "provider",
            Self::Demonstration => "demonstration",
            Self::Password => "password",
            Self::Token => "token",
        }
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
    /// By what they proved who they are.
    pub proof: Proof,
    /// When they last proved it; none for who never does, such as a program.
    pub proved_at: Option<Timestamp>,
    /// They left their session alone for so long that a restricted record stays closed until they prove who they are.
    pub away: bool,
}

impl<'a> Request<'a> {
    /// A request without a break-glass reason, of somebody who is there, on the machine that holds the records.
    pub fn new(actor: &'a Actor, purpose: Purpose, at: Timestamp, id: Uuid) -> Self {
        Self { actor, purpose, at, id, reason: None, proof: Proof::Machine, proved_at: Some(at), away: false }
    }

    /// For how many seconds they have not proved who they are.
    pub(crate) fn proved_ago(&self) -> i64 {
        self.proved_at.map_or(i64::MAX, |at| self.at.duration_since(at).as_secs().max(0))
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

//! # service
//!
//! The use cases: authorise → load → decide → append → audit. Every request takes one path ([`path`](path)): a Cedar
//! policy decides, the record decides, the store appends events, read models and the entry in the access log in one
//! transaction; if the log cannot be written the request fails.
//!
//! *May know:* the record, the clock, the store, the policies.
//! *Must not know:* HTML, SQL, the time of day (a [`Request`] carries it).
//!
//! Invariant: only `path` holds the store. A use case reaches it through `Path`, whose every door asks for the request,
//! what is done and to whom, decides, and writes the log. `tests/it/bypass.rs` runs every use case and counts.

mod account;
mod actor;
mod alarms;
mod bulk;
mod calendar_feed;
mod desk;
mod directory;
mod drafts;
mod error;
mod export;
mod health;
mod import;
mod jobs;
mod lists;
mod log;
mod measures;
mod notices;
mod openings;
mod part;
mod path;
mod people;
mod plans;
mod policy;
mod recording;
mod rows;
mod rules;
mod safeguards;
mod search;
mod sign_in;
mod staff;
mod standards;
mod unpaid_work;
mod upkeep;
mod webhooks;

pub use account::{ApiToken, OwnAccount, OwnPasskey, OwnSession, TokenHolder, User, UserState};
pub use actor::{Actor, Proof, Request, Role};
pub use alarms::{AlarmKind, AlarmView, SettledAlarm};
pub use bulk::Loaded;
pub use calendar_feed::{CalendarAddress, CalendarEntry};
pub use desk::{
    Allocation, Appointment, Candidate, Capacity, CaseInHand, CaseloadAsked, CaseloadPage, DayOfDiary, Diary, Obliged,
    Part, Quarter, Reason, Running, Sort, StandardCase, StandardCases, StandardCasesAsked, StandardCount, Tally,
    TeamPage, TeamStandards, TeamWorker, ToAllocate, ToEndorse, Today, Todo, TodoPage, Trace, Unseen, Weight, Workload,
    WorkloadError,
};
pub use directory::{Agency, Branch, Directory, Team};
pub use drafts::{Draft, Unfinished};
pub use error::{ServiceError, Wanted};
pub use health::Health;
pub use import::{ImportError, Imported, LineTrouble, Map, Progress};
pub use jobs::{DeadJob, Edge, JobsOf, JobsView, Worked};
pub use lists::{WorklistItem, WorklistOf};
pub use log::{LogAbout, LogCursor, LogPage, LogQuery, Look};
pub use measures::{CohortsAsked, CohortsMeasured, TraceAsked, Traced};
pub use notices::NoticeView;
pub use openings::{Opened, OpenedRecord, Reviewed};
pub use part::{HoursChange, Owed, Owing, PersonPart, Session, Work, WorkView, work_of};
pub use people::{Due, Entry, PersonId, PersonView, Recorded, UnpaidWorkView};
pub use plans::{
    AsOf, DueWork, FigureName, FormTime, FundingRules, ListedConsultation, ListedPlan, LiveCase, LiveIndicator, Of,
    PlanEntry, PlanId, PlanReport, PlanView, PublicPlan, Reading, ReportAsked, ReportRule, ReportRules, ReportSection,
    SectionRule, Sender, TooSoon, Verdict, Waiting, published_document,
};
pub use policy::{Policy, PolicyError};
pub use recording::{Ground, NextContact, next_contact};
pub use rules::{PlanRules, Rules, RulesError};
pub use safeguards::Safeguards;
pub use search::{Found, FoundCase, Query, Recent, Results, normalised};
pub use sign_in::{
    Answer, Attempt, Claims, CodeOffer, Enrolment, Halfway, KeyError, Keys, Limits, PasskeyOf, Refused, SecondFactor,
    Secret, Seed, SignedIn, Stage, Vouched, WeakPassword, Who, totp_at,
};
pub use staff::Member;
pub use standards::{Comparison, FactCount, Figures, TeamCount};
pub use unpaid_work::{OnRoll, ROLL_PAGE};
pub use upkeep::Upkeep;
pub use webhooks::{Courier, Destinations, NewSubscription, SubscriptionView, shown_secret};

pub use path::read_history;

use path::Path;

/// The use cases, on one store with one set of rules.
pub struct Service {
    path: Path,
    destinations: Destinations,
    limits: Limits,
    hashing: sign_in::Hashing,
    live: plans::Live,
    columns: measures::Remembered,
    tallies: plans::Tallies,
    keys: Keys,
}

impl Service {
    /// The service on an open store, with the safeguards that the program ships.
    pub fn new(store: store::Store, policy: Policy, rules: Rules) -> Self {
        let path = Path::new(store, policy, rules);
        let (limits, hashing) = (Limits::default(), sign_in::Hashing::default());
        let (live, tallies, keys) = (plans::Live::default(), plans::Tallies::default(), Keys::default());
        let columns = measures::Remembered::default();
        Self { path, destinations: Destinations::default(), limits, hashing, live, columns, tallies, keys }
    }

    /// The same service, with webhooks to these destinations.
    #[must_use]
    pub fn sending_to(self, destinations: Destinations) -> Self {
        Self { destinations, ..self }
    }

    /// The same with other limits for sessions.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same, with the secrets of authenticators sealed under these keys.
    #[must_use]
    pub fn sealing_with(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// The same with other safeguards against misuse.
    #[must_use]
    pub fn guarded_by(self, safeguards: Safeguards) -> Self {
        Self { path: self.path.guarded_by(safeguards), ..self }
    }

    /// Who works here, for names on pages: it says nothing that a door plate does not.
    pub fn directory(&self) -> Result<std::sync::Arc<Directory>, ServiceError> {
        self.path.directory()
    }

    /// The rules in force: rulebook, calendars, the law's limits.
    pub fn rules(&self) -> &Rules {
        self.path.rules()
    }
}

//! The read models: what search, caseloads, worklists and counts are served from. The whole set of rows of a person is
//! computed by the caller and replaced in the transaction of the append, so nothing can drift.

mod queries;
mod replace;

pub use queries::{
    Count, Outstanding, PersonHit, Search, Worklist, WorklistCursor, WorklistOf, caseload, counts, people_to_refresh,
    search, streams, team_cases, worklist,
};
pub use replace::{dump, replace, replace_all};

/// All rows of one person. Dates are ISO text, so that they sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRows {
    /// The name as shown.
    pub display_name: String,
    /// The name as sorted by (normalised).
    pub sort_name: String,
    /// Normalised words of all names, for search.
    pub tokens: Vec<String>,
    /// Date of birth, when fully known.
    pub date_of_birth: Option<String>,
    /// Identifiers (kind and value).
    pub identifiers: Vec<Identifier>,
    /// The record is restricted.
    pub restricted: bool,
    /// One row per order, licence or other case.
    pub cases: Vec<CaseRow>,
    /// One row per obligation of the clock.
    pub obligations: Vec<ObligationRow>,
    /// The last contact that was held.
    pub last_contact_on: Option<String>,
}

/// An identifier that an agency uses for the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// Which (`chs`, `pnc`, …).
    pub kind: String,
    /// Its value, normalised.
    pub value: String,
}

/// A case: one order, licence or other piece of supervision.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseRow {
    /// The order's reference, unique within the person.
    pub order_ref: String,
    /// What kind of case.
    pub kind: String,
    /// Its status in words of practice.
    pub status: String,
    /// The responsible council.
    pub council: String,
    /// The team, when allocated.
    pub team: Option<String>,
    /// The case manager, when allocated.
    pub worker: Option<String>,
    /// The contact level.
    pub level: Option<String>,
    /// When the court imposed it.
    pub imposed_on: Option<String>,
    /// When it ended.
    pub ended_on: Option<String>,
    /// Hours of unpaid work ordered.
    pub hours_ordered: Option<i64>,
    /// Minutes of unpaid work credited.
    pub minutes_credited: Option<i64>,
    /// The earliest date something is due.
    pub next_due: Option<String>,
    /// The day on which the clock's answer can change without a new fact.
    pub refresh_on: Option<String>,
}

/// One obligation as the clock answered it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObligationRow {
    /// The case it belongs to.
    pub order_ref: String,
    /// The standard's id.
    pub standard: String,
    /// The day that opened it.
    pub opened_on: String,
    /// The last day, when there is one.
    pub due: Option<String>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    pub state: String,
    /// The day it was discharged or excused.
    pub on: Option<String>,
    /// The team that answers for it.
    pub team: Option<String>,
    /// The worker who answers for it.
    pub worker: Option<String>,
    /// It is the one of its group that governs.
    pub governs: bool,
}

impl PersonRows {
    /// The same rows in the one order in which [`dump`] answers them: two sets of rows say the same exactly when
    /// their canonical forms are equal.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.tokens.sort_unstable();
        self.tokens.dedup();
        self.tokens.retain(|token| !token.is_empty() && !token.contains(' '));
        self.identifiers.sort_unstable();
        self.identifiers.dedup();
        self.cases.sort();
        self.obligations.sort();
        self
    }
}

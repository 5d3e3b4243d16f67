//! The read models: what search, caseloads, worklists and counts are served from. The whole set of rows of a person is
//! computed by the caller and replaced in the transaction of the append, so nothing can drift.

mod access;
mod caseload;
mod diary;
mod find;
mod queries;
mod replace;
mod team;
mod unpaid_work;
mod words;
mod worklist;

pub use access::may_see;
pub(crate) use access::visible;
pub use caseload::{Caseload, CaseloadCursor, InHand, Running, Sort, caseload, caseload_size, cases_of};
pub use diary::{Diary, Planned, Unseen, appointments, longest_unseen, without_outcome};
pub use find::{
    Held, Named, Profile, alike, born_between, held, identifiers_of, named, named_beginning, named_from, number_key,
    numbered, profiles,
};
pub use queries::{PersonHit, people_to_refresh, streams};
pub use replace::{dump, replace, replace_all};
pub use team::{
    Count, CountedCase, Load, StandardCases, ToEndorse, Unallocated, Waiting, counts, counts_of_quarter, load,
    standard_cases, to_endorse, unallocated, waiting,
};
pub use unpaid_work::on_unpaid_work;
pub(crate) use words::pairs;
pub use words::{cuts, sound};
pub use worklist::{Outstanding, Tally, Worklist, WorklistCursor, WorklistOf, tally, worklist};

/// All rows of one person. Dates are ISO text, so that they sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRows {
    /// The name as shown.
    pub display_name: String,
    /// The name as sorted by (normalised).
    pub sort_name: String,
    /// All names, each as normalised words with one space between them; search goes by them.
    pub names: Vec<String>,
    /// Other names than the one shown, as they were told.
    pub also_known_as: Vec<String>,
    /// Date of birth, when fully known.
    pub date_of_birth: Option<String>,
    /// The year, or the year and month, of birth when no more is known.
    pub born_about: Option<String>,
    /// Identifiers (kind and value).
    pub identifiers: Vec<Identifier>,
    /// The record is not for everyone: `access` says for whom.
    pub restricted: bool,
    /// Who may see a record that is not for everyone.
    pub access: Vec<AccessRow>,
    /// One row per order, licence or other case.
    pub cases: Vec<CaseRow>,
    /// One row per obligation of the clock.
    pub obligations: Vec<ObligationRow>,
    /// One row per planned contact.
    pub appointments: Vec<AppointmentRow>,
    /// One row per breach proceedings under way.
    pub proceedings: Vec<ProceedingsRow>,
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

/// Whether an account may see a record that is not for everyone. The account's own row decides; else that of
/// [`AccessRow::EVERYBODY`]; else it may.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccessRow {
    /// The account.
    pub account: String,
    /// Whether it may.
    pub may: bool,
}

impl AccessRow {
    /// Stands for every account that has no row of its own; no account is called so.
    pub const EVERYBODY: &'static str = "*";
}

/// A contact that was planned.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppointmentRow {
    /// The contact's reference, unique within the person.
    pub contact: String,
    /// The day.
    pub on: String,
    /// The time, `14:30`.
    pub at: Option<String>,
    /// How.
    pub kind: String,
    /// With whom: the case manager, other staff, a partner.
    pub with: String,
    /// Where.
    pub place: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// In whose diary.
    pub worker: Option<String>,
    /// In which team.
    pub team: Option<String>,
    /// `held`, `missed` or `cancelled`; none until it is recorded.
    pub outcome: Option<String>,
}

/// Breach proceedings under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProceedingsRow {
    /// Their reference, unique within the person.
    pub breach: String,
    /// Of which case.
    pub order_ref: String,
    /// Where they stand.
    pub stage: String,
    /// Since when.
    pub since: String,
    /// Whether a manager endorsed them.
    pub endorsed: bool,
    /// The team that answers for the case.
    pub team: Option<String>,
    /// The worker who answers for the case.
    pub worker: Option<String>,
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
    /// The record is not for everyone.
    pub restricted: bool,
    /// The standard that falls due at `next_due`.
    pub next_standard: Option<String>,
    /// The latest contacts, oldest first: `k` for one that was kept, `m` for one that was missed.
    pub attendance: String,
    /// How many obligations were met in time.
    pub met: i64,
    /// How many were met late.
    pub late: i64,
    /// How many were missed.
    pub missed: i64,
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
    /// The record is not for everyone.
    pub restricted: bool,
}

impl PersonRows {
    /// The same rows in the one order in which [`dump`] answers them: two sets of rows say the same exactly when
    /// their canonical forms are equal.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.names = words::apart(&words::joined(&self.names)).map(str::to_owned).collect();
        self.identifiers.sort_unstable();
        self.identifiers.dedup();
        self.access.sort_unstable();
        self.cases.sort();
        self.obligations.sort();
        self.appointments.sort();
        self.proceedings.sort();
        self
    }
}

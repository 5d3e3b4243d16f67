//! # record
//!
//! A person's record: the vocabulary of practice, the events, the folded state, and the decisions.
//!
//! Everything that happens is recorded once, as a dated [`Event`] in the person's stream. Nothing is edited: a mistake is
//! corrected or struck by a later event with a reason, and the fold honours it, so a record can be read as it was known
//! at any moment. [`History::record`] folds events into a [`Record`]; [`History::decide`] says whether something can be
//! recorded, or refuses in the words of practice; [`Record::cases`] gives the facts that the clock runs on.
//!
//! *May know:* dates, the law's limits as data, the names of facts.
//! *Must not know:* the time of day, I/O, the store, the rulebook, HTML.
//!
//! Each module is a part of practice and holds its events, what each needs (`check`), what each changes (`apply`) and
//! which facts it publishes.

mod amend;
mod event;
mod happened;
mod history;
mod record;
mod refusal;
mod stamp;
mod words;

pub mod breach;
pub mod contact;
pub mod court;
pub mod custody;
pub mod ending;
pub mod milestone;
pub mod noncompliance;
pub mod order;
pub mod person;
pub mod plan;
pub mod report;
pub mod restriction;
pub mod review;
pub mod supervision;
pub mod transfer;
pub mod unpaid_work;
pub mod variation;

pub use amend::{Corrected, Struck};
pub use event::{Event, What};
pub use happened::{Happened, NotADate, Precision};
pub use history::{History, Proposal, Standing, Stands};
pub use ledger::{EventId, WireError};
pub use order::{Law, LawError};
pub use record::{Case, Published, Record, Scope};
pub use refusal::Refusal;
pub use stamp::{Purpose, Stamp};
pub use words::{
    AreaRef, BreachRef, ChangeRef, ChargeRef, ContactRef, IncidentRef, Line, Note, OrderRef, PlacementRef, ReportRef,
    RestrictionRef, ReviewRef, SessionRef, TeamRef, Words, WordsError, WorkerRef,
};

//! # clock
//!
//! Rulebook and facts in, obligations out, each with its explanation. A [`Rulebook`] is a folder of dated, cited
//! standards (`rulebooks/README.md`); a [`Clock`] is a rulebook with its calendars, made ready; [`Clock::evaluate`] says
//! of one case's facts, on one day, what is open, met, late, missed, excused or not applicable, and why.
//!
//! *May know:* dates, calendars, the vocabulary of facts, the words of a rulebook.
//! *Must not know:* the record's events, the store, the time of day, files: it is given texts and facts.
//!
//! Invariants: facts dated after `today` are not looked at; the same rulebook, calendars, facts and day give the same
//! obligations; a refusal names the file, the standard and the field, the rule and the way out.

mod cadence;
mod case;
mod clock;
mod deadline;
mod describe;
mod engine;
mod explain;
mod fields;
mod figure;
mod gate;
mod group;
mod obligation;
mod pattern;
mod reading;
mod reasons;
pub mod report;
mod rulebook;
pub mod scenario;
mod schedule;
mod selector;
mod standard;

pub use clock::{CalendarRoles, Clock, ClockError, Detail};
pub use obligation::{Governor, Obligation, State, next_change};
pub use rulebook::{Rulebook, RulebookError};
pub use standard::{CalendarRole, Confidence, Kind, Standard, Status};

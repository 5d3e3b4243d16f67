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
//!
//! ```
//! use calendar::load;
//! use clock::{CalendarRoles, Clock, Detail, Rulebook, State, scenario::read_fact};
//! use facts::Timeline;
//!
//! let town = r#"
//! id = "town"
//! title = "The town"
//! version = "1"
//! source = "A notice on the door"
//! covers = [2026, 2026]
//! holiday = []
//! "#;
//! let rulebook = r#"
//! id = "example"
//! title = "One standard"
//! version = "1"
//! jurisdiction = "Nowhere"
//! [calendars]
//! council = "town"
//! [[standard]]
//! id = "nos.allocate"
//! title = "Case manager allocated"
//! kind = "deadline"
//! status = "current"
//! confidence = "sourced"
//! source = "S3 NOS 2010 5.3"
//! applies_to = ["order:any"]
//! trigger = ["order.received"]
//! discharged_by = ["case_manager.allocated"]
//! limit = "2 working days"
//! calendar = "council"
//! "#;
//! let calendars = load(&[("town.toml", town)])?;
//! let rulebook = Rulebook::parse(&[("rulebook.toml".to_owned(), rulebook.to_owned())])?;
//! let clock = Clock::new(&rulebook, CalendarRoles::of(&rulebook, &calendars)?);
//! let facts = ["2026-03-06 order.received", "2026-03-10 case_manager.allocated"].map(read_fact);
//! let timeline = Timeline::new(facts.into_iter().collect::<Result<_, _>>()?);
//! let found = clock.evaluate(&timeline, "2026-03-20".parse()?, Detail::Explained)?;
//! assert_eq!(found[0].state, State::Met);
//! assert_eq!(
//!     found[0].explanation.as_deref(),
//!     Some(
//!         "On Friday 6 March 2026 the council received the order; 2 working days; Saturday 7 March and Sunday 8 March \
//!          2026 not counted; due Tuesday 10 March 2026 (calendar town, version 1; S3 NOS 2010 5.3; rulebook example 1). \
//!          On Tuesday 10 March 2026 a case manager was allocated: met."
//!     )
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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

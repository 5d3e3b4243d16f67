//! # facts
//!
//! The words that the record and the rulebook share. A [`Fact`] is what an event means to a rule: a name from the
//! [vocabulary](FactName), the day, sometimes the minute, and a few attributes. A [`Timeline`] is one case's facts in
//! date order: an order, a licence, a report, or an authority's year.
//!
//! *May know:* dates, and the names of things that happen in practice.
//! *Must not know:* the record's events, the rulebook, the store.
//!
//! Invariant: a fact's name is one of [`FactName::ALL`]; a rule or a timeline that names another is refused with a
//! sentence. `docs/facts.md` is generated from this list.

mod attributes;
mod fact;
mod timeline;
mod vocabulary;

pub use attributes::{Attributes, Value};
pub use fact::Fact;
pub use timeline::{Timeline, TimelineError};
pub use vocabulary::{FactName, Publisher, UnknownFact};

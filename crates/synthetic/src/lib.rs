//! # synthetic
//!
//! A synthetic area shaped like Lothian and Borders: five councils of invented names, their teams and workers, and any
//! number of people with histories of several years. Volumes, mixes, lateness and endings follow published figures,
//! which stand with their sources in `targets.toml`; [`Profile`] measures what was made and compares.
//!
//! *May know:* the record's vocabulary, calendars, published figures.
//! *Must not know:* the store, the service, the rulebook, the time of day.
//!
//! A person depends on the seed, their number, the size and the area alone: the same arguments give the same events,
//! byte for byte, on any machine. No draw goes through a library whose next version may draw otherwise. Every event is
//! one that `record::History::decide` accepts in the order of recording.

mod amend;
mod area;
mod breach;
mod chance;
mod days;
mod ending;
mod error;
mod first_steps;
mod life;
mod mix;
mod noncompliance;
mod other_measures;
mod payback;
mod person;
mod profile;
mod reconviction;
mod release;
mod report;
mod stream;
mod supervision;
mod targets;
mod unpaid_work;
mod world;

pub use area::{Area, Council, Role, Team, Worker};
pub use calendar::Calendars;
pub use error::SyntheticError;
pub use profile::{Comparison, Profile};
pub use targets::{Target, Targets, Unit};
pub use world::{People, Person, Size, people};

//! The event log, the read models and the access log on SQLite and PostgreSQL.
//!
//! **For:** appending events with optimistic concurrency, keeping the read models of a person in the same transaction,
//! entering every act in a chained access log whose signed end is kept outside the database, and proving afterwards
//! that nothing was changed, lost or slipped in.
//!
//! **May know:** streams, events, rows, chains, files, two SQL dialects.
//!
//! **Must not know:** policy (who may do what), the types of the record (bodies are opaque JSON text), the time of day
//! (it is an argument).
//!
//! ```no_run
//! use store::{Location, Options, Store, StreamId, events};
//! # fn main() -> Result<(), store::StoreError> {
//! let location: Location = "area.db".parse()?;
//! let store = Store::open(&location, &Options::new(1_772_409_600_000_000))?;
//! let person = StreamId::new("person", "0198");
//! let known = store.read(|tx| events::read(tx, &person, None))?;
//! # Ok(()) }
//! ```
//!
//! All writes of a process go through one thread per chain, which puts many closures into one commit and answers each
//! caller only after that commit and the witness. Reads have connections of their own.

pub mod access_log;
pub mod accounts;
pub mod alarms;
pub mod backup;
pub mod calendar_feeds;
pub mod campaign;
mod chain;
mod checkpoint;
pub mod drafts;
mod error;
pub mod events;
pub mod health;
pub mod jobs;
mod journal;
mod location;
mod migrations;
pub mod notices;
pub mod openings;
pub mod plan_inbox;
pub mod plans;
mod postgres;
pub mod rows;
pub mod secrets;
mod sqlite;
mod standing;
mod store;
pub mod subscriptions;
mod syncs;
mod tx;
mod verify;
pub mod witness;
mod writer;

pub use chain::Hash;
pub use error::{Result, StoreError};
pub use events::{Append, Appended, NewEvent, StoredEvent, StreamId};
pub use location::{Location, PostgresUrl};
pub use store::{Access, Begun, Options, Store};
pub use tx::{Cell, Dialect, Row, Tx, Val};
pub use verify::{Verified, verify};

//! # ledger
//!
//! What every stream of events has in common, whether it is a person's record or a plan: text with a limit ([`Words`]),
//! references ([`references!`]), the list of what can happen with its wire forms ([`events!`]), and how a later event
//! corrects or strikes an earlier one ([`standing`]).
//!
//! *May know:* that events have an identifier, a content and a day.
//! *Must not know:* what they say, about whom, the time of day, I/O.

mod amend;
mod events;
mod words;

pub use amend::{Amendment, Amendments, Corrected, Correction, Entry, Struck, standing};
pub use events::{EventId, Nested, WireError, place_of};
pub use words::{Private, Public, Secrecy, Words, WordsError, from_text, reference};

/// What the macros need where they are used.
#[doc(hidden)]
pub mod theirs {
    pub use compact_str::CompactString;
    pub use {schemars, serde, serde_json};
}

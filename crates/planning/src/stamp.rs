//! Who recorded what, and when: what every event of a plan carries beside its content.

use crate::words::Line;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// An event's identifier. The caller makes it, so that saying the same thing twice can be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What every event carries beside its content.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// The event's identifier.
    pub id: EventId,
    /// The day on which it took place, as told.
    pub happened: Date,
    /// When we learned it.
    pub recorded: Timestamp,
    /// Who recorded it.
    pub by: Line,
}

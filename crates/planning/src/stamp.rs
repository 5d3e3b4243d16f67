//! Who recorded what, and when: what every event of a plan carries beside its content.

use crate::EventId;
use crate::words::Line;
use jiff::Timestamp;
use jiff::civil::Date;

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

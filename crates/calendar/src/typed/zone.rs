//! The two nights on which the clock in London jumps.

use super::{Read, refuse, say_time};
use crate::words::say;
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The time zone of the people who type.
static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// Whether the clock in London showed that time twice that day; a refusal if it never did.
pub(super) fn shown_on_the_clock(on: Date, at: Time) -> Read<bool> {
    match LONDON.to_ambiguous_timestamp(on.to_datetime(at)).offset() {
        AmbiguousOffset::Unambiguous { .. } => Ok(false),
        AmbiguousOffset::Fold { .. } => Ok(true),
        AmbiguousOffset::Gap { .. } => refuse(format!(
            "There was no {} on {}: the clocks went forward from 1am to 2am. Type the time that the clock showed.",
            say_time(at),
            say(on)
        )),
    }
}

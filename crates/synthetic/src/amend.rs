//! Things that were written down wrongly: corrected or struck some days later.

use crate::SyntheticError;
use crate::life::Life;
use jiff::civil::Date;
use record::{Corrected, EventId, Struck, What};

/// Corrects an event some days after it was written down; nothing if it never was.
pub(crate) fn correct(
    life: &mut Life<'_>,
    event: Option<EventId>,
    on: Date,
    instead: impl Into<What>,
    reason: &str,
) -> Result<(), SyntheticError> {
    let Some(event) = event else { return Ok(()) };
    let noticed = noticed(life, on)?;
    let correction = Corrected { event, instead: Box::new(instead.into()), happened: None, reason: reason.try_into()? };
    beyond_the_end(life, |life| life.say(noticed, correction));
    Ok(())
}

/// Strikes an event some days after it was written down; nothing if it never was.
pub(crate) fn strike(
    life: &mut Life<'_>,
    event: Option<EventId>,
    on: Date,
    reason: &str,
) -> Result<(), SyntheticError> {
    let Some(event) = event else { return Ok(()) };
    let noticed = noticed(life, on)?;
    let strike = Struck { event, reason: reason.try_into()? };
    beyond_the_end(life, |life| life.say(noticed, strike));
    Ok(())
}

/// After the longest time in which things are written down, so that what is amended stands.
fn noticed(life: &mut Life<'_>, on: Date) -> Result<Date, SyntheticError> {
    life.some_days_after(on, 14, 26)
}

/// A mistake may be noticed after the order has ended.
fn beyond_the_end<T>(life: &mut Life<'_>, tell: impl FnOnce(&mut Life<'_>) -> T) -> T {
    let fence = std::mem::replace(&mut life.stream.fence, Date::MAX);
    let told = tell(life);
    life.stream.fence = fence;
    told
}

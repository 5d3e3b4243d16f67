//! Days of a council: counted on its calendar up to the end of the area's history, roughly beyond, where nothing is kept.

use crate::SyntheticError;
use calendar::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Counts days in one council.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days<'a> {
    pub(crate) calendar: &'a Calendar,
    pub(crate) until: Date,
}

impl Days<'_> {
    /// The nth working day after a day; with 0 the day itself, or the next working day.
    pub(crate) fn working(self, start: Date, n: i32) -> Result<Date, SyntheticError> {
        let count = u32::try_from(n.max(0)).unwrap_or_default();
        let at_the_latest = later(start, 14 + n.max(0) * 2)?;
        if start > self.until || at_the_latest.year() > *self.calendar.covers().end() {
            return later(start, n + n / 5 * 2);
        }
        Ok(if count == 0 { self.calendar.next_working(start)? } else { self.calendar.nth_working_day(start, count)? })
    }

    /// The nth working day before a day.
    pub(crate) fn working_before(self, start: Date, n: i32) -> Result<Date, SyntheticError> {
        if start > self.until {
            return later(start, -n - n / 5 * 2);
        }
        Ok(self.calendar.nth_working_day_before(start, u32::try_from(n.max(0)).unwrap_or_default())?)
    }

    /// The first working day so many days later.
    pub(crate) fn around(self, start: Date, days: i32) -> Result<Date, SyntheticError> {
        self.working(later(start, days)?, 0)
    }
}

/// So many days later; earlier if negative.
pub(crate) fn later(day: Date, days: i32) -> Result<Date, SyntheticError> {
    Ok(day.checked_add(i64::from(days).days())?)
}

/// So many months later.
pub(crate) fn months_later(day: Date, months: i32) -> Result<Date, SyntheticError> {
    Ok(day.checked_add(i64::from(months).months())?)
}

/// How many days lie between.
pub(crate) fn days_from(start: Date, end: Date) -> i32 {
    start.until(end).map_or(0, |span| span.get_days())
}

/// The same day, or Monday after a Sunday: unpaid work is done on Saturdays too.
pub(crate) fn not_sunday(day: Date) -> Result<Date, SyntheticError> {
    if day.weekday() == Weekday::Sunday { later(day, 1) } else { Ok(day) }
}

//! When a message may reach somebody: in the day, and within the hours that are safe for this person.

use crate::actor::LONDON;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _, Zoned};
use record::person::SafeContact;

/// Nobody's telephone rings before 8am.
const DAY_BEGINS: Time = Time::constant(8, 0, 0, 0);
/// Nor from 9pm on.
const DAY_ENDS: Time = Time::constant(21, 0, 0, 0);

/// The hours of each day in which a message may be sent: from the first, up to but not including the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    from: Time,
    until: Time,
}

impl Hours {
    /// The hours that are left of the day for this contact detail; none when nothing may be sent.
    pub(crate) fn of(safe: &SafeContact) -> Option<Self> {
        let from = safe.from.map_or(DAY_BEGINS, |from| from.max(DAY_BEGINS));
        let until = safe.until.map_or(DAY_ENDS, |until| until.min(DAY_ENDS));
        (safe.write && from < until).then_some(Self { from, until })
    }

    /// Whether a moment is within them, on the clock in Scotland.
    pub(crate) fn hold(self, moment: Timestamp) -> bool {
        let time = local(moment).time();
        self.from <= time && time < self.until
    }

    /// The first moment within them that is not before `moment`; none at the end of the calendar.
    pub(crate) fn next(self, moment: Timestamp) -> Option<Timestamp> {
        if self.hold(moment) {
            return Some(moment);
        }
        let local = local(moment);
        let day = if local.time() < self.from { local.date() } else { local.date().tomorrow().ok()? };
        instant(day, self.from)
    }
}

/// A moment on the clock in Scotland.
pub(crate) fn local(moment: Timestamp) -> Zoned {
    moment.to_zoned(LONDON.clone())
}

/// The moment of a day and time in Scotland. A time that the spring change leaves out is taken an hour later; one that the
/// autumn change repeats is the first of the two.
pub(crate) fn instant(day: Date, time: Time) -> Option<Timestamp> {
    day.to_datetime(time).to_zoned(LONDON.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Two days before a day, at the same time of day.
pub(crate) fn two_days_before(day: Date, time: Time) -> Option<Timestamp> {
    instant(day.checked_sub(2.days()).ok()?, time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    fn hours(from: Option<Time>, until: Option<Time>) -> Option<Hours> {
        Hours::of(&SafeContact { write: true, reminders: true, from, until, ..SafeContact::default() })
    }

    fn next(hours: Hours, moment: &str) -> String {
        let zoned: Zoned = format!("{moment}[Europe/London]").parse().unwrap();
        local(hours.next(zoned.timestamp()).unwrap()).datetime().to_string()
    }

    #[test]
    fn a_message_at_night_waits_for_the_morning() {
        let day = hours(None, None).unwrap();
        assert_eq!(next(day, "2026-03-02T20:59:59"), "2026-03-02T20:59:59");
        assert_eq!(next(day, "2026-03-02T21:00"), "2026-03-03T08:00:00");
        assert_eq!(next(day, "2026-03-03T07:59:59"), "2026-03-03T08:00:00");
        assert_eq!(next(day, "2026-03-03T08:00"), "2026-03-03T08:00:00");
    }

    #[test]
    fn the_night_ends_at_eight_on_the_clock_on_both_days_on_which_the_clock_changes() {
        let day = hours(None, None).unwrap();
        assert_eq!(next(day, "2026-03-28T23:00"), "2026-03-29T08:00:00");
        assert_eq!(next(day, "2026-10-25T00:30"), "2026-10-25T08:00:00");
    }

    #[test]
    fn safe_hours_narrow_the_day_and_may_leave_nothing() {
        let narrow = hours(Some(time(10, 0, 0, 0)), Some(time(12, 0, 0, 0))).unwrap();
        assert_eq!(next(narrow, "2026-03-02T09:00"), "2026-03-02T10:00:00");
        assert_eq!(next(narrow, "2026-03-02T12:00"), "2026-03-03T10:00:00");
        assert_eq!(hours(Some(time(22, 0, 0, 0)), None), None);
        assert_eq!(Hours::of(&SafeContact::default()), None, "nothing is sent to where it was not said to be safe");
    }

    #[test]
    fn two_days_before_is_the_same_time_on_the_clock() {
        let at = two_days_before("2026-03-30".parse().unwrap(), time(14, 0, 0, 0)).unwrap();
        assert_eq!(local(at).datetime().to_string(), "2026-03-28T14:00:00");
    }
}

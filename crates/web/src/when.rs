//! Days and times as people say them, in Scotland's time: "Wednesday 4 March 2026", "2:30pm". Never ISO on a page.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// The day in Scotland at a moment.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(LONDON.clone()).date()
}

/// The time that the clock in Scotland shows at a moment.
pub(crate) fn local(at: Timestamp) -> DateTime {
    at.to_zoned(LONDON.clone()).datetime()
}

/// The day that was typed, as people type days; none when it is not one.
pub(crate) fn typed_day(typed: &str, now: Timestamp) -> Option<Date> {
    let told = calendar::typed::read(typed, now.to_zoned(LONDON.clone()).datetime(), calendar::typed::Lean::Past);
    told.ok().map(calendar::typed::Told::date)
}

/// The moment at which a day begins in Scotland.
pub(crate) fn start_of(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(LONDON.clone()).ok()?.timestamp())
}

/// "Wednesday 4 March 2026".
pub(crate) fn day(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// "Wed 4 Mar 2026", for tables.
pub(crate) fn short_day(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
}

/// "2:30pm", "9am", "midday" and "midnight" as they are said.
pub(crate) fn time(time: Time) -> String {
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (_, 0) => time.strftime("%-I%P").to_string(),
        _ => time.strftime("%-I:%M%P").to_string(),
    }
}

/// "Wednesday 4 March 2026 at 2:30pm".
pub(crate) fn moment(at: Timestamp) -> String {
    let there = at.to_zoned(LONDON.clone());
    format!("{} at {}", day(there.date()), time(there.time()))
}

/// "3 hours 15 minutes".
pub(crate) fn minutes(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let said = |n: i64, one: &str| format!("{n} {one}{}", if n.abs() == 1 { "" } else { "s" });
    match (hours, rest) {
        (0, rest) => said(rest, "minute"),
        (hours, 0) => said(hours, "hour"),
        (hours, rest) => format!("{} {}", said(hours, "hour"), said(rest, "minute")),
    }
}

/// "12 of 45 (27%)": a number never stands without its base.
pub(crate) fn of(part: u64, whole: u64) -> String {
    match whole {
        0 => "none".to_owned(),
        whole => format!("{part} of {whole} ({}%)", (part * 100 + whole / 2) / whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_times_are_said_as_people_say_them() {
        assert_eq!(day(date(2026, 3, 4)), "Wednesday 4 March 2026");
        assert_eq!(short_day(date(2026, 12, 24)), "Thu 24 Dec 2026");
        assert_eq!([time(Time::constant(14, 30, 0, 0)), time(Time::constant(9, 0, 0, 0))], ["2:30pm", "9am"]);
        assert_eq!([time(Time::midnight()), time(Time::constant(12, 0, 0, 0))], ["midnight", "midday"]);
        assert_eq!(
            [minutes(195), minutes(60), minutes(1), minutes(0)],
            ["3 hours 15 minutes", "1 hour", "1 minute", "0 minutes"]
        );
        assert_eq!([of(12, 45), of(0, 0)], ["12 of 45 (27%)", "none"]);
    }

    #[test]
    fn both_changes_of_the_clock_are_told_in_scotlands_time() {
        let said = |text: &str| moment(text.parse().unwrap());
        assert_eq!(said("2026-03-29T00:59:00Z"), "Sunday 29 March 2026 at 12:59am");
        assert_eq!(said("2026-03-29T01:00:00Z"), "Sunday 29 March 2026 at 2am");
        assert_eq!(said("2026-10-25T00:30:00Z"), "Sunday 25 October 2026 at 1:30am");
        assert_eq!(said("2026-10-25T01:30:00Z"), "Sunday 25 October 2026 at 1:30am");
    }
}

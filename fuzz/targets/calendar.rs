//! A set of calendar files: whatever is accepted counts consistently.
#![no_main]

use calendar::{Calendar, Day, DayOffStart};
use jiff::{ToSpan as _, civil::Date};
use throughline_fuzz::files;

fn count(calendar: &Calendar, start: Date) {
    let day = calendar.day(start).expect("the year is covered");
    assert_eq!(calendar.is_working(start), Ok(day == Day::Working));
    if let Ok(next) = calendar.next_working(start) {
        assert!(next >= start && calendar.is_working(next) == Ok(true), "{start}: next working day {next}");
    }
    for n in [0, 1, 2, 5, 30] {
        let found = calendar.nth_working_day(start, n);
        let counted = calendar.working_days_after(start, n);
        assert_eq!(counted.as_ref().map(|counted| counted.due), found.as_ref().map(|due| *due));
        if let (Ok(due), Ok(counted)) = (found, counted) {
            assert_eq!(calendar.working_days_between(start, due), Ok(n), "{start} and {n}: {due}");
            let _ = counted.not_counted();
            assert!(counted.skipped.iter().all(|(day, _)| start < *day && *day < due));
            let between = i64::from((due - start).get_days());
            if n > 0 && calendar.start_on_day_off() == DayOffStart::NextWorkingDayIsDayOne {
                assert_eq!(between, i64::from(n) + counted.skipped.len() as i64, "{start} and {n}: {due}");
            }
        }
        if let Ok(before) = calendar.nth_working_day_before(start, n) {
            assert!(before <= start && (n == 0 || calendar.is_working(before) == Ok(true)));
        }
    }
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let calendars = match calendar::load(&files(text)) {
        Ok(calendars) => calendars,
        Err(refusal) => return assert!(!refusal.to_string().is_empty()),
    };
    for calendar in calendars.iter() {
        let covers = calendar.covers();
        assert!(!covers.is_empty());
        for (holiday, name) in calendar.holidays() {
            assert!(covers.contains(&holiday.year()), "{name} on {holiday} is outside {covers:?}");
            assert_ne!(calendar.is_working(holiday), Ok(true), "{name} on {holiday} is worked");
        }
        let first = jiff::civil::date(*covers.start(), 1, 1);
        let last = jiff::civil::date(*covers.end(), 12, 31);
        for start in [first, first + 45.days(), first + 98.days(), last - 40.days(), last] {
            count(calendar, start);
        }
        let holidays: Vec<Date> = calendar.holidays().map(|(day, _)| day).take(8).collect();
        holidays.into_iter().for_each(|day| count(calendar, day));
        assert!(calendar.day(first - 1.day()).is_err() && calendar.day(last + 1.day()).is_err());
    }
});

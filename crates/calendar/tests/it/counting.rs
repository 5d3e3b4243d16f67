use crate::{only, scotland, shipped};
use calendar::{Calendar, Day, DayOffStart, Skip, say};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;
use std::sync::LazyLock;

static SCOTLAND: LazyLock<Calendar> = LazyLock::new(scotland);
static COUNCIL: LazyLock<Calendar> = LazyLock::new(|| shipped().get("council-example").unwrap().clone());
static DAY_ZERO: LazyLock<Calendar> = LazyLock::new(|| {
    only(
        "id = 'zero'\ntitle = 'Zero'\nversion = '1'\nsource = 'A test'\ncovers = [2005, 2035]\n\
         start_on_day_off = 'next working day is day 0'\n\
         [[holiday]]\nid = 'may'\nname = 'May Day'\non = 'first Monday of May'\n",
    )
});

#[test]
fn an_order_received_on_christmas_eve_2026_passes_four_days() {
    let counted = SCOTLAND.working_days_after(date(2026, 12, 24), 2).unwrap();
    assert_eq!(counted.due, date(2026, 12, 30));
    assert_eq!(
        counted.not_counted().unwrap(),
        "Friday 25 December (Christmas Day), Saturday 26 December, Sunday 27 December and Monday 28 December 2026 \
         (Boxing Day (substitute day))"
    );
}

#[test]
fn over_the_new_year_both_years_are_named() {
    let counted = SCOTLAND.working_days_after(date(2027, 12, 31), 1).unwrap();
    assert_eq!(counted.due, date(2028, 1, 5));
    let counted = SCOTLAND.working_days_after(date(2022, 12, 30), 1).unwrap();
    assert_eq!(counted.due, date(2023, 1, 4));
    assert_eq!(
        counted.not_counted().unwrap(),
        "Saturday 31 December 2022, Sunday 1 January, Monday 2 January (New Year holiday) and Tuesday 3 January 2023 \
         (New Year's Day (substitute day))"
    );
}

#[test]
fn no_day_passed_over_is_nothing_to_say() {
    let counted = SCOTLAND.working_days_after(date(2026, 3, 2), 2).unwrap();
    assert_eq!((counted.due, counted.skipped.len()), (date(2026, 3, 4), 0));
    assert_eq!(counted.not_counted(), None);
}

#[test]
fn from_a_saturday_the_calendar_says_which_day_is_the_first() {
    let saturday = date(2026, 3, 7);
    assert_eq!(SCOTLAND.start_on_day_off(), DayOffStart::NextWorkingDayIsDayOne);
    assert_eq!(SCOTLAND.nth_working_day(saturday, 1).unwrap(), date(2026, 3, 9));
    assert_eq!(DAY_ZERO.nth_working_day(saturday, 1).unwrap(), date(2026, 3, 10));
    assert_eq!(DAY_ZERO.working_days_after(saturday, 1).unwrap().skipped, [(date(2026, 3, 8), Skip::Weekend)]);
}

#[test]
fn the_last_days_covered_are_refused_when_the_count_runs_over() {
    let refusal = SCOTLAND.nth_working_day(date(2035, 12, 31), 1).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "Calendar scotland (version 2026.1) does not cover 2036: it covers 2005 to 2035. Widen `covers` in its file, or choose a \
         calendar that covers the year."
    );
    assert!(SCOTLAND.day(date(2004, 12, 31)).unwrap_err().to_string().contains("does not cover 2004"));
    assert!(SCOTLAND.nth_working_day_before(date(2005, 1, 5), 1).unwrap_err().to_string().contains("2004"));
    assert!(SCOTLAND.working_days_between(date(2035, 1, 1), date(2036, 1, 1)).is_err());
}

/// The nth working day by looking at each day in turn.
fn naive(calendar: &Calendar, start: Date, n: u32) -> Date {
    let works = |day: Date| matches!(calendar.day(day), Ok(Day::Working));
    let mut day = start;
    if calendar.start_on_day_off() == DayOffStart::NextWorkingDayIsDayZero && n > 0 {
        while !works(day) {
            day = day.tomorrow().unwrap();
        }
    }
    let mut left = n;
    while left > 0 {
        day = day.tomorrow().unwrap();
        left -= u32::from(works(day));
    }
    day
}

fn a_day() -> impl Strategy<Value = Date> {
    (0i64..29 * 365).prop_map(|days| date(2005, 1, 1).checked_add(days.days()).unwrap())
}

fn a_calendar() -> impl Strategy<Value = &'static Calendar> {
    prop_oneof![Just(&*SCOTLAND), Just(&*COUNCIL), Just(&*DAY_ZERO)]
}

proptest! {
    #[test]
    fn counting_agrees_with_looking_at_each_day(calendar in a_calendar(), start in a_day(), n in 0u32..120) {
        let due = calendar.nth_working_day(start, n).unwrap();
        prop_assert_eq!(due, naive(calendar, start, n), "{} from {}", n, say(start));
        let counted = calendar.working_days_after(start, n).unwrap();
        prop_assert_eq!(counted.due, due);
        let worked = calendar.working_days_between(start, due).unwrap() as usize;
        let passed = start.series(1.day()).skip(1).take_while(|day| *day <= due).count();
        prop_assert!(counted.skipped.len() + worked == passed || calendar.start_on_day_off() == DayOffStart::NextWorkingDayIsDayZero);
        for (day, skip) in counted.skipped {
            prop_assert!(start < day && day < due);
            match calendar.day(day).unwrap() {
                Day::Working => prop_assert!(false, "{} is worked", say(day)),
                Day::Weekend => prop_assert_eq!(skip, Skip::Weekend),
                Day::Holiday(name) => prop_assert_eq!(skip, Skip::Holiday(name.to_owned())),
            }
        }
    }

    #[test]
    fn the_result_is_a_working_day_and_later(calendar in a_calendar(), start in a_day(), n in 1u32..120) {
        let due = calendar.nth_working_day(start, n).unwrap();
        prop_assert!(calendar.is_working(due).unwrap() && due > start);
    }

    #[test]
    fn counting_is_monotone(calendar in a_calendar(), start in a_day(), later in 0i64..40, n in 0u32..120, more in 0u32..5) {
        let due = calendar.nth_working_day(start, n).unwrap();
        let from_later = calendar.nth_working_day(start.checked_add(later.days()).unwrap(), n).unwrap();
        prop_assert!(due <= from_later);
        prop_assert!(due <= calendar.nth_working_day(start, n + more).unwrap());
    }

    #[test]
    fn counting_twice_is_counting_once(calendar in a_calendar(), start in a_day(), n in 1u32..60, m in 0u32..60) {
        let once = calendar.nth_working_day(start, n + m).unwrap();
        let twice = calendar.nth_working_day(calendar.nth_working_day(start, n).unwrap(), m).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn the_days_between_give_back_the_number(calendar in a_calendar(), start in a_day(), n in 1u32..120) {
        let due = calendar.nth_working_day(start, n).unwrap();
        prop_assert_eq!(calendar.working_days_between(start, due).unwrap(), n);
        prop_assert_eq!(calendar.working_days_between(due, start).unwrap(), 0);
    }

    #[test]
    fn counting_back_undoes_counting_from_a_working_day(calendar in a_calendar(), start in a_day(), n in 1u32..60) {
        let start = calendar.next_working(start).unwrap();
        let due = calendar.nth_working_day(start, n).unwrap();
        prop_assert_eq!(calendar.nth_working_day_before(due, n).unwrap(), start);
    }
}

use crate::scotland;
use calendar::{Calendar, Limit};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;
use std::sync::LazyLock;

static SCOTLAND: LazyLock<Calendar> = LazyLock::new(scotland);

fn due(limit: &str, start: &str) -> String {
    limit.parse::<Limit>().unwrap().due(start.parse().unwrap(), &SCOTLAND).unwrap().due.to_string()
}

#[test]
fn each_limit_falls_due_where_the_law_puts_it() {
    let table = [
        ("same day", "2026-03-07", "2026-03-07"),
        ("2 working days", "2026-03-05", "2026-03-09"),
        ("1 working day", "2026-12-24", "2026-12-29"),
        ("5 days", "2026-03-02", "2026-03-07"),
        ("4 weeks", "2026-03-02", "2026-03-30"),
        ("3 months", "2026-03-01", "2026-06-01"),
        ("3 months beginning with", "2026-03-01", "2026-05-31"),
        ("6 months beginning with", "2026-08-31", "2027-02-28"),
        ("6 months beginning with", "2026-08-15", "2027-02-14"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2028-01-31", "2028-02-29"),
        ("1 month beginning with", "2026-01-31", "2026-02-28"),
        ("1 month beginning with", "2026-01-29", "2026-02-28"),
        ("1 month beginning with", "2026-01-28", "2026-02-27"),
        ("1 year", "2028-02-29", "2029-02-28"),
        ("10 years", "2026-03-04", "2036-03-04"),
        ("24 hours", "2026-03-06", "2026-03-07"),
        ("72 hours", "2026-03-06", "2026-03-09"),
        ("36 hours", "2026-03-06", "2026-03-08"),
        ("12 weeks before", "2026-06-30", "2026-04-07"),
        ("21 days before", "2026-03-22", "2026-03-01"),
        ("1 month before", "2026-03-31", "2026-02-28"),
        ("2 working days before", "2026-12-29", "2026-12-23"),
        ("2 working days before", "2026-12-27", "2026-12-23"),
    ];
    for (limit, start, expected) in table {
        assert_eq!(due(limit, start), expected, "{limit} from {start}");
    }
}

#[test]
fn hours_from_a_minute_end_on_a_minute() {
    let start = date(2026, 3, 6).at(14, 30, 0, 0);
    assert_eq!("72 hours".parse::<Limit>().unwrap().due_time(start), Some(date(2026, 3, 9).at(14, 30, 0, 0)));
    assert_eq!("3 days".parse::<Limit>().unwrap().due_time(start), None);
}

#[test]
fn only_working_days_need_a_calendar() {
    let beyond = date(2050, 1, 1);
    assert!("5 days".parse::<Limit>().unwrap().due_date(beyond, &SCOTLAND).is_ok());
    assert!("5 working days".parse::<Limit>().unwrap().due_date(beyond, &SCOTLAND).is_err());
}

#[test]
fn words_that_are_no_limit_are_refused_with_examples() {
    let refused = |words: &str| words.parse::<Limit>().unwrap_err().to_string();
    assert!(refused("soon").starts_with("\"soon\" is not a limit. Write for example \"same day\", \"2 working days\""));
    for words in ["", "two days", "-2 days", "2", "days", "2 fortnights", "3 months starting", "P2D"] {
        assert!(refused(words).contains("is not a limit. Write for example"), "{words}");
    }
    assert_eq!(
        refused("0 days"),
        "\"0 days\" is not a limit: the number must be 1 to 36500. For no time at all write \"same day\"."
    );
    assert!(refused("4000000000 years").contains("1 to 100"));
}

#[test]
fn a_limit_past_the_last_year_that_can_be_written_is_refused() {
    let refusal = Limit::Years(100).due_date(date(9950, 1, 1), &SCOTLAND).unwrap_err();
    assert!(refusal.to_string().starts_with("100 years from Sunday 1 January 9950 runs past the year 9999."));
}

fn a_limit() -> impl Strategy<Value = Limit> {
    (1u32..60, 0usize..11, any::<bool>()).prop_map(|(n, kind, beginning_with)| match kind {
        0 => Limit::SameDay,
        1 => Limit::WorkingDays(n),
        2 => Limit::Days(n),
        3 => Limit::Weeks(n),
        4 => Limit::Months { n, beginning_with },
        5 => Limit::Years(n),
        6 => Limit::Hours(n),
        7 => Limit::WorkingDaysBefore(n),
        8 => Limit::DaysBefore(n),
        9 => Limit::WeeksBefore(n),
        _ => Limit::MonthsBefore(n),
    })
}

fn a_day() -> impl Strategy<Value = Date> {
    (0i64..28 * 365).prop_map(|days| date(2006, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn a_limit_is_read_back_as_it_is_written(limit in a_limit()) {
        prop_assert_eq!(limit.to_string().parse::<Limit>(), Ok(limit));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(limit in a_limit(), start in a_day(), later in 0i64..400) {
        let end = |day: Date| limit.due_date(day, &SCOTLAND).unwrap();
        prop_assert!(end(start) <= end(start.checked_add(later.days()).unwrap()));
    }

    #[test]
    fn the_fast_answer_is_the_explained_answer(limit in a_limit(), start in a_day()) {
        prop_assert_eq!(limit.due(start, &SCOTLAND).unwrap().due, limit.due_date(start, &SCOTLAND).unwrap());
    }

    #[test]
    fn any_words_are_read_or_refused(words in "\\PC{0,40}") {
        let _ = words.parse::<Limit>();
    }
}

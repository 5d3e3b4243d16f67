use crate::shipped;
use calendar::{Day, say};
use jiff::civil::{Date, date};

/// Published bank holidays of whole years: month-day.
const PUBLISHED: &[(i16, &str)] = &[
    (2005, "01-03 01-04 03-25 05-02 05-30 08-01 12-26 12-27"),
    (2006, "01-02 01-03 04-14 05-01 05-29 08-07 12-25 12-26"),
    (2010, "01-01 01-04 04-02 05-03 05-31 08-02 11-30 12-27 12-28"),
    (2011, "01-03 01-04 04-22 04-29 05-02 05-30 08-01 11-30 12-26 12-27"),
    (2012, "01-02 01-03 04-06 05-07 06-04 06-05 08-06 11-30 12-25 12-26"),
    (2013, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26"),
    (2015, "01-01 01-02 04-03 05-04 05-25 08-03 11-30 12-25 12-28"),
    (2016, "01-01 01-04 03-25 05-02 05-30 08-01 11-30 12-26 12-27"),
    (2020, "01-01 01-02 04-10 05-08 05-25 08-03 11-30 12-25 12-28"),
    (2021, "01-01 01-04 04-02 05-03 05-31 08-02 11-30 12-27 12-28"),
    (2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27"),
    (2023, "01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26"),
    (2024, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26"),
    (2025, "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26"),
    (2026, "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28"),
    (2027, "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28"),
];

#[test]
fn bank_holidays_are_those_published() {
    let calendars = shipped();
    let scotland = calendars.get("scotland").unwrap();
    for (year, days) in PUBLISHED {
        let computed: Vec<String> = scotland
            .holidays()
            .filter(|(on, _)| on.year() == *year)
            .map(|(on, _)| on.strftime("%m-%d").to_string())
            .collect();
        assert_eq!(computed.join(" "), *days, "{year}");
    }
}

#[test]
fn every_year_from_2005_to_2035_has_its_holidays_on_weekdays() {
    let calendars = shipped();
    let scotland = calendars.get("scotland").unwrap();
    assert_eq!(scotland.covers(), 2005..=2035);
    for year in 2005..=2035 {
        let days: Vec<Date> = scotland.holidays().map(|(on, _)| on).filter(|on| on.year() == year).collect();
        let added = [2011, 2012, 2023, 2026].iter().filter(|y| **y == year).count() + if year == 2022 { 2 } else { 0 };
        assert_eq!(days.len(), added + if year < 2007 { 8 } else { 9 }, "{year}");
        for day in days {
            assert!(matches!(scotland.day(day), Ok(Day::Holiday(_))), "{} is a weekday", say(day));
        }
    }
}

#[test]
fn a_holiday_carries_its_name() {
    let calendars = shipped();
    let scotland = calendars.get("scotland").unwrap();
    assert_eq!(scotland.day(date(2026, 12, 25)).unwrap(), Day::Holiday("Christmas Day"));
    assert_eq!(scotland.day(date(2026, 12, 26)).unwrap(), Day::Weekend);
    assert_eq!(scotland.day(date(2026, 12, 28)).unwrap(), Day::Holiday("Boxing Day (substitute day)"));
    assert_eq!(scotland.day(date(2026, 12, 29)).unwrap(), Day::Working);
    assert_eq!(scotland.day(date(2022, 6, 2)).unwrap(), Day::Holiday("Spring bank holiday"), "moved, name kept");
    assert_eq!(scotland.day(date(2022, 5, 30)).unwrap(), Day::Working, "moved away");
}

#[test]
fn a_council_adds_its_own_days_and_leaves_some_out() {
    let calendars = shipped();
    let council = calendars.get("council-example").unwrap();
    assert_eq!(council.covers(), 2005..=2035);
    assert_eq!(council.day(date(2026, 4, 20)).unwrap(), Day::Holiday("Spring holiday"));
    assert_eq!(council.day(date(2026, 5, 18)).unwrap(), Day::Holiday("Victoria Day"));
    assert_eq!(council.day(date(2026, 9, 21)).unwrap(), Day::Holiday("Autumn holiday"));
    assert_eq!(council.day(date(2026, 8, 3)).unwrap(), Day::Working, "dropped");
    assert_eq!(council.day(date(2026, 12, 25)).unwrap(), Day::Holiday("Christmas Day"), "inherited");
    let court = calendars.get("sheriffdom-example").unwrap();
    assert_eq!(court.day(date(2026, 4, 6)).unwrap(), Day::Holiday("Easter Monday"));
}

#[test]
fn examples_say_that_they_are_examples() {
    for calendar in shipped().iter().filter(|calendar| calendar.id() != "scotland") {
        assert!(calendar.title().starts_with("Example"), "{}", calendar.title());
        assert!(calendar.source().starts_with("Example only"), "{}", calendar.source());
    }
}

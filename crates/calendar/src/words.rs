//! How a date is said on a page and in an explanation.

use jiff::civil::{Date, Weekday};

/// The date as a person reads it aloud: "Wednesday 4 March 2026".
pub fn say(date: Date) -> String {
    format!("{} {}", say_without_year(date), date.year())
}

/// "Wednesday 4 March", for lists that name the year once.
pub(crate) fn say_without_year(date: Date) -> String {
    format!("{} {} {}", weekday_name(date.weekday()), date.day(), month_name(date.month()))
}

/// Months in order, as written.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Weekdays as written.
pub(crate) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

pub(crate) fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index).copied()).unwrap_or("")
}

fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, day)| *day == weekday).map_or("", |(name, _)| name)
}

/// The month's number (1 to 12) by its name in full, capitals or not.
pub(crate) fn month_number(name: &str) -> Option<i8> {
    MONTHS.iter().zip(1i8..).find(|(month, _)| month.eq_ignore_ascii_case(name)).map(|(_, number)| number)
}

/// The weekday by its name in full, capitals or not.
pub(crate) fn weekday_named(name: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(weekday, _)| weekday.eq_ignore_ascii_case(name)).map(|(_, day)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_in_full() {
        assert_eq!(say(jiff::civil::date(2026, 3, 4)), "Wednesday 4 March 2026");
        assert_eq!(say(jiff::civil::date(2028, 2, 29)), "Tuesday 29 February 2028");
    }
}

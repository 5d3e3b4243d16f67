//! How the program speaks: dates, times, numbers with their base.

use crate::platform::LONDON;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use record::{Happened, Precision};

/// "12 of 45 (27%)"; "none to judge" when there is no base.
pub(crate) fn share(part: u64, base: u64) -> String {
    if base == 0 {
        return "none to judge".to_owned();
    }
    format!("{} of {} ({}%)", count(part), count(base), percent(part, base))
}

/// "12 of 45 people (27%)"; "0 of 0 people" when there is nobody.
pub(crate) fn of_people(part: u64, base: u64) -> String {
    let people = format!("{} of {}", count(part), counted(base, "person", "people"));
    if base == 0 { people } else { format!("{people} ({}%)", percent(part, base)) }
}

/// Rounded to a whole number, half upwards.
fn percent(part: u64, base: u64) -> u128 {
    (u128::from(part) * 200 + u128::from(base)) / (2 * u128::from(base))
}

/// A number with a comma at every thousand.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 event", "3 events", "2 people".
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// "Wednesday 4 March 2026", or a dash.
pub(crate) fn day_or_dash(day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), calendar::say)
}

/// A date as read models keep it, said; anything else as it stands.
pub(crate) fn iso_said(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), calendar::say)
}

/// "2:30pm", "9am".
pub(crate) fn time(at: Time) -> String {
    let (hour, half) = match at.hour() {
        0 => (12, "am"),
        hour @ 1..=11 => (hour, "am"),
        12 => (12, "pm"),
        hour => (hour - 12, "pm"),
    };
    if at.minute() == 0 { format!("{hour}{half}") } else { format!("{hour}:{:02}{half}", at.minute()) }
}

/// "Monday 2 March 2026, 9am", in Scotland.
pub(crate) fn moment(at: Timestamp) -> String {
    let local = at.to_zoned(LONDON.clone());
    format!("{}, {}", calendar::say(local.date()), time(local.time()))
}

/// When something happened, as exactly as it was told.
pub(crate) fn happened(when: Happened) -> String {
    match (when.precision(), when.time()) {
        (Precision::Year, _) => when.date().year().to_string(),
        (Precision::Month, _) => when.date().strftime("%B %Y").to_string(),
        (Precision::Day, None) => calendar::say(when.date()),
        (Precision::Day, Some(at)) => format!("{}, {}", calendar::say(when.date()), time(at)),
    }
}

/// A word as files write it, as a page does: `not_applicable` is "not applicable".
pub(crate) fn plain(word: &str) -> String {
    word.replace(['_', '.'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_base() {
        assert_eq!(share(12, 45), "12 of 45 (27%)");
        assert_eq!(share(7_027, 21_646), "7,027 of 21,646 (32%)");
        assert_eq!(share(0, 0), "none to judge");
        assert_eq!(of_people(1, 8), "1 of 8 people (13%)");
        assert_eq!(of_people(0, 0), "0 of 0 people");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn times_are_said_as_on_a_page() {
        assert_eq!(time(jiff::civil::time(14, 30, 0, 0)), "2:30pm");
        assert_eq!(time(jiff::civil::time(0, 0, 0, 0)), "12am");
        assert_eq!(happened("2026-03".parse().unwrap()), "March 2026");
    }
}

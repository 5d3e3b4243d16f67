//! Dates that are told only in part, and ages.

use crate::when;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use record::person::Birth;
use record::{Happened, Precision};

static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// "Mon 2 Mar 2026, 9am", in Scotland.
pub(crate) fn moment_short(at: Timestamp) -> String {
    let local = at.to_zoned(LONDON.clone());
    format!("{}, {}", when::short_day(local.date()), when::time(local.time()))
}

/// When something happened, as exactly as it was told.
pub(crate) fn happened(told: Happened) -> String {
    match told.time() {
        Some(at) if told.precision() == Precision::Day => format!("{} at {}", when::day(told.date()), when::time(at)),
        _ => month_or_day(told),
    }
}

/// The day on which something happened, or the month or the year where no more is known.
fn month_or_day(told: Happened) -> String {
    match told.precision() {
        Precision::Year => told.date().year().to_string(),
        Precision::Month => told.date().strftime("%B %Y").to_string(),
        Precision::Day => when::day(told.date()),
    }
}

/// A date of birth as far as it is known: "17 May 1990".
pub(crate) fn born(birth: Birth) -> String {
    match birth {
        Birth::Full(date) => date.strftime("%-d %B %Y").to_string(),
        Birth::Month(first) => first.strftime("%B %Y").to_string(),
        Birth::Year(first) => first.year().to_string(),
        Birth::NotKnown => "not known".to_owned(),
    }
}

/// "34 years old", or "34 or 35 years old" where only the year of birth is known.
pub(crate) fn age(birth: Birth, on: Date) -> Option<String> {
    let (youngest, oldest) = birth.age_on(on)?;
    Some(if youngest == oldest { format!("{youngest} years old") } else { format!("{youngest} or {oldest} years old") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_said() {
        let said = |text: &str| happened(text.parse().unwrap());
        assert_eq!(said("2026"), "2026");
        assert_eq!(said("2026-03"), "March 2026");
        assert_eq!(said("2026-03-04"), "Wednesday 4 March 2026");
        assert_eq!(said("2026-03-04T14:30"), "Wednesday 4 March 2026 at 2:30pm");
        let partial = Birth::try_from("1990".to_owned()).unwrap();
        assert_eq!(age(partial, jiff::civil::date(2026, 5, 1)).unwrap(), "35 or 36 years old");
    }
}

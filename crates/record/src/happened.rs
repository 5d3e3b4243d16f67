//! When something took place, as precisely as it was told.

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// To the day, perhaps to the minute.
    Day,
    /// Only the month: the date holds its first day.
    Month,
    /// Only the year: the date holds its first day.
    Year,
}

/// When something took place: `2026-03-02T14:30`, `2026-03-02`, `2026-03` or `2026`, local civil time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Happened {
    on: Date,
    at: Option<Time>,
    precision: Precision,
}

/// The text is not a date, or the date does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date that exists: write 2026-03-02, 2026-03-02T14:30, 2026-03 or 2026")]
pub struct NotADate(String);

impl Happened {
    /// On a day.
    pub fn on(date: Date) -> Self {
        Self { on: date, at: None, precision: Precision::Day }
    }

    /// On a day, at a time, to the minute.
    pub fn at(date: Date, time: Time) -> Self {
        let minute = Time::constant(time.hour(), time.minute(), 0, 0);
        Self { on: date, at: Some(minute), precision: Precision::Day }
    }

    /// Some time in the month or the year that begins with `first`.
    pub fn within(first: Date, precision: Precision) -> Self {
        Self { on: first, at: None, precision }
    }

    /// The same precision on another day.
    #[must_use]
    pub fn moved_to(self, date: Date) -> Self {
        match self.precision {
            Precision::Day => Self { on: date, ..self },
            Precision::Month => Self::within(date.first_of_month(), Precision::Month),
            Precision::Year => Self::within(date.first_of_year(), Precision::Year),
        }
    }

    /// The day, or the first day of the month or year that is all we know.
    pub fn date(&self) -> Date {
        self.on
    }

    /// The time of day, if told.
    pub fn time(&self) -> Option<Time> {
        self.at
    }

    /// How exactly the date is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// For the order of a chronology: by day, then by time, things without a time first.
    pub(crate) fn sort_key(&self) -> (Date, Option<Time>) {
        (self.on, self.at)
    }
}

impl FromStr for Happened {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let read = match text.len() {
            4 => format!("{text}-01-01").parse().ok().map(|first| Self::within(first, Precision::Year)),
            7 => format!("{text}-01").parse().ok().map(|first| Self::within(first, Precision::Month)),
            10 => text.parse().ok().map(Self::on),
            16 => text.parse::<DateTime>().ok().map(|at| Self::at(at.date(), at.time())),
            _ => None,
        };
        // The reader is lenient about signs and blanks; a date here is written in one way.
        let is_of = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
        read.filter(|_| text.bytes().zip(*b"0000-00-00T00:00").all(is_of))
            .ok_or_else(|| NotADate(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Happened {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<Happened> for String {
    fn from(happened: Happened) -> Self {
        happened.to_string()
    }
}

impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.precision, self.at) {
            (Precision::Year, _) => write!(f, "{:04}", self.on.year()),
            (Precision::Month, _) => write!(f, "{:04}-{:02}", self.on.year(), self.on.month()),
            (Precision::Day, None) => write!(f, "{}", self.on),
            (Precision::Day, Some(at)) => write!(f, "{}T{:02}:{:02}", self.on, at.hour(), at.minute()),
        }
    }
}

impl fmt::Debug for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_as_it_was_told() {
        for text in ["2026-03-02", "2026-03-02T14:30", "2026-03", "2026"] {
            assert_eq!(text.parse::<Happened>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_with_the_forms_that_do() {
        for text in [
            "2026-02-30",
            "29 Feb",
            "",
            "20266",
            "2026-13",
            "2026-03-02T25:00",
            "2026-03-02T14:30:15",
            "2026-03-02T14:30-05:00",
            "90460621 060621+04",
        ] {
            assert!(text.parse::<Happened>().unwrap_err().to_string().contains("is not a date that exists"));
        }
    }
}

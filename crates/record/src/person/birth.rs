//! A date of birth, as far as it is known.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A date of birth: full, partial or not known. Written `1990-05-17`, `1990-05`, `1990` or `not known`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Birth {
    /// The day is known.
    Full(Date),
    /// Only the month is known: its first day.
    Month(Date),
    /// Only the year is known: its first day.
    Year(Date),
    /// Not known.
    #[default]
    NotKnown,
}

impl Birth {
    /// The earliest day that this can mean; `None` when not known.
    pub fn earliest(self) -> Option<Date> {
        match self {
            Self::Full(date) | Self::Month(date) | Self::Year(date) => Some(date),
            Self::NotKnown => None,
        }
    }

    /// The youngest and the oldest that the person can be on a day, in whole years; `None` when not known.
    pub fn age_on(self, day: Date) -> Option<(i16, i16)> {
        let latest = match self {
            Self::Full(date) => date,
            Self::Month(first) => first.last_of_month(),
            Self::Year(first) => first.last_of_year(),
            Self::NotKnown => return None,
        };
        Some((years_between(latest, day), years_between(self.earliest()?, day)))
    }
}

/// Whole years from `birth` to `day`; a birthday on 29 February falls on 1 March in other years.
fn years_between(birth: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(!had_birthday)
}

impl TryFrom<String> for Birth {
    type Error = crate::NotADate;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "not known" {
            return Ok(Self::NotKnown);
        }
        let told: crate::Happened = text.parse()?;
        Ok(match told.precision() {
            crate::Precision::Day => Self::Full(told.date()),
            crate::Precision::Month => Self::Month(told.date()),
            crate::Precision::Year => Self::Year(told.date()),
        })
    }
}

impl From<Birth> for String {
    fn from(birth: Birth) -> Self {
        birth.to_string()
    }
}

impl fmt::Display for Birth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(date) => write!(f, "{date}"),
            Self::Month(first) => write!(f, "{:04}-{:02}", first.year(), first.month()),
            Self::Year(first) => write!(f, "{:04}", first.year()),
            Self::NotKnown => f.write_str("not known"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_age_is_a_range_when_the_birth_is_partial() {
        let read = |text: &str| Birth::try_from(text.to_owned()).unwrap();
        assert_eq!(read("1990-05-17").age_on(date(2026, 5, 16)), Some((35, 35)));
        assert_eq!(read("1990-05-17").age_on(date(2026, 5, 17)), Some((36, 36)));
        assert_eq!(read("1990").age_on(date(2026, 5, 17)), Some((35, 36)));
        assert_eq!(read("2008-02-29").age_on(date(2026, 2, 28)), Some((17, 17)));
        assert_eq!(read("not known").age_on(date(2026, 5, 17)), None);
    }
}

//! Days as numbers, because columns of dates are compared far more often than they are read.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

const FIRST: Date = date(1970, 1, 1);

/// A day, held as the number of days since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day after every day that can be written.
    pub(crate) const AFTER_ALL: Self = Self(i32::MAX);

    /// The day so many days after 1 January 1970.
    #[cfg(any(test, feature = "parquet"))]
    #[inline]
    pub(crate) fn numbered(number: i32) -> Self {
        Self(number)
    }

    /// Reads a day: 2026-03-04 or 04/03/2026.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let date = text.parse::<Date>().or_else(|_| Date::strptime("%d/%m/%Y", text));
        date.ok().map(Self::from)
    }

    /// The date, as calendars write it.
    pub fn date(self) -> Date {
        FIRST.saturating_add(self.0.clamp(-4_000_000, 2_932_896).days())
    }

    /// Days from `earlier` to this one; negative when it is not earlier.
    #[inline]
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day so many days later.
    #[inline]
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whole years from this day of birth to `on`: the age. Somebody born on 29 February is a year older on 1 March.
    pub fn age_on(self, on: Self) -> i16 {
        let (born, on) = (self.date(), on.date());
        let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
        on.year() - born.year() - i16::from(!had_birthday)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self((date - FIRST).get_days())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.date().strftime("%-d %B %Y"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.date().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Date::deserialize(from).map(Self::from)
    }
}

/// A day that may not be known. It takes the room of a day: there are tens of millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaybeDay(i32);

impl MaybeDay {
    /// A day that is not known.
    pub(crate) const NONE: Self = Self(i32::MIN);

    #[inline]
    pub(crate) fn get(self) -> Option<Day> {
        (self != Self::NONE).then_some(Day(self.0))
    }
}

impl From<Option<Day>> for MaybeDay {
    fn from(day: Option<Day>) -> Self {
        day.map_or(Self::NONE, |day| Self(day.0))
    }
}

/// A length of time after a day: `365 days`, `6 months`, `2 years`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// The same number of days for everybody.
    Days(i32),
    /// Calendar months: from 31 August, six months end on the last day of February.
    Months(i32),
}

impl Length {
    /// The last day of the length that begins with the day after `start`.
    #[inline]
    pub fn after(self, start: Day) -> Day {
        match self {
            Self::Days(days) => start.plus(days),
            Self::Months(months) => Day::from(start.date().saturating_add(Span::new().months(months))),
        }
    }

    /// The first day of the length that ends with the day before `end`.
    pub fn before(self, end: Day) -> Day {
        match self {
            Self::Days(days) => end.plus(-days),
            Self::Months(months) => Day::from(end.date().saturating_sub(Span::new().months(months))),
        }
    }

    /// Reads a length. `None` says that it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.trim().split_once(' ')?;
        let number: i32 = number.parse().ok().filter(|number| (0..=36_500).contains(number))?;
        match unit.trim().trim_end_matches('s') {
            "day" => Some(Self::Days(number)),
            "month" => Some(Self::Months(number)),
            "year" => Some(Self::Months(number * 12)).filter(|_| number <= 100),
            _ => None,
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match *self {
            Self::Days(days) => (days, "day"),
            Self::Months(months) if months > 0 && months % 12 == 0 => (months / 12, "year"),
            Self::Months(months) => (months, "month"),
        };
        write!(out, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a length. Write `365 days`, `6 months` or `2 years`."))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from(text.parse::<Date>().unwrap())
    }

    #[test]
    fn a_day_is_a_number_and_a_date() {
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("2026-03-04").date(), date(2026, 3, 4));
        assert_eq!(day("2024-03-01").since(day("2024-02-28")), 2, "2024 has a 29 February");
        assert_eq!(day("2026-03-04").to_string(), "4 March 2026");
        assert_eq!(Day::AFTER_ALL.date(), date(9999, 12, 31));
    }

    #[test]
    fn a_year_after_29_february() {
        assert_eq!(Length::parse("365 days").unwrap().after(day("2024-02-29")), day("2025-02-28"));
        assert_eq!(Length::parse("1 year").unwrap().after(day("2024-02-29")), day("2025-02-28"));
        assert_eq!(Length::parse("365 days").unwrap().after(day("2023-03-01")), day("2024-02-29"));
        assert_eq!(Length::parse("1 year").unwrap().after(day("2023-03-01")), day("2024-03-01"));
        assert_eq!(Length::parse("6 months").unwrap().after(day("2023-08-31")), day("2024-02-29"));
    }

    #[test]
    fn an_age_is_in_whole_years() {
        assert_eq!(day("2000-02-29").age_on(day("2018-02-28")), 17);
        assert_eq!(day("2000-02-29").age_on(day("2018-03-01")), 18);
        assert_eq!(day("2000-05-10").age_on(day("2018-05-10")), 18);
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "365", "days 365", "one year", "-1 days", "3 fortnights", "101 years"] {
            assert_eq!(Length::parse(text), None, "{text}");
        }
        assert_eq!(Length::Months(18).to_string(), "18 months");
        assert_eq!(Length::Months(12).to_string(), "1 year");
    }
}

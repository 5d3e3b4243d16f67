//! When a holiday falls, year by year: "25 December", "first Monday of May", "Monday before 24 May",
//! "2 days before Easter Sunday".

use crate::words::{month_number, weekday_named};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use std::str::FromStr;

/// A rule that gives one day in every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recurrence {
    /// The same day of the same month.
    Fixed { month: i8, day: i8 },
    /// The nth weekday of a month; -1 is the last.
    Nth { nth: i8, weekday: Weekday, month: i8 },
    /// The weekday nearest to a fixed day on one side of it.
    Near { weekday: Weekday, side: Side, month: i8, day: i8 },
    /// Days after (or, negative, before) Easter Sunday.
    Easter { days: i8 },
}

/// On which side of the fixed day the weekday is sought, and whether the day itself counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    OnOrBefore,
    After,
    OnOrAfter,
}

impl Recurrence {
    /// The day in that year; none only for years that cannot be written.
    pub(crate) fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed { month, day } => Date::new(year, month, day).ok(),
            Self::Nth { nth, weekday, month } => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::Near { weekday, side, month, day } => {
                let fixed = Date::new(year, month, day).ok()?;
                match side {
                    Side::OnOrBefore | Side::OnOrAfter if fixed.weekday() == weekday => Some(fixed),
                    Side::Before | Side::OnOrBefore => fixed.nth_weekday(-1, weekday).ok(),
                    Side::After | Side::OnOrAfter => fixed.nth_weekday(1, weekday).ok(),
                }
            }
            Self::Easter { days } => easter_sunday(year)?.checked_add(i64::from(days).days()).ok(),
        }
    }
}

/// Western Easter by the Gregorian computus (the anonymous algorithm of 1876).
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let golden = y % 19;
    let (century, of_century) = (y / 100, y % 100);
    let moon = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let late = (golden + 11 * epact) / 319;
    let sunday = (2 * (century % 4) + 2 * (of_century / 4) - of_century % 4 - epact + late + 32) % 7;
    let month = (epact - late + sunday + 90) / 25;
    let day = (epact - late + sunday + month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl FromStr for Recurrence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [day, month] if month_number(month).is_some() => {
                let (month, day) = fixed_day(day, month)?;
                Ok(Self::Fixed { month, day })
            }
            [n, "day" | "days", side @ ("before" | "after"), "Easter", "Sunday"] => {
                let days: i8 =
                    n.parse().ok().filter(|n| (1..=60).contains(n)).ok_or_else(|| {
                        format!("\"{text}\" counts from Easter, and the number of days must be 1 to 60.")
                    })?;
                Ok(Self::Easter { days: if *side == "before" { -days } else { days } })
            }
            [nth, weekday, "of", month] => {
                let nth = match *nth {
                    "first" => 1,
                    "second" => 2,
                    "third" => 3,
                    "fourth" => 4,
                    "last" => -1,
                    _ => return Err(format!("\"{nth}\" is not first, second, third, fourth or last.")),
                };
                let weekday = named_weekday(weekday)?;
                let month = month_number(month).ok_or_else(|| not_a_month(month))?;
                Ok(Self::Nth { nth, weekday, month })
            }
            [weekday, "on", "or", side @ ("before" | "after"), day, month] => {
                let side = if *side == "before" { Side::OnOrBefore } else { Side::OnOrAfter };
                near(weekday, side, day, month)
            }
            [weekday, "before", day, month] => near(weekday, Side::Before, day, month),
            [weekday, "after", day, month] => near(weekday, Side::After, day, month),
            _ => Err(format!(
                "\"{text}\" is not a day of the year. Write for example \"25 December\", \"first Monday of May\", \"last Monday of May\", \
                 \"Monday before 24 May\", \"Monday on or after 30 November\" or \"2 days before Easter Sunday\"."
            )),
        }
    }
}

fn near(weekday: &str, side: Side, day: &str, month: &str) -> Result<Recurrence, String> {
    let weekday = named_weekday(weekday)?;
    let (month, day) = fixed_day(day, month)?;
    Ok(Recurrence::Near { weekday, side, month, day })
}

fn named_weekday(name: &str) -> Result<Weekday, String> {
    weekday_named(name).ok_or_else(|| format!("\"{name}\" is not a day of the week. Write it in full, as in Monday."))
}

fn not_a_month(name: &str) -> String {
    format!("\"{name}\" is not a month. Write it in full, as in May.")
}

/// A day that exists in every year; 29 February does not.
fn fixed_day(day: &str, month_name: &str) -> Result<(i8, i8), String> {
    /// Any year that is not a leap year.
    const COMMON: i16 = 2025;
    let month = month_number(month_name).ok_or_else(|| not_a_month(month_name))?;
    day.parse().ok().filter(|&day| Date::new(COMMON, month, day).is_ok()).map(|day| (month, day)).ok_or_else(|| {
        format!("{day} {month_name} does not exist in every year. Name a day that does, or give single days with `[[once]]`.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn on(words: &str, year: i16) -> Date {
        words.parse::<Recurrence>().unwrap().in_year(year).unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanacs_say() {
        let known = [
            (2005, 3, 27),
            (2008, 3, 23),
            (2011, 4, 24),
            (2016, 3, 27),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2030, 4, 21),
            (2035, 3, 25),
        ];
        for (year, month, day) in known {
            assert_eq!(easter_sunday(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn rules_read_as_they_are_said() {
        assert_eq!(on("25 December", 2026), date(2026, 12, 25));
        assert_eq!(on("first Monday of May", 2026), date(2026, 5, 4));
        assert_eq!(on("last Monday of May", 2026), date(2026, 5, 25));
        assert_eq!(on("2 days before Easter Sunday", 2026), date(2026, 4, 3));
        assert_eq!(on("1 day after Easter Sunday", 2026), date(2026, 4, 6));
        assert_eq!(on("Monday before 24 May", 2026), date(2026, 5, 18));
        assert_eq!(on("Monday before 18 May", 2026), date(2026, 5, 11), "the day itself does not count");
        assert_eq!(on("Monday on or before 18 May", 2026), date(2026, 5, 18));
        assert_eq!(on("Monday after 18 May", 2026), date(2026, 5, 25));
        assert_eq!(on("Monday on or after 18 May", 2026), date(2026, 5, 18));
    }

    #[test]
    fn rules_that_mean_nothing_are_refused_with_a_sentence() {
        let refusal = |words: &str| words.parse::<Recurrence>().unwrap_err();
        assert!(refusal("31 June").starts_with("31 June does not exist in every year."));
        assert!(refusal("29 February").contains("`[[once]]`"));
        assert!(refusal("fifth Monday of May").contains("first, second, third, fourth or last"));
        assert!(refusal("first Moonday of May").contains("not a day of the week"));
        assert!(refusal("first Monday of Mai").contains("not a month"));
        assert!(refusal("99 days before Easter Sunday").contains("1 to 60"));
        assert!(refusal("whenever").starts_with("\"whenever\" is not a day of the year."));
    }
}

//! A limit: how long a standard allows, in its own words, counted from a day.

use crate::{
    days::{Calendar, Counted},
    error::CalendarError,
    words::say,
};
use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime},
};
use std::{fmt, str::FromStr};

/// How long is allowed. "Within N days of X": the day of X is not counted, and it falls due at the end of day N.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// By the end of the day itself.
    SameDay,
    /// Working days of a calendar.
    WorkingDays(u32),
    /// Calendar days.
    Days(u32),
    /// Weeks of seven calendar days.
    Weeks(u32),
    /// Months. The end of a shorter month stands for a day it does not have: 31 January and one month, 28 February.
    Months {
        /// How many.
        n: u32,
        /// The start is the first day: 3 months beginning with 1 March end on 31 May, not on 1 June.
        beginning_with: bool,
    },
    /// Years; from 29 February, 28 February.
    Years(u32),
    /// Hours by the clock, on no calendar.
    Hours(u32),
    /// Working days before the start: the day it must be done by, the start's own day not counted.
    WorkingDaysBefore(u32),
    /// Calendar days before the start.
    DaysBefore(u32),
    /// Weeks before the start: "12 weeks before the parole qualifying date".
    WeeksBefore(u32),
    /// Months before the start.
    MonthsBefore(u32),
}

/// Words that are no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotALimit {
    /// The words have another shape.
    #[error(
        "\"{words}\" is not a limit. Write for example \"same day\", \"2 working days\", \"5 days\", \"4 weeks\", \"3 months\", \
         \"3 months beginning with\", \"10 years\", \"72 hours\" or \"12 weeks before\"."
    )]
    Words {
        /// As written.
        words: String,
    },
    /// The number is zero or absurd.
    #[error("\"{words}\" is not a limit: the number must be 1 to {most}. For no time at all write \"same day\".")]
    Number {
        /// As written.
        words: String,
        /// The greatest number for that unit.
        most: u32,
    },
}

impl Limit {
    /// The due day and, for working days, the days passed over.
    pub fn due(self, start: Date, calendar: &Calendar) -> Result<Counted, CalendarError> {
        match self {
            Self::WorkingDays(n) => calendar.working_days_after(start, n),
            _ => Ok(Counted { due: self.due_date(start, calendar)?, skipped: Vec::new() }),
        }
    }

    /// The due day alone, without allocation. Hours counted from a day without a time fall due at the end of the last day
    /// on which they can end.
    pub fn due_date(self, start: Date, calendar: &Calendar) -> Result<Date, CalendarError> {
        let span = match self {
            Self::SameDay => return Ok(start),
            Self::WorkingDays(n) => return calendar.nth_working_day(start, n),
            Self::WorkingDaysBefore(n) => return calendar.nth_working_day_before(start, n),
            Self::Days(n) => i64::from(n).days(),
            Self::Weeks(n) => (7 * i64::from(n)).days(),
            Self::Months { n, .. } => i64::from(n).months(),
            Self::Years(n) => i64::from(n).years(),
            Self::Hours(n) => i64::from(n.div_ceil(24)).days(),
            Self::DaysBefore(n) => -i64::from(n).days(),
            Self::WeeksBefore(n) => (-7 * i64::from(n)).days(),
            Self::MonthsBefore(n) => -i64::from(n).months(),
        };
        let end = self.moved(start, span)?;
        match self {
            // The day before the corresponding day; where the month has no such day, its last day already is that.
            Self::Months { beginning_with: true, .. } if end.day() == start.day() => self.moved(end, -1.day()),
            _ => Ok(end),
        }
    }

    /// For hours from a known minute: the minute by which. None for limits counted in days.
    pub fn due_time(self, start: DateTime) -> Option<DateTime> {
        match self {
            Self::Hours(n) => start.checked_add(i64::from(n).hours()).ok(),
            _ => None,
        }
    }

    /// Whether the answer depends on a calendar.
    pub fn needs_calendar(self) -> bool {
        matches!(self, Self::WorkingDays(_) | Self::WorkingDaysBefore(_))
    }

    fn moved(self, start: Date, span: Span) -> Result<Date, CalendarError> {
        start.checked_add(span).map_err(|_| CalendarError::TooFar { limit: self.to_string(), start: say(start) })
    }
}

impl FromStr for Limit {
    type Err = NotALimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_a_limit = || NotALimit::Words { words: text.to_owned() };
        let words: Vec<&str> = text.split_whitespace().collect();
        if words == ["same", "day"] {
            return Ok(Self::SameDay);
        }
        let [number, unit @ ..] = words.as_slice() else { return Err(not_a_limit()) };
        let n: u32 = number.parse().map_err(|_| not_a_limit())?;
        let (limit, most) = match unit {
            ["working", "day" | "days"] => (Self::WorkingDays(n), 2_500),
            ["working", "day" | "days", "before"] => (Self::WorkingDaysBefore(n), 2_500),
            ["day" | "days"] => (Self::Days(n), 36_500),
            ["day" | "days", "before"] => (Self::DaysBefore(n), 36_500),
            ["week" | "weeks"] => (Self::Weeks(n), 5_200),
            ["week" | "weeks", "before"] => (Self::WeeksBefore(n), 5_200),
            ["month" | "months"] => (Self::Months { n, beginning_with: false }, 1_200),
            ["month" | "months", "beginning", "with"] => (Self::Months { n, beginning_with: true }, 1_200),
            ["month" | "months", "before"] => (Self::MonthsBefore(n), 1_200),
            ["year" | "years"] => (Self::Years(n), 100),
            ["hour" | "hours"] => (Self::Hours(n), 8_784),
            _ => return Err(not_a_limit()),
        };
        if (1..=most).contains(&n) { Ok(limit) } else { Err(NotALimit::Number { words: text.to_owned(), most }) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit, rest) = match *self {
            Self::SameDay => return f.write_str("same day"),
            Self::WorkingDays(n) => (n, "working day", ""),
            Self::Days(n) => (n, "day", ""),
            Self::Weeks(n) => (n, "week", ""),
            Self::Months { n, beginning_with: false } => (n, "month", ""),
            Self::Months { n, beginning_with: true } => (n, "month", " beginning with"),
            Self::Years(n) => (n, "year", ""),
            Self::Hours(n) => (n, "hour", ""),
            Self::WorkingDaysBefore(n) => (n, "working day", " before"),
            Self::DaysBefore(n) => (n, "day", " before"),
            Self::WeeksBefore(n) => (n, "week", " before"),
            Self::MonthsBefore(n) => (n, "month", " before"),
        };
        write!(f, "{n} {unit}{}{rest}", if n == 1 { "" } else { "s" })
    }
}

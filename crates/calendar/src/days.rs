//! A calendar in use: what a day is, and counting.

use crate::{error::CalendarError, words::say_without_year};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// One calendar: every day of the years it covers, worked or not.
#[derive(Debug, Clone)]
pub struct Calendar {
    identity: Identity,
    /// For each year covered, the place of its 1 January among all days.
    year_starts: Vec<usize>,
    /// For each day, how many working days there are up to and with it.
    worked_until: Vec<u32>,
    /// The working days in order: the nth is found without counting.
    worked: Vec<Date>,
    holidays: BTreeMap<Date, String>,
}

/// Who a calendar is, and how it counts.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) first: i16,
    pub(crate) last: i16,
    pub(crate) start_on_day_off: DayOffStart,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// A working day.
    Working,
    /// A day of the week that is never worked, holiday or not.
    Weekend,
    /// A holiday on a weekday, with its name.
    Holiday(&'a str),
}

/// Why a day was not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// It is a day of the week that is never worked.
    Weekend,
    /// It is a holiday of this name.
    Holiday(String),
}

/// A day found by counting, and the days that were passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The limit runs to the end of this day.
    pub due: Date,
    /// Days between the start (not included) and the due day that were not counted.
    pub skipped: Vec<(Date, Skip)>,
}

/// How working days are counted from a day that is not one. The National Outcomes and Standards do not say, so the
/// calendar does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOffStart {
    /// Received on Saturday, one working day: due Monday.
    NextWorkingDayIsDayOne,
    /// Received on Saturday is as good as received on Monday; one working day: due Tuesday.
    NextWorkingDayIsDayZero,
}

impl DayOffStart {
    /// As it is written in a calendar's file and said in an explanation.
    pub fn as_words(self) -> &'static str {
        match self {
            Self::NextWorkingDayIsDayOne => "next working day is day 1",
            Self::NextWorkingDayIsDayZero => "next working day is day 0",
        }
    }

    pub(crate) fn from_words(words: &str) -> Option<Self> {
        [Self::NextWorkingDayIsDayOne, Self::NextWorkingDayIsDayZero].into_iter().find(|rule| rule.as_words() == words)
    }
}

impl Counted {
    /// The days passed over, for reading aloud: "Saturday 7 March and Sunday 8 March 2026". None if none were.
    pub fn not_counted(&self) -> Option<String> {
        let mut said = String::new();
        let mut days = self.skipped.iter().peekable();
        while let Some((date, skip)) = days.next() {
            said.push_str(&say_without_year(*date));
            let next = days.peek().map(|(next, _)| next.year());
            if next != Some(date.year()) {
                said.push(' ');
                said.push_str(&date.year().to_string());
            }
            if let Skip::Holiday(name) = skip {
                said.extend([" (", name, ")"]);
            }
            said.push_str(match days.len() {
                0 => return Some(said),
                1 => " and ",
                _ => ", ",
            });
        }
        None
    }
}

impl Calendar {
    pub(crate) fn new(identity: Identity, weekend: &[Weekday], holidays: BTreeMap<Date, String>) -> Self {
        let mut year_starts = Vec::new();
        let (mut worked_until, mut worked) = (Vec::new(), Vec::new());
        let mut count = 0u32;
        for year in identity.first..=identity.last {
            year_starts.push(worked_until.len());
            let days = Date::new(year, 1, 1).into_iter().flat_map(|first| first.series(1.day()));
            for day in days.take_while(|day| day.year() == year) {
                if !weekend.contains(&day.weekday()) && !holidays.contains_key(&day) {
                    count += 1;
                    worked.push(day);
                }
                worked_until.push(count);
            }
        }
        Self { identity, year_starts, worked_until, worked, holidays }
    }

    /// The id by which rulebooks and councils name it, such as "scotland".
    pub fn id(&self) -> &str {
        &self.identity.id
    }

    /// The version that is printed with every day counted on it.
    pub fn version(&self) -> &str {
        &self.identity.version
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.identity.title
    }

    /// Who prescribes these days.
    pub fn source(&self) -> &str {
        &self.identity.source
    }

    /// First and last year covered.
    pub fn covers(&self) -> RangeInclusive<i16> {
        self.identity.first..=self.identity.last
    }

    /// How it counts from a day that is not worked.
    pub fn start_on_day_off(&self) -> DayOffStart {
        self.identity.start_on_day_off
    }

    /// What this day is.
    pub fn day(&self, date: Date) -> Result<Day<'_>, CalendarError> {
        if self.is_working(date)? {
            return Ok(Day::Working);
        }
        Ok(self.holidays.get(&date).map_or(Day::Weekend, |name| Day::Holiday(name)))
    }

    /// Whether this day is worked.
    pub fn is_working(&self, date: Date) -> Result<bool, CalendarError> {
        let worked = self.worked_until(date)?;
        Ok(worked.checked_sub(1).and_then(|last| self.worked.get(last as usize)) == Some(&date))
    }

    /// The holidays of the years covered, by date, also those that fall on a weekend.
    pub fn holidays(&self) -> impl Iterator<Item = (Date, &str)> {
        self.holidays.iter().map(|(date, name)| (*date, name.as_str()))
    }

    /// This day if it is worked, else the first working day after it.
    pub fn next_working(&self, date: Date) -> Result<Date, CalendarError> {
        if self.is_working(date)? { Ok(date) } else { self.nth_after(date, 1) }
    }

    /// The end of the nth working day after `start`, with the days passed over. The day of `start` is not counted;
    /// with `n` = 0 it is the due day itself.
    pub fn working_days_after(&self, start: Date, n: u32) -> Result<Counted, CalendarError> {
        let due = self.nth_working_day(start, n)?;
        let mut skipped = Vec::new();
        for day in start.series(1.day()).skip(1).take_while(|day| *day < due) {
            match self.day(day)? {
                Day::Working => {}
                Day::Weekend => skipped.push((day, Skip::Weekend)),
                Day::Holiday(name) => skipped.push((day, Skip::Holiday(name.to_owned()))),
            }
        }
        Ok(Counted { due, skipped })
    }

    /// The same day as [`Calendar::working_days_after`], found by look-up, without the reasons.
    pub fn nth_working_day(&self, start: Date, n: u32) -> Result<Date, CalendarError> {
        if n == 0 {
            self.worked_until(start)?;
            return Ok(start);
        }
        self.nth_after(self.day_zero(start)?, n)
    }

    /// The nth working day before `start`, whose own day is not counted: "2 working days before the hearing".
    pub fn nth_working_day_before(&self, start: Date, n: u32) -> Result<Date, CalendarError> {
        if n == 0 {
            self.worked_until(start)?;
            return Ok(start);
        }
        let earlier = self.worked_until(start)? - u32::from(self.is_working(start)?);
        let found = earlier.checked_sub(n).and_then(|place| self.worked.get(place as usize));
        found.copied().ok_or_else(|| self.not_covered(self.identity.first - 1))
    }

    /// How many working days lie after `after`, up to and with `until`; 0 if `until` is not later.
    pub fn working_days_between(&self, after: Date, until: Date) -> Result<u32, CalendarError> {
        let until_count = self.worked_until(until)?;
        Ok(until_count.saturating_sub(self.worked_until(self.day_zero(after)?)?))
    }

    /// The day from which counting sets out.
    fn day_zero(&self, start: Date) -> Result<Date, CalendarError> {
        match self.identity.start_on_day_off {
            DayOffStart::NextWorkingDayIsDayOne => Ok(start),
            DayOffStart::NextWorkingDayIsDayZero => self.next_working(start),
        }
    }

    /// The nth (from 1) working day after a day.
    fn nth_after(&self, day: Date, n: u32) -> Result<Date, CalendarError> {
        let place = u64::from(self.worked_until(day)?) + u64::from(n) - 1;
        let found = usize::try_from(place).ok().and_then(|place| self.worked.get(place));
        found.copied().ok_or_else(|| self.not_covered(self.identity.last + 1))
    }

    /// How many working days there are up to and with this day.
    fn worked_until(&self, date: Date) -> Result<u32, CalendarError> {
        let year = usize::try_from(i32::from(date.year()) - i32::from(self.identity.first)).ok();
        year.and_then(|year| self.year_starts.get(year))
            .zip(usize::try_from(date.day_of_year() - 1).ok())
            .and_then(|(start, day)| self.worked_until.get(start + day))
            .copied()
            .ok_or_else(|| self.not_covered(date.year()))
    }

    fn not_covered(&self, year: i16) -> CalendarError {
        let Identity { id, version, first, last, .. } = &self.identity;
        CalendarError::NotCovered { calendar: id.clone(), version: version.clone(), year, first: *first, last: *last }
    }
}

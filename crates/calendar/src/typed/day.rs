//! The day: named from today, by its weekday, by its month, or in figures.

use super::numeric::{number, whole, year_of, yearless};
use super::{Lean, No, Part, Read, numeric, refuse};
use crate::words::{MONTHS, WEEKDAYS, say};
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

pub(super) fn read(words: &[&str], today: Date, lean: Lean) -> Read<Part> {
    if let Some(on) = from_today(words, today)? {
        return Ok(Part::Day(on));
    }
    match words {
        ["year", year] => whole(1, 1, number(year)?).map(Part::Year),
        [word] if weekday(word).is_some() => by_weekday(weekday(word).ok_or(No::Other)?, today, lean).map(Part::Day),
        [which, word] if weekday(word).is_some() => {
            relative_weekday(which, weekday(word).ok_or(No::Other)?, today).map(Part::Day)
        }
        [word, "week"] => match weekday(word) {
            Some(day) => add(coming(day, today)?, 7.days()).map(Part::Day),
            None => Err(No::Other),
        },
        [word, "last", "week"] | ["last", "week", word] => in_week(weekday(word).ok_or(No::Other)?, today, -7),
        [word, "next", "week"] | ["next", "week", word] => in_week(weekday(word).ok_or(No::Other)?, today, 7),
        [word] => numeric::read(word, today, lean),
        // A weekday before a date must be that date's own.
        [named, rest @ ..] if weekday(named).is_some() => {
            let part = read(rest, today, lean)?;
            match (weekday(named), part) {
                (Some(day), Part::Day(on)) if on.weekday() != day => refuse(format!(
                    "{} is not a {}. Check the day of the week or the date.",
                    say(on),
                    WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| name)
                )),
                (_, Part::Day(_)) => Ok(part),
                _ => Err(No::Other),
            }
        }
        _ => by_month(words, today, lean),
    }
}

/// "9 March", "9 March 2026", "March 9 2026", "March 2026".
fn by_month(words: &[&str], today: Date, lean: Lean) -> Read<Part> {
    let day_of = |word: &str| {
        let fits = matches!(word.len(), 1 | 2) && word.bytes().all(|b| b.is_ascii_digit());
        if fits { number(word) } else { Err(No::Other) }
    };
    match words {
        [first, second] => match (month(first), month(second)) {
            (Some(month), None) if second.len() == 4 => whole(1, month, number(second)?).map(Part::Month),
            (Some(month), None) => yearless(day_of(second)?, month, today, lean).map(Part::Day),
            (None, Some(month)) => yearless(day_of(first)?, month, today, lean).map(Part::Day),
            _ => Err(No::Other),
        },
        [first, second, year] => {
            let (day, month) = match (month(first), month(second)) {
                (Some(month), None) => (day_of(second)?, month),
                (None, Some(month)) => (day_of(first)?, month),
                _ => return Err(No::Other),
            };
            whole(day, month, year_of(year, day, month, today, lean)?).map(Part::Day)
        }
        _ => Err(No::Other),
    }
}

/// "today", "the day after tomorrow", "in 2 weeks", "3 days ago", "a week on Tuesday", "a week today".
fn from_today(words: &[&str], today: Date) -> Read<Option<Date>> {
    let moved = match words {
        ["today" | "now"] => 0.days(),
        ["yesterday"] => (-1).days(),
        ["tomorrow"] => 1.days(),
        ["day", "before", "yesterday"] => (-2).days(),
        ["day", "after", "tomorrow"] => 2.days(),
        ["last" | "next", "week" | "month" | "year"] => {
            return refuse("Which day? Type the day as well, such as last Tuesday, 2 weeks ago or 9/3.");
        }
        ["fortnight", "ago"] | ["a", "fortnight", "ago"] => (-14).days(),
        ["in", "fortnight"] => 14.days(),
        ["in", count, unit] | [count, unit, "from", "today" | "now"] => span(count, unit, 1)?,
        [count, unit, "ago"] => span(count, unit, -1)?,
        ["a", rest @ ..] if rest.first() == Some(&"week") => return from_today(rest, today),
        ["week", "today"] => 7.days(),
        ["week", "tomorrow"] => 8.days(),
        // "a week on Tuesday": the small word is gone by now.
        ["week", word] | ["week", "from", word] => match weekday(word) {
            Some(day) => return add(coming(day, today)?, 7.days()).map(Some),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    add(today, moved).map(Some)
}

fn span(count: &str, unit: &str, sign: i64) -> Read<Span> {
    const SMALL: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let named = SMALL.iter().zip(1i64..).find(|(name, _)| **name == count).map(|(_, number)| number);
    let count = match (count, named) {
        ("a" | "an", _) => 1,
        (_, Some(number)) => number,
        (digits, None) if digits.len() <= 4 => digits.parse::<i64>().map_err(|_| No::Other)?,
        _ => return Err(No::Other),
    };
    if count < 0 {
        return Err(No::Other);
    }
    let count = count * sign;
    Ok(match unit {
        "day" | "days" => count.days(),
        "week" | "weeks" | "wk" | "wks" => (count * 7).days(),
        "fortnight" | "fortnights" => (count * 14).days(),
        "month" | "months" => count.months(),
        "year" | "years" => count.years(),
        _ => return Err(No::Other),
    })
}

/// A weekday alone: today if it is one, else the latest or the next.
fn by_weekday(day: Weekday, today: Date, lean: Lean) -> Read<Date> {
    match lean {
        Lean::Birth => Err(No::Other),
        _ if today.weekday() == day => Ok(today),
        Lean::Past => latest(day, today),
        Lean::Future => coming(day, today),
    }
}

fn relative_weekday(which: &str, day: Weekday, today: Date) -> Read<Date> {
    match which {
        "last" => latest(day, today),
        "this" => match in_week(day, today, 0)? {
            Part::Day(on) => Ok(on),
            Part::Month(_) | Part::Year(_) => Err(No::Other),
        },
        "coming" => coming(day, today),
        "next" => {
            let first = coming(day, today)?;
            let second = add(first, 7.days())?;
            // "next" said on the day itself is a week away for everybody.
            if first == add(today, 7.days())? {
                return Ok(first);
            }
            refuse(format!(
                "“Next” can mean {} or {}: type the date, such as {}/{}.",
                say(first),
                say(second),
                first.day(),
                first.month()
            ))
        }
        _ => Err(No::Other),
    }
}

/// That weekday in the week, Monday to Sunday, that is so many days away.
fn in_week(day: Weekday, today: Date, days: i64) -> Read<Part> {
    let monday = add(today, (-i64::from(today.weekday().to_monday_zero_offset())).days())?;
    add(monday, (i64::from(day.to_monday_zero_offset()) + days).days()).map(Part::Day)
}

fn latest(day: Weekday, today: Date) -> Read<Date> {
    today.nth_weekday(-1, day).map_err(|_| No::Other)
}

fn coming(day: Weekday, today: Date) -> Read<Date> {
    today.nth_weekday(1, day).map_err(|_| No::Other)
}

fn add(on: Date, span: Span) -> Read<Date> {
    match on.checked_add(span) {
        Ok(on) if (1900..=2199).contains(&on.year()) => Ok(on),
        _ => refuse("That is too far away to be recorded here. Check the number."),
    }
}

/// A weekday by its name, in full or short.
fn weekday(word: &str) -> Option<Weekday> {
    let word = word.trim_end_matches('.');
    let short = match word {
        "tues" => "tue",
        "weds" => "wed",
        "thur" | "thurs" => "thu",
        other => other,
    };
    WEEKDAYS.iter().find(|(name, _)| same(name, short)).map(|(_, day)| *day)
}

/// A month by its name, in full or short.
fn month(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.');
    let short = if word == "sept" { "sep" } else { word };
    MONTHS.iter().zip(1i16..).find(|(name, _)| same(name, short)).map(|(_, number)| number)
}

/// The name itself, or its first three letters.
fn same(name: &str, word: &str) -> bool {
    name.eq_ignore_ascii_case(word)
        || (word.len() == 3 && name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

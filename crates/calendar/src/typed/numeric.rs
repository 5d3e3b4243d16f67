//! Dates in figures: "9/3", "9.3.26", "09-03-2026", "2026-03-09"; the day comes before the month.

use super::{Lean, No, Part, Read, refuse};
use crate::words::{MONTHS, month_name};
use jiff::ToSpan;
use jiff::civil::Date;

/// Reads one word of figures.
pub(super) fn read(word: &str, today: Date, lean: Lean) -> Read<Part> {
    if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
        return eight(word);
    }
    let Some(separator) = word.chars().find(|c| matches!(c, '/' | '.' | '-')) else { return year_alone(word, lean) };
    let parts: Vec<&str> = word.split(separator).collect();
    let figures = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(figures) {
        return Err(No::Other);
    }
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => whole(number(day)?, number(month)?, number(year)?).map(Part::Day),
        [day, month, year] if day.len() <= 2 => {
            let (day, month) = (number(day)?, number(month)?);
            month_fits(day, month)?;
            whole(day, month, year_of(year, day, month, today, lean)?).map(Part::Day)
        }
        [year, month] if year.len() == 4 => month_of(number(month)?, number(year)?),
        [month, year] if year.len() == 4 => month_of(number(month)?, number(year)?),
        // "9.30" is a time; "9.3" and "9/3" are a day and a month.
        [_, minute] if separator == '.' && number(minute)? > 12 => Err(No::Other),
        [day, month] if day.len() <= 2 && month.len() <= 2 => {
            yearless(number(day)?, number(month)?, today, lean).map(Part::Day)
        }
        _ => Err(No::Other),
    }
}

/// A year in figures, two or four, perhaps after an apostrophe.
pub(super) fn year_of(text: &str, day: i16, month: i16, today: Date, lean: Lean) -> Read<i16> {
    let text = text.strip_prefix('\'').unwrap_or(text);
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(No::Other);
    }
    match text.len() {
        4 => number(text),
        2 => {
            let this_century = 2000 + number(text)?;
            let fits = match lean {
                Lean::Birth => {
                    let young = today.checked_sub(10.years()).map_err(|_| No::Other)?;
                    date(day, month, this_century).is_ok_and(|born| born <= young)
                }
                Lean::Past | Lean::Future => this_century <= today.year() + 30,
            };
            Ok(if fits { this_century } else { this_century - 100 })
        }
        _ => Err(No::Other),
    }
}

/// A day and a month without a year: the latest that is not more than a month ahead, or the next that is not more than a
/// month ago, so that a slip is refused by the record rather than moved by a year.
pub(super) fn yearless(day: i16, month: i16, today: Date, lean: Lean) -> Read<Date> {
    month_fits(day, month)?;
    if lean == Lean::Birth {
        return refuse("Type the year of birth as well, such as 9/3/1990.");
    }
    let candidates = (-8..=8).map(|offset| date(day, month, today.year() + offset));
    let known: Vec<Date> = candidates.filter_map(Read::ok).collect();
    let found = match lean {
        Lean::Future => {
            let from = today.saturating_sub(30.days());
            known.iter().copied().find(|on| *on >= from)
        }
        Lean::Past | Lean::Birth => {
            let until = today.saturating_add(30.days());
            known.iter().copied().rfind(|on| *on <= until)
        }
    };
    // The 29th of February is not moved to another year: this year does not have it.
    match found.filter(|on| (on.year() - today.year()).abs() <= 1) {
        Some(on) => Ok(on),
        None => whole(day, month, today.year()),
    }
}

/// A whole date, or why there is no such day.
pub(super) fn whole(day: i16, month: i16, year: i16) -> Read<Date> {
    month_fits(day, month)?;
    if !(1900..=2199).contains(&year) {
        return refuse(format!("The year {year} is not one that is recorded here. Type a year from 1900 on."));
    }
    date(day, month, year).or_else(|_| {
        let name = i8::try_from(month).map_or("", month_name);
        let last = Date::new(year, i8::try_from(month).unwrap_or(1), 1).map_or(31, Date::days_in_month);
        match day {
            29 if month == 2 => {
                refuse(format!("{year} has no 29 February: it has 28 days in that month. Check the day or the year."))
            }
            0 => refuse("There is no day 0. Type the day, then the month, such as 9/3."),
            _ => refuse(format!("{name} {year} has {last} days, so there is no day {day}. Check the day.")),
        }
    })
}

fn month_fits(day: i16, month: i16) -> Read<()> {
    if (1..=12).contains(&month) {
        return Ok(());
    }
    if (1..=12).contains(&day) && (13..=31).contains(&month) {
        return refuse(format!(
            "There is no month {month}. Dates are day, then month: type {month}/{day} for {month} {}.",
            usize::try_from(day - 1).ok().and_then(|at| MONTHS.get(at).copied()).unwrap_or_default()
        ));
    }
    refuse(format!("There is no month {month}. Dates are day, then month, such as 9/3 for 9 March."))
}

fn month_of(month: i16, year: i16) -> Read<Part> {
    whole(1, month, year).map(Part::Month)
}

/// "2026": a year, or twenty-six minutes past eight.
fn year_alone(word: &str, lean: Lean) -> Read<Part> {
    if word.len() != 4 {
        return Err(No::Other);
    }
    let year = number(word)?;
    match year {
        2000..=2059 if lean != Lean::Birth => refuse(format!(
            "{word} can be the year {word} or the time {}:{:02}pm: type “year {word}”, or the time with a colon.",
            year / 100 - 12,
            year % 100
        )),
        1900..=2199 => whole(1, 1, year).map(Part::Year),
        _ => Err(No::Other),
    }
}

/// Whether four figures, read as a time, could as well be a year.
pub(super) fn may_be_a_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: i16| (2000..=2059).contains(&year))
}

/// "20260309" as ISO writes it, or "09032026".
fn eight(word: &str) -> Read<Part> {
    let cut = |from: usize, to: usize| word.get(from..to).map_or(Err(No::Other), number);
    let iso = whole(cut(6, 8)?, cut(4, 6)?, cut(0, 4)?);
    let spoken = whole(cut(0, 2)?, cut(2, 4)?, cut(4, 8)?);
    iso.or(spoken).map(Part::Day)
}

pub(super) fn number(digits: &str) -> Read<i16> {
    digits.parse().map_err(|_| No::Other)
}

fn date(day: i16, month: i16, year: i16) -> Read<Date> {
    let small = |number: i16| i8::try_from(number).map_err(|_| No::Other);
    Date::new(year, small(month)?, small(day)?).map_err(|_| No::Other)
}

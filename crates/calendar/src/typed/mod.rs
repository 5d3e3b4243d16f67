//! Dates and times as people type them: "yesterday 3pm", "9/3", "last Tuesday", "in 2 weeks".
//!
//! What can mean two things, or cannot be, is refused with a sentence; what is understood is said back in full. Days come
//! before months, as in the United Kingdom. The moment it is now is an argument.

mod day;
mod numeric;
#[cfg(test)]
mod tests;
mod time;
mod zone;

use crate::words::say;
use jiff::civil::{Date, DateTime, Time};

pub use time::say_time;

/// What somebody typed, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A day, perhaps with a time of day.
    Day {
        /// The day.
        on: Date,
        /// The time of day, to the minute.
        at: Option<Time>,
        /// The clock showed that time twice that night, because the clocks went back.
        twice: bool,
    },
    /// Only a month: its first day.
    Month(Date),
    /// Only a year: its first day.
    Year(Date),
}

impl Told {
    /// The day, or the first day of the month or year.
    pub const fn date(self) -> Date {
        match self {
            Self::Day { on, .. } | Self::Month(on) | Self::Year(on) => on,
        }
    }

    /// The time of day, if one was told.
    pub const fn time(self) -> Option<Time> {
        match self {
            Self::Day { at, .. } => at,
            Self::Month(_) | Self::Year(_) => None,
        }
    }

    /// In full: "Monday 9 March 2026 at 3pm", "March 2026", "2026".
    pub fn say(self) -> String {
        match self {
            Self::Day { on, at: None, .. } => say(on),
            Self::Day { on, at: Some(at), twice: false } => format!("{} at {}", say(on), say_time(at)),
            Self::Day { on, at: Some(at), twice: true } => format!(
                "{} at {}, a time that came twice that night because the clocks went back",
                say(on),
                say_time(at)
            ),
            Self::Month(first) => format!("{} {}", crate::words::month_name(first.month()), first.year()),
            Self::Year(first) => first.year().to_string(),
        }
    }
}

/// Which year or week is meant where it is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// Something that happened: "9/3" and "tue" are the latest.
    Past,
    /// Something to come: they are the next.
    Future,
    /// A date of birth: the year must be said, and two digits mean a person who is at least ten years old.
    Birth,
}

/// Why what was typed is not taken: whole sentences, with the way out. They quote what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotUnderstood(String);

/// The outcome of one way of reading.
enum No {
    /// It is not of this form.
    Other,
    /// It is of this form, and cannot be or can mean two things.
    Refused(String),
}

type Read<T> = Result<T, No>;

fn refuse<T>(sentence: impl Into<String>) -> Read<T> {
    Err(No::Refused(sentence.into()))
}

/// The day of what was typed, before it has a time.
#[derive(Clone, Copy)]
enum Part {
    Day(Date),
    Month(Date),
    Year(Date),
}

/// Reads a date, perhaps with a time; `now` is the local time in London.
///
/// # Errors
/// A sentence with the way out.
pub fn read(text: &str, now: DateTime, lean: Lean) -> Result<Told, NotUnderstood> {
    let typed = text.trim();
    if typed.is_empty() {
        return Err(NotUnderstood("Type a date, such as today, yesterday 3pm, 9/3 or 9 March 2026.".into()));
    }
    if typed.chars().count() > 60 {
        return Err(NotUnderstood("That is too long for a date. Type one such as today, 9/3 or 9 March 2026.".into()));
    }
    let words = words_of(typed);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut refusal = None;
    for attempt in attempts(&words, now, lean) {
        match attempt {
            Ok(told) => return Ok(told),
            Err(No::Refused(sentence)) => {
                refusal.get_or_insert(sentence);
            }
            Err(No::Other) => {}
        }
    }
    Err(NotUnderstood(refusal.unwrap_or_else(|| {
        format!("“{typed}” is not a date that is understood here. Type one such as today, yesterday 3pm, last Tuesday, 9/3, 9 March 2026 or in 2 weeks.")
    })))
}

/// Reads a time of day alone: "3pm", "14:30", "1430".
///
/// # Errors
/// A sentence with the way out.
pub fn read_time(text: &str) -> Result<Time, NotUnderstood> {
    let words = words_of(text.trim());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    time::read(&words).map_err(|no| match no {
        No::Refused(sentence) => NotUnderstood(sentence),
        No::Other => NotUnderstood(format!(
            "“{}” is not a time. Type one such as 3pm, 9:45am or 14:30.",
            text.trim().chars().take(60).collect::<String>()
        )),
    })
}

/// Each way in which the words can be split into a day and a time, likeliest first.
fn attempts<'a>(words: &'a [&'a str], now: DateTime, lean: Lean) -> impl Iterator<Item = Read<Told>> + 'a {
    let today = now.date();
    let alone = std::iter::once_with(move || match (words, day::read(words, today, lean)) {
        (["now"], _) => with_time(Part::Day(today), now.time()),
        (_, Ok(Part::Day(on))) => Ok(Told::Day { on, at: None, twice: false }),
        (_, Ok(Part::Month(first))) => Ok(Told::Month(first)),
        (_, Ok(Part::Year(first))) => Ok(Told::Year(first)),
        (_, Err(no)) => Err(no),
    });
    let longest = words.len().min(4);
    let day_first = (1..longest).map(move |length| {
        let (days, times) = words.split_at(words.len() - length);
        let at = time::read(times)?;
        with_time(day::read(days, today, lean)?, at)
    });
    let time_first = (1..longest).map(move |length| {
        let (times, days) = words.split_at(length);
        let at = time::read(times)?;
        with_time(day::read(days, today, lean)?, at)
    });
    let time_alone = std::iter::once_with(move || match words {
        // It was refused above as a year or a time.
        [word] if numeric::may_be_a_year(word) => Err(No::Other),
        _ => with_time(Part::Day(today), time::read(words)?),
    });
    alone.chain(day_first).chain(time_first).chain(time_alone)
}

fn with_time(part: Part, at: Time) -> Read<Told> {
    let Part::Day(on) = part else {
        return refuse("A time of day needs a whole date: type the day as well, such as 9 March 2026 at 3pm.");
    };
    let at = Time::constant(at.hour(), at.minute(), 0, 0);
    zone::shown_on_the_clock(on, at).map(|twice| Told::Day { on, at: Some(at), twice })
}

/// Small letters, without commas and small words, "9th" as "9", and figures apart from the names beside them.
fn words_of(typed: &str) -> Vec<String> {
    let small = typed.to_lowercase().replace(['’', '‘'], "'").replace(',', " ");
    let mut words: Vec<String> = Vec::new();
    for word in small.split_whitespace() {
        let iso = word.split_once('t').filter(|(date, time)| {
            date.len() == 10 && date.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':')
        });
        match iso {
            Some((date, time)) => words.extend([date.to_owned(), time.to_owned()]),
            None => words.push(without_ordinal(word).to_owned()),
        }
    }
    words.retain(|word| !matches!(word.as_str(), "on" | "at" | "the" | "of" | "@"));
    words
}

fn without_ordinal(word: &str) -> &str {
    ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|rest| !rest.is_empty() && rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or(word)
}

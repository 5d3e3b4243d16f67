//! A time of day: "3pm", "3.30pm", "14:30", "1430", "half past 2pm", "noon".

use super::{No, Read, refuse};
use jiff::civil::Time;

/// "3pm", "2:30pm", "midday"; midnight at the start of a day is "12am".
pub fn say_time(time: Time) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    if (hour, minute) == (12, 0) {
        return "midday".to_owned();
    }
    let half = if hour < 12 { "am" } else { "pm" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    if minute == 0 { format!("{hour}{half}") } else { format!("{hour}:{minute:02}{half}") }
}

/// Morning or afternoon, where it is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

pub(super) fn read(words: &[&str]) -> Read<Time> {
    match words {
        ["noon" | "midday"] => Ok(Time::midnight().wrapping_add(jiff::Span::new().hours(12))),
        ["midnight"] => refuse(
            "Midnight is the end of one day and the beginning of the next: type 12am for the beginning, or 11:59pm.",
        ),
        ["half", "past", rest @ ..] => shifted(rest, 30),
        ["quarter", "past", rest @ ..] => shifted(rest, 15),
        ["quarter", "to", rest @ ..] => shifted(rest, -15),
        [one] => figures(one),
        [figure, half @ ("am" | "pm" | "a.m." | "p.m." | "a.m" | "p.m" | "hrs" | "hours")] => {
            figures(&format!("{figure}{}", half.replace('.', "")))
        }
        _ => Err(No::Other),
    }
}

/// A full hour, and so many minutes later or earlier.
fn shifted(words: &[&str], minutes: i64) -> Read<Time> {
    let hour = read(words)?;
    if hour.minute() != 0 {
        return Err(No::Other);
    }
    Ok(hour.wrapping_add(jiff::Span::new().minutes(minutes)))
}

fn figures(word: &str) -> Read<Time> {
    let (digits, half, hours_said) = if let Some(rest) = word.strip_suffix("am") {
        (rest, Some(Half::Morning), false)
    } else if let Some(rest) = word.strip_suffix("pm") {
        (rest, Some(Half::Afternoon), false)
    } else if let Some(rest) = word.strip_suffix("hrs").or_else(|| word.strip_suffix("hours")) {
        (rest, None, true)
    } else {
        (word, None, false)
    };
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        // ISO writes seconds too; they are nought or the text is not a time of ours.
        Some((hour, rest)) => match rest.split_once(':') {
            Some((minute, "00")) if minute.len() == 2 => (hour, minute),
            _ => return Err(No::Other),
        },
        None if digits.is_ascii() && matches!(digits.len(), 3 | 4) => digits.split_at(digits.len() - 2),
        None if half.is_some() => (digits, "00"),
        None if digits.len() <= 2 => return bare_hour(digits),
        None => return Err(No::Other),
    };
    let plain = digits.len() == 4 && !digits.contains([':', '.']);
    let number = |part: &str| {
        let fits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<i8>().map_err(|_| No::Other) } else { Err(No::Other) }
    };
    let twelve_hours_unsaid = !hours_said && !plain && hour.len() == 1;
    of(number(hour)?, number(minute)?, half, twelve_hours_unsaid)
}

/// "at 3": nobody can know which half of the day.
fn bare_hour(digits: &str) -> Read<Time> {
    match digits.parse::<i8>() {
        Ok(hour @ 1..=12) => refuse(format!("{hour} can be the morning or the afternoon: type {hour}am or {hour}pm.")),
        _ => Err(No::Other),
    }
}

fn of(hour: i8, minute: i8, half: Option<Half>, unsaid: bool) -> Read<Time> {
    if minute > 59 {
        return refuse(format!("An hour has no minute {minute}. Type a time such as 3pm, 9:45am or 14:30."));
    }
    let hour = match half {
        None if unsaid && (1..=6).contains(&hour) => {
            return refuse(format!(
                "{hour}:{minute:02} can be the morning or the afternoon: type {hour}:{minute:02}pm or 0{hour}:{minute:02}."
            ));
        }
        None if hour == 24 => {
            return refuse("24:00 is the beginning of the next day: type that day and 00:00.");
        }
        None if hour > 23 => {
            return refuse(format!("A day has no hour {hour}. Type a time such as 3pm, 9:45am or 14:30."));
        }
        None => hour,
        Some(half) => match (hour, half) {
            (12, Half::Morning) => 0,
            (12, Half::Afternoon) => 12,
            (1..=11, Half::Morning) => hour,
            (1..=11, Half::Afternoon) => hour + 12,
            _ => return refuse(format!("{hour} does not go with am or pm. Type a time such as 3pm or 14:30.")),
        },
    };
    Time::new(hour, minute, 0, 0).map_err(|_| No::Other)
}

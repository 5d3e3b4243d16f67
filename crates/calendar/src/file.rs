//! A calendar as it stands in its file, before its dates are computed.

use crate::{days::DayOffStart, error::CalendarError, recurrence::Recurrence, words::weekday_named};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Deserializer};

/// The file's own shape. Every key is known; another is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarFile {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) extends: Option<String>,
    pub(crate) covers: Option<[i16; 2]>,
    weekend: Option<Vec<String>>,
    start_on_day_off: Option<String>,
    #[serde(default)]
    pub(crate) drops: Vec<String>,
    #[serde(default)]
    pub(crate) holiday: Vec<HolidayRule>,
    #[serde(default)]
    pub(crate) once: Vec<Once>,
}

/// A holiday that returns every year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidayRule {
    pub(crate) id: String,
    pub(crate) name: String,
    on: String,
    substitute: Option<String>,
    /// First year in which it is kept.
    pub(crate) from: Option<i16>,
    /// Last year in which it is kept.
    pub(crate) until: Option<i16>,
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// A single change: a day added, taken away, or moved, with the paper that says so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Once {
    #[serde(default, deserialize_with = "a_date")]
    pub(crate) add: Option<Date>,
    #[serde(default, deserialize_with = "a_date")]
    pub(crate) remove: Option<Date>,
    #[serde(default, rename = "move", deserialize_with = "a_date")]
    pub(crate) moved: Option<Date>,
    #[serde(default, deserialize_with = "a_date")]
    pub(crate) to: Option<Date>,
    pub(crate) name: Option<String>,
    #[serde(rename = "source")]
    _source: String,
}

/// A TOML date without a time, such as 2026-06-15.
fn a_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    use serde::de::Error as _;
    let written = toml::value::Datetime::deserialize(deserializer)?;
    let (Some(date), None, None) = (written.date, written.time, written.offset) else {
        return Err(D::Error::custom(format!("{written} is not a day; write the date alone, as in 2026-06-15")));
    };
    let exists = i16::try_from(date.year)
        .ok()
        .zip(i8::try_from(date.month).ok())
        .zip(i8::try_from(date.day).ok())
        .and_then(|((year, month), day)| Date::new(year, month, day).ok());
    exists.map(Some).ok_or_else(|| D::Error::custom(format!("{written} does not exist")))
}

impl CalendarFile {
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, CalendarError> {
        let read: Self = toml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|error| {
            CalendarError::Unreadable { file: file.to_owned(), reason: error.to_string().trim_end().to_owned() }
        })?;
        for (field, value) in [("id", &read.id), ("title", &read.title), ("version", &read.version)] {
            if value.trim().is_empty() {
                return Err(bad(
                    file,
                    field,
                    "It is empty. A calendar is named with every date that is counted on it.",
                ));
            }
        }
        if read.source.trim().is_empty() {
            return Err(bad(file, "source", "It is empty. Say who prescribes these days."));
        }
        Ok(read)
    }

    /// The days of the week that are never worked; none if the file leaves it to its parent.
    pub(crate) fn weekend(&self, file: &str) -> Result<Option<Vec<Weekday>>, CalendarError> {
        let Some(names) = &self.weekend else { return Ok(None) };
        let days: Vec<Weekday> = names
            .iter()
            .map(|name| {
                weekday_named(name).ok_or_else(|| {
                    bad(
                        file,
                        "weekend",
                        format!("\"{name}\" is not a day of the week. Write it in full, as in \"Saturday\"."),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        if (0..7).all(|n| days.contains(&Weekday::Monday.wrapping_add(n))) {
            return Err(bad(
                file,
                "weekend",
                "It holds all seven days, so nothing could ever fall due. Leave out the days worked.",
            ));
        }
        Ok(Some(days))
    }

    pub(crate) fn start_on_day_off(&self, file: &str) -> Result<Option<DayOffStart>, CalendarError> {
        self.start_on_day_off
            .as_deref()
            .map(|words| {
                DayOffStart::from_words(words).ok_or_else(|| {
                    bad(
                        file,
                        "start_on_day_off",
                        format!(
                            "\"{words}\" is not known. Write \"{}\" or \"{}\".",
                            DayOffStart::NextWorkingDayIsDayOne.as_words(),
                            DayOffStart::NextWorkingDayIsDayZero.as_words()
                        ),
                    )
                })
            })
            .transpose()
    }
}

impl HolidayRule {
    pub(crate) fn recurrence(&self, file: &str) -> Result<Recurrence, CalendarError> {
        self.on.parse().map_err(|reason: String| bad(file, format!("holiday {}, on", self.id), reason))
    }

    /// Whether a holiday on a weekend is kept on the next free weekday instead.
    pub(crate) fn is_substituted(&self, file: &str) -> Result<bool, CalendarError> {
        match self.substitute.as_deref() {
            None | Some("none") => Ok(false),
            Some("next free weekday") => Ok(true),
            Some(other) => Err(bad(
                file,
                format!("holiday {}, substitute", self.id),
                format!("\"{other}\" is not known. Write \"next free weekday\" or \"none\"."),
            )),
        }
    }

    pub(crate) fn is_kept_in(&self, year: i16) -> bool {
        self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until)
    }
}

/// A [`CalendarError::Bad`].
pub(crate) fn bad(file: &str, place: impl Into<String>, reason: impl Into<String>) -> CalendarError {
    CalendarError::Bad { file: file.to_owned(), place: place.into(), reason: reason.into() }
}

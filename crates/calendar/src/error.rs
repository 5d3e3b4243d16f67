//! What is refused, in sentences that name the file or calendar, the rule and the way out.

/// Why a calendar cannot be loaded, or cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A day outside the years that the calendar covers.
    #[error(
        "Calendar {calendar} (version {version}) does not cover {year}: it covers {first} to {last}. Widen `covers` in its file, \
         or choose a calendar that covers the year."
    )]
    NotCovered {
        /// The calendar's id.
        calendar: String,
        /// Its version.
        version: String,
        /// The year asked for.
        year: i16,
        /// First year covered.
        first: i16,
        /// Last year covered.
        last: i16,
    },
    /// No calendar of that id is loaded.
    #[error("There is no calendar {id}. The calendars loaded are: {known}.")]
    Unknown {
        /// The id asked for.
        id: String,
        /// The ids that are loaded, separated by commas.
        known: String,
    },
    /// The file is not TOML of the expected shape; a date that does not exist is found here too.
    #[error("{file}: the calendar cannot be read. {reason}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What the reader found, with line and column.
        reason: String,
    },
    /// A value that reads well but means nothing.
    #[error("{file}, {place}: {reason}")]
    Bad {
        /// Name of the file.
        file: String,
        /// The field or holiday.
        place: String,
        /// The rule that it breaks and the way out: whole sentences.
        reason: String,
    },
    /// `extends` names a calendar that is not among the files.
    #[error(
        "{file}: the calendar extends {parent}, and no file has that id. Add the file or correct `extends`; the ids are: {known}."
    )]
    UnknownParent {
        /// Name of the file.
        file: String,
        /// The id that is missing.
        parent: String,
        /// The ids there are, separated by commas.
        known: String,
    },
    /// Calendars that extend one another in a circle.
    #[error("{file}: the calendars extend one another in a circle: {chain}. Remove `extends` from one of them.")]
    Cycle {
        /// Name of the file where the circle was noticed.
        file: String,
        /// The ids in order, the first repeated at the end.
        chain: String,
    },
    /// Two files with one id.
    #[error("{file}: the id {id} is already the id of {other}. Give one of them another id.")]
    Duplicate {
        /// Name of the second file.
        file: String,
        /// The id.
        id: String,
        /// Name of the first file.
        other: String,
    },
    /// A date beyond what can be written (year 9999).
    #[error("{limit} from {start} runs past the year 9999. Correct the date or the limit.")]
    TooFar {
        /// The limit in words.
        limit: String,
        /// The day it was counted from, in words.
        start: String,
    },
}

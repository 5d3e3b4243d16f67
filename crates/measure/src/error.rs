//! What is refused, in sentences that name the thing, the rule and the way out.

use crate::Day;

/// Why a measure cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// A file is not of the expected shape.
    #[error("{file}: it cannot be read. {reason}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What the reader found, with the place.
        reason: String,
    },
    /// A value in a file means nothing.
    #[error("{file}, {place}: {reason}")]
    Bad {
        /// Name of the file.
        file: String,
        /// The field, or the row and column.
        place: String,
        /// The rule that it breaks and the way out: whole sentences.
        reason: String,
    },
    /// A name that is not among those there are.
    #[error("There is no {kind} `{name}`. There are: {known}.")]
    Unknown {
        /// What was looked for: a column, an attribute, a definition.
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// The cohort has not been followed for long enough.
    #[error(
        "Not yet measurable: under `{definition}` the cohort {cohort} (to {last}) needs {needed} after its last day, until {until}, \
         and the data are complete to {complete} only. Ask for an earlier cohort or a shorter follow-up, or wait until {until}."
    )]
    NotYetMeasurable {
        /// The definition's id.
        definition: String,
        /// The cohort as asked for.
        cohort: String,
        /// The last day on which an index event may lie.
        last: Day,
        /// Follow-up and waiting period in words.
        needed: String,
        /// The first day on which everybody has been followed.
        until: Day,
        /// The day to which the data are complete.
        complete: Day,
    },
    /// A period that cannot be read.
    #[error(
        "`{text}` is not a cohort. Write a financial year (2016-17), a calendar year (2016), or two days (2016-04-01..2016-06-30)."
    )]
    NotACohort {
        /// What was written.
        text: String,
    },
    /// The figures cannot be computed from what was given.
    #[error("{what} cannot be computed: {reason}")]
    NotComputable {
        /// The statistic.
        what: &'static str,
        /// Why, and the way out: whole sentences.
        reason: String,
    },
}

impl MeasureError {
    pub(crate) fn unknown<'a>(kind: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        Self::Unknown { kind, name: name.to_owned(), known: known.join(", ") }
    }

    pub(crate) fn bad(file: &str, place: impl std::fmt::Display, reason: impl Into<String>) -> Self {
        Self::Bad { file: file.to_owned(), place: place.to_string(), reason: reason.into() }
    }
}

//! Why an area or a person could not be made.

/// Why an area or a person could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SyntheticError {
    /// The published figures could not be read.
    #[error("the published figures in targets.toml cannot be read: {0}")]
    Targets(String),
    /// The words could not be read.
    #[error("the words in words.toml cannot be read: {0}")]
    Words(String),
    /// The calendar does not cover the dates, or is not there.
    #[error(transparent)]
    Calendar(#[from] calendar::CalendarError),
    /// A text does not fit its field.
    #[error("a synthetic text does not fit the record: {0}")]
    Text(#[from] record::WordsError),
    /// An identifier does not fit its form.
    #[error("a synthetic identifier does not fit the record: {0}")]
    Identifier(#[from] record::person::IdentifierError),
    /// A date is beyond what can be counted.
    #[error("a synthetic date cannot be counted: {0}")]
    Date(#[from] jiff::Error),
    /// The size asked for makes no sense.
    #[error("the area begins on {from}, which is not before its end, {until}: give an earlier beginning")]
    Backwards {
        /// The first day asked for.
        from: jiff::civil::Date,
        /// The last day asked for.
        until: jiff::civil::Date,
    },
}

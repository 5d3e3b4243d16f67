//! Why a file could not be read.

use crate::Refusal;
use std::fmt;

/// A plan, a stream, a rule or a formula could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is not what it should be.
    #[error("{what} cannot be read: {problem}")]
    File {
        /// What was read.
        what: String,
        /// What is wrong with it, and where.
        problem: String,
    },
    /// The plan's rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The plan does not hold what its file says that the paper holds.
    #[error("counts: the paper has {counted} {what}, the file {found}. Compare them, and mend whichever is wrong.")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How many the paper has.
        counted: usize,
        /// How many the file has.
        found: usize,
    },
}

impl ReadError {
    pub(crate) fn file(what: &str, problem: &impl fmt::Display) -> Self {
        Self::File { what: what.to_owned(), problem: problem.to_string().trim_end().to_owned() }
    }
}

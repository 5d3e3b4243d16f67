//! Text with a limit, and references: what may be written into a plan at all. A plan is public, so its text may be shown.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a piece of text was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Nothing but spaces.
    #[error("this is empty: write something, or leave the field out")]
    Empty,
    /// Longer than the field takes.
    #[error("this has {0} characters; the field takes {1}: shorten it or split it")]
    TooLong(usize, usize),
    /// A control character.
    #[error("this holds a character that cannot be shown (code {0}): type it again without it")]
    Control(u32),
    /// A reference with a character that references do not have.
    #[error("\"{0}\" is not a reference: write 1 to 40 letters, digits or - _ / . and begin with a letter or a digit")]
    Reference(String),
}

/// Text with a limit on its length, trimmed, without control characters other than line breaks and tabs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(Box<str>);

/// A line: a name, a priority, an action.
pub type Line = Words<400>;
/// A paragraph or several: a note, an answer.
pub type Note = Words<10_000>;

impl<const MAX: usize> Words<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Words<MAX> {
    type Error = WordsError;

    fn try_from(text: String) -> Result<Self, WordsError> {
        text.as_str().try_into()
    }
}

impl<const MAX: usize> TryFrom<&str> for Words<MAX> {
    type Error = WordsError;

    fn try_from(text: &str) -> Result<Self, WordsError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(WordsError::Empty);
        }
        let length = text.chars().count();
        if length > MAX {
            return Err(WordsError::TooLong(length, MAX));
        }
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            Some(c) => Err(WordsError::Control(u32::from(c))),
            None => Ok(Self(text.into())),
        }
    }
}

impl<const MAX: usize> From<Words<MAX>> for String {
    fn from(words: Words<MAX>) -> Self {
        words.0.into()
    }
}

impl<const MAX: usize> fmt::Display for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks that a text can be a reference.
fn reference(text: &str) -> Result<Box<str>, WordsError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && text.len() <= 40 && text.chars().all(allowed) {
        Ok(text.into())
    } else {
        Err(WordsError::Reference(text.chars().take(60).collect()))
    }
}

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The reference as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = WordsError;

            fn try_from(text: String) -> Result<Self, WordsError> {
                reference(&text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = WordsError;

            fn try_from(text: &str) -> Result<Self, WordsError> {
                reference(text).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(reference: $name) -> Self {
                reference.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

references! {
    /// A plan.
    PlanRef;
    /// A commitment of a plan, such as `1.2.3` or `ECD2.1`; also an entry of the framework that it serves, such as `NO9`.
    ItemRef;
    /// An organisation, a group of them, or a role in one.
    BodyRef;
    /// An indicator.
    IndicatorRef;
    /// A milestone of an action.
    MilestoneRef;
    /// A risk.
    RiskRef;
    /// A consultation.
    ConsultationRef;
    /// A question of a consultation.
    QuestionRef;
    /// A response to a consultation.
    ResponseRef;
    /// A suggestion of unpaid work.
    SuggestionRef;
}

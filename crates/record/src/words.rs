//! Text with a limit, and references: what may be typed into a record at all.

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
    #[error("a reference is 1 to 40 letters, digits or - _ / . and starts with a letter or a digit")]
    Reference,
}

/// Text with a limit on its length, trimmed, without control characters other than line breaks and tabs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(Box<str>);

/// A line: a name, a place, a reason.
pub type Line = Words<200>;
/// A paragraph or several: a note, an outcome.
pub type Note = Words<10_000>;

impl<const MAX: usize> Words<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> schemars::JsonSchema for Words<MAX> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Words{MAX}").into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX })
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

/// Text of a record is personal: it is never written out by accident in a log.
impl<const MAX: usize> fmt::Debug for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«{} characters»", self.0.chars().count())
    }
}

/// Checks that a text can be a reference.
fn reference(text: &str) -> Result<Box<str>, WordsError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && text.len() <= 40 && text.chars().all(allowed) {
        Ok(text.into())
    } else {
        Err(WordsError::Reference)
    }
}

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
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
    /// An order, licence or other measure, unique within the person's record.
    OrderRef;
    /// A charge, unique within the person's record.
    ChargeRef;
    /// A planned contact.
    ContactRef;
    /// An incident of non-compliance.
    IncidentRef;
    /// A significant change.
    ChangeRef;
    /// Breach proceedings, of an order or a licence.
    BreachRef;
    /// A court progress review of an order.
    ReviewRef;
    /// A work placement.
    PlacementRef;
    /// A session of unpaid work or other activity.
    SessionRef;
    /// A report.
    ReportRef;
    /// A restriction.
    RestrictionRef;
    /// A member of staff, by the reference of their account.
    WorkerRef;
    /// A team.
    TeamRef;
    /// A council or other area.
    AreaRef;
}

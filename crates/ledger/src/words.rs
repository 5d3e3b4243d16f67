//! Text with a limit, and references: what may be written into a stream at all.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::marker::PhantomData;

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

/// Whether a text may be written out where developers look: in a log, in a failed test.
pub trait Secrecy {
    /// Writes the text, or what stands for it.
    fn debug(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Text about a person: only its length is ever written out by accident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Private;

/// Text that the public may read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Public;

impl Secrecy for Private {
    fn debug(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«{} characters»", text.chars().count())
    }
}

impl Secrecy for Public {
    fn debug(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(text, f)
    }
}

/// Text with a limit on its length, trimmed, without control characters other than line breaks and tabs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String", bound = "S: Clone")]
pub struct Words<const MAX: usize, S>(Box<str>, PhantomData<S>);

impl<const MAX: usize, S> Words<MAX, S> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize, S> schemars::JsonSchema for Words<MAX, S> {
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

impl<const MAX: usize, S> TryFrom<String> for Words<MAX, S> {
    type Error = WordsError;

    fn try_from(text: String) -> Result<Self, WordsError> {
        text.as_str().try_into()
    }
}

impl<const MAX: usize, S> TryFrom<&str> for Words<MAX, S> {
    type Error = WordsError;

    fn try_from(text: &str) -> Result<Self, WordsError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(WordsError::Empty);
        }
        // Nothing is longer in characters than in bytes.
        let length = if text.len() > MAX { text.chars().count() } else { 0 };
        if length > MAX {
            return Err(WordsError::TooLong(length, MAX));
        }
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            Some(c) => Err(WordsError::Control(u32::from(c))),
            None => Ok(Self(text.into(), PhantomData)),
        }
    }
}

impl<'de, const MAX: usize, S> Deserialize<'de> for Words<MAX, S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}

/// Makes something of a text where it lies, without a copy of it in between: a long record holds thousands of them.
pub fn from_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> TryFrom<&'a str, Error = WordsError>,
    D: Deserializer<'de>,
{
    struct Text<T>(PhantomData<T>);
    impl<T: for<'a> TryFrom<&'a str, Error = WordsError>> de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.try_into().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(PhantomData))
}

impl<const MAX: usize, S> From<Words<MAX, S>> for String {
    fn from(words: Words<MAX, S>) -> Self {
        words.0.into()
    }
}

impl<const MAX: usize, S> fmt::Display for Words<MAX, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize, S: Secrecy> fmt::Debug for Words<MAX, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        S::debug(&self.0, f)
    }
}

/// Checks that a text can be a reference.
pub fn reference(text: &str) -> Result<CompactString, WordsError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && text.len() <= 40 && text.chars().all(allowed) {
        Ok(text.into())
    } else {
        Err(WordsError::Reference)
    }
}

/// Types of references, each its own, so that none is taken for another.
#[macro_export]
macro_rules! references {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::theirs::serde::Serialize, $crate::theirs::schemars::JsonSchema,
        )]
        #[serde(into = "String")]
        #[schemars(with = "String")]
        pub struct $name($crate::theirs::CompactString);

        impl $name {
            /// The reference as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::WordsError;

            fn try_from(text: String) -> Result<Self, $crate::WordsError> {
                $crate::reference(&text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::WordsError;

            fn try_from(text: &str) -> Result<Self, $crate::WordsError> {
                $crate::reference(text).map(Self)
            }
        }

        impl<'de> $crate::theirs::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::theirs::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::from_text(deserializer)
            }
        }

        impl From<$name> for String {
            fn from(reference: $name) -> Self {
                reference.0.into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_text_shows_its_length_and_public_text_itself() {
        let private: Words<10, Private> = "Sam Reid".try_into().unwrap();
        let public: Words<10, Public> = "Sam Reid".try_into().unwrap();
        assert_eq!(format!("{private:?} {public:?}"), "«8 characters» \"Sam Reid\"");
    }

    #[test]
    fn text_is_trimmed_limited_and_without_what_cannot_be_shown() {
        let read = |text: &str| Words::<5, Public>::try_from(text).map(String::from);
        assert_eq!(read("  ab\t"), Ok("ab".to_owned()));
        assert_eq!(read(" \n "), Err(WordsError::Empty));
        assert_eq!(read("éèêëãx"), Err(WordsError::TooLong(6, 5)));
        assert_eq!(read("a\u{7}"), Err(WordsError::Control(7)));
    }

    #[test]
    fn a_reference_is_short_and_plain() {
        for good in ["A", "1.2.3", "ECD2.1", "cpo/2026_1"] {
            assert!(reference(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a b", "é", &"a".repeat(41)] {
            assert_eq!(reference(bad), Err(WordsError::Reference), "{bad}");
        }
    }
}

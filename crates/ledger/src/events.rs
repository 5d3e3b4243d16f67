//! The list of what can happen, each kind with its name on the wire and its version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// An event's identifier. The caller makes it, so that saying the same thing twice can be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A stored event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A kind that this version of the program does not know.
    #[error(
        "\"{kind}\" version {version} is not an event that this version of Throughline knows: it was written by a newer one, or is misspelt"
    )]
    Unknown {
        /// The kind as stored.
        kind: String,
        /// The version as stored.
        version: u16,
    },
    /// The body does not fit the kind.
    #[error("the body of a \"{kind}\" event cannot be read: {problem}")]
    Body {
        /// The kind as stored.
        kind: String,
        /// What is wrong.
        problem: String,
    },
}

/// Where and why a body could not be read, without quoting personal data from it.
pub fn place_of(error: &serde_json::Error) -> String {
    let reason = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or out of its limits",
        serde_json::error::Category::Eof => "it is cut short",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "it is not JSON",
    };
    format!("{reason} (line {}, column {})", error.line(), error.column())
}

/// An event inside another, as a correction holds it: `{"kind":…,"v":…,"data":{…}}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nested {
    /// Its kind.
    pub kind: String,
    /// The version of its wire form.
    pub v: u16,
    /// Its content.
    pub data: serde_json::Value,
}

/// Makes `What`, the list of everything that can happen. It is given the trait that each content keeps, and how a problem
/// with a stored body is told: in full, or without quoting from it.
#[macro_export]
macro_rules! events {
    (happening: $happening:path; problem: $problem:path;
     $($variant:ident($content:path) = $kind:literal v $version:literal;)*) => {
        /// Something that happened.
        #[derive(Clone, Debug, PartialEq)]
        pub enum What {
            $(#[doc = concat!("`", $kind, "`.")] $variant($content),)*
        }

        $(impl From<$content> for What {
            fn from(content: $content) -> Self {
                What::$variant(content)
            }
        })*

        impl What {
            /// Every kind with its current version.
            pub const KINDS: &'static [(&'static str, u16)] = &[$(($kind, $version)),*];

            /// The name on the wire.
            pub const fn kind(&self) -> &'static str {
                match self { $(What::$variant(_) => $kind,)* }
            }

            /// The version of the wire form.
            pub const fn version(&self) -> u16 {
                match self { $(What::$variant(_) => $version,)* }
            }

            /// The content as JSON, as it is stored.
            pub fn body(&self) -> Result<String, $crate::theirs::serde_json::Error> {
                match self { $(What::$variant(content) => $crate::theirs::serde_json::to_string(content),)* }
            }

            /// Reads a stored event's content. An old version stays readable for ever.
            pub fn read(kind: &str, version: u16, body: &str) -> Result<Self, $crate::WireError> {
                match (kind, version) {
                    $(($kind, 1..=$version) => $crate::theirs::serde_json::from_str(body).map(What::$variant),)*
                    _ => return Err($crate::WireError::Unknown { kind: kind.chars().take(60).collect(), version }),
                }
                .map_err(|error| $crate::WireError::Body { kind: kind.to_owned(), problem: $problem(&error) })
            }

            /// Reads content of a kind in its current form; none for a kind that there is not.
            pub(crate) fn parse(kind: &str, body: &str) -> Option<Result<Self, $crate::theirs::serde_json::Error>> {
                Some(match kind {
                    $($kind => $crate::theirs::serde_json::from_str(body).map(What::$variant),)*
                    _ => return None,
                })
            }

            pub(crate) fn happening(&self) -> &dyn $happening {
                match self { $(What::$variant(content) => content,)* }
            }

            /// The JSON schema of every kind's content: what the data dictionary is made from.
            pub fn schemas() -> Vec<(&'static str, $crate::theirs::schemars::Schema)> {
                vec![$(($kind, $crate::theirs::schemars::schema_for!($content)),)*]
            }
        }

        impl $crate::theirs::serde::Serialize for What {
            fn serialize<S: $crate::theirs::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let body = self.body().and_then(|body| $crate::theirs::serde_json::from_str(&body));
                let data = body.map_err($crate::theirs::serde::ser::Error::custom)?;
                $crate::Nested { kind: self.kind().to_owned(), v: self.version(), data }.serialize(serializer)
            }
        }

        impl<'de> $crate::theirs::serde::Deserialize<'de> for What {
            fn deserialize<D: $crate::theirs::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let nested = $crate::Nested::deserialize(deserializer)?;
                What::read(&nested.kind, nested.v, &nested.data.to_string())
                    .map_err($crate::theirs::serde::de::Error::custom)
            }
        }
    };
}

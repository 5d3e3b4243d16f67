//! When and how it is safe to reach a person: a message heard by the wrong ears can do harm.

use crate::refusal::{Refusal, require};
use crate::words::Line;
use jiff::civil::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Mobile telephone.
    Mobile,
    /// Landline telephone.
    Landline,
    /// E-mail.
    Email,
}

/// The rules for one contact detail. Nothing is allowed that was not said to be safe, save a plain call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SafeContact {
    /// A text or an e-mail may be sent.
    pub write: bool,
    /// The person asked to be reminded of appointments here. Being safe to write to is not yet to have asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reminders: bool,
    /// A voice message may be left.
    pub voicemail: bool,
    /// The service may be named.
    pub name_the_service: bool,
    /// Not before this time of day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Not after this time of day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Anything else to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Line>,
}

impl SafeContact {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        require(!matches!((self.from, self.until), (Some(from), Some(until)) if until <= from), "safe contact", || {
            "The time until which it is safe to call is not after the time from which it is. Check the two times."
                .into()
        })
    }

    /// Whether a written message may be sent at a time of day.
    pub fn may_write_at(&self, time: Time) -> bool {
        self.write && self.from.is_none_or(|from| from <= time) && self.until.is_none_or(|until| time <= until)
    }
}

//! # post
//!
//! Hands a written message over: a text message or an e-mail, to a mail server, to a service like GOV.UK Notify, or, where
//! nothing is set up, to a folder on this computer.
//!
//! *May know:* messages, addresses, SMTP, HTTP, files.
//! *Must not know:* whom a message is about, why it is sent and whether it may be; the store; the time of day.
//!
//! A message is handed over once or not at all. So each refusal says which of the two it is: certainly [not
//! sent](NotHanded::NotSent), or [nobody knows](NotHanded::Unclear). Only the first may be tried again.

mod folder;
mod notify;
mod smtp;

pub use folder::Folder;
pub use notify::{Notify, NotifyKey, NotifyTemplates};
pub use smtp::Smtp;

use jiff::Timestamp;
use uuid::Uuid;

/// By which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A text message to a mobile telephone.
    Text,
    /// An e-mail.
    Email,
}

/// A message to hand over.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id: the receiver's programs can recognise a second copy by it.
    pub id: Uuid,
    /// By which way.
    pub way: Way,
    /// The telephone number or the e-mail address.
    pub to: String,
    /// The subject of an e-mail; a text message has none.
    pub subject: String,
    /// What it says.
    pub body: String,
}

/// A message is personal: it is never written out by accident in a log.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("way", &self.way).finish_non_exhaustive()
    }
}

/// A message was not handed over, as a sentence that quotes neither the message nor the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHanded {
    /// It was certainly not sent.
    #[error("{why}")]
    NotSent {
        /// Why.
        why: String,
        /// Whether trying again later can help.
        again: bool,
    },
    /// The connection ended before the other side answered: it may have been sent.
    #[error("{0}")]
    Unclear(String),
}

impl NotHanded {
    pub(crate) fn later(why: impl Into<String>) -> Self {
        Self::NotSent { why: why.into(), again: true }
    }

    pub(crate) fn never(why: impl Into<String>) -> Self {
        Self::NotSent { why: why.into(), again: false }
    }
}

/// The way is not set up as it must be, as a sentence that holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotSetUp(pub(crate) String);

/// Who takes a message over.
pub enum Carrier {
    /// A folder on this computer: nothing leaves it.
    Folder(Folder),
    /// A mail server; e-mail only.
    Smtp(Box<Smtp>),
    /// A service like GOV.UK Notify.
    Notify(Box<Notify>),
}

impl Carrier {
    /// What it is, for the page about the system's health.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Folder(_) => "a folder on this computer; nothing is sent",
            Self::Smtp(_) => "a mail server",
            Self::Notify(_) => "a notification service",
        }
    }
}

/// Who carries text messages and who carries e-mail.
pub struct Post {
    /// Text messages.
    pub text: Carrier,
    /// E-mail.
    pub email: Carrier,
}

impl Post {
    /// Everything into one folder: where no carrier is set up.
    pub fn folder(folder: Folder) -> Self {
        Self { text: Carrier::Folder(folder.clone()), email: Carrier::Folder(folder) }
    }

    /// Hands a message over at `now`; answers the carrier's reference.
    pub fn hand_over(&self, message: &Message, now: Timestamp) -> Result<String, NotHanded> {
        let carrier = match message.way {
            Way::Text => &self.text,
            Way::Email => &self.email,
        };
        match carrier {
            Carrier::Folder(folder) => folder.keep(message, now),
            Carrier::Smtp(smtp) => smtp.send(message),
            Carrier::Notify(notify) => notify.send(message, now),
        }
    }
}

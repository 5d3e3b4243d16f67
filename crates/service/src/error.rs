//! What a use case answers when it does not do what was asked. Nothing has changed then, save the log.

use crate::import::ImportError;
use record::Refusal;
use store::StoreError;

/// What must be proved before something that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Once more who they are: it is a while since they did.
    Again,
    /// Who they are, by a passkey.
    Passkey,
    /// That a person asks: a token proves nothing of that.
    Person,
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Again => {
                "this matters, and it is a while since you proved who you are: prove it again, then go on"
            }
            Self::Passkey => {
                "this needs a passkey: prove by yours that it is you, then go on; if you have none, ask an administrator how to add one"
            }
            Self::Person => "a token is not enough for this: sign in at the desk and do it there",
        })
    }
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The record refuses: a rule of practice.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The person is not on record, or may not be known to this actor: the same answer for both.
    #[error("there is no such record")]
    NotFound,
    /// The record is restricted, and the actor left their session alone for a while.
    #[error("this record is restricted and you were away for a while: prove again who you are, then go on")]
    Away,
    /// The actor may not do this.
    #[error("you may not {doing} here: {way_out}")]
    NotAllowed {
        /// What was asked.
        doing: &'static str,
        /// What can be done about it.
        way_out: &'static str,
    },
    /// The actor may do this once they have proved more of who they are.
    #[error("{0}")]
    Unproven(Wanted),
    /// The actor has opened as many people's records within an hour as their work asks for.
    #[error(
        "you have opened the records of {people} people within an hour, so no more open until {}; your managers and the auditors are told. Whom you opened within the hour stays open. If your work needs more, speak with your team manager",
        crate::sign_in::said(*.until)
    )]
    TooMany {
        /// How many.
        people: u32,
        /// The next one opens from then.
        until: jiff::Timestamp,
    },
    /// Another team's case: a reason opens it, to read.
    #[error(
        "this is not one of your team's cases: if you must see it now, give a reason; the look is logged and reviewed"
    )]
    NeedsReason,
    /// The record changed meanwhile.
    #[error(
        "the record has changed since you read it (version {expected}, now {now}): {meanwhile}. Nothing of yours was recorded; look at the change and try again"
    )]
    Conflict {
        /// The version the actor had read.
        expected: u64,
        /// The version now.
        now: u64,
        /// What came meanwhile: kinds, dates and who.
        meanwhile: String,
    },
    /// The plan refuses.
    #[error(transparent)]
    PlanRefused(#[from] planning::Refusal),
    /// The plan changed meanwhile.
    #[error(
        "the plan has changed since you read it (version {expected}, now {now}): {meanwhile}. Nothing of yours was recorded; look at the change and try again"
    )]
    PlanChanged {
        /// The version the actor had read.
        expected: u64,
        /// The version now.
        now: u64,
        /// What came meanwhile: kinds, dates and who.
        meanwhile: String,
    },
    /// Somebody sent more than is taken from one sender, or more waits than is taken at all.
    #[error("a lot has come from your address, or waits here already: try again in an hour, or write to the council")]
    TooMuch,
    /// An event's identifier was used before for something else.
    #[error("this was recorded before under the same identifier, with other content: use a new identifier")]
    SaidDifferently,
    /// A stored event cannot be read.
    #[error("event {version} of {stream} cannot be read: {problem}")]
    Unreadable {
        /// The stream's name.
        stream: String,
        /// The event's place.
        version: i64,
        /// What is wrong.
        problem: String,
    },
    /// What was asked for is not understood.
    #[error("{0}")]
    Asked(String),
    /// The clock cannot be read.
    #[error(transparent)]
    Clock(#[from] clock::ClockError),
    /// A policy could not be evaluated: the request fails.
    #[error("the policies could not decide ({0}), so nothing was done: tell the administrator")]
    Policy(String),
    /// A secret that is kept sealed cannot be opened.
    #[error("{0}")]
    Sealed(&'static str),
    /// An import could not go on.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The store.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ServiceError {
    /// What the caller can mend is said as the caller's; the rest is the store's.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::IdReused { .. } => Self::SaidDifferently,
            StoreError::Invalid(sentence) => Self::Asked(sentence),
            other => Self::Store(other),
        }
    }
}

impl ServiceError {
    /// Whether the same request may succeed later without anybody's mistake being mended: the disk is full, or the
    /// database is held by another, busy or away.
    pub fn is_only_for_now(&self) -> bool {
        matches!(
            self,
            Self::Store(
                StoreError::Full(_)
                    | StoreError::Locked(_)
                    | StoreError::ReadOnly(_)
                    | StoreError::Busy(_)
                    | StoreError::Unreachable { .. }
            )
        )
    }
}

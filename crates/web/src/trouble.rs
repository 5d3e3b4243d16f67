//! What a request answers when it cannot do what was asked: every error is a sentence with a way out, on a page or, under
//! `/api`, as a problem (RFC 9457). [`guard`](crate::guard) dresses it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use service::{ServiceError, Wanted};
use std::fmt::Display;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody is signed in.
    SignInFirst,
    /// They must prove again who they are, at `/account/confirm`, and then go on to this page.
    Confirm(&'static str),
    /// Whoever signed in elsewhere is not let in here, and why.
    Refused(String),
    /// The page is for other roles.
    NotYours,
    /// There is no such page, or no such record for this reader: the same answer.
    NotFound,
    /// What was sent cannot be understood.
    NotUnderstood(String),
    /// The form did not come from a page of this session.
    Forged,
    /// The service did not do it.
    Service(Box<ServiceError>),
    /// A fault of ours: the words are for the log only.
    Internal(String),
}

/// What the page about it says.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) sentence: String,
    /// What was asked for takes a passkey.
    pub(crate) by_passkey: bool,
    /// It may be asked for again from then.
    pub(crate) until: Option<Timestamp>,
    /// For the log, never for the page.
    pub(crate) fault: Option<String>,
}

impl Told {
    pub(crate) fn new(status: StatusCode, title: &'static str, sentence: impl Into<String>) -> Self {
        Self { status, title, sentence: sentence.into(), by_passkey: false, until: None, fault: None }
    }
}

impl Trouble {
    pub(crate) fn internal(error: &dyn Display) -> Self {
        Self::Internal(error.to_string())
    }

    pub(crate) fn told(self) -> Told {
        let told = Told::new;
        match self {
            Self::SignInFirst => {
                told(StatusCode::UNAUTHORIZED, "Sign in first", "You are not signed in, or your session has ended.")
            }
            Self::Confirm(_) => {
                told(StatusCode::FORBIDDEN, "Confirm that it is you", "Prove again who you are, then go on.")
            }
            Self::Refused(sentence) => Told::new(StatusCode::FORBIDDEN, "You are not let in", sentence),
            Self::NotYours => told(
                StatusCode::FORBIDDEN,
                "This page is for another role",
                "Your role does not use this page. If your work needs it, ask an administrator to change your role.",
            ),
            Self::NotFound => told(
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "The page or record does not exist, or is not open to you. Check the address, or search for the person.",
            ),
            Self::NotUnderstood(sentence) => {
                Told::new(StatusCode::BAD_REQUEST, "That could not be understood", sentence)
            }
            Self::Forged => told(
                StatusCode::FORBIDDEN,
                "That form is out of date",
                "The form did not come from a page of this session, so nothing was done. Go back, reload the page and send it again.",
            ),
            Self::Service(error) => of_service(&error),
            Self::Internal(fault) => of_fault(fault),
        }
    }
}

fn of_service(error: &ServiceError) -> Told {
    let sentence = capitalised(&error.to_string());
    let told = |status, title| Told::new(status, title, sentence.clone());
    match error {
        ServiceError::NotFound => Trouble::NotFound.told(),
        ServiceError::Away | ServiceError::Unproven(Wanted::Again) => {
            told(StatusCode::UNAUTHORIZED, "Prove that it is you")
        }
        ServiceError::Unproven(Wanted::Passkey) => {
            Told { by_passkey: true, ..told(StatusCode::UNAUTHORIZED, "Prove by a passkey that it is you") }
        }
        ServiceError::Unproven(Wanted::Person) => told(StatusCode::FORBIDDEN, "A token is not enough for this"),
        ServiceError::TooMany { until, .. } => {
            Told { until: Some(*until), ..told(StatusCode::TOO_MANY_REQUESTS, "You have opened very many records") }
        }
        ServiceError::NeedsReason => told(StatusCode::FORBIDDEN, "This is not one of your team’s cases"),
        ServiceError::NotAllowed { .. } => told(StatusCode::FORBIDDEN, "You may not do this here"),
        ServiceError::Refused(_) | ServiceError::PlanRefused(_) => {
            told(StatusCode::UNPROCESSABLE_ENTITY, "This was not recorded")
        }
        ServiceError::Conflict { .. } | ServiceError::SaidDifferently => {
            told(StatusCode::CONFLICT, "The record has changed meanwhile")
        }
        ServiceError::PlanChanged { .. } => told(StatusCode::CONFLICT, "The plan has changed meanwhile"),
        ServiceError::TooMuch => told(StatusCode::TOO_MANY_REQUESTS, "Please wait"),
        ServiceError::Asked(_) | ServiceError::Import(_) => {
            told(StatusCode::BAD_REQUEST, "That could not be understood")
        }
        _ if error.is_only_for_now() => Told {
            fault: Some(error.to_string()),
            ..Told::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Nothing can be recorded just now",
                "Records can be read, but nothing can be written at the moment. Nothing of yours was recorded; keep this page open and try again.",
            )
        },
        ServiceError::Sealed(_)
        | ServiceError::Unreadable { .. }
        | ServiceError::Clock(_)
        | ServiceError::Policy(_)
        | ServiceError::Store(_) => of_fault(error.to_string()),
    }
}

fn of_fault(fault: String) -> Told {
    Told {
        fault: Some(fault),
        ..Told::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            "This was our fault, not yours, and it has been noted. Try again; if it happens again, tell the administrator the reference below.",
        )
    }
}

/// A sentence that begins with a capital letter and ends with a full stop.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let begun = chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default();
    if begun.ends_with(['.', '?', '!']) { begun } else { format!("{begun}.") }
}

impl From<ServiceError> for Trouble {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            other => Self::Service(Box::new(other)),
        }
    }
}

impl IntoResponse for Trouble {
    /// Only the status and what is to be told; the guard makes the page of it.
    fn into_response(self) -> Response {
        if let Self::Confirm(then) = self {
            return Redirect::to(&format!("/account/confirm?then={then}")).into_response();
        }
        let told = self.told();
        let mut response = told.status.into_response();
        response.extensions_mut().insert(told);
        response
    }
}

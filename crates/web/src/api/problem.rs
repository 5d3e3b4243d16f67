//! Problems as RFC 9457 has them: every error of the API is a sentence with a way out, and names the fields it is about.

use super::document::PROBLEMS;
use crate::trouble::{Told, Trouble};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::ServiceError;

/// What a program can make use of beside the sentence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    /// What is wrong with which field.
    errors: Vec<(String, String)>,
    /// The version of the record now.
    version: Option<u64>,
}

/// Why an operation did not do what was asked.
#[derive(Debug)]
pub(crate) struct Problem {
    told: Box<Told>,
    details: Details,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, sentence: impl Into<String>) -> Self {
        Self { told: Box::new(Told::new(status, title, sentence)), details: Details::default() }
    }

    /// What was sent cannot be understood.
    pub(super) fn not_understood(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "That could not be understood", sentence)
    }

    /// A field cannot be understood.
    pub(super) fn field(field: &str, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        let mut problem = Self::not_understood(format!("The field {field}: {sentence}"));
        problem.details.errors.push((field.to_owned(), sentence));
        problem
    }

    /// The body is something else than JSON.
    pub(super) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "That is not JSON",
            "Send the body as JSON, with the header Content-Type: application/json.",
        )
    }

    /// A change without the version that was read.
    pub(super) fn version_needed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "Say which version you have read",
            "A change needs the header If-Match with the version of the record that you have read, as its ETag says it: If-Match: \"12\".",
        )
    }

    /// The path has other methods.
    pub(super) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "That method is not here",
            "This path has other methods; the header Allow lists them.",
        )
    }

    pub(super) fn not_found() -> Self {
        Self::from(Trouble::NotFound)
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let mut details = Details::default();
        let mut told = None;
        if let Trouble::Service(error) = &trouble {
            if let ServiceError::Conflict { now, .. } = **error {
                details.version = Some(now);
                told = Some((StatusCode::PRECONDITION_FAILED, "The record has changed since you read it"));
            } else if matches!(**error, ServiceError::SaidDifferently) {
                told = Some((StatusCode::CONFLICT, "That was used before for something else"));
            }
        }
        let mut answer = trouble.told();
        if let Some((status, title)) = told {
            (answer.status, answer.title) = (status, title);
        }
        Self { told: Box::new(answer), details }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        Self::from(Trouble::from(error))
    }
}

impl IntoResponse for Problem {
    /// The status and what is to be told; the guard adds the request's id and writes it.
    fn into_response(self) -> Response {
        let mut response = self.told.status.into_response();
        response.extensions_mut().insert(*self.told);
        response.extensions_mut().insert(self.details);
        response
    }
}

/// The answer about a problem. `before` is the answer that it takes the place of: what it allows stays said.
pub(crate) fn written(told: &Told, details: &Details, before: &HeaderMap, request: &str) -> Response {
    let status = told.status.as_u16();
    let name = PROBLEMS.iter().find(|(known, ..)| *known == status).map_or("fault", |(_, name, _)| *name);
    let mut body = json!({
        "type": format!("/api/v1/docs#{name}"),
        "title": told.title,
        "status": status,
        "detail": told.sentence,
        "instance": format!("urn:uuid:{request}"),
    });
    if let Some(fields) = body.as_object_mut() {
        if !details.errors.is_empty() {
            let errors = details.errors.iter().map(|(field, detail)| json!({"field": field, "detail": detail}));
            fields.insert("errors".to_owned(), errors.collect());
        }
        if let Some(version) = details.version {
            fields.insert("version".to_owned(), version.into());
        }
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    let mut response = (told.status, kind, body.to_string()).into_response();
    if let Some(allow) = before.get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    if told.status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"throughline\""));
    }
    response
}

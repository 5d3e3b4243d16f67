//! What is sent to an operation, read into types: each part that cannot be read is a problem that names it.

use super::problem::Problem;
use crate::Desk;
use crate::session::Seen;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use record::Purpose;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::{PersonId, Service, ServiceError};
use uuid::Uuid;

/// A body of JSON.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::not_json());
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::not_understood("The body broke off. Send it again."))?;
        let value: Value = serde_json::from_slice(&body).map_err(|error| {
            Problem::not_understood(format!("The body is not JSON: line {}, column {}.", error.line(), error.column()))
        })?;
        if has_nul(&value) {
            return Err(Problem::not_understood(
                "A text holds the character NUL, which nothing here takes. Remove it.",
            ));
        }
        T::deserialize(value)
            .map(Self)
            .map_err(|error| Problem::not_understood(format!("The body does not fit: {error}.")))
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The query of an address.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|_| Problem::not_understood("The query of the address cannot be read."))?;
        if let Some((field, _)) = fields.iter().find(|(_, value)| value.contains('\0')) {
            return Err(Problem::field(&shortened(field), "it holds the character NUL"));
        }
        serde_urlencoded::from_str(query)
            .map(Self)
            .map_err(|error| Problem::not_understood(format!("The query does not fit: {error}.")))
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// A person in the path. What cannot be an id is not there.
pub(super) struct Of(pub(super) PersonId);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        PersonId::new(&id).map(Self).map_err(|_| Problem::not_found())
    }
}

/// An id in the path. What cannot be one is not there.
pub(super) struct Id(pub(super) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        id.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// Why something is asked: the purpose, and the reason for a case that is not one's own.
pub(super) struct Why {
    purpose: Purpose,
    reason: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Why {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let purpose = match text(&parts.headers, "access-purpose")? {
            None => Purpose::Supervision,
            Some(word) => Purpose::read(word).ok_or_else(|| {
                let known: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
                Problem::field("Access-Purpose", format!("it is one of {}", known.join(", ")))
            })?,
        };
        let reason = text(&parts.headers, "access-reason")?.map(str::trim);
        if reason.is_some_and(|reason| !(10..=500).contains(&reason.chars().count())) {
            return Err(Problem::field("Access-Reason", "a reason has 10 to 500 characters"));
        }
        Ok(Self { purpose, reason: reason.map(str::to_owned) })
    }
}

impl Why {
    /// Asks the service for this purpose.
    pub(super) async fn ask<T: Send + 'static>(
        self,
        desk: &Desk,
        seen: &Seen,
        act: impl FnOnce(&Service, &service::Request<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(desk.ask_because(seen, self.purpose, self.reason, act).await?)
    }
}

/// The version that the caller has read.
pub(super) struct Read(pub(super) u64);

impl<S: Sync> FromRequestParts<S> for Read {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let sent = text(&parts.headers, "if-match")?.ok_or_else(Problem::version_needed)?;
        let version = sent.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let version = version.filter(|digits| digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        version
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or_else(|| Problem::field("If-Match", "write the version as the ETag has it, for example \"12\""))
    }
}

/// The key under which a repeated request is known again.
pub(super) struct Key(Option<String>);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(key) = text(&parts.headers, "idempotency-key")? else { return Ok(Self(None)) };
        let sound = (1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if sound {
            Ok(Self(Some(key.to_owned())))
        } else {
            Err(Problem::field("Idempotency-Key", "a key has 1 to 100 letters, digits or signs, without spaces"))
        }
    }
}

impl Key {
    /// The id of the `n`-th thing that a request makes: the same for the same key of the same actor, so that the record
    /// itself knows a repetition. Nothing has to be remembered beside it, and nothing can be forgotten too early.
    pub(super) fn id(&self, desk: &Desk, seen: &Seen, about: &str, n: usize) -> Uuid {
        let Some(key) = &self.0 else { return (desk.platform().new_id)(desk.now()) };
        let words = ["throughline idempotency 1", seen.actor.id.as_str(), about, key, &n.to_string()];
        let digest = digest(&SHA256, words.join("\n").as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    headers
        .get(name)
        .map(|sent| sent.to_str().map_err(|_| Problem::field(name, "write it in plain letters")))
        .transpose()
}

/// An answer as JSON.
pub(super) fn answer<T: Serialize>(status: StatusCode, body: T) -> Response {
    (status, Json(body)).into_response()
}

/// An answer as JSON that says the record's version.
pub(super) fn versioned<T: Serialize>(status: StatusCode, version: u64, body: T) -> Response {
    let mut response = answer(status, body);
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// Nothing more to say.
pub(super) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_found_wherever_it_hides() {
        for text in [r#""a\u0000""#, r#"["a", {"b": "\u0000"}]"#, r#"{"\u0000": 1}"#] {
            assert!(has_nul(&serde_json::from_str(text).unwrap()), "{text}");
        }
        assert!(!has_nul(&serde_json::from_str(r#"{"a": "\\u0000", "b": [null, 1, true]}"#).unwrap()));
    }
}

//! Who is signed in: the session behind the cookie.

use crate::Desk;
use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use jiff::{Timestamp, ToSpan as _};
use ring::digest::{SHA256, digest};
use service::Actor;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::trouble::Trouble;

/// The cookie: only sent to this host, over an encrypted connection, never seen by a script.
const COOKIE_NAME: &str = "__Host-throughline";
/// How long a session lasts without being used.
const IDLE_MINUTES: i64 = 30;

/// The session of whoever asks. Only a handler that asks for it can reach the service.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Who they are.
    pub(crate) actor: Actor,
    /// Their name.
    pub(crate) name: String,
    /// What each of their forms must carry.
    pub(crate) csrf: String,
    /// What the last act said, shown once.
    pub(crate) flash: Option<String>,
    key: [u8; 32],
}

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignInFirst)
    }
}

/// The sessions of this server.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<BTreeMap<[u8; 32], Held>>);

struct Held {
    seen: Seen,
    used: Timestamp,
}

impl Sessions {
    fn held(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that a request's cookie names, if it still stands. What the last act said is taken out of it.
    pub(crate) fn of(&self, headers: &HeaderMap, now: Timestamp) -> Option<Seen> {
        let secret = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .find_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))?;
        let key = hashed(secret.as_bytes());
        let mut held = self.held();
        let session = held.get_mut(&key)?;
        if session.used + IDLE_MINUTES.minutes() < now {
            held.remove(&key);
            return None;
        }
        session.used = now;
        let seen = session.seen.clone();
        Some(seen)
    }

    /// Begins a session and answers its cookie.
    pub(crate) fn begin(&self, desk: &Desk, actor: Actor, name: String) -> Option<HeaderValue> {
        let secret = hex(&(desk.platform().secret)());
        let csrf = hex(&(desk.platform().secret)());
        let key = hashed(secret.as_bytes());
        let seen = Seen { actor, name, csrf, flash: None, key };
        self.held().insert(key, Held { seen, used: desk.now() });
        HeaderValue::from_str(&format!("{COOKIE_NAME}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax")).ok()
    }

    /// What the next page of this session says first.
    pub(crate) fn say(&self, seen: &Seen, sentence: String) {
        if let Some(held) = self.held().get_mut(&seen.key) {
            held.seen.flash = Some(sentence);
        }
    }

    /// It has been said.
    pub(crate) fn said(&self, seen: &Seen) {
        if let Some(held) = self.held().get_mut(&seen.key) {
            held.seen.flash = None;
        }
    }

    /// Ends a session.
    pub(crate) fn end(&self, seen: &Seen) {
        self.held().remove(&seen.key);
    }
}

/// A cookie that takes the session's away.
pub(crate) fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-throughline=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

fn hashed(secret: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, secret).as_ref());
    key
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! Who is signed in: the session behind the cookie. The service keeps it; here it is read off a request.

use crate::Desk;
use crate::trouble::Trouble;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use record::WorkerRef;
use service::{Actor, Attempt, Directory, Proof, Secret, Seed, Stage, Who};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The cookies: only sent to this host, over an encrypted connection (browsers count `localhost` as one), never seen by a
/// script.
const SESSION: &str = "__Host-throughline";
/// What was typed when a session ended.
const TYPED: &str = "__Host-typed";
/// A ceremony that has begun: a passkey's challenge, a visit to an identity provider.
const CEREMONY: &str = "__Host-ceremony";
/// What a browser keeps when a session has ended, to be known again: it opens nothing.
const KNOWN: &str = "__Host-known";
/// How long ago one must have proved who one is before something that matters.
const CONFIRMED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// The session of whoever asks. Only a handler that asks for it can reach the service.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Who they are.
    pub(crate) actor: Actor,
    /// Their name.
    pub(crate) name: String,
    /// What each of their forms must carry; empty for a program with a token.
    pub(crate) csrf: String,
    /// Who works here.
    pub(crate) directory: Arc<Directory>,
    /// What the last act said, shown once.
    pub(crate) flash: Option<String>,
    /// By what they proved who they are.
    pub(crate) proof: Proof,
    /// The session; none for a program with a token.
    pub(crate) session: Option<Session>,
    said: Arc<AtomicBool>,
}

/// A browser's session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// What the browser holds.
    pub(crate) secret: Secret,
    /// Its name in lists.
    pub(crate) id: String,
    /// When they last proved who they are.
    confirmed_at: Option<Timestamp>,
}

impl Seen {
    /// What the last act said has been shown: the guard forgets it.
    pub(crate) fn has_said(&self) {
        self.said.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_said(&self) -> bool {
        self.said.load(Ordering::Relaxed)
    }

    /// When they last proved who they are.
    pub(crate) fn proved_at(&self) -> Option<Timestamp> {
        self.session.as_ref().and_then(|session| session.confirmed_at)
    }

    /// Whether they proved a moment ago who they are.
    pub(crate) fn is_confirmed(&self, now: Timestamp) -> bool {
        self.proved_at().is_some_and(|at| now.duration_since(at) <= CONFIRMED_FOR)
    }

    /// Whether they left their session alone for longer than restricted records allow, and have not proved since who they
    /// are. A program with a token is never away.
    pub(crate) fn is_away(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.confirmed_at.is_none())
    }

    /// The browser's session; a program with a token has none, and cannot do what needs one.
    pub(crate) fn browser(&self) -> Result<&Session, Trouble> {
        self.session.as_ref().ok_or(Trouble::NotYours)
    }
}

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignInFirst)
    }
}

/// Somebody on the way in. It opens nothing but the next step.
#[derive(Clone, Debug)]
pub(crate) struct OnTheWay {
    pub(crate) stage: Stage,
    pub(crate) secret: Secret,
    pub(crate) csrf: String,
}

impl<S: Sync> FromRequestParts<S> for OnTheWay {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignInFirst)
    }
}

/// Somebody whose session is over.
#[derive(Clone, Debug)]
pub(crate) struct Over {
    pub(crate) account: WorkerRef,
    pub(crate) csrf: String,
}

/// Who asks, as far as the guard could find out.
#[derive(Clone, Debug)]
pub(crate) enum Asking {
    Nobody,
    Over(Over),
    OnTheWay(OnTheWay),
    Seen(Box<Seen>),
}

/// Finds out who asks.
pub(crate) async fn asking(desk: &Desk, headers: &HeaderMap, path: &str) -> Result<Asking, Trouble> {
    if path.starts_with("/api/")
        && let Some(token) = bearer(headers)
    {
        let now = desk.now();
        let holder = desk.before_sign_in(move |service| service.token_holder(&token, now)).await?;
        return Ok(holder.map_or(Asking::Nobody, |holder| {
            let name = holder.actor.id.to_string();
            let (csrf, said) = (String::new(), Arc::default());
            let (actor, proof, directory) = (holder.actor, holder.proof, holder.directory);
            Asking::Seen(Box::new(Seen { actor, name, csrf, directory, flash: None, proof, session: None, said }))
        }));
    }
    let Some(secret) = cookie(headers, SESSION) else { return Ok(Asking::Nobody) };
    let (now, asked) = (desk.now(), secret.clone());
    Ok(match desk.before_sign_in(move |service| service.who(&asked, now)).await? {
        Who::Nobody => Asking::Nobody,
        Who::Ended { account, csrf } => Asking::Over(Over { account, csrf }),
        Who::Halfway(halfway) => Asking::OnTheWay(OnTheWay { stage: halfway.stage, secret, csrf: halfway.csrf }),
        Who::SignedIn(seen) => Asking::Seen(Box::new(Seen {
            actor: seen.actor,
            name: seen.name.to_string(),
            csrf: seen.csrf,
            directory: seen.directory,
            flash: seen.flash,
            proof: seen.proof,
            session: Some(Session { secret, id: seen.session, confirmed_at: seen.confirmed_at }),
            said: Arc::default(),
        })),
    })
}

/// Where a request comes from: what is written down of a try at signing in.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    address: String,
    device: String,
    /// What was typed when a session ended, if this browser holds the secret of it.
    pub(crate) typed: Option<Secret>,
    /// The ceremony that this browser has begun.
    pub(crate) ceremony: Option<Secret>,
    /// What the browser kept when somebody last signed in.
    known: Option<Secret>,
}

impl Visitor {
    /// The circumstances of a try, with fresh random bytes.
    pub(crate) fn attempt(&self, desk: &Desk) -> Attempt {
        let at = desk.now();
        let (id, seed) = ((desk.platform().new_id)(at), Seed::new((desk.platform().secret)()));
        Attempt { at, id, seed, address: self.address.clone(), device: self.device.clone(), known: self.known.clone() }
    }

    /// From which address it comes, as far as can be known.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn of(desk: &Desk, parts: &Parts) -> Self {
        let text = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let connected =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip().to_string());
        // What a caller says of its own address counts only when a proxy of ours has added the last word.
        let forwarded = if desk.config().behind_proxy {
            let said = parts.headers.get_all("x-forwarded-for").iter().next_back();
            text(said).and_then(|said| said.rsplit(',').next().map(|last| last.trim().chars().take(60).collect()))
        } else {
            None
        };
        Self {
            address: forwarded.or(connected).unwrap_or_else(|| "an unknown address".to_owned()),
            device: text(parts.headers.get(USER_AGENT)).unwrap_or_default(),
            typed: cookie(&parts.headers, TYPED),
            ceremony: cookie(&parts.headers, CEREMONY),
            known: cookie(&parts.headers, KNOWN),
        }
    }
}

impl FromRequestParts<Desk> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Trouble> {
        Ok(Self::of(desk, parts))
    }
}

fn bearer(headers: &HeaderMap) -> Option<Secret> {
    Secret::sent(headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.trim())
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut found = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='));
    Secret::sent(found.next()?)
}

/// The cookie of a session. It lasts as long as the browser is open; the session itself ends on the server.
pub(crate) fn session_cookie(secret: &Secret) -> Result<HeaderValue, Trouble> {
    written(&format!("{SESSION}={}; Path=/; Secure; HttpOnly; SameSite=Lax", secret.reveal()))
}

/// A cookie by which the browser in which a session began is known again, for half a year.
pub(crate) fn known_cookie(session: &Secret) -> Result<HeaderValue, Trouble> {
    let known = session.of_known_browser();
    written(&format!("{KNOWN}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000", known.reveal()))
}

/// A cookie under which what was typed is found again.
pub(crate) fn typed_cookie(secret: &Secret) -> Result<HeaderValue, Trouble> {
    written(&format!("{TYPED}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600", secret.reveal()))
}

/// A cookie for a ceremony of a few minutes.
pub(crate) fn ceremony_cookie(secret: &Secret) -> Result<HeaderValue, Trouble> {
    written(&format!("{CEREMONY}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600", secret.reveal()))
}

/// A cookie that takes the session's away.
pub(crate) fn no_session() -> HeaderValue {
    HeaderValue::from_static("__Host-throughline=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// A cookie that takes away what was typed.
pub(crate) fn no_typed() -> HeaderValue {
    HeaderValue::from_static("__Host-typed=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// A cookie that takes away a ceremony that was begun.
pub(crate) fn no_ceremony() -> HeaderValue {
    HeaderValue::from_static("__Host-ceremony=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

fn written(cookie: &str) -> Result<HeaderValue, Trouble> {
    HeaderValue::from_str(cookie).map_err(|error| Trouble::internal(&error))
}

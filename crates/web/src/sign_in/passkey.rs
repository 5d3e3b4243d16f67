//! Passkeys (Web Authentication): the ceremonies of adding one and of proving who one is by one. The browser's part is
//! `passkey.mjs`; the challenge waits on the server, under a secret that only this browser holds, and counts once.

use super::{after, is_our_own};
use crate::Desk;
use crate::routes::{Access, Routes};
use crate::session::{OnTheWay, Seen, Visitor, ceremony_cookie, session_cookie};
use crate::trouble::Trouble;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use record::{Purpose, WorkerRef};
use serde_json::{Value, json};
use service::{Answer, PasskeyOf, Proof, Secret, ServiceError, Stage};
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse, Url, Uuid,
    Webauthn, WebauthnBuilder,
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/sign-in/passkey/begin", Access::Everybody, "sign in: a passkey's challenge", begin_sign_in)
        .post("/sign-in/passkey", Access::Everybody, "sign in: a passkey", sign_in)
        .post("/enrol/passkey/begin", Access::Everybody, "finish one's account: a passkey's challenge", begin_enrol)
        .post("/enrol/passkey", Access::Everybody, "finish one's account: add a passkey", enrol)
        .post("/account/passkeys/begin", Access::SignedIn, "a new passkey's challenge", begin_add)
        .post("/account/passkeys", Access::SignedIn, "add a passkey", add)
        .post(
            "/account/confirm/passkey/begin",
            Access::SignedIn,
            "prove who one is: a passkey's challenge",
            begin_confirm,
        )
        .post("/account/confirm/passkey", Access::SignedIn, "prove who one is by a passkey", confirm)
}

/// What waits on the server between the two requests of a ceremony.
#[derive(serde::Serialize, serde::Deserialize)]
enum Ceremony {
    Adding(PasskeyRegistration),
    Anybody(DiscoverableAuthentication),
    Somebody(WorkerRef, PasskeyAuthentication),
}

/// What the browser sends when its part is done.
#[derive(serde::Deserialize)]
struct Sent<C> {
    credential: C,
    #[serde(default)]
    name: String,
    #[serde(default)]
    then: String,
}

const REFUSED: &str = "The passkey is not known here, or did not prove who you are. Try again, or go another way.";
const TOO_LATE: &str = "That took too long. Try again.";

/// Checks passkeys for the address under which browsers know the desk.
pub(crate) fn checker(origin: &str) -> Option<Webauthn> {
    let origin = Url::parse(origin).ok()?;
    let host = origin.host_str()?.to_owned();
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Throughline").build().ok()
}

fn refused(sentence: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "refused": sentence }))).into_response()
}

/// They prove first who they are, there.
fn elsewhere(to: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "refused": "Prove first that it is you.", "to": to })))
        .into_response()
}

fn went_wrong(error: impl std::fmt::Display) -> Trouble {
    Trouble::internal(&error)
}

async fn hold(desk: &Desk, visitor: &Visitor, ceremony: &Ceremony, challenge: Value) -> Result<Response, Trouble> {
    let content = serde_json::to_string(ceremony).map_err(went_wrong)?;
    let attempt = visitor.attempt(desk);
    let secret = desk.before_sign_in(move |service| service.hold_ceremony(&content, &attempt)).await?;
    Ok(([(SET_COOKIE, ceremony_cookie(&secret)?)], Json(challenge)).into_response())
}

async fn take(desk: &Desk, visitor: &Visitor) -> Result<Option<Ceremony>, Trouble> {
    let (Some(secret), now) = (visitor.ceremony.clone(), desk.now()) else { return Ok(None) };
    let held = desk.before_sign_in(move |service| service.take_ceremony(&secret, now)).await?;
    Ok(held.and_then(|content| serde_json::from_str(&content).ok()))
}

fn asked(challenge: RequestChallengeResponse) -> Result<Value, Trouble> {
    let mut challenge = serde_json::to_value(challenge).map_err(went_wrong)?;
    if let Some(challenge) = challenge.as_object_mut() {
        challenge.remove("mediation");
    }
    Ok(challenge)
}

fn read(passkeys: &[PasskeyOf]) -> Vec<Passkey> {
    passkeys.iter().filter_map(|passkey| serde_json::from_str(&passkey.content).ok()).collect()
}

/// What is now known of the passkey that was used; none when it did not verify its user.
fn used(passkeys: Vec<Passkey>, result: &AuthenticationResult) -> Option<PasskeyOf> {
    let mut passkey = passkeys.into_iter().find(|passkey| passkey.cred_id() == result.cred_id())?;
    passkey.update_credential(result)?;
    result.user_verified().then(|| written(&passkey)).flatten()
}

fn written(passkey: &Passkey) -> Option<PasskeyOf> {
    let content = serde_json::to_string(passkey).ok()?;
    Some(PasskeyOf { id: passkey.cred_id().clone(), content })
}

async fn begin_sign_in(
    State(desk): State<Desk>,
    half: Option<axum::Extension<OnTheWay>>,
    visitor: Visitor,
) -> Result<Response, Trouble> {
    let checker = desk.passkeys()?;
    let half = half.filter(|half| half.stage == Stage::Half).map(|half| half.secret.clone());
    if let Some(half) = half {
        let attempt = visitor.attempt(&desk);
        let found = desk.before_sign_in(move |service| service.passkeys_of_half(&half, &attempt)).await?;
        if let Some((account, passkeys)) = found.filter(|(_, passkeys)| !passkeys.is_empty()) {
            let (challenge, state) = checker.start_passkey_authentication(&read(&passkeys)).map_err(went_wrong)?;
            return hold(&desk, &visitor, &Ceremony::Somebody(account, state), asked(challenge)?).await;
        }
    }
    let (challenge, state) = checker.start_discoverable_authentication().map_err(went_wrong)?;
    hold(&desk, &visitor, &Ceremony::Anybody(state), asked(challenge)?).await
}

async fn sign_in(
    State(desk): State<Desk>,
    half: Option<axum::Extension<OnTheWay>>,
    visitor: Visitor,
    Json(sent): Json<Sent<PublicKeyCredential>>,
) -> Result<Response, Trouble> {
    let attempt = visitor.attempt(&desk);
    let proven = match take(&desk, &visitor).await? {
        Some(Ceremony::Anybody(state)) => by_anybody(&desk, &sent.credential, state).await?,
        Some(Ceremony::Somebody(account, state)) => by_somebody(&desk, account, &sent.credential, &state).await?,
        Some(Ceremony::Adding(_)) | None => return Ok(refused(TOO_LATE)),
    };
    let half = half.map(|half| half.secret.clone());
    let answer = desk
        .before_sign_in(move |service| match &proven {
            Some((account, used)) => service.passkey_is_right(&attempt, account, used, half.as_ref()),
            None => service.passkey_is_wrong(&attempt, None),
        })
        .await?;
    match answer {
        Answer::SignedIn(secret) => on(&secret, &after(&visitor, &sent.then)),
        Answer::Refused(why) => Ok(refused(&why.to_string())),
        Answer::SecondFactor(_) | Answer::Enrol(_) => Ok(refused(REFUSED)),
    }
}

async fn by_anybody(
    desk: &Desk,
    credential: &PublicKeyCredential,
    state: DiscoverableAuthentication,
) -> Result<Option<(WorkerRef, PasskeyOf)>, Trouble> {
    let checker = desk.passkeys()?;
    let Ok((handle, id)) = checker.identify_discoverable_authentication(credential) else { return Ok(None) };
    let found = desk.before_sign_in(move |service| service.passkeys_of_handle(handle.as_bytes())).await?;
    let Some((account, passkeys)) = found else { return Ok(None) };
    let passkeys = read(&passkeys);
    let Some(passkey) = passkeys.iter().find(|passkey| passkey.cred_id().as_slice() == id) else { return Ok(None) };
    let result = checker.finish_discoverable_authentication_v2(credential, state, passkey).ok();
    Ok(result.and_then(|result| used(passkeys, &result)).map(|used| (account, used)))
}

async fn by_somebody(
    desk: &Desk,
    account: WorkerRef,
    credential: &PublicKeyCredential,
    state: &PasskeyAuthentication,
) -> Result<Option<(WorkerRef, PasskeyOf)>, Trouble> {
    let Ok(result) = desk.passkeys()?.finish_passkey_authentication(credential, state) else { return Ok(None) };
    let named = account.clone();
    let found = desk.before_sign_in(move |service| service.passkeys_of_account(&named)).await?;
    Ok(used(read(&found), &result).map(|used| (account, used)))
}

fn on(secret: &Secret, to: &str) -> Result<Response, Trouble> {
    Ok(([(SET_COOKIE, session_cookie(secret)?)], Json(json!({ "to": to }))).into_response())
}

/// A challenge for a new passkey that its owner finds without typing their account.
fn begin_adding(
    desk: &Desk,
    handle: &[u8],
    account: &str,
    name: &str,
    known: &[Passkey],
) -> Result<(Value, Ceremony), Trouble> {
    let handle = Uuid::from_slice(handle).map_err(went_wrong)?;
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let started = desk.passkeys()?.start_passkey_registration(handle, account, name, Some(known));
    let (challenge, state): (CreationChallengeResponse, _) = started.map_err(went_wrong)?;
    let mut challenge = serde_json::to_value(challenge).map_err(went_wrong)?;
    if let Some(selection) = challenge.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
    }
    Ok((challenge, Ceremony::Adding(state)))
}

async fn added(
    desk: &Desk,
    visitor: &Visitor,
    credential: &RegisterPublicKeyCredential,
) -> Result<Result<PasskeyOf, &'static str>, Trouble> {
    let Some(Ceremony::Adding(state)) = take(desk, visitor).await? else { return Ok(Err(TOO_LATE)) };
    let passkey = desk.passkeys()?.finish_passkey_registration(credential, &state).ok();
    Ok(passkey.as_ref().and_then(written).ok_or(REFUSED))
}

async fn begin_enrol(State(desk): State<Desk>, on_the_way: OnTheWay, visitor: Visitor) -> Result<Response, Trouble> {
    let (attempt, secret) = (visitor.attempt(&desk), on_the_way.secret.clone());
    let enrolment = desk.before_sign_in(move |service| service.enrolment(&secret, &attempt)).await?;
    let enrolment = enrolment.ok_or(Trouble::SignInFirst)?;
    let (account, name) = (enrolment.account.to_string(), enrolment.name.to_string());
    let (challenge, ceremony) = begin_adding(&desk, &enrolment.handle, &account, &name, &[])?;
    hold(&desk, &visitor, &ceremony, challenge).await
}

async fn enrol(
    State(desk): State<Desk>,
    on_the_way: OnTheWay,
    visitor: Visitor,
    Json(sent): Json<Sent<RegisterPublicKeyCredential>>,
) -> Result<Response, Trouble> {
    let passkey = match added(&desk, &visitor, &sent.credential).await? {
        Ok(passkey) => passkey,
        Err(sentence) => return Ok(refused(sentence)),
    };
    let (attempt, secret) = (visitor.attempt(&desk), on_the_way.secret.clone());
    let done =
        desk.before_sign_in(move |service| service.enrol_passkey(&secret, &passkey, &sent.name, &attempt)).await?;
    match done.and_then(|added| added.session) {
        Some(session) => on(&session, "/account"),
        None => Ok(refused(REFUSED)),
    }
}

async fn begin_add(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    let own = desk.ask(&seen, Purpose::Management, service::Service::own_account).await?;
    if own.needs_passkey && seen.proof != Proof::Passkey {
        return Ok(elsewhere("/account/confirm?by=passkey&then=/account"));
    }
    if !seen.is_confirmed(desk.now()) {
        return Ok(elsewhere("/account/confirm?then=/account"));
    }
    let known = desk.ask(&seen, Purpose::Management, service::Service::own_passkeys).await?;
    let account = seen.actor.id.to_string();
    let (challenge, ceremony) = begin_adding(&desk, &own.handle, &account, &seen.name, &read(&known))?;
    hold(&desk, &visitor, &ceremony, challenge).await
}

async fn add(
    State(desk): State<Desk>,
    seen: Seen,
    visitor: Visitor,
    Json(sent): Json<Sent<RegisterPublicKeyCredential>>,
) -> Result<Response, Trouble> {
    let passkey = match added(&desk, &visitor, &sent.credential).await? {
        Ok(passkey) => passkey,
        Err(sentence) => return Ok(refused(sentence)),
    };
    let attempt = visitor.attempt(&desk);
    let is_new = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            service.add_passkey(request, &attempt, &passkey, &sent.name)
        })
        .await;
    match is_new {
        Ok(true) => Ok(Json(json!({ "to": "/account" })).into_response()),
        Ok(false) => Ok(refused(REFUSED)),
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Unproven(_)) => Ok(refused(&error.to_string())),
        Err(trouble) => Err(trouble),
    }
}

async fn begin_confirm(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    let known = desk.ask(&seen, Purpose::Management, service::Service::own_passkeys).await?;
    if known.is_empty() {
        return Ok(refused("You have no passkey yet: type your password, or a code."));
    }
    let (challenge, state) = desk.passkeys()?.start_passkey_authentication(&read(&known)).map_err(went_wrong)?;
    hold(&desk, &visitor, &Ceremony::Somebody(seen.actor.id.clone(), state), asked(challenge)?).await
}

async fn confirm(
    State(desk): State<Desk>,
    seen: Seen,
    visitor: Visitor,
    Json(sent): Json<Sent<PublicKeyCredential>>,
) -> Result<Response, Trouble> {
    let proven = match take(&desk, &visitor).await? {
        Some(Ceremony::Somebody(account, state)) if account == seen.actor.id => {
            by_somebody(&desk, account, &sent.credential, &state).await?
        }
        _ => return Ok(refused(TOO_LATE)),
    };
    let Some((_, used)) = proven else { return Ok(refused(REFUSED)) };
    let (attempt, session) = (visitor.attempt(&desk), seen.browser()?.secret.clone());
    let secret = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            service.confirm_by_passkey(request, &attempt, &session, &used)
        })
        .await?;
    on(&secret, if is_our_own(&sent.then) { &sent.then } else { "/account" })
}

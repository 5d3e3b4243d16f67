//! One's own account: how one signs in, and where one is signed in.

use super::{bytes, moment};
use crate::policy::Doing;
use crate::sign_in::{
    Attempt, CodeOffer, PasskeyOf, Refused, Secret, WeakPassword, check_strength, confirm_codes, hex, how,
    let_try_again, new_recovery_codes, offered_codes, password_is_enough, stored_passkey, take_turns, use_code,
};
use crate::{Request, Service, ServiceError};
use jiff::Timestamp;
use store::accounts::{Account, Accounts};

/// One's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// The name by which passkeys know the account.
    pub handle: Vec<u8>,
    /// There is a password.
    pub has_password: bool,
    /// There is an authenticator.
    pub has_codes: bool,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: i64,
    /// Their role needs a passkey to sign in with, and they change their ways in by one.
    pub needs_passkey: bool,
    /// Passkeys, oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Sessions, the latest first.
    pub sessions: Vec<OwnSession>,
}

/// One of one's passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPasskey {
    /// Its name in forms.
    pub id: String,
    /// What one calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// One of one's sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its name in forms; it opens nothing.
    pub id: String,
    /// The browser, in its own words.
    pub device: String,
    /// The address that it came from.
    pub address: String,
    /// How one signed in.
    pub how: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
}

impl Service {
    /// One's own account: how one signs in, and where one is signed in.
    pub fn own_account(&self, request: &Request<'_>) -> Result<OwnAccount, ServiceError> {
        let named = request.actor.id.as_str();
        let (now, idle) = (request.at.as_microsecond(), crate::sign_in::micros(self.limits.idle));
        let needs_passkey = self.path.needs_passkey(request.actor, request.at)?;
        self.path.look_at_accounts(request, Doing::OwnAccount, |accounts| {
            let account = accounts.account(named)?.unwrap_or_default();
            let needs_passkey = needs_passkey && !password_is_enough(&account, self.limits);
            let passkeys = accounts.passkeys(named)?.into_iter().map(|key| OwnPasskey {
                id: hex(&key.id),
                name: key.name,
                added_at: moment(key.added_at),
                used_at: key.used_at.map(moment),
            });
            let live = accounts
                .sessions(named)?
                .into_iter()
                .filter(|session| session.stage == "whole" && session.ends_at > now && now - session.seen_at <= idle);
            let sessions = live.map(|session| OwnSession {
                id: hex(&session.id),
                device: session.device,
                address: session.address,
                how: session.how,
                begun_at: moment(session.begun_at),
                seen_at: moment(session.seen_at),
            });
            Ok(OwnAccount {
                handle: account.handle,
                has_password: account.password.is_some(),
                has_codes: account.totp.is_some(),
                needs_passkey,
                passkeys: passkeys.collect(),
                sessions: sessions.collect(),
                recovery_codes_left: accounts.recovery_codes_left(named)?,
            })
        })
    }

    /// Proves again who one is, by a code or by the password, before something that matters. Answers the session's new
    /// secret; the old one is worth nothing then.
    pub fn confirm(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        session: &Secret,
        typed: &str,
    ) -> Result<Result<Secret, Refused>, ServiceError> {
        let named = request.actor.id.to_string();
        let kept = self.path.look_at_the_door(|accounts| Ok(accounts.account(&named)?))?;
        let turn = {
            let (attempt, named) = (attempt.clone(), named.clone());
            self.path.at_the_door(move |door| Ok(take_turns(&mut door.accounts, &attempt, Some(&named))?))?
        };
        if let Err(refused) = turn {
            return Ok(Err(refused));
        }
        let by_password = self.hashing.fits(typed, kept.as_ref().and_then(|account| account.password.as_deref()));
        let (attempt, typed, session) = (attempt.clone(), typed.trim().to_owned(), session.clone());
        let keys = self.keys.clone();
        self.path.on_accounts(request, Doing::OwnAccount, "confirmed who they are", move |accounts, _| {
            let kept = kept.ok_or(ServiceError::NotFound)?;
            if !by_password && use_code(accounts, &kept, &keys, (&typed, &attempt))?.is_none() {
                return Ok(Err(Refused::Wrong));
            }
            let_try_again(accounts, &named)?;
            Ok(Ok(renew(accounts, &session, None, &attempt)?))
        })
    }

    /// The same by a passkey that was checked.
    pub fn confirm_by_passkey(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        session: &Secret,
        used: &PasskeyOf,
    ) -> Result<Secret, ServiceError> {
        let named = request.actor.id.to_string();
        let (attempt, session, used) = (attempt.clone(), session.clone(), used.clone());
        self.path.on_accounts(request, Doing::OwnAccount, "confirmed who they are by passkey", move |accounts, _| {
            if !accounts.used_passkey(&named, &used.id, &used.content, attempt.at.as_microsecond())? {
                return Err(ServiceError::NotFound);
            }
            renew(accounts, &session, Some(how::PASSKEY), &attempt)
        })
    }

    /// Changes one's password; every other session and every token ends.
    pub fn change_password(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        session: &Secret,
        password: &str,
    ) -> Result<Result<(), WeakPassword>, ServiceError> {
        let named = request.actor.id.to_string();
        let directory = self.path.directory()?;
        let name = directory.member(&named).map(|member| member.name.as_str()).unwrap_or_default();
        if let Err(weak) = check_strength(password, &named, name) {
            return Ok(Err(weak));
        }
        let hash = self.hashing.hash(password, &attempt.seed)?;
        let keep = session.hash();
        self.path.on_accounts(request, Doing::ChangeWayIn, "password changed", move |accounts, _| {
            let kept = accounts.account(&named)?.ok_or(ServiceError::NotFound)?;
            accounts.put_account(&Account { password: Some(hash), password_until: None, ..kept })?;
            accounts.end_tokens(&named)?;
            accounts.end_sessions(&named, &keep)?;
            Ok(Ok(()))
        })
    }

    /// A secret for a new authenticator; the same until it is confirmed. The old one counts until then.
    pub fn offer_authenticator(&self, request: &Request<'_>, attempt: &Attempt) -> Result<CodeOffer, ServiceError> {
        let (named, attempt, keys) = (request.actor.id.to_string(), attempt.clone(), self.keys.clone());
        self.path.on_accounts(request, Doing::ChangeWayIn, "authenticator offered", move |accounts, _| {
            offered_codes(accounts, &named, &keys, &attempt)
        })
    }

    /// Takes up the new authenticator by its first code: the old one ends, and every other session and token. Answers new
    /// recovery codes, which are shown this once; none when the code is wrong.
    pub fn take_up_authenticator(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        session: &Secret,
        code: &str,
    ) -> Result<Option<Vec<String>>, ServiceError> {
        let (named, code, at) = (request.actor.id.to_string(), code.to_owned(), attempt.at);
        let keys = self.keys.clone();
        let (codes, hashes) = new_recovery_codes(&attempt.seed);
        let keep = session.hash();
        self.path.on_accounts(request, Doing::ChangeWayIn, "authenticator changed", move |accounts, _| {
            let kept = accounts.account(&named)?.ok_or(ServiceError::NotFound)?;
            if !confirm_codes(accounts, kept, &keys, (&code, at))? {
                return Ok(None);
            }
            accounts.set_recovery_codes(&named, &hashes)?;
            accounts.end_tokens(&named)?;
            accounts.end_sessions(&named, &keep)?;
            Ok(Some(codes))
        })
    }

    /// New recovery codes in place of the old ones; shown this once.
    pub fn renew_recovery_codes(&self, request: &Request<'_>, attempt: &Attempt) -> Result<Vec<String>, ServiceError> {
        let named = request.actor.id.to_string();
        let (codes, hashes) = new_recovery_codes(&attempt.seed);
        self.path.on_accounts(request, Doing::ChangeWayIn, "recovery codes renewed", move |accounts, _| {
            accounts.set_recovery_codes(&named, &hashes)?;
            Ok(codes)
        })
    }

    /// Adds a passkey that was checked; false when the credential is known already.
    pub fn add_passkey(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        passkey: &PasskeyOf,
        name: &str,
    ) -> Result<bool, ServiceError> {
        let passkey = stored_passkey(passkey, request.actor.id.as_str(), name, attempt);
        self.path.on_accounts(request, Doing::ChangeWayIn, "passkey added", move |accounts, _| {
            Ok(accounts.add_passkey(&passkey)?)
        })
    }

    /// Removes a passkey, unless it is the only second factor.
    pub fn remove_passkey(&self, request: &Request<'_>, id: &str) -> Result<(), ServiceError> {
        let (named, id) = (request.actor.id.to_string(), bytes(id)?);
        let needs_one = self.path.needs_passkey(request.actor, request.at)?;
        let limits = self.limits;
        self.path.on_accounts(request, Doing::ChangeWayIn, "passkey removed", move |accounts, _| {
            let kept = accounts.account(&named)?.ok_or(ServiceError::NotFound)?;
            if !accounts.remove_passkey(&named, &id)? {
                return Err(ServiceError::NotFound);
            }
            let needs_one = needs_one && !password_is_enough(&kept, limits);
            if (needs_one || kept.totp.is_none()) && accounts.passkeys(&named)?.is_empty() {
                let first = if needs_one { "another" } else { "another, or an authenticator," };
                return Err(ServiceError::Asked(format!(
                    "This passkey is the only one that lets you in: add {first} before you remove it."
                )));
            }
            Ok(())
        })
    }

    /// One's own passkeys, for the program that checks them.
    pub fn own_passkeys(&self, request: &Request<'_>) -> Result<Vec<PasskeyOf>, ServiceError> {
        let named = request.actor.id.as_str();
        self.path.look_at_accounts(request, Doing::OwnAccount, |accounts| {
            let passkeys = accounts.passkeys(named)?;
            Ok(passkeys.into_iter().map(|key| PasskeyOf { id: key.id, content: key.content }).collect())
        })
    }

    /// Ends one of one's sessions.
    pub fn end_own_session(&self, request: &Request<'_>, id: &str) -> Result<(), ServiceError> {
        let (named, id) = (request.actor.id.to_string(), bytes(id)?);
        self.path.on_accounts(request, Doing::OwnAccount, "session ended", move |accounts, _| {
            if accounts.end_session_of(&named, &id)? { Ok(()) } else { Err(ServiceError::NotFound) }
        })
    }

    /// Ends every session of one's own but this one; answers how many.
    pub fn end_other_sessions(&self, request: &Request<'_>, this: &Secret) -> Result<u64, ServiceError> {
        let (named, keep) = (request.actor.id.to_string(), this.hash());
        self.path.on_accounts(request, Doing::OwnAccount, "other sessions ended", move |accounts, _| {
            Ok(accounts.end_sessions(&named, &keep)?)
        })
    }
}

/// The same session under a new secret, confirmed now; by what, if that is better than what it was begun by.
fn renew(
    accounts: &mut Accounts<'_>,
    session: &Secret,
    better: Option<&str>,
    attempt: &Attempt,
) -> Result<Secret, ServiceError> {
    let secret = Secret::new(&attempt.seed, "session");
    let kept = accounts.session(&session.hash())?.ok_or(ServiceError::NotFound)?;
    accounts.end_session(&kept.id)?;
    let confirmed_at = Some(attempt.at.as_microsecond());
    let csrf = hex(&attempt.seed.derive("csrf"));
    let how = better.map_or(kept.how.clone(), str::to_owned);
    accounts.begin_session(&store::accounts::Session { id: secret.hash(), how, csrf, confirmed_at, ..kept })?;
    Ok(secret)
}

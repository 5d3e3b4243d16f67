//! Finishing a half-made account: choosing a password, adding a second factor. Until both are there the session carries
//! no right at all.

use super::code::new_totp_secret;
use super::session::{Stage, how, is_complete, micros, password_is_enough};
use super::steps::whole;
use super::{
    Attempt, CodeOffer, Keys, PasskeyOf, Refused, Secret, WeakPassword, check_strength, new_recovery_codes, totp_step,
};
use crate::path::Door;
use crate::{Service, ServiceError};
use record::{Line, WorkerRef};
use store::accounts::{Account, Accounts, Passkey, Session};

const PASSKEY_WANTED: &str =
    "Your role needs a passkey: add one on this page. If this browser knows no passkeys, use another that does.";

/// What is still to be done before an account can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The account.
    pub account: WorkerRef,
    /// Its owner's name.
    pub name: Line,
    /// The name by which passkeys are to know the account.
    pub handle: Vec<u8>,
    /// A password of their own is still to be chosen.
    pub wants_password: bool,
    /// A second factor is still to be added.
    pub wants_second_factor: bool,
    /// Their role needs a passkey, and no other second factor will do.
    pub wants_passkey: bool,
}

/// A second factor was added: the recovery codes, which are shown this once, and the whole session if nothing else is
/// missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// Each opens the account once when the second factor is lost.
    pub recovery_codes: Vec<String>,
    /// The whole session.
    pub session: Option<Secret>,
}

impl Service {
    /// What is still to be done for the account of this session; none when the session is over or is another kind.
    pub fn enrolment(&self, secret: &Secret, attempt: &Attempt) -> Result<Option<Enrolment>, ServiceError> {
        let Some((_, account, name)) = self.enrolling(secret, attempt)? else { return Ok(None) };
        let passkeys = self.path.look_at_the_door(|accounts| Ok(accounts.passkeys(&account.account)?))?.len();
        let wants_passkey = passkeys == 0 && self.needs_passkey(&account, attempt)?;
        let Ok(named) = WorkerRef::try_from(account.account.as_str()) else { return Ok(None) };
        let with_password = Account { password_until: None, ..account.clone() };
        Ok(Some(Enrolment {
            account: named,
            name,
            wants_password: account.password_until.is_some(),
            wants_second_factor: wants_passkey || !is_complete(&with_password, passkeys, self.limits),
            wants_passkey,
            handle: account.handle,
        }))
    }

    /// Replaces the one-time password by one of the owner's own. Answers a whole session when nothing else is missing.
    pub fn enrol_password(
        &self,
        secret: &Secret,
        password: &str,
        attempt: &Attempt,
    ) -> Result<Result<Option<Secret>, WeakPassword>, ServiceError> {
        let (session, account, name) = self.enrolling(secret, attempt)?.ok_or_else(too_late)?;
        if account.password_until.is_none() {
            return Err(ServiceError::Asked("The password was chosen already: change it under Your account.".into()));
        }
        if let Err(weak) = check_strength(password, &account.account, name.as_str()) {
            return Ok(Err(weak));
        }
        if self.hashing.fits(password, account.password.as_deref()) {
            return Ok(Err(WeakPassword::Guessable));
        }
        let hash = self.hashing.hash(password, &attempt.seed)?;
        let done = self.finish(session, attempt, "password chosen", move |door, account| {
            door.accounts.put_account(&Account { password: Some(hash), password_until: None, ..account })?;
            Ok(true)
        })?;
        Ok(Ok(done.into_session()))
    }

    /// A secret for the owner's authenticator; the same until it is confirmed.
    pub fn enrol_codes(&self, secret: &Secret, attempt: &Attempt) -> Result<CodeOffer, ServiceError> {
        let (_, account, _) = self.enrolling(secret, attempt)?.ok_or_else(too_late)?;
        if self.needs_passkey(&account, attempt)? {
            return Err(ServiceError::Asked(PASSKEY_WANTED.into()));
        }
        let (attempt, keys) = (attempt.clone(), self.keys.clone());
        self.path.at_the_door(move |door| offered_codes(&mut door.accounts, &account.account, &keys, &attempt))
    }

    /// Confirms the offered secret by its first code; none when the code is wrong.
    pub fn enrol_codes_confirm(
        &self,
        secret: &Secret,
        code: &str,
        attempt: &Attempt,
    ) -> Result<Option<SecondFactor>, ServiceError> {
        let (session, ..) = self.enrolling(secret, attempt)?.ok_or_else(too_late)?;
        let (code, at, keys) = (code.to_owned(), attempt.at, self.keys.clone());
        let (recovery_codes, hashes) = new_recovery_codes(&attempt.seed);
        let done = self.finish(session, attempt, "authenticator added", move |door, account| {
            let named = account.account.clone();
            if !confirm_codes(&mut door.accounts, account, &keys, (&code, at))? {
                return Ok(false);
            }
            door.accounts.set_recovery_codes(&named, &hashes)?;
            Ok(true)
        })?;
        Ok(done.into_second_factor(recovery_codes))
    }

    /// Adds a passkey that was checked; none when the credential is another account's. Recovery codes are made later, by
    /// an owner who can write them down.
    pub fn enrol_passkey(
        &self,
        secret: &Secret,
        passkey: &PasskeyOf,
        name: &str,
        attempt: &Attempt,
    ) -> Result<Option<SecondFactor>, ServiceError> {
        let (session, ..) = self.enrolling(secret, attempt)?.ok_or_else(too_late)?;
        let passkey = stored_passkey(passkey, &session.account, name, attempt);
        let done = self
            .finish(session, attempt, how::PASSKEY_ADDED, move |door, _| Ok(door.accounts.add_passkey(&passkey)?))?;
        Ok(done.into_second_factor(Vec::new()))
    }

    /// Seals the secrets of authenticators that are not sealed under the first key; answers how many. The program calls it when it
    /// starts, and after it took up a new key.
    pub fn seal_secrets(&self, attempt: &Attempt) -> Result<usize, ServiceError> {
        let (keys, attempt) = (self.keys.clone(), attempt.clone());
        let unsealed = |account: &Account| {
            [&account.totp, &account.totp_offered].into_iter().flatten().any(|kept| !keys.is_sealed(kept))
        };
        let accounts = self.path.look_at_the_door(|accounts| Ok(accounts.every_account()?))?;
        if !accounts.iter().any(unsealed) {
            return Ok(0);
        }
        let keys = self.keys.clone();
        self.path.at_the_door(move |door| {
            let mut sealed = 0;
            for account in door.accounts.every_account()? {
                let mut anew = |kept: Option<Vec<u8>>, what: &str| match kept {
                    Some(kept) if !keys.is_sealed(&kept) => {
                        sealed += 1;
                        let secret = keys.open(&kept, &account.account)?;
                        let random = attempt.seed.derive(&format!("seal of {}'s {what} secret", account.account));
                        keys.seal(&secret, &account.account, &random).map(Some)
                    }
                    kept => Ok::<_, ServiceError>(kept),
                };
                let totp = anew(account.totp.clone(), "own")?;
                let totp_offered = anew(account.totp_offered.clone(), "offered")?;
                door.accounts.put_account(&Account { totp, totp_offered, ..account })?;
            }
            door.enter(&attempt.happened(None, "own_account: secrets of authenticators sealed"));
            Ok(sealed)
        })
    }

    /// Whether no other second factor than a passkey will do for this account.
    pub(crate) fn needs_passkey(&self, account: &Account, attempt: &Attempt) -> Result<bool, ServiceError> {
        if password_is_enough(account, self.limits) {
            return Ok(false);
        }
        let directory = self.path.directory()?;
        directory.actor(&account.account).map_or(Ok(false), |actor| self.path.needs_passkey(actor, attempt.at))
    }

    /// The session, account and name of somebody who finishes their account.
    fn enrolling(&self, secret: &Secret, attempt: &Attempt) -> Result<Option<(Session, Account, Line)>, ServiceError> {
        let (session, directory) = self.path.session(&secret.hash())?;
        let now = attempt.at.as_microsecond();
        let live = |session: &Session| {
            session.stage == Stage::Enrolling.word()
                && now < session.ends_at
                && now - session.seen_at <= micros(self.limits.idle)
        };
        let Some(session) = session.filter(live) else { return Ok(None) };
        let Some(member) = directory.member(&session.account) else { return Ok(None) };
        let account = self.path.look_at_the_door(|accounts| Ok(accounts.account(&session.account)?))?;
        Ok(account.map(|account| (session, account, member.name.clone())))
    }

    /// One step: does it, and when nothing else is missing ends this session and begins a whole one.
    fn finish(
        &self,
        session: Session,
        attempt: &Attempt,
        what: &'static str,
        act: impl FnOnce(&mut Door<'_>, Account) -> Result<bool, ServiceError> + Send + 'static,
    ) -> Result<Step, ServiceError> {
        let (attempt, limits) = (attempt.clone(), self.limits);
        let kept = self.path.look_at_the_door(|accounts| Ok(accounts.account(&session.account)?))?;
        let needs_passkey = kept.map_or(Ok(false), |account| self.needs_passkey(&account, &attempt))?;
        self.path.at_the_door(move |door| {
            let account = door.accounts.account(&session.account)?.ok_or_else(too_late)?;
            if !act(door, account)? {
                return Ok(Step::Refused);
            }
            door.enter(&attempt.happened(Some(&session.account), &format!("own_account: {what}")));
            let account = door.accounts.account(&session.account)?.ok_or_else(too_late)?;
            let passkeys = door.accounts.passkeys(&session.account)?.len();
            if !is_complete(&account, passkeys, limits) || (needs_passkey && passkeys == 0) {
                return Ok(Step::Done(None));
            }
            door.accounts.end_sessions(&session.account, &[])?;
            whole(door, &attempt, &account, what, limits).map(|secret| Step::Done(Some(secret)))
        })
    }
}

/// What one step came to.
enum Step {
    Refused,
    /// Done, with the whole session if nothing else is missing.
    Done(Option<Secret>),
}

impl Step {
    fn into_session(self) -> Option<Secret> {
        match self {
            Self::Done(session) => session,
            Self::Refused => None,
        }
    }

    fn into_second_factor(self, recovery_codes: Vec<String>) -> Option<SecondFactor> {
        match self {
            Self::Done(session) => Some(SecondFactor { recovery_codes, session }),
            Self::Refused => None,
        }
    }
}

/// The secret that was offered and not yet confirmed; a new one when there is none.
pub(crate) fn offered_codes(
    accounts: &mut Accounts<'_>,
    account: &str,
    keys: &Keys,
    attempt: &Attempt,
) -> Result<CodeOffer, ServiceError> {
    let kept = accounts.account(account)?.ok_or_else(too_late)?;
    if let Some(offered) = &kept.totp_offered {
        return Ok(CodeOffer::of(&keys.open(offered, account)?, account));
    }
    let fresh = new_totp_secret(&attempt.seed);
    let offer = CodeOffer::of(&fresh, account);
    let sealed = keys.seal(&fresh, account, &attempt.seed.derive("seal of an authenticator's secret"))?;
    accounts.put_account(&Account { totp_offered: Some(sealed), ..kept })?;
    Ok(offer)
}

/// Takes up the offered secret when this is a code of it.
pub(crate) fn confirm_codes(
    accounts: &mut Accounts<'_>,
    account: Account,
    keys: &Keys,
    (code, at): (&str, jiff::Timestamp),
) -> Result<bool, ServiceError> {
    let Some(offered) = account.totp_offered.clone() else { return Ok(false) };
    let secret = keys.open(&offered, &account.account)?;
    let Some(step) = totp_step(&secret, code, at) else { return Ok(false) };
    accounts.put_account(&Account { totp: Some(offered), totp_offered: None, totp_step: step, ..account })?;
    Ok(true)
}

/// A passkey as the store keeps it.
pub(crate) fn stored_passkey(passkey: &PasskeyOf, account: &str, name: &str, attempt: &Attempt) -> Passkey {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    Passkey {
        id: passkey.id.clone(),
        account: account.to_owned(),
        name: if name.is_empty() { "Passkey".to_owned() } else { name },
        content: passkey.content.clone(),
        added_at: attempt.at.as_microsecond(),
        used_at: None,
    }
}

fn too_late() -> ServiceError {
    ServiceError::Asked(Refused::TooLate.to_string())
}

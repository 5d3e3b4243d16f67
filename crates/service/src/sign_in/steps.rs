//! The steps of signing in with what is kept here: password, then a code; or a passkey.

use super::code::recovery_hash;
use super::session::{self, Limits, Stage, how, is_complete, password_is_enough};
use super::throttle::{forget_tries, give_back};
use super::{Answer, Attempt, Keys, Refused, Secret, take_turns, totp_step};
use crate::path::{Door, Happening};
use crate::{Service, ServiceError};
use record::WorkerRef;
use store::access_log::Outcome;
use store::accounts::{Account, Accounts, Session};

/// A passkey, for the program that checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyOf {
    /// The credential's id.
    pub id: Vec<u8>,
    /// The credential, as that program wrote it down.
    pub content: String,
}

impl Attempt {
    /// What happened at the door, allowed.
    pub(crate) fn happened<'a>(&'a self, account: Option<&'a str>, what: &'a str) -> Happening<'a> {
        let (at, request, address) = (self.at, self.id, self.address.as_str());
        Happening { at, request, account, what, address, outcome: Outcome::Allowed }
    }

    /// What was refused at the door.
    pub(crate) fn was_refused<'a>(&'a self, account: Option<&'a str>, what: &'a str) -> Happening<'a> {
        Happening { outcome: Outcome::Refused, ..self.happened(account, what) }
    }
}

impl Service {
    /// The first step: an account and its password. The answer, and the time it takes, are the same for an account that
    /// does not exist.
    pub fn sign_in(&self, attempt: &Attempt, account: &str, password: &str) -> Result<Answer, ServiceError> {
        let named: String = account.trim().chars().take(100).collect();
        let directory = self.path.directory()?;
        let known = directory.member(&named).is_some();
        let turn = {
            let (attempt, named) = (attempt.clone(), named.clone());
            self.path.at_the_door(move |door| Ok(take_turns(&mut door.accounts, &attempt, Some(&named))?))?
        };
        let tries = match turn {
            Ok(tries) => tries,
            Err(refused) => return Ok(Answer::Refused(refused)),
        };
        let kept = self.path.look_at_the_door(|accounts| Ok(accounts.account(&named)?))?.filter(|_| known);
        let fits = self.hashing.fits(password, kept.as_ref().and_then(|account| account.password.as_deref()));
        let (attempt, limits) = (attempt.clone(), self.limits);
        self.path.at_the_door(move |door| {
            let name = known.then_some(named.as_str());
            let Some(account) = kept.filter(|_| fits) else {
                let what = format!("sign_in: wrong password, try {tries}");
                door.enter(&attempt.was_refused(name, &what));
                return Ok(Answer::Refused(Refused::Wrong));
            };
            password_is_right(door, &attempt, (&account, tries), limits)
        })
    }

    /// The second step: a code of the authenticator, or a recovery code, each of which counts once.
    pub fn second_factor(&self, attempt: &Attempt, half: &Secret, code: &str) -> Result<Answer, ServiceError> {
        let Some(session) = self.half_session(half, attempt)? else { return Ok(Answer::Refused(Refused::TooLate)) };
        let directory = self.path.directory()?;
        if directory.actor(&session.account).is_none() {
            return Ok(Answer::Refused(Refused::TooLate));
        }
        let (attempt, code, limits) = (attempt.clone(), code.trim().to_owned(), self.limits);
        let keys = self.keys.clone();
        self.path.at_the_door(move |door| {
            let named = session.account.as_str();
            if let Err(refused) = take_turns(&mut door.accounts, &attempt, Some(named))? {
                return Ok(Answer::Refused(refused));
            }
            let Some(account) = door.accounts.account(named)? else { return Ok(Answer::Refused(Refused::Wrong)) };
            let Some(how) = use_code(&mut door.accounts, &account, &keys, (&code, &attempt))? else {
                door.enter(&attempt.was_refused(Some(named), "sign_in: wrong code"));
                return Ok(Answer::Refused(Refused::Wrong));
            };
            // Whoever comes second with the same half finds it gone.
            if !door.accounts.end_session(&session.id)? {
                return Ok(Answer::Refused(Refused::TooLate));
            }
            whole(door, &attempt, &account, how, limits).map(Answer::SignedIn)
        })
    }

    /// The account that is halfway in and its passkeys, if the second factor is to be one of them.
    pub fn passkeys_of_half(
        &self,
        half: &Secret,
        attempt: &Attempt,
    ) -> Result<Option<(WorkerRef, Vec<PasskeyOf>)>, ServiceError> {
        let Some(session) = self.half_session(half, attempt)? else { return Ok(None) };
        self.passkeys_of(&session.account)
    }

    /// The account that its passkeys know by this handle, with all its passkeys.
    pub fn passkeys_of_handle(&self, handle: &[u8]) -> Result<Option<(WorkerRef, Vec<PasskeyOf>)>, ServiceError> {
        let account = self.path.look_at_the_door(|accounts| Ok(accounts.account_of_handle(handle)?))?;
        account.map_or(Ok(None), |account| self.passkeys_of(&account.account))
    }

    /// The passkeys of an account whose challenge waits for its answer.
    pub fn passkeys_of_account(&self, account: &WorkerRef) -> Result<Vec<PasskeyOf>, ServiceError> {
        Ok(self.passkeys_of(account.as_str())?.map(|(_, passkeys)| passkeys).unwrap_or_default())
    }

    fn passkeys_of(&self, account: &str) -> Result<Option<(WorkerRef, Vec<PasskeyOf>)>, ServiceError> {
        let Ok(named) = WorkerRef::try_from(account) else { return Ok(None) };
        let passkeys = self.path.look_at_the_door(|accounts| Ok(accounts.passkeys(account)?))?;
        let passkeys = passkeys.into_iter().map(|key| PasskeyOf { id: key.id, content: key.content }).collect();
        Ok(Some((named, passkeys)))
    }

    /// A passkey of this account was checked and is right; `used` is what is now known of it. It is two factors in one:
    /// something one has, opened by something one knows or is.
    pub fn passkey_is_right(
        &self,
        attempt: &Attempt,
        account: &WorkerRef,
        used: &PasskeyOf,
        half: Option<&Secret>,
    ) -> Result<Answer, ServiceError> {
        let works_here = self.path.directory()?.actor(account.as_str()).is_some();
        let (attempt, named, used, limits) = (attempt.clone(), account.to_string(), used.clone(), self.limits);
        let half = half.map(Secret::hash);
        self.path.at_the_door(move |door| {
            let now = attempt.at.as_microsecond();
            let account = door.accounts.account(&named)?.filter(|_| works_here);
            let known = account.is_some() && door.accounts.used_passkey(&named, &used.id, &used.content, now)?;
            let Some(account) = account.filter(|_| known) else {
                door.enter(&attempt.was_refused(None, "sign_in: a passkey of nobody here"));
                return Ok(Answer::Refused(Refused::Wrong));
            };
            if let Some(half) = &half {
                door.accounts.end_session(half)?;
            }
            whole(door, &attempt, &account, how::PASSKEY, limits).map(Answer::SignedIn)
        })
    }

    /// A passkey was not right.
    pub fn passkey_is_wrong(&self, attempt: &Attempt, account: Option<&WorkerRef>) -> Result<Answer, ServiceError> {
        let (attempt, account) = (attempt.clone(), account.map(ToString::to_string));
        self.path.at_the_door(move |door| {
            if let Err(refused) = take_turns(&mut door.accounts, &attempt, None)? {
                return Ok(Answer::Refused(refused));
            }
            door.enter(&attempt.was_refused(account.as_deref(), "sign_in: wrong passkey"));
            Ok(Answer::Refused(Refused::Wrong))
        })
    }

    fn half_session(&self, half: &Secret, attempt: &Attempt) -> Result<Option<Session>, ServiceError> {
        let (session, _) = self.path.session(&half.hash())?;
        let now = attempt.at.as_microsecond();
        Ok(session.filter(|session| session.stage == Stage::Half.word() && now < session.ends_at))
    }
}

/// What follows when the password was right: a second factor, the end of a half-made account, or, in a demonstration, a
/// whole session.
fn password_is_right(
    door: &mut Door<'_>,
    attempt: &Attempt,
    (account, tries): (&Account, i64),
    limits: Limits,
) -> Result<Answer, ServiceError> {
    let named = account.account.as_str();
    if account.password_until.is_some_and(|until| until < attempt.at.as_microsecond()) {
        door.enter(&attempt.was_refused(Some(named), "sign_in: the one-time password is over"));
        return Ok(Answer::Refused(Refused::OneTimePasswordOver));
    }
    let complete = is_complete(account, door.accounts.passkeys(named)?.len(), limits);
    if complete && password_is_enough(account, limits) {
        return whole(door, attempt, account, how::PASSWORD, limits).map(Answer::SignedIn);
    }
    give_back(&mut door.accounts, attempt, (named, tries))?;
    if complete {
        let secret = session::begin(&mut door.accounts, attempt, named, Stage::Half, "password", limits)?;
        door.enter(&attempt.happened(Some(named), "sign_in: password"));
        return Ok(Answer::SecondFactor(secret));
    }
    let secret = session::begin(&mut door.accounts, attempt, named, Stage::Enrolling, "password", limits)?;
    door.enter(&attempt.happened(Some(named), "sign_in: password; the account is half made"));
    Ok(Answer::Enrol(secret))
}

/// Uses up a code of the authenticator or a recovery code; answers which it was.
pub(crate) fn use_code(
    accounts: &mut Accounts<'_>,
    account: &Account,
    keys: &Keys,
    (code, attempt): (&str, &Attempt),
) -> Result<Option<&'static str>, ServiceError> {
    let secret = account.totp.as_deref().map(|kept| keys.open(kept, &account.account)).transpose()?;
    let step = secret.and_then(|secret| totp_step(&secret, code, attempt.at));
    if let Some(step) = step
        && accounts.use_totp_step(&account.account, step)?
    {
        return Ok(Some(how::CODE));
    }
    let recovered = accounts.use_recovery_code(&account.account, &recovery_hash(code))?;
    Ok(recovered.then_some(how::RECOVERY_CODE))
}

/// Begins a whole session.
pub(super) fn whole(
    door: &mut Door<'_>,
    attempt: &Attempt,
    account: &Account,
    how: &str,
    limits: Limits,
) -> Result<Secret, ServiceError> {
    let named = account.account.as_str();
    forget_tries(&mut door.accounts, attempt, named)?;
    let secret = session::begin(&mut door.accounts, attempt, named, Stage::Whole, how, limits)?;
    let now = attempt.at.as_microsecond();
    let before = attempt.known.as_ref().map(Secret::hash);
    door.accounts.know_browser(named, &secret.of_known_browser().hash(), before.as_deref(), now)?;
    door.accounts.signed_in(named, now)?;
    door.enter(&attempt.happened(Some(named), &format!("sign_in: {how}")));
    Ok(secret)
}

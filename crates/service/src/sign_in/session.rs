//! Sessions: found by the secret that a browser holds, over after half an hour without use and after twelve hours.

use super::throttle::KNOWN_FOR;
use super::{Attempt, Secret, hex};
use crate::{Actor, Directory, Proof, Service, ServiceError};
use jiff::{SignedDuration, Timestamp};
use record::{Line, WorkerRef};
use std::sync::Arc;
use store::StoreError;
use store::accounts::{Account, Accounts, Held, Session};

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Without being used.
    pub idle: SignedDuration,
    /// Without being used, for restricted records: then whoever is signed in proves again who they are.
    pub idle_for_restricted: SignedDuration,
    /// At the most.
    pub longest: SignedDuration,
    /// Whether this is a demonstration: then its own accounts need no second factor. No other account is let in so.
    pub demonstration: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: SignedDuration::from_mins(30),
            idle_for_restricted: SignedDuration::from_mins(15),
            longest: SignedDuration::from_hours(12),
            demonstration: false,
        }
    }
}

/// How long half a session lasts: enough to find the telephone with the codes.
const HALF: SignedDuration = SignedDuration::from_mins(10);
/// A session's use is noted no more often than this.
const NOTED_EVERY: i64 = 60_000_000;
/// How long what was typed when a session ended is kept.
const TYPED_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// A session that has ended is remembered this long, so that what is sent with it is known to be its owner's.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(12);

/// How far signing in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is wanted.
    Half,
    /// The account is half made; no right goes with it.
    Enrolling,
    /// Signed in.
    Whole,
}

impl Stage {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::Enrolling => "enrolling",
            Self::Whole => "whole",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Half, Self::Enrolling, Self::Whole].into_iter().find(|stage| stage.word() == word)
    }
}

/// Who holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody that is known.
    Nobody,
    /// Somebody whose session is over; what they send may be kept until they have signed in again.
    Ended {
        /// The account.
        account: WorkerRef,
        /// What each form of that session carried.
        csrf: String,
    },
    /// Somebody on the way in.
    Halfway(Halfway),
    /// Somebody who is signed in.
    SignedIn(Box<SignedIn>),
}

/// Somebody on the way in. They have no rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halfway {
    /// How far they have come.
    pub stage: Stage,
    /// The account.
    pub account: WorkerRef,
    /// What each of their forms must carry.
    pub csrf: String,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who they are now: roles, agency and team as the register has them at this moment.
    pub actor: Actor,
    /// Their name.
    pub name: Line,
    /// The session's name in lists; it opens nothing.
    pub session: String,
    /// What each of their forms must carry.
    pub csrf: String,
    /// What the next page says once.
    pub flash: Option<String>,
    /// By what they proved who they are.
    pub proof: Proof,
    /// When they last proved who they are; none when they were away too long for restricted records since.
    pub confirmed_at: Option<Timestamp>,
    /// When the session ends at the latest.
    pub ends_at: Timestamp,
    /// Who works here, as of this moment.
    pub directory: Arc<Directory>,
}

impl Service {
    /// Who holds this secret. It notes that the session is in use.
    pub fn who(&self, secret: &Secret, now: Timestamp) -> Result<Who, ServiceError> {
        let id = secret.hash();
        let (session, directory) = self.path.session(&id)?;
        let Some(session) = session else { return Ok(Who::Nobody) };
        let Some(member) = directory.member(&session.account) else { return Ok(Who::Nobody) };
        let account = member.actor.id.clone();
        let at = now.as_microsecond();
        if at >= session.ends_at || at - session.seen_at > micros(self.limits.idle) {
            let whole = session.stage == Stage::Whole.word();
            return Ok(if whole { Who::Ended { account, csrf: session.csrf } } else { Who::Nobody });
        }
        let was_away = at - session.seen_at > micros(self.limits.idle_for_restricted);
        if at - session.seen_at >= NOTED_EVERY {
            self.path.at_the_door(move |door| Ok(door.accounts.seen_session(&id, at, was_away)?))?;
        }
        Ok(match Stage::read(&session.stage) {
            Some(Stage::Whole) => Who::SignedIn(Box::new(SignedIn {
                actor: member.actor.clone(),
                name: member.name.clone(),
                session: hex(&session.id),
                proof: proof(&session.how, self.limits),
                csrf: session.csrf,
                flash: session.flash,
                confirmed_at: session
                    .confirmed_at
                    .filter(|_| !was_away)
                    .and_then(|at| Timestamp::from_microsecond(at).ok()),
                ends_at: Timestamp::from_microsecond(session.ends_at).unwrap_or(now),
                directory,
            })),
            Some(stage) => Who::Halfway(Halfway { stage, account, csrf: session.csrf }),
            None => Who::Nobody,
        })
    }

    /// Leaves a sentence for the next page of a session; none when it was said.
    pub fn set_flash(&self, secret: &Secret, sentence: Option<String>) -> Result<(), ServiceError> {
        let id = secret.hash();
        self.path.at_the_door(move |door| Ok(door.accounts.set_flash(&id, sentence.as_deref())?))
    }

    /// Ends the session of whoever signs out.
    pub fn sign_out(&self, secret: &Secret, attempt: &Attempt) -> Result<(), ServiceError> {
        let (id, attempt) = (secret.hash(), attempt.clone());
        self.path.at_the_door(move |door| {
            if let Some(session) = door.accounts.session(&id)? {
                door.accounts.end_session(&id)?;
                door.enter(&attempt.happened(Some(&session.account), "sign_out"));
            }
            Ok(())
        })
    }

    /// Keeps, for whoever signs in next as this account, what they sent when their session had ended. Answers the
    /// secret under which they get it back.
    pub fn keep_typed(&self, account: &WorkerRef, typed: &str, attempt: &Attempt) -> Result<Secret, ServiceError> {
        self.hold("typed", &format!("{account}\n{typed}"), TYPED_KEPT, attempt)
    }

    /// What was kept for this account under a secret. It stays until its time is over, so that a page can be loaded again.
    pub fn typed(&self, account: &WorkerRef, secret: &Secret, now: Timestamp) -> Result<Option<String>, ServiceError> {
        let (id, now) = (secret.hash(), now.as_microsecond());
        let held = self.path.look_at_the_door(|accounts| Ok(accounts.held(&id, "typed", now)?))?;
        let split = held.as_deref().and_then(|held| held.split_once('\n'));
        Ok(split.filter(|(owner, _)| *owner == account.as_str()).map(|(_, typed)| typed.to_owned()))
    }

    /// Keeps the state of a ceremony between two requests of one browser: a challenge, a nonce.
    pub fn hold_ceremony(&self, content: &str, attempt: &Attempt) -> Result<Secret, ServiceError> {
        self.hold("ceremony", content, HALF, attempt)
    }

    /// The state of a ceremony, once.
    pub fn take_ceremony(&self, secret: &Secret, now: Timestamp) -> Result<Option<String>, ServiceError> {
        let (id, now) = (secret.hash(), now.as_microsecond());
        self.path.at_the_door(move |door| Ok(door.accounts.take_held(&id, "ceremony", now)?))
    }

    fn hold(
        &self,
        kind: &'static str,
        content: &str,
        lasts: SignedDuration,
        attempt: &Attempt,
    ) -> Result<Secret, ServiceError> {
        let secret = Secret::new(&attempt.seed, kind);
        let now = attempt.at.as_microsecond();
        let ends_at = now + micros(lasts);
        let held = Held { id: secret.hash(), kind: kind.to_owned(), content: content.to_owned(), ends_at };
        self.path.at_the_door(move |door| Ok(door.accounts.hold(&held, now)?))?;
        Ok(secret)
    }
}

/// Begins a session, and forgets those that ended long ago.
pub(super) fn begin(
    accounts: &mut Accounts<'_>,
    attempt: &Attempt,
    account: &str,
    stage: Stage,
    how: &str,
    limits: Limits,
) -> Result<Secret, StoreError> {
    let secret = Secret::new(&attempt.seed, "session");
    let now = attempt.at.as_microsecond();
    let lasts = if stage == Stage::Half { HALF } else { limits.longest };
    accounts.sweep_sessions(now - micros(REMEMBERED))?;
    accounts.sweep_tries(now - micros(REMEMBERED))?;
    accounts.sweep_browsers(now - KNOWN_FOR)?;
    accounts.begin_session(&Session {
        id: secret.hash(),
        account: account.to_owned(),
        stage: stage.word().to_owned(),
        how: how.to_owned(),
        csrf: hex(&attempt.seed.derive("csrf")),
        device: attempt.device.chars().filter(|c| !c.is_control()).take(200).collect(),
        address: attempt.address.clone(),
        begun_at: now,
        seen_at: now,
        ends_at: now + micros(lasts),
        confirmed_at: (stage == Stage::Whole).then_some(now),
        flash: None,
    })?;
    Ok(secret)
}

/// How whole sessions are begun, as they are listed to their owner.
pub(crate) mod how {
    pub(crate) const PASSWORD: &str = "password";
    pub(crate) const CODE: &str = "password and code";
    pub(crate) const RECOVERY_CODE: &str = "password and recovery code";
    pub(crate) const PASSKEY: &str = "passkey";
    pub(crate) const PASSKEY_ADDED: &str = "passkey added";
    pub(crate) const PROVIDER: &str = "identity provider";
    pub(crate) const PROVIDER_PASSKEY: &str = "identity provider, by passkey";
}

/// By what whoever has such a session proved who they are.
fn proof(by: &str, limits: Limits) -> Proof {
    match by {
        how::PASSKEY | how::PASSKEY_ADDED | how::PROVIDER_PASSKEY => Proof::Passkey,
        how::PROVIDER => Proof::Provider,
        how::PASSWORD if limits.demonstration => Proof::Demonstration,
        how::PASSWORD => Proof::Password,
        _ => Proof::TwoFactors,
    }
}

/// Whether an account has all that it needs to be signed in to: a password of its owner's own, and a second factor.
pub(super) fn is_complete(account: &Account, passkeys: usize, limits: Limits) -> bool {
    let password_chosen = account.password.is_none() || account.password_until.is_none();
    password_chosen && (account.totp.is_some() || passkeys > 0 || password_is_enough(account, limits))
}

/// Whether a password alone opens the account: only in a demonstration, only for its own accounts.
pub(crate) fn password_is_enough(account: &Account, limits: Limits) -> bool {
    limits.demonstration && account.one_factor
}

pub(crate) fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

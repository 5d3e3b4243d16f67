//! Users: members of staff with a way to sign in. Only administrators see and change them; whatever a change takes away
//! is gone with the next request.

use super::moment;
use crate::directory::{Agency, Directory, Left, Registered, Team};
use crate::policy::Doing;
use crate::sign_in::{Attempt, fresh_account, held_up_until, let_try_again, micros, typeable};
use crate::{Member, Request, Role, Service, ServiceError};
use jiff::{SignedDuration, Timestamp};
use record::WorkerRef;
use store::accounts::Account;
use uuid::Uuid;

/// How long a one-time password counts: from Friday to Monday.
const ONE_TIME: SignedDuration = SignedDuration::from_hours(72);

/// A member of staff, and how they can sign in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct User {
    /// Who they are.
    #[serde(flatten)]
    pub member: Member,
    /// How far their account is.
    pub state: UserState,
    /// They have an authenticator.
    pub has_codes: bool,
    /// How many passkeys they have.
    pub passkeys: usize,
    /// How many sessions they have open.
    pub sessions: usize,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// Too many tries: the next one counts from then.
    pub held_up_until: Option<Timestamp>,
}

/// How far an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// On the register without a way to sign in.
    NoAccount,
    /// A one-time password was given, or a second factor is missing: no rights yet.
    HalfMade,
    /// They can sign in.
    Ready,
    /// They no longer work here.
    Left,
}

impl UserState {
    /// The word in vocabularies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAccount => "no_account",
            Self::HalfMade => "half_made",
            Self::Ready => "ready",
            Self::Left => "left",
        }
    }
}

impl Service {
    /// Everybody who works here or did, with how they can sign in; by name.
    pub fn users(&self, request: &Request<'_>) -> Result<Vec<User>, ServiceError> {
        let directory = self.path.directory()?;
        let now = request.at.as_microsecond();
        self.path.look_at_accounts(request, Doing::ViewStaff, |accounts| {
            let working = directory.members().values().map(|member| (member, true));
            let everybody = working.chain(directory.former().values().map(|member| (member, false)));
            let mut users = Vec::new();
            for (member, works_here) in everybody {
                let named = member.actor.id.as_str();
                let account = accounts.account(named)?;
                let passkeys = accounts.passkeys(named)?.len();
                let held_up = held_up_until(accounts, named)?;
                let tied = accounts.has_identity(named)?;
                let live = accounts.sessions(named)?.into_iter().filter(|session| session.ends_at > now).count();
                users.push(User {
                    member: member.clone(),
                    state: state(account.as_ref(), passkeys, works_here, tied),
                    has_codes: account.as_ref().is_some_and(|account| account.totp.is_some()),
                    passkeys,
                    sessions: live,
                    signed_in_at: account.and_then(|account| account.signed_in_at).map(moment),
                    held_up_until: (held_up > now).then(|| moment(held_up)),
                });
            }
            users.sort_by(|a, b| a.member.name.cmp(&b.member.name));
            Ok(users)
        })
    }

    /// Gives a member of staff, new or already on the register, a way to sign in: a one-time password, made here or
    /// given. It is answered this once; with it they choose a password of their own and add a second factor.
    pub fn add_user(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        id: Uuid,
        member: &Member,
        first: Option<&str>,
    ) -> Result<String, ServiceError> {
        let named = member.actor.id.to_string();
        let unchanged = self.path.directory()?.member(&named) == Some(member);
        let registered = Registered::Member(Box::new(member.clone()));
        let event = registered.event(id, request.at, request.actor.id.as_str(), request.actor.agency.as_str())?;
        let (password, hash) = self.one_time(attempt, first)?;
        let attempt = attempt.clone();
        self.path.on_accounts(request, Doing::ManageUsers, &format!("added {named}"), move |accounts, events| {
            if accounts.account(&named)?.is_some_and(|account| account.password.is_some() || account.totp.is_some()) {
                return Err(ServiceError::Asked(format!(
                    "{named} has a way to sign in already: reset it if it is lost, or choose another account."
                )));
            }
            let kept = accounts.account(&named)?.unwrap_or_else(|| fresh_account(&named, &attempt));
            accounts.put_account(&with_one_time(kept, hash, &attempt))?;
            if !unchanged {
                accounts.end_sessions(&named, &[])?;
                accounts.end_tokens(&named)?;
                events.push(event);
            }
            Ok(password)
        })
    }

    /// Forgets every secret of an account, ends its sessions and tokens, and answers a new one-time password.
    pub fn reset_user(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        account: &WorkerRef,
        first: Option<&str>,
    ) -> Result<String, ServiceError> {
        let named = account.to_string();
        let works_here = self.path.directory()?.member(&named).is_some();
        let (password, hash) = self.one_time(attempt, first)?;
        let attempt = attempt.clone();
        self.path.on_accounts(request, Doing::ManageUsers, &format!("reset {named}"), move |accounts, _| {
            if !works_here {
                return Err(ServiceError::NotFound);
            }
            accounts.forget_secrets(&named)?;
            let_try_again(accounts, &named)?;
            let kept = accounts.account(&named)?.unwrap_or_else(|| fresh_account(&named, &attempt));
            accounts.put_account(&with_one_time(kept, hash, &attempt))?;
            Ok(password)
        })
    }

    /// Takes somebody who has left off the register: every secret, session and token of theirs is gone at once.
    pub fn disable_user(&self, request: &Request<'_>, id: Uuid, account: &WorkerRef) -> Result<(), ServiceError> {
        let directory = self.path.directory()?;
        let named = account.to_string();
        let sound = Self::may_go(&directory, request, account);
        let left = Registered::Left(Left { account: account.clone() });
        let event = left.event(id, request.at, request.actor.id.as_str(), request.actor.agency.as_str())?;
        self.path.on_accounts(request, Doing::ManageUsers, &format!("disabled {named}"), move |accounts, events| {
            sound?;
            accounts.forget_secrets(&named)?;
            events.push(event);
            Ok(())
        })
    }

    /// Ends every session and every token of an account.
    pub fn end_sessions_of(&self, request: &Request<'_>, account: &WorkerRef) -> Result<u64, ServiceError> {
        let named = account.to_string();
        self.path.on_accounts(request, Doing::ManageUsers, &format!("sessions of {named} ended"), move |accounts, _| {
            accounts.end_tokens(&named)?;
            Ok(accounts.end_sessions(&named, &[])?)
        })
    }

    /// Lets somebody who was held up after too many tries try again at once.
    pub fn let_user_try_again(&self, request: &Request<'_>, account: &WorkerRef) -> Result<(), ServiceError> {
        let named = account.to_string();
        self.path.on_accounts(request, Doing::ManageUsers, &format!("{named} may try again"), move |accounts, _| {
            Ok(let_try_again(accounts, &named)?)
        })
    }

    /// Ties an identity that a provider vouches for to an account.
    pub fn tie_identity(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        account: &WorkerRef,
        issuer: &str,
        subject: &str,
    ) -> Result<(), ServiceError> {
        let (named, issuer, subject) = (account.to_string(), issuer.to_owned(), subject.to_owned());
        let works_here = self.path.directory()?.member(&named).is_some();
        let attempt = attempt.clone();
        self.path.on_accounts(request, Doing::ManageUsers, &format!("identity tied to {named}"), move |accounts, _| {
            if !works_here {
                return Err(ServiceError::NotFound);
            }
            if accounts.identity(&issuer, &subject)?.is_some() {
                return Err(ServiceError::Asked("This identity is tied to an account already.".into()));
            }
            if accounts.account(&named)?.is_none() {
                accounts.put_account(&fresh_account(&named, &attempt))?;
            }
            Ok(accounts.add_identity(&issuer, &subject, &named)?)
        })
    }

    /// Gives accounts of a demonstration a password that is written on its first page, and no second factor. Only a
    /// service that was opened for a demonstration lets them in.
    pub fn add_demonstration_users(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        named: &[WorkerRef],
        password: &str,
    ) -> Result<(), ServiceError> {
        let hash = self.hashing.hash(password, &attempt.seed)?;
        let (attempt, named) = (attempt.clone(), named.to_vec());
        self.path.on_accounts(request, Doing::ManageUsers, "demonstration accounts", move |accounts, _| {
            for account in &named {
                let kept = accounts.account(account.as_str())?;
                let kept = kept.unwrap_or_else(|| fresh_account(account.as_str(), &attempt));
                let (password, password_until, one_factor) = (Some(hash.clone()), None, true);
                accounts.put_account(&Account { password, password_until, one_factor, ..kept })?;
            }
            Ok(())
        })
    }

    /// Names an agency, or changes its name or what it belongs to.
    pub fn name_agency(&self, request: &Request<'_>, id: Uuid, agency: &Agency) -> Result<(), ServiceError> {
        let part = format!("agency {}", agency.agency);
        self.name(request, id, &Registered::Agency(agency.clone()), &part)
    }

    /// Names a team, or changes its name or what it belongs to.
    pub fn name_team(&self, request: &Request<'_>, id: Uuid, team: &Team) -> Result<(), ServiceError> {
        let part = format!("team {}", team.team);
        self.name(request, id, &Registered::Team(team.clone()), &part)
    }

    fn name(&self, request: &Request<'_>, id: Uuid, named: &Registered, part: &str) -> Result<(), ServiceError> {
        let event = named.event(id, request.at, request.actor.id.as_str(), request.actor.agency.as_str())?;
        self.path.on_accounts(request, Doing::ManageTeams, part, move |_, events| {
            events.push(event);
            Ok(())
        })
    }

    /// Whether somebody may be taken off the register: not oneself, and not the last administrator.
    fn may_go(directory: &Directory, request: &Request<'_>, account: &WorkerRef) -> Result<(), ServiceError> {
        if directory.member(account.as_str()).is_none() {
            return Err(ServiceError::NotFound);
        }
        if request.actor.id == *account {
            return Err(ServiceError::Asked("You cannot disable your own account: ask another administrator.".into()));
        }
        Self::leaves_an_administrator(directory, account)
    }

    /// Somebody must be left who can let others in.
    pub(crate) fn leaves_an_administrator(directory: &Directory, without: &WorkerRef) -> Result<(), ServiceError> {
        let administers = |member: &&Member| member.actor.roles.contains(&Role::Administrator);
        let mut others = directory.members().values().filter(administers).filter(|other| other.actor.id != *without);
        let was_one = directory.member(without.as_str()).is_some_and(|member| administers(&member));
        if was_one && others.next().is_none() {
            return Err(ServiceError::Asked(
                "This is the only administrator: make somebody else one first, or nobody could let anybody in.".into(),
            ));
        }
        Ok(())
    }

    /// A one-time password, made here or given, and its hash.
    fn one_time(&self, attempt: &Attempt, first: Option<&str>) -> Result<(String, String), ServiceError> {
        let password = match first {
            Some(given) if given.chars().count() < 12 => {
                return Err(ServiceError::Asked("A one-time password has at least 12 characters.".into()));
            }
            Some(given) => given.to_owned(),
            None => typeable(&attempt.seed.derive("one-time password"), 5),
        };
        let hash = self.hashing.hash(&password, &attempt.seed)?;
        Ok((password, hash))
    }
}

fn with_one_time(account: Account, hash: String, attempt: &Attempt) -> Account {
    let until = attempt.at.as_microsecond() + micros(ONE_TIME);
    Account { password: Some(hash), password_until: Some(until), one_factor: false, ..account }
}

fn state(account: Option<&Account>, passkeys: usize, works_here: bool, tied: bool) -> UserState {
    match account {
        _ if !works_here => UserState::Left,
        None => UserState::NoAccount,
        Some(_) if tied => UserState::Ready,
        Some(account) if account.password.is_none() && passkeys == 0 => UserState::NoAccount,
        Some(account) if account.password_until.is_some() => UserState::HalfMade,
        Some(account) if account.totp.is_none() && passkeys == 0 && !account.one_factor => UserState::HalfMade,
        Some(_) => UserState::Ready,
    }
}

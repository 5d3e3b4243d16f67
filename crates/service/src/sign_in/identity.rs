//! Signing in by the word of an identity provider (OpenID Connect). The edge has checked what it says; here it is decided
//! who that is. An identity is known by issuer and subject and by nothing else: never joined by name or e-mail address.

use super::session::how;
use super::steps::whole;
use super::{Answer, Attempt, Refused};
use crate::directory::{Directory, Registered};
use crate::{Actor, Member, Role, Service, ServiceError};
use record::{AreaRef, Line, TeamRef, WorkerRef};
use std::collections::BTreeSet;
use store::accounts::Account;
use store::events::NewEvent;
use uuid::Builder;

/// Whom a provider vouches for.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// Who, in the provider's words.
    pub subject: String,
    /// They proved it to the provider by a passkey.
    pub by_passkey: bool,
    /// What it says of them, when this desk goes by it.
    pub claims: Option<Claims>,
}

/// What a provider says of somebody.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The account that somebody new is given, if it is free.
    pub account: Option<WorkerRef>,
    /// Their name.
    pub name: Line,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// Their agency.
    pub agency: AreaRef,
    /// Their team.
    pub team: Option<TeamRef>,
}

const NOBODY: &str = "Nobody here is known by this sign-in. Ask an administrator for an account.";
const TAKEN: &str =
    "There is an account of your name here already, and it is not tied to this sign-in. Ask an administrator.";
const NO_ROLE: &str = "Your sign-in names no role on this desk. Ask an administrator.";

/// Who it is, and what must change in the register.
struct Found {
    account: String,
    changed: Option<Member>,
}

impl Service {
    /// Signs in whom a provider vouches for. Somebody new gets an account if the claims say who they are; roles, agency
    /// and team follow the claims at each sign-in.
    pub fn vouched_for(&self, attempt: &Attempt, vouched: &Vouched) -> Result<Answer, ServiceError> {
        let directory = self.path.directory()?;
        let tied = self.path.look_at_the_door(|accounts| Ok(accounts.identity(&vouched.issuer, &vouched.subject)?))?;
        let found = match self.find(&directory, tied.as_deref(), vouched.claims.as_ref())? {
            Ok(found) => found,
            Err(sentence) => {
                let attempt = attempt.clone();
                return self.path.at_the_door(move |door| {
                    door.enter(&attempt.was_refused(tied.as_deref(), "sign_in: identity provider"));
                    Ok(Answer::Refused(Refused::NotKnown(sentence)))
                });
            }
        };
        let Found { account, changed } = found;
        let event = changed.map(|member| registration(attempt, &account, member)).transpose()?;
        let (attempt, vouched, limits) = (attempt.clone(), vouched.clone(), self.limits);
        self.path.at_the_door(move |door| {
            if tied.is_none() {
                door.accounts.add_identity(&vouched.issuer, &vouched.subject, &account)?;
                door.accounts.put_account(&fresh_account(&account, &attempt))?;
            }
            if let Some(event) = event {
                // A change of role ends what the old one had begun.
                door.accounts.end_sessions(&account, &[])?;
                door.accounts.end_tokens(&account)?;
                door.register(&attempt.happened(Some(&account), "sign_in: registered as claimed"), vec![event]);
            }
            let kept = door.accounts.account(&account)?.unwrap_or_else(|| fresh_account(&account, &attempt));
            let by = if vouched.by_passkey { how::PROVIDER_PASSKEY } else { how::PROVIDER };
            whole(door, &attempt, &kept, by, limits).map(Answer::SignedIn)
        })
    }

    fn find(
        &self,
        directory: &Directory,
        tied: Option<&str>,
        claims: Option<&Claims>,
    ) -> Result<Result<Found, &'static str>, ServiceError> {
        if claims.is_some_and(|claims| claims.roles.is_empty()) {
            return Ok(Err(NO_ROLE));
        }
        let account = match (tied, claims.and_then(|claims| claims.account.as_ref())) {
            (Some(account), _) if directory.member(account).is_none() => return Ok(Err(NOBODY)),
            (Some(account), _) => account.to_owned(),
            (None, Some(wanted)) => {
                let kept = self.path.look_at_the_door(|accounts| Ok(accounts.account(wanted.as_str())?))?;
                if kept.is_some() || directory.has_had(wanted) {
                    return Ok(Err(TAKEN));
                }
                wanted.to_string()
            }
            (None, None) => return Ok(Err(NOBODY)),
        };
        let member = claims.map(|claims| claims.member(&account)).transpose()?;
        let changed = member.filter(|member| directory.member(&account) != Some(member));
        Ok(Ok(Found { account, changed }))
    }
}

impl Claims {
    fn member(&self, account: &str) -> Result<Member, ServiceError> {
        let id = WorkerRef::try_from(account).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let (roles, agency, team) = (self.roles.clone(), self.agency.clone(), self.team.clone());
        Ok(Member { name: self.name.clone(), actor: Actor { id, roles, agency, team } })
    }
}

/// An account that has nothing to sign in with yet.
pub(crate) fn fresh_account(account: &str, attempt: &Attempt) -> Account {
    let handle = attempt.seed.derive(&format!("handle of {account}")).get(..16).unwrap_or_default().to_vec();
    Account { account: account.to_owned(), handle, ..Account::default() }
}

fn registration(attempt: &Attempt, account: &str, member: Member) -> Result<NewEvent, ServiceError> {
    let id = attempt.seed.derive("registration").first_chunk::<16>().copied().unwrap_or_default();
    let agency = member.actor.agency.clone();
    Registered::Member(Box::new(member)).event(
        Builder::from_random_bytes(id).into_uuid(),
        attempt.at,
        account,
        agency.as_str(),
    )
}

//! Tokens of programs: each acts in its owner's name, in no more than the roles it was given, for one agency, as long as
//! its owner works there. There is no token that may do everything.

use super::moment;
use crate::policy::Doing;
use crate::sign_in::{Attempt, Secret, hex, micros, password_is_enough};
use crate::{Actor, Directory, Proof, Request, Role, Service, ServiceError};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::accounts::Token;

/// The word for tokens of the API.
const API: &str = "api";
/// The longest that a token lasts.
const LONGEST_DAYS: i64 = 366;
/// A token's use is noted no more often than this.
const NOTED_EVERY: i64 = 60_000_000;

/// A token of a program, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ApiToken {
    /// Its name in forms; it opens nothing.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The roles that it may act in.
    pub roles: BTreeSet<Role>,
    /// The agency that it may act for.
    pub agency: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// Whoever a token acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHolder {
    /// The owner, with the token's roles only.
    pub actor: Actor,
    /// The token's name in lists.
    pub token: String,
    /// By what the token is held to prove who asks: a demonstration's is as good as its passwords.
    pub proof: Proof,
    /// Who works here, as of this moment.
    pub directory: Arc<Directory>,
}

impl Service {
    /// Makes a token that acts in some of one's own roles, for so many days. Its secret is shown this once.
    pub fn make_api_token(
        &self,
        request: &Request<'_>,
        attempt: &Attempt,
        name: &str,
        roles: &BTreeSet<Role>,
        days: i64,
    ) -> Result<(ApiToken, Secret), ServiceError> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
        let sound = check(request.actor, &name, roles, days);
        let secret = Secret::prefixed("throughline_", &attempt.seed, "token");
        let now = attempt.at.as_microsecond();
        let token = Token {
            id: hex(attempt.seed.derive("token id").get(..8).unwrap_or_default()),
            kind: API.to_owned(),
            hash: secret.hash(),
            account: request.actor.id.to_string(),
            name,
            roles: roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join("+"),
            agency: request.actor.agency.to_string(),
            made_at: now,
            ends_at: Some(now + micros(SignedDuration::from_hours(days.saturating_mul(24)))),
            used_at: None,
        };
        let shown = shown(token.clone());
        self.path.on_accounts(request, Doing::ChangeWayIn, "token made", move |accounts, _| {
            sound?;
            Ok(accounts.add_token(&token)?)
        })?;
        Ok((shown, secret))
    }

    /// One's own tokens.
    pub fn api_tokens(&self, request: &Request<'_>) -> Result<Vec<ApiToken>, ServiceError> {
        let named = request.actor.id.as_str();
        self.path.look_at_accounts(request, Doing::OwnAccount, |accounts| {
            Ok(accounts.tokens(named)?.into_iter().filter(|token| token.kind == API).map(shown).collect())
        })
    }

    /// Ends one of one's tokens.
    pub fn end_api_token(&self, request: &Request<'_>, id: &str) -> Result<(), ServiceError> {
        let (named, id) = (request.actor.id.to_string(), id.to_owned());
        self.path.on_accounts(request, Doing::OwnAccount, "token ended", move |accounts, _| {
            if accounts.end_token(&named, &id)? { Ok(()) } else { Err(ServiceError::NotFound) }
        })
    }

    /// Whom a token acts for now; none when it is unknown, over, or its owner no longer has any of its roles there.
    pub fn token_holder(&self, secret: &Secret, now: Timestamp) -> Result<Option<TokenHolder>, ServiceError> {
        let hash = secret.hash();
        let token = self.path.look_at_the_door(|accounts| Ok(accounts.token(&hash)?))?;
        let at = now.as_microsecond();
        let live = |token: &Token| token.kind == API && token.ends_at.is_none_or(|end| at < end);
        let Some(token) = token.filter(live) else { return Ok(None) };
        let directory = self.path.directory()?;
        let Some(owner) = directory.actor(&token.account).filter(|owner| owner.agency.as_str() == token.agency) else {
            return Ok(None);
        };
        let roles: BTreeSet<Role> = read_roles(&token.roles).intersection(&owner.roles).copied().collect();
        if roles.is_empty() {
            return Ok(None);
        }
        if token.used_at.is_none_or(|used| at - used >= NOTED_EVERY) {
            let id = token.id.clone();
            self.path.at_the_door(move |door| Ok(door.accounts.used_token(&id, at)?))?;
        }
        let account = self.path.look_at_the_door(|accounts| Ok(accounts.account(&token.account)?))?;
        let demonstrates = account.is_some_and(|account| password_is_enough(&account, self.limits));
        let proof = if demonstrates { Proof::Demonstration } else { Proof::Token };
        let actor = Actor { roles, ..owner.clone() };
        Ok(Some(TokenHolder { actor, token: token.id, proof, directory }))
    }
}

/// Whether this actor may have such a token.
fn check(owner: &Actor, name: &str, roles: &BTreeSet<Role>, days: i64) -> Result<(), ServiceError> {
    let asked = |sentence: &str| Err(ServiceError::Asked(sentence.to_owned()));
    if roles.is_empty() || !roles.is_subset(&owner.roles) {
        return asked("Choose one or more of your own roles for the token.");
    }
    if !(1..=LONGEST_DAYS).contains(&days) {
        return Err(ServiceError::Asked(format!("A token lasts from 1 to {LONGEST_DAYS} days: say how many.")));
    }
    if name.is_empty() {
        return asked("Give the token a name: what will use it.");
    }
    Ok(())
}

fn read_roles(words: &str) -> BTreeSet<Role> {
    Role::ALL.iter().copied().filter(|role| words.split('+').any(|word| word == role.as_str())).collect()
}

fn shown(token: Token) -> ApiToken {
    ApiToken {
        roles: read_roles(&token.roles),
        made_at: moment(token.made_at),
        ends_at: token.ends_at.map(moment),
        used_at: token.used_at.map(moment),
        id: token.id,
        name: token.name,
        agency: token.agency,
    }
}

//! The door: what may be read and written before anybody is known, and by members of staff about their own way in. It
//! reaches the tables of accounts and the staff register, and nothing else; what happens at it is entered in the log.

use super::{Path, unless_proved};
use crate::directory::{self, Directory};
use crate::policy::{Doing, Subject, wanted};
use crate::{Actor, Proof, Request, ServiceError, Wanted};
use jiff::Timestamp;
use record::Purpose;
use std::sync::{Arc, PoisonError};
use store::access_log::{self, Action, Entry, Outcome};
use store::accounts::{Accounts, Session};
use store::events::{self, NewEvent};
use uuid::Uuid;

/// A transaction at the door.
pub(crate) struct Door<'t> {
    /// The tables of accounts.
    pub(crate) accounts: Accounts<'t>,
    entries: Vec<(Entry, Vec<NewEvent>)>,
}

/// What happened at the door, for the log. It never holds what was typed.
pub(crate) struct Happening<'a> {
    pub(crate) at: Timestamp,
    pub(crate) request: Uuid,
    /// The account; none when what was typed is no account, for it may be a password.
    pub(crate) account: Option<&'a str>,
    pub(crate) what: &'a str,
    pub(crate) address: &'a str,
    pub(crate) outcome: Outcome,
}

impl Door<'_> {
    /// Enters what happened in the log, in this transaction.
    pub(crate) fn enter(&mut self, happening: &Happening<'_>) {
        self.register(happening, Vec::new());
    }

    /// Appends to the staff register, and enters it in the log.
    pub(crate) fn register(&mut self, happening: &Happening<'_>, events: Vec<NewEvent>) {
        let from = if happening.address.is_empty() { String::new() } else { format!("; from {}", happening.address) };
        let entry = Entry {
            at: happening.at.as_microsecond(),
            actor: happening.account.unwrap_or("unknown").to_owned(),
            role: String::new(),
            agency: String::new(),
            action: if events.is_empty() { Action::Consultation } else { Action::Alteration },
            stream: None,
            detail: format!("{}{from}", happening.what),
            purpose: "sign_in".to_owned(),
            outcome: happening.outcome,
            request: happening.request.to_string(),
            appends: Vec::new(),
        };
        self.entries.push((entry, events));
    }
}

impl Path {
    /// Who works here: read from the staff register, and kept until the register changes.
    pub(crate) fn directory(&self) -> Result<Arc<Directory>, ServiceError> {
        let version = self.store.read(|tx| events::version(tx, &directory::register()))?;
        self.directory_at(version)
    }

    fn directory_at(&self, version: i64) -> Result<Arc<Directory>, ServiceError> {
        let kept = self.directory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.version() >= version) {
            return Ok(kept);
        }
        let entries = self.store.read(|tx| events::read(tx, &directory::register(), None))?;
        let fresh = Arc::new(Directory::of(&entries)?);
        let mut kept = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| kept.version() < fresh.version()) {
            *kept = Some(Arc::clone(&fresh));
        }
        Ok(fresh)
    }

    /// A session with the directory of the same moment.
    pub(crate) fn session(&self, id: &[u8]) -> Result<(Option<Session>, Arc<Directory>), ServiceError> {
        let (session, version) = self.store.read(|tx| {
            let version = events::version(tx, &directory::register())?;
            Ok((Accounts::of(tx).session(id)?, version))
        })?;
        Ok((session, self.directory_at(version)?))
    }

    /// Reads at the door.
    pub(crate) fn look_at_the_door<T>(
        &self,
        look: impl FnOnce(&mut Accounts<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.store.try_read(|tx| look(&mut Accounts::of(tx)))
    }

    /// Writes at the door, with the entries in the log, in one transaction.
    pub(crate) fn at_the_door<T, F>(&self, act: F) -> Result<T, ServiceError>
    where
        F: FnOnce(&mut Door<'_>) -> Result<T, ServiceError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.try_write(move |tx| {
            let mut door = Door { accounts: Accounts::of(tx), entries: Vec::new() };
            let done = act(&mut door)?;
            let entries = door.entries;
            for (mut entry, events) in entries {
                if !events.is_empty() {
                    let version = events::version(tx, &directory::register())?;
                    entry.appends.push(events::append(tx, &directory::register(), version, &events)?);
                }
                access_log::write(tx, &entry)?;
            }
            Ok(done)
        })
    }

    /// Looks at accounts as somebody who is signed in: decides, enters the look, then answers.
    pub(crate) fn look_at_accounts<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        look: impl FnOnce(&mut Accounts<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.decide_on_accounts(request, doing, "", Action::Consultation)?;
        self.enter(request, doing, Action::Consultation, None, Outcome::Allowed)?;
        self.look_at_the_door(look)
    }

    /// Changes accounts, and perhaps the staff register, as somebody who is signed in: decides, then acts and enters it
    /// in one transaction. `part` says in the log what was done.
    pub(crate) fn on_accounts<T, F>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        part: &str,
        act: F,
    ) -> Result<T, ServiceError>
    where
        F: FnOnce(&mut Accounts<'_>, &mut Vec<NewEvent>) -> Result<T, ServiceError> + Send + 'static,
        T: Send + 'static,
    {
        self.decide_on_accounts(request, doing, part, Action::Alteration)?;
        let mut entry = Self::entry(request, doing, Action::Alteration, None, Outcome::Allowed);
        entry.detail = format!("{}: {part}", entry.detail);
        let done = self.store.try_write(move |tx| {
            let mut appended = Vec::new();
            let done = act(&mut Accounts::of(tx), &mut appended)?;
            if !appended.is_empty() {
                let version = events::version(tx, &directory::register())?;
                entry.appends.push(events::append(tx, &directory::register(), version, &appended)?);
            }
            access_log::write(tx, &entry)?;
            Ok(done)
        });
        if done.is_err() {
            self.enter_part(request, doing, part, Action::Alteration)?;
        }
        done
    }

    fn decide_on_accounts(
        &self,
        request: &Request<'_>,
        doing: Doing,
        part: &str,
        action: Action,
    ) -> Result<(), ServiceError> {
        let actor = request.actor;
        let area = Subject::Area { agency: actor.agency.as_str(), team: "", worker: actor.id.as_str() };
        let allows = |request: &Request<'_>| self.policy.allows(request, doing, "", &area);
        if allows(request)? {
            return Ok(());
        }
        self.enter_part(request, doing, part, action)?;
        Err(unless_proved(request, doing.refusal(), allows)?)
    }

    /// Whether somebody needs a passkey to change how they sign in: then they begin with one.
    pub(crate) fn needs_passkey(&self, actor: &Actor, at: Timestamp) -> Result<bool, ServiceError> {
        let by_two_factors =
            Request { proof: Proof::TwoFactors, ..Request::new(actor, Purpose::Management, at, Uuid::nil()) };
        let area = Subject::Area { agency: actor.agency.as_str(), team: "", worker: actor.id.as_str() };
        let allows = |request: &Request<'_>| self.policy.allows(request, Doing::ChangeWayIn, "", &area);
        Ok(!allows(&by_two_factors)? && wanted(&by_two_factors, allows)? == Some(Wanted::Passkey))
    }

    /// Enters that something was refused.
    fn enter_part(&self, request: &Request<'_>, doing: Doing, part: &str, action: Action) -> Result<(), ServiceError> {
        let mut entry = Self::entry(request, doing, action, None, Outcome::Refused);
        if !part.is_empty() {
            entry.detail = format!("{}: {part}", entry.detail);
        }
        self.store.write(move |tx| access_log::write(tx, &entry).map(drop))?;
        Ok(())
    }
}

//! Who acts, on which store, at what moment.

use crate::arguments::Common;
use crate::rule_files::RuleFiles;
use crate::{out, platform};
use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;
use jiff::civil::Date;
use record::{Purpose, WorkerRef};
use service::{Actor, Keys, PersonId, Request, Service};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Access, Location, Options, Store};

/// A member of staff at an open store.
pub(crate) struct Session {
    pub(crate) service: Arc<Service>,
    pub(crate) actor: Actor,
    pub(crate) now: Timestamp,
    pub(crate) rule_files: RuleFiles,
    purpose: Option<Purpose>,
    reason: Option<String>,
}

impl Session {
    /// Opens the store that is there, for the account that was named.
    pub(crate) fn open(common: &Common) -> Result<Self> {
        let account = account(common)?;
        let now = platform::now(common.now.as_deref())?;
        let rule_files = RuleFiles::find(common.rules.as_deref())?;
        let service = service(common, &rule_files, now, Access::Write)?;
        let actor = service.actor(&account)?.ok_or_else(|| {
            anyhow!(
                "\"{account}\" is not on the staff register of {}: check the account, or have an administrator add it (throughline staff add)",
                shown(common)
            )
        })?;
        Ok(Self::of(common, Arc::new(service), actor, now, rule_files))
    }

    /// A session of somebody who is known already.
    pub(crate) fn of(
        common: &Common,
        service: Arc<Service>,
        actor: Actor,
        now: Timestamp,
        rule_files: RuleFiles,
    ) -> Self {
        let purpose = common.purpose.map(Into::into);
        Self { service, actor, now, rule_files, purpose, reason: common.reason.clone() }
    }

    /// The same store at the same moment, for somebody else.
    pub(crate) fn as_another(&self, actor: Actor) -> Self {
        Self {
            service: Arc::clone(&self.service),
            actor,
            now: self.now,
            rule_files: self.rule_files.clone(),
            purpose: self.purpose,
            reason: self.reason.clone(),
        }
    }

    /// The same store for the same person, at another moment.
    pub(crate) fn at(&self, now: Timestamp) -> Self {
        Self { now, ..self.as_another(self.actor.clone()) }
    }

    /// A request of the actor; `usual` is what it is for unless another purpose was named.
    pub(crate) fn request(&self, usual: Purpose) -> Request<'_> {
        let purpose = self.purpose.unwrap_or(usual);
        let request = Request::new(&self.actor, purpose, self.now, platform::new_id(self.now));
        Request { reason: self.reason.as_deref(), ..request }
    }

    pub(crate) fn today(&self) -> Date {
        platform::today(self.now)
    }
}

/// The account that was named.
pub(crate) fn account(common: &Common) -> Result<WorkerRef> {
    let named = common.acting_as.as_deref().ok_or_else(|| {
        anyhow!("say who acts with --as ACCOUNT: every look and every change is entered in the access log under a name")
    })?;
    WorkerRef::try_from(named).with_context(|| format!("--as {named}"))
}

/// The service on the store that was named, with the rules that were named.
pub(crate) fn service(common: &Common, rules: &RuleFiles, now: Timestamp, access: Access) -> Result<Service> {
    let safeguards = rules.safeguards()?;
    let (policy, rules) = (rules.policy()?, rules.rules(&common.rulebook, common.local.as_deref())?);
    let store = store(common, now, access)?;
    let keys = keys(common, store.witness(), access)?;
    Ok(Service::new(store, policy, rules).guarded_by(safeguards).sealing_with(keys))
}

/// The keys of the authenticators' secrets: in the file that was named, or beside the witness, away from the database. The first
/// time it is made.
fn keys(common: &Common, witness: &Path, access: Access) -> Result<Keys> {
    let file = key_file(common, witness);
    if file.is_file() {
        return Keys::parse(&platform::read_text(&file)?).with_context(|| file.display().to_string());
    }
    if access == Access::Read {
        return Ok(Keys::default());
    }
    let line = Keys::line(&platform::secret()?);
    platform::create_private(&file, &format!("{line}\n"))?;
    Ok(Keys::parse(&line)?)
}

/// Where the keys of the authenticators' secrets are.
fn key_file(common: &Common, witness: &Path) -> PathBuf {
    common.key_file.clone().unwrap_or_else(|| witness.with_extension("key"))
}

/// The store that was named, open; what its start warns of is told.
pub(crate) fn store(common: &Common, now: Timestamp, access: Access) -> Result<Store> {
    let options = Options {
        access,
        witness: common.witness.clone(),
        accept_lost_tail: common.accept_lost_tail,
        ..Options::new(now.as_microsecond())
    };
    let store = Store::open(&location(common)?, &options)?;
    for warning in store.warnings() {
        out::tell(format_args!("throughline: {warning}"));
    }
    Ok(store)
}

/// Where the store is.
pub(crate) fn location(common: &Common) -> Result<Location> {
    Ok(common.store.parse()?)
}

/// The store's place as it may be shown: never with a password.
fn shown(common: &Common) -> String {
    location(common).map_or_else(|_| "the store".to_owned(), |location| location.to_string())
}

/// A person that was named.
pub(crate) fn person(id: &str) -> Result<PersonId> {
    PersonId::new(id).with_context(|| format!("the person \"{id}\""))
}

//! The desk: what every request shares, and the one door to the service.

use crate::session::Seen;
use crate::sign_in::Provider;
use crate::trouble::Trouble;
use crate::words::Names;
use crate::{Words, assets, sign_in};
use jiff::Timestamp;
use record::Purpose;
use service::{Request, Service, ServiceError};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use uuid::Uuid;
use webauthn_rs::Webauthn;

/// What only the edge of the program may do: read the time, make identifiers and secrets.
#[derive(Clone)]
pub struct Platform {
    /// The time now.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A new identifier, ordered by time.
    pub new_id: Arc<dyn Fn(Timestamp) -> Uuid + Send + Sync>,
    /// 32 bytes that nobody can guess.
    pub secret: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
}

/// Sets a document as PDF.
pub type PdfMaker = fn(&documents::Document) -> Result<Vec<u8>, documents::PdfError>;

/// How this desk is set up.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What this desk says it is, on every page: a demonstration's banner, or nothing.
    pub banner: Option<String>,
    /// The address under which browsers know this desk, such as `https://desk.example`: passkeys belong to it, and an
    /// identity provider sends people back to it. Without it there are neither.
    pub origin: Option<String>,
    /// A proxy of ours stands before the desk: then the last address in `X-Forwarded-For` is the caller's.
    pub behind_proxy: bool,
    /// Who signs people in besides the desk itself.
    pub provider: Option<Provider>,
    /// Sets a document as PDF; none where this program does not.
    pub pdf: Option<PdfMaker>,
    /// What the sign-in page of a demonstration tells: role, account and password of whoever can be tried.
    pub demonstration: Vec<(String, String, String)>,
}

/// What every request shares. Clones are cheap.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    service: Arc<Service>,
    words: Words,
    platform: Platform,
    config: Config,
    /// What each standard in force is called, by its id.
    standards: Arc<BTreeMap<String, String>>,
    passkeys: Option<Webauthn>,
    at_work: Semaphore,
}

/// Requests that may be in the service at once; the others wait. More would only wait for the disk.
const AT_WORK: usize = 64;

impl Desk {
    /// A desk on a service.
    pub fn new(service: Arc<Service>, words: Words, platform: Platform, config: Config) -> Self {
        let at_work = Semaphore::new(AT_WORK);
        let passkeys = config.origin.as_deref().and_then(sign_in::checker);
        let standards = service.rules().rulebook().standards().iter();
        let standards = standards.map(|standard| (standard.id().to_owned(), standard.title().to_owned())).collect();
        Self(Arc::new(Inner { service, words, platform, config, standards: Arc::new(standards), passkeys, at_work }))
    }

    pub(crate) fn words(&self) -> &Words {
        &self.0.words
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// The script that uses passkeys; none where the desk does not know its own address.
    pub(crate) fn passkey_script(&self) -> Option<&'static str> {
        self.0.passkeys.is_some().then(|| assets::path("passkey.mjs"))
    }

    /// What checks passkeys.
    pub(crate) fn passkeys(&self) -> Result<&Webauthn, Trouble> {
        self.0.passkeys.as_ref().ok_or(Trouble::NotFound)
    }

    /// What each standard in force is called, by its id.
    pub(crate) fn standards(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.0.standards)
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        (self.0.platform.now)()
    }

    /// Asks the service on behalf of whoever is signed in. The service blocks, so it works on a thread that may.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        seen: &Seen,
        purpose: Purpose,
        act: impl FnOnce(&Service, &Request<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.ask_because(seen, purpose, None, act).await
    }

    /// As [`Desk::ask`], with the reason given for looking at a case that is not one's own.
    pub(crate) async fn ask_because<T: Send + 'static>(
        &self,
        seen: &Seen,
        purpose: Purpose,
        reason: Option<String>,
        act: impl FnOnce(&Service, &Request<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (actor, away) = (seen.actor.clone(), seen.is_away());
        let (proof, proved_at) = (seen.proof, seen.proved_at());
        self.blocking(move |desk| {
            let now = desk.now();
            let id = (desk.0.platform.new_id)(now);
            let asked = Request::new(&actor, purpose, now, id);
            let request = Request { reason: reason.as_deref(), proof, proved_at, away, ..asked };
            act(&desk.0.service, &request).map_err(Trouble::from)
        })
        .await
    }

    /// The rules in force: what the rulebook says of nobody in particular.
    pub(crate) fn rules(&self) -> &service::Rules {
        self.0.service.rules()
    }

    /// What staff, teams, councils and standards are called.
    pub(crate) fn names(&self, seen: &Seen) -> Names {
        Names { directory: Arc::clone(&seen.directory), standards: self.standards() }
    }

    /// What signing in asks before there is anybody to act.
    pub(crate) async fn before_sign_in<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.blocking(move |desk| look(&desk.0.service).map_err(Trouble::from)).await
    }

    /// Does something that waits for somebody else: an identity provider. It has no place in the service meanwhile.
    pub(crate) async fn at_rest<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        tokio::task::spawn_blocking(act).await.map_err(|error| Trouble::internal(&error))?
    }

    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Self) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let _place = self.0.at_work.acquire().await.map_err(|error| Trouble::internal(&error))?;
        // To wait for another thread to begin, and for this one to go on, takes longer than most looks at the database.
        match Handle::current().runtime_flavor() {
            RuntimeFlavor::MultiThread => tokio::task::block_in_place(|| act(self)),
            // There is nobody beside whom it would hold up.
            _ => act(self),
        }
    }
}

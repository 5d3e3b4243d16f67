//! Webhooks: other systems are told, thinly, that something was recorded about a person whom they may know of. What it was
//! they ask for through the API, with their own rights.

mod courier;
mod delivery;
mod destination;
mod event;

pub use courier::Courier;
pub(crate) use delivery::KIND;
pub use destination::Destinations;
pub(crate) use event::CloudEvent;

use crate::jobs::moment;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{Actor, Request, Service, ServiceError};
use jiff::Timestamp;
use record::{Line, WorkerRef};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use store::access_log::Action;
use store::jobs::{self, JobState};
use store::subscriptions::{self, Subscription};
use uuid::Uuid;

/// The most subscriptions that are told at once.
const MOST: usize = 20;

/// A subscription to be made. The secret is the caller's: 32 bytes that nobody can guess.
#[derive(Clone)]
pub struct NewSubscription {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub title: Line,
    /// Where events are sent.
    pub url: String,
    /// Which kinds of event, `contact.held`, or parts, `contact`; none for all.
    pub kinds: Vec<String>,
    /// What each delivery is signed with.
    pub secret: [u8; 32],
}

/// A subscription as administrators see it; never its secret.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SubscriptionView {
    /// Its id.
    pub id: Uuid,
    /// Its account, to which a restricted record can be opened by name.
    pub account: String,
    /// What people call it.
    pub title: String,
    /// Where events are sent.
    pub url: String,
    /// Which kinds of event; none for all.
    pub kinds: Vec<String>,
    /// When it was made.
    pub made: Timestamp,
    /// By whom.
    pub made_by: String,
    /// When it was stopped.
    pub stopped: Option<Timestamp>,
    /// Events that wait to be delivered.
    pub waiting: u64,
    /// When the oldest of these was recorded.
    pub oldest: Option<Timestamp>,
    /// Events that were given up.
    pub dead: u64,
}

/// The secret of a subscription as its receiver writes it down.
pub fn shown_secret(secret: &[u8; 32]) -> String {
    format!("whsec_{}", event::base64(secret))
}

/// A subscription as the outbox and the delivery use it.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) id: Uuid,
    pub(crate) actor: Actor,
    pub(crate) url: String,
    kinds: Vec<String>,
    pub(crate) secret: Secret,
}

/// Bytes that are not shown.
pub(crate) struct Secret(pub(crate) Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Subscriber {
    pub(crate) fn read(stored: Subscription) -> Result<Self, ServiceError> {
        let unreadable = |error: &dyn std::fmt::Display| {
            ServiceError::Asked(format!("the subscription {} cannot be read: {error}", stored.id))
        };
        Ok(Self {
            id: stored.id,
            actor: Actor {
                id: WorkerRef::try_from(account(&stored.id).as_str()).map_err(|error| unreadable(&error))?,
                roles: BTreeSet::new(),
                agency: stored.agency.as_str().try_into().map_err(|error| unreadable(&error))?,
                team: None,
            },
            kinds: serde_json::from_str(&stored.kinds).map_err(|error| unreadable(&error))?,
            url: stored.url,
            secret: Secret(stored.secret),
        })
    }

    /// Whether this kind of event was asked for, by itself or with its part of practice.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        let part = kind.split('.').next().unwrap_or_default();
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind || wanted == part)
    }

    /// The id of the delivery of one event: the same event is asked for once.
    pub(crate) fn job_for(&self, event: &Uuid) -> Uuid {
        let digest = Sha256::digest([self.id.as_bytes().as_slice(), event.as_bytes()].concat());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn account(id: &Uuid) -> String {
    format!("webhook-{}", id.simple())
}

impl Service {
    /// Subscribes another system of the actor's agency to events.
    pub fn subscribe(&self, request: &Request<'_>, new: &NewSubscription) -> Result<(), ServiceError> {
        self.path.act_on_many(request, Doing::ManageSubscriptions, Action::Disclosure, |permitted| {
            self.destinations.check(&new.url).map_err(ServiceError::Asked)?;
            for kind in &new.kinds {
                check_kind(kind)?;
            }
            let subscription = Subscription {
                id: new.id,
                agency: request.actor.agency.to_string(),
                title: new.title.as_str().to_owned(),
                url: new.url.clone(),
                secret: new.secret.to_vec(),
                kinds: serde_json::Value::from(new.kinds.clone()).to_string(),
                made_at: request.at.as_microsecond(),
                made_by: request.actor.id.to_string(),
                stopped_at: None,
            };
            let added = permitted.change(move |tx| {
                let active = subscriptions::all(tx)?.iter().filter(|one| one.stopped_at.is_none()).count();
                if active >= MOST { Ok(None) } else { subscriptions::add(tx, &subscription).map(Some) }
            })?;
            self.path.forget_subscribers();
            match added {
                Some(true) => Ok(()),
                Some(false) => Err(ServiceError::SaidDifferently),
                None => Err(ServiceError::Asked(format!("{MOST} subscriptions are told already: stop one first"))),
            }
        })
    }

    /// Stops a subscription: nothing more is delivered, also not what waits.
    pub fn stop_subscription(&self, request: &Request<'_>, id: Uuid) -> Result<(), ServiceError> {
        let (now, agency) = (request.at.as_microsecond(), request.actor.agency.to_string());
        self.path.act_on_many(request, Doing::ManageSubscriptions, Action::Alteration, |permitted| {
            let stopped = permitted.change(move |tx| {
                let own = subscriptions::all(tx)?.iter().any(|one| one.id == id && one.agency == agency);
                let stopped = own && subscriptions::stop(tx, &id, now)?;
                if stopped {
                    jobs::cancel_all(tx, KIND.word, &id.to_string())?;
                }
                Ok(stopped)
            })?;
            self.path.forget_subscribers();
            if stopped { Ok(()) } else { Err(ServiceError::NotFound) }
        })
    }

    /// The subscriptions of the actor's agency, with what waits and what was given up.
    pub fn subscriptions(&self, request: &Request<'_>) -> Result<Vec<SubscriptionView>, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::ViewSubscriptions, whose, |tx| {
            let counts = jobs::counts(tx)?.into_iter().filter(|count| count.kind == KIND.word);
            let counts: BTreeMap<_, _> =
                counts.map(|count| ((count.about, count.state), (count.jobs, count.oldest))).collect();
            let of = |id: &Uuid, state| counts.get(&(id.to_string(), state)).copied();
            let all = subscriptions::all(tx)?.into_iter();
            all.filter(|one| one.agency == request.actor.agency.as_str())
                .map(|one| {
                    let waiting = of(&one.id, JobState::Open);
                    let dead = of(&one.id, JobState::Dead);
                    Ok(SubscriptionView {
                        id: one.id,
                        account: account(&one.id),
                        kinds: Subscriber::read(one.clone())?.kinds,
                        title: one.title,
                        url: one.url,
                        made: moment(one.made_at)?,
                        made_by: one.made_by,
                        stopped: one.stopped_at.map(moment).transpose()?,
                        waiting: waiting.and_then(|(n, _)| u64::try_from(n).ok()).unwrap_or_default(),
                        oldest: waiting.map(|(_, oldest)| moment(oldest)).transpose()?,
                        dead: dead.and_then(|(n, _)| u64::try_from(n).ok()).unwrap_or_default(),
                    })
                })
                .collect()
        })
    }
}

/// A kind of event, or a part of practice, that exists.
fn check_kind(kind: &str) -> Result<(), ServiceError> {
    let exists = record::What::KINDS.iter().any(|(known, _)| *known == kind || known.split('.').next() == Some(kind));
    if exists {
        return Ok(());
    }
    let shown: String = kind.chars().take(40).collect();
    Err(ServiceError::Asked(format!(
        "there is no kind of event \"{shown}\": write one such as contact.held, or a part of practice such as contact"
    )))
}

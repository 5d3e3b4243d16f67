//! Telling others: what an append has to tell is asked for in the append's own transaction, so that neither can be without
//! the other. Who may be told is decided by the policies, when the event is recorded and again before it is delivered.

use super::Path;
use crate::policy::{Doing, Subject};
use crate::webhooks::{CloudEvent, KIND, Subscriber};
use crate::{PersonId, Request, ServiceError};
use jiff::Timestamp;
use record::{AreaRef, Purpose, Record};
use std::sync::{Arc, Mutex, PoisonError};
use store::events::NewEvent;
use store::jobs::NewJob;
use store::subscriptions;
use uuid::Uuid;

/// The subscriptions as this server last read them. Another server's change is known here after a few seconds; a stopped one
/// is told nothing at once, because delivery looks again.
#[derive(Default)]
pub(super) struct Remembered(Mutex<Option<(Timestamp, Arc<Vec<Subscriber>>)>>);

/// How long, in seconds.
const REMEMBERED: i64 = 5;

impl Path {
    /// Who is told of events.
    pub(crate) fn subscribers(&self, now: Timestamp) -> Result<Arc<Vec<Subscriber>>, ServiceError> {
        let mut remembered = self.subscribers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, subscribers)) = &*remembered
            && (0..REMEMBERED).contains(&now.duration_since(*read).as_secs())
        {
            return Ok(Arc::clone(subscribers));
        }
        let stored = self.store.read(subscriptions::all)?;
        let active = stored.into_iter().filter(|subscription| subscription.stopped_at.is_none());
        let subscribers = Arc::new(active.map(Subscriber::read).collect::<Result<Vec<_>, _>>()?);
        *remembered = Some((now, Arc::clone(&subscribers)));
        Ok(subscribers)
    }

    /// Reads the subscriptions anew at the next occasion.
    pub(crate) fn forget_subscribers(&self) {
        *self.subscribers.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What others have to be told of these events, which bring the record to where it is after `version`.
    pub(crate) fn to_tell(
        &self,
        request: &Request<'_>,
        (person, record): (&PersonId, &Record),
        version: i64,
        events: &[NewEvent],
    ) -> Result<Vec<NewJob>, ServiceError> {
        let subscribers = self.subscribers(request.at)?;
        let mut jobs = Vec::new();
        for subscriber in subscribers.iter() {
            for (event, version) in events.iter().zip(version + 1..) {
                let told = CloudEvent::of(person, event, version)?;
                if subscriber.wants(&told.kind)
                    && self.allowed_to_know(request.at, subscriber, (person, record), &told)?
                {
                    jobs.push(NewJob {
                        id: subscriber.job_for(&event.id),
                        kind: KIND.word.to_owned(),
                        about: subscriber.id.to_string(),
                        payload: told.to_json(),
                        once: None,
                        run_at: event.recorded,
                    });
                }
            }
        }
        Ok(jobs)
    }

    /// Whether a subscriber may be told now, as the record stands now: much can have changed since the event.
    pub(crate) fn may_be_told(
        &self,
        now: Timestamp,
        subscriber: &Subscriber,
        told: &CloudEvent,
    ) -> Result<bool, ServiceError> {
        let Ok(person) = PersonId::new(&told.subject) else { return Ok(false) };
        match self.known(&person)? {
            Some(known) => self.allowed_to_know(now, subscriber, (&person, &known.record), told),
            None => Ok(false),
        }
    }

    fn allowed_to_know(
        &self,
        now: Timestamp,
        subscriber: &Subscriber,
        (person, record): (&PersonId, &Record),
        told: &CloudEvent,
    ) -> Result<bool, ServiceError> {
        let request = Request::new(&subscriber.actor, Purpose::Supervision, now, Uuid::nil());
        let subject = Subject::Person { id: person.as_str(), record, on: request.today() };
        let from = AreaRef::try_from(told.agency()).map_err(|error| ServiceError::Asked(error.to_string()))?;
        self.policy.allows_of(&request, Doing::BeTold, (&told.kind, from.as_str()), &subject)
    }
}

//! Delivery: at least once, in the order of recording as far as the receiver allows, each signed, each entered as a disclosure.

use super::event::signature;
use super::{CloudEvent, Courier, Subscriber};
use crate::jobs::{Attempt, Edge, Kind, Worked};
use crate::{Service, ServiceError};
use jiff::SignedDuration;
use record::Purpose;
use store::StreamId;
use store::access_log::{Action, Entry, Outcome};
use store::jobs::Job;

/// Deliveries of webhooks: tried for about two days.
pub(crate) const KIND: Kind = Kind {
    word: "webhook",
    lease: SignedDuration::from_secs(120),
    one_attempt: SignedDuration::from_secs(15),
    at_once: 50,
    first_pause: SignedDuration::from_secs(10),
    longest_pause: SignedDuration::from_hours(6),
    most_attempts: 16,
};

/// How long it is remembered what was delivered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Service {
    /// One round of deliveries: each subscription has its own, so that a receiver who is down keeps nobody waiting. The
    /// program calls this again and again; nothing is lost between two calls, or when one breaks off.
    pub fn deliver_webhooks(&self, edge: Edge<'_>, courier: &Courier) -> Result<Worked, ServiceError> {
        let subscribers = self.path.subscribers((edge.now)())?;
        let rounds = std::thread::scope(|scope| {
            let threads: Vec<_> = (subscribers.iter())
                .map(|subscriber| scope.spawn(move || self.deliver_to(edge, courier, subscriber)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Ok(Worked::default())))
                .collect::<Vec<_>>()
        });
        let mut worked = Worked::default();
        for round in rounds {
            worked += round?;
        }
        Ok(worked)
    }

    /// Forgets deliveries that were made more than 30 days ago; answers how many.
    pub fn forget_deliveries(&self, edge: Edge<'_>) -> Result<u64, ServiceError> {
        let before = (edge.now)().checked_sub(REMEMBERED).unwrap_or_default();
        self.path.forget_done(KIND.word, before)
    }

    fn deliver_to(&self, edge: Edge<'_>, courier: &Courier, subscriber: &Subscriber) -> Result<Worked, ServiceError> {
        let about = subscriber.id.to_string();
        self.work(edge, &KIND, Some(&about), true, &mut |job| self.deliver(edge, courier, subscriber, job))
    }

    fn deliver(
        &self,
        edge: Edge<'_>,
        courier: &Courier,
        subscriber: &Subscriber,
        job: &Job,
    ) -> Result<Attempt, ServiceError> {
        let now = (edge.now)();
        let Ok(told) = CloudEvent::from_json(&job.asked.payload) else {
            return Ok(Attempt::Hopeless("the delivery cannot be read any more".to_owned()));
        };
        if !self.path.may_be_told(now, subscriber, &told)? {
            // The record was closed to them since: there is nothing to tell, and nothing to show.
            return Ok(Attempt::Done(None));
        }
        let body = told.to_json();
        let seconds = now.as_second();
        let signed = signature(&subscriber.secret.0, &told.id, seconds, &body);
        let seconds = seconds.to_string();
        let headers =
            [("webhook-id", told.id.as_str()), ("webhook-timestamp", &seconds), ("webhook-signature", &signed)];
        match courier.post(&subscriber.url, &headers, &body) {
            Err(why) => Ok(Attempt::Failed(why)),
            Ok(()) => Ok(Attempt::Done(Some(Box::new(Entry {
                at: now.as_microsecond(),
                actor: subscriber.actor.id.to_string(),
                role: "webhook".to_owned(),
                agency: subscriber.actor.agency.to_string(),
                action: Action::Disclosure,
                stream: Some(StreamId::new("person", told.subject.as_str())),
                detail: format!("be_told; event {}", told.id),
                purpose: Purpose::Supervision.as_str().to_owned(),
                outcome: Outcome::Allowed,
                request: job.asked.id.to_string(),
                appends: Vec::new(),
            })))),
        }
    }
}

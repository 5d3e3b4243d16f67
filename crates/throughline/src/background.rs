//! What the program does by itself while the desk is open: messages about appointments, webhooks, and each day what time
//! alone has changed. Everything is asked for in the database, so nothing is lost when the program stops; any number of
//! servers may do it at once.

use jiff::Timestamp;
use jiff::civil::Date;
use post::Post;
use record::Purpose;
use service::{Actor, Courier, Edge, Request, Role, Service, ServiceError};
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use web::Platform;

/// The pause between two looks at what is to be done.
const PAUSE: Duration = Duration::from_secs(2);
/// The pause after something failed: the database may be on its way back.
const AFTER_TROUBLE: Duration = Duration::from_secs(30);

/// The work in the background. It ends, with what it is just doing, when this is dropped.
pub(crate) struct Background {
    told: Arc<Told>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Told {
    to_stop: Mutex<bool>,
    changed: Condvar,
}

impl Told {
    fn stop(&self) {
        *self.to_stop.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits; answers whether to go on.
    fn goes_on_after(&self, pause: Duration) -> bool {
        let to_stop = self.to_stop.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(to_stop, pause, |to_stop| !*to_stop);
        !*waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.told.stop();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Background {
    /// Begins: messages and the daily upkeep on one thread, webhooks on another, so that a receiver who is slow keeps no
    /// reminder waiting.
    pub(crate) fn begin(
        service: &Arc<Service>,
        platform: &Platform,
        (post, alarms_to): (Post, Vec<String>),
        courier: Courier,
    ) -> Self {
        let told = Arc::new(Told::default());
        let mut daily = Daily { actor: background(), done_on: None };
        let threads = vec![
            repeat("messages", service, platform, &told, move |service, edge| {
                daily.when_a_day_begins(service, edge)?;
                service.raise_overdue_reviews(edge)?;
                service.tell_of_alarms(edge, &post, &alarms_to)?;
                service.send_digests(edge, &post)?;
                service.send_notices(edge, &post).map(|worked| worked.done > 0)
            }),
            repeat("webhooks", service, platform, &told, move |service, edge| {
                service.deliver_webhooks(edge, &courier).map(|worked| worked.done > 0)
            }),
        ];
        Self { told, threads: threads.into_iter().flatten().collect() }
    }
}

/// A thread that does something again and again: at once while there is more, else after a pause.
fn repeat(
    what: &'static str,
    service: &Arc<Service>,
    platform: &Platform,
    told: &Arc<Told>,
    mut turn: impl FnMut(&Service, Edge<'_>) -> Result<bool, ServiceError> + Send + 'static,
) -> Option<JoinHandle<()>> {
    let (service, platform, told) = (Arc::clone(service), platform.clone(), Arc::clone(told));
    let run = move || {
        let now = || (platform.now)();
        let new_id = || (platform.new_id)(now());
        let mut pause = Duration::ZERO;
        while told.goes_on_after(pause) {
            pause = match turn(&service, Edge { now: &now, new_id: &new_id }) {
                Ok(true) => Duration::ZERO,
                Ok(false) => PAUSE,
                Err(error) => {
                    tracing::error!(work = what, trouble = %error, "background work failed");
                    AFTER_TROUBLE
                }
            };
        }
    };
    let begun = std::thread::Builder::new().name(what.to_owned()).spawn(run);
    begun.inspect_err(|error| tracing::error!(work = what, trouble = %error, "background work did not begin")).ok()
}

/// What is done once a day: when the program starts, and after each midnight in Scotland.
struct Daily {
    actor: Option<Actor>,
    done_on: Option<Date>,
}

impl Daily {
    fn when_a_day_begins(&mut self, service: &Service, edge: Edge<'_>) -> Result<(), ServiceError> {
        let now: Timestamp = (edge.now)();
        let today = crate::platform::today(now);
        if self.done_on == Some(today) {
            return Ok(());
        }
        if let Some(actor) = &self.actor {
            let refreshed = service.refresh(&Request::new(actor, Purpose::Management, now, (edge.new_id)()))?;
            for finding in &refreshed.findings {
                tracing::error!(work = "refresh", trouble = %finding, "somebody's lists could not be brought up to date");
            }
            tracing::info!(work = "refresh", people = refreshed.people, "lists are as of today");
        }
        service.plan_notices(edge)?;
        service.plan_digests(edge)?;
        service.forget_looks(edge)?;
        service.forget_deliveries(edge)?;
        self.done_on = Some(today);
        Ok(())
    }
}

/// Under whose name the daily upkeep is entered in the access log.
fn background() -> Option<Actor> {
    Some(Actor {
        id: "background".try_into().ok()?,
        roles: BTreeSet::from([Role::Administrator]),
        agency: "background".try_into().ok()?,
        team: None,
    })
}

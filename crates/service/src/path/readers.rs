//! How many people's records each account has opened within the hour. Who reads more than their work asks for is stopped, and
//! those who must know are told at once. What was opened within the hour stays open: nobody loses the case they work on.

use super::Path;
use crate::alarms::{self, AlarmKind};
use crate::policy::Doing;
use crate::{PersonId, Proof, Request, ServiceError};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::access_log::{self, Action, Outcome};
use store::{StoreError, jobs};

const HOUR: i64 = 60 * 60 * 1_000_000;
/// What other servers have answered is read again after so long.
const READ_AGAIN: i64 = 60 * 1_000_000;

/// Whom each account has read lately.
#[derive(Default)]
pub(super) struct Readers(Mutex<HashMap<String, Reader>>);

#[derive(Default)]
struct Reader {
    /// Streams, with when each was last opened.
    people: HashMap<String, i64>,
    read_at: Option<i64>,
}

impl Reader {
    /// Whether one more may be opened; else from when.
    fn takes(&mut self, stream: &str, ceiling: usize, now: i64) -> Result<(), i64> {
        self.people.retain(|_, at| *at > now - HOUR);
        if !self.people.contains_key(stream) && self.people.len() >= ceiling {
            return Err(self.people.values().min().map_or(now, |oldest| oldest + HOUR));
        }
        self.people.insert(stream.to_owned(), now);
        Ok(())
    }
}

impl Path {
    /// Lets somebody open one more person's record, unless they have opened more within the hour than their roles' work asks
    /// for: then it is entered as refused, and the alarm is raised with it. On the machine itself nobody is counted.
    pub(super) fn within_ceiling(
        &self,
        request: &Request<'_>,
        doing: Doing,
        person: &PersonId,
    ) -> Result<(), ServiceError> {
        let ceiling = self.safeguards.people_per_hour(&request.actor.roles);
        let Some(people) = ceiling.filter(|_| request.proof != Proof::Machine) else { return Ok(()) };
        let (account, now) = (request.actor.id.as_str(), request.at.as_microsecond());
        if self.readers.is_out_of_date(account, now) {
            let known = self.store.read(|tx| access_log::people_read(tx, account, now - HOUR))?;
            self.readers.learn(account, known, now);
        }
        let most = usize::try_from(people).unwrap_or(usize::MAX);
        let Err(until) = self.readers.take(account, &person.stream().key(), most, now) else { return Ok(()) };
        let mut entry = Self::entry(request, doing, Action::Consultation, Some(person.stream()), Outcome::Refused);
        entry.detail = format!("{}: stopped after {people} people within an hour", entry.detail);
        let alarm = alarms::raised(AlarmKind::ManyPeople, request, i64::from(people));
        self.store.write(move |tx| {
            access_log::write(tx, &entry)?;
            if store::alarms::raise(tx, &alarm, now - HOUR)? {
                jobs::ask(tx, &alarms::to_tell(&alarm), now)?;
            }
            Ok::<_, StoreError>(())
        })?;
        let until = Timestamp::from_microsecond(until).unwrap_or(request.at);
        Err(ServiceError::TooMany { people, until })
    }
}

impl Readers {
    fn with<T>(&self, account: &str, act: impl FnOnce(&mut Reader) -> T) -> T {
        let mut readers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(readers.entry(account.to_owned()).or_default())
    }

    fn is_out_of_date(&self, account: &str, now: i64) -> bool {
        self.with(account, |reader| reader.read_at.is_none_or(|at| now - at >= READ_AGAIN))
    }

    fn learn(&self, account: &str, known: Vec<(String, i64)>, now: i64) {
        self.with(account, |reader| {
            for (stream, at) in known {
                let latest = reader.people.entry(stream).or_insert(at);
                *latest = at.max(*latest);
            }
            reader.read_at = Some(now);
        });
    }

    fn take(&self, account: &str, stream: &str, ceiling: usize, now: i64) -> Result<(), i64> {
        self.with(account, |reader| reader.takes(stream, ceiling, now))
    }
}

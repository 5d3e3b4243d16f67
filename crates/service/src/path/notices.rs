//! Messages to people about their appointments: whether the policies allow them, what is planned, and the one door through
//! which a message leaves: taken in the same transaction as its entry in the access log.

use super::{Known, Path, Whose};
use crate::jobs::Edge;
use crate::notices::{KIND, REMINDERS};
use crate::policy::{Doing, Subject};
use crate::{Actor, PersonId, Request, ServiceError};
use jiff::Timestamp;
use record::Purpose;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use store::access_log::{self, Action, Entry, Outcome};
use store::events::NewEvent;
use store::jobs::{self, NewJob};
use store::notices::{self, After, Notice};
use store::{StoreError, Tx};
use uuid::Uuid;

impl Path {
    /// A person's record with the messages about their appointments; none when there is no such record.
    pub(crate) fn messages_of(&self, person: &PersonId) -> Result<Option<(Known, Vec<Notice>)>, ServiceError> {
        let Some(known) = self.known(person)? else { return Ok(None) };
        let stored = self.store.read(|tx| notices::of_person(tx, &person.stream()))?;
        Ok(Some((known, stored)))
    }

    /// The messages about a person's appointments, for somebody who may see the record.
    pub(crate) fn show_messages(&self, request: &Request<'_>, person: &PersonId) -> Result<Vec<Notice>, ServiceError> {
        self.on_person(request, Doing::ViewPerson, person, None, |_| {
            Ok(self.store.read(|tx| notices::of_person(tx, &person.stream()))?)
        })
    }

    /// Whether the policies let a person be reminded.
    pub(crate) fn may_remind(&self, now: Timestamp, person: &PersonId, known: &Known) -> Result<bool, ServiceError> {
        let actor = reminders(known)?;
        let request = Request::new(&actor, Purpose::Supervision, now, Uuid::nil());
        let subject = Subject::Person { id: person.as_str(), record: &known.record, on: request.today() };
        self.policy.allows(&request, Doing::Remind, "", &subject)
    }

    /// Changes what is planned.
    pub(crate) fn replan<F>(&self, act: F) -> Result<(), ServiceError>
    where
        F: FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
    {
        Ok(self.store.write(act)?)
    }

    /// Takes a planned message and enters that it is disclosed; false when somebody else took it, or it is not wanted.
    pub(crate) fn take(
        &self,
        (person, known): (&PersonId, &Known),
        notice: Uuid,
        (said, sent_to): (String, String),
        detail: String,
        now: Timestamp,
    ) -> Result<bool, ServiceError> {
        let entry = Entry {
            at: now.as_microsecond(),
            actor: REMINDERS.to_owned(),
            role: "reminders".to_owned(),
            agency: agency(known),
            action: Action::Disclosure,
            stream: Some(person.stream()),
            detail,
            purpose: Purpose::Supervision.as_str().to_owned(),
            outcome: Outcome::Allowed,
            request: notice.to_string(),
            appends: Vec::new(),
        };
        Ok(self.store.write(move |tx| {
            let taken = notices::take(tx, &notice, &said, &sent_to, entry.at)?;
            if taken {
                access_log::write(tx, &entry)?;
            }
            Ok(taken)
        })?)
    }

    /// Says what became of a message that was taken.
    pub(crate) fn settle_message(&self, notice: Uuid, after: Settled, now: Timestamp) -> Result<(), ServiceError> {
        let now = now.as_microsecond();
        self.store.write(move |tx| {
            let after = match &after {
                Settled::Sent(reference) => After::Sent(reference),
                Settled::Again(at, why) => After::Again(at.as_microsecond(), why),
                Settled::Failed(why) => After::Failed(why),
                Settled::Unclear(why) => After::Unclear(why),
            };
            notices::settle(tx, &notice, after, now).map(drop)
        })?;
        Ok(())
    }

    /// Asks that a person's messages are looked after at a moment; once for each moment.
    pub(crate) fn look_again(&self, edge: Edge<'_>, person: &PersonId, at: Timestamp) -> Result<(), ServiceError> {
        let (now, run_at) = ((edge.now)().as_microsecond(), at.as_microsecond());
        let job = NewJob {
            id: (edge.new_id)(),
            kind: KIND.word.to_owned(),
            about: person.as_str().to_owned(),
            payload: String::new(),
            once: Some(format!("{}/{}/{run_at}", KIND.word, person.as_str())),
            run_at,
        };
        self.store.write(move |tx| jobs::ask(tx, &job, now).map(drop))?;
        Ok(())
    }

    /// Asks, in the transaction of an append, that the person's messages are looked after if it can bear on them.
    pub(super) fn to_look_after(person: &PersonId, events: &[NewEvent]) -> Option<NewJob> {
        let bearing = ["contact.", "person.contact_detail", "person.died", "amend."];
        let event = events.iter().find(|event| bearing.iter().any(|kind| event.kind.starts_with(kind)))?;
        Some(NewJob {
            id: job_after(event),
            kind: KIND.word.to_owned(),
            about: person.as_str().to_owned(),
            payload: String::new(),
            once: None,
            run_at: event.recorded,
        })
    }

    /// Asks that everybody with an appointment in the days to come is looked after; once for each day on which it is asked.
    /// What was not asked for at an append (an import) is found here.
    pub(crate) fn look_after_all(
        &self,
        edge: Edge<'_>,
        (from, until): (String, String),
        after: Option<&str>,
    ) -> Result<Option<String>, ServiceError> {
        const CHUNK: u32 = 1_000;
        let now = (edge.now)();
        let day = from.clone();
        let people = self.store.read(|tx| notices::people_expected(tx, &from, &until, after, CHUNK))?;
        let last = people.last().map(store::StreamId::key);
        let run_at = now.as_microsecond();
        let asked: Vec<NewJob> = people
            .into_iter()
            .map(|stream| NewJob {
                id: (edge.new_id)(),
                kind: KIND.word.to_owned(),
                once: Some(format!("{}/{}/{day}", KIND.word, stream.id)),
                about: stream.id,
                payload: String::new(),
                run_at,
            })
            .collect();
        if !asked.is_empty() {
            self.store.write(move |tx| jobs::ask_all(tx, &asked, run_at))?;
        }
        Ok(last)
    }

    /// As [`Path::over_many`], for what leaves the house: entered as a disclosure.
    pub(crate) fn disclose<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        look: impl FnOnce(&mut dyn Tx) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let entered = self.decide_about(request, doing, whose, Action::Disclosure, None)?;
        let looked = self.store.try_read(look);
        entered.done()?;
        looked
    }

    /// Does something that concerns the actor alone, together with its entry in the log.
    pub(crate) fn act_on_own<F>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        action: Action,
        act: F,
    ) -> Result<(), ServiceError>
    where
        F: FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
    {
        self.decide_about(request, doing, whose, action, None)?.done()?;
        Ok(self.store.write(act)?)
    }

    /// What a secret opens before there is anybody to authorise: a calendar address, and nothing else.
    pub(crate) fn calendar_address(
        &self,
        digest: &[u8; 32],
    ) -> Result<Option<store::calendar_feeds::CalendarFeed>, ServiceError> {
        Ok(self.store.read(|tx| store::calendar_feeds::find(tx, digest))?)
    }

    /// Notes that a calendar was fetched.
    pub(crate) fn calendar_fetched(&self, digest: [u8; 32], now: Timestamp) -> Result<(), ServiceError> {
        let now = now.as_microsecond();
        Ok(self.store.write(move |tx| store::calendar_feeds::fetched(tx, &digest, now))?)
    }
}

/// What became of a message that was taken.
pub(crate) enum Settled {
    Sent(String),
    Again(Timestamp, String),
    Failed(String),
    Unclear(String),
}

/// The id of the look that follows an event: the same event asks once.
fn job_after(event: &NewEvent) -> Uuid {
    let digest = Sha256::digest([KIND.word.as_bytes(), event.id.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The council that answers for the person: that of the latest order.
fn agency(known: &Known) -> String {
    let latest = known.record.orders.values().max_by_key(|order| order.imposed_on);
    latest.map_or_else(String::new, |order| order.council.to_string())
}

/// Who sends reminders: no member of staff, and without a role.
fn reminders(known: &Known) -> Result<Actor, ServiceError> {
    let unreadable = |error: record::WordsError| ServiceError::Asked(error.to_string());
    let agency = Some(agency(known)).filter(|agency| !agency.is_empty());
    Ok(Actor {
        id: REMINDERS.try_into().map_err(unreadable)?,
        roles: BTreeSet::new(),
        agency: agency.as_deref().unwrap_or("none").try_into().map_err(unreadable)?,
        team: None,
    })
}

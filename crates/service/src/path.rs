//! The one path: every request is decided by the policies and entered in the access log. Only this module holds the
//! store; a use case that wanted to go round it would not compile.

mod alarms;
mod door;
mod inbox;
mod notices;
mod openings;
mod outbox;
mod permitted;
mod person_stream;
mod plans;
mod readers;
mod streams;
mod work;

pub(crate) use door::{Door, Happening};
pub(crate) use notices::Settled;
pub(crate) use permitted::Permitted;
pub use person_stream::read_history;
pub(crate) use person_stream::{history, to_store};
pub(crate) use plans::{KnownPlan, each_plan};

use openings::Admitted;
use person_stream::stamp;

use crate::directory::Directory;
use crate::policy::{Doing, Policy, Subject, wanted};
use crate::rows::person_rows;
use crate::{Entry, Opened, PersonId, Recorded, Request, Rules, Safeguards, ServiceError};
use jiff::Timestamp;
use record::{Event, History, Proposal, Record, What};
use std::sync::{Arc, Mutex};
use store::access_log::{self, Action, Outcome};
use store::events;
use store::{Begun, Store, StoreError, StreamId, Tx, jobs, rows};

/// The store behind the policies.
pub(crate) struct Path {
    store: Store,
    policy: Policy,
    safeguards: Safeguards,
    readers: readers::Readers,
    rules: Arc<Rules>,
    subscribers: outbox::Remembered,
    /// The staff register as it was last read.
    directory: Mutex<Option<Arc<Directory>>>,
}

/// A person's history and the record that follows from it.
pub(crate) struct Known {
    pub(crate) history: History,
    pub(crate) record: Record,
    /// The reason that opens the record to the actor, where nothing else does.
    pub(crate) opened: Option<Opened>,
}

impl Known {
    fn of(history: History) -> Self {
        Self { record: history.record(), history, opened: None }
    }

    /// Whether the record is not for everyone.
    fn is_restricted(&self) -> bool {
        self.record.person.restricted_to.is_some() || !self.record.person.excluded.is_empty()
    }
}

/// What the store says of itself.
pub(crate) struct StoreHealth {
    pub(crate) database: &'static str,
    pub(crate) witnessed: Vec<(String, i64)>,
    pub(crate) warnings: Vec<String>,
}

/// Whose lists are asked for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Whose<'a> {
    pub(crate) agency: &'a str,
    pub(crate) team: &'a str,
    pub(crate) worker: &'a str,
}

impl Path {
    pub(crate) fn new(store: Store, policy: Policy, rules: Rules) -> Self {
        Self {
            store,
            policy,
            safeguards: Safeguards::default(),
            readers: readers::Readers::default(),
            rules: Arc::new(rules),
            subscribers: outbox::Remembered::default(),
            directory: Mutex::default(),
        }
    }

    pub(crate) fn guarded_by(self, safeguards: Safeguards) -> Self {
        Self { safeguards, readers: readers::Readers::default(), ..self }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The clock of the rulebook in force; its calendars were checked when the rules were put together.
    pub(crate) fn clock(&self) -> Result<clock::Clock<'_>, ServiceError> {
        self.rules.clock().map_err(|error| ServiceError::Asked(error.to_string()))
    }

    /// How many policies are in force.
    pub(crate) fn policies(&self) -> usize {
        self.policy.count()
    }

    /// What the store says of itself: nothing of what is in it.
    pub(crate) fn store_health(&self) -> Result<StoreHealth, ServiceError> {
        let heads = store::witness::read_heads(self.store.witness())?;
        Ok(StoreHealth {
            database: match self.store.location() {
                store::Location::File(_) => "SQLite",
                store::Location::Postgres(_) => "PostgreSQL",
            },
            witnessed: heads.into_iter().map(|seen| (seen.head.writer, seen.head.at)).collect(),
            warnings: self.store.warnings().to_vec(),
        })
    }

    /// Looks at one person: reads the stream, decides, enters the look, and answers once it is entered.
    pub(crate) fn on_person<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        person: &PersonId,
        known_at: Option<Timestamp>,
        look: impl FnOnce(Known) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let Some(mut known) = self.known_to(request, person)? else {
            self.enter(request, doing, Action::Consultation, Some(person.stream()), Outcome::Refused)?;
            return Err(ServiceError::NotFound);
        };
        let admitted = match self.admitted(request, doing, person, &known)? {
            admitted @ (Admitted::Freely | Admitted::Because(_)) if !is_too_long_away(request, &known) => admitted,
            refused => {
                self.enter(request, doing, Action::Consultation, Some(person.stream()), Outcome::Refused)?;
                return Err(match refused {
                    Admitted::No => Self::refusal(request, doing, &known),
                    Admitted::Unproven(wanted) => ServiceError::Unproven(wanted),
                    Admitted::WithReason => ServiceError::NeedsReason,
                    Admitted::Freely | Admitted::Because(_) => ServiceError::Away,
                });
            }
        };
        self.within_ceiling(request, doing, person)?;
        let entered = match admitted {
            Admitted::Because(opening) => {
                known.opened = Some(self.enter_opening(request, doing, *opening)?);
                None
            }
            _ => Some(self.begin_to_enter(
                request,
                doing,
                Action::Consultation,
                Some(person.stream()),
                Outcome::Allowed,
            )?),
        };
        if let Some(moment) = known_at {
            let opened = known.opened;
            known = Known { opened, ..Known::of(known.history.as_known_at(moment)) };
        }
        let looked = look(known);
        entered.map_or(Ok(()), Begun::done)?;
        looked
    }

    /// Does something beside a person's record, such as keeping a draft: decides, then acts and enters it in one transaction.
    /// With nobody named it is about a person who is not on record yet.
    pub(crate) fn beside_record<T: Send + 'static>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        person: Option<&PersonId>,
        act: impl FnOnce(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let stream = person.map(PersonId::stream);
        let known = person.map(|person| self.known_to(request, person)).transpose()?;
        let (allowed, refusal) = match (person, &known) {
            (None, _) => {
                let area = Subject::Area { agency: request.actor.agency.as_str(), team: "", worker: "" };
                (self.policy.allows(request, doing, "", &area)?, doing.refusal())
            }
            (Some(person), Some(Some(known))) => {
                let allows = |request: &Request<'_>| self.decides(request, doing, "", person, known);
                let allowed = allows(request)?;
                let away = allowed && is_too_long_away(request, known);
                let refusal = if allowed {
                    ServiceError::Away
                } else {
                    unless_proved(request, Self::refusal(request, doing, known), allows)?
                };
                (allowed && !away, refusal)
            }
            (Some(_), _) => (false, ServiceError::NotFound),
        };
        if !allowed {
            self.enter(request, doing, action, stream, Outcome::Refused)?;
            return Err(refusal);
        }
        let entry = Self::entry(request, doing, action, stream, Outcome::Allowed);
        let done = self.store.try_write(move |tx| {
            let done = act(tx)?;
            access_log::write(tx, &entry)?;
            Ok::<_, StoreError>(done)
        })?;
        Ok(done)
    }

    /// Looks at lists: decides, enters the look, and answers once it is entered.
    pub(crate) fn over_many<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        look: impl FnOnce(&mut dyn Tx) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let entered = self.decide_about(request, doing, whose, Action::Consultation, None)?;
        let looked = self.store.try_read(look);
        entered.done()?;
        looked
    }

    /// As [`Path::over_many`], for a list that is made for one person: the entry names them.
    pub(crate) fn over_many_about<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        person: &StreamId,
        look: impl FnOnce(&mut dyn Tx) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let entered = self.decide_about(request, doing, whose, Action::Consultation, Some(person.clone()))?;
        let looked = self.store.try_read(look);
        entered.done()?;
        looked
    }

    /// As [`Path::over_many`], for lists that show people by name: the closure says whose names it shows, and the entry
    /// lists them, so that the look is found again under each of them. Nothing is answered before the entry is written.
    pub(crate) fn over_many_shown<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        look: impl FnOnce(&mut dyn Tx) -> Result<(T, Vec<StreamId>), ServiceError>,
    ) -> Result<T, ServiceError> {
        let subject = Subject::Area { agency: whose.agency, team: whose.team, worker: whose.worker };
        if !self.policy.allows(request, doing, "", &subject)? {
            self.enter(request, doing, Action::Consultation, None, Outcome::Refused)?;
            return Err(doing.refusal());
        }
        let looked = self.store.try_read(look);
        let shown = looked.as_ref().map(|(_, shown)| shown.clone()).unwrap_or_default();
        let entry = Self::entry(request, doing, Action::Consultation, None, Outcome::Allowed);
        self.store.begin_note(move |tx| access_log::write_shown(tx, &entry, &shown).map(drop))?.done()?;
        looked.map(|(answer, _)| answer)
    }

    /// Does something to many records at once (an import, a refresh): decides and enters it; the closure is given what it
    /// needs to write, and enters each of its own transactions.
    pub(crate) fn act_on_many<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        act: impl FnOnce(&Permitted<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.act_on_place(request, doing, action, whose, act)
    }

    /// As [`Path::act_on_many`], for what belongs to a team or a worker.
    pub(crate) fn act_on_place<T>(
        &self,
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        whose: Whose<'_>,
        act: impl FnOnce(&Permitted<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.decide_about(request, doing, whose, action, None)?.done()?;
        act(&Permitted { path: self, request, doing, action })
    }

    /// Decides, and begins to enter it. What is allowed may be read meanwhile; nothing is answered, and nothing written,
    /// before the entry is durable.
    pub(crate) fn decide_about(
        &self,
        request: &Request<'_>,
        doing: Doing,
        whose: Whose<'_>,
        action: Action,
        about: Option<StreamId>,
    ) -> Result<Begun<()>, ServiceError> {
        let subject = Subject::Area { agency: whose.agency, team: whose.team, worker: whose.worker };
        let allows = |request: &Request<'_>| self.policy.allows(request, doing, "", &subject);
        if allows(request)? {
            return self.begin_to_enter(request, doing, action, about, Outcome::Allowed);
        }
        self.enter(request, doing, action, about, Outcome::Refused)?;
        Err(unless_proved(request, doing.refusal(), allows)?)
    }

    /// Whether a person in a list may be shown to the actor: restricted records are hidden as if they were not there.
    pub(crate) fn may_see(request: &Request<'_>, tx: &mut dyn Tx, stream: &StreamId) -> Result<bool, ServiceError> {
        Ok(rows::may_see(tx, stream, request.actor.id.as_str())?)
    }

    /// The name of a person in a list, if the actor may look at their record.
    pub(crate) fn named(
        &self,
        request: &Request<'_>,
        tx: &mut dyn Tx,
        person: &PersonId,
    ) -> Result<Option<String>, ServiceError> {
        let Some(known) = read_history(tx, &person.stream())?.map(Known::of) else { return Ok(None) };
        let may = Self::may_know_of(request, &known) && self.decides(request, Doing::ViewPerson, "", person, &known)?;
        Ok(may.then(|| known.record.person.called().unwrap_or_else(|| "Name not known".to_owned())))
    }

    /// Records things on one person's stream: decides who, decides what, appends events, read models and the log entry.
    pub(crate) fn record(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        expected: u64,
        entries: Vec<Entry>,
    ) -> Result<Recorded, ServiceError> {
        let mut known = self.known(person)?.unwrap_or_else(|| Known::of(History::default()));
        let is_new = known.history.events().is_empty();
        if let Some(recorded) = said_before(&known, &entries)? {
            return Ok(recorded);
        }
        if is_new && expected > 0 {
            // Who has read a version that cannot be: the same answer as for a record that they may not know of.
            self.enter(request, Doing::Record, Action::Alteration, Some(person.stream()), Outcome::Refused)?;
            return Err(ServiceError::NotFound);
        }
        self.decide_who(request, person, &known, is_new, &entries)?;
        if known.record.version != expected {
            self.enter(request, Doing::Record, Action::Alteration, Some(person.stream()), Outcome::Refused)?;
            return Err(conflict(expected, &known.history));
        }
        let today = request.today();
        let mut new_events = Vec::with_capacity(entries.len());
        for entry in entries {
            let stamp = stamp(request, entry.id, entry.happened);
            let proposal = Proposal { what: entry.what, happened: entry.happened };
            let decided = known.history.decide(&known.record, &proposal, today, self.rules.law());
            let decided = match decided {
                Ok(decided) => decided,
                Err(refusal) => {
                    self.enter(request, Doing::Record, Action::Alteration, Some(person.stream()), Outcome::Refused)?;
                    return Err(refusal.into());
                }
            };
            for what in decided {
                let event = Event { stamp: stamp.clone(), what };
                new_events.push(to_store(&event)?);
                known.history.push(event);
            }
            known.record = known.history.record();
        }
        let person_rows = person_rows(&known.record, &self.clock()?, today)?;
        let action = if is_new { Action::Collection } else { Action::Alteration };
        let mut entry = Self::entry(request, Doing::Record, action, Some(person.stream()), Outcome::Allowed);
        let stream = person.stream();
        let expected_version = i64::try_from(expected).unwrap_or(i64::MAX);
        let mut to_do = self.to_tell(request, (person, &known.record), expected_version, &new_events)?;
        to_do.extend(Self::to_look_after(person, &new_events));
        let written = self.store.try_write(move |tx| {
            let appended = events::append(tx, &stream, expected_version, &new_events)?;
            rows::replace(tx, &stream, &person_rows)?;
            jobs::ask_all(tx, &to_do, entry.at)?;
            entry.appends.push(appended.clone());
            access_log::write(tx, &entry)?;
            Ok::<_, StoreError>(appended)
        });
        match written {
            Ok(appended) => Ok(appended.into()),
            Err(StoreError::Conflict { .. }) => {
                self.enter(request, Doing::Record, Action::Alteration, Some(person.stream()), Outcome::Refused)?;
                let now = self.known(person)?.map(|known| known.history).unwrap_or_default();
                Err(conflict(expected, &now))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn decide_who(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        known: &Known,
        is_new: bool,
        entries: &[Entry],
    ) -> Result<(), ServiceError> {
        if entries.is_empty() {
            return Err(ServiceError::Asked("There is nothing to record.".into()));
        }
        let kinds: Vec<&str> = entries.iter().flat_map(|entry| kinds_of(&entry.what, known)).collect();
        let allows = |request: &Request<'_>| {
            let area = Subject::Area { agency: request.actor.agency.as_str(), team: "", worker: "" };
            if is_new && !self.policy.allows(request, Doing::Register, "", &area)? {
                return Ok(false);
            }
            for kind in &kinds {
                if !self.decides(request, Doing::Record, kind, person, known)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let allowed = allows(request)?;
        if allowed && !is_too_long_away(request, known) {
            return Ok(());
        }
        self.enter(request, Doing::Record, Action::Alteration, Some(person.stream()), Outcome::Refused)?;
        if allowed {
            return Err(ServiceError::Away);
        }
        let doing = if is_new { Doing::Register } else { Doing::Record };
        let refusal = if is_new { doing.refusal() } else { Self::refusal(request, doing, known) };
        Err(unless_proved(request, refusal, allows)?)
    }

    /// What to call a person whose record the actor may look at; none where they may not.
    pub(crate) fn name_if_seen(
        &self,
        request: &Request<'_>,
        tx: &mut dyn Tx,
        person: &PersonId,
    ) -> Result<Option<String>, ServiceError> {
        let stream = person.stream();
        if !Self::may_see(request, tx, &stream)? {
            return Ok(None);
        }
        let Some(known) = read_history(tx, &stream)?.map(Known::of) else { return Ok(None) };
        let seen = self.decides(request, Doing::ViewPerson, "", person, &known)? && !is_too_long_away(request, &known);
        Ok(seen.then(|| known.record.person.called().unwrap_or_else(|| "Name not known".to_owned())))
    }

    /// The refusal, as far as the actor may know that there is such a record.
    fn refusal(request: &Request<'_>, doing: Doing, known: &Known) -> ServiceError {
        if Self::may_know_of(request, known) { doing.refusal() } else { ServiceError::NotFound }
    }

    /// Whether the policies allow this on a person who is known; for what a use case shows within what it was allowed.
    pub(crate) fn decides(
        &self,
        request: &Request<'_>,
        doing: Doing,
        kind: &str,
        person: &PersonId,
        known: &Known,
    ) -> Result<bool, ServiceError> {
        let subject = Subject::Person { id: person.as_str(), record: &known.record, on: request.today() };
        self.policy.allows(request, doing, kind, &subject)
    }

    /// The kinds of event that the actor may record on a person who is known.
    pub(crate) fn recordable(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        known: &Known,
    ) -> Result<Vec<&'static str>, ServiceError> {
        let subject = Subject::Person { id: person.as_str(), record: &known.record, on: request.today() };
        self.policy.allows_of_kinds(request, What::KINDS.iter().map(|(kind, _)| *kind), &subject)
    }

    /// Whether the actor may know that the record exists: not when it is restricted to others or they are excluded.
    fn may_know_of(request: &Request<'_>, known: &Known) -> bool {
        let actor = &request.actor.id;
        let person = &known.record.person;
        let manages = known.record.supervision.case_manager_on(request.today()).is_some_and(|at| at.worker == *actor);
        let restricted = person.restricted_to.as_ref().is_some_and(|only| !only.contains(actor) && !manages);
        !restricted && !person.excluded.contains(actor)
    }

    /// What is known of a person as far as the actor may know of them. A record that is hidden from them is not opened, so
    /// that the answer takes as long as for one that does not exist.
    fn known_to(&self, request: &Request<'_>, person: &PersonId) -> Result<Option<Known>, ServiceError> {
        let stream = person.stream();
        let history = self.store.try_read(|tx| {
            if Self::may_see(request, tx, &stream)? {
                return read_history(tx, &stream);
            }
            events::version(tx, &stream)?;
            Ok(None)
        })?;
        Ok(history.map(Known::of))
    }

    fn known(&self, person: &PersonId) -> Result<Option<Known>, ServiceError> {
        let history = self.store.try_read(|tx| read_history(tx, &person.stream()))?;
        Ok(history.map(Known::of))
    }

    fn entry(
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        stream: Option<StreamId>,
        outcome: Outcome,
    ) -> access_log::Entry {
        access_log::Entry {
            at: request.at.as_microsecond(),
            actor: request.actor.id.to_string(),
            role: request.actor.role_words(),
            agency: request.actor.agency.to_string(),
            action,
            stream,
            detail: match request.reason {
                Some(reason) => {
                    format!("{}; reason given: {}", doing.word(), reason.chars().take(500).collect::<String>())
                }
                None => doing.word().to_owned(),
            },
            purpose: request.purpose.as_str().to_owned(),
            outcome,
            request: request.id.to_string(),
            appends: Vec::new(),
        }
    }

    fn enter(
        &self,
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        stream: Option<StreamId>,
        outcome: Outcome,
    ) -> Result<(), ServiceError> {
        Ok(self.begin_to_enter(request, doing, action, stream, outcome)?.done()?)
    }

    fn begin_to_enter(
        &self,
        request: &Request<'_>,
        doing: Doing,
        action: Action,
        stream: Option<StreamId>,
        outcome: Outcome,
    ) -> Result<Begun<()>, ServiceError> {
        let entry = Self::entry(request, doing, action, stream, outcome);
        let enter = move |tx: &mut dyn Tx| access_log::write(tx, &entry).map(drop);
        Ok(match (action, outcome) {
            // A page is not kept waiting for the disk (decision 0011).
            (Action::Consultation, Outcome::Allowed) => self.store.begin_note(enter)?,
            _ => self.store.begin_write(enter)?,
        })
    }
}

/// Whether somebody left their session alone for longer than a record that is not for everyone allows.
fn is_too_long_away(request: &Request<'_>, known: &Known) -> bool {
    request.away && known.is_restricted()
}

/// The refusal of something, or what would have to be proved for it.
fn unless_proved(
    request: &Request<'_>,
    refusal: ServiceError,
    allows: impl FnMut(&Request<'_>) -> Result<bool, ServiceError>,
) -> Result<ServiceError, ServiceError> {
    Ok(wanted(request, allows)?.map_or(refusal, ServiceError::Unproven))
}

/// What is recorded: its kind, and that of the event that it corrects or strikes, which asks for the same right.
fn kinds_of(what: &What, known: &Known) -> Vec<&'static str> {
    let amended = match what {
        What::Corrected(correction) => Some(correction.event),
        What::Struck(strike) => Some(strike.event),
        _ => None,
    };
    let events = known.history.events().iter();
    let amended = amended.and_then(|id| events.clone().find(|event| event.stamp.id == id));
    std::iter::once(what.kind()).chain(amended.map(|event| event.what.kind())).collect()
}

/// What was recorded before under these identifiers, if all of it was.
fn said_before(known: &Known, entries: &[Entry]) -> Result<Option<Recorded>, ServiceError> {
    streams::said_before(known.history.events(), known.record.version, entries, |event, entry| {
        (event.stamp.id == entry.id).then(|| event.what == entry.what && event.stamp.happened == entry.happened)
    })
}

fn conflict(expected: u64, now: &History) -> ServiceError {
    let said = |event: &Event| streams::Said::new(event.what.kind(), &event.stamp.happened, &event.stamp.by);
    let (now, meanwhile) = streams::since(expected, now.events().iter().map(said));
    ServiceError::Conflict { expected, now, meanwhile }
}

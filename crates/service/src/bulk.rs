//! Many new people in one transaction: the path of an import and of a synthetic area.

use crate::path::{Permitted, to_store};
use crate::policy::Doing;
use crate::rows::person_rows;
use crate::{PersonId, Request, Service, ServiceError};
use record::{Event, History};
use std::sync::Arc;
use store::access_log::Action;
use store::jobs::{self, NewJob};
use store::rows::{self, PersonRows};
use store::{Append, Appended, Begun, StoreError, StreamId, events};

/// New people, ready to be written; handed to the store's thread without a copy.
#[derive(Default)]
pub(crate) struct People {
    appends: Vec<Append>,
    rows: Vec<PersonRows>,
    to_tell: Vec<Vec<NewJob>>,
}

impl People {
    pub(crate) fn push(&mut self, append: Append, rows: PersonRows, to_tell: Vec<NewJob>) {
        self.appends.push(append);
        self.rows.push(rows);
        self.to_tell.push(to_tell);
    }

    pub(crate) fn len(&self) -> usize {
        self.appends.len()
    }

    /// One of them alone.
    pub(crate) fn only(&self, at: usize) -> Option<Self> {
        let (append, rows, to_tell) = (self.appends.get(at)?, self.rows.get(at)?, self.to_tell.get(at)?);
        Some(Self { appends: vec![append.clone()], rows: vec![rows.clone()], to_tell: vec![to_tell.clone()] })
    }
}

/// What a load did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Loaded {
    /// People read.
    pub people: u64,
    /// Of them, on record already, event for event.
    pub already: u64,
    /// Events added.
    pub events: u64,
}

/// People that go into one transaction.
const CHUNK: usize = 200;

/// Writes new people in one transaction with one entry in the log that names every append.
pub(crate) fn write_people(permitted: &Permitted<'_>, people: &Arc<People>) -> Result<Vec<Appended>, StoreError> {
    begin_people(permitted, people)?.done()
}

/// As [`write_people`], without waiting.
pub(crate) fn begin_people(
    permitted: &Permitted<'_>,
    people: &Arc<People>,
) -> Result<Begun<Vec<Appended>>, StoreError> {
    let (people, now) = (Arc::clone(people), permitted.now());
    permitted.begin_write(move |tx| {
        let appended = events::append_all(tx, &people.appends)?;
        let pairs = appended.iter().zip(people.appends.iter().zip(&people.rows));
        let fresh: Vec<(&StreamId, &PersonRows)> = pairs
            .filter(|(appended, _)| !appended.already)
            .map(|(_, (append, rows))| (append.stream(), rows))
            .collect();
        rows::replace_all(tx, &fresh)?;
        for (_, to_tell) in appended.iter().zip(&people.to_tell).filter(|(appended, _)| !appended.already) {
            jobs::ask_all(tx, to_tell, now)?;
        }
        Ok(appended)
    })
}

impl Service {
    /// Brings in people with histories that another system, or a generator, has recorded. Each history is replayed by the
    /// record's own rules first; one that they refuse stops the load with its sentence.
    pub fn load(
        &self,
        request: &Request<'_>,
        people: impl Iterator<Item = (PersonId, Vec<Event>)>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Loaded, ServiceError> {
        self.path.act_on_many(request, Doing::Import, Action::Collection, |permitted| {
            let clock = self.path.clock()?;
            let today = request.today();
            let mut loaded = Loaded::default();
            let mut chunk = People::default();
            let mut people = people.peekable();
            while let Some((person, events)) = people.next() {
                let history = History::replayed(events, today, self.path.rules().law())?;
                let record = history.record();
                let rows = person_rows(&record, &clock, today)?;
                let events = history.events().iter().map(to_store).collect::<Result<Vec<_>, _>>()?;
                let to_tell = self.path.to_tell(request, (&person, &record), 0, &events)?;
                chunk.push(Append::new(person.stream(), events)?, rows, to_tell);
                loaded.people += 1;
                if chunk.len() == CHUNK || people.peek().is_none() {
                    let appended = write_people(permitted, &Arc::new(std::mem::take(&mut chunk)))?;
                    let (old, new): (Vec<_>, Vec<_>) = appended.iter().partition(|append| append.already);
                    let added = new.iter().map(|append| append.version - append.first + 1).sum::<i64>();
                    loaded.already += u64::try_from(old.len()).unwrap_or_default();
                    loaded.events += u64::try_from(added).unwrap_or_default();
                    progress(loaded.people);
                }
            }
            Ok(loaded)
        })
    }
}

//! What a use case that acts on many records at once may do.

use super::Path;
use crate::policy::Doing;
use crate::{Request, ServiceError};
use store::access_log::{self, Action, Outcome};
use store::{Begun, Store, StoreError, StreamId, Tx, rows};

/// What a use case that acts on many records may do, once it was decided and entered.
pub(crate) struct Permitted<'a> {
    pub(super) path: &'a Path,
    pub(super) request: &'a Request<'a>,
    pub(super) doing: Doing,
    pub(super) action: Action,
}

impl Permitted<'_> {
    /// Reads.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&mut dyn Tx) -> Result<T, ServiceError>) -> Result<T, ServiceError> {
        self.path.store.try_read(look)
    }

    /// Writes in one transaction together with one entry in the log that names every append.
    pub(crate) fn write<F>(&self, act: F) -> Result<Vec<store::Appended>, StoreError>
    where
        F: FnOnce(&mut dyn Tx) -> Result<Vec<store::Appended>, StoreError> + Send + 'static,
    {
        self.begin_write(act)?.done()
    }

    /// As [`Permitted::write`], without waiting.
    pub(crate) fn begin_write<F>(&self, act: F) -> Result<Begun<Vec<store::Appended>>, StoreError>
    where
        F: FnOnce(&mut dyn Tx) -> Result<Vec<store::Appended>, StoreError> + Send + 'static,
    {
        let mut entry = Path::entry(self.request, self.doing, self.action, None, Outcome::Allowed);
        self.path.store.begin_write(move |tx| {
            let appended = act(tx)?;
            if appended.iter().any(|append| !append.already) {
                entry.appends.clone_from(&appended);
                access_log::write(tx, &entry)?;
            }
            Ok(appended)
        })
    }

    /// Replaces read models alone: nothing of the record changes, so nothing is entered beyond the act itself.
    pub(crate) fn replace_rows(&self, people: Vec<(StreamId, rows::PersonRows)>) -> Result<(), StoreError> {
        self.path.store.write(move |tx| {
            let people: Vec<_> = people.iter().map(|(stream, rows)| (stream, rows)).collect();
            rows::replace_all(tx, &people)
        })
    }

    /// The time of the request: microseconds since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.request.at.as_microsecond()
    }

    /// Writes what is no record of a person: a subscription, a job. The act itself is entered already.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.path.store.write(act)
    }

    /// The store itself, for backups and checks of the whole.
    pub(crate) fn store(&self) -> &Store {
        &self.path.store
    }
}

//! The mechanics of background work. No record is read here, so there is nobody to authorise: what a job does about a person
//! goes through the path like everything else.

use super::Path;
use crate::ServiceError;
use jiff::Timestamp;
use store::access_log::{self, Entry};
use store::jobs::{self, Job, NewJob};
use uuid::Uuid;

impl Path {
    pub(crate) fn claim(
        &self,
        (kind, about): (&'static str, Option<&str>),
        now: Timestamp,
        until: Timestamp,
        lease: Uuid,
        limit: u32,
    ) -> Result<Vec<Job>, ServiceError> {
        let about = about.map(str::to_owned);
        let (now, until) = (now.as_microsecond(), until.as_microsecond());
        // Asked first without a transaction of its own: mostly there is nothing to do, and nothing to write.
        if !self.store.read(|tx| jobs::is_due(tx, (kind, about.as_deref()), now))? {
            return Ok(Vec::new());
        }
        Ok(self.store.write(move |tx| jobs::claim(tx, (kind, about.as_deref()), now, until, &lease, limit))?)
    }

    /// The job was done; what is to be known of it is entered in the same transaction.
    pub(crate) fn settle_done(
        &self,
        id: Uuid,
        lease: Uuid,
        now: Timestamp,
        entry: Option<Box<Entry>>,
    ) -> Result<bool, ServiceError> {
        let now = now.as_microsecond();
        Ok(self.store.write(move |tx| {
            // Also when the lease was lost: it was done, whoever else does it again.
            if let Some(entry) = &entry {
                access_log::write(tx, entry)?;
            }
            jobs::done(tx, &id, &lease, now)
        })?)
    }

    pub(crate) fn settle_again(
        &self,
        id: Uuid,
        lease: Uuid,
        later: Timestamp,
        error: String,
    ) -> Result<bool, ServiceError> {
        let later = later.as_microsecond();
        Ok(self.store.write(move |tx| jobs::again(tx, &id, &lease, later, &error))?)
    }

    pub(crate) fn put_back(&self, id: Uuid, lease: Uuid, later: Timestamp) -> Result<bool, ServiceError> {
        let later = later.as_microsecond();
        Ok(self.store.write(move |tx| jobs::put_back(tx, &id, &lease, later))?)
    }

    pub(crate) fn settle_dead(
        &self,
        id: Uuid,
        lease: Uuid,
        now: Timestamp,
        error: String,
    ) -> Result<bool, ServiceError> {
        let now = now.as_microsecond();
        Ok(self.store.write(move |tx| jobs::bury(tx, &id, &lease, now, &error))?)
    }

    /// Asks for jobs; those that were asked for before under the same key are left as they are.
    pub(crate) fn ask_for(&self, asked: Vec<NewJob>, now: Timestamp) -> Result<(), ServiceError> {
        if asked.is_empty() {
            return Ok(());
        }
        Ok(self.store.write(move |tx| jobs::ask_all(tx, &asked, now.as_microsecond()))?)
    }

    /// Forgets what was done before `before`.
    pub(crate) fn forget_done(&self, kind: &'static str, before: Timestamp) -> Result<u64, ServiceError> {
        let before = before.as_microsecond();
        Ok(self.store.write(move |tx| jobs::forget(tx, kind, before, 1_000))?)
    }
}

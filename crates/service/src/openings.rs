//! Another team's case, opened with a reason (break-glass): to read, for an hour. It is no way round a restriction. The
//! managers of both teams see who opened what and why, and say whether the reason was good enough; auditors see all.

use crate::lists::person_id;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{Directory, PersonId, Request, Service, ServiceError};
use jiff::Timestamp;
use store::Tx;
use store::openings::{self, Listed};
use uuid::Uuid;

/// How long a reason holds, in microseconds.
pub(crate) const LASTS: i64 = 60 * 60 * 1_000_000;
/// How long an opening that was reviewed stays on the team's page, in microseconds.
const SHOWN_FOR: i64 = 30 * 24 * 60 * 60 * 1_000_000;
/// Rows of a list.
const SHOWN: u32 = 50;

/// The reason that opens a record to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Timestamp,
}

/// A record that somebody opened with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedRecord {
    /// Whose record.
    pub person: PersonId,
    /// Its id, of its own within the record.
    pub id: Uuid,
    /// The person's name; none for those who see no content.
    pub name: Option<String>,
    /// The record is not for everyone.
    pub restricted: bool,
    /// Who opened it.
    pub by: String,
    /// Their name.
    pub by_name: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
    /// What a manager said of it.
    pub reviewed: Option<Reviewed>,
}

/// What a manager said of an opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// The reason was good enough; else it is followed up.
    pub accepted: bool,
    /// The manager's name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

impl Service {
    /// Opens another team's case with the reason that the request carries: to read, for an hour.
    pub fn open_with_reason(&self, request: &Request<'_>, person: &PersonId) -> Result<Option<Opened>, ServiceError> {
        self.path.on_person(request, Doing::ViewPerson, person, None, |known| Ok(known.opened.clone()))
    }

    /// What those of the actor's agency opened with a reason before a moment, the latest first: for auditors, without
    /// names.
    pub fn opened_records(
        &self,
        request: &Request<'_>,
        before: Option<Timestamp>,
    ) -> Result<Vec<OpenedRecord>, ServiceError> {
        let agency = request.actor.agency.as_str();
        let before = before.map_or(i64::MAX, Timestamp::as_microsecond);
        let directory = self.path.directory()?;
        self.path.over_many(request, Doing::ViewAccessLog, Whose { agency, ..Whose::default() }, |tx| {
            let found = openings::of_agency(tx, agency, before, SHOWN)?;
            found.into_iter().map(|one| shown(Listed { display_name: None, ..one }, &directory)).collect()
        })
    }

    /// Says whether the reason for an opening was good enough; what was said before stays.
    pub fn review_opening(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        opening: Uuid,
        accepted: bool,
    ) -> Result<(), ServiceError> {
        if self.path.review_opening(request, (person.stream(), opening), accepted)? {
            return Ok(());
        }
        Err(ServiceError::Asked("Another manager has reviewed this already; what they said stays.".into()))
    }
}

/// What a team's manager sees: what nobody reviewed, and what is not older than a month.
pub(crate) fn of_team(
    tx: &mut dyn Tx,
    team: &str,
    request: &Request<'_>,
    directory: &Directory,
) -> Result<Vec<OpenedRecord>, ServiceError> {
    let since = request.at.as_microsecond().saturating_sub(SHOWN_FOR);
    let found = openings::of_team(tx, team, request.actor.id.as_str(), since, SHOWN)?;
    found.into_iter().map(|one| shown(one, directory)).collect()
}

fn shown(
    Listed { opening, display_name, restricted }: Listed,
    directory: &Directory,
) -> Result<OpenedRecord, ServiceError> {
    let name = |account: &str| directory.worker_name(account).to_owned();
    let reviewed = opening.review.map(|review| {
        Ok::<_, ServiceError>(Reviewed { accepted: review.accepted, by_name: name(&review.by), at: moment(review.at)? })
    });
    Ok(OpenedRecord {
        person: person_id(&opening.stream)?,
        id: opening.id,
        name: display_name,
        restricted,
        by_name: name(&opening.account),
        by: opening.account,
        reason: opening.reason,
        at: moment(opening.opened_at)?,
        until: moment(opening.until)?,
        reviewed: reviewed.transpose()?,
    })
}

/// A moment as the store keeps it.
pub(crate) fn moment(microseconds: i64) -> Result<Timestamp, ServiceError> {
    Timestamp::from_microsecond(microseconds).map_err(|error| ServiceError::Asked(error.to_string()))
}

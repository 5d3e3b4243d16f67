//! Lists served from the read models: worklists, caseloads. A page never folds more than it shows.

use crate::desk::{Place, stored_of};
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::ToSpan;
use store::StreamId;
use store::rows::{self, CaseRow, PersonHit};

/// Whose worklist.
#[derive(Clone, Copy, Debug)]
pub enum WorklistOf<'a> {
    /// One worker's.
    Worker(&'a str),
    /// A team's.
    Team(&'a str),
}

/// Something to do: an obligation that is open and due soon, or missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorklistItem {
    /// Who it is about.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Which order or report.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// The last day, ISO.
    pub due: String,
    /// `open` or `missed`.
    pub state: String,
    /// Who answers for it.
    pub worker: Option<String>,
}

/// The most rows that one page holds.
const PAGE: u32 = 200;

impl Service {
    /// What is due within `days` and what was missed in the last 30 days, earliest first; at most 200 rows.
    pub fn worklist(
        &self,
        request: &Request<'_>,
        of: WorklistOf<'_>,
        days: u16,
    ) -> Result<Vec<WorklistItem>, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, of)?;
        let of = stored_of(of);
        let list = rows::Worklist {
            of,
            viewer: request.actor.id.to_string(),
            governing: false,
            from: today.checked_sub(30.days()).ok().map(|from| from.to_string()),
            until: today.saturating_add(i32::from(days).days()).to_string(),
            after: None,
            limit: PAGE,
        };
        self.path.over_many(request, Doing::ViewWorklist, place.whose(), |tx| {
            let outstanding = rows::worklist(tx, &list)?;
            outstanding
                .into_iter()
                .map(|item| {
                    Ok(WorklistItem {
                        person: person_id(&item.stream)?,
                        name: item.display_name,
                        case: item.order_ref,
                        standard: item.standard,
                        due: item.due,
                        state: item.state,
                        worker: item.worker,
                    })
                })
                .collect()
        })
    }

    /// A worker's cases.
    pub fn caseload(&self, request: &Request<'_>, worker: &str) -> Result<Vec<(PersonHit, CaseRow)>, ServiceError> {
        let place = Place::of(&self.path, request, WorklistOf::Worker(worker))?;
        self.path.over_many(request, Doing::ViewCaseload, place.whose(), |tx| {
            Ok(rows::cases_of(tx, worker, request.actor.id.as_str())?)
        })
    }
}

pub(crate) fn person_id(stream: &StreamId) -> Result<PersonId, ServiceError> {
    PersonId::new(&stream.id).map_err(|error| {
        ServiceError::Asked(format!("the stream {stream} has a name that cannot be a person's: {error}"))
    })
}

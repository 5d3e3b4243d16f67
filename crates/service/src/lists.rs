//! Lists served from the read models: search, worklists, caseloads. A page never folds more than it shows.

use crate::desk::{Place, stored_of};
use crate::path::{Path, Whose};
use crate::policy::Doing;
use crate::rows::normalised;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::ToSpan;
use store::rows::{self, CaseRow, PersonHit, Search};
use store::{StreamId, Tx};

/// What to search for; every part that is given must fit.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words of a name, in any order, perhaps only their beginnings.
    pub name: Option<String>,
    /// An identifier's number.
    pub identifier: Option<String>,
    /// A date of birth, as `1990-05-17`.
    pub date_of_birth: Option<String>,
}

/// A person found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their date of birth, when fully known.
    pub date_of_birth: Option<String>,
}

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
    /// Finds people by name, identifier or date of birth. Restricted records appear only to those who may see them.
    pub fn search(&self, request: &Request<'_>, query: &Query) -> Result<Vec<Found>, ServiceError> {
        let search = Search {
            tokens: query
                .name
                .as_deref()
                .map(|name| normalised(name).split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            identifier: query.identifier.clone(),
            date_of_birth: query.date_of_birth.clone(),
            after: None,
            limit: PAGE,
        };
        if search.tokens.is_empty() && search.identifier.is_none() && search.date_of_birth.is_none() {
            return Err(ServiceError::Asked(
                "Say at least a name, an identifier or a date of birth to search for.".into(),
            ));
        }
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        self.path.over_many(request, Doing::Search, whose, |tx| {
            let hits = rows::search(tx, &search)?;
            let hits = visible(request, tx, hits, |hit| (hit.restricted, &hit.stream))?;
            hits.into_iter()
                .map(|hit| {
                    Ok(Found {
                        person: person_id(&hit.stream)?,
                        name: hit.display_name,
                        date_of_birth: hit.date_of_birth,
                    })
                })
                .collect()
        })
    }

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

/// Leaves out what the actor may not know of; only restricted rows need a second look.
fn visible<R>(
    request: &Request<'_>,
    tx: &mut dyn Tx,
    list: Vec<R>,
    row: impl Fn(&R) -> (bool, &StreamId),
) -> Result<Vec<R>, ServiceError> {
    let mut shown = Vec::with_capacity(list.len());
    for item in list {
        let (restricted, stream) = row(&item);
        if !restricted || Path::may_see(request, tx, stream)? {
            shown.push(item);
        }
    }
    Ok(shown)
}

pub(crate) fn person_id(stream: &StreamId) -> Result<PersonId, ServiceError> {
    PersonId::new(&stream.id).map_err(|error| {
        ServiceError::Asked(format!("the stream {stream} has a name that cannot be a person's: {error}"))
    })
}

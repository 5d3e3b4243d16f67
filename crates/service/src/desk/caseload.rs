//! A caseload: filtered, sorted and paged by the database.

use super::{Place, date, date_of, stored_of};
use crate::lists::{WorklistOf, person_id};
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use record::OrderRef;
use std::sync::Arc;
use store::StreamId;
use store::rows::{self, Caseload, CaseloadCursor};
pub use store::rows::{Running, Sort};

/// What is asked of a caseload.
#[derive(Clone, Copy, Debug)]
pub struct CaseloadAsked<'a> {
    /// Whose.
    pub of: WorklistOf<'a>,
    /// Whether they run.
    pub running: Running,
    /// Only this contact level.
    pub level: Option<&'a str>,
    /// Only this kind of order.
    pub kind: Option<&'a str>,
    /// Only where something falls due within so many days.
    pub due_within: Option<u16>,
    /// Only where a standard was missed.
    pub missed: bool,
    /// By what.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// Where the page before ended.
    pub after: Option<&'a str>,
}

/// A case of a caseload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseInHand {
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The case's reference.
    pub case: String,
    /// Its kind.
    pub kind: String,
    /// How it stands.
    pub status: String,
    /// The contact level.
    pub level: Option<String>,
    /// When it was imposed.
    pub imposed_on: Option<Date>,
    /// Minutes of unpaid work ordered and credited.
    pub unpaid_work: Option<(i64, i64)>,
    /// What falls due next, and when.
    pub next: Option<(Date, String)>,
    /// When the person was last seen or spoken to.
    pub last_contact_on: Option<Date>,
    /// Of the latest contacts, oldest first, which were kept.
    pub attendance: Vec<bool>,
    /// Obligations of the case met in time, met late, and missed.
    pub standards: (u64, u64, u64),
    /// The case manager's account and name.
    pub worker: Option<(String, String)>,
}

/// One page of a caseload.
#[derive(Clone, Debug)]
pub struct CaseloadPage {
    /// Today.
    pub today: Date,
    /// The rows.
    pub rows: Vec<CaseInHand>,
    /// How many cases fit, on all pages.
    pub size: u64,
    /// How many there are without the filters.
    pub whole: u64,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
    /// Who works here.
    pub directory: Arc<crate::Directory>,
}

/// Rows of a page.
const PAGE: u32 = 50;

impl Service {
    /// One page of a worker's or a team's cases.
    pub fn cases_in_hand(
        &self,
        request: &Request<'_>,
        asked: &CaseloadAsked<'_>,
    ) -> Result<CaseloadPage, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, asked.of)?;
        let due_by = asked.due_within.map(|days| today.saturating_add(i32::from(days).days()).to_string());
        let list = Caseload {
            of: stored_of(asked.of),
            viewer: request.actor.id.to_string(),
            running: asked.running,
            level: asked.level.map(str::to_owned),
            kind: asked.kind.map(str::to_owned),
            due_by,
            missed: asked.missed,
            sort: asked.sort,
            descending: asked.descending,
            after: asked.after.map(|after| cursor(after, asked.sort)).transpose()?,
            limit: PAGE,
        };
        let unfiltered = Caseload { level: None, kind: None, due_by: None, missed: false, after: None, ..list.clone() };
        let rulebook = self.path.rules().rulebook();
        self.path.over_many(request, Doing::ViewCaseload, place.whose(), |tx| {
            let found = rows::caseload(tx, &list)?;
            let is_full = found.len() == PAGE as usize;
            let next = found.last().filter(|_| is_full).map(|row| words_of(&row.cursor));
            // A first page that is not full shows all there are.
            let size = match (&list.after, is_full) {
                (None, false) => i64::try_from(found.len()).unwrap_or(i64::MAX),
                _ => rows::caseload_size(tx, &list)?,
            };
            let whole = if list == unfiltered { size } else { rows::caseload_size(tx, &unfiltered)? };
            let in_hand = |row: rows::InHand| {
                let case = row.case;
                let count = |number: i64| u64::try_from(number).unwrap_or_default();
                let title = |id: &String| rulebook.get(id).map_or_else(|| id.clone(), |one| one.title().to_owned());
                let next = match (&case.next_due, &case.next_standard) {
                    (Some(due), Some(standard)) => Some((date(due)?, title(standard))),
                    _ => None,
                };
                Ok(CaseInHand {
                    person: person_id(&row.person.stream)?,
                    name: row.person.display_name,
                    restricted: row.person.restricted,
                    level: case.level,
                    imposed_on: date_of(case.imposed_on.as_ref())?,
                    unpaid_work: case
                        .hours_ordered
                        .map(|hours| (hours * 60, case.minutes_credited.unwrap_or_default())),
                    next,
                    last_contact_on: date_of(row.last_contact_on.as_ref())?,
                    attendance: case.attendance.chars().map(|mark| mark == 'k').collect(),
                    standards: (count(case.met), count(case.late), count(case.missed)),
                    worker: case.worker.map(|worker| (worker.clone(), place.directory.worker_name(&worker).to_owned())),
                    case: case.order_ref,
                    kind: case.kind,
                    status: case.status,
                })
            };
            let rows = found.into_iter().map(in_hand).collect::<Result<_, ServiceError>>()?;
            let count = |number: i64| u64::try_from(number).unwrap_or_default();
            let directory = Arc::clone(&place.directory);
            Ok(CaseloadPage { today, rows, size: count(size), whole: count(whole), next, directory })
        })
    }
}

/// A place in a caseload as an address holds it: never a name.
fn words_of(cursor: &CaseloadCursor) -> String {
    format!("{}~{}~{}", cursor.key.as_deref().unwrap_or_default(), cursor.stream.id, cursor.order_ref)
}

fn cursor(text: &str, sort: Sort) -> Result<CaseloadCursor, ServiceError> {
    let unknown = || ServiceError::Asked("this page of the caseload cannot be found: begin at its first page.".into());
    let mut parts = text.splitn(3, '~');
    let (Some(key), Some(person), Some(case)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(unknown());
    };
    let person = PersonId::new(person).map_err(|_| unknown())?;
    let named_case = case == "person" || case.strip_prefix("report ").is_some_and(is_reference) || is_reference(case);
    if !named_case || key.len() > 40 || (sort == Sort::Name && !key.is_empty()) {
        return Err(unknown());
    }
    let key = (sort != Sort::Name).then(|| key.to_owned());
    Ok(CaseloadCursor { key, stream: StreamId::new("person", person.as_str()), order_ref: case.to_owned() })
}

fn is_reference(text: &str) -> bool {
    OrderRef::try_from(text).is_ok()
}

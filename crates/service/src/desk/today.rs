//! Today: what is late, due and coming, which outcomes nobody recorded, whom nobody has seen for longest; and the diary.

use super::{DAYS_AHEAD, DAYS_BACK, Place, date, date_of, stored_of};
use crate::lists::{WorklistOf, person_id};
use crate::policy::Doing;
use crate::{Directory, PersonId, Request, Service, ServiceError};
use clock::Rulebook;
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use store::rows::{self, Outstanding, Worklist, WorklistCursor};

/// An obligation that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// Who it is about.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// Which order or report.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// Its citation.
    pub source: String,
    /// The day that opened it.
    pub opened_on: Date,
    /// Which of those that the day opened.
    pub n: u32,
    /// The last day.
    pub due: Date,
    /// The day has passed.
    pub late: bool,
    /// The account that answers for it.
    pub worker: Option<String>,
    /// The name of whoever answers for it.
    pub worker_name: Option<String>,
}

/// How much there is of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fell due in the last 30 days and is not done.
    pub late: u64,
    /// Falls due today.
    pub today: u64,
    /// Falls due in the next seven days.
    pub coming: u64,
}

/// A planned contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// With whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The contact's reference in the record.
    pub contact: String,
    /// The day.
    pub on: Date,
    /// The time, if one was fixed.
    pub at: Option<Time>,
    /// How: `office`, `home_visit` …
    pub kind: String,
    /// Where.
    pub place: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// `held`, `missed` or `cancelled`; none until it is recorded.
    pub outcome: Option<String>,
    /// The name of whoever holds it.
    pub worker_name: Option<String>,
}

/// Somebody on a running order, by when they were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Not everyone may see the record.
    pub restricted: bool,
    /// The contact level.
    pub level: Option<String>,
    /// The last contact held; none when there was none.
    pub last_contact_on: Option<Date>,
    /// Since when they are on an order.
    pub since: Option<Date>,
    /// The case manager's name.
    pub worker_name: Option<String>,
}

/// A working day at a glance.
#[derive(Clone, Debug)]
pub struct Today {
    /// The day.
    pub today: Date,
    /// How much there is.
    pub tally: Tally,
    /// What fell due in the last 30 days and is not done, the oldest first.
    pub late: Vec<Todo>,
    /// What falls due today.
    pub due: Vec<Todo>,
    /// What falls due in the next seven days.
    pub coming: Vec<Todo>,
    /// Today's appointments, by time.
    pub appointments: Vec<Appointment>,
    /// Appointments of earlier days whose outcome nobody recorded: the latest, first.
    pub without_outcome: Vec<Appointment>,
    /// There are more of them.
    pub more_without_outcome: bool,
    /// Whom nobody has seen for longest.
    pub unseen: Vec<Unseen>,
    /// Who works here.
    pub directory: std::sync::Arc<Directory>,
}

/// Part of what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What fell due in the last 30 days.
    Late,
    /// What falls due today.
    Due,
    /// What falls due in the next seven days.
    Coming,
}

impl Part {
    fn days(self, today: Date) -> (Date, Date) {
        match self {
            Self::Late => (today.saturating_sub(DAYS_BACK.days()), today.saturating_sub(1.days())),
            Self::Due => (today, today),
            Self::Coming => (today.saturating_add(1.days()), today.saturating_add(DAYS_AHEAD.days())),
        }
    }
}

/// One page of a part of what is to be done.
#[derive(Clone, Debug)]
pub struct TodoPage {
    /// The day.
    pub today: Date,
    /// How much there is of each part.
    pub tally: Tally,
    /// The rows.
    pub rows: Vec<Todo>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// One day of a diary.
#[derive(Clone, Debug)]
pub struct DayOfDiary {
    /// The day.
    pub on: Date,
    /// Its appointments, by time.
    pub appointments: Vec<Appointment>,
}

/// Some days of a diary.
#[derive(Clone, Debug)]
pub struct Diary {
    /// Today.
    pub today: Date,
    /// The days, with those that are empty.
    pub days: Vec<DayOfDiary>,
}

/// Rows of each part on the first page.
const SHOWN: u32 = 20;
/// Rows of a page of one part.
const PAGE: u32 = 50;
/// Appointments that a page of the diary shows.
const APPOINTMENTS: u32 = 150;
/// Today's appointments that are shown beside everything else.
const OF_TODAY: u32 = 30;
/// Appointments without an outcome that are shown: the latest.
const OUTCOMES: u32 = 12;
/// People that are shown who were not seen for longest.
const UNSEEN: u32 = 8;
/// How far back appointments without an outcome are asked for.
const OUTCOMES_BACK: i64 = 60;

impl Service {
    /// A worker's or a team's day at a glance.
    pub fn today(&self, request: &Request<'_>, of: WorklistOf<'_>) -> Result<Today, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, of)?;
        let (stored, viewer) = (stored_of(of), request.actor.id.to_string());
        let diary = |from: Date, until: Date, limit: u32| rows::Diary {
            of: stored.clone(),
            viewer: viewer.clone(),
            from: from.to_string(),
            until: until.to_string(),
            limit,
        };
        let read = Reader { rulebook: self.path.rules().rulebook(), directory: &place.directory, today };
        self.path.over_many(request, Doing::ViewWorklist, place.whose(), |tx| {
            let mut part = |part: Part| {
                let list = worklist(&stored, &viewer, part.days(today), None, SHOWN);
                read.todos(rows::worklist(tx, &list)?)
            };
            let (late, due, coming) = (part(Part::Late)?, part(Part::Due)?, part(Part::Coming)?);
            let tally = tally(tx, &stored, today, &viewer)?;
            let appointments = read.appointments(rows::appointments(tx, &diary(today, today, OF_TODAY))?)?;
            let (first, last) = outcomes_back(today);
            let mut without_outcome =
                read.appointments(rows::without_outcome(tx, &diary(first, last, OUTCOMES + 1))?)?;
            let more_without_outcome = without_outcome.len() > OUTCOMES as usize;
            without_outcome.truncate(OUTCOMES as usize);
            let unseen = rows::longest_unseen(tx, &stored, &viewer, UNSEEN)?;
            let unseen = unseen.into_iter().map(|row| read.unseen(row)).collect::<Result<_, _>>()?;
            let directory = std::sync::Arc::clone(&place.directory);
            Ok(Today {
                today,
                tally,
                late,
                due,
                coming,
                appointments,
                without_outcome,
                more_without_outcome,
                unseen,
                directory,
            })
        })
    }

    /// All of one part of what is to be done, a page at a time.
    pub fn outstanding(
        &self,
        request: &Request<'_>,
        of: WorklistOf<'_>,
        part: Part,
        after: Option<&str>,
    ) -> Result<TodoPage, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, of)?;
        let (stored, viewer) = (stored_of(of), request.actor.id.to_string());
        let after = after.map(cursor).transpose()?;
        let read = Reader { rulebook: self.path.rules().rulebook(), directory: &place.directory, today };
        self.path.over_many(request, Doing::ViewWorklist, place.whose(), |tx| {
            let rows = rows::worklist(tx, &worklist(&stored, &viewer, part.days(today), after, PAGE))?;
            let is_full = rows.len() == PAGE as usize;
            let next = rows.last().filter(|_| is_full).map(|row| format!("{}~{}", row.cursor.due, row.cursor.id));
            Ok(TodoPage { today, tally: tally(tx, &stored, today, &viewer)?, rows: read.todos(rows)?, next })
        })
    }

    /// The appointments of earlier days whose outcome nobody recorded, the latest first; at most as many as a page of the
    /// diary shows.
    pub fn without_outcome(&self, request: &Request<'_>, of: WorklistOf<'_>) -> Result<Diary, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, of)?;
        let read = Reader { rulebook: self.path.rules().rulebook(), directory: &place.directory, today };
        let (from, until) = outcomes_back(today);
        let asked = rows::Diary {
            of: stored_of(of),
            viewer: request.actor.id.to_string(),
            from: from.to_string(),
            until: until.to_string(),
            limit: APPOINTMENTS,
        };
        self.path.over_many(request, Doing::ViewWorklist, place.whose(), |tx| {
            let mut days: Vec<DayOfDiary> = Vec::new();
            for appointment in read.appointments(rows::without_outcome(tx, &asked)?)? {
                match days.last_mut().filter(|day| day.on == appointment.on) {
                    Some(day) => day.appointments.push(appointment),
                    None => days.push(DayOfDiary { on: appointment.on, appointments: vec![appointment] }),
                }
            }
            Ok(Diary { today, days })
        })
    }

    /// So many days of a worker's or a team's diary, from a day on.
    pub fn diary(
        &self,
        request: &Request<'_>,
        of: WorklistOf<'_>,
        from: Date,
        days: u8,
    ) -> Result<Diary, ServiceError> {
        let today = request.today();
        let place = Place::of(&self.path, request, of)?;
        let read = Reader { rulebook: self.path.rules().rulebook(), directory: &place.directory, today };
        let every: Vec<Date> = (0..i64::from(days)).map(|n| from.saturating_add(n.days())).collect();
        let asked = rows::Diary {
            of: stored_of(of),
            viewer: request.actor.id.to_string(),
            from: from.to_string(),
            until: every.last().unwrap_or(&from).to_string(),
            limit: APPOINTMENTS,
        };
        self.path.over_many(request, Doing::ViewWorklist, place.whose(), |tx| {
            let all = read.appointments(rows::appointments(tx, &asked)?)?;
            let of_day = |on: Date| all.iter().filter(|appointment| appointment.on == on).cloned().collect();
            let days = every.iter().map(|on| DayOfDiary { on: *on, appointments: of_day(*on) }).collect();
            Ok(Diary { today, days })
        })
    }
}

/// The days whose appointments should have an outcome by now.
fn outcomes_back(today: Date) -> (Date, Date) {
    (today.saturating_sub(OUTCOMES_BACK.days()), today.saturating_sub(1.days()))
}

fn worklist(
    of: &rows::WorklistOf,
    viewer: &str,
    (from, until): (Date, Date),
    after: Option<WorklistCursor>,
    limit: u32,
) -> Worklist {
    Worklist {
        of: of.clone(),
        viewer: viewer.to_owned(),
        governing: true,
        from: Some(from.to_string()),
        until: until.to_string(),
        after,
        limit,
    }
}

fn cursor(text: &str) -> Result<WorklistCursor, ServiceError> {
    let unknown = || ServiceError::Asked("this page of the list cannot be found: begin at its first page.".into());
    let (due, id) = text.split_once('~').ok_or_else(unknown)?;
    let due: Date = due.parse().map_err(|_| unknown())?;
    Ok(WorklistCursor { due: due.to_string(), id: id.parse().map_err(|_| unknown())? })
}

fn tally(tx: &mut dyn store::Tx, of: &rows::WorklistOf, today: Date, viewer: &str) -> Result<Tally, ServiceError> {
    let (from, until) = (Part::Late.days(today).0, Part::Coming.days(today).1);
    let found = rows::tally(tx, of, &from.to_string(), &today.to_string(), &until.to_string(), viewer)?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Tally { late: count(found.late), today: count(found.today), coming: count(found.coming) })
}

/// Makes of the read models' rows what a page shows.
struct Reader<'a> {
    rulebook: &'a Rulebook,
    directory: &'a Directory,
    today: Date,
}

impl Reader<'_> {
    fn todos(&self, rows: Vec<Outstanding>) -> Result<Vec<Todo>, ServiceError> {
        rows.into_iter().map(|row| self.todo(row)).collect()
    }

    fn todo(&self, row: Outstanding) -> Result<Todo, ServiceError> {
        let standard = self.rulebook.get(&row.standard);
        let due = date(&row.due)?;
        Ok(Todo {
            person: person_id(&row.stream)?,
            name: row.display_name,
            restricted: row.restricted,
            case: row.order_ref,
            title: standard.map_or_else(|| row.standard.clone(), |standard| standard.title().to_owned()),
            source: standard.map_or_else(String::new, |standard| standard.source().to_owned()),
            standard: row.standard,
            opened_on: date(&row.opened_on)?,
            n: u32::try_from(row.n).unwrap_or_default(),
            due,
            late: due < self.today,
            worker_name: row.worker.as_deref().map(|worker| self.directory.worker_name(worker).to_owned()),
            worker: row.worker,
        })
    }

    fn appointments(&self, rows: Vec<rows::Planned>) -> Result<Vec<Appointment>, ServiceError> {
        let appointment = |row: rows::Planned| {
            let planned = row.appointment;
            Ok(Appointment {
                person: person_id(&row.stream)?,
                name: row.display_name,
                restricted: row.restricted,
                contact: planned.contact,
                on: date(&planned.on)?,
                at: planned.at.as_deref().and_then(|at| at.parse().ok()),
                kind: planned.kind,
                place: planned.place,
                about: planned.about,
                outcome: planned.outcome,
                worker_name: planned.worker.as_deref().map(|worker| self.directory.worker_name(worker).to_owned()),
            })
        };
        rows.into_iter().map(appointment).collect()
    }

    fn unseen(&self, row: rows::Unseen) -> Result<Unseen, ServiceError> {
        Ok(Unseen {
            person: person_id(&row.stream)?,
            name: row.display_name,
            restricted: row.restricted,
            level: row.level,
            last_contact_on: date_of(row.last_contact_on.as_ref())?,
            since: date_of(row.imposed_on.as_ref())?,
            worker_name: row.worker.as_deref().map(|worker| self.directory.worker_name(worker).to_owned()),
        })
    }
}

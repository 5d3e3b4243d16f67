//! The work of a worker or a team: the day at a glance, what is due and late, appointments, cases.

use super::operation::{Api, Operation};
use super::page::Page;
use super::problem::Problem;
use super::sent::{Asked, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::{Date, Time};
use record::{Purpose, TeamRef, WorkerRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{CaseloadAsked, Request, Role, Running, Sort, WorklistOf};

const CASEWORK: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/today", CASEWORK, "work", "A working day at a glance")
            .says("What is late, due today and coming, today's appointments, outcomes not recorded yet, whom nobody has seen for longest. One's own when nobody is named.")
            .query::<Whose>()
            .answers::<TodayShown>(200),
        today,
    )
    .operation(
        Operation::get("/api/v1/worklist", CASEWORK, "work", "What is late, due today or coming")
            .says("All of one part, earliest first, 50 to a page. One's own when nobody is named.")
            .query::<WhichWork>()
            .answers::<Page<Todo>>(200),
        worklist,
    )
    .operation(
        Operation::get("/api/v1/appointments", CASEWORK, "work", "Planned contacts, day by day")
            .says("One's own when nobody is named.")
            .query::<WhichDays>()
            .answers::<Diary>(200),
        appointments,
    )
    .operation(
        Operation::get("/api/v1/caseload", CASEWORK, "work", "The cases of a worker or a team")
            .says("50 to a page, filtered and sorted. One's own when nobody is named.")
            .query::<WhichCases>()
            .answers::<Page<InHand>>(200),
        caseload,
    )
    .operation(
        Operation::get(
            "/api/v1/unpaid-work",
            Access::Only(&[Role::UnpaidWorkSupervisor, Role::TeamManager]),
            "work",
            "Who has unpaid work to do",
        )
        .says("In one's council, by name, 50 to a page; a name and the hours, nothing else.")
        .query::<Onward>()
        .answers::<Page<OnRoll>>(200),
        roll,
    )
}

/// A worker or a team that was named.
pub(super) struct Named {
    worker: Option<WorkerRef>,
    team: Option<TeamRef>,
}

impl Named {
    pub(super) fn of(worker: Option<WorkerRef>, team: Option<TeamRef>) -> Result<Self, Problem> {
        if worker.is_some() && team.is_some() {
            return Err(Problem::field("team", "name a worker or a team, not both"));
        }
        Ok(Self { worker, team })
    }

    /// Whose work is asked for: one's own when nobody is named.
    pub(super) fn whose<'a>(&'a self, request: &Request<'a>) -> WorklistOf<'a> {
        match (&self.team, &self.worker) {
            (Some(team), _) => WorklistOf::Team(team.as_str()),
            (None, Some(worker)) => WorklistOf::Worker(worker.as_str()),
            (None, None) => WorklistOf::Worker(request.actor.id.as_str()),
        }
    }
}

/// Whose work.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whose {
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// A team's reference, in place of a worker's.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
}

/// Something to do: an obligation that is open.
#[derive(Debug, Serialize, JsonSchema)]
struct Todo {
    /// Who it is about.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// Which order or report.
    case: String,
    /// The standard's id.
    standard: String,
    /// Its title.
    title: String,
    /// Its citation.
    source: String,
    /// The day that opened it.
    opened_on: Date,
    /// The last day.
    due: Date,
    /// That day has passed.
    late: bool,
    /// Who answers for it.
    worker: Option<String>,
}

impl From<service::Todo> for Todo {
    fn from(todo: service::Todo) -> Self {
        Self {
            person: todo.person.as_str().to_owned(),
            name: todo.name,
            restricted: todo.restricted,
            case: todo.case,
            standard: todo.standard,
            title: todo.title,
            source: todo.source,
            opened_on: todo.opened_on,
            due: todo.due,
            late: todo.late,
            worker: todo.worker,
        }
    }
}

/// A planned contact.
#[derive(Debug, Serialize, JsonSchema)]
struct Appointment {
    /// With whom.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The contact's reference in the record.
    contact: String,
    /// The day.
    on: Date,
    /// The time, if one was fixed.
    at: Option<Time>,
    /// How: `office`, `home_visit` and so on.
    kind: String,
    /// Where.
    place: Option<String>,
    /// What it is for.
    about: Option<String>,
    /// `held`, `missed` or `cancelled`; null until it is recorded.
    outcome: Option<String>,
}

impl From<service::Appointment> for Appointment {
    fn from(planned: service::Appointment) -> Self {
        Self {
            person: planned.person.as_str().to_owned(),
            name: planned.name,
            restricted: planned.restricted,
            contact: planned.contact,
            on: planned.on,
            at: planned.at,
            kind: planned.kind,
            place: planned.place,
            about: planned.about,
            outcome: planned.outcome,
        }
    }
}

/// How much there is of each.
#[derive(Debug, Serialize, JsonSchema)]
struct Tally {
    /// Fell due in the last 30 days and is not done.
    late: u64,
    /// Falls due today.
    today: u64,
    /// Falls due in the next seven days.
    coming: u64,
}

/// Somebody whom nobody has seen for long.
#[derive(Debug, Serialize, JsonSchema)]
struct Unseen {
    /// Who.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The contact level.
    level: Option<String>,
    /// The last contact held; null when there was none.
    last_contact_on: Option<Date>,
    /// Since when they are on an order.
    since: Option<Date>,
}

/// A working day at a glance: at most 25 of each; the work list has all.
#[derive(Debug, Serialize, JsonSchema)]
struct TodayShown {
    /// The day.
    today: Date,
    /// How much there is.
    tally: Tally,
    /// What fell due in the last 30 days and is not done.
    late: Vec<Todo>,
    /// What falls due today.
    due: Vec<Todo>,
    /// What falls due in the next seven days.
    coming: Vec<Todo>,
    /// Today's appointments, by time.
    appointments: Vec<Appointment>,
    /// Appointments of earlier days whose outcome nobody recorded, the latest first.
    without_outcome: Vec<Appointment>,
    /// Whom nobody has seen for longest.
    unseen: Vec<Unseen>,
}

fn all<T, U: From<T>>(some: Vec<T>) -> Vec<U> {
    some.into_iter().map(U::from).collect()
}

async fn today(State(desk): State<Desk>, seen: Seen, Asked(whose): Asked<Whose>) -> Result<Response, Problem> {
    let named = Named::of(whose.worker, whose.team)?;
    let day = desk
        .ask(&seen, Purpose::Supervision, move |service, request| service.today(request, named.whose(request)))
        .await?;
    let unseen = day.unseen.into_iter().map(|row| Unseen {
        person: row.person.as_str().to_owned(),
        name: row.name,
        restricted: row.restricted,
        level: row.level,
        last_contact_on: row.last_contact_on,
        since: row.since,
    });
    let shown = TodayShown {
        today: day.today,
        tally: Tally { late: day.tally.late, today: day.tally.today, coming: day.tally.coming },
        late: all(day.late),
        due: all(day.due),
        coming: all(day.coming),
        appointments: all(day.appointments),
        without_outcome: all(day.without_outcome),
        unseen: unseen.collect(),
    };
    Ok(answer(StatusCode::OK, shown))
}

/// Which part of the work.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PartOfWork {
    /// What fell due in the last 30 days and is not done.
    Late,
    /// What falls due today.
    Due,
    /// What falls due in the next seven days.
    Coming,
}

/// Which work.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichWork {
    /// Which part of it.
    part: PartOfWork,
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// A team's reference, in place of a worker's.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

async fn worklist(State(desk): State<Desk>, seen: Seen, Asked(which): Asked<WhichWork>) -> Result<Response, Problem> {
    let named = Named::of(which.worker, which.team)?;
    let part = match which.part {
        PartOfWork::Late => service::Part::Late,
        PartOfWork::Due => service::Part::Due,
        PartOfWork::Coming => service::Part::Coming,
    };
    let cursor = which.cursor;
    let page = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            service.outstanding(request, named.whose(request), part, cursor.as_deref())
        })
        .await?;
    Ok(answer(StatusCode::OK, Page::<Todo> { items: all(page.rows), next: page.next }))
}

/// Which days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichDays {
    /// The first day; today when nothing is said.
    #[serde(default)]
    from: Option<Date>,
    /// How many days; 7 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 31))]
    days: Option<u8>,
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// A team's reference, in place of a worker's.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
}

/// Some days of a diary.
#[derive(Debug, Serialize, JsonSchema)]
struct Diary {
    /// Today.
    today: Date,
    /// The days, with those that are empty.
    days: Vec<DayOfDiary>,
}

/// A day of a diary.
#[derive(Debug, Serialize, JsonSchema)]
struct DayOfDiary {
    /// The day.
    on: Date,
    /// Its appointments, by time.
    appointments: Vec<Appointment>,
}

async fn appointments(
    State(desk): State<Desk>,
    seen: Seen,
    Asked(which): Asked<WhichDays>,
) -> Result<Response, Problem> {
    let named = Named::of(which.worker, which.team)?;
    let days = which.days.unwrap_or(7);
    if !(1..=31).contains(&days) {
        return Err(Problem::field("days", "a diary is asked for 1 to 31 days"));
    }
    let from = which.from;
    if from.is_some_and(|from| !(1950..=2200).contains(&from.year())) {
        return Err(Problem::field("from", "a diary lies between 1950 and 2200"));
    }
    let diary = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            service.diary(request, named.whose(request), from.unwrap_or_else(|| request.today()), days)
        })
        .await?;
    let days = diary.days.into_iter().map(|day| DayOfDiary { on: day.on, appointments: all(day.appointments) });
    Ok(answer(StatusCode::OK, Diary { today: diary.today, days: days.collect() }))
}

/// Whether cases run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WhetherRunning {
    /// Those that have not ended.
    Now,
    /// Those that have ended.
    Ended,
    /// All.
    All,
}

/// By what cases are sorted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SortedBy {
    /// The person's name.
    Name,
    /// What falls due next.
    Due,
    /// When the person was last seen.
    Seen,
    /// The contact level.
    Level,
    /// The kind of order.
    Kind,
    /// When it was imposed.
    Imposed,
    /// How many standards were missed.
    Missed,
}

/// Which cases.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichCases {
    /// A worker's reference.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    worker: Option<WorkerRef>,
    /// A team's reference, in place of a worker's.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 40))]
    team: Option<TeamRef>,
    /// Whether they run; now when nothing is said.
    #[serde(default)]
    running: Option<WhetherRunning>,
    /// Only this contact level.
    #[serde(default)]
    #[schemars(length(max = 40))]
    level: Option<String>,
    /// Only this kind of order.
    #[serde(default)]
    #[schemars(length(max = 40))]
    kind: Option<String>,
    /// Only where something falls due within so many days.
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    due_within: Option<u16>,
    /// Only where a standard was missed.
    #[serde(default)]
    missed: Option<bool>,
    /// By what; name when nothing is said.
    #[serde(default)]
    sort: Option<SortedBy>,
    /// The other way round.
    #[serde(default)]
    descending: Option<bool>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Case")]
struct InHand {
    /// Whose it is.
    person: String,
    /// Their name.
    name: String,
    /// Not everyone may see the record.
    restricted: bool,
    /// The order or report.
    case: String,
    /// Its kind.
    kind: String,
    /// How it stands.
    status: String,
    /// The contact level.
    level: Option<String>,
    /// When it was imposed.
    imposed_on: Option<Date>,
    /// Minutes of unpaid work ordered.
    minutes_ordered: Option<i64>,
    /// Minutes of unpaid work credited.
    minutes_credited: Option<i64>,
    /// The next day on which something falls due.
    next_due: Option<Date>,
    /// What falls due then.
    next_is: Option<String>,
    /// When the person was last seen or spoken to.
    last_contact_on: Option<Date>,
    /// Obligations met in time.
    met: u64,
    /// Obligations met late.
    met_late: u64,
    /// Obligations missed.
    missed: u64,
    /// The case manager's account.
    worker: Option<String>,
}

impl From<service::CaseInHand> for InHand {
    fn from(case: service::CaseInHand) -> Self {
        let (met, met_late, missed) = case.standards;
        Self {
            person: case.person.as_str().to_owned(),
            name: case.name,
            restricted: case.restricted,
            case: case.case,
            kind: case.kind,
            status: case.status,
            level: case.level,
            imposed_on: case.imposed_on,
            minutes_ordered: case.unpaid_work.map(|(ordered, _)| ordered),
            minutes_credited: case.unpaid_work.map(|(_, credited)| credited),
            next_due: case.next.as_ref().map(|(due, _)| *due),
            next_is: case.next.map(|(_, what)| what),
            last_contact_on: case.last_contact_on,
            met,
            met_late,
            missed,
            worker: case.worker.map(|(account, _)| account),
        }
    }
}

async fn caseload(State(desk): State<Desk>, seen: Seen, Asked(which): Asked<WhichCases>) -> Result<Response, Problem> {
    let named = Named::of(which.worker, which.team)?;
    if which.due_within.is_some_and(|days| days > 365) {
        return Err(Problem::field("due_within", "at most 365 days are looked ahead"));
    }
    let running = match which.running {
        None | Some(WhetherRunning::Now) => Running::Now,
        Some(WhetherRunning::Ended) => Running::Ended,
        Some(WhetherRunning::All) => Running::All,
    };
    let sort = match which.sort {
        None | Some(SortedBy::Name) => Sort::Name,
        Some(SortedBy::Due) => Sort::Due,
        Some(SortedBy::Seen) => Sort::Seen,
        Some(SortedBy::Level) => Sort::Level,
        Some(SortedBy::Kind) => Sort::Kind,
        Some(SortedBy::Imposed) => Sort::Imposed,
        Some(SortedBy::Missed) => Sort::Missed,
    };
    let (level, kind, cursor) = (which.level, which.kind, which.cursor);
    let (due_within, missed) = (which.due_within, which.missed.unwrap_or_default());
    let descending = which.descending.unwrap_or_default();
    let page = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            let asked = CaseloadAsked {
                of: named.whose(request),
                running,
                level: level.as_deref(),
                kind: kind.as_deref(),
                due_within,
                missed,
                sort,
                descending,
                after: cursor.as_deref(),
            };
            service.cases_in_hand(request, &asked)
        })
        .await?;
    Ok(answer(StatusCode::OK, Page::<InHand> { items: all(page.rows), next: page.next }))
}

/// Where to go on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Onward {
    /// The `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// Somebody with unpaid work to do.
#[derive(Debug, Serialize, JsonSchema)]
struct OnRoll {
    /// Who.
    person: String,
    /// Their name.
    name: String,
    /// The order.
    order: String,
    /// Minutes ordered.
    minutes_ordered: i64,
    /// Minutes credited so far.
    minutes_credited: i64,
    /// Minutes left.
    minutes_left: i64,
}

async fn roll(State(desk): State<Desk>, seen: Seen, Asked(onward): Asked<Onward>) -> Result<Response, Problem> {
    let after = onward.cursor.as_deref().map(|cursor| {
        let wrong = || Problem::field("cursor", "it is not one of this list: begin at the first page");
        let (person, order) = cursor.split_once('~').ok_or_else(wrong)?;
        Ok::<_, Problem>((service::PersonId::new(person).map_err(|_| wrong())?, order.to_owned()))
    });
    let after = after.transpose()?;
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            service.unpaid_work_roll(request, after.as_ref().map(|(person, order)| (person, order.as_str())))
        })
        .await?;
    let is_full = found.len() >= service::ROLL_PAGE as usize;
    let next = found.last().filter(|_| is_full).map(|last| format!("{}~{}", last.person.as_str(), last.order));
    let items = found.into_iter().map(|one| OnRoll {
        minutes_left: one.minutes_left(),
        person: one.person.as_str().to_owned(),
        name: one.name,
        order: one.order,
        minutes_ordered: one.hours_ordered * 60,
        minutes_credited: one.minutes_credited,
    });
    Ok(answer(StatusCode::OK, Page { items: items.collect(), next }))
}

//! One page of a person: no more of the clock's work than the page shows, and the hours for those who see only hours.

use crate::path::Known;
use crate::policy::Doing;
use crate::rows::{Judged, case_name, judge, state_word};
use crate::{Opened, PersonId, Request, Service, ServiceError};
use clock::{Detail, Kind};
use facts::FactName;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use record::order::OrderKind;
use record::unpaid_work::{Activity, Balance};
use record::variation::AdjustedBy;
use record::{EventId, History, Law, OrderRef, Published, Record, Scope, What, WorkerRef};

/// Which of the clock's answers a page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owing {
    /// None.
    Nothing,
    /// What can still be done, with its explanation.
    Waiting,
    /// Every obligation with its explanation.
    Explained,
}

/// An obligation of one case, as a page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Owed {
    /// Which order or report, as the read models name it.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// How it is judged.
    pub kind: Kind,
    /// Its citation.
    pub source: String,
    /// The day that opened it.
    pub opened_on: Date,
    /// The event that did, where it was one.
    pub opened_by: Option<EventId>,
    /// The last day.
    pub due: Option<Date>,
    /// The minute by which, on the due day, where the limit is in hours.
    pub due_time: Option<Time>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    pub state: &'static str,
    /// Whether recording something would still change it.
    pub can_still_be_done: bool,
    /// The day it was discharged, excused or exceeded.
    pub on: Option<Date>,
    /// The title of the standard that falls due first and so governs, if another one does.
    pub governed_by: Option<String>,
    /// Why it is so, in sentences.
    pub explanation: String,
    /// The facts that discharge it.
    pub discharged_by: Vec<FactName>,
}

/// What a page of a person is made from.
#[derive(Debug)]
pub struct PersonPart {
    /// The events with what became of them.
    pub history: History,
    /// The record that follows.
    pub record: Record,
    /// The obligations, if the page needs them.
    pub owed: Vec<Owed>,
    /// The day as at which it is shown.
    pub as_at: Date,
    /// The reason that opens the record to the reader, where nothing else does.
    pub opened: Option<Opened>,
}

/// The hours of one order.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The order.
    pub order: OrderRef,
    /// What kind.
    pub kind: OrderKind,
    /// The arithmetic.
    pub balance: Balance,
    /// Each change of the hours by the court or an enactment.
    pub changes: Vec<HoursChange>,
    /// Each session, the latest first.
    pub sessions: Vec<Session>,
    /// The most other activity that may be credited, in minutes.
    pub other_activity_most: i64,
    /// The last day.
    pub due: Option<Date>,
    /// The court's own last day, if it set one.
    pub extended_to: Option<Date>,
    /// The day on which the hours were complete.
    pub completed_on: Option<Date>,
    /// The day on which the order ended.
    pub ended_on: Option<Date>,
}

/// One change of the hours ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct HoursChange {
    /// The day.
    pub on: Date,
    /// Minutes added, or taken off if negative.
    pub minutes: i64,
    /// By whom.
    pub by: AdjustedBy,
    /// Under which provision.
    pub authority: String,
}

/// One session of unpaid work or other activity.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The day.
    pub on: Date,
    /// From what time.
    pub from: Option<Time>,
    /// Until what time.
    pub until: Option<Time>,
    /// What was done.
    pub activity: Activity,
    /// Minutes credited.
    pub minutes: u16,
    /// Who supervised.
    pub supervisor: Option<WorkerRef>,
}

/// What somebody sees who may only see hours.
#[derive(Debug)]
pub struct WorkView {
    /// What to call the person.
    pub name: Option<String>,
    /// The hours of each order.
    pub work: Vec<Work>,
}

impl Service {
    /// A page of a person, now or as it was known at a moment.
    pub fn person_part(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        owing: Owing,
        known_at: Option<Timestamp>,
    ) -> Result<PersonPart, ServiceError> {
        let as_at = known_at.map_or(request.today(), |moment| Request { at: moment, ..request.clone() }.today());
        self.path.on_person(request, Doing::ViewPerson, person, known_at, |known: Known| {
            let judged = |detail| Ok::<_, ServiceError>(judge(&known.record, &self.path.clock()?, as_at, detail)?);
            let owed = match owing {
                Owing::Nothing => Vec::new(),
                Owing::Waiting => {
                    let mut judged = judged(Detail::Waiting)?;
                    for case in &mut judged {
                        case.obligations.retain(|one| one.state.can_still_be_done(one.standard.kind()));
                    }
                    owed(judged, &known.record)
                }
                Owing::Explained => owed(judged(Detail::Explained)?, &known.record),
            };
            let Known { history, record, opened } = known;
            Ok(PersonPart { history, record, owed, as_at, opened })
        })
    }

    /// The hours of a person, session by session, and nothing else of the record.
    pub fn hours(&self, request: &Request<'_>, person: &PersonId) -> Result<WorkView, ServiceError> {
        self.path.on_person(request, Doing::ViewUnpaidWork, person, None, |known| {
            let work = work_of(&known.history, &known.record, self.path.rules().law());
            Ok(WorkView { name: known.record.person.called(), work })
        })
    }
}

/// The hours of every order that has unpaid work.
pub fn work_of(history: &History, record: &Record, law: &Law) -> Vec<Work> {
    let told: Vec<(Date, &What)> = history.standing().map(|stands| (stands.on(), stands.what)).collect();
    let of_order = |(reference, order): (&OrderRef, &record::order::Order)| {
        order.unpaid_work.ordered_hours()?;
        let mut sessions: Vec<Session> = told.iter().filter_map(|(on, what)| session(*on, what, reference)).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.on, session.from)));
        let mut changes: Vec<HoursChange> = told.iter().filter_map(|(on, what)| change(*on, what, reference)).collect();
        changes.sort_by_key(|change| change.on);
        Some(Work {
            order: reference.clone(),
            kind: order.kind,
            balance: order.unpaid_work.balance(),
            changes,
            sessions,
            other_activity_most: order.unpaid_work.other_activity_most(law),
            due: order.unpaid_work_due(law),
            extended_to: order.unpaid_work.until,
            completed_on: order.unpaid_work.completed_on,
            ended_on: order.ended.as_ref().map(|end| end.on),
        })
    };
    record.orders.iter().filter_map(of_order).collect()
}

fn session(on: Date, what: &What, order: &OrderRef) -> Option<Session> {
    match what {
        What::Worked(worked) if worked.order == *order => Some(Session {
            on,
            from: worked.from,
            until: worked.until,
            activity: worked.activity,
            minutes: worked.minutes,
            supervisor: worked.supervisor.clone(),
        }),
        _ => None,
    }
}

fn change(on: Date, what: &What, order: &OrderRef) -> Option<HoursChange> {
    match what {
        What::HoursAdjusted(adjusted) if adjusted.order == *order => Some(HoursChange {
            on,
            minutes: i64::from(adjusted.minutes),
            by: adjusted.by,
            authority: adjusted.authority.to_string(),
        }),
        _ => None,
    }
}

fn owed(judged: Vec<Judged<'_>>, record: &Record) -> Vec<Owed> {
    let opener = |scope: &Scope, names: &[FactName], on: Date| {
        let opens = |told: &&Published| {
            told.fact.on == on
                && (told.scope == *scope || told.scope == Scope::Person)
                && names.contains(&told.fact.name)
        };
        record.facts().iter().find(opens).and_then(|told| told.by)
    };
    let mut all = Vec::new();
    for Judged { scope, obligations } in judged {
        let case = case_name(&scope);
        all.extend(obligations.into_iter().map(|obligation| Owed {
            case: case.clone(),
            standard: obligation.standard.id().to_owned(),
            title: obligation.standard.title().to_owned(),
            kind: obligation.standard.kind(),
            source: obligation.standard.source().to_owned(),
            opened_on: obligation.opened_on,
            opened_by: opener(&scope, &obligation.standard.opened_by(), obligation.opened_on),
            due: obligation.due,
            due_time: obligation.due_time,
            state: state_word(obligation.state),
            can_still_be_done: obligation.state.can_still_be_done(obligation.standard.kind()),
            on: obligation.on,
            governed_by: obligation.governed_by.map(|governor| governor.0.title().to_owned()),
            explanation: obligation.explanation.unwrap_or_default(),
            discharged_by: obligation.standard.discharged_by(),
        }));
    }
    all
}

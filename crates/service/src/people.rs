//! One person: begin a record, record what happened, read it now or as it was known at a moment.

use crate::path::Known;
use crate::policy::Doing;
use crate::rows::{Judged, case_name, judge, state_word};
use crate::{Request, Service, ServiceError};
use clock::Detail;
use jiff::Timestamp;
use jiff::civil::Date;
use record::unpaid_work::Balance;
use record::{EventId, Happened, History, OrderRef, Record, What, WordsError};
use store::StreamId;

/// A person, by the name of their stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonId(OrderRef);

impl PersonId {
    /// A person's identifier: 1 to 40 letters, digits or `- _ / .`.
    pub fn new(id: &str) -> Result<Self, WordsError> {
        OrderRef::try_from(id).map(Self)
    }

    /// The identifier as it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn stream(&self) -> StreamId {
        StreamId::new("person", self.as_str())
    }
}

/// Something to record. The caller makes the identifier: the same one again is answered as before and adds nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The event's identifier.
    pub id: EventId,
    /// When it took place.
    pub happened: Happened,
    /// What happened.
    pub what: What,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The record's version now.
    pub version: u64,
    /// It had been recorded before; nothing was added.
    pub already: bool,
}

/// An obligation of one case, ready to be shown.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Due {
    /// Which order or report.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// The day that opened it.
    pub opened_on: Date,
    /// The last day.
    pub due: Option<Date>,
    /// `open`, `met`, `late`, `missed`, `excused` or `not_applicable`.
    pub state: &'static str,
    /// The day it was discharged.
    pub on: Option<Date>,
    /// Why it is so, in sentences.
    pub explanation: String,
}

/// A person's record as the case manager sees it.
#[derive(Debug)]
pub struct PersonView {
    /// The events with what became of them.
    pub history: History,
    /// The record that follows.
    pub record: Record,
    /// Every obligation, explained.
    pub obligations: Vec<Due>,
}

/// What an unpaid-work supervisor sees: a name, the hours and nothing else.
#[derive(Debug)]
pub struct UnpaidWorkView {
    /// What to call the person.
    pub name: Option<String>,
    /// Each order with unpaid work, its balance and the last day for it.
    pub orders: Vec<(OrderRef, Balance, Option<Date>)>,
}

impl Service {
    /// Records what happened to a person; the first record of a new person begins their stream (`expected` 0).
    pub fn record(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        expected: u64,
        entries: Vec<Entry>,
    ) -> Result<Recorded, ServiceError> {
        self.path.record(request, person, expected, entries)
    }

    /// A person's record, now or as it was known at a moment.
    pub fn person(
        &self,
        request: &Request<'_>,
        person: &PersonId,
        known_at: Option<Timestamp>,
    ) -> Result<PersonView, ServiceError> {
        let as_at = known_at.map_or(request.today(), |moment| Request { at: moment, ..request.clone() }.today());
        self.path.on_person(request, Doing::ViewPerson, person, known_at, |known: Known| {
            let judged = judge(&known.record, &self.path.clock()?, as_at, Detail::Explained)?;
            let obligations = dues(judged);
            Ok(PersonView { history: known.history, record: known.record, obligations })
        })
    }

    /// A person's unpaid work.
    pub fn unpaid_work(&self, request: &Request<'_>, person: &PersonId) -> Result<UnpaidWorkView, ServiceError> {
        self.path.on_person(request, Doing::ViewUnpaidWork, person, None, |known| {
            let law = self.path.rules().law();
            let orders = known.record.orders.iter().filter(|(_, order)| order.unpaid_work.ordered_hours().is_some());
            Ok(UnpaidWorkView {
                name: known.record.person.called(),
                orders: orders
                    .map(|(order, at)| (order.clone(), at.unpaid_work.balance(), at.unpaid_work_due(law)))
                    .collect(),
            })
        })
    }
}

fn dues(judged: Vec<Judged<'_>>) -> Vec<Due> {
    let shown = |Judged { scope, obligations }: Judged<'_>| {
        let case = case_name(&scope);
        obligations
            .into_iter()
            .map(|obligation| Due {
                case: case.clone(),
                standard: obligation.standard.id().to_owned(),
                title: obligation.standard.title().to_owned(),
                opened_on: obligation.opened_on,
                due: obligation.due,
                state: state_word(obligation.state),
                on: obligation.on,
                explanation: obligation.explanation.unwrap_or_default(),
            })
            .collect::<Vec<_>>()
    };
    judged.into_iter().flat_map(shown).collect()
}

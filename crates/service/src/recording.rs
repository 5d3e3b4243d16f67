//! What somebody needs before they record something: where the record stands, what they may record, what comes next.

use crate::path::Known;
use crate::policy::Doing;
use crate::{PersonId, Request, Rules, Service, ServiceError};
use clock::{Detail, Kind, State};
use facts::FactName;
use jiff::ToSpan;
use jiff::civil::Date;
use record::{Event, EventId, Happened, History, Record, Stamp, What};

/// Where a record stands for somebody who is about to record something.
#[derive(Debug)]
pub struct Ground {
    /// The record's version: what is recorded next is based on it.
    pub version: u64,
    /// The record; for those who see only unpaid work, only the name and the orders that have some.
    pub record: Record,
    /// The events, for those who may see the record.
    pub history: Option<History>,
    /// The kinds of event that the actor may record here.
    pub allowed: Vec<&'static str>,
}

/// The next contact that a standard asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextContact {
    /// Which order.
    pub case: String,
    /// The standard's id.
    pub standard: String,
    /// Its title.
    pub title: String,
    /// The citation.
    pub source: String,
    /// The first day of the period in which the contact falls, or on which the obligation opened.
    pub from: Date,
    /// The latest day that keeps the standard.
    pub by: Date,
    /// The latest day of those that is worked.
    pub worked: Date,
    /// The days of the period that are worked.
    pub days: Vec<Date>,
    /// Why the latest day is not worked: "the weekend", or the holiday's name; none when it is.
    pub not_worked: Option<String>,
    /// The calendar that says so.
    pub calendar: String,
    /// How the standard came to ask for it, in sentences.
    pub explanation: String,
}

impl Service {
    /// Where a person's record stands for somebody who is about to record something on it.
    pub fn ground(&self, request: &Request<'_>, person: &PersonId) -> Result<Ground, ServiceError> {
        self.path.on_person(request, Doing::PrepareRecord, person, None, |known| {
            let whole = self.path.decides(request, Doing::ViewPerson, "", person, &known)?;
            let allowed = self.path.recordable(request, person, &known)?;
            Ok(Ground {
                version: known.record.version,
                record: if whole { known.record } else { of_unpaid_work(&known.record) },
                history: whole.then_some(known.history),
                allowed,
            })
        })
    }
}

/// What an unpaid-work supervisor needs to record attendance, and no more.
fn of_unpaid_work(record: &Record) -> Record {
    let mut part = Record::default();
    part.version = record.version;
    part.person.names.clone_from(&record.person.names);
    let with_work = record.orders.iter().filter(|(_, order)| order.unpaid_work.ordered_hours().is_some());
    part.orders = with_work.map(|(reference, order)| (reference.clone(), order.clone())).collect();
    part
}

/// The next contact that the standards ask for: the earliest latest day among the person's orders. `supposing` is something
/// about to be recorded, such as the contact that is being held; none as things stand.
pub fn next_contact(
    rules: &Rules,
    history: &History,
    today: Date,
    supposing: Option<(Happened, What)>,
) -> Result<Option<NextContact>, ServiceError> {
    let clock = rules.clock().map_err(|error| ServiceError::Asked(error.to_string()))?;
    let mut known = Known { record: Record::default(), history: history.clone(), opened: None };
    if let (Some((happened, what)), Some(latest)) = (supposing, history.events().last()) {
        // Its own identifier and moment do not matter: nothing is written.
        let stamp = Stamp { id: EventId(uuid::Uuid::nil()), happened, ..latest.stamp.clone() };
        known.history.push(Event { stamp, what });
    }
    known.record = known.history.record();
    let mut found: Option<NextContact> = None;
    for case in known.record.cases() {
        let mut day = today;
        // A contact of this period keeps it; then the next period asks for the next contact.
        for _ in 0..3 {
            let obligations = clock.evaluate(&case.timeline, day, Detail::Explained)?;
            let of_contact = || {
                obligations.iter().filter(|obligation| {
                    let kind = obligation.standard.kind();
                    matches!(kind, Kind::Cadence | Kind::Deadline)
                        && obligation.standard.ways().any(|way| way.iter().all(|name| BY_CONTACT.contains(name)))
                })
            };
            let open = of_contact().filter(|obligation| obligation.state == State::Open);
            let due = open.filter_map(|obligation| obligation.due.map(|by| (by, obligation))).min_by_key(|(by, _)| *by);
            if let Some((by, obligation)) = due {
                if found.as_ref().is_none_or(|found| by < found.by) {
                    found = Some(asked(&clock, crate::rows::case_name(&case.scope), by, obligation));
                }
                break;
            }
            let met = of_contact().filter(|obligation| obligation.state == State::Met);
            let next = met.filter_map(|obligation| obligation.due).filter(|due| *due >= day).min();
            match next.map(Date::tomorrow) {
                Some(Ok(next)) => day = next,
                _ => break,
            }
        }
    }
    Ok(found)
}

/// The facts by which a contact with the person keeps a standard without anything else.
const BY_CONTACT: &[FactName] =
    &[FactName::ContactCaseManager, FactName::ContactFirstDirect, FactName::ContactHeld, FactName::ContactInPerson];

/// The worked days of a period: of a long one the last hundred.
fn worked_days(calendar: &calendar::Calendar, from: Date, by: Date) -> Vec<Date> {
    let first = by.saturating_sub(99.days()).max(from);
    first.series(1.day()).take_while(|day| *day <= by).filter(|day| calendar.is_working(*day) == Ok(true)).collect()
}

fn asked(clock: &clock::Clock<'_>, case: String, by: Date, obligation: &clock::Obligation<'_>) -> NextContact {
    let calendar = clock.calendars().council;
    let (worked, not_worked) = match calendar.day(by) {
        Ok(calendar::Day::Weekend) => {
            (calendar.nth_working_day_before(by, 1).unwrap_or(by), Some("the weekend".into()))
        }
        Ok(calendar::Day::Holiday(name)) => {
            (calendar.nth_working_day_before(by, 1).unwrap_or(by), Some(name.to_owned()))
        }
        Ok(calendar::Day::Working) | Err(_) => (by, None),
    };
    NextContact {
        case,
        standard: obligation.standard.id().to_owned(),
        title: obligation.standard.title().to_owned(),
        source: obligation.standard.source().to_owned(),
        from: obligation.opened_on,
        by,
        worked,
        days: worked_days(calendar, obligation.opened_on, by),
        not_worked,
        calendar: calendar.title().to_owned(),
        explanation: obligation.explanation.clone().unwrap_or_default(),
    }
}

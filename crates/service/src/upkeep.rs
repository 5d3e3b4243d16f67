//! Upkeep: verify the whole, refresh what time has changed, back up.

use crate::path::{Permitted, each_plan, read_history};
use crate::plans::plan_rows;
use crate::policy::Doing;
use crate::rows::person_rows;
use crate::standards::each_record;
use crate::{Request, Service, ServiceError};
use jiff::civil::Date;
use std::path::Path;
use store::access_log::Action;
use store::rows::PersonRows;
use store::{StreamId, rows};

/// What upkeep found or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Upkeep {
    /// Streams looked at.
    pub streams: u64,
    /// Events looked at.
    pub events: u64,
    /// Entries of the access log looked at.
    pub entries: u64,
    /// People whose read models were recomputed.
    pub people: u64,
    /// What differs, each in a sentence that names where; the first thousand.
    pub findings: Vec<String>,
}

/// People whose rows are replaced in one transaction.
const CHUNK: u32 = 500;
/// Findings that are listed before the rest is only counted.
const MOST_FINDINGS: usize = 1_000;

impl Service {
    /// Recomputes every chain and every read model, and names what differs.
    pub fn verify(&self, request: &Request<'_>) -> Result<Upkeep, ServiceError> {
        self.path.act_on_many(request, Doing::Verify, Action::Consultation, |permitted| {
            let verified = store::verify(permitted.store())?;
            let mut upkeep = Upkeep {
                streams: verified.streams,
                events: verified.events,
                entries: verified.entries,
                people: 0,
                findings: verified.findings,
            };
            let clock = self.path.clock()?;
            let today = request.today();
            let mut wrong = Vec::new();
            let mut people = 0;
            permitted.read(|tx| {
                each_record(tx, &mut |stream, record| {
                    people += 1;
                    let record = match record {
                        Ok(record) => record,
                        Err(error) => {
                            wrong.push(error.to_string());
                            return Ok(());
                        }
                    };
                    let stored = permitted.read(|tx| Ok(rows::dump(tx, stream)?))?;
                    let as_of = stored.as_ref().map_or(today, |rows| computed_on(rows, today));
                    match person_rows(&record, &clock, as_of) {
                        Ok(right) if stored.as_ref() == Some(&right) => {}
                        Ok(right) => wrong.push(format!("{stream}: {}", difference(stored.as_ref(), &right))),
                        Err(error) => wrong.push(format!("{stream}: {error}")),
                    }
                    Ok(())
                })
            })?;
            permitted.read(|tx| {
                each_plan(tx, &mut |stream, known| {
                    match known {
                        Ok(Some(known)) => {
                            let stored = permitted.read(|tx| Ok(store::plans::dump(tx, stream)?))?;
                            if stored != Some(plan_rows(&known.plan, &known.agency)) {
                                wrong.push(format!("{stream}: the read models differ from the plan"));
                            }
                        }
                        Ok(None) => {}
                        Err(error) => wrong.push(error.to_string()),
                    }
                    Ok(())
                })
            })?;
            upkeep.people = people;
            upkeep.findings.extend(wrong);
            upkeep.findings.truncate(MOST_FINDINGS);
            Ok(upkeep)
        })
    }

    /// Recomputes the read models of everybody for whom time alone has changed something: a due date passed, a new period
    /// began. A nightly job.
    pub fn refresh(&self, request: &Request<'_>) -> Result<Upkeep, ServiceError> {
        self.path.act_on_many(request, Doing::Refresh, Action::Consultation, |permitted| {
            let today = request.today();
            let mut upkeep = Upkeep::default();
            let mut after: Option<StreamId> = None;
            loop {
                let due =
                    permitted.read(|tx| Ok(rows::people_to_refresh(tx, &today.to_string(), after.as_ref(), CHUNK)?))?;
                let Some(last) = due.last() else { return Ok(upkeep) };
                after = Some(last.clone());
                upkeep.people += u64::try_from(due.len()).unwrap_or_default();
                let fresh = self.recompute(permitted, due, today, &mut upkeep.findings)?;
                permitted.replace_rows(fresh)?;
            }
        })
    }

    /// Writes the whole database into one file while it is in use, and reads it back to check it.
    pub fn backup(&self, request: &Request<'_>, to: &Path) -> Result<store::backup::Made, ServiceError> {
        self.path.act_on_many(request, Doing::Export, Action::Disclosure, |permitted| {
            Ok(store::backup::backup(permitted.store(), to)?)
        })
    }

    /// A person whose cases cannot be judged is named, and keeps the rows they have.
    fn recompute(
        &self,
        permitted: &Permitted<'_>,
        people: Vec<StreamId>,
        today: Date,
        findings: &mut Vec<String>,
    ) -> Result<Vec<(StreamId, PersonRows)>, ServiceError> {
        let clock = self.path.clock()?;
        permitted.read(|tx| {
            let mut fresh = Vec::with_capacity(people.len());
            for stream in people {
                let record = read_history(tx, &stream)?.unwrap_or_default().record();
                match person_rows(&record, &clock, today) {
                    Ok(rows) => fresh.push((stream, rows)),
                    Err(error) => findings.push(format!("{stream}: {error}")),
                }
            }
            Ok(fresh)
        })
    }
}

/// The latest day on which rows still read as they were computed: the day before the first that changes by itself.
fn computed_on(rows: &PersonRows, today: Date) -> Date {
    let changes = rows.cases.iter().filter_map(|case| case.refresh_on.as_deref()?.parse::<Date>().ok()).min();
    changes.and_then(|day| day.yesterday().ok()).map_or(today, |day| day.min(today))
}

/// What of a person's rows differs, without any content.
fn difference(stored: Option<&PersonRows>, right: &PersonRows) -> String {
    let Some(stored) = stored else { return "the read models are missing".to_owned() };
    let mut parts = Vec::new();
    let searched = |rows: &PersonRows| PersonRows {
        last_contact_on: None,
        cases: Vec::new(),
        obligations: Vec::new(),
        appointments: Vec::new(),
        proceedings: Vec::new(),
        ..rows.clone()
    };
    if searched(stored) != searched(right) {
        parts.push("the search rows".to_owned());
    }
    if stored.last_contact_on != right.last_contact_on {
        parts.push("the day of the last contact".to_owned());
    }
    parts.extend(
        right
            .cases
            .iter()
            .filter(|case| !stored.cases.contains(case))
            .map(|case| format!("the case {}", case.order_ref)),
    );
    for (what, differs) in [
        ("who may see it", stored.access != right.access),
        ("the appointments", stored.appointments != right.appointments),
        ("the proceedings", stored.proceedings != right.proceedings),
    ] {
        parts.extend(differs.then(|| what.to_owned()));
    }
    let obligations = right.obligations.iter().filter(|obligation| !stored.obligations.contains(obligation));
    parts.extend(
        obligations.map(|obligation| format!("the obligation {} of {}", obligation.standard, obligation.opened_on)),
    );
    if parts.is_empty() {
        parts.push("rows that should not be there".to_owned());
    }
    let shown: Vec<&str> = parts.iter().take(5).map(String::as_str).collect();
    let more = if parts.len() > 5 { format!(" and {} more", parts.len() - 5) } else { String::new() };
    format!("the read models differ from the record: {}{more}", shown.join(", "))
}

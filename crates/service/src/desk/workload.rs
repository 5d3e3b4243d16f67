//! Workload: what a case weighs, from a dated table; and what a worker can carry, from dated events.

use crate::desk::Place;
use crate::lists::WorklistOf;
use crate::policy::Doing;
use crate::{Request, Service, ServiceError};
use jiff::civil::Date;
use record::{Line, WorkerRef};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::access_log::Action;
use store::events::{self, NewEvent};
use store::{StreamId, Tx};
use uuid::Uuid;

/// The tables of points, oldest first.
#[derive(Clone, Debug)]
pub struct Workload {
    tables: Vec<Table>,
}

/// The tables cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the table of workload points cannot be used: {0}")]
pub struct WorkloadError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "title")]
    _title: String,
    table: Vec<Table>,
}

/// One table, in force from its date until the next one's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: String,
    valid_from: toml::value::Datetime,
    source: String,
    capacity: i64,
    level: BTreeMap<String, i64>,
    kind: BTreeMap<String, i64>,
    task: BTreeMap<String, i64>,
}

/// The table that is in force on a day.
#[derive(Clone, Copy, Debug)]
pub struct Weight<'a>(&'a Table);

impl Workload {
    /// Reads a file of tables.
    pub fn parse(text: &str) -> Result<Self, WorkloadError> {
        let file: File = toml::from_str(text).map_err(|error| WorkloadError(error.to_string()))?;
        let mut tables = file.table;
        for table in &tables {
            let named = |what: &str| WorkloadError(format!("version {}: {what}", table.version));
            if table.valid_from.to_string().parse::<Date>().is_err() {
                return Err(named("valid_from is a date, such as 2026-04-01"));
            }
            if table.source.trim().is_empty() {
                return Err(named("say the source of the points"));
            }
            if !table.level.contains_key("not_set") || !table.task.contains_key("late") {
                return Err(named("give points for the level not_set and for the task late"));
            }
            let mut points = table.level.values().chain(table.kind.values()).chain(table.task.values());
            if table.capacity <= 0 || points.any(|points| !(0..=1_000).contains(points)) {
                return Err(named("points are from 0 to 1000, and the capacity is more than 0"));
            }
        }
        tables.sort_by_key(|table| table.valid_from.to_string());
        if tables.is_empty() { Err(WorkloadError("there is none".into())) } else { Ok(Self { tables }) }
    }

    /// The tables that this version of the program ships.
    pub fn shipped() -> Result<Self, WorkloadError> {
        Self::parse(include_str!("../../../../workload/scotland.toml"))
    }

    /// The table in force on a day; before the first, the first.
    pub fn on(&self, day: Date) -> Option<Weight<'_>> {
        let day = day.to_string();
        let in_force = self.tables.iter().rev().find(|table| table.valid_from.to_string() <= day);
        in_force.or(self.tables.first()).map(Weight)
    }
}

impl Weight<'_> {
    /// What a running case weighs: its level, and more for some kinds. A report is weighed by its kind alone.
    pub fn of_case(self, kind: &str, level: Option<&str>) -> i64 {
        let by_kind = self.0.kind.get(kind).copied().unwrap_or_default();
        if kind.starts_with("report_") {
            return by_kind;
        }
        let level = level.unwrap_or("not_set");
        by_kind + self.0.level.get(level).or_else(|| self.0.level.get("not_set")).copied().unwrap_or_default()
    }

    /// What so many obligations weigh that are late.
    pub fn of_late(self, count: u64) -> i64 {
        let each = self.0.task.get("late").copied().unwrap_or_default();
        each.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// What a worker can carry where nothing is recorded for them.
    pub fn usual_capacity(self) -> i64 {
        self.0.capacity
    }

    /// The version of the table, and who says so.
    pub fn source(self) -> String {
        let from = self.0.valid_from.to_string();
        let from = from.parse().map_or(from, calendar::say);
        format!("version {}, from {from}: {}", self.0.version, self.0.source)
    }
}

/// What a worker can carry, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// From which day.
    pub from: Date,
    /// How many points.
    pub points: u16,
    /// Why: part-time, newly qualified, on leave.
    pub reason: Line,
}

const KIND: &str = "workload.capacity_set";

fn stream(worker: &str) -> StreamId {
    StreamId::new("workload", worker)
}

/// What is recorded of a worker's capacity on a day.
pub(super) fn capacity(tx: &mut dyn Tx, worker: &str, on: Date) -> Result<Option<Capacity>, ServiceError> {
    let mut found: Option<Capacity> = None;
    for stored in events::read(tx, &stream(worker), None)? {
        let unreadable = |problem: String| ServiceError::Unreadable {
            stream: stored.stream.to_string(),
            version: stored.version,
            problem,
        };
        let capacity: Capacity =
            serde_json::from_str(&stored.event.body).map_err(|error| unreadable(error.to_string()))?;
        if capacity.from <= on && found.as_ref().is_none_or(|found| found.from <= capacity.from) {
            found = Some(capacity);
        }
    }
    Ok(found)
}

impl Service {
    /// Records what a worker can carry from a day on. It may be a day to come, such as the end of a leave.
    pub fn set_capacity(
        &self,
        request: &Request<'_>,
        id: Uuid,
        worker: &WorkerRef,
        capacity: &Capacity,
    ) -> Result<(), ServiceError> {
        let place = Place::of(&self.path, request, WorklistOf::Worker(worker.as_str()))?;
        let body = serde_json::to_string(capacity).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let event = NewEvent {
            id,
            kind: KIND.to_owned(),
            schema_version: 1,
            happened: request.today().to_string(),
            recorded: request.at.as_microsecond(),
            by: request.actor.id.to_string(),
            agency: request.actor.agency.to_string(),
            purpose: request.purpose.as_str().to_owned(),
            body,
        };
        let stream = stream(worker.as_str());
        self.path.act_on_place(request, Doing::SetCapacity, Action::Alteration, place.whose(), |permitted| {
            permitted.write(move |tx| {
                let version = events::version(tx, &stream)?;
                Ok(vec![events::append(tx, &stream, version, std::slice::from_ref(&event))?])
            })?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_case_weighs_its_level_and_its_kind_and_a_report_its_kind_alone() {
        let workload = Workload::shipped().unwrap();
        let weight = workload.on(date(2026, 3, 2)).unwrap();
        assert_eq!(weight.of_case("cpo", Some("very_high")), 8);
        assert_eq!(weight.of_case("life", Some("high")), 5);
        assert_eq!(weight.of_case("cpo", None), 2);
        assert_eq!(weight.of_case("report_court", Some("high")), 8);
        assert_eq!((weight.of_late(3), weight.usual_capacity()), (3, 100));
    }

    #[test]
    fn a_table_holds_from_its_date_until_the_next() {
        let table = |from: &str, low: i64| {
            format!(
                "[[table]]\nversion = \"{low}\"\nvalid_from = {from}\nsource = \"a council\"\ncapacity = 90\nlevel = {{ low = {low}, not_set = 2 }}\nkind = {{}}\ntask = {{ late = 0 }}\n"
            )
        };
        let text = format!("id = \"x\"\ntitle = \"X\"\n{}{}", table("2026-04-01", 7), table("2020-01-01", 3));
        let workload = Workload::parse(&text).unwrap();
        let low = |day| workload.on(day).unwrap().of_case("cpo", Some("low"));
        assert_eq!([low(date(2019, 1, 1)), low(date(2026, 3, 31)), low(date(2026, 4, 1))], [3, 3, 7]);
    }

    #[test]
    fn a_table_without_a_source_or_with_senseless_points_is_refused() {
        let text = "id = \"x\"\ntitle = \"X\"\n[[table]]\nversion = \"1\"\nvalid_from = 2026-01-01\nsource = \" \"\ncapacity = 90\nlevel = { not_set = 2 }\nkind = {}\ntask = { late = 0 }\n";
        let refused = Workload::parse(text).unwrap_err().to_string();
        assert_eq!(refused, "the table of workload points cannot be used: version 1: say the source of the points");
        let negative = text.replace("source = \" \"", "source = \"s\"").replace("late = 0", "late = -1");
        assert!(Workload::parse(&negative).unwrap_err().to_string().contains("points are from 0 to 1000"));
    }
}

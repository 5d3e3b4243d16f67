//! What a demonstration tells of work around its area plan, read from `area_plan/`: meetings, communities, money, staff, stories,
//! and what its reports say.

use crate::platform;
use crate::session::Session;
use anyhow::{Context as _, Result, anyhow};
use jiff::ToSpan as _;
use jiff::civil::Date;
use planning::report::{Period, ReportKind};
use planning::{EventId, History, What};
use record::Purpose;
use service::{AsOf, PlanEntry, PlanId, ReportAsked};
use toml::{Table, Value};

/// Each part of what is told.
const PARTS: [&str; 4] = [
    include_str!("area_plan/partnership.toml"),
    include_str!("area_plan/money.toml"),
    include_str!("area_plan/workforce.toml"),
    include_str!("area_plan/reports.toml"),
];

#[derive(serde::Deserialize)]
struct Part {
    told: Vec<Told>,
}

/// Something that is told: what happened and when; the rest is what the event says.
#[derive(serde::Deserialize)]
struct Told {
    event: String,
    happened: String,
    #[serde(flatten)]
    says: Table,
}

/// The days that are counted from.
#[derive(Clone, Copy)]
struct Days {
    today: Date,
    /// The first day on which anything can have happened to the plan.
    begun: Date,
}

/// What is told of the plan, each on its day.
pub(super) fn entries(session: &Session, plan: &History) -> Result<Vec<PlanEntry>> {
    let begun = plan.events().iter().map(|event| event.stamp.happened).min();
    let days = Days { today: session.today(), begun: begun.unwrap_or(session.today()) };
    let mut entries = Vec::new();
    for part in PARTS {
        let part: Part = toml::from_str(part)?;
        for told in part.told {
            entries.push(days.entry(session, told)?);
        }
    }
    Ok(entries)
}

/// Publishes last year's report on payback orders, as it was issued.
pub(super) fn publish(session: &Session, plan: &PlanId) -> Result<()> {
    let period = Period::last_over(ReportKind::Annual, session.today());
    let request = session.request(Purpose::Management);
    let view = session.service.plan(&request, plan, &AsOf::Now)?;
    let issued = view.plan.report(ReportKind::Cpo, period).and_then(|report| report.issued);
    let Some((_, known_at)) = issued else { return Ok(()) };
    let asked = ReportAsked { kind: ReportKind::Cpo, period, known_at: Some(known_at), most_people: u64::MAX };
    let then = session.service.plan(&request, plan, &AsOf::KnownAt(known_at))?;
    let report = session.service.plan_report(&request, &then, &asked)?;
    let id = EventId(platform::new_id(session.now));
    session.service.publish_plan_report(&request, (plan, view.version), &report, id)?;
    Ok(())
}

impl Days {
    fn entry(self, session: &Session, told: Told) -> Result<PlanEntry> {
        // Nothing is told before the plan began, and nothing before it happened.
        let happened = self.day(&told.happened)?.max(self.begun).min(self.today);
        let mut says = Value::Table(told.says);
        self.fill(&mut says)?;
        let what = What::typed(&told.event, &serde_json::to_string(&says)?);
        let what = what.with_context(|| format!("{} of {}", told.event, told.happened))?;
        Ok(PlanEntry { id: EventId(platform::new_id(session.now)), happened, what })
    }

    /// Puts days and periods in the place of what stands for them.
    fn fill(self, value: &mut Value) -> Result<()> {
        match value {
            Value::String(text) => {
                if let Some(named) = text.strip_prefix('@') {
                    *text = self.named(named)?;
                }
                Ok(())
            }
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.fill(value)),
            Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| self.fill(value)),
            _ => Ok(()),
        }
    }

    fn named(self, named: &str) -> Result<String> {
        Ok(match named {
            "this-year" => Period::of(ReportKind::Annual, self.today).to_string(),
            "last-year" => self.last_year().to_string(),
            "last-quarter" => Period::last_over(ReportKind::Quarterly, self.today).to_string(),
            day => self.day(day)?.to_string(),
        })
    }

    /// `today-60`, `year+285`.
    fn day(self, text: &str) -> Result<Date> {
        let at = text.find(['+', '-']).unwrap_or(text.len());
        let (from, days) = text.split_at(at);
        let from = match from {
            "today" => self.today,
            "year" => self.last_year().from,
            _ => return Err(anyhow!("{text} is not a day of the demonstration")),
        };
        let days: i32 = if days.is_empty() { 0 } else { days.parse()? };
        Ok(from.checked_add(days.days())?)
    }

    /// The latest financial year that is over.
    fn last_year(self) -> Period {
        Period::last_over(ReportKind::Annual, self.today)
    }
}

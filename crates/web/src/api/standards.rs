//! The standards: what the rulebook in force says, how often each was met, and the same cases under a draft.

use super::operation::{Api, In, Operation, Parameter};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Sent, answer};
use crate::Desk;
use crate::routes::Access;
use crate::session::Seen;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use clock::report::Counts;
use jiff::civil::Date;
use record::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Role, ServiceError};

const FIGURES: Access = Access::Only(&[Role::Analyst, Role::TeamManager]);

const STANDARD: Parameter = Parameter {
    name: "standard",
    at: In::Path,
    required: true,
    pattern: "^[a-z0-9_.-]{1,100}$",
    longest: 100,
    says: "The standard's id.",
};

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get("/api/v1/standards", Access::SignedIn, "standards", "The standards of the rulebook in force")
            .query::<WhichStandards>()
            .answers::<Page<StandardShown>>(200),
        list,
    )
    .operation(
        Operation::get("/api/v1/standards/{standard}", Access::SignedIn, "standards", "One standard in full")
            .says("Every version of it, in words.")
            .with(STANDARD)
            .answers::<StandardInFull>(200),
        one,
    )
    .operation(
        Operation::get("/api/v1/standards-report", FIGURES, "standards", "How often each standard was met")
            .says("By quarter and team, with denominators and population targets; counts without names.")
            .query::<AsOf>()
            .answers::<ReportShown>(200),
        report,
    )
    .operation(
        Operation::post("/api/v1/standards-comparison", FIGURES, "standards", "The same cases under a draft rulebook")
            .says("Send the files of the draft; what they do not say stays as it is in force. Nothing is kept.")
            .takes::<Draft>()
            .answers::<Compared>(200),
        compare,
    )
}

/// Which standards.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichStandards {
    /// Also those by which nothing is judged now.
    #[serde(default)]
    all: Option<bool>,
    /// How many standards at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    cursor: Option<String>,
}

/// A standard.
#[derive(Debug, Serialize, JsonSchema)]
struct StandardShown {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// `deadline`, `cadence`, `gate`, `duty`, `cap` or `target`.
    kind: String,
    /// Its limit in words.
    limit: String,
    /// Which calendar it counts on.
    calendar: Option<String>,
    /// The paragraph.
    source: String,
    /// How binding it is.
    status: String,
    /// How sure we are of its reading.
    confidence: String,
    /// Whether anything is judged by it.
    on: bool,
    /// The first day it is in force.
    valid_from: Option<Date>,
    /// The last day.
    valid_until: Option<Date>,
}

impl StandardShown {
    fn of(standard: &clock::Standard) -> Self {
        let (valid_from, valid_until) = standard.valid();
        Self {
            id: standard.id().to_owned(),
            title: standard.title().to_owned(),
            kind: standard.kind().to_string(),
            limit: standard.limit_words(),
            calendar: standard.calendar().map(|role| role.as_str().to_owned()),
            source: standard.source().to_owned(),
            status: standard.status().to_string(),
            confidence: standard.confidence().to_string(),
            on: standard.is_on(),
            valid_from,
            valid_until,
        }
    }
}

// The rulebook is published law and guidance: it is read without a use case, and nothing about anybody is in it.
async fn list(State(desk): State<Desk>, _: Seen, Asked(which): Asked<WhichStandards>) -> Result<Response, Problem> {
    let all = which.all.unwrap_or_default();
    let rulebook = desk.rules().rulebook();
    let shown = rulebook.standards().iter().filter(|standard| all || standard.is_on());
    let numbered: Vec<(String, StandardShown)> = shown
        .map(|standard| {
            let (from, until) = standard.valid();
            (format!("{}/{from:?}/{until:?}", standard.id()), StandardShown::of(standard))
        })
        .collect();
    let page = Paging { limit: which.limit, cursor: which.cursor }.of(numbered, |(key, _)| key.clone())?;
    let items = page.items.into_iter().map(|(_, shown)| shown).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

/// A standard in full.
#[derive(Debug, Serialize, JsonSchema)]
struct StandardInFull {
    /// Its versions.
    versions: Vec<Described>,
}

/// A version of a standard.
#[derive(Debug, Serialize, JsonSchema)]
struct Described {
    /// What it is.
    standard: StandardShown,
    /// All that it says, in words.
    description: String,
    /// What else to read.
    see_also: Vec<String>,
    /// The file in which it is written.
    file: String,
}

async fn one(State(desk): State<Desk>, _: Seen, Path(id): Path<String>) -> Result<Response, Problem> {
    let versions = desk.rules().rulebook().standards().iter().filter(|standard| standard.id() == id);
    let versions: Vec<Described> = versions
        .map(|standard| Described {
            standard: StandardShown::of(standard),
            description: standard.describe(),
            see_also: standard.see_also().to_vec(),
            file: standard.file().to_owned(),
        })
        .collect();
    if versions.is_empty() {
        Err(Problem::not_found())
    } else {
        Ok(answer(StatusCode::OK, StandardInFull { versions }))
    }
}

/// Up to which day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AsOf {
    /// The day; today when nothing is said.
    #[serde(default)]
    as_of: Option<Date>,
}

/// How many obligations came to what.
#[derive(Debug, Serialize, JsonSchema)]
struct CountsShown {
    /// Opened in the quarter.
    opened: u64,
    /// Met.
    met: u64,
    /// Met late.
    late: u64,
    /// Missed.
    missed: u64,
    /// Excused.
    excused: u64,
    /// Still open.
    open: u64,
    /// Not applicable.
    not_applicable: u64,
    /// Met, late or missed: the base of the percentage.
    judged: u64,
    /// Met of those judged, in per cent; null when none is judged.
    percent_met: Option<f64>,
}

impl From<&Counts> for CountsShown {
    fn from(counts: &Counts) -> Self {
        Self {
            opened: counts.opened,
            met: counts.met,
            late: counts.late,
            missed: counts.missed,
            excused: counts.excused,
            open: counts.open,
            not_applicable: counts.not_applicable,
            judged: counts.judged(),
            percent_met: counts.percent_met(),
        }
    }
}

/// How often each standard was met.
#[derive(Debug, Serialize, JsonSchema)]
struct ReportShown {
    /// The day up to which facts were looked at.
    as_of: Date,
    /// The rulebook.
    rulebook: String,
    /// Its version.
    rulebook_version: String,
    /// People counted.
    people: u64,
    /// Cases counted.
    cases: u64,
    /// By standard, quarter and team.
    rows: Vec<ReportRow>,
    /// Population targets.
    targets: Vec<TargetShown>,
}

/// A standard's counts for a team and a quarter.
#[derive(Debug, Serialize, JsonSchema)]
struct ReportRow {
    /// The standard's id.
    standard: String,
    /// The quarter.
    quarter: String,
    /// The team.
    team: String,
    /// The counts.
    counts: CountsShown,
}

/// A population target and whether it was reached.
#[derive(Debug, Serialize, JsonSchema)]
struct TargetShown {
    /// The target's id.
    target: String,
    /// Its title.
    title: String,
    /// The paragraph.
    source: String,
    /// The percentage asked for.
    percent: Option<u32>,
    /// The counts.
    counts: CountsShown,
    /// Whether it was reached; null when nothing is judged yet.
    reached: Option<bool>,
}

async fn report(State(desk): State<Desk>, seen: Seen, Asked(asked): Asked<AsOf>) -> Result<Response, Problem> {
    let shown = desk.ask(&seen, Purpose::Analysis, move |service, request| {
        let as_of = sound(asked.as_of.unwrap_or_else(|| request.today()), request.today())?;
        let figures = service.standards_report(request, as_of)?;
        let rulebook = service.rules().rulebook();
        let rows = figures.report.rows().map(|row| ReportRow {
            standard: row.standard.to_owned(),
            quarter: row.quarter.to_string(),
            team: row.team.to_owned(),
            counts: CountsShown::from(&row.counts),
        });
        let targets = figures.report.targets(rulebook).into_iter().map(|target| TargetShown {
            target: target.standard.to_owned(),
            title: target.title.to_owned(),
            source: target.source.to_owned(),
            percent: target.percent,
            counts: CountsShown::from(&target.counts),
            reached: target.reached,
        });
        Ok(ReportShown {
            as_of,
            rulebook: rulebook.id().to_owned(),
            rulebook_version: rulebook.version().to_owned(),
            people: figures.people,
            cases: figures.cases,
            rows: rows.collect(),
            targets: targets.collect(),
        })
    });
    Ok(answer(StatusCode::OK, shown.await?))
}

/// A day on which a report makes sense.
fn sound(as_of: Date, today: Date) -> Result<Date, ServiceError> {
    if (1950..=today.year().saturating_add(1)).contains(&as_of.year()) {
        return Ok(as_of);
    }
    Err(ServiceError::Asked(format!("A report looks from 1950 to the end of next year; {as_of} is outside that.")))
}

/// The files of a draft rulebook.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Draft {
    /// The files.
    #[schemars(length(min = 1, max = 20))]
    files: Vec<DraftFile>,
    /// The day up to which facts are looked at; today when nothing is said.
    #[serde(default)]
    as_of: Option<Date>,
}

/// A file of a draft.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DraftFile {
    /// Its name, for sentences about it.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// What stands in it (TOML).
    #[schemars(length(max = 100_000))]
    text: String,
}

/// The same cases under two rulebooks.
#[derive(Debug, Serialize, JsonSchema)]
struct Compared {
    /// The day up to which facts were looked at.
    as_of: Date,
    /// The rulebook in force.
    base: String,
    /// The draft.
    draft: String,
    /// People counted.
    people: u64,
    /// The standards that read differently.
    differences: Vec<DifferenceShown>,
}

/// A standard under both.
#[derive(Debug, Serialize, JsonSchema)]
struct DifferenceShown {
    /// The standard's id.
    standard: String,
    /// In force.
    base: CountsShown,
    /// Under the draft.
    draft: CountsShown,
}

async fn compare(State(desk): State<Desk>, seen: Seen, Sent(sent): Sent<Draft>) -> Result<Response, Problem> {
    if sent.files.is_empty() || sent.files.len() > 20 {
        return Err(Problem::field("files", "a draft has 1 to 20 files"));
    }
    let files: Vec<(String, String)> = sent.files.into_iter().map(|file| (file.name, file.text)).collect();
    let draft = desk.rules().rulebook().draft(&files).map_err(|error| Problem::field("files", error.to_string()))?;
    let as_of = sent.as_of;
    let shown = desk.ask(&seen, Purpose::Analysis, move |service, request| {
        let as_of = sound(as_of.unwrap_or_else(|| request.today()), request.today())?;
        let compared = service.what_if(request, &draft, as_of)?;
        let differences = compared.comparison.differences().into_iter();
        Ok(Compared {
            as_of,
            base: service.rules().rulebook().id().to_owned(),
            draft: draft.id().to_owned(),
            people: compared.people,
            differences: differences
                .filter(clock::report::Difference::is_change)
                .map(|difference| DifferenceShown {
                    standard: difference.standard.to_owned(),
                    base: CountsShown::from(&difference.base),
                    draft: CountsShown::from(&difference.draft),
                })
                .collect(),
        })
    });
    Ok(answer(StatusCode::OK, shown.await?))
}

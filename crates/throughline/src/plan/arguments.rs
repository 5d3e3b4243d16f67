//! What can be asked of plans.

use crate::arguments::Json;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// A plan is named by its reference in the store, or is a file: as people write it (`.toml`), or its stream of events
/// (`.jsonl`).
#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    /// Check a plan's file, compare it with the counts of its paper, and keep it in the store or as a stream of events
    Import(Import),
    /// The plans of the store
    List(List),
    /// The plan with how each part stands, and why
    Show(Box<Show>),
    /// What is late and what is due soon, with its leads
    Due(Due),
    /// The log of versions, with what changed in each
    History(History),
    /// Record what happened to a plan: adds an event to its stream
    Record(Record),
    /// Divide money between councils by a formula, with the whole arithmetic
    Funding(Funding),
    /// A report about a plan of the store: what was written, beside figures computed from the plan and the records
    Report(Report),
    /// The figures that a report can hold
    Figures(Figures),
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The plan's file
    #[arg(value_name = "PLAN.toml")]
    pub(crate) plan: PathBuf,
    /// Into a new file [default: only check]
    #[arg(long, value_name = "PLAN.jsonl")]
    pub(crate) to: Option<PathBuf>,
    /// In the store, under its own reference
    #[arg(long, conflicts_with = "to")]
    pub(crate) keep: bool,
    /// With every date so many months later, for a demonstration; its title says so
    #[arg(long, value_name = "MONTHS", default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=1200))]
    pub(crate) later: i32,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The plan's reference in the store, its file, or its stream
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// As it was known at a moment; a day means its end
    #[arg(long, value_name = "MOMENT", conflicts_with_all = ["on", "version"])]
    pub(crate) known_at: Option<String>,
    /// As it stood at the end of a day, as known now
    #[arg(long, value_name = "DATE", conflicts_with = "version")]
    pub(crate) on: Option<Date>,
    /// As a version had it
    #[arg(long, value_name = "NUMBER")]
    pub(crate) version: Option<String>,
    /// Only work that this body leads or supports
    #[arg(long, value_name = "BODY")]
    pub(crate) lead: Option<String>,
    /// Only work of this year of the plan
    #[arg(long, value_name = "1..")]
    pub(crate) year: Option<u8>,
    /// Only work that serves this aim, outcome, pathway or goal
    #[arg(long, value_name = "ID")]
    pub(crate) serves: Option<String>,
    /// Only work that stands so: red, amber, green, undated, complete
    #[arg(long, value_name = "COLOUR")]
    pub(crate) colour: Option<String>,
    /// Only this part and what stands under it
    #[arg(long, value_name = "ID")]
    pub(crate) part: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Due {
    /// The plan's reference in the store, its file, or its stream
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// How many days ahead
    #[arg(long, default_value_t = 30)]
    pub(crate) days: u16,
    /// Only what this body leads
    #[arg(long, value_name = "BODY")]
    pub(crate) lead: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// The plan's reference in the store, its file, or its stream
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Every event instead, in the order in which they were recorded
    #[arg(long)]
    pub(crate) events: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The plan's reference in the store, or its stream
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// What happened: a kind of event, such as action.progressed
    pub(crate) kind: String,
    /// Its content as JSON
    pub(crate) content: String,
    /// When it happened [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) happened: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct Funding {
    /// The formula
    #[arg(value_name = "FORMULA.toml")]
    pub(crate) formula: PathBuf,
    /// The councils with their figures, and what is divided between them
    #[arg(value_name = "AREA.toml")]
    pub(crate) area: PathBuf,
    /// Another formula to compare with
    #[arg(long, value_name = "FORMULA.toml")]
    pub(crate) with: Option<PathBuf>,
    /// Each step of the arithmetic
    #[arg(long)]
    pub(crate) arithmetic: bool,
    /// Compare spending with the ring-fence
    #[arg(long, value_name = "SPENDING.toml")]
    pub(crate) spending: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The plan's reference in the store
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// quarterly, annual or cpo (community payback orders)
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: String,
    /// About which period: 2026-q1, or 2025-26 for a year [default: the latest that is over]
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// As what
    #[arg(long, value_enum, default_value_t = Format::Html)]
    pub(crate) format: Format,
    /// Into a new file, for PDF
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Only one figure, as CSV
    #[arg(long, value_name = "FIGURE")]
    pub(crate) figure: Option<String>,
    /// As it was known when it was issued
    #[arg(long)]
    pub(crate) issued: bool,
}

/// As what a report is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One page that needs nothing else
    Html,
    /// A document to be printed, tagged for screen readers
    Pdf,
    /// Data for programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Figures {
    #[command(flatten)]
    pub(crate) json: Json,
}

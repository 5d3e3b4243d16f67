//! # throughline-cluster
//!
//! The measures of reoffending as a plan of `DataFusion`: on one machine, or on a cluster of Ballista. For data beyond one
//! machine; `docs/measures.md` says from what size it pays.
//!
//! *May know:* `measure`, `DataFusion`, Ballista. *Must not know:* the record, the store, the desk.
//!
//! People are laid out as Parquet, parted by person ([`layout`]). A definition becomes one statement of SQL ([`plan`]) without
//! functions of our own, so that any scheduler and executor can run it; what comes back are groups of people to whom
//! the same happened, of which `measure` makes the same figures as of its own ([`run`]). The plan and the embedded engine share
//! no code that follows anybody: that both say the same to the digit is a test of both.

mod check;
mod layout;
mod nodes;
mod plan;
mod run;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use measure::{Cohort, Definition, Known, Scale};
use run::Engine;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Parser)]
#[command(version, about = "Measures of reoffending on DataFusion and Ballista")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lay people out for a cluster: Parquet, parted by person
    LayOut(layout::LayOut),
    /// Figures of cohorts, as JSON
    Measure(Asked),
    /// Make people up, follow them by each way, compare the figures and say how long each took
    Check(check::Check),
    /// Run a scheduler
    Scheduler(nodes::Scheduler),
    /// Run an executor
    Executor(nodes::Executor),
}

/// Which figures.
#[derive(Debug, Args)]
struct Asked {
    /// The folder that `lay-out` made, where every executor sees it
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The cohort: 2016-17, 2016, or 2016-04-01..2016-06-30
    #[arg(long, value_name = "PERIOD")]
    cohort: String,
    /// The definition
    #[arg(long, value_name = "FILE")]
    definition: PathBuf,
    /// What to break down by
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    by: Vec<String>,
    /// The severity scale by which the layout was weighed
    #[arg(long, value_name = "FILE")]
    severity: Option<PathBuf>,
    /// Only what was known on this day [default: the day to which the data are complete]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// The day to which the data are complete
    #[arg(long, value_name = "DATE")]
    complete_to: Date,
    /// A cluster's scheduler, such as df://127.0.0.1:50050 [default: this machine alone]
    #[arg(long, value_name = "URL")]
    scheduler: Option<String>,
}

/// A plan is a deep tree, and a scheduler walks it by recursion: the usual two mebibytes overflow without optimisation.
const STACK: usize = 32 << 20;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build()?;
    runtime.block_on(async {
        match Arguments::parse().command {
            Command::LayOut(asked) => layout::run(&asked),
            Command::Measure(asked) => measured(&asked).await,
            Command::Check(asked) => check::run(&asked).await,
            Command::Scheduler(asked) => nodes::scheduler(&asked).await,
            Command::Executor(asked) => nodes::executor(&asked).await,
        }
    })
}

async fn measured(asked: &Asked) -> Result<()> {
    let definition = Definition::parse(&asked.definition.display().to_string(), &read(&asked.definition)?)?;
    let scale = asked.severity.as_deref().map(scale).transpose()?;
    let complete = asked.complete_to.into();
    let known = Known { as_of: asked.as_of.map_or(complete, Into::into), complete };
    let engine = asked.scheduler.as_deref().map_or(Engine::Here, Engine::Cluster);
    let question = plan::Question {
        definition: &definition,
        cohort: &Cohort::parse(&asked.cohort)?,
        known,
        by: &asked.by,
        scale: scale.as_ref(),
    };
    let report = run::report(&engine, &asked.data, &question).await?;
    serde_json::to_writer_pretty(std::io::stdout(), &report)?;
    Ok(())
}

fn scale(path: &Path) -> Result<Scale> {
    Ok(Scale::parse(&path.display().to_string(), &read(path)?)?)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

#[cfg(test)]
mod tests;

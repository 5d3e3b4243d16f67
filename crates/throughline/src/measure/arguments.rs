//! What can be asked of measures.

use super::source::Source;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Measure {
    /// Who reoffended, how often, how seriously, how soon: a cohort under one or several definitions
    Reoffending(Reoffending),
    /// A cohort as a table with one row for each person, for survival, compare, predict and match
    People(Followed),
    /// How often the same people were convicted before their index date and after
    BeforeAfter(Followed),
    /// What an intervention cost: for each completion, and for each reoffence avoided
    Cost(Cost),
    /// How many have not reoffended after how long, when not everybody was seen to the end
    Survival(Survival),
    /// Like for like: actual against predicted, or a regression
    Compare(Compare),
    /// Which units lie further from the whole than chance takes them
    Funnel(Funnel),
    /// What a change is made of: people who behave differently, or other people
    Decompose(Cells),
    /// What a predictor says of people like somebody, and how well it does
    Predict(Predict),
    /// People who took part, and people like them who did not
    Match(Match),
}

/// How the answer is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "The answer")]
pub(crate) struct Give {
    /// As a table to read, as JSON, CSV, Parquet or Arrow, or as a chart
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// As JSON: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Into a new file; CSV gets its description beside it, a chart its table
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

impl Give {
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
    #[cfg(feature = "parquet")]
    Arrow,
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct Reoffending {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The cohort: 2016-17, 2016, or 2016-04-01..2016-06-30
    #[arg(long, value_name = "PERIOD", required = true, value_delimiter = ',')]
    pub(crate) cohort: Vec<String>,
    /// The definitions: files, or names of those shipped
    #[arg(
        long,
        value_name = "ID|FILE",
        value_delimiter = ',',
        default_value = "scotland-headline,scotland-without-pseudo,proven-reoffending"
    )]
    pub(crate) definition: Vec<String>,
    /// What to break down by: age, disposal, group, previous, or an attribute of the map; of a store, also sex, ethnicity, order, council,
    /// requirement, programme, level, ogrs3, arp-static, or a group of people by its id in groups/, such as women
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// A severity scale: a file, or the name of one shipped
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) severity: Option<String>,
    /// Write the people behind the figures into a new file, for those who may see them
    #[arg(long, value_name = "FILE.csv", requires = "events")]
    pub(crate) trace: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) give: Give,
}

/// What an intervention cost.
#[derive(Debug, Args)]
pub(crate) struct Cost {
    /// The file of unit costs
    #[arg(long, value_name = "COSTS.toml")]
    pub(crate) costs: PathBuf,
    /// The intervention, as the file names it
    #[arg(long, value_name = "NAME")]
    pub(crate) intervention: String,
    /// The day whose unit cost counts
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Date,
    /// How many people began it
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) began: u64,
    /// How many of them completed it
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) completed: u64,
    /// How many more reoffences each had than people like them (`match`), and its 95% interval: -0.25,-0.4,-0.1
    #[arg(long, value_name = "MORE,LOW,HIGH", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) difference: Vec<f64>,
    #[command(flatten)]
    pub(crate) give: Give,
}

/// One cohort, followed under one definition.
#[derive(Debug, Args)]
pub(crate) struct Followed {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The cohort: 2016-17, 2016, or 2016-04-01..2016-06-30
    #[arg(long, value_name = "PERIOD")]
    pub(crate) cohort: String,
    /// The definition: a file, or the name of one shipped
    #[arg(long, value_name = "ID|FILE", default_value = "scotland-headline")]
    pub(crate) definition: String,
    #[command(flatten)]
    pub(crate) give: Give,
}

/// A table of a study.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// The table, CSV, Parquet or Arrow: one row for each person
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Only rows in which a column holds a word
    #[arg(long = "where", value_name = "COLUMN=WORD")]
    pub(crate) only: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Survival {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The column that says for how long each was seen
    #[arg(long, value_name = "COLUMN")]
    pub(crate) time: String,
    /// The column that says whether something happened, or the word it then holds
    #[arg(long, value_name = "COLUMN[=WORD]")]
    pub(crate) event: String,
    /// For how long those were seen who have no time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<f64>,
    /// The column that says what happened: how many came to each end
    #[arg(long, value_name = "COLUMN")]
    pub(crate) cause: Option<String>,
    /// A line for each word of a column, and the test whether they differ
    #[arg(long, value_name = "COLUMN", conflicts_with = "cause")]
    pub(crate) by: Option<String>,
    /// The moments to tell of [default: all at which something happened]
    #[arg(long, value_name = "TIME", value_delimiter = ',')]
    pub(crate) at: Vec<f64>,
    #[command(flatten)]
    pub(crate) give: Give,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Actual against predicted, from cells of a base and of a later cohort
    Expected,
    /// Cox's regression: what goes with sooner reoffending
    Cox,
    /// Logistic regression: what goes with reoffending
    Logistic,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// How
    #[arg(long, value_enum, default_value = "expected")]
    pub(crate) method: Method,
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) cells: OptionalCells,
    /// The column that says for how long each was seen (cox)
    #[arg(long, value_name = "COLUMN", required_if_eq("method", "cox"))]
    pub(crate) time: Option<String>,
    /// The column that says whether something happened, or the word it then holds (cox, logistic)
    #[arg(long, value_name = "COLUMN[=WORD]", required_if_eq_any([("method", "cox"), ("method", "logistic")]))]
    pub(crate) event: Option<String>,
    /// For how long those were seen who have no time (cox)
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<f64>,
    /// The covariates (cox, logistic)
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) covariates: Vec<String>,
    /// A covariate with a column for each unit of time: `employed=emp` reads emp1, emp2, … (cox)
    #[arg(long, value_name = "NAME=COLUMN")]
    pub(crate) changing: Option<String>,
    /// Take the covariate that changes from so many units before (cox)
    #[arg(long, value_name = "UNITS", default_value_t = 0)]
    pub(crate) lag: usize,
    #[command(flatten)]
    pub(crate) give: Give,
}

/// The columns of counts in a table of cells.
#[derive(Debug, Args)]
pub(crate) struct Counts {
    /// The column of how many people
    #[arg(long, value_name = "COLUMN", default_value = "people")]
    pub(crate) people: String,
    /// The column of how many of them reoffended
    #[arg(long, value_name = "COLUMN", default_value = "reoffended")]
    pub(crate) reoffended: String,
}

/// Cells of two cohorts, where the method asks for them.
#[derive(Debug, Args)]
pub(crate) struct OptionalCells {
    /// The columns that make the cells (expected)
    #[arg(long = "cells", value_name = "COLUMN", value_delimiter = ',', required_if_eq("method", "expected"))]
    pub(crate) by: Vec<String>,
    #[command(flatten)]
    pub(crate) counts: Counts,
    /// The rows of the base (expected)
    #[arg(long, value_name = "COLUMN=WORD", required_if_eq("method", "expected"))]
    pub(crate) base: Option<String>,
    /// The rows to compare with it (expected)
    #[arg(long, value_name = "COLUMN=WORD", required_if_eq("method", "expected"))]
    pub(crate) against: Option<String>,
}

/// Cells of two cohorts.
#[derive(Debug, Args)]
pub(crate) struct Cells {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The columns that make the cells
    #[arg(long = "cells", value_name = "COLUMN", value_delimiter = ',', required = true)]
    pub(crate) by: Vec<String>,
    #[command(flatten)]
    pub(crate) counts: Counts,
    /// The rows of the earlier cohort
    #[arg(long, value_name = "COLUMN=WORD")]
    pub(crate) base: String,
    /// The rows of the later cohort
    #[arg(long, value_name = "COLUMN=WORD")]
    pub(crate) against: String,
    #[command(flatten)]
    pub(crate) give: Give,
}

#[derive(Debug, Args)]
pub(crate) struct Funnel {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The columns that name a unit
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', required = true)]
    pub(crate) unit: Vec<String>,
    #[command(flatten)]
    pub(crate) counts: Counts,
    /// The column of how many were expected to: the funnel is then like for like
    #[arg(long, value_name = "COLUMN")]
    pub(crate) expected: Option<String>,
    /// Widen the limits when units differ by more than chance throughout
    #[arg(long)]
    pub(crate) widen: bool,
    #[command(flatten)]
    pub(crate) give: Give,
}

#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// The predictor: a file, or the name of one shipped (ogrs3, arp-static, arp-dynamic)
    #[arg(long, value_name = "ID|FILE", requires = "input")]
    pub(crate) model: Option<String>,
    /// What the predictor asks of people, a list in JSON
    #[arg(long, value_name = "FILE.json", requires = "model")]
    pub(crate) input: Option<PathBuf>,
    /// A table of people with what was predicted, or with what to predict from, and what happened
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub(crate) check: Option<PathBuf>,
    /// The column of predicted chances
    #[arg(long, value_name = "COLUMN", requires = "check")]
    pub(crate) chance: Option<String>,
    /// Or fit a model of one's own on these columns
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires_all = ["check", "fit_on", "judge_on"], conflicts_with = "chance")]
    pub(crate) fit: Vec<String>,
    /// The rows on which to fit it
    #[arg(long, value_name = "COLUMN=WORD")]
    pub(crate) fit_on: Option<String>,
    /// The rows on which to judge it: nobody may be in both
    #[arg(long, value_name = "COLUMN=WORD")]
    pub(crate) judge_on: Option<String>,
    /// The column that names the person, when somebody may have several rows
    #[arg(long, value_name = "COLUMN")]
    pub(crate) person: Option<String>,
    /// The column that says whether somebody reoffended, or the word it then holds
    #[arg(long, value_name = "COLUMN[=WORD]", requires = "check")]
    pub(crate) event: Option<String>,
    /// For whom to show the errors: sex, age, ethnicity
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// The chance from which it would say yes
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub(crate) threshold: f64,
    #[command(flatten)]
    pub(crate) give: Give,
}

#[derive(Debug, Args)]
pub(crate) struct Match {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The column that says whether somebody took part, or the word it then holds
    #[arg(long, value_name = "COLUMN[=WORD]")]
    pub(crate) took_part: String,
    /// The column that says whether somebody reoffended, or the word it then holds
    #[arg(long, value_name = "COLUMN[=WORD]")]
    pub(crate) event: String,
    /// What people should be alike in
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', required = true)]
    pub(crate) on: Vec<String>,
    /// Match only people who are exactly alike, rather than equally likely to take part
    #[arg(long)]
    pub(crate) exactly: bool,
    #[command(flatten)]
    pub(crate) give: Give,
}

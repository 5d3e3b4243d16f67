//! # measure
//!
//! Does it reduce reoffending? Who reoffended, how often, how seriously, how soon; like for like; with intervals, and never
//! before everybody in the denominator has been followed to the end.
//!
//! People and what happened to them are [`Histories`]: columns sorted by person and date. A [`Definition`] is a dated
//! file that says who is in a cohort, for how long they are followed and what counts. [`follow`] follows each person of a
//! [`Cohort`]; [`report`] makes the figures, broken down by what was known at the index date, with small numbers
//! suppressed. The [`statistics`] are each in a module named after it.
//!
//! *May know:* dates, columns, definitions, predictors, severity scales, statistics.
//! *Must not know:* the record's types, the store, where files lie, what time it is.
//!
//! Three series stand side by side and are never mixed: the Scottish headline (by date of conviction), the same without
//! pseudo-reconvictions, and proven reoffending (by date of offence, with a waiting period).

mod before_after;
mod breakdown;
pub mod calibration;
pub mod chart;
mod cohort;
mod cohort_table;
#[cfg(feature = "parquet")]
pub mod columns;
mod content;
mod cost;
mod day;
mod definition;
mod error;
mod follow_up;
pub mod grid;
mod histories;
mod number;
mod offences;
pub mod predictor;
mod priority_groups;
mod programmes;
mod report;
mod severity;
mod shares;
pub mod statistics;
mod suppression;
mod table;
pub mod tables;

pub use before_after::{BeforeAfter, before_after};
pub use breakdown::Breakdown;
pub use cohort::Cohort;
pub use content::Content;
pub use cost::{Cost, Costs, cost};
pub use day::{Day, Length};
pub use definition::{CountedUnit, Counts, DatedBy, Definition, FollowUp, Index, OffencesBefore, Suppression, Words};
pub use error::MeasureError;
pub use follow_up::{Followed, Known, Outcome, fold, follow};
pub use histories::{EventRow, Files, Histories, HistoriesBuilder, Map, Person, PersonRow};
pub use offences::Offences;
pub use priority_groups::{AtIndex, PriorityGroup, PriorityGroups};
pub use programmes::Programmes;
pub use report::{Figures, Group, Report, Row, Severity, Shown, report, report_of_groups};
pub use severity::Scale;
pub use table::Table;

//! Published figures, read from `targets.toml`: what is drawn from, and what is compared with.

use crate::SyntheticError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// In what a figure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Unit {
    /// Per cent of the measure's base.
    #[serde(rename = "percent")]
    Percent,
    /// For every 100 orders.
    #[serde(rename = "per 100 orders")]
    PerHundredOrders,
    /// For every 100 people.
    #[serde(rename = "per 100 people")]
    PerHundredPeople,
    /// A mean, in hours.
    #[serde(rename = "hours")]
    Hours,
    /// A mean, in months.
    #[serde(rename = "months")]
    Months,
    /// A mean, in days.
    #[serde(rename = "days")]
    Days,
    /// A mean, in events.
    #[serde(rename = "events")]
    Events,
}

impl Unit {
    /// As it is written behind a figure.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::PerHundredOrders => " per 100 orders",
            Self::PerHundredPeople => " per 100 people",
            Self::Hours => " hours",
            Self::Months => " months",
            Self::Days => " days",
            Self::Events => " events",
        }
    }
}

/// One published measure with its values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name here.
    pub id: String,
    /// What it says.
    pub title: String,
    /// In what it is told.
    pub unit: Unit,
    /// Where it was published.
    pub source: String,
    /// By how much the model may be off, beside the error of the sample.
    pub tolerance: f64,
    /// The values, each with its name.
    pub values: BTreeMap<String, f64>,
}

/// All published figures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The measures, in the order of the file.
    pub target: Vec<Target>,
}

impl Targets {
    /// The figures that this version ships.
    pub fn shipped() -> Result<Self, SyntheticError> {
        toml::from_str(include_str!("../targets.toml")).map_err(|error| SyntheticError::Targets(error.to_string()))
    }

    /// One measure.
    pub fn get(&self, id: &str) -> Option<&Target> {
        self.target.iter().find(|target| target.id == id)
    }

    /// One figure of a measure.
    pub(crate) fn figure(&self, id: &str, value: &str) -> Result<f64, SyntheticError> {
        self.get(id)
            .and_then(|target| target.values.get(value))
            .copied()
            .ok_or_else(|| SyntheticError::Targets(format!("there is no value \"{value}\" of \"{id}\"; add it")))
    }
}

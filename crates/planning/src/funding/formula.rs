//! The formula and the area, as their files say them.

use super::Pence;
use crate::ReadError;
use crate::words::{BodyRef, ItemRef, Line, Note};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A formula: how much of the total goes into which pot, and what each pot is divided by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Its name.
    pub id: Line,
    /// Its version.
    pub version: Line,
    /// What it is called.
    pub title: Line,
    /// From when it holds.
    pub valid_from: Date,
    /// Where it comes from, and how sure that is.
    pub source: Note,
    /// No council gets less than its last sum by more than so many per cent; none for no limit.
    pub limit_on_loss_percent: Option<u8>,
    /// What the money may be spent on.
    pub ring_fence: RingFence,
    /// The pots.
    #[serde(rename = "pot")]
    pub pots: Vec<Pot>,
}

/// A part of the total with what it is divided by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pot {
    /// Its reference, such as `workload`.
    pub id: ItemRef,
    /// What it is for.
    pub text: Line,
    /// How much of the total it is.
    pub percent: u8,
    /// What it is divided by.
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

/// What is counted in each council, and how many points one of it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its reference, such as `reports`.
    pub id: ItemRef,
    /// What is counted.
    pub text: Line,
    /// Points for one.
    pub points: u32,
}

/// What the money may be spent on, and for whom (S4 6.1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RingFence {
    /// The relevant services.
    pub services: BTreeSet<ItemRef>,
    /// The relevant persons.
    pub persons: BTreeSet<ItemRef>,
    /// Where that is written.
    pub source: Line,
}

/// The councils of an area in one year, with what is to be divided between them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Whose.
    pub title: Line,
    /// For which year.
    pub year: Line,
    /// Where the figures come from.
    pub source: Note,
    /// What is divided.
    pub total: Pence,
    /// The councils.
    #[serde(rename = "council")]
    pub councils: Vec<Council>,
}

/// A council with its indicators.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Council {
    /// Its reference.
    pub id: BodyRef,
    /// Its name.
    pub name: Line,
    /// What it had the year before.
    pub before: Pence,
    /// Its figures by indicator.
    pub indicators: BTreeMap<ItemRef, u32>,
}

impl Formula {
    /// Reads a formula's file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let formula: Self = toml::from_str(text).map_err(|error| ReadError::file("the formula", &error))?;
        let problem = formula.problem();
        problem.map_or(Ok(formula), |problem| Err(ReadError::file("the formula", &problem)))
    }

    fn problem(&self) -> Option<String> {
        let sum: u32 = self.pots.iter().map(|pot| u32::from(pot.percent)).sum();
        if sum != 100 {
            return Some(format!("percent: the pots are {sum}% of the total together. Make them 100%."));
        }
        if self.limit_on_loss_percent.is_some_and(|limit| limit > 100) {
            return Some(
                "limit_on_loss_percent: nobody can lose more than 100%. Give 0 to 100, or leave it out.".into(),
            );
        }
        let idle = self.pots.iter().find(|pot| pot.indicators.iter().all(|indicator| indicator.points == 0))?;
        Some(format!("indicator: pot {} has nothing with points to divide it by. Give it an indicator.", idle.id))
    }
}

impl Area {
    /// Reads an area's file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let area: Self = toml::from_str(text).map_err(|error| ReadError::file("the area", &error))?;
        let mut names = BTreeSet::new();
        match area.councils.iter().find(|council| !names.insert(&council.id)) {
            Some(twice) => {
                Err(ReadError::file("the area", &format!("council: {} stands twice. Leave one out.", twice.id)))
            }
            None if area.councils.is_empty() => {
                Err(ReadError::file("the area", &"council: there is none. Name at least one."))
            }
            None => Ok(area),
        }
    }
}

//! Whom the law names to be consulted about unpaid work each year (1995 Act s.227ZL), and who was.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::report::Period;
use crate::words::{ConsulteeRef, Line, Note};
use crate::{Plan, ReadError, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The persons who must be consulted: data, see `plans/consultees.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultees {
    /// Where they are named.
    pub source: Line,
    /// Each of them.
    #[serde(rename = "consultee")]
    pub all: Vec<Consultee>,
}

/// Somebody who must be consulted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultee {
    /// Their reference.
    pub id: ConsulteeRef,
    /// Who they are.
    pub text: Line,
}

impl Consultees {
    /// Reads them from their file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| ReadError::file("the persons to be consulted", &error))
    }

    /// Each of them, with when and how they were consulted in a year; nobody where they were not.
    pub fn in_year<'a>(&'a self, plan: &'a Plan, year: Period) -> Vec<(&'a Consultee, Vec<&'a (Date, Consulted)>)> {
        let of = |one: &'a Consultee| {
            let told = plan.consulted.iter();
            (one, told.filter(|(on, told)| told.consultee == one.id && year.contains(*on)).collect())
        };
        self.all.iter().map(of).collect()
    }
}

/// Somebody was consulted about unpaid work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consulted {
    /// As which of those whom the law names.
    pub consultee: ConsulteeRef,
    /// Which body it was: "Harbour community council".
    pub who: Line,
    /// How: a letter, a meeting.
    pub how: Line,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Note>,
    /// What was done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<Note>,
}

impl Happening for Consulted {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(self.did.is_none() || self.said.is_some(), || {
            "did: there is nothing that it answers. Record what they said too.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        plan.consulted.push((stamp.happened, self.clone()));
    }
}

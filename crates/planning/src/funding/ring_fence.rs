//! Whether the money was spent on relevant services for relevant persons (S4 6.1), and within what each council had.

use super::{Allocation, Formula, Pence, RingFence};
use crate::ReadError;
use crate::words::{BodyRef, ItemRef, Line};
use serde::{Deserialize, Serialize};

/// What an area spent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spending {
    /// Each line of spending.
    #[serde(rename = "spend")]
    pub lines: Vec<Spend>,
}

/// A line of spending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    /// Which council.
    pub council: BodyRef,
    /// On what, in a few words.
    pub text: Line,
    /// Which kind of service.
    pub service: ItemRef,
    /// For which kind of persons.
    pub persons: ItemRef,
    /// How much.
    pub amount: Pence,
}

impl Spending {
    /// Reads a file of spending.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| ReadError::file("the spending", &error))
    }
}

/// A line that lies outside the ring, with why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outside {
    /// The line.
    pub spend: Spend,
    /// Why, in a sentence.
    pub reason: String,
}

/// What the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RingFenced {
    /// What was spent inside the ring.
    pub inside: Pence,
    /// What was spent outside it.
    pub outside: Vec<Outside>,
    /// Councils that spent more inside the ring than they had, and by how much.
    pub overspent: Vec<(BodyRef, Pence)>,
}

impl RingFence {
    /// Why money for such a service and such persons lies outside the ring, in a sentence; none where it lies inside.
    pub fn why_outside(&self, service: &ItemRef, persons: &ItemRef) -> Option<String> {
        if !self.services.contains(service) {
            Some(format!("service: {service} is not a relevant service ({}).", self.source))
        } else if !self.persons.contains(persons) {
            Some(format!("persons: {persons} is not one of the relevant persons ({}).", self.source))
        } else {
            None
        }
    }
}

/// Checks spending against a formula's ring-fence and against what each council was given.
pub fn ring_fence(formula: &Formula, given: &Allocation, spending: &Spending) -> RingFenced {
    let ring = &formula.ring_fence;
    let reason = |spend: &Spend| {
        let has_share = given.councils.iter().any(|council| council.council == spend.council);
        let without = || (!has_share).then(|| format!("{} has no share of this money.", spend.council));
        ring.why_outside(&spend.service, &spend.persons).or_else(without)
    };
    let outside = spending
        .lines
        .iter()
        .filter_map(|spend| Some(Outside { reason: reason(spend)?, spend: spend.clone() }))
        .collect();
    let inside: Vec<&Spend> = spending.lines.iter().filter(|spend| reason(spend).is_none()).collect();
    let overspent = given.councils.iter().filter_map(|council| {
        let own = inside.iter().filter(|spend| spend.council == council.council);
        let spent: u64 = own.map(|spend| spend.amount.0).sum();
        (spent > council.gets.0).then(|| (council.council.clone(), Pence(spent - council.gets.0)))
    });
    RingFenced {
        inside: Pence(inside.iter().map(|spend| spend.amount.0).sum()),
        outside,
        overspent: overspent.collect(),
    }
}

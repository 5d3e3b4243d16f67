//! What bodies offer each other for their staff: joint training, secondment, shadowing and mentoring (S1 section 3; S4 3.3).

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{BodyRef, Line, Note, OfferRef, QualificationRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// Training for the staff of several bodies.
    Training,
    /// Work in another body for a time.
    Secondment,
    /// A look at another's work.
    Shadowing,
    /// Somebody who advises.
    Mentoring,
}

impl OfferKind {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Training => "joint training",
            Self::Secondment => "secondment",
            Self::Shadowing => "work shadowing",
            Self::Mentoring => "mentoring",
        }
    }
}

/// A body offers something to the staff of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Its reference.
    pub offer: OfferRef,
    /// What is offered.
    pub kind: OfferKind,
    /// By which body.
    pub body: BodyRef,
    /// What it is called.
    pub title: Line,
    /// For how many people.
    pub places: u16,
    /// Its first day.
    pub from: Date,
    /// Its last day, where it has more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// What people are trained in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<QualificationRef>,
    /// For whom it is, and what they need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Happening for Made {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        check.partner(&self.body)?;
        require(!check.plan.offers.contains_key(&self.offer), || {
            format!("offer: {} has been made already. Choose another reference.", self.offer)
        })?;
        require(self.places > 0, || "places: say for how many people it is.".into())?;
        require(self.until.is_none_or(|until| self.from <= until), || {
            format!("until: it begins on {} and ends before that. Exchange the two.", say(self.from))
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        let offer = Offer { made: self.clone(), taken_up: Vec::new(), withdrawn: None };
        plan.offers.insert(self.offer.clone(), offer);
    }
}

/// Another body takes places of an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenUp {
    /// Which.
    pub offer: OfferRef,
    /// Which body takes it up.
    pub body: BodyRef,
    /// How many of its places.
    pub places: u16,
}

impl Happening for TakenUp {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let offer = known(check, &self.offer)?;
        check.partner(&self.body)?;
        require(self.body != offer.made.body, || {
            format!("body: {} offers it itself. Name the body that takes it up.", self.body)
        })?;
        require(self.places > 0, || "places: say how many are taken.".into())?;
        require(self.places <= offer.left(), || {
            format!("places: {} of {} are left. Take fewer, or ask for more.", offer.left(), offer.made.places)
        })?;
        require(check.on <= offer.last_day(), || {
            format!("{} ended on {}. Strike that entry if the day is wrong.", self.offer, say(offer.last_day()))
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(offer) = plan.offers.get_mut(&self.offer) {
            offer.taken_up.push((stamp.happened, self.body.clone(), self.places));
        }
    }
}

/// An offer stands no longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// Which.
    pub offer: OfferRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Withdrawn {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.offer).map(drop)
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(offer) = plan.offers.get_mut(&self.offer) {
            offer.withdrawn = Some((stamp.happened, self.reason.clone()));
        }
    }
}

fn known<'a>(check: &Check<'a>, id: &OfferRef) -> Result<&'a Offer, Refusal> {
    check.open_plan()?;
    let offer = check.plan.offers.get(id);
    let offer = offer.ok_or_else(|| Refusal::plan(format!("There is no offer {id}. Make it first.")))?;
    require(offer.withdrawn.is_none(), || format!("{id} has been withdrawn. Make a new offer."))?;
    Ok(offer)
}

/// An offer as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// As it was made.
    pub made: Made,
    /// Who took how many places, and when.
    pub taken_up: Vec<(Date, BodyRef, u16)>,
    /// When and why it was withdrawn.
    pub withdrawn: Option<(Date, Line)>,
}

impl Offer {
    /// How many places were taken.
    pub fn taken(&self) -> u16 {
        self.taken_up.iter().map(|(.., places)| *places).fold(0, u16::saturating_add)
    }

    /// How many places nobody took.
    pub fn left(&self) -> u16 {
        self.made.places.saturating_sub(self.taken())
    }

    /// Whether places can be taken on a day.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.withdrawn.is_none() && self.left() > 0 && day <= self.last_day()
    }

    /// Its last day.
    pub fn last_day(&self) -> Date {
        self.made.until.unwrap_or(self.made.from)
    }
}

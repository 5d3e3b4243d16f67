//! One thing that happened, as a rule sees it.

use crate::{Attributes, FactName, Value};
use jiff::civil::{Date, Time};

/// A named thing that happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What happened.
    pub name: FactName,
    /// The day on which it happened, local civil date.
    pub on: Date,
    /// The time of day, local civil time, where it was told. Limits in clock hours need it.
    pub at: Option<Time>,
    /// What else a rule may ask of it.
    pub attributes: Attributes,
}

impl Fact {
    /// A fact without attributes.
    pub fn new(name: FactName, on: Date) -> Self {
        Self { name, on, at: None, attributes: Attributes::default() }
    }

    /// The same fact with one more attribute.
    #[must_use]
    pub fn with(mut self, attribute: &'static str, value: impl Into<Value>) -> Self {
        self.attributes = self.attributes.with(attribute, value);
        self
    }

    /// The same fact at a time of day.
    #[must_use]
    pub fn at(mut self, time: Option<Time>) -> Self {
        self.at = time;
        self
    }
}

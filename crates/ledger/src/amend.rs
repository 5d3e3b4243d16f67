//! Corrections and strikes: nothing is edited; a later event says what was wrong and why.

use crate::EventId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// An earlier event was wrong in its content or its date; this is what it should have said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    bound(deserialize = "What: Deserialize<'de>, When: Deserialize<'de>, Why: Deserialize<'de>")
)]
#[schemars(bound = "When: JsonSchema, Why: JsonSchema", rename = "Corrected")]
pub struct Corrected<What, When, Why> {
    /// The event that was wrong.
    pub event: EventId,
    /// What it should have said; of the same kind.
    #[schemars(with = "serde_json::Value")]
    pub instead: Box<What>,
    /// When it took place, if that was wrong too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<When>,
    /// Why it was wrong.
    pub reason: Why,
}

/// An earlier event did not happen, or stands where it does not belong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Struck")]
pub struct Struck<Why> {
    /// The event that is struck.
    pub event: EventId,
    /// Why.
    pub reason: Why,
}

/// What an event does to an earlier one.
pub enum Amendment<'a, E: Entry> {
    /// It says what the other should have said, and when it took place if that was wrong too.
    Corrects(EventId, &'a E::What, Option<E::When>),
    /// The other does not count.
    Strikes(EventId),
}

/// An event, as far as amending goes.
pub trait Entry: Clone {
    /// Its content.
    type What;
    /// When something took place, in the order of things.
    type When: Copy;

    /// Its identifier.
    fn id(&self) -> EventId;
    /// What it does to an earlier event; none for what happened in itself.
    fn amends(&self) -> Option<Amendment<'_, Self>>;
    /// The same with another content, and another time if one is given.
    #[must_use]
    fn corrected(&self, instead: &Self::What, happened: Option<Self::When>) -> Self;
}

/// What corrects an event: which other, into what, and when it took place if that was wrong too.
pub type Correction<'a, E> = (&'a E, &'a <E as Entry>::What, Option<<E as Entry>::When>);

/// The corrections and strikes that stand: the latest word on each event.
pub struct Amendments<'a, E: Entry> {
    /// Each event that is struck, with what strikes it.
    pub struck: BTreeMap<EventId, &'a E>,
    /// Each event that is corrected.
    pub corrected: BTreeMap<EventId, Correction<'a, E>>,
}

impl<'a, E: Entry> Amendments<'a, E> {
    /// Of events in the order in which they were recorded.
    pub fn of(events: &'a [E]) -> Self {
        let mut amendments = Self { struck: BTreeMap::new(), corrected: BTreeMap::new() };
        let mut gone = BTreeSet::new();
        for event in events.iter().rev() {
            if gone.contains(&event.id()) {
                continue;
            }
            match event.amends() {
                Some(Amendment::Strikes(target)) => {
                    gone.insert(target);
                    amendments.struck.insert(target, event);
                }
                Some(Amendment::Corrects(target, instead, happened)) => {
                    amendments.corrected.entry(target).or_insert((event, instead, happened));
                }
                None => {}
            }
        }
        amendments
    }
}

/// What stands, as corrected, in the order in which it was recorded; the amendments themselves are left out.
pub fn standing<E: Entry>(events: &[E]) -> Vec<Cow<'_, E>> {
    let amendments = Amendments::of(events);
    let mut standing = Vec::with_capacity(events.len());
    for event in events {
        let id = event.id();
        if event.amends().is_some() || amendments.struck.contains_key(&id) {
            continue;
        }
        standing.push(match amendments.corrected.get(&id) {
            None => Cow::Borrowed(event),
            Some((_, instead, happened)) => Cow::Owned(event.corrected(instead, *happened)),
        });
    }
    standing
}

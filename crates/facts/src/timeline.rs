//! One case's facts, in date order.

use crate::{Attributes, Fact, FactName};
use jiff::civil::{Date, DateTime, Time};
use serde::Deserialize;

/// One case's facts in date order: an order, a licence, a report, or an authority's year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    facts: Vec<Fact>,
}

/// Why a timeline could not be read. The sentence names the fact, the rule and the way out.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimelineError {
    /// The text is not the JSON that was asked for.
    #[error(
        "the timeline is not of the form {{\"facts\":[{{\"name\":…,\"on\":\"2026-03-02\",\"attributes\":{{…}}}}, …]}}: {0}"
    )]
    Form(String),
    /// One fact is wrong.
    #[error("fact {number} of the timeline: {problem}")]
    Fact {
        /// Counted from 1, as it stands in the file.
        number: usize,
        /// What is wrong with it and the way out.
        problem: String,
    },
    /// The timeline is longer than any case.
    #[error("the timeline has {0} facts; at most {max} are read: split it by case", max = Timeline::MOST)]
    TooLong(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    facts: Vec<WireFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFact {
    name: String,
    on: String,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    attributes: Attributes,
}

impl Timeline {
    /// The most facts that one timeline may hold.
    pub const MOST: usize = 100_000;

    /// A timeline of these facts, put in date order. Within a day, facts without a time come first, in the order in
    /// which they were given; then the timed ones by time.
    pub fn new(mut facts: Vec<Fact>) -> Self {
        facts.sort_by_key(|fact| (fact.on, fact.at));
        Self { facts }
    }

    /// The facts, earliest first.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Reads `{"facts":[{"name":"order.received","on":"2026-03-02","attributes":{…}}, …]}`.
    ///
    /// `on` is a date, or a date and time (`2026-03-02T14:30`); `at` may give the time apart (`14:30`).
    pub fn from_json(text: &str) -> Result<Self, TimelineError> {
        let wire: Wire = serde_json::from_str(text).map_err(|error| TimelineError::Form(error.to_string()))?;
        if wire.facts.len() > Self::MOST {
            return Err(TimelineError::TooLong(wire.facts.len()));
        }
        let read = |(index, fact): (usize, WireFact)| {
            fact.read().map_err(|problem| TimelineError::Fact { number: index + 1, problem })
        };
        wire.facts.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>().map(Self::new)
    }
}

impl WireFact {
    fn read(self) -> Result<Fact, String> {
        let name: FactName = self.name.parse().map_err(|unknown: crate::UnknownFact| unknown.to_string())?;
        let (on, time_in_on) = read_day(&self.on)
            .ok_or_else(|| format!("\"{}\" is not a date such as 2026-03-02, or does not exist", clip(&self.on)))?;
        if !YEARS.contains(&on.year()) {
            return Err(format!("{on} lies outside the years {} to {}: check the year", YEARS.start(), YEARS.end()));
        }
        let at = match self.at {
            None => time_in_on,
            Some(text) => Some(
                text.parse::<Time>().map_err(|_| format!("\"{}\" is not a time of day such as 14:30", clip(&text)))?,
            ),
        };
        Ok(Fact { name, on, at, attributes: self.attributes })
    }
}

/// The years that a case can lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

fn read_day(text: &str) -> Option<(Date, Option<Time>)> {
    if text.len() == 10 {
        return text.parse::<Date>().ok().filter(|date| date.to_string() == text).map(|date| (date, None));
    }
    let form = if text.len() == 16 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    DateTime::strptime(form, text).ok().map(|moment| (moment.date(), Some(moment.time())))
}

fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Timeline::from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn facts_are_put_in_date_order_and_keep_their_order_within_a_day() {
        let timeline = Timeline::from_json(
            r#"{"facts":[
                {"name":"induction.started","on":"2026-03-05"},
                {"name":"order.received","on":"2026-03-02","attributes":{"order":"cpo","requirements":["supervision"],"upw_hours":120}},
                {"name":"order.signed","on":"2026-03-02T14:30"}]}"#,
        )
        .unwrap();
        let names: Vec<_> = timeline.facts().iter().map(|fact| fact.name.as_str()).collect();
        assert_eq!(names, ["order.received", "order.signed", "induction.started"]);
        assert_eq!(timeline.facts()[0].attributes.number("upw_hours"), Some(120));
        assert_eq!(timeline.facts()[1].at, Some(jiff::civil::time(14, 30, 0, 0)));
    }

    #[test]
    fn a_wrong_fact_is_named_by_its_number_and_the_rule() {
        assert_eq!(
            refusal(r#"{"facts":[{"name":"order.received","on":"2026-02-30"}]}"#),
            "fact 1 of the timeline: \"2026-02-30\" is not a date such as 2026-03-02, or does not exist"
        );
        assert!(refusal(r#"{"facts":[{"name":"order.recieved","on":"2026-02-03"}]}"#).contains("the nearest is"));
        assert!(refusal(r#"{"facts":[{"name":"order.received","on":"0206-02-03"}]}"#).contains("check the year"));
        assert!(refusal("[]").contains("is not of the form"));
        assert!(
            refusal(r#"{"facts":[{"name":"letter","on":"2026-02-03","attributes":{"a":1,"a":2}}]}"#)
                .contains("stands twice")
        );
    }
}

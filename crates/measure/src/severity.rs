//! How serious an offence is, on a scale that is data: `severity/*.toml`, dated and cited.

use crate::day::Day;
use crate::error::MeasureError;
use crate::histories::GREATEST_WEIGHT;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};

/// A severity scale: the weight of each code of offence, from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Its name on the command line.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The version of the file.
    pub version: String,
    /// Where the weights were published, and how sure that is.
    pub source: String,
    /// What a weight is: days, or severe (1) and not severe (0).
    pub unit: String,
    /// The weight from which an offence counts as severe.
    #[serde(deserialize_with = "weight")]
    pub severe_from: u16,
    #[serde(rename = "weight")]
    weights: Vec<Weight>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weight {
    code: String,
    #[serde(rename = "weight", deserialize_with = "weight")]
    value: u16,
    #[serde(default)]
    valid_from: Option<Day>,
}

fn weight<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    let weight = u64::deserialize(from)?;
    u16::try_from(weight).ok().filter(|weight| *weight <= GREATEST_WEIGHT).ok_or_else(|| {
        D::Error::custom(format!(
            "{weight} is more than {GREATEST_WEIGHT}, the most that a weight can be. Choose a larger unit"
        ))
    })
}

impl Scale {
    /// Reads a scale.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let mut scale: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        let mut seen = BTreeSet::new();
        for weight in &scale.weights {
            if !seen.insert((&weight.code, weight.valid_from)) {
                let place = format!("weight of `{}`", weight.code);
                return Err(MeasureError::bad(
                    file,
                    place,
                    "It stands twice. Keep one, or give the later its valid_from.",
                ));
            }
        }
        scale.weights.sort_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        Ok(scale)
    }

    /// The weight of a code on a day; `None` when the scale does not know it, or not yet.
    pub fn weight(&self, code: &str, on: Day) -> Option<u16> {
        self.of(code).on(on)
    }

    /// The weights of a code.
    pub(crate) fn of(&self, code: &str) -> Weights<'_> {
        let from = self.weights.partition_point(|weight| weight.code.as_str() < code);
        let to = self.weights.partition_point(|weight| weight.code.as_str() <= code);
        Weights(self.weights.get(from..to).unwrap_or_default())
    }

    /// Whether each code has one weight, the same on every day: then the days need not be asked.
    #[cfg(feature = "parquet")]
    pub(crate) fn is_undated(&self) -> bool {
        self.weights.iter().all(|weight| weight.valid_from.is_none())
    }

    /// The codes with their newest weight.
    pub fn codes(&self) -> BTreeMap<&str, u16> {
        self.weights.iter().map(|weight| (weight.code.as_str(), weight.value)).collect()
    }
}

/// The weights of one code, from the earliest day on.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a>(&'a [Weight]);

impl Weights<'_> {
    /// The one that holds on a day.
    pub(crate) fn on(self, on: Day) -> Option<u16> {
        let held = self.0.iter().take_while(|weight| weight.valid_from.is_none_or(|from| from <= on));
        held.last().map(|weight| weight.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const SCALE: &str = r#"
id = "local"
title = "A local scale"
version = "1"
source = "An example"
unit = "days"
severe_from = 1000
[[weight]]
code = "robbery"
weight = 900
[[weight]]
code = "robbery"
weight = 1100
valid_from = "2020-01-01"
"#;

    #[test]
    fn a_weight_holds_from_its_day() {
        let scale = Scale::parse("local.toml", SCALE).unwrap();
        assert_eq!(scale.weight("robbery", date(2019, 12, 31).into()), Some(900));
        assert_eq!(scale.weight("robbery", date(2020, 1, 1).into()), Some(1100));
        assert_eq!(scale.weight("theft", date(2020, 1, 1).into()), None);
    }

    #[test]
    fn a_weight_too_great_is_refused() {
        let heavy = format!("{SCALE}[[weight]]\ncode = \"murder\"\nweight = 65535\n");
        let refusal = Scale::parse("local.toml", &heavy).unwrap_err().to_string();
        assert!(
            refusal.contains("65535 is more than 65534, the most that a weight can be. Choose a larger unit"),
            "{refusal}"
        );
        Scale::parse("local.toml", &heavy.replace("65535", "65534")).unwrap();
    }

    #[test]
    fn a_weight_twice_is_refused() {
        let twice = format!("{SCALE}[[weight]]\ncode = \"robbery\"\nweight = 1\n");
        let refusal = Scale::parse("local.toml", &twice).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "local.toml, weight of `robbery`: It stands twice. Keep one, or give the later its valid_from."
        );
    }
}

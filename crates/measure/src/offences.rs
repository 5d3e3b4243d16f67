//! To which group of crime a code of offence belongs: `offences/*.toml`, cited data.

use crate::error::MeasureError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Groups of crime, each with its codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offences {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The version of the file.
    pub version: String,
    /// Where codes and groups were published, and how sure that is.
    pub source: String,
    #[serde(rename = "group")]
    groups: Vec<GroupOfCodes>,
    #[serde(skip)]
    of_code: BTreeMap<String, usize>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupOfCodes {
    name: String,
    codes: Vec<String>,
}

impl Offences {
    /// Reads groups of crime.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let mut offences: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        for (place, group) in offences.groups.iter().enumerate() {
            for code in &group.codes {
                if offences.of_code.insert(code.clone(), place).is_some() {
                    return Err(MeasureError::bad(
                        file,
                        format_args!("code `{code}`"),
                        "It stands twice. Keep it in one group.",
                    ));
                }
            }
        }
        Ok(offences)
    }

    /// The names of the groups.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|group| group.name.as_str())
    }

    /// The group of a code; `None` when it is in none.
    pub fn group(&self, code: &str) -> Option<&str> {
        let place = self.of_code.get(code)?;
        self.groups.get(*place).map(|group| group.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFENCES: &str = "id = \"local\"\ntitle = \"Local\"\nversion = \"1\"\nsource = \"An example\"\n\
        [[group]]\nname = \"dishonesty\"\ncodes = [\"04600\", \"04900\"]\n[[group]]\nname = \"violent\"\ncodes = [\"10501\"]\n";

    #[test]
    fn a_code_is_in_one_group() {
        let offences = Offences::parse("local.toml", OFFENCES).unwrap();
        assert_eq!(offences.group("04900"), Some("dishonesty"));
        assert_eq!(offences.group("10501"), Some("violent"));
        assert_eq!(offences.group("99999"), None);
        let twice = OFFENCES.replace("10501", "04600");
        let refusal = Offences::parse("local.toml", &twice).unwrap_err().to_string();
        assert_eq!(refusal, "local.toml, code `04600`: It stands twice. Keep it in one group.");
    }

    #[test]
    fn the_shipped_groups_are_those_of_the_bulletin() {
        let shipped = include_str!("../../../offences/home-office.toml");
        let offences = Offences::parse("home-office.toml", shipped).unwrap();
        let groups = ["04600", "10501", "00806", "14900", "09260", "12511", "80301"].map(|code| offences.group(code));
        assert_eq!(
            groups.map(Option::unwrap_or_default),
            ["dishonesty", "violent", "violent", "criminal damage", "drugs", "breach of the peace", "motoring"]
        );
    }
}

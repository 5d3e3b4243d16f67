//! Groups of people around whom services are planned: `groups/*.toml`, cited data. Somebody may be in several (S1 1.9).

use crate::error::MeasureError;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Groups of people, as one source names them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityGroups {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The version of the file.
    pub version: String,
    /// Where the groups were published, and how sure that is.
    pub source: String,
    /// The groups.
    #[serde(rename = "group")]
    pub groups: Vec<PriorityGroup>,
}

/// One group. Any one of the facts that it names puts somebody into it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityGroup {
    /// The name by which figures are broken down.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What puts somebody into it, in a sentence.
    pub how: String,
    /// Sexes.
    #[serde(default)]
    pub sex: Vec<String>,
    /// Groups of crime of the index offence.
    #[serde(default)]
    pub offences: Vec<String>,
    /// Disposals of the index event.
    #[serde(default)]
    pub disposals: Vec<String>,
    /// Kinds of order.
    #[serde(default)]
    pub orders: Vec<String>,
    /// Requirements of the order as imposed.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// At most so many earlier days of conviction.
    pub previous_at_most: Option<u32>,
    /// At least so many.
    pub previous_at_least: Option<u32>,
}

/// What was on record of somebody at an index event; `None` is not known.
#[derive(Clone, Debug, Default)]
pub struct AtIndex<'a> {
    /// The sex.
    pub sex: Option<&'a str>,
    /// The group of crime.
    pub offence: Option<&'a str>,
    /// The disposal.
    pub disposal: Option<&'a str>,
    /// The kind of order; empty when none was made.
    pub order: Option<&'a str>,
    /// The requirements of the order; none when none was made.
    pub requirements: Option<Vec<&'a str>>,
    /// Earlier days of conviction.
    pub previous: u32,
}

impl PriorityGroups {
    /// Reads groups of people.
    pub fn parse(file: &str, text: &str) -> Result<Self, MeasureError> {
        let read: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Unreadable { file: file.to_owned(), reason: error.to_string() })?;
        let mut seen = BTreeSet::new();
        for group in &read.groups {
            if !seen.insert(&group.id) {
                return Err(MeasureError::bad(
                    file,
                    format_args!("group `{}`", group.id),
                    "It stands twice. Keep one, or give the other an id of its own.",
                ));
            }
            if group.answers(&AtIndex::default()).next().is_none() {
                return Err(MeasureError::bad(
                    file,
                    format_args!("group `{}`", group.id),
                    "Nothing puts anybody into it. Name at least one fact, such as `disposals`.",
                ));
            }
        }
        Ok(read)
    }
}

impl PriorityGroup {
    /// Whether somebody was in it; `None` when nothing that was known says so, and not all was known.
    pub fn holds(&self, at_index: &AtIndex<'_>) -> Option<bool> {
        let answers: Vec<Option<bool>> = self.answers(at_index).collect();
        if answers.contains(&Some(true)) {
            return Some(true);
        }
        (!answers.contains(&None)).then_some(false)
    }

    /// For each fact that the group names, whether it holds.
    fn answers(&self, at_index: &AtIndex<'_>) -> impl Iterator<Item = Option<bool>> {
        let among = |words: &[String], known: &[&str]| known.iter().any(|one| words.iter().any(|word| word == one));
        let word = |words: &[String], known: Option<&str>| {
            (!words.is_empty()).then(|| known.map(|known| among(words, &[known])))
        };
        let requirements = (!self.requirements.is_empty())
            .then(|| at_index.requirements.as_ref().map(|known| among(&self.requirements, known)));
        [
            word(&self.sex, at_index.sex),
            word(&self.offences, at_index.offence),
            word(&self.disposals, at_index.disposal),
            word(&self.orders, at_index.order),
            requirements,
            self.previous_at_most.map(|most| Some(at_index.previous <= most)),
            self.previous_at_least.map(|least| Some(at_index.previous >= least)),
        ]
        .into_iter()
        .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> PriorityGroups {
        let text = include_str!("../../../groups/reducing-reoffending-2006.toml");
        PriorityGroups::parse("reducing-reoffending-2006.toml", text).unwrap()
    }

    /// The groups that somebody is in, and those of which it is not known.
    fn groups(at_index: &AtIndex<'_>) -> (String, String) {
        let shipped = shipped();
        let those = |answer: Option<bool>| {
            let groups = shipped.groups.iter().filter(|group| group.holds(at_index) == answer);
            groups.map(|group| group.id.as_str()).collect::<Vec<_>>().join(" ")
        };
        (those(Some(true)), those(None))
    }

    #[test]
    fn somebody_may_be_in_several_groups_and_of_some_it_may_not_be_known() {
        assert_eq!(shipped().groups.len(), 7, "S1 1.8 names seven");
        let (disposal, order) = (Some("community"), Some("cpo"));
        let requirements = Some(vec!["supervision", "alcohol_treatment"]);
        let known =
            AtIndex { sex: Some("female"), offence: Some("violent"), disposal, order, requirements, previous: 11 };
        assert_eq!(groups(&known), ("substance-misuse persistent violent-or-sexual women".to_owned(), String::new()));
        let fined =
            AtIndex { disposal: Some("fine"), order: Some(""), requirements: Some(vec![]), previous: 10, ..known };
        assert_eq!(groups(&fined).0, "first-or-less-serious violent-or-sexual women");
        let unknown = "mental-health substance-misuse resettlement violent-or-sexual women";
        assert_eq!(groups(&AtIndex::default()), ("first-or-less-serious".to_owned(), unknown.to_owned()));
    }

    #[test]
    fn a_group_that_stands_twice_is_refused() {
        let text = include_str!("../../../groups/reducing-reoffending-2006.toml")
            .replace("id = \"women\"", "id = \"persistent\"");
        let refusal = PriorityGroups::parse("local.toml", &text).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "local.toml, group `persistent`: It stands twice. Keep one, or give the other an id of its own."
        );
    }

    #[test]
    fn a_group_into_which_nothing_puts_anybody_is_refused() {
        let file = "id = \"local\"\ntitle = \"Local\"\nversion = \"1\"\nsource = \"Made up\"\n[[group]]\nid = \"all\"\ntitle = \"All\"\nhow = \"\"\n";
        let refusal = PriorityGroups::parse("local.toml", file).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "local.toml, group `all`: Nothing puts anybody into it. Name at least one fact, such as `disposals`."
        );
    }
}

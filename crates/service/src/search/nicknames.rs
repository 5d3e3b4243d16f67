//! What people are called beside the name in law: `vocabularies/nicknames.toml`.

use crate::ServiceError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Which given names stand for which.
#[derive(Debug, Default)]
pub(crate) struct Nicknames {
    /// The names in full for which a word stands; itself among them when it is one.
    full: BTreeMap<String, BTreeSet<String>>,
    /// The forms of each name in full.
    forms: BTreeMap<String, BTreeSet<String>>,
}

/// The file as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    names: BTreeMap<String, Vec<String>>,
}

static SHIPPED: LazyLock<Result<Nicknames, String>> =
    LazyLock::new(|| Nicknames::parse(include_str!("../../../../vocabularies/nicknames.toml")));

impl Nicknames {
    /// Those that this version of the program ships.
    pub(crate) fn shipped() -> Result<&'static Self, ServiceError> {
        SHIPPED.as_ref().map_err(|problem| ServiceError::Asked(problem.clone()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: File =
            toml::from_str(text).map_err(|error| format!("the list of nicknames cannot be read: {error}"))?;
        let mut nicknames = Self::default();
        for (name, forms) in file.names {
            for form in forms.into_iter().chain([name.clone()]) {
                if form.contains(|c: char| !c.is_ascii_lowercase()) {
                    return Err(format!(
                        "the list of nicknames: “{form}” of “{name}” is not one word in small letters"
                    ));
                }
                nicknames.full.entry(form.clone()).or_default().insert(name.clone());
                nicknames.forms.entry(name.clone()).or_default().insert(form);
            }
        }
        Ok(nicknames)
    }

    /// Every other word that stands for the same name as this one.
    pub(crate) fn of<'a>(&'a self, word: &str) -> BTreeSet<&'a str> {
        let full = self.full.get(word).into_iter().flatten();
        full.filter_map(|name| self.forms.get(name))
            .flatten()
            .map(String::as_str)
            .filter(|form| *form != word)
            .collect()
    }

    /// How near two words are as forms of one name: a name in full and its form are nearer than two of its forms.
    pub(crate) fn likeness(&self, one: &str, other: &str) -> Option<f64> {
        let (of_one, of_other) = (self.full.get(one)?, self.full.get(other)?);
        if of_one.contains(other) || of_other.contains(one) {
            return Some(0.93);
        }
        (!of_one.is_disjoint(of_other)).then_some(0.88)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_read_and_forms_stand_for_one_another() {
        let nicknames = Nicknames::shipped().unwrap();
        for (one, other) in [
            ("jim", "james"),
            ("hamish", "james"),
            ("peggy", "margaret"),
            ("peggy", "maggie"),
            ("shug", "hugh"),
            ("rab", "bob"),
        ] {
            assert!(nicknames.likeness(one, other).is_some(), "{one} and {other}");
            assert_eq!(nicknames.likeness(one, other), nicknames.likeness(other, one));
            assert!(nicknames.of(one).contains(other) && nicknames.of(other).contains(one));
        }
        assert_eq!(nicknames.likeness("jim", "peggy"), None);
        assert_eq!(nicknames.likeness("jim", "smith"), None);
    }

    #[test]
    fn every_word_of_the_list_is_as_near_to_another_as_the_other_to_it() {
        let nicknames = Nicknames::shipped().unwrap();
        for word in nicknames.full.keys() {
            for other in nicknames.of(word) {
                assert_eq!(nicknames.likeness(word, other), nicknames.likeness(other, word));
            }
        }
    }

    #[test]
    fn a_list_with_more_than_words_is_refused_with_the_word() {
        let problem = Nicknames::parse("[names]\njames = [\"Wee Jim\"]").unwrap_err();
        assert!(problem.contains("“Wee Jim” of “james”"), "{problem}");
    }
}

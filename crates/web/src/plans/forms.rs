//! The forms by which things are recorded on a plan (`forms.toml`): each records a kind of event, with its fields. The page that
//! shows a form, reads it and records what it says is the same for all of them (`say`).

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every form, and the lists that their fields choose from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    choices: BTreeMap<String, Vec<(String, String)>>,
    form: BTreeMap<String, Made>,
}

/// A form: what it is called, what is said when it was recorded, and where one goes then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    pub(super) title: String,
    pub(super) done: String,
    #[serde(default)]
    pub(super) back: String,
    pub(super) fields: Vec<Field>,
}

/// A field of a form. A name with a dot stands within another: `consent.given_on`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) label: String,
    #[serde(default)]
    pub(super) hint: String,
    pub(super) take: Take,
    /// Whether it may be left out.
    #[serde(default)]
    pub(super) may: bool,
}

/// How a field is typed, and what it becomes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Take {
    /// A line of text.
    Line,
    /// Several lines of text.
    Note,
    /// Several lines, each a text of its own.
    Lines,
    /// A day, whether it has come or not.
    Day,
    /// A number.
    Number,
    /// Bodies with how many came from each, one in each line: "hills 3".
    Counted,
    /// What was agreed, one in each line: "hills, 2/4/2026: Write to both partners".
    Agreed,
    /// One of a list of this file.
    Choice(String),
    /// Yes, where it is ticked.
    Flag(String),
    /// One of what the plan or its rules have.
    One(Sort),
    /// Any number of these.
    Some(Sort),
}

/// What the plan or its rules have to choose from.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    Partner,
    Consultee,
    Qualification,
    Meeting,
    Community,
    Story,
    Consultation,
    Risk,
    Service,
    Post,
    VacantPost,
    HeldPost,
    Offer,
}

/// The forms that this version of the program ships.
pub(super) static FORMS: LazyLock<Forms> =
    LazyLock::new(|| toml::from_str(include_str!("forms.toml")).unwrap_or_default());

impl Forms {
    /// The form for a kind of event.
    pub(super) fn of(&self, kind: &str) -> Option<&Made> {
        self.form.get(kind)
    }

    /// A list to choose from.
    pub(super) fn choices(&self, list: &str) -> &[(String, String)] {
        self.choices.get(list).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_records_a_kind_of_event_and_its_fields_are_those_of_the_event() {
        let forms: Forms = toml::from_str(include_str!("forms.toml")).unwrap();
        let schemas = planning::What::schemas();
        for (kind, made) in &forms.form {
            let (_, schema) = schemas.iter().find(|(known, _)| known == kind).unwrap_or_else(|| panic!("{kind}"));
            let schema = schema.as_value();
            let top = |field: &Field| field.name.split('.').next().unwrap().to_owned();
            for field in &made.fields {
                let name = top(field);
                assert!(schema.pointer(&format!("/properties/{name}")).is_some(), "{kind} has no field {name}");
                if let Take::Choice(list) = &field.take {
                    assert!(!forms.choices(list).is_empty(), "{kind} chooses from {list}, which is empty");
                }
            }
            let required = schema["required"].as_array().into_iter().flatten().filter_map(|one| one.as_str());
            for name in required {
                let asked = made.fields.iter().any(|field| top(field) == name && !field.may);
                assert!(asked, "the form {kind} does not ask for {name}");
            }
        }
    }
}

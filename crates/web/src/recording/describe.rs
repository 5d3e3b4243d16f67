//! How the form for each kind of event is laid out (`forms.toml`): the order of its fields, hints, what is suggested, and
//! which reference it makes. What the fields are, the record says itself; what they are called, the vocabulary.

use super::shape::Field;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The description of every form.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// Fields in the order in which a form asks for them, where it has no order of its own.
    order: Vec<String>,
    /// Fields that hold a day that is past; the others are to come.
    past: Vec<String>,
    /// What a form may suggest for a field wherever it stands.
    hints: BTreeMap<String, String>,
    form: BTreeMap<String, One>,
}

/// What is particular to the form for one kind of event.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct One {
    /// What the standards or the law ask, in a sentence above the fields.
    lead: String,
    order: Vec<String>,
    /// The field whose reference this event is the first to use.
    makes: String,
    hints: BTreeMap<String, String>,
    suggests: BTreeMap<String, String>,
}

/// The description that this version of the program ships.
pub(crate) static DESCRIBED: LazyLock<Described> =
    LazyLock::new(|| toml::from_str(include_str!("forms.toml")).unwrap_or_default());

impl Described {
    /// The fields in the order in which the form asks for them.
    pub(crate) fn in_order<'f>(&self, kind: &str, fields: &'f [Field]) -> Vec<&'f Field> {
        let own = self.form.get(kind).map_or(&[][..], |form| form.order.as_slice());
        let place = |field: &&Field| {
            let at = |order: &[String]| order.iter().position(|name| *name == field.name).unwrap_or(usize::MAX);
            (at(own), at(&self.order))
        };
        let mut ordered: Vec<&Field> = fields.iter().collect();
        ordered.sort_by_key(place);
        ordered
    }

    /// Whether a day in this field is past.
    pub(crate) fn is_past(&self, field: &str) -> bool {
        self.past.iter().any(|name| name == field)
    }

    /// What the form says above its fields; empty when nothing.
    pub(crate) fn lead(&self, kind: &str) -> &str {
        self.form.get(kind).map_or("", |form| &form.lead)
    }

    /// The field whose reference the event makes; empty when none.
    pub(crate) fn makes(&self, kind: &str) -> &str {
        self.form.get(kind).map_or("", |form| &form.makes)
    }

    /// What helps with a field: the form's own words, those for the field anywhere, or the record's where they say more
    /// than the label does.
    pub(crate) fn hint<'a>(&'a self, kind: &str, field: &'a Field) -> &'a str {
        let own = self.form.get(kind).and_then(|form| form.hints.get(&field.name));
        match own.or_else(|| self.hints.get(&field.name)) {
            Some(hint) => hint,
            None if field.meaning.len() >= 40 && !field.meaning.contains('`') => &field.meaning,
            None => "",
        }
    }

    /// What the form suggests for its fields.
    pub(crate) fn suggests(&self, kind: &str) -> impl Iterator<Item = (&str, &str)> {
        let suggested = self.form.get(kind).map(|form| &form.suggests);
        suggested.into_iter().flatten().map(|(field, value)| (field.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    #[test]
    fn the_description_can_be_read_and_names_only_what_there_is() {
        let described: Described = toml::from_str(include_str!("forms.toml")).unwrap();
        for (kind, form) in &described.form {
            let fields = shape::of_event(kind);
            assert!(record::What::KINDS.iter().any(|(known, _)| known == kind), "{kind} is no kind of event");
            let known = |name: &str| fields.iter().any(|field| field.name == name.split('.').next().unwrap());
            for name in form.order.iter().chain(form.hints.keys()).chain(form.suggests.keys()) {
                assert!(known(name), "{kind} has no field {name}");
            }
            assert!(form.makes.is_empty() || known(&form.makes), "{kind} makes {}", form.makes);
        }
        for name in described.order.iter().chain(&described.past).chain(described.hints.keys()) {
            let known =
                record::What::KINDS.iter().any(|(kind, _)| shape::of_event(kind).iter().any(|f| f.name == *name));
            let of_part = ["requirement", "court_name", "safe_contact", "identifier"];
            let known = known || of_part.iter().any(|part| shape::of_part(part).iter().any(|f| f.name == *name));
            assert!(known, "no event has a field {name}");
        }
    }

    #[test]
    fn every_reference_that_an_event_is_the_first_to_use_is_made_for_it() {
        let made: Vec<&str> = record::What::KINDS
            .iter()
            .map(|(kind, _)| *kind)
            .filter(|kind| !DESCRIBED.makes(kind).is_empty())
            .collect();
        assert_eq!(
            made,
            [
                "court.charged",
                "order.imposed",
                "order.progress_review_fixed",
                "contact.planned",
                "review.significant_change",
                "noncompliance.recorded",
                "breach.proposed",
                "breach.licence_identified",
                "unpaid_work.placement_proposed",
                "unpaid_work.worked",
                "restriction.proposed",
                "report.requested",
            ]
        );
    }
}

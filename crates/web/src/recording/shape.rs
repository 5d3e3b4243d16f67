//! What a form for a kind of event asks for: its fields with what each must be, from the record's own JSON schema, so that
//! a kind of event that the record learns has its form on the same day.

use crate::words::{Form as Looks, list_name};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name on the wire.
    pub(crate) name: String,
    /// What it looks like.
    pub(crate) looks: Looks,
    /// Whether the record needs it.
    pub(crate) required: bool,
    /// The most characters it takes; nought for no limit of its own.
    pub(crate) most: usize,
    /// The least number it takes.
    pub(crate) least: Option<i64>,
    /// The greatest number it takes.
    pub(crate) greatest: Option<i64>,
    /// A yes or no that is yes unless somebody says no.
    pub(crate) yes_unless_said: bool,
    /// What it means, from the record's own words.
    pub(crate) meaning: String,
}

/// Every kind of event, every shared part, and every list of choices in the order in which the record has it.
struct Shapes {
    events: BTreeMap<&'static str, Vec<Field>>,
    parts: BTreeMap<String, Vec<Field>>,
    choices: BTreeMap<String, Vec<String>>,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let mut shapes = Shapes { events: BTreeMap::new(), parts: BTreeMap::new(), choices: BTreeMap::new() };
    for (kind, schema) in record::What::schemas() {
        let schema = schema.to_value();
        for (name, definition) in entries(&schema, "$defs") {
            let values: Vec<String> = items(definition, "oneOf")
                .filter_map(|choice| choice.get("const").and_then(Value::as_str))
                .map(str::to_owned)
                .collect();
            if !values.is_empty() {
                shapes.choices.entry(list_name(name)).or_insert(values);
            } else if definition.get("properties").is_some() {
                shapes.parts.entry(list_name(name)).or_insert_with(|| fields(definition));
            }
        }
        shapes.events.insert(kind, fields(&schema));
    }
    // A list of things about a person that are asked one by one; the schema has it as the keys of a map.
    let asked = ASKED.iter().map(|word| (*word).to_owned()).collect();
    shapes.choices.insert("characteristic".to_owned(), asked);
    shapes
});

/// The order in which a person is asked about themselves.
const ASKED: &[&str] = &[
    "sex",
    "gender",
    "trans_history",
    "ethnicity",
    "nationality",
    "religion",
    "disability",
    "sexual_orientation",
    "marital_status",
    "pregnancy",
    "caring",
    "employment",
];

/// The fields of a kind of event, in the order of the alphabet.
pub(crate) fn of_event(kind: &str) -> &'static [Field] {
    SHAPES.events.get(kind).map_or(&[], Vec::as_slice)
}

/// The fields of a part that several events share.
pub(crate) fn of_part(part: &str) -> &'static [Field] {
    SHAPES.parts.get(part).map_or(&[], Vec::as_slice)
}

/// The values of a list.
pub(crate) fn choices(list: &str) -> &'static [String] {
    SHAPES.choices.get(list).map_or(&[], Vec::as_slice)
}

fn fields(schema: &Value) -> Vec<Field> {
    entries(schema, "properties")
        .map(|(name, field)| Field {
            name: name.clone(),
            looks: Looks::of_schema(field),
            required: items(schema, "required").any(|required| required == name),
            most: field
                .get("maxLength")
                .and_then(Value::as_u64)
                .and_then(|most| usize::try_from(most).ok())
                .unwrap_or(0),
            least: field.get("minimum").and_then(Value::as_i64),
            greatest: field.get("maximum").and_then(Value::as_i64),
            yes_unless_said: field.get("default") == Some(&Value::Bool(true)),
            meaning: field.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
        .collect()
}

fn items<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn entries<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    schema.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_knows_what_it_must_be() {
        let field = |kind: &str, name: &str| of_event(kind).iter().find(|field| field.name == name).unwrap();
        let with = field("contact.held", "with");
        assert!(with.required && with.looks == Looks::Choice("with".to_owned()));
        assert_eq!(field("contact.held", "outcome").most, 10_000);
        assert_eq!(field("order.imposed", "hours").greatest, Some(i64::from(u16::MAX)));
        assert!(field("person.contact_detail", "current").yes_unless_said);
        assert_eq!(choices("level"), ["low", "medium", "high", "very_high"]);
        assert!(of_part("court_name").iter().all(|field| field.required));
        assert_eq!(of_event("person.died").len(), 0);
    }

    #[test]
    fn every_kind_of_event_has_its_fields_and_every_choice_its_values() {
        for (kind, _) in record::What::KINDS {
            for field in of_event(kind) {
                match &field.looks {
                    Looks::Choice(list) => assert!(!choices(list).is_empty(), "{kind} {}: {list}", field.name),
                    Looks::Part(part) => assert!(!of_part(part).is_empty(), "{kind} {}: {part}", field.name),
                    _ => {}
                }
            }
        }
        for asked in ASKED {
            let body = format!("{{\"answers\":{{\"{asked}\":\"not_known\"}}}}");
            record::What::typed("person.described", &body).unwrap();
        }
    }
}

//! The data dictionary: every event that can be recorded, with its fields, from the types themselves.

use schemars::Schema;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt::Write as _};

/// The page of what can happen to a person.
pub(crate) fn of_records() -> String {
    let begins = "# Data dictionary\n\n\
         Written by `cargo xtask docs` from the types in `crates/record/src`; change it there.\n\n\
         Every event is stored with its id, its kind and version, when it happened and when it was recorded, by whom, for which\n\
         agency and purpose. What follows is the body of each kind, as JSON. What an event means to a rule: [facts](facts.md).\n\
         What can happen to a plan: [its own page](plan-events.md).\n\n";
    page(begins, record::What::KINDS, record::What::schemas())
}

/// The page of what can happen to a plan.
pub(crate) fn of_plans() -> String {
    let begins = "# What can happen to a plan\n\n\
         Written by `cargo xtask docs` from the types in `crates/planning/src`; change it there. How plans are kept and read:\n\
         [plans](plans.md).\n\n\
         What follows is the body of each kind of event, as JSON.\n\n";
    page(begins, planning::What::KINDS, planning::What::schemas())
}

fn page(begins: &str, kinds: &[(&str, u16)], schemas: Vec<(&str, Schema)>) -> String {
    let mut page = format!("{begins}## Events\n");
    let versions: BTreeMap<&str, u16> = kinds.iter().copied().collect();
    let mut types: BTreeMap<String, Value> = BTreeMap::new();
    for (kind, schema) in schemas {
        let schema = with_shared_names(&schema.to_value(), &mut types);
        let version = versions.get(kind).copied().unwrap_or(1);
        let _ = write!(page, "\n### `{kind}`\n\nVersion {version}. {}\n", description(&schema));
        describe(&mut page, &schema);
    }
    page.push_str("\n## Types\n");
    for (name, definition) in &types {
        let _ = write!(page, "\n### {name}\n\n{}\n", description(definition));
        describe(&mut page, definition);
    }
    page
}

/// A table of what the schema holds: the fields of an object, or the values of a list of choices.
fn describe(page: &mut String, schema: &Value) {
    let fields: Vec<_> = entries(schema, "properties").collect();
    if !fields.is_empty() {
        page.push_str("\n| field | form | meaning |\n|---|---|---|\n");
        for (field, form) in fields {
            let required = items(schema, "required").any(|name| name == field);
            let optional = if required { "" } else { ", optional" };
            let _ = writeln!(page, "| `{field}` | {}{optional} | {} |", form_of(form), cell(description(form)));
        }
    }
    let choices: Vec<&Value> = items(schema, "oneOf").collect();
    if choices.iter().any(|choice| choice.get("const").is_some()) {
        page.push_str("\n| value | meaning |\n|---|---|\n");
        for choice in &choices {
            let value = choice
                .get("const")
                .and_then(Value::as_str)
                .map_or_else(|| form_of(choice), |value| format!("`{value}`"));
            let _ = writeln!(page, "| {value} | {} |", cell(description(choice)));
        }
    } else {
        for choice in choices {
            let _ = write!(page, "\nEither: {}\n", description(choice));
            describe(page, choice);
        }
    }
}

/// What a value looks like, in words.
fn form_of(schema: &Value) -> String {
    if let Some(name) = text(schema, "$ref").and_then(|path| path.strip_prefix("#/$defs/")) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(value) = schema.get("const") {
        return format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let alternatives: Vec<String> =
        items(schema, "anyOf").filter(|one| text(one, "type") != Some("null")).map(form_of).collect();
    if !alternatives.is_empty() {
        return alternatives.join(" or ");
    }
    let kind =
        text(schema, "type").or_else(|| items(schema, "type").filter_map(Value::as_str).find(|kind| *kind != "null"));
    match (kind, text(schema, "format")) {
        (Some("string"), Some("date")) => "date".to_owned(),
        (Some("string"), Some("partial-time")) => "time of day".to_owned(),
        (Some("string"), Some("uuid")) => "UUID".to_owned(),
        (Some("string"), _) => match schema.get("maxLength").and_then(Value::as_u64) {
            Some(most) => format!("text, at most {most} characters"),
            None => "text".to_owned(),
        },
        (Some("integer"), _) => "whole number".to_owned(),
        (Some("number"), _) => "number".to_owned(),
        (Some("boolean"), _) => "true or false".to_owned(),
        (Some("array"), _) => format!("list of {}", schema.get("items").map_or_else(|| "values".to_owned(), form_of)),
        (Some("object"), _) if schema.get("properties").is_none() => {
            let keys = schema.get("propertyNames").map_or_else(|| "text".to_owned(), form_of);
            let values = schema.get("additionalProperties").map_or_else(|| "any JSON".to_owned(), form_of);
            format!("for each {keys}: {values}")
        }
        (Some("object"), _) => {
            let fields = entries(schema, "properties").map(|(field, form)| format!("`{field}`: {}", form_of(form)));
            format!("object with {}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => "any JSON".to_owned(),
    }
}

/// Each schema numbers its own types (`Words`, `Words2`), so one name can mean two types, and one type have two names.
/// Collects the types of all schemas under names that mean the same on the whole page, and gives the schema with them.
fn with_shared_names(schema: &Value, types: &mut BTreeMap<String, Value>) -> Value {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for (name, definition) in entries(schema, "$defs") {
        let plain = without_numbers(definition);
        let stem = stem(name);
        let mut shared = stem.to_owned();
        let mut number = 1;
        while types.get(&shared).is_some_and(|known| without_numbers(known) != plain) {
            number += 1;
            shared = format!("{stem}{number}");
        }
        types.entry(shared.clone()).or_insert_with(|| definition.clone());
        names.insert(name, shared);
    }
    let rename = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.to_owned());
    for (name, definition) in entries(schema, "$defs") {
        types.insert(rename(name), renamed(definition, &rename));
    }
    renamed(schema, &rename)
}

fn without_numbers(schema: &Value) -> Value {
    renamed(schema, &|name| stem(name).to_owned())
}

fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The schema with other names in its references.
fn renamed(schema: &Value, rename: &dyn Fn(&str) -> String) -> Value {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| match value.as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
                Some(name) if key == "$ref" => (key.clone(), Value::String(format!("#/$defs/{}", rename(name)))),
                _ => (key.clone(), renamed(value, rename)),
            })
            .collect(),
        Value::Array(values) => values.iter().map(|value| renamed(value, rename)).collect(),
        other => other.clone(),
    }
}

fn description(schema: &Value) -> &str {
    text(schema, "description").unwrap_or("")
}

/// Text that fits into a table's cell.
fn cell(words: &str) -> String {
    words.replace('|', "\\|").replace('\n', " ")
}

fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key).and_then(Value::as_str)
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
    use serde_json::json;

    #[test]
    fn a_field_is_said_in_words() {
        assert_eq!(
            form_of(&json!({"type": "array", "items": {"$ref": "#/$defs/ChargeRef"}})),
            "list of [ChargeRef](#chargeref)"
        );
        assert_eq!(form_of(&json!({"anyOf": [{"$ref": "#/$defs/Words"}, {"type": "null"}]})), "[Words](#words)");
        assert_eq!(form_of(&json!({"type": ["integer", "null"], "format": "uint16"})), "whole number");
        assert_eq!(form_of(&json!({"type": "string", "format": "date"})), "date");
    }

    #[test]
    fn one_name_means_one_type_on_the_whole_page() {
        let schema = |first: &str, second: &str| {
            json!({"$defs": {"Kind": {"description": first}, "Kind2": {"description": second}},
                   "properties": {"a": {"$ref": "#/$defs/Kind"}, "b": {"$ref": "#/$defs/Kind2"}}})
        };
        let mut types = BTreeMap::new();
        let one = with_shared_names(&schema("of visit", "of call"), &mut types);
        let other = with_shared_names(&schema("of call", "of visit"), &mut types);
        assert_eq!(types.len(), 2);
        assert_eq!(form_of(&one["properties"]["a"]), form_of(&other["properties"]["b"]));
        assert_eq!(form_of(&one["properties"]["b"]), "[Kind2](#kind2)");
    }

    #[test]
    fn every_event_has_its_heading_and_its_meaning() {
        for (page, kinds) in [(of_records(), record::What::KINDS), (of_plans(), planning::What::KINDS)] {
            for (kind, version) in kinds {
                let heading = format!("\n### `{kind}`\n\nVersion {version}. ");
                let at = page.find(&heading).unwrap_or_else(|| panic!("{kind} is absent"));
                let meaning = page[at + heading.len()..].lines().next().unwrap();
                assert!(meaning.ends_with('.'), "{kind} says what happened, in a sentence: {meaning:?}");
            }
        }
    }
}

//! What each field of an event looks like, from the record's own JSON schema.

use super::WordsError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a field looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A line of text.
    Line,
    /// A paragraph or several.
    Note,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date as exactly as it was told.
    Happened,
    /// A date of birth.
    Birth,
    /// Yes or no.
    YesNo,
    /// A whole number.
    Number,
    /// One value of a list, by the list's name in the vocabulary.
    Choice(String),
    /// A shared part, by its name in the vocabulary.
    Part(String),
    /// Several of one form.
    List(Box<Form>),
    /// Answers by characteristic.
    Answers,
    /// A member of staff.
    Worker,
    /// A team.
    Team,
    /// A council or other area.
    Area,
    /// A reference within the record: which kind, such as `order`.
    Reference(String),
    /// The identifier of an event.
    Event,
    /// Another event, whole.
    What,
}

impl Form {
    /// What a value looks like, by its JSON schema.
    pub(crate) fn of_schema(schema: &Value) -> Self {
        form_of(schema)
    }
}

/// Fields with their forms, in the order of the schema.
pub(super) type Fields = Vec<(String, Form)>;

/// The forms of every kind of event and of every shared part.
pub(super) struct Forms {
    events: BTreeMap<&'static str, Fields>,
    parts: BTreeMap<String, Fields>,
    /// Every list of choices, with its values.
    choices: BTreeMap<String, Vec<String>>,
}

impl Forms {
    pub(super) fn of_record() -> Result<Self, WordsError> {
        let mut forms = Self { events: BTreeMap::new(), parts: BTreeMap::new(), choices: BTreeMap::new() };
        for (kind, schema) in record::What::schemas() {
            let schema = schema.to_value();
            let definitions = schema.get("$defs").and_then(Value::as_object);
            for (name, definition) in definitions.into_iter().flatten() {
                forms.learn(name, definition);
            }
            let fields = fields_of(&schema).ok_or_else(|| WordsError::Schema(kind.to_owned()))?;
            forms.events.insert(kind, fields);
        }
        Ok(forms)
    }

    pub(super) fn of_event(&self, kind: &str) -> Option<&Fields> {
        self.events.get(kind)
    }

    pub(super) fn of_part(&self, part: &str) -> Option<&Fields> {
        self.parts.get(part)
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> &BTreeMap<String, Fields> {
        &self.parts
    }

    #[cfg(test)]
    pub(super) fn choices(&self) -> &BTreeMap<String, Vec<String>> {
        &self.choices
    }

    fn learn(&mut self, name: &str, definition: &Value) {
        let name = list_name(name);
        let values: Vec<String> = items(definition, "oneOf")
            .filter_map(|choice| choice.get("const").and_then(Value::as_str))
            .map(str::to_owned)
            .collect();
        if !values.is_empty() {
            self.choices.insert(name, values);
        } else if definition.get("properties").is_some()
            && let Some(fields) = fields_of(definition)
        {
            self.parts.insert(name, fields);
        }
    }
}

fn fields_of(schema: &Value) -> Option<Fields> {
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        return None;
    }
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
    Some(fields.map(|(name, field)| (name.clone(), form_of(field))).collect())
}

fn form_of(schema: &Value) -> Form {
    if let Some(named) = reference_of(schema) {
        return form_named(named);
    }
    if let Some(one) = items(schema, "anyOf").find(|one| one.get("type").and_then(Value::as_str) != Some("null")) {
        return form_of(one);
    }
    match (type_of(schema), schema.get("format").and_then(Value::as_str)) {
        (Some("string"), Some("date")) => Form::Date,
        (Some("string"), Some("partial-time")) => Form::Time,
        (Some("string"), _) => {
            let long = schema.get("maxLength").and_then(Value::as_u64).is_some_and(|most| most > 254);
            if long { Form::Note } else { Form::Line }
        }
        (Some("integer" | "number"), _) => Form::Number,
        (Some("boolean"), _) => Form::YesNo,
        (Some("array"), _) => Form::List(Box::new(schema.get("items").map_or(Form::Line, form_of))),
        (Some("object"), _) => Form::Answers,
        _ => Form::What,
    }
}

/// The form of a named type. Two names are ours to know: the others are lists of choices or shared parts.
fn form_named(name: &str) -> Form {
    match without_number(name) {
        "Happened" => Form::Happened,
        "Birth" => Form::Birth,
        "EventId" => Form::Event,
        "WorkerRef" => Form::Worker,
        "TeamRef" => Form::Team,
        "AreaRef" => Form::Area,
        "CourtName" | "Identifier" | "Requirement" | "SafeContact" => Form::Part(list_name(name)),
        other => match other.strip_suffix("Ref") {
            Some(what) => Form::Reference(list_name(what)),
            None => Form::Choice(list_name(other)),
        },
    }
}

/// `ContactKind` is `contact_kind`.
pub(crate) fn list_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in without_number(name).chars() {
        if letter.is_ascii_uppercase() {
            if !out.is_empty() {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Each schema numbers a type whose name another has (`Outcome2`).
fn without_number(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn reference_of(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"))
}

fn type_of(schema: &Value) -> Option<&str> {
    schema
        .get("type")
        .and_then(Value::as_str)
        .or_else(|| items(schema, "type").filter_map(Value::as_str).find(|kind| *kind != "null"))
}

fn items<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

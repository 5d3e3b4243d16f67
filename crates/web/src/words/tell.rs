//! An event as a sentence with its details.

use super::form::Fields;
use super::names::Names;
use super::template::Gaps;
use super::{Form, Words, capital, dates, label, part_of, plain};
use crate::when;
use jiff::civil::Time;
use record::What;
use record::person::Birth;
use serde_json::{Map, Value};

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Telling {
    /// The kind on the wire.
    pub(crate) kind: &'static str,
    /// What the kind is called.
    pub(crate) title: String,
    /// The part of practice on the wire.
    pub(crate) part: &'static str,
    /// One sentence.
    pub(crate) sentence: String,
    /// What the sentence does not say.
    pub(crate) details: Vec<Detail>,
}

/// A field that the sentence does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    /// What the field is called.
    pub(crate) label: String,
    /// What it says.
    pub(crate) said: Said,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A few words.
    Line(String),
    /// A paragraph or several.
    Note(String),
    /// Several things.
    List(Vec<String>),
}

impl Said {
    /// Each thing that it says.
    pub(crate) fn each(&self) -> Vec<&str> {
        match self {
            Self::Line(text) | Self::Note(text) => vec![text],
            Self::List(items) => items.iter().map(String::as_str).collect(),
        }
    }

    /// Whether it may be a paragraph or several.
    pub(crate) fn is_long(&self) -> bool {
        !matches!(self, Self::Line(_))
    }
}

impl Words {
    /// An event as a sentence with its details.
    pub(crate) fn tell(&self, what: &What, names: &Names) -> Telling {
        let kind = what.kind();
        let body: Value = what.body().ok().and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
        let nothing = Map::new();
        let forms = self.forms.of_event(kind).map_or(&[][..], Fields::as_slice);
        let told = Told { words: self, names, forms, fields: body.as_object().unwrap_or(&nothing) };
        let worded = self.events.get(kind);
        let (sentence, said) = match worded {
            Some(worded) => (worded.says.say(&told), worded.says.fields()),
            None => (capital(&plain(kind)), Vec::new()),
        };
        let details = forms
            .iter()
            .filter(|(name, form)| !said.contains(&name.as_str()) && !is_for_machines(form))
            .filter_map(|(name, form)| {
                let value = told.fields.get(name).filter(|value| is_told(value))?;
                let said = self.said(form, name, value, names);
                Some(Detail { label: label(worded, name).into_owned(), said })
            })
            .collect();
        Telling { kind, title: self.event_title(kind).into_owned(), part: part_of(kind), sentence, details }
    }

    /// One requirement of an order in words: "Supervision requirement for 12 months".
    pub(crate) fn requirement(&self, requirement: &record::order::Requirement, names: &Names) -> String {
        let value = serde_json::to_value(requirement).unwrap_or_default();
        capital(&self.in_words(&Form::Part("requirement".to_owned()), "requirement", &value, names))
    }

    /// The rules for reaching a person by one route, in words.
    pub(crate) fn safe_contact(&self, rules: &record::person::SafeContact) -> String {
        let value = serde_json::to_value(rules).unwrap_or_default();
        capital(&self.in_words(&Form::Part("safe_contact".to_owned()), "safe", &value, &Names::default()))
    }

    /// An identifier in words: "CHS S123456/95A".
    pub(crate) fn identifier(&self, identifier: &record::person::Identifier) -> String {
        let value = serde_json::to_value(identifier).unwrap_or_default();
        self.in_words(&Form::Part("identifier".to_owned()), "identifier", &value, &Names::default())
    }

    /// What was answered to one question, in words.
    pub(crate) fn answer(&self, answer: &record::person::Answer) -> String {
        capital(&self.answer_in_words(&serde_json::to_value(answer).unwrap_or_default()))
    }

    fn said(&self, form: &Form, field: &str, value: &Value, names: &Names) -> Said {
        match (form, value) {
            (Form::List(inner), Value::Array(items)) => {
                Said::List(items.iter().map(|item| self.one_of(inner, field, item, names)).collect())
            }
            (Form::Answers, Value::Object(answers)) => Said::List(self.answers(answers)),
            (Form::Note, Value::String(text)) => Said::Note(text.clone()),
            // What somebody typed, and references, stand as they are.
            (Form::Line | Form::Reference(_), Value::String(_)) => Said::Line(self.in_words(form, field, value, names)),
            _ => Said::Line(capital(&self.in_words(form, field, value, names))),
        }
    }

    /// One of several things, in a line of its own.
    fn one_of(&self, form: &Form, field: &str, item: &Value, names: &Names) -> String {
        let said = self.in_words(form, field, item, names);
        if matches!(form, Form::Line | Form::Note | Form::Reference(_)) { said } else { capital(&said) }
    }

    /// A value as it stands inside a sentence.
    fn in_words(&self, form: &Form, field: &str, value: &Value, names: &Names) -> String {
        match (form, value) {
            (Form::List(inner), Value::Array(items)) => {
                let between = if matches!(**inner, Form::Part(_) | Form::Note) { "; " } else { ", " };
                let said: Vec<String> = items.iter().map(|item| self.in_words(inner, field, item, names)).collect();
                said.join(between)
            }
            (Form::Answers, Value::Object(answers)) => self.answers(answers).join("; "),
            (Form::Part(part), Value::Object(fields)) => self.part_in_words(part, fields, names),
            (_, Value::Bool(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
            (_, Value::Number(number)) => match (self.units.get(field), number.as_i64()) {
                (Some(unit), Some(number)) => unit.say(number),
                _ => number.to_string(),
            },
            (Form::Date, Value::String(text)) => text.parse().map_or_else(|_| text.clone(), when::day),
            (Form::Time, Value::String(text)) => text.parse::<Time>().map_or_else(|_| text.clone(), when::time),
            (Form::Happened, Value::String(text)) => text.parse().map_or_else(|_| text.clone(), dates::happened),
            (Form::Birth, Value::String(text)) => {
                Birth::try_from(text.clone()).map_or_else(|_| text.clone(), dates::born)
            }
            (Form::Choice(list), Value::String(text)) => self.inside(list, text).into_owned(),
            (Form::Worker, Value::String(text)) => names.worker(text).to_owned(),
            (Form::Team, Value::String(text)) => names.team(text).to_owned(),
            (Form::Area, Value::String(text)) => names.area(text).into_owned(),
            (Form::Line, Value::String(text)) if field == "standard" => names.standard(text).to_owned(),
            (_, Value::String(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn part_in_words(&self, part: &str, fields: &Map<String, Value>, names: &Names) -> String {
        if part == "identifier" {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            let (kind, system) = text("kind").split_once(':').unwrap_or((text("kind"), ""));
            let issuer =
                if system.is_empty() { self.inside("identifier_kind", kind).into_owned() } else { capital(system) };
            return format!("{issuer} {}", text("value"));
        }
        let Some(worded) = self.structs.get(part) else { return String::new() };
        let forms = self.forms.of_part(part).map_or(&[][..], Fields::as_slice);
        worded.says.say_inside(&Told { words: self, names, forms, fields })
    }

    /// "Sex: male", by characteristic.
    fn answers(&self, answers: &Map<String, Value>) -> Vec<String> {
        let answer = |(of, answer): (&String, &Value)| {
            format!("{}: {}", self.say("characteristic", of), self.answer_in_words(answer))
        };
        answers.iter().map(answer).collect()
    }

    fn answer_in_words(&self, answer: &Value) -> String {
        match (answer.as_str(), answer.get("is").and_then(Value::as_str)) {
            (_, Some(words)) => words.to_owned(),
            (Some(word), None) => self.inside("answer", word).into_owned(),
            _ => String::new(),
        }
    }
}

/// What one event, or one part of it, tells.
struct Told<'a> {
    words: &'a Words,
    names: &'a Names,
    forms: &'a [(String, Form)],
    fields: &'a Map<String, Value>,
}

impl Gaps for Told<'_> {
    fn words(&self, field: &str) -> Option<String> {
        let value = self.fields.get(field).filter(|value| is_told(value))?;
        let (_, form) = self.forms.iter().find(|(name, _)| name == field)?;
        Some(self.words.in_words(form, field, value, self.names)).filter(|said| !said.is_empty())
    }

    fn yes(&self, field: &str) -> bool {
        self.fields.get(field).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// Whether a field ties entries together and tells a reader nothing.
fn is_for_machines(form: &Form) -> bool {
    match form {
        Form::Event | Form::What => true,
        Form::Reference(of) => matches!(of.as_str(), "contact" | "session"),
        _ => false,
    }
}

/// Whether a field says anything: a "no" that nobody asked for does not.
fn is_told(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

//! From the content of an event to what would have been typed: how a correction begins with what the record says.

use super::amount;
use super::shape::{self, Field};
use crate::form::Form;
use crate::when;
use crate::words::Form as Looks;
use calendar::typed::say_time;
use record::Happened;
use serde_json::{Map, Value};

/// Puts an event's content into a form.
pub(crate) fn event(form: &mut Form, kind: &str, content: &Map<String, Value>) {
    fields(form, shape::of_event(kind), "", content);
}

/// When something took place, as it would be typed.
pub(crate) fn happened(told: Happened) -> String {
    match told.time() {
        Some(at) => format!("{} at {}", when::day(told.date()), say_time(at)),
        None if told.precision() == record::Precision::Year => format!("year {told}"),
        None => crate::words::happened(told),
    }
}

fn fields(form: &mut Form, fields: &[Field], prefix: &str, content: &Map<String, Value>) {
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        match content.get(&field.name) {
            Some(value) => put(form, &field.looks, &name, &field.name, value),
            None if field.yes_unless_said => form.set(&name, "yes"),
            None => {}
        }
    }
}

fn put(form: &mut Form, looks: &Looks, name: &str, field: &str, value: &Value) {
    match (looks, value) {
        (Looks::YesNo, Value::Bool(yes)) => form.set(name, if *yes { "yes" } else { "no" }),
        (Looks::Part(part), Value::Object(content)) if part == "identifier" => identifier(form, name, content),
        (Looks::Part(part), Value::Object(content)) => {
            fields(form, shape::of_part(part), &format!("{name}."), content);
        }
        (Looks::Answers, Value::Object(answers)) => {
            for (asked, answer) in answers {
                match (answer.as_str(), answer.get("is").and_then(Value::as_str)) {
                    (_, Some(words)) => form.set(&format!("{name}.{asked}"), words),
                    (Some(instead), None) => form.set(&format!("{name}.{asked}.instead"), instead),
                    _ => {}
                }
            }
        }
        (Looks::List(of), Value::Array(values)) => list(form, of, name, field, values),
        _ => form.set(name, as_typed(looks, field, value)),
    }
}

fn list(form: &mut Form, of: &Looks, name: &str, field: &str, values: &[Value]) {
    match of {
        Looks::Part(_) => {
            let kinds = values.iter().filter_map(|value| value.get("kind").and_then(Value::as_str));
            form.set_all(name, kinds.map(str::to_owned).collect());
            for requirement in values.iter().filter_map(Value::as_object) {
                let kind = requirement.get("kind").and_then(Value::as_str).unwrap_or_default();
                fields(form, shape::of_part("requirement"), &format!("{name}.{kind}."), requirement);
                form.clear(&format!("{name}.{kind}.kind"));
            }
        }
        Looks::Choice(_) | Looks::Reference(_) => {
            form.set_all(name, values.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        _ => {
            let between = if matches!(of, Looks::Note) { "\n\n" } else { "\n" };
            let lines: Vec<String> = values.iter().map(|value| as_typed(of, field, value)).collect();
            form.set(name, lines.join(between));
        }
    }
}

fn identifier(form: &mut Form, name: &str, content: &Map<String, Value>) {
    let text = |field: &str| content.get(field).and_then(Value::as_str).unwrap_or_default();
    let (kind, system) = text("kind").split_once(':').unwrap_or((text("kind"), ""));
    form.set(&format!("{name}.kind"), kind);
    form.set(&format!("{name}.system"), system);
    form.set(&format!("{name}.value"), text("value"));
}

fn as_typed(looks: &Looks, field: &str, value: &Value) -> String {
    match (looks, value) {
        (Looks::Number, Value::Number(number)) => match (field, number.as_i64()) {
            ("minutes", Some(minutes)) if minutes < 0 => format!("-{}", record::unpaid_work::in_hours(-minutes)),
            ("minutes", Some(minutes)) => record::unpaid_work::in_hours(minutes),
            ("pence", Some(pence)) => amount::pounds(pence),
            _ => number.to_string(),
        },
        (Looks::Date, Value::String(text)) => text.parse().map_or_else(|_| text.clone(), when::day),
        (Looks::Time, Value::String(text)) => text.parse().map_or_else(|_| text.clone(), say_time),
        (Looks::Happened, Value::String(text)) => text.parse().map_or_else(|_| text.clone(), happened),
        (Looks::Birth, Value::String(text)) => match text.parse::<Happened>() {
            Ok(told) if told.precision() == record::Precision::Day => when::day(told.date()),
            _ => text.clone(),
        },
        (_, Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::describe::DESCRIBED;
    use super::super::parse::Reader;
    use super::*;
    use crate::Words;
    use jiff::civil::date;

    /// Every event that was ever written in the record's tests, of every kind.
    fn written() -> Vec<(String, Map<String, Value>)> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../record/tests/events.v1.jsonl");
        let text = std::fs::read_to_string(file).unwrap();
        text.lines()
            .map(|line| {
                let event: Value = serde_json::from_str(line).unwrap();
                (event["kind"].as_str().unwrap().to_owned(), event["data"].as_object().unwrap().clone())
            })
            .collect()
    }

    #[test]
    fn every_event_put_into_its_form_and_read_again_is_the_same() {
        let words = Words::shipped().unwrap();
        let mut kinds = std::collections::BTreeSet::new();
        for (kind, content) in written() {
            if kind.starts_with("amend.") {
                continue;
            }
            let mut form = Form::default();
            event(&mut form, &kind, &content);
            let now = date(2026, 3, 4).at(10, 0, 0, 0);
            let reader = Reader { words: &words, described: &DESCRIBED, kind: &kind, now };
            let read = Value::Object(reader.content(&mut form));
            assert_eq!(form.mistakes(), [], "{kind} {content:?}");
            let stored = |content: &Value| record::What::typed(&kind, &content.to_string()).unwrap();
            assert_eq!(stored(&read), stored(&Value::Object(content)), "{kind}");
            kinds.insert(kind);
        }
        assert!(kinds.len() >= record::What::KINDS.len() - 2, "{}", kinds.len());
    }
}

//! From what was typed to the content of an event: every mistake is a sentence beside its field, and nothing is lost.

use super::amount;
use super::describe::Described;
use super::shape::{self, Field};
use crate::Words;
use crate::form::Form;
use crate::words::Form as Looks;
use calendar::typed::{self, Lean, Told};
use jiff::civil::DateTime;
use record::OrderRef;
use record::{Happened, Precision};
use serde_json::{Map, Value};

/// What reading a form needs to know.
pub(crate) struct Reader<'a> {
    pub(crate) words: &'a Words,
    pub(crate) described: &'a Described,
    /// The kind of event.
    pub(crate) kind: &'a str,
    /// The local time in London.
    pub(crate) now: DateTime,
}

/// A field's value, nothing when nothing was typed, or what is wrong.
type Read = Result<Option<Value>, String>;

impl Reader<'_> {
    /// The content that the form holds, as JSON; its mistakes are noted in the form.
    pub(crate) fn content(&self, form: &mut Form) -> Map<String, Value> {
        let label = |field: &str| self.words.field_label(self.kind, field).into_owned();
        self.fields(form, shape::of_event(self.kind), "", &label)
    }

    /// When it took place; the mistake is noted in the form.
    pub(crate) fn happened(&self, form: &mut Form, field: &str) -> Option<Happened> {
        let read = happened(form.get(field), self.now);
        match read {
            Ok(happened) => Some(happened),
            Err(sentence) => {
                form.wrong(field, sentence);
                None
            }
        }
    }

    fn fields(
        &self,
        form: &mut Form,
        fields: &[Field],
        prefix: &str,
        label: &dyn Fn(&str) -> String,
    ) -> Map<String, Value> {
        let mut content = Map::new();
        let ordered = self.described.in_order(self.kind, fields);
        for field in ordered {
            let name = format!("{prefix}{}", field.name);
            let label = label(&field.name);
            match self.field(form, field, &name, &label) {
                Ok(Some(value)) => {
                    content.insert(field.name.clone(), value);
                }
                Ok(None) if field.required => form.wrong(&name, missing(field, &label)),
                Ok(None) => {}
                Err(sentence) => form.wrong(&name, sentence),
            }
        }
        content
    }

    fn field(&self, form: &mut Form, field: &Field, name: &str, label: &str) -> Read {
        let typed = form.get(name).replace("\r\n", "\n");
        match &field.looks {
            Looks::YesNo if field.required => match typed.as_str() {
                "yes" => Ok(Some(Value::Bool(true))),
                "no" => Ok(Some(Value::Bool(false))),
                _ => Ok(None),
            },
            Looks::YesNo => {
                let yes = form.has(name, "yes");
                Ok((yes != field.yes_unless_said).then_some(Value::Bool(yes)))
            }
            Looks::Part(part) => Ok(self.part(form, field, part, name)),
            Looks::Answers => Ok(answers(form, name)),
            Looks::List(of) => self.list(form, of, field, name, label),
            _ if typed.is_empty() => Ok(None),
            Looks::Line | Looks::Note => text(&typed, field.most, label).map(Some),
            Looks::Number => number(&typed, field, label).map(Some),
            Looks::Date => self.date(&typed, &field.name).map(Some),
            Looks::Time => typed::read_time(&typed)
                .map(|time| Some(Value::String(time.strftime("%H:%M:%S").to_string())))
                .map_err(|no| no.to_string()),
            Looks::Happened => happened(&typed, self.now).map(|told| Some(Value::String(told.to_string()))),
            Looks::Birth => birth(&typed, self.now).map(Some),
            Looks::Choice(list) => {
                if shape::choices(list).contains(&typed) {
                    Ok(Some(Value::String(typed)))
                } else {
                    Err(format!("Choose one of the answers for “{label}”."))
                }
            }
            Looks::Worker | Looks::Team | Looks::Area | Looks::Reference(_) => reference(&typed, label).map(Some),
            // An amendment has a page of its own, which gives these.
            Looks::Event | Looks::What => Ok(None),
        }
    }

    /// A part with fields of its own: left out where nothing of it was typed and the record can do without it.
    fn part(&self, form: &mut Form, field: &Field, part: &str, name: &str) -> Option<Value> {
        let prefix = format!("{name}.");
        if part == "identifier" {
            return identifier(form, name).map(Value::Object);
        }
        let touched = form.fields().any(|(typed, value)| typed.starts_with(&prefix) && !value.trim().is_empty());
        if !touched && !field.required {
            return None;
        }
        let label = |field: &str| self.words.part_label(part, field).into_owned();
        Some(Value::Object(self.fields(form, shape::of_part(part), &prefix, &label)))
    }

    fn list(&self, form: &mut Form, of: &Looks, field: &Field, name: &str, label: &str) -> Read {
        let typed = form.get(name).replace("\r\n", "\n");
        let lines = || typed.lines().map(str::trim).filter(|line| !line.is_empty());
        let values: Vec<Value> = match of {
            Looks::Part(part) if part == "requirement" => self.requirements(form, name),
            Looks::Choice(list) => {
                let known = shape::choices(list);
                form.all(name).iter().filter(|value| known.contains(value)).cloned().map(Value::String).collect()
            }
            Looks::Reference(_) => {
                let ticked = form.all(name).iter().flat_map(|typed| typed.lines().map(str::trim));
                ticked.filter(|line| !line.is_empty()).map(|line| reference(line, label)).collect::<Result<_, _>>()?
            }
            Looks::Note => typed
                .split("\n\n")
                .map(str::trim)
                .filter(|note| !note.is_empty())
                .map(|note| text(note, 10_000, label))
                .collect::<Result<_, _>>()?,
            Looks::Date => lines().map(|line| self.date(line, &field.name)).collect::<Result<_, _>>()?,
            Looks::Worker => lines().map(|line| reference(line, label)).collect::<Result<_, _>>()?,
            _ => lines().map(|line| text(line, 200, label)).collect::<Result<_, _>>()?,
        };
        Ok((!values.is_empty()).then_some(Value::Array(values)))
    }

    /// The requirements that were ticked, each with its terms.
    fn requirements(&self, form: &mut Form, name: &str) -> Vec<Value> {
        let label = |field: &str| self.words.part_label("requirement", field).into_owned();
        let terms: Vec<Field> =
            shape::of_part("requirement").iter().filter(|field| field.name != "kind").cloned().collect();
        let known = shape::choices("requirement_kind");
        let ticked: Vec<String> = form.all(name).iter().filter(|kind| known.contains(kind)).cloned().collect();
        for kind in known.iter().filter(|kind| !ticked.contains(kind)) {
            let prefix = format!("{name}.{kind}.");
            if form.fields().any(|(typed, value)| typed.starts_with(&prefix) && !value.trim().is_empty()) {
                let title = self.words.say("requirement_kind", kind);
                let sentence = format!("{title} has terms but is not ticked. Tick it, or clear its terms.");
                form.wrong(&format!("{name}.{kind}"), sentence);
            }
        }
        let mut found = Vec::new();
        for kind in ticked {
            let mut requirement = self.fields(form, &terms, &format!("{name}.{kind}."), &label);
            requirement.insert("kind".to_owned(), Value::String(kind));
            found.push(Value::Object(requirement));
        }
        found
    }

    fn date(&self, typed: &str, field: &str) -> Result<Value, String> {
        let lean = if self.described.is_past(field) { Lean::Past } else { Lean::Future };
        match typed::read(typed, self.now, lean).map_err(|no| no.to_string())? {
            Told::Day { on, at: None, .. } => Ok(Value::String(on.to_string())),
            Told::Day { .. } => Err("Type the day alone here; the time has its own field.".to_owned()),
            Told::Month(_) | Told::Year(_) => Err("The whole date is needed here: day, month and year.".to_owned()),
        }
    }
}

/// When something took place, as it was typed.
pub(crate) fn happened(typed: &str, now: DateTime) -> Result<Happened, String> {
    match typed::read(typed, now, Lean::Past).map_err(|no| no.to_string())? {
        Told::Day { on, at: Some(at), .. } => Ok(Happened::at(on, at)),
        Told::Day { on, at: None, .. } => Ok(Happened::on(on)),
        Told::Month(first) => Ok(Happened::within(first, Precision::Month)),
        Told::Year(first) => Ok(Happened::within(first, Precision::Year)),
    }
}

/// A date of birth as far as it is known, as it was typed.
pub(crate) fn birth(typed: &str, now: DateTime) -> Result<Value, String> {
    if typed.eq_ignore_ascii_case("not known") {
        return Ok(Value::String("not known".to_owned()));
    }
    let told = match typed::read(typed, now, Lean::Birth).map_err(|no| no.to_string())? {
        Told::Day { on, at: None, .. } => on.to_string(),
        Told::Day { .. } => return Err("A date of birth has no time of day. Type the day alone.".to_owned()),
        Told::Month(first) => first.strftime("%Y-%m").to_string(),
        Told::Year(first) => first.strftime("%Y").to_string(),
    };
    Ok(Value::String(told))
}

/// What to say where something that is needed was not given.
fn missing(field: &Field, label: &str) -> String {
    match &field.looks {
        Looks::YesNo | Looks::Choice(_) | Looks::Reference(_) | Looks::List(_) => {
            format!("Choose an answer for “{label}”.")
        }
        Looks::Date | Looks::Birth | Looks::Happened => format!("Type a date for “{label}”."),
        Looks::Number => format!("Type a number for “{label}”."),
        Looks::Answers => "Give at least one answer.".to_owned(),
        Looks::Worker => format!("Say who for “{label}”."),
        _ => format!("Write something for “{label}”."),
    }
}

fn text(typed: &str, most: usize, label: &str) -> Result<Value, String> {
    let length = typed.chars().count();
    if most > 0 && length > most {
        return Err(format!("“{label}” has {length} characters; it takes {most}. Shorten it or split it."));
    }
    match typed.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(_) => Err(format!("“{label}” holds a character that cannot be shown. Type it again without it.")),
        None => Ok(Value::String(typed.to_owned())),
    }
}

fn number(typed: &str, field: &Field, label: &str) -> Result<Value, String> {
    let number = match field.name.as_str() {
        "minutes" => amount::minutes(typed)?,
        "pence" => amount::pence(typed)?,
        _ => typed.parse().map_err(|_| format!("“{label}” is a whole number. Type it in figures."))?,
    };
    let fits = field.least.is_none_or(|least| least <= number) && field.greatest.is_none_or(|most| number <= most);
    if fits { Ok(Value::from(number)) } else { Err(format!("The number for “{label}” is out of range. Check it.")) }
}

fn reference(typed: &str, label: &str) -> Result<Value, String> {
    match OrderRef::try_from(typed) {
        Ok(reference) => Ok(Value::String(reference.to_string())),
        Err(_) => Err(format!(
            "“{label}” is 1 to 40 letters, digits or - _ / . and starts with a letter or a digit. Check what was typed."
        )),
    }
}

/// What was answered about the person: words, or that it is not known or was not said.
fn answers(form: &Form, name: &str) -> Option<Value> {
    let mut answers = Map::new();
    for asked in shape::choices("characteristic") {
        let said = form.get(&format!("{name}.{asked}"));
        let instead = form.get(&format!("{name}.{asked}.instead"));
        let answer = match (said, instead) {
            ("", "") => continue,
            ("", instead) => Value::String(instead.to_owned()),
            (said, _) => Value::Object(Map::from_iter([("is".to_owned(), Value::String(said.to_owned()))])),
        };
        answers.insert(asked.clone(), answer);
    }
    (!answers.is_empty()).then_some(Value::Object(answers))
}

/// An identifier: its issuer, and the number with the checks that the issuer built into it.
fn identifier(form: &mut Form, name: &str) -> Option<Map<String, Value>> {
    let (kind, value) = (form.get(&format!("{name}.kind")).to_owned(), form.get(&format!("{name}.value")).to_owned());
    let kind = match (kind.as_str(), form.get(&format!("{name}.system"))) {
        ("local", "") => {
            form.wrong(&format!("{name}.system"), "Say which system the number is from.");
            return None;
        }
        ("local", system) => format!("local:{system}"),
        _ => kind,
    };
    if kind.is_empty() {
        form.wrong(&format!("{name}.kind"), "Choose who issued the number.");
        return None;
    }
    match record::person::Identifier::read(&kind, &value) {
        Ok(read) => Some(Map::from_iter([
            ("kind".to_owned(), Value::String(read.kind())),
            ("value".to_owned(), Value::String(read.value().to_owned())),
        ])),
        Err(refusal) => {
            form.wrong(&format!("{name}.value"), sentence(&refusal.to_string()));
            None
        }
    }
}

/// Words of the record as a sentence.
pub(crate) fn sentence(words: &str) -> String {
    let begun = crate::words::capital(words);
    if begun.ends_with(['.', '?', '!']) { begun } else { format!("{begun}.") }
}

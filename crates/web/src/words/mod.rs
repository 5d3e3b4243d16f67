//! The words on the screen, from a vocabulary file: what every kind of event, field and value is called.
//!
//! Pure: it knows the record's JSON schema and the file, nothing of requests. A value that the file does not name is said
//! as plainly as it can be; a test holds that the shipped file names everything that the record can hold.

mod dates;
mod form;
mod names;
mod tell;
mod template;

pub(crate) use dates::{age, born, happened, moment_short};
pub(crate) use form::{Form, list_name};
pub(crate) use names::Names;
pub(crate) use tell::{Detail, Said, Telling};

use form::Forms;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use template::Template;

/// The vocabulary could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The file is not a vocabulary.
    #[error("the vocabulary cannot be read: {0}")]
    File(#[from] toml::de::Error),
    /// A sentence pattern is not well formed.
    #[error("the vocabulary's sentence for \"{of}\" cannot be used: {problem}")]
    Sentence {
        /// The event or the part.
        of: String,
        /// What is wrong.
        problem: String,
    },
    /// The record's own schema could not be read.
    #[error("the record's schema of \"{0}\" cannot be read")]
    Schema(String),
}

/// The file as it is written. Every table that is not named here is a list of values.
#[derive(Deserialize)]
struct File {
    id: String,
    title: String,
    parts: Vec<(String, String)>,
    units: BTreeMap<String, Unit>,
    #[serde(rename = "struct")]
    structs: BTreeMap<String, StructFile>,
    event: BTreeMap<String, EventFile>,
    discharge: BTreeMap<String, String>,
    glossary: BTreeMap<String, String>,
    #[serde(flatten)]
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StructFile {
    says: String,
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventFile {
    title: String,
    says: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    /// Months.
    Months,
    /// Days.
    Days,
    /// Hours.
    Hours,
    /// Minutes, said as hours and minutes.
    Minutes,
    /// Pence, said as pounds.
    Pence,
}

/// The words for something with fields: an event, or a part that several events share.
struct Worded {
    title: String,
    says: Template,
    fields: BTreeMap<String, String>,
}

/// The words on the screen.
pub struct Words {
    id: String,
    title: String,
    parts: Vec<(String, String)>,
    units: BTreeMap<String, Unit>,
    structs: BTreeMap<String, Worded>,
    events: BTreeMap<String, Worded>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    discharge: BTreeMap<String, String>,
    glossary: BTreeMap<String, String>,
    forms: Forms,
}

impl Words {
    /// Reads a vocabulary file.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let file: File = toml::from_str(text)?;
        let sentence = |of: &str, says: &str| {
            Template::parse(says).map_err(|problem| WordsError::Sentence { of: of.to_owned(), problem })
        };
        let mut structs = BTreeMap::new();
        for (name, part) in file.structs {
            let says = sentence(&name, &part.says)?;
            structs.insert(name, Worded { title: String::new(), says, fields: part.fields });
        }
        let mut events = BTreeMap::new();
        for (kind, event) in file.event {
            let says = sentence(&kind, &event.says)?;
            events.insert(kind, Worded { title: event.title, says, fields: event.fields });
        }
        Ok(Self {
            id: file.id,
            title: file.title,
            parts: file.parts,
            units: file.units,
            structs,
            events,
            values: file.values,
            discharge: file.discharge,
            glossary: file.glossary,
            forms: Forms::of_record()?,
        })
    }

    /// The vocabulary that this version of the program ships.
    pub fn shipped() -> Result<Self, WordsError> {
        Self::parse(include_str!("../../../../vocabularies/scotland.toml"))
    }

    /// The file's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The file's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A value of a list in words, as it stands in a cell of its own: `say("level", "very_high")` is "Very high". A value
    /// without words is shown as plainly as it can be.
    pub(crate) fn say(&self, list: &str, value: &str) -> String {
        capital(&self.inside(list, value))
    }

    /// A value of a list as it stands inside a sentence: "very high".
    pub(crate) fn inside<'a>(&'a self, list: &str, value: &'a str) -> Cow<'a, str> {
        match self.values.get(list).and_then(|values| values.get(value)) {
            Some(words) => Cow::Borrowed(words.as_str()),
            None => plain(value),
        }
    }

    /// Whether a value has words.
    #[cfg(test)]
    pub(crate) fn has(&self, list: &str, value: &str) -> bool {
        self.values.get(list).is_some_and(|values| values.contains_key(value))
    }

    /// Every value of a list with its words, in the order of the alphabet.
    pub(crate) fn list(&self, list: &str) -> impl Iterator<Item = (&str, &str)> {
        self.values.get(list).into_iter().flatten().map(|(value, words)| (value.as_str(), words.as_str()))
    }

    /// What a kind of event is called.
    pub(crate) fn event_title<'a>(&'a self, kind: &'a str) -> Cow<'a, str> {
        match self.events.get(kind) {
            Some(worded) => Cow::Borrowed(worded.title.as_str()),
            None => plain(kind),
        }
    }

    /// What a field of an event is called.
    pub(crate) fn field_label<'a>(&'a self, kind: &str, field: &'a str) -> Cow<'a, str> {
        label(self.events.get(kind), field)
    }

    /// What a field of a shared part is called, such as `part_label("requirement", "months")`.
    pub(crate) fn part_label<'a>(&'a self, part: &str, field: &'a str) -> Cow<'a, str> {
        label(self.structs.get(part), field)
    }

    /// The parts of practice with their titles, in the order of a filter.
    pub(crate) fn parts(&self) -> &[(String, String)] {
        &self.parts
    }

    /// The kinds of event of one part of practice, with their titles, in the order of the record.
    pub(crate) fn kinds_of<'a>(&'a self, part: &'a str) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
        record::What::KINDS
            .iter()
            .filter(move |(kind, _)| part_of(kind) == part)
            .map(|(kind, _)| (*kind, self.event_title(kind)))
    }

    /// The kind of event that, once recorded, publishes a fact that a standard asks for.
    pub(crate) fn discharging(&self, fact: &str) -> Option<&str> {
        self.discharge.get(fact).map(String::as_str)
    }

    /// The glossary, term by term.
    pub fn glossary(&self) -> &BTreeMap<String, String> {
        &self.glossary
    }
}

fn label<'a>(worded: Option<&'a Worded>, field: &'a str) -> Cow<'a, str> {
    match worded.and_then(|worded| worded.fields.get(field)) {
        Some(label) => Cow::Borrowed(label.as_str()),
        None => Cow::Owned(capital(&plain(field))),
    }
}

/// The part of practice that a kind of event belongs to.
pub(crate) fn part_of(kind: &str) -> &str {
    kind.split('.').next().unwrap_or(kind)
}

/// A word as files write it, as a page says it.
pub(crate) fn plain(word: &str) -> Cow<'_, str> {
    if word.contains(['_', '.']) { Cow::Owned(word.replace(['_', '.'], " ")) } else { Cow::Borrowed(word) }
}

/// The text with a capital letter at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// "1 month", "12 months".
pub(crate) fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", count_with_commas(count), if count == 1 { one } else { many })
}

/// The same of what is counted one by one.
pub(crate) fn many(count: usize, one: &str, many: &str) -> String {
    counted(i64::try_from(count).unwrap_or(i64::MAX), one, many)
}

fn count_with_commas(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if count < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Unit {
    /// A number of this unit in words.
    pub(crate) fn say(self, number: i64) -> String {
        match self {
            Self::Months => counted(number, "month", "months"),
            Self::Days => counted(number, "day", "days"),
            Self::Hours => counted(number, "hour", "hours"),
            Self::Minutes if number < 0 => format!("{} taken off", record::unpaid_work::in_hours(-number)),
            Self::Minutes => record::unpaid_work::in_hours(number),
            Self::Pence => {
                let (pounds, pence) = (number / 100, number % 100);
                if pence == 0 {
                    format!("£{}", count_with_commas(pounds))
                } else {
                    format!("£{}.{pence:02}", count_with_commas(pounds))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! The map of an import, as data: what each column may hold, and which events a line becomes.
//!
//! `docs/import.md` describes the format; `examples/iowa-releases.toml` is one in use.

use super::compose::Template;
use super::sheet::ImportError;
use record::{AreaRef, What};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A map from a file's columns to events.
#[derive(Debug)]
pub struct Map {
    id: String,
    agency: AreaRef,
    pub(super) encoding: Encoding,
    pub(super) delimiter: u8,
    pub(super) key: Template,
    pub(super) person: Template,
    pub(super) columns: BTreeMap<String, Column>,
    pub(super) events: Vec<EventOf>,
}

/// How the file's text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What a column may hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) struct Column {
    /// The only values allowed.
    #[serde(default)]
    pub(super) one_of: Option<Vec<String>>,
    /// Values and what they become; any other is wrong.
    #[serde(default)]
    pub(super) translate: Option<BTreeMap<String, String>>,
    /// The column holds a whole number; `16.0` is read as 16.
    #[serde(default)]
    pub(super) whole_number: bool,
    /// The column holds a date of this form.
    #[serde(default)]
    pub(super) date: Option<DateForm>,
    /// What to do with a wrong value.
    #[serde(default)]
    pub(super) otherwise: Otherwise,
    /// Columns that are left out together with this one.
    #[serde(default)]
    pub(super) together_with: Vec<String>,
    /// What a wrong value means, as the report says it.
    #[serde(default)]
    pub(super) because: Option<String>,
}

/// A form of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum DateForm {
    /// `2026-03-02`.
    #[serde(rename = "year-month-day")]
    Iso,
    /// `2/3/2026` or `02/03/2026`.
    #[serde(rename = "day/month/year")]
    DayFirst,
    /// `2026`.
    #[serde(rename = "year")]
    Year,
}

/// What to do with a wrong value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Otherwise {
    #[default]
    #[serde(rename = "refuse the line")]
    Refuse,
    #[serde(rename = "leave out")]
    LeaveOut,
}

/// One event that a line may become.
#[derive(Debug)]
pub(super) struct EventOf {
    pub(super) kind: String,
    pub(super) version: u16,
    pub(super) happened: Template,
    /// Days to add to `happened`.
    pub(super) plus_days: Option<Template>,
    /// Column and value; the event is made only where all hold.
    pub(super) when: Vec<(String, String)>,
    /// Columns of which at least one must hold something.
    pub(super) when_any: Vec<String>,
    pub(super) data: Data,
}

/// An event's content with places for columns.
#[derive(Debug)]
pub(super) enum Data {
    Text(Template),
    /// A number read from a column.
    Number(Template),
    Other(serde_json::Value),
    List(Vec<Data>),
    Object(Vec<(String, Data)>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    id: String,
    #[serde(rename = "title")]
    _title: String,
    agency: String,
    #[serde(default)]
    encoding: Encoding,
    #[serde(default)]
    delimiter: Option<char>,
    key: String,
    person: String,
    #[serde(default)]
    columns: BTreeMap<String, Column>,
    #[serde(rename = "event")]
    events: Vec<WireEvent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireEvent {
    kind: String,
    happened: String,
    #[serde(default)]
    plus_days: Option<String>,
    #[serde(default)]
    when: BTreeMap<String, String>,
    #[serde(default)]
    when_any: Vec<String>,
    data: toml::Value,
}

impl Map {
    /// Reads a map. `file` is its name, for the refusal.
    pub fn parse(file: &str, text: &str) -> Result<Self, ImportError> {
        let wrong = |sentence: String| ImportError::Map { file: file.to_owned(), sentence };
        if text.len() > 1_000_000 {
            return Err(wrong("it is larger than a megabyte: a map is a page or two".into()));
        }
        let wire: Wire = toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        if wire.id.is_empty() || wire.id.len() > 60 {
            return Err(wrong("id: the source's name has 1 to 60 characters".into()));
        }
        let agency = AreaRef::try_from(wire.agency.as_str()).map_err(|error| wrong(format!("agency: {error}")))?;
        let delimiter = match wire.delimiter {
            None => b',',
            Some(c) if c.is_ascii() && c != '"' && c != '\n' => u8::try_from(c).unwrap_or(b','),
            Some(_) => return Err(wrong("delimiter: one plain character such as , or ; or a tab".into())),
        };
        let template =
            |field: &str, text: &str| Template::parse(text).map_err(|problem| wrong(format!("{field}: {problem}")));
        let mut events = Vec::with_capacity(wire.events.len());
        for (index, event) in wire.events.into_iter().enumerate() {
            let field = |name: &str| format!("event {}, {name}", index + 1);
            let version = What::KINDS.iter().find(|(kind, _)| *kind == event.kind).map(|(_, version)| *version);
            let version = version.ok_or_else(|| {
                wrong(format!(
                    "{}: \"{}\" is not a kind of event; docs/data-dictionary.md lists them",
                    field("kind"),
                    event.kind
                ))
            })?;
            events.push(EventOf {
                version,
                happened: template(&field("happened"), &event.happened)?,
                plus_days: event.plus_days.map(|days| template(&field("plus_days"), &days)).transpose()?,
                when: event.when.into_iter().collect(),
                when_any: event.when_any,
                data: Data::read(event.data).map_err(|problem| wrong(format!("{}: {problem}", field("data"))))?,
                kind: event.kind,
            });
        }
        if events.is_empty() {
            return Err(wrong("it makes no events: add at least one [[event]]".into()));
        }
        let map = Self {
            key: template("key", &wire.key)?,
            person: template("person", &wire.person)?,
            id: wire.id,
            agency,
            encoding: wire.encoding,
            delimiter,
            columns: wire.columns,
            events,
        };
        for (name, column) in &map.columns {
            if let Some(stranger) = column.together_with.iter().find(|other| *other == name) {
                return Err(wrong(format!("columns.{name}, together_with: \"{stranger}\" is the column itself")));
            }
        }
        Ok(map)
    }

    /// The source's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The agency whose records they are.
    pub fn agency(&self) -> &AreaRef {
        &self.agency
    }

    /// Every column that the map speaks of.
    pub(super) fn columns_used(&self) -> Vec<&str> {
        let mut used: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        used.extend(self.key.columns());
        used.extend(self.person.columns());
        for event in &self.events {
            used.extend(event.happened.columns());
            used.extend(event.plus_days.iter().flat_map(Template::columns));
            used.extend(event.when.iter().map(|(column, _)| column.as_str()));
            used.extend(event.when_any.iter().map(String::as_str));
            event.data.columns(&mut used);
        }
        used.extend(self.columns.values().flat_map(|column| column.together_with.iter().map(String::as_str)));
        used.sort_unstable();
        used.dedup();
        used
    }
}

impl Data {
    fn read(value: toml::Value) -> Result<Self, String> {
        Ok(match value {
            toml::Value::String(text) => match text.strip_prefix("number ") {
                Some(number) if number.starts_with('{') => Self::Number(Template::parse(number)?),
                _ => Self::Text(Template::parse(&text)?),
            },
            toml::Value::Array(list) => Self::List(list.into_iter().map(Self::read).collect::<Result<_, _>>()?),
            toml::Value::Table(table) => Self::Object(
                table.into_iter().map(|(key, value)| Ok((key, Self::read(value)?))).collect::<Result<_, String>>()?,
            ),
            toml::Value::Integer(number) => Self::Other(number.into()),
            toml::Value::Boolean(flag) => Self::Other(flag.into()),
            toml::Value::Float(_) | toml::Value::Datetime(_) => {
                return Err("write dates and fractions as text in quotation marks".into());
            }
        })
    }

    fn columns<'a>(&'a self, used: &mut Vec<&'a str>) {
        match self {
            Self::Text(template) | Self::Number(template) => used.extend(template.columns()),
            Self::List(list) => list.iter().for_each(|item| item.columns(used)),
            Self::Object(fields) => fields.iter().for_each(|(_, item)| item.columns(used)),
            Self::Other(_) => {}
        }
    }
}

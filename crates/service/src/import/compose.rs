//! From a line to events: checks each column, fills each event's content, and reads it as the record would.

use super::map::{Column, Data, DateForm, Map, Otherwise};
use super::sheet::Line;
use crate::PersonId;
use jiff::ToSpan;
use record::{Happened, What};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What a line becomes.
pub(super) struct Composed {
    pub(super) key: String,
    pub(super) person: PersonId,
    pub(super) events: Vec<(What, Happened)>,
}

/// Text with columns in braces: `iowa-{person_id}`.
#[derive(Debug)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Plain(String),
    Column(String),
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((plain, after)) = rest.split_once('{') {
            let (column, after) =
                after.split_once('}').ok_or_else(|| format!("\"{text}\" opens a brace and does not close it"))?;
            if column.trim().is_empty() {
                return Err(format!("\"{text}\" has empty braces: name a column"));
            }
            if !plain.is_empty() {
                pieces.push(Piece::Plain(plain.to_owned()));
            }
            pieces.push(Piece::Column(column.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Plain(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(column) => Some(column.as_str()),
            Piece::Plain(_) => None,
        })
    }

    /// The text for a line; none where it needs a column that is empty or was left out.
    fn fill(&self, line: &Values<'_>) -> Option<String> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Plain(text) => out.push_str(text),
                Piece::Column(column) => out.push_str(line.get(column)?),
            }
        }
        Some(out)
    }
}

/// A line's values after each column was checked.
struct Values<'a> {
    fields: &'a [String],
    places: &'a BTreeMap<String, usize>,
    changed: BTreeMap<&'a str, String>,
    left_out: BTreeSet<&'a str>,
}

impl Values<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        if self.left_out.contains(column) {
            return None;
        }
        let value = match self.changed.get(column) {
            Some(changed) => changed.as_str(),
            None => self.fields.get(*self.places.get(column)?)?.trim(),
        };
        (!value.is_empty()).then_some(value)
    }
}

impl Line {
    /// What the line becomes, or why it is refused. `left_out` hears of each field that is not kept.
    pub(super) fn compose(self, map: &Map, left_out: &mut dyn FnMut(String)) -> Result<Composed, String> {
        let fields = self.fields?;
        let mut line =
            Values { fields: &fields, places: &self.places, changed: BTreeMap::new(), left_out: BTreeSet::new() };
        for (name, column) in &map.columns {
            let Some(value) = line.get(name).map(str::to_owned) else { continue };
            match column.read(&value) {
                Ok(None) => {}
                Ok(Some(changed)) => {
                    line.changed.insert(name, changed);
                }
                Err(problem) => {
                    let because = column.because.as_deref().map(|because| format!(" ({because})")).unwrap_or_default();
                    if column.otherwise == Otherwise::Refuse {
                        return Err(format!("{name} {problem}{because}"));
                    }
                    line.left_out.insert(name);
                    line.left_out.extend(column.together_with.iter().map(String::as_str));
                    let others = if column.together_with.is_empty() {
                        String::new()
                    } else {
                        format!(" with {}", column.together_with.join(" and "))
                    };
                    left_out(format!(
                        "{name} {problem}{because}; it was left out{others}, and the rest of the line kept"
                    ));
                }
            }
        }
        let needed = |template: &Template, what: &str| {
            template.fill(&line).ok_or_else(|| {
                format!(
                    "a column that the {what} needs is empty: {}",
                    template.columns().collect::<Vec<_>>().join(", ")
                )
            })
        };
        let key = needed(&map.key, "line's key")?;
        let person = PersonId::new(&needed(&map.person, "person's identifier")?)
            .map_err(|error| format!("the person's identifier: {error}"))?;
        let mut events = Vec::with_capacity(map.events.len());
        for event in &map.events {
            if !event.when_any.is_empty() && event.when_any.iter().all(|column| line.get(column).is_none()) {
                continue;
            }
            if !event.when.iter().all(|(column, wanted)| line.get(column).unwrap_or_default() == wanted) {
                continue;
            }
            let told = needed(&event.happened, "date")?;
            let mut happened: Happened = told.parse().map_err(|error: record::NotADate| error.to_string())?;
            if let Some(days) = &event.plus_days {
                let days: i32 = needed(days, "number of days")?
                    .parse()
                    .map_err(|_| "the number of days is not a whole number".to_owned())?;
                let later = happened
                    .date()
                    .checked_add(days.days())
                    .map_err(|_| "the number of days leads to no date".to_owned())?;
                happened = happened.moved_to(later);
            }
            let mut body = String::new();
            write_data(&event.data, &line, &mut body)?;
            let what = What::read(&event.kind, event.version, &body).map_err(|error| error.to_string())?;
            events.push((what, happened));
        }
        if events.is_empty() {
            return Err(
                "no event of the map fits this line: look at its `when`, or add an event for such lines".to_owned()
            );
        }
        Ok(Composed { key, person, events })
    }
}

impl Column {
    /// The value to use in place of the one given, if another; or why it is wrong. A value is never quoted in full: it may
    /// be personal.
    fn read(&self, value: &str) -> Result<Option<String>, String> {
        if let Some(allowed) = &self.one_of
            && !allowed.iter().any(|known| known == value)
        {
            return Err(format!("is \"{}\", which is not one of the values that the map allows", clip(value)));
        }
        if let Some(words) = &self.translate {
            return match words.get(value) {
                Some(word) => Ok(Some(word.clone())),
                None => Err(format!("is \"{}\", which the map does not translate", clip(value))),
            };
        }
        if self.whole_number {
            let whole = value.strip_suffix(".0").unwrap_or(value);
            return match whole.parse::<i64>() {
                Ok(number) => Ok(Some(number.to_string())),
                Err(_) => Err(format!("is \"{}\", which is not a whole number", clip(value))),
            };
        }
        match self.date {
            None => Ok(None),
            Some(form) => form.read(value).map(Some).ok_or_else(|| {
                format!("is \"{}\", which is not a date that exists in the form {}", clip(value), form.words())
            }),
        }
    }
}

impl DateForm {
    const fn words(self) -> &'static str {
        match self {
            Self::Iso => "2026-03-02",
            Self::DayFirst => "02/03/2026",
            Self::Year => "2026",
        }
    }

    fn read(self, value: &str) -> Option<String> {
        match self {
            Self::Iso => value.parse::<jiff::civil::Date>().ok().map(|date| date.to_string()),
            Self::Year => {
                (value.len() == 4).then(|| value.parse::<Happened>().ok()).flatten().map(|year| year.to_string())
            }
            Self::DayFirst => {
                let mut parts = value.splitn(3, '/');
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
                (year.len() == 4).then(|| date.to_string())
            }
        }
    }
}

/// Writes an event's content as JSON. Fields whose columns are empty or left out are left out too, and so is a list or an
/// object of which nothing remains; answers whether anything was written.
fn write_data(data: &Data, line: &Values<'_>, out: &mut String) -> Result<bool, String> {
    match data {
        Data::Text(template) => {
            let Some(text) = template.fill(line) else { return Ok(false) };
            out.push_str(&serde_json::Value::String(text).to_string());
        }
        Data::Number(template) => {
            let Some(text) = template.fill(line) else { return Ok(false) };
            let number: i64 = text.parse().map_err(|_| "a number in the line is not a whole number".to_owned())?;
            write!(out, "{number}").map_err(|error| error.to_string())?;
        }
        Data::Other(value) => out.push_str(&value.to_string()),
        Data::List(items) => return write_items(out, ('[', ']'), items, |item, out| write_data(item, line, out)),
        Data::Object(fields) => {
            return write_items(out, ('{', '}'), fields, |(name, value), out| {
                out.push_str(&serde_json::Value::String(name.clone()).to_string());
                out.push(':');
                write_data(value, line, out)
            });
        }
    }
    Ok(true)
}

fn write_items<T>(
    out: &mut String,
    (open, close): (char, char),
    items: &[T],
    mut write: impl FnMut(&T, &mut String) -> Result<bool, String>,
) -> Result<bool, String> {
    out.push(open);
    let mut any = false;
    for item in items {
        let before = out.len();
        if any {
            out.push(',');
        }
        if write(item, out)? {
            any = true;
        } else {
            out.truncate(before);
        }
    }
    out.push(close);
    Ok(any || items.is_empty())
}

fn clip(text: &str) -> String {
    text.chars().take(30).collect()
}

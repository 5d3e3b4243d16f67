//! What a chronology is narrowed to: part of practice, kind, days, worker, words. All but the words, which may be
//! personal, stand in the address and can be shared.

use super::entry::Told;
use crate::form::Form;
use crate::words::{Names, Said, Telling, Words, part_of};
use calendar::typed::{self, Lean};
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

/// A filter as it stands in an address or a form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) part: String,
    pub(crate) kind: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) worker: String,
    pub(crate) known: String,
    pub(crate) page: String,
    #[serde(skip)]
    pub(crate) text: String,
}

impl Asked {
    /// The filter that a form holds.
    pub(crate) fn of_form(form: &Form) -> Self {
        let get = |field: &str| form.get(field).to_owned();
        Self {
            part: get("part"),
            kind: get("kind"),
            from: get("from"),
            to: get("to"),
            worker: get("worker"),
            known: get("known"),
            page: get("page"),
            text: get("text"),
        }
    }
}

/// A filter, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    part: String,
    kind: String,
    from: Option<Date>,
    to: Option<Date>,
    worker: String,
    words: Vec<String>,
}

impl Filter {
    /// Reads what was asked; what cannot be understood is said in the form and narrows nothing.
    pub(crate) fn read(asked: &Asked, form: &mut Form, now: DateTime) -> Self {
        let mut day = |field: &str, typed: &str, last: bool| match typed.trim() {
            "" => None,
            // Here four digits are a year, never a time.
            year if year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit()) => {
                let year = year.parse().ok().and_then(|year| Date::new(year, 1, 1).ok());
                year.map(|first| if last { first.last_of_year() } else { first })
            }
            typed => match typed::read(typed, now, Lean::Past) {
                Ok(told) => Some(edge(told, last)),
                Err(problem) => {
                    form.wrong(field, problem.to_string());
                    None
                }
            },
        };
        let (from, to) = (day("from", &asked.from, false), day("to", &asked.to, true));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            form.wrong("to", "The last day comes before the first. Change one of the two.");
        }
        Self {
            part: asked.part.clone(),
            kind: asked.kind.clone(),
            from,
            to,
            worker: asked.worker.clone(),
            words: asked.text.split_whitespace().map(str::to_lowercase).collect(),
        }
    }

    /// Whether it narrows anything.
    pub(crate) fn is_on(&self) -> bool {
        *self != Self::default()
    }

    /// Whether an entry passes, without its words.
    pub(crate) fn admits(&self, told: &Told<'_>) -> bool {
        let (on, kind) = (told.happened.date(), told.what.kind());
        (self.part.is_empty() || part_of(kind) == self.part)
            && (self.kind.is_empty() || kind == self.kind)
            && (self.worker.is_empty() || told.event.stamp.by.as_str() == self.worker)
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on <= to)
    }

    /// Whether an entry holds every word that is looked for, in what stands or in what stood before.
    pub(crate) fn finds(&self, told: &Told<'_>, words: &Words, names: &Names) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let mut text = text_of(&words.tell(told.what, names));
        if !std::ptr::eq(told.what, &raw const told.event.what) {
            text.push_str(&text_of(&words.tell(&told.event.what, names)));
        }
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

fn edge(told: typed::Told, last: bool) -> Date {
    match told {
        typed::Told::Month(first) if last => first.last_of_month(),
        typed::Told::Year(first) if last => first.last_of_year(),
        other => other.date(),
    }
}

fn text_of(telling: &Telling) -> String {
    let mut text = format!("{} {} ", telling.title, telling.sentence);
    for detail in &telling.details {
        match &detail.said {
            Said::Line(said) | Said::Note(said) => text.push_str(said),
            Said::List(items) => text.push_str(&items.join(" ")),
        }
        text.push(' ');
    }
    text.to_lowercase()
}

//! What has changed: the log of versions, read off the events, and every entry.

use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::What;
use planning::version::{Entry, change_log};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/history", STAFF, "a plan's versions and entries", history)
}

/// A version with what changed since the one before.
pub(crate) struct Version {
    pub(crate) title: String,
    pub(crate) href: Option<String>,
    pub(crate) note: String,
    pub(crate) changes: Vec<String>,
}

impl Version {
    /// A version in words; `base` is where it can be read whole, where that is.
    pub(crate) fn of(entry: &Entry, base: Option<&str>) -> Self {
        let title = match (&entry.number, entry.on, &entry.by) {
            (Some(number), Some(on), Some(by)) => format!("Version {number}, {}, {by}", when::day(on)),
            _ => "Since the latest version".to_owned(),
        };
        let number = entry.number.as_ref().zip(base);
        Self {
            title,
            href: number.map(|(number, base)| format!("{base}?version={}", encoded(number.as_str()))),
            note: entry.note.as_ref().map(ToString::to_string).unwrap_or_default(),
            changes: entry.changes.iter().map(ToString::to_string).collect(),
        }
    }
}

struct Line {
    happened: String,
    recorded: String,
    by: String,
    kind: &'static str,
    content: String,
    href: String,
    is_struck: bool,
    is_corrected: bool,
}

#[derive(Template)]
#[template(path = "plans/history.html")]
struct Page {
    frame: Frame,
    head: Head,
    versions: Vec<Version>,
    lines: Vec<Line>,
    more: usize,
}

#[derive(serde::Deserialize)]
struct All {
    #[serde(default)]
    all: String,
}

/// The latest entries that are shown at first.
const LATEST: usize = 100;
/// Characters of an entry's content that are shown.
const SHOWN: usize = 160;

/// What an entry says, each field with its name: "meeting: board-7; title: The board".
pub(super) fn says(what: &What) -> Result<String, Trouble> {
    let body = what.body().map_err(|error| Trouble::internal(&error))?;
    Ok(in_words(&serde_json::from_str(&body).map_err(|error| Trouble::internal(&error))?))
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", name.replace('_', " "), in_words(value)));
            fields.collect::<Vec<_>>().join("; ")
        }
        Value::Null | Value::Number(_) => value.to_string(),
    }
}

async fn history(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
    Query(all): Query<All>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/history");
    let events = view.history.events();
    let of = |kind: fn(&What) -> bool| {
        let amending = events.iter().filter(move |event| kind(&event.what));
        amending.filter_map(|event| event.what.amends()).collect::<BTreeSet<_>>()
    };
    let struck = of(|what| matches!(what, What::Struck(_)));
    let corrected = of(|what| matches!(what, What::Corrected(_)));
    let shown = if all.all.is_empty() { LATEST } else { usize::MAX };
    let mut lines = Vec::new();
    for event in events.iter().rev().take(shown) {
        let content = says(&event.what)?;
        lines.push(Line {
            happened: when::short_day(event.stamp.happened),
            recorded: when::moment(event.stamp.recorded),
            by: event.stamp.by.to_string(),
            kind: event.what.kind(),
            content: content.chars().take(SHOWN).collect(),
            href: format!("{}/entries/{}", head.base, event.stamp.id),
            is_struck: struck.contains(&event.stamp.id),
            is_corrected: corrected.contains(&event.stamp.id),
        });
    }
    let page = Page {
        frame: frame(&desk, &seen),
        versions: change_log(&view.history).iter().rev().map(|entry| Version::of(entry, Some(&head.base))).collect(),
        more: events.len() - lines.len(),
        lines,
        head,
    };
    crate::frame::page(&page)
}

//! The chronology: everything that was recorded, the latest first, narrowed as one likes, now or as it was known.

use super::bar::{Bar, Tab};
use super::entry::{Entry, Teller, Told, latest_first};
use super::filter::{Asked, Filter};
use super::{KnownAt, LONDON, Stop};
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{Names, Words};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::History;
use service::Owing;
use std::collections::BTreeSet;

/// Entries on one page: with the longest details that a list shows, the page stays under 100 kilobytes.
const ON_A_PAGE: usize = 30;

/// The page that holds every entry that fits, to be printed.
const WHOLE: &str = "all";

#[derive(Template)]
#[template(path = "person/chronology.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    form: Form,
    parts: Vec<(String, String)>,
    /// Kinds by part of practice.
    kinds: Vec<(String, Vec<(String, String)>)>,
    workers: Vec<(String, String)>,
    is_narrowed: bool,
    entries: Vec<Entry>,
    /// "Entries 1 to 30 of 212".
    shown: String,
    pages: Pages,
    printed: String,
}

/// The other pages of the list.
struct Pages {
    newer: Option<Turn>,
    older: Option<Turn>,
    /// Whether they have addresses that can be shared: not where words were looked for.
    shared: bool,
    /// Every entry that fits, whole and on one page, to be printed.
    print: Option<String>,
    is_print: bool,
    /// How many those are.
    every: usize,
}

/// Another page of the list.
struct Turn {
    page: usize,
    href: String,
}

/// The chronology, narrowed by what stands in the address.
pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Stop> {
    answer(&desk, &seen, &id, asked).await
}

/// The chronology, narrowed by words too. They were sent in a form, so they stand in no address and in no log.
pub(super) async fn find(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Stop> {
    answer(&desk, &seen, &id, Asked::of_form(&form)).await
}

async fn answer(desk: &Desk, seen: &Seen, id: &str, asked: Asked) -> Result<Response, Stop> {
    let now = desk.now();
    // A moment that cannot be understood is said beside its field; the record is shown as it is now.
    let misread = super::moment(&asked.known, now).err();
    let known = if misread.is_none() { asked.known.clone() } else { String::new() };
    let opened = super::open(desk, seen, id, Tab::Chronology, Owing::Nothing, &KnownAt { known }).await?;
    let fields = [
        ("part", &asked.part),
        ("kind", &asked.kind),
        ("from", &asked.from),
        ("to", &asked.to),
        ("worker", &asked.worker),
        ("known", &asked.known),
        ("text", &asked.text),
    ];
    let mut form = Form::suggesting(fields.map(|(field, value)| (field, value.as_str())));
    if let Some(problem) = misread {
        form.wrong("known", problem);
    }
    let filter = Filter::read(&asked, &mut form, now.to_zoned(LONDON.clone()).datetime());
    let (words, history) = (desk.words(), &opened.part.history);
    let every = latest_first(history);
    let found: Vec<&Told<'_>> =
        every.iter().filter(|told| filter.admits(told) && filter.finds(told, words, &opened.names)).collect();
    let teller = Teller { words, names: &opened.names, history, base: &opened.base, query: &opened.query };
    let page = asked.page.parse().unwrap_or(1_usize).clamp(1, found.len().div_ceil(ON_A_PAGE).max(1));
    let is_print = asked.page == WHOLE;
    let first = if is_print { 0 } else { (page - 1) * ON_A_PAGE };
    let entries: Vec<Entry> = if is_print {
        found.iter().map(|told| teller.whole(told)).collect()
    } else {
        found.iter().skip(first).take(ON_A_PAGE).map(|told| teller.in_a_list(told)).collect()
    };
    let shown = shown(first, entries.len(), found.len(), every.len());
    let address = address(&opened.base, &asked);
    let turn = |page: usize| Turn { page, href: format!("{address}page={page}") };
    let status = form.status();
    let template = Page {
        parts: parts(words, history),
        kinds: kinds(words, history),
        workers: workers(&opened.names, history),
        is_narrowed: filter.is_on(),
        pages: Pages {
            newer: (page > 1 && !is_print).then(|| turn(page - 1)),
            older: (first + ON_A_PAGE < found.len() && !is_print).then(|| turn(page + 1)),
            shared: asked.text.is_empty(),
            print: (!is_print).then(|| format!("{address}page={WHOLE}")),
            is_print,
            every: found.len(),
        },
        printed: when::moment(now),
        frame: opened.frame,
        bar: opened.bar,
        form,
        entries,
        shown,
    };
    Ok(frame::page_with(status, &template)?)
}

/// "Entries 1 to 30 of 45 that fit, out of 212".
fn shown(first: usize, here: usize, found: usize, every: usize) -> String {
    if found == 0 {
        return format!("No entry of {every} fits");
    }
    let range = format!("Entries {} to {} of {found}", first + 1, first + here);
    if found == every { range } else { format!("{range} that fit, out of {every}") }
}

fn address(base: &str, asked: &Asked) -> String {
    let fields = [
        ("part", &asked.part),
        ("kind", &asked.kind),
        ("from", &asked.from),
        ("to", &asked.to),
        ("worker", &asked.worker),
        ("known", &asked.known),
    ];
    let told: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(told).unwrap_or_default();
    format!("{base}/chronology?{query}{}", if query.is_empty() { "" } else { "&" })
}

/// The parts of practice that the record has something of.
fn parts(words: &Words, history: &History) -> Vec<(String, String)> {
    let here: BTreeSet<&str> = history.events().iter().map(|event| crate::words::part_of(event.what.kind())).collect();
    let mut parts = vec![(String::new(), "Every part".to_owned())];
    parts.extend(words.parts().iter().filter(|(part, _)| here.contains(part.as_str())).cloned());
    parts
}

/// The kinds that the record has, by part of practice.
fn kinds(words: &Words, history: &History) -> Vec<(String, Vec<(String, String)>)> {
    let here: BTreeSet<&str> = history.events().iter().map(|event| event.what.kind()).collect();
    let of_part = |(part, title): &(String, String)| {
        let kinds: Vec<(String, String)> = words
            .kinds_of(part)
            .filter(|(kind, _)| here.contains(kind))
            .map(|(kind, title)| (kind.to_owned(), title.into_owned()))
            .collect();
        (!kinds.is_empty()).then(|| (title.clone(), kinds))
    };
    words.parts().iter().filter_map(of_part).collect()
}

/// Everybody who has recorded something here.
fn workers(names: &Names, history: &History) -> Vec<(String, String)> {
    let here: BTreeSet<&str> = history.events().iter().map(|event| event.stamp.by.as_str()).collect();
    let mut workers: Vec<(String, String)> =
        here.into_iter().map(|worker| (worker.to_owned(), names.worker(worker).to_owned())).collect();
    workers.sort_by(|a, b| a.1.cmp(&b.1));
    workers.insert(0, (String::new(), "Everybody".to_owned()));
    workers
}

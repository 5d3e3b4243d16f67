//! Details: names, addresses, ways to reach the person, identifiers, what equality law and good service ask for.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::words::{self, Words, capital};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::Record;
use serde::Serialize;
use service::Owing;

/// A heading with what stands under it, and where more can be recorded.
struct Group {
    title: &'static str,
    rows: Vec<(String, String)>,
    empty: &'static str,
    /// The kind of event that adds to it, and words for the link.
    act: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "person/details.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    groups: Vec<Group>,
    /// Who may see a restricted record, and who may not.
    only: Vec<String>,
    excluded: Vec<String>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Details, Owing::Nothing, &known).await?;
    let (words, names, record) = (desk.words(), &opened.names, &opened.part.record);
    let called = |worker: &record::WorkerRef| names.worker(worker.as_str()).to_owned();
    let page = Page {
        groups: groups(words, record, opened.part.as_at),
        only: record.person.restricted_to.iter().flatten().map(called).collect(),
        excluded: record.person.excluded.iter().map(called).collect(),
        frame: opened.frame,
        bar: opened.bar,
    };
    Ok(frame::page(&page)?)
}

/// A value of a list in words.
fn said(words: &Words, list: &str, value: impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    words.say(list, value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default())
}

fn groups(words: &Words, record: &Record, today: Date) -> Vec<Group> {
    let person = &record.person;
    let names = person.names.iter().rev().map(|name| (said(words, "name_kind", name.kind), name.full())).collect();
    let mut birth = vec![("Date of birth".to_owned(), capital(&words::born(person.birth)))];
    if let Some(died) = person.died {
        birth.push(("Died".to_owned(), when::day(died)));
    }
    let characteristics = person
        .characteristics
        .iter()
        .map(|(which, answer)| (said(words, "characteristic", which), words.answer(answer)))
        .collect();
    let language = |spoken: &record::person::SpeaksLanguage| {
        let needs = if spoken.interpreter { "Needs an interpreter" } else { "No interpreter needed" };
        (spoken.language.to_string(), needs.to_owned())
    };
    let need = |one: &record::person::Adjustment| (one.need.to_string(), one.adjustment.to_string());
    let detail = |detail: &record::person::ContactDetail| {
        let safe = words.safe_contact(&detail.safe);
        (said(words, "route", detail.route), format!("{}. {safe}", detail.value))
    };
    vec![
        Group { title: "Names", rows: names, empty: "No name is known.", act: ("person.named", "Record a name") },
        Group { title: "Birth", rows: birth, empty: "", act: ("person.born", "Record the date of birth") },
        Group {
            title: "Addresses",
            rows: person.addresses.iter().rev().map(|address| self::address(words, address, today)).collect(),
            empty: "No address is known.",
            act: ("person.address", "Record an address"),
        },
        Group {
            title: "Telephone and e-mail",
            rows: person.contact_details.iter().map(detail).collect(),
            empty: "None is known.",
            act: ("person.contact_detail", "Record a number or an address"),
        },
        Group {
            title: "Identifiers",
            rows: person.identifiers.iter().map(|known| identifier(words, known)).collect(),
            empty: "None is known.",
            act: ("person.identified", "Record an identifier"),
        },
        Group {
            title: "Equality and background",
            rows: characteristics,
            empty: "Nothing was asked yet.",
            act: ("person.described", "Record answers"),
        },
        Group {
            title: "Languages",
            rows: person.languages.iter().map(language).collect(),
            empty: "None is recorded.",
            act: ("person.language", "Record a language"),
        },
        Group {
            title: "Needs and adjustments",
            rows: person.adjustments.iter().map(need).collect(),
            empty: "None is recorded.",
            act: ("person.adjustment", "Record an adjustment"),
        },
    ]
}

fn identifier(words: &Words, known: &record::person::Identifier) -> (String, String) {
    let told = words.identifier(known);
    let issuer = told.strip_suffix(known.value()).unwrap_or(&told).trim().to_owned();
    (issuer, known.value().to_owned())
}

fn address(words: &Words, address: &record::person::Address, today: Date) -> (String, String) {
    let mut lines: Vec<String> = address.lines.iter().map(ToString::to_string).collect();
    lines.extend(address.postcode.iter().map(ToString::to_string));
    let from = address.from.map(|from| format!("from {}", when::short_day(from)));
    let until = address.until.map(|until| format!("until {}", when::short_day(until)));
    let held: Vec<String> = [from, until].into_iter().flatten().collect();
    let held = if held.is_empty() { String::new() } else { format!(" ({})", held.join(" ")) };
    let kind = said(words, "address_kind", address.kind);
    let ended = address.until.is_some_and(|until| until < today);
    let kind = if ended { format!("{kind}, earlier") } else { kind };
    (kind, format!("{}{held}", lines.join(", ")))
}

//! Who has looked: the access log of one record, for auditors. It shows nothing of the record itself.

use super::{Stop, address, person_id};
use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::session::Seen;
use crate::words::{capital, moment_short};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::Purpose;
use serde::Deserialize;
use service::Look;

/// Entries on one page.
const ON_A_PAGE: usize = 100;

struct Row {
    when: String,
    who: String,
    role: String,
    what: String,
    reason: String,
    purpose: String,
    outcome: String,
    refused: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    page: String,
}

#[derive(Template)]
#[template(path = "person/access.html")]
struct Page {
    frame: Frame,
    id: String,
    rows: Vec<Row>,
    shown: String,
    newer: Option<String>,
    older: Option<String>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Stop> {
    let person = person_id(&id)?;
    let looked = desk.ask(&seen, Purpose::Audit, move |service, request| service.who_looked(request, &person));
    let mut looks = looked.await?;
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    let names = desk.names(&seen);
    let words = desk.words();
    let row = |look: &Look| {
        let (what, reason) = look.detail.split_once("; reason given: ").unwrap_or((&look.detail, ""));
        let roles: Vec<_> = look.role.split('+').map(|role| words.inside("role", role)).collect();
        Row {
            when: moment_short(look.at),
            who: names.worker(&look.actor).to_owned(),
            role: format!("{}, {}", capital(&roles.join(" and ")), names.area(&look.agency)),
            what: format!("{}: {}", words.say("action", look.action), words.inside("doing", what)),
            reason: reason.to_owned(),
            purpose: words.say("purpose", &look.purpose),
            outcome: words.say("access", look.outcome),
            refused: look.outcome == "refused",
        }
    };
    let page = asked.page.parse().unwrap_or(1_usize).clamp(1, looks.len().div_ceil(ON_A_PAGE).max(1));
    let first = (page - 1) * ON_A_PAGE;
    let rows: Vec<Row> = looks.iter().skip(first).take(ON_A_PAGE).map(row).collect();
    let link = |page: usize| format!("{}/access?page={page}", address(&id));
    let template = Page {
        shown: format!("{} to {} of {} entries", (first + 1).min(looks.len()), first + rows.len(), looks.len()),
        newer: (page > 1).then(|| link(page - 1)),
        older: (first + ON_A_PAGE < looks.len()).then(|| link(page + 1)),
        frame: Frame::of(&desk, &seen, Section::Administration),
        id,
        rows,
    };
    Ok(frame::page(&template)?)
}

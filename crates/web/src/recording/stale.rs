//! The record changed while somebody was typing: what came meanwhile and what they are about to record, side by side. They
//! record it all the same, change it, or discard it; nothing is lost.

use super::sitting::Sitting;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::words::moment_short;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use record::What;

#[derive(Template)]
#[template(path = "recording/stale.html")]
struct StalePage {
    frame: Frame,
    bar: Bar,
    name: String,
    person: String,
    action: String,
    /// What came meanwhile.
    meanwhile: Vec<Came>,
    /// What is about to be recorded.
    yours: Vec<String>,
    /// When, as it was typed and as it is read.
    when: String,
    /// Every field, to be sent again as it is.
    fields: Vec<(String, String)>,
}

/// Something that was recorded meanwhile.
struct Came {
    sentence: String,
    happened: String,
    by: String,
    recorded: String,
}

/// The difference, as a page.
pub(crate) fn show(
    desk: &Desk,
    seen: &Seen,
    sitting: &Sitting,
    form: &Form,
    action: &str,
    yours: &[What],
) -> Result<Response, Trouble> {
    let based_on = super::sitting::based_on(form)?;
    let skip = usize::try_from(based_on).unwrap_or(usize::MAX);
    let events = sitting.ground.history.iter().flat_map(record::History::events).skip(skip);
    let meanwhile = events.map(|event| Came {
        sentence: desk.words().tell(&event.what, &sitting.names).sentence,
        happened: crate::words::happened(event.stamp.happened),
        by: sitting.names.worker(event.stamp.by.as_str()).to_owned(),
        recorded: moment_short(event.stamp.recorded),
    });
    let fields = form.fields().filter(|(name, _)| !matches!(*name, "act" | "based_on"));
    let mut fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    fields.push(("based_on".to_owned(), sitting.ground.version.to_string()));
    let when = calendar::typed::read(form.get("when"), sitting.now, calendar::typed::Lean::Past);
    let page = StalePage {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        bar: sitting.bar(desk, seen),
        name: sitting.name.clone(),
        person: sitting.page(),
        action: action.to_owned(),
        meanwhile: meanwhile.collect(),
        yours: yours.iter().map(|what| desk.words().tell(what, &sitting.names).sentence).collect(),
        when: when.map_or_else(|_| when::day(sitting.today()), calendar::typed::Told::say),
        fields,
    };
    frame::page_with(StatusCode::CONFLICT, &page)
}

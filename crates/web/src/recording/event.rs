//! The form for any kind of event: made from the record's own schema, so that everything that can be recorded can be
//! recorded here.

use super::describe::DESCRIBED;
use super::known::next_reference;
use super::parse::Reader;
use super::sitting::{self, Outcome, Sitting};
use super::view::{Shown, Viewer};
use super::{RECORDERS, refused, shape, stale};
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::words::Form as Looks;
use crate::{Desk, assets};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use record::What;
use service::Entry;
use std::collections::BTreeMap;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/record/{kind}", RECORDERS, "the form to record a kind of event", ask).post(
        "/people/{id}/record/{kind}",
        RECORDERS,
        "record a kind of event",
        record,
    )
}

/// The form for one kind of event.
#[derive(Template)]
#[template(path = "recording/event.html")]
pub(crate) struct EventPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    /// The script that keeps drafts and says dates back.
    pub(crate) script: &'static str,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) lead: String,
    /// Where the person's page is.
    pub(crate) person: String,
    /// Where the form is sent, and where its draft is kept.
    pub(crate) action: String,
    pub(crate) draft: String,
    /// When the draft that is shown was saved.
    pub(crate) restored: Option<String>,
    /// How the day above the fields may be typed; nothing where no day is asked for.
    pub(crate) when_hint: &'static str,
    pub(crate) form: Form,
    pub(crate) fields: Vec<Shown>,
    /// The entry that is amended, in words.
    pub(crate) amends: Vec<String>,
    /// The entry that is amended, by its identifier.
    pub(crate) event: String,
    /// What the button says.
    pub(crate) does: &'static str,
}

async fn ask(
    State(desk): State<Desk>,
    seen: Seen,
    Path((person, kind)): Path<(String, String)>,
    Query(about): Query<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    let kind = known(&kind)?;
    let mut sitting = Sitting::at(&desk, &seen, &person, kind).await?;
    let draft = sitting.draft.take();
    let (form, restored) = if let Some((form, saved)) = draft {
        (form, Some(saved))
    } else {
        let mut form = suggested(&desk, &seen, &sitting, kind);
        // A link says what it is about by its reference: the order, the incident, the appointment.
        let fields = shape::of_event(kind).iter();
        for field in fields.filter(|field| matches!(field.looks, Looks::Reference(_))) {
            if let Some(reference) = about.get(&field.name) {
                form.set(&field.name, reference.as_str());
            }
        }
        (form, None)
    };
    show(&desk, &seen, &sitting, kind, &form, restored)
}

async fn record(
    State(desk): State<Desk>,
    seen: Seen,
    Path((person, kind)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let kind = known(&kind)?;
    let sitting = Sitting::at(&desk, &seen, &person, "").await?;
    match form.get("act") {
        "draft" => {
            sitting::keep(&desk, &seen, Some(&sitting.person), kind, &form).await?;
            return Ok(frame::done(
                &desk,
                &seen,
                "The draft is kept. You can go on with it later.",
                &sitting::home_of(&seen, &sitting.person),
            ));
        }
        "discard" => {
            sitting::discard(&desk, &seen, Some(&sitting.person), kind).await?;
            return Ok(frame::done(
                &desk,
                &seen,
                "The draft is gone. Nothing was recorded.",
                &sitting::home_of(&seen, &sitting.person),
            ));
        }
        "change" => return show(&desk, &seen, &sitting, kind, &form, None),
        _ => {}
    }
    let Some(entry) = entry(&desk, &sitting, kind, &mut form)? else {
        return show(&desk, &seen, &sitting, kind, &form, None);
    };
    let what = entry.what.clone();
    let outcome = sitting::record(&desk, &seen, &sitting.person, sitting::based_on(&form)?, vec![entry]).await?;
    match outcome {
        Outcome::Recorded => {
            let said = sitting::told(&desk, &sitting.names, &what);
            sitting::finish(&desk, &seen, &sitting.person, kind, format!("Recorded: {said}.")).await
        }
        Outcome::Refused(refusal) => {
            refused::note(&mut form, &refusal, &field_names(kind));
            show(&desk, &seen, &sitting, kind, &form, None)
        }
        Outcome::Stale => {
            let action = format!("{}/record/{kind}", sitting.page());
            stale::show(&desk, &seen, &sitting, &form, &action, &[what])
        }
        Outcome::SaidDifferently => {
            form.set("entry", sitting::new_id(&desk));
            form.set("based_on", sitting.ground.version.to_string());
            form.wrong("when", SAID_DIFFERENTLY);
            show(&desk, &seen, &sitting, kind, &form, None)
        }
    }
}

/// What a form says that was recorded before and is sent again with other content.
pub(crate) const SAID_DIFFERENTLY: &str = "This form was recorded already, with other content. If this is something else that happened, send it again. If the first was wrong, correct it in the chronology instead.";

/// A kind of event that has a form here; amendments begin at the event that they amend.
fn known(kind: &str) -> Result<&'static str, Trouble> {
    let found = What::KINDS.iter().map(|(known, _)| *known).find(|known| *known == kind);
    found.filter(|kind| !kind.starts_with("amend.")).ok_or(Trouble::NotFound)
}

/// The form as it is first shown: today, and what is suggested.
pub(crate) fn suggested(desk: &Desk, seen: &Seen, sitting: &Sitting, kind: &str) -> Form {
    let mut form = Form::suggesting(DESCRIBED.suggests(kind));
    form.set("when", "today");
    sitting.begin(desk, &mut form);
    let makes = DESCRIBED.makes(kind);
    for field in shape::of_event(kind) {
        match &field.looks {
            Looks::Reference(sort) if field.name == makes => {
                let reference = next_reference(sort, &sitting.ground.record, sitting.ground.history.as_ref());
                form.set(makes, reference);
            }
            Looks::Worker if kind == "supervision.allocated" => form.set(&field.name, seen.actor.id.as_str()),
            Looks::Team => form.set(&field.name, seen.actor.team.as_ref().map_or("", |team| team.as_str())),
            Looks::Area if kind == "order.imposed" => form.set(&field.name, seen.actor.agency.as_str()),
            _ if field.yes_unless_said => form.set(&field.name, "yes"),
            _ => {}
        }
    }
    form
}

/// Reads the form; none when something in it is wrong.
pub(crate) fn entry(desk: &Desk, sitting: &Sitting, kind: &str, form: &mut Form) -> Result<Option<Entry>, Trouble> {
    let id = sitting::entry_of(form)?;
    work_out(kind, form);
    let reader = Reader { words: desk.words(), described: &DESCRIBED, kind, now: sitting.now };
    let happened = reader.happened(form, "when");
    let content = serde_json::Value::Object(reader.content(form));
    let (Some(happened), true) = (happened, form.mistakes().is_empty()) else { return Ok(None) };
    match What::typed(kind, &content.to_string()) {
        Ok(what) => Ok(Some(Entry { id, happened, what })),
        Err(refusal) => {
            refused::note(form, &refusal, &field_names(kind));
            Ok(None)
        }
    }
}

/// What follows from other fields: the minutes between two times.
fn work_out(kind: &str, form: &mut Form) {
    if kind == "unpaid_work.worked" && form.get("minutes").is_empty() {
        let time = |field: &str| calendar::typed::read_time(form.get(field)).ok();
        if let (Some(from), Some(until)) = (time("from"), time("until")) {
            let minutes = (i64::from(until.hour()) - i64::from(from.hour())) * 60 + i64::from(until.minute())
                - i64::from(from.minute());
            if minutes > 0 {
                form.set("minutes", minutes.to_string());
            }
        }
    }
}

pub(crate) fn field_names(kind: &str) -> Vec<String> {
    let fields = shape::of_event(kind).iter();
    let parts = |field: &shape::Field| match &field.looks {
        Looks::Part(part) => shape::of_part(part).iter().map(|one| format!("{}.{}", field.name, one.name)).collect(),
        _ => vec![field.name.clone()],
    };
    fields.flat_map(parts).collect()
}

pub(crate) fn show(
    desk: &Desk,
    seen: &Seen,
    sitting: &Sitting,
    kind: &str,
    form: &Form,
    restored: Option<String>,
) -> Result<Response, Trouble> {
    if !sitting.may(kind) {
        return Ok(Redirect::to(&format!("{}/record", sitting.page())).into_response());
    }
    let viewer = Viewer {
        words: desk.words(),
        described: &DESCRIBED,
        kind,
        record: &sitting.ground.record,
        today: sitting.today(),
        names: &sitting.names,
        form,
    };
    let page = EventPage {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        script: assets::path("draft.mjs"),
        bar: sitting.bar(desk, seen),
        name: sitting.name.clone(),
        title: desk.words().event_title(kind).into_owned(),
        lead: DESCRIBED.lead(kind).to_owned(),
        person: sitting.page(),
        action: format!("{}/record/{kind}", sitting.page()),
        draft: format!("{}/drafts/{kind}", sitting.page()),
        restored,
        when_hint: WHEN_HINT,
        fields: viewer.shown(),
        form: form.clone(),
        amends: Vec::new(),
        event: String::new(),
        does: "Record",
    };
    frame::page_with(page.form.status(), &page)
}

/// How a day may be typed.
pub(crate) const WHEN_HINT: &str = "Such as today, yesterday 3pm, 9/3 or last Tuesday.";

//! Corrections and strikes of an entry: nothing is edited; what was wrong and why is recorded beside it.

use super::describe::DESCRIBED;
use super::event::{EventPage, SAID_DIFFERENTLY, WHEN_HINT};
use super::parse::Reader;
use super::sitting::{self, Outcome, Sitting};
use super::view::{Shown, Viewer, Widget};
use super::{RECORDERS, fill, refused, stale};
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::{Desk, assets};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use record::{Corrected, Event, EventId, Happened, Line, Standing, Struck, What};
use serde_json::Value;
use service::Entry;

const CORRECTED: &str = "amend.corrected";
const STRUCK: &str = "amend.struck";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}/record/amend.corrected", RECORDERS, "the form to correct an entry", ask_correction)
        .post("/people/{id}/record/amend.corrected", RECORDERS, "correct an entry", correct)
        .get("/people/{id}/record/amend.struck", RECORDERS, "the form to strike an entry", ask_strike)
        .post("/people/{id}/record/amend.struck", RECORDERS, "strike an entry", strike)
}

/// Which entry.
#[derive(serde::Deserialize)]
struct Which {
    event: Option<String>,
}

/// The entry that is to be amended, as it stands now.
struct Entered {
    id: EventId,
    what: What,
    happened: Happened,
    /// In words, with its day.
    said: Vec<String>,
}

async fn ask_correction(
    desk: State<Desk>,
    seen: Seen,
    person: Path<String>,
    which: Query<Which>,
) -> Result<Response, Trouble> {
    ask(desk, seen, person, which, CORRECTED).await
}

async fn ask_strike(
    desk: State<Desk>,
    seen: Seen,
    person: Path<String>,
    which: Query<Which>,
) -> Result<Response, Trouble> {
    ask(desk, seen, person, which, STRUCK).await
}

async fn correct(desk: State<Desk>, seen: Seen, person: Path<String>, form: Form) -> Result<Response, Trouble> {
    record(desk, seen, person, form, CORRECTED).await
}

async fn strike(desk: State<Desk>, seen: Seen, person: Path<String>, form: Form) -> Result<Response, Trouble> {
    record(desk, seen, person, form, STRUCK).await
}

async fn ask(
    State(desk): State<Desk>,
    seen: Seen,
    Path(person): Path<String>,
    Query(which): Query<Which>,
    kind: &'static str,
) -> Result<Response, Trouble> {
    let event = which.event.unwrap_or_default();
    let draft = draft_of(kind, &event);
    let mut sitting = Sitting::at(&desk, &seen, &person, draft.as_deref().unwrap_or_default()).await?;
    if !sitting.may(kind) {
        return Ok(Redirect::to(&format!("{}/record", sitting.page())).into_response());
    }
    draft?;
    let entered = entered(&desk, &sitting, &event)?;
    let (form, restored) = match sitting.draft.take() {
        Some((form, saved)) => (form, Some(saved)),
        None => (as_it_stands(&desk, &sitting, &entered, kind), None),
    };
    show(&desk, &seen, &sitting, &entered, kind, &form, restored)
}

async fn record(
    State(desk): State<Desk>,
    seen: Seen,
    Path(person): Path<String>,
    mut form: Form,
    kind: &'static str,
) -> Result<Response, Trouble> {
    let event = form.get("event").to_owned();
    let sitting = Sitting::at(&desk, &seen, &person, "").await?;
    if !sitting.may(kind) {
        return Ok(Redirect::to(&format!("{}/record", sitting.page())).into_response());
    }
    let draft = draft_of(kind, &event)?;
    match form.get("act") {
        "draft" => {
            sitting::keep(&desk, &seen, Some(&sitting.person), &draft, &form).await?;
            return Ok(frame::done(&desk, &seen, "The draft is kept. You can go on with it later.", &sitting.page()));
        }
        "discard" => {
            sitting::discard(&desk, &seen, Some(&sitting.person), &draft).await?;
            return Ok(frame::done(&desk, &seen, "The draft is gone. Nothing was recorded.", &sitting.page()));
        }
        _ => {}
    }
    let entered = entered(&desk, &sitting, &event)?;
    if form.get("act") == "change" {
        return show(&desk, &seen, &sitting, &entered, kind, &form, None);
    }
    let Some(entry) = amendment(&desk, &sitting, &entered, kind, &mut form)? else {
        return show(&desk, &seen, &sitting, &entered, kind, &form, None);
    };
    let what = entry.what.clone();
    match sitting::record(&desk, &seen, &sitting.person, sitting::based_on(&form)?, vec![entry]).await? {
        Outcome::Recorded => {
            let said = entered.said.first().map_or("", String::as_str).trim_end_matches('.');
            let done = match &what {
                What::Corrected(corrected) => {
                    format!(
                        "Corrected: “{said}” now says “{}”.",
                        sitting::told(&desk, &sitting.names, &corrected.instead)
                    )
                }
                _ => format!("Struck: “{said}”."),
            };
            sitting::finish(&desk, &seen, &sitting.person, &draft, done).await
        }
        Outcome::Refused(refusal) => {
            if kind == STRUCK {
                form.wrong("why", refused::with_rule(&refusal));
            } else {
                refused::note(&mut form, &refusal, &super::event::field_names(entered.what.kind()));
            }
            show(&desk, &seen, &sitting, &entered, kind, &form, None)
        }
        Outcome::Stale => {
            let action = format!("{}/record/{kind}", sitting.page());
            stale::show(&desk, &seen, &sitting, &form, &action, &[what])
        }
        Outcome::SaidDifferently => {
            sitting.begin(&desk, &mut form);
            form.wrong("why", SAID_DIFFERENTLY);
            show(&desk, &seen, &sitting, &entered, kind, &form, None)
        }
    }
}

/// The name of the draft: one for each entry that is amended.
fn draft_of(kind: &str, event: &str) -> Result<String, Trouble> {
    match event.parse::<uuid::Uuid>() {
        Ok(id) => Ok(format!("{kind}.{id}")),
        Err(_) => Err(Trouble::NotUnderstood(
            "Which entry is to be amended? Open it in the chronology and choose to correct or to strike it there."
                .into(),
        )),
    }
}

/// The entry as it stands, after the corrections made so far.
fn entered(desk: &Desk, sitting: &Sitting, event: &str) -> Result<Entered, Trouble> {
    let standings = sitting.ground.history.iter().flat_map(record::History::standings);
    let mut found = standings.filter(|(known, _)| known.stamp.id.to_string() == event);
    let (known, standing): (&Event, Standing<'_>) = found.next().ok_or(Trouble::NotFound)?;
    let (what, happened) = match standing {
        Standing::Corrected(Event { what: What::Corrected(corrected), .. }) => {
            ((*corrected.instead).clone(), corrected.happened.unwrap_or(known.stamp.happened))
        }
        _ => (known.what.clone(), known.stamp.happened),
    };
    let sentence = desk.words().tell(&what, &sitting.names).sentence;
    let by = sitting.names.worker(known.stamp.by.as_str());
    let said = vec![sentence, format!("{}, recorded by {by}", crate::words::happened(happened))];
    Ok(Entered { id: known.stamp.id, what, happened, said })
}

/// A correction begins with what the entry says.
fn as_it_stands(desk: &Desk, sitting: &Sitting, entered: &Entered, kind: &str) -> Form {
    let mut form = Form::default();
    if kind == CORRECTED {
        let content = entered.what.body().ok().and_then(|body| serde_json::from_str::<Value>(&body).ok());
        if let Some(Value::Object(content)) = content {
            fill::event(&mut form, entered.what.kind(), &content);
        }
        form.set("when", fill::happened(entered.happened));
    }
    sitting.begin(desk, &mut form);
    form
}

/// The amendment that the form holds; none when something in it is wrong.
fn amendment(
    desk: &Desk,
    sitting: &Sitting,
    entered: &Entered,
    kind: &str,
    form: &mut Form,
) -> Result<Option<Entry>, Trouble> {
    let id = sitting::entry_of(form)?;
    let corrected = if kind == CORRECTED { instead(desk, sitting, entered, form) } else { None };
    let reason = Line::try_from(form.get("why"));
    let Ok(reason) = reason else {
        let sentence = if form.get("why").is_empty() {
            "Write why, so that whoever reads the record later understands it.".to_owned()
        } else {
            "The reason takes 200 characters. Shorten it.".to_owned()
        };
        form.wrong("why", sentence);
        return Ok(None);
    };
    if !form.mistakes().is_empty() {
        return Ok(None);
    }
    let what = match corrected {
        Some((instead, happened)) => {
            let happened = (happened != entered.happened).then_some(happened);
            if happened.is_none() && instead == entered.what {
                form.wrong("why", "Nothing is different from what the entry says. Change what was wrong, or go back.");
                return Ok(None);
            }
            What::Corrected(Corrected { event: entered.id, instead: Box::new(instead), happened, reason })
        }
        None => What::Struck(Struck { event: entered.id, reason }),
    };
    Ok(Some(Entry { id, happened: Happened::on(sitting.today()), what }))
}

/// What the entry should have said.
fn instead(desk: &Desk, sitting: &Sitting, entered: &Entered, form: &mut Form) -> Option<(What, Happened)> {
    let kind = entered.what.kind();
    let reader = Reader { words: desk.words(), described: &DESCRIBED, kind, now: sitting.now };
    let happened = reader.happened(form, "when");
    let content = Value::Object(reader.content(form));
    if !form.mistakes().is_empty() {
        return None;
    }
    match What::typed(kind, &content.to_string()) {
        Ok(what) => happened.map(|happened| (what, happened)),
        Err(refusal) => {
            refused::note(form, &refusal, &super::event::field_names(kind));
            None
        }
    }
}

fn show(
    desk: &Desk,
    seen: &Seen,
    sitting: &Sitting,
    entered: &Entered,
    kind: &'static str,
    form: &Form,
    restored: Option<String>,
) -> Result<Response, Trouble> {
    let correcting = kind == CORRECTED;
    let viewer = Viewer {
        words: desk.words(),
        described: &DESCRIBED,
        kind: entered.what.kind(),
        record: &sitting.ground.record,
        today: sitting.today(),
        names: &sitting.names,
        form,
    };
    let mut fields = if correcting { viewer.shown() } else { Vec::new() };
    let (label, hint) = if correcting {
        ("Why it was wrong", "")
    } else {
        ("Why it is struck", "It did not happen, or it stands on the wrong person's record.")
    };
    fields.push(Shown { name: "why".into(), label: label.into(), hint: hint.into(), widget: Widget::Line("") });
    let lead = if correcting {
        "Change what was wrong. The entry stays as it was recorded, and the correction stands beside it."
    } else {
        "The entry stays in the chronology as struck, with your reason. Nothing counts from it any more."
    };
    let title = if correcting { "Correct an entry" } else { "Strike an entry" };
    let page = EventPage {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        script: assets::path("draft.mjs"),
        bar: sitting.bar(desk, seen),
        name: sitting.name.clone(),
        title: title.to_owned(),
        lead: lead.to_owned(),
        person: sitting.page(),
        action: format!("{}/record/{kind}", sitting.page()),
        draft: format!("{}/drafts/{kind}.{}", sitting.page(), entered.id),
        restored,
        when_hint: if correcting { WHEN_HINT } else { "" },
        fields,
        form: form.clone(),
        amends: entered.said.clone(),
        event: entered.id.to_string(),
        does: if correcting { "Correct" } else { "Strike" },
    };
    frame::page_with(page.form.status(), &page)
}

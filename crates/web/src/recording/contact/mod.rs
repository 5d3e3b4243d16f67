//! A contact on one page, in less than half a minute: held, missed or called off, and the next appointment with it. What is
//! usual is there already; the day that the standard asks for is suggested with its reason.

mod suggest;
#[cfg(test)]
mod tests;

use super::describe::DESCRIBED;
use super::event::{SAID_DIFFERENTLY, WHEN_HINT};
use super::known::{Choice, next_reference};
use super::parse::Reader;
use super::sitting::{self, Outcome, Sitting};
use super::{RECORDERS, refused, shape, stale};
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::{Desk, assets, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use record::{ContactRef, EventId, Happened, What};
use serde_json::{Map, Value, json};
use service::Entry;
use suggest::Suggested;

/// The name of the draft.
const DRAFT: &str = "contact";
/// What can have come of a contact.
const OUTCOMES: &[&str] = &["held", "missed", "cancelled", "nothing"];

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/record/contact", RECORDERS, "the page to record a contact", ask).post(
        "/people/{id}/record/contact",
        RECORDERS,
        "record a contact",
        record,
    )
}

#[derive(Template)]
#[template(path = "recording/contact/page.html")]
struct ContactPage {
    frame: Frame,
    bar: Bar,
    script: &'static str,
    name: String,
    person: String,
    restored: Option<String>,
    form: Form,
    when_hint: &'static str,
    /// What happened.
    happened: Vec<Choice>,
    /// Appointments whose outcome is not recorded yet, with one for a contact that was not planned.
    appointments: Vec<Choice>,
    kinds: Vec<Choice>,
    with: Vec<Choice>,
    /// Orders on which this can be the first direct contact.
    first_for: Vec<Choice>,
    /// Incidents that the contact can answer.
    incidents: Vec<Choice>,
    /// What the standard asks next, in sentences.
    suggested: Vec<String>,
    /// How it came to ask for it.
    explanation: String,
    /// Contacts on the same day that are on the record already.
    alike: Vec<String>,
}

/// What a link says already: held or missed, and which appointment.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct About {
    happened: String,
    appointment: String,
}

async fn ask(
    State(desk): State<Desk>,
    seen: Seen,
    Path(person): Path<String>,
    Query(about): Query<About>,
) -> Result<Response, Trouble> {
    let mut sitting = Sitting::at(&desk, &seen, &person, DRAFT).await?;
    let suggested = suggest::next(&desk, &seen, &sitting).await?;
    let (form, restored) = match sitting.draft.take() {
        Some((form, saved)) => (form, Some(saved)),
        None => (usual(&desk, &sitting, &suggested, &about), None),
    };
    show(&desk, &seen, &sitting, &suggested, &form, restored)
}

async fn record(
    State(desk): State<Desk>,
    seen: Seen,
    Path(person): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let sitting = Sitting::at(&desk, &seen, &person, "").await?;
    match form.get("act") {
        "draft" => {
            sitting::keep(&desk, &seen, Some(&sitting.person), DRAFT, &form).await?;
            return Ok(frame::done(&desk, &seen, "The draft is kept. You can go on with it later.", &sitting.page()));
        }
        "discard" => {
            sitting::discard(&desk, &seen, Some(&sitting.person), DRAFT).await?;
            return Ok(frame::done(&desk, &seen, "The draft is gone. Nothing was recorded.", &sitting.page()));
        }
        _ => {}
    }
    let entries = if form.get("act") == "change" { Vec::new() } else { entries(&desk, &sitting, &mut form)? };
    if entries.is_empty() {
        let suggested = suggest::next(&desk, &seen, &sitting).await?;
        return show(&desk, &seen, &sitting, &suggested, &form, None);
    }
    let whats: Vec<What> = entries.iter().map(|entry| entry.what.clone()).collect();
    let missed = whats.iter().any(|what| matches!(what, What::ContactMissed(_)));
    let day = entries.first().map_or_else(String::new, |entry| crate::words::happened(entry.happened));
    match sitting::record(&desk, &seen, &sitting.person, sitting::based_on(&form)?, entries).await? {
        Outcome::Recorded => {
            let said: Vec<String> = whats.iter().map(|what| sitting::told(&desk, &sitting.names, what)).collect();
            let done = format!("Recorded, {day}: {}.", said.join("; "));
            let finished = sitting::finish(&desk, &seen, &sitting.person, DRAFT, done).await?;
            if missed && form.has("then_noncompliance", "yes") {
                let on = format!("{}/record/noncompliance.recorded", sitting.page());
                return Ok(Redirect::to(&on).into_response());
            }
            Ok(finished)
        }
        Outcome::Stale => {
            let action = format!("{}/record/contact", sitting.page());
            stale::show(&desk, &seen, &sitting, &form, &action, &whats)
        }
        other => {
            if let Outcome::Refused(refusal) = other {
                refused_where(&mut form, &refusal);
            } else {
                renew(&desk, &sitting, &mut form);
                form.wrong("when", SAID_DIFFERENTLY);
            }
            let suggested = suggest::next(&desk, &seen, &sitting).await?;
            show(&desk, &seen, &sitting, &suggested, &form, None)
        }
    }
}

/// What is usual: the appointment of today, the kind of the last contact, today, and the next one as the standard asks.
fn usual(desk: &Desk, sitting: &Sitting, suggested: &Suggested, about: &About) -> Form {
    let mut form = Form::default();
    renew(desk, sitting, &mut form);
    let record = &sitting.ground.record;
    let habit = suggest::habit(sitting);
    form.set("happened", if OUTCOMES.contains(&about.happened.as_str()) { &about.happened } else { "held" });
    form.set("with", "case_manager");
    form.set("then_noncompliance", "yes");
    form.set("first_for", suggest::first_contact_of(&sitting.ground.record).unwrap_or_default());
    form.set("kind", habit.kind);
    form.set("when", "today");
    form.set("appointment", "none");
    let due = suggest::appointments(record, sitting.today());
    let meant = record.planned_contacts.iter().find(|(reference, _)| reference.as_str() == about.appointment);
    if about.happened != "nothing"
        && let Some((reference, planned)) = meant.or(due.first().copied())
    {
        form.set("appointment", reference.as_str());
        form.set("kind", planned.kind.as_str());
        // What is called off beforehand is called off today.
        if about.happened != "cancelled" {
            form.set("when", when_of(planned));
        }
    }
    if suggested.already.is_none()
        && let Some(on) = suggested.on
    {
        form.set("next_on", when::day(on));
        form.set("next_at", habit.at.map(calendar::typed::say_time).unwrap_or_default());
        form.set("next_kind", habit.kind);
        form.set("next_place", habit.place.unwrap_or_default());
    } else {
        form.set("next_kind", habit.kind);
    }
    form
}

/// When an appointment was to be, as it would be typed.
fn when_of(planned: &record::contact::PlannedContact) -> String {
    match planned.at {
        Some(at) => format!("{} at {}", when::day(planned.on), calendar::typed::say_time(at)),
        None => when::day(planned.on),
    }
}

/// The identifiers of the two events that the page can make, and what they are based on.
fn renew(desk: &Desk, sitting: &Sitting, form: &mut Form) {
    sitting.begin(desk, form);
    form.set("entry_next", sitting::new_id(desk));
    form.set("next_contact", next_contact_reference(sitting));
}

fn next_contact_reference(sitting: &Sitting) -> String {
    next_reference("contact", &sitting.ground.record, sitting.ground.history.as_ref())
}

/// The contact, and the next appointment; none when something is wrong or to be confirmed.
fn entries(desk: &Desk, sitting: &Sitting, form: &mut Form) -> Result<Vec<Entry>, Trouble> {
    let id = sitting::entry_of(form)?;
    let id_next = form.get("entry_next").parse().map(EventId).map_err(|_| {
        Trouble::NotUnderstood("The form came incomplete. Go back, reload the page and send it again.".into())
    })?;
    let mut entries = Vec::new();
    let outcome = form.get("happened").to_owned();
    match outcome.as_str() {
        "held" | "missed" | "cancelled" => entries.extend(outcome_of(desk, sitting, form, id, &outcome)),
        "nothing" => {}
        _ => form.wrong("happened", "Say what happened: held, missed, called off, or nothing yet."),
    }
    if form.get("next_on").is_empty() {
        if outcome == "nothing" {
            form.wrong("next_on", "Type the day of the appointment.");
        }
    } else {
        entries.extend(next(desk, sitting, form, id_next));
    }
    if form.mistakes().is_empty() && !form.has("sure", "yes") {
        let alike = entries.iter().find_map(|entry| alike(desk, sitting, entry).into_iter().next());
        if let Some(alike) = alike {
            form.wrong(
                "sure",
                format!("{alike} is on the record already. If this is another one, say so and record it."),
            );
        }
    }
    Ok(if form.mistakes().is_empty() { entries } else { Vec::new() })
}

/// What happened with the contact.
fn outcome_of(desk: &Desk, sitting: &Sitting, form: &mut Form, id: EventId, outcome: &str) -> Option<Entry> {
    let kind = match outcome {
        "held" => "contact.held",
        "missed" => "contact.missed",
        _ => "contact.cancelled",
    };
    let reader = Reader { words: desk.words(), described: &DESCRIBED, kind, now: sitting.now };
    let happened = reader.happened(form, "when");
    let appointment = form.get("appointment").to_owned();
    let appointment = (!matches!(appointment.as_str(), "" | "none")).then_some(appointment);
    let mut content = Map::new();
    if let Some(contact) = &appointment {
        content.insert("contact".into(), json!(contact));
    }
    let note = form.get("note").replace("\r\n", "\n");
    if kind == "contact.cancelled" {
        if appointment.is_none() {
            form.wrong("appointment", "Choose the appointment that was called off.");
        }
        if note.is_empty() {
            form.wrong("note", "Write why it was called off.");
        }
        content.insert("reason".into(), json!(note));
    } else {
        choice(form, &mut content, "kind", "contact_kind", "Choose how the contact was made.");
        if !note.is_empty() {
            content.insert(if kind == "contact.held" { "outcome" } else { "note" }.into(), json!(note));
        }
    }
    if kind == "contact.held" {
        choice(form, &mut content, "with", "with", "Choose with whom it was.");
        if form.has("unannounced", "yes") {
            content.insert("unannounced".into(), json!(true));
        }
        for field in ["first_for", "incident"] {
            if !form.get(field).is_empty() {
                content.insert(field.into(), json!(form.get(field)));
            }
        }
    }
    typed(form, kind, content, "note").zip(happened).map(|(what, happened)| Entry { id, happened, what })
}

/// The next appointment.
fn next(desk: &Desk, sitting: &Sitting, form: &mut Form, id: EventId) -> Option<Entry> {
    let reader = Reader { words: desk.words(), described: &DESCRIBED, kind: "contact.planned", now: sitting.now };
    // It is planned on the day on which the contact was, so that it can be recorded later on.
    let today = sitting.today();
    let mut content = Map::new();
    let read = calendar::typed::read(form.get("next_on"), reader.now, calendar::typed::Lean::Future);
    match read {
        Ok(calendar::typed::Told::Day { on, at, .. }) => {
            content.insert("on".into(), json!(on));
            if let Some(at) = at {
                content.insert("at".into(), json!(at));
            }
        }
        Ok(_) => form.wrong("next_on", "The whole date is needed here: day, month and year."),
        Err(no) => form.wrong("next_on", no.to_string()),
    }
    if !form.get("next_at").is_empty() {
        match calendar::typed::read_time(form.get("next_at")) {
            Ok(at) => {
                content.insert("at".into(), json!(at));
            }
            Err(no) => form.wrong("next_at", no.to_string()),
        }
    }
    let kind = form.get("next_kind").to_owned();
    if shape::choices("contact_kind").contains(&kind) {
        content.insert("kind".into(), json!(kind));
    } else {
        form.wrong("next_kind", "Choose how the next contact is to be made.");
    }
    content.insert("with".into(), json!("case_manager"));
    for (field, name) in [("place", "next_place"), ("about", "next_about")] {
        if !form.get(name).is_empty() {
            content.insert(field.into(), json!(form.get(name)));
        }
    }
    // The same form sent again makes the same appointment; a reference that somebody else used meanwhile is not used again.
    let carried = form.get("next_contact").to_owned();
    let taken = sitting.ground.history.iter().flat_map(record::History::events).any(|event| {
        event.stamp.id != id
            && matches!(&event.what, What::ContactPlanned(planned) if planned.contact.as_str() == carried)
    });
    let reference = if carried.is_empty() || taken { next_contact_reference(sitting) } else { carried };
    form.set("next_contact", reference.as_str());
    content.insert("contact".into(), json!(reference));
    let what = typed(form, "contact.planned", content, "next_on")?;
    Some(Entry { id, happened: Happened::on(today), what })
}

/// One of the values of a list, or a mistake.
fn choice(form: &mut Form, content: &mut Map<String, Value>, field: &str, list: &str, otherwise: &str) {
    let chosen = form.get(field).to_owned();
    if shape::choices(list).contains(&chosen) {
        content.insert(field.to_owned(), Value::String(chosen));
    } else {
        form.wrong(field, otherwise);
    }
}

/// The typed event; what the record says against its content is noted at a field.
fn typed(form: &mut Form, kind: &str, content: Map<String, Value>, field: &str) -> Option<What> {
    if !form.mistakes().is_empty() {
        return None;
    }
    match What::typed(kind, &Value::Object(content).to_string()) {
        Ok(what) => Some(what),
        Err(refusal) => {
            form.wrong(field, refusal.sentence);
            None
        }
    }
}

/// Where on this page a refusal stands.
fn refused_where(form: &mut Form, refusal: &record::Refusal) {
    let sentence = refused::with_rule(refusal);
    let field = if refusal.sentence.contains("planned for a later day") {
        "next_on"
    } else if refusal.sentence.contains("no contact") {
        "appointment"
    } else if refusal.sentence.contains("home visit") {
        "unannounced"
    } else if refusal.sentence.contains("incident") {
        "incident"
    } else {
        "when"
    };
    form.wrong(field, sentence);
}

/// Contacts of the same day and kind that are on the record already, in words.
fn alike(desk: &Desk, sitting: &Sitting, entry: &Entry) -> Vec<String> {
    let history = sitting.ground.history.iter();
    let standing = history.flat_map(record::History::standings);
    let on = |event: &record::Event| (day_of(&event.what, event.stamp.happened), sort_of(&event.what));
    let wanted = (day_of(&entry.what, entry.happened), sort_of(&entry.what));
    let same = standing.filter(|(event, standing)| {
        *standing == record::Standing::Stands && wanted.1.is_some() && on(event) == wanted && event.stamp.id != entry.id
    });
    same.map(|(event, _)| {
        let told = desk.words().tell(&event.what, &sitting.names).sentence;
        format!("“{}” of {}", told.trim_end_matches('.'), when::day(wanted.0))
    })
    .collect()
}

/// The day that matters: of a planned contact the day that it is planned for.
fn day_of(what: &What, happened: Happened) -> jiff::civil::Date {
    match what {
        What::ContactPlanned(planned) => planned.on,
        _ => happened.date(),
    }
}

/// What makes two contacts of one day the same: planned or not, and how.
fn sort_of(what: &What) -> Option<(bool, record::contact::ContactKind)> {
    match what {
        What::ContactPlanned(planned) => Some((true, planned.kind)),
        What::ContactHeld(held) => Some((false, held.kind)),
        What::ContactMissed(missed) => Some((false, missed.kind)),
        _ => None,
    }
}

fn show(
    desk: &Desk,
    seen: &Seen,
    sitting: &Sitting,
    suggested: &Suggested,
    form: &Form,
    restored: Option<String>,
) -> Result<Response, Trouble> {
    if !sitting.may("contact.held") {
        return Ok(Redirect::to(&format!("{}/record", sitting.page())).into_response());
    }
    let words = desk.words();
    let record = &sitting.ground.record;
    let values =
        |list: &str| shape::choices(list).iter().map(|value| (value.clone(), words.say(list, value))).collect();
    let pick = |mut choices: Vec<Choice>| {
        if !choices.is_empty() {
            choices.insert(0, (String::new(), "No".to_owned()));
        }
        choices
    };
    let said = |(reference, planned): &(&ContactRef, &record::contact::PlannedContact)| {
        let how = words.inside("contact_kind", planned.kind.as_str());
        (reference.to_string(), format!("{}, {how}", when_of(planned)))
    };
    let mut listed = suggest::appointments(record, sitting.today());
    let mut later: Vec<_> =
        record.planned_contacts.iter().filter(|(_, planned)| planned.on > sitting.today()).collect();
    later.sort_by_key(|(reference, planned)| (planned.on, planned.at, *reference));
    listed.extend(later);
    let mut appointments: Vec<Choice> = listed.iter().map(said).collect();
    if !appointments.is_empty() {
        appointments.push(("none".to_owned(), "Another contact, which was not planned".to_owned()));
    }
    let outcomes = [
        ("held", "Held"),
        ("missed", "Missed: the person did not come"),
        ("cancelled", "Called off beforehand"),
        ("nothing", "Nothing yet: only plan an appointment"),
    ];
    let happened = outcomes.into_iter().filter(|(value, _)| *value != "cancelled" || !appointments.is_empty());
    let page = ContactPage {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        script: assets::path("draft.mjs"),
        bar: sitting.bar(desk, seen),
        name: sitting.name.clone(),
        person: sitting.page(),
        restored,
        when_hint: WHEN_HINT,
        happened: happened.map(|(value, words)| (value.to_owned(), words.to_owned())).collect(),
        appointments,
        kinds: values("contact_kind"),
        with: values("with"),
        first_for: pick(suggest::without_first_contact(record)),
        incidents: pick(super::known::choices("contact.held", "incident", record, words, sitting.today())),
        suggested: suggested.sentences.clone(),
        explanation: suggested.explanation.clone(),
        alike: suggest::of_today(desk, sitting),
        form: form.clone(),
    };
    frame::page_with(page.form.status(), &page)
}

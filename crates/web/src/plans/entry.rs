//! One entry of a plan's stream, to be corrected or struck with a reason. Nothing is edited.

use super::action::stage;
use super::{Head, STAFF, Said, Then, frame, fresh, look, record};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use planning::action::Progressed;
use planning::{Corrected, Event, EventId, Line, Note, Struck, What};
use service::{PlanId, PlanView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/entries/{entry}", STAFF, "an entry of a plan, to be corrected", show).post(
        "/plans/{plan}/entries/{entry}",
        STAFF,
        "correct or strike an entry of a plan",
        amend,
    )
}

#[derive(Template)]
#[template(path = "plans/entry.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    what: String,
    happened: String,
    recorded: String,
    by: String,
    content: String,
    can_be_reworded: bool,
    stages: Vec<(&'static str, &'static str)>,
}

fn found<'a>(view: &'a PlanView, entry: &str) -> Result<&'a Event, Trouble> {
    let id = entry.parse().map(EventId).map_err(|_| Trouble::NotFound)?;
    view.history.events().iter().find(|event| event.stamp.id == id).ok_or(Trouble::NotFound)
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, entry)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &Then::default()).await?;
    let event = found(&view, &entry)?;
    let mut form = fresh(&desk, [("happened", event.stamp.happened.strftime("%-d/%-m/%Y").to_string())]);
    if let What::Progressed(told) = &event.what {
        form.set("note", told.note.as_str());
        form.set("stage", told.stage.words().replace(' ', "_"));
    }
    page(&desk, &seen, &id, &view, &entry, form)
}

fn page(desk: &Desk, seen: &Seen, id: &PlanId, view: &PlanView, entry: &str, form: Form) -> Result<Response, Trouble> {
    let event = found(view, entry)?;
    let head = Head::of(id, view, &Then::default(), "entries");
    let page = Page {
        frame: frame(desk, seen),
        version: view.version,
        action: format!("{}/entries/{}", head.base, event.stamp.id),
        what: event.what.kind().to_owned(),
        happened: when::day(event.stamp.happened),
        recorded: when::moment(event.stamp.recorded),
        by: event.stamp.by.to_string(),
        content: super::history::says(&event.what)?,
        can_be_reworded: matches!(event.what, What::Progressed(_)),
        stages: vec![("not_begun", "Not begun"), ("under_way", "Under way"), ("done", "Done"), ("stopped", "Stopped")],
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

async fn amend(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, entry)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (plan, view) = look(&desk, &seen, &id, &Then::default()).await?;
    let event = found(&view, &entry)?;
    let reason = Line::try_from(form.get("reason")).ok();
    if reason.is_none() {
        form.wrong("reason", "Say in a line what was wrong, and why.");
    }
    let (target, today) = (event.stamp.id, when::day_of(desk.now()));
    let what = match (form.get("amend"), &event.what, reason) {
        (_, _, None) => None,
        ("correct", What::Progressed(told), Some(reason)) => {
            let (stage, note) = (stage(form.get("stage")), Note::try_from(form.get("note")).ok());
            let happened = when::typed_day(form.get("happened"), desk.now());
            if happened.is_none() {
                form.wrong("happened", "Write the day as 9/3/2026. It is not after today.");
            }
            if note.is_none() {
                form.wrong("note", "Say what should have been told.");
            }
            stage.zip(note).zip(happened).map(|((stage, note), happened)| {
                let instead = What::from(Progressed { item: told.item.clone(), stage, note });
                What::from(Corrected { event: target, instead: Box::new(instead), happened: Some(happened), reason })
            })
        }
        (_, _, Some(reason)) => Some(Struck { event: target, reason }.into()),
    };
    let Some(what) = what else {
        return page(&desk, &seen, &plan, &view, &entry, form);
    };
    let to = format!("/plans/{}/history", crate::whose::encoded(plan.as_str()));
    let done = ("The entry has been amended. What it said before can still be read.", to.as_str());
    match record(&desk, &seen, (&plan, &view), &form, Said { happened: today, what }, done).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong("reason", sentence);
            let (_, now) = look(&desk, &seen, &id, &Then::default()).await?;
            page(&desk, &seen, &plan, &now, &entry, form)
        }
    }
}

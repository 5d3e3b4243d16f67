//! Another team's case, opened with a reason: to read, for an hour at most. Each look carries the reason into the access
//! log, and the managers of both teams see it and say whether it was good enough. It is no way round a restriction.

use super::{Stop, address, person_id};
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use record::Purpose;
use service::{Role, ServiceError};
use uuid::Uuid;

/// The shortest reason that says anything; the policies ask for as much.
const SHORTEST: usize = 10;
/// The longest that is kept.
const LONGEST: usize = 500;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/people/{id}/reason", super::STAFF, "open another team's case with a reason", open).post(
        "/people/{id}/openings/{opening}",
        Access::Only(&[Role::TeamManager]),
        "say whether the reason for opening a record was good enough",
        review,
    )
}

#[derive(Template)]
#[template(path = "person/glass.html")]
struct Page {
    frame: Frame,
    form: Form,
    sentence: String,
    base: String,
}

/// The page that asks for a reason, where the policies let nobody in without one.
pub(super) fn ask(desk: &Desk, seen: &Seen, id: &str, refusal: &ServiceError) -> Result<Stop, Trouble> {
    let page = page(desk, seen, id, Form::default(), capitalised(&refusal.to_string()));
    Ok(Stop::Answer(Box::new(frame::page_with(StatusCode::FORBIDDEN, &page)?)))
}

fn page(desk: &Desk, seen: &Seen, id: &str, form: Form, sentence: String) -> Page {
    Page { frame: Frame::of(desk, seen, Section::Elsewhere), form, sentence, base: address(id) }
}

/// Opens a case with the reason given, where the policies take it.
async fn open(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let person = person_id(&id)?;
    let reason = form.get("reason").to_owned();
    if reason.chars().count() < SHORTEST {
        form.wrong("reason", "Say in a few words why you must see this record now, such as “duty worker; the person came to the office”.");
    } else if reason.chars().count() > LONGEST {
        form.wrong("reason", format!("Say it in at most {LONGEST} characters."));
    }
    if !form.mistakes().is_empty() {
        let sentence = "A reason is needed to open another team’s case.".to_owned();
        return frame::page_with(form.status(), &page(&desk, &seen, &id, form, sentence));
    }
    desk.ask_because(&seen, Purpose::Supervision, Some(reason), move |service, request| {
        service.open_with_reason(request, &person)
    })
    .await?;
    Ok(Redirect::to(&address(&id)).into_response())
}

/// A manager says whether the reason was good enough.
async fn review(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, opening)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Trouble> {
    let person = person_id(&id)?;
    let opening: Uuid = opening.parse().map_err(|_| Trouble::NotFound)?;
    let accepted = match form.get("said") {
        "accepted" => true,
        "follow_up" => false,
        _ => {
            let sentence = "Say whether you accept the reason or follow it up: use one of the two buttons.";
            return Err(Trouble::NotUnderstood(sentence.to_owned()));
        }
    };
    desk.ask(&seen, Purpose::Management, move |service, request| {
        service.review_opening(request, &person, opening, accepted)
    })
    .await?;
    let said = if accepted { "You accepted the reason." } else { "You said that you follow the reason up." };
    Ok(frame::done(&desk, &seen, said, "/team#opened"))
}

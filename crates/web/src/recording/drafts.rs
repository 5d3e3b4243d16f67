//! Drafts that the page's script keeps while somebody types, and dates said back in full while they are typed.

use super::sitting;
use super::{RECORDERS, REGISTRARS};
use crate::Desk;
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use calendar::typed::{Lean, read, read_time, say_time};
use service::PersonId;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/people/{id}/drafts/{form}", RECORDERS, "keep a draft", keep)
        .post("/people/new/draft", REGISTRARS, "keep a draft of a new person", keep_new)
        .post("/dates", RECORDERS, "say a date back in full", say)
}

async fn keep(
    State(desk): State<Desk>,
    seen: Seen,
    Path((person, name)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Trouble> {
    let person = PersonId::new(&person).map_err(|_| Trouble::NotFound)?;
    sitting::keep(&desk, &seen, Some(&person), &name, &form).await?;
    Ok(kept(&desk))
}

async fn keep_new(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    sitting::keep(&desk, &seen, None, "person", &form).await?;
    Ok(kept(&desk))
}

/// When it was kept, for the page to say.
fn kept(desk: &Desk) -> Response {
    json(&serde_json::json!({ "said": format!("Draft kept at {}.", when::time(when::local(desk.now()).time())) }))
}

/// The date in full, or why it is not understood.
async fn say(State(desk): State<Desk>, _: Seen, form: Form) -> Response {
    let lean = match form.get("lean") {
        "future" => Lean::Future,
        "birth" => Lean::Birth,
        _ => Lean::Past,
    };
    let typed = form.get("typed");
    let answer = match (read_time(typed), read(typed, when::local(desk.now()), lean)) {
        (Ok(time), _) if form.get("lean") == "time" => serde_json::json!({ "said": say_time(time) }),
        (_, Ok(told)) => serde_json::json!({ "said": told.say() }),
        (_, Err(no)) => serde_json::json!({ "problem": no.to_string() }),
    };
    json(&answer)
}

fn json(answer: &serde_json::Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

//! Unpaid work that people suggest, and what became of it.

use super::consultation::is_theirs;
use super::plan::public;
use super::{Perhaps, Sent, around, fresh, sender};
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::routes::{Access, Routes};
use crate::session::Visitor;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use planning::suggestion::{Decision, Made};
use planning::{Line, Note, SuggestionRef};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/community/plans/{plan}/suggestions", Access::Everybody, "suggest unpaid work", show).post(
        "/community/plans/{plan}/suggestions",
        Access::Everybody,
        "suggest unpaid work",
        suggest,
    )
}

/// A suggestion that was decided, in words.
struct Decided {
    place: String,
    text: String,
    became: String,
}

#[derive(Template)]
#[template(path = "community/suggestion.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    plan: (String, String),
    decided: Vec<Decided>,
}

async fn show(State(desk): State<Desk>, seen: Perhaps, Path(id): Path<String>) -> Result<Response, Trouble> {
    let form = fresh(&desk, Form::default()).await?;
    page(&desk, seen, &id, form).await
}

async fn page(desk: &Desk, seen: Perhaps, id: &str, form: Form) -> Result<Response, Trouble> {
    let (plan, known) = public(desk, id).await?;
    let base = format!("/community/plans/{}", encoded(plan.as_str()));
    let decided = known.plan.suggestions.values().filter_map(|suggestion| {
        let became = match &suggestion.decided {
            Some((on, Decision::Proposed(reference))) => {
                format!("It became a proposal on {} ({reference}).", when::day(*on))
            }
            Some((on, Decision::Declined(reason))) => format!("Declined on {}: {reason}", when::day(*on)),
            Some((_, Decision::Hidden(_))) | None => return None,
        };
        let (place, text) = (suggestion.made.place.to_string(), suggestion.made.text.to_string());
        Some(Decided { place, text, became })
    });
    let page = Page {
        frame: around(desk, seen),
        action: format!("{base}/suggestions"),
        plan: (base, known.plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default()),
        decided: decided.collect(),
        form,
    };
    frame::page_with(page.form.status(), &page)
}

async fn suggest(
    State(desk): State<Desk>,
    seen: Perhaps,
    visitor: Visitor,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (plan, _) = public(&desk, &id).await?;
    let text = Note::try_from(form.get("text").replace("\r\n", "\n"));
    if text.is_err() {
        form.wrong("text", "Say in a few sentences what could be done.");
    }
    let place = Line::try_from(form.get("place"));
    if place.is_err() {
        form.wrong("place", "Say in a line where it is.");
    }
    let organisation = Some(form.get("organisation").to_owned()).filter(|typed| !typed.is_empty());
    let organisation = organisation.and_then(|typed| Line::try_from(typed).ok());
    let sender = match sender(&desk, &visitor, &mut form, "text").await? {
        Sent::ByAProgram => return Ok(Redirect::to("/community/thanks").into_response()),
        Sent::By(sender) => Some(sender),
        Sent::Again => None,
    };
    let (Some(sender), Ok(text), Ok(place)) = (sender, text, place) else {
        let form = fresh(&desk, form).await?;
        return page(&desk, seen, &id, form).await;
    };
    let suggestion = SuggestionRef::try_from(format!("s-{}", sender.id.simple()));
    let suggestion = suggestion.map_err(|error| Trouble::internal(&error))?;
    let made = Made { suggestion, text, place, organisation };
    match desk.before_sign_in(move |service| service.suggest_in_public(&sender, &plan, made)).await {
        Ok(()) => Ok(Redirect::to("/community/thanks").into_response()),
        Err(Trouble::Service(error)) if is_theirs(&error) => {
            form.wrong("text", capitalised(&error.to_string()));
            let form = fresh(&desk, form).await?;
            page(&desk, seen, &id, form).await
        }
        Err(trouble) => Err(trouble),
    }
}

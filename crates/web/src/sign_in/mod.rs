//! Signing in and out. For now only a demonstration can be entered, by naming an account of its staff register.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::routes::{Access, Routes};
use crate::session::{Seen, no_cookie};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::response::{IntoResponse as _, Redirect, Response};
use record::WorkerRef;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Access::Everybody, "sign in", ask)
        .post("/sign-in", Access::Everybody, "sign in", sign_in)
        .post("/sign-out", Access::SignedIn, "sign out", sign_out)
}

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct Page {
    frame: Frame,
    form: Form,
}

#[derive(serde::Deserialize)]
struct Then {
    then: Option<String>,
}

async fn ask(State(desk): State<Desk>, Query(asked): Query<Then>) -> Result<Response, Trouble> {
    let form = Form::suggesting([("then", asked.then.unwrap_or_default())]);
    frame::page(&Page { frame: Frame::for_anybody(&desk), form })
}

async fn sign_in(State(desk): State<Desk>, mut form: Form) -> Result<Response, Trouble> {
    let account = WorkerRef::try_from(form.get("account")).ok();
    let actor = match account {
        Some(account) if desk.config().banner.is_some() => {
            desk.before_sign_in(move |service| service.actor(&account)).await?
        }
        _ => None,
    };
    let Some(actor) = actor else {
        form.wrong("account", "There is no such account here. Check the name, or ask an administrator.");
        return frame::page_with(form.status(), &Page { frame: Frame::for_anybody(&desk), form });
    };
    let name = actor.id.to_string();
    let cookie = desk.sessions().begin(&desk, actor, name);
    let cookie = cookie.ok_or_else(|| Trouble::Internal("the cookie could not be written".to_owned()))?;
    let to = if is_our_own(form.get("then")) { form.get("then") } else { "/" };
    Ok(([(SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}

/// Only a path of this desk: never another host.
fn is_our_own(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r'])
}

async fn sign_out(State(desk): State<Desk>, seen: Seen) -> Response {
    desk.sessions().end(&seen);
    let clear = (HeaderName::from_static("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    ([(SET_COOKIE, no_cookie())], [clear], Redirect::to("/sign-in")).into_response()
}

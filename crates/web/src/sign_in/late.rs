//! A session's end never loses typing, nor does being asked to prove who one is: what was sent is kept on the server for its
//! owner, and offered again once they have.

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::{Over, Seen, Visitor, no_typed, typed_cookie};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use service::Service;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/carry-on", Access::SignedIn, "what was typed when the session ended", carry_on)
}

#[derive(Template)]
#[template(path = "sign_in/carry_on.html")]
struct CarryOn {
    frame: Frame,
    path: String,
    fields: Vec<(String, String)>,
}

impl CarryOn {
    /// What the reader recognises: the longest pieces of text that they typed.
    fn recognised(&self) -> Vec<&str> {
        let texts = self.fields.iter().map(|(_, value)| value.trim());
        texts.filter(|value| value.contains(' ') || value.chars().count() > 20).collect()
    }
}

/// Keeps a form that came too late or with too little proof, and sends its owner to where they prove who they are.
pub(crate) async fn keep(
    desk: &Desk,
    over: &Over,
    visitor: &Visitor,
    (path, body): (&str, &[u8]),
    way_in: &str,
) -> Result<Response, Trouble> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != "csrf").collect();
    let typed = serde_json::to_string(&(path, fields)).map_err(|error| Trouble::internal(&error))?;
    let (account, attempt) = (over.account.clone(), visitor.attempt(desk));
    let secret = desk.before_sign_in(move |service| service.keep_typed(&account, &typed, &attempt)).await?;
    Ok(([(SET_COOKIE, typed_cookie(&secret)?)], Redirect::to(way_in)).into_response())
}

async fn carry_on(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    let (account, now) = (seen.actor.id.clone(), desk.now());
    let typed = match visitor.typed {
        Some(secret) => {
            let look = move |service: &Service| service.typed(&account, &secret, now);
            desk.before_sign_in(look).await?
        }
        None => None,
    };
    let kept = typed.and_then(|typed| serde_json::from_str::<(String, Vec<(String, String)>)>(&typed).ok());
    let Some((path, fields)) = kept else {
        return Ok(([(SET_COOKIE, no_typed())], Redirect::to("/")).into_response());
    };
    let page = frame::page(&CarryOn { frame: Frame::of(&desk, &seen, Section::Elsewhere), path, fields })?;
    Ok(([(SET_COOKIE, no_typed())], page).into_response())
}

//! Tokens: a program's way to use the JSON API in one's name, in no more than the roles that one gives it.

use super::confirmed_or;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::{Seen, Visitor};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use record::Purpose;
use service::{Role, ServiceError};
use std::collections::BTreeSet;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/tokens/new", Access::SignedIn, "make a token", ask)
        .post("/account/tokens", Access::SignedIn, "make a token", make)
        .post("/account/tokens/end", Access::SignedIn, "end a token", end)
}

#[derive(Template)]
#[template(path = "account/token_form.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    roles: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/token.html")]
struct MadePage {
    frame: Frame,
    name: String,
    secret: String,
}

fn page(desk: &Desk, seen: &Seen, form: Form) -> Result<Response, Trouble> {
    let said = |role: &Role| (role.as_str().to_owned(), desk.words().say("role", role.as_str()));
    let roles = seen.actor.roles.iter().map(said).collect();
    let page = NewPage { frame: Frame::of(desk, seen, Section::Elsewhere), form, roles };
    frame::page_with(page.form.status(), &page)
}

async fn ask(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/tokens/new")?;
    page(&desk, &seen, Form::suggesting([("days", "90")]))
}

async fn make(State(desk): State<Desk>, seen: Seen, visitor: Visitor, mut form: Form) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/tokens/new")?;
    let name = form.get("name").to_owned();
    let ticked: BTreeSet<Role> = Role::ALL.iter().copied().filter(|role| form.has("roles", role.as_str())).collect();
    if name.is_empty() {
        form.wrong("name", "Give the token a name: what will use it.");
    }
    if ticked.is_empty() {
        form.wrong("roles", "Choose one or more of your roles for the token.");
    }
    let days = form.get("days").parse::<i64>();
    if days.as_ref().map_or(true, |days| !(1..=366).contains(days)) {
        form.wrong("days", "A token lasts from 1 to 366 days: type a number.");
    }
    let (Ok(days), true) = (days, form.mistakes().is_empty()) else { return page(&desk, &seen, form) };
    let attempt = visitor.attempt(&desk);
    let made = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            service.make_api_token(request, &attempt, &name, &ticked, days)
        })
        .await;
    match made {
        Ok((token, secret)) => {
            let secret = secret.reveal().to_owned();
            frame::page(&MadePage { frame: Frame::of(&desk, &seen, Section::Elsewhere), name: token.name, secret })
        }
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            form.wrong("name", error.to_string());
            page(&desk, &seen, form)
        }
        Err(trouble) => Err(trouble),
    }
}

async fn end(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    let id = form.get("id").to_owned();
    desk.ask(&seen, Purpose::Management, move |service, request| service.end_api_token(request, &id)).await?;
    Ok(frame::done(&desk, &seen, "The token has ended.", "/account"))
}

//! Proving again who one is before something that matters: changing how one signs in, or who may do what.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::{Seen, Visitor};
use crate::sign_in::{is_our_own, on_with};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use record::Purpose;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/account/confirm", Access::SignedIn, "prove who one is", ask).post(
        "/account/confirm",
        Access::SignedIn,
        "prove who one is",
        confirm,
    )
}

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct Page {
    frame: Frame,
    form: Form,
    passkeys: Option<&'static str>,
}

/// For what takes a passkey.
#[derive(Template)]
#[template(path = "account/by_passkey.html")]
struct PasskeyPage {
    frame: Frame,
    then: String,
    passkeys: Option<&'static str>,
    /// They have one.
    has_one: bool,
    /// They may not add their first one themselves.
    begins_anew: bool,
    account: String,
}

#[derive(serde::Deserialize)]
struct Then {
    then: Option<String>,
    by: Option<String>,
}

/// Goes on when they proved who they are within the last five minutes; else to where they do, and back to `path`.
pub(crate) fn confirmed_or(desk: &Desk, seen: &Seen, path: &'static str) -> Result<(), Trouble> {
    if seen.is_confirmed(desk.now()) { Ok(()) } else { Err(Trouble::Confirm(path)) }
}

async fn ask(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Then>) -> Result<Response, Trouble> {
    let then = asked.then.unwrap_or_default();
    if asked.by.as_deref() == Some("passkey") {
        let own = desk.ask(&seen, Purpose::Management, service::Service::own_account).await?;
        return frame::page(&PasskeyPage {
            frame: Frame::of(&desk, &seen, Section::Elsewhere),
            then,
            passkeys: desk.passkey_script(),
            has_one: !own.passkeys.is_empty(),
            begins_anew: own.needs_passkey,
            account: seen.actor.id.to_string(),
        });
    }
    page(&desk, &seen, Form::suggesting([("then", then)]))
}

fn page(desk: &Desk, seen: &Seen, form: Form) -> Result<Response, Trouble> {
    let page = Page { frame: Frame::of(desk, seen, Section::Elsewhere), form, passkeys: desk.passkey_script() };
    frame::page_with(page.form.status(), &page)
}

async fn confirm(State(desk): State<Desk>, seen: Seen, visitor: Visitor, mut form: Form) -> Result<Response, Trouble> {
    let typed = form.raw("proof").to_owned();
    if typed.trim().is_empty() {
        form.wrong("proof", "Type your password, or a code.");
        return page(&desk, &seen, form);
    }
    let (attempt, session) = (visitor.attempt(&desk), seen.browser()?.secret.clone());
    let confirmed = desk
        .ask(&seen, Purpose::Management, move |service, request| service.confirm(request, &attempt, &session, &typed))
        .await?;
    match confirmed {
        Ok(secret) => on_with(&secret, if is_our_own(form.get("then")) { form.get("then") } else { "/account" }),
        Err(refused) => {
            form.wrong("proof", refused.to_string());
            page(&desk, &seen, form)
        }
    }
}

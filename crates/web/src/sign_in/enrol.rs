//! The first time: a password of one's own, then a second factor. Until both are there the session opens no other page.

use super::on_with;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::picture;
use crate::routes::{Access, Routes};
use crate::session::{OnTheWay, Visitor, session_cookie};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use service::{CodeOffer, Enrolment, SecondFactor};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/enrol", Access::Everybody, "finish one's account", ask)
        .post("/enrol/password", Access::Everybody, "finish one's account: choose a password", password)
        .post("/enrol/code", Access::Everybody, "finish one's account: add an authenticator", code)
}

#[derive(Template)]
#[template(path = "sign_in/enrol_password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    name: String,
    account: String,
}

#[derive(Template)]
#[template(path = "sign_in/enrol_code.html")]
struct CodePage {
    frame: Frame,
    form: Form,
    offer: CodeOffer,
    picture: String,
    passkeys: Option<&'static str>,
}

/// For whom no other second factor will do.
#[derive(Template)]
#[template(path = "sign_in/enrol_passkey.html")]
struct PasskeyPage {
    frame: Frame,
    passkeys: Option<&'static str>,
}

/// Recovery codes, shown once.
#[derive(Template)]
#[template(path = "sign_in/recovery_codes.html")]
pub(crate) struct RecoveryCodes {
    pub(crate) frame: Frame,
    pub(crate) codes: Vec<String>,
    /// Where to go on.
    pub(crate) on: &'static str,
}

async fn enrolment(desk: &Desk, on_the_way: &OnTheWay, visitor: &Visitor) -> Result<Enrolment, Trouble> {
    let (attempt, secret) = (visitor.attempt(desk), on_the_way.secret.clone());
    let found = desk.before_sign_in(move |service| service.enrolment(&secret, &attempt)).await?;
    found.ok_or(Trouble::SignInFirst)
}

async fn ask(State(desk): State<Desk>, on_the_way: OnTheWay, visitor: Visitor) -> Result<Response, Trouble> {
    let enrolment = enrolment(&desk, &on_the_way, &visitor).await?;
    if enrolment.wants_password {
        return password_page(&desk, &on_the_way, &enrolment, Form::default());
    }
    if enrolment.wants_passkey {
        let frame = Frame::on_the_way(&desk, &on_the_way);
        return frame::page(&PasskeyPage { frame, passkeys: desk.passkey_script() });
    }
    code_page(&desk, &on_the_way, &visitor, Form::default()).await
}

fn password_page(desk: &Desk, on_the_way: &OnTheWay, enrolment: &Enrolment, form: Form) -> Result<Response, Trouble> {
    let (name, account) = (enrolment.name.to_string(), enrolment.account.to_string());
    let page = PasswordPage { frame: Frame::on_the_way(desk, on_the_way), name, account, form };
    frame::page_with(page.form.status(), &page)
}

async fn code_page(desk: &Desk, on_the_way: &OnTheWay, visitor: &Visitor, form: Form) -> Result<Response, Trouble> {
    let (attempt, secret) = (visitor.attempt(desk), on_the_way.secret.clone());
    let offer = desk.before_sign_in(move |service| service.enrol_codes(&secret, &attempt)).await?;
    let picture = picture::qr(&offer.address)?;
    let page =
        CodePage { frame: Frame::on_the_way(desk, on_the_way), form, offer, picture, passkeys: desk.passkey_script() };
    frame::page_with(page.form.status(), &page)
}

async fn password(
    State(desk): State<Desk>,
    on_the_way: OnTheWay,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Trouble> {
    let enrolment = enrolment(&desk, &on_the_way, &visitor).await?;
    let (typed, again) = (form.raw("password").to_owned(), form.raw("again").to_owned());
    if typed != again {
        form.wrong("again", "The two are not the same. Type the new password twice.");
        return password_page(&desk, &on_the_way, &enrolment, form);
    }
    let (attempt, secret) = (visitor.attempt(&desk), on_the_way.secret.clone());
    let done = desk.before_sign_in(move |service| service.enrol_password(&secret, &typed, &attempt)).await?;
    match done {
        Err(weak) => {
            form.wrong("password", weak.to_string());
            password_page(&desk, &on_the_way, &enrolment, form)
        }
        Ok(Some(whole)) => on_with(&whole, "/"),
        Ok(None) => Ok(Redirect::to("/enrol").into_response()),
    }
}

async fn code(
    State(desk): State<Desk>,
    on_the_way: OnTheWay,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Trouble> {
    let typed = form.get("code").to_owned();
    let (attempt, secret) = (visitor.attempt(&desk), on_the_way.secret.clone());
    let added = desk.before_sign_in(move |service| service.enrol_codes_confirm(&secret, &typed, &attempt)).await?;
    if let Some(added) = added {
        return show_recovery_codes(&desk, added);
    }
    form.set("code", "");
    form.wrong(
        "code",
        "This is not the code of the new authenticator. Check that its clock is right, and type the code that it shows now.",
    );
    code_page(&desk, &on_the_way, &visitor, form).await
}

/// The recovery codes, with the cookie of the whole session.
pub(super) fn show_recovery_codes(desk: &Desk, added: SecondFactor) -> Result<Response, Trouble> {
    let on = if added.session.is_some() { "/" } else { "/enrol" };
    let page = RecoveryCodes { frame: Frame::for_anybody(desk), codes: added.recovery_codes, on };
    let mut answer = frame::page(&page)?;
    if let Some(secret) = &added.session {
        answer.headers_mut().insert(SET_COOKIE, session_cookie(secret)?);
    }
    Ok(answer)
}

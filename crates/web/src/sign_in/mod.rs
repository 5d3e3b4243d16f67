//! Signing in and out: password and code, one-time passwords, what was typed when a session ended.

mod enrol;
mod late;
mod passkey;
mod provider;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::routes::{Access, Routes};
use crate::session::{OnTheWay, Seen, Visitor, known_cookie, no_ceremony, no_session, no_typed, session_cookie};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderName, RETRY_AFTER, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use service::{Answer, Refused, Secret, Stage};

pub(crate) use enrol::RecoveryCodes;
pub(crate) use late::keep;
pub(crate) use passkey::checker;
pub use provider::{Provider, ProviderError};

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/sign-in", Access::Everybody, "sign in", ask)
        .post("/sign-in", Access::Everybody, "sign in: account and password", sign_in)
        .get("/sign-in/code", Access::Everybody, "sign in: second factor", ask_code)
        .post("/sign-in/code", Access::Everybody, "sign in: second factor", code)
        .post("/sign-out", Access::SignedIn, "sign out", sign_out);
    provider::routes(passkey::routes(late::routes(enrol::routes(routes))))
}

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    /// In a demonstration: role, account and password of whoever can be tried.
    demonstration: Vec<(String, String, String)>,
    passkeys: Option<&'static str>,
    /// What the identity provider is called, if there is one.
    provider: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage {
    frame: Frame,
    form: Form,
    passkeys: Option<&'static str>,
}

#[derive(serde::Deserialize)]
struct Then {
    then: Option<String>,
}

impl Page {
    fn of(desk: &Desk, form: Form) -> Self {
        let config = desk.config();
        Self {
            frame: Frame::for_anybody(desk),
            form,
            demonstration: config.demonstration.clone(),
            passkeys: desk.passkey_script(),
            provider: config.provider.as_ref().map(|provider| provider.title.clone()),
        }
    }
}

impl CodePage {
    fn of(desk: &Desk, on_the_way: &OnTheWay, form: Form) -> Self {
        Self { frame: Frame::on_the_way(desk, on_the_way), form, passkeys: desk.passkey_script() }
    }
}

async fn ask(State(desk): State<Desk>, Query(asked): Query<Then>) -> Result<Response, Trouble> {
    frame::page(&Page::of(&desk, Form::suggesting([("then", asked.then.unwrap_or_default())])))
}

async fn sign_in(State(desk): State<Desk>, visitor: Visitor, mut form: Form) -> Result<Response, Trouble> {
    let (account, password) = (form.get("account").to_owned(), form.raw("password").to_owned());
    if account.is_empty() {
        form.wrong("account", "Type your account.");
    }
    if password.is_empty() {
        form.wrong("password", "Type your password.");
    }
    let then = form.get("then").to_owned();
    if form.status() == StatusCode::OK {
        let attempt = visitor.attempt(&desk);
        let answer = desk.before_sign_in(move |service| service.sign_in(&attempt, &account, &password)).await?;
        match answer {
            Answer::Refused(refused) => return refuse(&desk, &refused, "password", form),
            answer => return let_in(&visitor, &answer, &then),
        }
    }
    frame::page_with(form.status(), &Page::of(&desk, form))
}

/// The page again, with the reason; when there were too many tries, the status says so too.
fn refuse(desk: &Desk, refused: &Refused, field: &str, mut form: Form) -> Result<Response, Trouble> {
    form.wrong(field, refused.to_string());
    let page = |form| frame::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Page::of(desk, form));
    Ok(wait_or(desk, refused, page(form)?))
}

fn wait_or(desk: &Desk, refused: &Refused, mut page: Response) -> Response {
    if let Refused::Wait { until } = refused {
        let seconds = until.duration_since(desk.now()).as_secs().max(1);
        *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        page.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    page
}

/// The next step: on with a new session under a new secret.
fn let_in(visitor: &Visitor, answer: &Answer, then: &str) -> Result<Response, Trouble> {
    let (secret, to) = match answer {
        Answer::SignedIn(secret) => {
            let mut on = on_with(secret, &after(visitor, then))?;
            on.headers_mut().append(SET_COOKIE, known_cookie(secret)?);
            return Ok(on);
        }
        Answer::SecondFactor(secret) => (secret, with_then("/sign-in/code", then)),
        Answer::Enrol(secret) => (secret, "/enrol".to_owned()),
        Answer::Refused(_) => return Err(Trouble::SignInFirst),
    };
    on_with(secret, &to)
}

/// Where somebody goes who is in: back to what they had typed, or to where they were going.
pub(super) fn after(visitor: &Visitor, then: &str) -> String {
    if visitor.typed.is_some() {
        "/carry-on".to_owned()
    } else if is_our_own(then) {
        then.to_owned()
    } else {
        "/".to_owned()
    }
}

/// A new session's cookie, and where to go with it.
pub(crate) fn on_with(secret: &Secret, to: &str) -> Result<Response, Trouble> {
    Ok(([(SET_COOKIE, session_cookie(secret)?)], Redirect::to(to)).into_response())
}

fn with_then(path: &str, then: &str) -> String {
    if !is_our_own(then) || then == "/" {
        return path.to_owned();
    }
    serde_urlencoded::to_string([("then", then)]).map_or(path.to_owned(), |query| format!("{path}?{query}"))
}

/// Only a path of this desk, never another host; and not one of the way in, which somebody who is in has behind them.
pub(crate) fn is_our_own(path: &str) -> bool {
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r']);
    is_path && !path.starts_with("/sign-") && !path.starts_with("/enrol")
}

async fn ask_code(
    State(desk): State<Desk>,
    on_the_way: OnTheWay,
    Query(asked): Query<Then>,
) -> Result<Response, Trouble> {
    if on_the_way.stage != Stage::Half {
        return Ok(Redirect::to("/enrol").into_response());
    }
    let form = Form::suggesting([("then", asked.then.unwrap_or_default())]);
    frame::page(&CodePage::of(&desk, &on_the_way, form))
}

async fn code(
    State(desk): State<Desk>,
    on_the_way: OnTheWay,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (typed, then) = (form.get("code").to_owned(), form.get("then").to_owned());
    if typed.is_empty() {
        form.wrong("code", "Type the code that your authenticator shows, or a recovery code.");
        return frame::page_with(form.status(), &CodePage::of(&desk, &on_the_way, form));
    }
    let (attempt, half) = (visitor.attempt(&desk), on_the_way.secret.clone());
    let answer = desk.before_sign_in(move |service| service.second_factor(&attempt, &half, &typed)).await?;
    match answer {
        Answer::Refused(Refused::TooLate) => Err(Trouble::SignInFirst),
        Answer::Refused(refused) => {
            form.set("code", "");
            form.wrong("code", refused.to_string());
            let page = frame::page_with(form.status(), &CodePage::of(&desk, &on_the_way, form))?;
            Ok(wait_or(&desk, &refused, page))
        }
        answer => let_in(&visitor, &answer, &then),
    }
}

async fn sign_out(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    let (secret, attempt) = (seen.browser()?.secret.clone(), visitor.attempt(&desk));
    desk.before_sign_in(move |service| service.sign_out(&secret, &attempt)).await?;
    // The cookies are named one by one: the browser stays known.
    let clear = (HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
    let cookies = AppendHeaders([(SET_COOKIE, no_session()), (SET_COOKIE, no_typed()), (SET_COOKIE, no_ceremony())]);
    Ok((cookies, [clear], Redirect::to("/sign-in")).into_response())
}

#[cfg(test)]
mod tests;

//! One's own account: how one signs in, where one is signed in, and the tokens of one's programs.

mod confirm;
mod tokens;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::{Seen, Visitor};
use crate::sign_in::RecoveryCodes;
use crate::trouble::Trouble;
use crate::{picture, when};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use record::Purpose;
use service::{ApiToken, CodeOffer, OwnAccount, OwnSession, Role};

pub(crate) use confirm::confirmed_or;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/account", Access::SignedIn, "one's own account", look)
        .get("/account/password", Access::SignedIn, "change one's password", ask_password)
        .post("/account/password", Access::SignedIn, "change one's password", password)
        .get("/account/authenticator", Access::SignedIn, "change one's authenticator", ask_authenticator)
        .post("/account/authenticator", Access::SignedIn, "change one's authenticator", authenticator)
        .post("/account/recovery-codes", Access::SignedIn, "renew one's recovery codes", recovery_codes)
        .post("/account/passkeys/remove", Access::SignedIn, "remove a passkey", remove_passkey)
        .post("/account/sessions/end", Access::SignedIn, "end one of one's sessions", end_session)
        .post("/account/sessions/end-others", Access::SignedIn, "end one's other sessions", end_others);
    tokens::routes(confirm::routes(routes))
}

#[derive(Template)]
#[template(path = "account/page.html")]
struct Page {
    frame: Frame,
    name: String,
    account: String,
    roles: String,
    place: String,
    own: OwnAccount,
    tokens: Vec<ApiToken>,
    this: String,
    has_calendar: bool,
    passkeys: Option<&'static str>,
}

impl Page {
    fn is_this(&self, session: &OwnSession) -> bool {
        session.id == self.this
    }

    fn day(at: &jiff::Timestamp) -> String {
        when::moment(*at)
    }
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "account/authenticator.html")]
struct AuthenticatorPage {
    frame: Frame,
    form: Form,
    offer: CodeOffer,
    picture: String,
}

async fn look(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    let own = desk.ask(&seen, Purpose::Management, service::Service::own_account).await?;
    let tokens = desk.ask(&seen, Purpose::Management, service::Service::api_tokens).await?;
    let directory = desk.before_sign_in(service::Service::directory).await?;
    let roles: Vec<String> = seen.actor.roles.iter().map(|role| desk.words().say("role", role.as_str())).collect();
    let agency = directory.agency_name(seen.actor.agency.as_str()).to_owned();
    let place = match &seen.actor.team {
        Some(team) => format!("{}, {agency}", directory.team_name(team.as_str())),
        None => agency,
    };
    frame::page(&Page {
        frame: Frame::of(&desk, &seen, Section::Elsewhere),
        name: seen.name.clone(),
        account: seen.actor.id.to_string(),
        roles: roles.join(", "),
        place,
        own,
        tokens,
        this: seen.session.as_ref().map(|session| session.id.clone()).unwrap_or_default(),
        has_calendar: [Role::CaseManager, Role::TeamManager].iter().any(|role| seen.actor.roles.contains(role)),
        passkeys: desk.passkey_script(),
    })
}

async fn ask_password(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/password")?;
    frame::page(&PasswordPage { frame: Frame::of(&desk, &seen, Section::Elsewhere), form: Form::default() })
}

async fn password(State(desk): State<Desk>, seen: Seen, visitor: Visitor, mut form: Form) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/password")?;
    let (typed, again) = (form.raw("password").to_owned(), form.raw("again").to_owned());
    if typed == again {
        let (attempt, session) = (visitor.attempt(&desk), seen.browser()?.secret.clone());
        let changed = desk
            .ask(&seen, Purpose::Management, move |service, request| {
                service.change_password(request, &attempt, &session, &typed)
            })
            .await?;
        match changed {
            Ok(()) => {
                let said = "Your password is changed. Every other session and every token of yours has ended.";
                return Ok(frame::done(&desk, &seen, said, "/account"));
            }
            Err(weak) => form.wrong("password", weak.to_string()),
        }
    } else {
        form.wrong("again", "The two are not the same. Type the new password twice.");
    }
    frame::page_with(form.status(), &PasswordPage { frame: Frame::of(&desk, &seen, Section::Elsewhere), form })
}

async fn ask_authenticator(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/authenticator")?;
    authenticator_page(&desk, &seen, &visitor, Form::default()).await
}

async fn authenticator_page(desk: &Desk, seen: &Seen, visitor: &Visitor, form: Form) -> Result<Response, Trouble> {
    let attempt = visitor.attempt(desk);
    let offer = desk
        .ask(seen, Purpose::Management, move |service, request| service.offer_authenticator(request, &attempt))
        .await?;
    let picture = picture::qr(&offer.address)?;
    let frame = Frame::of(desk, seen, Section::Elsewhere);
    frame::page_with(form.status(), &AuthenticatorPage { frame, form, offer, picture })
}

async fn authenticator(
    State(desk): State<Desk>,
    seen: Seen,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account/authenticator")?;
    let (code, attempt, session) =
        (form.get("code").to_owned(), visitor.attempt(&desk), seen.browser()?.secret.clone());
    let codes = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            service.take_up_authenticator(request, &attempt, &session, &code)
        })
        .await?;
    let Some(codes) = codes else {
        form.set("code", "");
        form.wrong("code", "This is not the code of the new authenticator. Type the code that it shows now.");
        return authenticator_page(&desk, &seen, &visitor, form).await;
    };
    show_codes(&desk, &seen, codes)
}

async fn recovery_codes(State(desk): State<Desk>, seen: Seen, visitor: Visitor) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account")?;
    let attempt = visitor.attempt(&desk);
    let codes = desk
        .ask(&seen, Purpose::Management, move |service, request| service.renew_recovery_codes(request, &attempt))
        .await?;
    show_codes(&desk, &seen, codes)
}

fn show_codes(desk: &Desk, seen: &Seen, codes: Vec<String>) -> Result<Response, Trouble> {
    frame::page(&RecoveryCodes { frame: Frame::of(desk, seen, Section::Elsewhere), codes, on: "/account" })
}

async fn remove_passkey(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/account")?;
    let id = form.get("id").to_owned();
    desk.ask(&seen, Purpose::Management, move |service, request| service.remove_passkey(request, &id)).await?;
    Ok(frame::done(&desk, &seen, "The passkey is removed.", "/account"))
}

async fn end_session(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    let id = form.get("id").to_owned();
    desk.ask(&seen, Purpose::Management, move |service, request| service.end_own_session(request, &id)).await?;
    Ok(frame::done(&desk, &seen, "The session has ended.", "/account"))
}

async fn end_others(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    let this = seen.browser()?.secret.clone();
    let ended = desk
        .ask(&seen, Purpose::Management, move |service, request| service.end_other_sessions(request, &this))
        .await?;
    let said = match ended {
        0 => "You were signed in nowhere else.".to_owned(),
        1 => "One other session has ended.".to_owned(),
        many => format!("{many} other sessions have ended."),
    };
    Ok(frame::done(&desk, &seen, said, "/account"))
}

#[cfg(test)]
mod tests;

//! What administrators do to users. Each needs that they proved a moment ago who they are, and takes effect with the
//! user's next request.

use super::{ADMINISTRATORS, Choices, one_page};
use crate::Desk;
use crate::account::confirmed_or;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::{Seen, Visitor};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use record::{AreaRef, Line, Purpose, TeamRef, WorkerRef};
use service::{Actor, Member, Request, Role, Service, ServiceError};
use std::collections::BTreeSet;

const LIST: &str = "/administration/users";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/administration/users/new", ADMINISTRATORS, "add a user", ask)
        .post("/administration/users", ADMINISTRATORS, "add a user", add)
        .post("/administration/users/{account}", ADMINISTRATORS, "change a user's name, roles, agency or team", change)
        .post("/administration/users/{account}/reset", ADMINISTRATORS, "give a user a new one-time password", reset)
        .post("/administration/users/{account}/disable", ADMINISTRATORS, "disable a user who has left", disable)
        .post("/administration/users/{account}/end-sessions", ADMINISTRATORS, "end a user's sessions", end_sessions)
        .post("/administration/users/{account}/try-again", ADMINISTRATORS, "let a user try again", try_again)
}

#[derive(Template)]
#[template(path = "users/new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    choices: Choices,
}

#[derive(Template)]
#[template(path = "users/one_time.html")]
struct OneTimePage {
    frame: Frame,
    name: String,
    account: String,
    password: String,
}

/// The form of a member of staff, filled in.
pub(super) fn form_of(member: &Member) -> Form {
    let actor = &member.actor;
    let team = actor.team.as_ref().map(ToString::to_string).unwrap_or_default();
    let roles = actor.roles.iter().map(|role| ("roles", role.as_str().to_owned()));
    let rest = [("name", member.name.to_string()), ("agency", actor.agency.to_string()), ("team", team)];
    Form::suggesting(roles.chain(rest))
}

/// Reads the form of a member of staff; what is wrong is said in it.
fn read(form: &mut Form, account: &str) -> Option<Member> {
    let name = Line::try_from(form.get("name"));
    if let Err(error) = &name {
        form.wrong("name", format!("The name: {error}."));
    }
    let roles: BTreeSet<Role> = Role::ALL.iter().copied().filter(|role| form.has("roles", role.as_str())).collect();
    if roles.is_empty() {
        form.wrong("roles", "Choose at least one role: without one an account opens nothing.");
    }
    let agency = AreaRef::try_from(form.get("agency"));
    if agency.is_err() {
        form.wrong("agency", "Choose the agency that they work for.");
    }
    let team = match form.get("team") {
        "" => Ok(None),
        team => TeamRef::try_from(team).map(Some),
    };
    if team.is_err() {
        form.wrong("team", "Choose a team, or no team.");
    }
    let id = WorkerRef::try_from(account);
    if let Err(error) = &id {
        form.wrong("account", format!("The account: {error}."));
    }
    if !form.mistakes().is_empty() {
        return None;
    }
    Some(Member { name: name.ok()?, actor: Actor { id: id.ok()?, roles, agency: agency.ok()?, team: team.ok()? } })
}

async fn ask(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    confirmed_or(&desk, &seen, "/administration/users/new")?;
    new_page(&desk, &seen, Form::suggesting([("agency", seen.actor.agency.to_string())])).await
}

async fn new_page(desk: &Desk, seen: &Seen, form: Form) -> Result<Response, Trouble> {
    let directory = desk.before_sign_in(Service::directory).await?;
    let choices = Choices::of(desk, &directory);
    let page = NewPage { frame: Frame::of(desk, seen, Section::Administration), form, choices };
    frame::page_with(page.form.status(), &page)
}

async fn add(State(desk): State<Desk>, seen: Seen, visitor: Visitor, mut form: Form) -> Result<Response, Trouble> {
    let account = form.get("account").to_owned();
    let Some(member) = read(&mut form, &account) else { return new_page(&desk, &seen, form).await };
    let (name, attempt, id) = (member.name.to_string(), visitor.attempt(&desk), (desk.platform().new_id)(desk.now()));
    let added = desk
        .ask(&seen, Purpose::Management, move |service, request| service.add_user(request, &attempt, id, &member, None))
        .await;
    match added {
        Ok(password) => one_time(&desk, &seen, name, account, password),
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            form.wrong("account", error.to_string());
            new_page(&desk, &seen, form).await
        }
        Err(trouble) => Err(trouble),
    }
}

/// The one-time password, shown this once.
fn one_time(desk: &Desk, seen: &Seen, name: String, account: String, password: String) -> Result<Response, Trouble> {
    let frame = Frame::of(desk, seen, Section::Administration);
    frame::page(&OneTimePage { frame, name, account, password })
}

async fn change(
    State(desk): State<Desk>,
    seen: Seen,
    Path(account): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let Some(member) = read(&mut form, &account) else {
        return one_page(&desk, &seen, &account, Some(form)).await;
    };
    let id = (desk.platform().new_id)(desk.now());
    let named = account.clone();
    let changed = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            if service.directory()?.member(&named).is_none() {
                return Err(ServiceError::NotFound);
            }
            service.add_staff(request, id, &member)
        })
        .await;
    match changed {
        Ok(()) => {
            let said = "Changed. If their roles, agency or team are others now, they have been signed out everywhere.";
            Ok(frame::done(&desk, &seen, said, &format!("{LIST}/{account}")))
        }
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            form.wrong("roles", error.to_string());
            one_page(&desk, &seen, &account, Some(form)).await
        }
        Err(trouble) => Err(trouble),
    }
}

async fn reset(
    State(desk): State<Desk>,
    seen: Seen,
    visitor: Visitor,
    Path(account): Path<String>,
) -> Result<Response, Trouble> {
    let named = WorkerRef::try_from(account.as_str()).map_err(|_| Trouble::NotFound)?;
    let directory = desk.before_sign_in(Service::directory).await?;
    let name = directory.member(&account).map(|member| member.name.to_string()).ok_or(Trouble::NotFound)?;
    let attempt = visitor.attempt(&desk);
    let password = desk
        .ask(&seen, Purpose::Management, move |service, request| service.reset_user(request, &attempt, &named, None))
        .await?;
    one_time(&desk, &seen, name, account, password)
}

async fn disable(State(desk): State<Desk>, seen: Seen, Path(account): Path<String>) -> Result<Response, Trouble> {
    let id = (desk.platform().new_id)(desk.now());
    let said = "Disabled. They have been signed out everywhere, and nothing of theirs opens the desk any more.";
    act(&desk, &seen, &account, said, move |service, request, named| service.disable_user(request, id, named)).await
}

async fn end_sessions(State(desk): State<Desk>, seen: Seen, Path(account): Path<String>) -> Result<Response, Trouble> {
    let said = "Every session and token of theirs has ended.";
    act(&desk, &seen, &account, said, |service, request, named| service.end_sessions_of(request, named).map(drop)).await
}

async fn try_again(State(desk): State<Desk>, seen: Seen, Path(account): Path<String>) -> Result<Response, Trouble> {
    let said = "They may try again at once.";
    act(&desk, &seen, &account, said, Service::let_user_try_again).await
}

async fn act(
    desk: &Desk,
    seen: &Seen,
    account: &str,
    said: &'static str,
    act: impl FnOnce(&Service, &Request<'_>, &WorkerRef) -> Result<(), ServiceError> + Send + 'static,
) -> Result<Response, Trouble> {
    let named = WorkerRef::try_from(account).map_err(|_| Trouble::NotFound)?;
    let done = desk
        .ask(seen, Purpose::Management, move |service, request| {
            if service.directory()?.member(named.as_str()).is_none() {
                return Err(ServiceError::NotFound);
            }
            act(service, request, &named)
        })
        .await;
    done?;
    Ok(frame::done(desk, seen, said, &format!("{LIST}/{account}")))
}

//! Administration of users: who can sign in, in which role, agency and team; and the agencies and teams themselves.

mod change;
mod teams;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::Purpose;
use service::{Directory, Role, User, UserState};
use std::sync::Arc;

const ADMINISTRATORS: Access = Access::Only(&[Role::Administrator]);

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/administration/users", ADMINISTRATORS, "users", list).get(
        "/administration/users/{account}",
        ADMINISTRATORS,
        "one user",
        one,
    );
    teams::routes(change::routes(routes))
}

#[derive(Template)]
#[template(path = "users/list.html")]
struct ListPage {
    frame: Frame,
    users: Vec<Line>,
    all: usize,
    form: Form,
    states: Vec<(String, String)>,
    roles: Vec<(String, String)>,
}

/// One user in the list.
struct Line {
    account: String,
    name: String,
    roles: String,
    place: String,
    state: String,
    last: String,
    held_up: bool,
}

#[derive(Template)]
#[template(path = "users/one.html")]
struct OnePage {
    frame: Frame,
    user: Line,
    factors: String,
    sessions: usize,
    works_here: bool,
    has_account: bool,
    is_oneself: bool,
    form: Form,
    choices: Choices,
}

/// What can be chosen in the forms of users.
struct Choices {
    roles: Vec<(String, String)>,
    agencies: Vec<(String, String)>,
    teams: Vec<(String, String)>,
}

impl Choices {
    fn of(desk: &Desk, directory: &Directory) -> Self {
        let said = |role: &Role| (role.as_str().to_owned(), desk.words().say("role", role.as_str()));
        let mut agencies: Vec<_> =
            directory.agencies().values().map(|agency| (agency.agency.to_string(), agency.name.to_string())).collect();
        // An agency that has staff but no name yet can be chosen too.
        for member in directory.members().values() {
            let reference = member.actor.agency.to_string();
            if !agencies.iter().any(|(known, _)| *known == reference) {
                agencies.push((reference.clone(), reference));
            }
        }
        let named = directory.teams().values().map(|team| {
            let agency = directory.agency_name(team.agency.as_str());
            (team.team.to_string(), format!("{} ({agency})", team.name.as_str()))
        });
        let mut teams: Vec<_> = std::iter::once((String::new(), "No team".to_owned())).chain(named).collect();
        for team in directory.members().values().filter_map(|member| member.actor.team.as_ref()) {
            if !teams.iter().any(|(known, _)| known == team.as_str()) {
                teams.push((team.to_string(), team.to_string()));
            }
        }
        Self { roles: Role::ALL.iter().map(said).collect(), agencies, teams }
    }
}

#[derive(serde::Deserialize)]
struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    role: String,
}

fn line(desk: &Desk, directory: &Directory, user: &User) -> Line {
    let actor = &user.member.actor;
    let roles: Vec<String> = actor.roles.iter().map(|role| desk.words().say("role", role.as_str())).collect();
    let agency = directory.agency_name(actor.agency.as_str());
    let place = match &actor.team {
        Some(team) => format!("{}, {agency}", directory.team_name(team.as_str())),
        None => agency.to_owned(),
    };
    Line {
        account: actor.id.to_string(),
        name: user.member.name.to_string(),
        roles: roles.join(", "),
        place,
        state: desk.words().say("user_state", user.state.as_str()),
        last: user.signed_in_at.map_or_else(|| "Never".to_owned(), when::moment),
        held_up: user.held_up_until.is_some(),
    }
}

async fn users(desk: &Desk, seen: &Seen) -> Result<(Vec<User>, Arc<Directory>), Trouble> {
    let users = desk.ask(seen, Purpose::Management, service::Service::users).await?;
    let directory = desk.before_sign_in(service::Service::directory).await?;
    Ok((users, directory))
}

async fn list(State(desk): State<Desk>, seen: Seen, Query(wanted): Query<Wanted>) -> Result<Response, Trouble> {
    let (everybody, directory) = users(&desk, &seen).await?;
    let fits = |user: &&User| {
        (wanted.state.is_empty() || user.state.as_str() == wanted.state)
            && (wanted.role.is_empty() || user.member.actor.roles.iter().any(|role| role.as_str() == wanted.role))
    };
    let shown = everybody.iter().filter(fits).map(|user| line(&desk, &directory, user)).collect();
    let any = |what: &str| (String::new(), what.to_owned());
    let states = [UserState::NoAccount, UserState::HalfMade, UserState::Ready, UserState::Left];
    let said = |state: &UserState| (state.as_str().to_owned(), desk.words().say("user_state", state.as_str()));
    let roles = Choices::of(&desk, &directory).roles;
    frame::page(&ListPage {
        frame: Frame::of(&desk, &seen, Section::Administration),
        users: shown,
        all: everybody.len(),
        form: Form::suggesting([("state", wanted.state), ("role", wanted.role)]),
        states: std::iter::once(any("Any")).chain(states.iter().map(said)).collect(),
        roles: std::iter::once(any("Any")).chain(roles).collect(),
    })
}

async fn one(State(desk): State<Desk>, seen: Seen, Path(account): Path<String>) -> Result<Response, Trouble> {
    one_page(&desk, &seen, &account, None).await
}

/// The page of one user; with a form that was sent, what was typed into it and what is wrong with it.
async fn one_page(desk: &Desk, seen: &Seen, account: &str, sent: Option<Form>) -> Result<Response, Trouble> {
    let (everybody, directory) = users(desk, seen).await?;
    let user = everybody.iter().find(|user| user.member.actor.id.as_str() == account).ok_or(Trouble::NotFound)?;
    let form = sent.unwrap_or_else(|| change::form_of(&user.member));
    let factors = match (user.has_codes, user.passkeys) {
        (true, 0) => "Authenticator app".to_owned(),
        (true, _) => "Authenticator app and passkeys".to_owned(),
        (false, 0) => "None".to_owned(),
        (false, _) => "Passkeys".to_owned(),
    };
    let page = OnePage {
        frame: Frame::of(desk, seen, Section::Administration),
        user: line(desk, &directory, user),
        factors,
        sessions: user.sessions,
        works_here: user.state != UserState::Left,
        has_account: matches!(user.state, UserState::HalfMade | UserState::Ready),
        is_oneself: seen.actor.id.as_str() == account,
        form,
        choices: Choices::of(desk, &directory),
    };
    frame::page_with(page.form.status(), &page)
}

#[cfg(test)]
mod tests;

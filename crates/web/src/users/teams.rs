//! Agencies and teams as a tree.

use super::ADMINISTRATORS;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use record::{AreaRef, Line, Purpose, TeamRef};
use service::{Agency, Branch, Directory, Service, Team};

const PAGE: &str = "/administration/teams";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(PAGE, ADMINISTRATORS, "agencies and teams", look)
        .post("/administration/teams/agency", ADMINISTRATORS, "name an agency", agency)
        .post("/administration/teams/team", ADMINISTRATORS, "name a team", team)
}

#[derive(Template)]
#[template(path = "users/teams.html")]
struct Page {
    frame: Frame,
    tree: Vec<Leaf>,
    form: Form,
    agencies: Vec<(String, String)>,
    above: Vec<(String, String)>,
    teams: Vec<(String, String)>,
}

/// One row of the tree.
struct Leaf {
    depth: usize,
    branch: Branch,
}

fn flatten(branches: Vec<Branch>, depth: usize, into: &mut Vec<Leaf>) {
    for mut branch in branches {
        let inner = std::mem::take(&mut branch.branches);
        into.push(Leaf { depth, branch });
        flatten(inner, depth + 1, into);
    }
}

async fn look(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    page(&desk, &seen, Form::default()).await
}

async fn page(desk: &Desk, seen: &Seen, form: Form) -> Result<Response, Trouble> {
    desk.ask(seen, Purpose::Management, |service, request| service.staff(request).map(drop)).await?;
    let directory = desk.before_sign_in(Service::directory).await?;
    let mut tree = Vec::new();
    flatten(directory.tree(), 0, &mut tree);
    let agencies = agencies(&directory);
    let none = |what: &str| std::iter::once((String::new(), what.to_owned()));
    let teams = directory.teams().values().map(|team| (team.team.to_string(), team.name.to_string()));
    let page = Page {
        frame: Frame::of(desk, seen, Section::Administration),
        tree,
        form,
        above: none("None").chain(agencies.iter().cloned()).collect(),
        teams: none("None").chain(teams).collect(),
        agencies,
    };
    frame::page_with(page.form.status(), &page)
}

fn agencies(directory: &Directory) -> Vec<(String, String)> {
    directory.agencies().values().map(|agency| (agency.agency.to_string(), agency.name.to_string())).collect()
}

async fn agency(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let reference = AreaRef::try_from(form.get("agency"));
    let name = Line::try_from(form.get("agency-name"));
    let within = match form.get("agency-within") {
        "" => Ok(None),
        above => AreaRef::try_from(above).map(Some),
    };
    if let Err(error) = &reference {
        form.wrong("agency", format!("The reference: {error}."));
    }
    if let Err(error) = &name {
        form.wrong("agency-name", format!("The name: {error}."));
    }
    if within.as_ref().is_ok_and(|within| within.is_some() && within.as_ref() == reference.as_ref().ok()) {
        form.wrong("agency-within", "An agency does not belong to itself: choose another, or none.");
    }
    let (Ok(agency), Ok(name), Ok(within), true) = (reference, name, within, form.mistakes().is_empty()) else {
        return page(&desk, &seen, form).await;
    };
    let said = format!("{} is named.", name.as_str());
    let (agency, id) = (Agency { agency, name, within }, (desk.platform().new_id)(desk.now()));
    desk.ask(&seen, Purpose::Management, move |service, request| service.name_agency(request, id, &agency)).await?;
    Ok(frame::done(&desk, &seen, said, PAGE))
}

async fn team(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let reference = TeamRef::try_from(form.get("team"));
    let name = Line::try_from(form.get("team-name"));
    let agency = AreaRef::try_from(form.get("team-agency"));
    let within = match form.get("team-within") {
        "" => Ok(None),
        above => TeamRef::try_from(above).map(Some),
    };
    if let Err(error) = &reference {
        form.wrong("team", format!("The reference: {error}."));
    }
    if let Err(error) = &name {
        form.wrong("team-name", format!("The name: {error}."));
    }
    if agency.is_err() {
        form.wrong("team-agency", "Choose the agency whose team it is; name the agency first.");
    }
    if within.as_ref().is_ok_and(|within| within.is_some() && within.as_ref() == reference.as_ref().ok()) {
        form.wrong("team-within", "A team does not belong to itself: choose another, or none.");
    }
    let ready = form.mistakes().is_empty();
    let (Ok(team), Ok(name), Ok(agency), Ok(within), true) = (reference, name, agency, within, ready) else {
        return page(&desk, &seen, form).await;
    };
    let said = format!("{} is named.", name.as_str());
    let (team, id) = (Team { team, name, agency, within }, (desk.platform().new_id)(desk.now()));
    desk.ask(&seen, Purpose::Management, move |service, request| service.name_team(request, id, &team)).await?;
    Ok(frame::done(&desk, &seen, said, PAGE))
}

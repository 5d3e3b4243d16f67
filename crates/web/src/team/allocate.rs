//! Allocating a person's cases, or giving them to somebody else, with everybody's workload before and after.

use super::{ACCESS, team_of};
use crate::Desk;
use crate::caseload::kind;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::whose::encoded;
use crate::words::Names;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::supervision::Allocated;
use record::{EventId, Happened, Line, Purpose, TeamRef, WorkerRef};
use service::{Allocation, Entry, Owing, PersonId, ServiceError};
use std::sync::Arc;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/allocate", ACCESS, "whom to allocate a person's cases to", ask).post(
        "/people/{id}/allocate",
        ACCESS,
        "allocate a person's cases",
        allocate,
    )
}

#[derive(serde::Deserialize)]
struct Asked {
    team: Option<String>,
}

/// Somebody who can have the cases, in words.
struct Candidate {
    account: String,
    id: String,
    name: String,
    cases: u64,
    now: String,
    then: String,
    is_over: bool,
    has_it: bool,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "team/allocate.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    form: Form,
    person: String,
    name: String,
    restricted: bool,
    cases: Vec<String>,
    points: i64,
    is_reallocation: bool,
    team: String,
    candidates: Vec<Candidate>,
    /// The address and the name of each.
    other_teams: Vec<(String, String)>,
    points_from: String,
}

async fn ask(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let team = team_of(&seen, asked.team)?;
    let (allocation, bar) = look(&desk, &seen, &id, &team).await?;
    let form = Form::suggesting([("version", allocation.version.to_string()), ("event", new_event(&desk))]);
    show(&desk, &seen, form, allocation, bar)
}

/// The identifier of the event that the form will record: sending the form twice records it once.
fn new_event(desk: &Desk) -> String {
    (desk.platform().new_id)(desk.now()).to_string()
}

/// What there is to allocate, and whose record it is.
async fn look(desk: &Desk, seen: &Seen, id: &str, team: &str) -> Result<(Allocation, Bar), Trouble> {
    let person = PersonId::new(id).map_err(|_| Trouble::NotFound)?;
    let team = team.to_owned();
    let (allocation, part) = desk
        .ask(seen, Purpose::Management, move |service, request| {
            let allocation = service.allocation(request, &person, &team)?;
            Ok((allocation, service.person_part(request, &person, Owing::Nothing, None)?))
        })
        .await?;
    let names = Names { directory: Arc::clone(&allocation.directory), ..Names::default() };
    let base = format!("/people/{}", encoded(allocation.person.as_str()));
    let bar = Bar::beside(desk.words(), &names, &part.record, part.as_at, base);
    Ok((allocation, bar))
}

async fn allocate(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let team = team_of(&seen, Some(form.get("team").to_owned()))?;
    let (allocation, bar) = look(&desk, &seen, &id, &team).await?;
    let chosen = WorkerRef::try_from(form.get("worker")).ok();
    let chosen = chosen.filter(|worker| allocation.candidates.iter().any(|one| one.worker.account == worker.as_str()));
    let changes_hands =
        allocation.current.as_ref().is_some_and(|now| Some(now.as_str()) != chosen.as_ref().map(WorkerRef::as_str));
    let reason = Line::try_from(form.get("reason")).ok();
    if chosen.is_none() {
        form.wrong("worker", "Choose the case manager who is to have the case.");
    }
    if changes_hands && reason.is_none() {
        form.wrong("reason", "Say in a line why the case changes hands.");
    }
    let version = form.get("version").parse().ok();
    let event = form.get("event").parse().ok().map(EventId);
    let team_ref = TeamRef::try_from(team.as_str()).ok();
    let (Some(worker), Some(version), Some(event), Some(team_ref)) = (chosen, version, event, team_ref) else {
        if form.mistakes().is_empty() {
            form.wrong("worker", "The form came back without what it was made of: reload the page and choose again.");
        }
        return show(&desk, &seen, form, allocation, bar);
    };
    if !form.mistakes().is_empty() {
        return show(&desk, &seen, form, allocation, bar);
    }
    let name = allocation.candidates.iter().find(|one| one.worker.account == worker.as_str());
    let said = format!(
        "{} is now allocated to {}.",
        allocation.name,
        name.map_or_else(|| worker.to_string(), |one| one.worker.name.clone())
    );
    let person = allocation.person.clone();
    let recorded = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            let what = Allocated { worker, team: team_ref, reason }.into();
            let entry = Entry { id: event, happened: Happened::on(request.today()), what };
            service.record(request, &person, version, vec![entry])
        })
        .await;
    match recorded {
        Ok(_) => Ok(frame::done(&desk, &seen, said, &format!("/team?team={}", encoded(&team)))),
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Refused(_)) => {
            form.wrong("worker", crate::trouble::capitalised(&error.to_string()));
            show(&desk, &seen, form, allocation, bar)
        }
        Err(other) => Err(other),
    }
}

fn show(desk: &Desk, seen: &Seen, form: Form, allocation: Allocation, bar: Bar) -> Result<Response, Trouble> {
    let cases = allocation.cases.iter().map(|(case, one, level)| {
        let level = level.as_deref().map_or_else(
            || "level not set".to_owned(),
            |level| format!("{} level", desk.words().inside("level", level)),
        );
        format!("{} {case}, {level}", kind(desk, one))
    });
    let chosen = form.get("worker").to_owned();
    let candidates = allocation.candidates.into_iter().enumerate().map(|(n, one)| Candidate {
        // The summary of mistakes leads to the first.
        id: if n == 0 { "worker".to_owned() } else { format!("worker-{n}") },
        now: format!("{} of {} ({}%)", one.worker.points(), one.worker.capacity, one.worker.percent()),
        then: format!("{} of {} ({}%)", one.after, one.worker.capacity, one.percent_after),
        is_over: one.after > one.worker.capacity,
        has_it: one.has_it,
        chosen: one.worker.account == chosen,
        cases: one.worker.cases,
        name: one.worker.name,
        account: one.worker.account,
    });
    let page = Page {
        frame: Frame::of(desk, seen, Section::Team),
        bar,
        person: encoded(allocation.person.as_str()),
        name: allocation.name,
        restricted: allocation.restricted,
        cases: cases.collect(),
        points: allocation.points,
        is_reallocation: allocation.current.is_some(),
        candidates: candidates.collect(),
        other_teams: allocation
            .other_teams
            .iter()
            .map(|team| (encoded(team), allocation.directory.team_name(team).to_owned()))
            .collect(),
        team: allocation.team,
        points_from: allocation.points_from,
        form,
    };
    frame::page_with(page.form.status(), &page)
}

//! What a worker can carry from a day on: part-time, newly qualified, on leave.

use super::ACCESS;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use record::{Line, Purpose, WorkerRef};
use service::{Capacity, TeamWorker};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/team/capacity/{worker}", ACCESS, "what a worker can carry", ask).post(
        "/team/capacity/{worker}",
        ACCESS,
        "say what a worker can carry",
        set,
    )
}

#[derive(Template)]
#[template(path = "team/capacity.html")]
struct Page {
    frame: Frame,
    form: Form,
    account: String,
    name: String,
    now: String,
}

/// The worker as their team's page shows them.
async fn look(desk: &Desk, seen: &Seen, account: &str) -> Result<(TeamWorker, String), Trouble> {
    let worker = WorkerRef::try_from(account).map_err(|_| Trouble::NotFound)?;
    desk.ask(seen, Purpose::Management, move |service, request| service.worker_of_team(request, &worker)).await
}

async fn ask(State(desk): State<Desk>, seen: Seen, Path(account): Path<String>) -> Result<Response, Trouble> {
    let (worker, _) = look(&desk, &seen, &account).await?;
    let today = when::day_of(desk.now()).strftime("%-d/%-m/%Y").to_string();
    let event = (desk.platform().new_id)(desk.now()).to_string();
    let form = Form::suggesting([("points", worker.capacity.to_string()), ("from", today), ("event", event)]);
    show(&desk, &seen, form, &worker)
}

async fn set(
    State(desk): State<Desk>,
    seen: Seen,
    Path(account): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (worker, team) = look(&desk, &seen, &account).await?;
    let points = form.get("points").parse::<u16>().ok().filter(|points| (1..=1_000).contains(points));
    if points.is_none() {
        form.wrong("points", "Write the points as a whole number from 1 to 1000, such as 60.");
    }
    let from = jiff::civil::Date::strptime("%d/%m/%Y", form.get("from")).ok();
    if from.is_none() {
        form.wrong("from", "Write the day as 9/3/2026.");
    }
    let reason = Line::try_from(form.get("reason")).ok();
    if reason.is_none() {
        form.wrong("reason", "Say in a line why, such as \"three days a week\".");
    }
    let event = form.get("event").parse().ok();
    let (Some(points), Some(from), Some(reason), Some(event)) = (points, from, reason, event) else {
        return show(&desk, &seen, form, &worker);
    };
    let id = WorkerRef::try_from(worker.account.as_str()).map_err(|_| Trouble::NotFound)?;
    desk.ask(&seen, Purpose::Management, move |service, request| {
        service.set_capacity(request, event, &id, &Capacity { from, points, reason })
    })
    .await?;
    let said = format!("{} can carry {points} points from {} on.", worker.name, when::day(from));
    Ok(frame::done(&desk, &seen, said, &format!("/team?team={}", crate::whose::encoded(&team))))
}

fn show(desk: &Desk, seen: &Seen, form: Form, worker: &TeamWorker) -> Result<Response, Trouble> {
    let page = Page {
        frame: Frame::of(desk, seen, Section::Team),
        account: crate::whose::encoded(&worker.account),
        name: worker.name.clone(),
        now: format!(
            "{} of {} points ({}%) with {} running cases",
            worker.points(),
            worker.capacity,
            worker.percent(),
            worker.cases
        ),
        form,
    };
    frame::page_with(page.form.status(), &page)
}

//! Alarms about how records are used, for managers and auditors: who was stopped, what nobody reviewed in time, and what became
//! of it.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use record::Purpose;
use serde::Deserialize;
use service::{AlarmKind, AlarmView, Role, ServiceError};
use uuid::Uuid;

const PATH: &str = "/administration/alarms";
/// Rows of a page: as many as the service answers.
const ON_A_PAGE: usize = 50;
/// Who sees alarms; of which agency, the policies decide.
const READERS: Access = Access::Only(&[Role::TeamManager, Role::Auditor]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, READERS, "alarms about how records are used", show).post(
        "/administration/alarms/{alarm}",
        READERS,
        "say what became of an alarm",
        settle,
    )
}

/// Where the page before ended, in microseconds since the epoch.
#[derive(Deserialize)]
struct Asked {
    before: Option<i64>,
}

struct Row {
    id: String,
    at: String,
    by: String,
    what: String,
    /// The opening to review, for managers.
    review: Option<String>,
    is_own: bool,
    settled: Option<String>,
    /// What was typed that does not do yet.
    form: Form,
}

impl Row {
    fn of(seen: &Seen, alarm: AlarmView, form: Option<&Form>) -> Self {
        let what = match alarm.kind {
            AlarmKind::ManyPeople => {
                format!("Opened the records of {} people within an hour, and was stopped.", alarm.people)
            }
            AlarmKind::Unreviewed => {
                "Opened another team’s case with a reason, and no manager has reviewed it in time.".to_owned()
            }
        };
        let manages = seen.actor.roles.contains(&Role::TeamManager);
        let opening = alarm.opening.filter(|_| manages);
        Self {
            id: alarm.id.to_string(),
            at: when::moment(alarm.at),
            what,
            review: opening.map(|(person, id)| format!("/people/{}/openings/{id}", encoded(person.as_str()))),
            is_own: alarm.account == seen.actor.id.as_str(),
            by: alarm.name,
            settled: alarm.settled.map(|settled| {
                format!("{} {}, {}.", settled.said, settled.by_name, when::short_day(when::day_of(settled.at)))
            }),
            form: form.cloned().unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "administration/alarms.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<String>,
    /// What was typed that does not do yet.
    form: Form,
}

async fn show(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let before = asked.before.and_then(|before| Timestamp::from_microsecond(before).ok());
    page(&desk, &seen, before, None).await
}

async fn page(
    desk: &Desk,
    seen: &Seen,
    before: Option<Timestamp>,
    typed: Option<(String, Form)>,
) -> Result<Response, Trouble> {
    let found = desk.ask(seen, Purpose::Audit, move |service, request| service.alarms(request, before)).await?;
    let last = found.last().filter(|_| found.len() == ON_A_PAGE);
    let older = last.map(|last| format!("{PATH}?before={}", last.at.as_microsecond()));
    let form_of =
        |alarm: &AlarmView| typed.as_ref().filter(|(id, _)| *id == alarm.id.to_string()).map(|(_, form)| form.clone());
    let rows = found
        .into_iter()
        .map(|alarm| {
            let form = form_of(&alarm);
            Row::of(seen, alarm, form.as_ref())
        })
        .collect();
    let form = typed.map(|(_, form)| form).unwrap_or_default();
    let page = Page { frame: Frame::of(desk, seen, Section::Administration), rows, older, form };
    frame::page_with(page.form.status(), &page)
}

async fn settle(
    State(desk): State<Desk>,
    seen: Seen,
    Path(alarm): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let id: Uuid = alarm.parse().map_err(|_| Trouble::NotFound)?;
    let said = form.get("said").to_owned();
    let settled =
        desk.ask(&seen, Purpose::Audit, move |service, request| service.settle_alarm(request, id, &said)).await;
    match settled {
        Ok(()) => Ok(frame::done(&desk, &seen, "What became of the alarm is noted.", PATH)),
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            form.wrong("said", error.to_string());
            page(&desk, &seen, None, Some((alarm, form))).await
        }
        Err(trouble) => Err(trouble),
    }
}

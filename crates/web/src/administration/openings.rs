//! Records that were opened with a reason, for the auditor: who, which record, why, and what a manager said of it.

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use record::Purpose;
use serde::Deserialize;
use service::{OpenedRecord, Role};

const PATH: &str = "/administration/openings";
/// Rows of a page: as many as the service answers.
const ON_A_PAGE: usize = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Only(&[Role::Auditor]), "records that were opened with a reason", show)
}

/// Where the page before ended, in microseconds since the epoch.
#[derive(Deserialize)]
struct Asked {
    before: Option<i64>,
}

struct Row {
    at: String,
    by: String,
    person: String,
    log: String,
    reason: String,
    until: String,
    reviewed: String,
}

impl Row {
    fn of(opened: OpenedRecord) -> Self {
        let person = opened.person.as_str().to_owned();
        Self {
            at: when::moment(opened.at),
            by: opened.by_name,
            log: format!("/people/{}/access", encoded(&person)),
            person,
            reason: opened.reason,
            until: when::time(when::local(opened.until).time()),
            reviewed: match opened.reviewed {
                None => "Not reviewed yet".to_owned(),
                Some(reviewed) => {
                    let said = if reviewed.accepted { "Accepted" } else { "To be followed up" };
                    format!("{said}, {}, {}", reviewed.by_name, when::short_day(when::day_of(reviewed.at)))
                }
            },
        }
    }
}

#[derive(Template)]
#[template(path = "administration/openings.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<String>,
}

async fn show(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let before = asked.before.and_then(|before| Timestamp::from_microsecond(before).ok());
    let found =
        desk.ask(&seen, Purpose::Audit, move |service, request| service.opened_records(request, before)).await?;
    let last = found.last().filter(|_| found.len() == ON_A_PAGE);
    frame::page(&Page {
        frame: Frame::of(&desk, &seen, Section::Administration),
        older: last.map(|last| format!("{PATH}?before={}", last.at.as_microsecond())),
        rows: found.into_iter().map(Row::of).collect(),
    })
}

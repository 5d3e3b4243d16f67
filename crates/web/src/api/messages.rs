//! Messages to a person about their appointments, and what became of each.

use super::CASEWORK;
use super::operation::{Api, Operation};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::sent::{Asked, Of, Why, answer};
use crate::Desk;
use crate::session::Seen;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use schemars::JsonSchema;
use serde::Serialize;
use service::NoticeView;

pub(super) fn operations(api: Api) -> Api {
    api.operation(
        Operation::get(
            "/api/v1/people/{person}/messages",
            CASEWORK,
            "people",
            "Messages about a person's appointments",
        )
        .says("What is planned and what became of what was sent, the latest appointment first.")
        .query::<Paging>()
        .of_case()
        .answers::<Page<MessageShown>>(200),
        messages,
    )
}

/// A message about an appointment.
#[derive(Debug, Serialize, JsonSchema)]
struct MessageShown {
    /// The day of the appointment.
    on: Date,
    /// Its time.
    at: Option<Time>,
    /// `text` or `email`.
    way: String,
    /// `reminder`, `moved` or `cancelled`.
    about: String,
    /// `planned`, `sending`, `sent`, `unclear`, `failed` or `dropped`.
    state: String,
    /// When it is to be sent; for one that was sent, or will not be, when that was decided.
    when: Timestamp,
    /// Why it is in this state.
    reason: Option<String>,
    /// What was written, word for word.
    said: Option<String>,
    /// To where, shortened.
    sent_to: Option<String>,
}

impl From<NoticeView> for MessageShown {
    fn from(notice: NoticeView) -> Self {
        Self {
            on: notice.on,
            at: notice.at,
            way: notice.way,
            about: notice.about,
            state: notice.state,
            when: notice.when,
            reason: notice.reason,
            said: notice.said,
            sent_to: notice.sent_to,
        }
    }
}

async fn messages(
    State(desk): State<Desk>,
    seen: Seen,
    Of(id): Of,
    Asked(paging): Asked<Paging>,
    why: Why,
) -> Result<Response, Problem> {
    let notices = why.ask(&desk, &seen, move |service, request| service.notices(request, &id)).await?;
    // Numbered from the oldest, so that a message that is planned meanwhile moves no page.
    let of = notices.len();
    let numbered = notices.into_iter().enumerate().map(|(n, notice)| (of - n, MessageShown::from(notice))).collect();
    let page = paging.of(numbered, |(n, _): &(usize, MessageShown)| n.to_string())?;
    let items = page.items.into_iter().map(|(_, message)| message).collect();
    Ok(answer(StatusCode::OK, Page { items, next: page.next }))
}

//! The work of a plan as a board: a column for each stage, a card for each piece of work.

use super::part::{Part, tree};
use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::action::Stage;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/board", STAFF, "a plan's work as a board", board)
}

/// A column of the board.
struct Column {
    id: &'static str,
    title: &'static str,
    cards: Vec<Part>,
}

#[derive(Template)]
#[template(path = "plans/board.html")]
struct Page {
    frame: Frame,
    head: Head,
    columns: Vec<Column>,
}

async fn board(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/board");
    let parts = tree(&view.plan, desk.rules().rag(), &head.base, view.judged_on);
    let mut columns = [
        (Stage::NotBegun, "not-begun", "Not begun"),
        (Stage::UnderWay, "under-way", "Under way"),
        (Stage::Done, "done", "Done"),
        (Stage::Stopped, "stopped", "Stopped"),
    ]
    .map(|(stage, id, title)| (stage, Column { id, title, cards: Vec::new() }));
    for part in parts.into_iter().filter(|part| part.is_work) {
        if let Some((_, column)) = columns.iter_mut().find(|(stage, _)| *stage == part.stage) {
            column.cards.push(part);
        }
    }
    let columns = columns.into_iter().map(|(_, mut column)| {
        column
            .cards
            .sort_by_key(|card| (std::cmp::Reverse(card.colour), card.due_on.unwrap_or(jiff::civil::Date::MAX)));
        column
    });
    crate::frame::page(&Page { frame: frame(&desk, &seen), head, columns: columns.collect() })
}

//! The work of a plan along its years: a drawing, and the same as a table.

use super::part::{Part, tree};
use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/timeline", STAFF, "a plan's work along its years", timeline)
}

/// How wide the drawing's time is, and how high a row, in its own units.
const WIDTH: i64 = 700;
const LEFT: i64 = 110;
const ROW: i64 = 16;
const TOP: i64 = 22;

/// A bar: from when to when, in the drawing's units.
struct Bar {
    id: String,
    y: i64,
    text_y: i64,
    x: i64,
    width: i64,
    colour: &'static str,
}

/// A line that marks the beginning of a year of the plan, or today.
struct Mark {
    x: i64,
    text: String,
    is_today: bool,
}

#[derive(Template)]
#[template(path = "plans/timeline.html")]
struct Page {
    frame: Frame,
    head: Head,
    width: i64,
    height: i64,
    bars: Vec<Bar>,
    marks: Vec<Mark>,
    rows: Vec<(Part, String)>,
    undated: usize,
}

/// The time that the drawing shows.
#[derive(Clone, Copy)]
struct Scale {
    from: Date,
    days: i64,
}

impl Scale {
    fn x(self, day: Date) -> i64 {
        let since = i64::from((day - self.from).get_days()).clamp(0, self.days);
        LEFT + since * WIDTH / self.days
    }
}

async fn timeline(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/timeline");
    let parts = tree(&view.plan, desk.rules().rag(), &head.base, view.judged_on);
    let work: Vec<Part> = parts.into_iter().filter(|part| part.is_work).collect();
    let opened = view.plan.opened.as_ref();
    let from = opened.map_or(view.judged_on, |opened| opened.from);
    let last = work.iter().filter_map(|part| part.due_on).chain(opened.map(|opened| opened.to)).max();
    let days = i64::from((last.unwrap_or(from) - from).get_days()).max(1);
    let scale = Scale { from, days };
    let years = opened.map_or(0, planning::plan::Opened::years);
    let mut marks: Vec<Mark> = (1..=years)
        .filter_map(|year| {
            let x = scale.x(opened?.year_begins(year));
            Some(Mark { x, text: format!("Year {year}"), is_today: false })
        })
        .collect();
    if (from..=last.unwrap_or(from)).contains(&view.judged_on) {
        marks.push(Mark { x: scale.x(view.judged_on), text: "today".to_owned(), is_today: true });
    }
    let all = work.len();
    let mut dated: Vec<Part> = work.into_iter().filter(|part| part.due_on.is_some()).collect();
    dated.sort_by_key(|part| (part.from.unwrap_or(from), part.due_on));
    let bars = (0..).zip(&dated).filter_map(|(n, part)| {
        let (begins, due) = (scale.x(part.from.unwrap_or(from)), scale.x(part.due_on?));
        let y = TOP + n * ROW;
        let (x, width) = (begins, (due - begins).max(3));
        Some(Bar { id: part.id.clone(), y: y + 3, text_y: y + 12, x, width, colour: part.word })
    });
    let bars: Vec<Bar> = bars.collect();
    let height = TOP + ROW * i64::try_from(bars.len()).unwrap_or_default() + 6;
    let begins = |part: &Part| part.from.map(when::short_day).unwrap_or_default();
    let page = Page {
        frame: frame(&desk, &seen),
        head,
        width: LEFT + WIDTH + 10,
        height,
        bars,
        marks,
        undated: all - dated.len(),
        rows: dated.into_iter().map(|part| (begins(&part), part)).map(|(begins, part)| (part, begins)).collect(),
    };
    crate::frame::page(&page)
}

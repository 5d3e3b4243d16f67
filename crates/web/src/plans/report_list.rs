//! The reports about a plan: each kind with its latest periods, and how each stands.

use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::words::many;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::report::{Period, ReportKind};
use service::PlanView;

/// How many periods of each kind are listed.
const PERIODS: usize = 4;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/reports", STAFF, "the reports about a plan", list)
}

/// A kind of report with its latest periods.
struct Listed {
    title: String,
    source: String,
    /// Where each leads, what it is called, and how it stands.
    periods: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "plans/reports.html")]
struct ListPage {
    frame: Frame,
    head: Head,
    reports: Vec<Listed>,
}

async fn list(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/reports");
    let kinds = desk.rules().reports().reports.iter();
    let reports = kinds.map(|rule| Listed {
        title: rule.title.clone(),
        source: rule.source.clone(),
        periods: periods(rule.kind, &view, &head.base),
    });
    crate::frame::page(&ListPage { frame: frame(&desk, &seen), reports: reports.collect(), head })
}

/// The latest periods of a kind of report, the one that is running among them.
fn periods(kind: ReportKind, view: &PlanView, base: &str) -> Vec<(String, String, String)> {
    let mut period = Period::of(kind, view.judged_on);
    let mut listed = Vec::new();
    for _ in 0..PERIODS {
        let written = view.plan.report(kind, period);
        let sections = written.map_or(0, |report| report.passages.len());
        let published = written.and_then(|report| report.published.as_ref());
        let standing = match (written.and_then(|report| report.issued), published) {
            (_, Some((on, _))) => format!("published on {}", when::short_day(*on)),
            (Some((on, _)), None) => format!("issued on {}", when::short_day(on)),
            _ if sections > 0 => format!("draft, {} written", many(sections, "section", "sections")),
            _ if period.to >= view.judged_on => "the period is running".to_owned(),
            _ => "nothing written yet".to_owned(),
        };
        listed.push((format!("{base}/reports/{}/{period}", kind.as_str()), period.words(), standing));
        period = Period::of(kind, period.from.yesterday().unwrap_or(period.from));
    }
    listed
}

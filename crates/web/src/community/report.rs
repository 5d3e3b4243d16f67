//! A published report about a plan, which anybody may read: as a page, and as a document to be printed.

use super::plan::public;
use super::{Perhaps, around};
use crate::Desk;
use crate::frame::{self, Frame};
use crate::routes::{Access, Routes};
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use planning::report::{Paragraph, Period, Published, ReportKind};
use service::PublicPlan;
use tokio::sync::Semaphore;

/// One document is set at a time for the public, and staff do not wait for it.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

pub(super) fn routes(routes: Routes) -> Routes {
    let here = "/community/plans/{plan}/reports/{kind}/{period}";
    routes.get(here, Access::Everybody, "a published report about a plan", show).get(
        "/community/plans/{plan}/reports/{kind}/{period}/document.pdf",
        Access::Everybody,
        "a published report as a document to be printed",
        pdf,
    )
}

#[derive(Template)]
#[template(path = "community/report.html")]
struct Page {
    frame: Frame,
    plan: String,
    plan_title: String,
    title: String,
    period: String,
    published: String,
    about: Vec<String>,
    pdf: Option<String>,
    content: Vec<Paragraph>,
}

/// The published report that an address names.
fn found(public: &PublicPlan, kind: &str, period: &str) -> Result<(String, Published), Trouble> {
    let kind = ReportKind::named(kind).ok_or(Trouble::NotFound)?;
    let period = Period::parse(kind, period).map_err(|_| Trouble::NotFound)?;
    let report = public.plan.report(kind, period).and_then(|report| report.published.clone());
    let (on, published) = report.ok_or(Trouble::NotFound)?;
    Ok((when::day(on), published))
}

async fn show(
    State(desk): State<Desk>,
    seen: Perhaps,
    Path((id, kind, period)): Path<(String, String, String)>,
) -> Result<Response, Trouble> {
    let (id, public) = public(&desk, &id).await?;
    let (on, report) = found(&public, &kind, &period)?;
    let plan = format!("/community/plans/{}", encoded(id.as_str()));
    let words = Period::parse(report.report, report.period.as_str()).map(Period::words);
    let page = Page {
        frame: around(&desk, seen),
        pdf: desk.config().pdf.map(|_| format!("{plan}/reports/{kind}/{period}/document.pdf")),
        plan,
        plan_title: public.plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default(),
        title: report.title.to_string(),
        period: words.unwrap_or_default(),
        published: on,
        about: report.about.iter().map(ToString::to_string).collect(),
        content: report.content,
    };
    frame::page(&page)
}

async fn pdf(
    State(desk): State<Desk>,
    Path((id, kind, period)): Path<(String, String, String)>,
) -> Result<Response, Trouble> {
    let set = desk.config().pdf.ok_or(Trouble::NotFound)?;
    let (id, public) = public(&desk, &id).await?;
    let (_, report) = found(&public, &kind, &period)?;
    let document = service::published_document(&public.plan, &report).map_err(Trouble::from)?;
    let _turn = AT_ONCE.acquire().await.map_err(|error| Trouble::internal(&error))?;
    let bytes = desk.at_rest(move || set(&document).map_err(|error| Trouble::internal(&error))).await?;
    let name = format!("attachment; filename=\"{}-{kind}-{period}.pdf\"", id.as_str().replace('/', "-"));
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

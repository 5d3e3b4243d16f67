//! A public plan as a document.

use super::{Perhaps, around};
use crate::Desk;
use crate::frame::{self, Frame};
use crate::plans::Document;
use crate::plans::partnership::{Held, meetings};
use crate::routes::{Access, Routes};
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use planning::report::Period;
use service::{PlanId, PublicPlan};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/community/plans/{plan}", Access::Everybody, "a public plan as a document", plan)
}

#[derive(Template)]
#[template(path = "community/plan.html")]
struct Page {
    frame: Frame,
    document: Document,
    made: String,
    meetings: Vec<Held>,
    /// Where each published report is, what it is called, and when it was published.
    reports: Vec<(String, String, String)>,
    /// Title, day and text of what is told.
    stories: Vec<(String, String, String)>,
}

/// The public plan that an address names.
pub(super) async fn public(desk: &Desk, id: &str) -> Result<(PlanId, PublicPlan), Trouble> {
    let id = PlanId::new(id).map_err(|_| Trouble::NotFound)?;
    let (asked, now) = (id.clone(), desk.now());
    let plan = desk.before_sign_in(move |service| service.public_plan(&asked, now)).await?;
    Ok((id, plan))
}

async fn plan(State(desk): State<Desk>, seen: Perhaps, Path(id): Path<String>) -> Result<Response, Trouble> {
    let (id, public) = public(&desk, &id).await?;
    let document = Document::of(&public.plan, desk.rules().rag(), &public.change_log, "", public.today);
    let made = when::day(public.today);
    let meetings = meetings(&public.plan, public.today, |meeting| meeting.called.public);
    let told = public.plan.stories.values().filter(|story| story.is_public_on(public.today));
    let stories = told.filter_map(|story| {
        let on = when::day(story.published_on?);
        Some((story.written.title.to_string(), on, story.written.text.to_string()))
    });
    let published = public.plan.reports.values().filter_map(|report| report.published.as_ref());
    let reports = published.map(|(on, report)| {
        let (kind, period) = (report.report, &report.period);
        let words = Period::parse(kind, period.as_str()).map(Period::words).unwrap_or_default();
        let href = format!("/community/plans/{}/reports/{}/{period}", encoded(id.as_str()), kind.as_str());
        (href, format!("{}: {words}", report.title), when::day(*on))
    });
    let page = Page {
        frame: around(&desk, seen),
        document,
        made,
        meetings,
        reports: reports.collect(),
        stories: stories.collect(),
    };
    frame::page(&page)
}

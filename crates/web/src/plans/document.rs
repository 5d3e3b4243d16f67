//! A plan as a document to be read from beginning to end, and printed.

use super::history::Version;
use super::part::{Part, body, tree};
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
use planning::Plan;
use planning::rag::RagRule;
use planning::version::{Entry, change_log};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/document", STAFF, "a plan as a document", document)
}

/// A plan as a document.
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) owner: String,
    pub(crate) paper: String,
    pub(crate) vision: String,
    pub(crate) holds: String,
    pub(crate) framework: Vec<(String, String)>,
    pub(crate) partners: Vec<(String, Vec<String>)>,
    pub(crate) parts: Vec<Part>,
    pub(crate) indicators: Vec<(String, String, String)>,
    pub(crate) risks: Vec<(String, Vec<String>)>,
    pub(crate) versions: Vec<Version>,
}

impl Document {
    pub(crate) fn of(plan: &Plan, rule: &RagRule, log: &[Entry], base: &str, today: Date) -> Self {
        let opened = plan.opened.as_ref();
        let partners = plan.partners.values().filter(|partner| partner.left.is_none()).map(|partner| {
            let duties = partner.joined.duties.iter().map(ToString::to_string).collect();
            (partner.joined.name.to_string(), duties)
        });
        let indicators = plan
            .indicators
            .values()
            .map(|one| (one.defined.name.to_string(), one.defined.definition.to_string(), one.against_target().1));
        let risks = plan.risks.values().filter(|risk| risk.closed.is_none()).map(|risk| {
            let mitigation = risk.noted.mitigation.iter().map(ToString::to_string).collect();
            (risk.noted.text.to_string(), mitigation)
        });
        Self {
            title: super::title(plan),
            about: super::about(plan),
            owner: opened.map(|opened| body(plan, &opened.owner)).unwrap_or_default(),
            paper: opened.and_then(|opened| opened.paper.as_ref()).map(ToString::to_string).unwrap_or_default(),
            vision: plan.vision.as_ref().map(ToString::to_string).unwrap_or_default(),
            holds: plan.commitments.counts_in_words(),
            framework: plan.framework.values().map(|one| (one.id.to_string(), one.text.to_string())).collect(),
            partners: partners.collect(),
            parts: tree(plan, rule, base, today),
            indicators: indicators.collect(),
            risks: risks.collect(),
            versions: log.iter().map(|entry| Version::of(entry, None)).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "plans/document.html")]
struct Page {
    frame: Frame,
    head: Head,
    document: Document,
    made: String,
}

async fn document(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/document");
    let log = change_log(&view.history);
    let document = Document::of(&view.plan, desk.rules().rag(), &log, &head.base, view.judged_on);
    let made = when::day(view.judged_on);
    crate::frame::page(&Page { frame: frame(&desk, &seen), head, document, made })
}

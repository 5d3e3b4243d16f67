//! A report about a plan: what was written beside its figures, as a page and as a document to be printed; for planners, writing a
//! section, issuing the whole, and publishing what was issued.

use super::{Head, STAFF, Said, Then, can_be_mended, event, frame, fresh, look, record};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use measure::grid::{self, Grid};
use planning::report::{Issued, Period, ReportKind, Told};
use planning::{Line, Note, SectionRef, What};
use record::Purpose;
use service::{AsOf, FigureName, PlanId, PlanReport, PlanView, ReportAsked};
use tokio::sync::Semaphore;

/// The most people on record whose figures are made while somebody waits.
const MOST_PEOPLE: u64 = 20_000;
/// Characters of a cell that is not broken into lines: "30 September 2026".
const SHORT: usize = 17;

/// Setting a document takes a processor for a while: one at a time, so that the desk stays quick for the others.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/plans/{plan}/reports/{kind}/{period}", STAFF, "a report about a plan", show)
        .post("/plans/{plan}/reports/{kind}/{period}", STAFF, "write a section of a report, or issue it", write)
        .get("/plans/{plan}/reports/{kind}/{period}/document.pdf", STAFF, "a report as a document to be printed", pdf)
        .get("/plans/{plan}/reports/{kind}/{period}/figures/{figure}", STAFF, "a figure of a report as a file", figure)
}

/// A figure as a table, with where it can be had as a file.
struct Figure {
    name: &'static str,
    href: String,
    title: String,
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
    notes: String,
}

/// A cell with the heading of its column.
struct Cell {
    heading: String,
    words: String,
    is_figure: bool,
    /// A day or a reference, which does not break.
    is_short: bool,
}

impl Figure {
    fn of(name: FigureName, grid: &Grid, href: String) -> Self {
        let row = |row: &Vec<grid::Cell>| {
            let cells = row.iter().zip(&grid.columns);
            let cells = cells.map(|(cell, column)| {
                let words = cell.words();
                let is_short = words.chars().count() <= SHORT;
                Cell { heading: column.title.clone(), words, is_figure: column.figures, is_short }
            });
            cells.collect()
        };
        Self {
            name: name.name(),
            href,
            title: grid.title.clone(),
            columns: grid.columns.iter().map(|column| (column.title.clone(), column.figures)).collect(),
            rows: grid.rows.iter().map(row).collect(),
            notes: grid.notes.join(" "),
        }
    }
}

struct Section {
    id: String,
    field: String,
    heading: String,
    source: String,
    asks: String,
    text: String,
    written: String,
    figures: Vec<Figure>,
}

#[derive(Template)]
#[template(path = "plans/report.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    title: String,
    period: String,
    about: String,
    standing: String,
    /// Where the report can be read as it was issued.
    issued: Option<String>,
    pdf: Option<String>,
    may_write: bool,
    may_issue: bool,
    may_publish: bool,
    /// Where anybody can read it.
    public: Option<String>,
    sections: Vec<Section>,
}

/// Which report an address names: `?issued=yes` for the report as it was issued.
#[derive(Clone, Copy)]
struct Asked {
    kind: ReportKind,
    period: Period,
    issued: bool,
}

#[derive(Default, serde::Deserialize)]
struct How {
    #[serde(default)]
    issued: String,
}

impl Asked {
    fn read(kind: &str, period: &str, how: &How) -> Result<Self, Trouble> {
        let kind = ReportKind::named(kind).ok_or(Trouble::NotFound)?;
        let period = Period::parse(kind, period).map_err(|_| Trouble::NotFound)?;
        Ok(Self { kind, period, issued: how.issued == "yes" })
    }

    fn query(self) -> &'static str {
        if self.issued { "?issued=yes" } else { "" }
    }
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, kind, period)): Path<(String, String, String)>,
    Query(how): Query<How>,
) -> Result<Response, Trouble> {
    let asked = Asked::read(&kind, &period, &how)?;
    let (id, view) = look(&desk, &seen, &id, &Then::default()).await?;
    page(&desk, &seen, &id, view, asked, fresh(&desk, [])).await
}

/// The report, with the plan that it is about.
async fn made(
    desk: &Desk,
    seen: &Seen,
    id: &PlanId,
    view: PlanView,
    asked: Asked,
) -> Result<(PlanView, PlanReport), Trouble> {
    let (id, which) = (id.clone(), report_of(&view, asked)?);
    desk.ask(seen, Purpose::Management, move |service, request| {
        let report = match which.known_at {
            None => service.plan_report(request, &view, &which)?,
            Some(moment) => {
                let then = service.plan(request, &id, &AsOf::KnownAt(moment))?;
                service.plan_report(request, &then, &which)?
            }
        };
        Ok((view, report))
    })
    .await
}

/// What to ask the service for; as issued there is only what was issued.
fn report_of(view: &PlanView, asked: Asked) -> Result<ReportAsked, Trouble> {
    let issued = view.plan.report(asked.kind, asked.period).and_then(|report| report.issued);
    let known_at: Option<Timestamp> =
        if asked.issued { Some(issued.map(|(_, at)| at).ok_or(Trouble::NotFound)?) } else { None };
    Ok(ReportAsked { kind: asked.kind, period: asked.period, known_at, most_people: MOST_PEOPLE })
}

async fn page(
    desk: &Desk,
    seen: &Seen,
    id: &PlanId,
    view: PlanView,
    asked: Asked,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (view, report) = made(desk, seen, id, view, asked).await?;
    let head = Head::of(id, &view, &Then::default(), "/reports");
    let here = format!("{}/reports/{}/{}", head.base, asked.kind.as_str(), asked.period);
    let is_issued = report.issued_on.is_some();
    let published = view.plan.report(asked.kind, asked.period).and_then(|report| report.published.as_ref());
    let is_over = asked.period.to < view.judged_on;
    let standing = match (asked.issued, report.issued_on) {
        (true, Some(on)) => format!("This is the report as it was issued on {}.", when::day(on)),
        (false, Some(on)) => {
            format!("It was issued on {}. This page shows it with what is known today.", when::day(on))
        }
        (_, None) if !is_over => "Draft: its period is running, so its figures will change.".to_owned(),
        (_, None) => "Draft.".to_owned(),
    };
    for section in &report.sections {
        let field = field(section.id.as_str());
        if form.raw(&field).is_empty()
            && let Some(passage) = &section.passage
        {
            form.set(&field, passage.text.as_str());
        }
    }
    let sections = report.sections.iter().map(|section| section_of(section, &here, asked.query()));
    let page = Page {
        frame: frame(desk, seen),
        version: view.version,
        title: report.title.clone(),
        period: report.period.words(),
        about: format!("Made under {}. Figures as known on {}.", report.source, when::day(report.made_on)),
        standing,
        issued: (is_issued && !asked.issued).then(|| format!("{here}?issued=yes")),
        pdf: desk.config().pdf.map(|_| format!("{here}/document.pdf{}", asked.query())),
        may_write: head.may_record && !asked.issued,
        may_issue: head.may_record && is_over && !is_issued,
        may_publish: head.may_record && asked.issued && published.is_none(),
        public: published.map(|_| format!("/community{here}")),
        sections: sections.collect(),
        action: here,
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

fn section_of(section: &service::ReportSection, here: &str, query: &str) -> Section {
    let figures = section.figures.iter();
    let figures = figures.map(|(name, grid)| Figure::of(*name, grid, format!("{here}/figures/{}{query}", name.name())));
    let passage = section.passage.as_ref();
    Section {
        id: section.id.to_string(),
        field: field(section.id.as_str()),
        heading: section.heading.clone(),
        source: section.source.clone(),
        asks: section.asks.clone(),
        text: passage.map(|passage| passage.text.to_string()).unwrap_or_default(),
        written: passage.map(|one| format!("{}, {}", one.by, when::short_day(one.on))).unwrap_or_default(),
        figures: figures.collect(),
    }
}

/// The field in which a section is written.
fn field(section: &str) -> String {
    format!("text-{section}")
}

async fn write(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, kind, period)): Path<(String, String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let asked = Asked::read(&kind, &period, &How::default())?;
    let (plan, view) = look(&desk, &seen, &id, &Then::default()).await?;
    if form.get("publish") == "yes" {
        return publish(&desk, &seen, (plan, view), asked, form).await;
    }
    let period = Line::try_from(asked.period.to_string()).map_err(|_| Trouble::NotFound)?;
    let here = format!("/plans/{}/reports/{kind}/{}", crate::whose::encoded(plan.as_str()), asked.period);
    let (what, at, done): (What, String, _) = if form.get("issue") == "yes" {
        let issued = Issued { report: asked.kind, period };
        (issued.into(), "issue".to_owned(), ("The report is issued.", here))
    } else {
        let section = SectionRef::try_from(form.get("section")).ok();
        let rule = desk.rules().reports().of(asked.kind);
        let known = |id: &SectionRef| rule.is_some_and(|rule| rule.sections.iter().any(|section| section.id == *id));
        let section = section.filter(known).ok_or(Trouble::NotFound)?;
        let field = field(section.as_str());
        let Ok(text) = Note::try_from(form.get(&field).replace("\r\n", "\n")) else {
            form.wrong(&field, "Write what the section says, in at most 10,000 characters.");
            return page(&desk, &seen, &plan, view, asked, form).await;
        };
        let to = format!("{here}#{section}");
        (Told { report: asked.kind, period, section, text }.into(), field, ("The section is written.", to))
    };
    let said = Said { happened: when::day_of(desk.now()), what };
    match record(&desk, &seen, (&plan, &view), &form, said, (done.0, &done.1)).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong(&at, sentence);
            let (_, now) = look(&desk, &seen, &id, &Then::default()).await?;
            page(&desk, &seen, &plan, now, asked, form).await
        }
    }
}

/// Publishes a report as it was issued: from then on anybody can read it.
async fn publish(
    desk: &Desk,
    seen: &Seen,
    (plan, view): (PlanId, PlanView),
    asked: Asked,
    mut form: Form,
) -> Result<Response, Trouble> {
    let asked = Asked { issued: true, ..asked };
    let event = event(&form)?;
    let expected = form.get("version").parse::<u64>().unwrap_or(view.version);
    let here =
        format!("/plans/{}/reports/{}/{}", crate::whose::encoded(plan.as_str()), asked.kind.as_str(), asked.period);
    let (view, report) = made(desk, seen, &plan, view, asked).await?;
    let named = plan.clone();
    let published = desk
        .ask(seen, Purpose::Management, move |service, request| {
            service.publish_plan_report(request, (&named, expected), &report, event)
        })
        .await;
    match published {
        Ok(_) => Ok(crate::frame::done(desk, seen, "The report is published. Anybody can read it.", &here)),
        Err(Trouble::Service(error)) if can_be_mended(&error) => {
            form.wrong("publish", crate::trouble::capitalised(&error.to_string()));
            page(desk, seen, &plan, view, asked, form).await
        }
        Err(trouble) => Err(trouble),
    }
}

async fn pdf(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, kind, period)): Path<(String, String, String)>,
    Query(how): Query<How>,
) -> Result<Response, Trouble> {
    let asked = Asked::read(&kind, &period, &how)?;
    let set = desk.config().pdf.ok_or(Trouble::NotFound)?;
    let (id, view) = look(&desk, &seen, &id, &Then::default()).await?;
    let (_, report) = made(&desk, &seen, &id, view, asked).await?;
    let _turn = AT_ONCE.acquire().await.map_err(|error| Trouble::internal(&error))?;
    let bytes = desk.at_rest(move || set(&report.document()).map_err(|error| Trouble::internal(&error))).await?;
    let name = format!("attachment; filename=\"{}-{kind}-{period}.pdf\"", id.as_str().replace('/', "-"));
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

async fn figure(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, kind, period, figure)): Path<(String, String, String, String)>,
    Query(how): Query<How>,
) -> Result<Response, Trouble> {
    let asked = Asked::read(&kind, &period, &how)?;
    let name = FigureName::named(&figure).ok_or(Trouble::NotFound)?;
    let (id, view) = look(&desk, &seen, &id, &Then::default()).await?;
    let which = report_of(&view, asked)?;
    let made = desk.ask(&seen, Purpose::Management, move |service, request| {
        let view = match which.known_at {
            None => view,
            Some(moment) => service.plan(request, &id, &AsOf::KnownAt(moment))?,
        };
        service.plan_figure(request, &view, &which, name)
    });
    let csv = made.await?.csv();
    let disposition = format!("attachment; filename=\"{}-{period}.csv\"", name.name());
    Ok((
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        csv,
    )
        .into_response())
}

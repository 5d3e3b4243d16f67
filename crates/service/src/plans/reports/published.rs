//! Publishing a report that was issued: what anybody may then read is kept in the plan, as it was known when it was issued.

use super::PlanReport;
use crate::plans::{PlanEntry, PlanId};
use crate::{Recorded, Request, Service, ServiceError};
use documents::{Block, Document, Table};
use planning::report::{Paragraph, Published};
use planning::{EventId, Line, Plan};

impl Service {
    /// Publishes a report as it was issued. Its figures are those that were computed: nobody writes them.
    pub fn publish_plan_report(
        &self,
        request: &Request<'_>,
        (plan, expected): (&PlanId, u64),
        report: &PlanReport,
        id: EventId,
    ) -> Result<Recorded, ServiceError> {
        if report.known_at.is_none() || report.known_at != report.issued_at {
            return Err(ServiceError::Asked(
                "The report is not as it was issued. Issue it, and publish what was issued.".into(),
            ));
        }
        let entry = PlanEntry { id, happened: request.today(), what: published(report)?.into() };
        self.path.record_on_plan(request, plan, expected, vec![entry])
    }
}

fn published(report: &PlanReport) -> Result<Published, ServiceError> {
    let line = |text: String| Line::try_from(text).map_err(|error| ServiceError::Asked(error.to_string()));
    let document = report.document();
    Ok(Published {
        report: report.kind,
        period: line(report.period.to_string())?,
        title: line(document.title)?,
        about: document.about.into_iter().map(line).collect::<Result<_, _>>()?,
        content: document.blocks.into_iter().map(paragraph).collect(),
    })
}

fn paragraph(block: Block) -> Paragraph {
    match block {
        Block::Heading(text) => Paragraph::Heading(text),
        Block::Paragraph(text) => Paragraph::Text(text),
        Block::Quiet(text) => Paragraph::Quiet(text),
        Block::Table(Table { caption, columns, rows, note }) => Paragraph::Table { caption, columns, rows, note },
    }
}

/// A published report as a document to be printed.
pub fn published_document(plan: &Plan, report: &Published) -> Result<Document, ServiceError> {
    let period = planning::report::Period::parse(report.report, report.period.as_str())?;
    let published = plan.report(report.report, period).and_then(|report| report.published.as_ref());
    let (made_on, _) = published.ok_or(ServiceError::NotFound)?;
    let title = plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default();
    let block = |paragraph: &Paragraph| match paragraph.clone() {
        Paragraph::Heading(text) => Block::Heading(text),
        Paragraph::Text(text) => Block::Paragraph(text),
        Paragraph::Quiet(text) => Block::Quiet(text),
        Paragraph::Table { caption, columns, rows, note } => Block::Table(Table { caption, columns, rows, note }),
    };
    Ok(Document {
        title: report.title.to_string(),
        subtitle: format!("{title}: {}", period.words()),
        about: report.about.iter().map(ToString::to_string).collect(),
        language: "en-GB".to_owned(),
        made_on: *made_on,
        blocks: report.content.iter().map(block).collect(),
    })
}

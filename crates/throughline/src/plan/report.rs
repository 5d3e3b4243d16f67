//! A report about a plan, as a page, as a document, or as data.

use super::arguments::{Figures, Format, Report};
use super::kept;
use crate::arguments::Common;
use crate::session::Session;
use crate::table::Table;
use crate::{out, platform};
use anyhow::{Context as _, Result, anyhow, bail};
use measure::grid::{Cell, Grid};
use planning::report::{Period, ReportKind};
use record::Purpose;
use serde_json::{Value, json};
use service::{AsOf, FigureName, PlanReport, ReportAsked};
use std::io::Write;

/// Sets a document as PDF; none where this program was built without it.
#[cfg(feature = "pdf")]
pub(crate) const PDF: Option<web::PdfMaker> = Some(documents::pdf);
/// Sets a document as PDF; none where this program was built without it.
#[cfg(not(feature = "pdf"))]
pub(crate) const PDF: Option<web::PdfMaker> = None;

pub(super) fn run(common: &Common, asked: &Report, out: &mut dyn Write) -> Result<()> {
    let kind = ReportKind::named(&asked.kind)
        .ok_or_else(|| anyhow!("--kind {}: it is quarterly, annual or cpo", asked.kind))?;
    let session = Session::open(common)?;
    let period = match &asked.period {
        Some(named) => Period::parse(kind, named)?,
        None => Period::last_over(kind, session.today()),
    };
    let plan = kept::reference(&asked.plan).ok_or_else(|| {
        anyhow!("{} is not a plan of the store: throughline plan list names them", asked.plan.display())
    })?;
    let request = session.request(Purpose::Management);
    let mut which = ReportAsked { kind, period, known_at: None, most_people: u64::MAX };
    let mut view = session.service.plan(&request, &plan, &AsOf::Now)?;
    if asked.issued {
        let issued = view.plan.report(kind, period).and_then(|report| report.issued);
        let (_, at) = issued.ok_or_else(|| anyhow!("the report about {} has not been issued", period.words()))?;
        which.known_at = Some(at);
        view = session.service.plan(&request, &plan, &AsOf::KnownAt(at))?;
    }
    if let Some(figure) = &asked.figure {
        let name = FigureName::named(figure).ok_or_else(|| {
            anyhow!("--figure {figure}: there is no such figure; throughline plan figures lists them")
        })?;
        let grid = session.service.plan_figure(&request, &view, &which, name)?;
        return Ok(write!(out, "{}", grid.csv())?);
    }
    let report = session.service.plan_report(&request, &view, &which)?;
    match asked.format {
        Format::Json => out::json(out, &as_data(&report)),
        Format::Html => Ok(write!(out, "{}", documents::html(&report.document()))?),
        Format::Pdf => {
            let to = asked.to.as_ref().ok_or_else(|| anyhow!("--format pdf: name the file with --to REPORT.pdf"))?;
            let Some(set) = PDF else {
                bail!("this program was built without PDF: build it with the feature pdf, or ask for --format html");
            };
            let bytes = set(&report.document())?;
            platform::create_new(to)?.write_all(&bytes).with_context(|| to.display().to_string())?;
            writeln!(out, "{}, {}, is in {}.", report.title, period.words(), to.display())?;
            Ok(())
        }
    }
}

/// The figures that there are.
pub(super) fn figures(asked: &Figures, out: &mut dyn Write) -> Result<()> {
    if asked.json.json {
        let listed: Vec<Value> =
            FigureName::ALL.iter().map(|name| json!({"figure": name.name(), "counts": name.meaning()})).collect();
        return out::json(out, &listed);
    }
    let mut table = Table::new(&["Figure", "What it counts"]);
    for name in FigureName::ALL {
        table.row([name.name().to_owned(), name.meaning().to_owned()]);
    }
    table.write(out, 0)?;
    Ok(())
}

fn as_data(report: &PlanReport) -> Value {
    let figure = |(name, grid): &(FigureName, Grid)| {
        let rows: Vec<Vec<String>> = grid.rows.iter().map(|row| row.iter().map(Cell::words).collect()).collect();
        let columns: Vec<&str> = grid.columns.iter().map(|column| column.name.as_str()).collect();
        json!({"figure": name.name(), "counts": grid.title, "columns": columns, "rows": rows, "notes": grid.notes})
    };
    let sections: Vec<Value> = report
        .sections
        .iter()
        .map(|section| {
            json!({
                "section": section.id.as_str(),
                "heading": section.heading,
                "source": section.source,
                "text": section.passage.as_ref().map(|passage| passage.text.as_str()),
                "figures": section.figures.iter().map(figure).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "report": report.kind.as_str(),
        "title": report.title,
        "source": report.source,
        "plan": report.plan,
        "period": report.period.to_string(),
        "from": report.period.from,
        "to": report.period.to,
        "made_on": report.made_on,
        "issued_on": report.issued_on,
        "sections": sections,
    })
}

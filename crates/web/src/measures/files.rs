//! The same figures as files: CSV with every digit, and a chart.

use super::asked::Asked;
use super::{ACCESS, Typed, measured};
use crate::Desk;
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use measure::{chart, tables};
use service::CohortsMeasured;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/measures/figures.csv", ACCESS, "reoffending of cohorts as a file", figures).get(
        "/measures/rates.svg",
        ACCESS,
        "the chart of reoffending of cohorts as a file",
        rates,
    )
}

async fn figures(State(desk): State<Desk>, seen: Seen, Query(typed): Typed) -> Result<Response, Trouble> {
    let found = found(&desk, &seen, typed).await?;
    Ok(file(
        "text/csv; charset=utf-8",
        "attachment; filename=\"reoffending.csv\"",
        tables::of_reports(&found.reports).csv(),
    ))
}

async fn rates(State(desk): State<Desk>, seen: Seen, Query(typed): Typed) -> Result<Response, Trouble> {
    let found = found(&desk, &seen, typed).await?;
    let notes = tables::of_reports(&found.reports).notes;
    let drawn = chart::of_reports("Reoffending", &found.reports, &notes);
    Ok(file("image/svg+xml", "attachment; filename=\"reoffending.svg\"", drawn))
}

fn file(kind: &'static str, disposition: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}

async fn found(desk: &Desk, seen: &Seen, typed: Vec<(String, String)>) -> Result<CohortsMeasured, Trouble> {
    let mut form = Form::suggesting(typed);
    let asked = Asked::understood(&mut form, desk.rules(), desk.now());
    let mistake = || form.mistakes().first().map(|mistake| mistake.sentence.clone()).unwrap_or_default();
    let asked = asked.ok_or_else(|| Trouble::NotUnderstood(mistake()))?;
    let found = measured(desk, seen, asked).await?.map_err(Trouble::NotUnderstood)?;
    match found.refused.first() {
        Some(refusal) if found.reports.is_empty() => Err(Trouble::NotUnderstood(refusal.to_string())),
        _ => Ok(found),
    }
}

//! Measures: does it reduce reoffending? Cohorts, definitions and a breakdown are chosen, and the address of the page says
//! which; figures stand in tables beside their charts, as files, and for those who may see them with the people behind.

mod asked;
mod figures;
mod files;
mod trace;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use askama::Template;
use asked::Asked;
use axum::extract::{Query, State};
use axum::response::Response;
use figures::Series;
use jiff::civil::Date;
use record::Purpose;
use service::{CohortsAsked, CohortsMeasured, Role, ServiceError};
use tokio::sync::Semaphore;

pub(crate) const HERE: &str = "/measures";

const ACCESS: Access = Access::Only(&[Role::Analyst, Role::TeamManager]);

/// The most people on record whose figures are made while somebody waits.
const MOST_PEOPLE: u64 = 20_000;

/// Measuring reads everybody's record: one at a time, so that the desk stays quick for the others.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// What was typed, or what a link says.
type Typed = Query<Vec<(String, String)>>;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(HERE, ACCESS, "reoffending of cohorts, by several definitions side by side", show);
    trace::routes(files::routes(routes))
}

#[derive(Template)]
#[template(path = "measures/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    definitions: Vec<(String, String)>,
    breakdowns: Vec<(String, String)>,
    follow_ups: Vec<(&'static str, &'static str)>,
    scales: Vec<(String, String)>,
    measured: bool,
    /// The chart of all series together, when there are several cohorts and no breakdown.
    together: Option<String>,
    series: Vec<Series>,
    refused: Vec<String>,
    caveats: Vec<String>,
    csv: String,
    svg: String,
    as_of: String,
    /// Where the figures of what the form suggests are.
    suggestion: String,
}

impl Page {
    fn of(desk: &Desk, seen: &Seen, form: Form) -> Self {
        let definition = |one: &measure::Definition| (one.id.clone(), format!("{} ({})", one.title, one.id));
        let scales = desk.rules().scales().iter().map(|one| (one.id.clone(), one.title.clone()));
        Self {
            frame: Frame::of(desk, seen, Section::Measures),
            definitions: desk.rules().definitions().iter().map(definition).collect(),
            breakdowns: asked::breakdowns(desk.rules()),
            follow_ups: asked::FOLLOW_UPS.to_vec(),
            scales: [(String::new(), "Not weighed".to_owned())].into_iter().chain(scales).collect(),
            measured: false,
            together: None,
            series: Vec::new(),
            refused: Vec::new(),
            caveats: Vec::new(),
            csv: String::new(),
            svg: String::new(),
            as_of: String::new(),
            suggestion: String::new(),
            form,
        }
    }
}

async fn show(State(desk): State<Desk>, seen: Seen, Query(typed): Typed) -> Result<Response, Trouble> {
    if typed.is_empty() {
        let form = asked::suggested(desk.rules().definitions(), when::day_of(desk.now()));
        let fields: Vec<_> = form.fields().collect();
        let suggestion = format!("{HERE}?{}", serde_urlencoded::to_string(fields).unwrap_or_default());
        return frame::page(&Page { suggestion, ..Page::of(&desk, &seen, form) });
    }
    let mut form = Form::suggesting(typed);
    let Some(asked) = Asked::understood(&mut form, desk.rules(), desk.now()) else {
        let page = Page::of(&desk, &seen, form);
        return frame::page_with(page.form.status(), &page);
    };
    match measured(&desk, &seen, asked.clone()).await? {
        Ok(found) => {
            let mut page = Page::of(&desk, &seen, form);
            page.measured = true;
            page.refused = found.refused.iter().map(ToString::to_string).collect();
            page.caveats = found.caveats;
            page.csv = asked.address("/measures/figures.csv");
            page.svg = asked.address("/measures/rates.svg");
            page.as_of = when::day(asked.as_of);
            let may_trace = seen.actor.roles.contains(&Role::TeamManager);
            page.together = figures::together(&found.reports, &asked);
            page.series = figures::series(desk.words(), found.reports, &asked, may_trace);
            frame::page(&page)
        }
        Err(sentence) => {
            form.wrong("cohort", sentence);
            let page = Page::of(&desk, &seen, form);
            frame::page_with(page.form.status(), &page)
        }
    }
}

/// The figures, or why there are none in a sentence.
async fn measured(desk: &Desk, seen: &Seen, asked: Asked) -> Result<Result<CohortsMeasured, String>, Trouble> {
    let _turn = AT_ONCE.acquire().await.map_err(|error| Trouble::internal(&error))?;
    let made = desk
        .ask(seen, Purpose::Analysis, move |service, request| {
            let by: Vec<String> = asked.by.iter().cloned().collect();
            let wanted = CohortsAsked {
                cohorts: &asked.cohorts,
                definitions: &asked.definitions,
                by: &by,
                scale: asked.scale.as_ref(),
                as_of: asked.as_of,
                complete_to: asked.as_of,
            };
            service.reoffending_within(request, &wanted, MOST_PEOPLE)
        })
        .await;
    match made {
        Ok(made) => Ok(Ok(made)),
        Err(Trouble::Service(error)) => match *error {
            ServiceError::Asked(sentence) => Ok(Err(capitalised(&sentence))),
            other => Err(Trouble::from(other)),
        },
        Err(other) => Err(other),
    }
}

/// The financial year that a day lies in: "2023-24".
fn financial_year(first: i16) -> String {
    format!("{first}-{:02}", (first + 1).rem_euclid(100))
}

/// The first year of the financial year that a day lies in.
fn begun_in(day: Date) -> i16 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

#[cfg(test)]
mod tests;

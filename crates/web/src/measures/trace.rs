//! The people behind a row: those whose records a manager may look at anyway. Analysts see figures without names.

use super::asked::Asked;
use super::{AT_ONCE, HERE, MOST_PEOPLE, Typed};
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::{person, when};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use record::Purpose;
use service::{Role, TraceAsked, Traced};

pub(super) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::TeamManager]);
    routes.get("/measures/people", access, "the people behind a figure whose records the reader may see", people)
}

struct Line {
    href: String,
    name: String,
    index_day: String,
    first: String,
    reoffences: u32,
}

#[derive(Template)]
#[template(path = "measures/people.html")]
struct Page {
    frame: Frame,
    back: String,
    title: String,
    row: String,
    did: String,
    events: String,
    lines: Vec<Line>,
}

async fn people(State(desk): State<Desk>, seen: Seen, Query(typed): Typed) -> Result<Response, Trouble> {
    let mut form = Form::suggesting(typed);
    let asked = Asked::understood(&mut form, desk.rules(), desk.now());
    let lost =
        || Trouble::NotUnderstood("This link does not name a row. Go back to Measures and choose again.".to_owned());
    let asked = asked.ok_or_else(lost)?;
    let word = Some(form.get("row").to_owned()).filter(|word| !word.is_empty());
    let (Some(cohort), Some(definition)) = (asked.cohorts.first().cloned(), asked.definitions.first().cloned()) else {
        return Err(lost());
    };
    let row = match (&word, &asked.by) {
        (Some(word), Some(by)) => format!("{cohort}, {by}: {word}"),
        _ => cohort.to_string(),
    };
    let back = asked.address(HERE);
    let (title, words) = (definition.title.clone(), definition.words.clone());
    let _turn = AT_ONCE.acquire().await.map_err(|error| Trouble::internal(&error))?;
    let traced = desk
        .ask(&seen, Purpose::Management, move |service, request| {
            let part = asked.by.as_deref().zip(word.as_deref());
            let (as_of, complete_to) = (asked.as_of, asked.as_of);
            let wanted = TraceAsked { cohort: &cohort, definition: &definition, part, as_of, complete_to };
            service.trace_reoffending(request, &wanted, MOST_PEOPLE)
        })
        .await?;
    let line = |traced: Traced| Line {
        href: person::address(traced.person.as_str()),
        name: traced.name,
        index_day: when::short_day(traced.index_day),
        first: traced.first.map_or_else(|| "No".to_owned(), when::short_day),
        reoffences: traced.reoffences,
    };
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Measures),
        back,
        title,
        row,
        did: words.did,
        events: words.events,
        lines: traced.into_iter().map(line).collect(),
    };
    frame::page(&page)
}

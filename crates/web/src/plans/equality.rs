//! Equality impact assessments of a plan and of its parts: whom each touches, what it led to, when it is looked at again.

use super::{Head, STAFF, Said, Then, frame, fresh, look, record};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::equality::{Assessed, Conclusion};
use planning::{ItemRef, Line, Note};
use service::{PlanId, PlanView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/equality", STAFF, "a plan's equality impact assessments", show).post(
        "/plans/{plan}/equality",
        STAFF,
        "record an equality impact assessment",
        assess,
    )
}

/// An assessment in words.
struct Row {
    of: String,
    on: String,
    effects: Vec<String>,
    conclusion: &'static str,
    note: String,
    review: String,
    is_overdue: bool,
}

#[derive(Template)]
#[template(path = "plans/equality.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    rows: Vec<Row>,
    without: usize,
    items: Vec<(String, String)>,
    conclusions: Vec<(&'static str, &'static str)>,
}

const CONCLUSIONS: [(&str, Conclusion, &str); 4] = [
    ("no_change", Conclusion::NoChange, "Nothing needs to change"),
    ("adjusted", Conclusion::Adjusted, "It goes ahead, changed"),
    ("justified", Conclusion::Justified, "It goes ahead unchanged, for the reason given"),
    ("stopped", Conclusion::Stopped, "It does not go ahead"),
];

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    page(&desk, &seen, &id, &view, &then, fresh(&desk, []))
}

fn page(desk: &Desk, seen: &Seen, id: &PlanId, view: &PlanView, then: &Then, form: Form) -> Result<Response, Trouble> {
    let plan = &view.plan;
    let named = |item: Option<&ItemRef>| match item {
        None => "The whole plan".to_owned(),
        Some(item) => {
            let text = plan.commitments.get(item).map(|known| known.text.to_string()).unwrap_or_default();
            format!("{item} {text}")
        }
    };
    let rows = plan.equality.iter().map(|(item, (on, assessed))| Row {
        of: named(item.as_ref()),
        on: when::short_day(*on),
        effects: assessed.effects.iter().map(ToString::to_string).collect(),
        conclusion: CONCLUSIONS.iter().find(|(_, one, _)| *one == assessed.conclusion).map_or("", |(.., words)| words),
        note: assessed.note.to_string(),
        review: when::short_day(assessed.review_by),
        is_overdue: assessed.review_by < view.judged_on,
    });
    let tops = plan.commitments.top().map(|top| (top.id.to_string(), format!("{} {}", top.id, top.text)));
    let whole = std::iter::once((String::new(), "The whole plan".to_owned()));
    let assessed = plan.equality.contains_key(&None);
    let without = plan.commitments.top().filter(|top| !plan.equality.contains_key(&Some(top.id.clone()))).count();
    let page = Page {
        frame: frame(desk, seen),
        head: Head::of(id, view, then, "/equality"),
        version: view.version,
        rows: rows.collect(),
        without: if assessed { 0 } else { without },
        items: whole.chain(tops).collect(),
        conclusions: CONCLUSIONS.iter().map(|(value, _, words)| (*value, *words)).collect(),
        form,
    };
    crate::frame::page_with(page.form.status(), &page)
}

async fn assess(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let then = Then::default();
    let (plan, view) = look(&desk, &seen, &id, &then).await?;
    let assessed = assessed(&desk, &mut form);
    let Some(assessed) = assessed else {
        return page(&desk, &seen, &plan, &view, &then, form);
    };
    let to = format!("/plans/{}/equality", encoded(plan.as_str()));
    let said = Said { happened: when::day_of(desk.now()), what: assessed.into() };
    match record(&desk, &seen, (&plan, &view), &form, said, ("The assessment is recorded.", to.as_str())).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong("effects", sentence);
            let (_, now) = look(&desk, &seen, &id, &then).await?;
            page(&desk, &seen, &plan, &now, &then, form)
        }
    }
}

/// The assessment that the form says; mistakes are said beside their fields.
fn assessed(desk: &Desk, form: &mut Form) -> Option<Assessed> {
    let item = Some(form.get("item").to_owned()).filter(|item| !item.is_empty());
    let item = item.and_then(|item| ItemRef::try_from(item).ok());
    let effects: Vec<Line> = form.get("effects").lines().filter_map(|line| Line::try_from(line).ok()).collect();
    if effects.is_empty() {
        form.wrong(
            "effects",
            "Name whom it touches and how, one in each line; \"nobody is touched\" is an answer too.",
        );
    }
    let chosen = CONCLUSIONS.iter().find(|(value, ..)| form.has("conclusion", value)).map(|(_, one, _)| *one);
    if chosen.is_none() {
        form.wrong("conclusion", "Choose what it led to.");
    }
    let note = Note::try_from(form.get("note").replace("\r\n", "\n"));
    if note.is_err() {
        form.wrong("note", "Give the reasoning.");
    }
    let lean = calendar::typed::Lean::Future;
    let review = calendar::typed::read(form.get("review_by"), when::local(desk.now()), lean);
    if review.is_err() {
        form.wrong("review_by", "Write the day on which it is looked at again as 1/3/2027.");
    }
    let review_by = review.ok().map(calendar::typed::Told::date);
    let is_whole = !effects.is_empty();
    chosen.zip(note.ok()).zip(review_by).filter(|_| is_whole).map(|((conclusion, note), review_by)| Assessed {
        item,
        effects,
        conclusion,
        note,
        review_by,
    })
}

//! Why one obligation stands as it does: the explanation with its citation, and the events that opened and settled it. The
//! lists open it in place where scripts run.

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::routes::Routes;
use crate::session::Seen;
use crate::today::{ACCESS, todo};
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use crate::words::{Names, happened};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::Purpose;
use service::{Obliged, PersonId, Trace};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/why", ACCESS, "why one obligation stands as it does", reason)
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    case: String,
    #[serde(default)]
    standard: String,
    #[serde(default)]
    opened: String,
    #[serde(default)]
    n: u32,
}

/// An event that opened or settled it, in words.
struct Told {
    sentence: String,
    /// Where the entry is.
    href: String,
    when: String,
    recorded: String,
}

#[derive(Template)]
#[template(path = "reason/page.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    person: String,
    name: String,
    title: String,
    source: String,
    note: Option<String>,
    case: String,
    state: String,
    explanation: String,
    governed_by: Option<String>,
    opened_by: Vec<Told>,
    settled_by: Vec<Told>,
    act: Option<(String, String)>,
}

async fn reason(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let person = PersonId::new(&id).map_err(|_| Trouble::NotFound)?;
    // A day that cannot be read is one on which nothing was opened: the service decides about the person first.
    let opened_on: Date = asked.opened.parse().unwrap_or(Date::MIN);
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            let obliged = Obliged { case: &asked.case, standard: &asked.standard, opened_on, n: asked.n };
            service.reason(request, &person, &obliged)
        })
        .await?;
    let person = encoded(found.person.as_str());
    let is_open = matches!(found.state, "open" | "missed");
    let names = Names { directory: found.directory, ..Names::default() };
    let base = format!("/people/{person}");
    let told = |traces: &[Trace]| traces.iter().map(|trace| told(&desk, &names, &base, trace)).collect();
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Elsewhere),
        bar: Bar::beside(desk.words(), &names, &found.record, when::day_of(desk.now()), base.clone()),
        act: todo::act(&desk, &found.standard, &person, found.state == "missed").filter(|_| is_open),
        name: found.name,
        title: found.title,
        source: found.source,
        note: found.note,
        case: found.case,
        state: match found.on {
            Some(on) => format!("{}, {}", desk.words().say("state", found.state), when::day(on)),
            None => desk.words().say("state", found.state),
        },
        explanation: found.explanation,
        governed_by: found.governed_by,
        opened_by: told(&found.opened_by),
        settled_by: told(&found.settled_by),
        person,
    };
    frame::page(&page)
}

fn told(desk: &Desk, names: &Names, base: &str, trace: &Trace) -> Told {
    let stamp = &trace.event.stamp;
    Told {
        sentence: desk.words().tell(&trace.event.what, names).sentence,
        href: format!("{base}/entries/{}", stamp.id),
        when: happened(stamp.happened),
        recorded: format!("Recorded on {} by {}", when::moment(stamp.recorded), trace.by_name),
    }
}

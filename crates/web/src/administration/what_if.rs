//! What if: the same cases under the rulebook in force and under a draft, side by side. One comparison at a time.

use super::HERE;
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use clock::Rulebook;
use clock::report::{Counts, Difference};
use record::Purpose;
use service::{Comparison, Role, ServiceError};
use tokio::sync::Semaphore;

const PATH: &str = "/administration/what-if";

/// The most people whose cases are compared while somebody waits.
const MOST_PEOPLE: u64 = 20_000;

/// Comparing reads everybody's record: one at a time, so that the desk stays quick for the others.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

pub(super) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::Analyst, Role::TeamManager]);
    routes.get(PATH, access, "choose a draft to compare the rulebook in force with", choose).post(
        PATH,
        access,
        "compare the rulebook in force with a draft",
        compare,
    )
}

/// One standard under both rulebooks.
struct Row {
    title: String,
    now: Side,
    then: Side,
}

struct Side {
    limit: String,
    opened: u64,
    met: String,
    late: u64,
    missed: u64,
}

/// What a comparison found.
struct Found {
    sentence: String,
    rows: Vec<Row>,
    same: usize,
}

#[derive(Template)]
#[template(path = "administration/what_if.html")]
struct Page {
    frame: Frame,
    form: Form,
    back: &'static str,
    in_force: String,
    drafts: Vec<(String, String)>,
    found: Option<Found>,
}

async fn choose(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    page(&desk, &seen, Form::default(), None)
}

fn page(desk: &Desk, seen: &Seen, form: Form, found: Option<Found>) -> Result<Response, Trouble> {
    let rules = desk.rules();
    let draft = |draft: &Rulebook| (draft.id().to_owned(), format!("{}, version {}", draft.title(), draft.version()));
    let template = Page {
        frame: Frame::of(desk, seen, Section::Administration),
        back: HERE,
        in_force: format!("{}, version {}", rules.rulebook().title(), rules.rulebook().version()),
        drafts: rules.drafts().iter().map(draft).collect(),
        form,
        found,
    };
    frame::page_with(template.form.status(), &template)
}

async fn compare(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let Some(draft) = desk.rules().drafts().iter().find(|draft| draft.id() == form.get("draft")).cloned() else {
        form.wrong("draft", "Choose a draft to compare with.");
        return page(&desk, &seen, form, None);
    };
    let Ok(_turn) = AT_ONCE.try_acquire() else {
        form.wrong("draft", "Somebody is comparing already. Try again in a minute.");
        return page(&desk, &seen, form, None);
    };
    let today = when::day_of(desk.now());
    let with = draft.clone();
    let compared = desk
        .ask(&seen, Purpose::Analysis, move |service, request| {
            service.what_if_within(request, &with, today, MOST_PEOPLE)
        })
        .await;
    match compared {
        Ok(compared) => {
            let found = found(desk.rules().rulebook(), &draft, &compared);
            page(&desk, &seen, form, Some(found))
        }
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            form.wrong("draft", capitalised(&error.to_string()));
            page(&desk, &seen, form, None)
        }
        Err(other) => Err(other),
    }
}

fn found(base: &Rulebook, draft: &Rulebook, compared: &Comparison) -> Found {
    let differences = compared.comparison.differences();
    let changed: Vec<&Difference<'_>> = differences.iter().filter(|difference| difference.is_change()).collect();
    let row = |difference: &&Difference<'_>| {
        let id = difference.standard;
        let known = base.get(id).or_else(|| draft.get(id));
        Row {
            title: known.map_or(id, clock::Standard::title).to_owned(),
            now: side(base, id, &difference.base),
            then: side(draft, id, &difference.draft),
        }
    };
    Found {
        sentence: format!(
            "The cases of {} as of {}: {} in place of {}.",
            crate::words::counted(i64::try_from(compared.people).unwrap_or(i64::MAX), "person", "people"),
            when::day(compared.as_of),
            draft.title(),
            base.title()
        ),
        rows: changed.iter().map(row).collect(),
        same: differences.len() - changed.len(),
    }
}

fn side(rulebook: &Rulebook, id: &str, counts: &Counts) -> Side {
    let judged = counts.judged();
    Side {
        limit: rulebook.get(id).map_or_else(|| "not there".to_owned(), clock::Standard::limit_words),
        opened: counts.opened,
        met: match judged {
            0 => "none judged".to_owned(),
            _ => format!("{} of {judged} ({}%)", counts.met, (counts.met * 200 + judged) / (judged * 2)),
        },
        late: counts.late,
        missed: counts.missed,
    }
}

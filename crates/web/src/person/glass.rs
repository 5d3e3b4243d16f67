//! Another team's case, opened with a reason: to read, for an hour at most, by the session that gave the reason. Each look
//! carries the reason into the access log. It is no way round a restriction.

use super::{Stop, address, person_id};
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{Timestamp, ToSpan as _};
use service::{Role, ServiceError};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a reason holds.
const MINUTES: i64 = 60;
/// The shortest reason that says anything; the policies ask for as much.
const SHORTEST: usize = 10;
/// The longest that the log keeps.
const LONGEST: usize = 500;

/// A case that is open with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) reason: String,
    pub(crate) until: Timestamp,
}

/// The reasons given on this server, by session and person. They are not worth keeping: on another server, or after a
/// restart, the reason is asked for again.
#[derive(Default)]
pub(crate) struct Glass(Mutex<BTreeMap<(String, String), Open>>);

impl Glass {
    fn held(&self) -> MutexGuard<'_, BTreeMap<(String, String), Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reason that this session gave for this person, while it holds.
    pub(crate) fn on(&self, seen: &Seen, person: &str, now: Timestamp) -> Option<Open> {
        let held = self.held();
        held.get(&key(seen, person)).filter(|open| now < open.until).cloned()
    }

    fn open(&self, seen: &Seen, person: &str, reason: &str, now: Timestamp) {
        let mut held = self.held();
        held.retain(|_, open| now < open.until);
        let reason = reason.chars().take(LONGEST).collect();
        held.insert(key(seen, person), Open { reason, until: now + MINUTES.minutes() });
    }
}

/// A session has one token for all its forms.
fn key(seen: &Seen, person: &str) -> (String, String) {
    (seen.csrf.clone(), person.to_owned())
}

#[derive(Template)]
#[template(path = "person/glass.html")]
struct Page {
    frame: Frame,
    form: Form,
    sentence: String,
    base: String,
}

/// The page that asks for a reason, where the policies let nobody in without one.
pub(super) fn ask(desk: &Desk, seen: &Seen, id: &str, refusal: ServiceError, given: bool) -> Result<Stop, Trouble> {
    if given || !seen.actor.roles.contains(&Role::CaseManager) {
        return Ok(Stop::Trouble(refusal.into()));
    }
    let page = page(desk, seen, id, Form::default(), capitalised(&refusal.to_string()));
    Ok(Stop::Answer(Box::new(frame::page_with(StatusCode::FORBIDDEN, &page)?)))
}

fn page(desk: &Desk, seen: &Seen, id: &str, form: Form, sentence: String) -> Page {
    Page { frame: Frame::of(desk, seen, Section::Elsewhere), form, sentence, base: address(id) }
}

/// Opens a case with the reason given; the next look says whether the policies take it.
pub(super) async fn open(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Trouble> {
    person_id(&id)?;
    let reason = form.get("reason").to_owned();
    if reason.chars().count() < SHORTEST {
        form.wrong("reason", "Say in a few words why you must see this record now, such as “duty worker; the person came to the office”.");
    } else if reason.chars().count() > LONGEST {
        form.wrong("reason", format!("Say it in at most {LONGEST} characters."));
    }
    if !form.mistakes().is_empty() {
        let sentence = "A reason is needed to open another team’s case.".to_owned();
        return frame::page_with(form.status(), &page(&desk, &seen, &id, form, sentence));
    }
    desk.glass().open(&seen, &id, &reason, desk.now());
    Ok(Redirect::to(&address(&id)).into_response())
}

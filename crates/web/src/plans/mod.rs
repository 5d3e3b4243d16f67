//! Plans: each with what it commits to and how that stands, the work on it, what it is measured by, and what has changed; for
//! staff. What the public sees is in [`community`](crate::community).

mod action;
mod board;
mod consultation;
mod document;
mod entry;
mod equality;
mod forms;
mod funding;
mod history;
mod inbox;
mod indicators;
mod known;
mod list;
mod overview;
mod part;
pub(crate) mod partnership;
mod report_list;
mod reports;
mod say;
mod timeline;
mod workforce;

pub(crate) use document::Document;

use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::whose::encoded;
use axum::response::Response;
use jiff::civil::Date;
use planning::rag::Colour;
use planning::{EventId, Plan, What};
use record::Purpose;
use service::{AsOf, PlanEntry, PlanId, PlanView, ServiceError};

/// Everybody who works here; the policies say which plans.
const STAFF: Access = Access::SignedIn;

pub(crate) fn routes(routes: Routes) -> Routes {
    let parts: &[fn(Routes) -> Routes] = &[
        list::routes,
        funding::routes,
        overview::routes,
        board::routes,
        timeline::routes,
        action::routes,
        entry::routes,
        indicators::routes,
        report_list::routes,
        reports::routes,
        partnership::routes,
        workforce::routes,
        say::routes,
        history::routes,
        document::routes,
        equality::routes,
        consultation::routes,
        inbox::routes,
    ];
    parts.iter().fold(routes, |routes, part| part(routes))
}

/// As when a page shows its plan: `?known_at=1/3/2026` or `?version=0.02`; nothing for now.
#[derive(Clone, Default, serde::Deserialize)]
struct Then {
    #[serde(default)]
    known_at: String,
    #[serde(default)]
    version: String,
}

impl Then {
    fn as_of(&self, desk: &Desk) -> Result<AsOf, Trouble> {
        if !self.version.is_empty() {
            return Ok(AsOf::Version(self.version.clone()));
        }
        if self.known_at.trim().is_empty() {
            return Ok(AsOf::Now);
        }
        let day = when::typed_day(self.known_at.trim(), desk.now()).and_then(|day| day.tomorrow().ok());
        let moment = day.and_then(when::start_of).ok_or_else(|| {
            Trouble::NotUnderstood(format!(
                "\"{}\" is not a day that has come. Write it as 1/3/2026.",
                self.known_at.chars().take(40).collect::<String>()
            ))
        })?;
        // The last moment of the day that was asked for.
        Ok(AsOf::KnownAt(moment - jiff::SignedDuration::from_nanos(1)))
    }

    /// The same as part of an address, after a question mark; empty for now.
    fn query(&self) -> String {
        match (self.version.is_empty(), self.known_at.trim().is_empty()) {
            (false, _) => format!("?version={}", encoded(&self.version)),
            (true, false) => format!("?known_at={}", encoded(self.known_at.trim())),
            (true, true) => String::new(),
        }
    }
}

/// A tab of a plan's pages.
struct Tab {
    text: String,
    href: String,
    current: bool,
}

/// What all pages of a plan begin with.
struct Head {
    base: String,
    title: String,
    about: String,
    tabs: Vec<Tab>,
    /// As when the plan is shown, where that is not now.
    then: Option<String>,
    query: String,
    may_record: bool,
    known_at: String,
}

impl Head {
    fn of(id: &PlanId, view: &PlanView, then: &Then, current: &str) -> Self {
        let base = format!("/plans/{}", encoded(id.as_str()));
        let query = then.query();
        let waiting = view.waiting.map(|count| format!("Sent by the public ({count})"));
        let tabs = [
            ("", "Overview".to_owned()),
            ("/board", "Board".to_owned()),
            ("/timeline", "Timeline".to_owned()),
            ("/indicators", "Indicators".to_owned()),
            ("/equality", "Equality".to_owned()),
            ("/partnership", "Partnership".to_owned()),
            ("/workforce", "Workforce".to_owned()),
            ("/reports", "Reports".to_owned()),
            ("/history", "History".to_owned()),
            ("/document", "Document".to_owned()),
        ];
        let inbox = waiting.map(|text| ("/inbox", text));
        let tabs = tabs.into_iter().chain(inbox).map(|(path, text)| Tab {
            href: format!("{base}{path}{query}"),
            current: path == current,
            text,
        });
        Self {
            title: title(&view.plan),
            about: about(&view.plan),
            tabs: tabs.collect(),
            then: as_when(then, view),
            may_record: view.may_record && query.is_empty(),
            known_at: then.known_at.clone(),
            base,
            query,
        }
    }
}

fn title(plan: &Plan) -> String {
    plan.opened.as_ref().map_or_else(|| "There was no plan yet".to_owned(), |opened| opened.title.to_string())
}

/// "Area plan, 1 April 2025 to 31 March 2028, in force; version 0.02".
fn about(plan: &Plan) -> String {
    let Some(opened) = &plan.opened else { return String::new() };
    let version = plan.version.as_ref().map(|version| format!("; version {version}")).unwrap_or_default();
    let day = |date: jiff::civil::Date| date.strftime("%-d %B %Y").to_string();
    format!(
        "{}, {} to {}, {}{version}",
        crate::trouble::capitalised(opened.kind.words()).trim_end_matches('.'),
        day(opened.from),
        day(opened.to),
        plan.status.words()
    )
}

fn as_when(then: &Then, view: &PlanView) -> Option<String> {
    if !then.version.is_empty() {
        return Some(format!("This is version {}, as it stood on {}.", then.version, when::day(view.judged_on)));
    }
    let is_then = !then.known_at.trim().is_empty();
    is_then.then(|| format!("This is what was known at the end of {}.", when::day(view.judged_on)))
}

/// The plan that an address names, as staff see it.
async fn look(desk: &Desk, seen: &Seen, id: &str, then: &Then) -> Result<(PlanId, PlanView), Trouble> {
    let plan = PlanId::new(id).map_err(|_| Trouble::NotFound)?;
    let as_of = then.as_of(desk)?;
    let (asked, purpose) = (plan.clone(), Purpose::Management);
    let view = desk.ask(seen, purpose, move |service, request| service.plan(request, &asked, &as_of)).await?;
    Ok((plan, view))
}

/// Something that a form says of a plan, with the day on which it happened.
struct Said {
    happened: Date,
    what: What,
}

/// Records what a form says. Answers where to go with what to say there; or, where it can be mended in the form, the
/// sentence that belongs beside it.
async fn record(
    desk: &Desk,
    seen: &Seen,
    (plan, view): (&PlanId, &PlanView),
    form: &Form,
    said: Said,
    (sentence, to): (impl Into<String>, &str),
) -> Result<Result<Response, String>, Trouble> {
    let id = event(form)?;
    let expected = form.get("version").parse::<u64>().unwrap_or(view.version);
    let entry = PlanEntry { id, happened: said.happened, what: said.what };
    let asked = plan.clone();
    let recorded = desk
        .ask(seen, Purpose::Management, move |service, request| {
            service.record_on_plan(request, &asked, expected, vec![entry])
        })
        .await;
    match recorded {
        Ok(_) => Ok(Ok(crate::frame::done(desk, seen, sentence, to))),
        Err(Trouble::Service(error)) if can_be_mended(&error) => Ok(Err(capitalised(&error.to_string()))),
        Err(trouble) => Err(trouble),
    }
}

/// The number that a form was shown with.
fn event(form: &Form) -> Result<EventId, Trouble> {
    form.get("event").parse().map(EventId).map_err(|_| {
        Trouble::NotUnderstood("The form has lost its number. Go back to the page, and fill it in again.".to_owned())
    })
}

/// Whether the sentence belongs beside the form: it can be mended there.
fn can_be_mended(error: &ServiceError) -> bool {
    matches!(error, ServiceError::PlanRefused(_) | ServiceError::PlanChanged { .. } | ServiceError::SaidDifferently)
}

/// A form with a number of its own, so that sending it twice records it once.
fn fresh<const N: usize>(desk: &Desk, fields: [(&'static str, String); N]) -> Form {
    let event = (desk.platform().new_id)(desk.now()).to_string();
    Form::suggesting(fields.into_iter().chain([("event", event)]))
}

/// Today as it is typed.
fn today(desk: &Desk) -> String {
    when::day_of(desk.now()).strftime("%-d/%-m/%Y").to_string()
}

/// The style of a colour's tag; the word stands in it.
const fn tag(colour: Colour) -> &'static str {
    match colour {
        Colour::Complete => "blue",
        Colour::Green => "green",
        Colour::Undated => "grey",
        Colour::Amber => "yellow",
        Colour::Red => "red",
    }
}

/// The frame of a plan's page.
fn frame(desk: &Desk, seen: &Seen) -> Frame {
    Frame::of(desk, seen, crate::frame::Section::Plans)
}

#[cfg(test)]
pub(crate) mod tests;

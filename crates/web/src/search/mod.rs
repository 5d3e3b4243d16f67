//! Search: one box for names, numbers and dates of birth. What is typed travels in a form, never in an address; who was
//! shown is entered in the access log. Before anything is typed, the people looked at last.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::words::{Names, age, born, capital, moment_short};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use record::Purpose;
use record::person::Birth;
use service::{Found, FoundCase, Query, Recent, Results, Role, Service, ServiceError};

const HERE: &str = "/search";

pub(crate) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::CaseManager, Role::TeamManager]);
    routes.get(HERE, access, "search for a person, and whom one looked at last", empty).post(
        HERE,
        access,
        "search for a person",
        search,
    )
}

/// A person found, in words.
struct Row {
    href: String,
    name: String,
    also: String,
    born: String,
    numbers: Vec<String>,
    cases: Vec<String>,
    restricted: bool,
    /// When the reader last opened the record; empty among the results of a search.
    opened: String,
}

#[derive(Template)]
#[template(path = "search/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    recent: Vec<Row>,
    results: Option<Shown>,
}

/// What a search found, in words.
struct Shown {
    heading: String,
    looked_for: String,
    rows: Vec<Row>,
    more: bool,
}

async fn empty(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    page(&desk, &seen, Form::default(), None).await
}

async fn search(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let given = |field: &str| Some(form.get(field).to_owned()).filter(|typed| !typed.is_empty());
    let query = Query { name: given("text"), identifier: None, date_of_birth: given("born") };
    let asked = desk.ask(&seen, Purpose::Supervision, move |service, request| service.search(request, &query)).await;
    match asked {
        Ok(results) => page(&desk, &seen, form, Some(results)).await,
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            let sentence = capitalised(&error.to_string());
            let field = if form.get("born").is_empty() { "text" } else { "born" };
            form.wrong(field, sentence);
            page(&desk, &seen, form, None).await
        }
        Err(other) => Err(other),
    }
}

async fn page(desk: &Desk, seen: &Seen, form: Form, results: Option<Results>) -> Result<Response, Trouble> {
    let recent = match results {
        None => desk.ask(seen, Purpose::Supervision, Service::recently_viewed).await?,
        Some(_) => Vec::new(),
    };
    let names = desk.names(seen);
    let opened = |recent: &Recent| Row { opened: moment_short(recent.at), ..row(desk, &names, &recent.person) };
    let template = Page {
        frame: Frame::of(desk, seen, Section::Search),
        recent: recent.iter().map(opened).collect(),
        results: results.map(|results| shown(desk, &names, &results)),
        form,
    };
    frame::page_with(template.form.status(), &template)
}

fn shown(desk: &Desk, names: &Names, results: &Results) -> Shown {
    let looked_for = match (results.words.as_slice(), &results.born) {
        ([], None) => "a number".to_owned(),
        ([], Some(born)) => format!("people born {born}"),
        (words, None) => format!("the name “{}”", words.join(" ")),
        (words, Some(born)) => format!("the name “{}”, born {born}", words.join(" ")),
    };
    Shown {
        heading: match results.people.len() {
            0 => "Nobody on record fits".to_owned(),
            1 => "1 person fits".to_owned(),
            n if results.more => format!("The {n} who fit best"),
            n => format!("{n} people fit, the best first"),
        },
        looked_for,
        rows: results.people.iter().map(|found| row(desk, names, found)).collect(),
        more: results.more,
    }
}

fn row(desk: &Desk, names: &Names, found: &Found) -> Row {
    let number = |(kind, value): &(String, String)| match kind.strip_prefix("local:") {
        Some(system) => format!("{} {value}", capital(system)),
        None => format!("{} {value}", desk.words().inside("identifier_kind", kind)),
    };
    let birth = Birth::try_from(found.born.clone()).unwrap_or(Birth::NotKnown);
    Row {
        href: crate::person::address(found.person.as_str()),
        name: found.name.clone(),
        also: found.also_known_as.join("; "),
        born: match birth {
            Birth::NotKnown => "not known".to_owned(),
            known => match age(birth, when::day_of(desk.now())) {
                Some(age) => format!("{} ({age})", born(known)),
                None => born(known),
            },
        },
        numbers: found.identifiers.iter().map(number).collect(),
        cases: found.cases.iter().map(|case| in_hand(names, case)).collect(),
        restricted: found.restricted,
        opened: String::new(),
    }
}

/// "CPO-1: Amy Adams, East team".
fn in_hand(names: &Names, case: &FoundCase) -> String {
    let who = match (&case.worker, &case.team) {
        (Some(worker), Some(team)) => format!("{}, {}", names.worker(worker), names.team(team)),
        (Some(worker), None) => names.worker(worker).to_owned(),
        (None, Some(team)) => format!("{}, no worker yet", names.team(team)),
        (None, None) => "not allocated yet".to_owned(),
    };
    if case.kind == "person" { who } else { format!("{}: {who}", capital(&case.reference)) }
}

#[cfg(test)]
mod tests;

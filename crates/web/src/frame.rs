//! What is the same on every page: header, navigation, account, banner, and the page about what went wrong.

use crate::session::{OnTheWay, Seen};
use crate::trouble::{Told, Trouble};
use crate::{Desk, assets};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use service::Role;

/// Where in the desk a page is: which entry of the navigation is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Today,
    Caseload,
    Team,
    Search,
    UnpaidWork,
    Plans,
    Measures,
    Administration,
    /// None of them: signing in, errors, one's own account.
    Elsewhere,
}

/// The entries of the navigation, in order, with who has them.
const NAVIGATION: &[(Section, &str, &str, &[Role])] = &[
    (Section::Today, "Today", "/today", &[Role::CaseManager, Role::TeamManager]),
    (Section::Caseload, "Caseload", "/caseload", &[Role::CaseManager, Role::TeamManager]),
    (Section::Team, "Team", "/team", &[Role::TeamManager]),
    (Section::Search, "Search", "/search", &[Role::CaseManager, Role::TeamManager]),
    (Section::UnpaidWork, "Unpaid work", "/unpaid-work", &[Role::UnpaidWorkSupervisor, Role::TeamManager]),
    (Section::Plans, "Plans", "/plans", Role::ALL),
    (Section::Measures, "Measures", "/measures", &[Role::Analyst, Role::TeamManager]),
    (
        Section::Administration,
        "Administration",
        "/administration",
        &[Role::Administrator, Role::Auditor, Role::Analyst, Role::TeamManager],
    ),
];

/// An entry of the navigation.
pub(crate) struct Entry {
    pub(crate) text: &'static str,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
}

/// The frame around a page. Every template that extends `layout.html` has it as `frame`.
pub(crate) struct Frame {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) banner: Option<String>,
    pub(crate) entries: Vec<Entry>,
    /// The name of whoever is signed in.
    pub(crate) name: Option<String>,
    pub(crate) csrf: String,
    /// What the last act said.
    pub(crate) flash: Option<String>,
    pub(crate) may_search: bool,
}

impl Frame {
    /// The frame of a page for somebody who is signed in. What the last act said is shown once.
    pub(crate) fn of(desk: &Desk, seen: &Seen, section: Section) -> Self {
        if seen.flash.is_some() {
            seen.has_said();
        }
        Self { flash: seen.flash.clone(), ..Self::without_flash(desk, Some(seen), section) }
    }

    /// The frame of a page for somebody who is not signed in.
    pub(crate) fn for_anybody(desk: &Desk) -> Self {
        Self::without_flash(desk, None, Section::Elsewhere)
    }

    /// The frame of a page for somebody on the way in: it has nothing but the token of their forms.
    pub(crate) fn on_the_way(desk: &Desk, on_the_way: &OnTheWay) -> Self {
        Self { csrf: on_the_way.csrf.clone(), ..Self::for_anybody(desk) }
    }

    fn without_flash(desk: &Desk, seen: Option<&Seen>, section: Section) -> Self {
        let has = |roles: &[Role]| seen.is_some_and(|seen| roles.iter().any(|role| seen.actor.roles.contains(role)));
        let entries = NAVIGATION
            .iter()
            .filter(|(_, _, _, roles)| has(roles))
            .map(|(at, text, href, _)| Entry { text, href, current: *at == section })
            .collect();
        Self {
            style: assets::path("desk.css"),
            script: assets::path("desk.mjs"),
            mark: assets::path("mark.svg"),
            banner: desk.config().banner.clone(),
            entries,
            name: seen.map(|seen| seen.name.clone()),
            csrf: seen.map(|seen| seen.csrf.clone()).unwrap_or_default(),
            flash: None,
            may_search: has(&[Role::CaseManager, Role::TeamManager]),
        }
    }
}

/// Makes the answer of a template.
pub(crate) fn page(template: &impl Template) -> Result<Response, Trouble> {
    page_with(StatusCode::OK, template)
}

/// Makes the answer of a template, with a status: 422 for a form with mistakes.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Trouble> {
    let html = template.render().map_err(|error| Trouble::internal(&error))?;
    Ok((status, Html(html)).into_response())
}

/// What the next page of this session says first; the guard keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Says(pub(crate) String);

/// After somebody who is signed in did something: to a page that says so, so that reloading it does nothing twice.
pub(crate) fn done(_: &Desk, _: &Seen, sentence: impl Into<String>, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.extensions_mut().insert(Says(sentence.into()));
    response
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    frame: Frame,
    title: &'a str,
    sentence: &'a str,
    reference: Option<&'a str>,
}

/// Where somebody proves who they are, and where they go on then.
pub(crate) fn way_in(is_signed_in: bool, told: &Told, then: Option<&str>) -> String {
    let way_in = if is_signed_in { "/account/confirm" } else { "/sign-in" };
    match (told.by_passkey, then) {
        (true, then) => format!("{way_in}?by=passkey&then={}", then.unwrap_or("/")),
        (false, Some(then)) => format!("{way_in}?then={then}"),
        (false, None) => way_in.to_owned(),
    }
}

/// The answer about what went wrong: the way in, for whoever is not signed in or was away too long; or a page.
pub(crate) fn of_trouble(
    desk: &Desk,
    seen: Option<&Seen>,
    told: &Told,
    path: &str,
    is_page: bool,
    request: &str,
) -> Response {
    if told.status == StatusCode::UNAUTHORIZED {
        let then = Some(path).filter(|path| is_page && *path != "/");
        return Redirect::to(&way_in(seen.is_some(), told, then)).into_response();
    }
    let frame = Frame::without_flash(desk, seen, Section::Elsewhere);
    let reference = told.fault.as_ref().map(|_| request);
    let template = TroublePage { frame, title: told.title, sentence: &told.sentence, reference };
    match template.render() {
        Ok(html) => (told.status, Html(html)).into_response(),
        Err(_) => (told.status, told.sentence.clone()).into_response(),
    }
}

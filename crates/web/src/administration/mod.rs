//! Administration: the rules in force, who looked at what, background work and how the system is. Users, teams and webhooks
//! have pages of their own beside these.

mod access;
mod alarms;
mod health;
mod openings;
mod rules;
mod what_if;

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Route, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use service::Role;
use std::sync::LazyLock;

pub(crate) const HERE: &str = "/administration";

const EVERYBODY_HERE: Access = Access::Only(&[Role::Administrator, Role::Auditor, Role::Analyst, Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(HERE, EVERYBODY_HERE, "what there is to administer", index);
    let parts: [fn(Routes) -> Routes; 6] =
        [access::routes, alarms::routes, health::routes, openings::routes, rules::routes, what_if::routes];
    parts.iter().fold(routes, |routes, part| part(routes))
}

/// What may be there to administer: address, title, what it is for. Shown where the route is and admits the reader.
const PAGES: &[(&str, &str, &str)] = &[
    ("/administration/users", "Users", "Who may sign in, with which roles, in which team"),
    ("/administration/teams", "Agencies and teams", "The tree of agencies and teams"),
    ("/administration/standards", "Standards in force", "Each standard of the rulebook in words, with its source"),
    ("/administration/calendars", "Calendars", "The days off that limits are counted on"),
    ("/administration/what-if", "What if", "The same cases under the rulebook in force and under a draft"),
    ("/administration/access", "Access log", "Who has looked at a person, and what an account did"),
    ("/administration/alarms", "Alarms", "Who was stopped, and what nobody has reviewed in time"),
    (
        "/administration/openings",
        "Records opened with a reason",
        "Who opened another team's case, why, and what a manager said",
    ),
    ("/administration/webhooks", "Webhooks and API", "Which systems are told of events, and with what success"),
    ("/administration/health", "System health", "Data, background work, witness, backups and rules in force"),
];

static DECLARED: LazyLock<Vec<Route>> = LazyLock::new(crate::declared);

struct Entry {
    href: &'static str,
    title: &'static str,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "administration/index.html")]
struct Index {
    frame: Frame,
    entries: Vec<Entry>,
}

async fn index(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    let admits = |path: &str| {
        DECLARED
            .iter()
            .any(|route| route.path == path && route.method == "GET" && route.access.admits(Some(&seen.actor.roles)))
    };
    let entries =
        PAGES.iter().filter(|(href, ..)| admits(href)).map(|(href, title, what)| Entry { href, title, what }).collect();
    frame::page(&Index { frame: Frame::of(&desk, &seen, Section::Administration), entries })
}

#[cfg(test)]
mod tests;

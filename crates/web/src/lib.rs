//! # web
//!
//! The desk: server-rendered pages for the working day, and the JSON API, over the use cases of `service`.
//!
//! *May know:* HTTP, HTML, the words on the screen, and every use case of the service.
//! *Must not know:* SQL, the policies, how anything is decided, the time of day (the program's edge gives it a
//! [`Platform`]).
//!
//! Invariants: a route exists only as a declaration ([`declared`]) that says who may reach it; a handler reaches the
//! service only through [`Desk::ask`](desk::Desk), which needs a signed-in session; a page holds no inline script or
//! style and asks no other host for anything.
//!
//! A page's template, handler, view and tests lie together in the module that practice would look for.

mod account;
mod administration;
mod api;
mod assets;
mod calendar;
mod caseload;
mod community;
mod desk;
mod form;
mod frame;
mod guard;
mod home;
#[cfg(test)]
mod matrix;
mod measures;
mod person;
mod picture;
mod plans;
mod reason;
mod recording;
mod routes;
mod search;
mod session;
mod sign_in;
mod team;
#[cfg(test)]
mod testing;
mod today;
mod trouble;
mod unpaid_work;
mod users;
mod webhooks;
mod when;
mod whose;
mod words;

pub use desk::{Config, Desk, PdfMaker, Platform};
pub use routes::{Access, Route};
pub use sign_in::{Provider, ProviderError};
pub use words::{Words, WordsError};

use routes::Routes;

/// The desk as one service of HTTP, to be served.
pub fn app(desk: Desk) -> axum::Router {
    guard::around(all_routes(), desk)
}

/// Every route, with who may reach it: what tests walk and what the navigation is made of.
pub fn declared() -> Vec<Route> {
    all_routes().declared().to_vec()
}

fn all_routes() -> Routes {
    let parts: &[fn(Routes) -> Routes] = &[
        account::routes,
        administration::routes,
        api::routes,
        assets::routes,
        calendar::routes,
        caseload::routes,
        community::routes,
        home::routes,
        measures::routes,
        person::routes,
        plans::routes,
        reason::routes,
        recording::routes,
        search::routes,
        sign_in::routes,
        team::routes,
        today::routes,
        unpaid_work::routes,
        webhooks::routes,
        users::routes,
    ];
    parts.iter().fold(Routes::default(), |routes, part| part(routes))
}

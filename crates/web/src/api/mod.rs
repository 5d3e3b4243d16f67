//! The API for programs, under `/api/v1`: the same use cases as the pages, the same decisions, the same entries in the log.
//! One declaration of an operation makes its route and its part of the OpenAPI document. Conventions: docs/api.md.

mod access_log;
mod administration;
mod alarms;
mod chronology;
mod document;
mod events;
mod hours;
mod messages;
mod obligations;
mod openings;
mod operation;
mod page;
mod problem;
mod reading;
mod record;
mod search;
mod sent;
mod standards;
mod team;
mod work;

#[cfg(test)]
mod tests;

pub(crate) use problem::{Details, written};

use crate::routes::{Access, Routes};
use crate::trouble::Trouble;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use document::Document;
use operation::Api;
use problem::Problem;
use service::Role;

/// Those who may see records; whose, the policies decide.
const CASEWORK: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

/// Where the API is.
const ROOT: &str = "/api/";

pub(crate) fn routes(routes: Routes) -> Routes {
    all(routes).routes
}

/// The document, from the declarations alone.
pub(crate) fn document() -> Document {
    all(Routes::default()).document
}

fn all(routes: Routes) -> Api {
    let api = Api::new(routes);
    let api = search::operations(api);
    let api = record::operations(api);
    let api = chronology::operations(api);
    let api = events::operations(api);
    let api = obligations::operations(api);
    let api = hours::operations(api);
    let api = messages::operations(api);
    let api = openings::operations(api);
    let api = alarms::operations(api);
    let api = access_log::operations(api);
    let api = work::operations(api);
    let api = team::operations(api);
    let api = standards::operations(api);
    let api = administration::operations(api);
    reading::operations(api)
}

/// Whether an address is of the API.
pub(crate) fn is_of_api(path: &str) -> bool {
    path.starts_with(ROOT)
}

/// A path that exists was asked with a method that it has not: the API says so, a page is not there.
pub(crate) async fn wrong_method(request: Request) -> Response {
    if is_of_api(request.uri().path()) { Problem::method().into_response() } else { Trouble::NotFound.into_response() }
}

//! Every route is declared with who may reach it. The router is private to this module, so a route that was not declared
//! does not exist.

use crate::Desk;
use crate::session::Seen;
use crate::trouble::Trouble;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use service::Role;

/// Who may reach a route. What they may do there, and about whom, the policies decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Everybody,
    /// Everybody who is signed in.
    SignedIn,
    /// Those who are signed in and have one of these roles.
    Only(&'static [Role]),
}

impl Access {
    /// Whether somebody with these roles passes; none for nobody signed in.
    pub fn admits(self, roles: Option<&std::collections::BTreeSet<Role>>) -> bool {
        match self {
            Self::Everybody => true,
            Self::SignedIn => roles.is_some(),
            Self::Only(some) => roles.is_some_and(|roles| some.iter().any(|role| roles.contains(role))),
        }
    }
}

/// One route, as it was declared.
#[derive(Clone, Debug)]
pub struct Route {
    /// `GET` or `POST` for pages; the API has others.
    pub method: Method,
    /// The path, with `{names}` of what varies.
    pub path: &'static str,
    /// Who may reach it.
    pub access: Access,
    /// What it is, in a few words.
    pub what: &'static str,
}

/// The routes of the desk.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<Desk>,
    declared: Vec<Route>,
}

impl Routes {
    /// A page to look at. It changes nothing.
    pub(crate) fn get<H, T>(self, path: &'static str, access: Access, what: &'static str, handler: H) -> Self
    where
        H: Handler<T, Desk>,
        T: 'static,
    {
        self.on(Method::GET, MethodFilter::GET, path, access, what, handler)
    }

    /// Something to do.
    pub(crate) fn post<H, T>(self, path: &'static str, access: Access, what: &'static str, handler: H) -> Self
    where
        H: Handler<T, Desk>,
        T: 'static,
    {
        self.on(Method::POST, MethodFilter::POST, path, access, what, handler)
    }

    /// Any other method, for the API.
    pub(crate) fn on<H, T>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        what: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Desk>,
        T: 'static,
    {
        let gate = from_fn(move |request: Request, next: Next| gate(access, request, next));
        self.router = self.router.route(path, on(filter, handler).layer(gate));
        self.declared.push(Route { method, path, access, what });
        self
    }

    pub(crate) fn declared(&self) -> &[Route] {
        &self.declared
    }

    pub(crate) fn into_router(self) -> Router<Desk> {
        self.router
    }
}

async fn gate(access: Access, request: Request, next: Next) -> Response {
    let seen = request.extensions().get::<Seen>();
    if access.admits(seen.map(|seen| &seen.actor.roles)) {
        return next.run(request).await;
    }
    match seen {
        None => Trouble::SignInFirst.into_response(),
        Some(_) => Trouble::NotYours.into_response(),
    }
}

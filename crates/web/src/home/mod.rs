//! The front door: everybody's own first page, and whether the desk is up.

use crate::routes::{Access, Routes};
use crate::session::Seen;
use axum::response::Redirect;
use service::Role;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/", Access::SignedIn, "the first page of one's role", first_page).get(
        "/up",
        Access::Everybody,
        "whether the desk is up",
        async || "up",
    )
}

/// Where each role begins its day.
async fn first_page(seen: Seen) -> Redirect {
    let has = |role| seen.actor.roles.contains(&role);
    Redirect::to(if has(Role::CaseManager) || has(Role::TeamManager) {
        "/today"
    } else if has(Role::UnpaidWorkSupervisor) {
        "/unpaid-work"
    } else if has(Role::Planner) {
        "/plans"
    } else {
        "/administration"
    })
}

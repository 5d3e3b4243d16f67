//! Recording what happened: a contact on one page, a new person and order in one sitting, and a form for every other kind
//! of event, made from the record's own schema.
//!
//! A form carries the version that it is based on and the identifier of the event that it makes: sent twice it records
//! once, and a record that changed meanwhile is shown as a difference. What is typed is kept as a draft until it is recorded.

mod amend;
mod amount;
mod chooser;
mod contact;
mod describe;
mod drafts;
mod event;
mod fill;
mod known;
mod new_person;
mod parse;
mod possible;
mod refused;
mod shape;
mod sitting;
mod stale;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use crate::routes::{Access, Routes};
use service::Role;

/// Who records; what and on whom, the policies decide.
const RECORDERS: Access = Access::Only(&[Role::CaseManager, Role::TeamManager, Role::UnpaidWorkSupervisor]);
/// Who begins a record.
const REGISTRARS: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = chooser::routes(routes);
    let routes = amend::routes(routes);
    let routes = new_person::routes(routes);
    let routes = contact::routes(routes);
    let routes = event::routes(routes);
    drafts::routes(routes)
}

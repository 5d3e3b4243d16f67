//! Unpaid work as its supervisors see it: who has hours to work, how many, and nothing else of the record.

use crate::lists::person_id;
use crate::path::Whose;
use crate::policy::Doing;
use crate::{PersonId, Request, Service, ServiceError};
use store::rows;

/// Somebody with an order of unpaid work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRoll {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The order.
    pub order: String,
    /// Hours ordered.
    pub hours_ordered: i64,
    /// Minutes credited so far.
    pub minutes_credited: i64,
    /// The case manager's account.
    pub worker: Option<String>,
}

impl OnRoll {
    /// Minutes still to be worked, never less than none.
    pub fn minutes_left(&self) -> i64 {
        (self.hours_ordered * 60 - self.minutes_credited).max(0)
    }
}

/// How many stand on one page of the roll.
pub const ROLL_PAGE: u32 = 50;

impl Service {
    /// One page of those who have unpaid work to do in the actor's council, by name; `after` is the last of the page before.
    pub fn unpaid_work_roll(
        &self,
        request: &Request<'_>,
        after: Option<(&PersonId, &str)>,
    ) -> Result<Vec<OnRoll>, ServiceError> {
        let council = request.actor.agency.as_str();
        let whose = Whose { agency: council, ..Whose::default() };
        self.path.over_many(request, Doing::ViewUnpaidWorkRoll, whose, |tx| {
            let after = after.map(|(person, order)| (person.stream(), order));
            let after = after.as_ref().map(|(stream, order)| (stream, *order));
            let found = rows::on_unpaid_work(tx, council, request.actor.id.as_str(), after, ROLL_PAGE)?;
            let on_roll = |(hit, case): (rows::PersonHit, rows::CaseRow)| {
                Ok(OnRoll {
                    person: person_id(&hit.stream)?,
                    name: hit.display_name,
                    order: case.order_ref,
                    hours_ordered: case.hours_ordered.unwrap_or_default(),
                    minutes_credited: case.minutes_credited.unwrap_or_default(),
                    worker: case.worker,
                })
            };
            found.into_iter().map(on_roll).collect()
        })
    }
}

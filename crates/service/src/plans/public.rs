//! What anybody may read of plans. Nobody is asked who they are, and nothing is entered in the log: there is nobody in it.

use super::{ListedConsultation, ListedPlan, PlanId, plan_id};
use crate::{Service, ServiceError};
use jiff::Timestamp;
use jiff::civil::Date;
use planning::Plan;
use planning::version::{Entry, change_log};
use store::plans;

/// A plan as anybody may read it.
#[derive(Debug)]
pub struct PublicPlan {
    /// The plan, without what staff alone may read.
    pub plan: Plan,
    /// Its versions with what changed between them.
    pub change_log: Vec<Entry>,
    /// Today.
    pub today: Date,
}

impl Service {
    /// The plans that anybody may read, those of the latest period first.
    pub fn public_plans(&self) -> Result<Vec<ListedPlan>, ServiceError> {
        let found = self.path.in_public(|tx| Ok(plans::list(tx, true)?))?;
        found.into_iter().map(|(stream, row)| Ok(ListedPlan { id: plan_id(&stream)?, row })).collect()
    }

    /// A plan that anybody may read.
    pub fn public_plan(&self, plan: &PlanId, now: Timestamp) -> Result<PublicPlan, ServiceError> {
        let known = self.path.public_plan(plan)?;
        let change_log = change_log(&known.history);
        Ok(PublicPlan { plan: known.plan.for_the_public(), change_log, today: crate::actor::day(now) })
    }

    /// The consultations of plans that anybody may read, those that close last first.
    pub fn public_consultations(&self) -> Result<Vec<ListedConsultation>, ServiceError> {
        let found = self.path.in_public(|tx| Ok(plans::consultations(tx)?))?;
        found.into_iter().map(|(stream, row)| Ok(ListedConsultation { plan: plan_id(&stream)?, row })).collect()
    }
}

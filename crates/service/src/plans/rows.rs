//! The rows of a plan's read models, all of them computed from the plan.

use planning::Plan;
use store::plans::{PlanConsultationRow, PlanRow, PlanRows, PlanWorkRow};

/// Everything that lists know of a plan.
pub(crate) fn plan_rows(plan: &Plan, agency: &str) -> PlanRows {
    let Some(opened) = &plan.opened else { return PlanRows::default() };
    let row = PlanRow {
        agency: agency.to_owned(),
        kind: opened.kind.words().to_owned(),
        title: opened.title.to_string(),
        paper: opened.paper.as_ref().map(ToString::to_string),
        first_day: opened.from.to_string(),
        last_day: opened.to.to_string(),
        owner: opened.owner.to_string(),
        status: plan.status.words().to_owned(),
        version: plan.version.as_ref().map(ToString::to_string),
        is_public: plan.is_public(),
        holds: plan.commitments.counts_in_words(),
    };
    let open = plan.commitments.standing().filter(|item| item.level.is_work() && !item.work.stage.is_over());
    let mut work = Vec::new();
    for item in open {
        let entry = |milestone: &str, text: &planning::Line, due: Option<jiff::civil::Date>| PlanWorkRow {
            item: item.id.to_string(),
            milestone: milestone.to_owned(),
            text: text.to_string(),
            lead: item.work.lead.as_ref().map(ToString::to_string),
            due: due.map(|due| due.to_string()),
        };
        work.push(entry("", &item.text, item.work.due(opened)));
        let waiting = item.work.milestones.iter().filter(|milestone| milestone.reached.is_none());
        work.extend(waiting.map(|one| entry(one.set.milestone.as_str(), &one.set.text, Some(one.set.due))));
    }
    let consultations = plan.consultations.values().map(|one| PlanConsultationRow {
        consultation: one.opened.consultation.to_string(),
        title: one.opened.title.to_string(),
        opened: one.opened_on.to_string(),
        closes: one.opened.closes.to_string(),
        closed_on: one.closed.map(|on| on.to_string()),
        questions: i64::try_from(one.questions.len()).unwrap_or(i64::MAX),
    });
    PlanRows { plan: row, work, consultations: consultations.collect() }.canonical()
}

//! Which kinds of event can be recorded on a record as it stands, so that those come first; and why the others cannot yet.
//! The record itself decides when something is recorded; this only orders a page.

use jiff::civil::Date;
use record::Record;
use record::breach::Stage;
use record::order::{Family, Order};
use record::transfer::Transfer;

/// Why a kind of event cannot be recorded yet; nothing when it can.
pub(crate) fn not_yet(kind: &str, record: &Record, today: Date) -> Option<&'static str> {
    let running = || record.orders.values().filter(|order| order.runs_on(today));
    let any = |holds: fn(&Order) -> bool| running().any(holds);
    let unless = |holds: bool, why: &'static str| if holds { None } else { Some(why) };
    let work = |order: &Order| order.unpaid_work.ordered_hours().is_some();
    let stage = |stages: &[Stage]| record.breaches.values().any(|breach| stages.contains(&breach.stage));
    let incident = "No incident of non-compliance is recorded.";
    let order = "No order is running.";
    match kind {
        "person.unrestricted" => unless(record.person.restricted_to.is_some(), "The record is not restricted."),
        "person.died" => unless(record.person.died.is_none(), "A death is recorded already."),
        "order.imposed" => None,
        "order.notified" => unless(any(|order| order.notified_on.is_none()), "Every running order has it already."),
        "order.received" => unless(any(|order| order.received_on.is_none()), "Every running order has it already."),
        "order.commenced" => unless(any(|order| order.commenced_on.is_none()), "Every running order has it already."),
        "order.first_attended" => {
            unless(any(|order| order.first_attended_on.is_none()), "Every running order has it already.")
        }
        "order.compensation_paid" => {
            unless(record.orders.values().any(|order| order.compensation_due().is_some()), "No order has compensation.")
        }
        "order.review_report_sent" | "order.progress_reviewed" => unless(
            record.orders.values().any(|order| order.progress_reviews.values().any(|review| review.held_on.is_none())),
            "The court has fixed no review.",
        ),
        "order.unpaid_work_extended" | "order.hours_adjusted" => unless(any(work), "No running order has unpaid work."),
        "order.exit_questionnaire"
        | "order.final_review"
        | "standard.reason"
        | "standard.excused"
        | "supervision.level_set"
        | "plan.finalised"
        | "review.completed" => unless(!record.orders.is_empty(), "There is no order on this record."),
        "supervision.allocated" => unless(
            !record.orders.is_empty() || !record.reports.is_empty(),
            "There is no order or report on this record.",
        ),
        "supervision.induction_started" => {
            unless(any(|order| order.induction_started_on.is_none()), "Induction has begun already.")
        }
        "supervision.induction_completed" => unless(
            any(|order| order.induction_started_on.is_some() && order.induction_completed_on.is_none()),
            "No induction is under way.",
        ),
        "contact.cancelled" => unless(!record.planned_contacts.is_empty(), "No contact is planned."),
        "review.manager_discussion" => unless(
            !record.changes.is_empty() || !record.incidents.is_empty(),
            "There is no significant change or incident to discuss.",
        ),
        "noncompliance.responded"
        | "noncompliance.reason_accepted"
        | "noncompliance.not_seen_in_person"
        | "noncompliance.visit_not_appropriate" => unless(!record.incidents.is_empty(), incident),
        "breach.proposed" => unless(any(|order| order.kind.family() != Family::Licence), order),
        "breach.endorsed" => unless(stage(&[Stage::Proposed, Stage::Decided]), "No breach is proposed."),
        "breach.decided" => unless(stage(&[Stage::Proposed]), "No breach is proposed."),
        "breach.lodged" => unless(stage(&[Stage::Decided]), "No breach report is decided on."),
        "breach.determined" => unless(stage(&[Stage::Lodged]), "No breach report is lodged."),
        "breach.licence_identified" => {
            unless(any(|order| order.kind.family() == Family::Licence), "No licence is running.")
        }
        "breach.licence_phoned" | "breach.licence_reported" => {
            unless(stage(&[Stage::Licence]), "No breach of licence is identified.")
        }
        "transfer.requested" => unless(any(|order| order.transfer == Transfer::None), order),
        "transfer.answered" => {
            unless(any(|order| matches!(order.transfer, Transfer::Requested(_))), "No transfer is requested.")
        }
        "transfer.applied" => {
            unless(any(|order| matches!(order.transfer, Transfer::Accepted(_))), "No transfer is accepted.")
        }
        "transfer.completed" => unless(
            any(|order| matches!(order.transfer, Transfer::Accepted(_) | Transfer::Applied(_))),
            "No transfer is accepted.",
        ),
        "unpaid_work.placement_assessed" | "unpaid_work.placement_trained" | "unpaid_work.placement_started" => {
            unless(any(|order| !order.placements.is_empty()), "No placement is proposed.")
        }
        "restriction.applied" => unless(!record.restrictions.is_empty(), "No restriction is proposed."),
        "custody.admitted" => unless(!record.custody.is_in_custody(), "The person is in custody already."),
        "custody.returned" => {
            unless(record.custody.moves.iter().any(|at| !at.into_custody), "No release is on the record.")
        }
        "report.visit_not_made" | "report.finalised" | "report.delivered" => {
            unless(record.reports.values().any(|report| report.delivered_on.is_none()), "No report is requested.")
        }
        "report.gaps_checked" => unless(!record.reports.is_empty(), "No report is requested."),
        kind if kind.starts_with("unpaid_work.") => unless(any(work), "No running order has unpaid work."),
        kind if kind.starts_with("order.") => unless(running().next().is_some(), order),
        "supervision.officer_nominated" | "noncompliance.recorded" => unless(running().next().is_some(), order),
        _ => None,
    }
}

//! What can happen, as one list: every kind of event with its name on the wire and its version.
//!
//! To record is to propose an event (decision 0004): the same type says "this happened" before it is accepted and after.

use crate::refusal::{Refusal, require, say};
use crate::words::{OrderRef, ReportRef};
use crate::{
    Law, Record, Stamp, amend, breach, contact, court, custody, ending, milestone, noncompliance, order, person, plan,
    report, restriction, review, supervision, transfer, unpaid_work, variation,
};
use jiff::civil::Date;
use ledger::Amendment;

/// Something that can happen in practice: what it needs, and what it changes.
pub(crate) trait Happening {
    /// Whether it can have happened, given all that the record holds.
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal>;
    /// What it changes, and which facts it publishes.
    fn apply(&self, record: &mut Record, stamp: &Stamp);
}

/// What a check may look at.
pub(crate) struct Check<'a> {
    /// All that the record holds.
    pub(crate) record: &'a Record,
    /// When the thing is said to have happened.
    pub(crate) happened: crate::Happened,
    /// Today's date.
    pub(crate) today: Date,
    /// What the law allows.
    pub(crate) law: &'a Law,
}

impl<'a> Check<'a> {
    /// The day on which the thing is said to have happened.
    pub(crate) fn on(&self) -> Date {
        self.happened.date()
    }

    /// An order on the record, whatever its state.
    pub(crate) fn known_order(&self, order: &OrderRef) -> Result<&'a order::Order, Refusal> {
        let known = self.record.orders.get(order).ok_or_else(|| {
            Refusal::order_of_things(format!(
                "There is no order {order} on this record. Record that it was imposed first."
            ))
        })?;
        require(
            self.happened.precision() != crate::Precision::Day || known.imposed_on <= self.on(),
            "the record",
            || {
                format!(
                    "Order {order} was imposed on {}; this is said to have happened on {}, before it. One of the two dates is wrong.",
                    say(known.imposed_on),
                    say(self.on())
                )
            },
        )?;
        Ok(known)
    }

    /// An order that was running on the day.
    pub(crate) fn running_order(&self, order: &OrderRef) -> Result<&'a order::Order, Refusal> {
        let known = self.known_order(order)?;
        match &known.ended {
            Some(end) if end.on < self.on() => Err(Refusal::order_of_things(format!(
                "Order {order} ended on {} ({}). Nothing can be recorded on it after that day; if the end is wrong, strike it first.",
                say(end.on),
                end.how.words()
            ))),
            _ => Ok(known),
        }
    }

    /// A report on the record.
    pub(crate) fn report(&self, report: &ReportRef) -> Result<&'a report::Report, Refusal> {
        self.record.reports.get(report).ok_or_else(|| {
            Refusal::order_of_things(format!(
                "There is no report {report} on this record. Record the request for it first."
            ))
        })
    }
}

/// What is wrong with typed content, as a sentence.
fn sentence_of(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    let mut letters = told.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

ledger::events! {
    happening: Happening;
    problem: ledger::place_of;

    Named(person::Named) = "person.named" v 1;
    Born(person::Born) = "person.born" v 1;
    Described(person::Described) = "person.described" v 1;
    SpeaksLanguage(person::SpeaksLanguage) = "person.language" v 1;
    Adjustment(person::Adjustment) = "person.adjustment" v 1;
    Address(person::Address) = "person.address" v 1;
    ContactDetail(person::ContactDetail) = "person.contact_detail" v 1;
    Identified(person::Identified) = "person.identified" v 1;
    Restricted(person::Restricted) = "person.restricted" v 1;
    Unrestricted(person::Unrestricted) = "person.unrestricted" v 1;
    Excluded(person::Excluded) = "person.excluded" v 1;
    Died(person::Died) = "person.died" v 1;

    Charged(court::Charged) = "court.charged" v 1;
    Heard(court::Heard) = "court.hearing" v 1;
    Convicted(court::Convicted) = "court.convicted" v 1;
    Disposed(court::Disposed) = "court.disposed" v 1;

    Imposed(order::Imposed) = "order.imposed" v 1;
    Notified(order::Notified) = "order.notified" v 1;
    Received(order::Received) = "order.received" v 1;
    Signed(order::Signed) = "order.signed" v 1;
    Commenced(order::Commenced) = "order.commenced" v 1;
    FirstAttended(order::FirstAttended) = "order.first_attended" v 1;
    CompensationPaid(order::CompensationPaid) = "order.compensation_paid" v 1;
    ProgressReviewFixed(order::ProgressReviewFixed) = "order.progress_review_fixed" v 1;
    ReviewReportSent(order::ReviewReportSent) = "order.review_report_sent" v 1;
    ProgressReviewed(order::ProgressReviewed) = "order.progress_reviewed" v 1;
    Varied(variation::Varied) = "order.varied" v 1;
    PeriodExtended(variation::PeriodExtended) = "order.unpaid_work_extended" v 1;
    HoursAdjusted(variation::HoursAdjusted) = "order.hours_adjusted" v 1;
    Ended(ending::Ended) = "order.ended" v 1;
    ExitQuestionnaire(ending::ExitQuestionnaire) = "order.exit_questionnaire" v 1;
    FinalReview(ending::FinalReview) = "order.final_review" v 1;

    Allocated(supervision::Allocated) = "supervision.allocated" v 1;
    OfficerNominated(supervision::OfficerNominated) = "supervision.officer_nominated" v 1;
    InductionStarted(supervision::InductionStarted) = "supervision.induction_started" v 1;
    InductionCompleted(supervision::InductionCompleted) = "supervision.induction_completed" v 1;
    LevelSet(supervision::LevelSet) = "supervision.level_set" v 1;
    PlanFinalised(plan::Finalised) = "plan.finalised" v 1;

    ContactPlanned(contact::Planned) = "contact.planned" v 1;
    ContactHeld(contact::Held) = "contact.held" v 1;
    ContactMissed(contact::Missed) = "contact.missed" v 1;
    ContactCancelled(contact::Cancelled) = "contact.cancelled" v 1;

    Reviewed(review::Completed) = "review.completed" v 1;
    ChangeRecorded(review::SignificantChange) = "review.significant_change" v 1;
    ManagerDiscussed(review::ManagerDiscussion) = "review.manager_discussion" v 1;

    NoncomplianceRecorded(noncompliance::Recorded) = "noncompliance.recorded" v 1;
    NoncomplianceResponded(noncompliance::Responded) = "noncompliance.responded" v 1;
    ReasonAccepted(noncompliance::ReasonAccepted) = "noncompliance.reason_accepted" v 1;
    NotSeenInPerson(noncompliance::NotSeenInPerson) = "noncompliance.not_seen_in_person" v 1;
    VisitNotAppropriate(noncompliance::VisitNotAppropriate) = "noncompliance.visit_not_appropriate" v 1;
    StandardReason(noncompliance::StandardReason) = "standard.reason" v 1;
    StandardExcused(noncompliance::StandardExcused) = "standard.excused" v 1;

    BreachProposed(breach::Proposed) = "breach.proposed" v 1;
    BreachEndorsed(breach::Endorsed) = "breach.endorsed" v 1;
    BreachDecided(breach::Decided) = "breach.decided" v 1;
    BreachLodged(breach::Lodged) = "breach.lodged" v 1;
    BreachDetermined(breach::Determined) = "breach.determined" v 1;
    LicenceBreached(breach::LicenceBreached) = "breach.licence_identified" v 1;
    LicenceBreachPhoned(breach::LicenceBreachPhoned) = "breach.licence_phoned" v 1;
    LicenceBreachReported(breach::LicenceBreachReported) = "breach.licence_reported" v 1;

    TransferRequested(transfer::Requested) = "transfer.requested" v 1;
    TransferAnswered(transfer::Answered) = "transfer.answered" v 1;
    TransferApplied(transfer::Applied) = "transfer.applied" v 1;
    Transferred(transfer::Transferred) = "transfer.completed" v 1;

    UnpaidWorkInducted(unpaid_work::Inducted) = "unpaid_work.inducted" v 1;
    PlacementProposed(unpaid_work::PlacementProposed) = "unpaid_work.placement_proposed" v 1;
    PlacementAssessed(unpaid_work::PlacementAssessed) = "unpaid_work.placement_assessed" v 1;
    PlacementTrained(unpaid_work::PlacementTrained) = "unpaid_work.placement_trained" v 1;
    PlacementStarted(unpaid_work::PlacementStarted) = "unpaid_work.placement_started" v 1;
    Worked(unpaid_work::Worked) = "unpaid_work.worked" v 1;

    RestrictionProposed(restriction::Proposed) = "restriction.proposed" v 1;
    RestrictionApplied(restriction::Applied) = "restriction.applied" v 1;

    Sentenced(custody::Sentenced) = "custody.sentenced" v 1;
    Admitted(custody::Admitted) = "custody.admitted" v 1;
    Released(custody::Released) = "custody.released" v 1;
    Returned(custody::Returned) = "custody.returned" v 1;
    AccommodationConfirmed(custody::AccommodationConfirmed) = "custody.accommodation_confirmed" v 1;

    ReportRequested(report::Requested) = "report.requested" v 1;
    ReportVisitMissed(report::VisitNotMade) = "report.visit_not_made" v 1;
    ReportFinalised(report::Finalised) = "report.finalised" v 1;
    ReportDelivered(report::Delivered) = "report.delivered" v 1;
    ReportGapsChecked(report::GapsChecked) = "report.gaps_checked" v 1;

    MilestoneReached(milestone::Reached) = "milestone.reached" v 1;

    Corrected(amend::Corrected) = "amend.corrected" v 1;
    Struck(amend::Struck) = "amend.struck" v 1;
}

impl What {
    /// Reads content that somebody has just typed; the refusal names the field and the rule, and may quote what was
    /// typed: show it to them, and log nothing of it.
    pub fn typed(kind: &str, content: &str) -> Result<Self, Refusal> {
        match Self::parse(kind, content) {
            Some(read) => read.map_err(|error| Refusal::new(kind, sentence_of(&error))),
            None => Err(Refusal::order_of_things(format!(
                "\"{}\" is not a kind of event. The data dictionary lists them.",
                kind.chars().take(60).collect::<String>()
            ))),
        }
    }
}

/// One entry of a person's stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Who, when, for whom and why.
    pub stamp: Stamp,
    /// What happened.
    pub what: What,
}

impl ledger::Entry for Event {
    type What = What;
    type When = crate::Happened;

    fn id(&self) -> crate::EventId {
        self.stamp.id
    }

    fn amends(&self) -> Option<Amendment<'_, Self>> {
        match &self.what {
            What::Struck(strike) => Some(Amendment::Strikes(strike.event)),
            What::Corrected(correction) => {
                Some(Amendment::Corrects(correction.event, correction.instead.as_ref(), correction.happened))
            }
            _ => None,
        }
    }

    fn corrected(&self, instead: &What, happened: Option<crate::Happened>) -> Self {
        let happened = happened.unwrap_or(self.stamp.happened);
        Self { stamp: Stamp { happened, ..self.stamp.clone() }, what: instead.clone() }
    }
}

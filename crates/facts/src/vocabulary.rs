//! The list of everything a rule may speak of.

use std::fmt;
use std::str::FromStr;

/// Whose record a fact stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publisher {
    /// One person's record.
    Person,
    /// A council's, partnership's or the nation's own diary.
    Authority,
}

/// No fact has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no fact is called \"{name}\"{}", hint.as_ref().map(|h| format!("; the nearest is \"{h}\"")).unwrap_or_default())]
pub struct UnknownFact {
    /// The name that was given.
    pub name: String,
    /// The known name that looks most like it, if one does.
    pub hint: Option<&'static str>,
}

macro_rules! vocabulary {
    ($($variant:ident = $name:literal, $publisher:ident, $meaning:literal, [$($attribute:literal),*];)*) => {
        /// The name of a fact. The list is closed: a rule can only speak of these.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum FactName {
            $(#[doc = concat!($meaning, ".")] $variant,)*
        }

        impl FactName {
            /// Every name, in alphabetical order.
            pub const ALL: &'static [FactName] = &[$(FactName::$variant),*];

            /// The name as rulebooks and timelines write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(FactName::$variant => $name,)* }
            }

            /// What the fact means, in one sentence without its full stop.
            pub const fn meaning(self) -> &'static str {
                match self { $(FactName::$variant => $meaning,)* }
            }

            /// The attributes that the fact usually carries.
            pub const fn attributes(self) -> &'static [&'static str] {
                match self { $(FactName::$variant => &[$($attribute),*],)* }
            }

            /// Whose record the fact stands in.
            pub const fn publisher(self) -> Publisher {
                match self { $(FactName::$variant => Publisher::$publisher,)* }
            }
        }
    };
}

vocabulary! {
AccommodationConfirmed = "accommodation.confirmed", Person, "Somewhere to live on release was confirmed", [];
ActionPlanSubmitted = "action_plan.submitted", Authority, "The annual action plan was submitted", [];
Admission = "admission", Person, "The person was admitted to custody", [];
AggregateChecked = "aggregate.checked", Person, "The total of unpaid work over all orders was checked", [];
AlternateContact = "alternate_contact", Person, "Telephone or another route was tried after non-compliance", ["incident"];
AreaPlanPublished = "area_plan.published", Authority, "The area plan was published", [];
AreaReportPublished = "area_report.published", Authority, "The area's annual report was published", [];
AssessmentCompleted = "assessment.completed", Person, "A fuller assessment with a validated tool was completed", ["tool"];
BailAssessmentRequested = "bail_assessment.requested", Person, "A bail suitability assessment was requested", ["report", "report_ref"];
BreachDecision = "breach.decision", Person, "It was decided to submit a breach report", ["breach"];
BreachDetailsRecorded = "breach.details_recorded", Person, "The details of the alleged failure were set out in writing", ["breach"];
BreachEndorsedByManager = "breach.endorsed_by_manager", Person, "A manager discussed and endorsed the proposal to breach", ["breach"];
BreachLodged = "breach.lodged", Person, "Breach proceedings were begun at court", ["breach"];
BreachProposed = "breach.proposed", Person, "Breach proceedings were proposed", ["breach"];
BreachReportLodged = "breach_report.lodged", Person, "The breach report was lodged at the appropriate court", ["breach"];
BreachReportSent = "breach_report.sent", Person, "A written report of a breach of licence was sent", ["breach"];
BreachReportSentToPolice = "breach_report.sent_to_police", Person, "A report of breach of bail supervision was sent to the police", [];
CaseManagerAllocated = "case_manager.allocated", Person, "A case manager was allocated", ["worker", "team"];
CjReportPublished = "cj_report.published", Authority, "The community justice annual report was published", [];
CommissionerNotified = "commissioner.notified", Authority, "The Commissioner was notified of a data breach", [];
CompensationPaid = "compensation.paid", Person, "Compensation was paid in full", ["order_ref"];
ComplianceYearsConfirmed = "compliance_years.confirmed", Person, "Ten years of full compliance were confirmed", [];
ConsultationRecorded = "consultation.recorded", Authority, "The consultation about unpaid work was recorded", [];
ContactCaseManager = "contact.case_manager", Person, "The case manager had a contact with the person", ["kind", "place"];
ContactFirstDirect = "contact.first_direct", Person, "First direct contact: the order understood, changes checked, the first induction appointment made", ["order_ref"];
ContactHeld = "contact.held", Person, "A planned contact took place, by any means", ["with", "kind", "place"];
ContactInPerson = "contact.in_person", Person, "The person was seen in person", ["with", "kind", "place"];
ContactMissed = "contact.missed", Person, "The person did not come to a planned contact", ["kind", "incident"];
ContactPlanned = "contact.planned", Person, "A contact was planned", ["kind", "planned_for"];
ContactLevelSet = "contact_level.set", Person, "The level of contact was set or confirmed, with reasons", ["level"];
ConvictionRecorded = "conviction.recorded", Person, "A conviction was recorded", ["court"];
CopfsReportSent = "copfs.report_sent", Person, "COPFS was told of a breach of bail supervision", [];
CourtAdjourned = "court.adjourned", Person, "The court adjourned for a report", ["report", "report_ref", "cause_shown"];
CpoImposed = "cpo.imposed", Person, "A community payback order was imposed", ["order_ref"];
CpoProposed = "cpo.proposed", Person, "A community payback order was proposed to the court", ["order_ref"];
CpoAnnualReportSent = "cpo_annual_report.sent", Authority, "The annual report on community payback orders was sent", [];
CustodyReturned = "custody.returned", Person, "The person returned to custody after a release", ["kind", "days_after"];
DataBreachKnown = "data_breach.known", Authority, "A personal data breach became known", [];
DayEnded = "day.ended", Authority, "A day ended", ["hours_per_day"];
DesignationReceived = "designation.received", Person, "The council was designated for a prisoner's throughcare", [];
DesignationSent = "designation.sent", Person, "The designation letter was sent to the council", [];
EarlyTerminationProposed = "early_termination.proposed", Person, "Early termination of a licence was proposed", [];
EmCompletionReportReceived = "em_completion_report.received", Person, "The monitoring provider's completion report was received", ["order_ref"];
EmFailureReportReceived = "em_failure_report.received", Person, "The monitoring provider's report of a failure was received", ["order_ref"];
EvidenceAttached = "evidence.attached", Person, "Verifiable evidence for an accepted reason was attached", ["incident"];
ExitQuestionnaireRecorded = "exit_questionnaire.recorded", Person, "The exit questionnaire was recorded", ["order_ref"];
ExtensionValidated = "extension.validated", Person, "The extension period is within the law", [];
FallbackReasonsRecorded = "fallback.reasons_recorded", Person, "Why contact in person was not possible was recorded", ["incident", "reason"];
FinalReviewRecorded = "final_review.recorded", Person, "The final review was recorded", ["order_ref"];
HalfYearEnded = "half_year.ended", Authority, "A half-year ended", ["area"];
HomeVisitCompleted = "home_visit.completed", Person, "A home visit took place, announced or not", ["incident", "report_ref"];
HomeVisitExceptionRecorded = "home_visit.exception_recorded", Person, "Why a report was prepared without a home visit was recorded", ["report_ref", "reason"];
HomeVisitNotAppropriateRecorded = "home_visit.not_appropriate_recorded", Person, "Why a home visit was not appropriate was recorded", ["incident", "reason"];
HomeVisitPlanned = "home_visit.planned", Person, "A home visit that the person expected took place", [];
HomeVisitUnannounced = "home_visit.unannounced", Person, "A home visit without notice took place", [];
HoursAdjusted = "hours.adjusted", Person, "Unpaid work hours were changed by the court or by an enactment", ["order_ref", "minutes"];
HoursCompleted = "hours.completed", Person, "The hours of a fiscal work order were completed", ["order_ref"];
HoursCredited = "hours.credited", Person, "Time at unpaid work or other activity was credited", ["order_ref", "kind", "minutes"];
HoursValidated = "hours.validated", Person, "The hours ordered are within the law", [];
IcmConferenceHeld = "icm_conference.held", Person, "The integrated case management conference was held", [];
ImplementationReportSent = "implementation_report.sent", Person, "The annual implementation report was sent to the RMA", [];
IndicatorMeasured = "indicator.measured", Authority, "A national indicator was measured", ["change_points"];
InductionCompleted = "induction.completed", Person, "Induction was completed", ["order_ref"];
InductionStarted = "induction.started", Person, "Induction began", ["order_ref"];
Letter = "letter", Person, "A written follow-up was sent after non-compliance", ["incident"];
LicenceImposed = "licence.imposed", Person, "A licence was imposed", ["licence", "order_ref"];
LicenceBreachIdentified = "licence_breach.identified", Person, "A breach of licence was identified", ["breach"];
LogWritten = "log.written", Authority, "The consultation or disclosure was logged", [];
ManagerDiscussionRecorded = "manager_discussion.recorded", Person, "A discussion with the line manager and its outcome were recorded", ["change", "incident"];
MappaReportPublished = "mappa_report.published", Authority, "The MAPPA annual report was published", [];
MeetingHeld = "meeting.held", Authority, "A meeting was held", ["mappa", "area"];
MonthEnded = "month.ended", Authority, "A month ended", [];
NewsletterPublished = "newsletter.published", Authority, "The newsletter was published", [];
NoncomplianceAccepted = "noncompliance.accepted", Person, "The reason given for non-compliance was accepted", ["incident", "reason"];
NoncomplianceRecorded = "noncompliance.recorded", Person, "An incident of non-compliance was recorded", ["incident", "cause", "requirement", "acceptable"];
NoncomplianceResponseRecorded = "noncompliance.response_recorded", Person, "The response to an incident of non-compliance was recorded", ["incident"];
NotificationPhone = "notification.phone", Person, "The body that receives licence breaches was telephoned", ["breach"];
OfferAccepted = "offer.accepted", Person, "The offer of a fiscal work order was accepted", [];
OfferSent = "offer.sent", Person, "The offer of a fiscal work order was sent", [];
OrderCommenced = "order.commenced", Person, "The order, or its unpaid work, commenced", ["order", "order_ref"];
OrderCompleted = "order.completed", Person, "The order was completed", ["order_ref"];
OrderCopyReceived = "order.copy_received", Person, "The council received the copy order (s.227C)", ["order", "order_ref"];
OrderDischargedEarly = "order.discharged_early", Person, "The court discharged the order early", ["order_ref"];
OrderEnded = "order.ended", Person, "The order's period ended", ["order_ref", "outcome", "length_months"];
OrderImposed = "order.imposed", Person, "The order was imposed", ["order", "order_ref", "requirements", "upw_hours", "level", "age"];
OrderMade = "order.made", Person, "The order was made by the court", ["order", "order_ref", "requirements", "upw_hours", "level", "age"];
OrderNotifiedByCourt = "order.notified_by_court", Person, "The court told the council of the order", ["order", "order_ref"];
OrderReceived = "order.received", Person, "The council received the order", ["order", "order_ref", "requirements", "upw_hours", "level"];
OrderRevoked = "order.revoked", Person, "The court revoked the order", ["order_ref", "reason"];
OrderSigned = "order.signed", Person, "The person signed the order", ["order_ref"];
OrderStarted = "order.started", Person, "The order began to run", ["order", "order_ref"];
OrderTerminated = "order.terminated", Person, "The order ended, for any reason", ["order_ref", "outcome"];
OrderVaried = "order.varied", Person, "The court varied the order", ["order_ref", "requirements", "upw_hours"];
OtherActivityCapped = "other_activity.capped", Person, "Other activity was held within its limit", [];
OutcomesPublished = "outcomes.published", Authority, "Equality outcomes were published", [];
PapersSent = "papers.sent", Person, "The supervised release order papers were sent to Ministers", [];
ParoleQualifyingDate = "parole_qualifying_date", Person, "The parole qualifying date", ["licence"];
ParoleReportRequested = "parole_report.requested", Person, "The parole reports were requested", [];
PbswContacted = "pbsw.contacted", Person, "Prison-based social work was contacted", [];
PbswInductionHeld = "pbsw_induction.held", Person, "The prison-based social work induction meeting was held", [];
PerformanceReportPublished = "performance_report.published", Authority, "The quarterly performance report was published", [];
PersonDied = "person.died", Person, "The person died", [];
PlacementProposed = "placement.proposed", Person, "A work placement was proposed", ["order_ref", "placement", "training_needed"];
PlacementStarted = "placement.started", Person, "The work placement began", ["order_ref", "placement"];
PlacementRiskAssessmentApproved = "placement_risk_assessment.approved", Person, "The risk assessment for the placement was approved", ["order_ref", "placement"];
PlanFinalised = "plan.finalised", Person, "The case management plan was finalised", ["plan", "home_visit_frequency", "review_schedule"];
PlanHomeVisitFrequency = "plan.home_visit_frequency", Person, "The plan states how often home visits happen", [];
PlanReviewSchedule = "plan.review_schedule", Person, "The plan holds a schedule of reviews", [];
PlanPeriodEnded = "plan_period.ended", Authority, "The period of the area plan ended", ["area"];
ProgressReviewDate = "progress_review.date", Person, "The day of a progress review came", ["order_ref", "review"];
ProgressReviewFixed = "progress_review.fixed", Person, "The court fixed a progress review", ["order_ref", "review", "planned_for"];
QuarterEnded = "quarter.ended", Authority, "A quarter ended", ["area"];
QuarterlyReturnSent = "quarterly_return.sent", Authority, "The quarterly information was sent", [];
ReconvictionMeasured = "reconviction.measured", Person, "Reconviction after the order was measured", [];
RecordCreated = "record.created", Person, "A contact or review was written into the record", [];
RecordDisclosed = "record.disclosed", Authority, "A record was disclosed", [];
RecordViewed = "record.viewed", Authority, "A record was consulted", [];
ReleaseFromCustody = "release.from_custody", Person, "The person was released from custody", ["licence", "release_type", "order_ref"];
ReleaseOnBail = "release.on_bail", Person, "The person was released on supervised bail", ["order_ref"];
ReportConsidered = "report.considered", Person, "An earlier report was considered", ["report", "report_ref"];
ReportDelivered = "report.delivered", Person, "A report was delivered", ["report", "report_ref"];
ReportFinalised = "report.finalised", Person, "A report was finalised", ["report", "report_ref"];
ReportRequested = "report.requested", Person, "A report was requested", ["report", "report_ref", "due", "serious_harm", "complex"];
ReportReused = "report.reused", Person, "An earlier report was used", ["report", "report_ref"];
ReportingYearEnded = "reporting_year.ended", Authority, "A reporting year ended", ["area"];
RequirementEnded = "requirement.ended", Person, "A requirement ended", ["order_ref", "requirement", "length_months", "length_days"];
RequirementImposed = "requirement.imposed", Person, "A requirement was imposed", ["order_ref", "requirement", "requirements", "upw_hours", "upw_level", "upw_until", "length_months", "length_days", "hours_per_day", "age", "fine_default", "supervision_months", "jp_court"];
RequirementProposed = "requirement.proposed", Person, "A requirement was proposed", ["requirement", "upw_hours", "outstanding_hours"];
RequirementRemoved = "requirement.removed", Person, "The court took a requirement off the order", ["order_ref", "requirement"];
ResponsibleOfficerNominated = "responsible_officer.nominated", Person, "The council nominated the responsible officer", ["worker"];
RestrictionApplied = "restriction.applied", Person, "A restriction was applied", ["restriction"];
RestrictionJustificationRecorded = "restriction.justification_recorded", Person, "The restriction was tied to a risk and shown lawful, necessary and proportionate", ["restriction"];
RestrictionProposed = "restriction.proposed", Person, "A restriction was proposed", ["restriction"];
ReviewCompleted = "review.completed", Person, "A review of the plan and the level of contact was completed", ["outcome"];
ReviewFixed = "review.fixed", Person, "The court fixed a review of a drug treatment and testing order", ["order_ref", "planned_for"];
ReviewHeld = "review.held", Person, "A formal review meeting was held", ["outcome"];
ReviewReportSent = "review_report.sent", Person, "The written report for a progress review was sent", ["order_ref", "review"];
RmpApproved = "rmp.approved", Person, "The RMA approved the risk management plan", [];
RmpChecklistComplete = "rmp.checklist_complete", Person, "Each risk and protective factor has its four strategies, contingency, owner and communication", [];
RmpSubmitted = "rmp.submitted", Person, "The risk management plan was submitted to the RMA", [];
RmrFailure = "rmr.failure", Person, "A restricted movement requirement was not kept", ["order_ref"];
SamplesCounted = "samples.counted", Person, "The samples taken in a month were counted", ["order_ref", "minutes", "count", "required"];
SentenceCommenced = "sentence.commenced", Person, "A community sentence commenced", ["order", "order_ref"];
SentenceEnded = "sentence.ended", Person, "The sentence ended", ["licence", "order_ref"];
SentenceImposed = "sentence.imposed", Person, "A custodial sentence was imposed", ["licence", "length_months", "extension_months", "court"];
SentenceNotified = "sentence.notified", Person, "The sentence was notified to prison-based social work", ["licence"];
ServiceGapChecked = "service_gap.checked", Person, "The report was checked for gaps in services", ["report_ref"];
SignificantChangeRecorded = "significant_change.recorded", Person, "A change that may raise the risk of serious harm was recorded", ["change"];
SourcesListed = "sources.listed", Person, "The report's sources were listed", ["report_ref"];
StandardExcused = "standard.excused", Person, "A manager accepted a reason why one standard could not be met", ["standard", "reason"];
StandardReasonRecorded = "standard.reason_recorded", Person, "The reason why one standard was late or missed was recorded", ["standard", "reason"];
StatementsTyped = "statements.typed", Person, "The report's facts were kept apart from opinion", ["report_ref"];
StrategyPublished = "strategy.published", Authority, "The national strategy was published", [];
StrategyReviewed = "strategy.reviewed", Authority, "The national strategy was reviewed", [];
SupervisionStarted = "supervision.started", Person, "Supervision started: the order was made, or the person was released", ["order_ref"];
TrainingRecorded = "training.recorded", Person, "Training or certification for the placement was recorded", ["order_ref", "placement"];
TransferAccepted = "transfer.accepted", Person, "The receiving area accepted the transfer", ["order_ref"];
TransferAnsweredInWriting = "transfer.answered_in_writing", Person, "The receiving area answered in writing", ["order_ref"];
TransferCompleted = "transfer.completed", Person, "The order was transferred", ["order_ref", "area"];
TransferCourtApplication = "transfer.court_application", Person, "The court was asked to transfer the order", ["order_ref"];
TransferRequested = "transfer.requested", Person, "A transfer to another area was requested", ["order_ref", "area"];
UpwExtended = "upw.extended", Person, "The court set a longer period for unpaid work", ["order_ref", "upw_until"];
UpwHoursCompleted = "upw_hours.completed", Person, "All unpaid work hours were completed", ["order_ref"];
UpwInductionStarted = "upw_induction.started", Person, "The unpaid work induction began", ["order_ref"];
YearEnded = "year.ended", Authority, "A year ended", ["area"];
YearStarted = "year.started", Authority, "A year began", ["area"];}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FactName {
    type Err = UnknownFact;

    fn from_str(name: &str) -> Result<Self, UnknownFact> {
        let found = Self::ALL.binary_search_by(|known| known.as_str().cmp(name)).ok();
        found
            .and_then(|at| Self::ALL.get(at))
            .copied()
            .ok_or_else(|| UnknownFact { name: name.chars().take(80).collect(), hint: nearest(name) })
    }
}

/// The known name within three edits of `name`, so that a refusal can say what was probably meant.
fn nearest(name: &str) -> Option<&'static str> {
    if name.len() > 80 {
        return None;
    }
    let best = FactName::ALL.iter().map(|known| (edits(name, known.as_str()), known.as_str())).min()?;
    (best.0 <= 3).then_some(best.1)
}

/// Levenshtein distance, one row at a time.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (cell, cb) in row.iter_mut().skip(1).zip(b.chars()) {
            let above = *cell;
            left = if ca == cb { diagonal } else { 1 + left.min(above).min(diagonal) };
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_a_name_is_found_by_halving() {
        assert!(FactName::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
    }

    #[test]
    fn every_name_reads_back_as_itself() {
        for &name in FactName::ALL {
            assert_eq!(name.as_str().parse(), Ok(name));
        }
    }

    #[test]
    fn a_misspelt_name_is_refused_with_the_nearest() {
        let refusal = "order.recieved".parse::<FactName>().unwrap_err();
        assert_eq!(refusal.to_string(), "no fact is called \"order.recieved\"; the nearest is \"order.received\"");
        assert!("weather.changed".parse::<FactName>().unwrap_err().hint.is_none());
    }
}

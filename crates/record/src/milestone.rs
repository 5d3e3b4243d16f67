//! Milestones: facts of throughcare, drug treatment, monitoring and bail supervision whose detail comes later. The clock
//! already knows them.

use crate::event::{Check, Happening};
use crate::refusal::Refusal;
use crate::words::{Note, OrderRef};
use crate::{Record, Stamp};
use facts::FactName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! milestones {
    ($($variant:ident $word:literal $meaning:literal;)*) => {
        /// A step of practice that is recorded by its date alone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum Milestone {
            $(#[doc = concat!($meaning, ".")] #[serde(rename = $word)] $variant,)*
        }

        impl Milestone {
            /// Every milestone.
            pub const ALL: &'static [Milestone] = &[$(Milestone::$variant),*];

            const fn fact(self) -> FactName {
                match self { $(Self::$variant => FactName::$variant,)* }
            }
        }
    };
}

milestones! {
    AssessmentCompleted "assessment_completed" "A fuller assessment with a validated tool was completed";
    SentenceNotified "sentence_notified" "The sentence was notified to prison-based social work";
    DesignationReceived "designation_received" "The council was designated for throughcare";
    DesignationSent "designation_sent" "The designation letter was sent";
    PbswInductionHeld "pbsw_induction_held" "The prison-based induction meeting was held";
    PbswContacted "pbsw_contacted" "Prison-based social work was contacted";
    ParoleQualifyingDate "parole_qualifying_date" "The parole qualifying date came";
    ParoleReportRequested "parole_report_requested" "The parole reports were requested";
    IcmConferenceHeld "icm_conference_held" "The integrated case management conference was held";
    RmpSubmitted "rmp_submitted" "The risk management plan was submitted to the RMA";
    RmpApproved "rmp_approved" "The RMA approved the risk management plan";
    ImplementationReportSent "implementation_report_sent" "The annual implementation report was sent";
    PapersSent "papers_sent" "The supervised release order papers were sent to Ministers";
    SamplesCounted "samples_counted" "A month's samples were counted";
    RmrFailure "rmr_failure" "A restricted movement requirement was not kept";
    EmFailureReportReceived "em_failure_report_received" "The monitoring provider reported a failure";
    EmCompletionReportReceived "em_completion_report_received" "The monitoring provider sent its completion report";
    ReleaseOnBail "release_on_bail" "The person was released on supervised bail";
    BreachReportSentToPolice "breach_report_sent_to_police" "A breach of bail supervision was reported to the police";
    CopfsReportSent "copfs_report_sent" "COPFS was told of a breach of bail supervision";
    OfferSent "offer_sent" "The offer of a fiscal work order was sent";
    OfferAccepted "offer_accepted" "The offer of a fiscal work order was accepted";
    EarlyTerminationProposed "early_termination_proposed" "Early termination of a licence was proposed";
    ComplianceYearsConfirmed "compliance_years_confirmed" "Ten years of full compliance were confirmed";
}

/// A milestone was reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// Which.
    pub milestone: Milestone,
    /// On which order or licence, if on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
    /// A number that belongs to it, such as the samples taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Anything to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Happening for Reached {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        self.order.as_ref().map_or(Ok(()), |order| check.known_order(order).map(drop))
    }

    fn apply(&self, record: &mut Record, stamp: &Stamp) {
        let mut attributes = self
            .order
            .as_ref()
            .and_then(|reference| record.orders.get(reference).map(|order| order.short(reference)))
            .unwrap_or_default();
        if let Some(count) = self.count {
            attributes.set("count", i64::from(count));
        }
        record.publish_for_either(self.order.as_ref(), self.milestone.fact(), stamp, attributes);
    }
}

//! The kinds of order, licence and other measure that the clock knows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! order_kinds {
    ($($variant:ident $word:literal $family:ident $title:literal;)*) => {
        /// A kind of order, licence or other measure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum OrderKind {
            $(#[doc = concat!($title, ".")] #[serde(rename = $word)] $variant,)*
        }

        impl OrderKind {
            /// Every kind.
            pub const ALL: &'static [OrderKind] = &[$(OrderKind::$variant),*];

            /// The word in rulebooks and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The field's name for it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// Order, licence or other.
            pub const fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)* }
            }
        }
    };
}

/// Which rules of the standards a measure falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A community order: "order" in the standards.
    Order,
    /// Supervision after release: "licence" in the standards.
    Licence,
    /// Neither: agreed or before conviction.
    Other,
}

order_kinds! {
    CommunityPaybackOrder "cpo" Order "Community payback order";
    DrugTreatmentAndTestingOrder "dtto" Order "Drug treatment and testing order";
    SupervisedReleaseOrder "sro" Licence "Supervised release order";
    RestrictionOfLibertyOrder "rlo" Order "Restriction of liberty order";
    FiscalWorkOrder "fiscal_work" Other "Fiscal work order";
    BailSupervision "bail_supervision" Other "Bail supervision";
    Diversion "diversion" Other "Diversion from prosecution";
    StructuredDeferredSentence "structured_deferred_sentence" Other "Structured deferred sentence";
    ParoleLicence "parole" Licence "Parole licence";
    NonParoleLicence "non_parole" Licence "Non-parole licence";
    ShortTermSexOffenderLicence "short_term_sex_offender" Licence "Short-term sex offender licence";
    ExtendedSentence "extended" Licence "Extended sentence licence";
    LifeLicence "life" Licence "Life licence";
    OrderForLifelongRestriction "olr" Licence "Order for lifelong restriction";
    HomeDetentionCurfew "hdc" Licence "Home detention curfew licence";
    VoluntaryThroughcare "voluntary_throughcare" Other "Voluntary throughcare";
    Probation "probation" Order "Probation order (legacy)";
    CommunityService "community_service" Order "Community service order (legacy)";
    SupervisedAttendance "supervised_attendance" Order "Supervised attendance order (legacy)";
    CommunityReparation "community_reparation" Order "Community reparation order (legacy)";
}

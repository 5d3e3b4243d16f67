//! The ten requirements of a community payback order.

use crate::words::{Line, Note};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! requirement_kinds {
    ($($variant:ident $word:literal $title:literal;)*) => {
        /// A kind of requirement (1995 Act s.227A(2)).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum RequirementKind {
            $(#[doc = concat!($title, ".")] #[serde(rename = $word)] $variant,)*
        }

        impl RequirementKind {
            /// All ten.
            pub const ALL: &'static [RequirementKind] = &[$(RequirementKind::$variant),*];

            /// The word in rulebooks and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The field's name for it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

requirement_kinds! {
    Supervision "supervision" "Offender supervision requirement";
    Compensation "compensation" "Compensation requirement";
    UnpaidWork "unpaid_work" "Unpaid work or other activity requirement";
    Programme "programme" "Programme requirement";
    Residence "residence" "Residence requirement";
    MentalHealth "mental_health" "Mental health treatment requirement";
    DrugTreatment "drug_treatment" "Drug treatment requirement";
    AlcoholTreatment "alcohol_treatment" "Alcohol treatment requirement";
    Conduct "conduct" "Conduct requirement";
    RestrictedMovement "restricted_movement" "Restricted movement requirement";
}

/// One requirement with its terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Which of the ten.
    pub kind: RequirementKind,
    /// How long, in months, where it has a length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// How long, in days, where the court said days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Hours of unpaid work or other activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u16>,
    /// The last day for unpaid work, where the court set one (s.227L).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<jiff::civil::Date>,
    /// Another order whose hours run at the same time (s.227N).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_with: Option<crate::words::OrderRef>,
    /// Hours a day at the place, for restricted movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_a_day: Option<u8>,
    /// Compensation, in pence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pence: Option<u64>,
    /// Programme, treatment, place or conduct, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Note>,
    /// Who provides it, if not the council.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Line>,
}

impl Requirement {
    /// A requirement of a kind, with no terms yet.
    pub fn of(kind: RequirementKind) -> Self {
        Self {
            kind,
            months: None,
            days: None,
            hours: None,
            until: None,
            concurrent_with: None,
            hours_a_day: None,
            pence: None,
            terms: None,
            provider: None,
        }
    }

    /// Its length in whole days, a month counted as 30, for comparing two lengths.
    pub(super) fn rough_days(&self) -> Option<u32> {
        self.days.map(u32::from).or_else(|| self.months.map(|months| u32::from(months) * 30))
    }
}

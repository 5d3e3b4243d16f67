//! What the law allows, read from data (`orders/scotland.toml`): limits with their citations, never literals in code.

use super::requirement::RequirementKind;
use serde::Deserialize;

/// A limits file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LawError(String);

/// What the law of one jurisdiction allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// The file's identifier, such as `scotland`.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// Its version.
    pub version: String,
    /// From when it holds.
    #[expect(dead_code, reason = "read so that the file must say it; orders before it are legacy kinds")]
    valid_from: toml::value::Datetime,
    pub(super) community_payback_order: CommunityPaybackOrder,
    #[serde(rename = "requirement")]
    pub(super) requirements: Vec<RequirementLimits>,
    pub(crate) unpaid_work: UnpaidWorkLimits,
    pub(super) drug_treatment_and_testing_order: MonthLimits,
    pub(super) fiscal_work_order: HourLimits,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommunityPaybackOrder {
    pub(super) cites: String,
    pub(super) fine_level_allows: Vec<RequirementKind>,
    pub(super) fine_level_cites: String,
    pub(super) jp_court_allows: Vec<RequirementKind>,
    pub(super) jp_court_cites: String,
    pub(super) supervision_under_age: i16,
    pub(super) supervision_cites: String,
    pub(super) report_cites: String,
}

/// The limits of one kind of requirement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequirementLimits {
    pub(super) kind: RequirementKind,
    pub(super) title: String,
    pub(super) cites: String,
    #[serde(default)]
    pub(super) needs_supervision: bool,
    #[serde(default)]
    pub(super) within_supervision: bool,
    pub(super) min_age: Option<i16>,
    pub(super) min_months: Option<u16>,
    pub(super) max_months: Option<u16>,
    pub(super) min_days: Option<u16>,
    pub(super) max_hours_a_day: Option<u8>,
    pub(super) short_max_days_jp: Option<u16>,
    pub(super) short_max_months: Option<u16>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnpaidWorkLimits {
    pub(crate) cites: String,
    pub(crate) min_hours: u16,
    pub(crate) max_hours: u16,
    pub(crate) level_1_max_hours: u16,
    pub(crate) other_activity_max_percent: u16,
    pub(crate) other_activity_max_hours: u16,
    pub(crate) other_activity_cites: String,
    pub(crate) level_1_months: u16,
    pub(crate) level_2_months: u16,
    pub(crate) period_cites: String,
    pub(crate) fine_default_max_hours: u16,
    pub(crate) fine_default_level_1_max_hours: u16,
    pub(crate) fine_default_cites: String,
    pub(crate) aggregate_cites: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MonthLimits {
    pub(super) cites: String,
    pub(super) min_age: i16,
    pub(super) min_months: u16,
    pub(super) max_months: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HourLimits {
    pub(super) cites: String,
    pub(super) min_hours: u16,
    pub(super) max_hours: u16,
}

impl Law {
    /// Reads a limits file.
    pub fn parse(text: &str) -> Result<Self, LawError> {
        let law: Self = toml::from_str(text).map_err(|error| {
            LawError(format!("the limits file cannot be read: {error}. See orders/scotland.toml for the form."))
        })?;
        for kind in RequirementKind::ALL {
            let count = law.requirements.iter().filter(|limits| limits.kind == *kind).count();
            if count != 1 {
                return Err(LawError(format!(
                    "the limits file \"{}\" describes the {} requirement {count} times; it must stand exactly once",
                    law.id,
                    kind.as_str()
                )));
            }
        }
        Ok(law)
    }

    /// The law of Scotland as this version of the program ships it.
    pub fn scotland() -> Result<Self, LawError> {
        Self::parse(include_str!("../../../../orders/scotland.toml"))
    }

    pub(super) fn limits(&self, kind: RequirementKind) -> Option<&RequirementLimits> {
        self.requirements.iter().find(|limits| limits.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_law_covers_all_ten_requirements() {
        assert_eq!(Law::scotland().unwrap().requirements.len(), 10);
    }

    #[test]
    fn a_file_that_forgets_a_requirement_is_refused() {
        let text =
            include_str!("../../../../orders/scotland.toml").replace("kind = \"residence\"", "kind = \"conduct\"");
        assert!(Law::parse(&text).unwrap_err().to_string().contains("must stand exactly once"));
    }
}

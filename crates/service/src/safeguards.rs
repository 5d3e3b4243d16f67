//! Safeguards against misuse that rules of permission cannot count: how many people's records an account may open within an
//! hour, and how soon an opening with a reason must be reviewed. They are data, beside the policies.

use crate::{PolicyError, Role};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// The safeguards in force. Without any that were read, there are the strictest of those that are shipped.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safeguards {
    people_per_hour: BTreeMap<Role, u32>,
    break_glass: BreakGlass,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakGlass {
    review_within_hours: u32,
}

impl Default for Safeguards {
    fn default() -> Self {
        let people_per_hour = Role::ALL.iter().map(|role| (*role, 200)).collect();
        Self { people_per_hour, break_glass: BreakGlass { review_within_hours: 72 } }
    }
}

impl Safeguards {
    /// Reads safeguards; nought would shut everybody out, so it is refused.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let safeguards: Self =
            toml::from_str(text).map_err(|error| PolicyError(format!("the safeguards cannot be read: {error}")))?;
        if safeguards.people_per_hour.values().any(|people| *people == 0) {
            return Err(PolicyError(
                "people_per_hour: nobody works with 0 people; leave the role out for no limit".into(),
            ));
        }
        Ok(safeguards)
    }

    /// The safeguards that this version of the program ships.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse(include_str!("../../../policies/safeguards.toml"))
    }

    /// How many people's records somebody in these roles may open within an hour; none for no limit.
    pub(crate) fn people_per_hour(&self, roles: &BTreeSet<Role>) -> Option<u32> {
        roles.iter().filter_map(|role| self.people_per_hour.get(role)).max().copied()
    }

    /// How soon an opening must be reviewed.
    pub(crate) fn review_within(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.break_glass.review_within_hours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_several_roles_has_the_largest_number_and_no_content_no_limit() {
        let shipped = Safeguards::shipped().unwrap();
        let of = |roles: &[Role]| shipped.people_per_hour(&roles.iter().copied().collect());
        assert_eq!(of(&[Role::CaseManager]), Some(200));
        assert_eq!(of(&[Role::CaseManager, Role::TeamManager]), Some(300));
        assert_eq!(of(&[Role::Auditor]), None);
        assert_eq!(shipped.review_within(), SignedDuration::from_hours(72));
    }

    #[test]
    fn safeguards_that_cannot_work_are_refused() {
        let refused = |text: &str| Safeguards::parse(text).unwrap_err().to_string();
        let nought = "[people_per_hour]\ncase_manager = 0\n[break_glass]\nreview_within_hours = 72";
        assert!(refused(nought).contains("0 people"));
        assert!(refused("[people_per_hour]\nburglar = 9\n[break_glass]\nreview_within_hours = 72").contains("burglar"));
    }
}

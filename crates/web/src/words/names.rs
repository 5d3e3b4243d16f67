//! What staff, teams and councils are called. Where a name is not known, its reference stands for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The names of staff, teams and councils, by reference.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Members of staff.
    pub(crate) workers: BTreeMap<String, String>,
    /// Teams.
    pub(crate) teams: BTreeMap<String, String>,
    /// Councils and other areas.
    pub(crate) areas: BTreeMap<String, String>,
}

impl Names {
    /// What a member of staff is called.
    pub(crate) fn worker<'a>(&'a self, reference: &'a str) -> &'a str {
        self.workers.get(reference).map_or(reference, String::as_str)
    }

    /// What a team is called.
    pub(crate) fn team<'a>(&'a self, reference: &'a str) -> &'a str {
        self.teams.get(reference).map_or(reference, String::as_str)
    }

    /// What a council is called.
    pub(crate) fn area<'a>(&'a self, reference: &'a str) -> Cow<'a, str> {
        match self.areas.get(reference) {
            Some(name) => Cow::Borrowed(name.as_str()),
            None => Cow::Owned(super::capital(&reference.replace('-', " "))),
        }
    }
}

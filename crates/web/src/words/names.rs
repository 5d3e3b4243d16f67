//! What staff, teams, councils and standards are called. Where a name is not known, its reference stands for it.

use service::Directory;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of staff, teams, councils and standards, by reference.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Who works here, in which team of which council.
    pub(crate) directory: Arc<Directory>,
    /// Standards, by their id in the rulebook.
    pub(crate) standards: Arc<BTreeMap<String, String>>,
}

impl Names {
    /// What a member of staff is called.
    pub(crate) fn worker<'a>(&'a self, reference: &'a str) -> &'a str {
        self.directory.worker_name(reference)
    }

    /// What a team is called.
    pub(crate) fn team<'a>(&'a self, reference: &'a str) -> &'a str {
        self.directory.team_name(reference)
    }

    /// What a standard is called.
    pub(crate) fn standard<'a>(&'a self, id: &'a str) -> &'a str {
        self.standards.get(id).map_or(id, String::as_str)
    }

    /// What a council is called; its reference as a name where it has none.
    pub(crate) fn area<'a>(&'a self, reference: &'a str) -> Cow<'a, str> {
        match self.directory.agency_name(reference) {
            name if name == reference => Cow::Owned(super::capital(&reference.replace('-', " "))),
            name => Cow::Borrowed(name),
        }
    }
}

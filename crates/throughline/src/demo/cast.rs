//! Whom the tour shows: somebody whose record has much to tell.

use jiff::ToSpan as _;
use jiff::civil::Date;
use record::{History, TeamRef, What};
use std::collections::BTreeSet;
use synthetic::{Area, Person, Worker};

/// A record that can be shown on a page or two.
const MOST_EVENTS: usize = 90;

/// The best candidate so far.
pub(super) struct Cast<'a> {
    today: Date,
    area: &'a Area,
    chosen: Option<(usize, String, String)>,
}

impl<'a> Cast<'a> {
    pub(super) fn new(today: Date, area: &'a Area) -> Self {
        Self { today, area, chosen: None }
    }

    /// The person and their case manager's account.
    pub(super) fn chosen(&self) -> Option<(&str, &str)> {
        self.chosen.as_ref().map(|(_, person, manager)| (person.as_str(), manager.as_str()))
    }

    /// Looks at a person: many kinds of event on one page, a running order of this year, something corrected or struck.
    pub(super) fn audition(&mut self, person: &Person) {
        if person.events.len() > MOST_EVENTS {
            return;
        }
        let amended = person.events.iter().any(|event| matches!(event.what, What::Struck(_) | What::Corrected(_)));
        let kinds: BTreeSet<&str> = person.events.iter().map(|event| event.what.kind()).collect();
        let seen = |kind: &str| usize::from(kinds.contains(kind));
        let score = kinds.len()
            + 6 * usize::from(amended)
            + 4 * (seen("unpaid_work.worked") + seen("contact.missed") + seen("review.significant_change"));
        if self.chosen.as_ref().is_some_and(|(best, ..)| *best >= score) {
            return;
        }
        let record = History::new(person.events.clone()).record();
        let recent = record.last_contact_on.is_some_and(|on| on >= self.today.saturating_sub(60.days()));
        let lately = self.today.saturating_sub(300.days());
        let running = record.orders.values().any(|order| order.ended.is_none() && order.imposed_on >= lately);
        let manager = record.supervision.case_manager_on(self.today);
        let manager = manager.and_then(|manager| self.of_the_largest_council(manager.worker.as_str()));
        if let Some(manager) = manager.filter(|_| running && recent && record.person.restricted_to.is_none()) {
            self.chosen = Some((score, person.id.clone(), manager.reference.to_string()));
        }
    }

    /// A worker, if they supervise people in the council that has most of them: enough for a manager to have a full day.
    fn of_the_largest_council(&self, worker: &str) -> Option<&'a Worker> {
        let largest = self.area.councils.iter().max_by(|a, b| a.share.total_cmp(&b.share))?;
        let supervises = |team: &TeamRef| self.area.teams.iter().any(|at| at.reference == *team && !at.unpaid_work);
        self.area.workers.iter().find(|at| {
            at.reference.as_str() == worker
                && at.council == largest.reference
                && at.team.as_ref().is_some_and(supervises)
        })
    }
}

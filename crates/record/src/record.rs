//! A person's record as it follows from the events: everything that is computed stands here, nothing is stored.

use crate::words::{BreachRef, ChangeRef, ContactRef, IncidentRef, OrderRef, ReportRef, RestrictionRef};
use crate::{
    Event, EventId, Stamp, breach, contact, court, custody, noncompliance, order, person, plan, report, review,
    supervision,
};
use facts::{Attributes, Fact, FactName, Timeline};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Whose clock a fact belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One order, licence or other measure.
    Order(OrderRef),
    /// One report.
    Report(ReportRef),
    /// The person: it counts for every order that runs on the day.
    Person,
}

/// A fact as an event published it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Whose clock it belongs to.
    pub scope: Scope,
    /// The fact.
    pub fact: Fact,
    /// The event that published it; none before the first.
    pub by: Option<EventId>,
}

/// A person's record, folded from the events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// How many events the record is folded from.
    pub version: u64,
    /// Who the person is.
    pub person: person::Person,
    /// Charges, hearings, convictions and disposals.
    pub court: court::Court,
    /// Orders, licences and other measures.
    pub orders: BTreeMap<OrderRef, order::Order>,
    /// Who manages the case, at what level.
    pub supervision: supervision::Supervision,
    /// The latest finalised plan.
    pub plan: Option<plan::Plan>,
    /// Contacts that are planned and not yet held, missed or cancelled.
    pub planned_contacts: BTreeMap<ContactRef, contact::PlannedContact>,
    /// Planned contacts with what became of each.
    pub settled_contacts: BTreeMap<ContactRef, (contact::PlannedContact, contact::ContactOutcome)>,
    /// The day of the latest contact held.
    pub last_contact_on: Option<Date>,
    /// Reviews held: day and outcome.
    pub reviews: Vec<(Date, review::Outcome)>,
    /// Significant changes and whether each was discussed with the line manager.
    pub changes: BTreeMap<ChangeRef, review::Change>,
    /// Incidents of non-compliance.
    pub incidents: BTreeMap<IncidentRef, noncompliance::Incident>,
    /// Breach proceedings.
    pub breaches: BTreeMap<BreachRef, breach::Breach>,
    /// Restrictions proposed and whether each was justified.
    pub restrictions: BTreeMap<RestrictionRef, bool>,
    /// Custody spells.
    pub custody: custody::Custody,
    /// Reports.
    pub reports: BTreeMap<ReportRef, report::Report>,
    /// References already used, so that none means two things.
    pub(crate) used: BTreeSet<Box<str>>,
    facts: Vec<Published>,
    /// The event that is being told.
    telling: Option<EventId>,
}

/// One case for the clock: an order or a report, with its facts in date order.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Which order or report; none for what concerns the person alone.
    pub scope: Scope,
    /// Its facts.
    pub timeline: Timeline,
}

impl Record {
    /// Goes on with what an event says.
    pub(crate) fn tell(&mut self, event: &Event) {
        self.telling = Some(event.stamp.id);
        event.what.happening().apply(self, &event.stamp);
    }

    /// Publishes a fact.
    pub(crate) fn publish(&mut self, scope: Scope, fact: Fact) {
        self.facts.push(Published { scope, fact, by: self.telling });
    }

    /// Publishes a fact about one order, carrying its reference.
    pub(crate) fn publish_for(&mut self, order: &OrderRef, name: FactName, stamp: &Stamp, attributes: Attributes) {
        let fact = Fact { name, on: stamp.on(), at: stamp.happened.time(), attributes };
        self.publish(Scope::Order(order.clone()), fact);
    }

    /// Publishes a fact that counts for every order that runs on the day.
    pub(crate) fn publish_for_person(&mut self, name: FactName, stamp: &Stamp, attributes: Attributes) {
        self.publish(Scope::Person, Fact { name, on: stamp.on(), at: stamp.happened.time(), attributes });
    }

    /// Publishes a fact about an order if one is named, else for the person.
    pub(crate) fn publish_for_either(
        &mut self,
        order: Option<&OrderRef>,
        name: FactName,
        stamp: &Stamp,
        attributes: Attributes,
    ) {
        match order {
            Some(order) => self.publish_for(order, name, stamp, attributes),
            None => self.publish_for_person(name, stamp, attributes),
        }
    }

    /// Marks an incident of non-compliance as acceptable once its reason is accepted, so that it is not counted as a failure.
    pub(crate) fn mark_acceptable(&mut self, incident: &str) {
        let of_incident = |fact: &&mut Fact| {
            fact.name == FactName::NoncomplianceRecorded && fact.attributes.text("incident") == Some(incident)
        };
        if let Some(fact) = self.facts.iter_mut().map(|published| &mut published.fact).find(of_incident) {
            fact.attributes.set("acceptable", true);
        }
    }

    /// Every fact published, in the order in which things happened.
    pub fn facts(&self) -> &[Published] {
        &self.facts
    }

    /// The cases that the clock runs on: one for each order and report, and one for the person where there are no orders.
    ///
    /// What concerns the person counts for every order from the day it was imposed to the day it ended; a level of contact
    /// that was already set carries over into an order imposed later.
    pub fn cases(&self) -> Vec<Case> {
        let of_person = |from: Date, until: Date| {
            let in_force = self
                .supervision
                .level_on(from)
                .map(|level| Fact::new(FactName::ContactLevelSet, from).with("level", level.as_str()));
            let within = self
                .facts
                .iter()
                .filter(move |told| told.scope == Scope::Person && (from..=until).contains(&told.fact.on))
                .map(|told| &told.fact);
            let level_told = within.clone().any(|fact| fact.name == FactName::ContactLevelSet && fact.on == from);
            in_force.filter(|_| !level_told).into_iter().chain(within.cloned())
        };
        let own = |wanted: &Scope| {
            self.facts.iter().filter(|told| told.scope == *wanted).map(|told| told.fact.clone()).collect::<Vec<_>>()
        };

        let mut cases = Vec::with_capacity(self.orders.len() + self.reports.len() + 1);
        for (reference, order) in &self.orders {
            let scope = Scope::Order(reference.clone());
            let until = order.ended.as_ref().map_or(Date::MAX, |end| end.on);
            let mut facts = own(&scope);
            facts.extend(of_person(order.imposed_on, until));
            cases.push(Case { scope, timeline: Timeline::new(facts) });
        }
        for reference in self.reports.keys() {
            let scope = Scope::Report(reference.clone());
            cases.push(Case { timeline: Timeline::new(own(&scope)), scope });
        }
        if self.orders.is_empty() && self.facts.iter().any(|told| told.scope == Scope::Person) {
            let facts = of_person(Date::MIN, Date::MAX).collect();
            cases.push(Case { scope: Scope::Person, timeline: Timeline::new(facts) });
        }
        cases
    }
}

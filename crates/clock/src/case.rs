//! One case's facts as the clock reads them: found by name, and what the case is on each day.

use crate::selector::Dimension;
use compact_str::CompactString;
use facts::{Attributes, Fact, FactName, Timeline, Value};
use jiff::civil::Date;

const NAMES: usize = FactName::ALL.len();

/// The facts that end a case: what is not yet due then falls away.
const ENDS: [FactName; 8] = [
    FactName::OrderCompleted,
    FactName::OrderTerminated,
    FactName::OrderRevoked,
    FactName::OrderDischargedEarly,
    FactName::OrderEnded,
    FactName::TransferCompleted,
    FactName::SentenceEnded,
    FactName::PersonDied,
];

/// Facts that only an order has, for cases that state no order kind. A licence too is received (NOS 5.3).
const OF_ORDERS: [FactName; 8] = [
    FactName::OrderMade,
    FactName::OrderImposed,
    FactName::OrderNotifiedByCourt,
    FactName::OrderCommenced,
    FactName::OrderCopyReceived,
    FactName::OrderStarted,
    FactName::CpoImposed,
    FactName::ReleaseOnBail,
];

/// Facts that only a licence has.
const OF_LICENCES: [FactName; 2] = [FactName::LicenceImposed, FactName::LicenceBreachIdentified];

/// The facts up to today, indexed.
pub(crate) struct Case<'t> {
    facts: &'t [Fact],
    /// The facts dated after today: only a limit that counts back looks at them.
    ahead: &'t [Fact],
    /// Where each name's run begins in `by_name`; one more entry closes the last.
    runs: [u32; NAMES + 1],
    by_name: Vec<u32>,
    /// What the case is stated to be, by what is stated; each in date order.
    states: [Vec<(Date, &'t Value)>; What::COUNT],
    requirements: Vec<(Date, Requirement<'t>)>,
    changes: Vec<Date>,
    ends: Vec<u32>,
    has_order: bool,
    has_licence: bool,
}

#[derive(Clone, Copy)]
enum What {
    Order,
    Licence,
    Level,
    Report,
    Plan,
    Area,
    Mappa,
    Custody,
    Age,
    UpwHours,
    UpwLevel,
}

impl What {
    const COUNT: usize = Self::UpwLevel as usize + 1;
}

#[derive(Clone, Copy)]
enum Requirement<'t> {
    Whole(&'t [CompactString]),
    Added(&'t str),
    Removed(&'t str),
}

impl<'t> Case<'t> {
    /// Indexes the facts dated on or before today. `seen` receives each name that occurs, once.
    pub(crate) fn new(timeline: &'t Timeline, today: Date, mut seen: impl FnMut(FactName)) -> Self {
        let all = timeline.facts();
        let (facts, ahead) = all.split_at(all.partition_point(|fact| fact.on <= today));
        let mut runs = [0_u32; NAMES + 1];
        for fact in facts {
            if let Some(count) = runs.get_mut(fact.name as usize) {
                if *count == 0 {
                    seen(fact.name);
                }
                *count += 1;
            }
        }
        let mut total = 0;
        for slot in &mut runs {
            let count = *slot;
            *slot = total;
            total += count;
        }
        let mut next = runs;
        let mut by_name = vec![0_u32; facts.len()];
        for (index, fact) in (0_u32..).zip(facts) {
            if let Some(place) = next.get_mut(fact.name as usize) {
                if let Some(slot) = by_name.get_mut(*place as usize) {
                    *slot = index;
                }
                *place += 1;
            }
        }
        let mut case = Self {
            facts,
            ahead,
            runs,
            by_name,
            states: [const { Vec::new() }; What::COUNT],
            requirements: Vec::new(),
            changes: Vec::new(),
            ends: Vec::new(),
            has_order: false,
            has_licence: false,
        };
        case.gather();
        case
    }

    fn gather(&mut self) {
        for fact in self.facts {
            for (name, value) in fact.attributes.iter() {
                let what = match name {
                    "order" => What::Order,
                    "licence" => What::Licence,
                    "level" => What::Level,
                    "report" => What::Report,
                    "plan" => What::Plan,
                    "area" => What::Area,
                    "mappa" => What::Mappa,
                    "custody" => What::Custody,
                    "age" => What::Age,
                    "upw_hours" => What::UpwHours,
                    "upw_level" => What::UpwLevel,
                    _ => continue,
                };
                if let Some(states) = self.states.get_mut(what as usize) {
                    states.push((fact.on, value));
                }
                if self.changes.last() != Some(&fact.on) {
                    self.changes.push(fact.on);
                }
            }
            self.gather_requirements(fact);
        }
        self.has_order = !self.requirements.is_empty()
            || !self.states_of(What::Order).is_empty()
            || OF_ORDERS.iter().any(|&name| !self.named(name).is_empty());
        // A release without a stated licence is taken for one, unless an order is what this case is about.
        self.has_licence = !self.states_of(What::Licence).is_empty()
            || OF_LICENCES.iter().any(|&name| !self.named(name).is_empty())
            || (!self.has_order && !self.named(FactName::ReleaseFromCustody).is_empty());
        for name in ENDS {
            let run = self.runs.get(name as usize).zip(self.runs.get(name as usize + 1));
            let run = run.and_then(|(&from, &to)| self.by_name.get(from as usize..to as usize));
            self.ends.extend_from_slice(run.unwrap_or(&[]));
        }
        self.ends.sort_unstable();
    }

    fn gather_requirements(&mut self, fact: &'t Fact) {
        let before = self.requirements.len();
        let attributes = &fact.attributes;
        if let Some(list) = attributes.list("requirements") {
            self.requirements.push((fact.on, Requirement::Whole(list)));
        }
        match (fact.name, attributes.text("requirement")) {
            (FactName::RequirementImposed, Some(kind)) => {
                self.requirements.push((fact.on, Requirement::Added(kind)));
            }
            (FactName::RequirementRemoved, Some(kind)) => {
                self.requirements.push((fact.on, Requirement::Removed(kind)));
            }
            _ => {}
        }
        if fact.name != FactName::RequirementProposed && attributes.number("upw_hours").is_some_and(|hours| hours > 0) {
            self.requirements.push((fact.on, Requirement::Added("unpaid_work")));
        }
        if self.requirements.len() > before && self.changes.last() != Some(&fact.on) {
            self.changes.push(fact.on);
        }
    }

    /// The fact at an index that the case gave out.
    pub(crate) fn fact(&self, index: u32) -> Option<&'t Fact> {
        self.facts.get(index as usize)
    }

    /// The indices of the facts of this name, earliest first.
    pub(crate) fn named(&self, name: FactName) -> &[u32] {
        let run = self.runs.get(name as usize).zip(self.runs.get(name as usize + 1));
        run.and_then(|(&from, &to)| self.by_name.get(from as usize..to as usize)).unwrap_or(&[])
    }

    /// The facts of this name on or after a day, earliest first.
    pub(crate) fn named_from(&self, name: FactName, from: Date) -> impl Iterator<Item = (u32, &'t Fact)> + '_ {
        let run = self.named(name);
        let start = run.partition_point(|&index| self.fact(index).is_some_and(|fact| fact.on < from));
        run.get(start..).unwrap_or(&[]).iter().filter_map(|&index| Some((index, self.fact(index)?)))
    }

    /// The facts dated after today, earliest first, with the indices that follow those of the others.
    pub(crate) fn ahead(&self) -> impl Iterator<Item = (u32, &'t Fact)> + '_ {
        let first = u32::try_from(self.facts.len()).unwrap_or(u32::MAX);
        (first..).zip(self.ahead)
    }

    /// The fact that ended the case last.
    pub(crate) fn last_end(&self) -> Option<&'t Fact> {
        self.ends.last().and_then(|&index| self.fact(index))
    }

    /// Every fact up to today, earliest first.
    pub(crate) fn facts(&self) -> &'t [Fact] {
        self.facts
    }

    /// Whether the case is, or may be, an order.
    pub(crate) fn has_order(&self) -> bool {
        self.has_order
    }

    /// Whether the case is a licence.
    pub(crate) fn has_licence(&self) -> bool {
        self.has_licence
    }

    /// The first fact that ends the case after this opening: on a later day, or on the same day where the opening is
    /// not itself an end.
    pub(crate) fn end_after(&self, opened_on: Date, trigger: Option<&Fact>) -> Option<&'t Fact> {
        let opened_by_an_end = trigger.is_some_and(|fact| ENDS.contains(&fact.name));
        let ends = self.ends.iter().filter_map(|&index| self.fact(index));
        ends.into_iter().find(|end| end.on > opened_on || (end.on == opened_on && !opened_by_an_end))
    }

    /// The days after `from` on which what the case is may change.
    pub(crate) fn changes_after(&self, from: Date) -> impl Iterator<Item = Date> + '_ {
        let start = self.changes.partition_point(|&day| day <= from);
        self.changes.get(start..).unwrap_or(&[]).iter().copied()
    }

    fn states_of(&self, what: What) -> &[(Date, &'t Value)] {
        self.states.get(what as usize).map_or(&[], Vec::as_slice)
    }

    /// The value in force: the latest stated on or before the day, else the earliest stated.
    fn stated(&self, what: What, on: Date) -> Option<&'t Value> {
        let states = self.states_of(what);
        let known = states.partition_point(|(day, _)| *day <= on);
        states.get(known.saturating_sub(1)).map(|(_, value)| *value)
    }

    fn word(&self, what: What, on: Date) -> Option<&'t str> {
        match self.stated(what, on)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, what: What, on: Date) -> Option<i64> {
        match self.stated(what, on)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The order's kind. Requirements without a stated kind are a community payback order's.
    pub(crate) fn order(&self, on: Date) -> Option<&'t str> {
        self.word(What::Order, on).or((!self.requirements.is_empty()).then_some("cpo"))
    }

    /// The licence's kind.
    pub(crate) fn licence(&self, on: Date) -> Option<&'t str> {
        self.word(What::Licence, on)
    }

    /// The level of contact.
    pub(crate) fn level(&self, on: Date) -> Option<&'t str> {
        self.word(What::Level, on)
    }

    /// The kind of area whose diary this is.
    pub(crate) fn area(&self, on: Date) -> Option<&'t str> {
        self.word(What::Area, on)
    }

    /// The person's age in years, as stated.
    pub(crate) fn age(&self, on: Date) -> Option<i64> {
        self.number(What::Age, on)
    }

    /// The kind of report or plan, or the level of MAPPA.
    pub(crate) fn kind(&self, dimension: Dimension, on: Date) -> Option<&'t str> {
        let what = match dimension {
            Dimension::Report => What::Report,
            Dimension::Plan => What::Plan,
            Dimension::Mappa => What::Mappa,
            Dimension::Custody => What::Custody,
        };
        self.word(what, on)
    }

    /// Level 1 or level 2 unpaid work: as stated, else by the hours (1995 Act s.227I: level 1 is 100 or fewer).
    pub(crate) fn unpaid_work_level(&self, on: Date) -> Option<i64> {
        match self.stated(What::UpwLevel, on) {
            Some(Value::Number(level)) => Some(*level),
            Some(Value::Text(text)) => text.trim_start_matches("level").trim_start_matches(['_', ' ']).parse().ok(),
            _ => self.number(What::UpwHours, on).map(|hours| if hours <= 100 { 1 } else { 2 }),
        }
    }

    /// Any attribute of the case: the latest stated on or before the day, else the earliest stated.
    pub(crate) fn attribute(&self, name: &str, on: Date) -> Option<&'t Value> {
        let mut found = None;
        for fact in self.facts {
            if fact.on > on && found.is_some() {
                break;
            }
            found = fact.attributes.get(name).or(found);
        }
        found
    }

    /// The attribute of this opening: the trigger's own, else the case's.
    pub(crate) fn attribute_for(&self, name: &str, trigger: &'t Fact) -> Option<&'t Value> {
        trigger.attributes.get(name).or_else(|| self.attribute(name, trigger.on))
    }

    /// Whether the order has this requirement on the day.
    pub(crate) fn has_requirement(&self, kind: &str, on: Date) -> bool {
        let mut has = false;
        for (_, change) in self.requirements_until(on) {
            match change {
                Requirement::Whole(list) => has = list.iter().any(|item| item == kind),
                Requirement::Added(added) => has |= *added == kind,
                Requirement::Removed(removed) => has &= *removed != kind,
            }
        }
        has
    }

    /// Whether the order has this requirement and no other on the day.
    pub(crate) fn has_only_requirement(&self, kind: &str, on: Date) -> bool {
        let mut all: Vec<&str> = Vec::new();
        for (_, change) in self.requirements_until(on) {
            match change {
                Requirement::Whole(list) => all = list.iter().map(CompactString::as_str).collect(),
                Requirement::Added(added) => all.push(added),
                Requirement::Removed(removed) => all.retain(|item| item != removed),
            }
        }
        !all.is_empty() && all.iter().all(|item| *item == kind)
    }

    /// The statements in force: those on or before the day; where there are none, those of the first day that has any.
    fn requirements_until(&self, on: Date) -> &[(Date, Requirement<'t>)] {
        let first = self.requirements.first().map_or(on, |(day, _)| *day);
        let until = on.max(first);
        let count = self.requirements.partition_point(|(day, _)| *day <= until);
        self.requirements.get(..count).unwrap_or(&[])
    }
}

/// Whether two facts agree on every linking attribute that both carry.
pub(crate) fn linked(link: &[CompactString], one: &Attributes, other: &Attributes) -> bool {
    link.iter().all(|name| match (one.get(name), other.get(name)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn case(facts: Vec<Fact>) -> Timeline {
        Timeline::new(facts)
    }

    #[test]
    fn the_value_in_force_is_the_latest_on_or_before_the_day_else_the_earliest() {
        let timeline = case(vec![
            Fact::new(FactName::ContactLevelSet, date(2026, 3, 10)).with("level", "high"),
            Fact::new(FactName::ContactLevelSet, date(2026, 4, 10)).with("level", "low"),
        ]);
        let case = Case::new(&timeline, date(2026, 5, 1), |_| {});
        assert_eq!(case.level(date(2026, 3, 1)), Some("high"));
        assert_eq!(case.level(date(2026, 4, 9)), Some("high"));
        assert_eq!(case.level(date(2026, 4, 10)), Some("low"));
        let earlier = Case::new(&timeline, date(2026, 4, 9), |_| {});
        assert_eq!(earlier.level(date(2026, 4, 30)), Some("high"), "what comes after today is not looked at");
    }

    #[test]
    fn requirements_are_listed_added_and_removed_and_hours_imply_unpaid_work() {
        let timeline = case(vec![
            Fact::new(FactName::OrderReceived, date(2026, 3, 2)).with("upw_hours", 120_i64),
            Fact::new(FactName::RequirementImposed, date(2026, 3, 5)).with("requirement", "supervision"),
            Fact::new(FactName::RequirementRemoved, date(2026, 6, 1)).with("requirement", "supervision"),
        ]);
        let case = Case::new(&timeline, date(2026, 7, 1), |_| {});
        assert!(case.has_only_requirement("unpaid_work", date(2026, 3, 2)));
        assert_eq!(case.unpaid_work_level(date(2026, 3, 2)), Some(2));
        assert!(case.has_requirement("supervision", date(2026, 3, 5)));
        assert!(!case.has_requirement("supervision", date(2026, 6, 1)));
        assert_eq!(case.order(date(2026, 3, 2)), Some("cpo"));
        assert!(case.has_order() && !case.has_licence());
    }

    #[test]
    fn a_licence_that_the_council_received_is_no_order() {
        let received = Fact::new(FactName::OrderReceived, date(2026, 3, 2));
        let timeline = case(vec![received.clone().with("licence", "life")]);
        let licence = Case::new(&timeline, date(2026, 7, 1), |_| {});
        assert!(licence.has_licence() && !licence.has_order());
        let timeline =
            case(vec![received.with("order", "cpo"), Fact::new(FactName::ReleaseFromCustody, date(2026, 4, 1))]);
        let order = Case::new(&timeline, date(2026, 7, 1), |_| {});
        assert!(order.has_order() && !order.has_licence());
    }
}

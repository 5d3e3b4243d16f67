//! Figures that are counted in the records: one walk through all of them, each as it stood at the end of the period.

use super::{FigureName, of_plan::day};
use crate::ServiceError;
use crate::rows::judge;
use clock::{Clock, Detail, Rulebook, State};
use facts::FactName;
use jiff::civil::Date;
use measure::grid::{Cell, Grid};
use planning::report::Period;
use record::ending::HowEnded;
use record::noncompliance::Cause;
use record::order::{Order, OrderKind, RequirementKind};
use record::person::{Answer, Birth, Characteristic, Person};
use record::unpaid_work::Activity;
use record::{History, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Counts of orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moved {
    imposed: u64,
    ended: u64,
    in_force: u64,
}

/// Minutes and sessions of unpaid work or other activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Done {
    sessions: u64,
    minutes: i64,
    people: u64,
}

/// How often a standard was met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Standard {
    met: u64,
    late: u64,
    missed: u64,
    excused: u64,
    open: u64,
}

/// Everything that reports count in the records, for one period.
#[derive(Debug)]
pub(super) struct Tally {
    period: Period,
    /// The day on which it is judged: the last of the period, or today where it is not over.
    on: Date,
    /// The day up to which obligations are looked at.
    as_of: Date,
    records: u64,
    caseload: BTreeMap<OrderKind, Moved>,
    endings: BTreeMap<OrderKind, BTreeMap<HowEnded, u64>>,
    /// People with a community payback order.
    people: Moved,
    by_sex_and_age: BTreeMap<(String, &'static str), u64>,
    requirements: BTreeMap<RequirementKind, Moved>,
    hours_ordered: i64,
    outstanding: i64,
    outstanding_orders: u64,
    work: Done,
    other_activity: Done,
    placements: BTreeMap<String, u64>,
    exits: u64,
    causes: BTreeMap<Cause, u64>,
    incident_people: u64,
    /// Reports that were checked for gaps in services.
    checked: u64,
    /// Gaps: whether specialist, and which service, with how many reports named it and about how many people.
    gaps: BTreeMap<(bool, String), (u64, u64)>,
    standards: BTreeMap<String, Standard>,
}

impl Tally {
    pub(super) fn new(period: Period, as_of: Date) -> Self {
        Self {
            period,
            on: period.to.min(as_of),
            as_of,
            records: 0,
            caseload: BTreeMap::new(),
            endings: BTreeMap::new(),
            people: Moved::default(),
            by_sex_and_age: BTreeMap::new(),
            requirements: BTreeMap::new(),
            hours_ordered: 0,
            outstanding: 0,
            outstanding_orders: 0,
            work: Done::default(),
            other_activity: Done::default(),
            placements: BTreeMap::new(),
            exits: 0,
            causes: BTreeMap::new(),
            incident_people: 0,
            checked: 0,
            gaps: BTreeMap::new(),
            standards: BTreeMap::new(),
        }
    }

    /// Counts one person's record.
    pub(super) fn add(&mut self, history: &History, clock: &Clock<'_>) -> Result<(), ServiceError> {
        self.records += 1;
        let stood = history.as_it_stood_on(self.on).record();
        self.orders(&stood);
        self.unpaid_work(&stood);
        self.incidents(&stood);
        self.gaps(&stood);
        self.obligations(&history.record(), clock)
    }

    fn orders(&mut self, stood: &Record) {
        let (period, on) = (self.period, self.on);
        let mut person = Moved::default();
        for (reference, order) in &stood.orders {
            let moved = Moved {
                imposed: u64::from(period.contains(order.imposed_on)),
                ended: u64::from(order.ended.as_ref().is_some_and(|end| period.contains(end.on))),
                in_force: u64::from(order.runs_on(on)),
            };
            self.caseload.entry(order.kind).or_default().add(moved);
            if let Some(end) = order.ended.as_ref().filter(|_| moved.ended > 0) {
                *self.endings.entry(order.kind).or_default().entry(end.how).or_default() += 1;
            }
            if order.kind == OrderKind::CommunityPaybackOrder {
                person.add(moved);
                for requirement in &order.requirements {
                    self.requirements.entry(requirement.kind).or_default().add(moved);
                }
                self.exits += u64::from(moved.ended > 0 && has_exit_questionnaire(stood, reference.as_str()));
            }
        }
        self.people.add(person.at_most_once());
        if person.imposed > 0 {
            let first =
                stood.orders.values().filter(|order| period.contains(order.imposed_on)).map(|one| one.imposed_on).min();
            let key = (sex(&stood.person), age_band(&stood.person, first.unwrap_or(on)));
            *self.by_sex_and_age.entry(key).or_default() += 1;
        }
    }

    fn unpaid_work(&mut self, stood: &Record) {
        let (mut worked, mut other) = (false, false);
        for order in stood.orders.values() {
            if self.period.contains(order.imposed_on) {
                self.hours_ordered += order.unpaid_work.balance().ordered;
            }
            let left = order.unpaid_work.balance().outstanding();
            if order.runs_on(self.on) && left > 0 {
                self.outstanding += left;
                self.outstanding_orders += 1;
            }
            for session in order.unpaid_work.sessions.iter().filter(|session| self.period.contains(session.on)) {
                let (done, seen) = match session.activity {
                    Activity::Work => (&mut self.work, &mut worked),
                    Activity::OtherActivity => (&mut self.other_activity, &mut other),
                };
                done.sessions += 1;
                done.minutes += i64::from(session.minutes);
                *seen = true;
            }
            self.placed(order);
        }
        self.work.people += u64::from(worked);
        self.other_activity.people += u64::from(other);
    }

    fn placed(&mut self, order: &Order) {
        for placement in order.placements.values() {
            if placement.started_on.is_some_and(|on| self.period.contains(on)) {
                *self.placements.entry(placement.work.to_string()).or_default() += 1;
            }
        }
    }

    fn incidents(&mut self, stood: &Record) {
        let mut any = false;
        for incident in stood.incidents.values().filter(|incident| self.period.contains(incident.on)) {
            *self.causes.entry(incident.cause).or_default() += 1;
            any = true;
        }
        self.incident_people += u64::from(any);
    }

    fn gaps(&mut self, stood: &Record) {
        let mut seen = BTreeSet::new();
        let checked = stood.reports.values().filter_map(|report| report.gaps.as_ref());
        for (_, gaps) in checked.filter(|(on, _)| self.period.contains(*on)) {
            self.checked += 1;
            let named =
                gaps.specialist.iter().map(|one| (true, one)).chain(gaps.universal.iter().map(|one| (false, one)));
            for (specialist, service) in named {
                let key = (specialist, service.to_string());
                let (reports, people) = self.gaps.entry(key.clone()).or_default();
                *reports += 1;
                *people += u64::from(seen.insert(key));
            }
        }
    }

    fn obligations(&mut self, record: &Record, clock: &Clock<'_>) -> Result<(), ServiceError> {
        for judged in judge(record, clock, self.as_of, Detail::Plain)? {
            for one in judged.obligations.iter().filter(|one| self.period.contains(one.opened_on)) {
                let counts = self.standards.entry(one.standard.id().to_owned()).or_default();
                match one.state {
                    State::Met => counts.met += 1,
                    State::Late => counts.late += 1,
                    State::Missed => counts.missed += 1,
                    State::Excused => counts.excused += 1,
                    State::Open => counts.open += 1,
                    State::NotApplicable => {}
                }
            }
        }
        Ok(())
    }

    /// The figure; one that is counted on the plan is none of these.
    pub(super) fn grid(&self, name: FigureName, rulebook: &Rulebook, standards: &[String]) -> Option<Grid> {
        let mut grid = match name {
            FigureName::OrdersCaseload => self.caseload(),
            FigureName::OrdersEnded => self.ended(name, &self.endings.keys().copied().collect::<Vec<_>>()),
            FigureName::CpoOrders => self.cpo_orders(),
            FigureName::CpoPeople => self.cpo_people(),
            FigureName::CpoRequirements => self.requirements(name, RequirementKind::ALL),
            FigureName::CpoOtherRequirements => {
                let others = RequirementKind::ALL.iter().copied().filter(|kind| *kind != RequirementKind::UnpaidWork);
                self.requirements(name, &others.collect::<Vec<_>>())
            }
            FigureName::CpoEnded => self.ended(name, &[OrderKind::CommunityPaybackOrder]),
            FigureName::CpoExit => self.exit(),
            FigureName::UpwHours => self.hours(),
            FigureName::UpwWork => self.kinds_of_work(),
            FigureName::UpwOtherActivity => Self::activity(name, self.other_activity),
            FigureName::NoncomplianceCauses => self.causes(),
            FigureName::GapsNamed => self.gaps_named(),
            FigureName::StandardsMet => self.standards(rulebook, standards),
            _ => return None,
        };
        grid.note(format!(
            "Counted in {} records, each as it stood on {}.",
            measure::grid::grouped(self.records),
            day(self.on)
        ));
        Some(grid)
    }

    fn caseload(&self) -> Grid {
        let columns =
            [("kind", "Kind"), ("imposed", "#Imposed"), ("ended", "#Ended"), ("in_force", "#In force at the end")];
        let mut grid = Grid::new(FigureName::OrdersCaseload.meaning(), &columns);
        let mut together = Moved::default();
        for (kind, moved) in self.caseload.iter().filter(|(_, moved)| **moved != Moved::default()) {
            together.add(*moved);
            grid.rows.push(moved.row(kind.title()));
        }
        grid.rows.push(together.row("Together"));
        grid
    }

    fn cpo_orders(&self) -> Grid {
        let columns =
            [("what", "Counted"), ("imposed", "#Imposed"), ("ended", "#Ended"), ("in_force", "#In force at the end")];
        let mut grid = Grid::new(FigureName::CpoOrders.meaning(), &columns);
        let orders = self.caseload.get(&OrderKind::CommunityPaybackOrder).copied().unwrap_or_default();
        grid.rows.push(orders.row("Orders"));
        grid.rows.push(self.people.row("People"));
        grid.note("A person with two orders is counted once among people.");
        grid
    }

    fn cpo_people(&self) -> Grid {
        let columns =
            [("sex", "Sex"), ("age", "Age when imposed"), ("people", "#People"), ("of", "#Of"), ("share", "#Share")];
        let mut grid = Grid::new(FigureName::CpoPeople.meaning(), &columns);
        let hidden = too_few(self.by_sex_and_age.values().copied());
        for ((sex, age), people) in &self.by_sex_and_age {
            let mut row = vec![Cell::Text(sex.clone()), Cell::Text((*age).to_owned())];
            if hidden.contains(people) {
                row.extend([Cell::Hidden("few"), Cell::Count(self.people.imposed), Cell::Nothing]);
            } else {
                row.extend(share(*people, self.people.imposed));
            }
            grid.rows.push(row);
        }
        if !hidden.is_empty() {
            grid.note(format!("Groups of fewer than {FEW} are not shown, so that nobody can be known by them."));
        }
        grid
    }

    fn requirements(&self, name: FigureName, kinds: &[RequirementKind]) -> Grid {
        let columns = [
            ("requirement", "Requirement"),
            ("orders", "#Orders imposed with it"),
            ("of", "#Of"),
            ("share", "#Share"),
            ("in_force", "#In force at the end"),
        ];
        let mut grid = Grid::new(name.meaning(), &columns);
        let orders = self.caseload.get(&OrderKind::CommunityPaybackOrder).copied().unwrap_or_default();
        for kind in kinds {
            let moved = self.requirements.get(kind).copied().unwrap_or_default();
            let mut row = vec![Cell::Text(kind.title().to_owned())];
            row.extend(share(moved.imposed, orders.imposed));
            row.push(Cell::Count(moved.in_force));
            grid.rows.push(row);
        }
        grid.note("An order has one to ten requirements, so the shares add up to more than a hundred; as varied by the court.");
        grid
    }

    fn ended(&self, name: FigureName, kinds: &[OrderKind]) -> Grid {
        let columns = [("how", "How they ended"), ("orders", "#Orders"), ("of", "#Of"), ("share", "#Share")];
        let mut grid = Grid::new(name.meaning(), &columns);
        let mut counts: BTreeMap<HowEnded, u64> = BTreeMap::new();
        for (how, count) in kinds.iter().filter_map(|kind| self.endings.get(kind)).flatten() {
            *counts.entry(*how).or_default() += count;
        }
        let all = counts.values().sum();
        for (how, count) in counts {
            let mut row = vec![Cell::Text(how.words().to_owned())];
            row.extend(share(count, all));
            grid.rows.push(row);
        }
        grid
    }

    fn exit(&self) -> Grid {
        let columns = [("what", "Counted"), ("orders", "#Orders"), ("of", "#Of"), ("share", "#Share")];
        let mut grid = Grid::new(FigureName::CpoExit.meaning(), &columns);
        let ended = self.caseload.get(&OrderKind::CommunityPaybackOrder).map_or(0, |moved| moved.ended);
        let mut row = vec![Cell::Text("Ended, with an exit questionnaire".to_owned())];
        row.extend(share(self.exits, ended));
        grid.rows.push(row);
        grid
    }

    fn hours(&self) -> Grid {
        let columns = [("what", "Counted"), ("hours", "#Hours"), ("number", "#Number"), ("of", "Of what")];
        let mut grid = Grid::new(FigureName::UpwHours.meaning(), &columns);
        let with_work = self.requirements.get(&RequirementKind::UnpaidWork).copied().unwrap_or_default();
        let mut row = |what: &str, minutes: i64, number: u64, of: &str| {
            let cells = [Cell::Text(what.to_owned()), hours(minutes), Cell::Count(number), Cell::Text(of.to_owned())];
            grid.rows.push(cells.to_vec());
        };
        row("Ordered", self.hours_ordered, with_work.imposed, "orders imposed");
        row("Worked", self.work.minutes, self.work.sessions, "sessions");
        row("Other activity", self.other_activity.minutes, self.other_activity.sessions, "sessions");
        row("Outstanding at the end", self.outstanding, self.outstanding_orders, "orders in force");
        grid.note("Hours are kept to the minute; here they are shown to a tenth of an hour.");
        grid
    }

    fn activity(name: FigureName, done: Done) -> Grid {
        let columns = [("sessions", "#Sessions"), ("hours", "#Hours"), ("people", "#People")];
        let mut grid = Grid::new(name.meaning(), &columns);
        grid.rows.push(vec![Cell::Count(done.sessions), hours(done.minutes), Cell::Count(done.people)]);
        grid
    }

    fn kinds_of_work(&self) -> Grid {
        let columns =
            [("work", "Kind of work"), ("placements", "#Placements begun"), ("of", "#Of"), ("share", "#Share")];
        let mut grid = Grid::new(FigureName::UpwWork.meaning(), &columns);
        let all = self.placements.values().sum();
        let mut kinds: Vec<_> = self.placements.iter().collect();
        kinds.sort_by_key(|(work, count)| (std::cmp::Reverse(**count), *work));
        for (work, count) in kinds {
            let mut row = vec![Cell::Text(work.clone())];
            row.extend(share(*count, all));
            grid.rows.push(row);
        }
        grid
    }

    fn causes(&self) -> Grid {
        let columns = [("cause", "Cause"), ("incidents", "#Incidents"), ("of", "#Of"), ("share", "#Share")];
        let mut grid = Grid::new(FigureName::NoncomplianceCauses.meaning(), &columns);
        let all = self.causes.values().sum();
        for (cause, count) in &self.causes {
            let mut row = vec![Cell::Text(cause.words().to_owned())];
            row.extend(share(*count, all));
            grid.rows.push(row);
        }
        grid.note(format!("People whom they concern: {}.", self.incident_people));
        grid
    }

    fn gaps_named(&self) -> Grid {
        let columns = [
            ("service", "Service that is missing"),
            ("kind", "What is done about it"),
            ("reports", "#Reports that name it"),
            ("of", "#Of"),
            ("share", "#Share"),
            ("people", "#People"),
        ];
        let mut grid = Grid::new(FigureName::GapsNamed.meaning(), &columns);
        let mut gaps: Vec<_> = self.gaps.iter().collect();
        gaps.sort_by_key(|((specialist, service), (reports, _))| (!specialist, std::cmp::Reverse(*reports), service));
        for ((specialist, service), (reports, people)) in gaps {
            let kind = if *specialist { "specialist: to commission" } else { "universal: to planning partners" };
            let mut row = vec![Cell::Text(service.clone()), Cell::Text(kind.to_owned())];
            row.extend(share(*reports, self.checked));
            row.push(Cell::Count(*people));
            grid.rows.push(row);
        }
        grid.note(format!("Reports that were checked for gaps: {} (S4 appendix 5, 5.1.3).", self.checked));
        grid
    }

    fn standards(&self, rulebook: &Rulebook, wanted: &[String]) -> Grid {
        let columns = [
            ("standard", "Standard"),
            ("met", "#Met in time"),
            ("judged", "#Of"),
            ("share", "#Share"),
            ("late", "#Late"),
            ("missed", "#Missed"),
            ("excused", "#Excused"),
            ("open", "#Still open"),
        ];
        let mut grid = Grid::new(FigureName::StandardsMet.meaning(), &columns);
        for standard in wanted.iter().filter_map(|id| rulebook.get(id)) {
            let counts = self.standards.get(standard.id()).copied().unwrap_or_default();
            let mut row = vec![Cell::Text(format!("{} ({})", standard.title(), standard.source()))];
            row.extend(share(counts.met, counts.met + counts.late + counts.missed));
            row.extend([counts.late, counts.missed, counts.excused, counts.open].map(Cell::Count));
            grid.rows.push(row);
        }
        let (id, version) = (rulebook.id(), rulebook.version());
        grid.note(format!(
            "Judged on {} by rulebook {id} {version}; what was excused or is still open is not judged.",
            day(self.as_of)
        ));
        grid
    }
}

impl Moved {
    fn add(&mut self, other: Self) {
        self.imposed += other.imposed;
        self.ended += other.ended;
        self.in_force += other.in_force;
    }

    fn at_most_once(self) -> Self {
        Self { imposed: self.imposed.min(1), ended: self.ended.min(1), in_force: self.in_force.min(1) }
    }

    fn row(self, name: &str) -> Vec<Cell> {
        let counts = [self.imposed, self.ended, self.in_force].map(Cell::Count);
        std::iter::once(Cell::Text(name.to_owned())).chain(counts).collect()
    }
}

fn has_exit_questionnaire(record: &Record, order: &str) -> bool {
    let is_of_it = |fact: &facts::Fact| matches!(fact.attributes.get("order_ref"), Some(facts::Value::Text(text)) if *text == order);
    record.facts().iter().any(|told| told.fact.name == FactName::ExitQuestionnaireRecorded && is_of_it(&told.fact))
}

fn sex(person: &Person) -> String {
    match person.characteristics.get(&Characteristic::Sex) {
        Some(Answer::Is(word)) => word.as_str().to_owned(),
        _ => "not known".to_owned(),
    }
}

/// The bands of the justice social work statistics.
fn age_band(person: &Person, on: Date) -> &'static str {
    let Birth::Full(born) = person.birth else { return "not known" };
    let years = i32::from(on.year() - born.year()) - i32::from((on.month(), on.day()) < (born.month(), born.day()));
    match years {
        ..16 => "under 16",
        16..=17 => "16 to 17",
        18..=20 => "18 to 20",
        21..=25 => "21 to 25",
        26..=30 => "26 to 30",
        31..=40 => "31 to 40",
        41.. => "over 40",
    }
}

/// A group of fewer people is not shown where a report may be published.
const FEW: u64 = 5;

/// The sizes of groups that are not shown: the small ones, and the next larger where one alone could be worked out.
fn too_few(sizes: impl Iterator<Item = u64>) -> BTreeSet<u64> {
    let mut sizes: Vec<u64> = sizes.collect();
    sizes.sort_unstable();
    let few = sizes.iter().filter(|size| **size < FEW).count();
    let hidden = if few == 1 { 2 } else { few };
    sizes.into_iter().take(hidden).collect()
}

/// So many of so many, and the share where there is one.
#[expect(clippy::cast_precision_loss, reason = "counts of orders lie far below 2^52")]
fn share(count: u64, of: u64) -> [Cell; 3] {
    let share = if of == 0 { Cell::Nothing } else { Cell::Share(count as f64 / of as f64) };
    [Cell::Count(count), Cell::Count(of), share]
}

#[expect(clippy::cast_precision_loss, reason = "minutes of work lie far below 2^52")]
fn hours(minutes: i64) -> Cell {
    Cell::Number(minutes as f64 / 60.0, 1)
}

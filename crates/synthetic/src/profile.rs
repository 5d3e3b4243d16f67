//! What was made, measured from the records themselves, beside the published figures.

use crate::area::Area;
use crate::days::{days_from, later, months_later};
use crate::mix::late_reason_name;
use crate::targets::{Target, Targets, Unit};
use crate::world::{Person, Size};
use calendar::{Calendar, Calendars};
use jiff::civil::Date;
use record::breach::Stage;
use record::ending::HowEnded;
use record::order::{Family, Order, OrderKind, RequirementKind};
use record::person::{Answer, Characteristic};
use record::{BreachRef, History, OrderRef, Record, What};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Measured figures of the people added so far.
#[derive(Debug)]
pub struct Profile<'a> {
    size: Size,
    area: &'a Area,
    calendars: &'a Calendars,
    people: u64,
    kinds: BTreeMap<&'static str, u64>,
    bases: BTreeMap<&'static str, u64>,
    hits: BTreeMap<(&'static str, String), u64>,
    means: BTreeMap<(&'static str, &'static str), Mean>,
}

/// A mean in the making.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    count: f64,
    sum: f64,
    squares: f64,
}

/// One figure beside its target.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The published measure.
    pub target: &'a Target,
    /// Which of its values.
    pub value: &'a str,
    /// The published figure.
    pub published: f64,
    /// The measured figure; none if nothing could be measured.
    pub measured: Option<f64>,
    /// Of how many it was measured.
    pub base: u64,
    /// By how much the two may differ: the stated tolerance, three standard errors of the sample, and, of a share, one
    /// case more or less.
    pub allowed: f64,
}

impl Comparison<'_> {
    /// Whether the measured figure is as near to the published one as was promised.
    pub fn is_within(&self) -> bool {
        self.measured.is_some_and(|measured| (measured - self.published).abs() <= self.allowed)
    }
}

/// What the events say beside the folded record.
#[derive(Default)]
struct Told {
    imposed: BTreeMap<OrderRef, Vec<RequirementKind>>,
    first_contact: BTreeMap<OrderRef, Date>,
    decided: BTreeMap<BreachRef, Date>,
    lodged: BTreeMap<BreachRef, Date>,
    amended: u64,
}

impl<'a> Profile<'a> {
    /// Nothing measured yet.
    pub fn new(size: Size, area: &'a Area, calendars: &'a Calendars) -> Self {
        Self {
            size,
            area,
            calendars,
            people: 0,
            kinds: BTreeMap::new(),
            bases: BTreeMap::new(),
            hits: BTreeMap::new(),
            means: BTreeMap::new(),
        }
    }

    /// How many people were measured.
    pub fn people(&self) -> u64 {
        self.people
    }

    /// How many events of each kind they have.
    pub fn kinds(&self) -> &BTreeMap<&'static str, u64> {
        &self.kinds
    }

    /// Measures one more person.
    pub fn add(&mut self, person: &Person) {
        self.people += 1;
        let history = History::new(person.events.clone());
        let record = history.record();
        let told = self.listen(person, &record);
        self.count("amended", person.events.len());
        self.hit_times("amended", "all", told.amended);
        for order in record.orders.values() {
            if order.kind != OrderKind::CommunityPaybackOrder {
                let licence = order.kind.family() == Family::Licence;
                self.hit("cases", if licence { "licence" } else { order.kind.as_str() });
                if licence {
                    self.count("licence_kind", 1);
                    self.hit("licence_kind", order.kind.as_str());
                }
            }
        }
        self.hit_times("reports", "all", u64::try_from(record.reports.len()).unwrap_or_default());
        for (reference, order) in &record.orders {
            match order.kind {
                OrderKind::CommunityPaybackOrder => self.payback_order(reference, order, &record, &told),
                OrderKind::DrugTreatmentAndTestingOrder => self.drug_treatment(reference, order, &told),
                _ => {}
            }
        }
        self.person_with_orders(person, &record);
        self.convicted_person(&record);
    }

    /// As published: of everybody convicted in a financial year, once for each year.
    fn convicted_person(&mut self, record: &Record) {
        let mut days: Vec<Date> = record.court.convictions.iter().map(|(on, _)| *on).collect();
        days.sort_unstable();
        days.dedup();
        let mut counted = None;
        for (place, on) in days.iter().enumerate() {
            let year = if on.month() < 4 { on.year() - 1 } else { on.year() };
            if counted.replace(year) == Some(year) || !self.is_before_the_end(*on, 12) {
                continue;
            }
            let again = days.iter().skip(place + 1).filter(|later| days_from(*on, **later) <= 365).count();
            self.count("reconvicted", 1);
            self.count("reconvictions", 1);
            self.hit_times("reconvicted", "all", u64::from(again > 0));
            self.hit_times("reconvictions", "all", u64::try_from(again).unwrap_or_default());
        }
    }

    fn listen(&mut self, person: &Person, record: &Record) -> Told {
        let mut told = Told::default();
        for event in &person.events {
            *self.kinds.entry(event.what.kind()).or_default() += 1;
            let on = event.stamp.on();
            match &event.what {
                What::Imposed(order) => {
                    let kinds = order.requirements.iter().map(|requirement| requirement.kind).collect();
                    told.imposed.insert(order.order.clone(), kinds);
                }
                What::ContactHeld(held) => {
                    if let Some(order) = &held.first_for {
                        told.first_contact.insert(order.clone(), on);
                    }
                }
                What::BreachDecided(decision) => drop(told.decided.insert(decision.breach.clone(), on)),
                What::BreachLodged(lodged) => drop(told.lodged.insert(lodged.breach.clone(), on)),
                What::Corrected(_) | What::Struck(_) => told.amended += 1,
                What::StandardReason(reason) => {
                    let of_payback_order =
                        record.orders.get(&reason.order).is_some_and(|o| o.kind == OrderKind::CommunityPaybackOrder);
                    let measure = match reason.standard.as_str() {
                        "nos.first_contact.court" => "late_first_contact",
                        "nos.induction.begin" => "late_induction",
                        "nos.upw.complete.level1" | "nos.upw.complete.level2" => "late_unpaid_work",
                        _ => continue,
                    };
                    if of_payback_order {
                        self.count(measure, 1);
                        self.hit(measure, late_reason_name(reason.reason));
                    }
                }
                _ => {}
            }
        }
        told
    }

    fn person_with_orders(&mut self, person: &Person, record: &Record) {
        let orders = || record.orders.values().filter(|order| order.kind == OrderKind::CommunityPaybackOrder);
        let Some(first) = orders().map(|order| order.imposed_on).min() else { return };
        if self.is_before_the_end(first, 14) {
            self.count("orders_per_person", 1);
            self.hit_times("orders_per_person", "all", u64::try_from(orders().count()).unwrap_or_default());
        }
        if self.is_before_the_end(first, SETTLED) && orders().all(|order| order.ended.is_some()) {
            let each = person.events.len() / orders().count().max(1);
            self.mean("events", "all", u32::try_from(each).unwrap_or(u32::MAX));
        }
        let answer = |characteristic| match record.person.characteristics.get(&characteristic) {
            Some(Answer::Is(word)) => Some(word.as_str().to_owned()),
            _ => None,
        };
        for (measure, characteristic) in [("sex", Characteristic::Sex), ("employment", Characteristic::Employment)] {
            if let Some(answer) = answer(characteristic) {
                self.count(measure, 1);
                self.hit(measure, &answer);
            }
        }
        if let Some(group) = answer(Characteristic::Ethnicity) {
            self.count("ethnicity", 1);
            self.hit("ethnicity", if group.starts_with("White") { "White" } else { "other" });
        }
    }

    fn payback_order(&mut self, reference: &OrderRef, order: &Order, record: &Record, told: &Told) {
        for measure in ["cases", "reports", "requirements", "progress_review"] {
            self.count(measure, 1);
        }
        // As imposed: a later variation does not count.
        let kinds = told.imposed.get(reference).map_or(&[][..], Vec::as_slice);
        for kind in kinds {
            self.hit("requirements", kind.as_str());
        }
        if kinds.contains(&RequirementKind::Supervision) && kinds.contains(&RequirementKind::UnpaidWork) {
            self.hit("requirements", "both");
        }
        if !order.progress_reviews.is_empty() {
            self.hit("progress_review", "all");
        }
        if let Some((age, _)) = record.person.birth.age_on(order.imposed_on) {
            self.count("age", 1);
            let band = match age {
                ..=17 => "16-17",
                18..=20 => "18-20",
                21..=25 => "21-25",
                26..=30 => "26-30",
                31..=40 => "31-40",
                _ => "over 40",
            };
            self.hit("age", band);
        }
        let supervision = order.requirement(RequirementKind::Supervision);
        if let Some(months) = supervision.and_then(|requirement| requirement.months) {
            self.count("supervision_months", 1);
            let band = match months {
                ..=6 => "up to 6",
                7..=12 => "6 to 12",
                13..=18 => "12 to 18",
                19..=24 => "18 to 24",
                _ => "24 to 36",
            };
            self.hit("supervision_months", band);
            self.mean("supervision_mean", "all", u32::from(months));
        }
        if let Some(hours) = order.unpaid_work.ordered_hours() {
            let level = if hours <= 100 { "level_1" } else { "level_2" };
            self.count("hours_level", 1);
            self.hit("hours_level", level);
            self.mean("hours", level, u32::from(hours));
        }
        if self.is_before_the_end(order.imposed_on, 6) {
            self.first_steps(reference, order, told);
        }
        if self.is_before_the_end(order.imposed_on, SETTLED) {
            self.settled(reference, order, record, told);
        }
    }

    fn first_steps(&mut self, reference: &OrderRef, order: &Order, told: &Told) {
        let Some(calendar) = self.calendar(order) else { return };
        let days = |on: Date| calendar.working_days_between(order.imposed_on, on).unwrap_or(u32::MAX);
        if let Some(days) = told.first_contact.get(reference).map(|on| days(*on)) {
            self.count("first_contact", 1);
            self.hit("first_contact", contact_class(days));
        }
        if let Some(days) = order.induction_started_on.map(days) {
            self.count("induction", 1);
            let class = match days {
                ..=5 => "up to 5",
                6..=10 => "6 to 10",
                _ => "over 10",
            };
            self.hit("induction", class);
        }
        if let Some(on) = order.placements.values().filter_map(|placement| placement.started_on).min() {
            self.count("placement", 1);
            let within_months = |n| months_later(order.imposed_on, n).is_ok_and(|month| on <= month);
            let class = if days(on) <= 7 {
                "up to 7 working days"
            } else if days_from(order.imposed_on, on) <= 21 {
                "up to 3 weeks"
            } else if within_months(1) {
                "up to 1 month"
            } else if within_months(2) {
                "up to 2 months"
            } else {
                "over 2 months"
            };
            self.hit("placement", class);
        }
    }

    /// What is known only of orders old enough to have ended.
    fn settled(&mut self, reference: &OrderRef, order: &Order, record: &Record, told: &Told) {
        if let Some(end) = &order.ended {
            self.count("ends", 1);
            self.hit("ends", end.how.as_str());
        }
        self.count("breach", 1);
        for (breach, _) in record.breaches.iter().filter(|(_, breach)| {
            breach.order == *reference && matches!(breach.stage, Stage::Lodged | Stage::Determined)
        }) {
            self.hit("breach", "all");
            let days = told.decided.get(breach).zip(told.lodged.get(breach)).zip(self.calendar(order));
            if let Some(((decided, lodged), calendar)) = days {
                self.count("breach_lodged", 1);
                if calendar.working_days_between(*decided, *lodged).is_ok_and(|days| days <= 5) {
                    self.hit("breach_lodged", "all");
                }
            }
        }
        if let (Some(done), Some(hours)) = (order.unpaid_work.completed_on, order.unpaid_work.ordered_hours()) {
            let (level, months) = if hours <= 100 { ("level_1", 3) } else { ("level_2", 6) };
            let statutory = months_later(order.imposed_on, months).and_then(|end| later(end, -1));
            let class = if statutory.is_ok_and(|end| done <= end) {
                "in the statutory period"
            } else if order.unpaid_work.until.is_some_and(|until| done <= until) {
                "in the court's longer period"
            } else {
                "late"
            };
            self.count("unpaid_work_end", 1);
            self.hit("unpaid_work_end", class);
            let days = u32::try_from(days_from(order.imposed_on, done)).unwrap_or_default();
            self.mean("unpaid_work_days", level, days);
        }
    }

    fn drug_treatment(&mut self, reference: &OrderRef, order: &Order, told: &Told) {
        let calendar = self.calendar(order);
        let contact = told.first_contact.get(reference).zip(calendar);
        if let Some((on, calendar)) = contact {
            self.count("dtto_first_contact", 1);
            let days = calendar.working_days_between(order.imposed_on, *on).unwrap_or(u32::MAX);
            self.hit("dtto_first_contact", contact_class(days));
        }
        if let Some(end) = order.ended.as_ref().filter(|_| self.is_before_the_end(order.imposed_on, SETTLED)) {
            self.count("dtto_completed", 1);
            if end.how == HowEnded::Completed {
                self.hit("dtto_completed", "all");
            }
        }
    }

    fn calendar(&self, order: &Order) -> Option<&'a Calendar> {
        let council = self.area.councils.iter().find(|council| council.reference == order.council);
        self.calendars.get(&council.or(self.area.councils.first())?.calendar)
    }

    /// Whether a day lies so many months before the end of the history.
    fn is_before_the_end(&self, day: Date, months: i32) -> bool {
        months_later(day, months).is_ok_and(|then| then <= self.size.until)
    }

    fn count(&mut self, measure: &'static str, times: impl TryInto<u64>) {
        *self.bases.entry(measure).or_default() += times.try_into().unwrap_or_default();
    }

    fn hit(&mut self, measure: &'static str, value: &str) {
        self.hit_times(measure, value, 1);
    }

    fn hit_times(&mut self, measure: &'static str, value: &str, times: u64) {
        *self.hits.entry((measure, value.to_owned())).or_default() += times;
    }

    fn mean(&mut self, measure: &'static str, value: &'static str, figure: u32) {
        let mean = self.means.entry((measure, value)).or_default();
        let figure = f64::from(figure);
        mean.count += 1.0;
        mean.sum += figure;
        mean.squares += figure * figure;
    }

    /// Every published figure beside the measured one.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and events are far below 2^52")]
    pub fn compare<'t>(&self, targets: &'t Targets) -> Vec<Comparison<'t>> {
        let line = |target: &'t Target| {
            target.values.iter().map(move |(value, published)| {
                let (measured, error, base) = self.measured(target, value);
                let one = if target.unit == Unit::Percent && base > 0 { ONE_CASE / base as f64 } else { 0.0 };
                let allowed = target.tolerance + 3.0 * error + one;
                Comparison { target, value, published: *published, measured, base, allowed }
            })
        };
        targets.target.iter().flat_map(line).collect()
    }

    /// A figure with its standard error and its base.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and events are far below 2^52")]
    fn measured(&self, target: &Target, value: &str) -> (Option<f64>, f64, u64) {
        if !matches!(target.unit, Unit::Percent | Unit::PerHundredOrders | Unit::PerHundredPeople) {
            let mean = self.means.iter().find(|((id, of), _)| *id == target.id && *of == value);
            return mean.map_or((None, 0.0, 0), |(_, mean)| mean.told());
        }
        let base = self.bases.get(target.id.as_str()).copied().unwrap_or_default();
        let hits = self.hits.iter().find(|((id, of), _)| *id == target.id && of == value).map_or(0, |(_, hits)| *hits);
        if base == 0 {
            return (None, 0.0, 0);
        }
        let (base_of, share) = (base as f64, hits as f64 / base as f64);
        let error = match target.unit {
            // The published share is the better guess of the spread where few were drawn.
            Unit::Percent => {
                let published = target.values.get(value).map_or(share, |published| published / 100.0);
                (published * (1.0 - published) / base_of).max(0.0).sqrt()
            }
            _ => (hits.max(1) as f64).sqrt() / base_of,
        };
        (Some(share * 100.0), error * 100.0, base)
    }

    /// The comparison as a table for the terminal.
    pub fn table(&self, targets: &Targets) -> String {
        let events: u64 = self.kinds.values().sum();
        let mut table = format!("{} people, {} events of {} kinds\n", self.people, events, self.kinds.len());
        let mut last = "";
        for line in self.compare(targets) {
            if line.target.id != last {
                last = &line.target.id;
                let _ = write!(table, "\n{} ({})\n", line.target.title, line.target.source);
            }
            let unit = match line.target.unit {
                Unit::Percent => "%",
                _ => " ",
            };
            let measured = line.measured.map_or_else(|| "-".to_owned(), |measured| format!("{measured:.1}{unit}"));
            let within = match (line.measured, line.is_within()) {
                (None, _) => "not measured".to_owned(),
                (Some(_), true) => format!("within {:.1}", line.allowed),
                (Some(_), false) => format!("NOT within {:.1}", line.allowed),
            };
            let _ = writeln!(
                table,
                "  {:<30} published {:>7.1}{unit}  made {measured:>8}  of {:>7}  {within}",
                line.value.replace('_', " "),
                line.published,
                line.base
            );
        }
        table
    }
}

/// Months after which an order is counted among those that may have ended: all but the longest have.
const SETTLED: i32 = 30;
/// One case, in per cent of one.
const ONE_CASE: f64 = 100.0;

fn contact_class(days: u32) -> &'static str {
    match days {
        ..=1 => "up to 1",
        2..=5 => "2 to 5",
        _ => "over 5",
    }
}

impl Mean {
    fn told(self) -> (Option<f64>, f64, u64) {
        let mean = self.sum / self.count;
        let spread = (self.squares / self.count - mean * mean).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count is a whole number")]
        let base = self.count as u64;
        (Some(mean), (spread / self.count).sqrt(), base)
    }
}

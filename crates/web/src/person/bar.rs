//! The identity bar: whose record this is, on every page of it; and the way to its other pages.

use super::LONDON;
use crate::when;
use crate::words::{self, Names, Words, capital};
use jiff::Timestamp;
use jiff::civil::Date;
use record::person::Birth;
use record::plan::PlanKind;
use record::{Record, breach};
use service::PersonPart;

/// The pages of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Chronology,
    Orders,
    Contacts,
    Compliance,
    UnpaidWork,
    Standards,
    Network,
    Details,
    /// A page that is not in the navigation.
    Other,
}

const TABS: &[(Tab, &str, &str)] = &[
    (Tab::Overview, "Overview", ""),
    (Tab::Chronology, "Chronology", "/chronology"),
    (Tab::Orders, "Orders", "/orders"),
    (Tab::Contacts, "Plan and contacts", "/contacts"),
    (Tab::Compliance, "Compliance", "/compliance"),
    (Tab::UnpaidWork, "Unpaid work", "/unpaid-work"),
    (Tab::Standards, "Obligations", "/standards"),
    (Tab::Network, "People and agencies", "/network"),
    (Tab::Details, "Details", "/details"),
];

/// One page of the navigation.
pub(crate) struct Link {
    pub(crate) text: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// Something to know before anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alert {
    pub(crate) text: String,
    pub(crate) colour: &'static str,
}

/// Whose record this is.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) base: String,
    /// Facts in a row: "Born", "17 May 1990 (35 years old)".
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) alerts: Vec<Alert>,
    /// How it is safe to reach the person, route by route.
    pub(crate) safe: Vec<String>,
    pub(crate) links: Vec<Link>,
    /// The moment as at which the record is shown, if not now.
    pub(crate) known_at: Option<String>,
    /// That the record was opened with a reason, and until when.
    pub(crate) opened: Option<String>,
    /// Whether things can be recorded from here.
    pub(crate) may_record: bool,
}

/// What the bar is made with beside the record.
pub(crate) struct Around<'a> {
    pub(crate) id: &'a str,
    pub(crate) tab: Tab,
    pub(crate) query: &'a str,
    pub(crate) known_at: Option<Timestamp>,
}

impl Bar {
    /// The bar of a page beside the record's own, such as a form: it leads back to them and nowhere else.
    pub(crate) fn beside(words: &Words, names: &Names, record: &Record, today: Date, base: String) -> Self {
        Self {
            facts: facts(words, names, record, today),
            alerts: alerts(record, today),
            safe: safe(words, record),
            ..Self::name_alone(record, base)
        }
    }

    /// The bar for those who see a name and nothing else of the record.
    pub(crate) fn name_alone(record: &Record, base: String) -> Self {
        Self {
            name: called(record),
            base,
            facts: Vec::new(),
            alerts: Vec::new(),
            safe: Vec::new(),
            links: Vec::new(),
            known_at: None,
            opened: None,
            may_record: false,
        }
    }

    pub(crate) fn of(words: &Words, names: &Names, part: &PersonPart, around: &Around<'_>) -> Self {
        let (record, today) = (&part.record, part.as_at);
        let base = super::address(around.id);
        let link = |(tab, text, path): &(Tab, &'static str, &str)| Link {
            text,
            href: format!("{base}{path}{}", around.query),
            current: *tab == around.tab,
        };
        Self {
            name: called(record),
            facts: facts(words, names, record, today),
            alerts: alerts(record, today),
            safe: safe(words, record),
            links: TABS.iter().map(link).collect(),
            known_at: around.known_at.map(when::moment),
            opened: part.opened.as_ref().map(|opened| {
                let until = opened.until.to_zoned(LONDON.clone()).time();
                format!(
                    "You opened another team’s case with the reason “{}”. It is open to you to read until {}; every look is entered in the access log, and the team’s manager sees it.",
                    opened.reason,
                    when::time(until)
                )
            }),
            may_record: around.known_at.is_none() && part.opened.is_none(),
            base,
        }
    }
}

/// What to call the person.
pub(crate) fn called(record: &Record) -> String {
    record.person.called().unwrap_or_else(|| "Name not known".to_owned())
}

fn facts(words: &Words, names: &Names, record: &Record, today: Date) -> Vec<(&'static str, String)> {
    let person = &record.person;
    let age = words::age(person.birth, person.died.unwrap_or(today));
    let age = age.map(|age| format!(" ({age})")).unwrap_or_default();
    let mut facts = vec![("Born", capital(&format!("{}{age}", words::born(person.birth))))];
    if person.birth == Birth::NotKnown {
        facts = vec![("Born", "Not known".to_owned())];
    }
    if let Some(died) = person.died {
        facts.push(("Died", when::short_day(died)));
    }
    let identifiers: Vec<String> = person.identifiers.iter().map(|known| words.identifier(known)).collect();
    if !identifiers.is_empty() {
        facts.push(("Known by", identifiers.join(", ")));
    }
    let level = record.supervision.level_on(today).map(|level| words.say("level", level.as_str()));
    facts.push(("Contact level", level.unwrap_or_else(|| "Not set".to_owned())));
    let manager = record.supervision.case_manager_on(today);
    facts.push(match manager {
        Some(at) => ("Case manager", format!("{}, {}", names.worker(at.worker.as_str()), names.team(at.team.as_str()))),
        None => ("Case manager", "Not allocated".to_owned()),
    });
    facts
}

/// What anybody must know before they act. Never by colour alone: each is a few words.
pub(crate) fn alerts(record: &Record, today: Date) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let mut say = |text: &str, colour| alerts.push(Alert { text: text.to_owned(), colour });
    if record.person.died.is_some() {
        say("Has died", "grey");
    }
    if record.person.restricted_to.is_some() || !record.person.excluded.is_empty() {
        say("Restricted record", "red");
    }
    if record.custody.is_in_custody() {
        say("In custody", "purple");
    }
    if record.plan.as_ref().is_some_and(|plan| plan.content.kind == PlanKind::RiskManagement) {
        say("Risk management plan", "red");
    }
    let under_way = [breach::Stage::Proposed, breach::Stage::Decided, breach::Stage::Lodged, breach::Stage::Licence];
    if record.breaches.values().any(|breach| under_way.contains(&breach.stage)) {
        say("Breach under way", "orange");
    }
    if record.changes.values().any(|change| change.discussed_on.is_none()) {
        say("Significant change not yet discussed with the manager", "orange");
    }
    if record.incidents.values().any(|incident| !incident.responded && incident.accepted.is_none()) {
        say("Non-compliance without a response", "orange");
    }
    if record.supervision.case_manager_on(today).is_none() && record.orders.values().any(|order| order.runs_on(today)) {
        say("Not allocated", "orange");
    }
    if record.person.languages.iter().any(|language| language.interpreter) {
        say("Needs an interpreter", "blue");
    }
    if !record.person.adjustments.is_empty() {
        say("Adjustments in place", "blue");
    }
    alerts
}

/// How it is safe to reach the person.
fn safe(words: &Words, record: &Record) -> Vec<String> {
    let details = record.person.contact_details.iter().filter(|detail| detail.current);
    let rule = |detail: &record::person::ContactDetail| {
        let route = serde_json::to_value(detail.route).ok();
        let route = route.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        format!("{} {}: {}", words.say("route", route), detail.value, words.safe_contact(&detail.safe))
    };
    details.map(rule).collect()
}

//! Caseload: everybody in hand with level, what falls due next, when they were last seen, how contacts and standards were
//! kept, and hours; filtered, sorted and paged by links that can be shared.

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::today::ACCESS;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::{Choice, Whose, encoded};
use crate::words::counted;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use record::Purpose;
use service::{CaseInHand, CaseloadAsked, Running, Sort};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/caseload", ACCESS, "everybody in hand", caseload)
}

#[derive(Clone, Default, serde::Deserialize)]
struct Asked {
    worker: Option<String>,
    team: Option<String>,
    #[serde(default)]
    level: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    standards: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    order: String,
    after: Option<String>,
}

/// What can be chosen of each filter: the value and its words.
const STATUS: &[(&str, &str)] = &[("", "Running"), ("ended", "Ended"), ("all", "All")];
const DUE: &[(&str, &str)] = &[("", "Any time"), ("0", "Today"), ("7", "In 7 days"), ("28", "In 28 days")];
const STANDARDS: &[(&str, &str)] = &[("", "Any"), ("missed", "One was missed")];
const LEVELS: [&str; 4] = ["very_high", "high", "medium", "low"];

/// What a caseload can be sorted by: the column's heading.
const COLUMNS: &[(Option<Sort>, &str)] = &[
    (Some(Sort::Name), "Person"),
    (Some(Sort::Kind), "Order"),
    (Some(Sort::Imposed), "Since"),
    (Some(Sort::Level), "Level"),
    (Some(Sort::Due), "Next due"),
    (Some(Sort::Seen), "Last seen"),
    (None, "Contacts kept"),
    (Some(Sort::Missed), "Standards"),
    (None, "Unpaid work"),
];

impl Asked {
    /// Every value is one of those that can be chosen.
    fn checked(&self, kinds: &[(String, String)]) -> Result<(), Trouble> {
        let known = |choices: &[(&str, &str)], value: &str| choices.iter().any(|(known, _)| *known == value);
        let fits = known(STATUS, &self.status)
            && known(DUE, &self.due)
            && known(STANDARDS, &self.standards)
            && (self.level.is_empty() || LEVELS.contains(&self.level.as_str()))
            && (self.kind.is_empty() || kinds.iter().any(|(kind, _)| *kind == self.kind))
            && (self.sort.is_empty() || Sort::read(&self.sort).is_some())
            && matches!(self.order.as_str(), "" | "desc");
        if fits {
            Ok(())
        } else {
            Err(Trouble::NotUnderstood(
                "The list cannot be filtered or sorted like that. Open the caseload and choose again.".to_owned(),
            ))
        }
    }

    fn sort(&self) -> Sort {
        Sort::read(&self.sort).unwrap_or_default()
    }

    fn is_filtered(&self) -> bool {
        [&self.level, &self.kind, &self.status, &self.due, &self.standards].iter().any(|value| !value.is_empty())
    }

    /// The address of the same list, sorted another way.
    fn address(&self, whose: &str, sort: &str, order: &str, after: Option<&str>) -> String {
        let mut address = format!("/caseload?{whose}");
        let after = after.unwrap_or_default();
        for (name, value) in [
            ("level", self.level.as_str()),
            ("kind", &self.kind),
            ("status", &self.status),
            ("due", &self.due),
            ("standards", &self.standards),
            ("sort", sort),
            ("order", order),
            ("after", after),
        ] {
            if !value.is_empty() {
                for part in ["&", name, "=", &encoded(value)] {
                    address.push_str(part);
                }
            }
        }
        address
    }
}

/// A heading that sorts.
struct Heading {
    text: &'static str,
    href: Option<String>,
    /// `ascending` or `descending` for the column that the list is sorted by.
    sorted: &'static str,
}

/// A choice of a filter.
struct Filter {
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String, bool)>,
}

/// A case in words.
struct Line {
    person: String,
    name: String,
    restricted: bool,
    kind: String,
    case: String,
    status: String,
    since: String,
    level: String,
    next: String,
    next_what: String,
    is_late: bool,
    seen: String,
    kept: String,
    standards: String,
    worker: String,
    hours: String,
}

impl Line {
    fn of(desk: &Desk, case: CaseInHand, today: Date) -> Self {
        let words = desk.words();
        let kept = case.attendance.iter().filter(|kept| **kept).count();
        let (met, late, missed) = case.standards;
        let judged = met + late + missed;
        let mut standards = if judged == 0 { "None yet".to_owned() } else { format!("{met} of {judged} met") };
        for (count, what) in [(late, "late"), (missed, "missed")] {
            if count > 0 {
                standards = format!("{standards}, {count} {what}");
            }
        }
        let (next, next_what) = case
            .next
            .as_ref()
            .map_or_else(|| ("Nothing".to_owned(), String::new()), |(due, what)| (when::short_day(*due), what.clone()));
        Self {
            person: encoded(case.person.as_str()),
            name: case.name,
            restricted: case.restricted,
            kind: kind(desk, &case.kind),
            status: if case.status == "running" { String::new() } else { words.say("status", &case.status) },
            since: case.imposed_on.map(when::short_day).unwrap_or_default(),
            level: case.level.map_or_else(|| "Not set".to_owned(), |level| words.say("level", &level)),
            is_late: case.next.is_some_and(|(due, _)| due < today),
            next,
            next_what,
            seen: case.last_contact_on.map_or_else(|| "Not yet".to_owned(), when::short_day),
            kept: match case.attendance.len() {
                0 => "None yet".to_owned(),
                all => format!("{kept} of {all}"),
            },
            standards,
            worker: case.worker.map(|(_, name)| name).unwrap_or_default(),
            hours: case.unpaid_work.map_or_else(String::new, |(ordered, credited)| {
                format!("{} of {}", hours(credited), counted(ordered / 60, "hour", "hours"))
            }),
            case: case.case,
        }
    }
}

/// "40", "40.5": hours with a half where there are minutes.
fn hours(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => hours.to_string(),
        (hours, rest) => format!("{hours}h {rest}m"),
    }
}

/// A kind of case in words: an order, a report, or the person alone.
pub(crate) fn kind(desk: &Desk, kind: &str) -> String {
    match kind.strip_prefix("report_") {
        Some(report) => desk.words().say("report_kind", report),
        None if kind == "person" => "No order".to_owned(),
        None => desk.words().say("order_kind", kind),
    }
}

#[derive(Template)]
#[template(path = "caseload/page.html")]
struct Page {
    frame: Frame,
    whose: String,
    choices: Vec<Choice>,
    /// The hidden fields of the filter: whose, and how it is sorted.
    hidden: Vec<(&'static str, String)>,
    filters: Vec<Filter>,
    clear: Option<String>,
    headings: Vec<Heading>,
    said: String,
    is_team: bool,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

async fn caseload(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let whose = Whose::of(&seen, asked.worker.clone(), asked.team.clone())?;
    let orders = desk.words().list("order_kind").map(|(value, _)| (value.to_owned(), kind(&desk, value)));
    let reports = desk.words().list("report_kind").map(|(value, _)| format!("report_{value}"));
    let kinds: Vec<(String, String)> =
        orders.chain(reports.map(|value| (value.clone(), kind(&desk, &value)))).collect();
    asked.checked(&kinds)?;
    let (of, wanted) = (whose.clone(), asked.clone());
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            let given = |value: &'_ str| !value.is_empty();
            let asked = CaseloadAsked {
                of: of.stored(),
                running: match wanted.status.as_str() {
                    "ended" => Running::Ended,
                    "all" => Running::All,
                    _ => Running::Now,
                },
                level: Some(wanted.level.as_str()).filter(|level| given(level)),
                kind: Some(wanted.kind.as_str()).filter(|kind| given(kind)),
                due_within: wanted.due.parse().ok(),
                missed: wanted.standards == "missed",
                sort: wanted.sort(),
                descending: wanted.order == "desc",
                after: wanted.after.as_deref().filter(|after| given(after)),
            };
            service.cases_in_hand(request, &asked)
        })
        .await?;
    let query = whose.query();
    let said = if asked.is_filtered() {
        format!("{} that fit; {} running in all", when::of(found.size, found.whole.max(found.size)), found.whole)
    } else {
        counted(i64::try_from(found.size).unwrap_or(i64::MAX), "running case", "running cases")
    };
    let said = if asked.status.is_empty() || !asked.is_filtered() { said } else { format!("{} fit", found.size) };
    let order = asked.order.as_str();
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Caseload),
        choices: whose.choices(&seen, &found.directory),
        whose: whose.name(&found.directory),
        hidden: hidden(&whose, &asked),
        filters: filters(&desk, &asked, &kinds),
        clear: asked.is_filtered().then(|| format!("/caseload?{query}")),
        headings: headings(&asked, &query),
        said,
        is_team: whose.is_team(),
        first: asked.after.is_some().then(|| asked.address(&query, &asked.sort, order, None)),
        next: found.next.as_deref().map(|next| asked.address(&query, &asked.sort, order, Some(next))),
        lines: found.rows.into_iter().map(|case| Line::of(&desk, case, found.today)).collect(),
    };
    frame::page(&page)
}

fn hidden(whose: &Whose, asked: &Asked) -> Vec<(&'static str, String)> {
    let whose = match whose {
        Whose::Worker(worker) => ("worker", worker.clone()),
        Whose::Team(team) => ("team", team.clone()),
    };
    let fields = vec![whose, ("sort", asked.sort.clone()), ("order", asked.order.clone())];
    fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn filters(desk: &Desk, asked: &Asked, kinds: &[(String, String)]) -> Vec<Filter> {
    let fixed = |name, label, chosen: &str, choices: &[(&str, &str)]| Filter {
        name,
        label,
        choices: choices
            .iter()
            .map(|(value, words)| ((*value).to_owned(), (*words).to_owned(), *value == chosen))
            .collect(),
    };
    let any = |chosen: &str| (String::new(), "Any".to_owned(), chosen.is_empty());
    let level = |level: &str| (level.to_owned(), desk.words().say("level", level), level == asked.level);
    let one = |(value, words): &(String, String)| (value.clone(), words.clone(), *value == asked.kind);
    vec![
        Filter {
            name: "level",
            label: "Level",
            choices: std::iter::once(any(&asked.level)).chain(LEVELS.map(level)).collect(),
        },
        Filter {
            name: "kind",
            label: "Order or report",
            choices: std::iter::once(any(&asked.kind)).chain(kinds.iter().map(one)).collect(),
        },
        fixed("status", "Status", &asked.status, STATUS),
        fixed("due", "Falls due", &asked.due, DUE),
        fixed("standards", "Standards", &asked.standards, STANDARDS),
    ]
}

fn headings(asked: &Asked, query: &str) -> Vec<Heading> {
    let heading = |(sort, text): &(Option<Sort>, &'static str)| {
        let is_current = *sort == Some(asked.sort());
        let sorted = match (is_current, asked.order.as_str()) {
            (false, _) => "",
            (true, "desc") => "descending",
            (true, _) => "ascending",
        };
        let order = if sorted == "ascending" { "desc" } else { "" };
        Heading { text, href: sort.map(|sort| asked.address(query, sort.as_str(), order, None)), sorted }
    };
    COLUMNS.iter().map(heading).collect()
}

#[cfg(test)]
mod tests;

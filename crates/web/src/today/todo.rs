//! An obligation as a line of a list: when, who, what, why, and the one step to do it.

use crate::Desk;
use crate::when;
use crate::whose::encoded;
use jiff::civil::Date;
use service::Todo;

/// One line.
pub(crate) struct Line {
    pub(crate) due: String,
    /// How many days ago it fell due, in words; empty when it did not.
    pub(crate) late: String,
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) restricted: bool,
    pub(crate) case: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) opened: String,
    /// Where the whole reason is.
    pub(crate) reason: String,
    /// What to record, in words, and where; none when recording nothing would do it.
    pub(crate) act: Option<(String, String)>,
    pub(crate) worker: String,
}

impl Line {
    pub(crate) fn of(desk: &Desk, todo: Todo, today: Date) -> Self {
        let person = encoded(todo.person.as_str());
        let act = act(desk, &todo.standard, &person, todo.late);
        let days = today.since(todo.due).map_or(0, |since| since.get_days());
        let late =
            if todo.late { format!("{days} day{} late", if days == 1 { "" } else { "s" }) } else { String::new() };
        Self {
            due: when::short_day(todo.due),
            late,
            reason: reason(&person, &todo.case, &todo.standard, todo.opened_on, todo.n),
            opened: when::short_day(todo.opened_on),
            name: todo.name,
            restricted: todo.restricted,
            case: todo.case,
            title: todo.title,
            source: todo.source,
            act,
            worker: todo.worker_name.unwrap_or_else(|| "Nobody".to_owned()),
            person,
        }
    }

    pub(crate) fn all(desk: &Desk, todos: Vec<Todo>, today: Date) -> Vec<Self> {
        todos.into_iter().map(|todo| Self::of(desk, todo, today)).collect()
    }
}

/// Where the reason of one obligation is.
pub(crate) fn reason(person: &str, case: &str, standard: &str, opened_on: Date, n: u32) -> String {
    let (case, standard) = (encoded(case), encoded(standard));
    format!("/people/{person}/why?case={case}&standard={standard}&opened={opened_on}&n={n}")
}

/// What to record to meet a standard, and where: an allocation has a page of its own. A period that passed without its
/// contact cannot be met any more: what is left is to say why.
pub(crate) fn act(desk: &Desk, standard: &str, person: &str, late: bool) -> Option<(String, String)> {
    let standard = desk.rules().rulebook().get(standard)?;
    if late && standard.kind() == clock::Kind::Cadence {
        return Some(("Record why".to_owned(), format!("/people/{person}/record/standard.reason")));
    }
    let facts = standard.first_discharge().into_iter().chain(standard.discharged_by());
    let kind = facts.into_iter().find_map(|fact| desk.words().discharging(fact.as_str()))?;
    match kind {
        "supervision.allocated" => Some(("Allocate".to_owned(), format!("/people/{person}/allocate"))),
        "contact.held" => Some(("Record a contact".to_owned(), format!("/people/{person}/record/contact"))),
        kind => Some((desk.words().event_title(kind).into_owned(), format!("/people/{person}/record/{kind}"))),
    }
}

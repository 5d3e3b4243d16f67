//! The access log: who has looked at this person, and what an account did, between two days, with a file to take away.
//! A number travels in a form, never in an address: an address holds the record's id.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::words::{Names, capital, moment_short, plain};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use record::Purpose;
use serde::Deserialize;
use service::{LogAbout, LogCursor, LogPage, LogQuery, Look, PersonId, Role, ServiceError};

const PATH: &str = "/administration/access";

/// Entries on one page.
const ON_A_PAGE: u32 = 100;
/// Entries of one file.
const IN_A_FILE: u32 = 10_000;
/// Days back when no day is said.
const DAYS_BACK: i64 = 30;

pub(super) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::Auditor]);
    routes.get(PATH, access, "read the access log", show).post(PATH, access, "search the access log", find).get(
        "/administration/access.csv",
        access,
        "take entries of the access log away",
        download,
    )
}

/// What is asked, as the address holds it: a record's id, or an account; never a name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// `person` or `account`.
    by: String,
    /// The record's id, or the account.
    of: String,
    /// The first day.
    from: String,
    /// The last day.
    until: String,
    /// Where the page before ended.
    after: String,
}

struct Row {
    when: String,
    who: String,
    role: String,
    what: String,
    reason: String,
    people: Vec<(String, String)>,
    purpose: String,
    outcome: String,
    refused: bool,
}

#[derive(Template)]
#[template(path = "administration/access.html")]
struct Page {
    frame: Frame,
    form: Form,
    asked: bool,
    between: String,
    /// Where everything ever entered about the record is.
    whole: Option<String>,
    rows: Vec<Row>,
    more: Option<String>,
    file: String,
}

/// What was understood of what was asked; what was not is wrong in the form.
fn understood(asked: &Asked, form: &mut Form, now: Timestamp, limit: u32) -> Option<(LogQuery, Date, Date)> {
    let today = when::day_of(now);
    let mut day = |field: &str, typed: &str, otherwise: Date| {
        let typed = typed.trim();
        let read = if typed.is_empty() { Some(otherwise) } else { when::typed_day(typed, now) };
        if read.is_none() {
            form.wrong(field, "Write the day as 4 March 2026 or 4/3/2026.");
        }
        read
    };
    let until = day("until", &asked.until, today)?;
    let from = day("from", &asked.from, until.saturating_sub(DAYS_BACK.days()))?;
    if from > until {
        form.wrong("from", "The first day is after the last. Change one of the two.");
        return None;
    }
    let of = asked.of.trim();
    if of.is_empty() {
        form.wrong("of", "Give a record's id or number, or an account.");
        return None;
    }
    let about = if asked.by == "account" { LogAbout::Account(of.to_owned()) } else { LogAbout::Person(of.to_owned()) };
    let query = LogQuery {
        about,
        from: when::start_of(from)?,
        until: when::start_of(until.tomorrow().ok()?)?,
        after: cursor(&asked.after),
        limit,
    };
    Some((query, from, until))
}

/// "1772442000000000-main-12".
fn cursor(text: &str) -> Option<LogCursor> {
    let (at, rest) = text.split_once('-')?;
    let (writer, place) = rest.rsplit_once('-')?;
    Some(LogCursor { at: at.parse().ok()?, writer: writer.to_owned(), place: place.parse().ok()? })
}

fn form_of(asked: &Asked) -> Form {
    let by = if asked.by == "account" { "account" } else { "person" };
    Form::suggesting([("by", by), ("of", &asked.of), ("from", &asked.from), ("until", &asked.until)])
}

fn address(path: &str, asked: &Asked, after: Option<&LogCursor>) -> String {
    let after = after.map(|after| format!("{}-{}-{}", after.at, after.writer, after.place)).unwrap_or_default();
    let fields = [
        ("by", asked.by.as_str()),
        ("of", asked.of.trim()),
        ("from", asked.from.trim()),
        ("until", asked.until.trim()),
        ("after", after.as_str()),
    ];
    let given: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("{path}?{}", serde_urlencoded::to_string(given).unwrap_or_default())
}

async fn find(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    let typed = |field: &str| form.get(field).trim().to_owned();
    let asked =
        Asked { by: typed("by"), of: typed("of"), from: typed("from"), until: typed("until"), after: String::new() };
    shown(&desk, &seen, asked).await
}

async fn show(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    shown(&desk, &seen, asked).await
}

/// The entries, at the address that names the record by its id; or what is wrong with what was asked.
async fn shown(desk: &Desk, seen: &Seen, asked: Asked) -> Result<Response, Trouble> {
    let mut form = form_of(&asked);
    let mut template = Page {
        frame: Frame::of(desk, seen, Section::Administration),
        form: Form::default(),
        asked: false,
        between: String::new(),
        whole: None,
        rows: Vec::new(),
        more: None,
        file: address("/administration/access.csv", &Asked { after: String::new(), ..asked.clone() }, None),
    };
    let nothing = asked.of.is_empty() && asked.by.is_empty();
    let query = if nothing { None } else { understood(&asked, &mut form, desk.now(), ON_A_PAGE) };
    if let Some((query, from, until)) = query {
        match look(desk, seen, query).await? {
            Ok((page, names)) => {
                if let Some(meant) = page.about.as_ref().filter(|meant| meant.as_str() != asked.of.trim()) {
                    let asked = Asked { of: meant.as_str().to_owned(), ..asked };
                    return Ok(Redirect::to(&address(PATH, &asked, None)).into_response());
                }
                template.asked = true;
                template.whole = page.about.map(|person| format!("{}/access", crate::person::address(person.as_str())));
                template.between = format!("from {} to {}", when::day(from), when::day(until));
                template.rows = page.entries.iter().map(|(look, people)| row(desk, &names, look, people)).collect();
                template.more = page.next.as_ref().map(|next| address(PATH, &asked, Some(next)));
            }
            Err(sentence) => form.wrong("of", sentence),
        }
    }
    template.form = form;
    frame::page_with(template.form.status(), &template)
}

/// A page of the log with the names in it, or what is wrong with what was asked.
async fn look(desk: &Desk, seen: &Seen, query: LogQuery) -> Result<Result<(LogPage, Names), String>, Trouble> {
    match desk.ask(seen, Purpose::Audit, move |service, request| service.access_log(request, &query)).await {
        Ok(page) => Ok(Ok((page, desk.names(seen)))),
        Err(Trouble::Service(error)) => match *error {
            ServiceError::NotFound => Ok(Err("There is no record with this id or number.".to_owned())),
            ServiceError::Asked(sentence) => Ok(Err(capitalised(&sentence))),
            other => Err(Trouble::from(other)),
        },
        Err(Trouble::NotFound) => Ok(Err("There is no record with this id or number.".to_owned())),
        Err(other) => Err(other),
    }
}

fn row(desk: &Desk, names: &Names, look: &Look, people: &[PersonId]) -> Row {
    let words = desk.words();
    let (what, reason) = look.detail.split_once("; reason given: ").unwrap_or((&look.detail, ""));
    let roles: Vec<_> = look.role.split('+').map(|role| words.inside("role", role)).collect();
    let link = |person: &PersonId| {
        (format!("{PATH}?by=person&of={}", person.as_str().replace('/', "%2F")), person.as_str().to_owned())
    };
    Row {
        when: moment_short(look.at),
        who: names.worker(&look.actor).to_owned(),
        role: match (look.role.as_str(), look.agency.as_str()) {
            ("", _) => String::new(),
            (_, "") => capital(&roles.join(" and ")),
            _ => format!("{}, {}", capital(&roles.join(" and ")), names.area(&look.agency)),
        },
        what: format!("{}: {}", words.say("action", look.action), plain(what)),
        reason: reason.to_owned(),
        people: people.iter().map(link).collect(),
        purpose: words.say("purpose", &look.purpose),
        outcome: words.say("access", look.outcome),
        refused: look.outcome == "refused",
    }
}

async fn download(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let mut form = form_of(&asked);
    let Some((query, ..)) = understood(&asked, &mut form, desk.now(), IN_A_FILE) else {
        let sentence = form.mistakes().first().map(|mistake| mistake.sentence.clone()).unwrap_or_default();
        return Err(Trouble::NotUnderstood(sentence));
    };
    let (page, names) = look(&desk, &seen, query).await?.map_err(Trouble::NotUnderstood)?;
    let mut file = String::from("when,account,name,role,agency,action,what,reason,people,purpose,outcome\r\n");
    for (look, people) in &page.entries {
        let (what, reason) = look.detail.split_once("; reason given: ").unwrap_or((&look.detail, ""));
        let people: Vec<&str> = people.iter().map(PersonId::as_str).collect();
        let cells = [
            &look.at.to_string(),
            &look.actor,
            names.worker(&look.actor),
            &look.role,
            &look.agency,
            look.action,
            what,
            reason,
            &people.join(" "),
            &look.purpose,
            look.outcome,
        ];
        file.push_str(&cells.map(cell).join(","));
        file.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-log.csv\""),
    ];
    Ok((headers, file).into_response())
}

/// A cell of the file. A spreadsheet must not take it for a formula: such a text begins with an apostrophe.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula_or_breaks_the_file() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("-2, \"so\""), "\"'-2, \"\"so\"\"\"");
        assert_eq!(cell("looked at"), "looked at");
    }
}

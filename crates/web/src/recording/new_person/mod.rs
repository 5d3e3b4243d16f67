//! A new person and their order in one sitting: first who they are, with the people on record who match; then the order,
//! with the law's limits checked; then everything is recorded in one command.

#[cfg(test)]
mod tests;

use super::describe::DESCRIBED;
use super::event::{SAID_DIFFERENTLY, WHEN_HINT};
use super::known::Choice;
use super::parse::{Reader, happened};
use super::sitting::{self, Outcome};
use super::view::{Shown, Viewer, workers};
use super::{REGISTRARS, refused};
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::words::Names;
use crate::{Desk, assets, when};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::DateTime;
use record::{EventId, Happened, Purpose, Record, What};
use serde_json::{Map, Value, json};
use service::{Entry, Found, PersonId, Query};

/// The name of the draft.
const DRAFT: &str = "person";
/// How many people who match are shown.
const SHOWN: usize = 10;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/new", REGISTRARS, "begin a record", ask).post(
        "/people/new",
        REGISTRARS,
        "look for the person, then begin a record",
        go_on,
    )
}

#[derive(Template)]
#[template(path = "recording/new_person/page.html")]
struct NewPersonPage {
    frame: Frame,
    script: &'static str,
    restored: Option<String>,
    form: Form,
    /// Whether who it is was looked up, so that the order can be asked for.
    looked: bool,
    matches: Vec<Match>,
    when_hint: &'static str,
    issuers: Vec<Choice>,
    order: Vec<Shown>,
    workers: Vec<Choice>,
}

/// Somebody on record who may be the person.
struct Match {
    href: String,
    name: String,
    born: String,
    /// The same date of birth as was typed.
    same_birth: bool,
    known_as: String,
    cases: Vec<String>,
}

/// One sitting.
struct Sitting {
    names: Names,
    now: DateTime,
    draft: Option<(Form, String)>,
}

async fn sit(desk: &Desk, seen: &Seen, with_draft: bool) -> Result<Sitting, Trouble> {
    let draft = if with_draft {
        desk.ask(seen, Purpose::Supervision, |service, request| service.draft(request, None, DRAFT)).await?
    } else {
        None
    };
    let draft = draft.and_then(|draft| {
        let fields = serde_urlencoded::from_str::<Vec<(String, String)>>(&draft.content).ok()?;
        Some((Form::suggesting(fields), when::moment(draft.saved_at)))
    });
    Ok(Sitting { names: desk.names(seen), now: when::local(desk.now()), draft })
}

async fn ask(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    let mut sitting = sit(&desk, &seen, true).await?;
    let Some((form, saved)) = sitting.draft.take() else {
        return show(&desk, &seen, &sitting, &begin(&desk, &seen), false, Vec::new(), None);
    };
    let looked = form.has("looked", "yes");
    let matches = if looked { matching(&desk, &seen, &sitting, &form).await? } else { Vec::new() };
    show(&desk, &seen, &sitting, &form, looked, matches, Some(saved))
}

/// The form as it begins: the identifiers of the person and of every event are made now, so that sending it twice is harmless.
fn begin(desk: &Desk, seen: &Seen) -> Form {
    let mut form = Form::default();
    form.set("person", sitting::new_id(desk));
    let ids: Vec<String> = (0..EVENTS).map(|_| sitting::new_id(desk)).collect();
    form.set("entries", ids.join(" "));
    suggest_order(&mut form, seen);
    form
}

/// What is usual for an order, for the fields that the first look did not show.
fn suggest_order(form: &mut Form, seen: &Seen) {
    for (field, value) in DESCRIBED.suggests("order.imposed") {
        form.set(field, value);
    }
    form.set("council", seen.actor.agency.as_str());
    form.set("order", "ORDER-1");
    form.set("report_considered", "yes");
    form.set("copy_order", "yes");
}

/// The most events that one sitting makes.
const EVENTS: usize = 6;

async fn go_on(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let sitting = sit(&desk, &seen, false).await?;
    match form.get("act") {
        "draft" => {
            sitting::keep(&desk, &seen, None, DRAFT, &form).await?;
            return Ok(frame::done(&desk, &seen, "The draft is kept. You can go on with it later.", "/people/new"));
        }
        "discard" => {
            sitting::discard(&desk, &seen, None, DRAFT).await?;
            return Ok(frame::done(&desk, &seen, "The draft is gone. Nothing was recorded.", "/people/new"));
        }
        _ => {}
    }
    if !form.has("looked", "yes") || form.get("act") == "look" {
        who(&sitting, &mut form);
        let looked = form.mistakes().is_empty();
        let matches = if looked { matching(&desk, &seen, &sitting, &form).await? } else { Vec::new() };
        if looked && !form.has("looked", "yes") {
            form.set("looked", "yes");
            suggest_order(&mut form, &seen);
        }
        return show(&desk, &seen, &sitting, &form, looked, matches, None);
    }
    record(&desk, &seen, &sitting, form).await
}

async fn record(desk: &Desk, seen: &Seen, sitting: &Sitting, mut form: Form) -> Result<Response, Trouble> {
    let person = PersonId::new(form.get("person")).map_err(|_| garbled())?;
    let ids: Vec<EventId> = form.get("entries").split(' ').filter_map(|id| id.parse().ok().map(EventId)).collect();
    if ids.len() != EVENTS {
        return Err(garbled());
    }
    let said = entries(desk, sitting, &mut form);
    let Some(said) = said.filter(|_| form.mistakes().is_empty()) else {
        let matches = matching(desk, seen, sitting, &form).await?;
        return show(desk, seen, sitting, &form, true, matches, None);
    };
    let entries = ids.into_iter().zip(said).map(|(id, (happened, what))| Entry { id, happened, what }).collect();
    match sitting::record(desk, seen, &person, 0, entries).await? {
        Outcome::Recorded => {
            let name = format!("{} {}", form.get("given"), form.get("family"));
            sitting::discard(desk, seen, None, DRAFT).await?;
            let done = format!("{} is on record with order {}.", name.trim(), form.get("order"));
            sitting::finish(desk, seen, &person, "order.imposed", done).await
        }
        Outcome::Refused(refusal) => {
            let mut fields = super::event::field_names("order.imposed");
            fields.extend(["born", "given", "family", "identifier.value", "received", "worker"].map(str::to_owned));
            refused::note(&mut form, &refusal, &fields);
            let matches = matching(desk, seen, sitting, &form).await?;
            show(desk, seen, sitting, &form, true, matches, None)
        }
        Outcome::Stale | Outcome::SaidDifferently => {
            form.wrong("family", SAID_DIFFERENTLY);
            let matches = matching(desk, seen, sitting, &form).await?;
            show(desk, seen, sitting, &form, true, matches, None)
        }
    }
}

fn garbled() -> Trouble {
    Trouble::NotUnderstood("The form came incomplete. Go back, reload the page and send it again.".into())
}

/// Who it is: the name, and the date of birth as far as it is known.
fn who(sitting: &Sitting, form: &mut Form) -> Option<(Map<String, Value>, Option<Value>)> {
    if form.get("family").is_empty() {
        form.wrong("family", "Type the family name, or the only name that is known.");
    }
    let mut name =
        Map::from_iter([("kind".to_owned(), json!("legal")), ("family".to_owned(), json!(form.get("family")))]);
    if !form.get("given").is_empty() {
        name.insert("given".to_owned(), json!(form.get("given")));
    }
    let born = match form.get("born") {
        "" => None,
        typed => match super::parse::birth(typed, sitting.now) {
            Ok(born) => Some(born),
            Err(sentence) => {
                form.wrong("born", sentence);
                None
            }
        },
    };
    form.mistakes().is_empty().then_some((name, born))
}

/// Everything that the sitting records, each with its day; none when something is wrong.
fn entries(desk: &Desk, sitting: &Sitting, form: &mut Form) -> Option<Vec<(Happened, What)>> {
    let who = who(sitting, form);
    let order = Reader { words: desk.words(), described: &DESCRIBED, kind: "order.imposed", now: sitting.now };
    let imposed = order.happened(form, "when");
    let content = order.content(form);
    let received = match form.get("received") {
        "" => None,
        typed => match happened(typed, sitting.now) {
            Ok(on) => Some(on),
            Err(sentence) => {
                form.wrong("received", sentence);
                None
            }
        },
    };
    let identifier = (!form.get("identifier.value").is_empty()).then(|| {
        let reader = Reader { words: desk.words(), described: &DESCRIBED, kind: "person.identified", now: sitting.now };
        reader.content(form)
    });
    let ((name, born), imposed) = who.zip(imposed)?;
    if !form.mistakes().is_empty() {
        return None;
    }
    let mut said: Vec<(Happened, &str, Map<String, Value>)> = vec![(imposed, "person.named", name)];
    if let Some(born) = born {
        said.push((imposed, "person.born", Map::from_iter([("born".to_owned(), born)])));
    }
    said.extend(identifier.map(|content| (imposed, "person.identified", content)));
    let reference = json!(form.get("order"));
    said.push((imposed, "order.imposed", content));
    if let Some(received) = received {
        let mut content = Map::from_iter([("order".to_owned(), reference)]);
        if form.has("copy_order", "yes") {
            content.insert("copy_order".to_owned(), json!(true));
        }
        said.push((received, "order.received", content));
    }
    if !form.get("worker").is_empty() {
        let member = sitting.names.directory.member(form.get("worker"));
        let team = member.and_then(|member| member.actor.team.as_ref());
        match team {
            Some(team) => {
                let content = json!({ "worker": form.get("worker"), "team": team.as_str() });
                let content = content.as_object().cloned().unwrap_or_default();
                said.push((Happened::on(sitting.now.date()), "supervision.allocated", content));
            }
            None => form
                .wrong("worker", "This member of staff is in no team, so the case cannot be theirs. Choose another."),
        }
    }
    let fields = super::event::field_names("order.imposed");
    let mut typed = Vec::with_capacity(said.len());
    for (happened, kind, content) in said {
        match What::typed(kind, &Value::Object(content).to_string()) {
            Ok(what) => typed.push((happened, what)),
            Err(refusal) => refused::note(form, &refusal, &fields),
        }
    }
    Some(typed)
}

/// People on record who may be the person, those with the same date of birth first.
async fn matching(desk: &Desk, seen: &Seen, sitting: &Sitting, form: &Form) -> Result<Vec<Match>, Trouble> {
    let name = format!("{} {}", form.get("given"), form.get("family"));
    let born = super::parse::birth(form.get("born"), sitting.now).ok();
    let born = born.as_ref().and_then(Value::as_str).filter(|born| born.len() == 10).map(str::to_owned);
    let by_birth = born.clone();
    let found = desk
        .ask(seen, Purpose::Supervision, move |service, request| {
            let by_name = Query { name: Some(name.trim().to_owned()), ..Query::default() };
            let mut found = service.search(request, &by_name)?.people;
            if let Some(born) = by_birth {
                let by_birth = Query { date_of_birth: Some(born), ..Query::default() };
                let others = service.search(request, &by_birth)?.people;
                let new = |other: &Found| !found.iter().any(|one| one.person == other.person);
                let others: Vec<Found> = others.into_iter().filter(new).collect();
                found.extend(others);
            }
            Ok(found)
        })
        .await?;
    let mut found: Vec<Found> = found;
    found.sort_by_key(|one| born.is_none() || one.date_of_birth != born);
    Ok(found.into_iter().take(SHOWN).map(|one| as_match(desk, sitting, born.as_deref(), one)).collect())
}

fn as_match(desk: &Desk, sitting: &Sitting, born: Option<&str>, one: Found) -> Match {
    let case = |case: &service::FoundCase| {
        let kind = desk.words().say("order_kind", &case.kind);
        let worker =
            case.worker.as_deref().map_or("nobody yet".to_owned(), |worker| sitting.names.worker(worker).to_owned());
        format!("{kind} {}, with {worker}", case.reference)
    };
    let birth = record::person::Birth::try_from(one.born.clone()).unwrap_or_default();
    Match {
        href: format!("/people/{}", one.person.as_str()),
        same_birth: born.is_some() && one.date_of_birth.as_deref() == born,
        born: crate::words::born(birth),
        known_as: one.also_known_as.join(", "),
        // Somebody without an order has a case of their own in the read models, which says nothing here.
        cases: one.cases.iter().filter(|case| case.kind != "person").map(case).collect(),
        name: one.name,
    }
}

fn show(
    desk: &Desk,
    seen: &Seen,
    sitting: &Sitting,
    form: &Form,
    looked: bool,
    matches: Vec<Match>,
    restored: Option<String>,
) -> Result<Response, Trouble> {
    let nobody = Record::default();
    let viewer = Viewer {
        words: desk.words(),
        described: &DESCRIBED,
        kind: "order.imposed",
        record: &nobody,
        today: sitting.now.date(),
        names: &sitting.names,
        form,
    };
    let mut workers = workers(&sitting.names);
    workers.insert(0, (String::new(), "Nobody yet: the team manager allocates it".to_owned()));
    let issuers =
        ["chs", "pnc", "sps", "chi"].map(|issuer| (issuer.to_owned(), desk.words().say("identifier_kind", issuer)));
    let mut issuers = issuers.to_vec();
    issuers.insert(0, (String::new(), "None".to_owned()));
    let page = NewPersonPage {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        script: assets::path("draft.mjs"),
        restored,
        looked,
        matches,
        when_hint: WHEN_HINT,
        issuers,
        order: viewer.shown(),
        workers,
        form: form.clone(),
    };
    frame::page_with(page.form.status(), &page)
}

//! Recording on a plan by a form: one page for every kind of thing that has one (`forms`).

use super::forms::{FORMS, Field, Made, Take};
use super::known::{Choice, choices};
use super::{Head, STAFF, Said, Then, frame, fresh, look, record, today};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use planning::What;
use serde_json::{Map, Value, json};
use service::{PlanId, PlanView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/record/{kind}", STAFF, "a form for something to record on a plan", show).post(
        "/plans/{plan}/record/{kind}",
        STAFF,
        "record something on a plan",
        say,
    )
}

/// A field as the page shows it.
struct Shown {
    id: String,
    label: String,
    hint: &'static str,
    kind: &'static str,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "plans/say.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    title: &'static str,
    fields: Vec<Shown>,
}

fn made(kind: &str) -> Result<&'static Made, Trouble> {
    FORMS.of(kind).ok_or(Trouble::NotFound)
}

/// The form's field: an id holds no dot.
fn id(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((plan, kind)): Path<(String, String)>,
    Query(given): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let made = made(&kind)?;
    let (plan, view) = look(&desk, &seen, &plan, &Then::default()).await?;
    let mut form = fresh(&desk, [("happened", today(&desk))]);
    let known = given.iter().filter(|(name, _)| made.fields.iter().any(|field| field.name == *name));
    known.for_each(|(name, value)| form.set(&id(name), value));
    page(&desk, &seen, (&plan, &view), (&kind, made), form)
}

fn page(
    desk: &Desk,
    seen: &Seen,
    (plan, view): (&PlanId, &PlanView),
    (kind, made): (&str, &'static Made),
    form: Form,
) -> Result<Response, Trouble> {
    let head = Head::of(plan, view, &Then::default(), &made.back);
    if !head.may_record {
        return Err(Trouble::NotYours);
    }
    let page = Page {
        frame: frame(desk, seen),
        version: view.version,
        action: format!("{}/record/{kind}", head.base),
        title: &made.title,
        fields: made.fields.iter().map(|field| shown(desk, field, view)).collect(),
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

fn shown(desk: &Desk, field: &'static Field, view: &PlanView) -> Shown {
    let one_of = |choices: Vec<Choice>| {
        let nothing = (String::new(), "Nothing chosen".to_owned());
        ("choice", std::iter::once(nothing).chain(choices).collect())
    };
    let (kind, choices) = match &field.take {
        Take::Line | Take::Day | Take::Number => ("line", Vec::new()),
        Take::Note | Take::Lines | Take::Counted | Take::Agreed => ("note", Vec::new()),
        Take::Flag(words) => ("boxes", vec![("yes".to_owned(), words.clone())]),
        Take::Choice(list) => one_of(FORMS.choices(list).to_vec()),
        Take::One(sort) => one_of(choices(desk, &view.plan, *sort)),
        Take::Some(sort) => ("boxes", choices(desk, &view.plan, *sort)),
    };
    let optional = if field.may && kind != "boxes" { " (if there is any)" } else { "" };
    Shown { id: id(&field.name), label: format!("{}{optional}", field.label), hint: &field.hint, kind, choices }
}

async fn say(
    State(desk): State<Desk>,
    seen: Seen,
    Path((plan, kind)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let made = made(&kind)?;
    let (plan, view) = look(&desk, &seen, &plan, &Then::default()).await?;
    let happened = when::typed_day(form.get("happened"), desk.now());
    if happened.is_none() {
        form.wrong("happened", "Write the day as 9/3/2026. It is not after today.");
    }
    let content = content(&desk, made, &mut form);
    let what = content.and_then(|content| match What::typed(&kind, &content.to_string()) {
        Ok(what) => Some(what),
        Err(refusal) => {
            let first = made.fields.first().map(|field| id(&field.name)).unwrap_or_default();
            form.wrong(&first, capitalised(&refusal.sentence));
            None
        }
    });
    let (Some(happened), Some(what)) = (happened, what) else {
        return page(&desk, &seen, (&plan, &view), (&kind, made), form);
    };
    let to = format!("/plans/{}{}", crate::whose::encoded(plan.as_str()), made.back);
    match record(&desk, &seen, (&plan, &view), &form, Said { happened, what }, (made.done.as_str(), to.as_str()))
        .await?
    {
        Ok(response) => Ok(response),
        Err(sentence) => {
            // A refusal begins with the field that it is about, where it is about one.
            let named = made.fields.iter().find(|field| {
                let named = sentence.split_once(':').map(|(name, _)| name.to_lowercase());
                named.is_some_and(|named| named == field.name)
            });
            let at = named.or(made.fields.first()).map(|field| id(&field.name)).unwrap_or_default();
            form.wrong(&at, sentence);
            let (_, now) = look(&desk, &seen, plan.as_str(), &Then::default()).await?;
            page(&desk, &seen, (&plan, &now), (&kind, made), form)
        }
    }
}

/// What the form says, as the event's content; mistakes are said beside their fields.
fn content(desk: &Desk, made: &Made, form: &mut Form) -> Option<Value> {
    let mut content = Map::new();
    let mut is_whole = true;
    for field in &made.fields {
        let ticked = form.all(&id(&field.name)).to_vec();
        let typed = form.get(&id(&field.name)).replace("\r\n", "\n");
        if typed.is_empty() {
            if !field.may {
                form.wrong(&id(&field.name), format!("{}: say it, it is needed.", field.label));
                is_whole = false;
            }
            continue;
        }
        match taken(desk, &field.take, &typed, &ticked) {
            Ok(value) => match field.name.split_once('.') {
                None => drop(content.insert(field.name.clone(), value)),
                Some((within, name)) => {
                    let inner = content.entry(within).or_insert_with(|| json!({}));
                    if let Some(inner) = inner.as_object_mut() {
                        inner.insert(name.to_owned(), value);
                    }
                }
            },
            Err(sentence) => {
                form.wrong(&id(&field.name), sentence);
                is_whole = false;
            }
        }
    }
    is_whole.then_some(Value::Object(content))
}

/// What was typed into a field, as the event has it.
fn taken(desk: &Desk, take: &Take, typed: &str, ticked: &[String]) -> Result<Value, String> {
    Ok(match take {
        Take::Line | Take::Note | Take::One(_) => json!(typed),
        Take::Some(_) => json!(ticked),
        // A score is a number; every other choice is a word.
        Take::Choice(_) => typed.parse::<u8>().map_or_else(|_| json!(typed), |number| json!(number)),
        Take::Lines => json!(lines(typed).collect::<Vec<_>>()),
        Take::Day => json!(day(desk, typed)?),
        Take::Number => json!(typed.parse::<u16>().map_err(|_| "Write a whole number, such as 2.".to_owned())?),
        Take::Flag(_) => json!(true),
        Take::Counted => {
            let counted = lines(typed).map(|line| {
                let (body, count) = line.rsplit_once([' ', '\u{a0}']).ok_or(line)?;
                let count: u16 = count.parse().map_err(|_| line)?;
                Ok((body.trim().to_owned(), json!(count)))
            });
            let counted = counted.collect::<Result<Map<_, _>, &str>>();
            counted
                .map_err(|line| format!("\"{line}\": write a body and how many came from it, such as hills 3."))?
                .into()
        }
        Take::Agreed => {
            let agreed = lines(typed).map(|line| {
                let said =
                    || format!("\"{line}\": write who, by when, and what, such as hills, 2/4/2026: Write to both.");
                let (head, text) = line.split_once(':').ok_or_else(said)?;
                let (lead, due) = head.split_once(',').ok_or_else(said)?;
                Ok(json!({"lead": lead.trim(), "due": day(desk, due.trim())?, "text": text.trim()}))
            });
            Value::Array(agreed.collect::<Result<_, String>>()?)
        }
    })
}

fn lines(typed: &str) -> impl Iterator<Item = &str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn day(desk: &Desk, typed: &str) -> Result<Date, String> {
    let told = calendar::typed::read(typed, when::local(desk.now()), calendar::typed::Lean::Future);
    told.map(calendar::typed::Told::date).map_err(|_| format!("\"{typed}\" is no day: write it as 12/5/2026."))
}

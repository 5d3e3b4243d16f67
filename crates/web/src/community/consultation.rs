//! A consultation: its questions with a form while it is open, and what people said as far as it is published.

use super::plan::public;
use super::{Perhaps, Sent, around, fresh, sender};
use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame};
use crate::routes::{Access, Routes};
use crate::session::Visitor;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use planning::consultation::{Answered, Consultation};
use planning::{ConsultationRef, Line, Note, QuestionRef, ResponseRef};
use service::{PublicPlan, ServiceError};
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/community/plans/{plan}/consultations/{consultation}", Access::Everybody, "a consultation", show).post(
        "/community/plans/{plan}/consultations/{consultation}",
        Access::Everybody,
        "answer a consultation",
        answer,
    )
}

struct Question {
    name: String,
    label: String,
    is_key: bool,
}

/// A question with what came of it.
struct Came {
    question: String,
    answers: usize,
    themes: Vec<(String, usize)>,
    quotations: Vec<String>,
    replies: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "community/consultation.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    plan: (String, String),
    title: String,
    until: String,
    is_open: bool,
    chapters: Vec<(String, Vec<Question>)>,
    keys: usize,
    came: Vec<Came>,
    responses: usize,
    quotable: Vec<(&'static str, &'static str)>,
}

async fn show(
    State(desk): State<Desk>,
    seen: Perhaps,
    Path((id, consultation)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let form = fresh(&desk, Form::default()).await?;
    page(&desk, seen, (&id, &consultation), form).await
}

async fn page(desk: &Desk, seen: Perhaps, (id, consultation): (&str, &str), form: Form) -> Result<Response, Trouble> {
    let (plan, known) = public(desk, id).await?;
    let asked = found(&known, consultation)?;
    let base = format!("/community/plans/{}", encoded(plan.as_str()));
    let mut chapters: Vec<(String, Vec<Question>)> = Vec::new();
    for question in &asked.questions {
        let shown = Question {
            name: field(&question.question),
            label: format!("{} {}", question.question, question.text),
            is_key: question.key,
        };
        match chapters.last_mut() {
            Some((chapter, questions)) if *chapter == question.chapter.as_str() => questions.push(shown),
            _ => chapters.push((question.chapter.to_string(), vec![shown])),
        }
    }
    let page = Page {
        frame: around(desk, seen),
        action: format!("{base}/consultations/{}", encoded(asked.opened.consultation.as_str())),
        plan: (base, known.plan.opened.as_ref().map(|opened| opened.title.to_string()).unwrap_or_default()),
        title: asked.opened.title.to_string(),
        until: when::day(asked.opened.closes),
        is_open: asked.takes_answers_on(known.today),
        keys: asked.questions.iter().filter(|question| question.key).count(),
        chapters,
        came: came(asked),
        responses: asked.responses.len() + asked.withheld,
        quotable: vec![("yes", "You may publish and quote what I wrote, without a name")],
        form,
    };
    frame::page_with(page.form.status(), &page)
}

/// The consultation that an address names.
fn found<'a>(known: &'a PublicPlan, consultation: &str) -> Result<&'a Consultation, Trouble> {
    let reference = ConsultationRef::try_from(consultation).map_err(|_| Trouble::NotFound)?;
    known.plan.consultations.get(&reference).ok_or(Trouble::NotFound)
}

/// The form's field for a question. References hold characters that an id may not.
fn field(question: &QuestionRef) -> String {
    format!("q-{}", question.as_str().replace(['/', '.'], "-"))
}

/// What came of each question that anybody has answered: published answers only.
fn came(asked: &Consultation) -> Vec<Came> {
    let of = |analysis: planning::consultation::Analysis<'_>| {
        let text = asked.questions.iter().find(|one| one.question == *analysis.question);
        let replies = asked.replies.iter().filter(|reply| reply.question == *analysis.question);
        Came {
            question: text.map_or_else(String::new, |one| format!("{} {}", one.question, one.text)),
            answers: analysis.answers,
            themes: analysis.themes.into_iter().map(|(theme, count)| (theme.to_string(), count)).collect(),
            quotations: analysis.quotations.into_iter().map(ToString::to_string).collect(),
            replies: replies.map(|reply| (reply.said.to_string(), reply.did.to_string())).collect(),
        }
    };
    asked.analysis().into_iter().filter(|analysis| analysis.answers > 0).map(of).collect()
}

async fn answer(
    State(desk): State<Desk>,
    seen: Perhaps,
    visitor: Visitor,
    Path((id, consultation)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let (plan, known) = public(&desk, &id).await?;
    let asked = found(&known, &consultation)?;
    let answers = answers(asked, &mut form);
    let first = asked.questions.first().map(|question| field(&question.question)).unwrap_or_default();
    if answers.is_empty() && form.mistakes().is_empty() {
        form.wrong(&first, "Answer at least one question. You need not answer them all.");
    }
    let organisation = form.get("organisation").to_owned();
    let organisation = if organisation.is_empty() { None } else { Line::try_from(organisation).ok() };
    let sent = sender(&desk, &visitor, &mut form, &first).await?;
    let sender = match sent {
        Sent::ByAProgram => return Ok(Redirect::to("/community/thanks").into_response()),
        Sent::By(sender) if form.mistakes().is_empty() => sender,
        Sent::By(_) | Sent::Again => {
            let form = fresh(&desk, form).await?;
            return page(&desk, seen, (&id, &consultation), form).await;
        }
    };
    let response = ResponseRef::try_from(format!("r-{}", sender.id.simple()));
    let answered = Answered {
        consultation: asked.opened.consultation.clone(),
        response: response.map_err(|error| Trouble::internal(&error))?,
        organisation,
        answers,
        may_be_quoted: form.has("quote", "yes"),
    };
    match desk.before_sign_in(move |service| service.answer_in_public(&sender, &plan, answered)).await {
        Ok(()) => Ok(Redirect::to("/community/thanks").into_response()),
        Err(Trouble::Service(error)) if is_theirs(&error) => {
            form.wrong(&first, capitalised(&error.to_string()));
            let form = fresh(&desk, form).await?;
            page(&desk, seen, (&id, &consultation), form).await
        }
        Err(trouble) => Err(trouble),
    }
}

/// Whether the sentence is shown beside the form, with what was typed.
pub(super) fn is_theirs(error: &ServiceError) -> bool {
    matches!(error, ServiceError::PlanRefused(_) | ServiceError::TooMuch)
}

/// What was answered; an answer that is too long is said beside its question.
fn answers(asked: &Consultation, form: &mut Form) -> BTreeMap<QuestionRef, Note> {
    let mut answers = BTreeMap::new();
    for question in &asked.questions {
        let name = field(&question.question);
        let typed = form.get(&name).to_owned();
        if typed.is_empty() {
            continue;
        }
        // Browsers send line breaks as two characters.
        match Note::try_from(typed.replace("\r\n", "\n")) {
            Ok(note) => {
                answers.insert(question.question.clone(), note);
            }
            Err(error) => form.wrong(&name, capitalised(&error.to_string())),
        }
    }
    answers
}

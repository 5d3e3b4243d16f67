//! A consultation for staff: every response that counts, question by question, with the themes that were found in it; here a
//! theme is added and "you said, we did" is written.

use super::{Head, STAFF, Said, Then, frame, fresh, look, record};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use crate::words::many;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use planning::consultation::{Consultation, Replied, Themed};
use planning::{ConsultationRef, Line, Note, QuestionRef, ResponseRef, What};
use service::{PlanId, PlanView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/consultations/{consultation}", STAFF, "a consultation's answers and themes", show).post(
        "/plans/{plan}/consultations/{consultation}",
        STAFF,
        "add a theme, or what was done",
        say,
    )
}

/// An answer in words.
struct Answer {
    response: String,
    on: String,
    who: String,
    text: String,
    is_published: bool,
    may_be_quoted: bool,
    themes: Vec<String>,
}

/// A question with its answers.
struct Question {
    id: String,
    anchor: String,
    text: String,
    is_key: bool,
    answers: Vec<Answer>,
    themes: Vec<(String, usize)>,
    replies: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "plans/consultation.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    version: u64,
    action: String,
    public: String,
    title: String,
    reference: String,
    said: String,
    questions: Vec<Question>,
    silent: usize,
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, consultation)): Path<(String, String)>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    page(&desk, &seen, &id, &view, (&then, &consultation), fresh(&desk, []))
}

fn page(
    desk: &Desk,
    seen: &Seen,
    id: &PlanId,
    view: &PlanView,
    (then, consultation): (&Then, &str),
    form: Form,
) -> Result<Response, Trouble> {
    let reference = ConsultationRef::try_from(consultation).map_err(|_| Trouble::NotFound)?;
    let asked = view.plan.consultations.get(&reference).ok_or(Trouble::NotFound)?;
    let head = Head::of(id, view, then, "consultation");
    let path = format!("/consultations/{}", encoded(consultation));
    let all: Vec<Question> = questions(asked, head.may_record);
    let silent = all.iter().filter(|question| question.answers.is_empty()).count();
    let page = Page {
        frame: frame(desk, seen),
        version: view.version,
        action: format!("{}{path}", head.base),
        public: format!("/community{}{path}", head.base),
        title: asked.opened.title.to_string(),
        reference: consultation.to_owned(),
        said: format!(
            "{}; {}, {silent} of them without an answer; until {}",
            many(asked.responses.len(), "response", "responses"),
            many(asked.questions.len(), "question", "questions"),
            when::day(asked.opened.closes)
        ),
        questions: all.into_iter().filter(|question| !question.answers.is_empty()).collect(),
        silent,
        form,
        head,
    };
    crate::frame::page_with(page.form.status(), &page)
}

/// The questions with their answers. Those that are not published are shown only to those who record on the plan.
fn questions(asked: &Consultation, all: bool) -> Vec<Question> {
    let analyses = asked.analysis();
    asked
        .questions
        .iter()
        .zip(analyses)
        .map(|(question, analysis)| {
            let of_question = |response: &ResponseRef| {
                let found =
                    asked.themes.iter().filter(|(about, _, whose)| *about == question.question && whose == response);
                found.map(|(_, theme, _)| theme.to_string()).collect()
            };
            let answers = asked.responses.iter().filter_map(|(reference, response)| {
                let is_published = response.published == Some(true);
                let text = response.answered.answers.get(&question.question).filter(|_| all || is_published)?;
                Some(Answer {
                    response: reference.to_string(),
                    on: when::short_day(response.on),
                    who: response.answered.organisation.as_ref().map(ToString::to_string).unwrap_or_default(),
                    text: text.to_string(),
                    is_published,
                    may_be_quoted: response.answered.may_be_quoted,
                    themes: of_question(reference),
                })
            });
            let replies = asked.replies.iter().filter(|reply| reply.question == question.question);
            Question {
                id: question.question.to_string(),
                anchor: format!("q-{}", question.question.as_str().replace(['/', '.'], "-")),
                text: question.text.to_string(),
                is_key: question.key,
                answers: answers.collect(),
                themes: analysis.themes.into_iter().map(|(theme, count)| (theme.to_string(), count)).collect(),
                replies: replies.map(|reply| (reply.said.to_string(), reply.did.to_string())).collect(),
            }
        })
        .collect()
}

async fn say(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, consultation)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Trouble> {
    let then = Then::default();
    let (plan, view) = look(&desk, &seen, &id, &then).await?;
    let reference = ConsultationRef::try_from(consultation.as_str()).map_err(|_| Trouble::NotFound)?;
    let what = what(reference, &mut form);
    let Some(what) = what else {
        return page(&desk, &seen, &plan, &view, (&then, &consultation), form);
    };
    let said = if matches!(what, What::Themed(_)) { "The theme is added." } else { "What was done is published." };
    let to = format!("/plans/{}/consultations/{}", encoded(plan.as_str()), encoded(&consultation));
    let (what, done) = (Said { happened: when::day_of(desk.now()), what }, (said, to.as_str()));
    match record(&desk, &seen, (&plan, &view), &form, what, done).await? {
        Ok(response) => Ok(response),
        Err(sentence) => {
            form.wrong("question", sentence);
            let (_, now) = look(&desk, &seen, &id, &then).await?;
            page(&desk, &seen, &plan, &now, (&then, &consultation), form)
        }
    }
}

/// What the form says: a theme found in an answer, or what people said with what was done about it.
fn what(consultation: ConsultationRef, form: &mut Form) -> Option<What> {
    let question = QuestionRef::try_from(form.get("question")).ok()?;
    if form.get("say") == "reply" {
        let (said, did) = (Note::try_from(form.get("said")), Note::try_from(form.get("did")));
        if said.is_err() || did.is_err() {
            form.wrong("question", "Say both what people said and what was done about it, or why nothing was.");
        }
        return Some(Replied { consultation, question, said: said.ok()?, did: did.ok()? }.into());
    }
    let (response, theme) = (ResponseRef::try_from(form.get("response")), Line::try_from(form.get("theme")));
    if theme.is_err() {
        form.wrong("question", "Write the theme in a few words.");
    }
    Some(Themed { consultation, response: response.ok()?, question, theme: theme.ok()? }.into())
}

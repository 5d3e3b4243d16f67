//! What the public sent and nobody has looked at yet: each is published or not, proposed or declined, or removed.

use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::form::Form;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use planning::{Line, What};
use record::Purpose;
use service::{Verdict, Waiting};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/inbox", STAFF, "what the public sent", inbox).post(
        "/plans/{plan}/inbox/{sent}",
        STAFF,
        "say what becomes of something that the public sent",
        decide,
    )
}

/// Something that waits, in words.
struct Sent {
    action: String,
    at: String,
    title: String,
    organisation: String,
    may_be_quoted: bool,
    is_answer: bool,
    texts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "plans/inbox.html")]
struct Page {
    frame: Frame,
    head: Head,
    waiting: Vec<Sent>,
    event: String,
}

async fn inbox(State(desk): State<Desk>, seen: Seen, Path(id): Path<String>) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &Then::default()).await?;
    if view.waiting.is_none() {
        return Err(Trouble::NotYours);
    }
    let head = Head::of(&id, &view, &Then::default(), "/inbox");
    let waiting =
        desk.ask(&seen, Purpose::Management, move |service, request| service.plan_inbox(request, &id)).await?;
    let page = Page {
        frame: frame(&desk, &seen),
        waiting: waiting.into_iter().map(|one| sent(&view.plan, &head.base, one)).collect(),
        event: (desk.platform().new_id)(desk.now()).to_string(),
        head,
    };
    crate::frame::page(&page)
}

fn sent(plan: &planning::Plan, base: &str, waiting: Waiting) -> Sent {
    let action = format!("{base}/inbox/{}", waiting.id);
    let at = when::moment(waiting.at);
    match waiting.what {
        What::Answered(answered) => {
            let asked = plan.consultations.get(&answered.consultation);
            let question = |id: &planning::QuestionRef| {
                let found = asked.and_then(|one| one.questions.iter().find(|asked| asked.question == *id));
                found.map_or_else(|| id.to_string(), |asked| format!("{id} {}", asked.text))
            };
            Sent {
                action,
                at,
                title: asked.map_or_else(String::new, |one| format!("An answer to “{}”", one.opened.title)),
                organisation: answered.organisation.as_ref().map(ToString::to_string).unwrap_or_default(),
                may_be_quoted: answered.may_be_quoted,
                is_answer: true,
                texts: answered.answers.iter().map(|(id, text)| (question(id), text.to_string())).collect(),
            }
        }
        What::Suggested(made) => Sent {
            action,
            at,
            title: "A suggestion of unpaid work".to_owned(),
            organisation: made.organisation.as_ref().map(ToString::to_string).unwrap_or_default(),
            may_be_quoted: true,
            is_answer: false,
            texts: vec![("Where".to_owned(), made.place.to_string()), ("What".to_owned(), made.text.to_string())],
        },
        other => Sent {
            action,
            at,
            title: other.kind().to_owned(),
            organisation: String::new(),
            may_be_quoted: false,
            is_answer: false,
            texts: Vec::new(),
        },
    }
}

async fn decide(
    State(desk): State<Desk>,
    seen: Seen,
    Path((id, sent)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Trouble> {
    let plan = service::PlanId::new(&id).map_err(|_| Trouble::NotFound)?;
    let sent: uuid::Uuid = sent.parse().map_err(|_| Trouble::NotFound)?;
    let event: uuid::Uuid = form.get("event").parse().unwrap_or_else(|_| (desk.platform().new_id)(desk.now()));
    let reason = || {
        Line::try_from(form.get("reason")).map_err(|_| {
            Trouble::NotUnderstood("Write in a line why, or under which reference, then choose again.".to_owned())
        })
    };
    let (verdict, said) = match form.get("verdict") {
        "publish" => (Verdict::Publish, "It counts, and is published."),
        "keep" => (Verdict::KeepUnpublished(reason()?), "It counts, and is not published."),
        "propose" => (Verdict::Propose(reason()?), "It is a proposal for unpaid work now."),
        "decline" => (Verdict::Decline(reason()?), "It is declined; the reason is public."),
        "remove" => (Verdict::Remove(reason()?), "It has been removed."),
        _ => return Err(Trouble::NotUnderstood("Choose what becomes of it.".to_owned())),
    };
    let asked = plan.clone();
    desk.ask(&seen, Purpose::Management, move |service, request| {
        service.moderate(request, &asked, (sent, event), &verdict)
    })
    .await?;
    Ok(crate::frame::done(&desk, &seen, said, &format!("/plans/{}/inbox", encoded(plan.as_str()))))
}

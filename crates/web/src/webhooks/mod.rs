//! Administration, webhooks and API: which systems are told of events, what waits and what was given up.

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::{Trouble, capitalised};
use crate::when;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use record::{Line, Purpose};
use service::{DeadJob, NewSubscription, Role, ServiceError, SubscriptionView, shown_secret};

const HERE: &str = "/administration/webhooks";

pub(crate) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::Administrator]);
    routes
        .get(HERE, access, "which systems are told of events", list)
        .post(HERE, access, "tell another system of events", add)
        .post("/administration/webhooks/stop", access, "stop telling a system", stop)
        .post("/administration/webhooks/retry", access, "try again what was given up", retry)
}

/// A webhook in words.
struct Hook {
    id: String,
    account: String,
    title: String,
    url: String,
    kinds: String,
    waiting: String,
    dead: u64,
    state: String,
    can_stop: bool,
}

/// Work that was given up, in words.
struct Dead {
    id: String,
    what: String,
    when: String,
    attempts: i64,
    why: String,
}

#[derive(Template)]
#[template(path = "webhooks/page.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    hooks: Vec<Hook>,
    dead: Vec<Dead>,
}

#[derive(Template)]
#[template(path = "webhooks/made.html")]
struct MadePage {
    frame: Frame,
    title: String,
    secret: String,
}

async fn list(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    page(&desk, &seen, Form::default()).await
}

async fn page(desk: &Desk, seen: &Seen, form: Form) -> Result<Response, Trouble> {
    let found = desk.ask(seen, Purpose::Management, service::Service::subscriptions).await?;
    let work = desk.ask(seen, Purpose::Management, service::Service::jobs).await?;
    let status = form.status();
    let dead = work.dead.iter().map(|job| dead(job, &found)).collect();
    let hooks = found.into_iter().map(hook).collect();
    frame::page_with(status, &ListPage { frame: Frame::of(desk, seen, Section::Administration), form, hooks, dead })
}

fn hook(one: SubscriptionView) -> Hook {
    Hook {
        id: one.id.to_string(),
        account: one.account,
        title: one.title,
        url: one.url,
        kinds: if one.kinds.is_empty() { "everything".to_owned() } else { one.kinds.join(", ") },
        waiting: match one.oldest {
            Some(oldest) => format!("{}, the oldest since {}", one.waiting, when::moment(oldest)),
            None => "none".to_owned(),
        },
        dead: one.dead,
        state: match one.stopped {
            Some(at) => format!("Stopped on {}", when::moment(at)),
            None => format!("Told since {}", when::moment(one.made)),
        },
        can_stop: one.stopped.is_none(),
    }
}

fn dead(job: &DeadJob, hooks: &[SubscriptionView]) -> Dead {
    let hook = hooks.iter().find(|hook| hook.id.to_string() == job.about);
    Dead {
        id: job.id.to_string(),
        what: match (hook, job.kind.as_str()) {
            (Some(hook), _) => format!("An event for {}", hook.title),
            (None, "webhook") => "An event for another system".to_owned(),
            (None, kind) => format!("A {kind}"),
        },
        when: when::moment(job.given_up),
        attempts: job.attempts,
        why: capitalised(&job.error),
    }
}

async fn add(State(desk): State<Desk>, seen: Seen, mut form: Form) -> Result<Response, Trouble> {
    let title = Line::try_from(form.get("title"));
    if title.is_err() {
        form.wrong("title", "Say what you call the system, in up to 200 letters.");
    }
    if form.get("url").is_empty() {
        form.wrong("url", "Give the address to which events are sent.");
    }
    let Ok(title) = title else { return page(&desk, &seen, form).await };
    if form.status() != StatusCode::OK {
        return page(&desk, &seen, form).await;
    }
    let secret = (desk.platform().secret)();
    let kinds = form.get("kinds").split(',').map(str::trim).filter(|kind| !kind.is_empty());
    let new = NewSubscription {
        id: (desk.platform().new_id)(desk.now()),
        title: title.clone(),
        url: form.get("url").to_owned(),
        kinds: kinds.map(str::to_owned).collect(),
        secret,
    };
    let made = desk.ask(&seen, Purpose::Management, move |service, request| service.subscribe(request, &new)).await;
    match made {
        Ok(()) => frame::page(&MadePage {
            frame: Frame::of(&desk, &seen, Section::Administration),
            title: title.to_string(),
            secret: shown_secret(&secret),
        }),
        Err(Trouble::Service(error)) if matches!(*error, ServiceError::Asked(_)) => {
            let sentence = capitalised(&error.to_string());
            let field = if sentence.contains("kind of event") { "kinds" } else { "url" };
            form.wrong(field, sentence);
            page(&desk, &seen, form).await
        }
        Err(other) => Err(other),
    }
}

async fn stop(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    let id = form.get("webhook").parse().map_err(|_| Trouble::NotFound)?;
    desk.ask(&seen, Purpose::Management, move |service, request| service.stop_subscription(request, id)).await?;
    Ok(frame::done(&desk, &seen, "The system is told nothing more.", HERE))
}

async fn retry(State(desk): State<Desk>, seen: Seen, form: Form) -> Result<Response, Trouble> {
    let id = form.get("job").parse().map_err(|_| Trouble::NotFound)?;
    desk.ask(&seen, Purpose::Management, move |service, request| service.retry_job(request, id)).await?;
    Ok(frame::done(&desk, &seen, "It is tried again in a moment.", HERE))
}

#[cfg(test)]
mod tests {
    use super::HERE;
    use crate::testing::World;
    use axum::http::StatusCode;

    #[tokio::test]
    async fn an_administrator_adds_a_webhook_sees_its_secret_once_and_stops_it() {
        let world = World::new();
        let gus = world.sign_in("w-gus").await;
        assert!(world.get(&gus, HERE).await.text.contains("Nobody is told of events yet."));
        let fields =
            [("title", "Housing"), ("url", "https://hooks.example.org/a"), ("kinds", "contact, order.imposed")];
        let made = world.post(&gus, HERE, &fields).await;
        assert_eq!(made.status, StatusCode::OK);
        assert!(made.text.contains("whsec_"), "{}", made.text);
        let list = world.get(&gus, HERE).await.text;
        assert!(list.contains("Housing") && list.contains("contact, order.imposed"), "{list}");
        assert!(!list.contains("whsec_"));
        let id = list.split("name=\"webhook\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let stopped = world.post(&gus, "/administration/webhooks/stop", &[("webhook", id)]).await;
        assert_eq!(stopped.location(), HERE);
        assert!(world.get(&gus, HERE).await.text.contains("Stopped on Monday 2 March 2026 at 9am"));
        let again = world.post(&gus, "/administration/webhooks/stop", &[("webhook", id)]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn what_does_not_fit_stands_beside_its_field_and_nothing_typed_is_lost() {
        let world = World::new();
        let gus = world.sign_in("w-gus").await;
        for (fields, sentence) in [
            ([("title", ""), ("url", "https://hooks.example.org/a"), ("kinds", "")], "Say what you call the system"),
            ([("title", "Housing"), ("url", ""), ("kinds", "contact")], "Give the address"),
            (
                [("title", "Housing"), ("url", "http://hooks.example.org/a"), ("kinds", "")],
                "Deliveries go over TLS only",
            ),
            ([("title", "Housing"), ("url", "https://192.168.1.1/a"), ("kinds", "")], "The address is of this machine"),
            (
                [("title", "Housing"), ("url", "https://hooks.example.org/a"), ("kinds", "contact.heard")],
                "There is no kind of event",
            ),
        ] {
            let page = world.post(&gus, HERE, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(page.text.contains(sentence), "{fields:?}: {}", page.text);
            assert!(fields.iter().all(|(_, typed)| page.text.contains(typed)), "{fields:?}");
        }
        let unknown = world.post(&gus, "/administration/webhooks/retry", &[("job", "1")]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }
}

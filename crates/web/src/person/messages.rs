//! Messages about appointments: what was written to the person, when and how, what waits and what did not go out. Somebody
//! who says "nobody told me" is answered from here.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop};
use crate::frame::{self, Frame};
use crate::session::Seen;
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use record::Purpose;
use service::{NoticeView, Owing};

/// A message in words.
struct Message {
    appointment: String,
    what: String,
    state: &'static str,
    colour: &'static str,
    when: String,
    to: String,
    said: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "person/messages.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    messages: Vec<Message>,
    /// Where reminders go, or why none do.
    asked: Vec<String>,
}

pub(super) async fn show(State(desk): State<Desk>, seen: Seen, Path(id): Path<String>) -> Result<Response, Stop> {
    let opened = super::open(&desk, &seen, &id, Tab::Contacts, Owing::Nothing, &KnownAt::default()).await?;
    let person = super::person_id(&id)?;
    let notices =
        desk.ask(&seen, Purpose::Supervision, move |service, request| service.notices(request, &person)).await?;
    let details = opened.part.record.person.contact_details.iter();
    let asked = details.filter(|detail| detail.safe.reminders);
    let asked = asked.map(|detail| format!("{}: {}", detail.value, desk.words().safe_contact(&detail.safe))).collect();
    let messages = notices.into_iter().map(message).collect();
    Ok(frame::page(&Page { frame: opened.frame, bar: opened.bar, messages, asked })?)
}

fn message(notice: NoticeView) -> Message {
    let at = notice.at.map(|at| format!(", {}", when::time(at))).unwrap_or_default();
    let (state, colour) = match notice.state.as_str() {
        "planned" => ("To be sent", "blue"),
        "sending" => ("Being sent", "blue"),
        "sent" => ("Sent", "green"),
        "unclear" => ("Perhaps sent", "orange"),
        "failed" => ("Not sent", "red"),
        _ => ("Not needed", "grey"),
    };
    let what = match notice.about.as_str() {
        "reminder" => "Reminder",
        "moved" => "Change of time",
        _ => "Called off",
    };
    let way = if notice.way == "text" { "by text message" } else { "by e-mail" };
    Message {
        appointment: format!("{}{at}", when::short_day(notice.on)),
        what: format!("{what} {way}"),
        state,
        colour,
        when: when::moment(notice.when),
        to: notice.sent_to.unwrap_or_default(),
        said: notice.said.unwrap_or_default(),
        reason: notice.reason.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use post::{Folder, Post};
    use serde_json::json;
    use service::Edge;

    #[tokio::test]
    async fn what_was_written_is_shown_word_for_word_and_what_waits_is_too() {
        let world = World::new();
        let version = world.say(
            "p-1",
            0,
            "2026-03-02",
            "person.named",
            &json!({"kind": "legal", "given": "Alex", "family": "Example"}),
        );
        let order = json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}],
        });
        let version = world.say("p-1", version, "2026-03-02", "order.imposed", &order);
        let version = world.say(
            "p-1",
            version,
            "2026-03-02",
            "supervision.allocated",
            &json!({"worker": "w-amy", "team": "t-east"}),
        );
        let amy = world.sign_in("w-amy").await;
        assert!(world.get(&amy, "/people/p-1/messages").await.text.contains("has not asked for reminders"));
        let detail = json!({"route": "mobile", "value": "07700 900123", "safe": {"write": true, "reminders": true}});
        let version = world.say("p-1", version, "2026-03-02", "person.contact_detail", &detail);
        let planned = |contact: &str, on: &str| json!({"contact": contact, "kind": "office", "with": "case_manager", "on": on, "at": "14:00:00"});
        let version = world.say("p-1", version, "2026-03-02", "contact.planned", &planned("C-1", "2026-03-04"));
        world.say("p-1", version, "2026-03-02", "contact.planned", &planned("C-2", "2026-03-11"));

        let outbox = tempfile::tempdir().unwrap();
        let (now, new_id) = (|| "2026-03-02T14:00:00Z".parse().unwrap(), || world.id());
        let edge = Edge { now: &now, new_id: &new_id };
        world.service.send_notices(edge, &Post::folder(Folder::new(outbox.path()))).unwrap();
        world.at("2026-03-02T14:05");
        let amy = world.sign_in("w-amy").await;
        let page = world.get(&amy, "/people/p-1/messages").await.text;
        for part in [
            "Sent</strong> Monday 2 March 2026 at 2pm, number ending 123",
            "Reminder: your appointment is on Wednesday 4 March at 2pm.",
            "To be sent</strong> Monday 9 March 2026 at 2pm",
            "Not written yet",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
}

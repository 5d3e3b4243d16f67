//! One's own appointments in one's own calendar program: the page to get and revoke its private address, and the calendar
//! behind it.

mod ics;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use record::Purpose;
use service::{CalendarAddress, Role};
use std::fmt::Write as _;

const MANAGERS: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/calendar", MANAGERS, "your appointments in your calendar", page)
        .post("/account/calendar", MANAGERS, "make a private calendar address", open)
        .post("/account/calendar/revoke", MANAGERS, "revoke your private calendar address", close)
        .get("/calendar/{file}", Access::Everybody, "the calendar behind a private address", calendar)
}

#[derive(Template)]
#[template(path = "calendar/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    address: Option<Shown>,
    /// The address itself, which is shown once.
    fresh: Option<String>,
}

/// An address in force, in words.
struct Shown {
    made: String,
    fetched: Option<String>,
    names: bool,
}

impl Shown {
    fn of(address: &CalendarAddress) -> Self {
        let say = |moment: jiff::Timestamp| crate::when::moment(moment);
        Self { made: say(address.made), fetched: address.fetched.map(say), names: address.names }
    }
}

async fn page(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    show(&desk, &seen, None).await
}

async fn show(desk: &Desk, seen: &Seen, fresh: Option<String>) -> Result<Response, Trouble> {
    let address = desk.ask(seen, Purpose::Supervision, service::Service::calendar_address).await?;
    let form = Form::default();
    let address = address.as_ref().map(Shown::of);
    frame::page(&Page { frame: Frame::of(desk, seen, Section::Elsewhere), form, address, fresh })
}

async fn open(State(desk): State<Desk>, seen: Seen, headers: HeaderMap, form: Form) -> Result<Response, Trouble> {
    let names = form.has("names", "yes");
    let bytes = (desk.platform().secret)();
    let secret = bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let kept = secret.clone();
    desk.ask(&seen, Purpose::Supervision, move |service, request| service.open_calendar(request, &kept, names)).await?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let local = host.starts_with("localhost") || host.starts_with("127.");
    let scheme = if local { "http" } else { "https" };
    show(&desk, &seen, Some(format!("{scheme}://{host}/calendar/{secret}.ics"))).await
}

async fn close(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    desk.ask(&seen, Purpose::Supervision, service::Service::close_calendar).await?;
    Ok(frame::done(
        &desk,
        &seen,
        "The private address was revoked. Whoever has it sees nothing any more.",
        "/account/calendar",
    ))
}

/// The calendar. It is asked for by programs that cannot sign in; an address that is wrong, revoked or no longer anybody's
/// is not found, like any other.
async fn calendar(State(desk): State<Desk>, Path(file): Path<String>) -> Result<Response, Trouble> {
    let secret = file.strip_suffix(".ics").filter(|secret| secret.len() == 64).ok_or(Trouble::NotFound)?.to_owned();
    let now = desk.now();
    let id = (desk.platform().new_id)(now);
    let found = desk.before_sign_in(move |service| service.calendar(&secret, now, id)).await?;
    let entries = found.ok_or(Trouble::NotFound)?;
    let text = ics::write(&entries, now, |kind| crate::words::capital(&desk.words().say("contact_kind", kind)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"appointments.ics\"")),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ];
    Ok((headers, text).into_response())
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use axum::http::{StatusCode, header};
    use serde_json::json;

    fn with_an_appointment() -> World {
        let world = World::new();
        let named = json!({"kind": "legal", "given": "Alex", "family": "Example"});
        let version = world.say("p-1", 0, "2026-03-02", "person.named", &named);
        let order = json!({
            "order": "CPO-1", "kind": "cpo", "council": "capital", "report_considered": true,
            "court": {"name": "Sheriff Court", "kind": "sheriff_summary"},
            "requirements": [{"kind": "supervision", "months": 12}],
        });
        let version = world.say("p-1", version, "2026-03-02", "order.imposed", &order);
        let allocated = json!({"worker": "w-amy", "team": "t-east"});
        let version = world.say("p-1", version, "2026-03-02", "supervision.allocated", &allocated);
        let planned =
            json!({"contact": "C-1", "kind": "office", "with": "case_manager", "on": "2026-03-06", "at": "14:00:00"});
        world.say("p-1", version, "2026-03-02", "contact.planned", &planned);
        world
    }

    /// The path in the page that shows a new address.
    fn path(text: &str) -> String {
        let at = text.find("/calendar/").unwrap();
        text[at..].chars().take_while(|c| *c != '"').collect()
    }

    #[tokio::test]
    async fn a_calendar_is_opened_fetched_without_signing_in_and_revoked() {
        let world = with_an_appointment();
        let amy = world.sign_in("w-amy").await;
        assert!(world.get(&amy, "/account/calendar").await.text.contains("You have no private address"));
        let made = world.post(&amy, "/account/calendar", &[]).await;
        assert_eq!(made.status, StatusCode::OK);
        let path = path(&made.text);
        assert!(made.text.contains("https://desk.example/calendar/"));

        let fetched = world.send("GET", &path, None, "").await;
        assert_eq!(fetched.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
        assert!(fetched.text.contains("DTSTART:20260306T140000Z\r\n"), "{}", fetched.text);
        assert!(fetched.text.contains(": AE\r\n") && !fetched.text.contains("Example"), "{}", fetched.text);

        assert!(!world.get(&amy, "/account/calendar").await.text.contains("/calendar/0"), "shown once");
        let revoked = world.post(&amy, "/account/calendar/revoke", &[]).await;
        assert_eq!(revoked.location(), "/account/calendar");
        assert_eq!(world.send("GET", &path, None, "").await.status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn people_are_named_only_when_the_worker_asked_for_it() {
        let world = with_an_appointment();
        let amy = world.sign_in("w-amy").await;
        let made = world.post(&amy, "/account/calendar", &[("names", "yes")]).await;
        let fetched = world.send("GET", &path(&made.text), None, "").await;
        assert!(fetched.text.contains(": Alex Example\r\n"), "{}", fetched.text);
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_not_found() {
        let world = World::new();
        for path in ["/calendar/x", "/calendar/x.ics", &format!("/calendar/{}.ics", "0".repeat(64))] {
            assert_eq!(world.send("GET", path, None, "").await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

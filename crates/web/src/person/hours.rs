//! Unpaid work: the hours with the arithmetic line by line, and each session to the minute. Supervisors see this and
//! nothing else of the record.

use super::bar::{Bar, Tab};
use super::{KnownAt, Stop, address, person_id};
use crate::frame::{self, Frame, Section};
use crate::session::Seen;
use crate::words::{Names, Words, capital};
use crate::{Desk, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use record::Purpose;
use record::unpaid_work::{Activity, in_hours};
use service::{Owing, Role, Work, work_of};

/// The sessions that a page shows of one order; the chronology has them all.
const SESSIONS: usize = 60;

/// The hours of an order as a page shows them.
pub(crate) struct Hours {
    pub(crate) title: String,
    /// Each line of the arithmetic: what, and how much, with its sign.
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) outstanding: String,
    /// "70 of 120 hours (58%)".
    pub(crate) done: String,
    pub(crate) percent: i64,
    pub(crate) other_activity: String,
    pub(crate) due: String,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) earlier: usize,
}

pub(crate) struct SessionRow {
    pub(crate) on: String,
    pub(crate) time: String,
    pub(crate) activity: String,
    pub(crate) minutes: String,
    pub(crate) supervisor: String,
}

/// The hours of an order in words.
pub(crate) fn hours(words: &Words, names: &Names, work: &Work) -> Hours {
    let balance = work.balance;
    let mut lines = vec![("Ordered by the court".to_owned(), in_hours(balance.ordered))];
    for change in &work.changes {
        let by = serde_json::to_value(change.by).ok();
        let by = words
            .inside("adjusted_by", by.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default())
            .into_owned();
        let done = if change.minutes < 0 { "Taken off" } else { "Added" };
        lines.push((
            format!("{done} by {by} on {} ({})", when::short_day(change.on), change.authority),
            signed(change.minutes),
        ));
    }
    let count = |activity| work.sessions.iter().filter(|session| session.activity == activity).count();
    let sessions = |count: usize| if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") };
    lines.push((format!("Worked in {}", sessions(count(Activity::Work))), signed(-balance.work)));
    if balance.other_activity > 0 {
        let told = format!("Other activity in {}", sessions(count(Activity::OtherActivity)));
        lines.push((told, signed(-balance.other_activity)));
    }
    let wanted = balance.ordered + balance.adjusted;
    let percent = if wanted > 0 { (balance.credited() * 100 / wanted).clamp(0, 100) } else { 100 };
    Hours {
        title: format!("{}, order {}", capital(&words.inside("order_kind", work.kind.as_str())), work.order),
        lines,
        outstanding: in_hours(balance.outstanding()),
        done: format!("{} of {} ({percent}%)", in_hours(balance.credited()), in_hours(wanted.max(0))),
        percent,
        other_activity: other_activity(work),
        due: due(work),
        sessions: work.sessions.iter().take(SESSIONS).map(|session| row(words, names, session)).collect(),
        earlier: work.sessions.len().saturating_sub(SESSIONS),
    }
}

/// How much other activity was credited, and how much may still be.
fn other_activity(work: &Work) -> String {
    let (so_far, most) = (work.balance.other_activity, work.other_activity_most);
    let told = format!("{} of at most {} credited", in_hours(so_far), in_hours(most));
    match (most - so_far).min(work.balance.outstanding()) {
        left if left > 0 => format!("{told}; {} may still be credited", in_hours(left)),
        _ => told,
    }
}

fn signed(minutes: i64) -> String {
    match minutes {
        0 => in_hours(0),
        less if less < 0 => format!("− {}", in_hours(-less)),
        more => format!("+ {}", in_hours(more)),
    }
}

fn due(work: &Work) -> String {
    let due = work.due.map_or_else(|| "no day is set".to_owned(), when::day);
    let extended = if work.extended_to.is_some() { "; the court set this day" } else { "" };
    match (work.completed_on, work.ended_on) {
        (Some(done), _) => format!("Completed on {} (due by {due}{extended})", when::day(done)),
        (None, Some(ended)) => format!("The order ended on {} (due by {due}{extended})", when::day(ended)),
        (None, None) => format!("To be done by {due}{extended}"),
    }
}

fn row(words: &Words, names: &Names, session: &service::Session) -> SessionRow {
    let time = match (session.from, session.until) {
        (Some(from), Some(until)) => format!("{} to {}", when::time(from), when::time(until)),
        (Some(from), None) => format!("from {}", when::time(from)),
        _ => "Not told".to_owned(),
    };
    let activity = serde_json::to_value(session.activity).ok();
    SessionRow {
        on: when::short_day(session.on),
        time,
        activity: words.say("activity", activity.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default()),
        minutes: in_hours(i64::from(session.minutes)),
        supervisor: session
            .supervisor
            .as_ref()
            .map_or_else(|| "Not told".to_owned(), |worker| names.worker(worker.as_str()).to_owned()),
    }
}

#[derive(Template)]
#[template(path = "person/hours.html")]
struct Page {
    frame: Frame,
    bar: Bar,
    hours: Vec<Hours>,
}

#[derive(Template)]
#[template(path = "person/hours_only.html")]
struct HoursOnly {
    frame: Frame,
    name: String,
    base: String,
    hours: Vec<Hours>,
}

pub(super) async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(known): Query<KnownAt>,
) -> Result<Response, Stop> {
    let sees_records = [Role::CaseManager, Role::TeamManager].iter().any(|role| seen.actor.roles.contains(role));
    if !sees_records {
        return hours_only(&desk, &seen, &id).await;
    }
    let opened = super::open(&desk, &seen, &id, Tab::UnpaidWork, Owing::Nothing, &known).await?;
    let law = desk.rules().law();
    let work = work_of(&opened.part.history, &opened.part.record, law);
    let hours = work.iter().map(|work| hours(desk.words(), &opened.names, work)).collect();
    Ok(frame::page(&Page { frame: opened.frame, bar: opened.bar, hours })?)
}

/// What a supervisor of unpaid work sees.
async fn hours_only(desk: &Desk, seen: &Seen, id: &str) -> Result<Response, Stop> {
    let person = person_id(id)?;
    let view = desk.ask(seen, Purpose::Supervision, move |service, request| service.hours(request, &person)).await?;
    let names = desk.names(seen);
    let page = HoursOnly {
        frame: Frame::of(desk, seen, Section::Elsewhere),
        name: view.name.unwrap_or_else(|| "Name not known".to_owned()),
        base: address(id),
        hours: view.work.iter().map(|work| hours(desk.words(), &names, work)).collect(),
    };
    Ok(frame::page(&page)?)
}

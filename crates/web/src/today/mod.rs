//! Today: what is late, due and coming with its reason, the day's appointments and those of the week, outcomes that nobody
//! recorded, and whom nobody has seen for longest. A team manager sees the team's, and each worker's.

pub(crate) mod todo;

use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::{Choice, Whose, encoded};
use crate::words::many;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use record::Purpose;
use service::{Appointment, Part, Role, Unseen};
use todo::Line;

/// Who has a day of cases.
pub(crate) const ACCESS: Access = Access::Only(&[Role::CaseManager, Role::TeamManager]);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/today", ACCESS, "what is due, late and coming, and the day's appointments", today)
        .get("/today/week", ACCESS, "a week of appointments", week)
        .get("/today/outcomes", ACCESS, "appointments whose outcome nobody recorded", outcomes)
        .get("/today/{part}", ACCESS, "all of what is late, due or coming", part)
}

#[derive(serde::Deserialize)]
pub(crate) struct Asked {
    worker: Option<String>,
    team: Option<String>,
    from: Option<String>,
    after: Option<String>,
}

/// An appointment in words.
pub(crate) struct Planned {
    pub(crate) time: String,
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) restricted: bool,
    pub(crate) kind: String,
    pub(crate) place: String,
    pub(crate) about: String,
    pub(crate) worker: String,
    pub(crate) contact: String,
    pub(crate) outcome: String,
}

impl Planned {
    fn of(desk: &Desk, appointment: Appointment, with_day: bool) -> Self {
        let time = appointment.at.map_or_else(|| "No time".to_owned(), when::time);
        let outcome = match appointment.outcome.as_deref() {
            Some("held") => "Held",
            Some("missed") => "Missed",
            Some(_) => "Called off",
            None => "",
        };
        Self {
            time: if with_day { when::short_day(appointment.on) } else { time },
            person: encoded(appointment.person.as_str()),
            name: appointment.name,
            restricted: appointment.restricted,
            kind: desk.words().inside("contact_kind", &appointment.kind).into_owned(),
            place: appointment.place.unwrap_or_default(),
            about: appointment.about.unwrap_or_default(),
            worker: appointment.worker_name.unwrap_or_default(),
            contact: encoded(&appointment.contact),
            outcome: outcome.to_owned(),
        }
    }

    fn all(desk: &Desk, appointments: Vec<Appointment>, with_day: bool) -> Vec<Self> {
        appointments.into_iter().map(|one| Self::of(desk, one, with_day)).collect()
    }
}

/// Somebody who was not seen for long, in words.
struct NotSeen {
    person: String,
    name: String,
    restricted: bool,
    seen: String,
    level: String,
}

impl NotSeen {
    fn of(desk: &Desk, unseen: Unseen, today: Date) -> Self {
        let ago = |day: Date| match today.since(day).map_or(0, |since| since.get_days()) {
            0 => "today".to_owned(),
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        };
        let seen = match (unseen.last_contact_on, unseen.since) {
            (Some(day), _) => format!("{}, {}", when::short_day(day), ago(day)),
            (None, Some(since)) => format!("No contact yet; order of {}", when::short_day(since)),
            (None, None) => "No contact yet".to_owned(),
        };
        Self {
            person: encoded(unseen.person.as_str()),
            name: unseen.name,
            restricted: unseen.restricted,
            seen,
            level: unseen.level.map_or_else(|| "Level not set".to_owned(), |level| desk.words().say("level", &level)),
        }
    }
}

/// One of the three lists of obligations.
struct Listed {
    id: &'static str,
    title: String,
    empty: &'static str,
    lines: Vec<Line>,
    /// How many more there are, and where.
    more: Option<(u64, String)>,
}

#[derive(Template)]
#[template(path = "today/page.html")]
struct Page {
    frame: Frame,
    whose: String,
    day: String,
    query: String,
    choices: Vec<Choice>,
    is_team: bool,
    summary: Vec<(String, String)>,
    lists: Vec<Listed>,
    appointments: Vec<Planned>,
    outcomes: Vec<Planned>,
    more_outcomes: bool,
    unseen: Vec<NotSeen>,
}

async fn today(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let whose = Whose::of(&seen, asked.worker, asked.team)?;
    let of = whose.clone();
    let found =
        desk.ask(&seen, Purpose::Supervision, move |service, request| service.today(request, of.stored())).await?;
    let (day, tally, query) = (found.today, found.tally, whose.query());
    let listed = |id: &'static str, title: &str, empty, lines: Vec<service::Todo>, count: u64| {
        let more = count.saturating_sub(lines.len() as u64);
        let more = (more > 0).then(|| (more, format!("/today/{id}?{query}")));
        let title = if count == 0 { title.to_owned() } else { format!("{title} ({count})") };
        Listed { id, title, empty, lines: Line::all(&desk, lines, day), more }
    };
    let lists = vec![
        listed("late", "Late", "Nothing of the last 30 days is late.", found.late, tally.late),
        listed("due", "Due today", "Nothing falls due today.", found.due, tally.today),
        listed("coming", "Coming in 7 days", "Nothing falls due in the next 7 days.", found.coming, tally.coming),
    ];
    let (appointments, outcomes) = (found.appointments.len(), found.without_outcome.len());
    let more = if found.more_without_outcome { "more than " } else { "" };
    let said = |count: u64, words: &str| format!("{count} {words}");
    let summary = vec![
        ("#late".to_owned(), said(tally.late, "late")),
        ("#due".to_owned(), said(tally.today, "due today")),
        ("#coming".to_owned(), said(tally.coming, "coming in 7 days")),
        ("#appointments".to_owned(), many(appointments, "appointment", "appointments")),
        (format!("/today/outcomes?{query}"), format!("{more}{} to record", many(outcomes, "outcome", "outcomes"))),
    ];
    let page = Page {
        frame: Frame::of(&desk, &seen, Section::Today),
        whose: whose.name(&found.directory),
        choices: whose.choices(&seen, &found.directory),
        is_team: whose.is_team(),
        day: when::day(day),
        summary,
        lists,
        appointments: Planned::all(&desk, found.appointments, false),
        outcomes: Planned::all(&desk, found.without_outcome, true),
        more_outcomes: found.more_without_outcome,
        unseen: found.unseen.into_iter().map(|unseen| NotSeen::of(&desk, unseen, day)).collect(),
        query,
    };
    frame::page(&page)
}

#[derive(Template)]
#[template(path = "today/part.html")]
struct PartPage {
    frame: Frame,
    title: &'static str,
    count: u64,
    lines: Vec<Line>,
    is_team: bool,
    back: String,
    first: Option<String>,
    next: Option<String>,
}

async fn part(
    State(desk): State<Desk>,
    seen: Seen,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let (part, title) = match word.as_str() {
        "late" => (Part::Late, "Late"),
        "due" => (Part::Due, "Due today"),
        "coming" => (Part::Coming, "Coming in 7 days"),
        _ => return Err(Trouble::NotFound),
    };
    let whose = Whose::of(&seen, asked.worker, asked.team)?;
    let (of, after) = (whose.clone(), asked.after);
    let is_first = after.is_none();
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| {
            service.outstanding(request, of.stored(), part, after.as_deref())
        })
        .await?;
    let count = match part {
        Part::Late => found.tally.late,
        Part::Due => found.tally.today,
        Part::Coming => found.tally.coming,
    };
    let query = whose.query();
    let page = PartPage {
        frame: Frame::of(&desk, &seen, Section::Today),
        title,
        count,
        lines: Line::all(&desk, found.rows, found.today),
        is_team: whose.is_team(),
        back: format!("/today?{query}"),
        first: (!is_first).then(|| format!("/today/{word}?{query}")),
        next: found.next.map(|next| format!("/today/{word}?{query}&after={}", encoded(&next))),
    };
    frame::page(&page)
}

#[derive(Template)]
#[template(path = "today/outcomes.html")]
struct OutcomesPage {
    frame: Frame,
    is_team: bool,
    back: String,
    days: Vec<Day>,
}

async fn outcomes(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let whose = Whose::of(&seen, asked.worker, asked.team)?;
    let of = whose.clone();
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| service.without_outcome(request, of.stored()))
        .await?;
    frame::page(&OutcomesPage {
        frame: Frame::of(&desk, &seen, Section::Today),
        is_team: whose.is_team(),
        back: format!("/today?{}", whose.query()),
        days: Day::all(&desk, found),
    })
}

/// One day of a week.
struct Day {
    title: String,
    is_today: bool,
    appointments: Vec<Planned>,
}

impl Day {
    fn all(desk: &Desk, diary: service::Diary) -> Vec<Self> {
        let day = |day: service::DayOfDiary| Self {
            title: when::day(day.on),
            is_today: day.on == diary.today,
            appointments: Planned::all(desk, day.appointments, false),
        };
        diary.days.into_iter().map(day).collect()
    }
}

#[derive(Template)]
#[template(path = "today/week.html")]
struct Week {
    frame: Frame,
    title: String,
    is_team: bool,
    back: String,
    query: String,
    before: Option<String>,
    after: String,
    days: Vec<Day>,
}

/// A week is asked for from its Monday. The lists keep the latest appointments that have an outcome, so the desk goes back
/// one week; what came before is in each person's chronology.
async fn week(State(desk): State<Desk>, seen: Seen, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let whose = Whose::of(&seen, asked.worker, asked.team)?;
    let this_monday = monday_of(when::day_of(desk.now()));
    let from = match asked.from.as_deref() {
        None | Some("") => this_monday,
        Some(text) => monday_of(text.parse().map_err(|_| {
            Trouble::NotUnderstood(
                "The week is asked for by a day that does not exist. Go back to this week.".to_owned(),
            )
        })?),
    };
    let of = whose.clone();
    let found = desk
        .ask(&seen, Purpose::Supervision, move |service, request| service.diary(request, of.stored(), from, 7))
        .await?;
    let query = whose.query();
    let to = |monday: Date| format!("/today/week?{query}&from={monday}");
    let page = Week {
        frame: Frame::of(&desk, &seen, Section::Today),
        title: format!("Week of {}", when::day(from)),
        is_team: whose.is_team(),
        back: format!("/today?{query}"),
        before: (from >= this_monday).then(|| to(from.saturating_sub(7.days()))),
        after: to(from.saturating_add(7.days())),
        days: Day::all(&desk, found),
        query,
    };
    frame::page(&page)
}

fn monday_of(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days())
}

#[cfg(test)]
pub(crate) mod tests;

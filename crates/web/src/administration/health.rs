//! How the system is, and what waits in the background.

use super::HERE;
use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::words::{capital, counted, plain};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use record::Purpose;
use service::{Health, JobsOf, Role};

pub(super) fn routes(routes: Routes) -> Routes {
    let access = Access::Only(&[Role::Administrator, Role::Auditor]);
    routes.get("/administration/health", access, "how the system is", show)
}

/// Work of one kind.
struct Waiting {
    kind: String,
    open: String,
    dead: u64,
}

#[derive(Template)]
#[template(path = "administration/health.html")]
struct Page {
    frame: Frame,
    back: &'static str,
    warnings: Vec<String>,
    data: Vec<(&'static str, String)>,
    kept: Vec<(&'static str, String)>,
    rules: Vec<(&'static str, String)>,
    /// None for somebody who may not see it.
    jobs: Option<Vec<Waiting>>,
}

async fn show(State(desk): State<Desk>, seen: Seen) -> Result<Response, Trouble> {
    let administers = seen.actor.roles.contains(&Role::Administrator);
    let health = desk.ask(&seen, Purpose::Management, service::Service::health).await?;
    let jobs = if administers {
        let view = desk.ask(&seen, Purpose::Management, service::Service::jobs).await?;
        Some(view.kinds.iter().map(waiting).collect())
    } else {
        None
    };
    let now = desk.now();
    let witnessed = health.witnessed.iter().map(|(writer, at)| format!("{writer}: {}", when::moment(*at)));
    let last = |at: Option<jiff::Timestamp>| at.map_or_else(|| "not lately".to_owned(), when::moment);
    let template = Page {
        frame: Frame::of(&desk, &seen, Section::Administration),
        back: HERE,
        data: data(&health),
        kept: vec![
            ("Now", when::moment(now)),
            ("Last verified", last(health.verified)),
            ("Last backup or export", last(health.exported)),
            ("End of the access log last witnessed", witnessed.collect::<Vec<_>>().join("; ")),
        ],
        rules: rules(&health),
        warnings: health.warnings.iter().map(|warning| capital(warning)).collect(),
        jobs,
    };
    frame::page(&template)
}

fn data(health: &Health) -> Vec<(&'static str, String)> {
    let number = |count: u64, one: &str, many: &str| counted(i64::try_from(count).unwrap_or(i64::MAX), one, many);
    let sizes = &health.sizes;
    vec![
        ("Database", format!("{}, schema {}", health.database, sizes.schema)),
        ("Size", number(sizes.bytes.div_ceil(1 << 20), "megabyte", "megabytes")),
        ("On record", number(sizes.people, "person", "people")),
        ("Cases", number(sizes.cases, "case", "cases")),
        ("Access log", number(sizes.entries, "entry", "entries")),
    ]
}

fn rules(health: &Health) -> Vec<(&'static str, String)> {
    let (title, id, version) = &health.rulebook;
    let mut rules = vec![("Rulebook", format!("{title} ({id}, version {version})"))];
    let calendars = health.calendars.iter().map(|(title, id, version)| format!("{title} ({id}, version {version})"));
    rules.push(("Calendars", calendars.collect::<Vec<_>>().join("; ")));
    rules.push(("Policies", format!("{} in force", health.policies)));
    rules
}

fn waiting(of: &JobsOf) -> Waiting {
    let count = i64::try_from(of.open).unwrap_or(i64::MAX);
    Waiting {
        kind: capital(&plain(&of.kind)),
        open: match of.oldest {
            Some(oldest) if of.open > 0 => {
                format!("{}, the oldest since {}", counted(count, "job", "jobs"), when::moment(oldest))
            }
            _ => "none".to_owned(),
        },
        dead: of.dead,
    }
}

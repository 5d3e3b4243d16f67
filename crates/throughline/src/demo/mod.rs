//! `throughline demo`: a synthetic area with the desk open on it, or a walk through it on the terminal, where every step is
//! the use case that its command line names.

mod cast;
mod folder;
mod plans;
mod tokens;
mod told;
mod tour;

use crate::arguments::{Common, Demo};
use crate::platform::{self, LONDON};
use crate::session::Session;
use crate::wording::counted;
use crate::{serve, synthetic_area};
use anyhow::{Result, anyhow};
use cast::Cast;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _};
use record::Purpose;
use service::Actor;
use std::io::Write;
use std::sync::Arc;
use synthetic::{Area, Size};
use tour::Tour;

/// The same area for everybody who walks through it.
const SEED: u64 = 2026;
/// How many years of history.
const YEARS: u8 = 3;
/// How many people the desk opens on: teams with caseloads such as a council has.
const PEOPLE_OF_DESK: u32 = 3000;
/// How many the tour needs to find somebody to show.
const PEOPLE_OF_TOUR: u32 = 600;
/// How many more came in the last days, whose orders wait for a case manager.
const NEWCOMERS: u32 = 30;
/// The password of everybody in a demonstration; no second factor is asked for there, and only there.
const PASSWORD: &str = "a-walk-through-the-day";

pub(crate) fn run(common: &Common, asked: &Demo, out: &mut dyn Write) -> Result<()> {
    let database = folder::prepare(&asked.dir)?;
    let monday = monday_morning(platform::now(common.now.as_deref())?)?;
    let common = Common {
        store: database.display().to_string(),
        witness: None,
        acting_as: None,
        now: Some(monday.to_string()),
        ..common.clone()
    };
    let until = platform::today(monday).yesterday()?;
    let people = asked.people.unwrap_or(if asked.tour { PEOPLE_OF_TOUR } else { PEOPLE_OF_DESK });
    // Half as many were sentenced before, so that reoffending is seen over several years.
    let former = if asked.tour { 0 } else { people / 2 };
    let size = Size { people, newcomers: NEWCOMERS, former, from: synthetic_area::years_before(until, YEARS)?, until };
    let area = Area::staffed_for(SEED, size)?;
    let session = synthetic_area::founded(&common, &area)?;
    let mut cast = Cast::new(platform::today(monday), &area);
    let made = synthetic_area::fill(&session, SEED, size, &area, &mut |person| cast.audition(person))?;
    writeln!(
        out,
        "A synthetic area: five councils, {} and {} with {} over {YEARS} years. Nobody in it exists.\nIt is {}.",
        counted(area.workers.len() as u64, "member of staff", "members of staff"),
        counted(made.people, "person", "people"),
        counted(made.events, "event", "events"),
        crate::wording::moment(monday)
    )?;
    let planner = plans::bring(&session, &area, out)?;
    if !asked.tour {
        return open_desk(&common, asked, session, &area, (&cast, &planner), out);
    }
    let mut tour = Tour { session, area: &area, database: common.store.clone(), step: 0 };
    tour.walk(&cast, out)?;
    tour.farewell(&cast, out)
}

/// Opens the desk on the area and says who can sign in.
fn open_desk(
    common: &Common,
    asked: &Demo,
    session: Session,
    area: &Area,
    (cast, planner): (&Cast, &Actor),
    out: &mut dyn Write,
) -> Result<()> {
    let (_, manager) = cast.chosen().ok_or_else(too_few)?;
    let manager = account(area, manager)?;
    let mut demonstration = Vec::new();
    writeln!(out, "\nSign in as:")?;
    for role in synthetic::Role::ALL {
        let actor =
            if *role == synthetic::Role::CaseManager { manager.clone() } else { someone(area, *role, &manager)? };
        let roles = crate::staff::roles(&actor.roles);
        writeln!(out, "  {roles:<24} {:<20} {PASSWORD}", actor.id.as_str())?;
        demonstration.push((roles, actor.id.to_string(), PASSWORD.to_owned()));
    }
    let roles = crate::staff::roles(&planner.roles);
    writeln!(out, "  {roles:<24} {:<20} {PASSWORD}", planner.id.as_str())?;
    demonstration.push((roles, planner.id.to_string(), PASSWORD.to_owned()));
    if let Some(file) = &asked.tokens {
        let team =
            synthetic::Role::ALL.iter().map(|role| someone(area, *role, &manager)).collect::<Result<Vec<_>>>()?;
        let chosen = cast.chosen().map(|(person, _)| person).unwrap_or_default();
        tokens::write(common, &session, &team, &manager, chosen, file)?;
    }
    let workers = area.workers.iter().map(|worker| worker.reference.clone());
    let everybody: Vec<_> = workers.chain([planner.id.clone()]).collect();
    let (request, attempt) = (session.request(Purpose::Management), platform::attempt(session.now)?);
    session.service.add_demonstration_users(&request, &attempt, &everybody, PASSWORD)?;
    let service = Arc::into_inner(session.service).ok_or_else(|| anyhow!("the service is in use elsewhere"))?;
    let limits = service::Limits { demonstration: true, ..service::Limits::default() };
    let service = Arc::new(service.with_limits(limits));
    let banner =
        "A demonstration: nobody in it exists, and nothing in it is kept. Everybody's password is on the sign-in page.";
    let pdf = crate::plan::PDF;
    let config = web::Config { banner: Some(banner.to_owned()), demonstration, pdf, ..web::Config::default() };
    serve::desk(common, &asked.serve, service, config, out)
}

fn too_few() -> anyhow::Error {
    anyhow!("so few people came up that nobody has a running order: make more with --people")
}

/// Somebody in a role: of the same team if there is one, else of the same council.
fn someone(area: &Area, role: synthetic::Role, near: &Actor) -> Result<Actor> {
    let in_role = || area.workers.iter().filter(|worker| worker.role == role && worker.council == near.agency);
    let found = in_role().find(|worker| worker.team == near.team).or_else(|| in_role().next());
    found.map(synthetic_area::actor).ok_or_else(|| anyhow!("the area has nobody in that role"))
}

/// A member of the area's staff.
fn account(area: &Area, account: &str) -> Result<Actor> {
    let worker = area.workers.iter().find(|worker| worker.reference.as_str() == account);
    worker.map(synthetic_area::actor).ok_or_else(|| anyhow!("{account} is not among the staff of the area"))
}

/// The latest Monday at 9am that is not after `now`.
fn monday_morning(now: Timestamp) -> Result<Timestamp> {
    let at_nine = |day: Date| -> Result<Timestamp> { Ok(day.at(9, 0, 0, 0).to_zoned(LONDON.clone())?.timestamp()) };
    let mut day = platform::today(now);
    while day.weekday() != Weekday::Monday || at_nine(day)? > now {
        day = day.checked_sub(1.day())?;
    }
    at_nine(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tour_begins_on_a_monday_at_nine_that_has_come() {
        let monday = |now: &str| monday_morning(now.parse().unwrap()).unwrap().to_string();
        assert_eq!(monday("2026-03-04T12:00:00Z"), "2026-03-02T09:00:00Z");
        assert_eq!(monday("2026-03-02T08:59:00Z"), "2026-02-23T09:00:00Z");
        assert_eq!(monday("2026-07-06T08:00:00Z"), "2026-07-06T08:00:00Z");
    }
}

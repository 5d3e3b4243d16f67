//! `throughline synthetic`: an area of invented people, on the store.

use crate::arguments::{Common, Synthetic};
use crate::session::Session;
use crate::wording::counted;
use crate::{import, platform, staff};
use anyhow::{Context as _, Result, anyhow};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use record::{Event, Line, Purpose};
use service::{Actor, Agency, Loaded, Member, PersonId, Role, Team};
use std::collections::BTreeSet;
use std::io::Write;
use synthetic::{Area, Profile, Size, Targets, Worker};

pub(crate) fn run(common: &Common, asked: &Synthetic, out: &mut dyn Write) -> Result<()> {
    let now = platform::now(common.now.as_deref())?;
    let until = match asked.until {
        Some(until) => until,
        None => platform::today(now).yesterday()?,
    };
    let size = Size { people: asked.people, newcomers: 0, former: 0, from: years_before(until, asked.years)?, until };
    let area = Area::staffed_for(asked.seed, size)?;
    let session = if common.acting_as.is_some() { Session::open(common)? } else { founded(common, &area)? };
    let calendars = session.rule_files.calendars()?;
    let mut profile = asked.report.then(|| Profile::new(size, &area, &calendars));
    let made = fill(&session, asked.seed, size, &area, &mut |person| {
        if let Some(profile) = &mut profile {
            profile.add(person);
        }
    })?;
    writeln!(
        out,
        "{} with {}, from {} to {}; {} on the staff register.",
        counted(made.people, "person", "people"),
        counted(made.events, "event", "events"),
        calendar::say(size.from),
        calendar::say(size.until),
        area.workers.len()
    )?;
    if let Some(profile) = profile {
        writeln!(out, "\nBeside the published figures:\n{}", profile.table(&Targets::shipped()?))?;
    }
    Ok(())
}

/// A session of the area's first administrator on an empty store, with the area's staff registered.
pub(crate) fn founded(common: &Common, area: &Area) -> Result<Session> {
    let founder = area
        .workers
        .iter()
        .find(|worker| worker.role == synthetic::Role::Administrator)
        .ok_or_else(|| anyhow!("the area has no administrator"))?;
    let session = staff::first(common, &actor(founder))?;
    for council in &area.councils {
        let name = Line::try_from(council.name.as_str()).context("a name")?;
        let agency = Agency { agency: council.reference.clone(), name, within: None };
        session.service.name_agency(&session.request(Purpose::Management), platform::new_id(session.now), &agency)?;
    }
    for team in &area.teams {
        let name = Line::try_from(team.name.as_str()).context("a name")?;
        let team = Team { team: team.reference.clone(), name, agency: team.council.clone(), within: None };
        session.service.name_team(&session.request(Purpose::Management), platform::new_id(session.now), &team)?;
    }
    for worker in &area.workers {
        let member = Member { name: Line::try_from(worker.name.as_str()).context("a name")?, actor: actor(worker) };
        session.service.add_staff(&session.request(Purpose::Management), platform::new_id(session.now), &member)?;
    }
    Ok(session)
}

/// Makes the people and writes them. `look` sees each of them.
pub(crate) fn fill(
    session: &Session,
    seed: u64,
    size: Size,
    area: &Area,
    look: &mut dyn FnMut(&synthetic::Person),
) -> Result<Loaded> {
    let calendars = session.rule_files.calendars()?;
    let bar = import::bar(u64::from(size.people))?;
    let mut trouble: Option<anyhow::Error> = None;
    let mut made = synthetic::people(seed, size, area, &calendars)?;
    let people = std::iter::from_fn(|| {
        loop {
            let next = made.next()?.map_err(anyhow::Error::from).and_then(|person| {
                look(&person);
                ready(person)
            });
            match next {
                // Somebody of whom nothing is known yet by the last day is not on record.
                Ok((_, events)) if events.is_empty() => {}
                Ok(person) => return Some(person),
                Err(error) => {
                    trouble = Some(error);
                    return None;
                }
            }
        }
    });
    let request = session.request(Purpose::Import);
    let loaded = session.service.load(&request, people, &mut |people| {
        bar.set_position(people);
        bar.set_message(counted(people, "person", "people"));
    });
    bar.finish_and_clear();
    match trouble {
        Some(error) => Err(error),
        None => Ok(loaded?),
    }
}

fn ready(person: synthetic::Person) -> Result<(PersonId, Vec<Event>)> {
    Ok((PersonId::new(&person.id)?, person.events))
}

/// A worker of the area as an account.
pub(crate) fn actor(worker: &Worker) -> Actor {
    let role = match worker.role {
        synthetic::Role::CaseManager => Role::CaseManager,
        synthetic::Role::TeamManager => Role::TeamManager,
        synthetic::Role::UnpaidWorkSupervisor => Role::UnpaidWorkSupervisor,
        synthetic::Role::Analyst => Role::Analyst,
        synthetic::Role::Auditor => Role::Auditor,
        synthetic::Role::Administrator => Role::Administrator,
    };
    Actor {
        id: worker.reference.clone(),
        roles: BTreeSet::from([role]),
        agency: worker.council.clone(),
        team: worker.team.clone(),
    }
}

/// The same day so many years before.
pub(crate) fn years_before(day: Date, years: u8) -> Result<Date> {
    let span: Span = i64::from(years).years();
    day.checked_sub(span).map_err(|_| anyhow!("--years {years}: that is before the calendar begins"))
}

//! `throughline demo`: a synthetic area, and a walk through it. Every step is the use case that its command line names.

mod cast;
mod folder;

use crate::arguments::{Caseload, Common, Demo, Json, Log, Worklist};
use crate::platform::{self, LONDON};
use crate::session::Session;
use crate::wording::counted;
use crate::{access, lists, person, staff, standards, synthetic_area, upkeep};
use anyhow::{Result, anyhow};
use cast::Cast;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _};
use record::Purpose;
use service::Actor;
use std::io::Write;
use synthetic::{Area, Size};

/// The same area for everybody who walks through it.
const SEED: u64 = 2026;
/// How many years of history.
const YEARS: u8 = 3;
/// Events of the chronology that the tour shows.
const LAST_EVENTS: usize = 8;
/// Obligations that the tour explains.
const OBLIGATIONS: usize = 6;

/// A walk through an area that is already made.
struct Tour<'a> {
    session: Session,
    area: &'a Area,
    database: String,
    step: u32,
}

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
    let size = Size { people: asked.people, from: synthetic_area::years_before(until, YEARS)?, until };
    let area = Area::staffed_for(SEED, size)?;
    let session = synthetic_area::founded(&common, &area)?;
    let mut cast = Cast::new(platform::today(monday));
    let made = synthetic_area::fill(&session, SEED, size, &area, &mut |person| cast.audition(person))?;
    writeln!(
        out,
        "A synthetic area: five councils, {} and {} with {} over {YEARS} years. Nobody in it exists.\nIt is {}.",
        counted(area.workers.len() as u64, "member of staff", "members of staff"),
        counted(made.people, "person", "people"),
        counted(made.events, "event", "events"),
        crate::wording::moment(monday)
    )?;
    let mut tour = Tour { session, area: &area, database: common.store.clone(), step: 0 };
    tour.walk(&cast, out)?;
    tour.farewell(&cast, out)
}

impl Tour<'_> {
    fn walk(&mut self, cast: &Cast, out: &mut dyn Write) -> Result<()> {
        let (id, manager) = cast
            .chosen()
            .ok_or_else(|| anyhow!("so few people came up that nobody has a running order: make more with --people"))?;
        let manager = self.actor(manager)?;
        let whose = manager.id.to_string();
        let team = manager.team.clone().map(String::from).unwrap_or_default();
        let leader = self.someone(synthetic::Role::TeamManager, &manager)?;
        let analyst = self.someone(synthetic::Role::Analyst, &manager)?;
        let auditor = self.someone(synthetic::Role::Auditor, &manager)?;

        let session = self.step(out, &manager, &format!("person show {id}"), "One person, one record")?;
        let view =
            session.service.person(&session.request(Purpose::Supervision), &crate::session::person(id)?, None)?;
        person::summary(id, &view, session.service.rules().law(), session.today(), LAST_EVENTS, OBLIGATIONS, out)?;

        let worklist = format!("worklist --worker {whose}");
        let session = self.step(out, &manager, &worklist, "Monday morning: what is due, what was missed")?;
        let asked = Worklist { worker: Some(whose), team: None, days: 7, json: Json { json: false } };
        lists::worklist(&session, &asked, out)?;

        let session = self.step(out, &manager, "caseload", "The whole caseload")?;
        lists::caseload(&session, &Caseload { worker: None, all: false, json: Json { json: false } }, out)?;

        let report = format!("standards report --team {team} --totals");
        let session = self.step(out, &leader, &report, "How the team meets the standards")?;
        standards::report_of_team(&session, &team, out)?;

        let what_if = "standards what-if --with induction-3-days";
        let session = self.step(out, &leader, what_if, "What if induction had to begin within three days?")?;
        standards::what_if(&session, "induction-3-days", out)?;

        let session =
            self.step(out, &analyst, &format!("person show {id}"), "Need to know: an analyst sees figures, not names")?;
        let request = session.request(Purpose::Analysis);
        match session.service.person(&request, &crate::session::person(id)?, None) {
            Err(refusal) => writeln!(out, "throughline: {refusal}")?,
            Ok(_) => writeln!(out, "The policies in force let an analyst see it.")?,
        }

        let session = self.step(out, &auditor, &format!("log who {id}"), "Who has looked at this record?")?;
        access::run(&session, Log::Who { id: id.to_owned(), json: Json { json: false } }, out)?;

        let session = self.step(out, &auditor, "verify", "Nothing was altered, lost or slipped in")?;
        upkeep::verify(&session, false, out)
    }

    /// Names a step with the command that does the same, and opens a session for whoever does it.
    fn step(&mut self, out: &mut dyn Write, actor: &Actor, command: &str, title: &str) -> Result<Session> {
        self.step += 1;
        writeln!(out, "\n──── {}. {title}", self.step)?;
        writeln!(out, "$ throughline --store {} --as {} {command}\n", self.database, actor.id)?;
        Ok(self.session.as_another(actor.clone()))
    }

    fn farewell(&self, cast: &Cast, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "\n──── The area is yours to explore")?;
        writeln!(out, "export THROUGHLINE_STORE={}", self.database)?;
        let manager = cast.chosen().map(|(_, worker)| self.actor(worker)).transpose()?;
        for role in [
            synthetic::Role::CaseManager,
            synthetic::Role::TeamManager,
            synthetic::Role::UnpaidWorkSupervisor,
            synthetic::Role::Analyst,
            synthetic::Role::Auditor,
            synthetic::Role::Administrator,
        ] {
            let actor = match &manager {
                Some(manager) if role != synthetic::Role::CaseManager => self.someone(role, manager)?,
                Some(manager) => manager.clone(),
                None => continue,
            };
            let try_this = match role {
                synthetic::Role::CaseManager => "person search Mc",
                synthetic::Role::TeamManager => "standards report",
                synthetic::Role::UnpaidWorkSupervisor => "person unpaid-work PERSON",
                synthetic::Role::Analyst => "facts count breach.decision",
                synthetic::Role::Auditor => "verify",
                synthetic::Role::Administrator => "refresh",
            };
            let who = staff::roles(&actor.roles);
            writeln!(out, "throughline --as {:<18} {try_this:<28} # {who}", actor.id.as_str())?;
        }
        Ok(())
    }

    /// Somebody in a role: of the same team if there is one, else of the same council.
    fn someone(&self, role: synthetic::Role, near: &Actor) -> Result<Actor> {
        let in_role = || self.area.workers.iter().filter(|worker| worker.role == role && worker.council == near.agency);
        let found = in_role().find(|worker| worker.team == near.team).or_else(|| in_role().next());
        found.map(synthetic_area::actor).ok_or_else(|| anyhow!("the area has nobody in that role"))
    }

    fn actor(&self, account: &str) -> Result<Actor> {
        let worker = self.area.workers.iter().find(|worker| worker.reference.as_str() == account);
        worker.map(synthetic_area::actor).ok_or_else(|| anyhow!("{account} is not among the staff of the area"))
    }
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

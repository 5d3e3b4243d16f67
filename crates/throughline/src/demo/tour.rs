//! The walk through the area on the terminal.

use super::{account, someone};
use crate::arguments::{Caseload, Json, Log, Worklist};
use crate::demo::cast::Cast;
use crate::session::Session;
use crate::{access, lists, person, staff, standards, upkeep};
use anyhow::Result;
use record::Purpose;
use service::Actor;
use std::io::Write;
use synthetic::Area;

/// Events of the chronology that the tour shows.
const LAST_EVENTS: usize = 8;
/// Obligations that the tour explains.
const OBLIGATIONS: usize = 6;

/// A walk through an area that is already made.
pub(super) struct Tour<'a> {
    pub(super) session: Session,
    pub(super) area: &'a Area,
    pub(super) database: String,
    pub(super) step: u32,
}

impl Tour<'_> {
    pub(super) fn walk(&mut self, cast: &Cast, out: &mut dyn Write) -> Result<()> {
        let (id, manager) = cast.chosen().ok_or_else(super::too_few)?;
        let manager = account(self.area, manager)?;
        let whose = manager.id.to_string();
        let team = manager.team.clone().map(String::from).unwrap_or_default();
        let leader = someone(self.area, synthetic::Role::TeamManager, &manager)?;
        let analyst = someone(self.area, synthetic::Role::Analyst, &manager)?;
        let auditor = someone(self.area, synthetic::Role::Auditor, &manager)?;

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

    pub(super) fn farewell(&self, cast: &Cast, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "\n──── The area is yours to explore")?;
        writeln!(out, "export THROUGHLINE_STORE={}", self.database)?;
        let manager = cast.chosen().map(|(_, worker)| account(self.area, worker)).transpose()?;
        for role in [
            synthetic::Role::CaseManager,
            synthetic::Role::TeamManager,
            synthetic::Role::UnpaidWorkSupervisor,
            synthetic::Role::Analyst,
            synthetic::Role::Auditor,
            synthetic::Role::Administrator,
        ] {
            let actor = match &manager {
                Some(manager) if role != synthetic::Role::CaseManager => someone(self.area, role, manager)?,
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
}

//! `throughline standards`: the rules, and how cases stand by them.

mod check;
mod list;
mod report;
mod scenarios;
mod what_if;

use crate::arguments::{Common, Standards};
use crate::session::Session;
use anyhow::Result;
use std::io::Write;

pub(crate) fn run(common: &Common, command: Standards, out: &mut dyn Write) -> Result<()> {
    match command {
        Standards::List { all, json } => list::list(common, all, json.json, out),
        Standards::Explain { id } => list::explain(common, &id, out),
        Standards::Check(check) => check::run(common, &check, out),
        Standards::Scenarios { verbose } => scenarios::run(common, verbose, out),
        Standards::Report { as_of, team, totals, json } => {
            let session = Session::open(common)?;
            let which = report::Which { as_of, team: team.as_deref(), totals };
            report::run(&session, &which, json.json, out)
        }
        Standards::WhatIf { with, as_of, all, json } => {
            what_if::run(&Session::open(common)?, &with, as_of, all, json.json, out)
        }
    }
}

/// The report on one team, a line for each standard.
pub(crate) fn report_of_team(session: &Session, team: &str, out: &mut dyn Write) -> Result<()> {
    report::run(session, &report::Which { as_of: None, team: Some(team), totals: true }, false, out)
}

/// What would read differently under a draft.
pub(crate) fn what_if(session: &Session, with: &str, out: &mut dyn Write) -> Result<()> {
    what_if::run(session, with, None, false, false, out)
}

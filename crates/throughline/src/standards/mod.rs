//! `throughline standards`: the rules, and how cases stand by them.

mod check;
mod list;
mod report;
mod scenarios;
mod what_if;

use crate::arguments::{Common, Standards};
use crate::session::Session;
use anyhow::Result;
pub(crate) use report::{targets, totals};
use std::io::Write;
pub(crate) use what_if::beside;

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

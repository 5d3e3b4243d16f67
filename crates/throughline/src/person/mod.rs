//! `throughline person`: one person's record.

mod chronology;
mod identity;
mod orders;
mod record;
mod search;
mod show;
mod unpaid_work;

use crate::arguments::Person;
use crate::session::Session;
use anyhow::Result;
pub(crate) use show::summary;
use std::io::Write;

pub(crate) fn run(session: &Session, command: Person, out: &mut dyn Write) -> Result<()> {
    match command {
        Person::Show { id, known_at, json } => show::run(session, &id, known_at.as_deref(), json.json, out),
        Person::Record(what) => record::run(session, &what, out),
        Person::Search { name, identifier, born, json } => {
            search::run(session, &name.join(" "), identifier, born, json.json, out)
        }
        Person::UnpaidWork { id, json } => unpaid_work::run(session, &id, json.json, out),
    }
}

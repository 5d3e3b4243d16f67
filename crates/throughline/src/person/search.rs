//! Finding people.

use crate::session::Session;
use crate::table::Table;
use crate::{out, wording};
use anyhow::Result;
use record::Purpose;
use serde::Serialize;
use service::Query;
use std::io::Write;

/// A person found, as JSON.
#[derive(Serialize)]
struct Wire {
    person: String,
    name: String,
    date_of_birth: Option<String>,
}

pub(super) fn run(
    session: &Session,
    name: &str,
    identifier: Option<String>,
    born: Option<String>,
    json: bool,
    out: &mut dyn Write,
) -> Result<()> {
    let name = (!name.trim().is_empty()).then(|| name.to_owned());
    let query = Query { name, identifier, date_of_birth: born };
    let found = session.service.search(&session.request(Purpose::Supervision), &query)?.people;
    if json {
        let found = found.into_iter().map(|found| Wire {
            person: found.person.as_str().to_owned(),
            name: found.name,
            date_of_birth: found.date_of_birth,
        });
        return out::json(out, &found.collect::<Vec<_>>());
    }
    if found.is_empty() {
        writeln!(out, "Nobody on record fits.")?;
        return Ok(());
    }
    let mut table = Table::new(&["Person", "Name", "Born"]);
    for found in found {
        let born = found.date_of_birth.map_or_else(|| "not fully known".into(), |born| wording::iso_said(&born));
        table.row([found.person.as_str().to_owned(), found.name, born]);
    }
    Ok(table.write(out, 0)?)
}

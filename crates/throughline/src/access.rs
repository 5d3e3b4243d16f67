//! `throughline log`: who has looked.

use crate::arguments::Log;
use crate::session::{self, Session};
use crate::table::Table;
use crate::{out, wording};
use anyhow::Result;
use record::Purpose;
use std::io::Write;

pub(crate) fn run(session: &Session, command: Log, out: &mut dyn Write) -> Result<()> {
    let Log::Who { id, json } = command;
    let looks = session.service.who_looked(&session.request(Purpose::Audit), &session::person(&id)?)?;
    if json.json {
        return out::json(out, &looks);
    }
    if looks.is_empty() {
        writeln!(out, "Nobody has looked at {id}, and nobody has recorded anything there.")?;
        return Ok(());
    }
    let mut table = Table::new(&["When", "Who", "Role", "Agency", "Action", "What", "Purpose", "Outcome"]);
    for look in looks {
        table.row([
            wording::moment(look.at),
            look.actor,
            wording::plain(&look.role),
            look.agency,
            look.action.to_owned(),
            wording::plain(&look.detail),
            look.purpose,
            look.outcome.to_owned(),
        ]);
    }
    Ok(table.write(out, 0)?)
}

//! `throughline verify`, `refresh`, `backup` and `restore`: keeping the whole in order.

use crate::arguments::Common;
use crate::session::{self, Session};
use crate::wording::{count, counted};
use crate::{out, platform};
use anyhow::{Result, bail};
use record::Purpose;
use service::Upkeep;
use std::io::Write;
use std::path::Path;
use store::backup;

/// Recomputes everything; anything that differs is named and makes the command fail.
pub(crate) fn verify(session: &Session, json: bool, out: &mut dyn Write) -> Result<()> {
    let upkeep = session.service.verify(&session.request(Purpose::Audit))?;
    if json {
        out::json(out, &upkeep)?;
    } else {
        verified(&upkeep, out)?;
    }
    match upkeep.findings.len() {
        0 => Ok(()),
        1 => bail!("1 thing differs: keep a copy of the database, and compare with the latest backup"),
        many => bail!(
            "{} things differ: keep a copy of the database, and compare with the latest backup",
            count(many as u64)
        ),
    }
}

/// What was looked at and what was found.
pub(crate) fn verified(upkeep: &Upkeep, out: &mut dyn Write) -> Result<()> {
    for finding in &upkeep.findings {
        writeln!(out, "differs: {finding}")?;
    }
    writeln!(
        out,
        "{} in {}, {} of the access log, the read models of {}: {}",
        counted(upkeep.events, "event", "events"),
        counted(upkeep.streams, "stream", "streams"),
        counted(upkeep.entries, "entry", "entries"),
        counted(upkeep.people, "person", "people"),
        if upkeep.findings.is_empty() { "nothing differs." } else { "see above." }
    )?;
    Ok(())
}

/// Recomputes what time alone has changed.
pub(crate) fn refresh(session: &Session, json: bool, out: &mut dyn Write) -> Result<()> {
    let upkeep = session.service.refresh(&session.request(Purpose::Management))?;
    if json {
        return out::json(out, &upkeep);
    }
    let people = counted(upkeep.people, "person", "people");
    writeln!(out, "The worklists are those of {}; recomputed for {people}.", calendar::say(session.today()))?;
    Ok(())
}

/// Writes a backup.
pub(crate) fn backup(session: &Session, file: &Path, out: &mut dyn Write) -> Result<()> {
    let made = session.service.backup(&session.request(Purpose::Management), file)?;
    writeln!(
        out,
        "Backed up to {}: {}, {}.\nSHA-256 {}",
        file.display(),
        counted(made.rows, "row", "rows"),
        counted(made.bytes, "byte", "bytes"),
        made.sha256
    )?;
    Ok(())
}

/// Restores a backup. There is no register to ask before it is done: whoever may read the backup and write the place may
/// restore.
pub(crate) fn restore(common: &Common, file: &Path, out: &mut dyn Write) -> Result<()> {
    let now = platform::now(common.now.as_deref())?;
    let location = session::location(common)?;
    let made = backup::restore(file, &location, now.as_microsecond())?;
    writeln!(
        out,
        "Restored {} from {} into {location}. A new witness begins; keep the old one to compare.",
        counted(made.rows, "row", "rows"),
        file.display()
    )?;
    Ok(())
}

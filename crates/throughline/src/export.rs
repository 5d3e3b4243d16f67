//! `throughline export`: taking records out.

use crate::arguments::Export;
use crate::session::Session;
use crate::wording::counted;
use crate::{out, platform};
use anyhow::Result;
use record::Purpose;
use std::io::{BufWriter, Write};

pub(crate) fn run(session: &Session, command: &Export, out: &mut dyn Write) -> Result<()> {
    let request = session.request(Purpose::Management);
    let service = &session.service;
    let write = |sink: &mut dyn Write| match command {
        Export::Events { .. } => service.export_events(&request, sink),
        Export::Facts { .. } => service.export_facts(&request, sink),
    };
    let (to, one, many) = match command {
        Export::Events { to } => (to, "event", "events"),
        Export::Facts { to } => (to, "fact", "facts"),
    };
    match to {
        None => {
            let written = write(out)?;
            out::tell(format_args!("{} exported.", counted(written, one, many)));
        }
        Some(path) => {
            let mut file = BufWriter::new(platform::create_new(path)?);
            let written = write(&mut file)?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            writeln!(out, "{} exported to {}.", counted(written, one, many), path.display())?;
        }
    }
    Ok(())
}

//! Taking records out: every event as JSON Lines, or every fact as CSV. A disclosure, so it is entered as one.

use crate::path::history;
use crate::policy::Doing;
use crate::rows::case_name;
use crate::{Request, Service, ServiceError};
use record::Published;
use std::io::Write;
use store::access_log::Action;
use store::events;

impl Service {
    /// Writes every event as one line of JSON, in the order of the streams; answers how many.
    pub fn export_events(&self, request: &Request<'_>, out: &mut dyn Write) -> Result<u64, ServiceError> {
        self.path.act_on_many(request, Doing::Export, Action::Disclosure, |permitted| {
            permitted.read(|tx| {
                let mut written = 0;
                let mut trouble = None;
                events::each_event(tx, &mut |stored| {
                    if trouble.is_some() {
                        return Ok(());
                    }
                    let event = &stored.event;
                    let body: &serde_json::value::RawValue = match serde_json::from_str(&event.body) {
                        Ok(body) => body,
                        Err(error) => {
                            trouble = Some(unwritten(&error));
                            return Ok(());
                        }
                    };
                    let line = Line {
                        stream: &stored.stream.key(),
                        version: stored.version,
                        id: event.id,
                        kind: &event.kind,
                        v: event.schema_version,
                        happened: &event.happened,
                        recorded: event.recorded,
                        by: &event.by,
                        agency: &event.agency,
                        purpose: &event.purpose,
                        data: body,
                    };
                    let done = serde_json::to_writer(&mut *out, &line)
                        .map_err(|error| unwritten(&error))
                        .and_then(|()| out.write_all(b"\n").map_err(|error| unwritten(&error)));
                    match done {
                        Ok(()) => written += 1,
                        Err(error) => trouble = Some(error),
                    }
                    Ok(())
                })?;
                trouble.map_or(Ok(written), Err)
            })
        })
    }

    /// Writes every fact as a line of CSV: person, case, fact, day, time, attributes; answers how many.
    pub fn export_facts(&self, request: &Request<'_>, out: &mut dyn Write) -> Result<u64, ServiceError> {
        self.path.act_on_many(request, Doing::Export, Action::Disclosure, |permitted| {
            permitted.read(|tx| {
                let mut sheet = csv::Writer::from_writer(out);
                sheet
                    .write_record(["person", "case", "fact", "on", "at", "attributes"])
                    .map_err(|error| unwritten(&error))?;
                let mut written = 0;
                let mut trouble = None;
                events::each_stream(tx, &mut |stream, stored| {
                    if stream.kind != "person" || trouble.is_some() {
                        return Ok(());
                    }
                    trouble = history(stored)
                        .and_then(|history| facts_of(&stream.id, &history.record(), &mut sheet, &mut written))
                        .err();
                    Ok(())
                })?;
                sheet.flush().map_err(|error| unwritten(&error))?;
                trouble.map_or(Ok(written), Err)
            })
        })
    }
}

fn facts_of<W: Write>(
    person: &str,
    record: &record::Record,
    sheet: &mut csv::Writer<W>,
    written: &mut u64,
) -> Result<(), ServiceError> {
    for Published { scope, fact, .. } in record.facts() {
        let attributes = serde_json::to_string(&fact.attributes).map_err(|error| unwritten(&error))?;
        let at = fact.at.map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default();
        let row = [person, &case_name(scope), fact.name.as_str(), &fact.on.to_string(), &at, &attributes];
        sheet.write_record(row.map(harmless).iter().map(AsRef::<str>::as_ref)).map_err(|error| unwritten(&error))?;
        *written += 1;
    }
    Ok(())
}

/// A field that a spreadsheet would take for a formula is given an apostrophe first.
fn harmless(field: &str) -> std::borrow::Cow<'_, str> {
    match field.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{field}").into(),
        _ => field.into(),
    }
}

fn unwritten(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Asked(format!(
        "the export could not be written ({error}): what stands in the file is incomplete. Check the disk and export again"
    ))
}

#[derive(serde::Serialize)]
struct Line<'a> {
    stream: &'a str,
    version: i64,
    id: uuid::Uuid,
    kind: &'a str,
    v: u32,
    happened: &'a str,
    recorded: i64,
    by: &'a str,
    agency: &'a str,
    purpose: &'a str,
    data: &'a serde_json::value::RawValue,
}

//! Recording what happened.

use crate::arguments::RecordWhat;
use crate::session::{self, Session};
use crate::{out, platform};
use anyhow::{Context as _, Result, anyhow, bail};
use record::{EventId, Happened, Purpose, What};
use serde::Serialize;
use serde_json::Value;
use service::Entry;
use std::io::Write;
use std::path::Path;
use uuid::Uuid;

/// What was recorded, as JSON.
#[derive(Serialize)]
struct Wire<'a> {
    person: &'a str,
    version: u64,
    already: bool,
    event: Uuid,
}

pub(super) fn run(session: &Session, asked: &RecordWhat, out: &mut dyn Write) -> Result<()> {
    let happened: Happened = asked.happened.parse().context("--happened")?;
    let content = match asked.content.strip_prefix('@') {
        Some(file) => platform::read_text(Path::new(file))?,
        None => asked.content.clone(),
    };
    let id = asked.event.unwrap_or_else(|| platform::new_id(session.now));
    let entry = Entry { id: EventId(id), happened, what: read(&asked.kind, &content)? };
    let person = session::person(&asked.id)?;
    let request = session.request(Purpose::Supervision);
    let recorded = session.service.record(&request, &person, asked.version, vec![entry])?;
    if asked.json.json {
        return out::json(
            out,
            &Wire { person: &asked.id, version: recorded.version, already: recorded.already, event: id },
        );
    }
    let (id_of, version) = (&asked.id, recorded.version);
    if recorded.already {
        writeln!(out, "This was on record already; nothing was added. {id_of} is at version {version}.")?;
    } else {
        writeln!(out, "Recorded as event {id}. {id_of} is at version {version} now.")?;
    }
    Ok(())
}

/// Reads what was typed; the refusal says which kinds or which fields there are.
fn read(kind: &str, content: &str) -> Result<What> {
    if !What::KINDS.iter().any(|(known, _)| *known == kind) {
        let part = kind.split('.').next().unwrap_or_default();
        let near: Vec<&str> =
            What::KINDS.iter().map(|(known, _)| *known).filter(|known| known.split('.').next() == Some(part)).collect();
        let near =
            if near.is_empty() { String::new() } else { format!(" Of that part there are: {}.", near.join(", ")) };
        bail!("\"{kind}\" is not a kind of event: docs/data-dictionary.md lists them.{near}");
    }
    What::typed(kind, content).map_err(|refusal| match fields(kind) {
        Some(fields) => {
            anyhow!(
                "{} A \"{kind}\" event has: {fields} (docs/data-dictionary.md says what each may hold)",
                refusal.sentence
            )
        }
        None => anyhow!(refusal),
    })
}

/// The fields of a kind of event, those that may be left out marked.
fn fields(kind: &str) -> Option<String> {
    let (_, schema) = What::schemas().into_iter().find(|(known, _)| *known == kind)?;
    let schema = serde_json::to_value(schema).ok()?;
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema.get("properties")?.as_object()?.keys().map(|field| {
        if required.contains(&field.as_str()) { field.clone() } else { format!("{field} (may be left out)") }
    });
    let fields = fields.collect::<Vec<_>>().join(", ");
    (!fields.is_empty()).then_some(fields)
}

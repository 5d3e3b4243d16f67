//! `throughline facts`: counting what the records say.

use crate::arguments::Facts;
use crate::out;
use crate::session::Session;
use crate::wording::{counted, of_people};
use ::facts::FactName;
use anyhow::{Context as _, Result, anyhow};
use record::Purpose;
use serde::Serialize;
use std::io::Write;

/// A count as JSON.
#[derive(Serialize)]
struct Wire<'a> {
    fact: &'a str,
    #[serde(rename = "where")]
    wanted: Option<String>,
    #[serde(flatten)]
    count: service::FactCount,
}

pub(crate) fn run(session: &Session, command: Facts, out: &mut dyn Write) -> Result<()> {
    let Facts::Count { name, wanted, json } = command;
    let fact: FactName = name.parse().map_err(|unknown: ::facts::UnknownFact| anyhow!(unknown))?;
    let attribute = wanted
        .as_deref()
        .map(|pair| {
            pair.split_once('=').with_context(|| format!("--where {pair}: write ATTRIBUTE=VALUE, such as order=cpo"))
        })
        .transpose()?;
    let count = session.service.count_facts(&session.request(Purpose::Analysis), fact, attribute)?;
    if json.json {
        return out::json(out, &Wire { fact: fact.as_str(), wanted, count });
    }
    let with = wanted.map(|pair| format!(" with {pair}")).unwrap_or_default();
    writeln!(
        out,
        "{fact}{with}: on the record of {}, {} in all.",
        of_people(count.people, count.of_people),
        counted(count.facts, "fact", "facts")
    )?;
    Ok(())
}

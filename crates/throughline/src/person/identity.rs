//! Who the person is.

use crate::wording::{day_or_dash, plain};
use anyhow::Result;
use jiff::civil::Date;
use record::Record;
use record::person::{Address, Answer, Birth};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// Who, as JSON.
#[derive(Serialize)]
pub(super) struct Wire {
    name: Option<String>,
    names: Vec<String>,
    born: String,
    identifiers: BTreeMap<String, String>,
    address: Option<Vec<String>>,
    characteristics: BTreeMap<String, String>,
    languages: Vec<String>,
    restricted: bool,
    died: Option<Date>,
    case_manager: Option<String>,
    team: Option<String>,
    level: Option<&'static str>,
}

pub(super) fn wire(record: &Record, on: Date) -> Wire {
    let person = &record.person;
    let manager = record.supervision.case_manager_on(on);
    let identifiers = person.identifiers.iter().map(|known| (known.kind(), known.value().to_owned()));
    Wire {
        name: person.called(),
        names: person.names.iter().map(record::person::Named::full).collect(),
        born: String::from(person.birth),
        identifiers: identifiers.collect(),
        address: person.home_on(on).map(lines),
        characteristics: characteristics(record),
        languages: person.languages.iter().map(|spoken| spoken.language.to_string()).collect(),
        restricted: person.restricted_to.is_some() || !person.excluded.is_empty(),
        died: person.died,
        case_manager: manager.map(|at| at.worker.to_string()),
        team: manager.map(|at| at.team.to_string()),
        level: record.supervision.level_on(on).map(record::supervision::Level::as_str),
    }
}

pub(super) fn write(id: &str, record: &Record, on: Date, out: &mut dyn Write) -> Result<()> {
    let person = &record.person;
    writeln!(out, "{} ({id}), version {}", person.called().unwrap_or_else(|| "Name not known".into()), record.version)?;
    let mut line = |label: &str, words: String| -> std::io::Result<()> {
        if words.is_empty() { Ok(()) } else { writeln!(out, "  {label:<18}{words}") }
    };
    let age = match person.birth.age_on(on) {
        Some((youngest, oldest)) if youngest == oldest => format!(", {youngest} years old"),
        Some((youngest, oldest)) => format!(", {youngest} or {oldest} years old"),
        None => String::new(),
    };
    let born = match person.birth {
        Birth::Full(day) => calendar::say(day),
        other => String::from(other),
    };
    line("Born", format!("{born}{age}"))?;
    line("Died", person.died.map(calendar::say).unwrap_or_default())?;
    let names: Vec<String> = person.names.iter().map(record::person::Named::full).collect();
    line("Names", if names.len() > 1 { names.join("; ") } else { String::new() })?;
    let identifiers =
        person.identifiers.iter().map(|known| format!("{} {}", known.kind().to_uppercase(), known.value()));
    line("Identifiers", identifiers.collect::<Vec<_>>().join(", "))?;
    line("Lives at", person.home_on(on).map(|home| lines(home).join(", ")).unwrap_or_default())?;
    let told = characteristics(record);
    line("Told", told.iter().map(|(what, answer)| format!("{what}: {answer}")).collect::<Vec<_>>().join("; "))?;
    let languages = person.languages.iter().map(|spoken| {
        format!("{}{}", spoken.language, if spoken.interpreter { " (needs an interpreter)" } else { "" })
    });
    line("Languages", languages.collect::<Vec<_>>().join(", "))?;
    let needs = person.adjustments.iter().map(|one| format!("{}: {}", one.need, one.adjustment));
    line("Adjustments", needs.collect::<Vec<_>>().join("; "))?;
    let restricted = person.restricted_to.is_some() || !person.excluded.is_empty();
    line("Restricted", if restricted { "yes, to the people named".to_owned() } else { String::new() })?;
    let manager = record.supervision.case_manager_on(on);
    line(
        "Case manager",
        manager.map_or_else(|| "not allocated".into(), |at| format!("{}, team {}", at.worker, at.team)),
    )?;
    line("Contact level", record.supervision.level_on(on).map(|level| plain(level.as_str())).unwrap_or_default())?;
    line("Last contact", day_or_dash(record.last_contact_on))?;
    writeln!(out)?;
    Ok(())
}

fn lines(address: &Address) -> Vec<String> {
    let lines = address.lines.iter().map(ToString::to_string);
    lines.chain(address.postcode.iter().map(ToString::to_string)).collect()
}

/// What was answered, by the word for each characteristic.
fn characteristics(record: &Record) -> BTreeMap<String, String> {
    let answered = record.person.characteristics.iter().map(|(characteristic, answer)| {
        let word = serde_json::to_value(characteristic).ok();
        let word = word.as_ref().and_then(|word| word.as_str()).map(plain).unwrap_or_default();
        let answer = match answer {
            Answer::Is(words) => words.to_string(),
            Answer::NotKnown => "not known".to_owned(),
            Answer::PreferredNotToSay => "preferred not to say".to_owned(),
        };
        (word, answer)
    });
    answered.collect()
}

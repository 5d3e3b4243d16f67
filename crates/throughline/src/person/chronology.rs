//! What happened, in the order in which it happened; what was corrected or struck stays and says so.

use crate::table::wrapped;
use crate::wording::{counted, happened, moment, plain};
use anyhow::Result;
use jiff::Timestamp;
use record::{Event, History, Standing, What};
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// An event as JSON.
#[derive(Serialize)]
pub(super) struct Wire {
    id: String,
    kind: &'static str,
    happened: String,
    recorded: Timestamp,
    by: String,
    agency: String,
    purpose: &'static str,
    standing: &'static str,
    amended_by: Option<String>,
    data: Value,
}

pub(super) fn wire(history: &History) -> Result<Vec<Wire>> {
    in_order(history)
        .into_iter()
        .map(|(event, standing)| {
            let (word, by) = match standing {
                Standing::Stands => ("stands", None),
                Standing::Corrected(by) => ("corrected", Some(by)),
                Standing::Struck(by) => ("struck", Some(by)),
            };
            Ok(Wire {
                id: event.stamp.id.to_string(),
                kind: event.what.kind(),
                happened: event.stamp.happened.to_string(),
                recorded: event.stamp.recorded,
                by: event.stamp.by.to_string(),
                agency: event.stamp.agency.to_string(),
                purpose: event.stamp.purpose.as_str(),
                standing: word,
                amended_by: by.map(|by| by.stamp.id.to_string()),
                data: serde_json::from_str(&event.what.body()?)?,
            })
        })
        .collect()
}

/// At most so many events, the latest ones.
pub(super) fn write(history: &History, most: usize, out: &mut dyn Write) -> Result<()> {
    let events = in_order(history);
    let before = events.len().saturating_sub(most);
    let earlier = if before == 0 { String::new() } else { format!(", {before} of them earlier than these") };
    writeln!(out, "Chronology: {}{earlier}", counted(events.len() as u64, "event", "events"))?;
    for (event, standing) in events.into_iter().skip(before) {
        let mark = match standing {
            Standing::Stands => "",
            Standing::Corrected(_) => " (CORRECTED SINCE)",
            Standing::Struck(_) => " (STRUCK)",
        };
        writeln!(out, "  {}: {}{mark}", happened(event.stamp.happened), plain(event.what.kind()))?;
        wrapped(out, 6, 110, &content(&event.what)?)?;
        if let Standing::Corrected(by) | Standing::Struck(by) = standing {
            let done = if matches!(standing, Standing::Struck(_)) { "Struck" } else { "Corrected" };
            let sentence = format!("{done} {} by {}: {}", moment(by.stamp.recorded), by.stamp.by, reason(&by.what));
            wrapped(out, 6, 110, &sentence)?;
        }
        let stamp = &event.stamp;
        writeln!(out, "      recorded {} by {} ({}); {}", moment(stamp.recorded), stamp.by, stamp.agency, stamp.id)?;
    }
    writeln!(out)?;
    Ok(())
}

/// By the day and time at which things happened; things told without a time first.
fn in_order(history: &History) -> Vec<(&Event, Standing<'_>)> {
    let mut events: Vec<_> = history.standings().collect();
    events.sort_by_key(|(event, _)| (event.stamp.happened.date(), event.stamp.happened.time()));
    events
}

fn reason(what: &What) -> String {
    match what {
        What::Corrected(correction) => correction.reason.to_string(),
        What::Struck(strike) => strike.reason.to_string(),
        other => plain(other.kind()),
    }
}

/// An event's content as words: "order CPO-1; minutes 330; activity work".
fn content(what: &What) -> Result<String> {
    let body: Value = serde_json::from_str(&what.body()?)?;
    Ok(said(&body))
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match text.parse::<jiff::civil::Date>() {
            Ok(day) if text.len() == 10 => calendar::say(day),
            _ if text.chars().all(|c| c.is_ascii_lowercase() || c == '_') => plain(text),
            _ => text.clone(),
        },
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match value {
                Value::Object(_) => format!("{} ({})", plain(name), said(value)),
                _ => format!("{} {}", plain(name), said(value)),
            };
            fields.iter().map(field).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_its_content_in_words() {
        let what =
            What::read("unpaid_work.worked", 1, r#"{"order":"CPO-1","session":"S-1","activity":"work","minutes":330}"#);
        assert_eq!(content(&what.unwrap()).unwrap(), "order CPO-1; session S-1; activity work; minutes 330");
    }
}

//! A plan's file with every date moved by the same number of months: for a demonstration, in which a plan of some years ago
//! is in force today.

use crate::ReadError;
use jiff::ToSpan as _;
use jiff::civil::Date;
use toml::{Table, Value};

/// The file with every date moved; its title says so, because the paper's dates are others.
pub fn moved(text: &str, months: i32) -> Result<String, ReadError> {
    let read = |error: toml::de::Error| ReadError::file("the plan", &error);
    let mut file: Table = text.parse().map_err(read)?;
    file.iter_mut().for_each(|(_, value)| shift(value, months));
    if let Some(Value::String(title)) = file.get_mut("title") {
        *title = format!("{title} ({} later)", in_words(months));
    }
    toml::to_string(&file).map_err(|error| ReadError::file("the plan", &error))
}

fn shift(value: &mut Value, months: i32) {
    match value {
        Value::String(text) => {
            if let Some(date) = a_date(text).and_then(|date| date.checked_add(months.months()).ok()) {
                *text = date.to_string();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| shift(value, months)),
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| shift(value, months)),
        _ => {}
    }
}

/// A date is written whole; a text that only holds one stays as it is.
fn a_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// "15 years and 7 months".
fn in_words(months: i32) -> String {
    let counted = |count: i32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match (months / 12, months % 12) {
        (0, months) => counted(months, "month"),
        (years, 0) => counted(years, "year"),
        (years, months) => format!("{} and {}", counted(years, "year"), counted(months, "month")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_moves_and_nothing_else() {
        let file =
            "title = \"Plan\"\nfrom = \"2011-04-01\"\n[[item]]\ntext = \"Until 2011-04-01\"\ndue = \"2012-02-29\"\n";
        let moved = moved(file, 187).unwrap();
        for line in
            ["\"Plan (15 years and 7 months later)\"", "\"2026-11-01\"", "\"Until 2011-04-01\"", "\"2027-09-29\""]
        {
            assert!(moved.contains(line), "{line} in {moved}");
        }
    }
}

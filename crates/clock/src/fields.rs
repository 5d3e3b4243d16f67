//! Reading one TOML table: every key is known, every value has its type, and a refusal names the key.

use crate::{
    pattern::{FactPattern, Way},
    selector::Selector,
};
use calendar::Limit;
use compact_str::CompactString;
use jiff::civil::Date;
use toml::{Table, Value};

/// A table whose keys are asked for by name. Refusals are the latter part of a sentence that the caller begins with the
/// file and the standard.
pub(crate) struct Fields<'a>(pub(crate) &'a Table);

impl<'a> Fields<'a> {
    /// Refuses a key that is not among `known`; `all` are the keys that exist elsewhere, and `what` is what this table is.
    pub(crate) fn only(&self, known: &[&[&str]], all: &[&str], what: &str) -> Result<(), String> {
        for key in self.0.keys() {
            if known.iter().any(|keys| keys.contains(&key.as_str())) {
                continue;
            }
            if all.contains(&key.as_str()) {
                return Err(format!("\"{key}\": {what} has no such key; take it out, or choose another kind"));
            }
            let near = known.iter().copied().flatten().find(|name| near(name, key));
            let hint = near.map(|name| format!("; the nearest is \"{name}\"")).unwrap_or_default();
            return Err(format!("\"{key}\" is not a key of {what}{hint}; rulebooks/README.md lists the keys"));
        }
        Ok(())
    }

    fn get<T>(&self, key: &str, wanted: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, String> {
        match self.0.get(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| format!("\"{key}\" must be {wanted}, not {value}")),
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        let text = self.get(key, "words in quotation marks", Value::as_str)?;
        if text.is_some_and(|text| text.trim().is_empty()) {
            return Err(format!("\"{key}\" is empty; write something or take the key out"));
        }
        Ok(text)
    }

    pub(crate) fn required(&self, key: &str) -> Result<&'a str, String> {
        self.text(key)?.ok_or_else(|| missing(key))
    }

    pub(crate) fn flag(&self, key: &str) -> Result<bool, String> {
        Ok(self.get(key, "true or false", Value::as_bool)?.unwrap_or(false))
    }

    pub(crate) fn whole(&self, key: &str) -> Result<Option<i64>, String> {
        self.get(key, "a whole number", Value::as_integer)
    }

    pub(crate) fn positive(&self, key: &str) -> Result<Option<usize>, String> {
        let read = |value: &Value| value.as_integer().and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
        self.get(key, "a whole number above nought", read)
    }

    pub(crate) fn date(&self, key: &str) -> Result<Option<Date>, String> {
        self.get(key, "a date such as 2026-03-02 (without quotation marks) that exists", read_date)
    }

    pub(crate) fn tables(&self, key: &str) -> Result<Vec<&'a Table>, String> {
        let read = |value: &'a Value| value.as_array()?.iter().map(Value::as_table).collect::<Option<Vec<_>>>();
        Ok(self.get(key, "a list of tables", read)?.unwrap_or_default())
    }

    pub(crate) fn table(&self, key: &str) -> Result<Option<&'a Table>, String> {
        self.get(key, "a table", Value::as_table)
    }

    pub(crate) fn texts(&self, key: &str) -> Result<Vec<&'a str>, String> {
        let read = |value: &'a Value| value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Ok(self.get(key, "a list of words, each in quotation marks", read)?.unwrap_or_default())
    }

    fn each<T>(&self, key: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
        let words = self.texts(key)?;
        words.into_iter().map(|text| read(text).map_err(|problem| format!("\"{key}\": {problem}"))).collect()
    }

    pub(crate) fn names(&self, key: &str) -> Result<Vec<CompactString>, String> {
        Ok(self.texts(key)?.into_iter().map(CompactString::from).collect())
    }

    pub(crate) fn patterns(&self, key: &str) -> Result<Vec<FactPattern>, String> {
        self.each(key, FactPattern::read)
    }

    pub(crate) fn ways(&self, key: &str) -> Result<Vec<Way>, String> {
        self.each(key, Way::read)
    }

    pub(crate) fn selectors(&self, key: &str) -> Result<Vec<Selector>, String> {
        self.each(key, Selector::read)
    }

    pub(crate) fn limits(&self, key: &str) -> Result<Vec<Limit>, String> {
        self.each(key, |words| words.parse::<Limit>().map_err(|problem| problem.to_string()))
    }

    pub(crate) fn limit(&self, key: &str) -> Result<Option<Limit>, String> {
        let Some(words) = self.text(key)? else { return Ok(None) };
        words.parse().map(Some).map_err(|problem: calendar::NotALimit| format!("\"{key}\": {problem}"))
    }

    /// One of a closed list of words.
    pub(crate) fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, String> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| format!("\"{key}\" is \"{text}\"; it must be one of {}", known()))
    }
}

/// What is said of a key that must be there.
pub(crate) fn missing(key: &str) -> String {
    format!("\"{key}\" is missing; rulebooks/README.md says what it holds")
}

/// A TOML date without a time.
pub(crate) fn read_date(value: &Value) -> Option<Date> {
    let moment = value.as_datetime()?;
    if moment.time.is_some() {
        return None;
    }
    let date = moment.date?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}

/// Whether two keys differ by a letter or so: the same but for case, dashes and one ending.
fn near(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let (a, b) = (plain(a), plain(b));
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let tail = a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).count();
    common + tail + 2 >= a.len().max(b.len()) && common + tail > 2
}

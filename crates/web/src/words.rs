//! The vocabulary: how each stored value is said on the screen (`vocabularies/`). Local terms are another file.

use std::collections::BTreeMap;

/// The words of one vocabulary.
#[derive(Clone, Debug)]
pub struct Words {
    tables: BTreeMap<String, BTreeMap<String, String>>,
}

/// A vocabulary cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the vocabulary cannot be read: {0}")]
pub struct WordsError(String);

impl Words {
    /// Reads a vocabulary: tables of values and how they are said.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let file: toml::Table = text.parse().map_err(|error: toml::de::Error| WordsError(error.to_string()))?;
        let mut tables = BTreeMap::new();
        for (kind, table) in file {
            if let toml::Value::Table(table) = table {
                let said = |(value, words): (String, toml::Value)| match words {
                    toml::Value::String(words) => Ok((value, words)),
                    _ => Err(WordsError(format!("[{kind}] {value} must be text"))),
                };
                let table = table.into_iter().map(said).collect::<Result<_, _>>()?;
                tables.insert(kind, table);
            }
        }
        Ok(Self { tables })
    }

    /// The vocabulary that this version of the program ships.
    pub fn shipped() -> Result<Self, WordsError> {
        Self::parse(include_str!("../../../vocabularies/scotland.toml"))
    }

    /// How a value is said; a value without words is shown as it is stored, with spaces.
    pub fn say(&self, kind: &str, value: &str) -> String {
        self.tables.get(kind).and_then(|table| table.get(value)).cloned().unwrap_or_else(|| value.replace('_', " "))
    }

    /// Whether a value has words.
    pub fn has(&self, kind: &str, value: &str) -> bool {
        self.tables.get(kind).is_some_and(|table| table.contains_key(value))
    }
}

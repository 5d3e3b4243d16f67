//! A column of words, held as numbers with a list of the words.

use std::collections::HashMap;

/// A column in which few words stand often.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    name: String,
    rows: Vec<u16>,
    words: Vec<String>,
    known: HashMap<String, u16>,
}

impl Codes {
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The column as numbers.
    #[inline]
    pub(crate) fn codes(&self) -> &[u16] {
        &self.rows
    }

    /// The word in a row; empty when there is none.
    pub(crate) fn word(&self, row: usize) -> &str {
        self.rows.get(row).and_then(|code| self.words.get(usize::from(*code))).map_or("", String::as_str)
    }

    /// Adds a row. `false` says that the column holds more different words than a breakdown could show.
    #[must_use]
    pub(crate) fn push(&mut self, word: &str) -> bool {
        if let Some(last) = self.rows.last().copied()
            && self.words.get(usize::from(last)).is_some_and(|before| before == word)
        {
            self.rows.push(last);
            return true;
        }
        let code = match self.known.get(word) {
            Some(code) => *code,
            None => match u16::try_from(self.words.len()) {
                Ok(next) => {
                    self.words.push(word.to_owned());
                    self.known.insert(word.to_owned(), next);
                    next
                }
                Err(_) => return false,
            },
        };
        self.rows.push(code);
        true
    }

    pub(crate) fn reorder(&mut self, order: &[u32]) {
        self.rows = reordered(&self.rows, order);
    }

    /// For each code, whether its word is among those given.
    pub(crate) fn among(&self, words: &[String]) -> Vec<bool> {
        self.words.iter().map(|word| words.contains(word)).collect()
    }
}

/// The values in another order; a column that is not held stays empty.
pub(crate) fn reordered<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    if values.is_empty() {
        return Vec::new();
    }
    order.iter().filter_map(|row| values.get(*row as usize).copied()).collect()
}

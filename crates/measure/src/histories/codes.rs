//! A column of words, held as numbers with a list of the words.

use std::collections::HashMap;
#[cfg(feature = "parquet")]
use std::ops::Range;

/// A column in which few words stand often. While all its words are the same, only their number is held.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    name: String,
    length: usize,
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

    /// The number of the word in a row.
    #[inline]
    pub(crate) fn code(&self, row: usize) -> u16 {
        self.rows.get(row).copied().unwrap_or_default()
    }

    /// The word in a row; empty when there is none.
    pub(crate) fn word(&self, row: usize) -> &str {
        self.words.get(usize::from(self.code(row))).map_or("", String::as_str)
    }

    /// Adds a row. `false` says that the column holds more different words than a breakdown could show.
    #[must_use]
    pub(crate) fn push(&mut self, word: &str) -> bool {
        let last = self.length.checked_sub(1).map(|last| self.code(last));
        let same = last.filter(|last| self.words.get(usize::from(*last)).is_some_and(|before| before == word));
        let Some(code) = same.or_else(|| self.code_of(word)) else { return false };
        self.push_code(code);
        true
    }

    /// The number of a word, which becomes one of the column's words. `None` says that these are too many.
    pub(crate) fn code_of(&mut self, word: &str) -> Option<u16> {
        if let Some(code) = self.known.get(word) {
            return Some(*code);
        }
        let next = u16::try_from(self.words.len()).ok()?;
        self.words.push(word.to_owned());
        self.known.insert(word.to_owned(), next);
        Some(next)
    }

    /// Adds a row by the number of its word.
    #[inline]
    pub(crate) fn push_code(&mut self, code: u16) {
        if code != 0 && self.rows.is_empty() {
            self.rows.resize(self.length, 0);
        }
        if code != 0 || !self.rows.is_empty() {
            self.rows.push(code);
        }
        self.length += 1;
    }

    /// Adds rows by the numbers of their words.
    #[cfg(feature = "parquet")]
    pub(crate) fn extend(&mut self, codes: &[u16]) {
        if self.rows.is_empty() && codes.iter().any(|code| *code != 0) {
            self.rows.resize(self.length, 0);
        }
        if !self.rows.is_empty() || codes.iter().any(|code| *code != 0) {
            self.rows.extend_from_slice(codes);
        }
        self.length += codes.len();
    }

    /// Adds rows of the same word. `false` as in [`push`](Self::push).
    #[cfg(feature = "parquet")]
    #[must_use]
    pub(crate) fn extend_with(&mut self, word: &str, rows: usize) -> bool {
        let Some(code) = self.code_of(word) else { return false };
        if code != 0 || !self.rows.is_empty() {
            self.rows.resize(self.length, 0);
            self.rows.resize(self.length + rows, code);
        }
        self.length += rows;
        true
    }

    /// Adds the rows of another column. `false` as in [`push`](Self::push).
    #[cfg(any(test, feature = "parquet"))]
    #[must_use]
    pub(crate) fn append(&mut self, other: &Self) -> bool {
        let Some(codes) = other.words.iter().map(|word| self.code_of(word)).collect::<Option<Vec<u16>>>() else {
            return false;
        };
        let translated = |row: usize| codes.get(usize::from(other.code(row))).copied().unwrap_or_default();
        if other.rows.is_empty() && self.rows.is_empty() && (other.length == 0 || translated(0) == 0) {
            self.length += other.length;
            return true;
        }
        (0..other.length).for_each(|row| self.push_code(translated(row)));
        true
    }

    pub(crate) fn reorder(&mut self, order: &[u32]) {
        self.rows = reordered(&self.rows, order);
    }

    /// These rows alone. The words of the others stay known.
    #[cfg(feature = "parquet")]
    pub(crate) fn only(&self, rows: &[Range<usize>]) -> Self {
        Self {
            name: self.name.clone(),
            length: rows.iter().map(ExactSizeIterator::len).sum(),
            rows: only(&self.rows, rows),
            words: self.words.clone(),
            known: self.known.clone(),
        }
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

/// These rows of a column; a column that is not held stays empty.
#[cfg(feature = "parquet")]
pub(crate) fn only<T: Copy>(column: &[T], rows: &[Range<usize>]) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(rows.iter().map(ExactSizeIterator::len).sum());
    for rows in rows {
        kept.extend_from_slice(column.get(rows.clone()).unwrap_or_default());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(words: &[&str]) -> Codes {
        let mut codes = Codes::named("group");
        assert!(words.iter().all(|word| codes.push(word)));
        codes
    }

    #[test]
    fn a_column_appended_reads_as_one() {
        for (one, other) in [
            (&["a", "a"][..], &["a"][..]),
            (&["a"], &["b", "a"]),
            (&["a", "b"], &["b", "b"]),
            (&[], &["b", "c"]),
            (&["", ""], &["", "x"]),
        ] {
            let mut both = column(one);
            assert!(both.append(&column(other)));
            let read: Vec<&str> = (0..one.len() + other.len()).map(|row| both.word(row)).collect();
            assert_eq!(read, [one, other].concat());
        }
    }
}

//! Plain tables, aligned.

use std::io::{self, Write};

/// A table with a heading. Columns whose heading begins with a space are aligned to the right.
pub(crate) struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Self {
        Self::with_headings(heading.iter().map(|name| (*name).to_owned()).collect())
    }

    pub(crate) fn with_headings(heading: Vec<String>) -> Self {
        Self { heading, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, each line after `indent` spaces.
    pub(crate) fn write(&self, out: &mut dyn Write, indent: usize) -> io::Result<()> {
        let heading: Vec<String> = self.heading.iter().map(|name| name.trim().to_owned()).collect();
        let lines = || std::iter::once(&heading).chain(&self.rows);
        let width = |column: usize| {
            lines().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..heading.len()).map(width).collect();
        for line in lines() {
            let mut text = " ".repeat(indent);
            for ((cell, width), name) in line.iter().zip(&widths).zip(&self.heading) {
                let gap = " ".repeat(width - cell.chars().count().min(*width));
                if name.starts_with(' ') {
                    text.push_str(&gap);
                    text.push_str(cell);
                } else {
                    text.push_str(cell);
                    text.push_str(&gap);
                }
                text.push_str("  ");
            }
            writeln!(out, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Text broken into lines of at most `width` characters, each after `indent` spaces.
pub(crate) fn wrapped(out: &mut dyn Write, indent: usize, width: usize, text: &str) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width.saturating_sub(indent) {
            writeln!(out, "{}{line}", " ".repeat(indent))?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{}{line}", " ".repeat(indent)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_figures_right() {
        let mut table = Table::new(&["Team", " Open"]);
        table.row(["t-hills-1".to_owned(), "5".to_owned()]);
        table.row(["t-é".to_owned(), "1,204".to_owned()]);
        let mut out = Vec::new();
        table.write(&mut out, 2).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "  Team        Open\n  t-hills-1      5\n  t-é        1,204\n");
    }

    #[test]
    fn a_long_sentence_is_broken_between_words() {
        let mut out = Vec::new();
        wrapped(&mut out, 2, 12, "one two three four").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "  one two\n  three four\n");
    }
}

//! What a transaction has written so far, in order: if one of its closures fails, the transaction is begun anew and the
//! closures before it are written again from here. That costs the rare failure more than a savepoint around every
//! closure would, and everything else nothing but a copy.

use std::ops::Range;

use crate::error::{Result, StoreError};
use crate::tx::Val;

/// A written statement with its values.
pub(crate) struct Written {
    pub(crate) sql: &'static str,
    /// How many values one row has.
    pub(crate) width: usize,
    values: Range<usize>,
    /// How many rows it changed; none for a write that was put off.
    pub(crate) count: Option<u64>,
}

/// A value, its text or bytes lying in the journal.
enum Kept {
    Null,
    Int(i64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

/// The journal of one transaction; emptied and used again for the next.
#[derive(Default)]
pub(crate) struct Journal {
    written: Vec<Written>,
    values: Vec<Kept>,
    bytes: Vec<u8>,
}

impl Journal {
    pub(crate) fn clear(&mut self) {
        self.written.clear();
        self.values.clear();
        self.bytes.clear();
    }

    /// How many statements there are.
    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    /// Adds a statement without its values: enough where nothing can come before it that must be written again.
    pub(crate) fn mark(&mut self, sql: &'static str) {
        let end = self.values.len();
        self.written.push(Written { sql, width: 0, values: end..end, count: None });
    }

    pub(crate) fn add(&mut self, sql: &'static str, width: usize, values: &[Val<'_>], count: Option<u64>) {
        let first = self.values.len();
        self.values.reserve(values.len());
        for value in values {
            let kept = match value {
                Val::Null => Kept::Null,
                Val::Int(number) => Kept::Int(*number),
                Val::Text(text) => Kept::Text(self.keep(text.as_bytes())),
                Val::Blob(bytes) => Kept::Blob(self.keep(bytes)),
            };
            self.values.push(kept);
        }
        self.written.push(Written { sql, width, values: first..self.values.len(), count });
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let first = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        first..self.bytes.len()
    }

    pub(crate) fn statement(&self, n: usize) -> Option<&Written> {
        self.written.get(n)
    }

    /// The values of a statement, as they were bound.
    pub(crate) fn values(&self, written: &Written) -> impl Iterator<Item = Val<'_>> {
        let part = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        self.values.get(written.values.clone()).unwrap_or_default().iter().map(move |kept| match kept {
            Kept::Null => Val::Null,
            Kept::Int(number) => Val::Int(*number),
            Kept::Text(range) => Val::Text(std::str::from_utf8(part(range)).unwrap_or_default()),
            Kept::Blob(range) => Val::Blob(part(range)),
        })
    }

    /// Writes the first `count` statements again, through `insert`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when one of them does not do what it did the first time: another server was there in
    /// between, and what the closures were told then need not hold any more.
    pub(crate) fn again(
        &self,
        count: usize,
        at: &str,
        mut insert: impl FnMut(&'static str, usize, &[Val<'_>]) -> Result<u64>,
    ) -> Result<()> {
        for written in self.written.iter().take(count) {
            let values: Vec<Val<'_>> = self.values(written).collect();
            let changed = insert(written.sql, written.width, &values)?;
            if written.count.is_some_and(|first| first != changed) {
                return Err(StoreError::Busy(at.to_owned()));
            }
        }
        Ok(())
    }

    /// Forgets all but the first `count` statements.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.written.truncate(count);
        let values = self.written.last().map_or(0, |last| last.values.end);
        self.values.truncate(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_written_again_as_it_was() {
        let mut journal = Journal::default();
        journal.add("one", 2, &[Val::Text("ä"), Val::Int(-7), Val::Null, Val::Blob(&[0, 255])], Some(2));
        journal.add("two", 1, &[Val::Text("")], None);
        journal.add("three", 1, &[Val::Text("gone")], Some(1));
        journal.truncate(2);
        let mut seen = Vec::new();
        let again = journal.again(2, "x", |sql, width, values| {
            seen.push(format!("{sql} {width} {values:?}"));
            Ok(values.len() as u64 / width as u64)
        });
        assert!(again.is_ok());
        assert_eq!(seen, [r#"one 2 [Text("ä"), Int(-7), Null, Blob([0, 255])]"#, r#"two 1 [Text("")]"#]);
        assert!(matches!(journal.again(1, "x", |_, _, _| Ok(1)), Err(StoreError::Busy(_))));
    }
}

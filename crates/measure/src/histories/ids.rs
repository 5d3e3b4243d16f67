//! The identifiers of people, each once, in the order in which they came.

use std::cmp::Ordering;
use std::collections::HashMap;

/// Identifiers in one text. While each comes after those before it, as in a sorted file, no index is kept: there are
/// millions of them.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    text: String,
    ends: Vec<usize>,
    index: Option<HashMap<Box<str>, u32>>,
}

/// Shorter ones first, so that numbers stand in their order.
fn order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

impl Ids {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)?;
        let begin = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.text.get(begin..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    fn after_all(&self, id: &str) -> bool {
        self.len().checked_sub(1).and_then(|last| self.get(last)).is_none_or(|last| order(last, id).is_lt())
    }

    /// The row of an identifier that is there.
    pub(crate) fn row(&self, id: &str) -> Option<u32> {
        if let Some(index) = &self.index {
            return index.get(id).copied();
        }
        if self.after_all(id) {
            return None;
        }
        let (mut from, mut to) = (0, self.len());
        // Most often it is the last.
        let mut middle = to - 1;
        while from < to {
            match order(self.get(middle)?, id) {
                Ordering::Equal => return u32::try_from(middle).ok(),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
            middle = from.midpoint(to);
        }
        None
    }

    /// Adds an identifier that is not there.
    pub(crate) fn push(&mut self, id: &str) {
        if self.index.is_none() && !self.after_all(id) {
            self.index = Some((0..).zip(self.iter()).map(|(row, id)| (Box::from(id), row)).collect());
        }
        if let (Some(index), Ok(row)) = (&mut self.index, u32::try_from(self.ends.len())) {
            index.insert(id.into(), row);
        }
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_found_in_whatever_order_they_came() {
        for order in [["8", "9", "10", "200"], ["b", "a", "10", "c"], ["", "1", "é", "zz"]] {
            let mut ids = Ids::default();
            for (row, id) in (0..).zip(order) {
                assert_eq!(ids.row(id), None, "{id} is not there yet");
                ids.push(id);
                for (earlier, id) in order.iter().enumerate().take(row + 1) {
                    assert_eq!(ids.row(id), u32::try_from(earlier).ok(), "{id} of {order:?}");
                }
            }
            assert_eq!(ids.iter().collect::<Vec<_>>(), order);
            assert_eq!(ids.row("absent"), None);
        }
    }
}

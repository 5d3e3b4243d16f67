//! The identifiers of people, each once, in the order in which they came.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Identifiers. Most files number people and are sorted, and there are millions of them: such numbers are held as they are.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// Whole numbers, each greater than the one before it; nothing once there are words.
    numbers: Vec<u64>,
    /// All identifiers, once one was anything else.
    words: Option<Words>,
}

/// Identifiers in one text. While each comes after those before it, as in a sorted file, no index is kept.
#[derive(Debug, Default)]
struct Words {
    text: String,
    ends: Vec<usize>,
    index: Option<HashMap<Box<str>, u32>>,
}

impl Ids {
    pub(crate) fn len(&self) -> usize {
        self.words.as_ref().map_or(self.numbers.len(), |words| words.ends.len())
    }

    pub(crate) fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        match &self.words {
            None => self.numbers.get(row).map(|number| number.to_string().into()),
            Some(words) => words.get(row).map(Cow::Borrowed),
        }
    }

    #[cfg(any(test, feature = "parquet"))]
    pub(crate) fn iter(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// The last identifier.
    #[cfg(feature = "parquet")]
    pub(crate) fn last(&self) -> Option<String> {
        self.get(self.len().checked_sub(1)?).map(Cow::into_owned)
    }

    /// Whether each comes after those before it.
    #[cfg(feature = "parquet")]
    pub(crate) fn ascend(&self) -> bool {
        self.words.as_ref().is_none_or(|words| words.index.is_none())
    }

    /// Whether identifiers that ascend begin with this one, or after it.
    #[cfg(feature = "parquet")]
    pub(crate) fn follow(&self, last: &str) -> bool {
        self.get(0).is_none_or(|first| order(last, &first).is_le())
    }

    /// The identifiers of these rows.
    #[cfg(feature = "parquet")]
    pub(crate) fn only(&self, rows: &[u32]) -> Self {
        let rows = rows.iter().map(|row| *row as usize);
        if self.words.is_none() {
            return Self { numbers: rows.filter_map(|row| self.numbers.get(row).copied()).collect(), words: None };
        }
        let mut some = Self::default();
        rows.filter_map(|row| self.get(row)).for_each(|id| some.push(&id));
        some
    }

    /// Makes room for so many numbers.
    #[cfg(feature = "parquet")]
    pub(crate) fn reserve(&mut self, numbers: usize) {
        self.numbers.reserve(numbers);
    }

    /// The numbers, if all are numbers.
    #[cfg(feature = "parquet")]
    pub(crate) fn numbers(&self) -> Option<&[u64]> {
        self.words.is_none().then_some(self.numbers.as_slice())
    }

    /// Whether all identifiers are numbers, and this one is greater than any.
    #[inline]
    pub(crate) fn comes_next(&self, number: u64) -> bool {
        self.words.is_none() && self.numbers.last().is_none_or(|last| *last < number)
    }

    /// Adds numbers that ascend, each greater than any that is there.
    #[cfg(feature = "parquet")]
    pub(crate) fn extend(&mut self, numbers: &[u64]) {
        if self.words.is_none() {
            self.numbers.extend_from_slice(numbers);
        } else {
            for number in numbers {
                self.push_number(*number);
            }
        }
    }

    /// The row of an identifier that is there.
    pub(crate) fn row(&self, id: &str) -> Option<u32> {
        match &self.words {
            None => self.row_of_number(number(id)?),
            Some(words) => words.row(id),
        }
    }

    /// The row of a number that is there.
    #[inline]
    pub(crate) fn row_of_number(&self, number: u64) -> Option<u32> {
        match &self.words {
            None if self.comes_next(number) => None,
            None => self.numbers.binary_search(&number).ok().and_then(|row| u32::try_from(row).ok()),
            Some(words) => words.row(&number.to_string()),
        }
    }

    /// Adds an identifier that is not there.
    pub(crate) fn push(&mut self, id: &str) {
        match number(id) {
            Some(number) => self.push_number(number),
            None => self.as_words().push(id),
        }
    }

    /// Adds a number that is not there.
    #[inline]
    pub(crate) fn push_number(&mut self, number: u64) {
        if self.comes_next(number) {
            self.numbers.push(number);
        } else {
            self.as_words().push(&number.to_string());
        }
    }

    fn as_words(&mut self) -> &mut Words {
        let numbers = std::mem::take(&mut self.numbers);
        self.words.get_or_insert_with(|| {
            let mut words = Words::default();
            for number in numbers {
                words.push(&number.to_string());
            }
            words
        })
    }
}

/// The number that an identifier writes, if it is written as numbers are: 7, not 007.
fn number(id: &str) -> Option<u64> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && (id == "0" || !id.starts_with('0'));
    if plain { id.parse().ok() } else { None }
}

/// Shorter ones first, so that numbers stand in their order.
fn order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

impl Words {
    fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)?;
        let begin = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.text.get(begin..end)
    }

    fn after_all(&self, id: &str) -> bool {
        self.ends.len().checked_sub(1).and_then(|last| self.get(last)).is_none_or(|last| order(last, id).is_lt())
    }

    fn row(&self, id: &str) -> Option<u32> {
        if let Some(index) = &self.index {
            return index.get(id).copied();
        }
        if self.after_all(id) {
            return None;
        }
        let (mut from, mut to) = (0, self.ends.len());
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

    fn push(&mut self, id: &str) {
        if self.index.is_none() && !self.after_all(id) {
            let ids = (0..self.ends.len()).filter_map(|row| self.get(row));
            self.index = Some(ids.map(Box::from).zip(0..).collect());
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
        for order in [["8", "9", "10", "200"], ["b", "a", "10", "c"], ["", "1", "é", "zz"], ["7", "007", "8", "3"]] {
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

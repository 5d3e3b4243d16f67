//! Whose each event is. Rows of one person mostly stand together, so that a person and where their rows end say it for all of them.

use std::ops::Range;

/// The person of each row, as runs of rows of the same person.
#[derive(Debug)]
pub(super) struct Runs {
    /// Where each run begins, with the end of the last.
    begins: Vec<u32>,
    /// Whose each run is. Empty while the first is of the first person, the second of the second, as in a sorted file.
    people: Vec<u32>,
}

impl Default for Runs {
    fn default() -> Self {
        Self { begins: vec![0], people: Vec::new() }
    }
}

impl Runs {
    /// Makes room for so many runs.
    #[cfg(feature = "parquet")]
    pub(super) fn reserve(&mut self, runs: usize) {
        self.begins.reserve(runs);
    }

    /// How many rows.
    pub(super) fn rows(&self) -> u32 {
        self.begins.last().copied().unwrap_or_default()
    }

    /// Whose the last run is, and whose the next is if people come one after another.
    fn last_and_next(&self) -> (Option<u32>, u32) {
        let runs = u32::try_from(self.begins.len() - 1).unwrap_or(u32::MAX);
        (if self.people.is_empty() { runs.checked_sub(1) } else { self.people.last().copied() }, runs)
    }

    /// Whether each person has one run, and people are numbered in the order of runs.
    #[cfg(feature = "parquet")]
    pub(super) fn is_one_of_each(&self) -> bool {
        self.people.is_empty()
    }

    /// Adds rows of the person after all.
    #[cfg(feature = "parquet")]
    pub(super) fn push_next(&mut self, rows: u32) {
        self.push(self.last_and_next().1, rows);
    }

    /// Whose the last row is.
    #[cfg(feature = "parquet")]
    pub(super) fn last(&self) -> Option<u32> {
        self.last_and_next().0
    }

    /// Adds rows of a person.
    #[inline]
    pub(super) fn push(&mut self, person: u32, rows: u32) {
        let end = self.rows().saturating_add(rows);
        let (last, next) = self.last_and_next();
        if last == Some(person) {
            self.begins.pop();
        } else if !self.people.is_empty() || person != next {
            if self.people.is_empty() {
                self.people.extend(0..next);
            }
            self.people.push(person);
        }
        self.begins.push(end);
    }

    /// Adds the rows of several people, each another.
    #[cfg(feature = "parquet")]
    pub(super) fn extend(&mut self, people: &[u32], rows: &[u32]) {
        let mut to_add = people.iter().zip(rows);
        // The first may go on; the others mostly come one after another.
        if let Some((person, rows)) = to_add.next() {
            self.push(*person, *rows);
        }
        let (_, next) = self.last_and_next();
        let as_they_come = people.iter().skip(1).zip(next..).all(|(person, next)| *person == next);
        if self.people.is_empty() && as_they_come {
            let mut end = self.rows();
            self.begins.extend(to_add.map(|(_, rows)| {
                end = end.saturating_add(*rows);
                end
            }));
        } else {
            to_add.for_each(|(person, rows)| self.push(*person, *rows));
        }
    }

    /// The runs: whose, and the rows of each.
    pub(super) fn each(&self) -> impl Iterator<Item = (u32, Range<u32>)> {
        let rows = self.begins.iter().zip(self.begins.iter().skip(1)).map(|(begin, end)| *begin..*end);
        rows.zip(0..).map(|(rows, run)| (self.people.get(run as usize).copied().unwrap_or(run), rows))
    }

    /// Adds the rows of another, whose people have other numbers here.
    #[cfg(feature = "parquet")]
    pub(super) fn append(&mut self, other: &Self, own: impl Fn(u32) -> u32) {
        let (people, rows): (Vec<u32>, Vec<u32>) =
            other.each().map(|(person, rows)| (own(person), rows.end - rows.start)).unzip();
        self.extend(&people, &rows);
    }

    /// Whether the rows stand in the order of person and of what `column` holds.
    pub(super) fn in_order<T: Copy + Ord>(&self, column: &[T]) -> bool {
        let people_in_order = self.people.is_sorted_by(|one, next| one < next);
        let falls_at = |end: &u32| {
            let end = *end as usize;
            column.get(end.wrapping_sub(1)) > column.get(end)
        };
        let between = self.begins.get(1..self.begins.len() - 1).unwrap_or_default();
        let descents_between: u32 = between.iter().map(|end| u32::from(falls_at(end))).sum();
        // All descents lie between people when there are as many.
        let descents =
            |chunk: (&[T], &[T])| chunk.0.iter().zip(chunk.1).map(|(one, next)| u32::from(one > next)).sum::<u32>();
        let next = column.get(1..).unwrap_or_default();
        let all: u32 = column.chunks(CHUNK).zip(next.chunks(CHUNK)).map(descents).sum();
        people_in_order && all == descents_between
    }

    /// The person of each row.
    pub(super) fn people(&self) -> impl Iterator<Item = u32> {
        self.each().flat_map(|(person, rows)| std::iter::repeat_n(person, rows.len()))
    }

    /// Where each of so many people's rows begin, with the end of the last, when the rows stand in the order of people.
    pub(super) fn into_begins(mut self, people: usize) -> Vec<u32> {
        if !self.people.is_empty() {
            let mut begins = Vec::with_capacity(people + 1);
            for (person, rows) in self.each() {
                begins.resize(person as usize + 1, rows.start);
            }
            begins.push(self.rows());
            self.begins = begins;
        }
        let end = self.rows();
        self.begins.resize(people + 1, end);
        self.begins
    }
}

/// Rows that are compared before anybody asks.
const CHUNK: usize = 4096;

impl FromIterator<u32> for Runs {
    fn from_iter<I: IntoIterator<Item = u32>>(people: I) -> Self {
        let mut runs = Self::default();
        people.into_iter().for_each(|person| runs.push(person, 1));
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_when_people_are_and_the_days_of_each() {
        for (people, days, in_order) in [
            (&[0, 0, 2, 2][..], &[1, 2, 1, 1][..], true),
            (&[0, 0, 2, 2], &[1, 2, 2, 1], false),
            (&[0, 0, 2, 2], &[2, 1, 1, 2], false),
            (&[0, 2, 0], &[1, 2, 3], false),
            (&[], &[], true),
        ] {
            let runs: Runs = people.iter().copied().collect();
            assert_eq!(runs.in_order(days), in_order, "{people:?} {days:?}");
            assert_eq!(runs.people().collect::<Vec<_>>(), people);
        }
    }

    #[test]
    fn who_has_no_rows_begins_where_the_next_does() {
        let runs: Runs = [1, 1, 3].into_iter().collect();
        assert_eq!(runs.into_begins(6), [0, 0, 2, 2, 3, 3, 3]);
        assert_eq!(Runs::default().into_begins(2), [0, 0, 0]);
    }
}

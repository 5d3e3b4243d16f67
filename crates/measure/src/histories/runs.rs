//! Whose each event is. Rows of one person mostly stand together, so that a person and where their rows end say it for all of them.

/// The person of each row, as runs of rows of the same person.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    person: u32,
    /// The row after its last.
    end: u32,
}

impl Runs {
    /// Makes room for so many runs.
    #[cfg(feature = "parquet")]
    pub(super) fn reserve(&mut self, runs: usize) {
        self.runs.reserve(runs);
    }

    /// How many rows.
    pub(super) fn rows(&self) -> u32 {
        self.runs.last().map_or(0, |last| last.end)
    }

    /// Adds rows of a person.
    #[inline]
    pub(super) fn push(&mut self, person: u32, rows: u32) {
        let end = self.rows().saturating_add(rows);
        match self.runs.last_mut() {
            Some(last) if last.person == person => last.end = end,
            _ => self.runs.push(Run { person, end }),
        }
    }

    /// Adds the rows of another, whose people have other numbers here.
    #[cfg(feature = "parquet")]
    pub(super) fn append(&mut self, other: &Self, own: impl Fn(u32) -> u32) {
        let mut begin = 0;
        for run in &other.runs {
            self.push(own(run.person), run.end - begin);
            begin = run.end;
        }
    }

    /// Whether the rows stand in the order of person and of what `column` holds.
    pub(super) fn in_order<T: Copy + Ord>(&self, column: &[T]) -> bool {
        let steps = self.runs.iter().zip(self.runs.iter().skip(1));
        let mut people_in_order = true;
        let mut descents_between = 0_u32;
        for (run, next) in steps {
            people_in_order &= run.person < next.person;
            let end = run.end as usize;
            let (last, first) = (column.get(end.wrapping_sub(1)), column.get(end));
            descents_between += u32::from(last > first);
        }
        // All descents lie between people when there are as many.
        let descents =
            |chunk: (&[T], &[T])| chunk.0.iter().zip(chunk.1).map(|(one, next)| u32::from(one > next)).sum::<u32>();
        let next = column.get(1..).unwrap_or_default();
        let all: u32 = column.chunks(CHUNK).zip(next.chunks(CHUNK)).map(descents).sum();
        people_in_order && all == descents_between
    }

    /// The person of each row.
    pub(super) fn people(&self) -> impl Iterator<Item = u32> {
        let begins = std::iter::once(0).chain(self.runs.iter().map(|run| run.end));
        begins.zip(&self.runs).flat_map(|(begin, run)| std::iter::repeat_n(run.person, (run.end - begin) as usize))
    }

    /// Where each of so many people's rows begin, with the end of the last, when the rows stand in the order of people.
    pub(super) fn begins(&self, people: usize) -> Vec<u32> {
        let mut begin = Vec::with_capacity(people + 1);
        let mut before = 0;
        for run in &self.runs {
            begin.resize(run.person as usize + 1, before);
            before = run.end;
        }
        begin.resize(people + 1, before);
        begin
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
        assert_eq!(runs.begins(6), [0, 0, 2, 2, 3, 3, 3]);
        assert_eq!(Runs::default().begins(2), [0, 0, 0]);
    }
}

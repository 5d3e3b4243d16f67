//! Small numbers are not shown; and what could be worked out from the rest is not shown either.

/// Why a row is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// It holds too few people.
    Few,
    /// It stands beside one that does, which could be found by taking the rows that are shown from the total.
    Beside,
}

/// Which rows of a table with a total must be hidden, given the number of people in each.
///
/// As soon as one row is hidden, the smallest of the others are hidden too, until at least two are and they hold
/// together at least as many people as a row must to be shown.
pub(crate) fn hidden(people: &[usize], fewer_than: u32) -> Vec<Option<Hidden>> {
    let least = fewer_than as usize;
    let mut rows: Vec<Option<Hidden>> =
        people.iter().map(|count| (*count > 0 && *count < least).then_some(Hidden::Few)).collect();
    loop {
        let hidden = || rows.iter().zip(people).filter(|(row, _)| row.is_some());
        let (count, together) = (hidden().count(), hidden().map(|(_, people)| *people).sum::<usize>());
        if count == 0 || (count > 1 && together >= least) {
            return rows;
        }
        let smallest = rows.iter_mut().zip(people).filter(|(row, people)| row.is_none() && **people > 0);
        match smallest.min_by_key(|(_, people)| **people) {
            Some((row, _)) => *row = Some(Hidden::Beside),
            None => return rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden::{Beside, Few};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lone_small_row_takes_the_next_smallest_with_it() {
        assert_eq!(hidden(&[100, 9, 50], 10), [None, Some(Few), Some(Beside)]);
        assert_eq!(hidden(&[100, 9, 8, 50], 10), [None, Some(Few), Some(Few), None]);
        assert_eq!(
            hidden(&[100, 2, 3, 50], 10),
            [None, Some(Few), Some(Few), Some(Beside)],
            "2 and 3 are fewer than 10"
        );
        assert_eq!(hidden(&[10, 0, 50], 10), [None, None, None], "nobody is not somebody");
        assert_eq!(hidden(&[9], 10), [Some(Few)]);
    }

    proptest! {
        #[test]
        fn what_is_hidden_cannot_be_found_from_the_total(people in prop::collection::vec(0_usize..40, 1..12)) {
            let rows = hidden(&people, 10);
            let gone: Vec<usize> = rows.iter().zip(&people).filter(|(row, _)| row.is_some()).map(|(_, n)| *n).collect();
            let shown_small = rows.iter().zip(&people).any(|(row, n)| row.is_none() && *n > 0 && *n < 10);
            prop_assert!(!shown_small);
            let all_hidden = gone.len() == people.iter().filter(|n| **n > 0).count();
            prop_assert!(gone.is_empty() || all_hidden || (gone.len() > 1 && gone.iter().sum::<usize>() >= 10));
        }
    }
}

//! Dividing people between threads.

use std::ops::Range;

/// People in as many shares, each with as much to look at: people, and their events.
pub(crate) fn shares(begins: &[u32], shares: usize) -> Vec<Range<usize>> {
    let people = begins.len().saturating_sub(1);
    let work = |person: usize| person + begins.get(person).map_or(0, |begin| *begin as usize);
    let first_from = |wanted: usize| {
        let (mut from, mut to) = (0, people);
        while from < to {
            let middle = from.midpoint(to);
            if work(middle) < wanted { from = middle + 1 } else { to = middle }
        }
        from
    };
    let ends: Vec<usize> = (0..=shares).map(|share| first_from(work(people) * share / shares)).collect();
    ends.windows(2)
        .map(|ends| ends.first().copied().unwrap_or_default()..ends.last().copied().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_share_has_as_much_to_look_at_and_nobody_is_left_out() {
        // Everything happened to the first three of nine.
        let begins = [0, 4, 8, 12, 12, 12, 12, 12, 12, 12];
        assert_eq!(shares(&begins, 2), [0..2, 2..9]);
        assert_eq!(shares(&begins, 1).first(), Some(&(0..9)));
        assert_eq!(shares(&[0], 2), [0..0, 0..0]);
    }
}

//! What holds of every division, and of every history.

use crate::world::imported;
use jiff::civil::date;
use planning::funding::{Pence, largest_remainder};
use planning::{History, stream};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_division_adds_up_to_the_penny(total in 0_u64..=10_000_000_000, weights in prop::collection::vec(0_u64..=5_000_000, 1..9)) {
        let sum: u64 = weights.iter().sum();
        match largest_remainder(Pence(total), &weights) {
            None => prop_assert_eq!(sum, 0),
            Some(shares) => {
                prop_assert_eq!(shares.iter().map(|share| share.0).sum::<u64>(), total);
                for (share, weight) in shares.iter().zip(&weights) {
                    let exact = u128::from(total) * u128::from(*weight);
                    let got = u128::from(share.0) * u128::from(sum);
                    prop_assert!(got.abs_diff(exact) < u128::from(sum), "nobody is more than a penny from their exact share");
                }
            }
        }
    }

    #[test]
    fn a_division_does_not_depend_on_the_order_when_nobody_ties(total in 0_u64..=1_000_000, a in 1_u64..1000, b in 1_u64..1000) {
        let one = largest_remainder(Pence(total), &[a, b]).unwrap();
        let other = largest_remainder(Pence(total), &[b, a]).unwrap();
        let tie = (total * a) % (a + b) == (total * b) % (a + b);
        prop_assert!(tie || (one[0] == other[1] && one[1] == other[0]));
    }

    #[test]
    fn any_moment_of_a_plan_is_the_beginning_of_the_next(cut in 0_usize..200) {
        let history = imported(include_str!("../../../../examples/plans/lothian-borders-2011.toml"));
        let mut part = History::default();
        for event in history.events().iter().take(cut) {
            part.push(event.clone());
        }
        let kept = part.plan().commitments.standing().count();
        prop_assert!(kept <= history.plan().commitments.standing().count());
    }
}

#[test]
fn a_stream_reads_back_as_it_was_written() {
    for text in [
        include_str!("../../../../examples/plans/lothian-borders-2011.toml"),
        include_str!("../../../../examples/plans/offender-management-programme.toml"),
        include_str!("../../../../examples/plans/national-strategy-2006.toml"),
        include_str!("../../../../examples/plans/strategic-plan-2008.toml"),
    ] {
        let history = imported(text);
        let written: Vec<String> = history.events().iter().map(|event| stream::line(event).unwrap()).collect();
        assert_eq!(stream::read(&written.join("\n"), date(2026, 3, 16)).unwrap(), history);
    }
}

#[test]
fn a_damaged_stream_names_its_line() {
    let error = stream::read("{\"id\":1}\n", date(2026, 3, 16)).unwrap_err().to_string();
    assert!(error.starts_with("line 1 of the stream cannot be read: "), "{error}");
}

//! What holds of every division, and of every history.

use crate::world::{TODAY, World, imported};
use jiff::ToSpan as _;
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
    fn whatever_is_accepted_replays_and_can_be_struck_again(tries in prop::collection::vec((0_usize..9, 0_usize..4, 0_i32..340), 1..25)) {
        let mut world = World::with_a_plan();
        for (kind, item, day) in tries {
            let item = ["a", "b", "c", "1.1.1"][item];
            let (kind, content) = [
                ("commitment.placed", r#"{"id":"c","level":"action","under":"1.1.1","text":"Tell others"}"#.to_owned()),
                ("commitment.reworded", format!(r#"{{"item":"{item}","text":"Words {day}"}}"#)),
                ("commitment.withdrawn", format!(r#"{{"item":"{item}","reason":"No longer wanted"}}"#)),
                ("action.led", format!(r#"{{"item":"{item}","lead":"sps"}}"#)),
                ("action.awaits", format!(r#"{{"item":"{item}","others":["a"]}}"#)),
                ("action.awaits", format!(r#"{{"item":"{item}","others":["b"]}}"#)),
                ("action.progressed", format!(r#"{{"item":"{item}","stage":"under_way","note":"Met"}}"#)),
                ("partner.left", r#"{"body":"sps","reason":"Merged"}"#.to_owned()),
                ("plan.status_moved", r#"{"to":"consulted"}"#.to_owned()),
            ][kind].clone();
            let before = world.plan();
            let on = date(2025, 4, 1) + day.days();
            let Ok(id) = world.propose(on, kind, &content) else {
                prop_assert_eq!(&world.plan(), &before, "a refusal changes nothing");
                continue;
            };
            let replayed = History::replayed(world.history.events().to_vec(), TODAY);
            prop_assert!(replayed.is_ok(), "{:?}", replayed);
            let mut undone = World { history: world.history.clone() };
            undone.record(TODAY, "amend.struck", &format!(r#"{{"event":"{id}","reason":"A try"}}"#));
            prop_assert_eq!(undone.plan(), before);
        }
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

//! Records opened with a reason: who holds one, until when, who is shown it, and that it is reviewed once.

use store::openings::{self, Opening, Review};
use store::rows::{self, AccessRow, PersonRows};
use uuid::Uuid;

use crate::world::{NOW, World, person};

const HOUR: i64 = 3_600_000_000;

fn opening(n: u128, account: &str, reason: &str, at: i64) -> Opening {
    Opening {
        id: Uuid::from_u128(n),
        stream: person(1),
        account: account.into(),
        agency: "capital".into(),
        by_team: "t-west".into(),
        team: "t-east".into(),
        reason: reason.into(),
        opened_at: at,
        until: at + HOUR,
        review: None,
    }
}

#[test]
fn an_opening_holds_for_one_account_and_record_until_its_end_also_after_a_restart() {
    for world in World::each() {
        let first = opening(1, "w-ben", "duty worker", NOW);
        let (kept, again) = (first.clone(), opening(2, "w-ben", "duty worker", NOW + 1));
        let store = world.open();
        store.write(move |tx| openings::keep(tx, &kept).and_then(|()| openings::keep(tx, &again))).unwrap();
        drop(store);
        let store = world.open();
        let holds = |stream: u32, account: &str, at: i64| {
            store.read(|tx| openings::holding(tx, &person(stream), account, at)).unwrap()
        };
        assert_eq!(holds(1, "w-ben", NOW + HOUR - 1), Some(first), "the same reason again is the same opening");
        assert_eq!(holds(1, "w-ben", NOW + HOUR), None, "its time is over");
        assert_eq!(holds(1, "w-amy", NOW), None, "another account");
        assert_eq!(holds(2, "w-ben", NOW), None, "another record");
    }
}

#[test]
fn both_teams_see_an_opening_but_nobody_sees_one_of_a_record_that_is_hidden_from_them() {
    for world in World::each() {
        let store = world.open();
        store
            .write(|tx| {
                let access = vec![
                    AccessRow { account: AccessRow::EVERYBODY.into(), may: false },
                    AccessRow { account: "w-cat".into(), may: true },
                ];
                let rows = PersonRows {
                    display_name: "Alex Example".into(),
                    restricted: true,
                    access,
                    ..PersonRows::default()
                };
                rows::replace(tx, &person(1), &rows.canonical())?;
                openings::keep(tx, &opening(1, "w-ben", "the first", NOW))?;
                openings::keep(tx, &opening(2, "w-ben", "the second", NOW + 5))
            })
            .unwrap();
        let of_team = |team: &str, viewer: &str, since: i64| {
            let found = store.read(|tx| openings::of_team(tx, team, viewer, since, 10)).unwrap();
            found.into_iter().map(|listed| listed.opening.reason).collect::<Vec<_>>()
        };
        for team in ["t-east", "t-west"] {
            assert_eq!(of_team(team, "w-cat", NOW), ["the second", "the first"], "{team}");
            assert!(of_team(team, "w-dee", NOW).is_empty(), "{team}: it is restricted to others");
        }
        assert!(of_team("t-far", "w-cat", NOW).is_empty());
        let said = Review { accepted: true, by: "w-cat".into(), at: NOW + 9 };
        let (once, twice) = (said.clone(), Review { accepted: false, ..said.clone() });
        let review = move |tx: &mut dyn store::Tx| {
            let id = Uuid::from_u128(1);
            Ok((openings::review(tx, &person(1), &id, &once)?, openings::review(tx, &person(1), &id, &twice)?))
        };
        assert_eq!(store.write(review).unwrap(), (true, false), "what was said stays");
        assert_eq!(of_team("t-east", "w-cat", NOW + 1), ["the second"], "what was reviewed goes when it is old");
        let found = store.read(|tx| openings::one(tx, &person(1), &Uuid::from_u128(1))).unwrap().unwrap();
        assert_eq!(found.review, Some(said));
        let before = |moment| store.read(|tx| openings::of_agency(tx, "capital", moment, 10)).unwrap();
        assert_eq!(before(i64::MAX).len(), 2);
        assert_eq!(
            before(NOW + 5).iter().map(|listed| listed.opening.reason.as_str()).collect::<Vec<_>>(),
            ["the first"]
        );
    }
}

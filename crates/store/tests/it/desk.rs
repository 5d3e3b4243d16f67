//! What the desk asks of the read models, told once for both databases.

use std::collections::BTreeSet;

use store::rows::{
    self, AccessRow, Caseload, Diary, PersonRows, Running, Sort, StandardCases, Tally, Worklist, WorklistOf,
};
use store::{Store, StreamId};

use crate::world::{World, person, person_rows, restricted_rows};

fn on_both(claim: fn(&Store)) {
    for world in World::each() {
        claim(&world.open());
    }
}

fn put(store: &Store, people: Vec<(StreamId, PersonRows)>) {
    store
        .write(move |tx| rows::replace_all(tx, &people.iter().map(|(stream, rows)| (stream, rows)).collect::<Vec<_>>()))
        .unwrap();
}

/// Twelve people of one worker, of whom two are restricted: one to `worker-2`, one to nobody.
fn area(store: &Store) {
    let people = (0..12).map(|n| {
        let mut rows = match n {
            3 => restricted_rows(n, &["worker-2"]),
            7 => restricted_rows(n, &[]),
            _ => person_rows(n),
        };
        rows.last_contact_on = (n % 4 != 0).then(|| format!("2026-02-{:02}", 1 + n));
        rows.cases[0].level = Some(["very_high", "high", "medium", "low"][n as usize % 4].into());
        rows.cases[0].kind = if n % 2 == 0 { "cpo".into() } else { "life_licence".into() };
        rows.cases[0].next_due = (n != 5).then(|| format!("2026-03-{:02}", 4 + n % 3));
        rows.cases[0].ended_on = (n == 11).then(|| "2026-03-01".into());
        rows.cases[0].status = if n == 11 { "completed".into() } else { "running".into() };
        (person(n), rows)
    });
    put(store, people.collect());
}

fn mine(viewer: &str) -> Caseload {
    Caseload {
        of: WorklistOf::Worker("worker-1".into()),
        viewer: viewer.into(),
        running: Running::Now,
        level: None,
        kind: None,
        due_by: None,
        missed: false,
        sort: Sort::Name,
        descending: false,
        after: None,
        limit: 100,
    }
}

fn numbers(store: &Store, list: &Caseload) -> Vec<String> {
    store.read(|tx| rows::caseload(tx, list)).unwrap().iter().map(number).collect()
}

fn number(row: &rows::InHand) -> String {
    row.person.stream.id.trim_start_matches("p0000").to_owned()
}

#[test]
fn every_row_of_the_desk_is_read_back_and_replaced() {
    on_both(|store| {
        let mut wanted = restricted_rows(1, &["worker-1", "worker-9"]);
        let steps: [&dyn Fn(&mut PersonRows); 6] = [
            &|_| {},
            &|rows| rows.appointments[0].outcome = Some("missed".into()),
            &|rows| drop(rows.appointments.pop()),
            &|rows| rows.proceedings[0].endorsed = true,
            &|rows| rows.access = vec![AccessRow { account: "worker-3".into(), may: false }],
            &|rows| (rows.access, rows.proceedings, rows.appointments) = (vec![], vec![], vec![]),
        ];
        for step in steps {
            step(&mut wanted);
            let next = wanted.clone();
            store.write(move |tx| rows::replace(tx, &person(1), &next)).unwrap();
            assert_eq!(store.read(|tx| rows::dump(tx, &person(1))).unwrap(), Some(wanted.clone().canonical()));
        }
        assert_eq!(store::verify(store).unwrap().findings.len(), 1, "rows without events are found, once a table");
    });
}

#[test]
fn a_restricted_record_is_seen_by_those_named_and_counted_for_nobody_else() {
    on_both(|store| {
        area(store);
        let seen = |viewer: &str| numbers(store, &mine(viewer)).into_iter().collect::<BTreeSet<_>>();
        assert!(!seen("worker-1").contains("03") && !seen("worker-1").contains("07"));
        assert!(seen("worker-2").contains("03") && !seen("worker-2").contains("07"));
        let size = |viewer: &str| store.read(|tx| rows::caseload_size(tx, &mine(viewer))).unwrap();
        assert_eq!((size("worker-1"), size("worker-2")), (9, 10));
        let load = |viewer: &str| -> i64 {
            store.read(|tx| rows::load(tx, "east-1", viewer)).unwrap().iter().map(|load| load.cases).sum()
        };
        assert_eq!((load("worker-1"), load("worker-2")), (9, 10));
        let counted = |viewer: &str| -> i64 {
            store.read(|tx| rows::counts(tx, Some("east-1"), viewer)).unwrap().iter().map(|count| count.count).sum()
        };
        assert_eq!((counted("worker-1"), counted("worker-2")), (30, 33));
        let may = |n, who: &str| store.read(|tx| rows::may_see(tx, &person(n), who)).unwrap();
        assert_eq!([may(1, "x"), may(3, "x"), may(3, "worker-2"), may(7, "worker-2")], [true, false, true, false]);
    });
}

#[test]
fn who_is_excluded_does_not_see_what_others_do() {
    on_both(|store| {
        let mut rows = person_rows(1);
        rows.restricted = true;
        rows.cases.iter_mut().for_each(|case| case.restricted = true);
        rows.access = vec![AccessRow { account: "worker-1".into(), may: false }];
        put(store, vec![(person(1), rows)]);
        assert_eq!(numbers(store, &mine("worker-1")), [] as [&str; 0]);
        assert_eq!(numbers(store, &mine("worker-2")), ["01"]);
    });
}

#[test]
fn a_caseload_is_filtered_and_sorted_by_the_database() {
    on_both(|store| {
        area(store);
        let with = |change: &dyn Fn(&mut Caseload)| {
            let mut list = mine("worker-1");
            change(&mut list);
            let size = store.read(|tx| rows::caseload_size(tx, &list)).unwrap();
            let found = numbers(store, &list);
            assert_eq!(i64::try_from(found.len()).unwrap(), size);
            found
        };
        assert_eq!(with(&|list| list.level = Some("very_high".into())), ["00", "04", "08"]);
        assert_eq!(with(&|list| list.kind = Some("life_licence".into())), ["01", "05", "09"]);
        assert_eq!(with(&|list| list.due_by = Some("2026-03-04".into())), ["00", "06", "09"]);
        assert_eq!(with(&|list| list.missed = true), ["01", "10", "02", "04", "05", "08"]);
        assert_eq!(with(&|list| list.running = Running::Ended), ["11"]);
        assert_eq!(with(&|list| list.running = Running::All).len(), 10);
        assert_eq!(with(&|list| list.sort = Sort::Due), ["00", "06", "09", "01", "04", "10", "02", "08", "05"]);
        assert_eq!(with(&|list| list.sort = Sort::Seen), ["00", "04", "08", "01", "02", "05", "06", "09", "10"]);
        assert_eq!(with(&|list| list.sort = Sort::Level), ["00", "04", "08", "01", "05", "09", "02", "06", "10"]);
        assert_eq!(with(&|list| (list.sort, list.descending) = (Sort::Kind, true))[..3], ["09", "05", "01"]);
    });
}

#[test]
fn no_row_is_lost_or_shown_twice_across_pages_however_sorted() {
    on_both(|store| {
        area(store);
        for of in [WorklistOf::Worker("worker-1".into()), WorklistOf::Team("east-1".into())] {
            for sort in Sort::ALL {
                for descending in [false, true] {
                    for limit in [1, 2, 5] {
                        let mut list = Caseload { of: of.clone(), sort, descending, limit, ..mine("worker-2") };
                        let whole = numbers(store, &Caseload { limit: 100, ..list.clone() });
                        let mut paged = Vec::new();
                        loop {
                            let page = store.read(|tx| rows::caseload(tx, &list)).unwrap();
                            let Some(end) = page.last() else { break };
                            assert_eq!(end.cursor.key.is_none(), sort == Sort::Name, "a name stays out of addresses");
                            list.after = Some(end.cursor.clone());
                            paged.extend(page.iter().map(number));
                        }
                        assert_eq!(paged, whole, "{sort:?} {descending} {limit}");
                        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), 10);
                    }
                }
            }
        }
    });
}

#[test]
fn a_diary_has_the_days_asked_for_and_says_what_has_no_outcome() {
    on_both(|store| {
        area(store);
        let diary = |of: WorklistOf, from: &str, until: &str| Diary {
            of,
            viewer: "worker-1".into(),
            from: from.into(),
            until: until.into(),
            limit: 100,
        };
        let worker = || WorklistOf::Worker("worker-1".into());
        let day = store.read(|tx| rows::appointments(tx, &diary(worker(), "2026-03-02", "2026-03-02"))).unwrap();
        let shown: Vec<_> =
            day.iter().map(|planned| (planned.stream.id.as_str(), planned.appointment.contact.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("p000000", "C-2"),
                ("p000005", "C-2"),
                ("p000010", "C-2"),
                ("p000001", "C-1"),
                ("p000006", "C-1"),
                ("p000011", "C-1")
            ],
            "those without a time come first"
        );
        let team = diary(WorklistOf::Team("east-1".into()), "2026-03-01", "2026-03-09");
        assert_eq!(store.read(|tx| rows::appointments(tx, &team)).unwrap().len(), 20);
        let waiting = store.read(|tx| rows::without_outcome(tx, &team)).unwrap();
        assert_eq!(waiting.len(), 10);
        assert!(waiting.iter().all(|planned| planned.appointment.outcome.is_none()));
        assert!(waiting.iter().rev().is_sorted_by_key(|planned| &planned.appointment.on));
        let unseen = store.read(|tx| rows::longest_unseen(tx, &worker(), "worker-1", 5)).unwrap();
        let who: Vec<_> =
            unseen.iter().map(|unseen| (unseen.stream.id.as_str(), unseen.last_contact_on.as_deref())).collect();
        assert_eq!(
            who,
            [
                ("p000000", None),
                ("p000004", None),
                ("p000008", None),
                ("p000001", Some("2026-02-02")),
                ("p000002", Some("2026-02-03"))
            ]
        );
    });
}

#[test]
fn a_tally_agrees_with_the_list_it_counts() {
    on_both(|store| {
        area(store);
        for of in [WorklistOf::Worker("worker-1".into()), WorklistOf::Team("east-1".into())] {
            for viewer in ["worker-1", "worker-2"] {
                let list = Worklist {
                    of: of.clone(),
                    viewer: viewer.into(),
                    governing: true,
                    from: Some("2026-02-01".into()),
                    until: "2026-03-11".into(),
                    after: None,
                    limit: 1_000,
                };
                let listed = store.read(|tx| rows::worklist(tx, &list)).unwrap();
                let tally =
                    store.read(|tx| rows::tally(tx, &of, "2026-02-01", "2026-03-03", "2026-03-11", viewer)).unwrap();
                let count = |fits: &dyn Fn(&str) -> bool| {
                    i64::try_from(listed.iter().filter(|row| fits(&row.due)).count()).unwrap()
                };
                let expected = Tally {
                    late: count(&|due| due < "2026-03-03"),
                    today: count(&|due| due == "2026-03-03"),
                    coming: count(&|due| due > "2026-03-03"),
                };
                assert_eq!(tally, expected);
                assert!(tally.today >= 10);
                let waiting = store
                    .read(|tx| rows::waiting(tx, "east-1", "2026-02-01", "2026-03-03", "2026-03-11", viewer))
                    .unwrap();
                assert_eq!(
                    waiting.iter().map(|one| (one.late, one.due)).collect::<Vec<_>>(),
                    [(tally.late, tally.today + tally.coming)]
                );
            }
        }
    });
}

#[test]
fn orders_that_nobody_has_wait_with_their_clock_and_breaches_for_an_endorsement() {
    on_both(|store| {
        let people = (0..4).map(|n| {
            let mut rows = if n == 2 { restricted_rows(n, &["worker-2"]) } else { person_rows(n) };
            (rows.cases[0].worker, rows.cases[0].team) = (None, None);
            rows.cases[0].imposed_on = Some(format!("2026-03-0{}", 5 - n));
            rows.obligations.truncate(usize::from(n != 1));
            (person(n), rows)
        });
        put(store, people.chain([(person(9), person_rows(9))]).collect());
        let waiting =
            |viewer: &str| store.read(|tx| rows::unallocated(tx, "east", "nos.allocate", viewer, 10)).unwrap();
        let shown: Vec<_> =
            waiting("worker-1").iter().map(|one| (one.person.stream.id.clone(), one.due.clone())).collect();
        let due = || Some("2026-03-03".to_owned());
        assert_eq!(shown, [("p000000".to_owned(), due()), ("p000003".to_owned(), due()), ("p000001".to_owned(), None)]);
        assert_eq!(waiting("worker-2").len(), 4);
        let endorse = |viewer: &str| store.read(|tx| rows::to_endorse(tx, "east-1", viewer, 10)).unwrap();
        assert_eq!(endorse("worker-1").iter().map(|one| one.stream.id.as_str()).collect::<Vec<_>>(), ["p000000"]);
        assert_eq!(endorse("worker-2").len(), 2);
    });
}

#[test]
fn a_count_of_a_quarter_leads_to_its_cases() {
    on_both(|store| {
        area(store);
        let standards = ["nos.allocate".to_owned(), "nos.induction.begin".to_owned()];
        let counted = |viewer: &str, from: &str, until: &str| {
            let found =
                store.read(|tx| rows::counts_of_quarter(tx, "east-1", &standards, from, until, viewer)).unwrap();
            found.get("nos.allocate").and_then(|states| states.get("open")).copied().unwrap_or_default()
        };
        assert_eq!(counted("worker-1", "2026-01-01", "2026-04-01"), 30);
        assert_eq!(counted("worker-2", "2026-01-01", "2026-04-01"), 33);
        assert_eq!(counted("worker-2", "2025-10-01", "2026-01-01"), 0);
        let mut list = StandardCases {
            team: "east-1".into(),
            standard: "nos.allocate".into(),
            from: "2026-01-01".into(),
            until: "2026-04-01".into(),
            state: Some("open".into()),
            viewer: "worker-2".into(),
            after: None,
            limit: 7,
        };
        let mut seen = BTreeSet::new();
        loop {
            let page = store.read(|tx| rows::standard_cases(tx, &list)).unwrap();
            let Some(end) = page.last() else { break };
            list.after = Some(end.cursor.clone());
            for case in page {
                assert!(seen.insert((case.stream, case.order_ref, case.opened_on, case.n)));
            }
        }
        assert_eq!(seen.len(), 33);
    });
}

#[test]
fn a_roll_of_unpaid_work_has_each_running_order_with_hours_left_once_and_nobody_hidden() {
    on_both(|store| {
        let people = (0..9).map(|n| {
            let mut rows = if n == 4 { restricted_rows(n, &["worker-2"]) } else { person_rows(n) };
            rows.sort_name = format!("name {}", n % 3);
            for case in &mut rows.cases {
                case.council = "roll-council".into();
                case.hours_ordered = (n != 2).then_some(100);
                case.minutes_credited = Some(if n == 7 { 6_000 } else { 5_999 });
                case.ended_on = (n == 6).then(|| "2026-03-01".into());
            }
            (person(n), rows)
        });
        put(store, people.collect());
        let roll = |viewer: &str, limit| {
            let mut all: Vec<(String, String)> = Vec::new();
            let mut last: Option<(StreamId, String)> = None;
            loop {
                let after = last.as_ref().map(|(stream, order)| (stream, order.as_str()));
                let page = store.read(|tx| rows::on_unpaid_work(tx, "roll-council", viewer, after, limit)).unwrap();
                let Some((hit, case)) = page.last() else { break all };
                last = Some((hit.stream.clone(), case.order_ref.clone()));
                all.extend(page.into_iter().map(|(hit, case)| (hit.stream.id, case.order_ref)));
            }
        };
        let whole = roll("worker-2", 100);
        assert_eq!(roll("worker-2", 2), whole, "pages of two lose nothing");
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len(), "nobody twice");
        let hidden = |of: &[(String, String)]| of.iter().filter(|(id, _)| *id == person(4).id).count();
        assert!(hidden(&whole) > 0);
        assert_eq!(hidden(&roll("worker-1", 100)), 0);
        for absent in [2, 6, 7] {
            assert!(!whole.iter().any(|(id, _)| *id == person(absent).id), "{absent}");
        }
    });
}

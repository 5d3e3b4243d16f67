//! Plans: their rows are replaced whole, lists find them, and what the public sent waits until it is taken or removed.

use store::plan_inbox::{self, Sent};
use store::plans::{self, PlanConsultationRow, PlanRow, PlanRows, PlanWorkRow};
use store::{StreamId, backup, verify};
use uuid::Uuid;

use crate::world::{NOW, World, entry, event};

fn stream(id: &str) -> StreamId {
    StreamId::new("plan", id)
}

fn rows(title: &str, is_public: bool, due: &[(&str, &str)]) -> PlanRows {
    let plan = PlanRow {
        agency: "capital".into(),
        kind: "area_plan".into(),
        title: title.into(),
        first_day: "2026-04-01".into(),
        last_day: "2029-03-31".into(),
        owner: "board".into(),
        status: "in_force".into(),
        is_public,
        holds: "2 actions".into(),
        ..PlanRow::default()
    };
    let work = due.iter().map(|(item, due)| PlanWorkRow {
        item: (*item).into(),
        text: "Meet".into(),
        lead: Some("nhs".into()),
        due: Some((*due).into()),
        ..PlanWorkRow::default()
    });
    let consultation = PlanConsultationRow {
        consultation: "c1".into(),
        title: "What do you think?".into(),
        opened: "2026-02-01".into(),
        closes: "2026-04-01".into(),
        closed_on: None,
        questions: 3,
    };
    PlanRows { plan, work: work.collect(), consultations: vec![consultation] }.canonical()
}

#[test]
fn rows_of_a_plan_are_replaced_whole_and_lists_find_them() {
    for world in World::each() {
        let store = world.open();
        let first = rows("First", true, &[("a", "2026-03-01"), ("b", "2026-05-01")]);
        let second = rows("Second", false, &[("a", "2026-02-01")]);
        let (kept, other) = (first.clone(), second.clone());
        store
            .write(move |tx| {
                plans::replace(tx, &stream("p1"), &rows("Before", false, &[("gone", "2026-01-01")]))?;
                plans::replace(tx, &stream("p1"), &kept)?;
                plans::replace(tx, &stream("p2"), &other)
            })
            .unwrap();
        let dump = |id: &str| store.read(|tx| plans::dump(tx, &stream(id))).unwrap();
        assert_eq!((dump("p1"), dump("p2"), dump("p3")), (Some(first), Some(second), None));
        let titles = |only_public| {
            let found = store.read(|tx| plans::list(tx, only_public)).unwrap();
            found.into_iter().map(|(_, plan)| plan.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(false), ["First", "Second"]);
        assert_eq!(titles(true), ["First"], "a draft is not for everybody");
        let due = |until: &str, lead: Option<&str>| {
            let found = store.read(|tx| plans::due(tx, until, lead, 10)).unwrap();
            found.into_iter().map(|(stream, _, work)| format!("{} {}", stream.id, work.item)).collect::<Vec<_>>()
        };
        assert_eq!(due("2026-03-31", None), ["p2 a", "p1 a"], "the earliest first, and nothing later");
        assert_eq!(due("2026-12-31", Some("police")), [""; 0], "nobody else's");
        let open = store.read(plans::consultations).unwrap();
        assert_eq!(open.len(), 1, "only of a plan that is public");
    }
}

#[test]
fn what_the_public_sent_waits_once_and_survives_a_backup() {
    for world in World::each() {
        let store = world.open();
        let sent = Sent {
            stream: stream("p1"),
            id: Uuid::from_u128(7),
            kind: "consultation.answered".into(),
            about: "c1".into(),
            body: "{}".into(),
            origin: vec![1, 2],
            received_at: NOW,
        };
        let (once, twice) = (sent.clone(), Sent { body: "{\"x\":1}".into(), ..sent.clone() });
        store.write(move |tx| plan_inbox::keep(tx, &once).and_then(|()| plan_inbox::keep(tx, &twice))).unwrap();
        store.write(|tx| plans::replace(tx, &stream("p1"), &rows("First", true, &[]))).unwrap();
        let file = world.dir.path().join("plans.backup");
        backup::backup(&store, &file).unwrap();
        for into in World::each() {
            backup::restore(&file, &into.location, NOW).unwrap();
            let copy = into.open();
            assert_eq!(copy.read(|tx| plan_inbox::list(tx, &stream("p1"), 9)).unwrap(), std::slice::from_ref(&sent));
            assert_eq!(copy.read(|tx| plan_inbox::waiting(tx, &stream("p1"))).unwrap(), 1);
            let remove = |tx: &mut dyn store::Tx| plan_inbox::remove(tx, &stream("p1"), &Uuid::from_u128(7));
            assert!(copy.write(remove).unwrap());
            assert!(!copy.write(remove).unwrap(), "it is gone");
            assert_eq!(copy.read(|tx| plan_inbox::one(tx, &stream("p1"), &Uuid::from_u128(7))).unwrap(), None);
        }
    }
}

#[test]
fn a_plan_is_chained_and_rows_without_a_plan_are_found() {
    for world in World::each() {
        let store = world.open();
        store
            .write(|tx| {
                let appended = store::events::append(tx, &stream("p1"), 0, &[event(1), event(2)])?;
                plans::replace(tx, &stream("p1"), &rows("First", true, &[("a", "2026-03-01")]))?;
                let entry = entry(store::access_log::Action::Collection, &stream("p1"), vec![appended]);
                store::access_log::write(tx, &entry).map(drop)
            })
            .unwrap();
        assert!(verify(&store).unwrap().is_clean());
        store.write(|tx| plans::replace(tx, &stream("p9"), &rows("Nobody's", true, &[]))).unwrap();
        let findings = verify(&store).unwrap().findings;
        assert_eq!(findings, ["plan/p9: the read models hold a plan for it, the record does not."]);
    }
}

#[test]
fn a_secret_is_made_once() {
    for world in World::each() {
        let store = world.open();
        assert_eq!(store.read(|tx| store::secrets::kept(tx, "form")).unwrap(), None);
        assert_eq!(store.write(|tx| store::secrets::keep(tx, "form", &[1])).unwrap(), [1]);
        assert_eq!(store.write(|tx| store::secrets::keep(tx, "form", &[2])).unwrap(), [1], "another server's stands");
    }
}

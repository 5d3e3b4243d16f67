use crate::decided::{calendars, size};
use record::What;
use std::collections::{BTreeMap, BTreeSet};
use synthetic::{Area, Role, Size, SyntheticError, people};

#[test]
fn every_council_has_teams_and_every_role() {
    let area = Area::of(3).unwrap();
    assert_eq!(area.councils.len(), 5);
    let references: BTreeSet<_> = area.workers.iter().map(|worker| worker.reference.clone()).collect();
    assert_eq!(references.len(), area.workers.len(), "no two share a reference");
    for council in &area.councils {
        let roles: BTreeSet<Role> = area
            .workers
            .iter()
            .filter(|worker| worker.council == council.reference)
            .map(|worker| worker.role)
            .collect();
        assert_eq!(roles.len(), 6, "{}", council.name);
        assert!(area.teams.iter().any(|team| team.council == council.reference && team.unpaid_work));
    }
    for team in &area.teams {
        let managers = area
            .workers
            .iter()
            .filter(|worker| worker.role == Role::TeamManager && worker.team.as_ref() == Some(&team.reference));
        assert_eq!(managers.count(), 1, "{}", team.name);
    }
}

#[test]
fn a_case_manager_has_about_45_cases() {
    let size = Size {
        people: 4_000,
        newcomers: 0,
        former: 0,
        from: "2024-04-01".parse().unwrap(),
        until: "2026-03-31".parse().unwrap(),
    };
    let (area, calendars) = (Area::staffed_for(1, size).unwrap(), calendars());
    let day = "2026-03-30".parse().unwrap();
    let mut open: BTreeMap<String, u32> = BTreeMap::new();
    for person in people(1, size, &area, &calendars).unwrap() {
        let record = record::History::new(person.unwrap().events).record();
        let manager =
            record.supervision.case_manager_on(day).filter(|_| record.orders.values().any(|o| o.runs_on(day)));
        if let Some(manager) = manager {
            *open.entry(manager.worker.as_str().to_owned()).or_default() += 1;
        }
    }
    let managers = area.workers.iter().filter(|worker| worker.role == Role::CaseManager).count();
    let mean = f64::from(open.values().sum::<u32>()) / f64::from(u32::try_from(managers).unwrap());
    assert!((30.0..60.0).contains(&mean), "{mean}");
}

#[test]
fn things_are_written_down_after_they_happened_and_never_after_the_end() {
    let size = Size {
        people: 150,
        newcomers: 0,
        former: 0,
        from: "2026-01-05".parse().unwrap(),
        until: "2026-05-29".parse().unwrap(),
    };
    let (area, calendars) = (Area::of(5).unwrap(), calendars());
    let workers: BTreeSet<_> = area.workers.iter().map(|worker| worker.reference.clone()).collect();
    let mut ids = BTreeSet::new();
    for person in people(5, size, &area, &calendars).unwrap() {
        let person = person.unwrap();
        assert!(person.events.is_sorted_by_key(|event| event.stamp.recorded), "{}", person.id);
        for event in &person.events {
            let told = event.stamp.recorded.to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap()).datetime();
            let happened = event.stamp.happened.date().to_datetime(event.stamp.happened.time().unwrap_or_default());
            assert!(happened <= told && event.stamp.recorded_on() <= size.until, "{}", event.what.kind());
            assert!(workers.contains(&event.stamp.by), "{}", event.stamp.by);
            assert!(ids.insert(event.stamp.id), "an identifier stands for one event");
            let body = event.what.body().unwrap();
            assert_eq!(What::read(event.what.kind(), event.what.version(), &body).unwrap(), event.what);
        }
    }
}

#[test]
fn an_area_that_cannot_be_made_is_refused_with_the_way_out() {
    let (area, all) = (Area::of(5).unwrap(), calendars());
    let day = |text: &str| text.parse().unwrap();
    let refused = |size: Size| people(5, size, &area, &all).err().map(|error| error.to_string()).unwrap();
    let backwards = Size { people: 1, newcomers: 0, former: 0, from: day("2026-01-01"), until: day("2025-01-01") };
    assert!(refused(backwards).contains("give an earlier beginning"));
    let beyond = Size { people: 1, newcomers: 0, former: 0, from: day("2034-01-01"), until: day("2040-01-01") };
    assert!(refused(beyond).contains("2040"));
    let none = calendar::load::<&str, &str>(&[]).unwrap();
    assert!(matches!(people(5, size(1), &area, &none).err(), Some(SyntheticError::Calendar(_))));
}

#[test]
fn of_people_sentenced_before_there_are_court_papers_alone() {
    let former = Size { people: 5, newcomers: 2, former: 60, ..size(0) };
    let (area, calendars) = (Area::of(5).unwrap(), calendars());
    let people: Vec<_> = people(5, former, &area, &calendars).unwrap().map(Result::unwrap).collect();
    assert_eq!(people.len(), 67);
    let mut again = 0;
    for person in &people[7..] {
        let record = record::History::new(person.events.clone()).record();
        assert!(record.orders.is_empty(), "{}", person.id);
        let first = record.court.convictions.first().map(|(on, _)| *on).unwrap();
        assert!(first < former.from, "{}: {first}", person.id);
        again += usize::from(record.court.convictions.len() > 1);
    }
    assert!((12..40).contains(&again), "{again} of 60 were convicted again");
}

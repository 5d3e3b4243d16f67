//! What the desk shows, and to whom: lists, counts and totals leave out what is restricted to others; another council's
//! lists stay closed; pages lose nothing; a count leads down to the event.

use crate::world::{World, actor, payback_order};
use serde_json::json;
use service::{
    Actor, Capacity, CaseloadAsked, Member, Obliged, Part, PersonId, Quarter, Role, Running, ServiceError, Sort,
    StandardCasesAsked, WorklistOf,
};
use std::collections::BTreeSet;

/// Every running case of somebody, by name.
pub(crate) fn everything(of: WorklistOf<'_>) -> CaseloadAsked<'_> {
    CaseloadAsked {
        of,
        running: Running::Now,
        level: None,
        kind: None,
        due_within: None,
        missed: false,
        sort: Sort::Name,
        descending: false,
        after: None,
    }
}

fn manager() -> Actor {
    actor("w-cat", &[Role::TeamManager], "capital", "t-east")
}

/// Monday 2 March 2026: Amy has five people and Bob two; the record of one of Amy's is for Zoe alone besides her; one
/// order is not allocated; a council away there is a manager.
fn area() -> World {
    let world = World::new();
    let admin = actor("w-gus", &[Role::Administrator], "capital", "");
    for (name, actor) in [
        ("Amy Adams", actor("w-amy", &[Role::CaseManager], "capital", "t-east")),
        ("Bob Boyle", actor("w-bob", &[Role::CaseManager], "capital", "t-east")),
        ("Cat Craig", manager()),
        ("Zoe Zander", actor("w-zoe", &[Role::CaseManager], "capital", "t-east")),
        ("Hal Hume", actor("w-hal", &[Role::TeamManager], "hills", "t-hills")),
    ] {
        let member = Member { name: name.try_into().unwrap(), actor };
        world.service.add_staff(&world.request(&admin), world.id(), &member).unwrap();
    }
    let names = ["Baird", "Craig", "Adams", "Eadie", "Doig", "Grant", "Frame", "Hume"];
    for (n, family) in names.iter().enumerate() {
        let (person, order) = (format!("p-{n}"), format!("CPO-{n}"));
        let say = |version, happened: &str, kind: &str, data| {
            world.try_say(&person, version, happened, kind, &data).unwrap_or_else(|error| panic!("{kind}: {error}"))
        };
        say(0, "2026-01-05", "person.named", json!({"kind": "legal", "given": "Sam", "family": family}));
        say(1, "2026-02-23", "order.imposed", payback_order(&order, 100));
        say(2, "2026-02-26", "order.received", json!({"order": order, "copy_order": true}));
        if n == 7 {
            continue;
        }
        let worker = if n < 5 { "w-amy" } else { "w-bob" };
        say(3, "2026-02-27", "supervision.allocated", json!({"worker": worker, "team": "t-east"}));
        let level = ["low", "medium", "high", "very_high"][n % 4];
        say(4, "2026-02-27", "supervision.level_set", json!({"level": level, "reasons": "for the test"}));
        let plan = |on: &str, at: &str| json!({"contact": format!("C-{n}-{on}"), "kind": "office", "with": "case_manager", "on": on, "at": at, "place": "East office"});
        say(5, "2026-02-27", "contact.planned", plan("2026-03-01", "10:00:00"));
        say(6, "2026-02-27", "contact.planned", plan("2026-03-02", if n == 0 { "14:30:00" } else { "09:00:00" }));
        if n == 1 {
            say(7, "2026-02-28", "contact.held", json!({"kind": "office", "with": "case_manager"}));
        }
        if n == 4 {
            say(7, "2026-02-28", "person.restricted", json!({"reason": "known to staff", "only": ["w-zoe"]}));
        }
    }
    world
}

fn names<T>(rows: &[T], name: impl Fn(&T) -> &str) -> Vec<String> {
    rows.iter().map(|row| name(row).trim_start_matches("Sam ").to_owned()).collect()
}

#[test]
fn the_day_shows_what_is_due_planned_and_unrecorded_and_counts_what_it_shows() {
    let world = area();
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let day = world.service.today(&world.request(&amy), WorklistOf::Worker("w-amy")).unwrap();
    let shown = (day.late.len() as u64, day.due.len() as u64, day.coming.len() as u64);
    assert_eq!(shown, (day.tally.late, day.tally.today, day.tally.coming.min(20)));
    assert!(day.tally.late > 0 && day.tally.coming > 0);
    assert!(day.late.iter().all(|todo| todo.late) && day.coming.iter().all(|todo| !todo.late));
    assert_eq!(names(&day.appointments, |one| &one.name), ["Craig", "Adams", "Eadie", "Doig", "Baird"]);
    assert_eq!(day.appointments[4].at.map(|at| at.to_string()), Some("14:30:00".into()));
    assert_eq!(day.without_outcome.len(), 5);
    assert_eq!(day.unseen.len(), 5);
    assert_eq!(day.unseen.iter().filter(|one| one.last_contact_on.is_none()).count(), 4);
    assert_eq!(day.unseen[4].name, "Sam Craig");
    let todo = &day.coming[0];
    assert!(!todo.title.is_empty() && todo.source.starts_with('S') || todo.source.contains("Act"), "{}", todo.source);
}

#[test]
fn what_is_restricted_to_others_is_in_no_list_no_count_and_no_total() {
    let world = area();
    let (cat, zoe) = (manager(), actor("w-zoe", &[Role::CaseManager, Role::TeamManager], "capital", "t-east"));
    let team = WorklistOf::Team("t-east");
    let look = |who: &Actor| {
        let request = world.request(who);
        let day = world.service.today(&request, team).unwrap();
        let cases = world.service.cases_in_hand(&request, &everything(team)).unwrap();
        let page = world.service.team(&request, "t-east").unwrap();
        let standards = world.service.team_standards(&request, "t-east", Quarter::of(request.today())).unwrap();
        let asked = StandardCasesAsked {
            team: "t-east",
            standard: "nos.allocate",
            quarter: Quarter::of(request.today()),
            state: None,
            after: None,
        };
        let behind = world.service.standard_cases(&request, &asked).unwrap();
        let wanted = world.service.without_outcome(&request, team).unwrap();
        let wanted: Vec<_> = wanted.days.into_iter().flat_map(|day| day.appointments).collect();
        assert_eq!(wanted, day.without_outcome, "few enough to be all on the first page");
        assert!(!day.more_without_outcome);
        let diary = world.service.diary(&request, team, request.today(), 1).unwrap();
        let mut seen: BTreeSet<String> = names(&day.late, |one| &one.name).into_iter().collect();
        seen.extend(names(&day.coming, |one| &one.name));
        seen.extend(names(&day.without_outcome, |one| &one.name));
        seen.extend(names(&day.unseen, |one| &one.name));
        seen.extend(names(&cases.rows, |one| &one.name));
        seen.extend(names(&behind.rows, |one| &one.name));
        seen.extend(names(&diary.days[0].appointments, |one| &one.name));
        let amy = page.workers.iter().find(|worker| worker.account == "w-amy").unwrap();
        let allocated = standards.rows.iter().find(|row| row.standard == "nos.allocate").unwrap();
        let totals = (
            cases.size,
            cases.whole,
            amy.cases,
            amy.by_level.values().sum::<u64>(),
            allocated.judged() + allocated.open,
            diary.days[0].appointments.len(),
        );
        (seen, totals, day.tally)
    };
    let (seen, totals, tally) = look(&cat);
    assert!(!seen.contains("Doig"), "{seen:?}");
    assert_eq!(totals, (6, 6, 4, 4, 6, 6));
    let (seen, totals, more) = look(&zoe);
    assert!(seen.contains("Doig"));
    assert_eq!(totals, (7, 7, 5, 5, 7, 7));
    assert!(more.late + more.coming > tally.late + tally.coming);
    let hidden = world.service.allocation(&world.request(&cat), &PersonId::new("p-4").unwrap(), "t-east");
    assert!(matches!(hidden, Err(ServiceError::NotFound)));
    let absent = world.service.allocation(&world.request(&cat), &PersonId::new("p-99").unwrap(), "t-east");
    assert!(matches!(absent, Err(ServiceError::NotFound)));
}

#[test]
fn another_councils_lists_stay_closed_whoever_asks() {
    let world = area();
    let hal = actor("w-hal", &[Role::TeamManager], "hills", "t-hills");
    let request = world.request(&hal);
    for of in [WorklistOf::Team("t-east"), WorklistOf::Worker("w-amy"), WorklistOf::Worker("w-nobody")] {
        assert!(matches!(world.service.today(&request, of), Err(ServiceError::NotAllowed { .. })), "{of:?}");
        assert!(world.service.worklist(&request, of, 7).is_err());
        assert!(world.service.cases_in_hand(&request, &everything(of)).is_err());
    }
    assert!(world.service.caseload(&request, "w-amy").is_err());
    assert!(world.service.team(&request, "t-east").is_err());
    assert!(world.service.allocation(&request, &PersonId::new("p-1").unwrap(), "t-east").is_err());
    let own = world.service.allocation(&request, &PersonId::new("p-1").unwrap(), "t-hills");
    assert!(matches!(own, Err(ServiceError::NotAllowed { .. })), "a person of another council is not theirs");
    let capacity = Capacity { from: request.today(), points: 1, reason: "no".try_into().unwrap() };
    assert!(world.service.set_capacity(&request, world.id(), &"w-amy".try_into().unwrap(), &capacity).is_err());
    let west = actor("w-wes", &[Role::CaseManager], "capital", "t-west");
    assert!(world.service.today(&world.request(&west), WorklistOf::Worker("w-amy")).is_err(), "nor another team's");
}

#[test]
fn a_caseload_is_filtered_and_its_pages_follow_each_other() {
    let world = area();
    let cat = manager();
    let request = world.request(&cat);
    let team = everything(WorklistOf::Team("t-east"));
    let shown = |asked: &CaseloadAsked<'_>| {
        let page = world.service.cases_in_hand(&request, asked).unwrap();
        assert_eq!((page.rows.len() as u64, page.whole), (page.size, 6));
        names(&page.rows, |row| &row.name)
    };
    assert_eq!(shown(&team), ["Adams", "Baird", "Craig", "Eadie", "Frame", "Grant"]);
    assert_eq!(
        shown(&CaseloadAsked { descending: true, ..team }),
        ["Grant", "Frame", "Eadie", "Craig", "Baird", "Adams"]
    );
    assert_eq!(shown(&CaseloadAsked { level: Some("medium"), ..team }), ["Craig", "Grant"]);
    assert_eq!(shown(&CaseloadAsked { sort: Sort::Level, ..team })[..2], ["Eadie", "Adams"]);
    assert_eq!(shown(&CaseloadAsked { kind: Some("dtto"), ..team }), [] as [&str; 0]);
    assert_eq!(shown(&CaseloadAsked { missed: true, ..team }).len(), 6, "first contact was missed by all");
    for sort in Sort::ALL {
        let page = world.service.cases_in_hand(&request, &CaseloadAsked { sort, ..team }).unwrap();
        assert_eq!(page.next, None);
    }
    let case = |row: &service::CaseInHand| (row.unpaid_work, row.attendance.clone(), row.next.is_some());
    let page = world.service.cases_in_hand(&request, &team).unwrap();
    assert_eq!(case(&page.rows[2]), (Some((6_000, 0)), vec![true], true));
    for wrong in ["x", "~~", "name~p 1~CPO-1", "Craig~p-1~CPO-1", "~p-1~CPO 1; DROP"] {
        let asked = CaseloadAsked { after: Some(wrong), ..team };
        assert!(matches!(world.service.cases_in_hand(&request, &asked), Err(ServiceError::Asked(_))), "{wrong}");
    }
    let after = CaseloadAsked { after: Some("~p-0~CPO-0"), ..team };
    let rest = world.service.cases_in_hand(&request, &after).unwrap();
    assert_eq!(names(&rest.rows, |row| &row.name), ["Craig", "Eadie", "Frame", "Grant"]);
}

#[test]
fn all_of_a_part_is_what_the_day_counts() {
    let world = area();
    let cat = manager();
    let request = world.request(&cat);
    let team = WorklistOf::Team("t-east");
    let tally = world.service.today(&request, team).unwrap().tally;
    for (part, count) in [(Part::Late, tally.late), (Part::Due, tally.today), (Part::Coming, tally.coming)] {
        let page = world.service.outstanding(&request, team, part, None).unwrap();
        assert_eq!((page.rows.len() as u64, page.tally, page.next), (count, tally, None));
    }
    let page = world.service.outstanding(&request, team, Part::Coming, Some("2026-03-05~0")).unwrap();
    assert!(page.rows.iter().all(|todo| todo.due.to_string().as_str() >= "2026-03-05"));
    assert!(world.service.outstanding(&request, team, Part::Late, Some("soon")).is_err());
}

#[test]
fn an_order_is_allocated_with_workload_in_view() {
    let world = area();
    let cat = manager();
    let team = || world.service.team(&world.request(&cat), "t-east").unwrap();
    let before = team();
    assert_eq!(names(&before.unallocated, |one| &one.name), ["Hume"]);
    let waiting = &before.unallocated[0];
    assert_eq!((waiting.due.map(|due| due.to_string()), waiting.late), (Some("2026-03-02".into()), false));
    assert_eq!(names(&before.workers, |one| &one.name), ["Amy Adams", "Bob Boyle", "Zoe Zander"]);
    let bob = before.workers[1].clone();
    assert_eq!((bob.cases, bob.case_points, bob.capacity), (2, 6, 100));

    let person = PersonId::new("p-7").unwrap();
    let allocation = world.service.allocation(&world.request(&cat), &person, "t-east").unwrap();
    assert_eq!((allocation.points, allocation.current.clone(), allocation.version), (2, None, 3));
    let then = &allocation.candidates[1];
    assert_eq!((then.worker.points(), then.after, then.has_it), (bob.points(), bob.points() + 2, false));

    let data = json!({"worker": "w-bob", "team": "t-east"});
    let entry = world.entry("2026-03-02", "supervision.allocated", &data);
    world.service.record(&world.request(&cat), &person, allocation.version, vec![entry]).unwrap();
    let after = team();
    assert!(after.unallocated.is_empty());
    assert_eq!((after.workers[1].cases, after.workers[1].case_points), (3, 8));

    let from = "2026-03-02".parse().unwrap();
    let capacity = Capacity { from, points: 40, reason: "two days a week".try_into().unwrap() };
    world.service.set_capacity(&world.request(&cat), world.id(), &"w-bob".try_into().unwrap(), &capacity).unwrap();
    let later = Capacity { from: "2026-04-01".parse().unwrap(), points: 100, reason: "full-time".try_into().unwrap() };
    world.service.set_capacity(&world.request(&cat), world.id(), &"w-bob".try_into().unwrap(), &later).unwrap();
    let bob = team().workers[1].clone();
    assert_eq!((bob.capacity, bob.capacity_reason.as_deref()), (40, Some("two days a week")));
    assert_eq!(bob.percent(), (bob.points() * 100 + 20) / 40);
    world.at("2026-04-01T09:00:00");
    assert_eq!(team().workers[1].capacity, 100);
}

#[test]
fn a_new_order_of_somebody_with_a_case_manager_waits_to_be_allocated_and_can_be() {
    let world = area();
    let cat = manager();
    world.try_say("p-1", 8, "2026-03-02", "order.imposed", &payback_order("CPO-X", 60)).unwrap();
    world.try_say("p-1", 9, "2026-03-02", "order.received", &json!({"order": "CPO-X", "copy_order": true})).unwrap();
    let team = world.service.team(&world.request(&cat), "t-east").unwrap();
    let again = team.unallocated.iter().find(|one| one.case == "CPO-X").unwrap();
    assert_eq!(again.has.as_deref(), Some("Amy Adams"));
    let same = json!({"worker": "w-amy", "team": "t-east"});
    world.try_say("p-1", 10, "2026-03-02", "supervision.allocated", &same).unwrap();
    let team = world.service.team(&world.request(&cat), "t-east").unwrap();
    assert!(team.unallocated.iter().all(|one| one.case != "CPO-X"));
    assert!(world.try_say("p-1", 11, "2026-03-02", "supervision.allocated", &same).is_err(), "once is enough");
}

#[test]
fn a_breach_waits_for_its_endorsement() {
    let world = area();
    let cat = manager();
    let waiting = || world.service.team(&world.request(&cat), "t-east").unwrap().to_endorse;
    assert_eq!(waiting(), []);
    let proposed = json!({"breach": "B-1", "order": "CPO-2", "incidents": [], "reasons": "three absences"});
    world.try_say("p-2", 7, "2026-03-02", "breach.proposed", &proposed).unwrap();
    let found = waiting();
    assert_eq!((found.len(), found[0].name.as_str(), found[0].stage.as_str()), (1, "Sam Adams", "proposed"));
    assert_eq!(found[0].worker_name.as_deref(), Some("Amy Adams"));
    let endorsed = json!({"breach": "B-1", "discussion": "agreed"});
    world.try_say("p-2", 8, "2026-03-02", "breach.endorsed", &endorsed).unwrap();
    assert_eq!(waiting(), []);
}

#[test]
fn a_count_leads_to_the_case_and_to_the_events_that_opened_and_settled_it() {
    let world = area();
    let cat = manager();
    let request = world.request(&cat);
    let quarter: Quarter = "2026-q1".parse().unwrap();
    let standards = world.service.team_standards(&request, "t-east", quarter).unwrap();
    let allocate = standards.rows.iter().find(|row| row.standard == "nos.allocate").unwrap();
    assert_eq!((allocate.met, allocate.late, allocate.missed), (6, 0, 0));
    let (team, standard) = ("t-east", "nos.allocate");
    let asked = StandardCasesAsked { team, standard, quarter, state: Some("met"), after: None };
    let cases = world.service.standard_cases(&request, &asked).unwrap();
    assert_eq!((cases.rows.len(), cases.next), (6, None));
    let case = &cases.rows[0];
    let obliged = Obliged { case: &case.case, standard, opened_on: case.opened_on, n: case.n };
    let reason = world.service.reason(&request, &case.person, &obliged).unwrap();
    assert_eq!((reason.state, reason.on.map(|on| on.to_string())), ("met", Some("2026-02-27".into())));
    assert!(reason.explanation.contains("S3 NOS 2010 5.3") && reason.explanation.contains("2 working days"));
    let kinds = |traces: &[service::Trace]| traces.iter().map(|trace| trace.event.what.kind()).collect::<Vec<_>>();
    assert_eq!(kinds(&reason.opened_by), ["order.received"]);
    assert_eq!(kinds(&reason.settled_by), ["supervision.allocated"]);
    let no_such = Obliged { n: 7, ..obliged };
    assert!(matches!(world.service.reason(&request, &case.person, &no_such), Err(ServiceError::Asked(_))));
}

#[test]
fn every_obligation_on_the_day_has_its_reason() {
    let world = area();
    let amy = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
    let request = world.request(&amy);
    let day = world.service.today(&request, WorklistOf::Worker("w-amy")).unwrap();
    for todo in day.late.iter().chain(&day.due).chain(&day.coming) {
        let obliged = Obliged { case: &todo.case, standard: &todo.standard, opened_on: todo.opened_on, n: todo.n };
        let reason = world.service.reason(&request, &todo.person, &obliged).unwrap();
        assert_eq!(reason.due, Some(todo.due), "{}", todo.standard);
        assert!(reason.explanation.contains(reason.source.split(';').next().unwrap()), "{}", reason.explanation);
    }
}

//! Finding people: the scenarios of `search.toml` on both databases, and what those outside a restriction learn.

use crate::world::{World, actor, locations, payback_order, repository};
use serde::Deserialize;
use serde_json::json;
use service::{PersonId, Query, Role};
use store::{Options, Store, access_log, rows};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    person: Vec<Person>,
    query: Vec<Asked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    id: String,
    names: Vec<[String; 3]>,
    born: Option<String>,
    #[serde(default)]
    numbers: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    why: String,
    text: Option<String>,
    born: Option<String>,
    number: Option<String>,
    finds: Vec<String>,
}

fn scenarios() -> Scenarios {
    let file = repository().join("crates/service/tests/it/search.toml");
    toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn say(world: &World, id: &str, version: &mut u64, kind: &str, data: &serde_json::Value) {
    world.try_say(id, *version, "2026-03-02", kind, data).unwrap();
    *version += 1;
}

fn register(world: &World, person: &Person) {
    let mut version = 0;
    for [kind, given, family] in &person.names {
        let name = match given.as_str() {
            "" => json!({"kind": kind, "family": family}),
            given => json!({"kind": kind, "given": given, "family": family}),
        };
        say(world, &person.id, &mut version, "person.named", &name);
    }
    if let Some(born) = &person.born {
        say(world, &person.id, &mut version, "person.born", &json!({"born": born}));
    }
    for [kind, value] in &person.numbers {
        let identifier = json!({"identifier": {"kind": kind, "value": value}});
        say(world, &person.id, &mut version, "person.identified", &identifier);
    }
    let order = payback_order(&format!("CPO-{}-1", person.id), 100);
    say(world, &person.id, &mut version, "order.imposed", &order);
    let allocated = json!({"worker": "w-amy", "team": "t-east"});
    say(world, &person.id, &mut version, "supervision.allocated", &allocated);
}

#[test]
fn whoever_is_meant_comes_first() {
    for location in locations() {
        let world = World::on(&location);
        let scenarios = scenarios();
        scenarios.person.iter().for_each(|person| register(&world, person));
        let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
        let mut missed = Vec::new();
        for asked in &scenarios.query {
            let query =
                Query { name: asked.text.clone(), identifier: asked.number.clone(), date_of_birth: asked.born.clone() };
            let results = world.service.search(&world.request(&amy), &query).unwrap();
            let found: Vec<&str> = results.people.iter().map(|found| found.person.as_str()).collect();
            let first = found.first().copied() == asked.finds.first().map(String::as_str);
            if !first || asked.finds.iter().any(|person| !found.contains(&person.as_str())) {
                missed.push(format!("{}: {found:?} instead of {:?}", asked.why, asked.finds));
            }
        }
        assert_eq!(missed, Vec::<String>::new());
        let auditor = actor("w-aud", &[Role::Auditor], "capital", "");
        assert_eq!(world.service.verify(&world.request(&auditor)).unwrap().findings, Vec::<String>::new());
    }
}

#[test]
fn a_result_shows_who_it_is_and_who_has_the_case() {
    let world = World::new();
    scenarios().person.iter().for_each(|person| register(&world, person));
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let query = Query { name: Some("jim mcdonald 1990".into()), ..Query::default() };
    let results = world.service.search(&world.request(&amy), &query).unwrap();
    let james = &results.people[0];
    assert_eq!((james.name.as_str(), james.born.as_str()), ("Jim McDonald", "1990-05-17"));
    assert_eq!(james.also_known_as, ["James McDonald"]);
    assert_eq!(james.identifiers[1], ("pnc".to_owned(), "2003/0011985X".to_owned()));
    assert_eq!(james.cases[0].reference, "CPO-james-1");
    assert_eq!((james.cases[0].worker.as_deref(), james.cases[0].team.as_deref()), (Some("w-amy"), Some("t-east")));
    assert_eq!((results.words.join(" ").as_str(), results.born.as_deref()), ("jim macdonald", Some("in 1990")));
}

#[test]
fn the_log_lists_who_was_shown_and_never_what_was_typed() {
    let world = World::new();
    scenarios().person.iter().for_each(|person| register(&world, person));
    let bob = actor("w-bob", &[Role::CaseManager], "capital", "t-west");
    let query = Query { name: Some("Jimmy McDonald 1961".into()), ..Query::default() };
    let found = world.service.search(&world.request(&bob), &query).unwrap().people;
    assert_eq!(found[0].person.as_str(), "james-elder");
    let auditor = actor("w-aud", &[Role::Auditor], "capital", "");
    let looks = world.service.who_looked(&world.request(&auditor), &PersonId::new("james-elder").unwrap()).unwrap();
    let by_bob: Vec<_> = looks.iter().filter(|look| look.actor == "w-bob").collect();
    assert_eq!(by_bob.len(), 1);
    assert_eq!((by_bob[0].detail.as_str(), by_bob[0].action), ("search", "consultation"));
    let stephen = world.service.who_looked(&world.request(&auditor), &PersonId::new("stephen").unwrap()).unwrap();
    assert!(stephen.iter().all(|look| look.actor != "w-bob"), "who was not shown was not looked at");
    let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
    store
        .read(|tx| {
            access_log::each_entry(tx, &mut |entry| {
                let written = format!("{:?}", entry.entry).to_lowercase();
                assert!(!written.contains("jimmy") && !written.contains("1961"), "{written}");
                Ok(())
            })
        })
        .unwrap();
}

#[test]
fn a_restricted_person_is_found_by_nobody_outside_in_any_way_and_is_not_counted() {
    for location in locations() {
        let world = World::on(&location);
        scenarios().person.iter().for_each(|person| register(&world, person));
        let version = |id: &str| {
            let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
            let stream = store::StreamId::new("person", id);
            u64::try_from(store.read(|tx| store::events::version(tx, &stream)).unwrap()).unwrap()
        };
        let restricted = json!({"reason": "known to staff", "only": ["w-zoe"]});
        world.try_say("james", version("james"), "2026-03-02", "person.restricted", &restricted).unwrap();
        let excluded = json!({"worker": "w-bob", "reason": "a relative"});
        world.try_say("stephen", version("stephen"), "2026-03-02", "person.excluded", &excluded).unwrap();

        let finds = |worker: &str, query: &Query| {
            let actor = actor(worker, &[Role::CaseManager, Role::TeamManager], "capital", "t-west");
            let results = world.service.search(&world.request(&actor), query).unwrap();
            assert!(!results.more);
            results.people.into_iter().map(|found| found.person.as_str().to_owned()).collect::<Vec<_>>()
        };
        let by = |name: &str| Query { name: Some(name.into()), ..Query::default() };
        let born = Query { date_of_birth: Some("17/5/1990".into()), ..Query::default() };
        for query in [by("jim macdonald"), by("2003/0011985X"), by("CPO-james-1"), by("mcdonald 1990"), born] {
            assert!(!finds("w-bob", &query).contains(&"james".to_owned()), "{query:?}");
            assert!(finds("w-zoe", &query).contains(&"james".to_owned()), "{query:?}");
            assert!(
                finds("w-amy", &query).contains(&"james".to_owned()),
                "the case manager still finds them: {query:?}"
            );
        }
        assert_eq!(finds("w-bob", &by("jim mcdonald")), ["james-elder"]);
        assert_eq!(finds("w-bob", &by("Stephen Reid")), Vec::<String>::new());
        assert_eq!(finds("w-zoe", &by("Stephen Reid")), ["stephen"]);
        // Timing: the same statement answers for everybody, from the read models; no stream is read for a list.
        let store = Store::open(&world.location, &Options::read_only(0)).unwrap();
        let seen =
            |viewer: &str| store.read(|tx| rows::profiles(tx, &["person/james".to_owned()], viewer)).unwrap().len();
        assert_eq!((seen("w-bob"), seen("w-amy"), seen("w-zoe")), (0, 1, 1));
    }
}

#[test]
fn the_people_looked_at_last_are_listed_until_they_may_not_be_known_of() {
    let world = World::new();
    scenarios().person.iter().for_each(|person| register(&world, person));
    let amy = actor("w-amy", &[Role::CaseManager], "capital", "t-east");
    let recent = || {
        let recent = world.service.recently_viewed(&world.request(&amy)).unwrap();
        recent.into_iter().map(|recent| recent.person.person.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(recent(), Vec::<String>::new());
    for (minute, id) in [(1, "james"), (2, "stephen"), (3, "james"), (4, "margaret")] {
        world.at(&format!("2026-03-02T10:0{minute}:00"));
        world.service.person(&world.request(&amy), &PersonId::new(id).unwrap(), None).unwrap();
    }
    assert_eq!(recent(), ["margaret", "james", "stephen"]);
    let moved = json!({"worker": "w-new", "team": "t-west"});
    world.try_say("stephen", 5, "2026-03-02", "supervision.allocated", &moved).unwrap();
    let excluded = json!({"worker": "w-amy", "reason": "a relative"});
    world.try_say("stephen", 6, "2026-03-02", "person.excluded", &excluded).unwrap();
    assert_eq!(recent(), ["margaret", "james"]);
}

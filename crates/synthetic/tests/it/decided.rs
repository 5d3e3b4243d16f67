use record::{Event, History, Law, Proposal};
use synthetic::{Area, Calendars, Size, people};

pub(crate) fn calendars() -> Calendars {
    let read =
        |name: &str| std::fs::read_to_string(format!("{}/../../calendars/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    calendar::load(&[("scotland.toml", read("scotland.toml")), ("council-example.toml", read("council-example.toml"))])
        .unwrap()
}

pub(crate) fn size(people: u32) -> Size {
    Size { people, newcomers: 0, former: 0, from: "2019-04-01".parse().unwrap(), until: "2026-03-31".parse().unwrap() }
}

/// Decides every event in the order of recording, on the day of recording; then all in the order in which they happened.
pub(crate) fn decided(id: &str, events: &[Event], law: &Law) {
    let mut history = History::default();
    for event in events {
        let proposal = Proposal { what: event.what.clone(), happened: event.stamp.happened };
        let today = event.stamp.recorded_on();
        if let Err(refusal) = history.decide(&history.record(), &proposal, today, law) {
            panic!("{id}: {} of {} recorded {today}: {refusal}", event.what.kind(), event.stamp.happened);
        }
        history.push(event.clone());
    }
    let until = size(0).until;
    if let Err(refusal) = History::replayed(events.to_vec(), until, law) {
        panic!("{id}, read in the order in which things happened: {refusal}");
    }
}

#[test]
fn every_event_is_accepted_in_the_order_of_recording() {
    let (area, calendars, law) = (Area::of(7).unwrap(), calendars(), Law::scotland().unwrap());
    for person in people(7, Size { former: 60, ..size(300) }, &area, &calendars).unwrap() {
        let person = person.unwrap();
        decided(&person.id, &person.events, &law);
    }
}

#[test]
fn the_same_seed_gives_the_same_people_and_each_stands_alone() {
    let (area, calendars) = (Area::of(7).unwrap(), calendars());
    let made =
        |seed, count| people(seed, size(count), &area, &calendars).unwrap().map(Result::unwrap).collect::<Vec<_>>();
    let (few, more) = (made(7, 20), made(7, 40));
    assert_eq!(few, made(7, 20));
    assert_eq!(few[..], more[..20], "a person does not depend on how many others there are");
    assert_ne!(few, made(8, 20));
}

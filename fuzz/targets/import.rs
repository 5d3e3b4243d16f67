//! An import: a map, a line `# file: lines.csv`, the file. Without that line the input is a file for the map in
//! `examples/`. Every line is accounted for, importing again adds nothing, and the store verifies.
#![no_main]

use record::Purpose;
use service::{Actor, Map, Policy, Request, Role, Rules, Service};
use std::collections::BTreeSet;
use store::{Location, Options, Store};
use throughline_fuzz::{CALENDARS, RULEBOOK};
use uuid::Uuid;

const IOWA: &str = include_str!("../../examples/iowa-releases.toml");
const MARK: &[u8] = b"# file: lines.csv\n";
const NOW: i64 = 1_772_409_600_000_000;

fn service(store: Store) -> Service {
    let law = record::Law::scotland().expect("the shipped law is sound");
    let rules = Rules::new(RULEBOOK.clone(), CALENDARS.clone(), law).expect("the shipped rules fit");
    Service::new(store, Policy::shipped().expect("the shipped policies are sound"), rules)
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.windows(MARK.len()).position(|window| window == MARK);
    let (map, lines) = match at {
        Some(at) => (std::str::from_utf8(&bytes[..at]).unwrap_or_default(), &bytes[at + MARK.len()..]),
        None => (IOWA, bytes),
    };
    let map = match Map::parse("some.toml", map) {
        Ok(map) => map,
        Err(refusal) => {
            return assert!(refusal.to_string().contains("some.toml"), "a refusal names the file: {refusal}");
        }
    };
    assert!((1..=60).contains(&map.id().len()));

    let folder = tempfile::tempdir().expect("a folder can be made");
    let location = Location::file(folder.path().join("area.db"));
    let store = Store::open(&location, &Options::new(NOW)).expect("a new store opens");
    let service = service(store.clone());
    let actor = Actor {
        id: "admin".try_into().expect("a reference"),
        roles: BTreeSet::from([Role::Administrator]),
        agency: "council".try_into().expect("a reference"),
        team: None,
    };
    let at = jiff::Timestamp::from_microsecond(NOW).expect("a moment");
    let import = |number| {
        let request = Request::new(&actor, Purpose::Import, at, Uuid::from_u128(number));
        let (mut refused, mut read) = (0, 0);
        let mut trouble = |trouble: service::LineTrouble| {
            assert!(!trouble.sentence.is_empty());
            refused += u64::from(!trouble.rest_kept);
        };
        let mut progress = |progress: service::Progress| read = progress.bytes;
        let imported = service.import(&request, &map, lines, &mut trouble, &mut progress);
        imported.map(|imported| (imported, refused, read)).map_err(|error| error.to_string())
    };
    let first = import(1);
    match (&first, import(2)) {
        (Ok((first, refused, read)), Ok((second, refused_again, _))) => {
            assert_eq!(first.lines, first.added + first.already + first.refused, "every line is accounted for");
            assert_eq!(first.refused, *refused, "every refused line is named");
            assert!(*read <= lines.len() as u64);
            assert_eq!((second.added, second.events), (0, 0), "importing again adds nothing");
            assert_eq!(second.already, first.added + first.already);
            assert_eq!((second.lines, refused_again), (first.lines, *refused));
        }
        (Err(first), Err(second)) => {
            assert_eq!(*first, second);
            // The file as a whole may be refused; what is wrong with one line is that line's trouble.
            let whole = ["the file ", "the heading "].iter().any(|begins| first.starts_with(begins));
            assert!(whole, "one line stopped the import: {first}");
        }
        (first, second) => panic!("the same import, another answer: {first:?}, then {second:?}"),
    }
    drop(service);
    let verified = store::verify(&store).expect("the store can be verified");
    assert!(verified.is_clean(), "{verified:?}");
});

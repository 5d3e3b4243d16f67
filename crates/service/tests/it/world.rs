//! One helper that builds the world: a service on a store of its own, with staff and a clock that the test moves.

use jiff::Timestamp;
use record::{EventId, Purpose, What};
use service::{
    Actor, Attempt, Entry, Limits, Member, PersonId, Policy, Recorded, Request, Role, Rules, Seed, Service,
    ServiceError,
};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Location, Options, Store};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) location: Location,
    now: Cell<Timestamp>,
    next: Cell<u128>,
    _dir: TempDir,
}

/// The repository's own files.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    found.sort();
    found
}

pub(crate) fn rules() -> Rules {
    let rulebook = clock::Rulebook::parse(&files(&repository().join("rulebooks/scotland"))).unwrap();
    let calendars = calendar::load(&files(&repository().join("calendars"))).unwrap();
    let offences = files(&repository().join("offences"));
    let offences = offences.iter().map(|(file, text)| measure::Offences::parse(file, text).unwrap()).collect();
    let programmes = files(&repository().join("programmes"));
    let programmes = programmes.iter().map(|(file, text)| measure::Programmes::parse(file, text).unwrap()).collect();
    let predictor = |(file, text): &(String, String)| {
        let offences = measure::predictor::Predictor::offences_file(file, text).unwrap();
        let offences = std::fs::read_to_string(repository().join("predictors").join(offences)).unwrap();
        measure::predictor::Predictor::parse(file, text, &offences).unwrap()
    };
    let predictors = files(&repository().join("predictors")).iter().map(predictor).collect();
    let rules = Rules::new(rulebook, calendars, record::Law::scotland().unwrap()).unwrap();
    let groups = files(&repository().join("groups"));
    let groups = groups.iter().map(|(file, text)| measure::PriorityGroups::parse(file, text).unwrap()).collect();
    let rules = rules.with_offences(offences).with_programmes(programmes).with_predictors(predictors);
    rules.with_priority_groups(groups).unwrap()
}

pub(crate) fn draft() -> clock::Rulebook {
    let base = clock::Rulebook::parse(&files(&repository().join("rulebooks/scotland"))).unwrap();
    base.draft(&files(&repository().join("rulebooks/drafts/induction-3-days"))).unwrap()
}

/// Every store that the tests run on: SQLite always, PostgreSQL where one is given.
pub(crate) fn locations() -> Vec<Location> {
    let mut locations = vec![Location::file("unused")];
    match std::env::var("THROUGHLINE_TEST_POSTGRES") {
        Ok(url) => locations.push(url.parse().unwrap()),
        Err(_) => assert!(
            std::env::var("THROUGHLINE_TEST_SQLITE_ONLY").is_ok(),
            "THROUGHLINE_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a PostgreSQL, or set THROUGHLINE_TEST_SQLITE_ONLY=1"
        ),
    }
    locations
}

/// A database of its own on the PostgreSQL that the tests share: a witness knows one database, and a runner does
/// everybody's work.
fn alone() -> Location {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("THROUGHLINE_TEST_POSTGRES").unwrap();
    let schema = format!("world_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{schema}").parse().unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::on(&Location::file("unused"))
    }

    pub(crate) fn on(location: &Location) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let location = match location {
            Location::File(_) => Location::file(dir.path().join("area.db")),
            Location::Postgres(_) => alone(),
        };
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut options = Options::new(now.as_microsecond());
        options.witness = Some(dir.path().join("witness"));
        let store = Store::open(&location, &options).unwrap();
        let service = Service::new(store, Policy::shipped().unwrap(), rules());
        Self { service, location, now: Cell::new(now), next: Cell::new(1), _dir: dir }
    }

    /// The same world with another service.
    pub(crate) fn with(self, change: impl FnOnce(Service) -> Service) -> Self {
        Self { service: change(self.service), ..self }
    }

    /// Moves the clock.
    pub(crate) fn at(&self, moment: &str) {
        self.now.set(format!("{moment}Z").parse().unwrap());
    }

    /// Moves the clock on by so many seconds.
    pub(crate) fn later(&self, seconds: i64) {
        self.now.set(self.now.get() + jiff::SignedDuration::from_secs(seconds));
    }

    /// The moment that the clock shows.
    pub(crate) fn moment(&self) -> Timestamp {
        self.now.get()
    }

    /// A try at signing in, now, from nowhere in particular.
    pub(crate) fn attempt(&self) -> Attempt {
        let id = self.id();
        let mut seed = [7; 32];
        seed[..16].copy_from_slice(id.as_bytes());
        let (address, device) = ("192.0.2.7".to_owned(), "Firefox".to_owned());
        Attempt { at: self.now.get(), id, seed: Seed::new(seed), address, device, known: None }
    }

    /// Puts somebody on the staff register.
    pub(crate) fn hire(&self, id: &str, roles: &[Role], agency: &str, team: &str) -> Actor {
        let founder = actor("w-founder", &[Role::Administrator], agency, "");
        let member = Member { name: "Example".try_into().unwrap(), actor: actor(id, roles, agency, team) };
        self.service.add_staff(&self.request(&founder), self.id(), &member).unwrap();
        member.actor
    }

    /// The same with other limits for sessions.
    pub(crate) fn with_limits(self, limits: Limits) -> Self {
        Self { service: self.service.with_limits(limits), ..self }
    }

    pub(crate) fn id(&self) -> Uuid {
        self.next.set(self.next.get() + 1);
        Uuid::from_u128(self.next.get() | (u128::from(std::process::id()) << 64))
    }

    pub(crate) fn request<'a>(&self, actor: &'a Actor) -> Request<'a> {
        Request::new(actor, Purpose::Supervision, self.now.get(), self.id())
    }

    pub(crate) fn entry(&self, happened: &str, kind: &str, data: &serde_json::Value) -> Entry {
        let what = What::read(kind, 1, &data.to_string()).unwrap();
        Entry { id: EventId(self.id()), happened: happened.parse().unwrap(), what }
    }

    /// Records one thing on a person at whatever version the record is, as the case manager.
    pub(crate) fn try_say(
        &self,
        person: &str,
        version: u64,
        happened: &str,
        kind: &str,
        data: &serde_json::Value,
    ) -> Result<Recorded, ServiceError> {
        let actor = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
        self.service.record(
            &self.request(&actor),
            &PersonId::new(person).unwrap(),
            version,
            vec![self.entry(happened, kind, data)],
        )
    }
}

pub(crate) fn actor(id: &str, roles: &[Role], agency: &str, team: &str) -> Actor {
    Actor {
        id: id.try_into().unwrap(),
        roles: roles.iter().copied().collect(),
        agency: agency.try_into().unwrap(),
        team: (!team.is_empty()).then(|| team.try_into().unwrap()),
    }
}

pub(crate) fn payback_order(order: &str, hours: u16) -> serde_json::Value {
    serde_json::json!({
        "order": order, "kind": "cpo", "council": "capital", "report_considered": true,
        "court": {"name": "Edinburgh Sheriff Court", "kind": "sheriff_summary"},
        "requirements": [{"kind": "supervision", "months": 12}, {"kind": "unpaid_work", "hours": hours}],
    })
}

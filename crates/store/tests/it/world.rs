//! What the tests are made of: a store of their own, events, rows, entries.

use std::sync::atomic::{AtomicU32, Ordering};

use store::access_log::{Action, Entry, Outcome};
use store::rows::{AccessRow, AppointmentRow, CaseRow, Identifier, ObligationRow, PersonRows, ProceedingsRow};
use store::{Appended, Location, NewEvent, Options, Result, Store, StreamId, Tx, access_log, events, rows};
use uuid::Uuid;

/// Monday 2 March 2026, noon, in microseconds since the epoch.
pub(crate) const NOW: i64 = 1_772_452_800_000_000;

/// A database of its own, gone with the value.
pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) location: Location,
    schema: Option<(String, String)>,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("SET client_min_messages = error; DROP SCHEMA {schema} CASCADE"));
        }
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl World {
    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::file(dir.path().join("area.db"));
        Self { dir, location, schema: None }
    }

    /// A schema of its own on the server that `cargo xtask test` starts; none when only SQLite is wanted.
    pub(crate) fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("THROUGHLINE_TEST_POSTGRES") else {
            assert_eq!(
                std::env::var("THROUGHLINE_TEST_SQLITE_ONLY").as_deref(),
                Ok("1"),
                "run `cargo xtask test`, which starts PostgreSQL for these tests (or set THROUGHLINE_TEST_SQLITE_ONLY=1)"
            );
            return None;
        };
        let schema = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        let location = with_schema(&server, &schema).parse().unwrap();
        Some(Self { dir: tempfile::tempdir().unwrap(), location, schema: Some((server, schema)) })
    }

    /// Both databases, or SQLite alone when only that is wanted.
    pub(crate) fn each() -> impl Iterator<Item = Self> {
        std::iter::once(Self::sqlite()).chain(Self::postgres())
    }

    /// The location as another process is told of it.
    pub(crate) fn url(&self) -> String {
        match &self.schema {
            Some((server, schema)) => with_schema(server, schema),
            None => self.location.to_string(),
        }
    }

    pub(crate) fn options(&self) -> Options {
        Options { witness: Some(self.dir.path().join("witness")), ..Options::new(NOW) }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.location, &self.options()).unwrap()
    }
}

fn with_schema(server: &str, schema: &str) -> String {
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{schema}")
}

pub(crate) fn person(n: u32) -> StreamId {
    StreamId::new("person", format!("p{n:06}"))
}

/// The n-th event that a test makes; the same `n`, the same event.
pub(crate) fn event(n: u32) -> NewEvent {
    NewEvent {
        id: Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
        kind: "contact.held".into(),
        schema_version: 1,
        happened: "2026-03-02".into(),
        recorded: NOW + i64::from(n),
        by: "worker-1".into(),
        agency: "justice-social-work".into(),
        purpose: "supervision".into(),
        body: format!("{{\"place\":\"office\",\"minutes\":{n},\"note\":\"kept “as told”\"}}"),
    }
}

pub(crate) fn entry(action: Action, stream: &StreamId, appends: Vec<Appended>) -> Entry {
    Entry {
        at: NOW,
        actor: "worker-1".into(),
        role: "case manager".into(),
        agency: "justice-social-work".into(),
        action,
        stream: Some(stream.clone()),
        detail: "contacts".into(),
        purpose: "supervision".into(),
        outcome: Outcome::Allowed,
        request: "r-1".into(),
        appends,
    }
}

pub(crate) fn person_rows(n: u32) -> PersonRows {
    PersonRows {
        display_name: format!("Ada Person{n}"),
        sort_name: format!("person{n} ada"),
        names: vec![format!("ada person{n}")],
        date_of_birth: Some("1990-02-28".into()),
        identifiers: vec![Identifier { kind: "chs".into(), value: format!("S{n}/90A") }],
        restricted: false,
        cases: vec![CaseRow {
            order_ref: "order-1".into(),
            kind: "cpo".into(),
            status: "open".into(),
            council: "east".into(),
            team: Some("east-1".into()),
            worker: Some("worker-1".into()),
            level: Some("medium".into()),
            imposed_on: Some("2026-02-27".into()),
            ended_on: None,
            hours_ordered: Some(120),
            minutes_credited: Some(0),
            next_due: Some("2026-03-04".into()),
            refresh_on: Some("2026-03-05".into()),
            restricted: false,
            next_standard: Some("nos.allocate".into()),
            attendance: "kkm".into(),
            met: 0,
            late: 1,
            missed: i64::from(n % 3),
        }],
        obligations: (1..=3)
            .map(|day| ObligationRow {
                order_ref: "order-1".into(),
                standard: "nos.allocate".into(),
                opened_on: format!("2026-03-0{day}"),
                due: Some(format!("2026-03-0{}", day + 2)),
                state: "open".into(),
                on: None,
                team: Some("east-1".into()),
                worker: Some("worker-1".into()),
                governs: day == 1,
                restricted: false,
            })
            .collect(),
        access: Vec::new(),
        appointments: (1..=2)
            .map(|k| AppointmentRow {
                contact: format!("C-{k}"),
                on: format!("2026-03-0{}", k + n % 5),
                at: (k == 1).then(|| "14:30".into()),
                kind: "office".into(),
                with: "case_manager".into(),
                place: Some("East office".into()),
                about: None,
                worker: Some("worker-1".into()),
                team: Some("east-1".into()),
                outcome: (k == 2).then(|| "held".into()),
            })
            .collect(),
        proceedings: vec![ProceedingsRow {
            breach: "B-1".into(),
            order_ref: "order-1".into(),
            stage: "proposed".into(),
            since: "2026-03-01".into(),
            endorsed: n % 2 == 1,
            team: Some("east-1".into()),
            worker: Some("worker-1".into()),
        }],
        ..PersonRows::default()
    }
}

/// One whole command, as the service does it: append, rows, entry.
pub(crate) fn command(tx: &mut dyn Tx, stream: &StreamId, expected: i64, n: u32) -> Result<Appended> {
    let appended = events::append(tx, stream, expected, &[event(n)])?;
    if !appended.already {
        rows::replace(tx, stream, &person_rows(n))?;
    }
    access_log::write(tx, &entry(Action::Alteration, stream, vec![appended.clone()]))?;
    Ok(appended)
}

/// The rows of somebody whose record is for `only` alone.
pub(crate) fn restricted_rows(n: u32, only: &[&str]) -> PersonRows {
    let mut rows = person_rows(n);
    let everybody = AccessRow { account: AccessRow::EVERYBODY.into(), may: false };
    rows.access = only.iter().map(|account| AccessRow { account: (*account).into(), may: true }).collect();
    rows.access.push(everybody);
    rows.restricted = true;
    rows.cases.iter_mut().for_each(|case| case.restricted = true);
    rows.obligations.iter_mut().for_each(|obligation| obligation.restricted = true);
    rows
}

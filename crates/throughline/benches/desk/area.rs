//! The area, and those who work in it: made once by the program, with sessions that are begun by hand.

use crate::database::{Database, Value};
use crate::http::{Answer, Connection};
use crate::{Click, NOW};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A database with people in it.
pub(crate) struct Area {
    store: String,
    witness: PathBuf,
}

/// A case manager at a browser.
#[derive(Clone)]
pub(crate) struct User {
    secret: String,
    csrf: String,
    people: Vec<String>,
    names: Vec<String>,
}

impl Area {
    /// The area with so many people in a file, made if it is not there.
    pub(crate) fn in_file(people: u32) -> Self {
        let path = folder().join(format!("desk-of-{people}.db"));
        let area = Self { store: path.display().to_string(), witness: path.with_extension("db.witness") };
        if !path.exists() {
            let part = path.with_extension("part");
            let _ = std::fs::remove_dir_all(&part);
            let _ = std::fs::remove_dir_all(&area.witness);
            std::fs::create_dir_all(&part).unwrap();
            let store = part.join("area.db");
            fill(&store.display().to_string(), &area.witness, people);
            // The program has closed it; what its WAL still holds goes into the file that is moved.
            let database = rusqlite::Connection::open(&store).unwrap();
            database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            drop(database);
            std::fs::rename(&store, &path).unwrap();
            std::fs::remove_dir_all(&part).unwrap();
        }
        area
    }

    /// The area in a PostgreSQL database: made if it is empty, else as it is.
    pub(crate) fn on_server(url: &str, people: u32) -> Self {
        let area = Self { store: url.to_owned(), witness: folder().join(format!("desk-of-{people}.postgres.witness")) };
        if Database::open(url).number("SELECT count(*) FROM pg_tables WHERE tablename = 'events'") == 0 {
            fill(url, &area.witness, people);
            Database::open(url).execute("ANALYZE", &[]);
        }
        area
    }

    pub(crate) fn store(&self) -> &str {
        &self.store
    }

    pub(crate) fn witness(&self) -> &str {
        self.witness.to_str().unwrap()
    }

    /// Its size in words.
    pub(crate) fn size(&self) -> String {
        let mut database = Database::open(&self.store);
        let people = database.number("SELECT count(*) FROM people");
        let events = database.number("SELECT count(*) FROM events");
        let bytes = match std::fs::metadata(&self.store) {
            Ok(file) => file.len() as f64,
            Err(_) => database.number("SELECT pg_database_size(current_database())") as f64,
        };
        format!("{people} on record, {events} events, {:.1} GB", bytes / 1e9)
    }

    /// Reads the file once, so that the machine has it in memory.
    pub(crate) fn read_through(&self) {
        if std::env::var_os("THROUGHLINE_BENCH_COLD").is_none()
            && let Ok(mut file) = File::open(&self.store)
        {
            std::io::copy(&mut file, &mut std::io::sink()).unwrap();
        }
    }

    /// So many case managers with what is in their hands, each with a session.
    pub(crate) fn users(&self, many: usize) -> Vec<User> {
        let mut database = Database::open(&self.store);
        let mut workers = Vec::new();
        database.each(
            "SELECT worker FROM cases WHERE worker IS NOT NULL AND ended_on IS NULL GROUP BY worker \
             ORDER BY count(*) DESC, worker",
            &[],
            &mut |row| workers.push(row[0].text()),
        );
        // From the largest caseload to the smallest; in a small area some sit at two browsers.
        (0..many).map(|n| user(&mut database, &workers[n * workers.len() / many], n)).collect()
    }
}

/// Where areas are kept.
pub(crate) fn folder() -> PathBuf {
    let folder = std::env::var("THROUGHLINE_BENCH_AREA").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    PathBuf::from(folder)
}

/// Nine years of so many people, as the program makes them.
fn fill(store: &str, witness: &Path, people: u32) {
    let made = Command::new(env!("CARGO_BIN_EXE_throughline"))
        .args(["--store", store, "--witness", &witness.display().to_string(), "--now", NOW, "synthetic"])
        .args(["--people", &people.to_string(), "--years", "9", "--until", "2026-03-01"])
        .status()
        .unwrap();
    assert!(made.success(), "the area could not be made");
}

fn user(database: &mut Database, worker: &str, n: usize) -> User {
    let (mut people, mut names) = (Vec::new(), Vec::new());
    database.each(
        "SELECT DISTINCT p.stream, p.sort_name FROM cases c JOIN people p ON p.stream = c.stream \
         WHERE c.worker = ?1 AND c.ended_on IS NULL AND p.restricted = 0 ORDER BY p.stream",
        &[Value::Text(worker)],
        &mut |row| {
            people.extend(row[0].text().strip_prefix("person/").map(str::to_owned));
            names.extend(Some(row[1].text()).filter(|name| !name.is_empty()));
        },
    );
    let user = User { secret: format!("{n:064x}"), csrf: format!("{n:032x}"), people, names };
    let at = format!("{NOW}:00Z").parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let id = digest(&SHA256, user.secret.as_bytes());
    database.execute(
        "INSERT INTO sessions (id, account, stage, how, csrf, device, address, begun_at, seen_at, ends_at, \
         confirmed_at, flash) VALUES (?1, ?2, 'whole', 'password', ?3, 'benchmark', '127.0.0.1', ?4, ?4, ?5, ?4, NULL) \
         ON CONFLICT (id) DO UPDATE SET account = excluded.account, begun_at = excluded.begun_at, \
         seen_at = excluded.seen_at, ends_at = excluded.ends_at",
        &[
            Value::Bytes(id.as_ref()),
            Value::Text(worker),
            Value::Text(&user.csrf),
            Value::Number(at),
            Value::Number(at + 36_000_000_000),
        ],
    );
    user
}

impl User {
    fn person(&self, which: u64) -> &str {
        &self.people[which as usize % self.people.len()]
    }

    /// Clicks, and looks whether the answer is the page that was meant.
    pub(crate) fn click(&self, connection: &mut Connection, click: Click, which: u64) -> Answer {
        let (method, path, body) = match click {
            Click::Today => ("GET", "/today".to_owned(), String::new()),
            Click::Caseload => ("GET", "/caseload".to_owned(), String::new()),
            Click::Person => ("GET", format!("/people/{}", self.person(which)), String::new()),
            Click::Form | Click::Record => {
                ("GET", format!("/people/{}/record/contact.held", self.person(which)), String::new())
            }
            Click::Search => {
                let name = &self.names[which as usize % self.names.len()];
                ("POST", "/search".to_owned(), form(&[("csrf", &self.csrf), ("text", name), ("born", "")]))
            }
        };
        let answer = self.ask(connection, method, &path, &body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        answer
    }

    /// What the form of a contact holds when it is sent.
    pub(crate) fn filled(&self, page: &Answer) -> String {
        let hidden = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            let from = page.body.find(&mark).unwrap_or_else(|| panic!("no {name} in {}", page.body)) + mark.len();
            page.body[from..].split('"').next().unwrap().to_owned()
        };
        form(&[
            ("csrf", &self.csrf),
            ("based_on", &hidden("based_on")),
            ("entry", &hidden("entry")),
            ("when", "today"),
            ("kind", "telephone"),
            ("with", "case_manager"),
        ])
    }

    pub(crate) fn record(&self, connection: &mut Connection, which: u64, sent: &str) {
        let path = format!("/people/{}/record/contact.held", self.person(which));
        let answer = self.ask(connection, "POST", &path, sent);
        // A colleague may have recorded something in between: the page says so.
        assert!([303, 409].contains(&answer.status), "POST {path}: {} {}", answer.status, answer.body);
    }

    fn ask(&self, connection: &mut Connection, method: &str, path: &str, body: &str) -> Answer {
        let cookie = format!("__Host-throughline={}", self.secret);
        let headers = [
            ("Cookie", cookie.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        connection.ask(method, path, &headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        let separator = if body.is_empty() { "" } else { "&" };
        let _ = write!(body, "{separator}{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() {
                body.push(char::from(byte));
            } else {
                let _ = write!(body, "%{byte:02X}");
            }
        }
    }
    body
}

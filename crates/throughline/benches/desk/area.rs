//! The area, and those who work in it: made once by the program, with sessions that are begun by hand.

use crate::http::{Answer, Connection};
use crate::{Click, NOW};
use ring::digest::{SHA256, digest};
use rusqlite::{Connection as Database, params};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

pub(crate) struct Area {
    path: PathBuf,
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
    /// The area with so many people, made if it is not there.
    pub(crate) fn made(people: u32) -> Self {
        let folder = std::env::var("THROUGHLINE_BENCH_AREA").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
        let path = PathBuf::from(folder).join(format!("desk-of-{people}.db"));
        let area = Self { path };
        if !area.path.exists() {
            std::fs::create_dir_all(area.path.parent().unwrap()).unwrap();
            let part = area.path.with_extension("part");
            let _ = std::fs::remove_dir_all(&part);
            std::fs::create_dir(&part).unwrap();
            let store = part.join("area.db");
            let made = Command::new(env!("CARGO_BIN_EXE_throughline"))
                .args(["--store", &store.display().to_string(), "--now", NOW, "synthetic"])
                .args(["--people", &people.to_string(), "--years", "9", "--until", "2026-03-01"])
                .status()
                .unwrap();
            assert!(made.success(), "the area could not be made");
            // The program has closed it; what its WAL still holds goes into the file that is moved.
            let database = Database::open(&store).unwrap();
            database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            drop(database);
            std::fs::rename(part.join("area.db.witness"), area.path.with_extension("db.witness")).unwrap();
            std::fs::rename(&store, &area.path).unwrap();
        }
        area
    }

    pub(crate) fn store(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// Its size in words.
    pub(crate) fn size(&self) -> String {
        let database = self.database();
        let count = |what: &str| -> i64 {
            database.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
        };
        let bytes = std::fs::metadata(&self.path).unwrap().len() as f64;
        format!("{} on record, {} events, {:.1} GB", count("people"), count("events"), bytes / 1e9)
    }

    pub(crate) fn database(&self) -> Database {
        Database::open(&self.path).unwrap()
    }

    /// Case managers with what is in their hands, each with a session.
    pub(crate) fn users(&self, many: usize) -> Vec<User> {
        let database = self.database();
        let mut statement = database
            .prepare(
                "SELECT worker FROM cases WHERE worker IS NOT NULL AND ended_on IS NULL GROUP BY worker \
                 ORDER BY count(*) DESC, worker",
            )
            .unwrap();
        let workers: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(workers.len() >= many, "only {} workers have cases", workers.len());
        // From the largest caseload to the smallest.
        let step = workers.len() / many;
        workers.iter().step_by(step).take(many).enumerate().map(|(n, worker)| user(&database, worker, n)).collect()
    }
}

fn user(database: &Database, worker: &str, n: usize) -> User {
    let mut statement = database
        .prepare(
            "SELECT DISTINCT p.stream, p.sort_name FROM cases c JOIN people p ON p.stream = c.stream \
             WHERE c.worker = ?1 AND c.ended_on IS NULL AND p.restricted = 0",
        )
        .unwrap();
    let found: Vec<(String, String)> =
        statement.query_map([worker], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    let people = found.iter().filter_map(|(stream, _)| Some(stream.strip_prefix("person/")?.to_owned())).collect();
    let names = found.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect();
    let user = User { secret: format!("{n:064x}"), csrf: format!("{n:032x}"), people, names };
    let at = format!("{NOW}:00Z").parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let id = digest(&SHA256, user.secret.as_bytes());
    database
        .execute(
            "INSERT INTO sessions (id, account, stage, how, csrf, device, address, begun_at, seen_at, ends_at, \
             confirmed_at, flash) VALUES (?1, ?2, 'whole', 'password', ?3, 'benchmark', '127.0.0.1', ?4, ?4, ?5, ?4, NULL) \
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, begun_at = excluded.begun_at, \
             seen_at = excluded.seen_at, ends_at = excluded.ends_at",
            params![id.as_ref(), worker, user.csrf, at, at + 36_000_000_000],
        )
        .unwrap();
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

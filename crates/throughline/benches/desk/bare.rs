//! What the desk is measured against: the same rows by SQL alone, in an empty page. One thread and one connection to the
//! database for each browser, statements prepared once.

use crate::area::Area;
use ring::digest::{SHA256, digest};
use rusqlite::types::ValueRef;
use rusqlite::{Connection as Database, OpenFlags, ToSql};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

const WORKER: &str = "SELECT account FROM sessions WHERE id = ?1";
const DUE: &str = "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.standard, o.opened_on, o.due, o.state, \
     o.governs FROM obligations o JOIN people p ON p.stream = o.stream WHERE o.worker = ?1 \
     AND o.state IN ('open', 'missed') AND o.due >= ?2 AND o.due <= ?3 ORDER BY o.due, o.id LIMIT 25";
const COUNT_DUE: &str = "SELECT count(*) FROM obligations o WHERE o.worker = ?1 AND o.state IN ('open', 'missed') \
     AND o.due >= ?2 AND o.due <= ?3";
const DIARY: &str = "SELECT p.stream, p.display_name, a.on_day, a.at, a.kind, a.with_whom, a.place, a.about, a.outcome \
     FROM appointments a JOIN people p ON p.stream = a.stream WHERE a.worker = ?1 AND a.on_day >= ?2 AND a.on_day <= ?3 \
     ORDER BY a.on_day, a.at LIMIT 50";
const UNSEEN: &str = "SELECT p.stream, p.display_name, p.last_contact_on, c.imposed_on, c.level FROM cases c \
     JOIN people p ON p.stream = c.stream WHERE c.worker = ?1 AND c.ended_on IS NULL \
     ORDER BY coalesce(p.last_contact_on, c.imposed_on) LIMIT 5";
const CASELOAD: &str = "SELECT p.*, c.* FROM cases c JOIN people p ON p.stream = c.stream WHERE c.worker = ?1 \
     AND c.ended_on IS NULL ORDER BY p.sort_name, p.stream, c.order_ref LIMIT 50";
const CASES: &str = "SELECT count(*) FROM cases WHERE worker = ?1 AND ended_on IS NULL";
const EVENTS: &str = "SELECT * FROM events WHERE stream = ?1 ORDER BY version";
const SEARCH: &str = "SELECT p.stream, p.display_name, p.date_of_birth, p.restricted FROM people p WHERE p.stream IN \
     (SELECT stream FROM person_words WHERE word >= ?1 AND word < ?1 || char(1114111)) ORDER BY p.sort_name LIMIT 50";

/// Begins to serve; ends with the program.
pub(crate) fn serve(area: &Area) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    let path = PathBuf::from(area.store());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let path = path.clone();
            std::thread::spawn(move || answer_all(&stream.unwrap(), &path));
        }
    });
    at
}

fn answer_all(stream: &TcpStream, path: &Path) {
    stream.set_nodelay(true).unwrap();
    let database = Database::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let database = database.unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let (mut secret, mut length) = (String::new(), 0);
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(said) = line.strip_prefix("Cookie: __Host-throughline=") {
                said.trim().clone_into(&mut secret);
            }
            if let Some(said) = line.strip_prefix("Content-Length:") {
                length = said.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let page = page(&database, &path, &secret, std::str::from_utf8(&body).unwrap());
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", page.len());
        let mut stream = stream;
        if stream.write_all((head + &page).as_bytes()).is_err() {
            return;
        }
    }
}

fn page(database: &Database, path: &str, secret: &str, body: &str) -> String {
    let id = digest(&SHA256, secret.as_bytes());
    let mut worker = database.prepare_cached(WORKER).unwrap();
    let worker: String = worker.query_row([id.as_ref()], |row| row.get(0)).unwrap();
    let mut page = "<!doctype html><html lang=\"en\"><title>Throughline</title><main>".to_owned();
    let mut put = |sql: &str, values: &[&dyn ToSql]| table(database, sql, values, &mut page);
    match path {
        "/today" => {
            for (from, until) in
                [("2025-12-01", "2026-03-01"), ("2026-03-02", "2026-03-02"), ("2026-03-03", "2026-03-16")]
            {
                put(DUE, &[&worker, &from, &until]);
                put(COUNT_DUE, &[&worker, &from, &until]);
            }
            put(DIARY, &[&worker, &"2026-03-02", &"2026-03-02"]);
            put(DIARY, &[&worker, &"2026-02-16", &"2026-03-01"]);
            put(UNSEEN, &[&worker]);
        }
        "/caseload" => {
            put(CASELOAD, &[&worker]);
            put(CASES, &[&worker]);
        }
        "/search" => {
            let text = body.split('&').find_map(|field| field.strip_prefix("text=")).unwrap_or_default();
            let word = text.split("%20").next().unwrap_or_default();
            put(SEARCH, &[&word]);
        }
        person => {
            let stream = format!("person/{}", person.trim_start_matches("/people/"));
            put(EVENTS, &[&stream]);
        }
    }
    page.push_str("</main></html>");
    page
}

fn table(database: &Database, sql: &str, values: &[&dyn ToSql], page: &mut String) {
    let mut statement = database.prepare_cached(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query(values).unwrap();
    page.push_str("<table>");
    while let Some(row) = rows.next().unwrap() {
        page.push_str("<tr>");
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                ValueRef::Null => page.push_str("<td>"),
                ValueRef::Integer(number) => write!(page, "<td>{number}").unwrap(),
                ValueRef::Text(text) => write!(page, "<td>{}", String::from_utf8_lossy(text)).unwrap(),
                ValueRef::Real(_) | ValueRef::Blob(_) => page.push_str("<td>…"),
            }
        }
    }
    page.push_str("</table>");
}

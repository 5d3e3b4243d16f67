//! What the desk is measured against: the same rows by SQL alone, in an empty page. One thread and one connection to the
//! database for each browser, statements prepared once.

use crate::area::Area;
use crate::database::{Cell, Database, Value};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

const WORKER: &str = "SELECT account FROM sessions WHERE id = ?1";
const DUE: &str = "SELECT p.stream, p.display_name, p.restricted, o.order_ref, o.standard, o.opened_on, o.n, o.due, o.state \
     FROM obligations o JOIN people p ON p.stream = o.stream WHERE o.worker = ?1 AND o.state IN ('open', 'missed') \
     AND o.due >= ?2 AND o.due <= ?3 AND o.governs = 1 ORDER BY o.due, o.id LIMIT 20";
const COUNT_DUE: &str = "SELECT count(*) FROM obligations o WHERE o.worker = ?1 AND o.state IN ('open', 'missed') \
     AND o.due >= ?2 AND o.due <= ?3 AND o.governs = 1";
const DIARY: &str = "SELECT p.stream, p.display_name, a.on_day, a.at, a.kind, a.with_whom, a.place, a.about, a.outcome \
     FROM appointments a JOIN people p ON p.stream = a.stream WHERE a.worker = ?1 AND a.on_day = ?2 \
     ORDER BY a.at LIMIT 30";
const OUTCOMES: &str = "SELECT p.stream, p.display_name, a.on_day, a.at, a.kind, a.with_whom, a.place, a.about \
     FROM appointments a JOIN people p ON p.stream = a.stream WHERE a.worker = ?1 AND a.on_day >= ?2 AND a.on_day <= ?3 \
     AND a.outcome IS NULL ORDER BY a.on_day DESC, a.at LIMIT 12";
const UNSEEN: &str = "SELECT p.stream, p.display_name, p.last_contact_on, max(c.level), min(c.imposed_on) FROM cases c \
     JOIN people p ON p.stream = c.stream WHERE c.worker = ?1 AND c.ended_on IS NULL \
     GROUP BY p.stream, p.display_name, p.last_contact_on ORDER BY coalesce(p.last_contact_on, '') LIMIT 8";
const CASELOAD: &str = "SELECT p.stream, p.display_name, p.restricted, p.last_contact_on, c.order_ref, c.kind, c.status, \
     c.level, c.imposed_on, c.hours_ordered, c.minutes_credited, c.next_due, c.next_standard, c.attendance, c.met, c.late, \
     c.missed FROM cases c JOIN people p ON p.stream = c.stream WHERE c.worker = ?1 AND c.ended_on IS NULL \
     ORDER BY p.sort_name, p.stream, c.order_ref LIMIT 50";
const CASES: &str = "SELECT count(*) FROM cases WHERE worker = ?1 AND ended_on IS NULL";
const REGISTER: &str = "SELECT version, hash FROM events WHERE stream = ?1 ORDER BY version DESC LIMIT 1";
const ACCESS: &str = "SELECT account, may FROM person_access WHERE stream = ?1 AND account IN (?2, '*')";
const EVENTS: &str = "SELECT * FROM events WHERE stream = ?1 ORDER BY version";
const SPELT_ALIKE: &str = "SELECT DISTINCT word FROM name_words WHERE cut IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const NAMED: &str = "SELECT p.stream, p.display_name, p.also_known_as, p.names, p.date_of_birth, p.restricted FROM people p \
     JOIN (SELECT DISTINCT stream FROM person_words WHERE word = ?1 LIMIT 160) w ON w.stream = p.stream ORDER BY p.sort_name";
const NUMBERS: &str = "SELECT i.stream, i.kind, i.value FROM person_identifiers i \
     JOIN (SELECT DISTINCT stream FROM person_words WHERE word = ?1 LIMIT 30) w ON w.stream = i.stream";
const HELD: &str = "SELECT c.stream, c.order_ref, c.kind, c.team, c.worker FROM cases c \
     JOIN (SELECT DISTINCT stream FROM person_words WHERE word = ?1 LIMIT 30) w ON w.stream = c.stream \
     WHERE c.ended_on IS NULL";

/// Begins to serve; ends with the program.
pub(crate) fn serve(area: &Area) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    let store = area.store().to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let store = store.clone();
            std::thread::spawn(move || answer_all(&stream.unwrap(), &store));
        }
    });
    at
}

fn answer_all(stream: &TcpStream, store: &str) {
    stream.set_nodelay(true).unwrap();
    let mut database = Database::open(store);
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
        let page = page(&mut database, &path, &secret, std::str::from_utf8(&body).unwrap());
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", page.len());
        let mut stream = stream;
        if stream.write_all((head + &page).as_bytes()).is_err() {
            return;
        }
    }
}

fn page(database: &mut Database, path: &str, secret: &str, body: &str) -> String {
    let id = digest(&SHA256, secret.as_bytes());
    let mut worker = String::new();
    database.each(WORKER, &[Value::Bytes(id.as_ref())], &mut |row| worker = row[0].text());
    let worker = Value::Text(&worker);
    let mut page = "<!doctype html><html lang=\"en\"><title>Throughline</title><main>".to_owned();
    let mut put = |sql: &'static str, values: &[Value<'_>]| table(database, sql, values, &mut page);
    let text = Value::Text;
    match path {
        "/today" => {
            for (from, until) in
                [("2026-01-31", "2026-03-01"), ("2026-03-02", "2026-03-02"), ("2026-03-03", "2026-03-09")]
            {
                put(DUE, &[worker, text(from), text(until)]);
            }
            put(COUNT_DUE, &[worker, text("2026-01-31"), text("2026-03-09")]);
            put(DIARY, &[worker, text("2026-03-02")]);
            put(OUTCOMES, &[worker, text("2026-01-01"), text("2026-03-01")]);
            put(UNSEEN, &[worker]);
        }
        "/caseload" => {
            put(CASELOAD, &[worker]);
            put(CASES, &[worker]);
        }
        "/search" => {
            let typed = body.split('&').find_map(|field| field.strip_prefix("text=")).unwrap_or_default();
            let word = typed.split("%20").next().unwrap_or_default();
            let cuts: Vec<String> = store::rows::cuts(word).into_iter().collect();
            let cut = |n: usize| text(cuts.get(n).map_or("", String::as_str));
            put(SPELT_ALIKE, &[0, 1, 2, 3, 4, 5, 6, 7].map(cut));
            for sql in [NAMED, NUMBERS, HELD] {
                put(sql, &[text(word)]);
            }
        }
        person => {
            let stream = format!("person/{}", person.trim_start_matches("/people/"));
            put(REGISTER, &[text("staff/register")]);
            put(ACCESS, &[text(&stream), worker]);
            put(EVENTS, &[text(&stream)]);
        }
    }
    page.push_str("</main></html>");
    page
}

fn table(database: &mut Database, sql: &'static str, values: &[Value<'_>], page: &mut String) {
    page.push_str("<table>");
    database.each(sql, values, &mut |row| {
        page.push_str("<tr>");
        for cell in row {
            match cell {
                Cell::Nothing => page.push_str("<td>"),
                Cell::Number(number) => write!(page, "<td>{number}").unwrap(),
                Cell::Text(text) => write!(page, "<td>{text}").unwrap(),
                Cell::Bytes => page.push_str("<td>…"),
            }
        }
    });
    page.push_str("</table>");
}

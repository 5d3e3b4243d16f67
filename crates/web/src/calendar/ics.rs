//! A calendar as RFC 5545 writes it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use service::CalendarEntry;
use std::fmt::Write as _;

static LONDON: TimeZone = jiff::tz::get!("Europe/London");

/// The longest line, in bytes, without its end (RFC 5545 3.1).
const LONGEST_LINE: usize = 75;

/// Writes a calendar. `kind` says how a kind of contact is called.
pub(super) fn write(entries: &[CalendarEntry], now: Timestamp, kind: impl Fn(&str) -> String) -> String {
    let mut out = Lines(String::with_capacity(400 * (entries.len() + 1)));
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Throughline//Appointments//EN");
    out.line("CALSCALE:GREGORIAN");
    // RFC 7986, and what programs understood before it.
    out.line("NAME:Appointments");
    out.line("X-WR-CALNAME:Appointments");
    out.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    out.line("X-PUBLISHED-TTL:PT1H");
    for entry in entries {
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}@throughline", entry.uid));
        out.line(&format!("DTSTAMP:{}", utc(now)));
        out.line(&format!("DTSTART{}", start(entry.on, entry.at)));
        out.line(&format!("SUMMARY:{}", escaped(&format!("{}: {}", kind(&entry.kind), entry.person))));
        if let Some(place) = &entry.place {
            out.line(&format!("LOCATION:{}", escaped(place)));
        }
        out.line("CLASS:PRIVATE");
        // A later number is what calendar programs take for the later word.
        out.line(if entry.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        out.line(if entry.cancelled { "SEQUENCE:1" } else { "SEQUENCE:0" });
        out.line(if entry.cancelled { "TRANSP:TRANSPARENT" } else { "TRANSP:OPAQUE" });
        out.line("END:VEVENT");
    }
    out.line("END:VCALENDAR");
    out.0
}

/// Lines that end as the standard wants, folded where they are too long.
struct Lines(String);

impl Lines {
    fn line(&mut self, line: &str) {
        let mut room = LONGEST_LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                // The space that begins what is continued counts.
                self.0.push_str("\r\n ");
                room = LONGEST_LINE - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A moment in universal time: no program has to know where Scotland's clocks are.
fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// When something begins; without a time it takes the day.
fn start(on: Date, at: Option<Time>) -> String {
    let moment = at.and_then(|at| on.to_datetime(at).to_zoned(LONDON.clone()).ok());
    match moment {
        Some(moment) => format!(":{}", utc(moment.timestamp())),
        None => format!(";VALUE=DATE:{}", on.strftime("%Y%m%d")),
    }
}

/// Text inside a line (RFC 5545 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                let _ = write!(out, "\\{c}");
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn entry(on: Date, at: Option<Time>) -> CalendarEntry {
        CalendarEntry {
            uid: "0123456789abcdef0123456789abcdef".into(),
            person: "AE".into(),
            kind: "office".into(),
            on,
            at,
            place: Some("1 High Street, Edinburgh; ring \\ twice".into()),
            cancelled: false,
        }
    }

    fn calendar(entries: &[CalendarEntry]) -> String {
        write(entries, "2026-03-02T09:00:00Z".parse().unwrap(), |_| "At the office".to_owned())
    }

    #[test]
    fn a_calendar_reads_as_the_standard_writes_it() {
        let text = calendar(&[entry(date(2026, 3, 6), Some(time(14, 0, 0, 0)))]);
        let wanted = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Throughline//Appointments//EN\r\nCALSCALE:GREGORIAN\r\n\
            NAME:Appointments\r\nX-WR-CALNAME:Appointments\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n\
            BEGIN:VEVENT\r\nUID:0123456789abcdef0123456789abcdef@throughline\r\nDTSTAMP:20260302T090000Z\r\n\
            DTSTART:20260306T140000Z\r\nSUMMARY:At the office: AE\r\nLOCATION:1 High Street\\, Edinburgh\\; ring \\\\ twice\r\n\
            CLASS:PRIVATE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:0\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn times_are_scotlands_on_both_sides_of_both_changes_of_the_clock() {
        let begins = |on, hour| start(on, Some(time(hour, 30, 0, 0)));
        assert_eq!(begins(date(2026, 3, 28), 9), ":20260328T093000Z");
        assert_eq!(begins(date(2026, 3, 29), 9), ":20260329T083000Z");
        assert_eq!(begins(date(2026, 10, 24), 9), ":20261024T083000Z");
        assert_eq!(begins(date(2026, 10, 25), 9), ":20261025T093000Z");
        assert_eq!(start(date(2026, 3, 29), None), ";VALUE=DATE:20260329");
    }

    #[test]
    fn no_line_is_longer_than_75_bytes_and_none_breaks_a_letter() {
        let mut long = entry(date(2026, 3, 6), None);
        long.person = "Éilidh–ÅØ ".repeat(20);
        let text = calendar(&[long.clone()]);
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:At the office: {}", long.person)));
    }

    #[test]
    fn nothing_that_was_typed_begins_a_line_of_its_own() {
        let mut sly = entry(date(2026, 3, 6), None);
        sly.place = Some("here\r\nBEGIN:VALARM\nACTION:EMAIL".into());
        let text = calendar(&[sly]);
        assert!(text.contains("LOCATION:here\\nBEGIN:VALARM\\nACTION:EMAIL\r\n"));
        assert!(!text.lines().any(|line| line.starts_with("BEGIN:VALARM")));
    }

    #[test]
    fn what_was_called_off_says_so_under_the_same_name() {
        let mut gone = entry(date(2026, 3, 6), None);
        gone.cancelled = true;
        let text = calendar(&[gone]);
        assert!(text.contains("UID:0123456789abcdef0123456789abcdef@throughline\r\n"));
        assert!(text.contains("STATUS:CANCELLED\r\nSEQUENCE:1\r\n"));
    }
}

//! Makes the seeds of the fuzz targets from the files of this repository: `cargo run --example seeds`, in `fuzz/`.

use facts::FactName;
use std::{error::Error, fs, path::Path};
use store::access_log::{self, Action, Entry};
use store::rows::{self, CaseRow, ObligationRow, PersonRows};
use store::{Location, NewEvent, Options, Store, StreamId, backup, events};
use throughline_fuzz::folder;

type Outcome = Result<(), Box<dyn Error>>;

/// A moment, in microseconds: the seeds do not depend on the day on which they are made.
const NOW: i64 = 1_772_409_600_000_000;

fn main() -> Outcome {
    rules()?;
    recorded()?;
    imported()?;
    small()?;
    stored()
}

fn write(target: &str, name: &str, content: impl AsRef<[u8]>) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), content)?)
}

fn numbered(target: &str, contents: &[&str]) -> Outcome {
    (1..).zip(contents).try_for_each(|(number, content)| write(target, &format!("{number:02}"), content))
}

fn one_text(files: &[(String, String)]) -> String {
    files.iter().map(|(name, text)| format!("# file: {name}\n{text}")).collect()
}

/// Each file of the rulebook with its head and as few standards as stand in it; scenarios one by one; calendars.
fn rules() -> Outcome {
    let rulebook = folder("rulebooks/scotland");
    let head = rulebook.iter().find(|(name, _)| name == "rulebook.toml").ok_or("the rulebook has a head")?;
    for file in rulebook.iter().filter(|(name, _)| name != "rulebook.toml") {
        for (number, standard) in (1..).zip(file.1.split("[[standard]]").skip(1)) {
            // A standard that names others is only read with them.
            if !["see_also", "replaces", "\nof ="].iter().any(|word| standard.contains(word)) {
                let alone = (file.0.clone(), format!("[[standard]]{standard}"));
                let name = format!("{}-{number:02}", file.0.trim_end_matches(".toml"));
                write("rulebook", &name, one_text(&[head.clone(), alone]))?;
            }
        }
    }
    for (name, text) in
        folder("rulebooks/scotland/local").into_iter().chain(folder("rulebooks/drafts/induction-3-days"))
    {
        write("rulebook", &name, text)?;
    }
    for (name, text) in folder("rulebooks/scotland/scenarios") {
        for (number, scenario) in (1..).zip(text.split("[[scenario]]").skip(1)).step_by(9) {
            write("scenario", &format!("{name}-{number:03}"), format!("[[scenario]]{scenario}"))?;
            timeline(&format!("{name}-{number:03}"), scenario)?;
        }
    }
    let calendars = folder("calendars");
    write("calendar", "shipped", one_text(&calendars))?;
    let alone = calendars.iter().filter(|(_, text)| !text.contains("extends"));
    alone.cloned().try_for_each(|file| write("calendar", &file.0.clone(), one_text(&[file])))?;
    folder("orders").into_iter().try_for_each(|(name, text)| write("law", &name, text))
}

/// A scenario's facts: as lines, and as a timeline.
fn timeline(name: &str, scenario: &str) -> Outcome {
    let lines =
        scenario.lines().filter_map(|line| line.trim().trim_end_matches(',').strip_prefix('"')?.strip_suffix('"'));
    let lines: Vec<String> = lines.map(|line| line.replace("\\\"", "\"")).collect();
    let mut facts = Vec::new();
    for line in &lines {
        let Ok(fact) = clock::scenario::read_fact(line) else { continue };
        let on = fact.at.map_or_else(|| fact.on.to_string(), |at| fact.on.to_datetime(at).to_string());
        facts.push(serde_json::json!({"name": fact.name.as_str(), "on": on, "attributes": fact.attributes}));
        write("fact_line", name, line)?;
    }
    write("timeline", name, serde_json::json!({ "facts": facts }).to_string())
}

/// One input per stored kind of event, and all of them as a history.
fn recorded() -> Outcome {
    let written = include_str!("../../crates/record/tests/events.v1.jsonl");
    for line in written.lines() {
        let event: serde_json::Value = serde_json::from_str(line)?;
        let what: record::What = serde_json::from_str(line)?;
        let kind = event["kind"].as_str().ok_or("an event has a kind")?;
        write("event", kind, format!("{kind}\n{}", what.body()?))?;
    }
    let lines: Vec<&str> = written.lines().collect();
    let history = |lines: &[&str]| -> String {
        (1..)
            .zip(lines)
            .map(|(n, line): (usize, _)| format!("2026-{:02}-{:02} {line}\n", 3 + n / 28, 1 + n % 28))
            .collect()
    };
    for (number, some) in (1..).zip(lines.chunks(8)) {
        let imposed = lines.iter().filter(|line| line.contains("order.imposed") || line.contains("person.born"));
        let some: Vec<&str> = imposed.chain(some).copied().collect();
        write("history", &format!("{number:02}"), history(&some))?;
    }
    write("history", "all", history(&lines))
}

/// Lines for the map in `examples/`, a whole map with its lines, and the policies one by one.
fn imported() -> Outcome {
    let heading = "person_id,fy_released,release_type,race_ethnicity,sex,conv_class,conv_type,conv_subtype,recidivism,\
                   days_to_recidivism,recidivism_type,new_class,new_type,new_subtype";
    let first = "1001,2015,Parole,White,Male,C Felony,Violent,Assault,No,,No Recidivism,,,";
    let second =
        "1002,2015,Discharged,Black,Female,D Felony,\"Drug, other\",Trafficking,Yes,16.0,New,D Felony,Drug,Trafficking";
    write("import", "lines", format!("{heading}\n{first}\n{second}\n{first}\nshort\n"))?;
    let map = "id = \"some\"\ntitle = \"Some\"\nagency = \"council\"\nkey = \"{n}\"\nperson = \"p-{n}\"\ndelimiter = \";\"\n\
               encoding = \"windows-1252\"\n[columns.born]\ndate = \"day/month/year\"\notherwise = \"leave out\"\n[[event]]\n\
               kind = \"person.born\"\nhappened = \"2026-03-02\"\ndata = { born = \"{born}\" }\n";
    write("import", "map", format!("{map}# file: lines.csv\nn;born\n1;17/5/1990\n2;31/2/1990\n"))?;
    // What once stopped an import: a line that becomes no event, and a date outside every calendar.
    let fits_none = map.replace("[[event]]\n", "[[event]]\nwhen = { n = \"1\" }\n");
    write("import", "line_without_event", format!("{fits_none}# file: lines.csv\nn;born\n1;17/5/1990\n2;18/5/1990\n"))?;
    let order = "id = \"some\"\ntitle = \"Some\"\nagency = \"council\"\nkey = \"{n}\"\nperson = \"p-{n}\"\n[[event]]\n\
                 kind = \"order.imposed\"\nhappened = \"{on}\"\ndata = { order = \"CPO-1\", kind = \"cpo\", council = \"capital\", \
                 report_considered = true, court = { name = \"Some Sheriff Court\", kind = \"sheriff_summary\" }, \
                 requirements = [{ kind = \"supervision\", months = 12 }] }\n";
    write(
        "import",
        "line_before_the_calendars",
        format!("{order}# file: lines.csv\nn,on\n1,2026-02-02\n2,1990-01-05\n"),
    )?;
    let policies = include_str!("../../policies/throughline.cedar");
    let ends = policies.split_inclusive(";\n").filter(|policy| policy.contains("permit") || policy.contains("forbid"));
    (1..).zip(ends).try_for_each(|(number, policy)| write("policy", &format!("{number:02}"), policy))?;
    write("policy", "schema", include_str!("../../policies/schema.cedarschema"))
}

fn small() -> Outcome {
    numbered(
        "limit",
        &[
            "same day",
            "2 working days",
            "5 days",
            "4 weeks",
            "3 months",
            "3 months beginning with",
            "10 years",
            "72 hours",
            "12 weeks before",
            "2 working days before",
            "1 month before",
            "5 days before",
        ],
    )?;
    numbered(
        "typed_date",
        &[
            "today",
            "yesterday 3pm",
            "9/3",
            "9.3.26",
            "9 March",
            "last Tuesday",
            "tomorrow 10:30",
            "in 2 weeks",
            "3 days ago",
            "1430",
            "2026-03-09T14:30",
            "a week on Tuesday",
            "quarter to 5pm",
            "25 October 2026 1:30am",
        ],
    )?;
    numbered(
        "identifier",
        &[
            "chs\nS123456/95A",
            "pnc\n2003/0011985X",
            "pnc\n03/11985x",
            "sps\n0123456",
            "chi\n010190 0015",
            "local:Swift\nP-77",
            "scro\ns123/95a",
        ],
    )?;
    numbered(
        "date",
        &[
            "2026-03-02",
            "2026-03-02T14:30",
            "2026-03",
            "2026",
            "not known",
            "2026-03-02T14:30:15",
            "2026-03-02 14:30:00.5",
            "-009999-01-01T00:00",
        ],
    )?;
    numbered(
        "words",
        &["CPO-1", "A line.", "Two\nlines\tand a tab", "  around  ", "1/2.3_4-5", "Gàidhlig", "x\u{7}y"],
    )?;
    numbered(
        "location",
        &[
            "area.db",
            "postgres://area:secret@db.example:5433/throughline?password=secret",
            "postgresql:///throughline",
            "mysql://x/y",
            "pa%40ss",
            "pa:ss",
            "pa?ss",
            "pa/ss",
            "/var/lib/area.db",
        ],
    )?;
    numbered("store_name", &["person/0198", "supervision", &"0f".repeat(32), "a/b/c"])?;
    let first = FactName::ALL.first().ok_or("there are facts")?;
    write("fact_line", "all_forms", format!("2026-03-02T14:30 {first} a=1 b=true c=x,y d=\"e f\" g=2026-03-02"))
}

/// A small store: its witness's files and its backup.
fn stored() -> Outcome {
    let folder = tempfile::tempdir()?;
    let location = Location::file(folder.path().join("area.db"));
    let store = Store::open(&location, &Options::new(NOW))?;
    for (number, line) in (1..=3).zip(include_str!("../../crates/record/tests/events.v1.jsonl").lines()) {
        one_event(&store, number, line)?;
    }
    let path = folder.path().join("area.backup");
    backup::backup(&store, &path)?;
    write("backup", "small", fs::read(&path)?)?;
    let witness = store.witness().to_owned();
    drop(store);
    for name in ["main.head", "main.pub"] {
        write("witness", name, fs::read(witness.join(name))?)?;
    }
    let empty = Location::file(folder.path().join("empty.db"));
    let path = folder.path().join("empty.backup");
    backup::backup(&Store::open(&empty, &Options::new(NOW))?, &path)?;
    write("backup", "empty", fs::read(&path)?)
}

/// One event with its rows and its entry in the access log, as the service writes them.
fn one_event(store: &Store, number: u32, line: &str) -> Outcome {
    let told: serde_json::Value = serde_json::from_str(line)?;
    let stream = StreamId::new("person", format!("p{number}"));
    let event = NewEvent {
        id: uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(number)),
        kind: told["kind"].as_str().ok_or("an event has a kind")?.to_owned(),
        schema_version: 1,
        happened: "2026-03-02".into(),
        recorded: NOW,
        by: "w-1".into(),
        agency: "council".into(),
        purpose: "supervision".into(),
        body: told["data"].to_string(),
    };
    let rows = PersonRows {
        display_name: "Alex Example".into(),
        sort_name: "example alex".into(),
        names: vec!["alex example".into()],
        identifiers: vec![rows::Identifier { kind: "chs".into(), value: format!("S{number}/90A") }],
        cases: vec![CaseRow { order_ref: "CPO-1".into(), kind: "cpo".into(), ..CaseRow::default() }],
        obligations: vec![ObligationRow {
            order_ref: "CPO-1".into(),
            standard: "nos.allocate".into(),
            ..ObligationRow::default()
        }],
        ..PersonRows::default()
    };
    store.write(move |tx| {
        let appended = events::append(tx, &stream, 0, std::slice::from_ref(&event))?;
        rows::replace(tx, &stream, &rows)?;
        let entry = Entry {
            at: NOW,
            actor: "w-1".into(),
            role: "case manager".into(),
            agency: "council".into(),
            action: Action::Alteration,
            stream: Some(stream.clone()),
            detail: event.kind.clone(),
            purpose: "supervision".into(),
            outcome: access_log::Outcome::Allowed,
            request: "r-1".into(),
            appends: vec![appended],
        };
        access_log::write(tx, &entry).map(drop)
    })?;
    Ok(())
}

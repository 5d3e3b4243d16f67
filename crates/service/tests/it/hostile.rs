//! What somebody types who means harm is kept as what it is: words. Statements are fixed texts by their type
//! (`&'static str`), so this shows what the type promises, on both databases.

use crate::world::{World, actor, locations};
use record::{Event, History};
use serde_json::json;
use service::{PersonId, Query, Role};

/// Where a piece of SQL would have to break out of.
const HEADS: [&str; 20] = [
    "",
    "'",
    "''",
    "\"",
    "`",
    "\\'",
    "%27",
    "')",
    "'))",
    "\")",
    "?1",
    "$1",
    ":a",
    "@a",
    "ʼ",
    "＇",
    "\u{200b}'",
    "0x27",
    "N'",
    "$$",
];
/// What it would do there.
const BODIES: [&str; 25] = [
    "; DROP TABLE events",
    " OR 1=1",
    " OR 'a'='a'",
    " AND 1=0 UNION ALL SELECT password FROM accounts",
    " UNION SELECT NULL, NULL, NULL",
    "; UPDATE staff SET role = 'administrator'",
    "; DELETE FROM access_log",
    "; INSERT INTO accounts VALUES ('x')",
    "; ATTACH DATABASE '/tmp/x' AS x",
    "; PRAGMA writable_schema = 1",
    "; COPY events TO PROGRAM 'id'",
    "; SELECT pg_sleep(10)",
    " || pg_sleep(10)",
    " AND randomblob(100000000)",
    " AND load_extension('x')",
    " LIKE '%'",
    " GLOB '*'",
    " COLLATE NOCASE",
    " RETURNING *",
    "; COMMIT; BEGIN",
    "; VACUUM INTO '/tmp/x'",
    "%",
    "_",
    "NULL",
    "{\"a\":1}",
];
/// What it would leave behind.
const TAILS: [&str; 20] = [
    "", " --", " -- -", " #", " /*", " */", ";", "'", "\"", "`", "\\", ")", "))", "%00", "\u{202e}", "é̂", "🜂", "�",
    " \u{a0}", "…",
];

fn hostile() -> impl Iterator<Item = String> {
    HEADS.iter().flat_map(|head| {
        BODIES.iter().flat_map(move |body| TAILS.iter().map(move |tail| format!("Said: {head}{body}{tail}.")))
    })
}

fn outcomes(history: &History) -> Vec<String> {
    let said = |event: &Event| serde_json::from_str::<serde_json::Value>(&event.what.body().unwrap()).unwrap();
    history.events().iter().filter_map(|event| said(event)["outcome"].as_str().map(str::to_owned)).collect()
}

#[test]
fn ten_thousand_hostile_texts_are_kept_to_the_letter_and_break_nothing() {
    let all: Vec<String> = hostile().collect();
    assert_eq!(all.len(), 10_000);
    for location in locations() {
        let world = World::on(&location);
        let amy = actor("w-amy", &[Role::CaseManager, Role::TeamManager], "capital", "t-east");
        for (n, texts) in all.chunks(500).enumerate() {
            let person = PersonId::new(&format!("h-{n}")).unwrap();
            let mut version = 0;
            for some in texts.chunks(250) {
                let held = |text: &String| {
                    world.entry(
                        "2026-03-02",
                        "contact.held",
                        &json!({"kind": "office", "with": "case_manager", "outcome": text}),
                    )
                };
                let entries = some.iter().map(held).collect();
                version = world.service.record(&world.request(&amy), &person, version, entries).unwrap().version;
            }
            let view = world.service.person(&world.request(&amy), &person, None).unwrap();
            assert_eq!(outcomes(&view.history), texts);
        }
        for text in all.iter().step_by(100) {
            let query = Query { name: Some(text.clone()), ..Query::default() };
            assert!(world.service.search(&world.request(&amy), &query).unwrap().people.is_empty(), "{text}");
        }
    }
}

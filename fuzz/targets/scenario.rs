//! A file of scenarios: read, and run with the shipped rulebook.
#![no_main]

use clock::scenario::{self, Setting};
use std::sync::LazyLock;
use throughline_fuzz::{CALENDARS, Files, RULEBOOK, folder};

static LOCAL: LazyLock<Files> = LazyLock::new(|| {
    let stem = |(name, text): (String, String)| (name.trim_end_matches(".toml").to_owned(), text);
    folder("rulebooks/scotland/local").into_iter().map(stem).collect()
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    let scenarios = match scenario::parse("some.toml", text) {
        Ok(scenarios) => scenarios,
        Err(refusal) => {
            assert!(refusal.starts_with("some.toml"), "a refusal names the file: {refusal}");
            return;
        }
    };
    let setting = Setting { rulebook: &RULEBOOK, calendars: &CALENDARS, local: &LOCAL };
    for scenario in &scenarios {
        let answer = scenario.run(setting);
        assert_eq!(answer, scenario.run(setting), "the same scenario, the same answer");
        assert!(answer.is_ok() || answer.is_err_and(|fault| !fault.is_empty()), "a fault says what it is");
    }
});

//! A rulebook, a draft over the shipped one, and a council's limits.
#![no_main]

use clock::{Clock, Rulebook};
use facts::{Fact, FactName, Timeline};
use jiff::{ToSpan as _, civil::date};
use std::sync::LazyLock;
use throughline_fuzz::{RULEBOOK, evaluate, files, roles};

/// A case in which everything happens once, a day apart, and then once more.
static EVERYTHING: LazyLock<Timeline> = LazyLock::new(|| {
    let words = [("order", "cpo"), ("level", "high"), ("outcome", "stable"), ("incident", "i1")];
    let all = FactName::ALL.iter().chain(FactName::ALL).enumerate();
    let facts = all.map(|(n, name)| {
        let mut fact = Fact::new(*name, date(2025, 1, 1).saturating_add((n as i64).days()));
        for (name, word) in words {
            fact = fact.with(name, word);
        }
        fact.with("upw_hours", 120).with("minutes", 90)
    });
    Timeline::new(facts.collect())
});

fn use_it(rulebook: &Rulebook) {
    for standard in rulebook.standards() {
        assert!(!standard.id().is_empty());
        assert!(!standard.describe().is_empty(), "{} does not describe itself", standard.id());
        let _ = standard.limit_words();
        assert!(standard.facts().iter().all(|name| FactName::ALL.contains(name)));
        assert!(rulebook.get(standard.id()).is_some_and(|found| found.id() == standard.id()));
        let (from, until) = standard.valid();
        assert!(from.zip(until).is_none_or(|(from, until)| from <= until), "{} is never in force", standard.id());
    }
    if let Some(roles) = roles(rulebook) {
        evaluate(&Clock::new(rulebook, roles), &EVERYTHING);
    }
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let files = files(text);
    match Rulebook::parse(&files) {
        Ok(rulebook) => use_it(&rulebook),
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
    if let Ok(draft) = RULEBOOK.draft(&files) {
        use_it(&draft);
    }
    if let Ok(local) = RULEBOOK.with_local("local.toml", text) {
        assert!(local.council().is_some(), "a council's limits name the council");
        assert_eq!(local.standards().len(), RULEBOOK.standards().len(), "a council sets limits, not standards");
        use_it(&local);
    }
});

//! A timeline: read, and evaluated with the shipped rulebook.
#![no_main]

use facts::Timeline;
use throughline_fuzz::{CLOCK, evaluate};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(timeline) = Timeline::from_json(text) else { return };
    let facts = timeline.facts();
    assert!(facts.is_sorted_by_key(|fact| (fact.on, fact.at)), "facts are in date order");
    assert_eq!(Timeline::new(facts.to_vec()), timeline, "putting them in order again changes nothing");
    evaluate(&CLOCK, &timeline);
});

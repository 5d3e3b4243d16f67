//! A fact on one line, as scenarios write it: it reads the same as JSON.
#![no_main]

use facts::Timeline;

libfuzzer_sys::fuzz_target!(|line: &str| {
    let Ok(fact) = clock::scenario::read_fact(line) else { return };
    let on = fact.at.map_or_else(|| fact.on.to_string(), |at| fact.on.to_datetime(at).to_string());
    let attributes = serde_json::to_value(&fact.attributes).expect("attributes are plain");
    let json = serde_json::json!({"facts": [{"name": fact.name.as_str(), "on": on, "attributes": attributes}]});
    let timeline = Timeline::from_json(&json.to_string()).expect("what a line can say, JSON can say");
    // JSON has no order of names, so attributes are compared one by one.
    let again = &timeline.facts()[0];
    assert_eq!((again.name, again.on, again.at), (fact.name, fact.on, fact.at));
    assert_eq!(again.attributes.iter().count(), fact.attributes.iter().count());
    for (name, value) in fact.attributes.iter() {
        assert_eq!(again.attributes.get(name), Some(value), "{name}");
    }
});

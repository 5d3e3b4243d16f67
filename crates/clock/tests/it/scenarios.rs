//! Every numbered example beside the rulebook.

use crate::shared::{calendars, files, scotland};
use clock::scenario::{self, Setting};

#[test]
fn every_scenario_comes_out_as_it_was_worked_out_by_hand() {
    let (rulebook, calendars) = (scotland(), calendars());
    let local: Vec<_> = files("rulebooks/scotland/local")
        .into_iter()
        .map(|(name, text)| (name.trim_end_matches(".toml").to_owned(), text))
        .collect();
    let setting = Setting { rulebook: &rulebook, calendars: &calendars, local: &local };
    let mut faults = Vec::new();
    let mut count = 0;
    for (file, text) in files("rulebooks/scotland/scenarios") {
        match scenario::parse(&file, &text) {
            Err(refusal) => faults.push(refusal),
            Ok(scenarios) => {
                count += scenarios.len();
                let runs = scenarios.iter().map(|one| (one.name().to_owned(), one.run(setting)));
                faults.extend(runs.filter_map(|(name, run)| Some(format!("{file}, {name}\n  {}", run.err()?))));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count} scenarios fail:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 0, "there are no scenarios under rulebooks/scotland/scenarios");
}

//! The house has floors, and an arrow goes only downwards (ARCHITECTURE.md). What is checked here is what cargo knows of
//! the crates, so it cannot be forgotten.

use crate::{Failure, cargo};
use serde_json::Value;
use std::path::Path;

/// The floor of each crate. A crate may depend on crates of lower floors only, never on its neighbours.
const FLOORS: &[(&str, u8)] = &[
    ("calendar", 1),
    ("facts", 1),
    ("ledger", 1),
    ("clock", 2),
    ("linkage", 2),
    ("measure", 2),
    ("planning", 2),
    ("record", 2),
    ("documents", 3),
    ("post", 3),
    ("store", 3),
    ("synthetic", 3),
    ("service", 4),
    ("web", 5),
    ("throughline", 6),
    ("xtask", 6),
];

/// What only these crates may depend on outside their tests: databases stay in the store, policies in the service, the
/// terminal in the command line.
const ONLY: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("postgres", &["store"]),
    ("cedar-policy", &["service"]),
    // Only what hands messages over speaks to mail servers.
    ("lettre", &["post"]),
    // Only what sets documents knows the library that does.
    ("typst", &["documents"]),
    ("typst-kit", &["documents"]),
    ("typst-layout", &["documents"]),
    ("typst-pdf", &["documents"]),
    ("clap", &["throughline"]),
    ("indicatif", &["throughline"]),
    ("mimalloc", &["throughline"]),
    // A synthetic area is for demonstration and tests: nothing that serves people may need it.
    ("synthetic", &["throughline"]),
    ("axum", &["web", "throughline"]),
    ("askama", &["web"]),
];

pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let output = cargo(root)
        .args(["metadata", "--format-version=1", "--no-deps"])
        .output()
        .map_err(|error| format!("The arrows cannot be checked: cargo could not be started ({error})."))?;
    if !output.status.success() {
        return Err(format!("The arrows cannot be checked: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("The arrows cannot be checked: cargo's description of the workspace is not JSON ({error}).")
    })?;
    let wrong = wrong_arrows(&metadata);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn wrong_arrows(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in entries(metadata, "packages") {
        let name = text(package, "name");
        let Some(floor) = floor_of(name) else {
            wrong.push(format!(
                "Crate {name} has no floor. Give it one in ARCHITECTURE.md and in xtask/src/arrows.rs, or put it into a crate that has."
            ));
            continue;
        };
        for dependency in entries(package, "dependencies") {
            let needed = text(dependency, "name");
            let for_tests = text(dependency, "kind") == "dev";
            if let Some((_, allowed)) = ONLY.iter().find(|(only, _)| *only == needed)
                && !for_tests
                && !allowed.contains(&name)
            {
                wrong.push(format!("Crate {name} depends on {needed}, and only {} may.", allowed.join(", ")));
            }
            if let Some(below) = floor_of(needed)
                && below >= floor
                && !(for_tests && needed == "synthetic")
            {
                wrong.push(format!(
                    "Crate {name} (floor {floor}) depends on {needed} (floor {below}). An arrow goes only downwards: move what both need to a lower floor."
                ));
            }
        }
        let test_programs =
            entries(package, "targets").filter(|target| entries(target, "kind").any(|kind| kind == "test"));
        if test_programs.count() > 1 {
            wrong.push(format!("Crate {name} has several integration tests. Make them modules of tests/it/main.rs: each is a program to link."));
        }
    }
    wrong
}

fn floor_of(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(name: &str, dependencies: &Value) -> Vec<String> {
        wrong_arrows(&json!({"packages": [{"name": name, "dependencies": dependencies, "targets": []}]}))
    }

    #[test]
    fn an_arrow_goes_only_downwards() {
        assert!(one("clock", &json!([{"name": "facts", "kind": null}])).is_empty());
        let wrong = one("facts", &json!([{"name": "clock", "kind": null}]));
        assert!(wrong[0].starts_with("Crate facts (floor 1) depends on clock (floor 2)."), "{wrong:?}");
        let neighbours = one("clock", &json!([{"name": "record", "kind": "dev"}]));
        assert_eq!(neighbours.len(), 1, "not even in tests");
        assert!(
            one("store", &json!([{"name": "synthetic", "kind": "dev"}])).is_empty(),
            "a synthetic area serves tests"
        );
    }

    #[test]
    fn a_database_stays_in_the_store() {
        assert!(one("store", &json!([{"name": "rusqlite", "kind": null}])).is_empty());
        assert_eq!(
            one("service", &json!([{"name": "rusqlite", "kind": null}])),
            ["Crate service depends on rusqlite, and only store may."]
        );
        assert!(one("service", &json!([{"name": "rusqlite", "kind": "dev"}])).is_empty());
    }

    #[test]
    fn a_crate_without_a_floor_is_noticed() {
        assert!(one("helpers", &json!([]))[0].starts_with("Crate helpers has no floor."));
    }

    #[test]
    fn one_integration_test_for_each_crate() {
        let target = json!({"kind": ["test"]});
        let wrong =
            wrong_arrows(&json!({"packages": [{"name": "clock", "dependencies": [], "targets": [target, target]}]}));
        assert!(wrong[0].contains("several integration tests"));
    }
}

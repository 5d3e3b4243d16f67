//! Documents written from the program's own lists. They are committed, so that they can be read without building, and
//! checked, so that they cannot drift.

use crate::{Failure, dictionary, glossary};
use facts::{FactName, Publisher};
use std::{fmt::Write as _, fs, path::Path};

/// The decision that gives a reason for each dependency.
const REASONS: &str = "docs/decisions/0002-dependencies.md";

/// Path and content of each generated document.
fn generated(root: &Path) -> Result<[(&'static str, String); 4], Failure> {
    let vocabulary = read(root, glossary::VOCABULARY)?;
    Ok([
        ("docs/facts.md", facts_page()),
        ("docs/data-dictionary.md", dictionary::of_records()),
        ("docs/plan-events.md", dictionary::of_plans()),
        ("docs/glossary.md", glossary::page(&vocabulary)?),
    ])
}

pub(crate) fn write(root: &Path) -> Result<(), Failure> {
    for (path, content) in generated(root)? {
        fs::write(root.join(path), content).map_err(|error| format!("{path} cannot be written: {error}."))?;
        eprintln!("Wrote {path}.");
    }
    Ok(())
}

pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let stale: Vec<&str> = generated(root)?
        .into_iter()
        .filter(|(path, content)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(content))
        .map(|(path, _)| path)
        .collect();
    if !stale.is_empty() {
        return Err(format!(
            "Out of date: {}. Write it again with `cargo xtask docs` and commit it.",
            stale.join(", ")
        ));
    }
    let unexplained = unexplained_dependencies(&read(root, "Cargo.toml")?, &read(root, REASONS)?)?;
    if unexplained.is_empty() {
        Ok(())
    } else {
        Err(format!("{REASONS} has no row for {}. Say why each is needed, or do without.", unexplained.join(", ")))
    }
}

fn read(root: &Path, path: &str) -> Result<String, Failure> {
    fs::read_to_string(root.join(path)).map_err(|error| format!("{path} cannot be read: {error}."))
}

/// The dependencies from elsewhere that the page does not name.
fn unexplained_dependencies(manifest: &str, page: &str) -> Result<Vec<String>, Failure> {
    let manifest: toml::Table = manifest.parse().map_err(|error| format!("Cargo.toml cannot be read: {error}"))?;
    let all = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")?.as_table());
    let theirs = all.into_iter().flatten().filter(|(_, wanted)| wanted.get("path").is_none());
    Ok(theirs.map(|(name, _)| name.clone()).filter(|name| !page.contains(&format!("`{name}`"))).collect())
}

fn facts_page() -> String {
    let mut page = String::from(
        "# Facts\n\n\
         Written by `cargo xtask docs` from `crates/facts/src/vocabulary.rs`; change it there.\n\n\
         A fact is what an event means to a rule. The record publishes facts about people; an authority's diary holds the\n\
         others. A rule, a timeline or a map that names another fact is refused.\n",
    );
    for (publisher, title) in [(Publisher::Person, "About a person"), (Publisher::Authority, "In an authority's diary")]
    {
        let _ = write!(page, "\n## {title}\n\n| fact | meaning | attributes |\n|---|---|---|\n");
        for fact in FactName::ALL.iter().filter(|fact| fact.publisher() == publisher) {
            let attributes: Vec<String> = fact.attributes().iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(page, "| `{}` | {} | {} |", fact.as_str(), fact.meaning(), attributes.join(", "));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_noticed() {
        let manifest = "[workspace.dependencies]\nours = { path = 'ours' }\njiff = '0.2'\nleft-pad = '1'\n";
        assert_eq!(unexplained_dependencies(manifest, "| `jiff` | dates |"), Ok(vec!["left-pad".to_owned()]));
    }
}

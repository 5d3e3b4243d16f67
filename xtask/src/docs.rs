//! Documents written from the program's own lists. They are committed, so that they can be read without building, and
//! checked, so that they cannot drift.

use crate::{Failure, dictionary};
use facts::{FactName, Publisher};
use std::{fmt::Write as _, fs, path::Path};

/// Path and content of each generated document.
fn generated() -> [(&'static str, String); 2] {
    [("docs/facts.md", facts_page()), ("docs/data-dictionary.md", dictionary::page())]
}

pub(crate) fn write(root: &Path) -> Result<(), Failure> {
    for (path, content) in generated() {
        fs::write(root.join(path), content).map_err(|error| format!("{path} cannot be written: {error}."))?;
        eprintln!("Wrote {path}.");
    }
    Ok(())
}

pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let stale: Vec<&str> = generated()
        .into_iter()
        .filter(|(path, content)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(content))
        .map(|(path, _)| path)
        .collect();
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("Out of date: {}. Write it again with `cargo xtask docs` and commit it.", stale.join(", ")))
    }
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

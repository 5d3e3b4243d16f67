//! The glossary: what the field means by its words, and what each kind of event is called, from the vocabulary file.

use crate::Failure;
use std::fmt::Write as _;

/// The words on the screen.
pub(crate) const VOCABULARY: &str = "vocabularies/scotland.toml";

/// The whole page.
pub(crate) fn page(vocabulary: &str) -> Result<String, Failure> {
    let file: toml::Table = vocabulary.parse().map_err(|error| format!("{VOCABULARY} cannot be read: {error}"))?;
    let mut page = format!(
        "# Glossary\n\n\
         Written by `cargo xtask docs` from `{VOCABULARY}`; change it there. The desk takes its words from the same file.\n\n\
         | term | meaning |\n|---|---|\n"
    );
    let terms = file.get("glossary").and_then(toml::Value::as_table).into_iter().flatten();
    let mut terms: Vec<(&String, &str)> = terms.filter_map(|(term, said)| Some((term, said.as_str()?))).collect();
    terms.sort_by_key(|(term, _)| term.to_lowercase());
    for (term, meaning) in terms {
        let _ = writeln!(page, "| {term} | {} |", sentence(meaning));
    }
    page.push_str("\n## What is recorded\n\n| kind of event | on the screen |\n|---|---|\n");
    for (kind, _) in record::What::KINDS {
        let title = file.get("event").and_then(|events| events.get(*kind)?.get("title")?.as_str());
        let title =
            title.ok_or_else(|| format!("{VOCABULARY} has no title for \"{kind}\". Add [event.\"{kind}\"]."))?;
        let _ = writeln!(page, "| `{kind}` | {title} |");
    }
    Ok(page)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_event_without_a_title_is_noticed() {
        let whole = include_str!("../../vocabularies/scotland.toml");
        assert!(page(whole).unwrap().contains("| `contact.held` | Contact held |"));
        let without = whole.replace("[event.\"contact.held\"]", "[event.\"contact.hold\"]");
        assert!(page(&without).unwrap_err().contains("no title for \"contact.held\""));
    }
}

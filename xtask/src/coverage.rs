//! `docs/coverage.md` says where each paragraph of the policy papers lives. Here it is held to its word: no paragraph is
//! absent, none appears twice, and whatever a row names exists.

use crate::Failure;
use facts::FactName;
use record::What;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const TABLE: &str = "docs/coverage.md";
const PARAGRAPHS: &str = "docs/coverage/paragraphs.txt";
const RULEBOOK: &str = "rulebooks/scotland";

/// The papers are not part of the project. Where their texts lie beside it, the list of paragraphs is compared with them.
const PAPERS: &str = "../shared/sources";
/// S3, the National Outcomes and Standards, and S5, the Programme Board's paper.
const S3: &str = "002_3425eba344813d64.txt";
const S5: &str = "004_3b402a6094ea834c.txt";

pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let table = read(root, TABLE)?;
    let paragraphs = read(root, PARAGRAPHS)?;
    let paragraphs: Vec<&str> =
        paragraphs.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let known = Known { standards: standards(root)?, root };
    let mut wrong = faults(&rows(&table), &paragraphs, &known);
    for (file, found_in) in [(S3, numbered as fn(&str) -> Vec<String>), (S5, lettered)] {
        if let Ok(text) = fs::read_to_string(root.join(PAPERS).join(file)) {
            let listed: BTreeSet<&str> = paragraphs.iter().copied().collect();
            let absent = found_in(&text).into_iter().filter(|id| !listed.contains(id.as_str()));
            wrong.extend(
                absent.map(|id| format!("{PARAGRAPHS}: {id} stands in the paper and is not in the list. Add it.")),
            );
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// A row of the table: which paragraph, and where it lives.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    line: usize,
    paragraph: &'a str,
    lives: &'a str,
}

/// The rows of all tables: three cells, the first of which begins with a paper's key.
fn rows(table: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(table.lines()) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if let [paragraph, _, lives] = cells.as_slice()
            && (paragraph.starts_with("S3 ") || paragraph.starts_with("S5 "))
        {
            rows.push(Row { line: number, paragraph, lives });
        }
    }
    rows
}

/// What a row may name.
struct Known<'a> {
    standards: BTreeSet<String>,
    root: &'a Path,
}

impl Known<'_> {
    /// Why this part of a row is wrong, if it is.
    fn fault(&self, part: &str) -> Option<String> {
        if part == "later" || part == "background" || part.starts_with("later: ") {
            return None;
        }
        let named = part.split_once(" `").and_then(|(kind, name)| Some((kind, name.strip_suffix('`')?)));
        match named {
            Some(("standard", id)) if self.standards.contains(id) => None,
            Some(("standard", id)) => Some(format!("there is no standard {id} in {RULEBOOK}")),
            Some(("fact", name)) => name.parse::<FactName>().err().map(|unknown| unknown.to_string()),
            Some(("event", kind)) if What::KINDS.iter().any(|(known, _)| *known == kind) => None,
            Some(("event", kind)) => Some(format!("there is no event {kind} in docs/data-dictionary.md")),
            Some(("file", path)) if self.root.join(path).exists() => None,
            Some(("file", path)) => Some(format!("there is no file {path}")),
            _ => Some(format!(
                "\"{part}\" is not standard `…`, event `…`, fact `…`, file `…`, background, later, or later: with what it waits for"
            )),
        }
    }
}

fn faults(rows: &[Row<'_>], paragraphs: &[&str], known: &Known<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        if let Some(first) = seen.insert(row.paragraph, row.line) {
            wrong
                .push(format!("{TABLE}, line {}: {} already has line {first}. Join the two.", row.line, row.paragraph));
        }
        if !paragraphs.contains(&row.paragraph) {
            wrong.push(format!(
                "{TABLE}, line {}: {} is not in {PARAGRAPHS}. Correct one of them.",
                row.line, row.paragraph
            ));
        }
        for fault in row.lives.split("; ").filter_map(|part| known.fault(part)) {
            wrong.push(format!("{TABLE}, line {} ({}): {fault}.", row.line, row.paragraph));
        }
    }
    for paragraph in paragraphs.iter().filter(|paragraph| !seen.contains_key(*paragraph)) {
        wrong.push(format!("{TABLE}: {paragraph} is absent. Say where it lives, or \"later\"."));
    }
    wrong
}

fn read(root: &Path, path: &str) -> Result<String, Failure> {
    fs::read_to_string(root.join(path)).map_err(|error| format!("{path} cannot be read: {error}."))
}

/// The ids of all standards in the rulebook.
fn standards(root: &Path) -> Result<BTreeSet<String>, Failure> {
    let folder = fs::read_dir(root.join(RULEBOOK)).map_err(|error| format!("{RULEBOOK} cannot be read: {error}."))?;
    let mut ids = BTreeSet::new();
    for path in
        folder.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "toml"))
    {
        let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
        let file: toml::Table = text.parse().map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let entries = file.get("standard").and_then(toml::Value::as_array).into_iter().flatten();
        ids.extend(entries.filter_map(|standard| standard.get("id")?.as_str().map(str::to_owned)));
    }
    Ok(ids)
}

/// The numbered paragraphs of S3: "5.3" at the start of a line. The paper uses 5.17 and 5.18 twice; they are told apart
/// as 5.17a and 5.17b in the order in which they stand.
fn numbered(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start().trim_start_matches("- ");
        let number = line.split_whitespace().next().unwrap_or("").trim_end_matches('.');
        let is_paragraph = number.split_once('.').is_some_and(|(chapter, paragraph)| {
            chapter.parse::<u8>().is_ok_and(|chapter| (1..=10).contains(&chapter)) && paragraph.parse::<u8>().is_ok()
        });
        if is_paragraph {
            let id = format!("S3 {number}");
            if let Some(first) = found.iter_mut().find(|known| **known == id) {
                first.push('a');
                found.push(format!("{id}b"));
            } else {
                found.push(id);
            }
        }
    }
    found
}

/// The goals, objectives and deliverables of S5: letters of a project with a number, such as ECD2 and ECD2.1.
fn lettered(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let ids: BTreeSet<String> = words
        .filter_map(|word| {
            let project =
                ["PG", "YP", "PD", "CSM", "ECD", "CR"].into_iter().find(|project| word.starts_with(project))?;
            let digits: Vec<&str> = word
                .strip_prefix(project)?
                .trim_end_matches(char::is_alphabetic)
                .trim_end_matches('.')
                .split('.')
                .collect();
            let is_number = digits.len() <= 2 && digits.iter().all(|part| part.parse::<u8>().is_ok());
            is_number.then(|| format!("S5 {project}{}", digits.join(".")))
        })
        .collect();
    ids.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(root: &Path) -> Known<'_> {
        Known { standards: BTreeSet::from(["nos.allocate".to_owned()]), root }
    }

    #[test]
    fn a_row_may_name_only_what_exists() {
        let known = known(Path::new(env!("CARGO_MANIFEST_DIR")));
        let table = "| S3 5.3 | allocate | standard `nos.allocate`; fact `order.received`; event `order.received`; file `src/main.rs` |\n\
                     | S3 5.4 | induction | standard `nos.induct`; fact `order.recieved`; event `order.lost`; file `src/no.rs`; somewhere |\n\
                     | S3 5.5 | roles | later: with the desk |\n";
        let wrong = faults(&rows(table), &["S3 5.3", "S3 5.4", "S3 5.5"], &known);
        assert_eq!(
            wrong,
            [
                "docs/coverage.md, line 2 (S3 5.4): there is no standard nos.induct in rulebooks/scotland.",
                "docs/coverage.md, line 2 (S3 5.4): no fact is called \"order.recieved\"; the nearest is \"order.received\".",
                "docs/coverage.md, line 2 (S3 5.4): there is no event order.lost in docs/data-dictionary.md.",
                "docs/coverage.md, line 2 (S3 5.4): there is no file src/no.rs.",
                "docs/coverage.md, line 2 (S3 5.4): \"somewhere\" is not standard `…`, event `…`, fact `…`, file `…`, background, later, or later: with what it waits for.",
            ]
        );
    }

    #[test]
    fn no_paragraph_is_absent_twice_there_or_made_up() {
        let known = known(Path::new("."));
        let wrong = faults(
            &rows("| S3 1.1 | a | later |\n| S3 1.1 | b | later |\n| S3 9.9 | c | later |\n"),
            &["S3 1.1", "S3 1.2"],
            &known,
        );
        assert_eq!(
            wrong,
            [
                "docs/coverage.md, line 2: S3 1.1 already has line 1. Join the two.",
                "docs/coverage.md, line 3: S3 9.9 is not in docs/coverage/paragraphs.txt. Correct one of them.",
                "docs/coverage.md: S3 1.2 is absent. Say where it lives, or \"later\".",
            ]
        );
    }

    #[test]
    fn paragraphs_are_found_in_the_papers() {
        let text = "1.1. First\n- 5.17 **Recognise**\n  5.17 Managing\n2009 was a year\n5.18 x\n11.2 not a chapter\n";
        assert_eq!(numbered(text), ["S3 1.1", "S3 5.17a", "S3 5.17b", "S3 5.18"]);
        let text = "ECD2\tDevelop\nECD2.1. 80%\nCSM1.1.Maximise use of CPO, PD2.1 PD2.1 PG6 ECD 6.1 ECDs";
        assert_eq!(lettered(text), ["S5 CSM1.1", "S5 ECD2", "S5 ECD2.1", "S5 PD2.1", "S5 PG6"]);
    }
}

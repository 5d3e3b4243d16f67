//! The examples of `docs/cli.md` and `docs/story.md` are real: each is run in turn, and must answer what the page says.
//!
//! `THROUGHLINE_WRITE_DOCS=1 cargo test -p throughline documented` writes the answers into the pages.

use crate::world::World;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_page_about_the_command_line_says_what_the_program_says() {
    compare("cli.md");
}

#[test]
fn the_story_says_what_the_program_says() {
    compare("story.md");
}

fn compare(name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let written = std::fs::read_to_string(&page).unwrap();
    let said = answered(&written);
    if std::env::var_os("THROUGHLINE_WRITE_DOCS").is_some() {
        std::fs::write(&page, &said).unwrap();
    }
    for (number, (written, said)) in (1..).zip(written.lines().zip(said.lines())) {
        assert_eq!(written, said, "docs/{name}, line {number}; see the top of this file for how to write it anew");
    }
    assert_eq!(written.lines().count(), said.lines().count());
}

/// The page with every example answered anew. A block `json timeline.json` is a file; a block `console` holds commands
/// after `$` with their answers.
fn answered(page: &str) -> String {
    let world = World::empty();
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if kind == "console" {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                out.extend(["$ ", command, "\n", &run(&world, command)]);
            }
        } else {
            out.extend(block.iter().flat_map(|line| [*line, "\n"]));
            if let Some((_, file)) = kind.split_once(' ') {
                world.write(file, block.join("\n") + "\n");
            }
        }
        out.push_str("```\n");
    }
    out
}

fn run(world: &World, command: &str) -> String {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_throughline"));
    let on_a_monday = "throughline() { command throughline --now 2026-03-16T09:00 \"$@\"; }";
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{on_a_monday}\n{command} 2>&1")])
        .current_dir(world.path(""))
        .env("PATH", path)
        .env_remove("THROUGHLINE_STORE")
        .env_remove("THROUGHLINE_ACCOUNT")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| masked(line) + "\n").collect()
}

/// The line with what differs from run to run left out: identifiers, sums, sizes, durations, counts of what chance or
/// another page decides.
fn masked(line: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_end_matches(['.', ';', ',']);
        let rest = &word[bare.len()..];
        let is_hex = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_hex && (bare.len() == 36 || bare.len() == 64) {
            format!("{}…{rest}", &bare[..4])
        } else {
            word.to_owned()
        }
    };
    let mut words: Vec<String> = line.split(' ').map(word).collect();
    for at in 1..words.len() {
        let varies = ["bytes", "milliseconds", "commands", "scenarios"];
        if varies.iter().any(|unit| words[at].starts_with(unit))
            && words[at - 1].starts_with(|c: char| c.is_ascii_digit())
        {
            words[at - 1] = "…".to_owned();
        }
        if words[at - 1] == "SHA-256" || words[at - 1] == "event" && words[at].ends_with("….") {
            words[at] = "….".to_owned();
        }
    }
    words.join(" ").trim_end().to_owned()
}

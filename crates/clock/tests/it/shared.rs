//! The files of this repository, read once for all tests.

use calendar::Calendars;
use clock::{CalendarRoles, Rulebook};
use std::{fs, path::PathBuf};

pub(crate) type Files = Vec<(String, String)>;

/// A folder beside `crates/`.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The TOML files directly in a folder, by name.
pub(crate) fn files(name: &str) -> Files {
    let Ok(entries) = fs::read_dir(folder(name)) else { return Files::new() };
    let mut files: Files = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

pub(crate) fn calendars() -> Calendars {
    calendar::load(&files("calendars")).unwrap()
}

pub(crate) fn scotland() -> Rulebook {
    Rulebook::parse(&files("rulebooks/scotland")).unwrap_or_else(|refusal| panic!("{refusal}"))
}

pub(crate) fn roles<'a>(rulebook: &Rulebook, calendars: &'a Calendars) -> CalendarRoles<'a> {
    CalendarRoles::of(rulebook, calendars).unwrap()
}

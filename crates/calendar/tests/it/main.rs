//! The crate seen from outside: the shipped calendars against published dates, counting against a naive count, and refusals.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world fails, and says where")]

mod counting;
mod limits;
mod refusals;
mod shipped;

use calendar::{Calendar, Calendars};

/// The calendars in the repository.
fn shipped() -> Calendars {
    let files = ["scotland", "council-example", "sheriffdom-example"].map(|id| {
        let path = format!("{}/../../calendars/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        (format!("{id}.toml"), std::fs::read_to_string(path).unwrap())
    });
    calendar::load(&files).unwrap()
}

/// Bank holidays in Scotland.
fn scotland() -> Calendar {
    shipped().get("scotland").unwrap().clone()
}

/// One calendar from its text.
fn only(text: &str) -> Calendar {
    calendar::load(&[("test.toml", text)]).unwrap().iter().next().unwrap().clone()
}

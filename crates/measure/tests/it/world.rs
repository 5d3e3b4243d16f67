//! The files beside the crates, and a small world of people.

use jiff::civil::Date;
use measure::{Cohort, Day, Definition, EventRow, Followed, Histories, HistoriesBuilder, Known, follow};
use std::{fs, path::PathBuf};

/// A file or folder beside `crates/`.
pub(crate) fn beside(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

pub(crate) fn definition(id: &str) -> Definition {
    let file = format!("definitions/{id}.toml");
    Definition::parse(&file, &fs::read_to_string(beside(&file)).unwrap()).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    Day::from(text.parse::<Date>().unwrap())
}

/// What happened to one person after another; each is written as `id: convicted [offence] [@liberty] …`.
pub(crate) struct World(pub(crate) HistoriesBuilder);

impl World {
    pub(crate) fn new() -> Self {
        Self(HistoriesBuilder::new(["council"], ["sex"]))
    }

    /// A conviction of a day for an offence of a day; a fine unless said otherwise.
    pub(crate) fn convicted(&mut self, id: &str, on: &str, offence: &str) -> &mut Self {
        self.event(id, on, |event| event.offence = Some(day(offence)))
    }

    pub(crate) fn event(&mut self, id: &str, on: &str, with: impl FnOnce(&mut EventRow<'_>)) -> &mut Self {
        let person = self.0.person(id).unwrap();
        let mut event =
            EventRow { disposal: "fine", group: "dishonesty", ..EventRow::new(person, "conviction", day(on)) };
        with(&mut event);
        self.0.event(&event).unwrap();
        self
    }

    pub(crate) fn build(self) -> Histories {
        self.0.build()
    }
}

/// Follows a cohort with all that is known at the end of 2025.
pub(crate) fn followed<'a>(histories: &'a Histories, definition: &'a Definition, cohort: &'a Cohort) -> Followed<'a> {
    follow(histories, definition, cohort, Known::by(day("2025-12-31")), None).unwrap()
}

/// People, people who reoffended, reoffences.
pub(crate) fn counts(histories: &Histories, definition: &Definition, cohort: &str) -> (usize, usize, u32) {
    let cohort = Cohort::parse(cohort).unwrap();
    let followed = followed(histories, definition, &cohort);
    let reoffended = followed.outcomes.iter().filter(|outcome| outcome.reoffended()).count();
    (followed.outcomes.len(), reoffended, followed.outcomes.iter().map(|outcome| outcome.reoffences).sum())
}

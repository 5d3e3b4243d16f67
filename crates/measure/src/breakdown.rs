//! By what figures are broken down: always what was so at the index date, whatever became of it later.

use crate::day::Day;
use crate::error::MeasureError;
use crate::follow_up::{Followed, Outcome};
use crate::histories::{Codes, Histories};
use crate::predictor::Band;

/// One thing by which people are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakdown {
    /// The disposal of the index event.
    Disposal,
    /// The group of the index offence.
    Group,
    /// The age at the index date, in the bands of the Scottish bulletin.
    Age,
    /// How often the person had been convicted before the index event.
    Previous,
    /// An attribute of the index event, or of the person, by its name in the map.
    Attribute(String),
}

/// The word for what is not known.
pub(crate) const UNKNOWN: &str = "not known";

impl Breakdown {
    /// Reads the name of a breakdown of histories.
    pub fn named(name: &str, histories: &Histories) -> Result<Self, MeasureError> {
        Self::among(name, histories.attributes())
    }

    /// Reads the name of a breakdown, where these attributes are known.
    pub fn among<'a>(name: &str, attributes: impl Iterator<Item = &'a str> + Clone) -> Result<Self, MeasureError> {
        match name {
            "disposal" => Ok(Self::Disposal),
            "group" => Ok(Self::Group),
            "age" => Ok(Self::Age),
            "previous" => Ok(Self::Previous),
            _ if attributes.clone().any(|attribute| attribute == name) => Ok(Self::Attribute(name.to_owned())),
            _ => Err(MeasureError::unknown(
                "breakdown",
                name,
                ["age", "disposal", "group", "previous"].into_iter().chain(attributes),
            )),
        }
    }

    /// A value as a row says it, with its place in the order of rows: an age or a number of convictions in its band, a word as
    /// it is.
    pub fn said(&self, value: &str) -> (usize, String) {
        match self {
            Self::Age => banded(value.parse().ok(), &AGES),
            Self::Previous => banded(value.parse().ok(), &PREVIOUS),
            Self::Disposal | Self::Group | Self::Attribute(_) => spoken(value),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Disposal => "disposal",
            Self::Group => "group",
            Self::Age => "age",
            Self::Previous => "previous",
            Self::Attribute(name) => name,
        }
    }

    /// Whether a person of the cohort stands in the row of that word.
    pub fn is(&self, followed: &Followed<'_>, outcome: &Outcome, word: &str) -> bool {
        self.word(followed, outcome).1 == word
    }

    /// The word for one person, with its place in the order of words.
    pub(crate) fn word(&self, followed: &Followed<'_>, outcome: &Outcome) -> (usize, String) {
        let histories = followed.histories;
        let events = &histories.events;
        let index = outcome.index_row as usize;
        match self {
            Self::Disposal => spoken(events.disposal.word(index)),
            Self::Group => spoken(events.group.word(index)),
            Self::Age => banded(Self::age(followed, outcome), &AGES),
            Self::Previous => banded(Some(Self::previous(followed, outcome)), &PREVIOUS),
            Self::Attribute(name) => {
                let named = |columns: &'_ [Codes], row: usize| {
                    columns.iter().find(|column| column.name() == name).map(|column| column.word(row).to_owned())
                };
                let word = named(&events.attributes, index)
                    .or_else(|| named(&histories.people.attributes, outcome.person.row()));
                spoken(&word.unwrap_or_default())
            }
        }
    }

    /// The age at the index date.
    pub(crate) fn age(followed: &Followed<'_>, outcome: &Outcome) -> Option<i64> {
        let born = followed.histories.people.born.get(outcome.person.row()).and_then(|born| born.get());
        born.map(|born| i64::from(born.age_on(outcome.index_day)))
    }

    /// On how many days before the index event something was proven that the definition counts.
    pub(crate) fn previous(followed: &Followed<'_>, outcome: &Outcome) -> i64 {
        let events = &followed.histories.events;
        let index = outcome.index_row as usize;
        let rows = followed.histories.rows_of(outcome.person.row());
        let index_on = events.on.get(index).copied();
        let counted = events.kind.among(&followed.definition.counts.kinds);
        let mut days: Vec<Day> = rows
            .filter(|row| counted.get(usize::from(events.kind.code(*row))) == Some(&true))
            .filter(|row| events.was_known(*row, followed.known.as_of))
            .filter_map(|row| events.on.get(row).copied())
            .filter(|on| Some(*on) < index_on)
            .collect();
        days.dedup();
        i64::try_from(days.len()).unwrap_or(i64::MAX)
    }
}

/// Words stand in the order of the alphabet, and bands from the lowest; what is not known stands last.
fn spoken(word: &str) -> (usize, String) {
    if word.is_empty() {
        return (usize::MAX, UNKNOWN.to_owned());
    }
    let band = Band::ALL.iter().position(|band| band.as_str() == word);
    (band.unwrap_or_default(), word.to_owned())
}

/// The bands of age of the Scottish bulletin.
const AGES: [(i64, &str); 5] =
    [(20, "under 21"), (25, "21 to 25"), (30, "26 to 30"), (40, "31 to 40"), (i64::MAX, "over 40")];

/// The bands of previous convictions of the Scottish bulletin.
const PREVIOUS: [(i64, &str); 4] = [(0, "none"), (2, "1 or 2"), (10, "3 to 10"), (i64::MAX, "over 10")];

fn banded(value: Option<i64>, bands: &[(i64, &str)]) -> (usize, String) {
    let band = value.and_then(|value| bands.iter().enumerate().find(|(_, (to, _))| value <= *to));
    band.map_or((usize::MAX, UNKNOWN.to_owned()), |(place, (_, word))| (place, (*word).to_owned()))
}

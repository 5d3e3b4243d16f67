//! A cohort as a table with one row for each person, for the statistics that take tables: survival, regression, matching.

use crate::breakdown::Breakdown;
use crate::follow_up::{Followed, Outcome};
use crate::report::{at_liberty, observed};
use crate::statistics::Observed;
use crate::table::Table;

/// The columns that every cohort has.
const COLUMNS: [&str; 8] =
    ["person", "index_date", "days", "liberty_days", "reoffended", "reoffences", "age", "previous_convictions"];

impl Table {
    /// The people of a cohort: how many days each was seen, in all and at liberty, until they reoffended or no more; whether and
    /// how often they did; and what was so at the index date: age and earlier convictions as numbers, disposal, group and each
    /// attribute as words.
    pub fn of_cohort(followed: &Followed<'_>) -> Self {
        let histories = followed.histories;
        let mut names: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
        let mut by = vec![Breakdown::Disposal, Breakdown::Group];
        by.extend(histories.attributes().map(|name| Breakdown::Attribute(name.to_owned())));
        names.extend(by.iter().map(|by| by.name().to_owned()));
        let mut columns = vec![Vec::with_capacity(followed.outcomes.len()); names.len()];
        for outcome in &followed.outcomes {
            let known = known(followed, outcome);
            let words = by.iter().map(|by| by.word(followed, outcome).1);
            for (column, word) in columns.iter_mut().zip(known.into_iter().chain(words)) {
                column.push(word);
            }
        }
        Self::of_columns(&format!("the cohort {}", followed.cohort), names, columns)
    }
}

fn known(followed: &Followed<'_>, outcome: &Outcome) -> [String; 8] {
    let days = |seen: Observed| seen.until.to_string();
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        followed.histories.id(outcome.person).into_owned(),
        outcome.index_day.date().to_string(),
        days(observed(outcome)),
        days(at_liberty(followed, outcome)),
        if outcome.reoffended() { "yes" } else { "no" }.to_owned(),
        outcome.reoffences.to_string(),
        number(Breakdown::age(followed, outcome)),
        number(Some(Breakdown::previous(followed, outcome))),
    ]
}

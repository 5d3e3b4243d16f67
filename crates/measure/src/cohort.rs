//! Who is followed, and from which day.

use crate::day::Day;
use crate::definition::Definition;
use crate::error::MeasureError;
use crate::follow_up::Known;
use jiff::civil::date;
use std::fmt;

/// The period in which the index events lie: both days included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    name: String,
    first: Day,
    last: Day,
}

impl Cohort {
    /// Reads a cohort: a financial year (`2016-17`), a calendar year (`2016`) or two days (`2016-04-01..2016-06-30`).
    pub fn parse(text: &str) -> Result<Self, MeasureError> {
        let not = || MeasureError::NotACohort { text: text.to_owned() };
        let (first, last) = if let Some((first, last)) = text.split_once("..") {
            (first.trim().parse().map_err(|_| not())?, last.trim().parse().map_err(|_| not())?)
        } else {
            let year: i16 = text.get(..4).and_then(|year| year.parse().ok()).ok_or_else(not)?;
            match text.get(4..) {
                Some("") => (date(year, 1, 1), date(year, 12, 31)),
                Some(rest) if rest == format!("-{:02}", (year + 1) % 100) => (date(year, 4, 1), date(year + 1, 3, 31)),
                _ => return Err(not()),
            }
        };
        if last < first {
            return Err(not());
        }
        Ok(Self { name: text.to_owned(), first: first.into(), last: last.into() })
    }

    /// The first day on which an index event may lie.
    #[inline]
    pub fn first(&self) -> Day {
        self.first
    }

    /// The last day on which an index event may lie.
    #[inline]
    pub fn last(&self) -> Day {
        self.last
    }

    /// Everyone in a denominator has the whole follow-up and waiting period behind them, or there is no figure.
    pub fn must_be_measurable(&self, definition: &Definition, known: Known) -> Result<(), MeasureError> {
        let complete = known.complete.min(known.as_of);
        let until = definition.measurable_from(self.last);
        if self.first < definition.valid_from {
            return Err(MeasureError::NotComputable {
                what: "The figure",
                reason: format!(
                    "the definition `{}` applies to cohorts from {}. Choose a later cohort, or a definition that was in force.",
                    definition.id, definition.valid_from
                ),
            });
        }
        if until <= complete {
            return Ok(());
        }
        let waiting = match definition.follow_up.waiting {
            crate::day::Length::Days(0) => String::new(),
            waiting => format!(" and a waiting period of {waiting}"),
        };
        Err(MeasureError::NotYetMeasurable {
            definition: definition.id.clone(),
            cohort: self.name.clone(),
            last: self.last,
            needed: format!("{}{waiting}", definition.follow_up.length),
            until,
            complete,
        })
    }
}

impl fmt::Display for Cohort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cohort_is_a_year_or_two_days() {
        let financial = Cohort::parse("2016-17").unwrap();
        assert_eq!((financial.first().date(), financial.last().date()), (date(2016, 4, 1), date(2017, 3, 31)));
        assert_eq!(Cohort::parse("1999-00").unwrap().last().date(), date(2000, 3, 31));
        assert_eq!(Cohort::parse("2016").unwrap().last().date(), date(2016, 12, 31));
        let quarter = Cohort::parse("2016-04-01..2016-06-30").unwrap();
        assert_eq!(quarter.last().since(quarter.first()), 90);
    }

    #[test]
    fn what_is_no_cohort_is_refused() {
        for text in ["", "2016-18", "16-17", "2016-17x", "2016-06-30..2016-04-01", "soon", "é016"] {
            assert!(Cohort::parse(text).is_err(), "{text}");
        }
    }
}

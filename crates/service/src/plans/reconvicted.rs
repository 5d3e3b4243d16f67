//! Live figures of an indicator whose source is a measure of reoffending: the share of each financial year's cohort that
//! reoffended, once everybody in it has been followed for the whole time.

use crate::ServiceError;
use jiff::civil::Date;
use measure::{Cohort, Definition, Histories, Known, Shown, follow, report};
use planning::Line;
use planning::indicator::{Amount, Indicator, Measured, Source, Unit};

/// How many years back cohorts are looked for.
const YEARS: i16 = 8;

/// The definition of an indicator that counts a share by a measure; none for any other.
pub(super) fn definition_of(indicator: &Indicator) -> Option<Definition> {
    let Source::Measure(named) = &indicator.defined.source else { return None };
    let text = match named.as_str() {
        "scotland-headline" => include_str!("../../../../definitions/scotland-headline.toml"),
        "scotland-without-pseudo" => include_str!("../../../../definitions/scotland-without-pseudo.toml"),
        "proven-reoffending" => include_str!("../../../../definitions/proven-reoffending.toml"),
        "return-to-custody" => include_str!("../../../../definitions/return-to-custody.toml"),
        _ => return None,
    };
    let is_share = indicator.defined.unit == Unit::Percent;
    Definition::parse(named.as_str(), text).ok().filter(|_| is_share)
}

/// The readings: one for each financial year that can be measured and is not too small to be published.
pub(super) fn readings(
    histories: &Histories,
    definition: &Definition,
    indicator: &Indicator,
    today: Date,
) -> Result<Vec<Measured>, ServiceError> {
    let mut readings = Vec::new();
    for year in (today.year() - YEARS)..=today.year() {
        let named = format!("{year}-{:02}", (year + 1) % 100);
        let cohort = Cohort::parse(&named).map_err(|error| ServiceError::Asked(error.to_string()))?;
        let known = Known::by(today.into());
        let Ok(followed) = follow(histories, definition, &cohort, known, None) else { continue };
        let Shown::Figures(figures) = report(&followed, &[], None).total.shown else { continue };
        let (count, base) = (figures.reoffended, figures.people);
        let trace = format!("Cohort {named}, {} {} ({})", definition.id, definition.version, definition.source);
        readings.push(Measured {
            indicator: indicator.defined.indicator.clone(),
            amount: Amount::Share {
                count: u64::try_from(count).unwrap_or_default(),
                base: u64::try_from(base).unwrap_or_default(),
            },
            as_of: Date::new(year + 1, 3, 31).map_err(|error| ServiceError::Asked(error.to_string()))?,
            trace: Line::try_from(trace.chars().take(400).collect::<String>()).ok(),
        });
    }
    Ok(readings)
}

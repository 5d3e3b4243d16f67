//! `throughline measure match`: people who took part, and people like them who did not.

use super::arguments::Match;
use super::give::Answer;
use ::measure::statistics::matching;
use ::measure::tables;
use anyhow::Result;

pub(crate) fn run(asked: &Match) -> Result<Answer> {
    let table = super::rows(&asked.data)?;
    let (took_part, reoffended) = (table.truths(&asked.took_part)?, table.truths(&asked.event)?);
    let covariates = table.covariates(&asked.on)?;
    let matched = if asked.exactly {
        matching::exactly(&took_part, &reoffended, &covariates)?
    } else {
        matching::by_propensity(&took_part, &reoffended, &covariates)?
    };
    let mut grid = tables::of_match(&matched);
    grid.note(if asked.exactly {
        "Matched on the same values of everything named.".to_owned()
    } else {
        format!("Matched on the chance of taking part, from {}, within 0.2 standard deviations.", asked.on.join(", "))
    });
    Ok(Answer { grid, json: serde_json::to_value(&matched)?, chart: None })
}
